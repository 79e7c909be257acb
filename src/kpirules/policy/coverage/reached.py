"""Which points of a policy its tests reach, and why the others are not reached. The reference decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from kpirules.diagnostics import Problems, Words
from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.policy.coverage.intervals import value_words
from kpirules.policy.coverage.points import Mark, Point, Sort
from kpirules.policy.coverage.policy_points import policy_points
from kpirules.policy.coverage.possible import Possible
from kpirules.policy.coverage.values import typical
from kpirules.policy.examples import Played, Set, play, settings_of

#: Points inside the definition of a measure: a test that states the measure does not work them out.
_INSIDE = frozenset({Sort.BRANCH, Sort.RULE})


class Cause(StrEnum):
    """Why a point is not reached, as `--format json` names it. NEVER: it is proved that nothing reaches it."""

    NEVER = "never"
    NO_TEST = "no test"
    NO_VALUE = "no value"
    NEAREST = "nearest"
    ALWAYS_GIVEN = "always given"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Why:
    cause: Cause
    words: Words


@dataclass(frozen=True, slots=True)
class Reached:
    """tests: the titles of those that reach the point, in writing order; why: where none does.

    rollup: the roll-up that the point belongs to, None for the policy itself.
    """

    point: Point
    tests: tuple[str, ...]
    why: Why | None = None
    rollup: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    points: tuple[Reached, ...]

    @property
    def reached(self) -> int:
        return sum(bool(one.tests) for one in self.points)

    @property
    def unreached(self) -> tuple[Reached, ...]:
        return tuple(one for one in self.points if not one.tests)

    @property
    def impossible(self) -> int:
        """How many are proved to be out of reach."""
        return sum(one.why is not None and one.why.cause is Cause.NEVER for one in self.points)

    @property
    def possible(self) -> int:
        return len(self.points) - self.impossible

    @property
    def share(self) -> Fraction:
        """Of the points that can be reached, the share that is; all of none."""
        return Fraction(self.reached, self.possible) if self.possible else Fraction(1)


@dataclass(slots=True)
class Tested:
    """A policy with its tests worked out. rules: with values for all parameters, where a test gives those that it lacks."""

    rules: Ruleset
    with_parameters: Set
    played: tuple[Played, ...] = ()
    _known: dict[tuple[tuple[str, e.Value], ...], Ruleset] = field(default_factory=dict)
    _points: dict[tuple[tuple[tuple[str, e.Value], ...], str | None], tuple[Point, ...]] = field(
        default_factory=dict
    )
    settings: dict[str, e.Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = _settings(self.rules, self.with_parameters)
        self.played = tuple(play(self.rules, self.ruleset, one) for one in self.rules.examples)

    def ruleset(self, values: Mapping[str, e.Value]) -> Ruleset:
        """The policy with parameters set."""
        key = tuple(sorted(values.items()))
        if key not in self._known:
            self._known[key] = self.with_parameters(values) if values else self.rules
        return self._known[key]

    def part(self, rollup: str | None, settings: Mapping[str, e.Value] | None = None) -> Ruleset:
        """The policy or one of its roll-ups, with parameters set."""
        rules = self.ruleset(self.settings if settings is None else settings)
        return rules if rollup is None else rules.rollups[rollup].ruleset

    def points(self, rollup: str | None, settings: Mapping[str, e.Value] | None = None) -> tuple[Point, ...]:
        """Its points."""
        chosen = self.settings if settings is None else settings
        key = tuple(sorted(chosen.items())), rollup
        if key not in self._points:
            self._points[key] = policy_points(self.part(rollup, chosen))
        return self._points[key]

    def reached_by(self, played: Played) -> set[Point]:
        """The points, as they are without parameters of the test's own, that a test reaches."""
        rollup = played.example.rollup
        own = self.points(rollup, settings_of(self.rules, played.example))
        keys = {one.key for one in own if reaches(one, played)}
        return {one for one in self.points(rollup) if one.key in keys}

    def coverage(self) -> Coverage:
        """Every point, with the tests that reach it."""
        found: list[Reached] = []
        by_test = [(one, self.reached_by(one)) for one in self.played]
        for rollup in (None, *self.rules.rollups):
            tests = [(played, own) for played, own in by_test if played.example.rollup == rollup]
            possible = Possible(self.part(rollup))
            points = self.points(rollup)
            for point in points:
                titles = tuple(dict.fromkeys(one.example.title for one, own in tests if point in own))
                why = None
                if not titles:
                    why = _why(point, points, [one for one, _ in tests], possible)
                found.append(Reached(point, titles, why, rollup))
        return Coverage(tuple(found))


def _settings(rules: Ruleset, set_: Set) -> dict[str, e.Value]:
    """Values for parameters that have none: those of the first test that gives them all, else some that fit."""
    wanted = {one.name for one in rules.unset}
    for example in rules.examples if wanted else ():
        given = settings_of(rules, example)
        if wanted <= given.keys():
            return {name: given[name] for name in wanted}
    found = {
        one.name: value
        for one in rules.unset
        if (value := next(typical(one.type, None, parameter=True), None)) is not None
    }
    try:
        set_(found)
    except Problems:
        return {}
    return found


def reaches(point: Point, played: Played) -> bool:
    """Whether a test reaches a point, by the reference on the test's own rows."""
    return any(True for _ in _rows(point, played))


def _rows(point: Point, played: Played) -> Iterator[int]:
    reference = played.reference
    stated = point.owner in played.rules.measures and any(point.owner in one.facts for one in played.rows)
    if stated and point.sort in _INSIDE:
        return
    if point.grain is not None:
        inner = reference.shorter(point.grain)
        yield from (row for row in range(len(inner.facts)) if inner.value(point.condition, row) is True)
        return
    for row, one in enumerate(played.rows):
        if not point.anyone and not reference.is_appraised(row):
            continue
        match point.mark:
            case None:
                holds = reference.value(point.condition, row) is True
            case Mark.LEFT_OUT:
                given = one.facts.get(point.owner)
                holds = given is None or given.value is None
            case Mark.CUT:
                total = reference.adjusted_total(row)
                holds = total is not None and total.limited < total.plain
            case Mark.LIMITED:
                own = reference.own_grade(row)
                holds = reference.value(point.condition, row) is True and reference.grade(row) != own
        if holds:
            yield row


@dataclass(frozen=True, slots=True)
class _Tested:
    """A value that a test gives."""

    value: Fraction
    test: str
    played: Played
    row: int


def _why(point: Point, points: Sequence[Point], tests: Sequence[Played], possible: Possible) -> Why:
    """Why no test reaches a point."""
    currency = possible.rules.currency
    quota = next((one.quota for one in possible.rules.grades if one.id == point.owner), None)
    if point.mark is Mark.LIMITED and quota is not None and quota.share >= 1:
        words = Words("everybody may have the grade, as the quota is", "按现有名额，所有人都可获得此等级")
        return Why(Cause.NEVER, words)
    if possible.never(point.condition):
        words = Words(
            "nothing can reach it: the facts never have such values", "无法触及：事实不会取这样的值"
        )
        return Why(Cause.NEVER, words)
    if not tests:
        return Why(Cause.NO_TEST, Words("there is no test at all", "没有任何测试"))
    if point.sort is Sort.MISSING:
        words = Words("in no test is it missing for somebody whom it is about", "没有测试让适用的人缺失此项")
        return Why(Cause.ALWAYS_GIVEN, words)
    if point.sort is Sort.DEFAULT:
        return Why(Cause.ALWAYS_GIVEN, Words("every test gives a value for it", "每个测试都给定了它"))
    tested = [] if point.of is None else list(_values(point.of, tests))
    if point.of is not None and not any(_known(point.of, tests)):
        return Why(Cause.NO_VALUE, Words("no test gives it a value", "没有测试给出它的数值"))
    if point.of is None or point.interval is None or not tested:
        return Why(Cause.OTHER, Words("no test makes this so", "没有测试使之成立"))
    interval = point.interval
    nearest = min(tested, key=lambda one: interval.distance(one.value))
    said = value_words(nearest.value, point.of.unit, currency)
    there = next(
        (
            one.words
            for one in points
            if one.owner == point.owner
            and one.sort in (Sort.BAND, Sort.GRADE, Sort.TARGET, Sort.ENTRY)
            and nearest.row in _rows(one, nearest.played)
        ),
        None,
    )
    lies = Words("", "") if there is None else Words(f" ({there.en})", f"（{there.zh}）")
    words = Words(
        f'the nearest value that is tested is {said.en}{lies.en}, in "{nearest.test}"',
        f"最接近的已测数值为 {said.zh}{lies.zh}，见“{nearest.test}”",
    )
    return Why(Cause.NEAREST, words)


def _values(of: e.Expr, tests: Sequence[Played]) -> Iterator[_Tested]:
    """The values of an expression in all tests."""
    for played in tests:
        for row in played.reference.appraised:
            value = played.reference.value(of, row)
            if isinstance(value, Fraction):
                yield _Tested(value, played.example.title, played, row)


def _known(of: e.Expr, tests: Sequence[Played]) -> Iterator[bool]:
    """Of everybody in all tests, whether the expression has a value, of whatever kind."""
    for played in tests:
        yield from (played.reference.value(of, row) is not None for row in played.reference.appraised)
