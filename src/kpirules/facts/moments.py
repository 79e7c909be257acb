"""Columns of dates and date-times. ISO unless the binding declares another format; never a guess at day and month.

Date-times are microseconds and dates are days since 1970-01-01, both of a wall clock. Text is read fast where
it is uniform, and otherwise each distinct text once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Problem
from kpirules.facts import problems
from kpirules.facts.bindings import CellRules
from kpirules.facts.cells import Cells, Fault, Mask, coded, faults_by, fold, mask, present, strings
from kpirules.facts.dateformat import DateFormat, moment
from kpirules.matrix import Integers
from kpirules.units import DAY, HOUR, MINUTE, Unit

_FIRST = (datetime(1900, 1, 1) - datetime(1970, 1, 1)) // timedelta(microseconds=1)
_END = (datetime(2200, 1, 1) - datetime(1970, 1, 1)) // timedelta(microseconds=1)

# Uniform ISO with a day that every month has: the rest (1 in 15) is read one by one.
_SURE = (
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
    r"([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.(\d{1,3}|\d{6}))?)?)?$"
)
_ISO = re.compile(
    r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?|(?P<compact>\d{4}))"
    r"(?:[T\s]\s*(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?:[.,](?P<part>\d{1,9}))?秒?|分)?)?"
    r"\s*(?P<zone>[Zz]|UTC|[-+]\d{2}:?\d{2})?",
    re.ASCII,
)
_NUMBERS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})(\s.*)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Read:
    """Microseconds where `there`; wrong: what is the matter, by problem."""

    values: Integers
    there: Mask
    faults: tuple[Fault, ...] = ()


def read_dates(array: pa.Array, unit: Unit, rules: CellRules) -> Cells:
    """The column as date-times in microseconds, or as dates in days (a date-time there is its day)."""
    read = _native(array, rules) if pa.types.is_temporal(array.type) else None
    if read is None:
        read = _texts(fold(strings(array, rules.missing)), unit, rules)
    far = read.there & ((read.values < _FIRST) | (read.values >= _END))
    faults = (*read.faults, *faults_by(problems.FAR_DATE, far))
    values = read.values // DAY if unit is Unit.DATE else read.values
    return Cells(unit, values, read.there & ~far, faults=faults)


def _native(array: pa.Array, rules: CellRules) -> _Read | None:
    """Dates and timestamps as the source holds them; None for durations, which are no dates."""
    kind = array.type
    if pa.types.is_date32(kind):
        days = array.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
        return _Read(days.astype(np.int64) * DAY, present(array))
    if not pa.types.is_timestamp(kind):
        return None
    if kind.tz is not None:
        array = array if rules.timezone is None else array.cast(pa.timestamp("us", rules.timezone))
        array = pc.local_timestamp(array)
    values = array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return _Read(np.asarray(values, np.int64), present(array))


def _texts(text: pa.Array, unit: Unit, rules: CellRules) -> _Read:
    there = present(text)
    declared = rules.date_format
    if declared is None:
        values, read = _fast_iso(text)
        one: Callable[[str], int | Problem] = lambda cell: _iso(cell, rules.timezone)  # noqa: E731
        args: dict[str, object] = {"kind": problems.KINDS[unit]}
    else:
        values, read = _fast_declared(text, declared)
        one = lambda cell: _or(declared.microseconds(cell), problems.OTHER_DATE)  # noqa: E731
        args = {"format": declared.written, "kind": problems.KINDS[unit]}
    odd = np.flatnonzero(there & ~read)
    if not len(odd):
        return _Read(values, there)
    return _one_by_one(text, values, there, odd, one, args)


def _one_by_one(
    text: pa.Array,
    values: Integers,
    there: Mask,
    odd: Integers,
    one: Callable[[str], int | Problem],
    args: dict[str, object],
) -> _Read:
    """The texts at `odd`, each distinct one once."""
    texts = coded(text.take(pa.array(odd)))
    found = [one(cell) for cell in texts.distinct]
    numbers = np.array([value if isinstance(value, int) else 0 for value in found], np.int64)
    values[odd] = numbers[texts.codes]
    faults: list[Fault] = []
    for problem in dict.fromkeys(value for value in found if isinstance(value, Problem)):
        codes = [code for code, value in enumerate(found) if value is problem]
        rows = odd[np.isin(texts.codes, codes)]
        there[rows] = False
        faults.append(Fault(problem, rows, args))
    return _Read(values, there, tuple(faults))


def _or(value: int | None, problem: Problem) -> int | Problem:
    return problem if value is None else value


def _fast_iso(text: pa.Array) -> tuple[Integers, Mask]:
    """Uniform ISO texts, and which of them were read."""
    try:
        return _micros(text.cast(pa.timestamp("us"))), present(text)
    except pa.ArrowInvalid:
        sure = mask(pc.match_substring_regex(text, _SURE))
        some = pc.if_else(pa.array(sure), text, pa.scalar(None, pa.string()))
        return _micros(some.cast(pa.timestamp("us"))), sure


def _fast_declared(text: pa.Array, declared: DateFormat) -> tuple[Integers, Mask]:
    """Texts of the declared format, and which were read. A day past the end of its month becomes the 1st to 3rd
    of the next there, so these days are left to be read one by one."""
    if declared.fast is None:
        return np.zeros(len(text), np.int64), np.zeros(len(text), bool)
    fits = pc.match_substring_regex(text, f"^(?:{declared.pattern.pattern})$")
    some = pc.if_else(fits, text, pa.scalar(None, pa.string()))
    read = pc.strptime(some, format=declared.fast, unit="us", error_is_null=True)
    sure = mask(pc.greater(pc.day(read), 3))
    return _micros(read), sure


def _micros(array: pa.Array) -> Integers:
    return np.array(array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False), np.int64)


def _iso(cell: str, zone: str | None) -> int | Problem:
    """One text with the year first, or what is the matter with it."""
    found = _ISO.fullmatch(cell)
    if found is None:
        return problems.UNCLEAR_DATE if _NUMBERS.fullmatch(cell) else problems.BAD_CELL
    if found["compact"]:
        whole = f"{found['year']}-{found['compact'][:2]}-{found['compact'][2:]}{cell[8:]}"
        return _iso(whole, zone)
    value = moment(found)
    if value is None:
        return problems.BAD_CELL
    if found["zone"] is None:
        return value
    return problems.ZONED if zone is None else _local(value, found["zone"], zone)


def _local(value: int, offset: str, zone: str) -> int:
    """The clock time in the declared zone of a clock time with an offset from UTC."""
    if offset[0] in "+-":
        digits = offset[1:].replace(":", "")
        shift = int(digits[:2]) * HOUR + int(digits[2:]) * MINUTE
        value -= shift if offset[0] == "+" else -shift
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
    local = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (local - datetime(1970, 1, 1)) // timedelta(microseconds=1)
