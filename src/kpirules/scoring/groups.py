"""Values across people: counts, sums, least, greatest and middle members of groups, exactly.

Items arrive as whole numbers of one step (and, rarely, as exact numbers of single rows); a group is the rows
of one period that share an attribute. Everything is whole-number arithmetic on sorted or indexed arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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


def together(parts: Sequence[Integers]) -> Integers:
    """Groups of rows that are of one group in every part; none where a row has none in some part."""
    found = parts[0]
    for other in parts[1:]:
        width = int(other.max(initial=0)) + 1
        both = _small(found) * width + other
        found = np.where((found < 0) | (other < 0), -1, both)
    return found


def _small(numbers: Integers) -> Integers:
    """The same numbers without gaps: products of them stay far from the end of 64 bits."""
    return np.unique(numbers, return_inverse=True)[1].astype(np.int64)


def one_of_each(groups: Integers) -> Integers:
    """The place of one row (the first) of every group, ascending by group."""
    found, places = np.unique(groups, return_index=True)
    return places[found >= 0].astype(np.int64)


def chosen(items: Items, places: Integers) -> Items:
    """The items at these places only."""
    odd = {}
    if items.odd:
        odd = {at: items.odd[int(row)] for at, row in enumerate(places) if int(row) in items.odd}
    return Items(items.values[places], items.step, odd)


def spread(made: Delivered, places: Integers, groups: Integers) -> Delivered:
    """What was delivered for one row of each group (those at `places`), to all rows of it."""
    owners = groups[places]
    at = np.searchsorted(owners, groups)
    at[groups < 0] = len(owners)
    values = np.append(made.values, np.nan)[at]
    exact: dict[int, Fraction] = {}
    if made.exact:
        for row in np.flatnonzero(np.isin(at, list(made.exact))):
            exact[int(row)] = made.exact[int(at[row])]
    return Delivered(values, exact)


def over(kind: Over, items: Items | None, groups: Integers, percent: Fraction | None = None) -> Delivered:
    """The value of `kind` over each group, for every row of it. items None: heads. percent: of a PERCENTILE."""
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
    whole = _whole(kind, values, of, len(found), percent)
    special: dict[int, Fraction | None] = {}
    heaviest = int(np.abs(values).max(initial=0)) * max(1, len(values))
    again = set(odd) if heaviest < _LIMIT else set(range(len(found)))
    for group in again:
        members = [int(v) * items.step for v in values[of == group]] + odd.get(group, [])
        special[group] = _one(kind, members, percent)
    step = Fraction(1) if kind is Over.DISTINCT else items.step
    return _delivered(whole, step, special, places, groups)


def _whole(kind: Over, values: Integers, of: Integers, count: int, percent: Fraction | None) -> Integers:
    """The value of every group in whole steps; MISSING where a group has no items (sums and counts are then 0)."""
    result = np.full(count, 0 if kind in (Over.SUM, Over.DISTINCT) else MISSING, np.int64)
    if kind is Over.SUM:
        np.add.at(result, of, values)
        return result
    order = np.lexsort((values, of))
    ranked, owners = values[order], of[order]
    if kind is Over.DISTINCT:
        fresh = np.ones(len(owners), bool)
        fresh[1:] = (owners[1:] != owners[:-1]) | (ranked[1:] != ranked[:-1])
        return np.bincount(owners[fresh], minlength=count).astype(np.int64)
    starts = np.searchsorted(owners, np.arange(count), side="left")
    ends = np.searchsorted(owners, np.arange(count), side="right")
    filled = ends > starts
    sizes = ends - starts
    different, of_size = np.unique(sizes, return_inverse=True)
    places = np.array([_place(kind, int(size), percent) for size in different], np.int64)
    result[filled] = ranked[(starts + places[of_size])[filled]]
    return result


def _one(kind: Over, members: list[Fraction], percent: Fraction | None) -> Fraction | None:
    """The value of one group of exact numbers."""
    if kind is Over.SUM:
        return sum(members, Fraction(0))
    if kind is Over.DISTINCT:
        return Fraction(len(set(members)))
    if not members:
        return None
    return sorted(members)[_place(kind, len(members), percent)]


def _place(kind: Over, size: int, percent: Fraction | None) -> int:
    """Which of `size` ordered values (from 0) is the least, the greatest, one in the middle, or a nearest rank."""
    match kind:
        case Over.MIN:
            return 0
        case Over.FIRST:
            return (size - 1) // 2
        case Over.LAST:
            return size // 2
        case Over.PERCENTILE:
            assert percent is not None
            return max(0, -(-size * percent.numerator // (100 * percent.denominator)) - 1)
        case _:
            return size - 1


def _delivered(
    whole: Integers,
    step: Fraction,
    special: Mapping[int, Fraction | None],
    places: Integers,
    groups: Integers,
) -> Delivered:
    """Group values spread to rows. A value that no short decimal says goes to the exact ones."""
    floats, doubtful = _as_floats(whole, step)
    exact: dict[int, Fraction] = {}
    for group in {*special, *doubtful}:
        value = special[group] if group in special else int(whole[group]) * step
        floats[group] = np.nan if value is None else _nearest(value)
        if value is not None and not _says(floats[group], value):
            exact[group] = value
    values = np.where(groups < 0, np.nan, floats[places])
    rows: dict[int, Fraction] = {}
    if exact:
        for row in np.flatnonzero(np.isin(places, list(exact)) & (groups >= 0)):
            rows[int(row)] = exact[int(places[row])]
    return Delivered(values, rows)


def in_steps(whole: Integers, step: Fraction) -> Delivered:
    """Whole steps of every row as it is delivered; MISSING where there is none."""
    floats, doubtful = _as_floats(whole, step)
    exact = {row: int(whole[row]) * step for row in doubtful}
    return Delivered(floats, {row: value for row, value in exact.items() if not _says(floats[row], value)})


def _as_floats(whole: Integers, step: Fraction) -> tuple[Floats, list[int]]:
    """Whole steps as floats, NaN for MISSING; and where the float's shortest decimal may be another number."""
    there = whole != MISSING
    scaled = np.where(there, whole, 0).astype(np.float64) * float(step.numerator)
    floats = np.where(there, scaled / float(step.denominator), np.nan)
    digits = _as_decimal(step.denominator)
    if digits is not None:  # a decimal of at most 15 digits is its float's shortest
        there &= np.abs(scaled) * digits >= 9e14
    return floats, [int(place) for place in np.flatnonzero(there)]


def _says(near: float, value: Fraction) -> bool:
    return bool(np.isfinite(near)) and written(float(near)) == value


def _nearest(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf


def _as_decimal(denominator: int) -> int | None:
    """By what a quotient's sides are multiplied for a denominator of 10, 100, ...; None where it is no short decimal."""
    return next((10**places // denominator for places in range(13) if 10**places % denominator == 0), None)
