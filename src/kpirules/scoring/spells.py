"""One result of a person's period out of the results of its spells, for all people at once.

Totals, points, bonuses and penalties are means of the published ones, weighted by days; amounts are added up;
truth holds where it holds in one spell; what else there is, is that of the last spell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kpirules.matrix import MISSING, Flags, Integers, Labels, Result, ScoreMatrix
from kpirules.model.rules import Ruleset
from kpirules.model.spells import DAYS
from kpirules.numbers import Mode, Rounding
from kpirules.units import DAY

#: Outcomes whose numbers are added up.
ADDED = frozenset({"amount", "award", "penalty"})
_SAFE = 2**62


def together(rules: Ruleset, scores: ScoreMatrix) -> ScoreMatrix:
    """The scores with one row for a person and period: that of the first appraised spell. Raises OverflowError."""
    facts, rows = scores.facts, scores.rows
    names = {name: code for code, name in enumerate(dict.fromkeys(facts.staff_names))}
    person = np.array([names[one] for one in facts.staff_names] or [0], np.int64)[facts.staff[rows]]
    keys = person * max(1, len(facts.period_names)) + facts.period[rows]
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    days = np.rint(facts.columns[DAYS].values[rows] / DAY).astype(np.int64)
    made = _Together(rank[group.reshape(-1)], days, len(order))
    added = {one.id for one in rules.outcomes if one.kind in ADDED}
    total = made.mean(scores.total)
    adjustments = {name: made.column(one, False) for name, one in scores.adjustments.items()}
    return replace(
        scores,
        rows=rows[first[order]],
        points={name: made.mean(one) for name, one in scores.points.items()},
        total=total,
        grade=_grades(rules, total, adjustments),
        adjustments=adjustments,
        outcomes={
            name: made.column(one, True) if name in added or isinstance(one, Flags) else made.last(one)
            for name, one in scores.outcomes.items()
        },
    )


@dataclass(frozen=True, slots=True)
class _Together:
    """group: of each row the person and period that it belongs to, from 0 to below `size`; days: of each row."""

    group: Integers
    days: Integers
    size: int

    def column(self, one: Result | Flags | Labels, added: bool) -> Result | Flags | Labels:
        match one:
            case Flags():
                return self.either(one)
            case Result():
                return self.sum(one) if added else self.mean(one)
            case Labels():
                return self.last(one)

    def mean(self, one: Result) -> Result:
        """The mean by days of what is there."""
        there = one.values != MISSING
        above = self._added(np.where(there, one.values, 0), self.days)
        below = np.zeros(self.size, np.int64)
        np.add.at(below, self.group, np.where(there, self.days, 0))
        steps = _rounded(above, np.maximum(below, 1), one.rounding)
        return Result(np.where(below > 0, steps, MISSING), one.unit, one.rounding)

    def sum(self, one: Result) -> Result:
        """The sum of what is there."""
        there = one.values != MISSING
        above = self._added(np.where(there, one.values, 0), np.ones_like(self.days))
        known = np.zeros(self.size, bool)
        known[self.group[there]] = True
        return Result(np.where(known, _narrow(above), MISSING), one.unit, one.rounding)

    def either(self, one: Flags) -> Flags:
        """Yes where one is, else unknown where one is."""
        found = np.zeros(self.size, np.int8)
        found[self.group[one.values < 0]] = -1
        found[self.group[one.values == 1]] = 1
        return Flags(found)

    def last(self, one: Result | Flags | Labels) -> Result | Flags | Labels:
        """That of the last row: rows of a person and period stand in order of time."""
        at = np.zeros(self.size, np.int64)
        at[self.group] = np.arange(len(self.group))
        match one:
            case Result():
                return Result(one.values[at], one.unit, one.rounding)
            case Flags():
                return Flags(one.values[at])
            case Labels():
                used, codes = np.unique(one.values[at], return_inverse=True)
                shift = int((used < 0).any())
                choices = tuple(one.choices[code] for code in used if code >= 0)
                return Labels((codes.reshape(-1) - shift).astype(np.int32), choices)

    def _added(self, values: Integers, times: Integers) -> Integers:
        """`values x times` by person and period, in as wide numbers as they need."""
        most = int(np.abs(values).max(initial=0)) * int(times.max(initial=0)) * max(1, len(values))
        kind = np.int64 if most < _SAFE else object
        found = np.zeros(self.size, kind)
        np.add.at(found, self.group, values.astype(kind) * times.astype(kind))
        return found


def _rounded(above: Integers, below: Integers, rounding: Rounding) -> Integers:
    size = np.abs(above)
    whole, rest = size // below, size % below
    match rounding.mode:
        case Mode.HALF_UP:
            up = 2 * rest >= below
        case Mode.HALF_EVEN:
            up = (2 * rest > below) | ((2 * rest == below) & (whole % 2 == 1))
        case Mode.UP:
            up = rest > 0
        case Mode.DOWN:
            up = rest < 0
    return _narrow(np.where(above < 0, -(whole + up), whole + up))


def _narrow(steps: Integers) -> Integers:
    """As 64-bit numbers. Raises OverflowError where they do not fit."""
    if steps.dtype == object and any(abs(int(one)) >= _SAFE for one in steps):
        raise OverflowError
    return steps.astype(np.int64)


def _grades(
    rules: Ruleset, total: Result, adjustments: dict[str, Result | Flags | Labels]
) -> npt.NDArray[np.int8]:
    """The grades of the totals, and no better ones than vetoes leave."""
    found = np.full(len(total.values), -1, np.int8)
    there = total.values != MISSING
    for place, grade in reversed(list(enumerate(rules.grades))):
        low = np.iinfo(np.int64).min + 1 if grade.low is None else -((-grade.low) // total.rounding.step)
        found[there & (total.values >= int(low))] = place
    for one in rules.adjustments.lines:
        flags = adjustments.get(one.id)
        if one.place is not None and isinstance(flags, Flags):
            held = (found >= 0) & (flags.values == 1)
            found[held] = np.maximum(found[held], one.place)
    return found
