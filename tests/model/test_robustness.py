"""Whatever a policy says: the checker answers, and what it lets pass can be scored."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.diagnostics import render
from kpirules.language.parse import parse
from kpirules.matrix import StaffPeriodMatrix, column
from kpirules.model.check import check
from kpirules.scoring.reference import score
from kpirules.units import Unit
from tests.model.mutation import POLICIES, facts, mutated
from tests.model.writing import understood
from tests.strategies import mistyped, policies

BASE = """\
ruleset p "P"
  period month
  missing zero
input calls : count
attribute team : text
"""


def rendered(text: str) -> None:
    """Read, checked, and every message written in both languages."""
    _, found = understood(text)
    for one in found:
        for language in ("en", "zh"):
            render(one, {"case.kpi": text}, language)


@given(mutated(), st.data())
def test_a_mutated_policy_is_answered_and_scored_if_valid(text: str, data: st.DataObject) -> None:
    rendered(text)
    rules, _ = understood(text)
    if rules is not None and not rules.unset:
        score(rules, data.draw(facts(rules)))


@given(mistyped(policies()))
def test_nonsense_is_answered(text: str) -> None:
    rendered(text)


@given(st.data())
def test_a_valid_policy_is_scored_on_any_facts(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(POLICIES))
    rules, _ = understood(text)
    if rules is not None and not rules.unset:
        score(rules, data.draw(facts(rules)))


@pytest.mark.parametrize(
    "body",
    [
        "indicator a weight 100\n  points = " + "(" * 200 + "1" + ")" * 200,
        "indicator a weight 100\n  points = " + "- " * 149 + "1",
        "indicator a weight 100\n  points = 1 when " + "not " * 149 + "yes otherwise 0",
        "indicator a weight 100\n  points = " + " + ".join(["calls"] * 151),
        "indicator a weight 100\n  points = " + " / ".join(["max(calls, 1)"] * 70),
        "indicator a weight 100\n  points = " + "1 when yes otherwise " * 149 + "0",
        "indicator a weight 100\n  points = " + "max(" * 39 + "calls, 1" + ")" * 39,
        "indicator a weight 100\n  points = fallback(1 / 0, 3)",
        "indicator a weight " + "9" * 5000 + "\n  points = 1",
        "indicator a weight 100\n  points = 0." + "1" * 5000,
        "indicator a weight 0." + "0" * 200 + "1\n  points = 1",
        "input r : rating 0 to 100000000 step 0.000001\nindicator a weight 100\n  measure r\n  levels\n    1 : 100",
        "indicator a weight 100\n  points = 1\n  round total to 0.0000000000001",
        "indicator a weight 100\n  points = round(calls, 0.000000000001)",
        "parameter p : number = 10 * 999999999999999\n"
        + "\n".join(f"parameter p{i} : number = p{i - 1} * p{i - 1}" for i in range(1, 60)).replace("p0", "p")
        + "\nindicator a weight 100\n  points = p59",
        "\n".join(f"attribute f{i} : boolean" for i in range(40))
        + "\nindicator a weight 100\n  applies to staff where "
        + " or ".join(f"f{i}" for i in range(40))
        + "\n  points = 1",
        "\n".join(f"attribute f{i} : boolean" for i in range(40))
        + "".join(
            f"\nindicator a{i} weight 5\n  applies to staff where f{i}\n  points = 1"
            f"\nindicator b{i} weight 5\n  applies to staff where not f{i}\n  points = 1"
            for i in range(20)
        ),
        "\n".join(f"measure m{i} = m{i + 1} + 1" for i in range(1500))
        + "\nmeasure m1500 = calls\nindicator a weight 100\n  deduct 1 point per m0",
        "\n".join(f"amount m{i} : money = m{i + 1}" for i in range(1500))
        + "\namount m1500 : money = 1 yuan\nindicator a weight 100\n  points = 1",
        "\n".join(f"parameter m{i} : number = m{i + 1}" for i in range(1500))
        + "\nparameter m1500 : number = 1\nindicator a weight 100\n  points = m0",
        "indicator a weight 100\n  measure calls\n  bands\n"
        + "\n".join(f"    from {i} to below {i + 1} : {i % 100}" for i in range(3000))
        + "\n    otherwise : 0",
        "indicator a weight 100\n  points = sum of (mean of (sum of calls over team) over everyone) over team",
    ],
    ids=lambda body: f"{body[:40]!r} {len(body)}",
)
def test_extremes_are_answered(body: str) -> None:
    """What would take hours, or more frames than there are, ends with this test run if it comes back."""
    rendered(BASE + body + "\n")


def test_a_deep_policy_that_passes_can_be_scored_without_deep_recursion() -> None:
    chain = "\n".join(f"measure m{i} = m{i - 1} + 1" for i in range(1, 61))
    text = BASE + "measure m0 = calls\n" + chain + "\nindicator a weight 100\n  deduct 1 point per m60\n"
    rules, found = understood(text)
    assert rules is not None, [one.message() for one in found]
    table = StaffPeriodMatrix(
        np.zeros(1, np.int32),
        ["s"],
        np.zeros(1, np.int32),
        ["p"],
        {"calls": column("calls", Unit.COUNT, [Fraction(3)])},
    )
    assert score(rules, table).total.exact(0) == 100 - 63


def test_settings_from_outside_never_raise() -> None:
    tree = parse(
        BASE + "parameter p : count = 3\nindicator a weight 100\n  deduct p points per calls\n", "p"
    ).tree
    assert tree is not None
    other = parse(BASE + "parameter p : number = (1 / 0)\n", "p").tree
    assert other is not None
    default = other.declarations[-1].default  # type: ignore[union-attr]
    assert default is not None
    found = check(tree, "p", settings={"p": default, "q": default}).diagnostics
    assert {one.code for one in found if one.is_error} == {"K233", "K234"}
