"""Counts and sums over the rows of a comparison, in whole numbers of any size; tallies of parts of the rows add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kpirules.matrix import MISSING, Integers
from kpirules.plugin.simulated import Amount, Counts, Figures, Heads
from kpirules.policy.simulation.framing import Frame, Side

#: Places of what can become of a row, in the order of `simulation.Counts`.
UP, DOWN, SAME, ONLY_OLD, ONLY_NEW, NONE = range(6)
_HALF = 31
_SMALL = 2**62


@dataclass(slots=True)
class Summed:
    """One numeric consequence: sums in steps, and how many rows go up, down, or neither."""

    old: int = 0
    new: int = 0
    up: int = 0
    down: int = 0

    def add(self, other: Summed) -> None:
        self.old += other.old
        self.new += other.new
        self.up += other.up
        self.down += other.down


@dataclass(slots=True)
class Held:
    """How many rows have something: before, after, and after or before alone."""

    old: int = 0
    new: int = 0
    gained: int = 0
    lost: int = 0

    def add(self, other: Held) -> None:
        self.old += other.old
        self.new += other.new
        self.gained += other.gained
        self.lost += other.lost


@dataclass(slots=True)
class Tally:
    """What `simulation.Figures` is made of. texts: by id and text."""

    rows: int = 0
    fates: list[int] = field(default_factory=lambda: [0] * 6)
    sum_old: int = 0
    sum_new: int = 0
    grades_old: Counter[int] = field(default_factory=Counter)
    grades_new: Counter[int] = field(default_factory=Counter)
    numbers: dict[str, Summed] = field(default_factory=dict)
    flags: dict[str, Held] = field(default_factory=dict)
    texts: dict[tuple[str, str], Held] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        self.rows += other.rows
        self.fates = [one + more for one, more in zip(self.fates, other.fates, strict=True)]
        self.sum_old += other.sum_old
        self.sum_new += other.sum_new
        self.grades_old.update(other.grades_old)
        self.grades_new.update(other.grades_new)
        for name, summed in other.numbers.items():
            self.numbers.setdefault(name, Summed()).add(summed)
        for name, held in other.flags.items():
            self.flags.setdefault(name, Held()).add(held)
        for key, held in other.texts.items():
            self.texts.setdefault(key, Held()).add(held)

    def figures(self, frame: Frame) -> Figures:
        """The same in the units that readers know."""
        up, down, same, only_old, only_new, none = self.fates
        return Figures(
            rows=self.rows,
            counts=Counts(up, down, same, only_old, only_new, none),
            sum_old=self.sum_old * frame.total_step,
            sum_new=self.sum_new * frame.total_step,
            scored_old=up + down + same + only_old,
            scored_new=up + down + same + only_new,
            grades_old=tuple(self.grades_old[place] for place in range(len(frame.levels))),
            grades_new=tuple(self.grades_new[place] for place in range(len(frame.levels))),
            amounts=tuple(self._amounts(frame)),
            heads=tuple(self._heads(frame)),
        )

    def _amounts(self, frame: Frame) -> list[Amount]:
        found = []
        for one in frame.numbers:
            made = self.numbers.get(one.id, Summed())
            same = self.rows - made.up - made.down
            old, new = made.old * one.step, made.new * one.step
            found.append(
                Amount(one.id, one.label, one.kind, one.notation, old, new, made.up, made.down, same)
            )
        return found

    def _heads(self, frame: Frame) -> list[Heads]:
        found = []
        for flag in frame.flags:
            held = self.flags.get(flag.id, Held())
            found.append(
                Heads(flag.id, flag.label, flag.kind, None, held.old, held.new, held.gained, held.lost)
            )
        for text in frame.texts:
            for (name, words), held in sorted(self.texts.items()):
                if name == text.id:
                    found.append(
                        Heads(
                            text.id, text.label, text.kind, words, held.old, held.new, held.gained, held.lost
                        )
                    )
        return found


def fates(old: Side, new: Side) -> Integers:
    """What becomes of every row: UP, DOWN, ..."""
    before, after = old.total != MISSING, new.total != MISSING
    both = np.select([new.total > old.total, new.total < old.total], [UP, DOWN], SAME)
    return np.select([before & after, before, after], [both, ONLY_OLD, ONLY_NEW], NONE)


def tallies(frame: Frame, old: Side, new: Side, group: Integers, size: int) -> list[Tally]:
    """The tally of every group of rows. group: of each row its group, from 0 to below `size`."""
    made = [Tally() for _ in range(size)]
    _count(made, "rows", group)
    for place, counted in enumerate(_crossed(group, size, fates(old, new), 6)):
        made[place].fates = counted.tolist()
    for place, (below, above) in enumerate(
        zip(grouped_sum(old.total, group, size), grouped_sum(new.total, group, size), strict=True)
    ):
        made[place].sum_old, made[place].sum_new = below, above
    levels = len(frame.levels)
    for place, (below, above) in enumerate(
        zip(_crossed(group, size, old.level, levels), _crossed(group, size, new.level, levels), strict=True)
    ):
        made[place].grades_old = Counter(dict(enumerate(below.tolist())))
        made[place].grades_new = Counter(dict(enumerate(above.tolist())))
    for number in frame.numbers:
        _numbers(made, number.id, old.numbers[number.id], new.numbers[number.id], group)
    for flag in frame.flags:
        held = _held(old.flags[flag.id] == 1, new.flags[flag.id] == 1, group, size)
        for place, one in enumerate(held):
            made[place].flags[flag.id] = one
    for text in frame.texts:
        _texts(made, text.id, old.texts[text.id], new.texts[text.id], group)
    return made


def _count(made: list[Tally], name: str, group: Integers) -> None:
    for place, count in enumerate(np.bincount(group, minlength=len(made)).tolist()):
        setattr(made[place], name, count)


def _crossed(group: Integers, size: int, codes: Integers, kinds: int) -> npt.NDArray[np.int64]:
    """How many rows of each group have each code."""
    return np.bincount(group * kinds + codes, minlength=size * kinds).reshape(size, kinds)


def _numbers(made: list[Tally], name: str, old: Integers, new: Integers, group: Integers) -> None:
    below, above = np.where(old == MISSING, 0, old), np.where(new == MISSING, 0, new)
    size = len(made)
    sums = zip(grouped_sum(old, group, size), grouped_sum(new, group, size), strict=True)
    ups = np.bincount(group[above > below], minlength=size).tolist()
    downs = np.bincount(group[above < below], minlength=size).tolist()
    for place, (before, after) in enumerate(sums):
        made[place].numbers[name] = Summed(before, after, ups[place], downs[place])


def _held(old: npt.NDArray[np.bool_], new: npt.NDArray[np.bool_], group: Integers, size: int) -> list[Held]:
    counts = [
        np.bincount(group[chosen], minlength=size).tolist() for chosen in (old, new, new & ~old, old & ~new)
    ]
    return [Held(*four) for four in zip(*counts, strict=True)]


Coded = tuple[npt.NDArray[np.int32], tuple[str, ...]]


def _texts(made: list[Tally], name: str, old: Coded, new: Coded, group: Integers) -> None:
    for word in sorted({*old[1], *new[1]}):
        before, after = _is(old, word), _is(new, word)
        for place, held in enumerate(_held(before, after, group, len(made))):
            if held.old or held.new:
                made[place].texts[name, word] = held


def _is(coded: Coded, word: str) -> npt.NDArray[np.bool_]:
    codes, words = coded
    return np.isin(codes, [place for place, one in enumerate(words) if one == word])


def grouped_sum(values: Integers, group: Integers, size: int) -> list[int]:
    """The sum of the values of every group, missing ones left out; exact."""
    there = np.where(values == MISSING, 0, values)
    most = int(np.abs(there).max(initial=0))
    if most * max(1, len(there)) < _SMALL:
        return [int(one) for one in _added(there, group, size)]
    low = _added(there & (2**_HALF - 1), group, size).tolist()
    high = _added(there >> _HALF, group, size).tolist()
    return [(above << _HALF) + below for above, below in zip(high, low, strict=True)]


def _added(values: Integers, group: Integers, size: int) -> npt.NDArray[Any]:
    if size == 1:
        return np.array([values.sum()])
    found = np.zeros(size, np.int64)
    np.add.at(found, group, values)
    return found


def tally(frame: Frame, old: Side, new: Side) -> Tally:
    """The tally of all rows."""
    return tallies(frame, old, new, np.zeros(len(old.total), np.int64), 1)[0]
