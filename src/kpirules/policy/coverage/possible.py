"""What can be proved before any facts: that a condition never holds, or that a value is never missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.bands import values_of
from kpirules.model.coverage import Key, key_of
from kpirules.model.ranges import range_of
from kpirules.model.rules import Ruleset
from kpirules.model.scope import Named, Range, Scope
from kpirules.policy.coverage.intervals import Interval

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_ALWAYS_THERE = frozenset({e.Over.COUNT, e.Over.SUM, e.Over.DISTINCT})


def conjuncts(condition: e.Expr) -> Iterator[e.Expr]:
    """The parts that must all hold."""
    match condition:
        case e.Logic("and", left, right):
            yield from conjuncts(left)
            yield from conjuncts(right)
        case _:
            yield condition


def bounded(condition: e.Expr) -> tuple[e.Expr, Interval] | None:
    """A comparison with a fixed number as the stretch that the other side must lie in."""
    if not isinstance(condition, e.Compare):
        return None
    left, operator, right = condition.left, condition.operator, condition.right
    if isinstance(left, e.Constant):
        left, operator, right = right, _MIRRORED[operator], left
    if not isinstance(right, e.Constant) or not isinstance(right.value, Fraction):
        return None
    value = right.value
    match operator:
        case "=":
            return left, Interval(value, True, value, True)
        case "<" | "<=":
            return left, Interval(None, True, value, operator == "<=")
        case ">" | ">=":
            return left, Interval(value, operator == ">=", None, True)
        case _:
            return None


def stretches(conditions: list[e.Expr]) -> dict[Key, tuple[e.Expr, Interval]]:
    """What the comparisons with fixed numbers together leave of each expression."""
    found: dict[Key, tuple[e.Expr, Interval]] = {}
    for one in conditions:
        known = bounded(one)
        if known is not None:
            expr, interval = known
            key = key_of(expr)
            found[key] = expr, found[key][1].both(interval) if key in found else interval
    return found


@dataclass(slots=True)
class Possible:
    """Proves things of one ruleset; what it cannot prove may all the same be so."""

    rules: Ruleset
    _scope: Scope = field(default_factory=lambda: Scope(frozenset()))
    _texts: dict[str, tuple[str, ...]] = field(default_factory=lambda: defaultdict(tuple))

    def __post_init__(self) -> None:
        rules, scope = self.rules, self._scope
        for name, one in rules.inputs.items():
            scope.names[name] = Named("input", one.type.unit, one.span, one.type, one.grain)
            self._texts[name] = one.type.choices
        for data in rules.data.values():
            scope.fields[data.name] = {
                one.name: Named("field", one.type.unit, one.span, one.type) for one in data.fields
            }
        for name, parameter in rules.parameters.items():
            if parameter.schedule is not None:
                scope.schedules[name] = parameter.schedule
        scope.highest = self._highest()
        for _ in rules.measures:  # a measure may use one that is written after it
            for measure in rules.measures.values():
                if not self._partner(measure.value):
                    scope.ranges[measure.name] = self._range(measure.value)

    def _partner(self, expr: e.Expr) -> bool:
        """Whether a formula reads partners' fields, which have no type here."""
        return any(
            isinstance(one, e.Field) and one.name not in self._scope.fields.get(one.data, {})
            for one in e.walk(expr)
        )

    def _highest(self) -> Fraction | None:
        adjustments = self.rules.adjustments
        if self.rules.total is not None:
            return None
        if adjustments.total is not None:
            return adjustments.total
        return None if any(one.kind == "bonus" for one in adjustments.lines) else Fraction(100)

    def _range(self, expr: e.Expr) -> Range:
        return range_of(expr, self._scope)

    def never(self, condition: e.Expr) -> bool:
        """Whether it is proved that the condition never holds."""
        parts = list(conjuncts(condition))
        if any(self._never_alone(one) for one in parts):
            return True
        return any(
            interval.empty or self._outside(expr, interval) for expr, interval in stretches(parts).values()
        )

    def _never_alone(self, condition: e.Expr) -> bool:
        match condition:
            case e.Logic("or", left, right):
                return self.never(left) and self.never(right)
            case e.Presence(item, False):
                return self.always_there(item)
            case e.Not(e.Member(e.Fact(name), choices)):
                return bool(self._texts[name]) and set(self._texts[name]) <= set(choices)
            case e.Compare("=", e.Constant() as left, e.Constant() as right):
                return _settled(left, right) and left.value != right.value
            case e.Compare("!=", e.Constant() as left, e.Constant() as right):
                return _settled(left, right) and left.value == right.value
            case e.Not(e.Compare("=", left, right)):
                return self._never_alone(e.Compare("!=", left, right, condition.span))
            case e.Compare("=", e.Fact(name), e.Constant(str() as text)):
                return bool(self._texts[name]) and text not in self._texts[name]
            case _:
                return False

    def _outside(self, expr: e.Expr, interval: Interval) -> bool:
        """Whether an expression never has a value in a stretch."""
        if self._partner(expr):
            return False
        known = self._range(expr)
        values = values_of(known)
        if values is not None:
            return not any(value in interval for value in values)
        reachable = interval.both(Interval(known.low, True, known.high, True))
        if reachable.empty:
            return True
        if known.step is None or reachable.low is None or reachable.high is None:
            return False
        steps = (reachable.low - (known.low or 0)) / known.step
        first = (known.low or 0) + known.step * -(-steps.numerator // steps.denominator)
        return not any(first + known.step * more in reachable for more in (0, 1))

    def always_there(self, expr: e.Expr) -> bool:
        """Whether it is proved that an expression always has a value."""
        match expr:
            case e.Constant(value):
                return value is not None
            case e.InForce() | e.Presence():
                return True
            case e.Fact(name):
                return name in self.rules.inputs and self.rules.inputs[name].missing is not None
            case e.MeasureOf(name):
                return self.always_there(self.rules.measures[name].value)
            case e.Arithmetic("/", left, e.Constant(value)):
                return value not in (None, 0) and self.always_there(left)
            case e.Arithmetic("/"):
                return False
            case e.Call("fallback", arguments):
                return any(self.always_there(one) for one in arguments)
            case e.Call("round" | "round_down" | "round_up" | "min" | "max" | "abs" | "clamp", arguments):
                return all(self.always_there(one) for one in arguments)
            case e.Within(kind):
                return kind in _ALWAYS_THERE
            case e.Group(kind, _, by):
                return kind in _ALWAYS_THERE and not by
            case e.Negate() | e.Arithmetic() | e.Compare() | e.Logic() | e.Not() | e.Choice() | e.Member():
                return all(self.always_there(one) for one in e.children(expr))
            case _:
                return False


def _settled(left: e.Constant, right: e.Constant) -> bool:
    """Whether both are fixed: a test may set a parameter to something else."""
    return left.parameter is None and right.parameter is None and None not in (left.value, right.value)
