"""Places of rows within groups: one sort of (group, value, row) packed into single whole numbers.

Sorting plain 64-bit numbers is several times faster than sorting an order of rows by two keys; where the three do
not fit into 63 bits, the slower way is taken. Everything else is made of steps along the sorted rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from kpirules.matrix import MISSING, Floats, Integers
from kpirules.model.expressions import Quota
from kpirules.scoring.groups import Items

Truths = npt.NDArray[np.bool_]
_BITS = 63


@dataclass(frozen=True, slots=True)
class Standings:
    """The ranked rows in order: group by group, the best first.

    count: of all rows, ranked or not. rows: their places. first: where each one's group begins in that order; last:
    behind its end. fresh: whether a row's value differs from the one before it in its group.
    """

    count: int
    rows: Integers
    first: Integers
    last: Integers
    fresh: Truths

    def rank(self) -> Floats:
        """Competition ranks: 1, 2, 2, 4."""
        return self._spread(self._tied_from() - self.first + 1)

    def dense(self) -> Floats:
        """Dense ranks: 1, 2, 2, 3."""
        steps = np.cumsum(self.fresh, dtype=np.int64)
        return self._spread(steps - steps[self.first] + 1)

    def average(self) -> Floats:
        """The mean of the places that tied rows share: 1, 2.5, 2.5, 4."""
        return self._spread((self._tied_from() + self.tied_to() + 1) / 2 - self.first)

    def behind(self) -> Floats:
        """How many of the group stand behind, if tied rows share the best of their places."""
        return self._spread(self.last - self._tied_from() - 1)

    def reached(self) -> Floats:
        """How many of the group stand ahead, tied with each row, or are the row itself."""
        return self._spread(self.tied_to() - self.first)

    def ranked(self) -> Floats:
        """How many of the group are ranked."""
        return self._spread(self.last - self.first)

    def _tied_from(self) -> Integers:
        """Where the rows tied with each one begin."""
        return np.maximum.accumulate(np.where(self.fresh, np.arange(len(self.rows)), 0))

    def tied_to(self) -> Integers:
        """Behind the last of the rows tied with each one."""
        size = len(self.rows)
        ends = np.where(np.append(self.fresh[1:], True), np.arange(1, size + 1), size)
        return np.minimum.accumulate(ends[::-1])[::-1]

    def _spread(self, values: Integers | Floats) -> Floats:
        found = np.full(self.count, np.nan)
        found[self.rows] = values
        return found


def standings(items: Items, groups: Integers, lowest: bool = False) -> Standings:
    """The order of the rows that have an item and a group; the greatest item first, or the least."""
    values = _in_order(items)
    rows = np.flatnonzero((values != MISSING) & (groups >= 0))
    values, groups = values[rows], groups[rows]
    if not len(rows):
        none = np.zeros(0, np.int64)
        return Standings(len(items.values), none, none, none, none.astype(bool))
    least, most = int(values.min()), int(values.max())
    width, size = most - least + 1, len(rows)
    by_row = size.bit_length()
    if (int(groups.max()) + 1) * width << by_row < 1 << _BITS:
        keys = groups * width
        keys += (values - least) if lowest else (most - values)
        packed = (keys << by_row) | np.arange(size)
        packed.sort()
        order = packed & ((1 << by_row) - 1)
        keys = packed >> by_row
        owners = keys // width
        fresh = keys[1:] != keys[:-1]
    else:
        order = np.lexsort((values if lowest else -values, groups))
        owners, ordered = groups[order], values[order]
        fresh = (owners[1:] != owners[:-1]) | (ordered[1:] != ordered[:-1])
    starts = np.append(0, np.flatnonzero(owners[1:] != owners[:-1]) + 1)
    sizes = np.diff(np.append(starts, size))
    first = np.repeat(starts, sizes)
    return Standings(
        len(items.values), rows[order], first, np.repeat(starts + sizes, sizes), np.append(True, fresh)
    )


def single(items: Sequence[Items]) -> Items:
    """What is ranked: the item, or, for a quotient that comes as its two sides, numbers in the quotients' order.

    Two different quotients of whole numbers differ by more than floats round, as long as the sides are not large.
    """
    if len(items) == 1:
        return items[0]
    above, below = items
    there = (above.values != MISSING) & (below.values != MISSING) & (below.values != 0)
    a, b = np.where(there, above.values, 0), np.where(there, below.values, 1)
    sides = int(np.abs(a).max(initial=1)), int(np.abs(b).max(initial=1))
    found = np.full(len(a), MISSING, np.int64)
    if above.odd or below.odd or sides[0] * sides[1] >= 2**50 or max(sides) >= 2**52:
        pairs = ((row, _at(above, row), _at(below, row)) for row in range(len(a)))
        return Items(found, Fraction(1), {row: x / y for row, x, y in pairs if x is not None and y})
    found[there] = np.unique((a / b)[there], return_inverse=True)[1]
    return Items(found, Fraction(1))


def _at(items: Items, row: int) -> Fraction | None:
    if row in items.odd:
        return items.odd[row]
    return None if items.values[row] == MISSING else int(items.values[row]) * items.step


def _in_order(items: Items) -> Integers:
    """Whole numbers in the items' order, equal for equal items; MISSING where missing."""
    if not items.odd:
        return items.values
    more = sorted(set(items.odd.values()))
    steps = [value / items.step for value in more]
    room = len(more) + 1
    there = items.values != MISSING
    most = max(int(np.abs(items.values[there]).max(initial=0)), *(int(abs(one)) for one in steps))
    if (most + 2) * room >= 2**61 or any(one.denominator == 1 for one in steps):
        return _numbered(items)
    # odd ones lie between two multiples of the step: there is room for all of them behind each multiple
    found = np.where(there, items.values * np.where(there, room, 1), MISSING)
    codes = {
        value: one.numerator // one.denominator * room + place
        for place, (value, one) in enumerate(zip(more, steps, strict=True), 1)
    }
    for row, value in items.odd.items():
        found[row] = codes[value]
    return found


def _numbered(items: Items) -> Integers:
    """The same by numbering all different values: for numbers that whole numbers of 64 bits cannot hold."""
    there = np.flatnonzero(items.values != MISSING)
    exact = {int(row): int(items.values[row]) * items.step for row in there} | dict(items.odd)
    codes = {value: place for place, value in enumerate(sorted(set(exact.values())))}
    found = np.full(len(items.values), MISSING, np.int64)
    for row, value in exact.items():
        found[row] = codes[value]
    return found


def whole(items: Items) -> Integers:
    """Items that are known to be small whole numbers, as such."""
    there = items.values != MISSING
    numbers = np.where(there, items.values, 0) * items.step.numerator // items.step.denominator
    return np.where(there, numbers, MISSING)


def limited(
    quotas: Sequence[Quota | None],
    totals: Items,
    places: Integers,
    groups: Mapping[tuple[str, ...], Integers],
) -> Integers:
    """The grade's place of every row within the quotas, from those by total alone; MISSING where there is none."""
    places = places.copy()
    there = (totals.values != MISSING) | np.isin(np.arange(len(places)), list(totals.odd))
    for place, quota in enumerate(quotas):
        if quota is None:
            continue
        of = np.where(there, groups[quota.by], -1)
        _, owners, people = np.unique(of, return_inverse=True, return_counts=True)
        share = quota.share
        seats = np.maximum(quota.least, [int(share * int(many)) for many in people])[owners]
        having = (places == place) & (of >= 0)
        values = np.where(having, totals.values, MISSING)
        odd = {row: value for row, value in totals.odd.items() if having[row]}
        standing = standings(Items(values, totals.step, odd), of)
        kept = standing.rank() <= seats if quota.ties else standing.reached() <= seats
        places[having & ~kept] += 1
    return places
