"""Tests in the language about several people at once: places, pools, quotas, records, and longer periods.

What is expected was worked out by hand.
"""

from __future__ import annotations

import pytest

from kpirules.engine import policy_of
from kpirules.trials import coverage_of, run_tests

POLICY = """\
ruleset desk
  version "1"
  period month
  missing redistribute

attribute team : text
input late : count
input sales : money missing zero

data calls
  agent   : staff
  at      : datetime
  minutes : number
  placed by at

measure long_calls = count of calls where minutes > 10
measure place = rank of sales within team

indicator speed weight 60
  measure late
  deduct 10 points per time

indicator short weight 40
  measure long_calls
  deduct 20 points per time

grades
  good "Good" from 80, at most 50% of team, ties in, at least 1
  fair "Fair" from 50
  poor "Poor" otherwise

amount pool : money = sum of sales over team * 10%
amount part : money = divide pool over team by total round to 0.01, remainder to largest
amount seat : count = rank of total within team
eligible first when place = 1

rollup quarter
  total = mean of total
  require 2 periods
  amount parts : money = sum of part

"""
#: Three people of one team, one of another: 900 of sales make a pool of 90, shared by totals of 100, 90 and 80.
TEAM = """\
test "a team"
  given long_calls = 0
  person "a"
    given team = "n", late = 0, sales = 500 yuan
    expect total = 100, grade = good, place = 1, first = yes, seat = 1, pool = 90, part = 33.33
  person "b"
    given team = "n", late = 1, sales = 300 yuan
    expect total = 90, grade = fair, place = 2, first = no, seat = 2, pool = 90, part = 30
  person "c"
    given team = "n", late = 2, sales = 100 yuan
    expect total = 80, grade = fair, place = 3, seat = 3, part = 26.67
  person "d"
    given team = "s", late = 3
    expect total = 70, grade = fair, place = 1, seat = 1, pool = 0, part = 0
"""
RECORDS = """\
test "records of two people"
  given calls
    agent = "a", at = 2026-03-02 09:00, minutes = 11
    agent = "a", at = 2026-03-31 23:59, minutes = 12
    agent = "a", at = 2026-04-01 00:00, minutes = 99
    agent = "b", at = 2026-03-02 09:00, minutes = 10
  person "a"
    given late = 0
    expect long_calls = 2, short = 0, total = 60
  person "b"
    given late = 0
    expect long_calls = 0, short = 40, total = 100
"""
QUARTER = """\
test "a quarter of two months"
  rollup quarter
  given total by month = (90, missing, 70)
  given part by month = (30 yuan, missing, 12.5 yuan)
  expect total = 80, grade = good, parts = 42.5

test "one month is too little"
  rollup quarter
  given total by month = (90, missing, missing)
  expect total = missing, grade = missing
"""


@pytest.mark.parametrize("tests", [TEAM, RECORDS, QUARTER], ids=["team", "records", "quarter"])
def test_what_several_people_or_periods_decide(tests: str) -> None:
    policy = policy_of(POLICY + tests)
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    findings = list(run_tests(policy))
    assert len(findings) > 3
    assert [(one.person, one.name, one.expected, one.actual) for one in findings if not one.passed] == []


@pytest.mark.parametrize(
    ("tests", "wrong", "right"),
    [(TEAM, "part = 33.33", "part = 33.34"), (RECORDS, "short = 0", "short = 20"), (QUARTER, "parts = 42.5", "parts = 43")],
)  # fmt: skip
def test_a_wrong_expectation_is_found(tests: str, wrong: str, right: str) -> None:
    policy = policy_of(POLICY + tests.replace(wrong, right))
    assert [one.name for one in run_tests(policy) if not one.passed] == [wrong.split(" = ")[0]]


def test_they_reach_points_as_people_and_periods() -> None:
    found = coverage_of(policy_of(POLICY + TEAM + "\n" + RECORDS + "\n" + QUARTER))
    by = {(one.rollup, one.point.owner, one.point.words.en): one.tests for one in found.points}
    assert by[None, "good", "somebody is moved down by its quota"] == ("a team",)
    assert by[None, "short", "the most is deducted: 40 points, 0 are left"] == ("records of two people",)
    assert by["quarter", "good", "a total of exactly 80"] == ("a quarter of two months",)
    assert by["quarter", "total", "otherwise (not count over months of (total is present) >= 2)"] == (
        "one month is too little",
    )
