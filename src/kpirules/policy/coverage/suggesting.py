"""Writes the tests that a policy lacks: facts that reach each point, and what the policy gives for them now.

What is expected is what comes out today, right or wrong; a person has to confirm it, and each test says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from kpirules.diagnostics import Language
from kpirules.model import expressions as e
from kpirules.model.rules import Example, Ruleset
from kpirules.model.testperiods import usual_period
from kpirules.policy.coverage.points import Point, Sort
from kpirules.policy.coverage.reached import Cause, Reached, Tested
from kpirules.policy.coverage.solving import Solver
from kpirules.policy.coverage.stated import Facts, example_of
from kpirules.policy.coverage.values import writable
from kpirules.policy.coverage.writing import Expectation, Writer
from kpirules.policy.examples import Played, actual_value, play
from kpirules.units import Unit

#: So many proposals of the solver are played for one point.
_MOST_PLAYED = 12
#: Parameters with more values than this are not tried out.
_MOST_CHOICES = 12
#: Points inside the definition of a measure, which must then not be stated itself.
_INSIDE = frozenset({Sort.BRANCH, Sort.RULE})
_OF_TOTAL = frozenset({Sort.GRADE, Sort.QUOTA, Sort.VETO, Sort.ADJUSTMENT, Sort.LIMIT})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A test that reaches a point that none reached. text: as it is to be appended to the policy, with the comment above it."""

    reached: Reached
    example: Example
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """tests: in the order of the points; without: points that can perhaps be reached, and for which no facts were found."""

    tests: tuple[Suggestion, ...]
    without: tuple[Reached, ...]

    def without_tests(self, titles: Collection[str]) -> Suggestions:
        """The rest of the tests; what the others were for has no facts."""
        kept = tuple(one for one in self.tests if one.title not in titles)
        left = tuple(one.reached for one in self.tests if one.title in titles)
        return Suggestions(kept, (*self.without, *left))


@dataclass(slots=True)
class Suggesting:
    """Looks for the missing tests of one policy. language: the vocabulary that it is written in."""

    tested: Tested
    language: Language
    _solvers: dict[tuple[str | None, tuple[tuple[str, e.Value], ...], frozenset[str]], Solver] = field(
        default_factory=dict
    )
    _titles: set[str] = field(default_factory=set)

    def suggestions(self) -> Suggestions:
        """A test for every point that no test reaches, and that no suggestion before it reaches by the way."""
        self._titles = {one.title for one in self.tested.rules.examples}
        wanted = [
            one
            for one in self.tested.coverage().unreached
            if one.why is None or one.why.cause is not Cause.NEVER
        ]
        found: dict[Reached, Suggestion] = {}
        done: set[tuple[str | None, Point]] = set()
        # Edges before the stretches beside them, which they reach by the way: their titles say more.
        for one in sorted(wanted, key=lambda one: one.point.sort is not Sort.EDGE):
            if (one.rollup, one.point) in done:
                continue
            test = self.test(one.point, one.rollup)
            if test is not None:
                played, settings = test
                done |= {(one.rollup, point) for point in self.tested.reached_by(played)}
                found[one] = self._written(one, played, settings)
        return Suggestions(
            tuple(found[one] for one in wanted if one in found),
            tuple(one for one in wanted if (one.rollup, one.point) not in done),
        )

    def hint(self, one: Reached) -> str | None:
        """The facts of a test that would reach the point, on one line; None where it has none, or several people."""
        if one.why is not None and one.why.cause is Cause.NEVER:
            return None
        found = self.test(one.point, one.rollup)
        if found is None:
            return None
        played, settings = found
        return Writer(self.tested.part(one.rollup, settings), self.language).facts(played.example)

    def test(self, point: Point, rollup: str | None) -> tuple[Played, Mapping[str, e.Value]] | None:
        """A test that reaches the point, as the reference has found; None where no facts were found."""
        for settings in self._settings(point):
            same = {one.key: one for one in self.tested.points(rollup, settings)}.get(point.key)
            if same is None:
                continue
            rules = self.tested.part(rollup, settings)
            solver = self._solver(rollup, settings, same)
            for facts in islice(solver.reaching(same), _MOST_PLAYED):
                played = self._play(rules, rollup, facts, settings)
                if point in self.tested.reached_by(played):
                    return played, settings
        return None

    def _settings(self, point: Point) -> Iterator[dict[str, e.Value]]:
        """The parameters as they are, then each that the point speaks of with the other values that its type lists."""
        own = self.tested.settings
        yield dict(own)
        spoken_of = {
            one.parameter for one in e.walk(point.condition) if isinstance(one, e.Constant) and one.parameter
        }
        for name in sorted(spoken_of):
            type_ = self.tested.rules.parameters[name].type
            values: tuple[e.Value, ...] = (
                (True, False) if type_.unit is Unit.BOOLEAN else type_.choices[:_MOST_CHOICES]
            )
            for value in values:
                if value != own.get(name, self.tested.rules.parameters[name].value):
                    yield {**own, name: value}

    def _solver(self, rollup: str | None, settings: Mapping[str, e.Value], point: Point) -> Solver:
        closed = frozenset({point.owner}) if point.sort in _INSIDE else frozenset()
        key = rollup, tuple(sorted(settings.items())), closed
        if key not in self._solvers:
            rules = self.tested.part(rollup, settings)
            self._solvers[key] = Solver(rules, usual_period(rules), closed)
        return self._solvers[key]

    def _play(
        self, rules: Ruleset, rollup: str | None, facts: Facts, settings: Mapping[str, e.Value]
    ) -> Played:
        example = example_of(rules, rollup, facts, settings, usual_period(rules))
        return play(self.tested.rules, self.tested.ruleset, example)

    # Text

    def _written(self, one: Reached, played: Played, settings: Mapping[str, e.Value]) -> Suggestion:
        point = one.point
        chinese = self.language == "zh"
        whose = (point.label or point.owner).replace('"', "'").replace("\n", " ")
        words = point.words.read(self.language).replace('"', "'")
        title = self._title(f"{whose}：{words}" if chinese else f"{whose}: {words}")
        comment = (
            f"待确认（{point.owner}）：{words}。期望值是制度目前给出的结果。"
            if chinese
            else f"To be confirmed ({point.owner}): {words}. What is expected is what the policy gives now."
        )
        rules = self.tested.part(one.rollup, settings)
        writer = Writer(rules, self.language)
        text = writer.test(played.example, title, comment, tuple(self._expected(point, played)))
        return Suggestion(one, played.example, title, text)

    def _title(self, wanted: str) -> str:
        """A title that no other test has."""
        found, number = wanted, 1
        while found in self._titles:
            number += 1
            found = f"{wanted} ({number})"
        self._titles.add(found)
        return found

    def _expected(self, point: Point, played: Played) -> Iterator[Expectation]:
        """What the policy gives the first person: for what the point belongs to, else the total."""
        rules = played.rules
        names: list[tuple[str, Unit]] = []
        outcomes = {one.id: one.unit for one in rules.outcomes}
        outcomes |= {one.id: one.unit for one in rules.adjustments.lines}
        measure = rules.measures.get(point.owner)
        if point.owner in outcomes:
            names.append((point.owner, outcomes[point.owner]))
        elif any(one.id == point.owner for one in rules.indicators):
            names.append((point.owner, Unit.POINTS))
        elif measure is not None and measure.grain is None and point.owner not in played.rows[0].facts:
            names.append((point.owner, measure.value.unit))
        of_total = point.sort in _OF_TOTAL or any(one.id == point.owner for one in rules.grades)
        found = [Expectation(name, _actual(played, name), unit) for name, unit in names]
        found = [one for one in found if _can_be_written(one)]
        if of_total or not found:
            found.append(Expectation("total", _actual(played, "total"), Unit.POINTS))
            if rules.grades:
                found.append(Expectation("grade", _actual(played, "grade"), Unit.TEXT))
        yield from found


def _actual(played: Played, name: str) -> e.Value | None:
    return actual_value(played.reference, played.rules, name, 0)


def _can_be_written(one: Expectation) -> bool:
    if isinstance(one.value, str):
        return not set(one.value) & {'"', "\n", "\\"}
    return not isinstance(one.value, Fraction) or writable(one.value, one.unit)
