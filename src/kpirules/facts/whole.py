"""Amounts of a column as whole numbers of one decimal step, so that the query engine adds and compares exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa

from kpirules.facts.cells import Cells, Mask
from kpirules.matrix import Floats, Integers
from kpirules.numbers import written

#: Numbers of up to 15 digits and these places are found by trying; what is longer, one by one.
_PLACES = 9
_DIGITS = 10**15
#: The query engine's widest whole numbers have 38 digits.
WIDEST = 10**37


@dataclass(frozen=True, slots=True)
class Whole:
    """array: int64, or decimal128(38, 0) where that is too narrow; null where missing. The value is array x factor.

    bound: no number of the array is farther from 0.
    """

    array: pa.Array
    factor: Fraction
    bound: int


def whole(cells: Cells) -> Whole | None:
    """The cells as whole numbers; None where 38 digits do not hold them."""
    if cells.values.dtype != np.float64:
        return _ints(cells.values.astype(np.int64, copy=False), Fraction(1), cells.present)
    values = np.where(cells.present, cells.values, 0.0)
    found = None if cells.exact else _by_trial(values)
    if found is not None:
        return _ints(found[1], Fraction(1, 10 ** found[0]), cells.present)
    return _by_distinct(values, cells)


def _by_trial(values: Floats) -> tuple[int, Integers] | None:
    """The fewest decimal places that hold every value, and the values in steps of them.

    A decimal of up to 15 digits is the shortest one of its float, so `rint(x * 10^p) / 10^p == x` proves it.
    """
    for places in range(_PLACES + 1):
        scale = 10.0**places
        steps = np.rint(values * scale)
        if np.abs(steps).max(initial=0.0) > _DIGITS:
            return None
        if (steps / scale == values).all():
            return places, steps.astype(np.int64)
    return None


def _by_distinct(values: Floats, cells: Cells) -> Whole | None:
    """With as many places as the longest decimal has, each distinct float looked at once."""
    distinct, which = np.unique(values, return_inverse=True)
    decimals = [written(float(one)) for one in distinct]
    longer = {row: value for row, value in cells.exact.items() if cells.present[row]}
    places = max((_places(one) for one in (*decimals, *longer.values())), default=0)
    steps = [int(one * 10**places) for one in decimals]
    others = {row: int(value * 10**places) for row, value in longer.items()}
    bound = max((abs(one) for one in (*steps, *others.values())), default=0)
    if bound >= WIDEST:
        return None
    kind = np.int64 if bound < 2**62 else object
    numbers = np.array(steps, kind)[which]
    for row, step in others.items():
        numbers[row] = step
    factor = Fraction(1, 10**places)
    if kind is np.int64:
        return _ints(numbers, factor, cells.present)
    spelled = [Decimal(one) if there else None for one, there in zip(numbers, cells.present, strict=True)]
    return Whole(pa.array(spelled, pa.decimal128(38, 0)), factor, bound)


def _places(value: Fraction) -> int:
    """Decimal places of a finite decimal."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives)


def _ints(numbers: Integers, factor: Fraction, present: Mask) -> Whole:
    there = numbers[present]
    bound = max(abs(int(there.min())), abs(int(there.max()))) if len(there) else 0
    return Whole(pa.array(numbers, pa.int64(), mask=~present), factor, bound)
