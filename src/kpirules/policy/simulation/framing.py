"""What the results of two policies have in common, so that they can be laid side by side: the frame of a comparison.

Totals, amounts and points become whole numbers of one step each, grades places in one list of levels, texts codes of one
list. A policy that lacks a result has none of it anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np
import numpy.typing as npt

from kpirules.diagnostics import Words
from kpirules.matrix import MISSING, Flags, Integers, Labels, Result, ScoreMatrix
from kpirules.model.rules import Outcome, Ruleset
from kpirules.numbers import Rounding
from kpirules.plugin.simulated import Level, Notation
from kpirules.units import Unit

_LARGE = 2**62
NO_GRADE = Level("", Words("no grade", "无等级"))
NOT_APPRAISED = Level("", Words("not appraised", "不考核"))


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric consequence of either policy: its steps are of `step`. name: in the policies, else as `id`."""

    id: str
    name: str
    label: Words
    kind: str
    notation: Notation
    step: Fraction


@dataclass(frozen=True, slots=True)
class Flag:
    """A consequence of either policy that is yes or no, or a text."""

    id: str
    name: str
    label: Words
    kind: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The layout of both. texts: consequences in words, by id."""

    levels: tuple[Level, ...]
    total_step: Fraction
    total: Notation
    numbers: tuple[Number, ...]
    flags: tuple[Flag, ...]
    texts: tuple[Flag, ...]
    labels: Mapping[str, Words]

    @property
    def no_grade(self) -> int:
        return len(self.levels) - 2

    @property
    def not_appraised(self) -> int:
        return len(self.levels) - 1


def frame(old: Ruleset, new: Ruleset) -> Frame:
    """The frame of two policies."""
    both = (old, new)
    step = common_step(one.total_rounding.step for one in both)
    outcomes = _outcomes(both)
    numbers = [
        _number(key, found, new.currency)
        for key, found in outcomes.items()
        if found[0].rounding is not None and _summed(found[0])
    ]
    return Frame(
        levels=(*_levels(both), NO_GRADE, NOT_APPRAISED),
        total_step=step,
        total=Notation(Unit.POINTS, Rounding(step).places),
        numbers=tuple(numbers),
        flags=tuple(_flag(key, found) for key, found in outcomes.items() if found[0].unit is Unit.BOOLEAN),
        texts=tuple(_flag(key, found) for key, found in outcomes.items() if found[0].unit is Unit.TEXT),
        labels={
            name: label(name, text)
            for rules in both
            for name, text in (
                *((one.id, one.label) for one in rules.indicators),
                *((one.id, one.label) for one in rules.adjustments.lines),
            )
        },
    )


def label(name: str, text: str) -> Words:
    """What readers call something: its own label, else its name."""
    return Words(text or name, text or name)


def common_step(steps: Iterable[Fraction]) -> Fraction:
    """The greatest step of which all the given ones are multiples."""
    found = Fraction(0)
    for one in steps:
        below = found.denominator * one.denominator
        found = Fraction(gcd(found.numerator * one.denominator, one.numerator * found.denominator), below)
    return found


def _levels(both: Sequence[Ruleset]) -> list[Level]:
    """The grades of the old policy, and those of the new one each behind the one that it follows there."""
    found: list[Level] = []
    for rules in both:
        at = 0
        for grade in rules.grades:
            known = [one.id for one in found]
            if grade.id in known:
                at = known.index(grade.id) + 1
            else:
                found.insert(at, Level(grade.id, label(grade.id, grade.label)))
                at += 1
    return found


def _outcomes(both: Sequence[Ruleset]) -> dict[str, list[Outcome]]:
    """Consequences by id: of both policies where both have one of the same unit and name; the new one's label counts.

    One that has changed its unit is another thing, under its name with the unit behind it.
    """
    found: dict[str, list[Outcome]] = {}
    for rules in both:
        for one in rules.outcomes:
            there = found.get(one.id)
            same = there is None or there[0].unit is one.unit
            found.setdefault(one.id if same else f"{one.id} ({one.unit})", []).append(one)
    return found


def _summed(one: Outcome) -> bool:
    return one.unit not in (Unit.DATE, Unit.DATETIME, Unit.TEXT, Unit.BOOLEAN)


def _number(key: str, found: Sequence[Outcome], currency: str) -> Number:
    last = found[-1]
    step = common_step(one.rounding.step for one in found if one.rounding is not None)
    notation = Notation(last.unit, Rounding(step).places, currency)
    return Number(key, last.id, label(last.id, last.label), last.kind, notation, step)


def _flag(key: str, found: Sequence[Outcome]) -> Flag:
    last = found[-1]
    return Flag(key, last.id, label(last.id, last.label), last.kind)


@dataclass(frozen=True, slots=True)
class Side:
    """The results of one policy at the rows of a comparison, in the steps of its frame. MISSING where there is none.

    appraised: whether the policy is for the row. level: place in `Frame.levels`. flags: 1, 0 or -1. texts: codes into
    `words` of the same id, -1 without one.
    """

    appraised: npt.NDArray[np.bool_]
    total: Integers
    level: Integers
    numbers: Mapping[str, Integers]
    flags: Mapping[str, npt.NDArray[np.int8]]
    texts: Mapping[str, tuple[npt.NDArray[np.int32], tuple[str, ...]]]


def side(frame: Frame, scores: ScoreMatrix, at: Integers) -> Side:
    """The scores of a policy at the rows of a comparison. at: of each of these, its place in the scores, or -1.

    Raises OverflowError where a result has too many digits for the common step.
    """
    there = at >= 0
    places = np.where(there, at, 0)

    def found_at(values: npt.NDArray[np.generic], none: int) -> Integers:
        if not len(values):
            return np.full(len(at), none, np.int64)
        return np.where(there, values[places], none)

    def steps(result: Result, step: Fraction) -> Integers:
        return rescaled(found_at(result.values, MISSING), result.rounding.step / step)

    known = {one.id: place for place, one in enumerate(frame.levels[:-2])}
    of_code = np.array([*(known[name] for name in scores.grades), frame.no_grade], np.int64)
    level = np.where(there, of_code[found_at(scores.grade, -1)], frame.not_appraised)
    nothing = np.full(len(at), MISSING, np.int64)
    unknown = np.full(len(at), -1, np.int8)
    numbers: dict[str, Integers] = {}
    for one in frame.numbers:
        found = scores.outcomes.get(one.name)
        fits = isinstance(found, Result) and found.unit is one.notation.unit
        numbers[one.id] = steps(found, one.step) if fits and isinstance(found, Result) else nothing
    flags: dict[str, npt.NDArray[np.int8]] = {}
    for flag in frame.flags:
        given = scores.outcomes.get(flag.name)
        flags[flag.id] = found_at(given.values, -1).astype(np.int8) if isinstance(given, Flags) else unknown
    texts: dict[str, tuple[npt.NDArray[np.int32], tuple[str, ...]]] = {}
    for text in frame.texts:
        words = scores.outcomes.get(text.name)
        if isinstance(words, Labels):
            texts[text.id] = found_at(words.values, -1).astype(np.int32), words.choices
        else:
            texts[text.id] = np.full(len(at), -1, np.int32), ()
    return Side(there, steps(scores.total, frame.total_step), level, numbers, flags, texts)


def rescaled(values: Integers, factor: Fraction) -> Integers:
    """Steps as smaller steps."""
    by = int(factor)
    assert by == factor
    if by == 1:
        return values
    there = values != MISSING
    if np.abs(np.where(there, values, 0)).max(initial=0) > _LARGE // by:
        raise OverflowError("a published result")
    return np.where(there, values * by, MISSING)


def taken(one: Side, rows: Integers) -> Side:
    """The results at some of the rows."""
    return Side(
        one.appraised[rows],
        one.total[rows],
        one.level[rows],
        {name: values[rows] for name, values in one.numbers.items()},
        {name: values[rows] for name, values in one.flags.items()},
        {name: (codes[rows], words) for name, (codes, words) in one.texts.items()},
    )


def chosen(inside: npt.NDArray[np.bool_], new: Side, old: Side) -> Side:
    """What a pilot publishes: the new policy's results inside, the old one's elsewhere."""

    def texts(name: str) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
        (codes, words), (before, known) = new.texts[name], old.texts[name]
        moved = np.where(before >= 0, before + len(words), -1)
        return np.where(inside, codes, moved).astype(np.int32), (*words, *known)

    return Side(
        np.where(inside, new.appraised, old.appraised),
        np.where(inside, new.total, old.total),
        np.where(inside, new.level, old.level),
        {name: np.where(inside, one, old.numbers[name]) for name, one in new.numbers.items()},
        {name: np.where(inside, one, old.flags[name]) for name, one in new.flags.items()},
        {name: texts(name) for name in new.texts},
    )
