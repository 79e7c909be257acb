"""Exact values as decimals, and what a column of them holds: how results leave the house."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from kpirules.model.expressions import Value
from kpirules.units import Unit

_KINDS = {
    Unit.MONEY: "amount",
    Unit.RATIO: "ratio",
    Unit.POINTS: "points",
    Unit.DURATION: "duration",
    Unit.DATE: "date",
    Unit.DATETIME: "moment",
    Unit.TEXT: "text",
    Unit.STAFF: "text",
    Unit.BOOLEAN: "yes",
}


def kind_of(unit: Unit) -> str:
    """What a column of this unit holds, in the seam's words."""
    return _KINDS.get(unit, "number")


def decimal(value: Fraction, digits: int = 38) -> Decimal:
    """The value as a decimal: exactly where so many digits can hold it, else the nearest that they can."""
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN)
    found = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    # 1E+2 is 100 to whoever prints it
    return Decimal(format(found.normalize(context), "f"))


def number(value: Value | None, digits: int = 38) -> Decimal | None:
    """The same of a value that may be no number."""
    return decimal(value, digits) if isinstance(value, Fraction) else None
