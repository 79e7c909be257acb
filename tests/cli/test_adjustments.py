"""Adjustments and consequences at the command line: columns of every format, alerts in a list, why, and tests."""

from __future__ import annotations

import csv
import datetime
import io
import json

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.cli.desk import Desk

POLICY = """\
ruleset care "Care"
  period month
  missing redistribute

input late : count
input thanks : count
input harm : boolean

indicator speed "Speed" weight 100
  deduct 10 points per late

adjustments
  bonus thanked "Thanked" : 2 points per thanks, at most 3
    clause "article 4"
  penalty slow : 5 points when late > 2
  veto harmed "Harmed" when harm : total at most 59
  veto hurt when harm : grade at most poor

grades
  good "Good" from 80
  poor "Poor" otherwise

result advice : text = "train" when late > 2 otherwise "fine"
result pause : duration = 90 min
result due : date = 2026-03-31
award prize when grade = good : 12.345 yuan round to 0.01
alert "Many late" when late > 2 level info
alert harm_done "Harm" when harm level critical

test "harm"
  given late = 0, thanks = 9, harm = yes
  expect thanked = 3, harmed = yes, total = 59, grade = poor, harm_done = yes, advice = "train"
"""
FACTS = """\
staff,period,late,thanks,harm
Ann,2026-01,0,1,no
Bob,2026-01,3,5,yes
Cem,2026-01,4,,no
Dee,2026-01,,1,yes
"""
EXPECTED = """\
staff,period,speed,thanked,slow,harmed,hurt,total,grade,advice,pause,due,prize,alert_1,harm_done
Ann,2026-01,100.00,2.00,0.00,false,false,102.00,good,fine,01:30:00,2026-03-31,12.35,false,false
Bob,2026-01,70.00,3.00,5.00,true,true,59.00,poor,train,01:30:00,2026-03-31,0.00,true,true
Cem,2026-01,60.00,,5.00,false,false,55.00,poor,train,01:30:00,2026-03-31,0.00,true,false
Dee,2026-01,,,,,,,,,01:30:00,2026-03-31,,,true
"""


@pytest.fixture
def care(desk: Desk) -> Desk:
    (desk.folder / "care.kpi").write_text(POLICY, encoding="utf-8")
    (desk.folder / "facts.csv").write_text(FACTS, encoding="utf-8")
    return desk


def score(desk: Desk, *more: str) -> tuple[str, str]:
    result = desk.run("score", "care.kpi", "--data", "facts.csv", *more)
    assert result.exit_code == 0, result.stderr
    return result.stdout, result.stderr


def test_columns_stand_in_order_and_alerts_behind_the_summary(care: Desk) -> None:
    out, told = score(care)
    assert out == EXPECTED
    assert told.splitlines()[1:] == [
        "critical: Harm: Bob 2026-01, Dee 2026-01",
        "info: Many late: Bob 2026-01, Cem 2026-01",
    ]
    assert score(care, "--engine", "reference") == (out, told)
    assert "严重：Harm：Bob 2026-01、Dee 2026-01" in score(care, "--lang", "zh")[1]


@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.parquet", "out.xlsx"])
def test_every_format_has_them(care: Desk, name: str) -> None:
    score(care, "-o", name)
    path = care.folder / name
    time, day = datetime.timedelta(minutes=90), datetime.date(2026, 3, 31)
    match path.suffix:
        case ".csv":
            assert list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))) == list(
                csv.DictReader(io.StringIO(EXPECTED))
            )
        case ".json":
            rows = json.loads(path.read_text(encoding="utf-8"))
            assert [row["advice"] for row in rows] == ["fine", "train", "train", None]
            assert rows[0]["pause"] == "01:30:00" and rows[0]["harmed"] is False
        case ".parquet":
            table = pq.read_table(path)
            assert table["pause"].to_pylist() == [time] * 4
            assert table["due"].to_pylist() == [day] * 4
            assert table["advice"].to_pylist() == ["fine", "train", "train", None]
        case ".xlsx":
            rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
            found = dict(zip(rows[0], rows[2], strict=True))
            assert (found["advice"], found["harmed"], found["thanked"]) == ("train", True, 3)


def test_why_leads_from_the_indicators_to_the_grade(care: Desk) -> None:
    result = care.run("why", "care.kpi", "--data", "facts.csv", "--staff", "Bob", "--period", "2026-01")
    told = result.stdout
    for line in (
        "├─ thanked Thanked: + 3",
        "│  ├─ clause: article 4",
        "│  ├─ rule: 2 points per thanks, at most 3",
        "│  └─ so: 10 points, but at most 3",
        "├─ hurt: grade at most poor",
        "total: 70 / 100 x 100 = 70",
        "   ├─ = 68",
        "   ├─ total at most 59: harmed Harmed",
        "   └─ rounded to 0.01, half up: 59.00",
    ):
        assert line in told.splitlines()
    chinese = care.run(
        "why", "care.kpi", "--data", "facts.csv", "--staff", "Bob", "--period", "2026-01", "--lang", "zh"
    )
    assert "   ├─ 总分最多 59：harmed Harmed" in chinese.stdout.splitlines()
    record = json.loads(
        care.run(
            *("why", "care.kpi", "--data", "facts.csv", "--staff", "Bob", "--period", "2026-01"),
            *("--format", "json"),
        ).stdout
    )
    assert [one["published"] for one in record["adjustments"]] == ["3", "5", True, True]
    assert (record["unrounded_total"], record["adjusted_total"], record["total"]) == ("70", "59", "59")


def test_a_test_in_the_policy_may_expect_them(care: Desk) -> None:
    result = care.run("test", "care.kpi")
    assert result.exit_code == 1
    assert "advice" in result.stdout + result.stderr
    right = POLICY.replace('advice = "train"', 'advice = "fine"')
    (care.folder / "care.kpi").write_text(right, encoding="utf-8")
    assert care.run("test", "care.kpi").exit_code == 0


def test_the_needs_of_an_adjustment_are_told(care: Desk) -> None:
    told = care.run("needs", "care.kpi").stdout
    assert "thanks" in told and "harm" in told
