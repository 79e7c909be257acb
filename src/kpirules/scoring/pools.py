"""Pools divided among people: parts in whole steps that add up to the pool, in whole-number arithmetic.

Groups whose numbers do not fit into 64 bits are divided in rational arithmetic, one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from kpirules.matrix import MISSING, Integers
from kpirules.model.expressions import Remainder
from kpirules.scoring.groups import Delivered, Items, in_steps

_LIMIT = 2**62


def divided(
    pool: Items,
    shares: Items | None,
    groups: Integers,
    step: Fraction,
    remainder: Remainder,
    by_name: Callable[[], Integers],
) -> Delivered:
    """Every row's part of its group's pool. shares None: equal parts. by_name: each row's place by name."""
    count = len(groups)
    shares = Items(np.ones(count, np.int64), Fraction(1)) if shares is None else shares
    found, of = np.unique(groups, return_inverse=True)
    owners: npt.NDArray[np.int64] = of.astype(np.int64)
    first = np.zeros(len(found), np.int64)
    first[owners[::-1]] = np.arange(count)[::-1]
    amounts = pool.values[first]
    known = (shares.values != MISSING) & (groups >= 0) & (amounts[owners] != MISSING) & (amounts[owners] >= 0)
    weights = np.where(known, np.maximum(shares.values, 0), 0)
    names = by_name() if remainder is not Remainder.KEPT else np.zeros(count, np.int64)
    scale = pool.step / step  # a pool of n is n * scale steps
    above, below = scale.numerator, scale.denominator
    most = int(amounts.max(initial=0)) * above * int(weights.max(initial=0))
    large = most >= _LIMIT or below * int(weights.max(initial=0)) * count >= _LIMIT
    apart = set(range(len(found))) if large else set()
    apart |= {int(owners[row]) for row in shares.odd} | {int(owners[first[g]]) for g in _odd(first, pool)}
    steps = np.zeros(count, np.int64)
    if not large:
        sums = np.zeros(len(found), np.int64)
        np.add.at(sums, owners, weights)
        known &= sums[owners] > 0
        steps = _whole(amounts * above, below, weights, np.maximum(sums, 1), owners, remainder, names)
    parts = np.where(known, steps, MISSING)
    exact: dict[int, Fraction] = {}
    for group in apart:
        rows = np.flatnonzero(owners == group)
        parts[rows] = MISSING
        if found[group] >= 0:
            exact |= _one(pool, shares, rows, step, remainder, names)
    made = in_steps(parts, step)
    values = made.values
    for row, value in exact.items():
        values[row] = float(value)
    return Delivered(values, {**made.exact, **exact})


def _odd(first: Integers, pool: Items) -> list[int]:
    return [group for group, row in enumerate(first) if int(row) in pool.odd] if pool.odd else []


def _whole(
    amounts: Integers,
    below: int,
    weights: Integers,
    sums: Integers,
    owners: Integers,
    remainder: Remainder,
    names: Integers,
) -> Integers:
    """Everybody's whole steps: of amounts / below steps by weight, cut, with what is left over handed out."""
    share = amounts[owners] * weights
    whole = sums[owners] * below
    steps = share // whole
    if remainder is Remainder.KEPT:
        return steps
    left = np.where(sums > 0, amounts // below, 0)
    np.subtract.at(left, owners, steps)
    waiting = np.flatnonzero((weights > 0) & (left[owners] > 0))
    if not len(waiting):
        return steps
    keys = [names[waiting]]
    if remainder is Remainder.LARGEST:
        keys.append(-(share - steps * whole)[waiting])
    order = waiting[np.lexsort((*keys, owners[waiting]))]
    of = owners[order]
    starts = np.append(0, np.flatnonzero(of[1:] != of[:-1]) + 1)
    place = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    steps[order[place < left[of]]] += 1
    return steps


def _one(
    pool: Items, shares: Items, rows: Integers, step: Fraction, remainder: Remainder, names: Integers
) -> dict[int, Fraction]:
    """The parts of one group, in rational arithmetic."""
    amount = _at(pool, int(rows[0]))
    weights = {
        int(row): max(share, Fraction(0)) for row in rows if (share := _at(shares, int(row))) is not None
    }
    total = sum(weights.values(), Fraction(0))
    if amount is None or amount < 0 or not total:
        return {}
    exact = {row: amount * weight / total / step for row, weight in weights.items()}
    steps = {row: part.numerator // part.denominator for row, part in exact.items()}
    left = amount // step - sum(steps.values())
    waiting = sorted((row for row, weight in weights.items() if weight), key=lambda row: (names[row], row))
    if remainder is Remainder.LARGEST:
        waiting.sort(key=lambda row: steps[row] - exact[row])
    for row in waiting[: 0 if remainder is Remainder.KEPT else left]:
        steps[row] += 1
    return {row: many * step for row, many in steps.items()}


def _at(items: Items, row: int) -> Fraction | None:
    if row in items.odd:
        return items.odd[row]
    return None if items.values[row] == MISSING else int(items.values[row]) * items.step
