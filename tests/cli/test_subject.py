"""Policies that appraise something other than staff, and count in another currency."""

from __future__ import annotations

import json

import openpyxl
import pyarrow as pa
import pytest

import kpirules
from tests.cli.desk import Desk

POLICY = """\
ruleset regions "Regions"
  subject region "区域"
  currency USD
  applies to region where size > 5
  period month
  missing zero
attribute size : number
input costs : money
parameter least : money = 500 USD
data sales "Sales"
  region : subject
  day    : date
  amount : money
  placed by day
measure sold = sum of amount over sales
indicator turnover "Turnover" weight 60
  measure sold
  target >= least
  pro rata to target
indicator thrift weight 40
  applies to region where size > 6
  measure costs
  bands
    up to 100 USD : 40
    over 100 USD to 200 USD : 40 to 0
    otherwise : 0
indicator thrift_too weight 40
  applies to region where size <= 6
  measure costs
  target <= 100 USD
  all or nothing
grades
  good from 80
  bad otherwise
amount bonus : money = 100 USD * total / 100 round to 1
test "money in tests"
  given sold = 250 USD, costs = 150 USD, size = 7
  expect turnover = 30, thrift = 20, bonus = 50 USD
"""
INPUTS = """\
{key},period,size,costs
north,2026-07,6,$150
south,2026-07,3,5 USD
east,2026-07,8,110 美元
"""
SALES = "region,day,amount\nnorth,2026-07-05,250\neast,2026-07-07,900\n"
EXPECTED = """\
region,period,turnover,thrift,thrift_too,total,grade,bonus
north,2026-07,30.00,,0.00,30.00,bad,30
east,2026-07,60.00,36.00,,96.00,good,96
"""


@pytest.fixture
def regions(desk: Desk) -> Desk:
    desk.put("regions.kpi", POLICY)
    desk.put("in.csv", INPUTS.format(key="region"))
    desk.put("sales.csv", SALES)
    return desk


def run(desk: Desk, command: str, *words: str, data: str = "in.csv") -> str:
    result = desk.run(command, "regions.kpi", "--data", data, "--data", "sales=sales.csv", *words)
    return result.stdout + result.stderr


def test_the_key_column_is_the_subject(regions: Desk) -> None:
    assert run(regions, "score").startswith(EXPECTED)
    assert run(regions, "score", "--engine", "reference").startswith(EXPECTED)
    regions.put("zh.csv", INPUTS.format(key="区域"))
    assert run(regions, "score", data="zh.csv").startswith(EXPECTED)
    regions.put("staff.csv", INPUTS.format(key="staff"))
    assert 'the table of inputs has no column "region"' in run(regions, "score", data="staff.csv")


def test_its_attributes_stand_in_a_table_of_its_name(regions: Desk) -> None:
    regions.put("in.csv", "region,period,costs\nnorth,2026-07,150\neast,2026-07,110\n")
    regions.put("regions.csv", "region,size\nnorth,6\neast,8\n")
    assert run(regions, "score", "--data", "region=regions.csv").startswith(EXPECTED)
    regions.put("regions.csv", "region,size\nnorth,6\n")
    assert "east is not among the regions in regions.csv" in run(
        regions, "score", "--data", "region=regions.csv"
    )


def test_messages_needs_and_why_speak_of_it_and_of_its_currency(regions: Desk) -> None:
    needs = regions.run("needs", "regions.kpi").stdout
    assert "a row per region and month" in needs
    assert "of the region: may stand in --data region=FILE" in needs
    assert "money in USD; = 500 USD" in needs
    assert "每个区域每个月份一行" in regions.run("needs", "regions.kpi", "--lang", "zh").stdout
    told = run(regions, "why", "--staff", "north", "--period", "2026-07")
    assert "250 USD of the target of 500 USD" in told
    assert "this indicator is not for this region" in told
    assert "bonus: 30 USD" in told
    chinese = run(regions, "why", "--subject", "south", "--period", "2026-07", "--lang", "zh")
    assert "本制度不适用于该区域。" in chinese
    record = json.loads(run(regions, "why", "--staff", "east", "--period", "2026-07", "--format", "json"))
    assert record["region"] == "east"
    regions.put("in.csv", INPUTS.format(key="region").replace("$150", "150 yuan").replace("south", ""))
    wrong = run(regions, "score")
    assert '"150 yuan" is not a sum in USD' in wrong
    assert "this row does not say which region it is about" in wrong
    assert "the currency of this policy is USD, and this is CNY" in run(
        regions, "score", "--set", "least=9 yuan"
    )


def test_the_template_asks_for_it(regions: Desk) -> None:
    assert regions.run("needs", "regions.kpi", "--template", "t.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(regions.folder / "t.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]][:2] == ["region", "period"]


def test_money_words_turn_both_ways(regions: Desk) -> None:
    assert regions.run("fmt", "--lang", "zh", "regions.kpi").exit_code == 0
    chinese = regions.read("regions.kpi")
    assert '对象 region "区域"' in chinese and "币种 美元" in chinese and "500 美元" in chinese
    assert "适用 region 当" in chinese and "region : 对象" in chinese
    assert run(regions, "score").startswith(EXPECTED)
    assert "3 hold, 0 fail" in regions.run("test", "regions.kpi").stdout


def test_tests_and_the_face(regions: Desk) -> None:
    assert "3 hold, 0 fail" in regions.run("test", "regions.kpi").stdout
    inputs = pa.table({"region": ["east"], "period": ["2026-07"], "size": [8], "costs": [110]})
    sales = pa.table({"region": ["east"], "day": ["2026-07-07"], "amount": [900]})
    scores = kpirules.load("regions.kpi").score(inputs, sales=sales)
    assert scores.table.column_names[:2] == ["region", "period"]
    assert scores.why("east", "2026-07").total == 96
