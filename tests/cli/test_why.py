"""`kpirules why`: a statement from which a person can redo the result, as text and as JSON."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.cli.desk import Desk

STATEMENT = """\
shop Shop (version 2026.1)
Bob, 2026-01
  attribute department Team = "north" [shop.csv, row 3]
  attribute on_probation = no [shop.csv, row 3]
├─ speed Speed: 40.00 of 40
│  ├─ clause: Rule 1
│  ├─ rule: deduct 5 points per time above target
│  ├─ target: <= 1 (parameter allowance)
│  ├─ input late Late replies = 0 [shop.csv, row 3]
│  ├─ parameter allowance = 1
│  ├─ measure: late = 0
│  └─ so: the target of 1 is met
├─ quality Quality: 13.33 of 60, 46.666667… lost
│  ├─ rule: bands; from 90% : 60; from 60% to below 90% : 0 to 60; otherwise : 0
│  ├─ target: >= 90%
│  ├─ input good = 2 [shop.csv, row 3]
│  ├─ input all = 3 [shop.csv, row 3]
│  ├─ measure: good / all = 66.666667…%
│  ├─ so: in the band from 60% to below 90%: 0 to 60
│  └─ 13.333333…, rounded to 0.01, half up: 13.33

total: 53.333333… / 100 x 100 = 53.333333…, rounded to 0.01, half up: 53.33
grade: poor 差

base: 150 yuan
   ├─ formula: sum of earned over department / headcount over department
   ├─ group sum of earned over department = 300 yuan (2 people, 2 with a value)
   ├─ measure earned Earned = sold * price = 100 yuan
   ├─ group headcount over department = 2
   ├─ input sold = 5 [shop.csv, row 3]
   └─ parameter price Price of a piece = 20 yuan

bonus Bonus: 80 yuan
   ├─ formula: base * total / 100
   ├─ amount base = 150 yuan
   ├─ total total = 53.33
   └─ 79.995, rounded to 0.01, half up

prize: no
   ├─ formula: total >= 95
   └─ total total = 53.33

next grade: good 良好, with a total of 80: 26.67 more
with "good" 3 instead of 2, everything else the same: total 100.00, grade good

sources
└─ inputs: shop.csv (5 of 5 rows used)
"""


def why(desk: Desk, staff: str, *words: str, period: str = "2026-01") -> Any:
    return desk.run(
        "why",
        "shop.kpi",
        "--data",
        "shop.csv",
        "--set",
        "price=20",
        "--staff",
        staff,
        "--period",
        period,
        *words,
    )


def test_the_statement(desk: Desk) -> None:
    result = why(desk, "Bob")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == STATEMENT


def test_the_result_can_be_redone_from_the_json_alone(desk: Desk) -> None:
    told = json.loads(why(desk, "Bob", "--format", "json").stdout)
    speed, quality = told["indicators"]
    facts = {one["name"]: Fraction(one["value"]) for one in (*speed["facts"], *quality["facts"])}
    points = Fraction(40) - 5 * max(facts["late"] - facts["allowance"], Fraction(0))
    assert (Fraction(speed["points"]), Fraction(speed["published"])) == (points, points)
    share = facts["good"] / facts["all"]
    assert Fraction(quality["value"]) == share
    in_band = (share - Fraction(6, 10)) / Fraction(3, 10) * 60
    assert Fraction(quality["points"]) == in_band
    assert Fraction(quality["published"]) == round(in_band, 2)
    assert Fraction(quality["lost"]) == 60 - in_band
    assert Fraction(told["earned"]) == points + in_band
    total = (points + in_band) / Fraction(told["weight_present"]) * 100
    assert Fraction(told["unrounded_total"]) == total
    assert Fraction(told["total"]) == round(total, 2)
    base, bonus, prize = told["outcomes"]
    group = {one["formula"]: Fraction(one["value"]) for one in base["facts"] if one["kind"] == "group"}
    assert group == {"sum of earned over department": 300, "headcount over department": 2}
    assert Fraction(base["published"]) == 150
    assert Fraction(bonus["unrounded"]) == 150 * Fraction(told["total"]) / 100 == Fraction("79.995")
    assert bonus["published"] == "80"
    assert prize["published"] is False


def test_the_statement_in_chinese(desk: Desk) -> None:
    said = why(desk, "Bob", "--lang", "zh").stdout
    for line in ("总分: 53.333333… / 100 x 100", "等级: poor 差", "├─ 输入 good = 2", "按 0.01 四舍五入"):
        assert line in said
    assert "rounded" not in said and "clause" not in said


def test_a_missing_fact_is_explained(desk: Desk) -> None:
    said = why(desk, "Cem").stdout
    assert "├─ speed Speed: missing of 40" in said
    assert "the fact is missing: left out, and its weight shared by the others" in said
    assert "total: none, since no indicator has a fact" in said


def test_whom_the_policy_is_not_for(desk: Desk) -> None:
    result = why(desk, "Dee")
    assert result.exit_code == 0
    assert "This policy does not apply to this person." in result.stdout.splitlines()
    assert json.loads(why(desk, "Dee", "--format", "json").stdout)["appraised"] is False


@pytest.mark.parametrize("period", ["2026-01", "2026年1月", " 2026/1 "])
def test_the_period_in_any_spelling(desk: Desk, period: str) -> None:
    assert why(desk, " Bob ", period=period).stdout == STATEMENT


@pytest.mark.parametrize(
    ("staff", "period", "en", "zh"),
    [
        ("Bob", "2026-02", "; there are for 2026-01\n", "；有这些周期的事实：2026-01\n"),
        ("bob", "2026-01", '; did you mean "Bob"?\n', "；您是不是想查“Bob”？\n"),
        (
            "Zoe",
            "2026-01",
            "; the data has 4 people in 2026-01, 2026-02\n",
            "；数据中有 4 人，周期为 2026-01、2026-02\n",
        ),
    ],
)
def test_nobody_of_that_name_and_period(desk: Desk, staff: str, period: str, en: str, zh: str) -> None:
    result = why(desk, staff, period=period)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f'kpirules: there are no facts of "{staff}" for {period}{en}'
    assert why(desk, staff, "--lang", "zh", period=period).stderr.endswith(zh)


def test_a_period_that_is_none_is_wrong_usage(desk: Desk) -> None:
    result = why(desk, "Bob", period="soon")
    assert result.exit_code == 2
    assert '"soon" is not a period' in result.stderr


# Records behind measures


def records(desk: Desk, *words: str) -> dict[str, dict[str, Any]]:
    base = ["why", "desk.kpi", "--data", "tickets=tickets.csv", "--reject", "r.csv", "--format", "json"]
    told = json.loads(desk.run(*base, "--staff", "Ann", "--period", "2026-01", *words).stdout)
    facts = [fact for one in told["indicators"] for fact in one["facts"]]
    return {one["name"]: one["records"] for one in facts if one["kind"] == "records"}


def test_the_records_behind_a_measure_are_counted_and_named(desk: Desk) -> None:
    assert records(desk) == {
        "share of tickets": {"count": 1, "of": 2, "ids": ["row 2"]},
        "mean of tickets": {"count": 2, "of": 3, "ids": ["row 2", "row 3"]},
    }
    assert records(desk, "--records", "1")["mean of tickets"] == {"count": 2, "of": 3, "ids": ["row 2"]}
    assert records(desk, "--records", "0")["mean of tickets"]["ids"] == []
    base = ["why", "desk.kpi", "--data", "tickets=tickets.csv", "--reject", "r.csv", "--staff", "Ann"]
    said = desk.run(*base, "--period", "2026-01").stdout
    assert "records share of tickets Tickets = 50% (1 of 2 records: row 2)" in said
    assert (
        "measure quick = share of tickets where first_reply - opened <= 30 min among first_reply is present = 50%"
        in said
    )
    chinese = desk.run(*base, "--period", "2026-01", "--lang", "zh").stdout
    assert "记录 tickets 的占比 Tickets = 50% (2 条中的 1 条记录: row 2)" in chinese


def test_records_go_by_the_id_that_the_project_names(desk: Desk) -> None:
    lines = desk.read("tickets.csv").splitlines()
    desk.put(
        "tickets.csv", "\n".join([f"no,{lines[0]}", *(f"T{n},{line}" for n, line in enumerate(lines[1:], 1))])
    )
    desk.put("kpirules.toml", '[data.tickets]\npath = "tickets.csv"\nid = "no"\n')
    assert records(desk)["mean of tickets"]["ids"] == ["T1", "T2"]
