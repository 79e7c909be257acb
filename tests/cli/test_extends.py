"""Every command on a file that extends another one, in both vocabularies."""

from __future__ import annotations

import json

import kpirules
from tests.cli.desk import SHOP_FACTS, Desk

BRANCH = """\
ruleset branch "Branch"
  extends shop
  version "2026.2"
set price = 20
set weight of speed = 30
without prize
replace indicator quality weight 50
  measure good / all
  target >= 90%
  all or nothing
input praised : count missing zero "Praise"
add indicator praise "Praise" weight 20
  measure praised
  target >= 1
  all or nothing
test "its own"
  given late = 3, good = 19, all = 20, praised = 1
  expect speed = 20, quality = 50, praise = 20, total = 90
"""
EXPECTED = """\
staff,period,speed,quality,praise,total,grade,base,bonus
Ann,2026-01,20.00,50.00,0.00,70.00,poor,150.00,105.00
Bob,2026-01,30.00,0.00,20.00,50.00,poor,150.00,75.00
Cem,2026-01,,,0.00,0.00,poor,20.00,0.00
Ann,2026-02,30.00,0.00,0.00,30.00,poor,0.00,0.00
"""


def branch(desk: Desk) -> None:
    desk.put("branch.kpi", BRANCH)
    rows = SHOP_FACTS.splitlines()
    rows = [f"{row},{praise}" for row, praise in zip(rows, ("praised", 0, 1, "", "", 0), strict=True)]
    desk.put("branch.csv", "\n".join(rows) + "\n")


def test_check_score_test_needs_and_why_read_an_extending_file(desk: Desk) -> None:
    branch(desk)
    checked = desk.run("check", "branch.kpi")
    assert (checked.exit_code, checked.stdout) == (0, "")
    for engine in ("kernels", "reference"):
        scored = desk.run("score", "branch.kpi", "--data", "branch.csv", "--engine", engine)
        assert (scored.exit_code, scored.stdout) == (0, EXPECTED)
    assert "price" not in scored.stderr
    assert "4 hold, 0 fail" in desk.run("test", "branch.kpi").stdout
    needs = desk.run("needs", "branch.kpi").stdout
    assert "Praise" in needs and "Late replies" in needs
    why = desk.run(
        "why", "branch.kpi", "--data", "branch.csv", "--staff", "Ann", "--period", "2026-01"
    ).stdout
    assert "Rule 1" in why and "Praise" in why


def test_its_parameters_can_still_be_overridden(desk: Desk) -> None:
    branch(desk)
    scored = desk.run("score", "branch.kpi", "--data", "branch.csv", "--set", "price=40")
    assert "300.00,210.00" in scored.stdout


def test_fmt_lays_out_the_file_alone_and_translates_it_without_a_change_of_meaning(desk: Desk) -> None:
    branch(desk)
    before = desk.read("shop.kpi")
    assert desk.run("fmt", "--lang", "zh", "branch.kpi").exit_code == 0
    chinese = desk.read("branch.kpi")
    for words in ("沿用 shop", "设定 权重 speed = 30", "去除 prize", "替换 指标 quality", "增加 指标 praise"):
        assert words in chinese
    assert desk.read("shop.kpi") == before
    assert desk.run("score", "branch.kpi", "--data", "branch.csv").stdout == EXPECTED
    assert desk.run("fmt", "branch.kpi").exit_code == 0
    assert desk.read("branch.kpi") == chinese
    desk.run("fmt", "--lang", "en", "branch.kpi")
    assert desk.run("score", "branch.kpi", "--data", "branch.csv").stdout == EXPECTED


def test_mistakes_are_shown_in_the_file_that_has_them(desk: Desk) -> None:
    desk.put("shop.kpi", desk.read("shop.kpi").replace("measure late\n", "measure lat\n"))
    desk.put("branch.kpi", "ruleset branch\n  extends shop\nset prize = 5\nwithout qualty\n")
    found = desk.run("check", "branch.kpi")
    assert found.exit_code == 1
    assert 'error[K252]: "shop" has no parameter "prize" to set\n  --> branch.kpi:3:5' in found.stdout
    assert 'error[K206]: nothing is named "lat"\n  --> shop.kpi:20:11' in found.stdout
    assert "20 |   measure lat" in found.stdout
    records = json.loads(desk.run("check", "branch.kpi", "--format", "json", "--lang", "zh").stdout)
    assert {one["path"] for one in records} == {"branch.kpi", "shop.kpi"}
    both = desk.run("check", ".").stdout
    assert both.count("error[K206]") == 1  # the other one is in the folder too


def test_what_is_extended_is_not_overwritten(desk: Desk) -> None:
    branch(desk)
    refused = desk.run("score", "branch.kpi", "--data", "branch.csv", "-o", "shop.kpi")
    assert refused.exit_code == 2
    assert "would be overwritten" in refused.stderr


def test_standard_input_and_the_python_face_find_rulesets_too(desk: Desk) -> None:
    branch(desk)
    assert desk.run("check", "-", stdin=BRANCH).exit_code == 0
    assert "extends shop" in desk.run("fmt", "-", stdin=BRANCH).stdout
    assert kpirules.load("branch.kpi").ruleset.id == "branch"
    text = "ruleset mine\n  extends after_sales_core\nset response_limit = 3 min\n"
    rules = kpirules.load(text, parameters={"first_target": "70%"})
    assert rules.ruleset.parameters["first_target"].given
