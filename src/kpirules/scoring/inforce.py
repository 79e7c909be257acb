"""Parameters that change on certain days, as columns: what is in force in each row's period, before any plan.

A value by days is kept as a quotient (value x days over the days of the period), so that it stays exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from kpirules.matrix import Column, StaffPeriodMatrix, column
from kpirules.model.expressions import Value
from kpirules.model.rules import Parameter, Ruleset
from kpirules.model.schedule import InPeriod, Schedule
from kpirules.numbers import written
from kpirules.periods import Period, parse
from kpirules.units import NUMERIC


def with_parameters(rules: Ruleset, facts: StaffPeriodMatrix) -> StaffPeriodMatrix:
    """The facts, with a column for every parameter that changes on certain days."""
    dated = [one for one in rules.parameters.values() if one.schedule is not None]
    if not dated:
        return facts
    periods = [parse(name) for name in facts.period_names]
    added = {one.name: _column(one, periods, facts) for one in dated}
    return replace(facts, columns={**facts.columns, **added})


def in_force(schedule: Schedule, period: Period) -> Value:
    """What a period goes by."""
    parts = schedule.parts(period)
    match schedule.rule:
        case InPeriod.END:
            return parts[-1].stretch.value
        case InPeriod.START:
            return parts[0].stretch.value
    total = Fraction(0)
    for part in parts:
        assert isinstance(part.stretch.value, Fraction)
        total += part.stretch.value * part.days
    return total / period.days


def _column(parameter: Parameter, periods: Sequence[Period | None], facts: StaffPeriodMatrix) -> Column:
    assert parameter.schedule is not None
    name, unit = parameter.name, parameter.type.unit
    values = [None if one is None else in_force(parameter.schedule, one) for one in periods]
    if unit not in NUMERIC:
        few = column(name, unit, values)
        return Column(name, few.unit, few.values[facts.period], few.choices)
    above, below = zip(*(_quotient(value) for value in values), strict=True) if values else ((), ())
    few = column(name, unit, above)
    exact = {
        int(row): value for code, value in few.exact.items() for row in np.flatnonzero(facts.period == code)
    }
    divisor = np.array(below, np.float64)[facts.period]
    return Column(name, unit, few.values[facts.period], divisor=divisor, exact=exact)


def _quotient(value: Value | None) -> tuple[Fraction | None, float]:
    """A number as a decimal over a whole number."""
    if not isinstance(value, Fraction):
        return None, 1.0
    if written(float(value)) == value:
        return value, 1.0
    # Days divide a value of few places: the divisor is small, and what it leaves is again of few places.
    return Fraction(value.numerator), float(value.denominator)
