"""The calendar that answers which days are worked, and how much working time lies between two moments.

Moments are microseconds and day numbers are days since 1970-01-01, both in local time without daylight saving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise

from kpirules.calendars.holidays import days_of_china, years_of_china
from kpirules.calendars.overrides import NO_OVERRIDES, Overrides
from kpirules.calendars.problems import UNKNOWN_YEARS
from kpirules.diagnostics import Diagnostic, Place
from kpirules.units import DAY, MINUTE

#: The calendars there are: public holidays of China with make-up workdays; weekends alone.
CALENDARS = ("china", "none")

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class UnknownYears:
    """The answer that cannot be given: years whose public holidays nobody has described, in order."""

    calendar: str
    years: tuple[int, ...]

    def diagnostic(self, place: Place = None) -> Diagnostic:
        """This answer as an error for a person (K480)."""
        return UNKNOWN_YEARS.at(
            place,
            calendar=self.calendar,
            years=_ranges(self.years),
            year=self.years[0],
            known=_ranges(years_of_china()),
        )


@dataclass(frozen=True, slots=True)
class WorkdayTable:
    """Working days of a date range as columns, for a query engine to look up by day number.

    first: the number of the first day. is_workday: for each day from there on. before: the working days
    from `first` to the day before each day. With H the calendar's `worked_by` of a time of day:
    `workdays(a, b)` = through(b) - through(a), where through(d) = before[d] + is_workday[d];
    `working_time(s, e)` = worked(e) - worked(s), where worked(t) = before[day(t)] * day_length
    + is_workday[day(t)] * H(t - day(t) * 86_400_000_000), and day(t) rounds down.
    """

    first: int
    is_workday: tuple[bool, ...]
    before: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked, and when. Overrides go before public holidays, and these before weekends.

    name: one of CALENDARS. weekend: days of rest, 0 is Monday. hours: of every working day, as minutes of
    the day, in order and within one day; 09:00 to 18:00 without a break unless given.
    """

    name: str = "china"
    weekend: tuple[int, ...] = (5, 6)
    hours: tuple[tuple[int, int], ...] = ((9 * 60, 18 * 60),)
    overrides: Overrides = NO_OVERRIDES

    def __post_init__(self) -> None:
        if self.name not in CALENDARS:
            raise ValueError(f"no calendar is called {self.name!r}")
        if not all(0 <= day <= 6 for day in self.weekend):
            raise ValueError(f"days of the week are 0 to 6, not {self.weekend}")
        if not hours_in_order(self.hours):
            raise ValueError(f"working hours overlap, are out of order or pass midnight: {self.hours}")

    @property
    def day_length(self) -> int:
        """Working time of one working day, in microseconds."""
        return sum(end - start for start, end in self.hours) * MINUTE

    def worked_by(self, time_of_day: int) -> int:
        """Working time of a working day up to a time of that day, both in microseconds."""
        spans = ((start * MINUTE, end * MINUTE) for start, end in self.hours)
        return sum(min(max(time_of_day - start, 0), end - start) for start, end in spans)

    def is_workday(self, day: date) -> bool | UnknownYears:
        """Whether people work on that day."""
        works = self._works(day)
        return UnknownYears(self.name, (day.year,)) if works is None else works

    def workdays(self, start: date, end: date) -> int | UnknownYears:
        """Working days d with start < d <= end: 0 on the same day, negative where `end` lies before `start`."""
        if end < start:
            return _negative(self.workdays(end, start))
        if start == end:
            return 0
        days = self._days(start + timedelta(days=1), end)
        return days if isinstance(days, UnknownYears) else sum(days)

    def working_time(self, start: int, end: int) -> int | UnknownYears:
        """Working time between two moments, in microseconds: negative where `end` lies before `start`."""
        if end < start:
            return _negative(self.working_time(end, start))
        if start == end:
            return 0
        first, last = start // DAY, (end - 1) // DAY
        days = self._days(_day(first), _day(last))
        if isinstance(days, UnknownYears):
            return days
        before_start = days[0] * self.worked_by(start - first * DAY)
        after_end = days[-1] * (self.day_length - self.worked_by(end - last * DAY))
        return sum(days) * self.day_length - before_start - after_end

    def table(self, first: date, last: date) -> WorkdayTable | UnknownYears:
        """The days from `first` to `last`, both included, as columns. One row a day: about 365 a year."""
        days = self._days(first, last)
        if isinstance(days, UnknownYears):
            return days
        before = tuple(accumulate(days, initial=0))[:-1]
        return WorkdayTable((first - _EPOCH).days, tuple(days), before)

    def _days(self, first: date, last: date) -> Sequence[bool] | UnknownYears:
        """Whether each day from `first` to `last` is worked, or all years in which that is not known."""
        unknown = self._unknown(first, last)
        if unknown:
            return UnknownYears(self.name, unknown)
        count = (last - first).days + 1
        return [self._works(first + timedelta(days=offset)) is True for offset in range(count)]

    def _unknown(self, first: date, last: date) -> tuple[int, ...]:
        years = range(first.year, last.year + 1)
        return tuple(
            year for year in years if self._exceptions(year) is None and self._lacks(year, first, last)
        )

    def _lacks(self, year: int, first: date, last: date) -> bool:
        """Whether some day of the year within the range is not among the overrides."""
        start, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        count = (end - start).days + 1
        return any(start + timedelta(days=offset) not in self.overrides.days for offset in range(count))

    def _works(self, day: date) -> bool | None:
        if day in self.overrides.days:
            return self.overrides.days[day]
        exceptions = self._exceptions(day.year)
        return None if exceptions is None else exceptions.get(day, day.weekday() not in self.weekend)

    def _exceptions(self, year: int) -> Mapping[date, bool] | None:
        """Public days of a year that differ from the plain week, or None where they are not known."""
        if self.name == "none" or year in self.overrides.complete:
            return {}
        return days_of_china(year)


def hours_in_order(hours: Sequence[tuple[int, int]]) -> bool:
    """Whether the spans of minutes lie within one day, in order and apart, and there is at least one."""
    edges = [edge for span in hours for edge in span]
    apart = all(start[1] <= end[0] for start, end in pairwise(hours))
    return bool(edges) and edges[0] >= 0 and edges[-1] <= 24 * 60 and apart and all(a < b for a, b in hours)


def _negative(answer: int | UnknownYears) -> int | UnknownYears:
    return answer if isinstance(answer, UnknownYears) else -answer


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def _ranges(years: Sequence[int]) -> str:
    """`2004–2026, 2030`: years in order, stretches of them shortened."""
    stretches: list[list[int]] = []
    for year in years:
        if stretches and stretches[-1][1] == year - 1:
            stretches[-1][1] = year
        else:
            stretches.append([year, year])
    return ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in stretches)
