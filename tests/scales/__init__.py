"""Scales that several tests read: one marginal, one with a slope and an end."""

from __future__ import annotations

from fractions import Fraction

from kpirules.model.forms import Band
from kpirules.model.scales import Scale


def flat(low: str | None, high: str | None, rate: str, low_closed: bool = False) -> Band:
    """An interval that owns its upper bound."""
    ends = [None if one is None else Fraction(one) for one in (low, high)]
    return Band(ends[0], low_closed, ends[1], True, Fraction(rate), Fraction(rate))


MARGINAL = Scale((flat(None, "1", "0.1"), flat("1", "5", "0.25"), flat("5", None, "1/3")), None, True)
SLOPED = Scale(
    (
        flat("0", "1", "2", low_closed=True),
        Band(Fraction(1), False, Fraction(3), False, Fraction(2), Fraction(8)),
        Band(Fraction(3), True, Fraction(10), False, Fraction(-1), Fraction(-1)),
    ),
    None,
    False,
)
