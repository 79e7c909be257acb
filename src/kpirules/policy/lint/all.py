"""All rules of the lint, and what is told of a policy: confirmed findings alone."""

from __future__ import annotations

from collections.abc import Iterator

from kpirules.diagnostics import Diagnostic, in_order
from kpirules.model.rules import Ruleset
from kpirules.policy.lint.decided import decided_conditions, never_enough, places_for_nobody
from kpirules.policy.lint.facts import (
    given_to_everyone,
    perfect_absence,
    silence_in_full,
    unlimited_bonus,
)
from kpirules.policy.lint.finding import Finding, Rule
from kpirules.policy.lint.limits import limits_of_all
from kpirules.policy.lint.scoring import scoring
from kpirules.policy.lint.structure import STRUCTURE, are_settled
from kpirules.policy.lint.twice import counted_twice
from kpirules.policy.lint.witness import Witness, confirm

RULES: tuple[Rule, ...] = (
    scoring,
    *STRUCTURE,
    counted_twice,
    perfect_absence,
    silence_in_full,
    given_to_everyone,
    unlimited_bonus,
    limits_of_all,
    decided_conditions,
    places_for_nobody,
    never_enough,
)


def lint(rules: Ruleset) -> tuple[Diagnostic, ...]:
    """Every finding in the policy and its roll-ups, in order of place. What no witness confirms is not told."""
    found = findings(rules)
    return in_order(_told(one, witness) for one, witness in found if one.claim is None or witness is not None)


def findings(rules: Ruleset) -> Iterator[tuple[Finding, Witness | None]]:
    """What every rule claims, with its witness. A claim without one is a mistake of the rule, for tests to find."""
    for policy in (rules, *(one.ruleset for one in rules.rollups.values())):
        for rule in _rules_for(policy):
            for one in rule(policy):
                yield one, None if one.claim is None else confirm(policy, one.claim)


def _rules_for(policy: Ruleset) -> tuple[Rule, ...]:
    """Before its parameters have values a policy has no totals; whether its weights are known is to be seen."""
    if not policy.unset:
        return RULES
    return (scoring, *STRUCTURE) if are_settled(policy) else (scoring,)


def _told(finding: Finding, witness: Witness | None) -> Diagnostic:
    note = None if witness is None else witness.words
    return Diagnostic(finding.problem.code, finding.span, finding.args, note=note)
