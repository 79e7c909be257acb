"""Small real simulations, for tests of what shows them: a shipped policy against itself with an edit, on made-up data."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from kpirules.engine import Policy, gather_table, policy_of, score_matrix
from kpirules.model.rules import Ruleset
from kpirules.plugin.simulated import Simulation
from kpirules.policy.sample import Row, sample
from kpirules.policy.simulating import Compared, Simulator

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
LOCKS = RULESETS / "monthly_lock_service.kpi"
PRICES = {"install_price": "20 yuan", "repair_price": "12 yuan"}
#: What the new policy edits: text and what it becomes.
EDITS = {
    "parameter view_weight    : number = 60": "parameter view_weight    : number = 50",
    "parameter report_weight  : number = 10": "parameter report_weight  : number = 20",
    "parameter good_from      : points = 80": "parameter good_from      : points = 85",
}


def small(people: int = 40, periods: int = 3) -> Simulation:
    """The lock service's policy with less weight on mistakes, a higher bar for "good" and another price."""
    old = checked(LOCKS.read_text("utf-8"), PRICES)
    text = LOCKS.read_text("utf-8")
    for before, after in EDITS.items():
        assert before in text
        text = text.replace(before, after)
    new = checked(text, PRICES | {"install_price": "22 yuan"}, "new.kpi")
    assert old.ruleset is not None and new.ruleset is not None
    tables = made_up(old.ruleset, people, periods)
    facts, told = gather_table(old.ruleset, tables.pop("inputs"), **tables)
    assert not any(one.is_error for one in told), [one.message() for one in told]
    simulator = Simulator(Compared(old.ruleset, new.ruleset, tuple(PRICES), tuple(PRICES)))
    simulator.add(lambda rules: score_matrix(rules, facts.matrix))
    return simulator.simulation()


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
