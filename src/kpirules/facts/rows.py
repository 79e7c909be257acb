"""The rows of the matrix: which staff member and which period each is, and which row a record belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpirules.matrix import Codes, Integers
from kpirules.periods import Period


@dataclass(frozen=True, slots=True)
class Spells:
    """Rows that are spells of longer ones. people: by place on the axis of staff, who it is; a person has several places.

    whole: the row of the unsplit rows. first, last: its days, counted from 1970-01-01.
    """

    people: tuple[str, ...]
    whole: Integers
    first: Integers
    last: Integers


@dataclass(frozen=True, slots=True)
class Rows:
    """Codes into the two axes, a row each; periods ascend. No two rows are of the same staff member and period.

    spells: where periods are split, what each row is of.
    """

    staff: Codes
    names: tuple[str, ...]
    period: Codes
    periods: tuple[Period, ...]
    spells: Spells | None = None

    def __len__(self) -> int:
        return len(self.staff)

    @property
    def people(self) -> tuple[str, ...]:
        """Whom each name on the axis of staff stands for."""
        return self.names if self.spells is None else self.spells.people

    def find(self, staff: Codes, names: Sequence[str], period: Codes, periods: Sequence[Period]) -> Integers:
        """The row of each pair, coded by the given names and periods; -1 where there is none."""
        person = _renamed(names, self.names)[staff].astype(np.int64)
        time = _renamed(periods, self.periods)[period].astype(np.int64)
        keys = person * len(self.periods) + time
        keys[(person < 0) | (time < 0)] = -1
        own = self.staff.astype(np.int64) * len(self.periods) + self.period
        size = len(self.names) * len(self.periods)
        if size <= 8 * len(keys) + 1_000_000:
            table: Integers = np.full(size + 1, -1, np.int64)
            table[own] = np.arange(len(own))
            return np.asarray(table[keys], np.int64)
        order = np.argsort(own)
        at = np.minimum(np.searchsorted(own, keys, sorter=order), len(own) - 1)
        return np.where(own[order[at]] == keys, order[at], -1).astype(np.int64)


def rows_of(staff: Codes, names: Sequence[str], period: Codes, periods: Sequence[Period]) -> Rows:
    """These rows, with axes that hold only what occurs, names in the order of their codes."""
    people, person = np.unique(staff, return_inverse=True)
    times, time = np.unique(period, return_inverse=True)
    return Rows(
        person.astype(np.int32),
        tuple(names[code] for code in people),
        time.astype(np.int32),
        tuple(periods[code] for code in times),
    )


def rows_met(records: Sequence[tuple[Codes, Sequence[str], Codes, Sequence[Period]]]) -> Rows:
    """A row for every pair that occurs among these records, by staff name and then by period."""
    names = tuple(sorted({name for _, known, _, _ in records for name in known}))
    periods = tuple(sorted({one for _, _, _, known in records for one in known}))
    keys = [
        _renamed(known, names)[staff].astype(np.int64) * len(periods) + _renamed(times, periods)[period]
        for staff, known, period, times in records
    ]
    met = np.unique(np.concatenate(keys)) if keys else np.zeros(0, np.int64)
    width = max(1, len(periods))
    return rows_of((met // width).astype(np.int32), names, (met % width).astype(np.int32), periods)


def _renamed(known: Sequence[object], axis: Sequence[object]) -> Codes:
    """The place on the axis of each known one; -1 where it is not there, and of the code -1."""
    places = {one: place for place, one in enumerate(axis)}
    return np.array([*(places.get(one, -1) for one in known), -1], np.int32)
