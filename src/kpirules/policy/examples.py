"""Runs the tests written in a policy against its meaning, the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from kpirules.diagnostics import Span
from kpirules.matrix import Column, StaffPeriodMatrix, column
from kpirules.model import expressions as e
from kpirules.model.rules import Example, Given, Measure, Person, Ruleset
from kpirules.scoring.reference import Reference

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
        name: Measure(name, one.label, e.Fact(name, one.value.unit, one.span), one.span)
        if name in stated
        else one
        for name, one in rules.measures.items()
    }
    return replace(rules, measures=measures)


def _matrix(rules: Ruleset, example: Example, facts: list[dict[str, Given]]) -> StaffPeriodMatrix:
    units = {
        **{name: one.type.unit for name, one in rules.inputs.items()},
        **{name: one.value.unit for name, one in rules.measures.items()},
        **{one.name: one.unit for one in rules.aggregates},
    }
    columns: dict[str, Column] = {}
    for name, unit in units.items():
        values = [_stated(one, name) for one in facts]
        columns[name] = column(name, unit, values)
    size = len(facts)
    names = [_name(person, number) for number, person in enumerate(example.people)]
    return StaffPeriodMatrix(
        np.arange(size, dtype=np.int32), names, np.zeros(size, np.int32), [rules.period], columns
    )


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
