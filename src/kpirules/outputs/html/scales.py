"""What charts of all pages are made of: round steps of axes, marks beside them, points and the lines between them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count, pairwise

from kpirules.diagnostics import Words

#: The height of the place where marks stand.
PLOT = 150


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis. anchor: how its text stands to it."""

    at: float
    text: str | Words
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Point:
    """text: what it is, for those who point at it."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float


def round_step(least: Decimal, finest: Decimal = Decimal("0.1")) -> Decimal:
    """The first of 1, 2 and 5, with however many zeros, from there on; none below the finest, which is one of them."""
    return next(one for one in _round_numbers(finest) if one >= least)


def _round_numbers(first: Decimal) -> Iterator[Decimal]:
    for power in count(first.adjusted()):
        for digit in (1, 2, 5):
            one = Decimal(digit).scaleb(power)
            if one >= first:
                yield one


def mark(at: float, text: str | Words) -> Mark:
    return Mark(at, text, "start" if at < 3 else "end" if at > 97 else "middle")


def plain(value: Decimal, *, grouped: bool = False) -> str:
    """Without idle zeros. grouped: with the thousands apart."""
    text = f"{value:,f}" if grouped else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def segments(points: Sequence[Point | None]) -> tuple[Segment, ...]:
    """Lines between neighbours; where there is no point, there is a gap."""
    pairs = pairwise(points)
    return tuple(Segment(a.x, a.y, b.x, b.y) for a, b in pairs if a is not None and b is not None)


@dataclass(frozen=True, slots=True)
class Line:
    """shape: a number, which the style gives a colour, a dash and a marker."""

    shape: int
    points: tuple[Point | None, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over one axis. levels: round values of it; bounds: values that are to be seen beside the lines."""

    lines: tuple[Line, ...]
    levels: tuple[Mark, ...]
    bounds: tuple[Mark, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Series:
    """The values of a line, None where there is none, and what is said of each."""

    values: Sequence[Decimal | None]
    texts: Sequence[str]


def lines(
    series: Sequence[Series],
    places: Sequence[float],
    *,
    least_reach: Decimal,
    finest: Decimal = Decimal("0.1"),
    bounds: Sequence[Decimal] = (),
    say: Callable[[Decimal], str | Words] = plain,
) -> Lines:
    """The lines, numbered in their order, at these places. The axis covers all values and bounds, and need not begin at 0.

    least_reach: so much the axis covers at least, lest small differences look large; finest: of its steps.
    """
    known = [*bounds, *(value for one in series for value in one.values if value is not None)]
    low, high = min(known), max(known)
    step = round_step(max(high - low, least_reach) / 4, finest)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    if bottom == top:
        top += step
    height = PLOT + 40

    def at(value: Decimal) -> float:
        return float(height - (value - bottom) / (top - bottom) * height)

    drawn = []
    for shape, one in enumerate(series):
        points = tuple(
            None if value is None else Point(x, at(value), text)
            for x, value, text in zip(places, one.values, one.texts, strict=True)
        )
        drawn.append(Line(shape, points, segments(points)))
    levels = tuple(
        Mark(at(value), say(value))
        for value in (bottom + place * step for place in range(int((top - bottom) / step) + 1))
    )
    return Lines(tuple(drawn), levels, tuple(Mark(at(one), say(one)) for one in bounds), height)


def spaced(
    names: Sequence[str], start: float = 4, most: int = 6
) -> tuple[tuple[float, ...], tuple[Mark, ...]]:
    """Places for as many names, evenly, and the marks of those that there is room for: the last one always."""
    places = tuple(start + (96 - start) * place / max(1, len(names) - 1) for place in range(len(names)))
    each = max(1, math.ceil(len(names) / most))
    marks = (
        mark(x, name)
        for place, (x, name) in enumerate(zip(places, names, strict=True))
        if (len(names) - 1 - place) % each == 0
    )
    return places, tuple(marks)
