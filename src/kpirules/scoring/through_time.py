"""The meaning of what time brings to a row: parameters in force, and summaries of earlier periods.

A part of `reference`, as slow and obvious.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache

from kpirules.model.expressions import Over, Recent, Value
from kpirules.model.schedule import InPeriod, Schedule
from kpirules.periods import parse


@lru_cache(maxsize=4096)
def in_force(schedule: Schedule, period_name: str) -> Value | None:
    """The value that the period goes by: its last day's, its first day's, or the mean of all its days'."""
    period = parse(period_name)
    if period is None:
        return None
    days = [period.first + timedelta(days=day) for day in range(period.days)]
    values = [
        [one.value for one in schedule.stretches if one.first is None or one.first <= day][-1] for day in days
    ]
    match schedule.rule:
        case InPeriod.END:
            return values[-1]
        case InPeriod.START:
            return values[0]
    return sum((value for value in values if isinstance(value, Fraction)), Fraction(0)) / len(days)


@lru_cache(maxsize=4096)
def earlier_name(period_name: str, periods: int) -> str | None:
    """The name of the period so many periods before; with none before, its own."""
    if periods == 0:
        return period_name
    found = parse(period_name)
    for _ in range(periods):
        found = None if found is None else found.previous()
    return None if found is None else str(found)


def summary(recent: Recent, values: Sequence[Fraction | None]) -> Fraction | None:
    """What is made of the values of the last periods."""
    known = sorted((value for value in values if value is not None), reverse=True)
    if len(known) < recent.least:
        return None
    if recent.best is not None:
        known = known[: recent.best]
    match recent.kind:
        case Over.SUM:
            return sum(known, Fraction(0))
        case Over.MEAN:
            return sum(known, Fraction(0)) / len(known)
        case Over.MIN:
            return known[-1]
        case _:
            return known[0]
