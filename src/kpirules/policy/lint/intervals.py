"""Intervals of exact numbers, and the numbers in one that are easiest to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kpirules.units import DAY, HOUR, MINUTE, SECOND, Unit

ZERO, ONE = Fraction(0), Fraction(1)

#: The comparison with its sides exchanged, and the one that holds where it does not.
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
AGAINST = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}

#: How many decimal places are tried before the middle of an interval is taken.
_PLACES = 9


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers between two bounds (None: no bound), each of which belongs to it where that is said."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = True
    high_closed: bool = True

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))

    @property
    def single(self) -> bool:
        """Whether it holds one number alone."""
        return self.low is not None and self.low == self.high and not self.empty

    def holds(self, value: Fraction) -> bool:
        if self.low is not None and (value < self.low or (value == self.low and not self.low_closed)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_closed)

    def common(self, other: Interval) -> Interval:
        """The numbers in both."""
        low, low_closed = self.low, self.low_closed
        if low is None or (
            other.low is not None and (other.low, not other.low_closed) > (low, not low_closed)
        ):
            low, low_closed = other.low, other.low_closed
        high, high_closed = self.high, self.high_closed
        if high is None or (other.high is not None and (other.high, other.high_closed) < (high, high_closed)):
            high, high_closed = other.high, other.high_closed
        return Interval(low, high, low_closed, high_closed)

    def moved(self, by: Fraction) -> Interval:
        return Interval(_sum(self.low, by), _sum(self.high, by), self.low_closed, self.high_closed)

    def times(self, factor: Fraction) -> Interval:
        """Every number times a factor, which is not zero."""
        low, high = _product(self.low, factor), _product(self.high, factor)
        if factor > 0:
            return Interval(low, high, self.low_closed, self.high_closed)
        return Interval(high, low, self.high_closed, self.low_closed)


ANY = Interval()
POSITIVE = Interval(ZERO, None, False)


def only(value: Fraction) -> Interval:
    return Interval(value, value)


def beside(operator: str, value: Fraction) -> Iterator[Interval]:
    """The numbers that stand in a comparison to a value."""
    match operator:
        case "<" | "<=":
            yield Interval(None, value, True, operator == "<=")
        case ">" | ">=":
            yield Interval(value, None, operator == ">=")
        case "=":
            yield only(value)
        case _:
            yield Interval(value, None, False)
            yield Interval(None, value, True, False)


def simplest(interval: Interval, steps: tuple[Fraction, ...]) -> Fraction | None:
    """The number nearest to zero that is a multiple of the first step of which one lies in the interval.

    Between the last steps, the middle of the interval.
    """
    if interval.empty:
        return None
    for step in steps:
        found = nearest_zero(interval, step)
        if found is not None:
            return found
    assert interval.low is not None and interval.high is not None
    return (interval.low + interval.high) / 2


def nearest_zero(interval: Interval, step: Fraction) -> Fraction | None:
    """The multiple of a step in the interval that is nearest to zero."""
    if interval.holds(ZERO):
        return ZERO
    if interval.low is not None and interval.low >= 0:
        places = interval.low / step
        first = places.numerator // places.denominator
        found = next(n * step for n in (first, first + 1) if n * step >= interval.low)
        found += step * (found == interval.low and not interval.low_closed)
    elif interval.high is not None:
        mirrored = nearest_zero(interval.times(Fraction(-1)), step)
        return None if mirrored is None else -mirrored
    else:
        return None
    return found if interval.holds(found) else None


def steps_of(unit: Unit) -> tuple[Fraction, ...]:
    """The steps by which a value of a unit is easy to read, the coarsest first."""
    decimals = tuple(Fraction(1, 10**places) for places in range(_PLACES))
    match unit:
        case Unit.COUNT:
            return (ONE, *decimals)
        case Unit.DURATION:
            return (
                *(Fraction(one) for one in (DAY, HOUR, 10 * MINUTE, MINUTE, SECOND)),
                *(SECOND * one for one in decimals[1:7]),
            )
        case _:
            return decimals


def _sum(bound: Fraction | None, by: Fraction) -> Fraction | None:
    return None if bound is None else bound + by


def _product(bound: Fraction | None, by: Fraction) -> Fraction | None:
    return None if bound is None else bound * by
