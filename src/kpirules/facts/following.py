"""Which record follows which: for every record of one data set the first of another (or the same) that comes later
and has the same values in common. Whole columns at once: one sort of both, and one pass from the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from kpirules.facts.cells import Cells, Mask
from kpirules.matrix import Integers
from kpirules.units import DAY, Unit

_TEXTS = (Unit.TEXT, Unit.STAFF)


def microseconds(moments: Cells) -> Integers:
    """Date-times as they are, and dates as the microseconds at which they begin."""
    values = np.asarray(moments.values, np.int64)
    return values if moments.unit is Unit.DATETIME else values * DAY


def followers(
    keys: Sequence[tuple[Cells, Cells]], first: Cells, then: Cells, may: Mask, *, same: bool
) -> tuple[Integers, Integers, Mask]:
    """For every record the place of the first one that follows it (-1: none), the time until then, and whether this
    is known.

    keys: the values that both must have in common, of either data set. first, then: the placing moments. may: which
    records of the second data set may follow. same: both are one data set, whose records at one moment follow each
    other as they stand.
    """
    size, others = len(first), len(then)
    known = first.present.copy()
    may = may & then.present
    group = np.zeros(size + others, np.int64)
    for own, other in keys:
        known &= own.present
        may = may & other.present
        _, group = np.unique(group * (size + others + 1) + joint_codes(own, other), return_inverse=True)
    moments = np.concatenate([microseconds(first), microseconds(then)])
    asks = np.zeros(size + others, bool)
    asks[:size] = True
    # At one moment: as they stand, a record behind itself; of another data set, none follows at the same moment.
    place = (
        np.concatenate([np.arange(size), np.arange(others)]) if same else np.zeros(size + others, np.int64)
    )
    order = np.lexsort((asks, place, moments, group))
    follows = np.concatenate([np.zeros(size, bool), may])[order]
    none = len(order)
    at = np.where(follows, np.arange(none), none)
    nearest = np.minimum.accumulate(at[::-1])[::-1]
    mine = np.flatnonzero(asks[order])
    found = nearest[mine]
    there = found < none
    found = np.where(there, found, 0)
    there &= group[order[found]] == group[order[mine]]
    places, waits = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    who = order[mine]
    places[who] = np.where(there, order[found] - size, -1)
    waits[who] = np.where(there, moments[order[found]] - moments[who], 0)
    places[~known] = -1
    return places, waits, known


def joint_codes(own: Cells, other: Cells) -> Integers:
    """One code for each distinct value of two columns together."""
    if own.unit in _TEXTS:
        numbers = {text: code for code, text in enumerate(dict.fromkeys((*own.choices, *other.choices)))}
        return np.concatenate([_renamed(one, numbers) for one in (own, other)])
    values = np.concatenate([one.values.astype(np.float64) for one in (own, other)])
    if own.values.dtype == other.values.dtype == np.int64:
        values = np.concatenate([own.values, other.values])
    _, codes = np.unique(values, return_inverse=True)
    # What a float cannot carry has a code of its own for each exact value.
    exact: dict[Fraction, int] = {}
    for before, one in ((0, own), (len(own), other)):
        for row, value in one.exact.items():
            codes[before + row] = exact.setdefault(value, len(values) + len(exact))
    _, codes = np.unique(codes, return_inverse=True)
    return codes.astype(np.int64)


def _renamed(cells: Cells, numbers: Mapping[str, int]) -> Integers:
    codes = np.array([*(numbers[text] for text in cells.choices), 0], np.int64)
    return codes[np.where(cells.present, cells.values, -1)]
