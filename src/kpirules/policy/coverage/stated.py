"""Facts that are being looked for: what is settled so far, what follows from it, and the test that gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from kpirules.matrix import StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.rules import Example, Given, Past, Person, Ruleset
from kpirules.periods import Period, PeriodKind, shorter
from kpirules.scoring.reference import Reference
from kpirules.scoring.through_time import summary

Value = e.Value | None


@dataclass(frozen=True, slots=True)
class At:
    """Whose fact it is, of how many periods before, and of which kind of shorter period (None: the policy's own).

    first: in how many of the shorter periods it has its value; None: in all of them.
    """

    person: int = 0
    back: int = 0
    grain: str | None = None
    first: int | None = None


HERE = At()


@dataclass(frozen=True, slots=True)
class Spot:
    """One fact of one person in one period, or in each of its shorter periods."""

    person: int
    back: int
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a spot is given; first: in how many of the shorter periods, None: in all, or there are none."""

    value: Value
    first: int | None = None


Facts = Mapping[Spot, Told]
NOTHING: Final[Facts] = {}
#: Names for the people of a test with several.
_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Open(Exception):
    """Something depends on a fact that is not settled yet."""


class Stated(Reference):
    """The reference of settled facts, a row for each person that they are about. Raises Open where another has a say.

    closed: every other fact is missing. Rows are all of the period and length that `at` says.
    """

    def __init__(self, rules: Ruleset, facts: Facts, at: At, period: Period, *, closed: bool = False) -> None:
        count = 1 + max([at.person, *(spot.person for spot in facts)])
        people, names = np.arange(count, dtype=np.int32), [str(number) for number in range(count)]
        times = np.zeros(count, np.int32)
        super().__init__(rules, StaffPeriodMatrix(people, names, times, (str(period),), {}), at.grain)
        self._stated = facts
        self._at = at
        self._period = period
        self._closed = closed

    def _moved(self, at: At) -> Stated:
        return Stated(self.rules, self._stated, at, self._period, closed=self._closed)

    def value(self, expr: e.Expr, row: int) -> Value:
        match expr:
            case e.MeasureOf(name) if (told := self._told(name, row)) is not None:
                return told.value
            case e.Aggregate(name):
                return self.fact(name, row)
            case e.Within():
                return self._over(expr, row)
            case e.Earlier(item, back):
                return self._earlier(back).value(item, row)
            case e.Recent(_, _, count, _, item):
                values = [self._earlier(back).value(item, row) for back in range(count)]
                return summary(expr, [one if isinstance(one, Fraction) else None for one in values])
            case e.Group(e.Over.COUNT, None) | e.Rank() if not self._closed and len(self.facts) == 1:
                raise Open  # others may join
            case _:
                return super().value(expr, row)

    def _earlier(self, back: int) -> Stated:
        return self._moved(replace(self._at, back=self._at.back + back))

    def fact(self, name: str, row: int) -> Value:
        declared = self.rules.inputs.get(name)
        told = self._told(name, row)
        if told is None:
            if not self._closed:
                raise Open
            told = Told(None)
        return declared.missing if told.value is None and declared is not None else told.value

    def _told(self, name: str, person: int) -> Told | None:
        found = self._stated.get(Spot(person, self._at.back, name))
        declared = self.rules.inputs.get(name)
        if found is None and declared is not None and declared.attribute:
            return self._stated.get(Spot(person, 0, name))
        return found

    def _over(self, over: e.Within, row: int) -> Value:
        """A summary over shorter periods that are all alike, or are missing after the first few."""
        inner = self._moved(replace(self._at, grain=over.grain))
        count = len(shorter(self._period, PeriodKind(over.grain)))
        told = [
            one.first for spot, one in self._stated.items() if spot.person == row and one.first is not None
        ]
        alike = min([count, *told])
        holds = over.where is None or inner.value(over.where, row) is True
        item = None if over.item is None else inner.value(over.item, row)
        match over.kind:
            case e.Over.COUNT:
                return Fraction(alike if holds else 0)
            case e.Over.SHARE:
                return Fraction(int(holds))
            case e.Over.SUM:
                if not holds or item is None:
                    return Fraction(0)
                assert isinstance(item, Fraction)
                return alike * item
            case _:
                return item if holds else None


def with_fact(facts: Facts, at: At, name: str, value: Value) -> Facts:
    """The facts with one more."""
    return {**facts, Spot(at.person, at.back, name): Told(value, at.first)}


def example_of(
    rules: Ruleset, rollup: str | None, facts: Facts, settings: Mapping[str, e.Value], own: Period
) -> Example:
    """The test that gives the facts. rules: the policy or the roll-up that they are facts of."""
    here = rules.span
    people: list[Person] = []
    given = tuple(Given(name, value, here) for name, value in settings.items())
    count = 1 + max((spot.person for spot in facts), default=0)
    for number in range(count):
        mine = {spot: told for spot, told in facts.items() if spot.person == number}
        backs = sorted({spot.back for spot in mine if spot.back})
        past: list[Past] = []
        for back in reversed(backs):
            period = own
            for _ in range(back):
                period = period.previous()
            past.append(Past(period, _given(rules, mine, back, own), ()))
        name = _NAMES[number] if count > 1 else ""
        people.append(Person(name, _given(rules, mine, 0, own), (), here, tuple(past)))
    return Example("", given, tuple(people), here, own, rollup=rollup)


def _given(rules: Ruleset, facts: Facts, back: int, own: Period) -> tuple[Given, ...]:
    return tuple(
        given_of(rules, spot.name, told, own)
        for spot, told in facts.items()
        if spot.back == back and not _by_default(rules, spot.name, told)
    )


def _by_default(rules: Ruleset, name: str, told: Told) -> bool:
    """Whether a fact has the value anyway, without being given."""
    declared = rules.inputs.get(name)
    default = None if declared is None else declared.missing
    return default is not None and told.first is None and told.value == default


def given_of(rules: Ruleset, name: str, told: Told, own: Period) -> Given:
    """A fact as a test gives it: what is about shorter periods, for each of them."""
    grain = grain_of(rules, name)
    if grain is None:
        return Given(name, told.value, rules.span)
    count = len(shorter(own, PeriodKind(grain)))
    first = count if told.first is None else told.first
    series = tuple(told.value if place < first else None for place in range(count))
    return Given(name, None, rules.span, series)


def grain_of(rules: Ruleset, name: str) -> str | None:
    """The kind of shorter period that an input or measure is given for."""
    one = rules.inputs.get(name) or rules.measures.get(name)
    return None if one is None else one.grain
