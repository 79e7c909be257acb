"""`kpirules why` shows decisions by the rule that decided, interval tables by their parts, deductions line by line."""

from __future__ import annotations

import json

import pytest

from tests.cli.desk import Desk

PAY = """\
ruleset pay "Pay"
  period month
  missing zero
input sales : money
input late  : count
input rude  : boolean
table commission "Commission" : ratio by money marginal
  up to 1000 : 0%
  over 1000  : 3%
decision bonus "Bonus" : money, first
  when sales >= 5000 yuan and late = 0 : 100
  when sales >= 2000 yuan : 50
  otherwise : 0
amount paid : money = commission[sales] + bonus round to 0.01
indicator manners "Manners" weight 100
  deductions
    2 points per late "late answers"
    9 points when rude
"""


@pytest.fixture(autouse=True)
def policy(desk: Desk) -> None:
    desk.put("pay.kpi", PAY)
    desk.put("pay.csv", "staff,period,sales,late,rude\nAnn,2026-01,3000,2,yes\n")


WHY = ("why", "pay.kpi", "--data", "pay.csv", "--staff", "Ann", "--period", "2026-01")


def test_in_words(desk: Desk) -> None:
    told = desk.run(*WHY).stdout
    for said in (
        'lost 2 points per late "late answers" = 4',
        "lost 9 points when rude = 9",
        "so: 13 points lost in all",
        "up to 1000 yuan: 1000 yuan x 0% = 0 yuan; over 1000 yuan: 2000 yuan x 3% = 60 yuan",
        "decision bonus Bonus = 50 yuan (line 12: when sales >= 2000 yuan : 50)",
        "paid: 110 yuan",
    ):
        assert said in told
    chinese = desk.run(*WHY, "--lang", "zh").stdout
    assert "共扣 13 分" in chinese
    assert "决策 bonus Bonus = 50 元" in chinese


def test_as_plain_values(desk: Desk) -> None:
    told = json.loads(desk.run(*WHY, "--format", "json").stdout)
    (decision,) = (one for one in told["outcomes"][0]["facts"] if one["kind"] == "decision")
    assert decision["rules"] == [{"line": 12, "text": "when sales >= 2000 yuan : 50"}]
    lost = [one["value"] for one in told["indicators"][0]["facts"] if one["kind"] == "lost"]
    assert lost == ["4", "9"]
