"""`kpirules needs` and `kpirules test`: what a policy asks for, and what it promises."""

from __future__ import annotations

import json
from datetime import datetime

import openpyxl

from tests.cli.desk import SHOP, Desk

TESTED = (
    SHOP
    + """
test "two late replies"
  given price = 20, late = 3, good = 1, all = 1
  expect speed = 30, total = 90, prize = no

test "wrong on purpose"
  given price = 20, late = 0, all = 1
  expect speed = 39, quality = 0
"""
)


def test_what_a_policy_needs(desk: Desk) -> None:
    result = desk.run("needs", "shop.kpi")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "shop Shop",
        "",
        "The table of inputs (--data FILE): a row per staff member and month",
        "  staff                    a staff member",
        "  period                   a month such as 2026-07",
        "  department               a text; Team; of the person: may stand in --data staff=FILE",
        "  on_probation             yes or no; of the person: may stand in --data staff=FILE; blank is no",
        "  late                     a count; Late replies",
        "  good                     a count",
        "  all                      a count",
        "  sold                     a count; blank is 0",
        "",
        "Parameters (--set NAME=VALUE)",
        "  price                    money; must be set; Price of a piece",
        "  allowance                a count; = 1",
    ]
    chinese = desk.run("needs", "desk.kpi", "--lang", "zh").stdout
    assert "输入表（--data 文件）：每个员工每个月份一行" in chinese
    assert "数据 tickets（--data tickets=文件）：Tickets" in chinese
    assert "评级 (1 至 5); 可空" in chinese


def test_needs_as_json(desk: Desk) -> None:
    told = json.loads(desk.run("needs", "shop.kpi", "--set", "price=20", "--format", "json").stdout)
    assert (told["ruleset"], told["period"]) == ("shop", "month")
    assert [(one["name"], one["attribute"], one["missing"]) for one in told["inputs"]] == [
        ("department", True, None),
        ("on_probation", True, "no"),
        ("late", False, None),
        ("good", False, None),
        ("all", False, None),
        ("sold", False, "0"),
    ]
    assert {one["name"]: one["value"] for one in told["parameters"]} == {"price": "20 yuan", "allowance": "1"}
    told = json.loads(desk.run("needs", "desk.kpi", "--format", "json").stdout)
    assert [(one["name"], one["optional"]) for one in told["data"][0]["fields"]] == [
        ("staff", False),
        ("opened", False),
        ("first_reply", True),
        ("survey", True),
    ]


def test_the_template_filled_in_scores_as_it_says(desk: Desk) -> None:
    result = desk.run("needs", "desk.kpi", "--template", "facts.xlsx")
    how = "kpirules score desk.kpi --data facts.xlsx --data tickets=facts.xlsx"
    assert result.exit_code == 0
    assert result.stderr == f"\nan empty workbook was written to facts.xlsx; when it is filled in: {how}\n"
    book = openpyxl.load_workbook(desk.folder / "facts.xlsx")
    assert book.sheetnames == ["data", "tickets"]
    assert [cell.value for cell in book["data"][1]] == ["staff", "period", "courses"]
    assert [cell.value for cell in book["tickets"][1]] == ["staff", "opened", "first_reply", "survey"]
    book["data"].append(["E1", "2026-07", 1])
    book["tickets"].append(["E1", datetime(2026, 7, 1, 9), datetime(2026, 7, 1, 9, 31), 5])
    book["tickets"].append(["E1", datetime(2026, 7, 2, 9), datetime(2026, 7, 2, 9, 30), 2])
    book.save(desk.folder / "facts.xlsx")
    scored = desk.run(*how.split()[1:])
    assert scored.exit_code == 0
    assert scored.stdout.splitlines()[1:] == ["E1,2026-07,25.00,26.25,10.00,61.25,"]


def test_an_empty_template_has_nothing_to_score(desk: Desk) -> None:
    desk.run("needs", "shop.kpi", "--template", "facts.xlsx")
    result = desk.run("score", "shop.kpi", "--data", "facts.xlsx", "--set", "price=1")
    assert result.exit_code in (0, 1)
    assert "no rows" in result.stderr or "no row to score" in result.stderr


def test_a_template_is_a_workbook_in_a_folder_that_exists(desk: Desk) -> None:
    for name in ("facts.csv", "facts.xls", "facts"):
        result = desk.run("needs", "shop.kpi", "--template", name)
        assert (result.exit_code, "must end in .xlsx" in result.stderr) == (2, True)
    result = desk.run("needs", "shop.kpi", "--template", "nowhere/facts.xlsx")
    assert result.exit_code == 2
    assert "cannot write nowhere/facts.xlsx" in result.stderr


def test_tests_of_a_policy(desk: Desk) -> None:
    desk.put("tested.kpi", TESTED)
    result = desk.run("test", "tested.kpi")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].endswith('"wrong on purpose": expected speed = 39, got 40')
    assert lines[1].endswith('"wrong on purpose": expected quality = 0, got missing')
    assert lines[2] == "5 expectations in 1 file: 3 hold, 2 fail"
    verbose = desk.run("test", "tested.kpi", "-v").stdout
    assert '"two late replies": total = 90' in verbose and "prize = no" in verbose
    chinese = desk.run("test", "tested.kpi", "--lang", "zh").stdout
    assert "期望 quality = 0，得到 缺失" in chinese
    assert "1 个文件共 5 项期望：3 项成立，2 项不成立" in chinese


def test_tests_of_a_policy_with_errors(desk: Desk) -> None:
    desk.put("bad.kpi", TESTED.replace("weight 40", "weight 50"))
    result = desk.run("test", "bad.kpi", "shop.kpi")
    assert result.exit_code == 1
    assert "error[K211]" in result.stderr
    assert result.stdout == "0 expectations in 2 files: 0 hold, 0 fail; 1 file with errors\n"
    assert desk.run("test", "shop.kpi").exit_code == 0
    assert desk.run("test", "nowhere.kpi").exit_code == 2
