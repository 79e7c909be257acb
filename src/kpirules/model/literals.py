"""Written values: numbers with their unit words, dates and times, in the held form of their unit."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction

from kpirules.language import tree
from kpirules.units import CURRENCIES, DAY, HOUR, MINUTE, SECOND, WEEK, Unit

#: What the unit words of literals mean: the unit, and the factor to its held form.
LITERALS: dict[str, tuple[Unit, Fraction]] = {
    "PERCENT": (Unit.RATIO, Fraction(1, 100)),
    "PP": (Unit.RATIO, Fraction(1, 100)),
    "POINT": (Unit.POINTS, Fraction(1)),
    "TIME": (Unit.COUNT, Fraction(1)),
    "SECOND": (Unit.DURATION, Fraction(SECOND)),
    "MINUTE": (Unit.DURATION, Fraction(MINUTE)),
    "HOUR": (Unit.DURATION, Fraction(HOUR)),
    "DAY": (Unit.DURATION, Fraction(DAY)),
    "WEEK": (Unit.DURATION, Fraction(WEEK)),
    "WORKDAY": (Unit.WORKDAYS, Fraction(1)),
    "YUAN": (Unit.MONEY, Fraction(1)),
    **dict.fromkeys(CURRENCIES, (Unit.MONEY, Fraction(1))),
}
_EPOCH = datetime.datetime(1970, 1, 1)


def literal(number: tree.Number) -> tuple[Fraction, Unit]:
    """A written number's value in the held form of its unit."""
    unit, factor = LITERALS[number.unit] if number.unit else (Unit.NUMBER, Fraction(1))
    return number.value * factor, unit


def moment(written: tree.Moment) -> tuple[Fraction, Unit] | None:
    """Microseconds of a date-time or days of a date since 1970-01-01; None for a day that does not exist."""
    try:
        found = datetime.datetime(*(int(part) for part in re.findall(r"\d+", written.text)))  # type: ignore[arg-type]
    except ValueError:
        return None
    since = found - _EPOCH
    if written.dated:
        return Fraction(since.days * DAY + since.seconds * SECOND), Unit.DATETIME
    return Fraction(since.days), Unit.DATE
