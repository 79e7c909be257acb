"""Values to begin with: those that a fact may well have, that lie in a stretch, and that a policy can write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.bands import scale
from kpirules.policy.coverage.intervals import ONE, ZERO, Interval, near
from kpirules.units import DAY, HOUR, MINUTE, Type, Unit, shown


def inside(interval: Interval, unit: Unit) -> Iterator[Fraction]:
    """Values in a stretch: at its bounds, just beside them, and further in."""
    low, high = interval.low, interval.high
    found: list[Fraction] = []
    if low is not None:
        found.append(low)
    if high is not None:
        found.append(high)
    if low is not None and high is not None:
        found += [low + (high - low) * part for part in (Fraction(1, 2), Fraction(1, 10), Fraction(9, 10))]
    steps = [near(one, unit) for one in (low, high) if one is not None]
    for size in (1, Fraction(1, 2), Fraction(1, 10), Fraction(1, 100), 2, 5, 10):
        if high is not None:
            found.append(high - steps[-1] * size)
        if low is not None:
            found.append(low + steps[0] * size)
    if low is None or high is None:
        found += [ZERO, ONE]
    if low is None and high is None:
        found += [one for one in typical(Type(unit), None) if isinstance(one, Fraction)]
    yield from (one for one in dict.fromkeys(found) if one in interval)


def typical(type_: Type, day: date | None, parameter: bool = False) -> Iterator[e.Value]:
    """Values that a fact of a type may well have, or a limit that a parameter sets."""
    values = scale(type_)
    if values is not None:
        yield from reversed(values)
        return
    match type_.unit:
        case Unit.BOOLEAN:
            yield from (True, False)
        case Unit.TEXT:
            yield from type_.choices or ("A", "B")
        case Unit.RATIO:
            yield from ((Fraction(1, 10),) if parameter else (ONE, Fraction(9, 10), Fraction(1, 2), ZERO))
        case Unit.DURATION:
            yield from (Fraction(HOUR), Fraction(DAY), Fraction(MINUTE), ZERO)
        case Unit.MONEY:
            yield from (Fraction(1000), Fraction(100), ONE, ZERO)
        case Unit.DATE | Unit.DATETIME:
            days = Fraction((day or date(2026, 1, 1)).toordinal() - date(1970, 1, 1).toordinal())
            yield days if type_.unit is Unit.DATE else days * DAY
        case _:
            yield from (Fraction(10), ONE, Fraction(100), ZERO)


def writable(value: Fraction, unit: Unit) -> bool:
    """Whether a policy can write the value in full."""
    if unit in (Unit.DATE, Unit.DATETIME):
        return value.denominator == 1 and abs(value) < 10**17
    return not shown(value, unit).split(" ")[0].rstrip("%").endswith("…")
