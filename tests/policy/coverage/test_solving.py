"""Facts for a point: exact, of the declared types, and found by turning formulas round."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.engine import policy_of
from kpirules.model.rules import Ruleset
from kpirules.model.testperiods import usual_period
from kpirules.numbers import decimal_text
from kpirules.policy.coverage.policy_points import policy_points
from kpirules.policy.coverage.solving import Solver
from kpirules.policy.coverage.stated import Facts, Spot
from kpirules.trials import suggest_tests

HEAD = 'ruleset made\n  version "1"\n  period month\n  missing redistribute\n\n'


def rules(text: str) -> Ruleset:
    policy = policy_of(HEAD + text, "made.kpi")
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    return policy.ruleset


def facts_for(text: str, owner: str, name: str) -> list[Facts]:
    """The first proposals for a point."""
    known = rules(text)
    point = next(one for one in policy_points(known) if one.owner == owner and one.words.en == name)
    return list(islice(Solver(known, usual_period(known)).reaching(point), 5))


def given_of(facts: Facts) -> dict[str, object]:
    return {spot.name: told.value for spot, told in facts.items() if spot == Spot(0, 0, spot.name)}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9999))
def test_a_quotient_gets_exactly_the_value_by_whole_numbers(ten_thousandths: int) -> None:
    bound = Fraction(ten_thousandths, 10_000)
    percent = decimal_text(bound * 100)
    text = (
        "input a : count\ninput b : count\n"
        f"indicator i weight 100\n  measure a / b\n  bands\n    from {percent}% : 100\n    below {percent}% : 0\n"
    )
    found = facts_for(text, "i", f"exactly {percent}%")
    values = given_of(found[0])
    above, below = values["a"], values["b"]
    assert isinstance(above, Fraction) and isinstance(below, Fraction)
    assert above.denominator == below.denominator == 1 and above >= 0 and below > 0
    assert above / below == bound


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 99), st.integers(1, 99))
def test_totals_of_two_indicators_are_met_exactly(total: int, weight: int) -> None:
    text = "input a : count\ninput b : count\ninput c : count\ninput d : count\n" + "".join(
        f"indicator {name} weight {part}\n  measure {measure}\n  target >= 100%\n  pro rata to target\n  missing zero\n"
        for name, part, measure in (("i", weight, "a / b"), ("j", 100 - weight, "c / d"))
    )
    text += f"grades\n  good from {total}\n  poor otherwise\n"
    facts = facts_for(text, "good", f"a total of exactly {total}")[0]
    values = {name: value for name, value in given_of(facts).items() if isinstance(value, Fraction)}
    shares = [
        min(Fraction(1), values[above] / values[below]) if {above, below} <= values.keys() else Fraction(0)
        for above, below in (("a", "b"), ("c", "d"))
    ]
    assert shares[0] * weight + shares[1] * (100 - weight) == total


@pytest.mark.parametrize(
    ("declared", "measure", "bands", "name", "values"),
    [
        ("input a : rating 0 to 5 step 0.5", "a", ("over 4", "up to 4"), "just over 4 (over 4 to 4.5)", {"a": Fraction(9, 2)}),
        ("input a : duration", "a", ("over 1 h", "up to 1 h"), "exactly 1 h", {"a": Fraction(3_600_000_000)}),
        ("input a : money", "a * 3", ("over 90 yuan", "up to 90 yuan"), "exactly 90 yuan", {"a": Fraction(30)}),
        ("input a : count", "max(a - 3, 0)", ("over 2", "up to 2"), "exactly 2", {"a": Fraction(5)}),
        ("input a : number", "abs(a - 4)", ("over 2", "up to 2"), "exactly 2", {"a": Fraction(6)}),
        ("input a : count\ninput b : count", "a - b", ("over 2", "up to 2"), "exactly 2", {"a": Fraction(2), "b": Fraction(0)}),
        ("input a : count\ninput b : boolean", "a when b otherwise 0", ("over 2", "up to 2"), "exactly 2", {"a": Fraction(2), "b": True}),
        ("input a : count\ninput b : count", "fallback(a, b)", ("over 2", "up to 2"), "exactly 2", {"a": Fraction(2)}),
        ("input a : number", "round(a, 1)", ("over 2", "up to 2"), "exactly 2", {"a": Fraction(2)}),
    ],
)  # fmt: skip
def test_formulas_are_turned_round(
    declared: str, measure: str, bands: tuple[str, str], name: str, values: dict[str, object]
) -> None:
    text = f"{declared}\nindicator i weight 100\n  measure {measure}\n  bands\n    {bands[0]} : 0\n    {bands[1]} : 100\n"
    assert given_of(facts_for(text, "i", name)[0]) == values


def test_a_value_that_no_scale_has_is_not_proposed() -> None:
    text = "input a : rating 0 to 5\nindicator i weight 100\n  measure a / 2\n  bands\n    over 1.3 : 0\n    up to 1.3 : 100\n"
    assert facts_for(text, "i", "exactly 1.3") == []


def test_what_records_decide_is_given_as_the_measure() -> None:
    text = (
        "data calls\n  agent : staff\n  at : datetime\n  placed by at\n"
        "measure busy = count of calls\n"
        "indicator i weight 100\n  measure busy\n  bands\n    over 3 : 0\n    up to 3 : 100\n"
    )
    assert given_of(facts_for(text, "i", "just over 3 (over 3 to 4)")[0]) == {"busy": Fraction(4)}


def test_a_parameter_is_set_where_only_that_leads_on() -> None:
    policy = policy_of(
        HEAD + 'input a : count\nparameter way : text one of ("plain", "double") = "plain"\n'
        'indicator i weight 100\n  points = a when way = "plain" otherwise a * 2\n'
    )
    texts = [one.text for one in suggest_tests(policy).tests]
    assert any('given way = "double"' in text for text in texts)


def test_a_search_that_leads_nowhere_ends() -> None:
    known = rules(
        "".join(f"input a{n} : count\n" for n in range(12))
        + "indicator i weight 100\n  measure "
        + " + ".join(f"a{n} / (a{n} + 1)" for n in range(12))
        + "\n  bands\n    over 1198.7654321% : 0\n    up to 1198.7654321% : 100\n"
    )
    point = next(one for one in policy_points(known) if one.words.en.startswith("exactly"))
    solver = Solver(known, usual_period(known), steps=300)
    assert list(solver.reaching(point)) == []
