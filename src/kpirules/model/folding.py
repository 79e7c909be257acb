"""Expressions of which everything is known before any fact: constants worked out, conditions decided."""

from __future__ import annotations

from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.functions import FUNCTIONS
from kpirules.units import Unit

Moving = (
    e.Fact
    | e.InForce
    | e.MeasureOf
    | e.PublishedTotal
    | e.PublishedGrade
    | e.OutcomeOf
    | e.PointsOf
    | e.Group
    | e.Rank
    | e.Division
    | e.Earlier
    | e.Recent
    | e.OwnGrade
    | e.LimitedGrade
    | e.Aggregate
    | e.Within
    | e.Field
    | e.Followed
    | e.Lookup
)


def moving(expr: e.Expr) -> list[Moving]:
    """The parts of an expression that are not the same for everyone."""
    return [part for part in e.walk(expr) if isinstance(part, Moving)]


def unset(expr: e.Expr) -> list[str]:
    """The parameters in an expression that have no value yet."""
    return [
        part.parameter
        for part in e.walk(expr)
        if isinstance(part, e.Constant) and part.parameter is not None and part.value is None
    ]


def fold(expr: e.Expr) -> e.Value | None:
    """The value of an expression of constants; None where a parameter is not set or a divisor is zero."""
    match expr:
        case e.Constant(value):
            return value
        case e.Negate(item):
            value = fold(item)
            return -value if isinstance(value, Fraction) else None
        case e.Arithmetic(operator, left, right):
            return _arithmetic(operator, fold(left), fold(right))
        case e.Call(function, arguments):
            return FUNCTIONS[function].meaning([fold(one) for one in arguments])
        case e.Choice(then, condition, other):
            holds = fold(condition)
            return None if holds is None else fold(then if holds else other)
        case _:
            return holds_for(expr, {})


def _arithmetic(operator: str, left: e.Value | None, right: e.Value | None) -> Fraction | None:
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right if right else None


def holds_for(condition: e.Expr, facts: dict[str, e.Value]) -> bool | None:
    """A condition's truth for a person of whom only these facts are known; None where it depends on others."""
    match condition:
        case e.Constant(value):
            return bool(value) if isinstance(value, bool) else None
        case e.Fact(name, Unit.BOOLEAN):
            found = facts.get(name)
            return found if isinstance(found, bool) else None
        case e.Not(item):
            inner = holds_for(item, facts)
            return None if inner is None else not inner
        case e.Logic(operator, left, right):
            sides = (holds_for(left, facts), holds_for(right, facts))
            decisive = operator == "or"
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
        case e.Presence(item, present):
            value = _known(item, facts)
            return None if value is None else present
        case e.Member(item, choices):
            value = _known(item, facts)
            return None if value is None else value in choices
        case e.Compare(operator, left, right):
            return _compared(operator, _known(left, facts), _known(right, facts))
        case _:
            return None


def _known(expr: e.Expr, facts: dict[str, e.Value]) -> e.Value | None:
    if isinstance(expr, e.Fact):
        return facts.get(expr.name)
    return None if moving(expr) else fold(expr)


def _compared(operator: str, left: e.Value | None, right: e.Value | None) -> bool | None:
    if left is None or right is None:
        return None
    if operator in ("=", "!="):
        return (left == right) == (operator == "=")
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        return None
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
