"""Single steps turned round: the side of a calculation that gives a result, the keys of a table that give a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.rules import Table
from kpirules.policy.coverage.intervals import ONE, Interval
from kpirules.policy.coverage.values import inside
from kpirules.units import Unit


def left_of(operator: str, value: Fraction, right: Fraction) -> Iterator[Fraction]:
    """The left side of a calculation with that result."""
    match operator:
        case "+":
            yield value - right
        case "-":
            yield value + right
        case "/":
            if right:
                yield value * right
        case _:
            if right:
                yield value / right
            elif value == 0:
                yield ONE


def right_of(operator: str, value: Fraction, left: Fraction) -> Iterator[Fraction]:
    """The right side of a calculation with that result."""
    match operator:
        case "+":
            yield value - left
        case "-":
            yield left - value
        case "/":
            if value:
                yield left / value
            elif left == 0:
                yield ONE
        case _:
            if left:
                yield value / left
            elif value == 0:
                yield ONE


def keys_of(table: Table, value: Fraction, unit: Unit) -> Iterator[e.Value]:
    """Keys for which a table gives a value."""
    if table.scale is None:
        yield from (key for key, entry in table.entries.items() if entry == value)
        return
    low: Fraction | None = None
    for piece in table.scale.curve().pieces:
        stretch = Interval(low, True, piece.high, True)
        if piece.slope:
            key = (value - piece.intercept) / piece.slope
            found: Iterable[Fraction] = [key] if key in stretch else []
        else:
            found = inside(stretch, unit) if piece.intercept == value else []
        yield from (key for key in found if table.value(key) == value)
        low = piece.high


def constants_in(expr: e.Expr) -> Iterator[Fraction]:
    """The fixed numbers that a formula may come to, such as the ways of a choice."""
    for one in e.walk(expr):
        if isinstance(one, e.Constant) and isinstance(one.value, Fraction) and one.unit is expr.unit:
            yield one.value
