"""Exact results of queries as columns of the matrix: whole numbers, their step and their count become float64 pairs.

A column's value is `values / divisor`, where a float64 means its shortest decimal; what a float64 cannot carry
goes into `exact`. Nothing is divided here unless the quotient is a decimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pyarrow as pa

from kpirules.facts.cells import present
from kpirules.matrix import Column, Floats, Integers
from kpirules.numbers import written
from kpirules.units import Unit

_WHOLE = 2**53
_DIGITS = 10**15


def integers(array: pa.Array | pa.ChunkedArray) -> list[int | None]:
    """A column of whole numbers of any width."""
    return [None if one is None else int(one) for one in array.to_pylist()]


def scaled_column(
    name: str,
    unit: Unit,
    size: int,
    rows: Integers,
    tops: pa.Array | pa.ChunkedArray,
    factor: Fraction,
    below: pa.Array | pa.ChunkedArray | None = None,
    instead: float = np.nan,
) -> Column:
    """`tops * factor / below` at the rows; `instead` (without below) at all others.

    Raises OverflowError where a denominator cannot be carried.
    """
    tops = tops.combine_chunks() if isinstance(tops, pa.ChunkedArray) else tops
    counts = None if below is None else below.cast(pa.int64()).to_numpy()
    plain = _plain(tops, factor)
    if plain is None:
        found = integers(tops)
        divisors = [1] * len(found) if counts is None else counts.tolist()
        values = {
            int(row): Fraction(top) * factor / divisor
            for row, top, divisor in zip(rows, found, divisors, strict=True)
            if top is not None and divisor
        }
        return fraction_column(name, unit, size, values, instead)
    numbers, rest = plain
    values_of = np.full(size, instead if below is None and rest == 1 else np.nan)
    values_of[rows] = numbers
    if below is None and rest == 1:
        return Column(name, unit, values_of)
    divisor = np.full(size, np.nan)
    divisor[rows] = rest if counts is None else counts * float(rest)
    if counts is None and not np.isnan(instead):
        untouched = np.ones(size, bool)
        untouched[rows] = False
        values_of[untouched], divisor[untouched] = instead, 1.0
    if np.nanmax(divisor, initial=0.0) > _WHOLE:
        raise OverflowError(name)
    return Column(name, unit, values_of, divisor=divisor)


def _plain(tops: pa.Array, factor: Fraction) -> tuple[Floats, int] | None:
    """`tops * factor` as floats that mean it exactly, and what is left to divide by; None where some are too long."""
    try:
        whole = tops.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    there = present(whole)
    steps = whole.fill_null(0).to_numpy(zero_copy_only=False)
    places, rest = _decimal(factor.denominator)
    by = factor.numerator * (10**places // (factor.denominator // rest))
    most = int(np.abs(steps).max(initial=0)) * abs(by)
    if most > (_DIGITS if places else _WHOLE) or places > 22:
        return None
    numbers = (steps * (by if most else 0)).astype(np.float64) / 10.0**places
    return np.where(there, numbers, np.nan), rest


def _decimal(denominator: int) -> tuple[int, int]:
    """The decimal places that take up the twos and fives of a denominator, and what is left of it."""
    rest, twos, fives = denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives), rest


def fraction_column(
    name: str, unit: Unit, size: int, found: Mapping[int, Fraction], instead: float = np.nan
) -> Column:
    """The exact values at some rows, `instead` at the others. Raises OverflowError as above."""
    values = np.full(size, instead)
    divisor = np.ones(size)
    exact: dict[int, Fraction] = {}
    for row, value in found.items():
        values[row] = float(value)
        if written(float(value)) == value:
            continue
        if _decimal(value.denominator)[1] == 1:
            exact[row] = value
            continue
        if value.denominator > _WHOLE:
            raise OverflowError(name)
        values[row], divisor[row] = float(value.numerator), float(value.denominator)
        if written(float(value.numerator)) != value.numerator:
            exact[row] = Fraction(value.numerator)
    return Column(name, unit, values, divisor=None if (divisor == 1).all() else divisor, exact=exact)
