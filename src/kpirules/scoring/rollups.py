"""The facts of a roll-up: the published results of the policy's own periods, and a row for each longer period.

Everybody has a row for every longer period in which they were appraised at least once. Attributes are those of
the last period of it in which they were. Whole arrays only.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from kpirules.matrix import MISSING, Column, Flags, Integers, Result, ScoreMatrix, StaffPeriodMatrix
from kpirules.model.rollups import TOTAL, points_name
from kpirules.model.rules import Rollup, Ruleset
from kpirules.periods import Period, PeriodKind, longer, parse
from kpirules.scoring import shorter
from kpirules.units import Unit


def rollup_facts(rules: Ruleset, rollup: Rollup, scores: ScoreMatrix) -> StaffPeriodMatrix:
    """The table of a roll-up, from the scores of its policy."""
    facts, rows = scores.facts, np.asarray(scores.rows, np.int64)
    kind = PeriodKind(rollup.kind)
    times = [_period(name) for name in facts.period_names]
    axis = sorted({longer(one, kind) for one in times})
    around = np.array([axis.index(longer(one, kind)) for one in times], np.int64)
    ranks = np.argsort(np.argsort([one.first.toordinal() for one in times], kind="stable"), kind="stable")
    staff, period = np.asarray(facts.staff, np.int64)[rows], np.asarray(facts.period, np.int64)[rows]
    keys = staff * max(1, len(axis)) + around[period]
    # of each longer period the last row in time comes last: its attributes are taken
    order = np.lexsort((ranks[period], keys))
    ends = np.flatnonzero(np.diff(keys[order], append=-1)) if len(order) else order
    last = rows[order[ends]]
    attributes = [name for name, one in rollup.ruleset.inputs.items() if one.attribute]
    part = StaffPeriodMatrix(
        facts.staff[rows],
        facts.staff_names,
        facts.period[rows],
        facts.period_names,
        _columns(rollup, scores),
    )
    return StaffPeriodMatrix(
        facts.staff[last],
        facts.staff_names,
        around[np.asarray(facts.period, np.int64)[last]].astype(np.int32),
        [str(one) for one in axis],
        {name: shorter.taken(facts.columns[name], last) for name in attributes if name in facts.columns},
        {rules.period: part},
    )


def _period(name: str) -> Period:
    found = parse(name)
    assert found is not None
    return found


def _columns(rollup: Rollup, scores: ScoreMatrix) -> Mapping[str, Column]:
    """Inputs and published results of every period, by the names that a roll-up reads them by."""
    facts, rows = scores.facts, np.asarray(scores.rows, np.int64)
    columns = {
        name: shorter.taken(facts.columns[name], rows)
        for name, one in rollup.ruleset.inputs.items()
        if not one.attribute and name in facts.columns
    }
    results = {TOTAL: scores.total} | {points_name(name): one for name, one in scores.points.items()}
    results |= {n: one for n, one in scores.outcomes.items() if isinstance(one, Result)}
    results |= {n: one for n, one in scores.adjustments.items() if isinstance(one, Result)}
    columns |= {name: _published(name, one) for name, one in results.items()}
    for name, flags in {**scores.outcomes, **scores.adjustments}.items():
        if isinstance(flags, Flags):
            columns[name] = Column(name, Unit.BOOLEAN, flags.values)
    return columns


def _published(name: str, result: Result) -> Column:
    """A published column as facts, exactly: whole numbers over one divisor."""
    step, steps = result.rounding.step, result.values
    there = steps != MISSING
    above: Integers = np.where(there, steps, 0)
    values = np.where(there, above.astype(np.float64) * step.numerator, np.nan)
    large = np.flatnonzero(there & (np.abs(values) >= 2.0**53))
    exact = {int(row): int(steps[row]) * step.numerator for row in large}
    divisor = None if step.denominator == 1 else np.full(len(steps), float(step.denominator))
    return Column(name, result.unit, values, divisor=divisor, exact=_fractions(exact))


def _fractions(exact: Mapping[int, int]) -> Mapping[int, Fraction]:
    return {row: Fraction(value) for row, value in exact.items()}
