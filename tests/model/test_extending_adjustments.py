"""Adjustments and consequences of a ruleset that another one extends: lines join, go, or the block is replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpirules.diagnostics import render
from kpirules.engine import Policy, read_policy
from kpirules.trials import run_tests

CORE = """\
ruleset core "Core"
  period month
  missing zero

input late : count
input thanks : count
input harm : boolean

indicator answers "Answers" weight 100
  deduct 1 point per late

grades
  good from 80
  fail otherwise

adjustments
  bonus thanked "Thanked" : 2 points per thanks, at most 6
  penalty lateness : 1 point when late > 5
  veto harmed when harm : total at most 59
  total at most 105

award prize when grade >= good : 100 yuan
alert "Total is low" when total < 60 level critical

test "answers"
  given late = 3
  expect answers = 97
test "thanks count"
  given late = 3, thanks = 1
  expect total = 99, prize = 100, alert_1 = no
"""


def extended(folder: Path, lines: str) -> Policy:
    (folder / "core.kpi").write_text(CORE, encoding="utf-8")
    path = folder / "mine.kpi"
    path.write_text(f'ruleset mine "Mine"\n  extends core\n{lines}', encoding="utf-8")
    return read_policy(path)


def lines_of(policy: Policy) -> list[str]:
    assert [render(one, policy.sources) for one in policy.diagnostics if one.is_error] == []
    assert policy.ruleset is not None
    assert all(one.passed for one in run_tests(policy))
    return [one.id for one in policy.ruleset.adjustments.lines]


def titles(policy: Policy) -> list[str]:
    assert policy.ruleset is not None
    return [one.title for one in policy.ruleset.examples]


def test_unchanged_all_of_it_is_there(tmp_path: Path) -> None:
    policy = extended(tmp_path, "")
    assert lines_of(policy) == ["thanked", "lateness", "harmed"]
    assert titles(policy) == ["answers", "thanks count"]


def test_more_lines_join_the_block_and_tests_of_the_total_go(tmp_path: Path) -> None:
    policy = extended(tmp_path, "adjustments\n  penalty rude : 3 when harm\n")
    assert lines_of(policy) == ["thanked", "lateness", "harmed", "rude"]
    assert titles(policy) == ["answers"]


def test_a_line_is_left_out_by_its_name(tmp_path: Path) -> None:
    policy = extended(tmp_path, "without bonus thanked\nwithout harmed, prize, alert alert_1\n")
    assert lines_of(policy) == ["lateness"]
    assert policy.ruleset is not None and policy.ruleset.outcomes == ()
    assert set(policy.ruleset.inputs) == {"late"}


def test_the_block_is_replaced_or_left_out_whole(tmp_path: Path) -> None:
    assert lines_of(extended(tmp_path, "replace adjustments\n  bonus gift : 1\n")) == ["gift"]
    assert lines_of(extended(tmp_path, "without adjustments\n")) == []
    assert lines_of(extended(tmp_path, "replace award prize when total >= 90 : 50 yuan\n")) != []


@pytest.mark.parametrize(
    "lines",
    [
        "adjustments\n  bonus thanked : 1\n",
        "adjustments\n  total at most 110\n",
        "adjustments\n  bonus late : 3\n",
    ],
)
def test_what_is_there_already_is_not_said_again(tmp_path: Path, lines: str) -> None:
    policy = extended(tmp_path, lines)
    assert [one.is_error for one in policy.diagnostics].count(True) == 1
