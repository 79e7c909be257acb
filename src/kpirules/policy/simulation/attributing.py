"""The figures of a simulation attributed to edits: what is measured of every hybrid, part of the data by part.

Figures are whole numbers of steps: sums and counts over all rows, then the figures of the single rows that are told as
largest moves. A missing total or amount counts as nothing here; how many rows have a total is a figure of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.matrix import MISSING, Integers
from kpirules.model.rules import Ruleset
from kpirules.plugin.simulated import Attributed, Attribution, Notation
from kpirules.policy.attribution import attribute
from kpirules.policy.hybrids import Hybrids
from kpirules.policy.simulation.framing import Frame, Side
from kpirules.policy.simulation.moving import Moved
from kpirules.policy.simulation.tallying import Tally, tally
from kpirules.units import Unit

_COUNT = Notation(Unit.COUNT, 0)
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the attribution: what it is of a tally, in steps."""

    kind: Attributed
    name: str
    label: Words
    notation: Notation
    step: Fraction
    of: Callable[[Tally], int]


def lines(frame: Frame) -> tuple[Figure, ...]:
    """Every figure of all rows that is attributed."""
    found = [
        Figure(
            Attributed.TOTALS,
            "",
            Words("sum of totals", "总分合计"),
            frame.total,
            frame.total_step,
            lambda t: t.sum_new,
        )
    ]
    for one in frame.numbers:
        found.append(
            Figure(
                Attributed.AMOUNT,
                one.id,
                one.label,
                one.notation,
                one.step,
                lambda t, name=one.id: t.numbers[name].new,  # type: ignore[misc]
            )
        )
    found += [
        _count(Attributed.UP, "", Words("with more points", "总分上升"), lambda t: t.fates[0]),
        _count(Attributed.DOWN, "", Words("with fewer points", "总分下降"), lambda t: t.fates[1]),
        _count(
            Attributed.SCORED,
            "",
            Words("with a total", "有总分"),
            lambda t: sum(t.fates[:3]) + t.fates[4],
        ),
    ]
    for place, level in enumerate(frame.levels[:-2]):
        found.append(
            _count(
                Attributed.GRADE,
                level.id,
                level.label,
                lambda t, place=place: t.grades_new[place],  # type: ignore[misc]
            )
        )
    for flag in frame.flags:
        found.append(
            _count(
                Attributed.HEADS,
                flag.id,
                flag.label,
                lambda t, name=flag.id: t.flags[name].new,  # type: ignore[misc]
            )
        )
    return tuple(found)


def _count(kind: Attributed, name: str, label: Words, of: Callable[[Tally], int]) -> Figure:
    return Figure(kind, name, label, _COUNT, _ONE, of)


@dataclass(frozen=True, slots=True)
class Told:
    """Rows whose changes are attributed one by one. moved: the figure that is told of them."""

    moved: Moved
    rows: Integers


@dataclass(slots=True)
class Attributing:
    """Adds up, part by part, what every edit does. groups: how many parts the change has."""

    frame: Frame
    hybrids: Hybrids
    _lines: tuple[Figure, ...] = ()
    _parts: list[list[Fraction]] = field(default_factory=list)
    _ends: list[list[int]] = field(default_factory=list)
    _without: list[list[int]] = field(default_factory=list)
    _alone: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = lines(self.frame)
        count, width = len(self.hybrids.groups), len(self._lines)
        self._parts = [[Fraction(0)] * width for _ in range(count)]
        self._without = [[0] * width for _ in range(count)]
        self._alone = [[0] * width for _ in range(count)]
        self._ends = [[0] * width for _ in range(2)]

    def add(
        self, old: Side, published: Callable[[Ruleset], Side], told: Sequence[Told]
    ) -> list[list[tuple[Fraction, ...]]]:
        """Take a part of the data in. published: what a ruleset publishes at its rows, the first and last included.

        Gives, for each row told, what every group of edits makes of its change, in the order of groups.
        """
        known: dict[int, list[int]] = {}

        def measure(rules: Ruleset) -> list[int]:
            if id(rules) not in known:
                known[id(rules)] = self._measured(old, published(rules), told)
            return known[id(rules)]

        count, width = len(self.hybrids.groups), len(self._lines)
        parts = attribute(self.hybrids, measure)
        every = self.hybrids.all
        for end, chosen in enumerate((frozenset[int](), every)):
            _plus(self._ends[end], measure(self.hybrids.ruleset(chosen)))
        for group in range(count):
            _plus(self._without[group], measure(self.hybrids.ruleset(every - {group})))
            _plus(self._alone[group], measure(self.hybrids.ruleset(frozenset({group}))))
            own = self._parts[group]
            for place in range(width):
                own[place] += parts[group].exact(place)
        found, at = [], width
        for one in told:
            found.append(
                [
                    tuple(part.exact(at + place) * one.moved.step for part in parts)
                    for place in range(len(one.rows))
                ]
            )
            at += len(one.rows)
        return found

    def _measured(self, old: Side, new: Side, told: Sequence[Told]) -> list[int]:
        whole = tally(self.frame, old, new)
        figures = [one.of(whole) for one in self._lines]
        for one in told:
            values = one.moved.values(new)[one.rows]
            figures += [0 if value == MISSING else value for value in values.tolist()]
        return figures

    def lines(self) -> tuple[Attribution, ...]:
        """Every figure with its parts."""
        return tuple(
            Attribution(
                kind=one.kind,
                name=one.name,
                label=one.label,
                notation=one.notation,
                old=self._ends[0][place] * one.step,
                new=self._ends[1][place] * one.step,
                parts=tuple(own[place] * one.step for own in self._parts),
                without=tuple(own[place] * one.step for own in self._without),
                alone=tuple(own[place] * one.step for own in self._alone),
            )
            for place, one in enumerate(self._lines)
        )


def _plus(sums: list[int], more: Sequence[int]) -> None:
    for place in range(len(sums)):
        sums[place] += more[place]
