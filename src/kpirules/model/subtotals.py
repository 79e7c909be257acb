"""The points of a section: what its indicators earned of the weight that counted, times the section's weight.

Written with what expressions already have, from the published points of the indicators, so that it can be redone
from the columns of the results. An indicator without points leaves its weight to the others of the section.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kpirules.diagnostics import Span
from kpirules.model import expressions as e
from kpirules.units import Unit

_ZERO = Fraction(0)


def section_points(parts: Sequence[tuple[str, e.Constant]], span: Span) -> e.Expr:
    """The points of a section with these indicators and weights; missing where none of them has points."""
    earned: e.Expr | None = None
    counted: e.Expr | None = None
    whole: e.Expr | None = None
    for indicator, weight in parts:
        points = e.PointsOf(indicator, Unit.POINTS, span)
        none = e.Constant(_ZERO, Unit.POINTS, span)
        there = e.Choice(
            weight, e.Presence(points, True, span), e.Constant(_ZERO, Unit.NUMBER, span), Unit.NUMBER, span
        )
        earned = _plus(earned, e.Call("fallback", (points, none), Unit.POINTS, span))
        counted = _plus(counted, there)
        whole = _plus(whole, weight)
    assert earned is not None and counted is not None and whole is not None
    share = e.Arithmetic("/", earned, counted, Unit.POINTS, span)
    return e.Arithmetic("*", share, whole, Unit.POINTS, span)


def _plus(left: e.Expr | None, right: e.Expr) -> e.Expr:
    return right if left is None else e.Arithmetic("+", left, right, right.unit, right.span)
