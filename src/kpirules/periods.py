"""Appraisal periods: years, halves, quarters, months, ISO weeks and days, their text and their arithmetic.

A period is a stretch of whole days. Nothing here knows the current date, time zones or working days.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import total_ordering


class PeriodKind(StrEnum):
    """How long a period is, the longest first."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


_RANK = {kind: rank for rank, kind in enumerate(PeriodKind)}
_MONTHS = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
_DAYS = {PeriodKind.WEEK: 7, PeriodKind.DAY: 1}
# Outside of these years a neighbour of a period could fall off the calendar, and a typing error is likelier.
_YEARS = range(1900, 2200)


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """All days from `first` to `last`. Make one with `parse` or `containing`.

    Ordered by first day; of two that begin together the longer kind comes first. `str()` gives the
    canonical text (`2026`, `2026-H1`, `2026-Q3`, `2026-07`, `2026-W31`, `2026-07-15`). `in` asks whether a
    day, or the whole of another period, lies within this one.
    """

    kind: PeriodKind
    first: date

    def __post_init__(self) -> None:
        if _first_day(self.first, self.kind) != self.first:
            raise ValueError(f"no {self.kind} begins on {self.first}")

    @property
    def last(self) -> date:
        """The last day, which belongs to the period."""
        return _after(self.first, self.kind) - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (_after(self.first, self.kind) - self.first).days

    @property
    def number(self) -> int:
        """Its place among the periods of its kind, which are numbered without a gap."""
        if self.kind in _DAYS:
            return (self.first.toordinal() - 1) // _DAYS[self.kind]  # day 1 of all days is a Monday
        return (self.first.year * 12 + self.first.month - 1) // _MONTHS[self.kind]

    def next(self) -> Period:
        """The period of the same kind that begins the day after this one ends."""
        return Period(self.kind, _after(self.first, self.kind))

    def previous(self) -> Period:
        """The period of the same kind that ends the day before this one begins."""
        return containing(self.first - timedelta(days=1), self.kind)

    def __contains__(self, other: date | Period) -> bool:
        if isinstance(other, Period):
            return self.first <= other.first and other.last <= self.last
        return self.first <= other <= self.last

    def __lt__(self, other: Period) -> bool:
        return (self.first, _RANK[self.kind]) < (other.first, _RANK[other.kind])

    def __str__(self) -> str:
        year, month = f"{self.first.year:04}", self.first.month
        match self.kind:
            case PeriodKind.YEAR:
                return year
            case PeriodKind.HALF:
                return f"{year}-H{(month + 5) // 6}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{(month + 2) // 3}"
            case PeriodKind.MONTH:
                return f"{year}-{month:02}"
            case PeriodKind.WEEK:
                week = self.first.isocalendar()
                return f"{week.year:04}-W{week.week:02}"
            case PeriodKind.DAY:
                return self.first.isoformat()


def containing(day: date, kind: PeriodKind) -> Period:
    """The one period of a kind that the day lies in. Weeks are ISO weeks, Monday to Sunday."""
    return Period(kind, _first_day(day, kind))


def longer(period: Period, kind: PeriodKind) -> Period:
    """The period of a longer kind that a period belongs to: of a week, the one in which its Thursday lies.

    So a week that straddles two months, quarters or years belongs to the one that has most of its days. Days
    and all periods made of months lie within one longer period anyway.
    """
    return containing(period.first + timedelta(days=3 if period.kind is PeriodKind.WEEK else 0), kind)


def shorter(period: Period, kind: PeriodKind) -> tuple[Period, ...]:
    """The periods of a shorter kind that belong to a period (see `longer`), in order."""
    one = containing(period.first, kind)
    if longer(one, period.kind) != period:
        one = one.next()
    found = []
    while longer(one, period.kind) == period:
        found.append(one)
        one = one.next()
    return tuple(found)


#: What several periods of a kind are called: the name of a table that has a row for each.
TABLES = {
    PeriodKind.DAY: "days",
    PeriodKind.WEEK: "weeks",
    PeriodKind.MONTH: "months",
    PeriodKind.QUARTER: "quarters",
    PeriodKind.HALF: "halves",
    PeriodKind.YEAR: "years",
}


def first_period(kind: str) -> Period:
    """The period in which tests take place: the first one of 2026."""
    return longer(Period(PeriodKind.WEEK, date(2025, 12, 29)), PeriodKind(kind))


def is_shorter(kind: PeriodKind, than: PeriodKind) -> bool:
    """Whether periods of one kind are shorter than those of another: day < week < month < quarter < half < year."""
    return _RANK[kind] > _RANK[than]


def parse(text: str) -> Period | None:
    """The period that the text names, or None.

    Besides the canonical forms: `2026Q3`, `2026-q3`, `2026/07`, `2026.7.15`, `2026年`, `2026年7月`,
    `2026年7月15日`, `2026年第3季度`, `2026年三季度`, `2026年上半年`, `2026年第31周`, in full-width characters
    too. Digits alone (`202607`) and decimals (`2026.10`, which as a number is 2026.1) are not read: they
    may mean another month. Years 1900 to 2199.
    """
    # A person's text has spaces in it, Chinese and spreadsheets' text full-width characters.
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    for form, kind in _FORMS:
        found = form.fullmatch(plain)
        if found:
            year, *numbers = (_number(part) for part in found.groups())
            return _period(kind, year, numbers) if year in _YEARS else None
    return None


def periods_between(text: str) -> tuple[Period, ...] | None:
    """The periods of a range such as `2026-Q1..2026-Q3`, both ends included; a single period is a range too.

    `2026年1月至2026年3月` and `~` are read as well. None where an end is no period, the ends are of
    different kinds, or the second lies before the first.
    """
    ends = [parse(end) for end in re.split(r"\.\.+|至|~", unicodedata.normalize("NFKC", text))]
    if len(ends) > 2:
        return None
    start, end = ends[0], ends[-1]
    if start is None or end is None or start.kind is not end.kind or end < start:
        return None
    found = [start]
    while found[-1] < end:
        found.append(found[-1].next())
    return tuple(found)


def _first_day(day: date, kind: PeriodKind) -> date:
    if kind is PeriodKind.DAY:
        return day
    if kind is PeriodKind.WEEK:
        return day - timedelta(days=day.weekday())
    months = _MONTHS[kind]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _after(first: date, kind: PeriodKind) -> date:
    """The first day after the period that begins on `first`."""
    if kind in _DAYS:
        return first + timedelta(days=_DAYS[kind])
    months = first.month - 1 + _MONTHS[kind]
    return date(first.year + months // 12, months % 12 + 1, 1)


def _period(kind: PeriodKind, year: int, numbers: list[int]) -> Period | None:
    """The period of these numbers, or None where the calendar has no such month, week or day."""
    try:
        return Period(kind, _FIRST[kind](year, *numbers))
    except ValueError:
        return None


_FIRST: dict[PeriodKind, Callable[..., date]] = {
    PeriodKind.YEAR: lambda year: date(year, 1, 1),
    PeriodKind.HALF: lambda year, half: date(year, 6 * half - 5, 1),
    PeriodKind.QUARTER: lambda year, quarter: date(year, 3 * quarter - 2, 1),
    PeriodKind.MONTH: lambda year, month: date(year, month, 1),
    PeriodKind.WEEK: lambda year, week: date.fromisocalendar(year, week, 1),
    PeriodKind.DAY: date,
}
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


def _number(digits: str) -> int:
    return _CHINESE[digits] if digits in _CHINESE else int(digits)


# Over NFKC upper-case text without spaces.
_FORMS = tuple(
    (re.compile(form, re.ASCII), kind)
    for form, kind in (
        (r"(\d{4})年?", PeriodKind.YEAR),
        (r"(\d{4})[-/年]?H([12])", PeriodKind.HALF),
        (r"(\d{4})年?([上下])半年", PeriodKind.HALF),
        (r"(\d{4})[-/年]?Q([1-4])", PeriodKind.QUARTER),
        (r"(\d{4})(?:年第?|第)([1-4一二三四])季度?", PeriodKind.QUARTER),
        (r"(\d{4})[-/](\d{1,2})", PeriodKind.MONTH),
        (r"(\d{4})年(\d{1,2})月份?", PeriodKind.MONTH),
        (r"(\d{4})[-/年]?W(\d{1,2})", PeriodKind.WEEK),
        (r"(\d{4})(?:年第?|第)(\d{1,2})周", PeriodKind.WEEK),
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", PeriodKind.DAY),
        (r"(\d{4})/(\d{1,2})/(\d{1,2})", PeriodKind.DAY),
        (r"(\d{4})\.(\d{1,2})\.(\d{1,2})", PeriodKind.DAY),
        (r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]", PeriodKind.DAY),
    )
)
