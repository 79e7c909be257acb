"""Suggested tests at the end of their policy: read back, checked and run, since only what holds there is suggested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kpirules.diagnostics import Diagnostic, Place, Span
from kpirules.model.rules import Ruleset
from kpirules.policy.coverage.suggesting import Suggestion, Suggestions
from kpirules.policy.examples import Set, run_examples


@dataclass(frozen=True, slots=True)
class Whole:
    """A policy as it was read from a text. ruleset: None where there are errors."""

    ruleset: Ruleset | None
    diagnostics: Sequence[Diagnostic]
    with_parameters: Set


Read = Callable[[str], Whole]


def with_tests(text: str, tests: Sequence[Suggestion]) -> str:
    """A policy's text with tests at its end, a blank line before each, its lines ending as they do."""
    end = "\r\n" if "\r\n" in text else "\n"
    begun = text if text.endswith("\n") or not text else text + end
    return begun + "".join(f"\n{one.text}" for one in tests).replace("\n", end)


def sound(text: str, path: str, suggested: Suggestions, read: Read) -> Suggestions:
    """The suggestions that the policy takes, and that give what they expect."""
    while suggested.tests:
        whole = read(with_tests(text, suggested.tests))
        bad = _unfit(text, path, suggested.tests, whole)
        if not bad:
            break
        suggested = suggested.without_tests(bad)
    return suggested


def _unfit(text: str, path: str, tests: Sequence[Suggestion], whole: Whole) -> set[str]:
    """The titles of those that are wrong; of all, where something is wrong with the text and not with one of them."""
    if whole.ruleset is None:
        places = [one.place for one in whole.diagnostics if one.is_error]
        named = {title for place in places for title in _titles(text, path, tests, place)}
        return named or {one.title for one in tests}
    runs = run_examples(whole.ruleset, whole.with_parameters)
    return {run.example.title for run in runs if not run.passed} & {one.title for one in tests}


def _titles(text: str, path: str, tests: Sequence[Suggestion], place: Place) -> Iterator[str]:
    """The title of the suggested test that a place lies in."""
    if not isinstance(place, Span) or place.path != path:
        return
    line = with_tests(text, []).count("\n") + 1
    for one in tests:
        end = line + one.text.count("\n")
        if line <= place.line <= end:
            yield one.title
        line = end + 1
