"""What would have been needed for the next grade: points of the total, and single facts that by themselves would have done.

Everything else is left as it was: other facts, other people. A value is named only where the reference gives a better
grade with it, and where the value one step nearer to the real one does not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.results.levers import Lever, edges_of, facts_for, measure_of, whole
from kpirules.results.trial import Changed, Otherwise, Trial, across, opened, reads
from kpirules.scoring.reference import Reference

#: A number is tried this many doublings away from what it was.
_DOUBLINGS = 27


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
        across_people = across(reference.rules)
        self._compared = reads(reference.rules, *across_people)
        self._inside = {id(part) for part in opened(reference.rules, *across_people)}

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
        return Trial(self._reference, row, Otherwise(total, total=True), frozenset(), apart=True).place()

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
        tries = _Tries(self._reference, row, lever, place, needed, self._apart(lever))
        if not lever.adjusts and not tries.reaches(lever.now, full=True):
            return None  # not even full marks would do
        found: e.Value | None
        if isinstance(lever.now, Fraction):
            found = nearest(lever, lever.now, tries.may, tries.reaches)
        else:
            found = next((one for one in lever.choices if tries.may(one) and tries.reaches(one)), None)
        if found is None:
            return None
        total, grade = tries.worked_out(found)
        return None if total is None or not 0 <= grade < place else Instead(lever, found, total, grade)

    def _apart(self, lever: Lever) -> bool:
        """Whether it enters nothing in which people are compared, so that for others all stays as it is."""
        return (
            lever.fact not in self._compared
            if lever.fact is not None
            else id(lever.measure) not in self._inside
        )


class _Tries:
    """What would come of values of one fact. place: of the grade as it is; needed: the total that a better one takes."""

    def __init__(
        self,
        reference: Reference,
        row: int,
        lever: Lever,
        place: int,
        needed: Fraction | None,
        apart: bool,
    ) -> None:
        self._reference = reference
        self._row = row
        self._lever = lever
        self._place = place
        self._needed = needed
        self._apart = apart
        self._counted = _counted(reference, row)
        self._shares = frozenset(self._whole())

    def may(self, value: e.Value) -> bool:
        """Whether it tells of better work, and not of less of it.

        Whoever is better off because something is not scored any more has not done better, and no more reports are in
        time than there are.
        """
        trial, row = self._trial(value), self._row
        if not trial.is_appraised(row) or _counted(trial, row) != self._counted:
            return False
        measures = (trial.indicators(row)[id].measure for id in self._shares)
        return not any(isinstance(one, Fraction) and one > 1 for one in measures)

    def reaches(self, value: e.Value, full: bool = False) -> bool:
        """Whether it gives a better grade, as far as that can be told without asking about everybody else."""
        trial = self._trial(value, full)
        total = trial.total(self._row)
        # Quotas ask about everybody; what they leave is known as a total already.
        enough = self._needed is None or (total is not None and total >= self._needed)
        return enough and 0 <= trial.own_grade(self._row) < self._place

    def worked_out(self, value: e.Value) -> tuple[Fraction | None, int]:
        """The total and the place of the grade with it: of somebody apart from others, or of everybody anew."""
        if self._apart:
            trial = self._trial(value)
            return trial.total(self._row), trial.place()
        changed = Changed(self._reference, self._row, _otherwise(self._lever, value))
        if not changed.is_appraised(self._row):
            return None, -1
        return changed.total(self._row), changed.grade(self._row)

    def _trial(self, value: e.Value, full: bool = False) -> Trial:
        other, entered = _otherwise(self._lever, value), self._lever.entered
        return Trial(self._reference, self._row, other, entered, apart=self._apart, full=full)

    def _whole(self) -> Iterator[str]:
        """The indicators with this fact that measure a share of a whole."""
        scored = self._reference.indicators(self._row)
        for one in self._reference.rules.indicators:
            found = scored.get(one.id)
            if one.id in self._lever.entered and found is not None and isinstance(found.measure, Fraction):
                edges = tuple(edges_of(one, found.target))
                if whole(one.measure.unit, found.measure, edges) is not None:
                    yield one.id


def _counted(reference: Reference, row: int) -> frozenset[str]:
    """The indicators that are scored by what was measured."""
    return frozenset(id for id, one in reference.indicators(row).items() if not one.absent)


def _otherwise(lever: Lever, value: e.Value) -> Otherwise:
    return Otherwise(value, fact=lever.fact, measure=lever.measure if lever.fact is None else None)


def nearest(
    lever: Lever, now: Fraction, may: Callable[[e.Value], bool], reaches: Callable[[e.Value], bool]
) -> Fraction | None:
    """The value on the lever's grid nearest to what it was that may be and reaches the grade; none lies nearer on either

    side as long as points go one way between two edges of the form, and what may be is a stretch around what was.
    """
    grid = lever.grid

    def fits(place: int) -> bool:
        return grid.holds(grid.at(place)) and may(grid.at(place))

    def does(place: int) -> bool:
        return reaches(grid.at(place))

    found: list[Fraction] = []
    for sign in (1, -1):
        before = grid.below(now) if sign > 0 else grid.above(now)
        far = {before + sign * 2**power for power in range(_DOUBLINGS)}
        far |= {at + off for edge in lever.edges for at in (grid.below(edge),) for off in (-1, 0, 1)}
        for one in sorted((at for at in far if (at - before) * sign > 0), key=lambda at: sign * at):
            reached: int | None = one
            if not fits(one):
                last = _first(before, one, lambda place: not fits(place)) - sign
                reached = last if last != before and does(last) else None
            elif not does(one):
                before = one
                continue
            if reached is not None:
                found.append(grid.at(_first(before, reached, does)))
            break
    return min(found, key=lambda one: abs(one - now), default=None)


def _first(fails: int, holds: int, condition: Callable[[int], bool]) -> int:
    """The first place from one that fails towards one that holds at which the condition does."""
    while abs(holds - fails) > 1:
        middle = (holds + fails) // 2
        if condition(middle):
            holds = middle
        else:
            fails = middle
    return holds
