"""Finds facts that other people have a say in: groups, places among others, and quotas that somebody is left out by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.policy.coverage.intervals import ZERO, Interval, compare, near
from kpirules.policy.coverage.stated import HERE, At, Facts, Spot
from kpirules.policy.coverage.totals import Totals
from kpirules.policy.coverage.turning import Turning

#: A test gets no more people than this beside the first.
MOST_PEERS = 24


@dataclass(frozen=True, slots=True)
class Others:
    """Adds people to a test as they are needed; each is settled like the first."""

    solver: Turning

    def grouped(self, expr: e.Group | e.Division, value: Fraction, facts: Facts, at: At) -> Iterator[Facts]:
        """The person alone makes up the group; of a headcount as many as are wanted."""
        for found in self._with_group(expr.by, facts, at):
            match expr:
                case e.Division(pool, share):
                    for shared in (
                        [found]
                        if share is None
                        else self.solver.holding(compare(">", share, ZERO), True, found, at)
                    ):
                        yield from self.solver.valued(pool, value, shared, at)
                case e.Group(e.Over.COUNT, None) if value.denominator == 1 and 1 <= value <= MOST_PEERS:
                    yield from self._joined(expr.by, int(value) - 1, found, at)
                case e.Group(e.Over.COUNT | e.Over.SHARE | e.Over.DISTINCT, item) if item is not None:
                    if value == 1:
                        yield from self.solver.present(item, found, at)
                    elif value == 0:
                        yield from self.solver.missing(item, found, at)
                case e.Group(_, item) if item is not None:
                    yield from self.solver.valued(item, value, found, at)

    def _with_group(self, by: Sequence[str], facts: Facts, at: At) -> Iterator[Facts]:
        """The person has the attributes that make up the group."""
        if not by:
            yield facts
            return
        attribute = e.Fact(
            by[0], self.solver.rules.inputs[by[0]].type.unit, self.solver.rules.inputs[by[0]].span
        )
        for found in self.solver.present(attribute, facts, at):
            yield from self._with_group(by[1:], found, at)
            return

    def _joined(self, by: Sequence[str], more: int, facts: Facts, at: At) -> Iterator[Facts]:
        """So many more people of the same group, whom the policy applies to."""
        if more == 0:
            yield facts
            return
        person = 1 + max((spot.person for spot in facts), default=0)
        with_group = {
            **facts,
            **{Spot(person, 0, name): facts[Spot(at.person, 0, name)] for name in by},
        }
        for found in self.solver.applying(with_group, At(person)):
            if not any(spot.person == person for spot in found) and more > 1:
                return  # there is nothing to tell them by
            yield from self._joined(by, more - 1, found, at)
            return

    def ranked(self, expr: e.Rank, value: Fraction, facts: Facts, at: At) -> Iterator[Facts]:
        """As many people with a better value as the place wants, all of one group."""
        if expr.kind is e.Place.PERCENTILE:
            behind, count = value.numerator, value.denominator
            better, worse = (count - behind - 1, behind) if behind < count else (-1, 0)
        else:
            better, worse = (int(value) - 1, 0) if value.denominator == 1 else (-1, 0)
        if better < 0 or better + worse > (0 if expr.between else MOST_PEERS):
            return
        for grouped in self._with_group(expr.by, facts, at):
            for own in self.solver.typical(expr.item):
                if isinstance(own, Fraction):
                    for found in self.solver.valued(expr.item, own, grouped, at):
                        yield from self._placed(expr, own, better, worse, found, at)

    def _placed(
        self, expr: e.Rank, own: Fraction, better: int, worse: int, facts: Facts, at: At
    ) -> Iterator[Facts]:
        """Others with values on either side of one."""
        if better == worse == 0:
            yield facts
            return
        distance = near(own, expr.item.unit)
        up = (better > 0) != expr.lowest
        beyond = (better or worse) * distance
        other = own + beyond if up else own - beyond
        person = 1 + max((spot.person for spot in facts), default=0)
        grouped = {**facts, **{Spot(person, 0, name): facts[Spot(at.person, 0, name)] for name in expr.by}}
        left = (better - 1, worse) if better else (0, worse - 1)
        for applying in self.solver.applying(grouped, At(person)):
            for found in self.solver.valued(expr.item, other, applying, At(person)):
                yield from self._placed(expr, own, *left, found, at)
                return

    def crowded(self, place: int, facts: Facts) -> Iterator[Facts]:
        """One more person of a grade than its quota lets have it, the first of them behind all others."""
        grades = self.solver.rules.grades
        quota, low = grades[place].quota, grades[place].low or ZERO
        assert quota is not None
        people = next(
            (count for count in range(1, MOST_PEERS) if max(quota.least, int(quota.share * count)) < count),
            None,
        )
        if people is None:
            return
        above = grades[place - 1].low if place else None
        for grouped in self._with_group(quota.by, facts, HERE):
            for found in Totals(self.solver).total(Interval(low, True, above, False), grouped, HERE):
                yield from self._ahead(quota.by, people - 1, Interval(low, False, above, False), found)

    def _ahead(self, by: Sequence[str], more: int, interval: Interval, facts: Facts) -> Iterator[Facts]:
        """So many more people of the group with totals in a stretch, the best that can be found."""
        if more == 0:
            yield facts
            return
        for joined in self._joined(by, 1, facts, HERE):
            person = 1 + max(spot.person for spot in facts)
            best = Interval(Fraction(100), True, Fraction(100), True).both(interval)
            for stretch in (best, interval):
                if not stretch.empty:
                    for found in Totals(self.solver).total(stretch, joined, At(person)):
                        yield from self._ahead(by, more - 1, interval, found)
                        return
