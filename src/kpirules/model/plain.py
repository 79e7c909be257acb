"""Bare numbers where a declared type leaves no doubt what they are."""

from __future__ import annotations

from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model.literals import literal
from kpirules.units import NUMERIC, Type, Unit


def plain(node: tree.Expr, type_: Type, ratio: bool = False) -> e.Constant | None:
    """A bare number where the declared type leaves no doubt: money in its currency, working days, zero of anything."""
    if not isinstance(node, tree.Number) or node.unit is not None:
        return None
    zero = node.value == 0 and type_.unit in NUMERIC
    if (
        not zero
        and type_.unit not in (Unit.MONEY, Unit.WORKDAYS)
        and not (ratio and type_.unit is Unit.RATIO)
    ):
        return None
    return e.Constant(literal(node)[0], type_.unit, node.span)
