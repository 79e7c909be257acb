"""Histories: records that hold from a day until the next one of the same person, and what the days of a period make of them.

Every row of the matrix is laid against the records of its person: each record that is in force on some days of the
row's period gives a stretch of days. Measures are asked of the stretches; attributes are those of the last day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import Diagnostic
from kpirules.facts.answers import Answers
from kpirules.facts.cells import Cells
from kpirules.facts.measures import measure
from kpirules.facts.records import Records
from kpirules.facts.recordset import DAYS, PLACE, Around, RecordSet, record_set
from kpirules.facts.rows import Rows
from kpirules.facts.selection import taken
from kpirules.facts.sql import Compiler, Number
from kpirules.matrix import Column, Integers
from kpirules.model.expressions import Aggregate, Over, Value
from kpirules.model.rules import Table
from kpirules.units import DAY, Unit

_EPOCH = date(1970, 1, 1)
_NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Stretches:
    """Days of the period of a row on which one record is in force, by row and then by day. A day is counted from 1970-01-01.

    place: the record. first: the first of the days.
    """

    row: Integers
    place: Integers
    first: Integers
    days: Integers


@dataclass(frozen=True, slots=True)
class _InForce:
    """The records of the people of the rows, by thread and then by day. until: the last day on which each holds.

    A thread is a person's records of which each ends the one before; whose: the person of each thread, ascending.
    """

    order: Integers
    thread: Integers
    since: Integers
    until: Integers
    whose: Integers


def stretches(records: Records, rows: Rows) -> Stretches:
    """The stretches of every row; a record that holds on no day of a row's period has none there."""
    known = _in_force(records, rows)
    first, last = _days_of(rows)
    people = _places(rows)
    staff = np.array([people[one] for one in rows.people] or [0], np.int64)[rows.staff]
    owner, thread = _spread(np.searchsorted(known.whose, staff), np.searchsorted(known.whose, staff, "right"))
    pair, at = _spread(*_met(known, thread, first[owner], last[owner]))
    row = owner[pair]
    begin = np.maximum(known.since[at], first[row])
    days = np.minimum(known.until[at], last[row]) - begin + 1
    there = days > 0
    return Stretches(row[there], known.order[at][there], begin[there], days[there])


def _spread(low: Integers, high: Integers) -> tuple[Integers, Integers]:
    """Every number from `low` to below `high`, range by range, with the place of its range."""
    counts = np.maximum(high - low, 0)
    place = np.repeat(np.arange(len(counts)), counts)
    return place, low[place] + np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)


def on_last_day(records: Records, rows: Rows) -> Integers:
    """The record in force on the last day of each row's period; -1 where there is none."""
    found = np.full(len(rows), -1, np.int64)
    _, last = _days_of(rows)
    held = stretches(records, rows)
    ending = held.first + held.days - 1 == last[held.row]
    found[held.row[ending]] = held.place[ending]
    return found


def days_of_periods(rows: Rows) -> Integers:
    """How many days the period of each row has."""
    first, last = _days_of(rows)
    return last - first + 1


def _places(rows: Rows) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(rows.people))}


def _days_of(rows: Rows) -> tuple[Integers, Integers]:
    if rows.spells is not None:
        return rows.spells.first, rows.spells.last
    first = np.array([(one.first - _EPOCH).days for one in rows.periods] or [0], np.int64)
    last = np.array([(one.last - _EPOCH).days for one in rows.periods] or [0], np.int64)
    return first[rows.period], last[rows.period]


def _in_force(records: Records, rows: Rows) -> _InForce:
    """Each record's days: until the day before the next one of its thread, or until its own end.

    Of records of one day the last one in the file holds.
    """
    places = _places(rows)
    person = np.array([*(places.get(name, -1) for name in records.staff_names), -1], np.int64)[records.staff]
    since = _day(records.columns[records.data.placed_by])
    keys = np.stack([person, *(_codes(records.columns[name]) for name in records.data.each)], 1)
    kinds, thread = np.unique(keys, axis=0, return_inverse=True)
    thread = thread.reshape(-1).astype(np.int64)
    order = np.lexsort((since, thread)).astype(np.int64)
    order = order[person[order] >= 0]
    thread, since = thread[order], since[order]
    until = np.full(len(order), _NEVER, np.int64)
    if len(order):
        follows = thread[1:] == thread[:-1]
        until[:-1][follows] = since[1:][follows] - 1
    if records.data.until is not None:
        ends = records.columns[records.data.until]
        until = np.minimum(until, np.where(ends.present[order], _day(ends)[order], _NEVER))
    return _InForce(order, thread, since, until, kinds[:, 0].astype(np.int64))


def _codes(cells: Cells) -> Integers:
    """Equal values by equal numbers; -1 where missing."""
    _, codes = np.unique(cells.values, return_inverse=True)
    return np.where(cells.present, codes, -1).astype(np.int64)


def _day(moments: Cells) -> Integers:
    days = moments.values // DAY if moments.unit is Unit.DATETIME else moments.values
    return days.astype(np.int64)


def _met(known: _InForce, thread: Integers, first: Integers, last: Integers) -> tuple[Integers, Integers]:
    """From which to before which of a thread's records a period is met; the first may have ended before."""
    earliest = min(int(known.since.min(initial=0)), int(first.min(initial=0))) - 1
    width = max(int(known.since.max(initial=0)), int(last.max(initial=0))) - earliest + 2
    keys = known.thread * width + (known.since - earliest)
    start = np.searchsorted(keys, thread * width, "left")
    low = np.searchsorted(keys, thread * width + (first - earliest), "right") - 1
    high = np.searchsorted(keys, thread * width + (last - earliest), "right")
    return np.maximum(low, start).astype(np.int64), high.astype(np.int64)


def held_set(
    records: Records, rows: Rows, aggregates: Sequence[Aggregate], around: Around
) -> tuple[RecordSet | None, list[Diagnostic]]:
    """The stretches as the query engine sees them: a record once for every row in whose period it is in force."""
    held = stretches(records, rows)
    again = replace(
        records,
        rows=records.rows[held.place],
        columns={name: taken(cells, held.place) for name, cells in records.columns.items()},
        staff=records.staff[held.place],
        period=np.zeros(len(held.place), np.int32),
    )
    kept, told = record_set(again, held.row, aggregates, around)
    if kept is None:
        return None, told
    table = kept.table.append_column(DAYS, pa.array(held.days)).append_column(_FIRST, pa.array(held.first))
    return replace(kept, table=table), told


#: The column with the first day of a stretch.
_FIRST = "first_day"


def measured(
    kept: RecordSet, aggregates: Sequence[Aggregate], tables: Mapping[str, Table], rows: Rows
) -> tuple[dict[str, Column], list[Diagnostic]]:
    """A column for each aggregate of the history."""
    columns, told = measure(kept, aggregates, tables, len(rows))
    whole = days_of_periods(rows).astype(np.float64)
    for one in aggregates:
        if one.kind is Over.DAY_SHARE and one.name in columns:
            columns[one.name] = replace(columns[one.name], divisor=whole)
    return columns, told


@dataclass(frozen=True, slots=True)
class Held:
    """One stretch of one person: the days, the value asked for, and what the record says in words.

    counted: the measure's condition is known to hold for it, and it has a value where one is asked for.
    """

    first: date
    last: date
    counted: bool
    value: Value | None
    said: tuple[str, ...]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class HeldIn:
    """The stretches behind one aggregate of a history, by the row of the matrix."""

    def __init__(self, kept: RecordSet, aggregate: Aggregate, together: bool) -> None:
        """together: whether many rows will be asked for."""
        compiler = Compiler(kept.columns, kept.around.tables)
        holds = compiler.condition(aggregate.where)
        item = None if aggregate.item is None else compiler.term(aggregate.item)
        top, below, self._factor = "NULL", "1", Fraction(1)
        if isinstance(item, Number):
            top, below, self._factor = item.top, item.below or "1", item.factor
        self._needs_value = item is not None
        self._records = kept.records
        columns = f"{PLACE}, {_FIRST}, {DAYS}, coalesce({holds}, FALSE), {top}, {below}"
        self._answers = Answers(kept, columns, "TRUE", _FIRST, compiler.parameters, together)

    def at(self, row: int) -> tuple[Held, ...]:
        """Those of a row, in order of time."""
        return tuple(self._held(*answer) for answer in zip(*self._answers.of(row), strict=True))

    def _held(self, place: int, first: int, days: int, counted: bool, above: Any, under: Any) -> Held:
        value = None if above is None else Fraction(int(above), int(under)) * self._factor
        begin = _EPOCH + timedelta(days=first)
        return Held(
            begin,
            begin + timedelta(days=days - 1),
            counted and (value is not None or not self._needs_value),
            value,
            _words(self._records, place),
        )


def _words(records: Records, place: int) -> tuple[str, ...]:
    """The texts of a record, in the order of its fields: what it is and why."""
    cells = (records.columns[one.name] for one in records.data.fields if one.type.unit is Unit.TEXT)
    return tuple(one.choices[int(one.values[place])] for one in cells if one.present[place])
