"""The records of a data set as the query engine sees them: whole-number columns with names of our own.

Makes the table and says what its columns hold. Asks nothing but which records may follow others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa

from kpirules.calendars import Calendar, UnknownYears
from kpirules.diagnostics import Cell, Diagnostic
from kpirules.facts import problems
from kpirules.facts.cells import Cells, Mask
from kpirules.facts.clocks import Clocks, clocks
from kpirules.facts.following import followers
from kpirules.facts.query import ask
from kpirules.facts.records import Records
from kpirules.facts.sql import Columns, Compiler, NumberColumn
from kpirules.facts.whole import whole
from kpirules.matrix import Integers
from kpirules.model import expressions as e
from kpirules.model.rules import Table
from kpirules.units import Unit

#: Columns of the query besides fields: the row of the matrix, the place among the records, the order by the placing field.
ROW, PLACE, ORDER = "row_of_matrix", "place_of_record", "order_of_record"
#: Of a history: on how many days of the row's period the record is in force.
DAYS = "days_in_force"


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a data set's records: all data sets by name, the lookup tables, the calendar."""

    records: Mapping[str, Records]
    tables: Mapping[str, Table]
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class RecordSet:
    """table: one row per record of `records` that belongs to a row of the matrix, in their order.

    followers: by condition, the column with the place of the record (of its data set) that follows.
    """

    records: Records
    table: pa.Table
    columns: Columns
    around: Around
    followers: Mapping[e.Followed, str]


def record_set(
    records: Records, rows: Integers, asked: Iterable[e.Expr], around: Around
) -> tuple[RecordSet | None, list[Diagnostic]]:
    """The records with the matrix row of each (-1: none); None where a column cannot be counted with exactly.

    asked: aggregates, or conditions on single records. rows decides alone which records belong where: they may be
    of any period.
    """
    expressions = [part for one in asked for part in e.own_parts(one)]
    used = dict.fromkeys(part.name for part in expressions if isinstance(part, e.Field))
    ordered = any(isinstance(p, e.Aggregate) and p.kind in (e.Over.FIRST, e.Over.LAST) for p in expressions)
    inside = rows >= 0
    places = np.flatnonzero(inside).astype(np.int64)
    arrays: dict[str, pa.Array] = {ROW: pa.array(rows[places].astype(np.int32)), PLACE: pa.array(places)}
    if ordered:
        arrays[ORDER] = pa.array(_order(records.columns[records.data.placed_by], places))
    numbers: dict[str, NumberColumn] = {}
    others: dict[str, str] = {}
    told: list[Diagnostic] = []
    for name in used:
        cells, column = records.columns[name], f"field_{len(arrays)}"
        found = _field(cells, places)
        if found is None:
            told.append(_too_long(records, name))
            continue
        arrays[column], number = found
        if number is None:
            others[name] = column
        else:
            numbers[name] = NumberColumn(column, *number)
    ticking, wrong = _clocks(records, places, expressions, around.calendar)
    told += wrong
    found_clocks: dict[tuple[str, str], NumberColumn] = {}
    for (name, function), (readings, there) in (ticking.readings if ticking else {}).items():
        column = f"clock_{len(arrays)}"
        arrays[column] = pa.array(readings, pa.int64(), mask=~there)
        found_clocks[name, function] = NumberColumn(column, Fraction(1), _bound(readings))
    followed: dict[e.Followed, str] = {}
    following: dict[e.Followed, str] = {}
    for one in dict.fromkeys(part for part in expressions if isinstance(part, e.Followed)):
        column = f"followed_{len(arrays)}"
        answer = _followed(records, one, around)
        if isinstance(answer, list):
            told += answer
            continue
        then, known = answer
        followed[one], following[one] = column, f"{column}_by"
        arrays[column] = pa.array(then[places] >= 0, pa.bool_(), mask=~known[places])
        arrays[following[one]] = pa.array(then[places], pa.int64())
    if told:
        return None, told
    moment = ticking.moment if ticking else None
    columns = Columns(numbers, others, found_clocks, moment, followed)
    return RecordSet(records, pa.table(arrays), columns, around, following), []


def _followed(records: Records, one: e.Followed, around: Around) -> tuple[Integers, Mask] | list[Diagnostic]:
    """The place of the record that follows each (-1: none within the time), and where that is known."""
    then = around.records.get(one.data)
    size = len(records)
    if then is None or not isinstance(one.within.value, Fraction):
        return np.full(size, -1, np.int64), np.zeros(size, bool)
    may = np.asarray(~then.findings.wrong[then.rows], bool)  # what is set aside follows nothing
    if one.where is not None:
        asked, told = record_set(then, np.zeros(len(then), np.int64), [one.where], around)
        if asked is None:
            return told
        compiler = Compiler(asked.columns, around.tables)
        sql = f"SELECT {PLACE} FROM records WHERE {compiler.condition(one.where)}"
        held = np.zeros(len(then), bool)
        held[ask(sql, compiler.parameters, asked.table)[PLACE].to_numpy()] = True
        may &= held
    keys = [
        (records.columns[own.name], then.columns[other.name])
        for own, other in zip(one.own, one.other, strict=True)
        if isinstance(own, e.Field) and isinstance(other, e.Field)
    ]
    first, second = records.columns[records.data.placed_by], then.columns[then.data.placed_by]
    places, waits, known = followers(keys, first, second, may, same=then is records)
    # Times are whole microseconds, so the limit may be cut to one.
    places[waits > int(one.within.value)] = -1
    return places, known


def _field(cells: Cells, places: Integers) -> tuple[pa.Array, tuple[Fraction, int] | None] | None:
    """A field's column at these places, with factor and bound where it is a number; None where that has no exact form."""
    there = cells.present[places]
    if cells.unit in (Unit.TEXT, Unit.STAFF):
        codes = pa.array(cells.values[places], pa.int32(), mask=~there)
        return pa.DictionaryArray.from_arrays(codes, pa.array(cells.choices, pa.string())), None
    if cells.unit is Unit.BOOLEAN:
        return pa.array(cells.values[places] == 1, pa.bool_(), mask=~there), None
    numbers = whole(cells)
    if numbers is None:
        return None
    array = numbers.array if len(places) == len(cells) else numbers.array.take(pa.array(places))
    return array, (numbers.factor, numbers.bound)


def _order(placing: Cells, places: Integers) -> Integers:
    """The rank of each record by the placing field; of the same moment, as they stand."""
    ranks = np.empty(len(places), np.int64)
    ranks[np.argsort(placing.values[places], kind="stable")] = np.arange(len(places))
    return ranks


@dataclass(frozen=True, slots=True)
class _Ticking:
    readings: Mapping[tuple[str, str], tuple[Integers, Mask]]
    clocks: Clocks | None

    def moment(self, function: str, at: int) -> int:
        if self.clocks is None:
            return 0
        return int(self.clocks.read(function, np.array([at], np.int64))[0])


def _clocks(
    records: Records, places: Integers, expressions: Iterable[e.Expr], calendar: Calendar
) -> tuple[_Ticking | None, list[Diagnostic]]:
    """The readings of every date-time field that a function of working time uses."""
    wanted: dict[tuple[str, str], None] = {}
    constants: list[int] = []
    for call in expressions:
        if isinstance(call, e.Call) and call.function in ("working_time", "workdays"):
            for part in (p for argument in call.arguments for p in e.own_parts(argument)):
                if isinstance(part, e.Field) and part.unit is Unit.DATETIME:
                    wanted[part.name, call.function] = None
                elif (
                    isinstance(part, e.Constant)
                    and part.unit is Unit.DATETIME
                    and isinstance(part.value, Fraction)
                ):
                    constants.append(int(part.value))
    if not wanted and not constants:
        return None, []
    moments = {name: records.columns[name].values[places] for name, _ in wanted}
    there = {name: records.columns[name].present[places] for name, _ in wanted}
    made = clocks(calendar, [*(moments[n][there[n]] for n in moments), np.array(constants, np.int64)])
    if isinstance(made, UnknownYears):
        source = records.findings.source
        return None, [made.diagnostic(Cell(source.path, sheet=source.sheet))]
    readings: dict[tuple[str, str], tuple[Integers, Mask]] = {}
    for name, function in wanted:
        column = np.zeros(len(places), np.int64)
        if made is not None:
            column[there[name]] = made.read(function, moments[name][there[name]])
        readings[name, function] = (column, there[name])
    return _Ticking(readings, made), []


def _bound(readings: Integers) -> int:
    return int(np.abs(readings).max(initial=0))


def _too_long(records: Records, name: str) -> Diagnostic:
    source = records.findings.source
    return problems.TOO_MANY_DIGITS.at(
        Cell(source.path, sheet=source.sheet), name=name, table=records.data.name
    )
