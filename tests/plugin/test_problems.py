"""The problems of this room are complete in both languages, and their sentences agree on what they mention."""

from __future__ import annotations

import string

import pytest

from kpirules.diagnostics import Problem, Words
from kpirules.plugin import problems

ALL = sorted((one for one in vars(problems).values() if isinstance(one, Problem)), key=lambda one: one.code)


def mentioned(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("problem", ALL, ids=lambda one: one.code)
def test_a_problem_is_complete(problem: Problem) -> None:
    assert "K510" <= problem.code <= "K599" or "K780" <= problem.code <= "K782"
    for words in (problem.message, problem.explanation):
        assert words.en
        assert words.zh
    assert bool(problem.help.en) == bool(problem.help.zh)
    for words in (problem.message, problem.label, problem.help):
        assert isinstance(words, Words)
        assert mentioned(words.en) == mentioned(words.zh)


def test_there_are_problems() -> None:
    assert len(ALL) > 30
