"""Runs the tests written in a policy against its meaning, the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from kpirules.diagnostics import Span
from kpirules.matrix import StaffPeriodMatrix, column
from kpirules.model import expressions as e
from kpirules.model.rules import Example, Given, Measure, Person, Ruleset
from kpirules.periods import Period, PeriodKind, first_period, is_shorter, shorter
from kpirules.scoring.reference import Reference
from kpirules.units import Unit

Value = e.Value | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation of one person: what was expected, what the policy gives, and whether they are the same."""

    test: str
    person: str
    name: str
    expected: Value
    actual: Value
    span: Span

    @property
    def passed(self) -> bool:
        return self.expected == self.actual


Set = Callable[[Mapping[str, e.Value]], Ruleset]


def run_examples(rules: Ruleset, with_parameters: Set) -> Iterator[Finding]:
    """Every expectation of every test, in writing order.

    with_parameters: the same policy with parameters set, for tests that give some.
    """
    for example in rules.examples:
        given = {one.name: one for person in example.people for one in (*example.given, *person.given)}
        settings = {
            name: one.value
            for name, one in given.items()
            if name in rules.parameters and one.value is not None
        }
        yield from _run(with_parameters(settings) if settings else rules, example)


def _run(rules: Ruleset, example: Example) -> Iterator[Finding]:
    facts = [{one.name: one for one in (*example.given, *person.given)} for person in example.people]
    stated = {name for one in facts for name in one}
    rules = _with_stated_measures(rules, stated)
    matrix = _matrix(rules, example, facts)
    reference = Reference(rules, matrix)
    for row, person in enumerate(example.people):
        for expected in person.expected:
            actual = _actual(reference, rules, expected.name, row)
            yield Finding(example.title, person.name, expected.name, expected.value, actual, expected.span)


def _with_stated_measures(rules: Ruleset, stated: set[str]) -> Ruleset:
    """A measure that a test states is a plain fact there."""
    measures = {
        name: Measure(name, one.label, e.Fact(name, one.value.unit, one.span), one.span, one.grain)
        if name in stated
        else one
        for name, one in rules.measures.items()
    }
    return replace(rules, measures=measures)


def _matrix(rules: Ruleset, example: Example, facts: list[dict[str, Given]]) -> StaffPeriodMatrix:
    """The stated facts: a row per person, in the first period of 2026, and the shorter periods inside it."""
    size = len(facts)
    names = [_name(person, number) for number, person in enumerate(example.people)]
    period = first_period(rules.period)
    parts: dict[str, StaffPeriodMatrix] = {}
    for grain in rules.grains:
        around = [period, *_longer_kinds(rules, period, grain)]
        inside = sorted({one for longer in around for one in shorter(longer, PeriodKind(grain))})
        known = {one: place for place, one in enumerate(shorter(period, PeriodKind(grain)))}
        columns = {
            name: column(name, unit, [_one(one, name, known.get(time)) for one in facts for time in inside])
            for name, unit in _units(rules, grain).items()
        }
        parts[grain] = StaffPeriodMatrix(
            np.repeat(np.arange(size, dtype=np.int32), len(inside)),
            names,
            np.tile(np.arange(len(inside), dtype=np.int32), size),
            [str(one) for one in inside],
            columns,
            dict(parts),
        )
    whole = {
        name: column(name, unit, [_stated(one, name) for one in facts])
        for name, unit in _units(rules, None).items()
    }
    return StaffPeriodMatrix(
        np.arange(size, dtype=np.int32), names, np.zeros(size, np.int32), [str(period)], whole, parts
    )


def _longer_kinds(rules: Ruleset, period: Period, grain: str) -> list[Period]:
    """The periods inside a period, longer than those of a kind, that something is measured by."""
    kinds = [PeriodKind(one) for one in rules.grains if is_shorter(PeriodKind(grain), PeriodKind(one))]
    return [one for kind in kinds for one in shorter(period, kind)]


def _units(rules: Ruleset, grain: str | None) -> dict[str, Unit]:
    """The units of everything that can be stated for periods of one length."""
    return {
        **{name: one.type.unit for name, one in rules.inputs.items() if one.grain == grain},
        **{name: one.value.unit for name, one in rules.measures.items() if one.grain == grain},
        **{one.name: one.unit for one in rules.aggregates if one.grain == grain},
    }


def _one(facts: dict[str, Given], name: str, place: int | None) -> Value:
    """The value stated for one shorter period, by its place among those of the period."""
    found = facts.get(name)
    series = () if found is None or found.series is None else found.series
    return series[place] if place is not None and place < len(series) else None


def _stated(facts: dict[str, Given], name: str) -> Value:
    found = facts.get(name)
    return None if found is None else found.value


def _name(person: Person, number: int) -> str:
    return person.name or str(number + 1)


def _actual(reference: Reference, rules: Ruleset, name: str, row: int) -> Value:
    if not reference.is_appraised(row):
        return None
    if name == "total":
        return reference.total(row)
    if name == "grade":
        code = reference.grade(row)
        return rules.grades[code].id if code >= 0 else None
    if any(one.id == name for one in rules.indicators):
        return reference.published_points(name, row)
    if name in rules.measures:
        return reference.value(rules.measures[name].value, row)
    value = reference.outcome(name, row)
    return value if not isinstance(value, int) or isinstance(value, bool) else Fraction(value)
