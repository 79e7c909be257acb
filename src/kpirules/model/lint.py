"""Warnings about a policy that is valid: names never used, points that miss or pass the weight, grades out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpirules.diagnostics import Diagnostic
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.forms import Curve, Formula, ProRata, Stairs, Table, Target
from kpirules.model.rules import Indicator, Ruleset
from kpirules.model.scope import Scope
from kpirules.model.spells import SPELL_FACTS
from kpirules.numbers import decimal_text


def unused(rules: Ruleset, scope: Scope) -> Iterator[Diagnostic]:
    """Names that no formula mentions; to be asked where every formula was understood."""
    for parameter in rules.parameters.values():
        if parameter.name not in scope.used:
            yield problems.UNUSED_PARAMETER.at(parameter.span, name=parameter.name)
    for named in (rules.inputs, rules.measures, rules.tables, rules.data):
        for name, one in named.items():
            if name not in scope.used and name not in SPELL_FACTS:
                yield problems.UNUSED_INPUT.at(one.span, name=name)


def reach(rules: Ruleset, scope: Scope) -> Iterator[Diagnostic]:
    """Indicators and grades that promise more or less than they can give."""
    for indicator in rules.indicators:
        if indicator.id not in scope.waiting:
            yield from reach_of(indicator)
    for above, grade in zip(rules.grades, rules.grades[1:], strict=False):
        if above.low == 0:
            yield problems.NEVER_GIVEN.at(grade.span, name=grade.id, above=above.id)


def reach_of(indicator: Indicator) -> Iterator[Diagnostic]:
    """Whether the best that the form can give is the indicator's weight."""
    best = _best(indicator)
    if best is None or best == indicator.weight or indicator.weight == 0:
        return
    problem = problems.CUT if best > indicator.weight else problems.UNREACHED
    yield problem.at(
        indicator.rule_span,
        indicator=indicator.id,
        best=decimal_text(best, 2) if best.denominator > 100 else decimal_text(best),
        weight=decimal_text(indicator.weight),
    )


def _best(indicator: Indicator) -> Fraction | None:
    """The most points that the form itself can give; None where that depends on more than its shape."""
    if isinstance(indicator.form, Formula):
        return None
    target = None
    if indicator.target is not None:
        value = indicator.target.value
        if not isinstance(value, e.Constant) or not isinstance(value.value, Fraction):
            return None
        target = Target(indicator.target.operator, value.value)
    if isinstance(indicator.form, ProRata) and (target is None or target.value <= 0):
        return None
    match indicator.form.shape(target, indicator.weight):
        case Curve(pieces):
            ends = [
                (low.high, piece)
                for low, piece in zip((None, *pieces), pieces, strict=False)
                if low is not None
            ]
            ends += [(piece.high, piece) for piece in pieces]
            ends += [(Fraction(0), piece) for piece in pieces if piece.slope == 0]
            return max(
                (piece.slope * x + piece.intercept for x, piece in ends if x is not None), default=None
            )
        case Stairs(_, _, _, top):
            return top
        case Table(entries, other):
            return max([points for _, points in entries] + ([] if other is None else [other]))
