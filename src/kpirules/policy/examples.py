"""Runs the tests written in a policy against its meaning, the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from kpirules.diagnostics import Diagnostic, Problems, Span
from kpirules.matrix import StaffPeriodMatrix, column
from kpirules.model import expressions as e
from kpirules.model.rules import Example, Expected, Given, Measure, Person, Ruleset
from kpirules.periods import Period, PeriodKind, is_shorter, shorter
from kpirules.policy.measured import with_records
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


@dataclass(frozen=True, slots=True)
class Row:
    """One person of a test in one period. person: their number. name: as findings tell it."""

    person: int
    name: str
    period: Period
    facts: Mapping[str, Given]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A test as it was worked out. rules: with the parameters and measures that it states, or those of its roll-up.

    rows: of its people in their periods, in the order of the reference's.
    """

    example: Example
    rules: Ruleset
    reference: Reference
    rows: Sequence[Row]

    def findings(self) -> Iterator[Finding]:
        """Every expectation, in writing order."""
        for row, one in enumerate(self.rows):
            for expected in one.expected:
                actual = actual_value(self.reference, self.rules, expected.name, row)
                yield Finding(
                    self.example.title, one.name, expected.name, expected.value, actual, expected.span
                )


@dataclass(frozen=True, slots=True)
class TestRun:
    """What came of one test. wrong: why it could not be worked out."""

    __test__ = False  # no test of ours

    example: Example
    findings: tuple[Finding, ...]
    wrong: tuple[Diagnostic, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.wrong and all(one.passed for one in self.findings)


def run_examples(rules: Ruleset, with_parameters: Set) -> Iterator[TestRun]:
    """Every test in writing order.

    with_parameters: the same policy with parameters set, for tests that give some; raises Problems where it cannot be.
    """
    for example in rules.examples:
        try:
            yield TestRun(example, tuple(play(rules, with_parameters, example).findings()))
        except Problems as unfit:
            yield TestRun(example, (), unfit.diagnostics)


def play(rules: Ruleset, with_parameters: Set, example: Example) -> Played:
    """Work out one test."""
    settings = settings_of(rules, example)
    whole = with_parameters(settings) if settings else rules
    inner = whole if example.rollup is None else whole.rollups[example.rollup].ruleset
    rows = _rows(inner, example)
    inner = _with_stated_measures(inner, {name for one in rows for name in one.facts})
    matrix = _matrix(inner, example, rows)
    if example.data:
        matrix = with_records(inner, example, matrix)
    return Played(example, inner, Reference(inner, matrix), rows)


def settings_of(rules: Ruleset, example: Example) -> dict[str, e.Value]:
    """The parameters that a test gives."""
    given = {one.name: one for person in example.people for one in (*example.given, *person.given)}
    return {
        name: one.value for name, one in given.items() if name in rules.parameters and one.value is not None
    }


def _rows(rules: Ruleset, example: Example) -> list[Row]:
    """A row for every person in the test's own period, then their earlier ones.

    Who a person is (their attributes) holds in earlier periods too, unless it is given there.
    """
    rows: list[Row] = []
    past: list[Row] = []
    for number, person in enumerate(example.people):
        facts = {one.name: one for one in (*example.given, *person.given)}
        rows.append(Row(number, person.name, example.period, facts, person.expected))
        lasting = {
            name: one for name, one in facts.items() if name in rules.inputs and rules.inputs[name].attribute
        }
        for one in person.past:
            name = f"{person.name} {one.period}".strip()
            own = lasting | {given.name: given for given in one.given}
            past.append(Row(number, name, one.period, own, one.expected))
    return rows + past


def _with_stated_measures(rules: Ruleset, stated: set[str]) -> Ruleset:
    """A measure that a test states is a plain fact there."""
    measures = {
        name: Measure(name, one.label, e.Fact(name, one.value.unit, one.span), one.span, one.grain)
        if name in stated
        else one
        for name, one in rules.measures.items()
    }
    return replace(rules, measures=measures)


def _matrix(rules: Ruleset, example: Example, rows: Sequence[Row]) -> StaffPeriodMatrix:
    """The stated facts: a row per person and period, and the shorter periods inside each."""
    names = [_name(person, number) for number, person in enumerate(example.people)]
    parts: dict[str, StaffPeriodMatrix] = {}
    for grain in rules.grains:
        parts[grain] = _shorter(rules, rows, names, grain, dict(parts))
    periods = sorted({one.period for one in rows})
    whole = {
        name: column(name, unit, [_stated(one.facts, name) for one in rows])
        for name, unit in _units(rules, None).items()
    }
    return StaffPeriodMatrix(
        np.array([one.person for one in rows], np.int32),
        names,
        np.array([periods.index(one.period) for one in rows], np.int32),
        [str(period) for period in periods],
        whole,
        parts,
    )


def _shorter(
    rules: Ruleset,
    rows: Sequence[Row],
    names: Sequence[str],
    grain: str,
    parts: Mapping[str, StaffPeriodMatrix],
) -> StaffPeriodMatrix:
    """The shorter periods of a kind inside those of the rows, and inside those of other kinds that touch them."""
    stated: dict[tuple[int, Period], tuple[Mapping[str, Given], int | None]] = {}
    for row in rows:
        own = {one: place for place, one in enumerate(shorter(row.period, PeriodKind(grain)))}
        around = [row.period, *_longer_kinds(rules, row.period, grain)]
        for one in {one for longer in around for one in shorter(longer, PeriodKind(grain))}:
            if one in own or (row.person, one) not in stated:
                stated[row.person, one] = row.facts, own.get(one)
    keys = sorted(stated)
    periods = sorted({period for _, period in keys})
    places = {period: place for place, period in enumerate(periods)}
    columns = {
        name: column(name, unit, [_one(stated[key][0], name, stated[key][1]) for key in keys])
        for name, unit in _units(rules, grain).items()
    }
    return StaffPeriodMatrix(
        np.array([person for person, _ in keys], np.int32),
        names,
        np.array([places[period] for _, period in keys], np.int32),
        [str(period) for period in periods],
        columns,
        parts,
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


def _one(facts: Mapping[str, Given], name: str, place: int | None) -> Value:
    """The value stated for one shorter period, by its place among those of the period."""
    found = facts.get(name)
    series = () if found is None or found.series is None else found.series
    return series[place] if place is not None and place < len(series) else None


def _stated(facts: Mapping[str, Given], name: str) -> Value:
    found = facts.get(name)
    return None if found is None else found.value


def _name(person: Person, number: int) -> str:
    return person.name or str(number + 1)


def actual_value(reference: Reference, rules: Ruleset, name: str, row: int) -> Value:
    """What the policy gives a row under a name that tests may expect."""
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
