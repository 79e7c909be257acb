"""Simulations of shipped policies with an edit, on made-up records and inputs, held against both scored apart."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

from kpirules import face
from kpirules.comparison import change_between, simulate
from kpirules.engine import score_matrix, score_rollup
from kpirules.facts.arrow import arrow_table_from
from kpirules.matrix import score_table
from kpirules.model.rules import Ruleset
from kpirules.plugin.simulated import Simulation
from kpirules.policy.simulation.fewness import with_counts
from kpirules.policy.simulation.simulating import Wish
from kpirules.policy.simulation.supplying import Supply
from tests.policy import oracle
from tests.policy.simulations import RULESETS, checked, made_up

Edits = dict[str, str]
#: Edits of weights, bounds, targets, and of what is counted of records (the facts are then not the same).
SHIPPED: dict[str, Edits] = {
    "customer_service_balanced": {
        "parameter reply_limit         : duration = 24 h": "parameter reply_limit         : duration = 2 h",
        "parameter excellent_from : points = 90": "parameter excellent_from : points = 88",
    },
    "appliance_repair": {
        "parameter complaint_points    : points = 2": "parameter complaint_points    : points = 3",
        "parameter satisfied_from      : rating 1 to 5 = 4": "parameter satisfied_from      : rating 1 to 5 = 5",
        "parameter bonus_share         : ratio = 10%": "parameter bonus_share         : ratio = 12%",
    },
    "ecommerce_after_sales": {
        "parameter reply_limit         : duration = 3 min": "parameter reply_limit         : duration = 2 min",
    },
    "department_annual": {
        "parameter excellent_share : ratio = 100%": "parameter excellent_share : ratio = 20%",
        "parameter person_sum      : money = 0 yuan": "parameter person_sum      : money = 100 yuan",
    },
    "quantified_scheme": {
        "parameter lapse_points        : points = 2": "parameter lapse_points        : points = 5",
    },
    "service_staff": {
        "parameter handling_limit         : duration = 24 h": "parameter handling_limit         : duration = 20 h",
        "parameter satisfaction_weight    : number = 15": "parameter satisfaction_weight    : number = 5",
        "parameter complaint_weight       : number = 10": "parameter complaint_weight       : number = 20",
    },
}


def both(name: str) -> tuple[str, str]:
    text = new = (RULESETS / f"{name}.kpi").read_text("utf-8")
    for before, after in SHIPPED[name].items():
        assert before in new
        new = new.replace(before, after)
    return text, new


def simulated(old: str, new: str, tables: dict[str, pa.Table], rollup: str | None = None) -> Simulation:
    def scoring(rules: Ruleset, facts: object) -> object:
        scores = score_matrix(rules, facts.matrix)  # type: ignore[attr-defined]
        return scores if rollup is None else score_rollup(rules, rollup, scores)

    sources = {key: arrow_table_from(one, f"<{key}>") for key, one in tables.items()}
    change = change_between(checked(old, {}), checked(new, {}, "new.kpi"))
    found, told = simulate(change, Supply(sources, scoring, with_counts), Wish(rollup=rollup))  # type: ignore[arg-type]
    assert not any(one.is_error for one in told)
    return found


def published(text: str, tables: dict[str, pa.Table], rollup: str | None = None) -> oracle.Rows:
    given = dict(tables)
    scores = face.load(text).score(given.pop("inputs", None), **given)
    return oracle.rows_of(scores.table if rollup is None else score_table(scores.rollup(rollup)))


@pytest.mark.parametrize("name", list(SHIPPED))
def test_every_figure_is_that_of_scoring_both_apart(name: str) -> None:
    old, new = both(name)
    rules = checked(old, {}).ruleset
    assert rules is not None
    tables = made_up(rules, people=15, periods=3)
    found = simulated(old, new, tables)
    assert found.attribution and found.whole.rows
    before, after = published(old, tables), published(new, tables)
    inputs = tables.get("inputs")
    told = (
        {}
        if inputs is None
        else {(row[rules.subject.name], row["period"]): row for row in inputs.to_pylist()}
    )

    def attribute(key: tuple[str, str], of: str) -> str | None:
        value = str(told[key][of]) or None
        declared = rules.inputs[of].missing
        return ("yes" if declared else "no") if value is None and isinstance(declared, bool) else value

    oracle.hold(found, before, after, attribute)
    moved = sum(before.get(key) != after.get(key) for key in {*before, *after})
    assert moved, "the edit changes nobody: the test says nothing"


def test_a_roll_up_is_simulated_by_its_own_periods() -> None:
    old, new = both("quantified_scheme")
    rules = checked(old, {}).ruleset
    assert rules is not None
    kind = next(iter(rules.rollups))
    tables = made_up(rules, people=10, periods=4)
    found = simulated(old, new, tables, kind)
    before, after = published(old, tables, kind), published(new, tables, kind)
    keys = sorted({*before, *after})
    oracle.hold_figures(found.whole, before, after, keys, oracle.level_names(found))
    oracle.hold_attribution(found)
    assert found.period == kind


SPELLS = """\
ruleset spells "In spells"
  period month
  missing redistribute
  split by post

history posts
  staff : staff
  since : date
  post  : text
  in force from since

attribute post : text from posts
input late : count
indicator speed weight 100
  measure late
  target <= 2
  deduct 10 points per time above target
amount pay : money = (100 yuan when post = "lead" otherwise 50 yuan) * service_share round to 0.01
"""


def test_spells_of_a_period_are_one_row() -> None:
    new = SPELLS.replace("100 yuan when", "120 yuan when")
    tables = {
        "inputs": pa.table({"staff": ["Ann", "Bob"], "period": ["2026-01"] * 2, "late": [3, 0]}),
        "posts": pa.table(
            {
                "staff": ["Ann", "Ann", "Bob"],
                "since": ["2025-01-01", "2026-01-11", "2025-01-01"],
                "post": ["clerk", "lead", "clerk"],
            }
        ),
    }
    found = simulated(SPELLS, new, tables)
    before, after = published(SPELLS, tables), published(new, tables)
    keys = sorted({*before, *after})
    assert len(keys) == 2
    oracle.hold_figures(found.whole, before, after, keys, oracle.level_names(found))
    [pay] = found.whole.amounts
    assert pay.difference == Fraction(20 * 21 * 100, 31).__round__() / Fraction(100)
