"""The pages of the reference are what the declarations say now, and what they show is right."""

from __future__ import annotations

import re

import pytest

from docs.generate import HERE, pages, whole_policy
from docs.statements import CHAPTERS, Statement
from kpirules.diagnostics import Language
from kpirules.engine import policy_of
from kpirules.language.vocabulary import vocabulary
from kpirules.trials import run_tests

STATEMENTS = [one for chapter in CHAPTERS for one in chapter.statements]


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The pages; making them checks every example on the way."""
    return pages()


@pytest.mark.parametrize("name", ["language.md", "language.zh.md", "problems.md", "problems.zh.md"])
def test_the_committed_page_is_current(name: str, written: dict[str, str]) -> None:
    assert (HERE / name).read_text(encoding="utf-8") == written[name], (
        f"docs/{name} is stale: run `make docs`"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_opening_policy_holds_what_its_tests_say(language: Language) -> None:
    policy = policy_of(whole_policy(language), "policy.kpi")
    assert not policy.diagnostics
    findings = list(run_tests(policy))
    assert len(findings) == 15
    assert all(one.passed for one in findings)


def spoken(text: str) -> set[str]:
    """The words of the language in lines of syntax: small letters, or Chinese between signs."""
    bare = re.sub(r'"[^"]*"|“[^”]*”', " ", text)
    return set(re.findall(r"(?<![A-Za-z\d])[a-z]{2,}(?![A-Za-z])", bare))


@pytest.mark.parametrize(
    "statement", [one for one in STATEMENTS if one.syntax[0]], ids=lambda one: one.title[0]
)
def test_the_syntax_is_written_with_words_of_the_language(statement: Statement) -> None:
    known = {word for spelled in vocabulary().spellings.values() for one in spelled for word in one.split()}
    known |= {"china", "none"}
    for language in (0, 1):
        assert spoken(statement.syntax[language]) <= known


def test_every_statement_is_written_in_both_languages() -> None:
    for one in STATEMENTS:
        for both in (one.title, one.syntax, one.text):
            assert bool(both[0]) == bool(both[1])


def test_the_reference_names_every_word(written: dict[str, str]) -> None:
    for spelled in vocabulary().spellings.values():
        for one in spelled:
            shown = one.replace("|", "\\|")
            assert f"`{shown}`" in written["language.md"]
            assert f"`{shown}`" in written["language.zh.md"]
