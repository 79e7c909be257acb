"""Inputs by day and by week of a monthly policy: a table each, with rows for the shorter periods."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest

import kpirules
from kpirules.cli.main import main
from kpirules.cli.sample import sample_files
from kpirules.diagnostics import Problems
from kpirules.engine import read_policy, score_matrix
from kpirules.gathering import Work, gather, open_project
from kpirules.periods import parse
from kpirules.trials import run_tests

POLICY = """\
ruleset calls "Calls"
  period month
  missing redistribute

input goal : count
input calls by day : count  "answered calls"
input checks by week : count  missing zero

measure busy by week = sum of calls

indicator calls "Calls" weight 50
  measure mean of busy where checks > 0
  target >= 10
  pro rata to target
indicator full "Full days" weight 50
  measure share of days where calls >= goal
  target >= 50%
  pro rata to target

test "days and weeks"
  given calls by day = (0, 0, 0, 0, 5, 5, missing), checks by week = (0, 1), goal = 5
  expect calls = 50, full = 16.67, total = 66.67
"""
POLICY = POLICY.replace("target >= 50%", "target >= 100%")
INPUTS = pa.table({"staff": ["a", "b", "a"], "period": ["2026-01", "2026-01", "2026-02"], "goal": [5, 3, 6]})
DAYS = pa.table(
    {
        "staff": ["a", "a", "a", "a", "a", "b"],
        "period": ["2025-12-29", "2026-01-02", "2026-01-05", "2026-01-31", "2026-02-01", "2026-01-05"],
        "calls": [10, 5, 6, 7, 8, 3],
    }
)
WEEKS = pa.table({"员工": ["a", "a", "b"], "周期": ["2026-W01", "2026-W05", "2026-W02"], "checks": [1, 2, 1]})


def found(scores: kpirules.Scores) -> dict[tuple[str, str], list[Fraction | None]]:
    rows = scores.table.to_pylist()
    names = ("calls", "full", "total")
    return {
        (r["staff"], r["period"]): [None if r[n] is None else Fraction(r[n]) for n in names] for r in rows
    }


@pytest.mark.parametrize("engine", ["kernels", "reference"])
def test_weeks_belong_to_the_month_of_their_thursday_with_all_their_days(engine: str) -> None:
    scores = kpirules.load(POLICY).score(INPUTS, days=DAYS, weeks=WEEKS, engine=engine)  # type: ignore[arg-type]
    assert found(scores) == {
        # weeks 1 and 5 with 10 + 5 and 7 + 8 calls; days of January alone: 5, 6 and 7 of at least 5
        ("a", "2026-01"): [50, 50, 100],
        ("b", "2026-01"): [15, 50, 65],
        # week 5 is January's, and no other was checked; the one day with calls has 8 of 6
        ("a", "2026-02"): [None, 50, 100],
    }


def test_only_the_periods_asked_for_are_read_with_the_weeks_that_belong_to_them(tmp_path: Path) -> None:
    (tmp_path / "p.kpi").write_text(POLICY, encoding="utf-8")
    tables = {"inputs": INPUTS, "days": DAYS, "weeks": WEEKS}
    for name, table in tables.items():
        rows = [",".join(table.column_names), *(",".join(map(str, r.values())) for r in table.to_pylist())]
        (tmp_path / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    policy = read_policy(tmp_path / "p.kpi")
    assert policy.ruleset is not None
    january = parse("2026-01")
    assert january is not None
    paths = {name: str(tmp_path / f"{name}.csv") for name in tables}
    facts, told = gather(Work(policy.ruleset, paths, periods=(january,)))
    assert not [one for one in told if one.is_error]
    total = score_matrix(policy.ruleset, facts.matrix).total
    assert [total.exact(row) for row in range(len(total.values))] == [100, 65]
    # 1 February lies in week 5, which is January's
    assert (facts.counts["days"].used, facts.counts["weeks"].used) == (6, 3)


def test_a_row_that_no_month_has_is_told_and_a_table_that_lacks_is_an_error() -> None:
    more = pa.table({"staff": ["b"], "period": ["2026-W20"], "checks": [1]})
    scores = kpirules.load(POLICY).score(INPUTS, days=DAYS, weeks=more)
    assert [(one.code, one.args["table"], one.args["count"]) for one in scores.notes] == [
        ("K442", "weeks", 1)
    ]
    with pytest.raises(Problems) as caught:
        kpirules.load(POLICY).score(INPUTS, days=DAYS)
    assert [one.code for one in caught.value.diagnostics if one.is_error] == ["K403"]


def test_cells_and_periods_of_the_table_are_checked() -> None:
    wrong = pa.table(
        {"staff": ["a", "a", "a"], "period": ["2026-01", "2026-W02", "2026-W02"], "checks": [1, 2, 3]}
    )
    with pytest.raises(Problems) as caught:
        kpirules.load(POLICY).score(INPUTS, days=DAYS, weeks=wrong)
    assert [one.code for one in caught.value.diagnostics] == ["K413", "K414"]


def test_people_and_months_are_known_from_the_shorter_periods_alone() -> None:
    text = POLICY.replace("input goal : count\n", "parameter goal : count = 5\n").replace(", goal = 5", "")
    scores = kpirules.load(text).score(days=DAYS, weeks=WEEKS)
    # the one day of February is a day of week 5, which January has: it makes a row of February all the same
    assert list(found(scores)) == [("a", "2025-12"), ("a", "2026-01"), ("a", "2026-02"), ("b", "2026-01")]


def test_the_test_in_the_policy_holds() -> None:
    assert all(one.passed for one in run_tests(kpirules.load(POLICY).policy))


def test_needs_lists_a_table_for_each_length_and_the_template_has_a_sheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import openpyxl

    path, book = tmp_path / "p.kpi", tmp_path / "t.xlsx"
    path.write_text(POLICY, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["needs", str(path), "--template", str(book), "--lang", "en"])
    told = capsys.readouterr().out
    assert "(--data days=FILE): a row per staff member and day" in told
    assert "(--data weeks=FILE): a row per staff member and week" in told
    sheets = openpyxl.load_workbook(book)
    assert {one.title: [cell.value for cell in one[1]] for one in sheets} == {
        "data": ["staff", "period", "goal"],
        "days": ["staff", "period", "calls"],
        "weeks": ["staff", "period", "checks"],
    }
    with pytest.raises(SystemExit):
        main(["needs", str(path), "--format", "json"])
    needed = json.loads(capsys.readouterr().out)
    assert [one["by"] for one in needed["inputs"]] == ["month", "day", "week"]


def test_made_up_data_fit(tmp_path: Path) -> None:
    (tmp_path / "p.kpi").write_text(POLICY, encoding="utf-8")
    policy = read_policy(tmp_path / "p.kpi")
    assert policy.ruleset is not None
    for name, text in sample_files(policy.ruleset, "p.kpi", people=3, periods=2).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    project, wrong = open_project(tmp_path / "kpirules.toml")
    assert not wrong
    facts, told = gather(Work(policy.ruleset, {}, project))
    assert not [one for one in told if one.is_error]
    assert len(facts.matrix) == 6 and len(facts.matrix.parts["day"]) > 6 * 28


@pytest.mark.parametrize("engine", ["kernels", "reference"])
def test_adjustments_stand_beside_what_is_measured_by_day(engine: str) -> None:
    adjusted = "adjustments\n  bonus busy_bonus : 2 points when full_days\n  veto idle when points of calls = 0 : total at most 10\n"
    text = POLICY.replace(
        "measure busy", "measure full_days = (count of days where calls >= goal) > 2\nmeasure busy"
    )
    scores = kpirules.load(text.replace('test "', adjusted + 'test "')).score(
        INPUTS,
        days=DAYS,
        weeks=WEEKS,
        engine=engine,  # type: ignore[arg-type]
    )
    assert [one["total"] for one in scores.table.to_pylist()] == [102, 65, 100]
