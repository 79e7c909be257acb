"""A parameter whose value changes on certain days: which value holds when, and what that makes of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kpirules.diagnostics import Span
from kpirules.model.expressions import Value
from kpirules.periods import Period


class InPeriod(StrEnum):
    """What a period in which the value changes goes by: every day's value in proportion, its last day or its first."""

    DAYS = "days"
    END = "end"
    START = "start"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A value from a day on (None: from the beginning) until the next stretch."""

    first: date | None
    value: Value
    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
    """The days of a period on which one stretch's value is in force; both ends count."""

    stretch: Stretch
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """Stretches in order of time; the first one has no first day."""

    rule: InPeriod
    stretches: tuple[Stretch, ...]

    def parts(self, period: Period) -> tuple[Part, ...]:
        """The stretches that touch the period, cut to it."""
        found: list[Part] = []
        for number, one in enumerate(self.stretches):
            after = self.stretches[number + 1].first if number + 1 < len(self.stretches) else None
            first = period.first if one.first is None else max(one.first, period.first)
            last = period.last if after is None else min(after - timedelta(days=1), period.last)
            if first <= last:
                found.append(Part(one, first, last))
        return tuple(found)
