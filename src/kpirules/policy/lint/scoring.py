"""The rules about how a policy scores: they share what is worked out once for the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kpirules.model.rules import Ruleset
from kpirules.policy.lint import indicators
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.study import Study

PARTS: tuple[Callable[[Study], Iterator[Finding]], ...] = (
    indicators.monotony,
    indicators.cliffs,
    indicators.stillness,
    indicators.full_marks,
    indicators.empty_bands,
    indicators.absence,
    indicators.rounding,
    indicators.limits,
    indicators.weightless,
)


def scoring(rules: Ruleset) -> Iterator[Finding]:
    """Every finding about points, totals and what follows from them."""
    study = Study(rules)
    for part in PARTS:
        yield from part(study)
