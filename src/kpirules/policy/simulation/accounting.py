"""The account of a simulation: everything that a report says of rows, gathered part by part of the data.

Nothing here keeps rows: sums, counts, exact histograms, and the few largest moves. A part must hold whole periods where
ranks are to be those among all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Words
from kpirules.matrix import MISSING, Codes, Integers
from kpirules.plugin.simulated import Breakdown, Distribution, Group, Ranks
from kpirules.policy.simulation.framing import Frame, Side, taken
from kpirules.policy.simulation.pairing import Basis, Scored
from kpirules.policy.simulation.placing import RankTally, places
from kpirules.policy.simulation.spreading import distribution
from kpirules.policy.simulation.tallying import Tally, tallies, tally

#: Of an attribute so many values are shown by themselves; of one with more than `_MANY` values only so many are counted.
SHOWN = 40
_MANY = 5_000
#: No attribute is called so.
PERIOD = "period"
_REST = Words("all others", "其他")
_WITHOUT = Words("without a value", "没有值")


@dataclass(frozen=True, slots=True)
class Pair:
    """A part of the rows with both results, old and new.

    published: what the new side publishes: of a pilot, the new policy's results inside and the old one's elsewhere.
    inside: where the pilot is; None: everywhere. Everything has a value for each row of the basis.
    """

    basis: Basis
    old: Scored
    new: Scored
    published: Side
    inside: npt.NDArray[np.bool_] | None = None

    @property
    def met(self) -> Integers:
        """The rows that either policy appraises."""
        return np.flatnonzero(self.old.side.appraised | self.published.appraised)


@dataclass(slots=True)
class _Values:
    """The tallies by the values of one attribute (None: no value); more than `_MANY` values share one."""

    name: str
    label: Words
    found: dict[str | None, Tally] = field(default_factory=dict)
    beyond: Tally = field(default_factory=Tally)
    more: int = 0

    def add(self, frame: Frame, old: Side, new: Side, codes: Integers, words: Sequence[str]) -> None:
        group = np.where(codes >= 0, codes, len(words))
        used, dense = np.unique(group, return_inverse=True)
        made = tallies(frame, old, new, dense.reshape(-1), len(used))
        for code, one in zip(used.tolist(), made, strict=True):
            value = words[code] if code < len(words) else None
            if value in self.found or len(self.found) < _MANY:
                self.found.setdefault(value, Tally()).add(one)
            else:
                self.more += 1
                self.beyond.add(one)

    def breakdown(self, frame: Frame, in_order: bool = False) -> Breakdown:
        """The values with most rows, the rest as one, those without a value last."""
        by_size = sorted(
            (value for value in self.found if value is not None),
            key=lambda value: (-self.found[value].rows, value),
        )
        shown, rest = (by_size, []) if in_order else (by_size[:SHOWN], by_size[SHOWN:])
        groups = [
            Group(value, Words(value, value), self.found[value].figures(frame)) for value in sorted(shown)
        ]
        if rest or self.more:
            others = Tally()
            for value in rest:
                others.add(self.found[value])
            others.add(self.beyond)
            groups.append(Group("", _REST, others.figures(frame), rest=True))
        if None in self.found:
            groups.append(Group("", _WITHOUT, self.found[None].figures(frame), missing=True))
        return Breakdown(self.name, self.label, len(by_size) + self.more, tuple(groups))


@dataclass(slots=True)
class _Pilot:
    """The tallies on either side of a pilot's edge."""

    inside: Tally = field(default_factory=Tally)
    outside: Tally = field(default_factory=Tally)
    beyond: Tally = field(default_factory=Tally)

    def add(self, frame: Frame, pair: Pair, rows: Integers) -> None:
        assert pair.inside is not None
        within, without = rows[pair.inside[rows]], rows[~pair.inside[rows]]
        old, new = pair.old.side, pair.published
        self.inside.add(tally(frame, taken(old, within), taken(new, within)))
        self.outside.add(tally(frame, taken(old, without), taken(new, without)))
        everywhere = np.flatnonzero((old.appraised | pair.new.side.appraised) & ~pair.inside)
        self.beyond.add(tally(frame, taken(old, everywhere), taken(pair.new.side, everywhere)))


@dataclass(slots=True)
class Account:
    """attributes: name and label of those to break down by. within: the one in whose groups ranks are told as well."""

    frame: Frame
    attributes: Sequence[tuple[str, Words]]
    within: str | None = None
    most: int = 20
    whole: Tally = field(default_factory=Tally)
    pilot: _Pilot | None = None
    old_totals: Counter[int] = field(default_factory=Counter)
    new_totals: Counter[int] = field(default_factory=Counter)
    changes: Counter[int] = field(default_factory=Counter)
    nobody: int = 0
    _transitions: Counter[int] = field(default_factory=Counter)
    _ranks: list[RankTally] = field(default_factory=list)
    _by: list[_Values] = field(default_factory=list)
    _people: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))

    def __post_init__(self) -> None:
        self._by = [_Values(PERIOD, Words("period", "周期")), *(_Values(*one) for one in self.attributes)]
        self._ranks = [RankTally(None, self.most)]
        if self.within is not None:
            self._ranks.append(RankTally(self.within, self.most))

    def add(self, pair: Pair) -> None:
        """Take a part of the rows in."""
        rows = pair.met
        self.nobody += len(pair.basis) - len(rows)
        old, new = taken(pair.old.side, rows), taken(pair.published, rows)
        self.whole.add(tally(self.frame, old, new))
        self._spread(old, new)
        levels = len(self.frame.levels)
        _count(self._transitions, old.level * levels + new.level)
        for one in self._by:
            codes, words = _values(pair.basis, one.name)
            one.add(self.frame, old, new, codes[rows].astype(np.int64), words)
        for ranks in self._ranks:
            group = _rank_groups(pair.basis, ranks.within)
            ranks.add(pair.basis, places(pair.old.side.total, group), places(pair.published.total, group))
        if pair.inside is not None:
            self.pilot = self.pilot or _Pilot()
            self.pilot.add(self.frame, pair, rows)
        staff, _ = pair.basis.names()
        self._people = pc.unique(pa.concat_arrays([self._people, pc.unique(staff.take(pa.array(rows)))]))

    def _spread(self, old: Side, new: Side) -> None:
        before, after = old.total != MISSING, new.total != MISSING
        _count(self.old_totals, old.total[before])
        _count(self.new_totals, new.total[after])
        both = before & after
        _count(self.changes, new.total[both] - old.total[both])

    @property
    def people(self) -> int:
        return len(self._people)

    @property
    def transitions(self) -> tuple[tuple[int, ...], ...]:
        levels = range(len(self.frame.levels))
        return tuple(tuple(self._transitions[one * len(levels) + two] for two in levels) for one in levels)

    @property
    def distribution(self) -> Distribution:
        return distribution(self.old_totals, self.new_totals, self.changes, self.frame.total_step)

    @property
    def ranks(self) -> tuple[Ranks, ...]:
        return tuple(one.ranks for one in self._ranks)

    @property
    def periods(self) -> Breakdown:
        return self._by[0].breakdown(self.frame, in_order=True)

    @property
    def by(self) -> tuple[Breakdown, ...]:
        return tuple(one.breakdown(self.frame) for one in self._by[1:])


def _count(counter: Counter[int], values: Integers) -> None:
    found, counts = np.unique(values, return_counts=True)
    counter.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))


def _values(basis: Basis, name: str) -> tuple[Codes, Sequence[str]]:
    """The values by which rows are broken down: those of an attribute, or periods."""
    return (basis.period, basis.period_names) if name == PERIOD else basis.attribute(name)


def _rank_groups(basis: Basis, within: str | None) -> Integers:
    """Groups of rows in whose number places are told: by period, and by value of an attribute."""
    period = basis.period.astype(np.int64)
    if within is None:
        return period
    codes, words = basis.attribute(within)
    return np.where(codes >= 0, period * max(1, len(words)) + codes, -1)
