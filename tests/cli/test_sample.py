"""`kpirules sample`: made-up data that fit the policy, the same each time, and never over a person's own files."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kpirules.cli.sample import sample_files
from tests.cli.desk import Desk
from tests.rulesets.shipped import FILES, SETTINGS, policy, shown

SHIPPED = pytest.mark.parametrize("path", [path for path in FILES if path.parent.name != "zh"], ids=shown)


@SHIPPED
def test_a_shipped_policy_scores_what_is_made_up_for_it(path: Path, desk: Desk) -> None:
    options = [
        word for name, value in SETTINGS.get(path.stem, {}).items() for word in ("--set", f"{name}={value}")
    ]
    made = desk.run("sample", str(path), "made", *options)
    assert (made.exit_code, made.stderr) == (0, "")
    scored = desk.run("score", str(path), "--project", "made/kpirules.toml", "-o", "scores.csv")
    assert scored.exit_code == 0, scored.stderr
    with (desk.folder / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rules = policy(path).ruleset
    assert rules is not None
    assert len({row["total"] for row in rows}) > 3
    for one in rules.indicators:
        assert any(row[one.id] for row in rows), f"nobody has points for {one.id}"


def test_the_same_seed_makes_the_same(desk: Desk) -> None:
    rules = policy(next(path for path in FILES if path.stem == "service_staff")).ruleset
    assert rules is not None
    first = sample_files(rules, "p.kpi", seed=3)
    assert sample_files(rules, "p.kpi", seed=3) == first
    assert sample_files(rules, "p.kpi", seed=4) != first
    assert len(first["inputs.csv"].splitlines()) == 1 + 24 * 3


def test_a_share_stays_a_share_and_a_rating_in_its_scale() -> None:
    rules = policy(next(path for path in FILES if path.stem == "after_sales_manager")).ruleset
    assert rules is not None
    rows = list(csv.DictReader(sample_files(rules, "p.kpi", people=50)["inputs.csv"].splitlines()))
    pairs = [(row["plm_docs"], row["total_docs"]) for row in rows if row["plm_docs"] and row["total_docs"]]
    assert len(pairs) > 150
    assert all(int(above) <= int(below) for above, below in pairs)
    assert {row["superior_rating"] for row in rows} <= {"", "0", "1", "2", "3"}
    assert any(row["plm_docs"] == "" for row in rows)


def test_nothing_is_written_over(desk: Desk) -> None:
    assert desk.run("sample", "shop.kpi", "made", "--set", "price=20").exit_code == 0
    before = (desk.folder / "made" / "inputs.csv").read_text(encoding="utf-8")
    again = desk.run("sample", "shop.kpi", "made", "--set", "price=20", "--seed", "9")
    assert again.exit_code == 2
    assert "already has kpirules.toml, inputs.csv; nothing was written" in again.stderr
    assert (desk.folder / "made" / "inputs.csv").read_text(encoding="utf-8") == before


def test_what_is_still_to_be_set_stands_in_the_project_file(desk: Desk) -> None:
    assert desk.run("sample", "shop.kpi", "made").exit_code == 0
    text = (desk.folder / "made" / "kpirules.toml").read_text(encoding="utf-8")
    assert '# price = "..."   # to be set' in text


def test_records_keep_to_what_the_policy_says_of_them() -> None:
    """Times mostly within their limits, conditions about as often as wanted, devices that come again, few complaints."""
    rules = policy(next(path for path in FILES if path.stem == "appliance_repair")).ruleset
    assert rules is not None
    files = sample_files(rules, "p.kpi", people=12, periods=2)
    repairs = list(csv.DictReader(files["repairs.csv"].splitlines()))
    done = [one for one in repairs if one["finished"]]
    hours = [
        (datetime.fromisoformat(one["finished"]) - datetime.fromisoformat(one["reported"]))
        / timedelta(hours=1)
        for one in done
    ]
    assert min(hours) > 0
    assert 0.6 < sum(time <= 24 for time in hours) / len(hours) < 1
    checked = [one["standard"] for one in repairs if one["standard"]]
    assert checked.count("yes") > 0.8 * len(checked)
    assert len({one["device"] for one in repairs}) < 0.95 * len(repairs)
    assert len(list(csv.DictReader(files["complaints.csv"].splitlines()))) < len(repairs) / 5
    assert 'periods = "2026-01..2026-02"' in files["kpirules.toml"]
    assert max(one["reported"] for one in repairs) > "2026-03-08"


HISTORIES = """\
ruleset held "Held"
  version "1"
  period month
  applies to staff where rank in ("leader", "agent")
  missing redistribute

history posts
  person : staff
  since  : date
  rank   : text
  in force from since

history plan
  person : staff
  since  : date
  goal   : text
  aim    : count
  reason : text optional
  in force from since for each goal

attribute rank : text from posts
input calls : count
measure aimed = daily mean of aim over plan where goal = "calls"
measure leading = share of days of posts where rank = "leader"
measure sold = daily mean of aim over plan where goal = "sales"

indicator calls "Calls" weight 60
  points = 60 * min(100%, calls / max(1 time, aimed))

indicator led "Led" weight 40
  points = 40 * leading * min(1, sold / 1 time)

grades
  good "Good" from 80
  poor "Poor" otherwise
"""


def test_histories_begin_before_the_periods_and_change_inside_them(desk: Desk) -> None:
    desk.put("held.kpi", HISTORIES)
    made = desk.run("sample", "held.kpi", "made", "--people", "12")
    assert (made.exit_code, made.stderr) == (0, "")
    rows = list(csv.DictReader((desk.folder / "made" / "plan.csv").open(encoding="utf-8")))
    since = [row["since"] for row in rows if row["person"] == "S002" and row["goal"] == "sales"]
    assert len(since) == 2
    assert since[0] < "2026-01-01" < since[1] < "2026-04-01"
    assert {row["goal"] for row in rows} == {"calls", "sales"}
    scored = desk.run("score", "held.kpi", "--project", "made/kpirules.toml")
    assert scored.exit_code == 0, scored.stderr
    assert "warning[" not in scored.stderr
    found = list(csv.DictReader(scored.stdout.splitlines()))
    assert len({row["led"] for row in found}) > 2
