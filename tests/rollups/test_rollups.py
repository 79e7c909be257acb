"""Roll-ups: the year made of its quarters, held against plain fractions; kernels and reference agree."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from kpirules.engine import Engine, policy_of, score_matrix, score_rollup
from kpirules.matrix import Flags, Result, StaffPeriodMatrix, column
from kpirules.trials import run_tests
from kpirules.units import Unit

POLICY = """\
ruleset quarters
  period quarter
  missing redistribute
attribute team : text
input late : count
input months : number
indicator answers weight 100
  deduct 0.37 points per late
grades
  good from 80
  fail otherwise
amount bonus : money = 3.3 yuan * total
rollup year "Year"
  total = {total}
  require {least} quarters
  amount paid : money = sum of bonus
  amount place : count = rank of total within team
  eligible steady when (count of quarters where points of answers < 70) = 0
"""
QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2025, 2026) for quarter in (1, 2, 3, 4))
Cell = Fraction | str | None
Facts = dict[tuple[str, str], tuple[str, Fraction | None, Fraction | None]]


def half_up(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def made(seed: int) -> Facts:
    """Team, late answers and months in service by person and quarter; quarters and cells are missing here and there."""
    random = Random(seed)
    facts: Facts = {}
    for person in (f"S{number}" for number in range(9)):
        for quarter in QUARTERS:
            if random.random() < 0.75:
                late = (
                    None if random.random() < 0.2 else Fraction(random.choice((0, 1, 40, 41, 97, 150, 271)))
                )
                months = None if random.random() < 0.15 else Fraction(random.choice((0, 1, 2, 3)))
                facts[person, quarter] = random.choice(("a", "b")), late, months
    return facts


def matrix(facts: Facts) -> StaffPeriodMatrix:
    people = sorted({person for person, _ in facts})
    times = sorted({quarter for _, quarter in facts}, reverse=True)
    rows = sorted(facts)
    return StaffPeriodMatrix(
        np.array([people.index(person) for person, _ in rows], np.int32),
        people,
        np.array([times.index(quarter) for _, quarter in rows], np.int32),
        times,
        {
            "team": column("team", Unit.TEXT, [facts[row][0] for row in rows]),
            "late": column("late", Unit.COUNT, [facts[row][1] for row in rows]),
            "months": column("months", Unit.NUMBER, [facts[row][2] for row in rows]),
        },
    )


def quarterly(facts: Facts) -> dict[tuple[str, str], Fraction | None]:
    """The published total of every quarter."""
    return {
        row: None if late is None else half_up(max(Fraction(0), 100 - Fraction(37, 100) * late))
        for row, (_, late, _) in facts.items()
    }


def mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def year_of(facts: Facts, way: str, least: int) -> dict[tuple[str, str], Fraction | None]:
    """The year's total by the way it is made."""
    totals = quarterly(facts)
    found: dict[tuple[str, str], Fraction | None] = {}
    for person, quarter in facts:
        year = quarter[:4]
        own = [(at, totals[at]) for at in facts if at[0] == person and at[1].startswith(year)]
        known = [(facts[at][2], total) for at, total in own if total is not None]
        match way:
            case "mean of total":
                total = mean([total for _, total in known])
            case "mean of best 2 of total":
                total = mean(sorted((total for _, total in known), reverse=True)[:2])
            case "greatest of total":
                total = max((total for _, total in known), default=None)
            case _:
                weighed = [(months, total) for months, total in known if months is not None]
                whole = sum((months for months, _ in weighed), Fraction(0))
                total = sum((m * t for m, t in weighed), Fraction(0)) / whole if whole else None
        enough = len(known) >= least
        found[person, year] = None if total is None or not enough else half_up(total)
    return found


@pytest.mark.parametrize("engine", ["kernels", "reference"])
@pytest.mark.parametrize("least", [1, 3])
@pytest.mark.parametrize(
    "way",
    ["mean of total", "mean of best 2 of total", "greatest of total", "mean of total weighted by months"],
)
def test_a_year_is_what_its_quarters_published(way: str, least: int, engine: Engine) -> None:
    rules = policy_of(POLICY.format(total=way, least=least)).ruleset
    assert rules is not None
    for seed in range(6):
        facts = made(seed)
        wanted = year_of(facts, way, least)
        rolled = score_rollup(rules, "year", score_matrix(rules, matrix(facts), engine), engine)
        names = [rolled.facts.row_name(int(row)) for row in rolled.rows]
        assert sorted(names) == sorted(wanted)
        assert {name: rolled.total.exact(at) for at, name in enumerate(names)} == wanted
        for at, name in enumerate(names):
            of_year = [row for row in facts if row[0] == name[0] and row[1].startswith(name[1])]
            totals = [total for row in of_year if (total := quarterly(facts)[row]) is not None]
            paid = rolled.outcomes["paid"]
            assert isinstance(paid, Result)
            # a half cent goes up, as in every amount
            assert paid.exact(at) == sum((half_up(Fraction(33, 10) * one) for one in totals), Fraction(0))
            steady = rolled.outcomes["steady"]
            assert isinstance(steady, Flags)
            assert steady.values[at] == int(all(one >= 70 for one in totals))
            team = facts[max(of_year)][0]
            rivals = [
                wanted[other]
                for other in wanted
                if other[1] == name[1]
                and facts[max(row for row in facts if row[0] == other[0] and row[1].startswith(other[1]))][0]
                == team
            ]
            place = rolled.outcomes["place"]
            assert isinstance(place, Result)
            own = wanted[name]
            better = None if own is None else 1 + sum(1 for one in rivals if one is not None and one > own)
            assert place.exact(at) == better


def test_totals_above_a_hundred_stay() -> None:
    text = (
        POLICY.format(total="mean of total", least=1)
        + "adjustments\n  bonus more : 20 points when late = 0\n"
    )
    rules = policy_of(text).ruleset
    assert rules is not None
    facts: Facts = {("S", "2026-Q1"): ("a", Fraction(0), None), ("S", "2026-Q2"): ("a", Fraction(0), None)}
    rolled = score_rollup(rules, "year", score_matrix(rules, matrix(facts)))
    assert rolled.total.exact(0) == 120


def test_its_own_tests_run_and_a_parameter_reaches_it() -> None:
    text = POLICY.format(total="mean of total", least=1).replace(
        "input late", "parameter floor : points = 60\ninput late"
    )
    text += (
        "  eligible kept when total >= floor\n"
        'test "own"\n  rollup year\n  given total by quarter = (50, 60), floor = 55\n  expect total = 55, kept = yes\n'
        'test "by default"\n  rollup year\n  given total by quarter = (50, 60)\n  expect kept = no, grade = fail\n'
    )
    findings = list(run_tests(policy_of(text)))
    assert [(one.name, one.passed) for one in findings] == [
        ("total", True),
        ("kept", True),
        ("kept", True),
        ("grade", True),
    ]
