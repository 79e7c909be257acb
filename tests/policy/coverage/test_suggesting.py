"""What is suggested is sound: it is read, it passes, its layout is that of `fmt`, and it reaches all but what it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from kpirules.engine import Policy, policy_of, read_policy
from kpirules.language.format import format_text
from kpirules.policy.coverage.appending import with_tests
from kpirules.policy.coverage.reached import Cause, Coverage, Reached
from kpirules.policy.coverage.suggesting import Suggestions
from kpirules.trials import coverage_of, runs_of_tests, suggest_tests
from tests.policy.coverage.generated import policies
from tests.rulesets.shipped import FILES, ROOT, shown


def unreached(coverage: Coverage) -> set[object]:
    """The points that are not reached, but for those of which it is proved."""
    return {key(one) for one in coverage.unreached if one.why is None or one.why.cause is not Cause.NEVER}


def key(one: Reached) -> object:
    return one.rollup, one.point.key


def hold(known: Policy, suggested: Suggestions) -> Policy:
    """The laws of suggestions; gives back the policy with them."""
    whole = policy_of(with_tests(known.text, suggested.tests), known.path)
    assert whole.ruleset is not None, [one.message() for one in whole.diagnostics]
    titles = {one.title for one in suggested.tests}
    assert len(titles) == len(suggested.tests)
    runs = {run.example.title: run for run in runs_of_tests(whole)}
    assert all(runs[title].passed and runs[title].findings for title in titles)
    assert whole.parsed is not None and known.parsed is not None
    if format_text(known.parsed) == known.text:
        assert format_text(whole.parsed) == whole.text
    after = coverage_of(whole)
    assert unreached(after) == {key(one) for one in suggested.without}
    before = coverage_of(known)
    reached = {key(one) for one in after.points if one.tests}
    assert {key(one) for one in before.points if one.tests} <= reached
    proved = {key(one) for one in before.unreached if one.why is not None and one.why.cause is Cause.NEVER}
    assert not proved & reached
    return whole


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_suggestions_for_what_ships(path: Path) -> None:
    known = read_policy(path)
    hold(known, suggest_tests(known))


@pytest.mark.parametrize("name", ["policy.en.kpi", "policy.zh.kpi"])
def test_what_is_there_is_not_suggested_again(name: str) -> None:
    known = read_policy(ROOT / "docs" / name)
    suggested = suggest_tests(known)
    assert suggested.tests and not suggested.without
    assert not suggest_tests(hold(known, suggested)).tests


@settings(max_examples=15, deadline=None)
@given(policies())
def test_suggestions_for_any_policy(known: Policy) -> None:
    hold(known, suggest_tests(known))
