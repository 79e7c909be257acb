"""The points of an indicator over the values that its measure can have: straight segments, exact.

A form's shape, kept between 0 and the weight and cut to the measure's domain. Where a target differs from person to
person and enters as a difference or a quotient, one target stands for all: the others only move or stretch the curve.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.forms import Bands, Curve, Entering, ProRata, Shape, Stairs, Table, Target
from kpirules.model.rules import Indicator
from kpirules.policy.lint.domain import Domain
from kpirules.policy.lint.intervals import ONE, ZERO, Interval, only
from kpirules.policy.lint.reach import Reach
from kpirules.units import NUMERIC

#: A staircase of more steps is not looked at.
MOST_STEPS = 2000


@dataclass(frozen=True, slots=True)
class Segment:
    """`points = slope * x + intercept` over an interval of values that can be reached, and is not empty.

    other: whether it is what is left beside bands or listed values.
    """

    values: Interval
    slope: Fraction
    intercept: Fraction
    other: bool = False

    def at(self, value: Fraction) -> Fraction:
        return self.slope * value + self.intercept

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """The points towards its two ends. A sloped segment has two."""
        if self.slope == 0:
            return self.intercept, self.intercept
        assert self.values.low is not None and self.values.high is not None
        return self.at(self.values.low), self.at(self.values.high)

    @property
    def least(self) -> Fraction:
        return min(self.ends)

    @property
    def most(self) -> Fraction:
        return max(self.ends)

    def above(self, points: Fraction) -> Interval:
        """The values with more points than these."""
        return self.within(Interval(points, None, False))

    def below(self, points: Fraction) -> Interval:
        """The values with fewer points than these."""
        return self.within(Interval(None, points, True, False))

    def within(self, points: Interval) -> Interval:
        """The values with points in an interval."""
        if self.slope == 0:
            return self.values if points.holds(self.intercept) else Interval(ONE, ZERO)
        return self.values.common(points.moved(-self.intercept).times(1 / self.slope))

    def giving(self, points: Fraction) -> Interval:
        """The values with just these points."""
        return self.within(only(points))


@dataclass(frozen=True, slots=True)
class Profile:
    """segments: ascending, over all of the domain. named: the values that the form itself names.

    target: the one in force; own: whether every person has one of their own, and `target` stands for all of them.
    """

    domain: Domain
    segments: tuple[Segment, ...]
    named: tuple[Fraction, ...]
    target: Target | None = None
    own: bool = False

    @property
    def most(self) -> Fraction:
        return max(one.most for one in self.segments)

    @property
    def least(self) -> Fraction:
        return min(one.least for one in self.segments)

    def giving(self, points: Fraction) -> Iterator[Interval]:
        """Where just these points are given."""
        for one in self.segments:
            found = self.domain.within(one.giving(points))
            if found is not None:
                yield found


def profile_of(reach: Reach, indicator: Indicator) -> Profile | None:
    """None where the measure is no number, or more than a curve decides."""
    target, own = None, False
    if indicator.target is not None:
        value = reach.constant(indicator.target.value)
        own = value is None
        target = Target(indicator.target.operator, ONE if value is None else value)
        if own and indicator.form.entering is Entering.ASIDE:
            own = False  # the points do not depend on it
        if isinstance(indicator.form, ProRata) and target.value <= 0:
            return None
    shape = indicator.form.shape(target, indicator.weight)
    lines = _lines(shape)
    if lines is not None and isinstance(indicator.form, Bands):
        lines = _marked(lines, indicator.form)
    if lines is None or indicator.measure.unit not in NUMERIC:
        return None
    named = tuple(
        bound for line in lines for bound in (line.values.low, line.values.high) if bound is not None
    )
    domain = reach.domains.meant(indicator.measure, (*named, *_meant_negative(indicator)))
    segments = [
        Segment(found, one.slope, one.intercept, one.other)
        for line in lines
        for one in clamped(line, indicator.weight)
        if (found := domain.within(one.values)) is not None
    ]
    return Profile(domain, tuple(segments), named, target, own) if segments else None


def _meant_negative(indicator: Indicator) -> Iterator[Fraction]:
    """A value below zero where a band is written for such values alone."""
    if isinstance(indicator.form, Bands):
        first = indicator.form.bands[0]
        if first.low is None and first.high is not None and first.high <= 0 and not first.holds(ZERO):
            yield -ONE


def _marked(lines: list[Segment], form: Bands) -> list[Segment]:
    """The pieces below the first band and above the last one told from the bands."""
    first, last = form.bands[0].low is not None, form.bands[-1].high is not None
    return [
        replace(one, other=(first and place == 0) or (last and place == len(lines) - 1))
        for place, one in enumerate(lines)
    ]


def _lines(shape: Shape) -> list[Segment] | None:
    """A shape as segments over the whole line, in ascending order."""
    match shape:
        case Curve(pieces):
            found, low, closed = [], None, True
            for piece in pieces:
                values = Interval(low, piece.high, closed, piece.closed)
                if not values.empty:
                    found.append(Segment(values, piece.slope, piece.intercept))
                low, closed = piece.high, not piece.closed
            return found
        case Stairs():
            return _stairs(shape)
        case Table(entries, other):
            return _table(entries, other)


def _stairs(shape: Stairs) -> list[Segment] | None:
    count = -(-shape.top // shape.per) if shape.most is None else shape.most
    if count > MOST_STEPS:
        return None
    steps = int(count)
    found = []
    for step in range(steps + 1):
        begin = None if step == 0 else step * shape.step
        end = None if step == steps else (step + 1) * shape.step
        values = Interval(begin, end, True, False)  # of the distance from the origin
        if shape.sign < 0:
            values = values.times(Fraction(-1))
        found.append(Segment(values.moved(shape.origin), ZERO, shape.top - shape.per * step))
    return found if shape.sign > 0 else found[::-1]


def _table(entries: tuple[tuple[e.Value, Fraction], ...], other: Fraction | None) -> list[Segment] | None:
    listed = {value: points for value, points in reversed(entries) if isinstance(value, Fraction)}
    if len(listed) < len({value for value, _ in entries}):
        return None  # texts have no order
    found: list[Segment] = []
    low = None
    for value in sorted(listed):
        if other is not None:
            found.append(Segment(Interval(low, value, False, False), ZERO, other, True))
        found.append(Segment(only(value), ZERO, listed[value]))
        low = value
    if other is not None:
        found.append(Segment(Interval(low, None, False), ZERO, other, True))
    return found


def clamped(line: Segment, full: Fraction) -> Iterator[Segment]:
    """A segment with its points kept between 0 and full marks, in ascending order."""
    if line.slope == 0:
        yield Segment(line.values, ZERO, min(max(line.intercept, ZERO), full), line.other)
        return
    at_zero, at_full = -line.intercept / line.slope, (full - line.intercept) / line.slope
    first, second = sorted((at_zero, at_full))
    flat = (ZERO, full) if line.slope > 0 else (full, ZERO)
    parts = (
        Segment(line.values.common(Interval(None, first, True, False)), ZERO, flat[0]),
        Segment(line.values.common(Interval(first, second)), line.slope, line.intercept),
        Segment(line.values.common(Interval(second, None, False)), ZERO, flat[1]),
    )
    yield from (part for part in parts if not part.values.empty)
