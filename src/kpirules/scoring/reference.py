"""The meaning of a policy, in exact rational arithmetic: short, slow and obvious on purpose.

Everything else that scores must equal this on every published cell. It reads the checked model and the facts
and nothing else; it never sees a plan or a kernel. Values are Fraction, str or bool; None is missing (of a
condition: unknown, which never holds).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np

from kpirules.matrix import MISSING, Flags, Labels, Result, ScoreMatrix, StaffPeriodMatrix, labels
from kpirules.model import expressions as e
from kpirules.model.forms import Target
from kpirules.model.functions import FUNCTIONS
from kpirules.model.rules import Absent, Indicator, Missing, Ruleset
from kpirules.numbers import Rounding
from kpirules.periods import PeriodKind, longer, parse
from kpirules.scoring import publishing
from kpirules.scoring.adjustments import Adjusted, adjusted, best_place
from kpirules.scoring.people import People
from kpirules.scoring.through_time import earlier_name, in_force, summary
from kpirules.units import DAY, Unit

Value = e.Value | None


@dataclass(frozen=True, slots=True)
class Scored:
    """One indicator for one person and period: what was measured, and the points before rounding.

    points None: missing, and not counted. absent: the fact was missing (points are then what the policy says).
    """

    measure: Value
    target: Target | None
    points: Fraction | None
    absent: bool


@dataclass(slots=True)
class Row:
    """What is known of one staff member and period; filled on demand."""

    indicators: dict[str, Scored] | None = None
    outcomes: dict[str, Value] = field(default_factory=dict)
    adjusted: tuple[Adjusted | None] | None = None
    total: tuple[Fraction | None] | None = None


class Reference:
    """A policy over a table of facts; ask it for any row's measures, points, total, grade and outcomes."""

    def __init__(
        self,
        rules: Ruleset,
        facts: StaffPeriodMatrix,
        grain: str | None = None,
        around: Reference | None = None,
    ) -> None:
        """grain, around: for the facts of shorter periods, their kind, and the reference of the whole table."""
        self.rules = rules
        self.facts = facts
        self.grain = grain
        self.whole = around or self
        self._inner: dict[str, tuple[Reference, dict[tuple[int, str], list[int]]]] = {}
        self._rows: dict[int, Row] = defaultdict(Row)
        self.people = People(self)
        self._outcomes = {outcome.id: outcome for outcome in rules.outcomes}
        self._adjustments = {one.id: one for one in rules.adjustments.lines}

    @cached_property
    def appraised(self) -> list[int]:
        """The rows that the policy applies to, in order."""
        return [row for row in range(len(self.facts)) if self.is_appraised(row)]

    def is_appraised(self, row: int) -> bool:
        return self.rules.applies is None or self.value(self.rules.applies, row) is True

    # Expressions

    def value(self, expr: e.Expr, row: int) -> Value:
        """The exact value of an expression for a row."""
        match expr:
            case e.Constant(value):
                return value
            case e.Fact(name) | e.Aggregate(name):
                return self.fact(name, row)
            case e.InForce(name):
                schedule = self.rules.parameters[name].schedule
                assert schedule is not None
                return in_force(schedule, self.facts.row_name(row)[1])
            case e.MeasureOf(name):
                return self.value(self.rules.measures[name].value, row)
            case e.PublishedTotal():
                return self.total(row)
            case e.OwnGrade():
                place = self.own_grade(row)
                return None if place < 0 else Fraction(place)
            case e.PublishedGrade() | e.LimitedGrade():
                place = self.grade(row)
                return None if place < 0 else Fraction(place)
            case e.PointsOf(indicator):
                return self.published_points(indicator, row)
            case e.OutcomeOf(name):
                return self.outcome(name, row)
            case e.Negate(item):
                value = self._number(item, row)
                return None if value is None else -value
            case e.Arithmetic(operator, left, right):
                result = _arithmetic(operator, self._number(left, row), self._number(right, row))
                # Dates are held in days, the time between them in microseconds.
                return result * DAY if result is not None and left.unit is Unit.DATE else result
            case e.Compare(operator, left, right):
                return _compare(operator, self.value(left, row), self.value(right, row))
            case e.Member(item, choices):
                value = self.value(item, row)
                return None if value is None else value in choices
            case e.Logic(operator, left, right):
                return _logic(operator, self.value(left, row), self.value(right, row))
            case e.Not(item):
                value = self.value(item, row)
                return None if value is None else not value
            case e.Presence(item, present):
                return (self.value(item, row) is not None) == present
            case e.Choice(then, condition, other):
                holds = self.value(condition, row)
                return None if holds is None else self.value(then if holds else other, row)
            case e.Call(function, arguments):
                return FUNCTIONS[function].meaning([self.value(one, row) for one in arguments])
            case e.Lookup(name, key):
                value = self.value(key, row)
                return None if value is None else self.rules.tables[name].value(value)
            case e.Group() | e.Rank() | e.Division():
                return self.people.value(expr, row)
            case e.Within():
                return self._within(expr, row)
            case e.Earlier(item, back):
                earlier = self.before(row, back)
                return None if earlier is None else self.value(item, earlier)
            case e.Recent(count=count):
                rows = [self.before(row, back) for back in range(count)]
                return summary(expr, [self._number(expr.item, one) for one in rows if one is not None])
            case e.Field() | e.Followed():
                raise AssertionError("a record's field has no value for a row")

    @cached_property
    def _rows_of(self) -> dict[tuple[int, str], int]:
        """The appraised row of a person and period."""
        return {
            (int(self.facts.staff[row]), self.facts.row_name(row)[1]): row for row in reversed(self.appraised)
        }

    def before(self, row: int, periods: int) -> int | None:
        """The row of the same person so many periods before, if the policy applied to them then."""
        name = earlier_name(self.facts.row_name(row)[1], periods)
        return None if name is None else self._rows_of.get((int(self.facts.staff[row]), name))

    def _number(self, expr: e.Expr, row: int) -> Fraction | None:
        value = self.value(expr, row)
        assert value is None or isinstance(value, Fraction)
        return value

    def fact(self, name: str, row: int) -> Value:
        """The delivered fact, or what the policy says an empty one stands for."""
        declared = self.rules.inputs.get(name)
        if declared is not None and declared.grain != self.grain:
            return self._fact_around(name, declared.grain, row)
        column = self.facts.columns.get(name)
        value = None if column is None else column.value(row)
        return declared.missing if value is None and declared is not None else value

    # Shorter periods

    def _fact_around(self, name: str, grain: str | None, row: int) -> Value:
        """A fact of the longer period to which the row's period belongs; a row that is not there is an empty one."""
        around = self.whole if grain is None else self.whole.shorter(grain)
        staff, period = self.facts.row_name(row)
        own = parse(period)
        assert own is not None
        wanted = str(longer(own, PeriodKind(grain or self.rules.period)))
        found = [at for at in range(len(around.facts)) if around.facts.row_name(at) == (staff, wanted)]
        return around.fact(name, found[0]) if found else self.rules.inputs[name].missing

    def shorter(self, grain: str) -> Reference:
        """The reference of the table of shorter periods."""
        return self._shorter(grain)[0]

    def _shorter(self, grain: str) -> tuple[Reference, dict[tuple[int, str], list[int]]]:
        """The same, and its rows by staff member and by the period here to which their own belongs, in time's order."""
        if grain not in self._inner:
            facts = self.facts.parts.get(grain) or _no_rows(self.facts)
            inner = Reference(self.rules, facts, grain, self.whole)
            kind = PeriodKind(self.grain or self.rules.period)
            rows: dict[tuple[int, str], list[int]] = defaultdict(list)
            times = {name: time for name in facts.period_names if (time := parse(name)) is not None}
            for row in sorted(range(len(facts)), key=lambda one: times[facts.row_name(one)[1]]):
                around = str(longer(times[facts.row_name(row)[1]], kind))
                rows[int(facts.staff[row]), around].append(row)
            self._inner[grain] = inner, rows
        return self._inner[grain]

    def shorter_rows(self, grain: str, row: int) -> list[int]:
        """The rows of the shorter periods that belong to the row's own, in time's order."""
        key = int(self.facts.staff[row]), self.facts.row_name(row)[1]
        return self._shorter(grain)[1].get(key, [])

    def _within(self, summary: e.Within, row: int) -> Value:
        inner = self.shorter(summary.grain)
        rows = self.shorter_rows(summary.grain, row)
        where = summary.where
        known = {one: where is None or inner.value(where, one) for one in rows}
        holding = [one for one in rows if known[one] is True]
        if summary.item is None:
            if summary.kind is e.Over.COUNT:
                return Fraction(len(holding))
            told = [one for one in rows if known[one] is not None]
            return Fraction(len(holding), len(told)) if told else None
        items = [value for one in holding if (value := inner._number(summary.item, one)) is not None]
        if summary.best is not None:
            items = sorted(items, reverse=True)[: summary.best]
        match summary.kind:
            case e.Over.FIRST | e.Over.LAST:
                return None if not items else items[0 if summary.kind is e.Over.FIRST else -1]
            case kind:
                return _summary(kind, items)

    # Indicators, total, grade

    def indicators(self, row: int) -> dict[str, Scored]:
        """Every indicator that exists for the row, by id."""
        known = self._rows[row]
        if known.indicators is None:
            known.indicators = {
                one.id: self._score(one, row)
                for one in self.rules.indicators
                if one.applies is None or self.value(one.applies, row) is True
            }
        return known.indicators

    def _score(self, indicator: Indicator, row: int) -> Scored:
        measure = self.value(indicator.measure, row)
        target = self._target(indicator, row)
        points = None
        if measure is not None and (indicator.target is None or target is not None):
            points = indicator.form.points(measure, target, indicator.weight)
        absent = points is None
        if points is None:
            points = _instead(indicator.missing, indicator.weight)
        if points is not None:
            points = min(max(points, Fraction(0)), indicator.weight)
        return Scored(measure, target, points, absent)

    def _target(self, indicator: Indicator, row: int) -> Target | None:
        if indicator.target is None:
            return None
        value = self._number(indicator.target.value, row)
        return None if value is None else Target(indicator.target.operator, value)

    def published_points(self, indicator: str, row: int) -> Fraction | None:
        scored = self.indicators(row).get(indicator)
        return None if scored is None or scored.points is None else self.rules.points_rounding(scored.points)

    def unrounded_total(self, row: int) -> Fraction | None:
        """Points earned over weight present, times 100; of a roll-up what its formula gives."""
        if self.rules.total is not None:
            return self._number(self.rules.total, row)
        weights = {one.id: one.weight for one in self.rules.indicators}
        counted = [
            (one.points, weights[name])
            for name, one in self.indicators(row).items()
            if one.points is not None
        ]
        present = sum((weight for _, weight in counted), Fraction(0))
        earned = sum((points for points, _ in counted), Fraction(0))
        return None if present == 0 else earned / present * 100

    def adjusted_total(self, row: int) -> Adjusted | None:
        """The total before it is rounded, with everything that bonuses, penalties and vetoes make of it."""
        known = self._rows[row]
        if known.adjusted is None:
            base = self.unrounded_total(row)
            found = None
            if base is not None:
                found = adjusted(self.rules.adjustments, base, lambda expr: self.value(expr, row))
            known.adjusted = (found,)
        return known.adjusted[0]

    def total(self, row: int) -> Fraction | None:
        known = self._rows[row]
        if known.total is None:
            found = self.adjusted_total(row)
            known.total = (None if found is None else self.rules.total_rounding(found.total),)
        return known.total[0]

    def forget(self, row: int) -> None:
        """Let go of what is known of a row but its total, which others may still ask for."""
        known = self._rows[row]
        self._rows[row] = Row(total=known.total)

    def grade(self, row: int) -> int:
        """The place of the row's grade in the policy's list, or -1 where there is no total."""
        limited = self.rules.limited
        return self.own_grade(row) if limited is None else self.people.limited(limited, row)

    def own_grade(self, row: int) -> int:
        """The place of the grade by the row's own total and vetoes, before quotas."""
        place = self.graded_without_veto(row)
        best = best_place(self.rules.adjustments, lambda expr: self.value(expr, row))
        return place if place < 0 else max(place, best)

    def graded_without_veto(self, row: int) -> int:
        """The place of the grade that the published total reaches."""
        total = self.total(row)
        if total is None:
            return -1
        fitting = (i for i, grade in enumerate(self.rules.grades) if grade.low is None or total >= grade.low)
        return next(fitting, -1)

    def outcome(self, name: str, row: int) -> Value:
        """An amount or another consequence as published, or an adjustment."""
        known = self._rows[row].outcomes
        if name in self._adjustments:
            return self._adjustment(name, row)
        if name not in known:
            outcome = self._outcomes[name]
            value = self.value(outcome.value, row)
            if isinstance(value, Fraction) and outcome.rounding is not None:
                value = outcome.rounding(value)
            known[name] = value
        return known[name]

    def _adjustment(self, name: str, row: int) -> Value:
        """The points of a bonus or penalty as published, whether a veto holds; nothing is adjusted without a total."""
        if self.adjusted_total(row) is None:
            return None
        value = self.value(self._adjustments[name].value, row)
        return self.rules.points_rounding(value) if isinstance(value, Fraction) else value


def score(rules: Ruleset, facts: StaffPeriodMatrix) -> ScoreMatrix:
    """Every published result of every appraised row."""
    reference = Reference(rules, facts)
    rows = reference.appraised

    def published(values: list[Value], unit: Unit, rounding: Rounding) -> Result:
        steps = [rounding.steps(v) if isinstance(v, Fraction) else MISSING for v in values]
        return Result(np.array(steps, np.int64), unit, rounding)

    def column(name: str, unit: Unit, rounding: Rounding | None) -> Result | Flags | Labels:
        values = [reference.outcome(name, row) for row in rows]
        if rounding is not None:
            return published(values, unit, rounding)
        if unit is Unit.TEXT:
            return labels([value if isinstance(value, str) else None for value in values])
        return Flags(np.array([-1 if v is None else int(bool(v)) for v in values], np.int8))

    scores = ScoreMatrix(
        facts=facts,
        rows=np.array(rows, np.int64),
        points={
            one.id: published(
                [reference.published_points(one.id, row) for row in rows], Unit.POINTS, rules.points_rounding
            )
            for one in rules.indicators
        },
        total=published([reference.total(row) for row in rows], Unit.POINTS, rules.total_rounding),
        grade=np.array([reference.grade(row) for row in rows], np.int8),
        grades=tuple(grade.id for grade in rules.grades),
        adjustments={
            one.id: column(one.id, one.unit, rules.points_rounding if one.kind != "veto" else None)
            for one in rules.adjustments.lines
        },
        outcomes={one.id: column(one.id, one.unit, one.rounding) for one in rules.outcomes},
    )
    return publishing.published(scores)


def _summary(kind: e.Over, items: list[Fraction]) -> Fraction | None:
    """What is made of the items that there are."""
    match kind:
        case e.Over.COUNT:
            return Fraction(len(items))
        case e.Over.SUM:
            return sum(items, Fraction(0))
    if not items:
        return None
    match kind:
        case e.Over.MEAN:
            return sum(items, Fraction(0)) / len(items)
        case e.Over.MIN:
            return min(items)
        case e.Over.MAX:
            return max(items)
        case e.Over.MEDIAN:
            items = sorted(items)
            return (items[(len(items) - 1) // 2] + items[len(items) // 2]) / 2
        case _:
            raise AssertionError(f"no {kind} of several values")


def _no_rows(facts: StaffPeriodMatrix) -> StaffPeriodMatrix:
    none = np.zeros(0, np.int32)
    return StaffPeriodMatrix(none, facts.staff_names, none, (), {})


def _instead(missing: Missing, full: Fraction) -> Fraction | None:
    match missing.rule:
        case Absent.ZERO:
            return Fraction(0)
        case Absent.FULL:
            return full
        case Absent.VALUE:
            return missing.value
        case Absent.REDISTRIBUTE | Absent.ERROR:
            return None


def _arithmetic(operator: str, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return None if right == 0 else left / right


def _compare(operator: str, left: Value, right: Value) -> bool | None:
    if left is None or right is None:
        return None
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
    assert isinstance(left, Fraction) and isinstance(right, Fraction)
    match operator:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def _logic(operator: str, left: Value, right: Value) -> bool | None:
    decisive = operator == "or"
    if left is decisive or right is decisive:
        return decisive
    return None if left is None or right is None else not decisive
