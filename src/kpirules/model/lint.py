"""Warnings about a policy that is valid: names never used, points that miss or pass the weight."""

from __future__ import annotations

from collections.abc import Iterator, Set
from fractions import Fraction

from kpirules.diagnostics import Diagnostic
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.forms import Curve, Formula, Stairs, Table, Target
from kpirules.model.rules import Indicator, Ruleset
from kpirules.numbers import decimal_text


def lint(rules: Ruleset, used: Set[str]) -> Iterator[Diagnostic]:
    """Every warning, in no order. used: the names that formulas mention."""
    for parameter in rules.parameters.values():
        if parameter.name not in used:
            yield problems.UNUSED_PARAMETER.at(parameter.span, name=parameter.name)
    for one in rules.inputs.values():
        if one.name not in used:
            yield problems.UNUSED_INPUT.at(one.span, name=one.name)
    for indicator in rules.indicators:
        yield from _reach(indicator)


def _reach(indicator: Indicator) -> Iterator[Diagnostic]:
    """Whether the best that the form can give is the indicator's weight."""
    best = _best(indicator)
    if best is None or best == indicator.weight or indicator.weight == 0:
        return
    problem = problems.CUT if best > indicator.weight else problems.UNREACHED
    yield problem.at(
        indicator.rule_span,
        indicator=indicator.id,
        best=decimal_text(best),
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
    match indicator.form.shape(target, indicator.weight):
        case Curve(pieces):
            ends = [
                (low.high, piece)
                for low, piece in zip((None, *pieces), pieces, strict=False)
                if low is not None
            ]
            ends += [(piece.high, piece) for piece in pieces]
            ends += [(Fraction(0), piece) for piece in pieces if piece.slope == 0]
            return max(piece.slope * x + piece.intercept for x, piece in ends if x is not None)
        case Stairs(_, _, _, top):
            return top
        case Table(entries, other):
            return max([points for _, points in entries] + ([] if other is None else [other]))
