"""Adjustments and consequences as a policy writes them: order, limits, missing facts, and what is published."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

import kpirules
from kpirules.engine import Engine, policy_of
from kpirules.trials import run_tests

POLICY = """\
ruleset adjusted "Adjusted"
  period month
  missing redistribute

input late      : count
input referrals : count
input praised   : boolean
input sales     : money
input incidents : count
input cheated   : boolean
parameter floor : points = 59

indicator speed weight 60
  deduct 1 point per late
indicator sold weight 40
  measure sales
  target >= 1000 yuan
  pro rata to target

adjustments
  bonus referral "Referral" : 2.005 points per referrals, at most 6
  bonus praise              : 3 points when praised
  bonus turnover            : 1 point per full 500 yuan of sales when sales > 1000 yuan
  penalty delay             : 0.5 points per (late + 1), at most 4
  veto incident "Incident" when incidents > 0 : total at most floor
  veto cheating when cheated : grade at most fair
  bonus at most 8
  total at most 105

grades
  good "Good" from 80
  fair "Fair" from 60
  fail otherwise

result word   : text     = "none" when grade is missing otherwise "praise" when grade >= good otherwise "talk"
result pause  : duration = 90 min when late > 2 otherwise 30 min
result of_day : date     = 2026-02-01
eligible promotion when grade >= good and referral > 4
award prize when total > 100 : 100 yuan * referral round to 0.1 down
penalty warned when late > 10
alert low "Total is low" when total < 60 level critical
"""

TESTS = """
test "bonuses count together up to their limit, and only then the penalties"
  given late = 0, sales = 2000 yuan, referrals = 3, praised = yes, incidents = 0, cheated = no
  expect referral = 6, praise = 3, turnover = 4, delay = 0.5
  expect total = 105, grade = good, prize = 600, word = "praise"
test "points are published rounded, the total takes them unrounded"
  given late = 1, sales = 800 yuan, referrals = 1, praised = no
  expect referral = 2.01, praise = 0, turnover = 0, delay = 1, incident = missing
  expect total = 92.01
test "the unrounded bonus and not the published one"
  given late = 1, sales = 800 yuan, referrals = 2
  expect referral = 4.01, total = 94.01, praise = missing
test "a veto comes last, and rounds to the parameter"
  given late = 0, sales = 2000 yuan, incidents = 1, floor = 55.5
  expect incident = yes, total = 55.5, grade = fail
test "a veto of the grade leaves the total"
  given late = 0, sales = 1000 yuan, cheated = yes
  expect total = 99.5, grade = fair, promotion = no, word = "talk"
test "what is lower anyway stays"
  given late = 60, sales = 0, cheated = yes, incidents = 2
  expect total = 0, grade = fail, warned = yes, low = yes, pause = 90 min
test "without a total nothing is adjusted"
  given referrals = 3, praised = yes, cheated = yes
  expect total = missing, grade = missing, referral = missing, cheating = missing, word = "none", low = missing
test "never below zero before the limits"
  given late = 59, sales = missing, referrals = 0, praised = no
  expect delay = 4, total = 0
"""


def test_the_policy_s_own_tests_pass() -> None:
    policy = policy_of(POLICY + TESTS, "adjusted.kpi")
    assert not policy.diagnostics, [one.message() for one in policy.diagnostics]
    findings = list(run_tests(policy))
    assert len(findings) == 37
    assert [f"{one.test}: {one.name} is {one.actual}" for one in findings if not one.passed] == []


def table() -> pa.Table:
    return pa.table(
        {
            "staff": ["a", "b", "c"],
            "period": ["2026-07"] * 3,
            "late": [0, 5, None],
            "referrals": [2, 0, 3],
            "praised": [True, None, True],
            "sales": [2000.0, 1000.0, None],
            "incidents": [0, 1, 0],
            "cheated": [False, None, True],
        }
    )


@pytest.mark.parametrize("engine", ["kernels", "reference"])
def test_columns_stand_before_the_total_and_have_their_own_types(engine: Engine) -> None:
    scores = kpirules.load(POLICY).score(table(), engine=engine).table
    names = scores.column_names
    assert names[4:12] == [
        *("referral", "praise", "turnover", "delay", "incident", "cheating"),
        *("total", "grade"),
    ]
    assert names[12:] == ["word", "pause", "of_day", "promotion", "prize", "warned", "low"]
    rows = scores.to_pylist()
    assert [row["word"] for row in rows] == ["praise", "talk", "none"]
    assert [str(row["pause"]) for row in rows] == ["0:30:00", "1:30:00", "None"]
    assert {str(row["of_day"]) for row in rows} == {"2026-02-01"}
    assert [row["total"] and float(row["total"]) for row in rows] == [105.0, 59.0, None]
    assert [row["low"] for row in rows] == [False, True, None]
    assert [row["referral"] and float(row["referral"]) for row in rows] == [4.01, 0.0, None]


def test_why_shows_every_step_from_the_indicators_to_the_total() -> None:
    told = kpirules.load(POLICY).score(table()).why("b", "2026-07")
    lines = {line.id: line for line, _ in told.adjustments}
    assert told.adjusted is not None
    steps: list[object] = [told.adjusted.base, told.adjusted.bonus, told.adjusted.penalty]
    assert steps == [95, 0, 3]
    ends: list[object] = [told.adjusted.plain, told.adjusted.total, told.total]
    assert ends == [92, 59, 59]
    assert lines["praise"].holds is None and lines["praise"].counted == 0
    assert lines["incident"].lowered and not lines["cheating"].lowered
    assert lines["delay"].given == lines["delay"].published == Fraction(3)


def test_a_policy_without_adjustments_has_none() -> None:
    plain = "ruleset x\n  period month\n  missing zero\ninput late : count\nindicator a weight 100\n  deduct 1 point per late\n"
    scores = kpirules.load(plain).score(pa.table({"staff": ["a"], "period": ["2026-07"], "late": [3]}))
    assert scores.table.column_names == ["staff", "period", "a", "total", "grade"]
    assert scores.why("a", "2026-07").adjusted is None
