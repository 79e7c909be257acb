"""Stretches of a value: what lies in one, the values at and just beside a bound, and how a policy would write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.model.forms import Band
from kpirules.units import MINUTE, SECOND, Unit, shown

ZERO, ONE = Fraction(0), Fraction(1)
#: No bound is written with more decimals than this; what has more is taken to have none.
_MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds (None: open-ended), and whether each belongs to it."""

    low: Fraction | None = None
    low_closed: bool = True
    high: Fraction | None = None
    high_closed: bool = True

    def __contains__(self, value: Fraction) -> bool:
        if self.low is not None and (value < self.low or (value == self.low and not self.low_closed)):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_closed)

    @property
    def single(self) -> bool:
        """Whether one value alone lies in it."""
        return self.low is not None and self.low == self.high

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))

    def both(self, other: Interval) -> Interval:
        """What lies in both."""
        low, low_closed = max(
            (self.low, not self.low_closed), (other.low, not other.low_closed), key=_from_below
        )
        high, high_open = min(
            (self.high, not self.high_closed), (other.high, not other.high_closed), key=_from_above
        )
        return Interval(low, not low_closed, high, not high_open)

    def distance(self, value: Fraction) -> Fraction:
        """How far a value is from it; 0 inside and at its bounds."""
        if self.low is not None and value < self.low:
            return self.low - value
        return value - self.high if self.high is not None and value > self.high else ZERO

    def of(self, expr: e.Expr) -> e.Expr:
        """The condition that an expression lies in it."""
        parts: list[e.Expr] = []
        if self.single and self.low is not None:
            return compare("=", expr, self.low)
        if self.low is not None:
            parts.append(compare(">=" if self.low_closed else ">", expr, self.low))
        if self.high is not None:
            parts.append(compare("<=" if self.high_closed else "<", expr, self.high))
        return together(parts) or e.Presence(expr, True, expr.span)

    def words(self, unit: Unit, currency: str) -> Words:
        """The stretch as a policy writes it."""
        if self.single and self.low is not None:
            return value_words(self.low, unit, currency)
        band = Band(self.low, self.low_closed, self.high, self.high_closed, ZERO, ZERO)
        return Words(
            band.interval(lambda value: shown(value, unit, "en", currency)).en,
            band.interval(lambda value: shown(value, unit, "zh", currency)).zh,
        )


def _from_below(bound: tuple[Fraction | None, bool]) -> tuple[bool, Fraction, bool]:
    return bound[0] is not None, bound[0] or ZERO, bound[1]


def _from_above(bound: tuple[Fraction | None, bool]) -> tuple[bool, Fraction, bool]:
    return bound[0] is None, bound[0] or ZERO, not bound[1]


def value_words(value: Fraction, unit: Unit, currency: str) -> Words:
    """A number in both languages."""
    return Words(shown(value, unit, "en", currency), shown(value, unit, "zh", currency))


def compare(operator: str, expr: e.Expr, value: Fraction) -> e.Compare:
    """A comparison with a fixed number."""
    return e.Compare(operator, expr, e.Constant(value, expr.unit, expr.span), expr.span)


def together(parts: list[e.Expr]) -> e.Expr | None:
    """All of the conditions; None of none."""
    found: e.Expr | None = None
    for one in parts:
        found = one if found is None else e.Logic("and", found, one, one.span)
    return found


def near(bound: Fraction, unit: Unit, step: Fraction | None = None) -> Fraction:
    """How far from a bound its neighbours are looked for: the last place that the bound is written with, or a whole
    one; a minute or a second; a step of a scale.
    """
    match unit:
        case Unit.COUNT | Unit.DATE:
            return ONE
        case Unit.RATING if step is not None:
            return step
        case Unit.DURATION | Unit.DATETIME:
            return Fraction(MINUTE if bound % MINUTE == 0 else SECOND)
        case Unit.RATIO:
            return _last_place(bound * 100) / 100
        case _:
            return _last_place(bound)


def _last_place(value: Fraction) -> Fraction:
    return next(
        (
            Fraction(1, 10**places)
            for places in range(_MOST_PLACES + 1)
            if (value * 10**places).denominator == 1
        ),
        ONE,
    )


def beside(bound: Fraction, below: bool, distance: Fraction) -> Interval:
    """The values just on one side of a bound, without it."""
    if below:
        return Interval(bound - distance, True, bound, False)
    return Interval(bound, False, bound + distance, True)


def neighbours(pieces: list[Interval]) -> Iterator[tuple[Fraction, bool]]:
    """The bounds between stretches that follow one another: each with whether the upper one has it."""
    for lower, upper in pairwise(pieces):
        if lower.high is not None and lower.high == upper.low:
            yield lower.high, upper.low_closed
