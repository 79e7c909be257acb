"""Where the marks of charts stand, in percent of the width: a chart fits any screen, and its text keeps its size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpirules.outputs.html.figures import Figures, Period
from kpirules.outputs.html.scales import PLOT, Lines, Mark, Series, lines, mark, plain, round_step, spaced
from kpirules.outputs.html.shell import number
from kpirules.plugin.report import GradeInfo, StatementLine

#: Shapes and dashes tell lines apart where colours do not: at most so many groups have one of their own.
MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """So many people with a total from `low` up to, but not with, `high` (the last bar: with it)."""

    x: float
    width: float
    y: float
    height: float
    count: int
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Histogram:
    bars: tuple[Bar, ...]
    ticks: tuple[Mark, ...]
    bounds: tuple[Mark, ...]
    height: int = PLOT


def histogram(totals: Sequence[Decimal], grades: Sequence[GradeInfo], full: Decimal) -> Histogram | None:
    """The totals in bars of one width, up to the full total at least, with the bounds of grades."""
    if not totals:
        return None
    bounds = [one.low for one in grades if one.low is not None]
    low, high = min((*totals, *bounds)), max((*totals, *bounds, full))
    step = round_step((high - low) / 16)
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    start, span = first * step, Decimal(last - first) * step
    counts = [0] * (last - first)
    for total in totals:
        counts[min(math.floor(total / step) - first, len(counts) - 1)] += 1
    most = max(counts)
    width = 100 / len(counts)
    bars = tuple(
        Bar(
            place * width,
            width,
            PLOT - PLOT * count / most,
            PLOT * count / most,
            count,
            start + place * step,
            start + (place + 1) * step,
        )
        for place, count in enumerate(counts)
    )
    each = max(1, math.ceil(len(counts) / 8))
    ticks = tuple(
        mark(place * width, plain(start + place * step)) for place in range(0, len(counts) + 1, each)
    )
    return Histogram(bars, ticks, tuple(mark(_share(one, start, span), plain(one)) for one in bounds))


def _share(value: Decimal, start: Decimal, span: Decimal) -> float:
    return float((value - start) / span * 100)


@dataclass(frozen=True, slots=True)
class Trend:
    """Means through the periods: everybody's, then those of `groups`, in the order of the lines."""

    groups: tuple[str | None, ...]
    lines: Lines
    periods: tuple[Mark, ...]


def trend(figures: Figures) -> Trend | None:
    """Everybody's mean, and that of each group as far as lines can be told apart. None: there is one period only."""
    periods = figures.periods
    if len(periods) < 2 or not any(one.mean is not None for one in periods):
        return None
    groups = figures.groups if 1 < len(figures.groups) <= MOST_LINES else ()
    means = [[one.mean for one in periods], *([one.means.get(group) for one in periods] for group in groups)]
    places, marks = spaced([one.name for one in periods])
    series = [
        Series(values, [f"{one.name}: {number(value)}" for one, value in zip(periods, values, strict=True)])
        for values in means
    ]
    return Trend(groups, lines(series, places, least_reach=Decimal(1)), marks)


@dataclass(frozen=True, slots=True)
class Fall:
    """One line of a waterfall, in percent: what is left after it, and what it took away (or added)."""

    left: float
    change: float
    gain: bool


def waterfall(lines: Sequence[StatementLine]) -> tuple[Fall | None, ...]:
    """From the whole weight down to the points earned, in the order of the lines. None: a line without points."""
    counted = [line for line in lines if line.lost is not None and line.applies]
    whole = sum((line.weight for line in counted), Decimal(0))
    gains = sum((-line.lost for line in counted if line.lost is not None and line.lost < 0), Decimal(0))
    span = whole + gains
    if span <= 0:
        return tuple(None for _ in lines)
    falls: list[Fall | None] = []
    level = whole
    for line in lines:
        if line.lost is None or not line.applies:
            falls.append(None)
            continue
        after = level - line.lost
        low, high = min(level, after), max(level, after)
        falls.append(Fall(float(low / span * 100), float((high - low) / span * 100), line.lost < 0))
        level = after
    return tuple(falls)


def heat_step(share: float) -> int:
    """How dark a cell is: 0 where nothing was lost to 6."""
    return sum(share < bound for bound in (0.97, 0.9, 0.8, 0.7, 0.6, 0.4))


def of_full(period: Period, full: Decimal) -> Decimal:
    """What the bars beside totals are measured by."""
    return max((full, *period.totals))
