"""Where the marks of a simulation's charts stand, in percent of the width. Every chart has its table beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

from kpirules.diagnostics import Words
from kpirules.outputs.html.scales import PLOT, Lines, Mark, Series, lines, mark, plain, round_step, spaced
from kpirules.outputs.html.simulation.writing import cell, counted, decimal, figure, with_minus
from kpirules.plugin.simulated import (
    Attribution,
    Bin,
    Breakdown,
    Budget,
    Counts,
    Curve,
    Distribution,
    Notation,
)
from kpirules.units import PLAIN

#: An axis of a sweep has marks for so many values.
_TICKS = 7
#: Where lines begin: the sums beside the axis are long.
_START = 14


@dataclass(frozen=True, slots=True)
class Stack:
    """A part of a bar that is everybody. kind: as the style knows it."""

    kind: str
    at: float
    width: float


def stack(counts: Counts) -> tuple[Stack, ...]:
    """What becomes of rows, as one bar: losses on the left, gains on the right."""
    parts = (
        ("down", counts.down),
        ("gone", counts.only_old),
        ("same", counts.same + counts.none),
        ("come", counts.only_new),
        ("up", counts.up),
    )
    starts = accumulate((count for _, count in parts), initial=0)
    rows = max(1, counts.rows)
    return tuple(
        Stack(kind, start / rows * 100, count / rows * 100)
        for (kind, count), start in zip(parts, starts, strict=False)
        if count
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A place of a histogram: the heights of both, and what is said of it. kind: of changes, which way they go."""

    x: float
    width: float
    old: float
    new: float
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """levels: counts beside the axis. zero: where nothing changes, in a histogram of changes."""

    columns: tuple[Column, ...]
    levels: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    zero: float | None = None
    height: int = PLOT


def totals(distribution: Distribution) -> Columns | None:
    """Totals before and after, over one axis."""
    return _columns(distribution.bins, False)


def changes(distribution: Distribution, same: int) -> Columns | None:
    """The changes of totals, without the rows that do not change: they would hide all others."""
    left = tuple(
        Bin(one.low, one.high, 0, one.new - (same if one.low <= 0 < one.high else 0))
        for one in distribution.changes
    )
    return _columns(left, True) if any(one.new for one in left) else None


def _columns(bins: Sequence[Bin], signed: bool) -> Columns | None:
    if not bins:
        return None
    most = max(max(one.old, one.new) for one in bins)
    step = int(round_step(Decimal(max(most, 1)) / 4, Decimal(1)))
    top = math.ceil(most / step) * step
    width = 100 / len(bins)

    def height(count: int) -> float:
        return PLOT * count / top

    columns = tuple(
        Column(
            place * width,
            width,
            height(one.old),
            height(one.new),
            f"{between(one)}: {counted(one.new) if signed else f'{counted(one.old)} → {counted(one.new)}'}",
            ("loss" if one.low < 0 else "gain") if signed else "",
        )
        for place, one in enumerate(bins)
    )
    each = max(1, math.ceil(len(bins) / 8))
    edges = [one.low for one in bins] + [bins[-1].high]
    ticks = tuple(mark(place * width, bound(edges[place])) for place in range(0, len(edges), each))
    zeros = [place * width for place, edge in enumerate(edges) if edge == 0] if signed else []
    levels = tuple(Mark(PLOT - height(count), counted(count)) for count in range(step, top + 1, step))
    return Columns(columns, levels, ticks, zeros[0] if zeros else None)


def bound(value: Fraction) -> str:
    return with_minus(plain(decimal(value)))


def between(one: Bin) -> str:
    return f"{bound(one.low)} – {bound(one.high)}"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a waterfall: from where the parts before it end."""

    at: float
    width: float
    gain: bool


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The change from nothing to the whole of it. zero: where it begins; whole: the bar of all parts together."""

    zero: float
    steps: tuple[Step, ...]
    whole: Step


def waterfall(one: Attribution) -> Waterfall:
    levels = [float(value) for value in accumulate(one.parts, initial=Fraction(0))]
    low, high = min(levels), max(levels)
    reach = high - low or 1.0

    def step(start: float, end: float) -> Step:
        return Step((min(start, end) - low) / reach * 100, abs(end - start) / reach * 100, end > start)

    steps = tuple(step(start, end) for start, end in pairwise(levels))
    return Waterfall((0 - low) / reach * 100, steps, step(0.0, levels[-1]))


@dataclass(frozen=True, slots=True)
class Course:
    """Lines over one axis with the marks below it."""

    lines: Lines
    marks: tuple[Mark, ...]


def by_period(periods: Breakdown, place: int) -> Course | None:
    """What an amount comes to in each period, before and after. None: of a single period."""
    groups = periods.groups
    if len(groups) < 2:
        return None
    names = [one.value for one in groups]
    amounts = [one.figures.amounts[place] for one in groups]
    notation = amounts[0].notation
    places, marks = spaced(names, _START)
    series = [
        _series(names, [one.old for one in amounts], notation),
        _series(names, [one.new for one in amounts], notation),
    ]
    return Course(_lines(series, places, notation), marks)


def cost(curve: Curve, place: int, budgets: Sequence[Budget]) -> Course | None:
    """What an amount comes to along a sweep, with the budgets for it; then, as lines of a single point, the value of the new
    policy and those that come nearest to a budget. None: of a single value."""
    points = curve.points
    if len(points) < 2:
        return None
    low, high = points[0].value, points[-1].value
    places = [_START + (96 - _START) * float((one.value - low) / (high - low)) for one in points]
    each = max(1, math.ceil(len(points) / _TICKS))
    marks = tuple(mark(places[at], points[at].text) for at in range(0, len(points), each))
    amounts = [one.figures.amounts[place] for one in points]
    notation = amounts[0].notation
    series = _series([told(one.text) for one in points], [one.new for one in amounts], notation)
    limits = [decimal(one.limit) for one in budgets if one.amount == amounts[0].id]
    nearest = {one.last for one in curve.kept if budgets[one.budget].amount == amounts[0].id}
    marked = [[one.current for one in points], [place in nearest for place in range(len(points))]]
    return Course(_lines([series, *(_only(series, one) for one in marked)], places, notation, limits), marks)


def _only(series: Series, wanted: Sequence[bool]) -> Series:
    values = [value if here else None for value, here in zip(series.values, wanted, strict=True)]
    return Series(values, series.texts)


def _series(names: Sequence[str], values: Sequence[Fraction], notation: Notation) -> Series:
    texts = [f"{name}: {told(cell(notation, value))}" for name, value in zip(names, values, strict=True)]
    return Series([decimal(one) for one in values], texts)


def _lines(
    series: Sequence[Series], places: Sequence[float], notation: Notation, limits: Sequence[Decimal] = ()
) -> Lines:
    """On an axis as fine as the amount is published."""
    finest = Decimal(1).scaleb(-notation.places)

    def said(value: Decimal) -> Words:
        if notation.unit in PLAIN or notation.is_money:
            text = with_minus(plain(value, grouped=True))
            return Words(text, text)
        return figure(notation, Fraction(value))

    return lines(series, places, least_reach=4 * finest, finest=finest, bounds=limits, say=said)


def told(words: Words) -> str:
    """In both languages at once, for what may hold no markup."""
    return words.en if words.en == words.read("zh") else f"{words.en} / {words.zh}"
