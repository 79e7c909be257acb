"""Every published value of rulesets 1 and 2 equals what plain arithmetic over the document's text gives."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from kpirules.engine import read_policy
from kpirules.matrix import Flags, Result, ScoreMatrix, StaffPeriodMatrix
from kpirules.model.rules import Ruleset
from kpirules.scoring import reference, run
from tests.rulesets import oracles, tables
from tests.rulesets.oracles import Published

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
PRICES = ((Fraction(20), Fraction(10)), (Fraction("33.33"), Fraction("7.05")))
MANY = 100_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 10_000
Engine = Callable[[Ruleset, StaffPeriodMatrix], ScoreMatrix]

ENGINES = [
    pytest.param(reference.score, 2_000, id="reference"),
    pytest.param(run.score, MANY, id="kernels"),
]


def ruleset(name: str, **settings: Fraction) -> Ruleset:
    policy = read_policy(RULESETS / f"{name}.kpi", settings)
    assert policy.ruleset is not None, policy.diagnostics
    return policy.ruleset


def result(scores: ScoreMatrix, place: int) -> Published:
    """One row of the scores, in the oracle's terms."""
    grade = int(scores.grade[place])
    further = {**scores.adjustments, **scores.outcomes}
    return Published(
        {name: one.exact(place) for name, one in scores.points.items()},
        scores.total.exact(place),
        None if grade < 0 else scores.grades[grade],
        {name: one.exact(place) for name, one in further.items() if isinstance(one, Result)},
        {
            name: None if one.values[place] < 0 else bool(one.values[place])
            for name, one in further.items()
            if isinstance(one, Flags)
        },
    )


def assert_equal(scores: ScoreMatrix, expected: Sequence[Published | None]) -> None:
    """Appraised rows in their order, each value to the last digit."""
    appraised = [place for place, one in enumerate(expected) if one is not None]
    assert scores.rows.tolist() == appraised
    differing = [
        (place, found, expected[row])
        for place, row in enumerate(appraised)
        if (found := result(scores, place)) != expected[row]
    ]
    assert differing == []


@pytest.mark.parametrize(("engine", "size"), ENGINES)
def test_manager(engine: Engine, size: int) -> None:
    rules = ruleset("after_sales_manager")
    rows = tables.manager_rows(1, size)
    assert_equal(engine(rules, tables.matrix(rules, rows)), [oracles.manager(row) for row in rows])


@pytest.mark.parametrize("prices", PRICES, ids=["whole", "odd"])
@pytest.mark.parametrize(("engine", "size"), ENGINES)
def test_lock_service(engine: Engine, size: int, prices: tuple[Fraction, Fraction]) -> None:
    install, repair = prices
    rules = ruleset("monthly_lock_service", install_price=install, repair_price=repair)
    rows = tables.lock_rows(2, size)
    assert_equal(engine(rules, tables.matrix(rules, rows)), oracles.lock_service(rows, install, repair))


def test_the_tables_are_hard() -> None:
    """What makes a table worth comparing is really in it: ties of rounding, boundaries of grades, blanks, full steps."""
    rows = tables.manager_rows(1, 2_000)
    results = [oracles.manager(row) for row in rows]
    totals = [one.total for one in results]
    assert totals.count(None) > 20
    exact = [oracles.exact_total(oracles.manager_points(row), oracles.MANAGER_WEIGHTS) for row in rows]
    assert sum(value is not None and value * 1000 % 10 == 5 for value in exact) > 20
    assert {one.grade for one in results} == {"excellent", "good", "pass", "fail", None}
    assert sum(value in (60, 80, 90, 100) for value in totals) > 20
    assert sum(any(value is None for value in row.values()) for row in rows) > 200
    assert sum(row[below] == 0 for row in rows for _, below, _ in tables._MANAGER_RATIOS) > 200
    locks = tables.lock_rows(2, 2_000)
    assert sum(row["on_probation"] is True for row in locks) > 200
    assert {(row["period"], row["department"]) for row in locks} == {
        (f"2026-{month:02}", department)
        for month in (1, 2, 3)
        for department in ("north", "south", "east", None)
    }
