"""Policies as text for the tests of the lint, and what it finds in them. Holds no test."""

from __future__ import annotations

from kpirules.engine import policy_of
from kpirules.model.rules import Ruleset
from kpirules.policy.lint.all import findings
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.witness import Witness


def ruleset(text: str) -> Ruleset:
    """The checked policy of a text that must have no errors."""
    policy = policy_of(text, "policy.kpi")
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    return policy.ruleset


def found(text: str) -> list[tuple[Finding, Witness | None]]:
    """All findings; a claim that the reference does not confirm fails the test."""
    all_found = list(findings(ruleset(text)))
    assert all(one.claim is None or witness is not None for one, witness in all_found), "not confirmed"
    return all_found
