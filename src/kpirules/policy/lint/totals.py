"""The range of the total, exact over the points that the indicators can give, and facts of the people at its ends.

The best total is that of a person for whom every indicator is scored: someone whose poor indicators are missing may come
out higher, which is inherent in sharing their weight. The worst total is that of anyone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice

from kpirules.model.ranges import range_of
from kpirules.model.rules import Absent, Adjustment
from kpirules.numbers import Mode, Rounding
from kpirules.policy.lint.intervals import ZERO, Interval
from kpirules.policy.lint.study import Line, Study, points_of
from kpirules.policy.lint.witness import Claim, Facts, Holds, confirm

#: How many combinations of facts are tried for a person at an end of the range.
_BUDGET = 100
#: How many kinds of people, by the indicators they have, are told apart.
_KINDS = 64


@dataclass(frozen=True, slots=True)
class Share:
    """What one indicator gives at an end of the range."""

    line: Line
    points: Fraction

    @property
    def ratio(self) -> Fraction:
        return self.points / self.line.indicator.weight


@dataclass(frozen=True, slots=True)
class End:
    """One end of the range. total: as published. shares: the indicators scored there. start: facts of such people."""

    total: Fraction
    shares: tuple[Share, ...]
    start: Facts


class Totals:
    """The ends of the range of one policy's totals; None where they cannot be told."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.rules = study.rules
        self.adjustments = study.rules.adjustments

    # The ends

    @cached_property
    def best(self) -> End | None:
        found = self._indicators(1)
        bonus = self.most_of("bonus")
        if found is None or bonus is None:
            return None
        base, shares, start = found
        high = base + bonus
        if self.adjustments.total is not None:
            high = min(high, self.adjustments.total)
        return End(self.rules.total_rounding(high), shares, start)

    @cached_property
    def worst(self) -> End | None:
        found = self._indicators(-1)
        if found is None:
            return None
        base, shares, start = found
        penalty = self.most_of("penalty")
        low = ZERO if penalty is None else max(base - penalty, ZERO)
        limits = [one.most for one in self.adjustments.lines if one.kind == "veto" and one.most is not None]
        limits += [] if self.adjustments.total is None else [self.adjustments.total]
        return End(self.rules.total_rounding(min([low, *limits])), shares, start)

    @property
    def interval(self) -> Interval:
        """Where published totals lie."""
        low, high = self.worst, self.best
        return Interval(ZERO if low is None else low.total, None if high is None else high.total)

    def _indicators(self, side: int) -> tuple[Fraction, tuple[Share, ...], Facts] | None:
        """The greatest (1) or least (-1) points over weight times 100, of any kind of person."""
        if self.rules.total is not None:
            return None
        found = [
            (_ratio(shares) * 100, shares, start)
            for lines, start in self.kinds
            if (shares := _extreme(lines, side))
        ]
        return max(found, key=lambda one: side * one[0], default=None)

    @cached_property
    def kinds(self) -> list[tuple[list[Line], Facts]]:
        """The kinds of people by which indicators they have, each with facts of one."""
        start = self.study.start
        kinds: list[tuple[list[Line], Facts]] = [] if start is None else [([], start)]
        for line in self.study.lines:
            condition = line.indicator.applies
            if condition is None:
                kinds = [([*lines, line], facts) for lines, facts in kinds]
                continue
            hold = self.study.reach.hold
            having = [
                ([*lines, line], more)
                for lines, facts in kinds
                for more in islice(hold(condition, True, facts), 1)
            ]
            lacking = [
                (lines, more) for lines, facts in kinds for more in islice(hold(condition, False, facts), 1)
            ]
            kinds = [*having, *lacking][:_KINDS]
        return kinds

    def most_of(self, kind: str) -> Fraction | None:
        """The most that all bonuses, or all penalties, can come to; None without a limit."""
        limit = self.adjustments.bonus if kind == "bonus" else self.adjustments.penalty
        highs = [self.high(one) for one in self.adjustments.lines if one.kind == kind]
        known = [one for one in highs if one is not None]
        if len(known) < len(highs):
            return limit
        return sum(known, ZERO) if limit is None else min(sum(known, ZERO), limit)

    def high(self, line: Adjustment) -> Fraction | None:
        """The most that a bonus or penalty can come to."""
        return range_of(line.value, self.study.reach.domains.scope).high

    # People

    def people(self, wanted: Interval) -> Iterator[Facts]:
        """Facts with which the published total lies in an interval: of one indicator alone if possible, else of all."""
        wanted = _before_rounding(wanted, self.rules.total_rounding)
        if not self.rules.adjustments.lines:
            for line in self.study.lines:
                yield from islice(self._alone(line, wanted), 2)
        best = self._indicators(1)
        if best is not None:
            for shares in _down_to(best[1], wanted):
                yield from islice(Search(self.study).scored(shares, best[2]), 2)

    def _alone(self, line: Line, wanted: Interval) -> Iterator[Facts]:
        """With all other indicators missing."""
        weight = line.indicator.weight
        if weight and line.profile is not None:
            points = wanted.times(weight / 100)
            for segment in line.profile.segments:
                yield from self.study.values(line, segment.within(points))

    # People at the ends

    @cached_property
    def best_person(self) -> Facts | None:
        """Facts with which the best total is reached; None where none were found."""
        return self._person(self.best, "bonus")

    @cached_property
    def worst_person(self) -> Facts | None:
        return self._person(self.worst, "penalty")

    def _person(self, end: End | None, kind: str) -> Facts | None:
        if end is None:
            return None
        lines = [one for one in self.adjustments.lines if one.kind == kind]
        people = Search(self.study).scored(end.shares, end.start)
        for facts in people:
            for one in self._adjusted(facts, lines):
                if confirm(self.rules, Claim(one, ("total",), _total(end.total))) is not None:
                    return one
        return None

    def _adjusted(self, facts: Facts, lines: Sequence[Adjustment]) -> Iterator[Facts]:
        """The same person as found, and with all bonuses (or penalties) as high as they go."""
        yield facts
        for line in lines:
            high = self.high(line)
            wanted = Interval(Fraction(1) if high is None else high)
            facts = next(self.study.reach.find(line.value, wanted, facts), facts)
        yield facts


class Search:
    """Facts for several indicators of one person at once, by trying in turn; gives up after so many."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.left = _BUDGET

    def scored(self, shares: Sequence[Share], facts: Facts) -> Iterator[Facts]:
        """Facts with which each indicator gives its points."""
        if not shares:
            yield facts
            return
        for one in self.study.scored(shares[0].line, shares[0].points, facts):
            self.left -= 1
            if self.left < 0:
                return
            yield from self.scored(shares[1:], one)


def _before_rounding(wanted: Interval, rounding: Rounding) -> Interval:
    """What is published as a value of an interval of zero or more."""
    step = rounding.step
    below, above = {Mode.DOWN: (ZERO, step), Mode.UP: (step, ZERO)}.get(rounding.mode, (step / 2, step / 2))
    return Interval(
        None if wanted.low is None else wanted.low - below,
        None if wanted.high is None else wanted.high + above,
        rounding.mode is Mode.HALF_UP or rounding.mode is Mode.DOWN,
        rounding.mode is Mode.UP,
    )


def _down_to(shares: Sequence[Share], wanted: Interval) -> Iterator[list[Share]]:
    """From the best points of each indicator down until points over weight lie in an interval.

    Which ones go down first, the heaviest or the others, is tried in turn: facts that they share may forbid it.
    """
    whole = sum((one.line.indicator.weight for one in shares), ZERO)
    goal = wanted.times(whole / 100)
    order = sorted(range(len(shares)), key=lambda place: -shares[place].line.indicator.weight)
    for first in range(len(order)):
        found = _lowered(shares, order[first:] + order[:first], goal)
        if found is not None:
            yield found


def _lowered(shares: Sequence[Share], order: Sequence[int], goal: Interval) -> list[Share] | None:
    """Indicators taken down in an order until the sum of points lies in the goal."""
    found = list(shares)
    for place in order:
        line = found[place].line
        rest = sum((other.points for at, other in enumerate(found) if at != place), ZERO)
        if goal.holds(rest + found[place].points):
            return found
        own = goal.moved(-rest)
        points = next((one for one in _reachable(line, own) if own.holds(one)), None)
        if points is not None:
            found[place] = Share(line, points)
            return found
        found[place] = Share(line, points_of(line)[0])
    return found if goal.holds(sum((one.points for one in found), ZERO)) else None


def _reachable(line: Line, wanted: Interval) -> Iterator[Fraction]:
    """Points of an interval that an indicator can give."""
    if line.profile is None:
        yield from points_of(line)
        return
    for segment in line.profile.segments:
        for value in line.profile.domain.choices(segment.within(wanted)):
            yield segment.at(value)


def _extreme(lines: Sequence[Line], side: int) -> tuple[Share, ...]:
    """What each indicator of one kind of person gives at an end; for the least total the better ones may be missing."""
    fixed: list[Share] = []
    optional: list[Share] = []
    for line in lines:
        if line.indicator.weight == 0:
            continue
        least, most = points_of(line)
        share = Share(line, most if side > 0 else min(least, _instead(line, least)))
        rule = line.indicator.missing.rule
        may_lack = side < 0 and rule in (Absent.REDISTRIBUTE, Absent.ERROR)
        (optional if may_lack else fixed).append(share)
    chosen = fixed
    for one in sorted(optional, key=lambda share: share.ratio):
        if not chosen or one.ratio < _ratio(chosen):
            chosen = [*chosen, one]
    return tuple(chosen)


def _ratio(shares: Sequence[Share]) -> Fraction:
    whole = sum((one.line.indicator.weight for one in shares), ZERO)
    return sum((one.points for one in shares), ZERO) / whole


def _instead(line: Line, least: Fraction) -> Fraction:
    """The points of a missing fact, where it counts."""
    match line.indicator.missing.rule:
        case Absent.ZERO:
            return ZERO
        case Absent.VALUE:
            return max(line.indicator.missing.value or ZERO, ZERO)
        case _:
            return least


def _total(wanted: Fraction) -> Holds:
    return lambda before, after: before.total == wanted == after.total
