"""What would have been needed for the next grade: points of the total, and single facts that by themselves would have done.

Everything else is left as it was: other facts, other people. A value is named only where the reference, worked out anew
with it, gives a better grade, and where the value one step nearer to the real one does not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.results.levers import Lever, edges_of, facts_for, measure_of, whole
from kpirules.results.trial import Changed, Otherwise, Trial
from kpirules.scoring.reference import Reference

#: A number is tried this many doublings away from what it was.
_DOUBLINGS = 40


@dataclass(frozen=True, slots=True)
class Instead:
    """A fact as it would have had to be, everything else the same, with the total and the grade (its place) then."""

    lever: Lever
    value: e.Value
    total: Fraction
    grade: int


@dataclass(frozen=True, slots=True)
class NextGrade:
    """grade: its place in the policy's list. needed: the least published total that gives it, as far as that decides.

    total: the published one. vetoes: ids of those that hold the grade or the total down. asked: whether single facts
    were tried. instead: those that would have done.
    """

    grade: int
    total: Fraction
    needed: Fraction | None
    vetoes: tuple[str, ...]
    limited: bool
    asked: bool
    instead: tuple[Instead, ...]


class Ahead:
    """Works it out for rows of one table of facts."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._rules: Ruleset = reference.rules

    def of(self, row: int) -> NextGrade | None:
        """None where there is no better grade, or no grade at all; a spell has no grade of its own."""
        reference, rules = self._reference, self._rules
        if rules.split is not None:
            return None
        place = reference.grade(row) if reference.is_appraised(row) else -1
        total = reference.total(row)
        if place < 1 or total is None:
            return None
        asked = rules.total is None  # a roll-up reads published results, which are no facts
        needed = self._needed(row, place, total)
        better = place - 1 if needed is None else self._with_total(row, needed)
        instead = tuple(self._instead(row, place, needed)) if asked else ()
        own = reference.own_grade(row)
        return NextGrade(better, total, needed, tuple(self._vetoes(row, place)), own < place, asked, instead)

    # By the total

    def _needed(self, row: int, place: int, total: Fraction) -> Fraction | None:
        """The least total that gives a better grade; None where none does, since a veto holds it."""
        step = self._rules.total_rounding.step
        lows = [grade.low for grade in self._rules.grades[:place] if grade.low is not None]
        tries = {-(-low // step) * step for low in lows}
        if self._rules.limited is not None:
            for other in self._reference.appraised:
                theirs = self._reference.total(other)
                if (
                    theirs is not None
                    and self._reference.facts.period[other] == self._reference.facts.period[row]
                ):
                    tries |= {theirs, theirs + step}
        # A higher total never gives a worse grade while all others stay as they are.
        higher = sorted(one for one in tries if one > total)
        at = bisect_left(higher, True, key=lambda one: 0 <= self._with_total(row, one) < place)
        return higher[at] if at < len(higher) else None

    def _with_total(self, row: int, total: Fraction) -> int:
        return Trial(self._reference, row, Otherwise(total, total=True), frozenset()).grade(row)

    def _vetoes(self, row: int, place: int) -> Iterator[str]:
        """Vetoes that stand in the way: of the grade, or of the total that it would take."""
        reference = self._reference
        adjusted = reference.adjusted_total(row)
        lowered = () if adjusted is None else adjusted.vetoed
        for one in self._rules.adjustments.lines:
            holds = one.place is not None and one.place >= place and reference.value(one.value, row) is True
            if holds or one in lowered:
                yield one.id

    # By single facts

    def _shares(self, lever: Lever, row: int) -> Iterator[str]:
        """The indicators with this fact that measure a share of a whole."""
        scored = self._reference.indicators(row)
        for one in self._rules.indicators:
            found = scored.get(one.id)
            if one.id in lever.entered and found is not None and isinstance(found.measure, Fraction):
                edges = edges_of(one, found.target)
                if whole(one.measure.unit, found.measure, tuple(edges)) is not None:
                    yield one.id

    def _instead(self, row: int, place: int, needed: Fraction | None) -> Iterator[Instead]:
        done: set[str] = set()
        for lever in facts_for(self._rules, self._reference, row):
            found = self._by(lever, row, place, needed)
            if found is not None:
                done |= lever.entered
                yield found
        for one in self._rules.indicators:
            measure = None if one.id in done else measure_of(self._reference, row, one)
            # A measure that is a fact has been tried as such.
            if measure is not None and not isinstance(measure.measure, e.Fact | e.Aggregate):
                found = self._by(measure, row, place, needed)
                if found is not None:
                    yield found

    def _by(self, lever: Lever, row: int, place: int, needed: Fraction | None) -> Instead | None:
        counted, shares = _counted(self._reference, row), frozenset(self._shares(lever, row))

        def reaches(value: e.Value, full: bool = False) -> bool:
            trial = Trial(self._reference, row, _otherwise(lever, value), lever.entered, full)
            # Whoever is better off because something is not scored any more has not done better.
            fair = trial.is_appraised(row) and (
                full or (_counted(trial, row) == counted and not _overfull(trial, row, shares))
            )
            total = trial.total(row) if fair else None
            # Quotas ask about everybody; what they leave is known as a total already.
            enough = needed is None or (total is not None and total >= needed)
            return fair and enough and 0 <= trial.own_grade(row) < place

        if not lever.adjusts and not reaches(lever.now, full=True):
            return None  # not even full marks would do
        found: e.Value | None
        if isinstance(lever.now, Fraction):
            found = nearest(lever, lever.now, reaches)
        else:
            found = next((one for one in lever.choices if reaches(one)), None)
        if found is None:
            return None
        checked = Changed(self._reference, row, _otherwise(lever, found))
        total = checked.total(row) if checked.is_appraised(row) else None
        grade = checked.grade(row)
        return None if total is None or not 0 <= grade < place else Instead(lever, found, total, grade)


def _overfull(trial: Reference, row: int, shares: frozenset[str]) -> bool:
    """Whether a share would be more than the whole, such as more reports in time than there were."""
    measures = (trial.indicators(row)[id].measure for id in shares)
    return any(isinstance(one, Fraction) and one > 1 for one in measures)


def _counted(reference: Reference, row: int) -> frozenset[str]:
    """The indicators that are scored by what was measured."""
    return frozenset(id for id, one in reference.indicators(row).items() if not one.absent)


def _otherwise(lever: Lever, value: e.Value) -> Otherwise:
    return Otherwise(value, fact=lever.fact, measure=lever.measure if lever.fact is None else None)


def nearest(lever: Lever, now: Fraction, reaches: Callable[[e.Value], bool]) -> Fraction | None:
    """The value on the lever's grid nearest to what it was that reaches the grade; on either side none lies nearer

    where points go one way only between two edges of the form.
    """
    grid = lever.grid
    found: list[Fraction] = []
    for sign in (1, -1):
        start = grid.below(now) + 1 if sign > 0 else -(-(now - grid.origin) // grid.step) - 1
        far = {start - sign} | {start + sign * (2**power - 1) for power in range(_DOUBLINGS)}
        for edge in lever.edges:
            at = grid.below(edge)
            far |= {one for one in (at - 1, at, at + 1) if (one - start) * sign >= 0}
        for bound in (grid.low, grid.high):
            if bound is not None:
                far |= {one for one in (grid.below(bound),) if (one - start) * sign >= 0}
        before: int | None = None
        for one in sorted(far, key=lambda one: sign * one):
            if one != start - sign:
                if not grid.holds(grid.at(one)):
                    break
                if reaches(grid.at(one)):
                    found.append(grid.at(_first(grid.at, before, one, sign, reaches)))
                    break
            before = one
    return min(found, key=lambda one: abs(one - now), default=None)


def _first(
    at: Callable[[int], Fraction],
    before: int | None,
    reached: int,
    sign: int,
    reaches: Callable[[e.Value], bool],
) -> int:
    """The first place after `before`, which does not reach it, up to one that does."""
    fails = before if before is not None else reached - sign
    while abs(reached - fails) > 1:
        middle = (reached + fails) // 2
        if reaches(at(middle)):
            reached = middle
        else:
            fails = middle
    return reached
