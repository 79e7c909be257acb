"""What is known of points by a curve: error, grain, distance from where rounding turns. Pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from kpirules.model.forms import Piece
from kpirules.scoring import bounds
from kpirules.scoring.bounds import SLACK, TINY, Known, U
from kpirules.scoring.program import Points

_HALF = Fraction(1, 2)


def curve_error(known: Known, pieces: Sequence[Piece], weight: Fraction) -> float:
    """The greatest error of points by a curve, clamped to 0..weight.

    Inside the clamp |slope * x| <= |intercept| + weight, whatever x is; the float of x adds its own error. Near
    a continuous joint the neighbour's piece may be taken: its slope counts as well.
    """
    worst = 0.0
    w = float(weight)
    steepest = max(abs(float(piece.slope)) for piece in pieces)
    for piece in pieces:
        b = abs(float(piece.intercept))
        a = abs(float(piece.slope))
        inside = b + w
        relative = max(known.relative, U)
        ex = 2 * steepest * known.error if known.error > TINY else 0.0
        worst = max(worst, ((3 * U + 2 * relative) * inside + U * (2 * b + 2 * w) + ex) if a else U * b)
    jumpy = (
        2
        * steepest
        * known.relative
        * max((abs(float(p.high)) for p in pieces if p.high is not None), default=0.0)
    )
    return (worst + jumpy + U * w) * SLACK + TINY


def points_grain(known: Known, rule: Points) -> int | None:
    grain: int | None = rule.weight.denominator
    for piece in rule.pieces:
        if piece.slope:
            x = known.grain
            if x is None:
                return None
            grain = math.lcm(grain or 1, piece.slope.denominator * x)
        grain = math.lcm(grain or 1, piece.intercept.denominator)
    if rule.instead is not None:
        grain = math.lcm(grain or 1, rule.instead.denominator)
    return grain


def to_edge(value: Fraction) -> Fraction:
    """How far the value is from the nearest odd half, where rounding turns."""
    shifted = value + _HALF
    rest = shifted - shifted.numerator // shifted.denominator
    return min(rest, 1 - rest)


def is_short(over: int, size: Fraction) -> bool:
    """Whether multiples of 1/over up to `size` are decimals of at most 15 digits."""
    places = bounds.decimal_places(over)
    return places is not None and size * 10**places < 9 * 10**14
