"""What would have been: the reference with one thing of one row otherwise than it was, everything else the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.checklist import Lost
from kpirules.model.rules import Indicator, Ruleset
from kpirules.scoring.people import People
from kpirules.scoring.reference import Reference, Scored

Value = e.Value | None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What is otherwise. fact: an input or an aggregate by its column. measure: an expression, that very object.

    total: the published total.
    """

    value: Value
    fact: str | None = None
    measure: e.Expr | None = None
    total: bool = False


class Changed(Reference):
    """Everything is worked out anew from the facts; the slow way, which any claim is held against."""

    def __init__(self, known: Reference, row: int, otherwise: Otherwise) -> None:
        super().__init__(known.rules, known.facts)
        self.row = row
        self.otherwise = otherwise

    def fact(self, name: str, row: int) -> Value:
        if row == self.row and name == self.otherwise.fact:
            return self.otherwise.value
        return super().fact(name, row)

    def value(self, expr: e.Expr, row: int) -> Value:
        if row == self.row and expr is self.otherwise.measure:
            return self.otherwise.value
        return super().value(expr, row)

    def total(self, row: int) -> Fraction | None:
        if row == self.row and self.otherwise.total:
            value = self.otherwise.value
            return value if isinstance(value, Fraction) else None
        return super().total(row)


class Trial(Changed):
    """The same at little cost: other rows, and indicators that the change does not enter, are as they were.

    That is right for others where the change enters nothing across people but quotas (`apart`); elsewhere it is a guess
    that `Changed` decides.
    """

    def __init__(
        self,
        known: Reference,
        row: int,
        otherwise: Otherwise,
        entered: frozenset[str],
        *,
        apart: bool = False,
        full: bool = False,
    ) -> None:
        """entered: ids of the indicators that the change enters. full: they have full marks, whatever it is."""
        super().__init__(known, row, otherwise)
        self.known = known
        if apart:
            self.people = known.people
        self._entered = entered
        self._full = full
        self._scored: dict[str, Scored] | None = None

    @property
    def appraised(self) -> list[int]:
        return self.known.appraised

    def value(self, expr: e.Expr, row: int) -> Value:
        return super().value(expr, row) if row == self.row else self.known.value(expr, row)

    def total(self, row: int) -> Fraction | None:
        return super().total(row) if row == self.row else self.known.total(row)

    def place(self) -> int:
        """The place of the row's grade among everybody's, as `grade` gives it."""
        limited = self.rules.limited
        return self.own_grade(self.row) if limited is None else People(self).limited(limited, self.row)

    def own_grade(self, row: int) -> int:
        return super().own_grade(row) if row == self.row else self.known.own_grade(row)

    def indicators(self, row: int) -> dict[str, Scored]:
        if row != self.row:
            return self.known.indicators(row)
        if self._scored is None:
            before = self.known.indicators(row)
            self._scored = {
                one.id: found
                for one in self.rules.indicators
                if (found := self._one(one, before.get(one.id))) is not None
            }
        return self._scored

    def _one(self, one: Indicator, before: Scored | None) -> Scored | None:
        if one.id not in self._entered:
            return before
        if one.applies is not None and self.value(one.applies, self.row) is not True:
            return None
        return Scored(None, None, one.weight, False) if self._full else self._score(one, self.row)


def exprs_of(one: Indicator) -> Iterator[e.Expr]:
    """Everything that an indicator reads."""
    yield one.measure
    if one.target is not None:
        yield one.target.value
    if one.applies is not None:
        yield one.applies
    if isinstance(one.form, Lost):
        yield from (line.value for line in one.form.lines)


def opened(rules: Ruleset, *exprs: e.Expr) -> Iterator[e.Expr]:
    """Every part of expressions, and of the measures, indicators, outcomes and adjustments that they name."""
    outcomes = {one.id: one.value for one in rules.outcomes}
    outcomes |= {one.id: one.value for one in rules.adjustments.lines}
    indicators = {one.id: one for one in rules.indicators}
    waiting, seen = list(exprs), set[str]()
    while waiting:
        for part in e.walk(waiting.pop()):
            yield part
            match part:
                case e.MeasureOf(name) if f"measure {name}" not in seen:
                    seen.add(f"measure {name}")
                    waiting.append(rules.measures[name].value)
                case e.OutcomeOf(name) if f"outcome {name}" not in seen:
                    seen.add(f"outcome {name}")
                    waiting.append(outcomes[name])
                case e.PointsOf(name) if f"points {name}" not in seen:
                    seen.add(f"points {name}")
                    waiting += exprs_of(indicators[name])
                case _:
                    pass


def reads(rules: Ruleset, *exprs: e.Expr) -> frozenset[str]:
    """The columns of facts that expressions read, however deep."""
    return frozenset(part.name for part in opened(rules, *exprs) if isinstance(part, e.Fact | e.Aggregate))


def across(rules: Ruleset) -> tuple[e.Expr, ...]:
    """Everything across people on which a total depends, and who is appraised at all, since they are the people."""
    exprs = [part for one in rules.indicators for part in exprs_of(one)]
    exprs += [one.value for one in rules.adjustments.lines]
    found = [part for part in opened(rules, *exprs) if isinstance(part, e.Group | e.Rank | e.Division)]
    return (*found, *(() if rules.applies is None else (rules.applies,)))
