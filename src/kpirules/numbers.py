"""Exact numbers: rounding, the decimal a float was written as, and text of a value. Rational arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

#: Whole floats below it are written as what they are.
_WHOLE = 2.0**53


class Mode(StrEnum):
    """How a value half-way (or anywhere) between two steps is rounded.

    half_up: to the nearer step, a half away from zero (as on paper, and as spreadsheets' ROUND does);
    half_even: a half to the even step; down: toward zero; up: away from zero.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Rounding:
    """Round to a multiple of `step` (0.01 for two places)."""

    step: Fraction = Fraction(1, 100)
    mode: Mode = Mode.HALF_UP

    def steps(self, value: Fraction) -> int:
        """The rounded value as a whole number of steps."""
        scaled = abs(value) / self.step
        whole = scaled.numerator // scaled.denominator
        rest = scaled - whole
        match self.mode:
            case Mode.HALF_UP:
                up = rest >= Fraction(1, 2)
            case Mode.HALF_EVEN:
                up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)
            case Mode.UP:
                up = rest > 0
            case Mode.DOWN:
                up = False
        magnitude = whole + 1 if up else whole
        return -magnitude if value < 0 else magnitude

    def __call__(self, value: Fraction) -> Fraction:
        return self.steps(value) * self.step

    @property
    def places(self) -> int:
        """Decimal places that show any multiple of the step in full."""
        places = 0
        while (self.step * 10**places).denominator != 1:
            places += 1
            if places > 18:
                raise ValueError(f"a step of {self.step} has no finite decimal")
        return places


def written(value: float) -> Fraction:
    """The decimal a float was written as: its shortest round-tripping decimal, taken exactly."""
    if value.is_integer() and abs(value) < _WHOLE:
        return Fraction(int(value))
    return Fraction(repr(value))


def decimal_text(value: Fraction, places: int | None = None) -> str:
    """The value as a decimal. With `places`: that many, half up. Without: in full, or as `p/q` if it never ends."""
    if places is not None:
        # in whole numbers: this is called for every number that is shown
        steps, rest = divmod(abs(value.numerator) * 10**places, value.denominator)
        steps += 2 * rest >= value.denominator
        digits = str(steps).rjust(places + 1, "0")
        sign = "-" if value < 0 and steps else ""
        return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
    rest = value.denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    return decimal_text(value, max(twos, fives))
