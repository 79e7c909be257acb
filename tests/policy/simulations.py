"""Small real simulations, for tests of what shows them: a shipped policy against itself with an edit, on made-up data."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from kpirules.comparison import change_between, pilot_condition, simulate, sweep_of
from kpirules.engine import Policy, policy_of, score_matrix
from kpirules.facts.arrow import arrow_table_from
from kpirules.model.rules import Ruleset
from kpirules.plugin.simulated import Simulation
from kpirules.policy.sample import Row, sample
from kpirules.policy.simulation.fewness import with_counts
from kpirules.policy.simulation.simulating import Limit, Wish
from kpirules.policy.simulation.supplying import Supply

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
LOCKS = RULESETS / "monthly_lock_service.kpi"
PRICES = {"install_price": "20 yuan", "repair_price": "12 yuan"}
#: What the new policy edits: text and what it becomes.
EDITS = {
    "parameter view_weight    : number = 60": "parameter view_weight    : number = 50",
    "parameter report_weight  : number = 10": "parameter report_weight  : number = 20",
    "parameter good_from      : points = 80": "parameter good_from      : points = 85",
}


def small(people: int = 40, periods: int = 3, where: str | None = None) -> Simulation:
    """The lock service's policy with less weight on mistakes, a higher bar for "good" and another price.

    It has a budget that is exceeded and a sweep of a price. where: a condition for a pilot (`department = "north"`).
    """
    text = LOCKS.read_text("utf-8")
    old = checked(text, PRICES)
    for before, after in EDITS.items():
        assert before in text
        text = text.replace(before, after)
    new = checked(text, PRICES | {"install_price": "22 yuan"}, "new.kpi")
    assert old.ruleset is not None
    tables = {
        name: arrow_table_from(one, f"<{name}>")
        for name, one in made_up(old.ruleset, people, periods).items()
    }
    supply = Supply(tables, lambda rules, facts: score_matrix(rules, facts.matrix), with_counts)
    wish = Wish(
        sweeps=(sweep_of(new, "install_price", "18 yuan", "26 yuan", "1 yuan"),),
        limits=(Limit("bonus", Fraction(4500), False),),
    )
    condition = None if where is None else pilot_condition(new, where)
    found, told = simulate(change_between(old, new, condition), supply, wish)
    assert not any(one.is_error for one in told), [one.message() for one in told]
    return found


def checked(text: str, settings: Mapping[str, str], path: str = "old.kpi") -> Policy:
    policy = policy_of(text, path, settings)
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    return policy


def made_up(rules: Ruleset, people: int, periods: int, seed: int = 7) -> dict[str, pa.Table]:
    """Made-up tables for a policy, by name."""
    made = sample(rules, people=people, periods=periods, seed=seed)
    tables = {"inputs": made.inputs} if made.inputs else {}
    return {name: _table(rows) for name, rows in {**tables, **made.data}.items()}


def _table(rows: Sequence[Row]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in names})
