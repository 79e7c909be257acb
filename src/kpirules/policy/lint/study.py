"""One policy under study: the profile and the direction of each indicator, and facts that reach wanted points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice

from kpirules.model.forms import Deduct, Levels
from kpirules.model.rules import Indicator, Ruleset
from kpirules.policy.lint.intervals import ONE, ZERO, Interval, only
from kpirules.policy.lint.profile import Profile, profile_of
from kpirules.policy.lint.reach import TRIES, Reach
from kpirules.policy.lint.witness import Claim, Facts, confirm


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator with what is known of its points. profile: None where no curve tells them.

    wants: the side that is better by its target or by its deduction: 1 the higher, -1 the lower, 0 where neither says.
    base: facts with which the indicator exists for a person; None where none were found.
    """

    indicator: Indicator
    profile: Profile | None
    wants: int
    base: Facts | None

    @property
    def better(self) -> int:
        """The side that is better; where nothing says so, the one whose outermost values get more points."""
        if self.wants or self.profile is None:
            return self.wants
        said = [one for one in self.profile.segments if not one.other] or [*self.profile.segments]
        first, last = said[0], said[-1]
        trend = last.ends[1] - first.ends[0]
        return (trend > 0) - (trend < 0)


class Study:
    """What the rules about scoring ask of one policy."""

    def __init__(self, rules: Ruleset) -> None:
        self.rules = rules
        self.reach = Reach(rules)

    @cached_property
    def start(self) -> Facts | None:
        """Facts with which the policy applies to a person."""
        if self.rules.applies is None:
            return {}
        return next(self.reach.hold(self.rules.applies, True, {}), None)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All indicators but those that wait for the value of a parameter."""
        return tuple(self._line(one) for one in self.rules.indicators if one.id not in self.rules.waiting)

    def _line(self, indicator: Indicator) -> Line:
        profile = profile_of(self.reach, indicator)
        base = self.start
        if base is not None and indicator.applies is not None:
            base = next(self.reach.hold(indicator.applies, True, base), None)
        if base is not None and profile is not None and profile.own and indicator.target is not None:
            base = next(self.reach.find(indicator.target.value, only(ONE), base), None)
        return Line(indicator, profile, _wanted(indicator), base)

    # Facts

    def values(self, line: Line, wanted: Interval, facts: Facts | None = None) -> Iterator[Facts]:
        """Facts with which the measure lies in an interval."""
        base = line.base if facts is None else facts
        if base is not None:
            yield from islice(self.reach.find(line.indicator.measure, wanted, base), TRIES)

    def giving(self, line: Line, points: Fraction, facts: Facts | None = None) -> Iterator[Facts]:
        """Facts with which an indicator gives just these points."""
        if line.profile is not None:
            for values in line.profile.giving(points):
                yield from self.values(line, values, facts)
            return
        base = line.base if facts is None else facts
        if base is not None:
            for level in levels(line.indicator, points):
                yield from islice(self.reach.be(line.indicator.measure, level, base), TRIES)

    def scored(self, line: Line, points: Fraction, facts: Facts) -> Iterator[Facts]:
        """The same facts, and more with which an indicator exists for this person and gives just these points."""
        indicator, profile = line.indicator, line.profile
        starts: Iterator[Facts] = iter((facts,))
        if indicator.applies is not None:
            starts = self.reach.hold(indicator.applies, True, facts)
        for start in starts:
            owns: Iterator[Facts] = iter((start,))
            if profile is not None and profile.own and indicator.target is not None:
                owns = self.reach.find(indicator.target.value, only(ONE), start)
            for own in owns:
                yield from self.giving(line, points, own)

    def pair(self, line: Line, first: Interval, second: Interval) -> Iterator[tuple[Facts, Facts]]:
        """Facts with which the measure lies in one interval, and with a single fact changed in another."""
        apart = None
        for one in self.values(line, first):
            own = [name for name in one if name not in (line.base or {})]
            for name in reversed(own):
                others = {fact: value for fact, value in one.items() if fact != name}
                for two in self.values(line, second, others):
                    if one.keys() == two.keys():
                        yield one, two
                    break
            if apart is None:
                apart = one
        if apart is not None:
            yield from ((apart, two) for two in self.values(line, second))

    def first(self, claims: Iterator[Claim]) -> Claim | None:
        """The first claim that holds."""
        return next((one for one in islice(claims, TRIES) if confirm(self.rules, one) is not None), None)


def points_of(line: Line) -> tuple[Fraction, Fraction]:
    """The least and the most points that a value gives; 0 and the weight where neither a curve nor a list tells."""
    form, full = line.indicator.form, line.indicator.weight
    if line.profile is not None:
        return line.profile.least, line.profile.most
    if isinstance(form, Levels):
        found = [form.points(level, None, full) for level, _ in form.entries] + [form.otherwise]
        known = [min(max(one, ZERO), full) for one in found if one is not None]
        return min(known), max(known)
    return ZERO, full


def levels(indicator: Indicator, points: Fraction) -> Iterator[str]:
    """The levels, told by texts, that give just these points."""
    if isinstance(indicator.form, Levels):
        for level, _ in indicator.form.entries:
            if isinstance(level, str) and indicator.form.points(level, None, indicator.weight) == points:
                yield level


def _wanted(indicator: Indicator) -> int:
    match indicator.form:
        case Deduct(side="above") | Deduct(side=None):
            return -1
        case Deduct(side="below"):
            return 1
    operator = "" if indicator.target is None else indicator.target.operator
    return {"<": -1, ">": 1}.get(operator[:1], 0)
