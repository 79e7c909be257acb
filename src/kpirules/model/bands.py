"""Bands in order: from written bands to one row of intervals, with every gap and overlap reported."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.model import problems
from kpirules.model.forms import Band
from kpirules.model.scope import Scope
from kpirules.units import Type, Unit, shown


@dataclass(frozen=True, slots=True)
class Written:
    """A band with its place."""

    band: Band
    span: Span


def in_row(scope: Scope, indicator: str, written: Sequence[Written], unit: Unit) -> tuple[Band, ...]:
    """The bands from the lowest to the highest; reports gaps, overlaps and empty intervals."""
    proper = [one for one in written if _proper(scope, one, unit)]
    row = sorted(proper, key=lambda one: _start(one.band))
    for lower, upper in itertools.pairwise(row):
        _meet(scope, indicator, lower, upper, unit)
    return tuple(one.band for one in row)


def _proper(scope: Scope, one: Written, unit: Unit) -> bool:
    band = one.band
    if band.low is None or band.high is None or band.low < band.high:
        return True
    if band.low == band.high and band.low_closed and band.high_closed:
        return True
    scope.report(problems.INVERTED, one.span, low=shown(band.low, unit), high=shown(band.high, unit))
    return False


def _start(band: Band) -> tuple[int, Fraction, bool]:
    return (0, Fraction(0), False) if band.low is None else (1, band.low, not band.low_closed)


def _meet(scope: Scope, indicator: str, lower: Written, upper: Written, unit: Unit) -> None:
    """Two neighbours must share their boundary, and exactly one of them must own it."""
    end, start = lower.band.high, upper.band.low
    later, earlier = (upper, lower) if _line(upper) >= _line(lower) else (lower, upper)
    if (
        end is None
        or start is None
        or start < end
        or (start == end and lower.band.high_closed and upper.band.low_closed)
    ):
        witness = _inside_both(lower.band, upper.band)
        scope.report(
            problems.OVERLAP,
            later.span,
            indicator=indicator,
            witness=shown(witness, unit),
            line=earlier.span.line,
            mend=_part(start, end, unit),
        )
        return
    if start > end or not (lower.band.high_closed or upper.band.low_closed):
        witness = end if start == end else (end + start) / 2
        begin = ("over", "高于") if lower.band.high_closed else ("from", "自")
        stop = ("below", "低于") if not upper.band.low_closed else ("from", "自")
        if later is upper:
            mend = Words(f"{begin[0]} {shown(end, unit)}", f"{begin[1]} {shown(end, unit)}")
        else:
            mend = Words(f"{stop[0]} {shown(start, unit)}", f"{stop[1]} {shown(start, unit)}")
        scope.report(
            problems.GAP,
            later.span,
            indicator=indicator,
            low=shown(end, unit),
            high=shown(start, unit),
            witness=shown(witness, unit),
            mend=mend.en,
            mend_zh=mend.zh,
        )


def _line(one: Written) -> int:
    return one.span.line


def _inside_both(lower: Band, upper: Band) -> Fraction:
    low = upper.low if upper.low is not None else lower.high
    ends = [high for high in (lower.high, upper.high) if high is not None]
    if low is None:
        return ends[0] if ends else Fraction(0)
    return low if not ends or min(ends) == low else (low + min(ends)) / 2


def _part(start: Fraction | None, end: Fraction | None, unit: Unit) -> Words:
    if start is not None and start == end:
        at = shown(start, unit)
        return Words(
            f"let one of them own {at}: write `to below {at}` in the lower band, or `over {at}` in the upper one",
            f"边界 {at} 只能归一段：请在较低一段写 `至低于 {at}`，或在较高一段写 `高于 {at}`",
        )
    return Words("change the bounds so that each value lies in one band", "请修改边界，使每个值只落在一段中")


def scale(type_: Type | None) -> tuple[Fraction, ...] | None:
    """The values of a rating scale, from the lowest; None for other types."""
    if type_ is None or type_.low is None or type_.high is None or not type_.step:
        return None
    count = (type_.high - type_.low) / type_.step
    if count.denominator != 1 or count > 1000:
        return None
    return tuple(type_.low + type_.step * k for k in range(int(count) + 1))
