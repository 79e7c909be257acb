"""Cells: the pieces into which the values of a fact fall when it is compared with constants.

Each cell has a value that stands for all its values, chosen so that a person would name it as an example.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kpirules.model.expressions import Value
from kpirules.model.scope import Range
from kpirules.units import DAY, MINUTE, Unit

_ONE = Fraction(1)
#: How far beyond a bound an example lies.
_NEAR = {Unit.RATIO: Fraction(1, 100), Unit.DURATION: Fraction(MINUTE), Unit.DATETIME: Fraction(DAY)}


@dataclass(frozen=True, slots=True)
class Cell:
    """value: an example; None: missing. low, high: open bounds of an interval of numbers (None: no bound), which
    are both None for a single value. interval: it is one. other: any text but those that are named."""

    value: Value | None
    low: Fraction | None = None
    high: Fraction | None = None
    interval: bool = False
    other: bool = False


def any_cells() -> tuple[Cell, ...]:
    """One cell for everything."""
    return (Cell(Fraction(0), interval=True),)


def text_cells(named: Collection[str], choices: Sequence[str]) -> tuple[Cell, ...]:
    """Each text that a type allows; without such a list, each that is named, and any other."""
    if choices:
        return tuple(Cell(one) for one in choices)
    return (*(Cell(one) for one in sorted(named)), Cell("", other=True))


def number_cells(points: Collection[Fraction], known: Range, unit: Unit) -> tuple[Cell, ...]:
    """The points, and what lies between them and beyond, as far as the value can be there."""
    edges: list[Fraction | None] = [None, *sorted(points), None]
    found: list[Cell] = []
    for low, high in pairwise(edges):
        inside = _inside(low, high, known, _NEAR.get(unit, _ONE))
        if inside is not None:
            found.append(Cell(inside, low, high, interval=True))
        if high is not None and _can_be(high, known):
            found.append(Cell(high))
    return tuple(found)


def _can_be(value: Fraction, known: Range) -> bool:
    if (known.low is not None and value < known.low) or (known.high is not None and value > known.high):
        return False
    return not known.step or ((value - (known.low or Fraction(0))) / known.step).denominator == 1


def _inside(low: Fraction | None, high: Fraction | None, known: Range, near: Fraction) -> Fraction | None:
    """A value between two open bounds that the fact can have."""

    def fits(value: Fraction) -> bool:
        return (low is None or value > low) and (high is None or value < high) and _can_be(value, known)

    if known.step:
        origin = known.low or Fraction(0)
        tried: list[Fraction] = []
        if high is not None and low is None:
            steps = (high - origin) / known.step
            tried.append(origin + (-(-steps.numerator // steps.denominator) - 1) * known.step)
        if low is not None:
            steps = (low - origin) / known.step
            tried.append(origin + (steps.numerator // steps.denominator + 1) * known.step)
        if known.low is not None:
            tried.append(known.low)
        return next((value for value in tried if fits(value)), None)
    ends = [one for one in (low, known.low) if one is not None]
    tops = [one for one in (high, known.high) if one is not None]
    start, end = max(ends, default=None), min(tops, default=None)
    tried = []
    if low is not None:
        tried.append(low + near)
    if high is not None and low is None:
        tried.append(high - near)
    if start is not None and end is not None:
        tried.append((start + end) / 2)
    tried += [one for one in (known.low, known.high) if one is not None]
    return next((value for value in tried if fits(value)), None)


def order_possible(left: Cell, right: Cell, sign: int) -> bool:
    """Whether a value of the left cell can be below (-1), equal to (0) or above (1) one of the right cell."""
    if not isinstance(left.value, Fraction) or not isinstance(right.value, Fraction):
        return True
    if sign == 0:
        if not left.interval and not right.interval:
            return left.value == right.value
        if left.interval and right.interval:
            return _below(left.low, right.high) and _below(right.low, left.high)
        single, interval = (right, left) if left.interval else (left, right)
        assert isinstance(single.value, Fraction)
        return _below(interval.low, single.value) and _below(single.value, interval.high)
    if sign > 0:
        left, right = right, left
    lowest = left.low if left.interval else left.value
    highest = right.high if right.interval else right.value
    assert not isinstance(lowest, str | bool) and not isinstance(highest, str | bool)
    return _below(lowest, highest)


def _below(low: Fraction | None, high: Fraction | None) -> bool:
    return low is None or high is None or low < high
