"""What is asked of a source: hints only where no row that matters could be kept away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kpirules.facts.bindings import Binding, Bound
from kpirules.facts.requests import ask_for
from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.periods import Period, parse
from kpirules.plugin import OnlyIn, Within
from kpirules.units import MINUTE, Unit
from tests.facts.policies import HERE, TICKETS, aggregate, an_input, compare, constant, field, minus, policy

COUNT = aggregate(e.Over.COUNT, name="n")
QUICK = aggregate(
    e.Over.SHARE,
    where=compare("<=", minus(field("replied"), field("opened")), constant(30 * MINUTE, Unit.DURATION)),
    name="quick",
    unit=Unit.RATIO,
)


def times(*texts: str) -> list[Period]:
    found = [parse(text) for text in texts]
    assert None not in found
    return [one for one in found if one is not None]


def counting() -> Ruleset:
    return policy(data=[TICKETS], aggregates=[COUNT])


def test_columns_are_asked_for_by_their_titles_with_what_they_are_read_as() -> None:
    binding = Binding(columns={"opened": Bound("Opened at")}, id="Number", where={"Channel": ("Phone",)})
    asked = ask_for(policy(data=[TICKETS], aggregates=[QUICK]), "tickets", binding)
    assert asked.columns == ("agent", "Opened at", "replied", "Number", "Channel")
    assert asked.kinds == {"agent": "text", "Opened at": "moment", "replied": "moment"}
    assert asked.where == (OnlyIn("Channel", ("Phone",)),)
    assert asked.period is None


def test_the_days_of_the_periods_and_some_around_them() -> None:
    asked = ask_for(counting(), "tickets", periods=times("2026-Q2", "2026-Q1"))
    assert asked.period == Within("opened", date(2025, 12, 24), date(2026, 7, 9))


def test_earlier_periods_that_the_policy_looks_back_at() -> None:
    asked = ask_for(replace(counting(), lookback=2), "tickets", periods=times("2026-Q1"))
    assert asked.period == Within("opened", date(2025, 6, 23), date(2026, 4, 9))


def test_periods_of_the_table_of_inputs() -> None:
    rules = policy(inputs=[an_input("late", Unit.COUNT)])
    asked = ask_for(rules, "inputs", periods=times("2026-Q1"))
    assert asked.period == Within("period", date(2025, 12, 24), date(2026, 4, 9))
    assert ask_for(rules, "inputs", Binding(period="2026-Q1"), times("2026-Q1")).period is None
    assert ask_for(rules, "staff", periods=times("2026-Q1")).period is None


def follows(data: str) -> e.Aggregate:
    condition = e.Followed(data, constant(30 * MINUTE, Unit.DURATION), (), (), None, HERE)
    return aggregate(e.Over.COUNT, where=condition, name="again")


@pytest.mark.parametrize(
    ("rules", "binding"),
    [
        (counting(), Binding(one_row_per="case")),
        (policy(data=[replace(TICKETS, history=True)], aggregates=[COUNT]), Binding()),
        (policy(data=[replace(TICKETS, placed_by="calls.at")], aggregates=[COUNT]), Binding()),
        (policy(data=[TICKETS], aggregates=[COUNT, follows("tickets")]), Binding()),
    ],
    ids=["the last row of a case decides", "a history holds on", "a partner's moment", "what follows"],
)
def test_no_hint_where_any_record_may_matter(rules: Ruleset, binding: Binding) -> None:
    assert ask_for(rules, "tickets", binding, times("2026-Q1")).period is None


def test_an_unknown_table_is_read_whole() -> None:
    assert ask_for(counting(), "tickets2", periods=times("2026-Q1")).columns is None
