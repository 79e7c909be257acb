"""Roll-ups: a year from the published results of its quarters, against a loop of plain fractions."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest

import kpirules
from kpirules.cli.main import main
from kpirules.engine import policy_of, score_matrix, score_rollup
from kpirules.matrix import score_table
from kpirules.trials import run_tests

POLICY = """\
ruleset staff "Staff"
  period quarter
  missing redistribute

attribute team : text
input late   : count
input months : count missing value 3
parameter rate : money = 100 yuan

indicator late "Late" weight 60
  deduct 1.37 points per late
indicator flat "Flat" weight 40
  points = 40 when months >= 2 otherwise 33

amount bonus : money = rate * total / 300 round to 0.01
eligible praised when total >= 95

grades
  good from 90
  fail otherwise

rollup year "Year"
  total = (sum of total * months) / (sum of months where total is present)
  require 2 quarters
  amount year_bonus : money = (sum of bonus) * 1.5 round to 0.01
  amount team_bonus : money = sum of year_bonus over team round to 0.01
  eligible often when (count of quarters where praised) >= 2
  eligible even_late when (greatest of points of late) - (least of points of late) <= 10 points
  grades
    star from 95
    fine from 60
    poor otherwise
rollup half
  total = greatest of total

test "the mean by months, of those with a total"
  rollup year
  given total by quarter = (80, 90, missing, 70), months by quarter = (3, 1, 3)
  expect total = 77.14, grade = fine, year_bonus = 0
test "one quarter is too few"
  rollup year
  given total by quarter = (80), bonus by quarter = (5, missing, 7.5)
  expect total = missing, grade = missing, year_bonus = 18.75
test "the better quarter"
  rollup half
  given total by quarter = (80, 85.5)
  expect total = 85.5, grade = fail
"""


def half_up(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def made(seed: int, people: int) -> list[dict[str, object]]:
    chance = random.Random(seed)
    rows: list[dict[str, object]] = []
    for who in range(people):
        team = chance.choice(["north", "south"])
        for period in ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"):
            if chance.random() < 0.7:
                late = None if chance.random() < 0.2 else chance.randrange(12)
                months = chance.choice([None, 0, 1, 2, 3])
                rows.append(
                    {"staff": f"s{who}", "period": period, "team": team, "late": late, "months": months}
                )
                if chance.random() < 0.1:
                    team = "south"
    chance.shuffle(rows)
    return rows


def expected(rows: list[dict[str, object]]) -> dict[tuple[str, str], tuple[object, ...]]:
    """Total, grade, year's bonus, team's bonus and the two entitlements of every person and year."""
    quarters = defaultdict(list)
    for row in sorted(rows, key=lambda one: str(one["period"])):
        late, months = row["late"], 3 if row["months"] is None else row["months"]
        assert isinstance(months, int) and (late is None or isinstance(late, int))
        flat = Fraction(40 if months >= 2 else 33)
        points = None if late is None else max(Fraction(0), 60 - Fraction("1.37") * late)
        total = half_up(flat / 40 * 100 if points is None else points + flat)
        bonus = half_up(100 * total / 300)
        key = str(row["staff"]), str(row["period"])[:4]
        quarters[key].append((total, months, bonus, total >= 95, points, str(row["team"])))
    paid: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    found: dict[tuple[str, str], tuple[object, ...]] = {}
    for key, own in quarters.items():
        paid[own[-1][-1], key[1]] += half_up(sum((one[2] for one in own), Fraction(0)) * Fraction(3, 2))
    for key, own in quarters.items():
        months = sum(one[1] for one in own)
        whole: Fraction | None = None
        if len(own) >= 2 and months:
            whole = half_up(sum((one[0] * one[1] for one in own), Fraction(0)) / months)
        grade = None if whole is None else "star" if whole >= 95 else "fine" if whole >= 60 else "poor"
        year = half_up(sum((one[2] for one in own), Fraction(0)) * Fraction(3, 2))
        lates = [half_up(one[4]) for one in own if one[4] is not None]
        even = max(lates) - min(lates) <= 10 if lates else None
        often = sum(one[3] for one in own) >= 2
        found[key] = (whole, grade, year, paid[own[-1][-1], key[1]], often, even)
    return found


@pytest.mark.parametrize("engine", ["kernels", "reference"])
@pytest.mark.parametrize(("seed", "people"), [(1, 1), (2, 4), (3, 60)])
def test_years_are_those_of_a_loop_over_published_quarters(engine: str, seed: int, people: int) -> None:
    rows = made(seed, people)
    table = pa.Table.from_pylist(
        rows,
        pa.schema(
            [
                *[(n, pa.string()) for n in ("staff", "period", "team")],
                *[(n, pa.int64()) for n in ("late", "months")],
            ]
        ),
    )
    scores = kpirules.load(POLICY).score(table)
    rolled = score_rollup(scores.rules.ruleset, "year", scores.matrix, engine)  # type: ignore[arg-type]
    names = ("total", "grade", "year_bonus", "team_bonus", "often", "even_late")
    found = {
        (row["staff"], row["period"]): tuple(
            Fraction(row[n]) if n.endswith(("total", "bonus")) and row[n] is not None else row[n]
            for n in names
        )
        for row in score_table(rolled).to_pylist()
    }
    assert found == expected(rows)


def test_the_face_and_the_policys_own_tests() -> None:
    rules = kpirules.load(POLICY)
    findings = list(run_tests(rules.policy))
    assert len(findings) == 8 and all(one.passed for one in findings)
    table = pa.table(
        {"staff": ["a", "a"], "period": ["2026-Q1", "2026-Q3"], "team": ["x", "x"], "late": [1, 2]}
    )
    table = table.append_column("months", pa.array([3, 3]))
    scores = rules.score(table)
    assert [str(one) for one in score_table(scores.rollup("half"))["period"].to_pylist()] == [
        "2026-H1",
        "2026-H2",
    ]
    with pytest.raises(KeyError):
        scores.rollup("month")


def test_a_rolled_up_policy_scores_its_own_periods_as_before() -> None:
    plain = policy_of(POLICY.partition("rollup year")[0]).ruleset
    rolled = policy_of(POLICY).ruleset
    assert plain is not None and rolled is not None and list(rolled.rollups) == ["year", "half"]
    matrix = (
        kpirules.load(POLICY)
        .score(pa.table({"staff": ["a"], "period": ["2026-Q1"], "team": ["x"], "late": [1], "months": [1]}))
        .facts.matrix
    )
    one, other = (score_table(score_matrix(rules, matrix)) for rules in (plain, rolled))
    assert one.equals(other)


def test_the_command_line_shows_the_year_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, data = tmp_path / "p.kpi", tmp_path / "d.csv"
    policy.write_text(POLICY, encoding="utf-8")
    data.write_text("staff,period,team,late,months\na,2026-Q1,x,0,3\na,2026-Q2,x,10,1\n", encoding="utf-8")

    def run(*args: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*args, "--lang", "en"])
        out = capsys.readouterr()
        assert ended.value.code == (2 if "no_such" in args else 0), out.err
        return out.out or out.err

    table = run("score", str(policy), "--data", str(data), "--rollup", "year")
    assert table.splitlines()[0] == "staff,period,total,grade,year_bonus,team_bonus,often,even_late"
    assert table.splitlines()[1].startswith("a,2026,94.83,fine,")
    why = run("why", str(policy), "--data", str(data), "--rollup", "year", "--staff", "a", "--period", "2026")
    assert "total: 94.83" in why and "2026-Q1 100, 2026-Q2 79.3" in why
    assert "summary require 2 quarters = 2" in why
    told = json.loads(
        run(
            "why",
            str(policy),
            "--data",
            str(data),
            "--rollup",
            "year",
            "--staff",
            "a",
            "--period",
            "2026",
            "--format",
            "json",
        )
    )
    assert told["total_formula"].startswith("(sum of total * months)")
    assert told["total_facts"]
    assert "its roll-ups are year, half" in run(
        "score", str(policy), "--data", str(data), "--rollup", "no_such"
    )
