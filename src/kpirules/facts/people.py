"""Whom and when a row is about: its staff and period cells as codes, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Words
from kpirules.facts import problems
from kpirules.facts.bindings import Bound
from kpirules.facts.cells import Mask, coded, one_array, strings
from kpirules.facts.selection import Selection
from kpirules.matrix import Codes, Integers
from kpirules.periods import Period, PeriodKind, containing, parse

PERIOD_WORDS = {
    PeriodKind.YEAR: Words("year", "年"),
    PeriodKind.HALF: Words("half-year", "半年"),
    PeriodKind.QUARTER: Words("quarter", "季度"),
    PeriodKind.MONTH: Words("month", "月"),
    PeriodKind.WEEK: Words("week", "周"),
    PeriodKind.DAY: Words("day", "日"),
}
_EPOCH = date(1970, 1, 1)
_SAMPLE_DAY = date(2026, 7, 15)


@dataclass(frozen=True, slots=True)
class People:
    """Codes into the distinct names; -1 where a cell names nobody."""

    codes: Codes
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """All staff that a table names; `table` is the file that it stands in. who: the word for them."""

    table: str
    names: frozenset[str]
    who: Words = Words("staff", "员工")  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class Times:
    """Codes into the distinct periods, ascending; -1 where a cell names none of the right kind."""

    codes: Codes
    periods: tuple[Period, ...]


def sample(kind: PeriodKind) -> str:
    """A period of the kind as one writes it."""
    return str(containing(_SAMPLE_DAY, kind))


def read_people(selection: Selection, bound: Bound) -> People:
    """The staff column, trimmed; numbers and texts of one spelling are one person."""
    texts = coded(strings(one_array(selection.table[bound.column]), bound.cells.missing))
    return People(texts.codes, texts.distinct)


def no_strangers(selection: Selection, title: str, people: People, roster: Roster | None) -> None:
    """Every row of somebody whom the roster does not name is a problem."""
    if roster is None:
        return
    strange = [code for code, name in enumerate(people.names) if name not in roster.names]
    selection.note(
        problems.UNKNOWN_STAFF,
        np.isin(people.codes, strange),
        title,
        lambda row: {"staff": people.names[people.codes[row]]},
        table=roster.table,
        who=roster.who,
    )


def read_periods(selection: Selection, bound: Bound, kind: PeriodKind) -> Times:
    """The period column. A period of another kind than the policy's is a problem.

    The day on which a period of the policy begins names that period: workbooks turn a typed "2026-07" into the date
    2026-07-01 without a word. Any other day is no more than a day.
    """
    column = selection.table[bound.column]
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.date32(), safe=False)
    texts = coded(strings(one_array(column), bound.cells.missing))
    read = [begun(parse(text), kind) for text in texts.distinct]
    words, title = PERIOD_WORDS[kind], bound.column
    selection.note(problems.NO_PERIOD, texts.codes < 0, title, kind=words)
    strange = [code for code, one in enumerate(read) if one is None]
    selection.note(problems.BAD_PERIOD, np.isin(texts.codes, strange), title, kind=words, sample=sample(kind))
    for other in PeriodKind:
        codes = [code for code, one in enumerate(read) if one is not None and one.kind is other is not kind]
        wrong = np.isin(texts.codes, codes)
        found = PERIOD_WORDS[other]
        selection.note(problems.WRONG_PERIOD, wrong, title, kind=words, found=found, sample=sample(kind))
    return _in_order(texts.codes, [p if p is not None and p.kind is kind else None for p in read])


def begun(period: Period | None, kind: PeriodKind) -> Period | None:
    """The period that begins on this day, where one does; else the period itself."""
    if period is None or period.kind is not PeriodKind.DAY:
        return period
    around = containing(period.first, kind)
    return around if around.first == period.first else period


def _in_order(codes: Codes, periods: Sequence[Period | None]) -> Times:
    """The same with equal periods under one code, in ascending order."""
    axis = tuple(sorted({one for one in periods if one is not None}))
    places = {period: place for place, period in enumerate(axis)}
    renamed = np.array([-1 if one is None else places[one] for one in periods] + [-1], np.int32)
    return Times(renamed[codes], axis)


def place(days: Integers, there: Mask, kind: PeriodKind) -> Times:
    """The periods in which days (since 1970-01-01) lie."""
    codes = np.full(len(days), -1, np.int32)
    if not there.any():
        return Times(codes, ())
    first, last = int(days[there].min()), int(days[there].max())
    met = np.zeros(last - first + 1, bool)
    met[days[there] - first] = True
    periods: list[Period] = []
    of_day = np.full(len(met), -1, np.int32)
    for day in np.flatnonzero(met).tolist():
        if periods and (_EPOCH + timedelta(days=first + day)) in periods[-1]:
            of_day[day] = len(periods) - 1
            continue
        periods.append(containing(_EPOCH + timedelta(days=first + day), kind))
        of_day[day] = len(periods) - 1
    codes[there] = of_day[days[there] - first]
    return Times(codes, tuple(periods))


def chosen(periods: Sequence[Period], wanted: Collection[Period] | None) -> Mask:
    """Which periods are asked for: all of them without a wish; a wished year asks for its quarters too."""
    if wanted is None:
        return np.ones(len(periods), bool)
    return np.array([any(period in wish for wish in wanted) for period in periods], bool)


def first_alike(keys: Integers, size: int) -> Integers:
    """For every place the first place with the same key. Keys are from 0 to below `size`."""
    if size > 8 * len(keys) + 1_000_000:
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        return first[which].astype(np.int64)
    first = np.zeros(size, np.int64)
    # Written backwards, so that the earliest place of a key is the one that stays.
    first[keys[::-1]] = np.arange(len(keys) - 1, -1, -1)
    return first[keys]
