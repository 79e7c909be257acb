"""What values an expression can have before any fact: its interval, and the step on which they lie.

The bounds are those of `model.ranges`. A number whose type has no lower bound is taken from zero on where it is no
difference and the policy names no negative value for it: nobody means a share of -5%.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from kpirules.model import expressions as e
from kpirules.model.ranges import range_of
from kpirules.model.rules import Ruleset
from kpirules.model.scope import Named, Scope
from kpirules.policy.lint.intervals import ZERO, Interval, nearest_zero, simplest, steps_of
from kpirules.units import NUMERIC, Unit


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers that a value can be. step: all lie on its multiples, counted from `origin`; None: any number."""

    interval: Interval
    unit: Unit
    step: Fraction | None = None
    origin: Fraction = ZERO

    def within(self, wanted: Interval) -> Interval | None:
        """The part of an interval that can be reached, drawn together to values that are; None without any."""
        both = self.interval.common(wanted)
        if both.empty:
            return None
        if self.step is None:
            return both
        moved = both.moved(-self.origin)
        low = None if moved.low is None else _on_step(moved.low, moved.low_closed, self.step)
        high = None if moved.high is None else _on_step(-moved.high, moved.high_closed, self.step)
        drawn = Interval(low, None if high is None else -high).moved(self.origin)
        return None if drawn.empty else drawn

    def choices(self, wanted: Interval) -> Iterator[Fraction]:
        """Some values of an interval, the easiest to read first."""
        part = self.within(wanted)
        if part is None:
            return
        seen: set[Fraction] = set()
        for one in self._choices(part):
            if one not in seen and part.holds(one):
                seen.add(one)
                yield one

    def _choices(self, part: Interval) -> Iterator[Fraction]:
        if self.step is not None:
            found = nearest_zero(part.moved(-self.origin), self.step)
            if found is not None:
                yield found + self.origin
        elif (easy := simplest(part, steps_of(self.unit))) is not None:
            yield easy
        yield from (one for one in (part.high, part.low) if one is not None)
        for one in (1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000):
            value = Fraction(one)
            if self.step is None or ((value - self.origin) / self.step).denominator == 1:
                yield value


def _on_step(low: Fraction, closed: bool, step: Fraction) -> Fraction:
    """The first multiple of a step from a bound on."""
    places = -(-low // step)
    return (places + (places * step == low and not closed)) * step


class Domains:
    """The domains of a policy's expressions."""

    def __init__(self, rules: Ruleset) -> None:
        self.rules = rules

    @cached_property
    def scope(self) -> Scope:
        """What `model.ranges` wants to know of the policy, from its checked rules."""
        rules = self.rules
        scope = Scope(frozenset(), highest=highest_total(rules))
        scope.names = {
            name: Named("input", one.type.unit, one.span, one.type) for name, one in rules.inputs.items()
        }
        own = {
            name: {one.name: Named("field", one.type.unit, one.span, one.type) for one in data.fields}
            for name, data in rules.data.items()
        }
        scope.fields = {
            name: own[name]
            | {f"{tie.data}.{field}": one for tie in data.ties for field, one in own[tie.data].items()}
            for name, data in rules.data.items()
        }
        scope.schedules = {
            name: one.schedule for name, one in rules.parameters.items() if one.schedule is not None
        }
        for name in rules.measures:
            self._enter(scope, name)
        return scope

    def _enter(self, scope: Scope, name: str) -> None:
        """The range of a measure, after those of the measures that it is made of."""
        if name in scope.ranges:
            return
        value = self.rules.measures[name].value
        for part in e.walk(value):
            if isinstance(part, e.MeasureOf) and part.name != name:
                self._enter(scope, part.name)
        if value.unit in NUMERIC:
            scope.ranges[name] = range_of(value, scope)

    def of(self, expr: e.Expr) -> Domain:
        """The domain of a number."""
        known = range_of(expr, self.scope)
        return Domain(Interval(known.low, known.high), expr.unit, known.step, known.low or ZERO)

    def meant(self, expr: e.Expr, named: Iterable[Fraction]) -> Domain:
        """The same, from zero on where nothing less is meant. named: the values that the policy names for the number."""
        found = self.of(expr)
        unbounded = found.interval.low is None and expr.unit in NUMERIC
        if not unbounded or any(one < 0 for one in named) or self._differs(expr):
            return found
        return replace(found, interval=Interval(ZERO, found.interval.high))

    def _differs(self, expr: e.Expr) -> bool:
        """Whether something is taken away from something, so that less than zero is to be expected."""
        return any(
            (isinstance(part, e.Negate | e.Arithmetic) and getattr(part, "operator", "-") == "-")
            or (isinstance(part, e.MeasureOf) and self._differs(self.rules.measures[part.name].value))
            for part in e.walk(expr)
        )


def highest_total(rules: Ruleset) -> Fraction | None:
    """The greatest total that the limits of the policy allow, None without one."""
    plain = any(one.kind == "bonus" for one in rules.adjustments.lines)
    highest = None if plain or rules.total is not None else Fraction(100)
    known = [one for one in (highest, rules.adjustments.total) if one is not None]
    return min(known, default=None)
