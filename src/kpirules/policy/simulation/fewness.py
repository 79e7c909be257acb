"""Where a change rests on few records: how many records, or what number of things, each indicator's measure divides by.

Records are counted by aggregates of our own, which stand beside the policy's in the facts and are read by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from kpirules.matrix import MISSING, Result, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.plugin.simulated import FewRecords
from kpirules.policy.simulation.accounting import Pair
from kpirules.policy.simulation.framing import label
from kpirules.policy.simulation.pairing import Scored
from kpirules.units import Unit

#: What a single record can turn: shares, means and the like. Counts and sums say themselves how much there is.
_TURNED = frozenset(
    {
        e.Over.SHARE,
        e.Over.MEAN,
        e.Over.MEDIAN,
        e.Over.PERCENTILE,
        e.Over.MIN,
        e.Over.MAX,
        e.Over.TRIMMED,
    }
)
_PREFIX = "records of "


def with_counts(rules: Ruleset) -> Ruleset:
    """The policy with the number of records behind each of its shares, means and the like among its aggregates."""
    histories = {one.name for one in rules.data.values() if one.history}
    counts = [
        _count_of(one)
        for one in rules.aggregates
        if one.kind in _TURNED and one.grain is None and one.data not in histories
    ]
    return replace(rules, aggregates=(*rules.aggregates, *counts)) if counts else rules


def _count_of(one: e.Aggregate) -> e.Aggregate:
    if one.kind is e.Over.SHARE:
        where = one.among
    else:
        assert one.item is not None
        there: e.Expr = e.Presence(one.item, True, one.span)
        where = there if one.where is None else e.Logic("and", one.where, there, one.span)
    return replace(
        one,
        name=f"{_PREFIX}{one.name}",
        kind=e.Over.COUNT,
        item=None,
        where=where,
        among=None,
        percent=None,
        trim=None,
        unit=Unit.COUNT,
    )


def grounds(rules: Ruleset) -> Mapping[str, tuple[str, ...]]:
    """For each indicator, the columns that hold on how much its measure rests: the least of them counts."""
    found: dict[str, tuple[str, ...]] = {}
    for one in rules.indicators:
        names = tuple(dict.fromkeys(_grounds(rules, one.measure, set())))
        if names:
            found[one.id] = names
    return found


def _grounds(rules: Ruleset, expr: e.Expr, seen: set[str]) -> Iterator[str]:
    for part in e.walk(expr):
        match part:
            case e.Aggregate(name, kind, grain=None) if kind in _TURNED:
                yield f"{_PREFIX}{name}"
            case e.MeasureOf(name) if name not in seen and rules.measures[name].grain is None:
                yield from _grounds(rules, rules.measures[name].value, seen | {name})
            case e.Arithmetic("/", right=e.Fact(name, Unit.COUNT)):
                yield name
            case e.Arithmetic("/", right=e.Aggregate(name, e.Over.COUNT, grain=None)):
                yield name


@dataclass(slots=True)
class Fewness:
    """Counts rows whose points for an indicator change and whose measure rests on fewer than `least` records."""

    rules: Ruleset
    least: int
    _rows: dict[str, int] = field(default_factory=dict)
    _moved: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)

    def add(self, pair: Pair, facts: StaffPeriodMatrix) -> None:
        """Take a part in. facts: of the new policy, with the counts of `with_counts`."""
        if pair.new.scores.facts is not facts:
            return  # a roll-up rests on months, not on records
        for name, columns in grounds(self.rules).items():
            moved = np.flatnonzero(_moves(pair, name))
            if not len(moved):
                continue
            at = pair.new.at[moved]
            rows = pair.new.scores.rows[at]
            count = np.full(len(moved), np.inf)
            for column in columns:
                if column in facts.columns:
                    values = np.asarray(facts.columns[column].values, np.float64)[rows]
                    count = np.fmin(count, values)
            few = np.flatnonzero(count < self.least)
            self._moved[name] = self._moved.get(name, 0) + len(moved)
            self._rows[name] = self._rows.get(name, 0) + len(few)
            first = few[np.argsort(count[few], kind="stable")][:100]
            told = [(int(count[one]), *pair.basis.name(int(moved[one]))) for one in first.tolist()]
            self._examples[name] = sorted((*self._examples.get(name, ()), *told))[:5]

    @property
    def found(self) -> tuple[FewRecords, ...]:
        """The indicators of which some rows rest on few records."""
        labels = {one.id: label(one.id, one.label) for one in self.rules.indicators}
        return tuple(
            FewRecords(name, labels[name], self.least, rows, self._moved[name], self._told(name))
            for name, rows in self._rows.items()
            if rows
        )

    def _told(self, name: str) -> tuple[tuple[str, str, int], ...]:
        return tuple((staff, period, count) for count, staff, period in self._examples[name])


def _moves(pair: Pair, name: str) -> npt.NDArray[np.bool_]:
    """Where the points for an indicator change; both policies give some."""
    old, new = _points(pair.old, name), _points(pair.new, name)
    if old is None or new is None:
        return np.zeros(len(pair.basis), bool)
    (before, step), (after, other) = old, new
    there: npt.NDArray[np.bool_] = (before != MISSING) & (after != MISSING)
    if pair.inside is not None:
        there &= pair.inside
    found: npt.NDArray[np.bool_] = there & (before != after)
    if step.rounding.step == other.rounding.step:
        return found
    for row in np.flatnonzero(there).tolist():
        found[row] = int(before[row]) * step.rounding.step != int(after[row]) * other.rounding.step
    return found


def _points(scored: Scored, name: str) -> tuple[npt.NDArray[np.int64], Result] | None:
    result = scored.scores.points.get(name)
    if result is None or not len(result.values):
        return None
    at = scored.at
    return np.where(at >= 0, result.values[np.where(at >= 0, at, 0)], MISSING), result
