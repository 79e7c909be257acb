"""What the checker says about policies with a mistake: the right place, the right words, one message for one slip.

After a wanted change of the words: `pytest tests/language tests/model --accept`, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kpirules.diagnostics import Problem, problems
from kpirules.engine import lint, policy_of
from kpirules.language.parse import decode, parse
from kpirules.model.problems import PRELUDE
from tests.model.writing import HERE, Case, cases, said

ALL = tuple(cases())
MISTYPED = Path(__file__).parents[1] / "language" / "cases" / "bad"
#: Problems that a policy's text cannot have: those of files and folders, of settings from outside, and of whole files of nonsense.
ELSEWHERE = frozenset({"K250", "K251", "K111", "K233", "K234", "K235"})


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.file}: {case.name}")
def test_a_mistake_is_told_in_its_place_and_words(case: Case, request: pytest.FixtureRequest) -> None:
    found = said(case)
    if request.config.getoption("--accept", default=False):
        file = HERE / f"{case.file}.txt"
        before = f"=== {case.name}\n{case.text}---\n{case.said}"
        after = f"=== {case.name}\n{case.text}---\n{found}"
        file.write_text(file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
        return
    assert found == case.said


def test_there_are_many_cases() -> None:
    assert sum(bool(case.said) for case in ALL) > 150


def declared(prefix: str) -> list[Problem]:
    return [one for code, one in problems().items() if code.startswith(prefix)]


def test_every_problem_of_meaning_is_met_by_some_case() -> None:
    met = {line.split()[0] for case in ALL for line in case.said.splitlines() if line.startswith("K")}
    met |= {one.code for one in declared("K3") if one.example}  # unused names are tried by their examples
    wanted = {one.code for one in (*declared("K2"), *declared("K3"))}
    assert wanted - met - ELSEWHERE == set()


def test_every_problem_of_writing_is_met_by_some_text() -> None:
    mistyped = [path.read_text(encoding="utf-8") for path in sorted(MISTYPED.glob("*.kpi"))]
    extremes = [
        'ruleset x "X"\n  period month\nmeasure m = ' + " + ".join(["1"] * 400) + "\n",
        'ruleset x "X"\n  period month\n' + "input 1 2 3\n" * 200,
    ]
    texts = [*mistyped, *extremes, *(one.example for one in declared("K1") if one.example)]
    met = {one.code for text in texts for one in parse(text).diagnostics}
    met |= {one.code for one in decode("规则集".encode("gbk"), "x.kpi")[1]}
    assert {one.code for one in declared("K1")} - met == set()


@pytest.mark.parametrize(
    "problem",
    [one for prefix in ("K1", "K2", "K3") for one in declared(prefix) if one.example],
    ids=lambda one: one.code,
)
def test_the_example_of_a_problem_has_that_problem_and_no_other(problem: Problem) -> None:
    whole = problem.code < "K200" or problem.example.startswith(("ruleset", "规则集"))
    text = problem.example if whole else PRELUDE + problem.example
    found = lint(policy_of(text)).diagnostics  # warnings of the lint are among those of K3
    if problem.severity != "error":
        assert not [one.message() for one in found if one.is_error]
        assert problem.code in {one.code for one in found}
    elif problem.code >= "K200":
        assert {one.code for one in found if one.is_error} == {problem.code}
    else:
        assert problem.code in {one.code for one in found if one.code < "K200"}


@pytest.mark.parametrize(
    "problem", [one for prefix in ("K1", "K2", "K3") for one in declared(prefix)], ids=lambda one: one.code
)
def test_a_problem_teaches_in_both_languages(problem: Problem) -> None:
    for words in (problem.message, problem.help, problem.explanation):
        assert bool(words.en) == bool(words.zh)
    assert len(problem.explanation.en) > 40
    assert len(problem.explanation.zh) > 12
    assert problem.example or problem.code in {*ELSEWHERE, "K110", "K117", "K246", "K248"}
