"""Shorter periods inside a period: which row of the longer table each belongs to, and their summary, exactly.

Whole arrays only. What is worked out for a shorter period comes as `Items`; see `groups` for what these are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from kpirules.matrix import MISSING, Column, Integers, StaffPeriodMatrix
from kpirules.model.expressions import Over
from kpirules.periods import PeriodKind, longer, parse
from kpirules.scoring import groups
from kpirules.scoring.groups import Delivered, Items
from kpirules.units import Unit


def owners(
    part: StaffPeriodMatrix, around: StaffPeriodMatrix, places: Integers, kind: PeriodKind
) -> Integers:
    """For every row of `part` the place (among these rows of `around`) of the longer period it belongs to, or -1."""
    axis = {name: code for code, name in enumerate(around.period_names)}
    times = [parse(name) for name in part.period_names]
    codes = [-1 if time is None else axis.get(str(longer(time, kind)), -1) for time in times]
    period = np.array([*codes, -1], np.int64)[part.period]
    width = max(1, len(around.period_names))
    own = np.asarray(around.staff, np.int64)[places] * width + np.asarray(around.period, np.int64)[places]
    keys = np.asarray(part.staff, np.int64) * width + period
    if not len(own):
        return np.full(len(part), -1, np.int64)
    order = np.argsort(own, kind="stable")
    at = np.minimum(np.searchsorted(own, keys, sorter=order), len(own) - 1)
    found = order[at]
    return np.where((period >= 0) & (own[found] == keys), found, -1).astype(np.int64)


def over(kind: Over, items: Items, owner: Integers, size: int) -> Delivered:
    """The summary of the items that belong to each of `size` rows; COUNT counts those that are known."""
    # One missing item more for every row: so each has a group, and its value stands at a known place.
    values = np.concatenate([items.values, np.full(size, MISSING, np.int64)])
    everyone = Items(values, items.step, items.odd)
    found = groups.over(kind, everyone, np.concatenate([owner, np.arange(size)]))
    start = len(owner)
    exact = {row - start: value for row, value in found.exact.items() if row >= start}
    return Delivered(found.values[start:], exact)


def where(items: Items, truth: Items) -> Items:
    """The items for which the condition is known to hold; the rest is missing."""
    holds = truth.values == 1
    odd = {row: value for row, value in items.odd.items() if holds[row]}
    return Items(np.where(holds, items.values, MISSING), items.step, odd)


def greatest(items: Items, owner: Integers, count: int) -> Items:
    """Of the known items of each owner only so many of the greatest."""
    known = items.values != MISSING
    ranked = np.lexsort((np.where(known, -items.values, 0), ~known, owner))
    owners = owner[ranked]
    starts = np.searchsorted(owners, owners, side="left")
    keep = np.zeros(len(owner), bool)
    keep[ranked[np.arange(len(owner)) - starts < count]] = True
    if not items.odd:
        return Items(np.where(keep, items.values, MISSING), items.step)
    return _greatest_exactly(items, owner, count)


def _greatest_exactly(items: Items, owner: Integers, count: int) -> Items:
    """The same where some items are no multiples of the step: those owners are worked out one by one."""
    known = items.values != MISSING
    plain = replace(items, odd={})
    of_odd = np.isin(owner, [owner[row] for row in items.odd])
    kept = greatest(Items(np.where(of_odd, MISSING, plain.values), plain.step), owner, count).values
    odd: dict[int, Fraction] = {}
    for one in {int(owner[row]) for row in items.odd}:
        rows = [int(row) for row in np.flatnonzero(owner == one)]
        values = {
            row: items.odd[row] if row in items.odd else int(items.values[row]) * items.step
            for row in rows
            if row in items.odd or known[row]
        }
        for row in sorted(values, key=lambda row: values[row], reverse=True)[:count]:
            if row in items.odd:
                odd[row] = items.odd[row]
            else:
                kept[row] = items.values[row]
    return Items(kept, items.step, odd)


def outermost(items: Items, owner: Integers, times: Integers, *, last: bool) -> Items:
    """Of the known items of each owner only the first one in time, or the last."""
    known = items.values != MISSING
    for row in items.odd:
        known[row] = True
    rows = np.flatnonzero(known & (owner >= 0))
    ranked = rows[np.lexsort((-times[rows] if last else times[rows], owner[rows]))]
    of = owner[ranked]
    picked = ranked[np.flatnonzero(np.diff(of, prepend=-1))] if len(of) else ranked
    values = np.full(len(items.values), MISSING, np.int64)
    values[picked] = items.values[picked]
    chosen = set(picked.tolist()) if items.odd else set()
    return Items(values, items.step, {row: value for row, value in items.odd.items() if row in chosen})


def times(part: StaffPeriodMatrix) -> Integers:
    """The period of every row as a number that grows with time."""
    named = {code: time for code, name in enumerate(part.period_names) if (time := parse(name)) is not None}
    ranks = np.full(len(part.period_names), -1, np.int64)
    for rank, code in enumerate(sorted(named, key=lambda code: named[code])):
        ranks[code] = rank
    return ranks[part.period]


def with_columns_of(
    part: StaffPeriodMatrix, around: StaffPeriodMatrix, kind: PeriodKind, names: Iterable[str]
) -> StaffPeriodMatrix:
    """The table of shorter periods with columns of a longer one, which hold in all of it."""
    wanted = [name for name in names if name in around.columns]
    if not wanted:
        return part
    owner = owners(part, around, np.arange(len(around)), kind)
    columns = dict(part.columns) | {name: taken(around.columns[name], owner) for name in wanted}
    return replace(part, columns=columns)


def taken(column: Column, owner: Integers) -> Column:
    """The column at these places; -1 is missing."""
    there = owner >= 0
    at = np.where(there, owner, 0)
    nothing = -1 if column.unit in (Unit.TEXT, Unit.BOOLEAN) else np.nan
    values = column.values[at].copy() if len(column.values) else np.full(len(owner), nothing)
    values[~there] = nothing
    divisor = None
    if column.divisor is not None:
        below = column.divisor[at] if len(column.divisor) else np.full(len(owner), np.nan)
        divisor = np.where(there, below, np.nan)
    exact = {
        int(row): value
        for place, value in column.exact.items()
        for row in np.flatnonzero(there & (owner == place))
    }
    return replace(column, values=values, divisor=divisor, exact=exact)
