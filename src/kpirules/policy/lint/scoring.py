"""The rules about how a policy scores: they share what is worked out once for the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kpirules.model.rules import Ruleset
from kpirules.policy.lint import consequences, formulas, indicators, opposing, payments
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.reach import BUDGET
from kpirules.policy.lint.study import Study
from kpirules.policy.lint.totals import Totals

ONE_BY_ONE: tuple[Callable[[Study], Iterator[Finding]], ...] = (
    indicators.monotony,
    indicators.cliffs,
    indicators.stillness,
    indicators.full_marks,
    indicators.empty_bands,
    indicators.absence,
    indicators.rounding,
    indicators.limits,
    indicators.weightless,
    formulas.formulas,
    formulas.turning,
)
TOGETHER: tuple[Callable[[Totals], Iterator[Finding]], ...] = (
    consequences.grades,
    consequences.conditions,
    consequences.adjustments,
    payments.payments,
    opposing.opposing,
)


def scoring(rules: Ruleset) -> Iterator[Finding]:
    """Every finding about points, totals and what follows from them; without all parameters, about points alone."""
    study = Study(rules)
    for one in ONE_BY_ONE:
        study.reach.left = BUDGET
        yield from one(study)
    if rules.unset:
        return  # what the indicators come to together is not known yet
    totals = Totals(study)
    for other in TOGETHER:
        study.reach.left = BUDGET
        yield from other(totals)
