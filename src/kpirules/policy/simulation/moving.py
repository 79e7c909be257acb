"""The largest moves of a simulation, each with its reason; of every figure only so many are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from kpirules.diagnostics import Words
from kpirules.matrix import MISSING, Integers
from kpirules.plugin.simulated import AmountMove, Move, Movers, Notation, PointsMove
from kpirules.policy.simulation.accounting import Pair
from kpirules.policy.simulation.framing import Frame, Side
from kpirules.policy.simulation.placing import largest

#: The figure that every policy has.
TOTAL = "total"
#: A reason names so many parts.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """What a list of moves is about: the total, or an amount. step: of the values of `values`."""

    name: str
    label: Words
    notation: Notation
    step: Fraction

    def values(self, side: Side) -> Integers:
        """The figure at every row, in steps; MISSING where there is none."""
        return side.total if self.name == TOTAL else side.numbers[self.name]


def figures_of(frame: Frame) -> tuple[Moved, ...]:
    """The total and every amount of money: the figures of which the largest moves are told."""
    total = Moved(TOTAL, Words("total", "总分"), frame.total, frame.total_step)
    amounts = [
        Moved(one.id, one.label, one.notation, one.step) for one in frame.numbers if one.notation.is_money
    ]
    return total, *amounts


def changes(moved: Moved, pair: Pair) -> Integers:
    """By how many steps the figure changes. Of totals only where there are both; a missing amount counts as nothing."""
    old, new = moved.values(pair.old.side), moved.values(pair.published)
    if moved.name == TOTAL:
        return np.where((old != MISSING) & (new != MISSING), new - old, 0)
    return np.where(new == MISSING, 0, new) - np.where(old == MISSING, 0, old)


@dataclass(slots=True)
class MoverTally:
    """The largest moves of one figure so far."""

    moved: Moved
    most: int
    losses: list[Move] = field(default_factory=list)
    gains: list[Move] = field(default_factory=list)

    def candidates(self, pair: Pair) -> Integers:
        """Rows of a part that may be among the largest, both ways."""
        change, rows = changes(self.moved, pair), pair.met
        return np.concatenate(
            (
                largest(pair.basis, rows, change[rows], self.most),
                largest(pair.basis, rows, -change[rows], self.most),
            )
        )

    def add(self, moves: Sequence[Move]) -> None:
        self.gains = _first([*self.gains, *(one for one in moves if one.change > 0)], self.most)
        self.losses = _first([*self.losses, *(one for one in moves if one.change < 0)], self.most)

    @property
    def movers(self) -> Movers:
        one = self.moved
        return Movers(one.name, one.label, one.notation, tuple(self.losses), tuple(self.gains))


def _first(moves: list[Move], most: int) -> list[Move]:
    return sorted(moves, key=lambda one: (-abs(one.change), one.staff, one.period))[:most]


def move(
    frame: Frame,
    pair: Pair,
    row: int,
    moved: Moved,
    attributes: Mapping[str, str],
    parts: Sequence[tuple[Words, Fraction]],
) -> Move:
    """What happens to one row. parts: of the change of the figure, with what each is attributed to."""
    staff, period = pair.basis.name(row)
    old, new = pair.old.side, pair.published
    change = int(changes(moved, pair)[row]) * moved.step
    points = tuple(_points(frame, pair, row))
    return Move(
        staff=staff,
        period=period,
        change=change,
        old_total=_value(int(old.total[row]), frame.total_step),
        new_total=_value(int(new.total[row]), frame.total_step),
        old_level=int(old.level[row]),
        new_level=int(new.level[row]),
        attributes=tuple(attributes.items()),
        amounts=tuple(
            AmountMove(
                one.id,
                _value(int(old.numbers[one.id][row]), one.step),
                _value(int(new.numbers[one.id][row]), one.step),
            )
            for one in frame.numbers
        ),
        points=points,
        parts=tuple(value for _, value in parts),
        reason=_by_parts(parts, moved.notation) if parts else _by_points(points, frame.total),
    )


def _value(steps: int, step: Fraction) -> Fraction | None:
    return None if steps == MISSING else steps * step


def _points(frame: Frame, pair: Pair, row: int) -> list[PointsMove]:
    """What has other points than before, the largest difference first."""
    inside = pair.inside is None or bool(pair.inside[row])
    old = pair.old.points(row)
    new = pair.new.points(row) if inside else old
    found = [
        PointsMove(name, words, old.get(name), new.get(name))
        for name, words in frame.labels.items()
        if old.get(name) != new.get(name)
    ]
    return sorted(found, key=lambda one: -abs((one.new or Fraction(0)) - (one.old or Fraction(0))))


def _by_parts(parts: Sequence[tuple[Words, Fraction]], notation: Notation) -> Words:
    """The parts by size: "weight of complaints 40 -> 30: -6.00; allowance 3 -> 5: +1.50"."""
    there = sorted((one for one in parts if one[1]), key=lambda one: -abs(one[1]))
    rest = len(there) - _NAMED
    en = [f"{words.en}: {notation.text(value, 'en', signed=True)}" for words, value in there[:_NAMED]]
    zh = [f"{words.read('zh')}：{notation.text(value, 'zh', signed=True)}" for words, value in there[:_NAMED]]
    if rest > 0:
        en.append(f"{rest} more")
        zh.append(f"另有 {rest} 项")
    return Words("; ".join(en), "；".join(zh))


def _by_points(points: Sequence[PointsMove], notation: Notation) -> Words:
    """The indicators by size: "complaints 20.00 -> 10.00"."""

    def said(language: str) -> str:
        zh = language == "zh"
        told = [
            f"{one.label.zh if zh else one.label.en} {notation.text(one.old)} -> {notation.text(one.new)}"
            for one in points[:_NAMED]
        ]
        return ("；" if zh else "; ").join(told)

    return Words(said("en"), said("zh"))
