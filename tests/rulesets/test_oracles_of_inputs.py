"""Rulesets 4, 7 and 10, whose facts are delivered: every published value equals plain arithmetic over the documents."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

import pytest

from kpirules.scoring import reference, run
from tests.rulesets import tables
from tests.rulesets.oracle_department_annual import HOUR, MINUTE, Sums, department
from tests.rulesets.oracle_department_head import Blanks, head
from tests.rulesets.oracle_service_index import index
from tests.rulesets.tables import Row
from tests.rulesets.test_oracles import Engine, assert_equal, ruleset

ENGINES = [
    pytest.param(reference.score, 1_000, id="reference"),
    pytest.param(run.score, 5_000, id="kernels"),
]
_HEAD_RATIOS = (
    ("tasks_completed", "tasks_planned", (0, 50, 90, 99, 100)),
    ("satisfied_customers", "surveyed_customers", (45, 54, 72, 81, 90)),
    ("complaints", "customers_served", (0, 1, 2, 3, 4, 8)),
)
_INDEX_RATIOS = (
    ("repairs_passed", "repairs_done", (49, 97, 98, 100)),
    ("products_returned", "products_sold", (0, 3, 4, 5, 6, 9)),
    ("satisfied_customers", "surveyed_customers", (54, 72, 81, 90, 95)),
    ("returning_customers", "customers", (0, 20, 39, 40, 60)),
)
_ANNUAL_RATIOS = (
    ("orders_done", "orders_target", (0, 75, 99, 100)),
    ("problems_solved", "problems_taken", (57, 76, 94, 95, 100)),
    ("satisfied_customers", "surveyed_customers", (45, 81, 90, 99)),
    ("complaints_settled", "complaints", (0, 50, 100)),
    ("training_done", "training_planned", (0, 50, 100)),
)


def rating(random: Random) -> Fraction:
    return Fraction(random.choice((0, 50, random.randrange(51))), 10)


def money(random: Random, about: int) -> Fraction:
    return Fraction(random.choice((0, about * 100, about * 100, random.randrange(2 * about * 100))), 100)


def ratios(random: Random, of: Sequence[tuple[str, str, Sequence[int]]]) -> Row:
    row: Row = {}
    for above, below, edges in of:
        row[above], row[below] = tables._near(random, edges)
    return row


def head_rows(seed: int, size: int) -> list[Row]:
    random = Random(seed)
    rows = []
    for _ in range(size):
        row = ratios(random, _HEAD_RATIOS)
        row |= {
            name: rating(random) for name in ("regulation_design", "regulation_practice", "routine_rating")
        }
        row["jobs_good"], row["jobs_done"] = tables._near(random, (45, 80, 89, 90, 100))
        done = row["jobs_done"]
        assert isinstance(done, Fraction)
        bad = random.choice((0, 5, 7, 9, 10, 20)) * done // 100 + random.choice((0, 0, 1))
        row["jobs_defective"] = min(Fraction(bad), done)
        row["settlement_days"] = Fraction(random.choice((0, 45, 49, 50, 51, 75, 99, 100, 101, 300)), 10)
        row["compensation_paid"] = money(random, 50_000)
        row["budget"] = money(random, 1_000_000)
        # at the edges of the tolerated deviation, one fen off, or anywhere
        budget = row["budget"]
        assert isinstance(budget, Fraction)
        off = Fraction(random.choice((0, 5, -5, 25, -25, 15, 30)), 100)
        row["expense"] = max(Fraction(0), budget * (1 + off) + Fraction(random.choice((0, 0, 1, -1)), 100))
        row["income"] = money(random, 10_000_000)
        row["expense_ratio_target"] = random.choice(
            (Fraction(0), Fraction(1, 10), Fraction(random.randrange(1, 400), 1000))
        )
        rows.append(tables._with_blanks(random, row))
    return rows


@pytest.mark.parametrize(
    "blanks",
    [
        Blanks(Fraction(2, 100), Fraction(5), Fraction(50_000)),
        Blanks(Fraction(1, 300), Fraction(73, 10), Fraction(3_333_333, 100)),
    ],
    ids=["round", "odd"],
)
@pytest.mark.parametrize(("engine", "size"), ENGINES)
def test_department_head(engine: Engine, size: int, blanks: Blanks) -> None:
    rules = ruleset(
        "department_head",
        complaint_rate_limit=blanks.complaint_rate,
        complaint_days_limit=blanks.complaint_days,
        compensation_limit=blanks.compensation,
    )
    rows = [row | {"period": "2026"} for row in head_rows(4, size)]
    assert_equal(engine(rules, tables.matrix(rules, rows)), [head(row, blanks) for row in rows])


def annual_rows(seed: int, size: int) -> list[Row]:
    """Two years; teams of one, of few and of many, and one whose people have nothing to be scored by."""
    random = Random(seed)
    rows = []
    for place in range(size):
        row = ratios(random, _ANNUAL_RATIOS)
        row["reply_time"] = random.choice((0, 29, 30, 31, 75, 119, 120, 121, 500)) * MINUTE
        row["handling_time"] = random.choice((0, 23, 24, 25, 36, 71, 72, 73, 500)) * HOUR
        row["skill_test"] = random.choice(
            (Fraction(1), Fraction(0), Fraction(random.randrange(10_001), 10_000))
        )
        row |= {name: rating(random) for name in ("cooperation_rating", "sharing_rating")}
        team = random.choices(("hotline", "repair", "field", "parts", "idle", None), (9, 5, 3, 1, 1, 1))[0]
        row = dict.fromkeys(row) if team == "idle" else tables._with_blanks(random, row)
        if team != "idle" and random.random() < 0.3:
            # who competes for the places of the excellent, many of them tied
            row = dict.fromkeys(row) | {"skill_test": Fraction(random.randrange(88, 101), 100)}
        rows.append(row | {"team": team, "period": f"202{5 + place % 2}"})
    # teams of one person each that score the same: they share a place
    for team in ("alike", "equal"):
        rows.append(dict.fromkeys(rows[0]) | {"skill_test": Fraction(7, 10), "team": team, "period": "2026"})
    return rows


@pytest.mark.parametrize(
    "sums",
    [Sums(), Sums(Fraction(1, 5), Fraction(1000), Fraction(200), Fraction(300)), Sums(Fraction(1, 100))],
    ids=["unset", "set", "one place"],
)
@pytest.mark.parametrize(("engine", "size"), [*ENGINES, pytest.param(run.score, 9, id="few")])
def test_department_annual(engine: Engine, size: int, sums: Sums) -> None:
    rules = ruleset(
        "department_annual",
        excellent_share=sums.share,
        person_sum=sums.person,
        team_sum=sums.team,
        warning_sum=sums.warning,
    )
    rows = annual_rows(7, size)
    expected = department(rows, sums)
    assert_equal(engine(rules, tables.matrix(rules, rows)), expected)


def test_the_years_are_hard() -> None:
    """Places are short, some who lose the grade are tied with others, and some at the edge keep it together."""
    rows = annual_rows(7, 1_000)
    free, short = department(rows, Sums()), department(rows, Sums(Fraction(1, 5)))
    assert sum(one.grade == "excellent" for one in free) > sum(one.grade == "excellent" for one in short) > 10
    assert {one.amounts["team_rank"] for one in free} >= {None, 1, 2, 3}


def index_rows(seed: int, size: int) -> list[Row]:
    random = Random(seed)
    rows = []
    for _ in range(size):
        row = ratios(random, _INDEX_RATIOS)
        for name, hours in (
            ("repair_time", 72),
            ("return_exchange_duration", 168),
            ("complaint_response", 2),
            ("complaint_resolution", 48),
        ):
            edge = random.choice((0, 1, 1, 2, 3, Fraction(3, 2)))
            row[name] = max(Fraction(0), edge * hours * HOUR + random.choice((0, 0, 1, -1)) * MINUTE)
        done = row["repairs_done"]
        assert isinstance(done, Fraction)
        row["fixed_first_time"] = Fraction(random.choice((34, 84, 85, 100)) * done // 100)
        row["service_budget"] = money(random, 200_000)
        budget = row["service_budget"]
        assert isinstance(budget, Fraction)
        row["service_cost"] = budget * random.choice(
            (0, 1, Fraction(5, 4), Fraction(3, 2), 2)
        ) + random.choice((0, 1))
        rows.append(tables._with_blanks(random, row))
    return rows


@pytest.mark.parametrize("name", ["service_index", "service_index_region", "service_index_line"])
@pytest.mark.parametrize(("engine", "size"), ENGINES)
def test_service_index(engine: Engine, size: int, name: str) -> None:
    """By person, by region and by product line: the same index."""
    rules = ruleset(name)
    rows = index_rows(10, size)
    assert_equal(engine(rules, tables.matrix(rules, rows)), [index(row) for row in rows])
