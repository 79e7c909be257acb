"""The problems of workbooks are complete in both languages, and their sentences agree on what they mention."""

from __future__ import annotations

import string

import pytest

from kpirules.adapters import workbook_problems
from kpirules.diagnostics import Problem

ALL = [one for one in vars(workbook_problems).values() if isinstance(one, Problem)]


def mentioned(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("problem", ALL, ids=lambda one: one.code)
def test_a_problem_is_complete(problem: Problem) -> None:
    assert "K730" <= problem.code <= "K759"
    for words in (problem.message, problem.explanation):
        assert words.en
        assert words.zh
    for words in (problem.message, problem.help):
        assert bool(words.en) == bool(words.zh)
        assert mentioned(words.en) == mentioned(words.zh)
