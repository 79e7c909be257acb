"""How a finding reaches the reader: once, with its example in both languages, and with every code on the lint's page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpirules.diagnostics import Problem, as_record, render
from kpirules.engine import lint, policy_of
from kpirules.model.problems import PRELUDE
from kpirules.policy.lint import problems
from kpirules.policy.lint.all import findings
from tests.policy.lint.faults import RECORDS
from tests.policy.lint.reading import ruleset

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lint.md"
DECLARED = [one for one in vars(problems).values() if isinstance(one, Problem)]
WITHOUT = {"K394", "K311"}

CUT = """\
ruleset desk "Desk"
  period month
  missing redistribute
input share : ratio
input late : count
indicator training "Training" weight 3
  measure share
  bands
    from 80%  : 5
    otherwise : 0
indicator punctual "Punctuality" weight 97
  measure late
  bands
    up to 2 : 90
    over 2  : 0
grades
  good from 80
  rest from 0
  fail otherwise
"""


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("K303", "with share = 100%: training 3 points"),
        ("K304", "with late = 0: punctual 90 points"),
        ("K305", "with share = 0%: total 0, grade rest"),
    ],
)
def test_what_the_checker_tells_is_told_once_and_with_an_example(code: str, shown: str) -> None:
    checked = policy_of(CUT)
    before = [one for one in checked.diagnostics if one.code == code]
    after = [one for one in lint(checked).diagnostics if one.code == code]
    assert len(before) == len(after) == 1
    assert before[0].message() == after[0].message() and before[0].place == after[0].place
    assert f"= example: {shown}\n" in render(after[0], {})
    assert as_record(after[0])["message"] == f"{before[0].message()}: {shown}"


@pytest.mark.parametrize("problem", DECLARED, ids=lambda one: one.code)
def test_the_example_of_a_problem_shows_a_person(problem: Problem) -> None:
    text = problem.example if problem.example.startswith("ruleset") else PRELUDE + problem.example
    told = [one for one in lint(policy_of(text)).diagnostics if one.code == problem.code]
    assert len(told) == 1
    assert (told[0].note is None) == (problem.code in WITHOUT)
    if told[0].note is not None:
        assert "示例: 当 " in render(told[0], {}, "zh") and "with" not in told[0].note.zh


@pytest.mark.parametrize("problem", DECLARED, ids=lambda one: one.code)
def test_the_page_of_the_lint_has_every_code(problem: Problem) -> None:
    assert re.search(rf"^\| {problem.code}\b", PAGE.read_text(encoding="utf-8"), re.MULTILINE) or re.search(
        rf"^\| K\d+, {problem.code}\b", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )


def test_a_measure_of_records_is_stated_by_its_name() -> None:
    text = (
        CUT.partition("indicator")[0]
        + RECORDS
        + (
            'indicator one "One" weight 100\n  measure solved_share\n  bands\n    from 90% : 80\n'
            "    from 50% to below 90% : 90\n    below 50% : 0\n"
        )
    )
    words = [witness.words for _, witness in findings(ruleset(text)) if witness is not None]
    assert any(
        one.en.startswith("with solved_share = 50%: one 90 points; with solved_share = 100%") for one in words
    )


def test_columns_of_records_are_told_with_their_owner() -> None:
    text = (
        CUT.partition("indicator")[0]
        + RECORDS.partition("measure")[0]
        + (
            'indicator one "One" weight 100\n  measure share of tickets where solved\n  bands\n    from 90% : 80\n'
            "    from 50% to below 90% : 90\n    below 50% : 0\n"
        )
    )
    words = [witness.words for _, witness in findings(ruleset(text)) if witness is not None]
    assert any(
        "share of tickets (one) = 50%" in one.en and "tickets 的汇总（one） = 50%" in one.zh for one in words
    )


WAITING = """\
ruleset desk "Desk"
  period month
  missing redistribute
parameter goal : ratio
input share : ratio
input late : count
indicator one "One" weight 60
  measure late
  bands
    up to 2 : 50
    over 2 to 5 : 60
    over 5 : 0
indicator two "Two" weight 40
  measure share
  target >= goal
  all or nothing
"""


def test_before_parameters_have_values_their_indicators_wait() -> None:
    codes = [one.code for one in lint(policy_of(WAITING)).diagnostics]
    assert "K390" in codes
    assert "K395" not in codes
