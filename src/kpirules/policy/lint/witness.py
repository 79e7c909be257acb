"""Witnesses: the facts of one person, and what the reference makes of them.

A rule *claims* something about one or two sets of facts; `confirm` asks the reference, which alone decides. Facts are
inputs, columns that are counted from records, and measures, which may be stated as a test states them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from kpirules.diagnostics import Words
from kpirules.matrix import StaffPeriodMatrix, column
from kpirules.model import expressions as e
from kpirules.model.rules import Adjustment, Measure, Outcome, Ruleset
from kpirules.model.wording import named
from kpirules.numbers import decimal_text
from kpirules.periods import first_period
from kpirules.scoring.reference import Reference
from kpirules.units import Unit, shown

Value = e.Value | None
Facts = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Results:
    """What the policy makes of one person. exact: the points of each indicator before they are rounded."""

    exact: Mapping[str, Fraction | None]
    points: Mapping[str, Fraction | None]
    total: Fraction | None
    grade: str | None
    outcomes: Mapping[str, Value]

    def of(self, name: str) -> Value:
        """A result by its name: `total`, `grade`, an indicator, an adjustment or another outcome."""
        match name:
            case "total":
                return self.total
            case "grade":
                return self.grade
            case _ if name in self.points:
                return self.points[name]
            case _:
                return self.outcomes[name]


#: Whether the results are what the rule said. `after` is `before` where there is one set of facts.
Holds = Callable[[Results, Results], bool]


@dataclass(frozen=True, slots=True)
class Claim:
    """Facts before and after, the results to be told of them, and what must hold of these."""

    before: Facts
    told: tuple[str, ...]
    holds: Holds
    after: Facts | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One set of facts with its results."""

    facts: Facts
    results: Results


@dataclass(frozen=True, slots=True)
class Witness:
    """A claim that the reference has confirmed."""

    before: Case
    after: Case | None
    told: tuple[str, ...]
    rules: Ruleset = field(repr=False)

    @property
    def words(self) -> Words:
        """`with late = 3 (calls = 100): 12 points; with late = 2: 10 points`."""
        return Words(self._said("en"), self._said("zh"))

    def _said(self, language: str) -> str:
        facts, results = self.before.facts, self.before.results
        if self.after is None:
            return self._case(language, facts, {}, results)
        other = self.after.facts
        changed = [name for name in {**facts, **other} if facts.get(name) != other.get(name)]
        same = {name: value for name, value in facts.items() if name not in changed}
        first = self._case(language, {name: facts.get(name) for name in changed}, same, results)
        second = self._case(language, {name: other.get(name) for name in changed}, {}, self.after.results)
        return f"{first}{'；' if language == 'zh' else '; '}{second}"

    def _case(self, language: str, facts: Facts, aside: Facts, results: Results) -> str:
        chinese = language == "zh"
        comma, colon = ("，", "：") if chinese else (", ", ": ")
        listed = comma.join(self._fact(language, *one) for one in facts.items())
        rest = comma.join(self._fact(language, *one) for one in aside.items())
        if rest:
            listed += f"（{rest}）" if chinese else f" ({rest})"
        told = comma.join(self._result(language, name, results) for name in self.told)
        return f"{'当 ' if chinese else 'with '}{listed}{colon}{told}" if listed else told

    def _fact(self, language: str, name: str, value: Value) -> str:
        called = Words(name, name)
        counted = next((one for one in self.rules.aggregates if one.name == name), None)
        if counted is not None:  # a column that is counted from records has the name of its owner
            owner, words = name.partition(".")[0], named(counted)
            called = Words(f"{words.en} ({owner})", f"{words.zh}（{owner}）")
        shown_name = called.zh if language == "zh" else called.en
        return f"{shown_name} = {_shown(self.rules, name, value, language)}"

    def _result(self, language: str, name: str, results: Results) -> str:
        chinese = language == "zh"
        value = results.of(name)
        if name in results.points:
            if value is None:
                return f"{name} 不计分" if chinese else f"{name} is not counted"
            assert isinstance(value, Fraction)
            text = decimal_text(value)
            return f"{name} {text} 分" if chinese else f"{name} {text} {'point' if value == 1 else 'points'}"
        shown_name = {"total": "总分", "grade": "等级"}.get(name, name) if chinese else name
        if value is None:
            return f"没有{shown_name}" if chinese else f"no {shown_name}"
        return f"{shown_name} {_result_shown(self.rules, name, value, language)}"


def confirm(rules: Ruleset, claim: Claim) -> Witness | None:
    """The witness, or None where the reference does not give what is claimed."""
    before = _case(rules, claim.before)
    after = None if claim.after is None else _case(rules, claim.after)
    if before is None or (claim.after is not None and after is None):
        return None
    if not claim.holds(before.results, (after or before).results):
        return None
    return Witness(before, after, claim.told, rules)


def _case(rules: Ruleset, facts: Facts) -> Case | None:
    results = results_of(rules, facts)
    return None if results is None else Case(facts, results)


def results_of(rules: Ruleset, facts: Facts) -> Results | None:
    """The results of one person with these facts; None where the policy does not apply to them."""
    reference = reference_of(rules, facts)
    if not reference.is_appraised(0):
        return None
    scored = reference.indicators(0)
    place = reference.grade(0)
    return Results(
        {one.id: scored[one.id].points if one.id in scored else None for one in rules.indicators},
        {one.id: reference.published_points(one.id, 0) for one in rules.indicators},
        reference.total(0),
        rules.grades[place].id if place >= 0 else None,
        {one.id: reference.outcome(one.id, 0) for one in _lines(rules)},
    )


def reference_of(rules: Ruleset, facts: Facts) -> Reference:
    """The reference of one person with these facts, at row 0."""
    stated = _with_stated_measures(rules, facts)
    return Reference(stated, _matrix(stated, facts))


def _lines(rules: Ruleset) -> tuple[Adjustment | Outcome, ...]:
    """Everything but points, total and grade that has a result of its own."""
    return (*rules.adjustments.lines, *rules.outcomes)


def _with_stated_measures(rules: Ruleset, facts: Facts) -> Ruleset:
    """A measure that is stated is a plain fact, as in a test."""
    if not any(name in facts for name in rules.measures):
        return rules
    measures = {
        name: Measure(name, one.label, e.Fact(name, one.value.unit, one.span), one.span, one.grain)
        if name in facts
        else one
        for name, one in rules.measures.items()
    }
    return replace(rules, measures=measures)


def _matrix(rules: Ruleset, facts: Facts) -> StaffPeriodMatrix:
    """One row with these facts, and no shorter periods inside it."""
    units = units_of(rules)
    zero = np.zeros(1, np.int32)
    columns = {name: column(name, units[name], [value]) for name, value in facts.items()}
    return StaffPeriodMatrix(zero, ["1"], zero, [str(first_period(rules.period))], columns)


def units_of(rules: Ruleset) -> dict[str, Unit]:
    """The units of everything that a witness may state."""
    return {
        **{one.name: one.unit for one in rules.aggregates if one.grain is None},
        **{name: one.value.unit for name, one in rules.measures.items() if one.grain is None},
        **{name: one.type.unit for name, one in rules.inputs.items() if one.grain is None},
    }


def _shown(rules: Ruleset, name: str, value: Value, language: str) -> str:
    match value:
        case None:
            return "空" if language == "zh" else "missing"
        case bool():
            return ("是" if value else "否") if language == "zh" else "yes" if value else "no"
        case str():
            return f"“{value}”" if language == "zh" else f'"{value}"'
        case _:
            return shown(value, units_of(rules)[name], language, rules.currency)


def _result_shown(rules: Ruleset, name: str, value: e.Value, language: str) -> str:
    match value:
        case bool():
            return ("是" if value else "否") if language == "zh" else "yes" if value else "no"
        case str():
            return value
        case _:
            unit = next((one.unit for one in _lines(rules) if one.id == name), Unit.POINTS)
            return shown(value, unit, language, rules.currency)
