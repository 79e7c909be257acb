"""Where the marks of charts stand, in percent of the width: a chart fits any screen, and its text keeps its size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from kpirules.outputs.html.figures import Figures, Period
from kpirules.plugin.report import GradeInfo, StatementLine

#: Shapes and dashes tell lines apart where colours do not: at most so many groups have one of their own.
MOST_LINES = 6
_PLOT = 150
_STEPS = tuple(
    Decimal(one) for one in ("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100", "200", "500")
)


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
class Mark:
    """A place on an axis. anchor: how its text stands to it."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Histogram:
    bars: tuple[Bar, ...]
    ticks: tuple[Mark, ...]
    bounds: tuple[Mark, ...]
    height: int = _PLOT


def histogram(totals: Sequence[Decimal], grades: Sequence[GradeInfo], full: Decimal) -> Histogram | None:
    """The totals in bars of one width, up to the full total at least, with the bounds of grades."""
    if not totals:
        return None
    bounds = [one.low for one in grades if one.low is not None]
    low, high = min((*totals, *bounds)), max((*totals, *bounds, full))
    step = _step((high - low) / 16)
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
            _PLOT - _PLOT * count / most,
            _PLOT * count / most,
            count,
            start + place * step,
            start + (place + 1) * step,
        )
        for place, count in enumerate(counts)
    )
    each = max(1, math.ceil(len(counts) / 8))
    ticks = tuple(
        _mark(place * width, plain(start + place * step)) for place in range(0, len(counts) + 1, each)
    )
    return Histogram(bars, ticks, tuple(_mark(_share(one, start, span), plain(one)) for one in bounds))


def _step(least: Decimal) -> Decimal:
    """The first round number from there on."""
    return next((one for one in _STEPS if one >= least), Decimal(10) ** least.adjusted() * 10)


def _share(value: Decimal, start: Decimal, span: Decimal) -> float:
    return float((value - start) / span * 100)


def _mark(at: float, text: str) -> Mark:
    return Mark(at, text, "start" if at < 3 else "end" if at > 97 else "middle")


def plain(value: Decimal) -> str:
    """Without idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    value: Decimal
    period: str


@dataclass(frozen=True, slots=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Line:
    """A mean through the periods. shape: a number, which the style gives a colour, a dash and a marker. group: None: all."""

    shape: int
    everybody: bool
    group: str | None
    points: tuple[Point | None, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    lines: tuple[Line, ...]
    levels: tuple[Mark, ...]
    periods: tuple[Mark, ...]
    height: int = _PLOT + 40


def trend(figures: Figures) -> Trend | None:
    """Everybody's mean, and that of each group as far as lines can be told apart. None: there is one period only."""
    periods = figures.periods
    if len(periods) < 2 or not any(one.mean is not None for one in periods):
        return None
    groups = figures.groups if 1 < len(figures.groups) <= MOST_LINES else ()
    series: list[tuple[bool, str | None, list[Decimal | None]]] = [
        (True, None, [one.mean for one in periods])
    ]
    series += [(False, group, [one.means.get(group) for one in periods]) for group in groups]
    known = [value for _, _, values in series for value in values if value is not None]
    low, high = min(known), max(known)
    step = _step(max(high - low, Decimal(1)) / 4)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    if bottom == top:
        top += step
    height = _PLOT + 40

    def at(value: Decimal) -> float:
        return float(height - (value - bottom) / (top - bottom) * height)

    places = [4 + 92 * place / (len(periods) - 1) for place in range(len(periods))]
    lines = []
    for shape, (everybody, group, values) in enumerate(series):
        points = tuple(
            None if value is None else Point(x, at(value), value, period.name)
            for x, value, period in zip(places, values, periods, strict=True)
        )
        lines.append(Line(shape, everybody, group, points, _segments(points)))
    steps = int((top - bottom) / step)
    levels = tuple(
        Mark(at(bottom + place * step), plain(bottom + place * step)) for place in range(steps + 1)
    )
    each = max(1, math.ceil(len(periods) / 6))
    marks = tuple(
        _mark(x, period.name)
        for place, (x, period) in enumerate(zip(places, periods, strict=True))
        if (len(periods) - 1 - place) % each == 0
    )
    return Trend(tuple(lines), levels, marks)


def _segments(points: Sequence[Point | None]) -> tuple[Segment, ...]:
    """Lines between neighbours; where a period has no mean, there is a gap."""
    pairs = pairwise(points)
    return tuple(Segment(a.x, a.y, b.x, b.y) for a, b in pairs if a is not None and b is not None)


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
