"""`kpirules simulate -o report.html`: the page by the command line."""

from __future__ import annotations

import html

import pytest

from tests.cli.desk import SHOP, Desk
from tests.outputs.html.elements import assert_harmless

NEW = SHOP.replace("allowance : count = 1 time", "allowance : count = 3 times")
COMMAND = ("simulate", "shop.kpi", "new.kpi", "--data", "shop.csv", "--with", "price=3 yuan")


@pytest.mark.parametrize("name", ["report.html", "REPORT.HTM"])
def test_the_page_is_written_by_its_ending(desk: Desk, name: str) -> None:
    desk.put("new.kpi", NEW)
    ran = desk.run(*COMMAND, "--budget", "bonus=33", "--sweep", "allowance=1..3 step 1 time", "-o", name)
    assert ran.exit_code == 0, ran.stderr
    assert f"report written to {name}" in ran.stderr
    text = desk.read(name)
    assert_harmless(text)
    assert '<html lang="en" data-lang="en">' in text
    said = html.unescape(text)
    # by hand: Ann's three late replies cost 10 points of 40 no more; 34.50 is what the command prints
    assert "\u2068Bonus\u2069: 34.50 yuan instead of 32.25 yuan, 2.25 yuan more (+7.0%)." in said
    assert "\u2068Bonus\u2069: 34.50 yuan exceeds the budget of 33.00 yuan by 1.50 yuan." in said


def test_the_page_opens_in_the_language_of_the_command(desk: Desk) -> None:
    desk.put("new.kpi", NEW)
    ran = desk.run(*COMMAND, "-o", "report.html", "--lang", "zh")
    assert ran.exit_code == 0, ran.stderr
    assert "报告已写入 report.html" in ran.stderr
    assert '<html lang="zh-Hans" data-lang="zh">' in desk.read("report.html")


def test_a_budget_that_must_be_kept_fails_with_the_page_written(desk: Desk) -> None:
    desk.put("new.kpi", NEW)
    ran = desk.run(*COMMAND, "--fail-over", "bonus=33", "-o", "report.html")
    assert ran.exit_code == 1
    assert "must be kept" in desk.read("report.html")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "report.pdf"), "-o: the report is a .html or a .json file, not report.pdf"),
        (("-o", "report.pdf", "--lang", "zh"), "-o：报告是 .html 或 .json 文件，不是 report.pdf"),
    ],
)
def test_another_ending_is_wrong_usage(desk: Desk, words: tuple[str, ...], said: str) -> None:
    desk.put("new.kpi", NEW)
    ran = desk.run(*COMMAND, *words)
    assert ran.exit_code == 2
    assert said in ran.stderr
    assert not (desk.folder / "report.pdf").exists()


def test_a_place_that_cannot_be_written_is_said(desk: Desk) -> None:
    desk.put("new.kpi", NEW)
    ran = desk.run(*COMMAND, "-o", "no/report.html")
    assert ran.exit_code != 0
    assert "K580" in ran.stderr
