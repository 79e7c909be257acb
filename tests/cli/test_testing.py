"""`kpirules test` at the desk: statuses, coverage, suggestions, JSON and JUnit, in both languages."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as xml

import pytest

from tests.cli.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
POLICY = """\
ruleset answers "Answers"
  version "1"
  period month
  missing redistribute

input late : count

indicator speed "Speed" weight 100
  measure late
  target <= 3
  deduct 10 points per time above target

grades
  good from 80
  poor otherwise

test "three cost nothing"
  given late = 3
  expect speed = 100, grade = good
"""
CHINESE = """\
规则集 答复 "答复"
  版本 "1"
  周期 月
  缺失 重新分配

输入 迟复 : 次数

指标 速度 "速度" 权重 100
  度量 迟复
  目标 <= 3
  每超出目标 1 次 扣 10 分
"""
FAILING = POLICY.replace("speed = 100", "speed = 99")


@pytest.fixture
def answers(desk: Desk) -> Desk:
    desk.put("answers.kpi", POLICY)
    return desk


def test_expectations_that_hold(answers: Desk) -> None:
    result = answers.run("test", "answers.kpi")
    assert (result.exit_code, result.stdout) == (0, "2 expectations in 1 file: 2 hold, 0 fail\n")
    verbose = answers.run("test", "answers.kpi", "-v").stdout
    assert 'answers.kpi:19:10: "three cost nothing": speed = 100\n' in verbose


def test_an_expectation_that_fails(answers: Desk) -> None:
    answers.put("answers.kpi", FAILING)
    result = answers.run("test", "answers.kpi")
    assert result.exit_code == 1
    assert 'answers.kpi:19:10: "three cost nothing": expected speed = 99, got 100\n' in result.stdout
    chinese = answers.run("test", "answers.kpi", "--lang", "zh").stdout
    assert "期望 speed = 99，得到 100" in chinese and "1 项不成立" in chinese


def test_a_policy_with_errors_does_not_keep_others_from_being_tested(answers: Desk) -> None:
    answers.put("broken.kpi", POLICY.replace("weight 100", "weight 90"))
    result = answers.run("test", "answers.kpi", "broken.kpi")
    assert result.exit_code == 1
    assert result.stdout == "2 expectations in 2 files: 2 hold, 0 fail; 1 file with errors\n"
    assert "error[K211]" in result.stderr


def test_one_test_that_cannot_be_run_does_not_hide_the_others(answers: Desk) -> None:
    unfit = POLICY.replace("input late", "parameter most : number = 100\ninput late").replace(
        "weight 100", "weight most"
    )
    tests = '\ntest "unfit"\n  given most = 90, late = 0\n  expect speed = 90\n'
    answers.put("answers.kpi", unfit + tests + unfit[unfit.index("\ntest") :].replace("three", "again"))
    result = answers.run("test", "answers.kpi")
    assert result.exit_code == 1
    assert "error[K211]" in result.stderr
    assert result.stdout == "5 expectations in 1 file: 4 hold, 1 fail\n"


# Coverage


def test_coverage_says_what_is_not_reached_why_and_what_to_write(answers: Desk) -> None:
    result = answers.run("test", "answers.kpi", "--coverage")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "answers.kpi: 3 of 12 points reached (25%)"
    at = lines.index("    answers.kpi:11: just over 3 (over 3 to 4)")
    assert lines[at + 1] == (
        '      the nearest value that is tested is 3 (the target is met), in "three cost nothing"'
    )
    assert lines[at + 2] == "      try: given late = 4"
    assert '  speed "Speed"' in lines and "  poor" in lines


def test_the_guide_shows_what_is_printed(answers: Desk) -> None:
    guide = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    shown = guide[guide.index("answers.kpi: 3 of 12") :].split("```")[0]
    printed = answers.run("test", "answers.kpi", "--coverage").stdout
    assert all(line in printed.splitlines() for line in shown.splitlines())
    suggested = guide[guide.index("# To be confirmed (speed)") :].split("```")[0]
    assert suggested in answers.run("test", "answers.kpi", "--suggest").stdout


def test_coverage_in_chinese_and_with_what_is_reached(answers: Desk) -> None:
    result = answers.run("test", "answers.kpi", "--coverage", "-v", "--lang", "zh")
    assert "answers.kpi：触及 12 个要点中的 3 个（25%）" in result.stdout
    assert '    answers.kpi:11: 达到目标\n      已由 "three cost nothing" 触及\n' in result.stdout
    assert "可写：given late = 4" in result.stdout


@pytest.mark.parametrize(("least", "status"), [("25%", 0), ("0.25", 0), ("25.1%", 1), ("100%", 1), ("0%", 0)])
def test_fail_under(answers: Desk, least: str, status: int) -> None:
    result = answers.run("test", "answers.kpi", "--fail-under", least)
    assert result.exit_code == status
    assert ("error[K810]" in result.stderr) == bool(status)


@pytest.mark.parametrize("least", ["101%", "-1%", "many", "nan", "1e999999", ""])
def test_a_share_that_is_none(answers: Desk, least: str) -> None:
    result = answers.run("test", "answers.kpi", f"--fail-under={least}")
    assert result.exit_code == 2
    assert "write a share from 0% to 100%" in result.stderr


# Suggestions


def test_suggestions_go_to_standard_output_and_complete_the_tests(answers: Desk) -> None:
    result = answers.run("test", "answers.kpi", "--suggest")
    assert result.exit_code == 0
    assert result.stdout.startswith("# To be confirmed (speed): ")
    assert '\ntest "Speed: just over 3 (over 3 to 4)"' in result.stdout or "given late = 4" in result.stdout
    assert answers.read("answers.kpi") == POLICY
    answers.put("answers.kpi", POLICY + "\n" + result.stdout)
    again = answers.run("test", "answers.kpi", "--fail-under", "100%")
    assert again.exit_code == 0, again.stderr
    assert answers.run("test", "answers.kpi", "--suggest").stdout == ""
    assert answers.run("fmt", "--check", "answers.kpi").exit_code == 0


def test_suggestions_of_a_chinese_policy_are_chinese(desk: Desk) -> None:
    desk.put("答复.kpi", CHINESE)
    result = desk.run("test", "答复.kpi", "--suggest", "--write")
    assert result.exit_code == 0, result.stderr
    text = desk.read("答复.kpi")
    assert text.startswith(CHINESE)
    assert "# 待确认（速度）：" in text and "  给定 迟复 = 3\n" in text and "  应得 速度 = 100\n" in text
    assert "test" not in text and "given" not in text
    assert desk.run("test", "答复.kpi", "--fail-under", "100%").exit_code == 0


def test_suggestions_in_a_file_of_their_own(answers: Desk) -> None:
    result = answers.run("test", "answers.kpi", "--suggest", "-o", "more.txt")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "written to more.txt, to be confirmed by a person" in result.stderr
    assert answers.read("more.txt") == answers.run("test", "answers.kpi", "--suggest").stdout
    assert answers.read("answers.kpi") == POLICY


def test_written_into_the_policy_all_or_nothing(answers: Desk) -> None:
    os.chmod(answers.folder / "answers.kpi", 0o640)
    assert answers.run("test", "answers.kpi", "--suggest", "--write").exit_code == 0
    text = answers.read("answers.kpi")
    assert text.startswith(POLICY) and len(text) > len(POLICY)
    assert (answers.folder / "answers.kpi").stat().st_mode & 0o777 == 0o640
    assert not [one for one in answers.folder.iterdir() if one.name.endswith(".part")]
    assert answers.run("test", "answers.kpi", "--suggest", "--write").exit_code == 0
    assert answers.read("answers.kpi") == text


def test_lines_end_as_they_do_in_the_policy(answers: Desk) -> None:
    (answers.folder / "answers.kpi").write_bytes(POLICY.rstrip("\n").replace("\n", "\r\n").encode())
    assert answers.run("test", "answers.kpi", "--suggest", "--write").exit_code == 0
    written = (answers.folder / "answers.kpi").read_bytes()
    assert written.count(b"\n") == written.count(b"\r\n") > POLICY.count("\n")
    assert answers.run("test", "answers.kpi", "--fail-under", "100%").exit_code == 0


def test_nothing_is_added_to_tests_that_fail(answers: Desk) -> None:
    answers.put("answers.kpi", FAILING)
    result = answers.run("test", "answers.kpi", "--suggest", "--write")
    assert result.exit_code == 1
    assert "error[K811]" in result.stderr
    assert answers.read("answers.kpi") == FAILING


def test_what_no_facts_were_found_for_is_named(answers: Desk) -> None:
    text = POLICY.replace("input late : count", "input a : count\ninput b : count").replace(
        "measure late", "measure a * a + b * b"
    )
    text = text[: text.index("\ntest")].replace("target <= 3", "target <= 7")
    answers.put("answers.kpi", text)
    result = answers.run("test", "answers.kpi", "--suggest")
    assert result.exit_code == 0
    assert "speed: no facts were found for this: exactly 7" in result.stderr  # 7 is no sum of two squares
    assert "没有找到" in answers.run("test", "answers.kpi", "--suggest", "--lang", "zh").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--write",), "--write is of use with --suggest alone"),
        (("-o", "x.kpi"), "-o is of use with --suggest alone"),
        (("--suggest", "--write", "-o", "x.kpi"), "-o and --write exclude each other"),
        (("--suggest", "-o", "answers.kpi"), "-o answers.kpi is the policy itself"),
    ],
)
def test_wrong_usage(answers: Desk, words: tuple[str, ...], said: str) -> None:
    result = answers.run("test", "answers.kpi", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert answers.read("answers.kpi") == POLICY


def test_standard_input_can_be_read_and_not_written(answers: Desk) -> None:
    assert "given late = 4" in answers.run("test", "-", "--suggest", stdin=POLICY).stdout
    refused = answers.run("test", "-", "--suggest", "--write", stdin=POLICY)
    assert refused.exit_code == 2 and "standard input" in refused.stderr


# For programs


def test_json_has_exact_numbers_as_texts(answers: Desk) -> None:
    answers.put(
        "answers.kpi", FAILING + '\ntest "nobody"\n  given late = missing\n  expect total = missing\n'
    )
    result = answers.run("test", "answers.kpi", "--format", "json", "--coverage", "--suggest")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    (policy,) = found["policies"]
    assert (found["passed"], policy["passed"], policy["ruleset"]) == (False, False, "answers")
    first, second = policy["tests"]
    assert first["expectations"][0] == {
        "person": None,
        "name": "speed",
        "expected": {"kind": "number", "value": "99"},
        "actual": {"kind": "number", "value": "100"},
        "passed": False,
        "path": "answers.kpi",
        "line": 19,
    }
    assert first["expectations"][1]["actual"] == {"kind": "text", "value": "good"}
    assert second["expectations"][0]["actual"] == {"kind": "missing", "value": None}
    coverage = policy["coverage"]
    assert coverage["reached"] == sum(bool(one["tests"]) for one in coverage["points"])
    assert Fraction(coverage["share"]) == Fraction(coverage["reached"], coverage["possible"])
    edge = next(one for one in coverage["points"] if one["words"].startswith("just over 3"))
    assert (edge["sort"], edge["cause"], edge["line"], edge["tests"]) == ("edge", "nearest", 11, [])
    assert policy["suggested"] and all(one["text"].startswith("# To be") for one in policy["suggested"])


def test_junit_of_several_policies(answers: Desk) -> None:
    answers.put("failing.kpi", FAILING)
    answers.put("broken.kpi", "ruleset x\n")
    result = answers.run("test", "answers.kpi", "failing.kpi", "broken.kpi", "--junit", "tests.xml")
    assert result.exit_code == 1
    root = xml.parse(answers.folder / "tests.xml").getroot()
    assert {one.get("name"): (one.get("failures"), one.get("errors")) for one in root} == {
        "answers.kpi": ("0", "0"),
        "failing.kpi": ("1", "0"),
        "broken.kpi": ("0", "1"),
    }
    assert not [one for one in root.iter() if one.get("time")]


@pytest.mark.parametrize("option", ["--junit", "-o"])
def test_a_place_that_cannot_be_written(answers: Desk, option: str) -> None:
    extra = ("--suggest",) if option == "-o" else ()
    result = answers.run("test", "answers.kpi", *extra, option, str(Path("nowhere") / "x"))
    assert result.exit_code == 2
    assert "error[K580]" in result.stderr
