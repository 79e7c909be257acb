"""What is known of a value before any fact: its bounds and steps, and whether it may be zero.

Facts keep what their types promise (counts are whole and not negative, ratings stay on their scale); everything
else follows from the form of the expression. Where nothing is known the answer is the careful one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model.functions import FUNCTIONS
from kpirules.model.scope import Range, Scope
from kpirules.numbers import Mode
from kpirules.units import Type, Unit

ZERO, ONE = Fraction(0), Fraction(1)
_ANY = Range()
_NOT_NEGATIVE = Range(ZERO)
_WHOLE = Range(ZERO, None, ONE)


def of_type(type_: Type | None) -> Range:
    """The values that a fact of a declared type can have."""
    if type_ is None:
        return _ANY
    step = ONE if type_.unit is Unit.COUNT else type_.step
    return Range(type_.lowest, type_.high, step)


def range_of(expr: e.Expr, scope: Scope) -> Range:
    """Bounds and steps of a number; nothing is known of texts and the like."""
    match expr:
        case e.Constant(Fraction() as value):
            return Range(value, value, ONE if value.denominator == 1 else None)
        case e.Fact(name):
            return of_type(scope.names[name].type if name in scope.names else None)
        case e.Field(data, name):
            return of_type(scope.fields[data][name].type)
        case e.InForce(name) if name in scope.schedules:
            values = (one.value for one in scope.schedules[name].stretches)
            return _either([Range(one, one) for one in values if isinstance(one, Fraction)])
        case e.MeasureOf(name):
            return scope.ranges.get(name, _ANY)
        case e.PublishedTotal():
            return Range(ZERO, scope.highest)
        case e.PointsOf():
            return _NOT_NEGATIVE
        case e.Negate(item):
            inner = range_of(item, scope)
            return Range(_minus(inner.high), _minus(inner.low), inner.step if _on_zero(inner) else None)
        case e.Arithmetic(operator, left, right):
            return _arithmetic(operator, range_of(left, scope), range_of(right, scope))
        case e.Choice(then, _, other):
            there = [one for one in (then, other) if not _is_missing(one)]
            return _either([range_of(one, scope) for one in there]) if there else _ANY
        case e.Call(function, arguments):
            return _call(function, [range_of(one, scope) for one in arguments])
        case e.Earlier(item):
            return range_of(item, scope)
        case e.Recent(kind, _, _, _, item):
            return _summary(kind, range_of(item, scope))
        case e.Group(e.Over.COUNT, None):
            return Range(ONE, None, ONE)  # a person who is scored counts
        case e.Division():
            return _NOT_NEGATIVE
        case e.Rank(kind):
            return Range(ZERO, ONE) if kind is e.Place.PERCENTILE else Range(ONE)
        case e.Group(kind, item) | e.Aggregate(_, kind, _, item) | e.Within(kind, _, item):
            return _summary(kind, _ANY if item is None else range_of(item, scope))
        case _:
            return _ANY


def _is_missing(expr: e.Expr) -> bool:
    """Whether an expression is the written `missing`: it has no value that a bound could be passed by."""
    return isinstance(expr, e.Constant) and expr.value is None and expr.parameter is None


def _minus(bound: Fraction | None) -> Fraction | None:
    return None if bound is None else -bound


def _on_zero(one: Range) -> bool:
    """Whether steps that count from the low bound are multiples of the step too."""
    return one.step is not None and ((one.low or ZERO) / one.step).denominator == 1


def _sum(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else left + right


def _arithmetic(operator: str, left: Range, right: Range) -> Range:
    whole = ONE if left.step == right.step == ONE and _on_zero(left) and _on_zero(right) else None
    match operator:
        case "+":
            return Range(_sum(left.low, right.low), _sum(left.high, right.high), whole)
        case "-":
            return Range(_sum(left.low, _minus(right.high)), _sum(left.high, _minus(right.low)), whole)
    if left.low is None or right.low is None or left.low < 0 or right.low < 0:
        return Range(None, None, whole if operator == "*" else None)
    if operator == "*":
        high = None if left.high is None or right.high is None else left.high * right.high
        return Range(left.low * right.low, high, whole)
    high = None if left.high is None or right.low == 0 else left.high / right.low
    return Range(ZERO if not right.high else left.low / right.high, high)


def _either(ranges: Iterable[Range]) -> Range:
    found = list(ranges)
    lows, highs = [one.low for one in found], [one.high for one in found]
    whole = all(one.step == ONE and _on_zero(one) for one in found)
    return Range(
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
        ONE if whole else None,
    )


class _Bounds:
    """The operations that functions are made of, on ranges."""

    def least(self, one: Range, other: Range) -> Range:
        union = _either([one, other])
        return Range(union.low, _edge(min, one.high, other.high), union.step)

    def greatest(self, one: Range, other: Range) -> Range:
        union = _either([one, other])
        return Range(_edge(max, one.low, other.low), union.high, union.step)

    def absolute(self, one: Range) -> Range:
        return _NOT_NEGATIVE

    def fallback(self, one: Range, other: Range) -> Range:
        return _either([one, other])

    def rounded(self, one: Range, step: Range, mode: Mode) -> Range:
        return _NOT_NEGATIVE if one.low is not None and one.low >= 0 else _ANY


def _edge(
    choose: Callable[[Fraction, Fraction], Fraction], one: Fraction | None, other: Fraction | None
) -> Fraction | None:
    """The bound that holds for the least (or greatest) of two: one side's is enough."""
    return choose(one, other) if one is not None and other is not None else one if other is None else other


def _call(function: str, arguments: list[Range]) -> Range:
    lowering = FUNCTIONS[function].lowering
    return _ANY if lowering is None else lowering(_Bounds(), arguments)


def _summary(kind: e.Over, item: Range) -> Range:
    match kind:
        case e.Over.COUNT | e.Over.DISTINCT:
            return _WHOLE
        case e.Over.SHARE | e.Over.DAY_SHARE:
            return Range(ZERO, ONE)
        case e.Over.SUM:
            step = item.step if _on_zero(item) else None
            return (
                Range(ZERO, None, step) if item.low is not None and item.low >= 0 else Range(None, None, step)
            )
        case e.Over.DAYS:
            return _NOT_NEGATIVE
        case e.Over.MEAN | e.Over.MEDIAN | e.Over.TRIMMED | e.Over.DAILY_MEAN:
            return Range(item.low, item.high)
        case _:
            return item


def may_be_zero(expr: e.Expr, scope: Scope) -> bool:
    """Whether nothing shows that a divisor is never zero. An unset parameter is looked at once it is set."""
    match expr:
        case e.Constant(value):
            return value == 0
        case e.Negate(item):
            return may_be_zero(item, scope)
        case e.Arithmetic("*", left, right):
            return may_be_zero(left, scope) or may_be_zero(right, scope)
        case e.Arithmetic("/", left, _):
            return may_be_zero(left, scope)
    found = range_of(expr, scope)
    return not ((found.low is not None and found.low > 0) or (found.high is not None and found.high < 0))


def nonzero_if(condition: tree.Expr) -> list[tree.Expr]:
    """Expressions that cannot be zero where the condition holds: `x > 0`, `x != 0`, `x >= 3`, joined by `and`."""
    match _turned(condition):
        case tree.Binary("and", left, right):
            return nonzero_if(left) + nonzero_if(right)
        case tree.Binary("!=", left, tree.Number(value)) if value == 0:
            return [left]
        case tree.Binary(">", left, tree.Number(value)) if value >= 0:
            return [left]
        case tree.Binary(">=" | "=", left, tree.Number(value)) if value > 0:
            return [left]
        case tree.Not(item):
            return nonzero_unless(item)
        case _:
            return []


def nonzero_unless(condition: tree.Expr) -> list[tree.Expr]:
    """Expressions that cannot be zero where the condition is false: `x = 0`, `x <= 0`, `x < 1`."""
    match _turned(condition):
        case tree.Binary("or", left, right):
            return nonzero_unless(left) + nonzero_unless(right)
        case tree.Binary("=", left, tree.Number(value)) if value == 0:
            return [left]
        case tree.Binary("<=", left, tree.Number(value)) if value >= 0:
            return [left]
        case tree.Binary("<", left, tree.Number(value)) if value > 0:
            return [left]
        case tree.Not(item):
            return nonzero_if(item)
        case _:
            return []


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def _turned(condition: tree.Expr) -> tree.Expr:
    """A comparison with its number on the right."""
    match condition:
        case tree.Binary(operator, tree.Number() as number, right) if operator in _TURNED:
            return tree.Binary(_TURNED[operator], right, number, condition.span)
        case _:
            return condition
