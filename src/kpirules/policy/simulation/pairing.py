"""Two sets of scores laid side by side: a row for every staff member and period that either of them knows.

Where both stand on one matrix of facts its rows are taken as they are; otherwise, and where periods are split into
spells, rows are found by the names of person and period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.matrix import Codes, Column, Integers, Result, ScoreMatrix, StaffPeriodMatrix
from kpirules.policy.simulation.framing import Frame, Side, side
from kpirules.units import Unit

#: The words for truth as a value of an attribute.
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Ground:
    """A table of facts under a comparison. rows: of each row of the comparison its row there, -1 where it has none.

    split: a person may have several rows of a period there (spells).
    """

    facts: StaffPeriodMatrix
    rows: Integers
    split: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    """The rows of a comparison. staff, period: codes into the names.

    facts: the tables of facts in which the rows stand. defaults: by attribute, what an empty cell stands for.
    """

    staff: Codes
    staff_names: Sequence[str]
    period: Codes
    period_names: Sequence[str]
    facts: tuple[Ground, ...]
    defaults: Mapping[str, str] = field(default_factory=dict)
    _names: list[pa.Array] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.staff)

    def name(self, row: int) -> tuple[str, str]:
        return self.staff_names[self.staff[row]], self.period_names[self.period[row]]

    def first(self, rows: Integers, most: int) -> Integers:
        """The first so many of the rows, in the order of names and periods."""
        if len(rows) <= most:
            return rows
        staff, period = (column.take(pa.array(rows)) for column in self.names())
        by = [("staff", "ascending"), ("period", "ascending")]
        table = pa.table({"staff": staff, "period": period})
        chosen: Integers = rows[pc.select_k_unstable(table, most, by).to_numpy()]
        return chosen

    def attribute(self, name: str) -> tuple[Codes, tuple[str, ...]]:
        """The values of an attribute of texts or truth: codes into texts, -1 where there is none."""
        for ground in self.facts:
            if name in ground.facts.columns:
                codes, words = _texts(ground.facts.columns[name], ground.rows)
                if name not in self.defaults:
                    return codes, words
                words = (*words, self.defaults[name])
                return np.where(codes < 0, words.index(self.defaults[name]), codes).astype(np.int32), words
        return np.full(len(self), -1, np.int32), ()

    def texts(self, name: str, rows: Integers) -> list[str]:
        """The values of an attribute at some rows, "" where there is none."""
        codes, words = self.attribute(name)
        return [words[code] if code >= 0 else "" for code in codes[rows].tolist()]

    def names(self) -> tuple[pa.Array, pa.Array]:
        """Staff and period of every row."""
        if not self._names:
            self._names.append(pa.array(self.staff_names, pa.string()).take(pa.array(self.staff)))
            self._names.append(pa.array(self.period_names, pa.string()).take(pa.array(self.period)))
        return self._names[0], self._names[1]

    def places(self, scores: ScoreMatrix) -> Integers:
        """Of every row its place in the scores, -1 where these do not have it."""
        found = np.full(len(self), -1, np.int64)
        for ground in self.facts:
            if scores.facts is ground.facts and not ground.split:
                at = np.full(len(ground.facts), -1, np.int64)
                at[scores.rows] = np.arange(len(scores))
                there = ground.rows >= 0
                found[there] = at[ground.rows[there]]
                return found
        keys = _Keys(self)
        wanted = keys.of(scores.facts, scores.rows)
        known = wanted >= 0
        found[wanted[known]] = np.flatnonzero(known)
        return found


def basis(*sides: ScoreMatrix, defaults: Mapping[str, str] | None = None) -> Basis:
    """The rows that any of the scores may be about, in the order of the first that has them."""
    defaults = defaults or {}
    first = sides[0].facts
    if all(one.facts is first for one in sides) and not _repeats(first):
        rows = np.flatnonzero(first.asked)
        staff, period = first.staff[rows], first.period[rows]
        ground = (Ground(first, rows),)
        return Basis(staff, first.staff_names, period, first.period_names, ground, defaults)
    return replace(_joined([one.facts for one in sides]), defaults=defaults)


def _repeats(facts: StaffPeriodMatrix) -> bool:
    """Whether a person may have several rows in a period (spells): the axis then names people several times."""
    return len(set(facts.staff_names)) < len(facts.staff_names)


def _joined(all_facts: Sequence[StaffPeriodMatrix]) -> Basis:
    people: dict[str, int] = {}
    times: dict[str, int] = {}
    keys: list[Integers] = []
    for facts in all_facts:
        who = np.array([people.setdefault(name, len(people)) for name in facts.staff_names] or [0], np.int64)
        when = np.array([times.setdefault(name, len(times)) for name in facts.period_names] or [0], np.int64)
        keys.append((who[facts.staff] << 32) + when[facts.period])
    asked = np.concatenate([key[facts.asked] for key, facts in zip(keys, all_facts, strict=True)])
    found, first = np.unique(asked, return_index=True)
    order = np.argsort(first, kind="stable")
    rows = found[order]
    at = []
    for key, facts in zip(keys, all_facts, strict=True):
        # of a person's spells the last one says who they are
        last = np.full(len(rows), -1, np.int64)
        place = np.searchsorted(found, key)
        known = facts.asked & (place < len(found)) & (found[np.minimum(place, len(found) - 1)] == key)
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        last[back[place[known]]] = np.flatnonzero(known)
        at.append(Ground(facts, last, _repeats(facts)))
    staff, period = (rows >> 32).astype(np.int32), (rows & (2**32 - 1)).astype(np.int32)
    return Basis(staff, list(people), period, list(times), tuple(at))


class _Keys:
    """Finds rows of a basis by names."""

    def __init__(self, rows: Basis) -> None:
        self._people = {name: code for code, name in enumerate(rows.staff_names)}
        self._times = {name: code for code, name in enumerate(rows.period_names)}
        keys = (rows.staff.astype(np.int64) << 32) + rows.period
        self._order = np.argsort(keys, kind="stable")
        self._sorted = keys[self._order]

    def of(self, facts: StaffPeriodMatrix, rows: Integers) -> Integers:
        """The row of the basis for each of these rows of facts, -1 where it has none."""
        if not len(rows) or not len(self._sorted):
            return np.full(len(rows), -1, np.int64)
        who = np.array([self._people.get(name, -1) for name in facts.staff_names], np.int64)[
            facts.staff[rows]
        ]
        when = np.array([self._times.get(name, -1) for name in facts.period_names], np.int64)[
            facts.period[rows]
        ]
        wanted = (who << 32) + when
        at = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        known = (self._sorted[at] == wanted) & (who >= 0) & (when >= 0)
        return np.where(known, self._order[at], -1)


def _texts(column: Column, rows: Integers) -> tuple[Codes, tuple[str, ...]]:
    there = rows >= 0
    places = np.where(there, rows, 0)
    if not len(column.values):
        return np.full(len(rows), -1, np.int32), ()
    values = np.where(there, column.values[places], -1)
    if column.unit is Unit.BOOLEAN:
        return values.astype(np.int32), (NO, YES)
    return values.astype(np.int32), column.choices


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of one policy on a basis: where each row stands in them, and what is compared."""

    scores: ScoreMatrix
    at: Integers
    side: Side

    def points(self, row: int) -> Mapping[str, Fraction]:
        """The points of a row by id of indicator or adjustment, where it has any."""
        place = int(self.at[row])
        found: dict[str, Fraction] = {}
        if place >= 0:
            for name, one in (*self.scores.points.items(), *self.scores.adjustments.items()):
                value = one.exact(place) if isinstance(one, Result) else None
                if value is not None:
                    found[name] = value
        return found


def scored(frame: Frame, rows: Basis, scores: ScoreMatrix) -> Scored:
    """The scores laid on a basis. Raises OverflowError as `framing.side`."""
    at = rows.places(scores)
    return Scored(scores, at, side(frame, scores, at))
