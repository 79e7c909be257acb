"""Values across people: counts, sums, least, greatest and middle members of groups, exactly.

Items arrive as whole numbers of one step (and, rarely, as exact numbers of single rows); a group is the rows
of one period that share an attribute. Everything is whole-number arithmetic on sorted or indexed arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from kpirules.matrix import MISSING, Codes, Column, Floats, Integers
from kpirules.model.expressions import Over, Value
from kpirules.numbers import written
from kpirules.units import Unit

#: Sums are made in int64 while no sum can pass this.
_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Items:
    """What is grouped: whole numbers of `step`, MISSING where missing; `odd` holds rows that are no such multiple."""

    values: Integers
    step: Fraction
    odd: Mapping[int, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A group's value for every row: floats whose shortest decimal is meant, NaN missing; `exact` overrides rows."""

    values: Floats
    exact: Mapping[int, Fraction]


def grouping(column: Column | None, missing: Value | None, period: Codes, rows: Integers) -> Integers:
    """The group of each appraised row: a number for each period and attribute value, -1 for no group.

    column None: everyone of a period. rows: the appraised rows' places in the matrix.
    """
    periods = np.asarray(period, np.int64)[rows]
    if column is None:
        return periods
    keys = _keys(column, missing, rows)
    count = int(periods.max(initial=0)) + 1
    return np.where(keys < 0, -1, keys * count + periods)


def without(missing: Value | None, period: Codes, rows: Integers) -> Integers:
    """Groups by an attribute that has no column: no group, or one for everyone where a replacement is declared."""
    everyone = np.asarray(period, np.int64)[rows]
    return np.full(len(rows), -1, np.int64) if missing is None else everyone


def _keys(column: Column, missing: Value | None, rows: Integers) -> Integers:
    """The attribute's values as small numbers, -1 where missing."""
    if column.divisor is not None or column.exact:
        known: dict[Value, int] = {}
        keys = np.empty(len(rows), np.int64)
        for place, row in enumerate(rows):
            value = column.value(int(row))
            value = missing if value is None else value
            keys[place] = -1 if value is None else known.setdefault(value, len(known))
        return keys
    raw = column.values[rows]
    if column.unit is Unit.TEXT:
        # equal texts may have two codes where a replacement for missing cells is also a choice
        names: dict[Value, int] = {}
        places = np.array([names.setdefault(choice, len(names)) for choice in column.choices], np.int64)
        instead = -1 if missing is None else names.setdefault(missing, len(names))
        return np.where(raw < 0, instead, np.append(places, -1)[raw])
    if column.unit is Unit.BOOLEAN:
        return np.where(raw < 0, -1 if missing is None else int(bool(missing)), raw).astype(np.int64)
    values, places = np.unique(raw, return_inverse=True)
    keys = np.where(np.isnan(raw), -1, places.astype(np.int64))
    if missing is not None:
        assert isinstance(missing, Fraction)
        alike = next(
            (i for i, value in enumerate(values) if value == value and written(float(value)) == missing),
            len(values),
        )
        keys[np.isnan(raw)] = alike
    return keys


def over(kind: Over, items: Items | None, groups: Integers) -> Delivered:
    """The value of `kind` over each group, for every row of it. items None: heads."""
    found, places = np.unique(groups, return_inverse=True)
    places = places.astype(np.int64)
    if items is None:
        return _delivered(
            np.bincount(places, minlength=len(found)).astype(np.int64), Fraction(1), {}, places, groups
        )
    there = items.values != MISSING
    for row in items.odd:
        there[row] = False
    odd: dict[int, list[Fraction]] = defaultdict(list)
    for row, value in items.odd.items():
        odd[int(places[row])].append(value)
    values, of = items.values[there], places[there]
    if kind is Over.COUNT:
        counts = np.bincount(of, minlength=len(found)).astype(np.int64)
        for group, more in odd.items():
            counts[group] += len(more)
        return _delivered(counts, Fraction(1), {}, places, groups)
    whole = _whole(kind, values, of, len(found))
    special: dict[int, Fraction | None] = {}
    heaviest = int(np.abs(values).max(initial=0)) * max(1, len(values))
    again = set(odd) if heaviest < _LIMIT else set(range(len(found)))
    for group in again:
        members = [int(v) * items.step for v in values[of == group]] + odd.get(group, [])
        special[group] = _one(kind, members)
    return _delivered(whole, items.step, special, places, groups)


def _whole(kind: Over, values: Integers, of: Integers, count: int) -> Integers:
    """The value of every group in whole steps; MISSING where a group has no items (a sum is then 0)."""
    result = np.full(count, 0 if kind is Over.SUM else MISSING, np.int64)
    if kind is Over.SUM:
        np.add.at(result, of, values)
        return result
    order = np.lexsort((values, of))
    ranked, owners = values[order], of[order]
    starts = np.searchsorted(owners, np.arange(count), side="left")
    ends = np.searchsorted(owners, np.arange(count), side="right")
    filled = ends > starts
    sizes = ends - starts
    at = {
        Over.MIN: starts,
        Over.MAX: ends - 1,
        Over.FIRST: starts + (sizes - 1) // 2,
        Over.LAST: starts + sizes // 2,
    }[kind]
    result[filled] = ranked[at[filled]]
    return result


def _one(kind: Over, members: list[Fraction]) -> Fraction | None:
    """The value of one group of exact numbers."""
    if kind is Over.SUM:
        return sum(members, Fraction(0))
    if not members:
        return None
    members = sorted(members)
    match kind:
        case Over.MIN:
            return members[0]
        case Over.MAX:
            return members[-1]
        case Over.FIRST:
            return members[(len(members) - 1) // 2]
        case _:
            return members[len(members) // 2]


def _delivered(
    whole: Integers,
    step: Fraction,
    special: Mapping[int, Fraction | None],
    places: Integers,
    groups: Integers,
) -> Delivered:
    """Group values spread to rows. A value that no short decimal says goes to the exact ones."""
    floats = np.full(len(whole), np.nan)
    there = whole != MISSING
    floats[there] = whole[there].astype(np.float64) * float(step.numerator) / float(step.denominator)
    exact: dict[int, Fraction] = {}
    plain = _is_short(step)
    for group in range(len(whole)):
        value = special.get(group, None if not there[group] else int(whole[group]) * step)
        if group not in special and (
            (plain and abs(floats[group]) * step.denominator < 9e14) or not there[group]
        ):
            continue
        if value is None:
            floats[group] = np.nan
        else:
            floats[group] = _nearest(value)
            if not np.isfinite(floats[group]) or written(float(floats[group])) != value:
                exact[group] = value
    values = np.where(groups < 0, np.nan, floats[places])
    rows: dict[int, Fraction] = {}
    if exact:
        for row in np.flatnonzero(np.isin(places, list(exact)) & (groups >= 0)):
            rows[int(row)] = exact[int(places[row])]
    return Delivered(values, rows)


def _nearest(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf


def _is_short(step: Fraction) -> bool:
    """Whether the step is a decimal of a few places."""
    return any(step.denominator == 10**places for places in range(13)) and step.numerator < 1000
