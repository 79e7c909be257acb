"""What holds of every witness, of what the lint is silent about, and of the range of the total."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import kpirules
from kpirules.engine import policy_of
from kpirules.model import expressions as e
from kpirules.model import forms as f
from kpirules.model import rules as r
from kpirules.policy.lint import problems
from kpirules.policy.lint.scoring import scoring
from kpirules.policy.lint.study import Study
from kpirules.policy.lint.totals import Totals
from kpirules.policy.lint.witness import Case, Facts, Witness, confirm, results_of
from kpirules.trials import run_tests
from kpirules.units import SECOND, Type, Unit, shown
from tests.policy.lint.faults import CASES, whole
from tests.policy.lint.reading import found, ruleset
from tests.scoring import making as m
from tests.scoring.generated import bands, rulesets

F = Fraction
#: Each example is a whole policy, looked at from all sides.
FEWER = settings(max_examples=(settings.default or settings()).max_examples // 3)
BAD = [whole(bad) for _, bad, _ in CASES]


# Every witness, by the kernels and by the tests of the language


def cases_of(text: str) -> Iterator[tuple[Witness, Case]]:
    for _, witness in found(text):
        if witness is not None:
            yield from ((witness, one) for one in (witness.before, witness.after) if one is not None)


def written(rules: r.Ruleset, name: str, value: e.Value | None) -> str:
    """A value as a test of the language states it."""
    match value:
        case None:
            return "missing"
        case bool():
            return "yes" if value else "no"
        case str():
            return f'"{value}"'
        case _:
            unit = rules.inputs[name].type.unit if name in rules.inputs else rules.measures[name].value.unit
            return shown(value, unit)


@pytest.mark.parametrize("text", BAD)
def test_kernels_publish_what_a_witness_says(text: str) -> None:
    """Through the public face, which knows neither the lint nor the reference."""
    policy = kpirules.load(text)
    for witness, case in cases_of(text):
        if not all(name in witness.rules.inputs for name in case.facts):
            continue
        scores = policy.score(table_of(witness.rules, case.facts)).table.to_pylist()[0]
        for name in witness.told:
            said, published = case.results.of(name), scores[name]
            assert published == (Decimal(0) + to_decimal(said) if isinstance(said, Fraction) else said)


def to_decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def table_of(rules: r.Ruleset, facts: Facts) -> pa.Table:
    columns: dict[str, list[object]] = {"staff": ["Ann"], "period": ["2026-01"]}
    for name in rules.inputs:
        value = facts.get(name)
        unit = rules.inputs[name].type.unit
        match value:
            case Fraction() if unit is Unit.DURATION:
                columns[name] = [f"{to_decimal(value / SECOND)} s"]
            case Fraction():
                columns[name] = [to_decimal(value)]
            case bool():
                columns[name] = ["yes" if value else "no"]
            case _:
                columns[name] = [value]
    return pa.table(
        {
            name: pa.array(values, None if values != [None] else pa.string())
            for name, values in columns.items()
        }
    )


@pytest.mark.parametrize("text", BAD)
def test_a_witness_is_a_test_that_passes(text: str) -> None:
    """Written into the policy as a test, with what the lint says as its expectation; measures may be stated there."""
    tests = []
    for number, (witness, case) in enumerate(cases_of(text)):
        rules = witness.rules
        if not all(name in {**rules.inputs, **rules.measures} for name in case.facts):
            continue
        given = ", ".join(f"{name} = {written(rules, name, value)}" for name, value in case.facts.items())
        wanted = ", ".join(f"{name} = {expected(case, name)}" for name in witness.told)
        tests.append(f'test "{number}"\n  given {given}\n  expect {wanted}\n' if given else "")
    policy = policy_of(text + "".join(tests))
    assert not policy.has_errors, [one.message() for one in policy.diagnostics]
    results = list(run_tests(policy))
    assert len(results) >= len([one for one in tests if one])
    assert [(one.name, one.expected, one.actual) for one in results if not one.passed] == []


def expected(case: Case, name: str) -> str:
    match case.results.of(name):
        case None:
            return "missing"
        case bool() as truth:
            return "yes" if truth else "no"
        case Fraction() as value:
            return f"{to_decimal(value):f}"
        case other:
            return str(other)


def test_most_witnesses_are_tried() -> None:
    """The two tests above leave out only what they cannot state."""
    cases = [(witness, case) for text in BAD for witness, case in cases_of(text)]
    by_kernels = [case for witness, case in cases if all(name in witness.rules.inputs for name in case.facts)]
    assert len(by_kernels) > 50
    assert len(by_kernels) > len(cases) * 4 / 5


# Silence about monotony


@st.composite
def simple_forms(draw: st.DrawFn, weight: Fraction) -> f.Form:
    number = st.sampled_from([F(x) for x in ("0", "1", "2", "5", "0.5", "0.1", "0.95", "3")])
    positive = number.filter(bool)
    match draw(st.sampled_from(["bands", "bands", "levels", "deduct", "linear", "pro", "all"])):
        case "bands":
            return draw(bands(weight))
        case "levels":
            entries = tuple((F(level), F(draw(st.integers(0, 8)))) for level in range(4))
            return f.Levels(entries, draw(st.one_of(st.none(), st.just(F(1)))))
        case "deduct":
            side = draw(st.sampled_from([None, "above", "below"]))
            most = draw(st.one_of(st.none(), positive))
            return f.Deduct(draw(positive), draw(positive), side, draw(st.booleans()), most)
        case "linear":
            start, end = draw(st.lists(number, min_size=2, max_size=2, unique=True))
            return f.Linear(start, draw(number), end, draw(number))
        case "pro":
            return f.ProRata(draw(st.sampled_from([F(1), F(6, 5)])))
        case _:
            return f.AllOrNothing()


TYPES = {
    Type(Unit.COUNT): st.integers(0, 12).map(F),
    Type(Unit.NUMBER): st.one_of(st.integers(0, 60).map(lambda k: F(k, 20)), st.integers(0, 600).map(lambda k: F(k, 200))),
    Type(Unit.RATING, F(1), F(5), F(1, 2)): st.integers(2, 10).map(lambda k: F(k, 2)),
}  # fmt: skip


@st.composite
def single(draw: st.DrawFn) -> tuple[r.Ruleset, list[Fraction], int]:
    """A policy of one indicator with a target, some values of its measure, and the side that is better."""
    type_ = draw(st.sampled_from(list(TYPES)))
    weight = draw(st.sampled_from([F(10), F(8), F(5, 2)]))
    form = draw(simple_forms(weight))
    operator = draw(st.sampled_from(["<=", "<", ">=", ">"]))
    better = -1 if operator.startswith("<") else 1
    if isinstance(form, f.Deduct):
        better = 1 if form.side == "below" else -1
    goal = m.target(operator, m.number(draw(st.sampled_from([F(1), F(2), F(9, 10), F(1, 20)]))))
    one = m.indicator("one", weight, m.fact("x", type_.unit), form, goal)
    known = r.Input("x", type_, "", False, None, m.HERE)
    values = draw(st.lists(TYPES[type_], min_size=2, max_size=8))
    return m.ruleset([one], inputs=[known]), values, better


@FEWER
@given(single())
def test_where_nothing_is_said_a_better_value_never_scores_lower(
    made: tuple[r.Ruleset, list[Fraction], int],
) -> None:
    rules, values, better = made
    said = {one.problem for one in scoring(rules)}
    assume(problems.NOT_MONOTONIC not in said and problems.AGAINST_TARGET not in said)
    scored = []
    for value in sorted(set(values), key=lambda one: better * one):
        results = results_of(rules, {"x": value})
        assert results is not None
        if results.exact["one"] is not None:
            scored.append(results.exact["one"])
    assert scored == sorted(scored)


@FEWER
@given(single())
def test_where_something_is_said_there_are_two_such_values(
    made: tuple[r.Ruleset, list[Fraction], int],
) -> None:
    rules, _, better = made
    told = [one for one in scoring(rules) if one.problem in (problems.NOT_MONOTONIC, problems.AGAINST_TARGET)]
    for one in told:
        assert one.claim is not None and one.claim.after is not None
        worse, good = one.claim.before["x"], one.claim.after["x"]
        assert isinstance(worse, Fraction) and isinstance(good, Fraction)
        assert better * worse < better * good
        indicator = rules.indicators[0]
        goal = f.Target(indicator.target.operator, indicator.target.value.value)  # type: ignore[union-attr,arg-type]
        points = [indicator.form.points(value, goal, indicator.weight) for value in (worse, good)]
        kept = [min(max(value, F(0)), indicator.weight) for value in points if value is not None]
        assert kept[0] > kept[1]


# Anything


@settings(
    max_examples=settings().max_examples // 4
)  # each of them is a whole policy, looked at from all sides
@given(rulesets())
def test_whatever_is_claimed_is_confirmed(rules: r.Ruleset) -> None:
    """Policies of every form, with groups, tables, adjustments and amounts: no claim that the reference denies."""
    known = {name: m.declared(name, Unit.NUMBER) for name in "abc"}
    rules = replace(rules, inputs={**known, **rules.inputs})
    for one in scoring(rules):
        if one.claim is not None:
            witness = confirm(rules, one.claim)
            assert witness is not None
            assert witness.words.en and witness.words.zh


# The range of the total


@st.composite
def several(draw: st.DrawFn) -> tuple[r.Ruleset, list[dict[str, Fraction | None]]]:
    """A policy of some indicators over counts and ratings, with adjustments, and some people."""
    types = [Type(Unit.COUNT), Type(Unit.RATING, F(1), F(5), F(1, 2))]
    chosen = draw(st.lists(st.sampled_from(types), min_size=1, max_size=3))
    names = "xyz"[: len(chosen)]
    made = []
    for name, type_ in zip(names, chosen, strict=True):
        weight = draw(st.sampled_from([F(10), F(20), F(5, 2)]))
        missing = draw(
            st.sampled_from([m.REDISTRIBUTE, r.Missing(r.Absent.ZERO), r.Missing(r.Absent.VALUE, F(2))])
        )
        goal = m.target(draw(st.sampled_from(["<=", ">="])), draw(st.sampled_from([1, 2, 4])))
        form = draw(simple_forms(weight))
        made.append(m.indicator(name, weight, m.fact(name, type_.unit), form, goal, missing=missing))
    lines = []
    for kind in draw(st.lists(st.sampled_from(["bonus", "penalty"]), max_size=2, unique=True)):
        each = m.arithmetic(m.fact(names[0], chosen[0].unit), "*", m.number(draw(st.integers(1, 3))))
        lines.append(m.adjustment(kind, kind, each, most=F(draw(st.integers(1, 9)))))
    total = draw(st.one_of(st.none(), st.sampled_from([F(100), F(90)])))
    inputs = [r.Input(n, t, "", False, None, m.HERE) for n, t in zip(names, chosen, strict=True)]
    rules = m.ruleset(
        [replace(one, id=f"i{one.id}") for one in made],
        adjustments=r.Adjustments(tuple(lines), total=total),
        inputs=inputs,
    )
    person = st.fixed_dictionaries(
        {n: st.one_of(st.none(), TYPES[t], TYPES[t]) for n, t in zip(names, chosen, strict=True)}
    )
    return rules, draw(st.lists(person, min_size=1, max_size=6))


@FEWER
@given(several())
def test_totals_stay_in_their_range(made: tuple[r.Ruleset, list[dict[str, Fraction | None]]]) -> None:
    rules, people = made
    totals = Totals(Study(rules))
    for facts in people:
        results = results_of(rules, facts)
        assert results is not None
        if results.total is None:
            continue
        assert totals.worst is None or results.total >= totals.worst.total
        if all(facts[name] is not None for name in facts) and None not in results.exact.values():
            assert totals.best is None or results.total <= totals.best.total


@FEWER
@given(several())
def test_people_at_the_ends_have_the_totals_of_the_ends(
    made: tuple[r.Ruleset, list[dict[str, Fraction | None]]],
) -> None:
    rules, _ = made
    totals = Totals(Study(rules))
    for end, facts in ((totals.best, totals.best_person), (totals.worst, totals.worst_person)):
        if end is not None and facts is not None:
            results = results_of(rules, facts)
            assert results is not None and results.total == end.total


@pytest.mark.parametrize("text", [whole(good) for _, _, good in CASES if "penalty" not in good])
def test_the_best_total_of_a_plain_policy_is_reached(text: str) -> None:
    totals = Totals(Study(ruleset(text)))
    assert totals.best is None or totals.best_person is not None
