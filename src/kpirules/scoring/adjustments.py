"""What adjustments make of a total, in exact arithmetic: a part of `reference`, which alone uses it.

Total = points over weight, plus bonuses, less penalties, not below zero, at most the total's limit; then vetoes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from kpirules.model.expressions import Expr, Value
from kpirules.model.rules import Adjustment, Adjustments

Work = Callable[[Expr], Value | None]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """base: before. bonus, penalty: what all of them give together, within their limits. plain: with both, not below

    zero; limited: within the total's limit too; total: after the vetoes, `vetoed` being those that lowered it.
    """

    base: Fraction
    bonus: Fraction
    penalty: Fraction
    plain: Fraction
    limited: Fraction
    vetoed: tuple[Adjustment, ...]
    total: Fraction


def adjusted(rules: Adjustments, base: Fraction, value: Work) -> Adjusted:
    """The total before it is rounded. A line whose facts are missing is not made."""

    def together(kind: str, limit: Fraction | None) -> Fraction:
        values = [value(one.value) for one in rules.lines if one.kind == kind]
        total = sum((one for one in values if isinstance(one, Fraction)), Fraction(0))
        return total if limit is None else min(total, limit)

    bonus, penalty = together("bonus", rules.bonus), together("penalty", rules.penalty)
    plain = max(base + bonus - penalty, Fraction(0))
    limited = plain if rules.total is None else min(plain, rules.total)
    total, vetoed = limited, []
    for one in rules.lines:
        if one.kind == "veto" and one.most is not None and one.most < total and value(one.value) is True:
            total = one.most
            vetoed.append(one)
    return Adjusted(base, bonus, penalty, plain, limited, tuple(vetoed), total)


def best_place(rules: Adjustments, value: Work) -> int:
    """The best grade that the vetoes leave, as its place: 0 without any."""
    places = [one.place for one in rules.lines if one.place is not None and value(one.value) is True]
    return max(places, default=0)
