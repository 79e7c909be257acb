"""Moments on the clock that only runs in working time, and on the one that ticks once a working day: whole columns.

A difference of two such readings is the working time, or the working days, between the moments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from kpirules.calendars import Calendar, UnknownYears
from kpirules.matrix import Integers
from kpirules.units import DAY, MINUTE

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Clocks:
    """A calendar's days from `first` on. worked: working days before each day; works: 1 on a working day."""

    calendar: Calendar
    first: int
    works: Integers
    worked: Integers

    def read(self, function: str, moments: Integers) -> Integers:
        """The readings at moments in microseconds, all within the days that the clocks were made for."""
        days = moments // DAY
        at = days - self.first
        if function == "workdays":
            return self.worked[at] + self.works[at]
        today = self._today(moments - days * DAY)
        return self.worked[at] * self.calendar.day_length + self.works[at] * today

    def _today(self, time_of_day: Integers) -> Integers:
        """Working time of a working day up to a time of it."""
        total: npt.NDArray[Any] = np.zeros(len(time_of_day), np.int64)
        for start, end in self.calendar.hours:
            total += np.clip(time_of_day - start * MINUTE, 0, (end - start) * MINUTE)
        return total


def clocks(calendar: Calendar, moments: Iterable[Integers]) -> Clocks | UnknownYears | None:
    """The clocks for all days from the first to the last of these moments; None where there are none."""
    some = [one for one in moments if len(one)]
    if not some:
        return None
    first = min(int(one.min()) for one in some) // DAY
    last = max(int(one.max()) for one in some) // DAY
    table = calendar.table(_EPOCH + timedelta(days=first), _EPOCH + timedelta(days=last))
    if isinstance(table, UnknownYears):
        return table
    works = np.array(table.is_workday, np.int64)
    return Clocks(calendar, table.first, works, np.array(table.before, np.int64))
