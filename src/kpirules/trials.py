"""A policy on trial: its own tests, what they leave untried, and tests that would try it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from kpirules.diagnostics import Language, Problems, Span
from kpirules.engine import Policy, policy_of, setting_of, with_settings
from kpirules.language import tree
from kpirules.model.expressions import Value
from kpirules.model.rules import Ruleset

if TYPE_CHECKING:
    from kpirules.policy.coverage.reached import Coverage, Reached, Tested
    from kpirules.policy.coverage.suggesting import Suggestions
    from kpirules.policy.examples import Finding, TestRun


def run_tests(policy: Policy) -> Iterator[Finding]:
    """Every expectation of every test written in the policy, with what the policy gives."""
    for one in runs_of_tests(policy):
        if one.wrong:
            raise UnfitSettings(one.wrong)
        yield from one.findings


def runs_of_tests(policy: Policy) -> Iterator[TestRun]:
    """Every test written in the policy, with what came of it; one that cannot be worked out says why."""
    from kpirules.policy.examples import run_examples  # late: numpy

    assert policy.ruleset is not None
    yield from run_examples(policy.ruleset, _setter(policy))


def coverage_of(policy: Policy) -> Coverage:
    """Which points of the policy its tests reach. Raises UnfitSettings where a test cannot be worked out."""
    return _tested(policy).coverage()


def suggest_tests(policy: Policy) -> Suggestions:
    """Tests for the points that none reaches. What is suggested has been read back with the policy, checked and run.

    Raises UnfitSettings where a test of the policy cannot be worked out.
    """
    from kpirules.policy.coverage.appending import Whole, sound  # late: numpy
    from kpirules.policy.coverage.suggesting import Suggesting

    def read(text: str) -> Whole:
        whole = policy_of(text, policy.path)
        return Whole(whole.ruleset, whole.diagnostics, _setter(whole))

    found = Suggesting(_tested(policy), vocabulary_of(policy)).suggestions()
    return sound(policy.text, policy.path, found, read)


def hints_of(policy: Policy, coverage: Coverage) -> Mapping[Reached, str]:
    """Facts for points that no test reaches, as a test would give them, where some are found."""
    from kpirules.policy.coverage.suggesting import Suggesting  # late: numpy

    suggesting = Suggesting(_tested(policy), vocabulary_of(policy))
    found = ((one, suggesting.hint(one)) for one in coverage.unreached)
    return {one: hint for one, hint in found if hint is not None}


def vocabulary_of(policy: Policy) -> Language:
    """The vocabulary of the policy's first words."""
    lines = policy.parsed.lines if policy.parsed is not None else ()
    words = (token for line in lines for token in line.tokens if token.terminal == "_RULESET")
    return "en" if all(one.text.isascii() for one in words) else "zh"


def _tested(policy: Policy) -> Tested:
    from kpirules.policy.coverage.reached import Tested  # late: numpy

    assert policy.ruleset is not None
    try:
        return Tested(policy.ruleset, _setter(policy))
    except Problems as unfit:  # of the records that a test gives
        raise UnfitSettings(unfit.diagnostics) from None


def _setter(policy: Policy) -> Callable[[Mapping[str, Value]], Ruleset]:
    """The same policy with parameters set. Raises UnfitSettings where it does not hold together with them."""
    nowhere = Span(policy.path, 1, 1, 1, 1)

    def with_parameters(values: Mapping[str, Value]) -> Ruleset:
        given: dict[str, tree.Expr] = {
            name: tree.Text(value, nowhere) if isinstance(value, str) else setting_of(value)
            for name, value in values.items()
        }
        again = with_settings(policy, given)
        if again.ruleset is None:
            raise UnfitSettings(again.diagnostics)
        return again.ruleset

    return with_parameters


class UnfitSettings(Problems):
    """A test sets parameters, or gives records, that its policy does not hold together with; the diagnostics say why."""
