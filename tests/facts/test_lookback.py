"""A run for some periods reads the earlier ones that the policy looks back at, and publishes the asked ones only."""

from __future__ import annotations

import pyarrow as pa

from kpirules.diagnostics import Diagnostic
from kpirules.engine import policy_of, score_matrix
from kpirules.facts.arrow import arrow_table_from
from kpirules.facts.build import Facts, build
from kpirules.matrix import score_table
from kpirules.periods import Period, periods_between

POLICY = """\
ruleset x "X"
  period quarter
  missing redistribute
attribute team : text
data calls
  agent  : staff
  day    : date
  solved : boolean
  placed by day
measure rate = share of calls where solved
indicator solving "Solving" weight 100
  points = 100 * rate
amount change : points = total - previous total
amount year : points = mean of last 4 total if at least 2
amount before : points = mean of previous total over team
"""
CALLS = [
    ("Ann", "2026-01-05", True),
    ("Ann", "2026-05-05", True),
    ("Ann", "2026-05-06", False),
    ("Ann", "2026-08-01", True),
    ("Bob", "2026-06-01", True),
    ("Bob", "2026-08-01", False),
    ("Cid", "2026-05-09", False),
]


def facts_of(periods: str | None, text: str = POLICY) -> tuple[Facts, list[Diagnostic]]:
    rules = policy_of(text).ruleset
    assert rules is not None
    agents, days, solved = zip(*CALLS, strict=True)
    calls = pa.table({"agent": list(agents), "day": list(days), "solved": list(solved)})
    staff = pa.table({"staff": ["Ann", "Bob", "Cid"], "team": ["n", "n", "n"]})
    tables = {"calls": arrow_table_from(calls, "<calls>"), "staff": arrow_table_from(staff, "<staff>")}
    return build(rules, tables, periods=wanted(periods))


def wanted(periods: str | None) -> tuple[Period, ...] | None:
    return None if periods is None else periods_between(periods)


def scored(periods: str | None, text: str = POLICY) -> list[dict[str, object]]:
    rules = policy_of(text).ruleset
    assert rules is not None
    facts, told = facts_of(periods, text)
    assert not [one for one in told if one.is_error]
    rows: list[dict[str, object]] = score_table(score_matrix(rules, facts.matrix)).to_pylist()
    slow = score_table(score_matrix(rules, facts.matrix, "reference")).to_pylist()
    assert rows == slow
    return rows


def test_one_period_is_scored_as_in_a_run_of_all() -> None:
    everything = scored(None)
    for period in ("2026-Q1", "2026-Q2", "2026-Q3"):
        assert scored(period) == [row for row in everything if row["period"] == period]
    assert scored("2026-Q2..2026-Q3") == [row for row in everything if row["period"] != "2026-Q1"]


def test_earlier_groups_are_their_own_people() -> None:
    """Cid had calls in the second quarter only: a member of the team of then, not of the one of now."""
    rows = {row["staff"]: row for row in scored("2026-Q3")}
    assert set(rows) == {"Ann", "Bob"}
    assert [str(rows["Ann"][name]) for name in ("total", "change", "year", "before")] == [
        *("100.00", "50.00", "83.33", "75.00"),
    ]


def test_data_that_do_not_reach_back_are_told_of_once() -> None:
    told = [one for one in facts_of("2026-Q3")[1] if one.code == "K477"]
    assert [one.message() for one in told] == [
        "x reads up to 3 periods back, and the data have nothing of 2025-Q4: their values are missing"
    ]
    assert not [one for one in facts_of(None)[1] if one.code == "K477"]


def test_a_policy_that_does_not_look_back_reads_no_more() -> None:
    text = POLICY.split("amount")[0]
    facts, told = facts_of("2026-Q3", text)
    assert [str(one) for one in facts.periods] == ["2026-Q3"]
    assert not facts.matrix.earlier
    assert "K477" not in {one.code for one in told}
