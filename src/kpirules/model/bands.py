"""Bands in order: from written bands to one row of intervals, with every gap and overlap reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.model import problems
from kpirules.model.forms import Band
from kpirules.model.scope import Range, Scope
from kpirules.units import Type, Unit, shown


@dataclass(frozen=True, slots=True)
class Written:
    """A band with its place."""

    band: Band
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """Puts the bands of one indicator in order. known: what values the measure can have."""

    scope: Scope
    indicator: str
    unit: Unit
    known: Range

    def of(self, written: Sequence[Written]) -> tuple[Band, ...]:
        """The bands from the lowest to the highest, without gaps; reports gaps, overlaps and empty intervals."""
        row = sorted((self._proper(one) for one in written), key=lambda one: _start(one.band))
        if not row:
            return ()
        found = [row[0].band]
        reach = row[0]  # the band that reaches furthest so far
        for upper in row[1:]:
            filler = self._meet(reach, upper)
            found.extend((*filler, upper.band))
            if _end(upper.band) >= _end(reach.band):
                reach = upper
        return tuple(found)

    def _proper(self, one: Written) -> Written:
        """A band whose bounds are in order; one that is written the wrong way round is reported and turned."""
        band = one.band
        if band.low is None or band.high is None or band.low < band.high:
            return one
        if band.low == band.high and band.low_closed and band.high_closed:
            return one
        if band.low == band.high:
            turned = replace(band, low_closed=True, high_closed=True)
        else:
            turned = replace(
                band, low=band.high, high=band.low, low_closed=band.low_closed, high_closed=band.high_closed
            )
        low, high = self.scope.said(band.low, self.unit), self.scope.said(band.high, self.unit)
        interval = self._interval(turned)
        mend = Words(f"write `{interval.en}`", f"请写 `{interval.zh}`")
        self.scope.report(problems.INVERTED, one.span, low=low, high=high, mend=mend)
        return Written(turned, one.span)

    def _meet(self, lower: Written, upper: Written) -> tuple[Band, ...]:
        """Two neighbours must share their boundary, and exactly one of them must own it.

        Where no possible value lies between them, the bands that fill the hole are given back.
        """
        end, start = lower.band.high, upper.band.low
        if (
            end is None
            or start is None
            or start < end
            or (start == end and lower.band.high_closed and upper.band.low_closed)
        ):
            self._overlap(lower, upper)
            return ()
        if start == end and (lower.band.high_closed or upper.band.low_closed):
            return ()
        owned = lower.band.high_closed, upper.band.low_closed
        witness = self._between(end, start, owned)
        if witness is None:
            points = lower.band.at_high
            return (Band(end, not owned[0], start, not owned[1], points, points),)
        self._gap(lower, upper, witness)
        return ()

    def _between(self, end: Fraction, start: Fraction, owned: tuple[bool, bool]) -> Fraction | None:
        """A value that the measure can have in the hole between two bands."""
        if self.known.step is None:
            return end if end == start else (end + start) / 2
        origin = self.known.low or Fraction(0)
        steps = (end - origin) / self.known.step
        first = -(-steps.numerator // steps.denominator)
        if owned[0] and steps.denominator == 1:
            first += 1
        value = origin + first * self.known.step
        return value if value < start or (value == start and not owned[1]) else None

    def _overlap(self, lower: Written, upper: Written) -> None:
        later, earlier = _by_line(lower, upper)
        start, end = upper.band.low, lower.band.high
        witness = self.scope.said(_inside_both(lower.band, upper.band), self.unit)
        if start is not None and start == end:
            at = self.scope.said(start, self.unit)
            mend = Words(
                f"let one of them own {at.en}: write `to below {at.en}` in the lower band, or `over {at.en}` in the"
                " upper one",
                f"边界 {at.zh} 只能归一段：请在较低一段写 `至低于 {at.zh}`，或在较高一段写 `高于 {at.zh}`",
            )
        else:
            mend = self._apart(lower, upper, later)
        self.scope.report(
            problems.OVERLAP,
            later.span,
            indicator=self.indicator,
            witness=witness,
            line=earlier.span.line,
            mend=mend,
        )

    def _apart(self, lower: Written, upper: Written, later: Written) -> Words:
        """How the later of two overlapping bands leaves the other one its values."""
        start, end = upper.band.low, lower.band.high
        moved: Band | None = None
        if later is upper and end is not None and _end(upper.band) > _end(lower.band):
            moved = replace(upper.band, low=end, low_closed=not lower.band.high_closed)
        elif later is lower and start is not None and _end(upper.band) >= _end(lower.band):
            moved = replace(lower.band, high=start, high_closed=not upper.band.low_closed)
        if moved is None or (moved.low is not None and moved.high is not None and moved.low >= moved.high):
            return Words(
                "change the bounds so that each value lies in one band", "请修改边界，使每个值只落在一段中"
            )
        interval = self._interval(moved)
        return Words(f"write `{interval.en}`", f"请写 `{interval.zh}`")

    def _gap(self, lower: Written, upper: Written, witness: Fraction) -> None:
        later, _ = _by_line(lower, upper)
        end, start = lower.band.high, upper.band.low
        assert end is not None and start is not None
        if later is upper:
            mended = replace(upper.band, low=end, low_closed=not lower.band.high_closed)
        else:
            mended = replace(lower.band, high=start, high_closed=not upper.band.low_closed)
        low, high, interval = (
            self.scope.said(end, self.unit),
            self.scope.said(start, self.unit),
            self._interval(mended),
        )
        where = Words(f"between {low.en} and {high.en}", f"在 {low.zh} 与 {high.zh} 之间")
        mend = Words(
            f"write `{interval.en}`, or add a band for {low.en} to {high.en}",
            f"请写 `{interval.zh}`，或补上 {low.zh} 至 {high.zh} 的分段",
        )
        if start == end:
            where = Words(f"at {low.en}", f"在 {low.zh} 处")
            mend = Words(f"write `{interval.en}`", f"请写 `{interval.zh}`")
        self.scope.report(
            problems.GAP,
            later.span,
            indicator=self.indicator,
            where=where,
            witness=self.scope.said(witness, self.unit),
            mend=mend,
        )

    def _interval(self, band: Band) -> Words:
        """The interval as both vocabularies write it."""
        return Words(
            band.interval(lambda value: shown(value, self.unit, "en", self.scope.currency)).en,
            band.interval(lambda value: shown(value, self.unit, "zh", self.scope.currency)).zh,
        )


def _by_line(lower: Written, upper: Written) -> tuple[Written, Written]:
    """The later of two bands in the text, and the earlier."""
    return (upper, lower) if upper.span >= lower.span else (lower, upper)


def _start(band: Band) -> tuple[int, Fraction, bool, tuple[int, Fraction, bool]]:
    low = (0, Fraction(0), False) if band.low is None else (1, band.low, not band.low_closed)
    return (*low, _end(band))


def _end(band: Band) -> tuple[int, Fraction, bool]:
    return (1, Fraction(0), True) if band.high is None else (0, band.high, band.high_closed)


def _inside_both(lower: Band, upper: Band) -> Fraction:
    low = upper.low if upper.low is not None else lower.low
    ends = [high for high in (lower.high, upper.high) if high is not None]
    if low is None:
        return min(ends, default=Fraction(0))
    return low + 1 if not ends else low if min(ends) == low else (low + min(ends)) / 2


def scale(type_: Type | None) -> tuple[Fraction, ...] | None:
    """The values of a rating scale, from the lowest; None for other types and for scales of more than 1000 steps."""
    if type_ is None:
        return None
    return values_of(Range(type_.low, type_.high, type_.step))


def values_of(known: Range) -> tuple[Fraction, ...] | None:
    """Every value in a range, where they can be counted."""
    if known.low is None or known.high is None or not known.step:
        return None
    count = (known.high - known.low) / known.step
    if count.denominator != 1 or not 0 <= count <= 1000:
        return None
    return tuple(known.low + known.step * k for k in range(int(count) + 1))
