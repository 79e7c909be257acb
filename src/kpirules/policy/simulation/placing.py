"""Places of people by their totals, for a comparison: those with the same total share the best of their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kpirules.matrix import MISSING, Integers
from kpirules.plugin.simulated import RankMove, Ranks
from kpirules.policy.simulation.pairing import Basis

#: Counting takes so many cells even for a few rows.
_CELLS = 1 << 20


def places(total: Integers, group: Integers) -> Integers:
    """Of each row its place within its group, 1 for the highest total; 0 without a total or a group (-1)."""
    found = np.zeros(len(total), np.int64)
    rows = np.flatnonzero((total != MISSING) & (group >= 0))
    if not len(rows):
        return found
    totals, groups = total[rows], group[rows]
    high, wide = int(totals.max()), int(totals.max()) - int(totals.min()) + 1
    size = wide * (int(groups.max()) + 1)
    if size <= 4 * len(rows) + _CELLS:
        found[rows] = _counted(groups * wide + (high - totals), wide, size)
        return found
    order = np.lexsort((-totals, groups))
    found[rows[order]] = _sorted_places(groups[order], totals[order])
    return found


def _counted(cells: Integers, wide: int, size: int) -> Integers:
    """Places by counting how many stand in better cells of the same group. cells: group, then total from the highest."""
    counts = np.bincount(cells, minlength=size).reshape(-1, wide)
    better = np.cumsum(counts, axis=1) - counts
    return np.asarray(better.reshape(-1)[cells] + 1, np.int64)


def _sorted_places(groups: Integers, totals: Integers) -> Integers:
    """Places of rows in the order of groups and falling totals."""
    count = np.arange(len(groups))
    new_group = np.concatenate(([True], groups[1:] != groups[:-1]))
    new_place = new_group | np.concatenate(([True], totals[1:] != totals[:-1]))
    start = np.maximum.accumulate(np.where(new_group, count, 0))
    tied = np.maximum.accumulate(np.where(new_place, count, 0))
    return np.asarray(tied - start + 1, np.int64)


@dataclass(slots=True)
class RankTally:
    """How many rise and fall, and the most that do. within: the attribute that makes groups."""

    within: str | None
    most: int
    up: int = 0
    down: int = 0
    same: int = 0
    rises: list[RankMove] = field(default_factory=list)
    falls: list[RankMove] = field(default_factory=list)

    def add(self, basis: Basis, old: Integers, new: Integers) -> None:
        """old, new: the places of every row of a basis."""
        both = np.flatnonzero((old > 0) & (new > 0))
        change = old[both] - new[both]
        self.up += int((change > 0).sum())
        self.down += int((change < 0).sum())
        self.same += int((change == 0).sum())
        self.rises = self._largest(basis, both, change, old, new, self.rises)
        self.falls = self._largest(basis, both, -change, old, new, self.falls)

    def _largest(
        self,
        basis: Basis,
        rows: Integers,
        change: Integers,
        old: Integers,
        new: Integers,
        known: Sequence[RankMove],
    ) -> list[RankMove]:
        chosen = largest(basis, rows, change, self.most)
        made = [RankMove(*basis.name(row), int(old[row]), int(new[row])) for row in chosen.tolist()]
        return sorted((*known, *made), key=_order)[: self.most]

    @property
    def ranks(self) -> Ranks:
        return Ranks(self.within, self.up, self.down, self.same, tuple(self.rises), tuple(self.falls))


def _order(one: RankMove) -> tuple[int, str, str]:
    return -abs(one.new - one.old), one.staff, one.period


def largest(basis: Basis, rows: Integers, change: Integers, most: int) -> Integers:
    """The rows with the largest changes above zero; of those tied for the last places the first by name."""
    above = change > 0
    rows, change = rows[above], change[above]
    if len(rows) <= most:
        return rows
    edge = np.partition(change, len(change) - most)[len(change) - most]
    sure, tied = rows[change > edge], rows[change == edge]
    return np.concatenate((sure, basis.first(tied, most - len(sure))))
