"""A company's own calendar: the days that differ, as text. Takes text; reading the file is its caller's work."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from kpirules.calendars.problems import CONTRADICTION, UNREADABLE_LINE
from kpirules.diagnostics import Diagnostic, Span
from kpirules.periods import Period, PeriodKind, parse, periods_between

_WORK = frozenset({"work", "workday", "上班", "工作", "工作日"})
_REST = frozenset({"rest", "holiday", "休息", "放假", "休息日"})
_COMPLETE = frozenset({"complete", "齐全"})
_HEADINGS = frozenset({"date", "day", "日期"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """days: True where people work, False where they rest; they go before weekends and public holidays.

    complete: years of which `days` holds every exception to the plain week, public holidays included.
    """

    days: Mapping[date, bool] = field(default_factory=dict)
    complete: frozenset[int] = frozenset()


NO_OVERRIDES = Overrides()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    path: str

    @property
    def span(self) -> Span:
        return Span(self.path, self.number, 1, self.number, len(self.text) + 1)


def parse_overrides(text: str, path: str) -> tuple[Overrides, tuple[Diagnostic, ...]]:
    """The overrides in the text of a calendar file, and everything wrong with it (K481, K482).

    A line is `DAY,work`, `DAY,rest`, `DAY..DAY,rest` or `YEAR,complete`; the words are Chinese too, and
    what follows a second comma is a note. `path` is for the messages.
    """
    days: dict[date, bool] = {}
    said: dict[date, int] = {}
    complete: set[int] = set()
    wrong: list[Diagnostic] = []
    for line in _lines(text, path):
        when, what = _cells(line.text)
        if what in _COMPLETE and (year := _year(when)) is not None:
            complete.add(year)
        elif what in _WORK | _REST and (named := _days(when)):
            works = what in _WORK
            clash = next((day for day in named if days.get(day, works) != works), None)
            if clash is None:
                days |= dict.fromkeys(named, works)
                said |= dict.fromkeys(named, line.number)
            else:
                wrong.append(CONTRADICTION.at(line.span, day=clash.isoformat(), line=said[clash]))
        else:
            wrong.append(UNREADABLE_LINE.at(line.span, text=line.text.strip()))
    return Overrides(days, frozenset(complete)), tuple(wrong)


def _lines(text: str, path: str) -> list[_Line]:
    """The lines that say something, without the heading."""
    lines = [
        _Line(number, line, path) for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1)
    ]
    lines = [_Line(one.number, one.text.rstrip("\r"), path) for one in lines]
    telling = [one for one in lines if one.text.strip() and not one.text.lstrip().startswith(("#", "＃"))]
    return telling[1:] if telling and _cells(telling[0].text)[0].casefold() in _HEADINGS else telling


def _cells(line: str) -> tuple[str, str]:
    """The day or year of a line, and the word beside it: separated by a comma, semicolon, tab or blanks."""
    plain = unicodedata.normalize("NFKC", line).strip()
    cells = [cell.strip().strip('"') for cell in re.split(r"[,;\t]", plain)]
    if len(cells) == 1:
        cells = plain.rsplit(maxsplit=1)
    return (cells[0], cells[1].casefold()) if len(cells) > 1 else ("", "")


def _year(text: str) -> int | None:
    period = parse(text)
    return period.first.year if period is not None and period.kind is PeriodKind.YEAR else None


def _days(text: str) -> list[date]:
    """The days of a day or of a range of days; none where the text is neither."""
    periods: tuple[Period, ...] = periods_between(text) or ()
    if not periods or periods[0].kind is not PeriodKind.DAY:
        return []
    return [periods[0].first + timedelta(days=offset) for offset in range(len(periods))]
