"""Finds facts for points of an indicator, for totals and for grades: which indicator must earn what, and how.

A total is first sought with one indicator alone, which is the shortest test; where no single one can make it, the points
that every indicator can have are added up, exactly, until a sum fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice

from kpirules.model import expressions as e
from kpirules.model import forms
from kpirules.model.rules import Indicator, Ruleset
from kpirules.policy.coverage.intervals import ZERO, Interval
from kpirules.policy.coverage.stated import At, Facts, Open, Stated
from kpirules.policy.coverage.turning import Turning
from kpirules.policy.coverage.values import inside
from kpirules.units import Unit

#: So many different sums are kept at most, and so many are tried for one total.
_MOST_SUMS = 3000
_MOST_TRIED = 12
_MOST_STAIRS = 40


@dataclass(frozen=True, slots=True)
class Totals:
    solver: Turning

    @property
    def rules(self) -> Ruleset:
        return self.solver.rules

    def closed(self, facts: Facts, at: At) -> Stated:
        """The person's row, with nothing given beyond the facts."""
        return Stated(self.rules, facts, at, self.solver.period, closed=True)

    # One indicator

    def points(self, indicator: str, value: Fraction, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which an indicator has so many points before they are rounded."""
        one = next(one for one in self.rules.indicators if one.id == indicator)
        for found in self._applying(one, facts, at):
            for settled, target in self._targets(one, found, at):
                yield from self._measured(one, value, target, settled, at)

    def points_within(self, indicator: str, interval: Interval, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which an indicator's points lie in a stretch."""
        one = next(one for one in self.rules.indicators if one.id == indicator)
        wanted = [*self._levels(one, facts, at), *inside(interval, Unit.POINTS)]
        for value in dict.fromkeys(wanted):
            if value in interval:
                yield from self.points(indicator, value, facts, at)

    def _applying(self, one: Indicator, facts: Facts, at: At) -> Iterator[Facts]:
        if one.applies is None:
            yield facts
        else:
            yield from self.solver.holding(one.applies, True, facts, at)

    def _targets(self, one: Indicator, facts: Facts, at: At) -> Iterator[tuple[Facts, forms.Target | None]]:
        """The indicator's target, settled where it is each person's own."""
        if one.target is None:
            yield facts, None
            return
        for found in islice(self.solver.present(one.target.value, facts, at), 3):
            try:
                value = Stated(self.rules, found, at, self.solver.period).value(one.target.value, at.person)
            except Open:
                continue
            if isinstance(value, Fraction):
                yield found, forms.Target(one.target.operator, value)

    def _measured(
        self, one: Indicator, value: Fraction, target: forms.Target | None, facts: Facts, at: At
    ) -> Iterator[Facts]:
        """The measure's values that earn the points, each settled."""
        if one.form.entering is forms.Entering.QUOTIENT and target is not None and target.value <= 0:
            return
        shape = one.form.shape(target, one.weight)
        match shape:
            case forms.Curve(pieces):
                low: Fraction | None = None
                closed = True
                for piece in pieces:
                    stretch = Interval(low, closed, piece.high, piece.closed)
                    yield from self._on_piece(one, value, piece, stretch, facts, at)
                    low, closed = piece.high, not piece.closed
            case forms.Stairs():
                yield from self._on_stairs(one, value, shape, facts, at)
            case forms.Table(entries, other):
                for key, points in entries:
                    if _clamped(points, one.weight) == value:
                        yield from self.solver.valued(one.measure, key, facts, at)
                if other is not None and _clamped(other, one.weight) == value:
                    listed = e.Member(one.measure, tuple(key for key, _ in entries), one.measure.span)
                    yield from self.solver.holding(listed, False, facts, at)

    def _on_piece(
        self, one: Indicator, value: Fraction, piece: forms.Piece, stretch: Interval, facts: Facts, at: At
    ) -> Iterator[Facts]:
        if stretch.empty:
            return
        if piece.slope == 0:
            if _clamped(piece.intercept, one.weight) == value:
                yield from self.solver.within(one.measure, stretch, facts, at)
            return
        exact = (value - piece.intercept) / piece.slope
        if value == one.weight:
            stretch_full = stretch.both(_beyond(exact, piece.slope > 0))
            if not stretch_full.empty:
                yield from self.solver.within(one.measure, stretch_full, facts, at)
        elif value == 0:
            nothing = stretch.both(_beyond(exact, piece.slope < 0))
            if not nothing.empty:
                yield from self.solver.within(one.measure, nothing, facts, at)
        elif exact in stretch:
            yield from self.solver.valued(one.measure, exact, facts, at)

    def _on_stairs(
        self, one: Indicator, value: Fraction, stairs: forms.Stairs, facts: Facts, at: At
    ) -> Iterator[Facts]:
        """The values of so many steps."""
        steps = (stairs.top - value) / stairs.per
        last = stairs.most is not None and steps == stairs.most
        if value == 0 and steps.denominator != 1:
            steps = Fraction(steps.numerator // steps.denominator + 1)
        if steps.denominator != 1 or steps < 0 or (stairs.most is not None and steps > stairs.most):
            return
        begin, end = steps * stairs.step, (steps + 1) * stairs.step
        open_ended = last or value == 0
        if stairs.sign > 0:
            stretch = Interval(
                None if steps == 0 else stairs.origin + begin,
                True,
                None if open_ended else stairs.origin + end,
                False,
            )
        else:
            stretch = Interval(
                None if open_ended else stairs.origin - end,
                False,
                None if steps == 0 else stairs.origin - begin,
                True,
            )
        yield from self.solver.within(one.measure, stretch, facts, at)

    def _levels(self, one: Indicator, facts: Facts, at: At) -> list[Fraction]:
        """Points that the indicator may have: those of its steps and levels, and the ends of its slopes."""
        target = next((target for _, target in self._targets(one, facts, at)), None)
        if one.target is not None and target is None:
            return []
        if one.form.entering is forms.Entering.QUOTIENT and target is not None and target.value <= 0:
            return []
        found: list[Fraction] = []
        match one.form.shape(target, one.weight):
            case forms.Curve(pieces):
                low: Fraction | None = None
                for piece in pieces:
                    ends = [end for end in (low, piece.high) if end is not None] or [ZERO]
                    found += [piece.slope * end + piece.intercept for end in ends]
                    low = piece.high
                if any(piece.slope for piece in pieces):
                    found += [ZERO, one.weight, one.weight / 2]
            case forms.Stairs() as stairs:
                last = stairs.top / stairs.per if stairs.most is None else stairs.most
                count = min(int(last) + 1, _MOST_STAIRS)
                found += [stairs.top - stairs.per * place for place in range(count + 1)]
            case forms.Table(entries, other):
                found += [points for _, points in entries] + ([other] if other is not None else [])
        return list(dict.fromkeys(_clamped(one_, one.weight) for one_ in found))

    # Totals

    def total(self, interval: Interval, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which the published total lies in a stretch."""
        if self._fits(interval, facts, at):
            yield facts
            return
        if self.rules.total is not None:
            for found in self.solver.within(self.rules.total, interval, facts, at):
                if self._fits(interval, found, at):
                    yield found
            return
        for begun in self._beginnings(facts, at):
            for found in chain(self._alone(interval, begun, at), self._together(interval, begun, at)):
                if self._fits(interval, found, at):
                    yield found

    def _beginnings(self, facts: Facts, at: At) -> Iterator[Facts]:
        """The facts, and then with those that make one more indicator apply."""
        yield facts
        for one in self.rules.indicators:
            if one.applies is not None:
                found = next(self.solver.holding(one.applies, True, facts, at), facts)
                if found != facts:
                    yield found

    def _exists(self, one: Indicator, facts: Facts, at: At) -> bool:
        """Whether the indicator applies to the person, by what is settled."""
        try:
            row = Stated(self.rules, facts, at, self.solver.period)
            return one.applies is None or row.value(one.applies, at.person) is True
        except Open:
            return False

    def _fits(self, interval: Interval, facts: Facts, at: At) -> bool:
        try:
            total = self.closed(facts, at).total(at.person)
        except Open:
            return False
        return total is not None and total in interval

    def _alone(self, interval: Interval, facts: Facts, at: At) -> Iterator[Facts]:
        """By the points of one more indicator, the others staying as they are."""
        row = self.closed(facts, at)
        scored = row.indicators(at.person)
        changed = row.adjusted_total(at.person)
        moved = ZERO if changed is None else changed.bonus - changed.penalty
        for one in self.rules.indicators:
            if not self._exists(one, facts, at) or not self._is_open(one, facts, at):
                continue
            others = [other for other in self.rules.indicators if other.id != one.id]
            counted = [
                (known.points, other.weight)
                for other in others
                if (known := scored.get(other.id)) is not None and known.points is not None
            ]
            weight = sum((weight for _, weight in counted), one.weight)
            earned = sum((points for points, _ in counted), ZERO)
            if weight == 0:
                continue
            for wanted in inside(interval, Unit.POINTS):
                points = (wanted - moved) * weight / 100 - earned
                if 0 <= points <= one.weight:
                    yield from islice(self.points(one.id, points, facts, at), 4)

    def _is_open(self, one: Indicator, facts: Facts, at: At) -> bool:
        """Whether an indicator's value is not settled yet."""
        try:
            Stated(self.rules, facts, at, self.solver.period).value(one.measure, at.person)
        except Open:
            return True
        return False

    def _together(self, interval: Interval, facts: Facts, at: At) -> Iterator[Facts]:
        """By the points of all indicators that are not settled, added up."""
        known = [one for one in self.rules.indicators if not self._is_open(one, facts, at)]
        scored = self.closed(facts, at).indicators(at.person)
        settled = [(one, scored[one.id].points) for one in known if one.id in scored]
        weight = sum((one.weight for one, points in settled if points is not None), ZERO)
        earned = sum((points for _, points in settled if points is not None), ZERO)
        options: list[tuple[Indicator, list[Fraction]]] = []
        for one in self.rules.indicators:
            if one in known or not self._exists(one, facts, at):
                continue
            levels = [
                points
                for points in self._levels(one, facts, at)
                if next(self.points(one.id, points, facts, at), None) is not None
            ]
            if levels:
                options.append((one, levels))
                weight += one.weight
        if not options or weight == 0:
            return
        sums = _sums([levels for _, levels in options])
        stretch = Interval(
            None if interval.low is None else interval.low * weight / 100 - earned,
            interval.low_closed,
            None if interval.high is None else interval.high * weight / 100 - earned,
            interval.high_closed,
        )
        fitting = sorted((one for one in sums if one in stretch), key=_nearness(stretch))
        for wanted in fitting[:_MOST_TRIED]:
            yield from islice(self._chosen(options, sums[wanted], facts, at), 2)
        yield from self._filled(options, stretch, facts, at)

    def _chosen(
        self,
        options: Sequence[tuple[Indicator, list[Fraction]]],
        chosen: Sequence[Fraction],
        facts: Facts,
        at: At,
    ) -> Iterator[Facts]:
        """Each indicator with the points that were chosen for it."""
        if not options:
            yield facts
            return
        one, _ = options[0]
        for found in islice(self.points(one.id, chosen[0], facts, at), 4):
            yield from self._chosen(options[1:], chosen[1:], found, at)

    def _filled(
        self,
        options: Sequence[tuple[Indicator, list[Fraction]]],
        stretch: Interval,
        facts: Facts,
        at: At,
    ) -> Iterator[Facts]:
        """All but one indicator with points of their steps, and one with exactly what is left."""
        for place, (last, _) in enumerate(options):
            others = [*options[:place], *options[place + 1 :]]
            sums = _sums([levels for _, levels in others])
            for wanted in islice(inside(stretch, Unit.POINTS), 4):
                fitting = [one for one in sums if 0 <= wanted - one <= last.weight]
                for one in sorted(fitting, reverse=True)[:3]:
                    yield from islice(
                        self._chosen([*others, (last, [])], [*sums[one], wanted - one], facts, at),
                        1,
                    )

    # Grades

    def grade(self, interval: Interval, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which the grade's place lies in a stretch: a total between two grades' bounds."""
        grades = self.rules.grades
        for place in range(len(grades)):
            if Fraction(place) not in interval:
                continue
            above = grades[place - 1].low if place else None
            stretch = Interval(grades[place].low, True, above, False)
            yield from self.total(stretch, facts, at)


def _clamped(points: Fraction, weight: Fraction) -> Fraction:
    return min(max(points, ZERO), weight)


def _beyond(value: Fraction, above: bool) -> Interval:
    return Interval(value, True, None, True) if above else Interval(None, True, value, True)


def _sums(levels: Sequence[Sequence[Fraction]]) -> dict[Fraction, tuple[Fraction, ...]]:
    """Every sum that one of each makes, with what it is made of; of very many a part, the ends included."""
    found: dict[Fraction, tuple[Fraction, ...]] = {ZERO: ()}
    for choices in levels:
        after: dict[Fraction, tuple[Fraction, ...]] = {}
        for known, chosen in found.items():
            for points in choices:
                after.setdefault(known + points, (*chosen, points))
        if len(after) > _MOST_SUMS:
            kept = sorted(after)
            stride = -(-len(kept) // _MOST_SUMS)
            after = {one: after[one] for one in (*kept[::stride], kept[-1])}
        found = after
    return found


def _nearness(stretch: Interval) -> Callable[[Fraction], Fraction]:
    """How near a sum is to the bound that matters: the lower one where it belongs to the stretch, else the upper."""
    low, high = stretch.low, stretch.high

    def distance(value: Fraction) -> Fraction:
        if low is not None and stretch.low_closed:
            return abs(value - low)
        return abs(value - high) if high is not None else -value

    return distance
