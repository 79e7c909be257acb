"""Shorter periods inside the periods of the matrix: their rows, and which of them a record belongs to.

Every shorter period that belongs to a row's period has a row of its own, records or not: a day without a
ticket is a day with no tickets. A week belongs to the longer period in which its Thursday lies, and has all of
its days, those of the neighbouring month or quarter too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from kpirules.facts.people import place
from kpirules.facts.rows import Rows, rows_of
from kpirules.matrix import Codes, Column, Integers, StaffPeriodMatrix
from kpirules.periods import PeriodKind, shorter


def part_rows(rows: Rows, grains: Collection[str]) -> dict[str, Rows]:
    """The rows of every kind of shorter period, the longest kind first."""
    found: dict[str, Rows] = {}
    for kind in PeriodKind:
        if kind.value in grains:
            found[kind.value] = _inside([rows, *found.values()], rows.names, kind)
    return found


def _inside(around: Iterable[Rows], names: tuple[str, ...], kind: PeriodKind) -> Rows:
    """A row for each person and each period of the kind that belongs to one of their longer periods."""
    inside = {period: shorter(period, kind) for rows in around for period in rows.periods}
    axis = tuple(sorted({one for parts in inside.values() for one in parts}))
    places = {one: code for code, one in enumerate(axis)}
    keys: list[Integers] = [np.zeros(0, np.int64)]
    for rows in around:
        # names are those of the whole: a part has all of its staff, so that their codes are the same
        for code, period in enumerate(rows.periods):
            own = rows.staff[rows.period == code].astype(np.int64) * max(1, len(axis))
            parts = np.array([places[one] for one in inside[period]], np.int64)
            keys.append((own[:, None] + parts[None, :]).ravel())
    met = np.unique(np.concatenate(keys))
    width = max(1, len(axis))
    return rows_of((met // width).astype(np.int32), names, (met % width).astype(np.int32), axis)


def rows_of_records(rows: Rows, staff: Codes, names: tuple[str, ...], days: Integers, grain: str) -> Integers:
    """The row of a shorter period that each record belongs to, by its day; -1 where there is none."""
    times = place(days, np.ones(len(days), bool), PeriodKind(grain))
    if not len(rows) or not len(days):
        return np.full(len(days), -1, np.int64)
    return rows.find(staff, names, times.codes, times.periods)


def nested(parts: Mapping[str, tuple[Rows, Mapping[str, Column]]]) -> dict[str, StaffPeriodMatrix]:
    """The tables of shorter periods, each with those shorter than itself; the shortest first."""
    made: dict[str, StaffPeriodMatrix] = {}
    for kind in reversed(PeriodKind):
        if kind.value in parts:
            rows, columns = parts[kind.value]
            periods = [str(period) for period in rows.periods]
            made[kind.value] = StaffPeriodMatrix(
                rows.staff, rows.names, rows.period, periods, columns, dict(made)
            )
    return made
