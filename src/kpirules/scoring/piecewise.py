"""An interval table as steps of a program: its curve, one straight piece after the other."""

from __future__ import annotations

from fractions import Fraction

from kpirules.model.forms import Piece
from kpirules.model.scales import Scale
from kpirules.scoring.program import Assembler, Op

_BELOW = {"<=": Op.AT_MOST, "<": Op.BELOW}
_ABOVE = {">=": Op.AT_MOST, ">": Op.BELOW}


def piecewise(code: Assembler, scale: Scale, x: int) -> int:
    """The slot of the scale's value at the slot x; missing where x is, or where the scale has nothing for it."""
    *pieces, last = scale.curve().pieces
    found = _line(code, last, x)
    for piece in reversed(pieces):
        assert piece.high is not None
        within = _within(code, "<=" if piece.closed else "<", piece.high, x)
        found = code.step(Op.SELECT, within, _line(code, piece, x), found)
    for operator, bound in scale.limits():
        found = code.step(Op.GATE, found, _within(code, operator, bound, x))
    if last.slope == 0 and not pieces:
        found = code.step(Op.GATE, found, code.step(Op.PRESENT, x))
    return found


def _within(code: Assembler, operator: str, bound: Fraction, x: int) -> int:
    limit = code.constant(bound)
    if operator in _BELOW:
        return code.step(_BELOW[operator], x, limit)
    return code.step(_ABOVE[operator], limit, x)


def _line(code: Assembler, piece: Piece, x: int) -> int:
    if piece.slope == 0:
        return code.constant(piece.intercept)
    rising = x if piece.slope == 1 else code.step(Op.MULTIPLY, x, code.constant(piece.slope))
    return rising if piece.intercept == 0 else code.step(Op.ADD, rising, code.constant(piece.intercept))
