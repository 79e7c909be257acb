"""Interval tables: a number for every interval of a value, flat, interpolated, or marginal.

Marginal: each interval's entry is the rate for the part of the value that lies in the interval, as income tax and tiered
commissions are worked out. The value is taken as the stretch from 0 to it, a negative one backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kpirules.model.forms import ZERO, Band, Bands, Curve, Piece


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a value that lies in one interval (None: outside all), and its rate."""

    band: Band | None
    length: Fraction
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Scale:
    """Bands in ascending order without gap or overlap; `otherwise` outside of them (None: missing there)."""

    bands: tuple[Band, ...]
    otherwise: Fraction | None
    marginal: bool

    # The meaning

    def value(self, key: Fraction) -> Fraction | None:
        """The table's value for a key, None where it says nothing."""
        if not self.marginal:
            return Bands(self.bands, self.otherwise).points(key, None, ZERO)
        if self.otherwise is None and not any(band.holds(key) for band in self.bands):
            return None
        return sum((part.length * part.rate for part in self.parts(key)), ZERO)

    def parts(self, key: Fraction) -> Iterator[Part]:
        """For a marginal scale: the value cut at the bounds, from 0 to it."""
        low, high, sign = (ZERO, key, 1) if key >= 0 else (key, ZERO, -1)
        left = high - low
        for band in self.bands:
            begin = low if band.low is None else max(low, band.low)
            end = high if band.high is None else min(high, band.high)
            if begin < end:
                left -= end - begin
                yield Part(band, sign * (end - begin), band.at_low)
        if left:
            yield Part(None, sign * left, self.otherwise or ZERO)

    def band(self, key: Fraction) -> Band | None:
        """The band that holds a key."""
        return next((band for band in self.bands if band.holds(key)), None)

    # The same as a curve

    def curve(self) -> Curve:
        """The value as straight pieces over the whole line; what lies beyond `limits` is missing all the same."""
        if not self.marginal:
            shape = Bands(self.bands, self.otherwise).shape(None, ZERO)
            assert isinstance(shape, Curve)
            return shape
        rates: list[tuple[Fraction | None, Fraction]] = []  # up to where which rate holds
        outside = self.otherwise or ZERO
        if self.bands[0].low is not None:
            rates.append((self.bands[0].low, outside))
        rates += [(band.high, band.at_low) for band in self.bands]
        if self.bands[-1].high is not None:
            rates.append((None, outside))
        pieces: list[Piece] = []
        intercept = ZERO
        for place, (high, rate) in enumerate(rates):
            if place:
                edge, before = rates[place - 1]
                assert edge is not None
                intercept += (before - rate) * edge
            pieces.append(Piece(high, True, rate, intercept))
        at_zero = next(one.intercept for one in pieces if one.high is None or one.high >= 0)
        return Curve(tuple(Piece(one.high, one.closed, one.slope, one.intercept - at_zero) for one in pieces))

    def limits(self) -> Iterator[tuple[str, Fraction]]:
        """Comparisons that a key must fulfil so that there is a value."""
        if self.otherwise is not None:
            return
        first, last = self.bands[0], self.bands[-1]
        if first.low is not None:
            yield (">=" if first.low_closed else ">"), first.low
        if last.high is not None:
            yield ("<=" if last.high_closed else "<"), last.high
