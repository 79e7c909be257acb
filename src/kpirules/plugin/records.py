"""A source made of records that come one after another, as an interface or a file gives them.

Who reads such a source says what its columns hold and yields the records; types, batches, row numbers, missing and
wrong cells, the columns that are wanted, and letting go at the end are seen to here. This module loads pyarrow:
import it where something is read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin.columns import is_settled, spell
from kpirules.plugin.exchange import Chunk, DataRequest, Source
from kpirules.plugin.findings import Findings
from kpirules.plugin.kit_problems import ODD_VALUE

#: What a column holds, for `columns` of `source_of_records`.
TEXT, YES, WHOLE, NUMBER = pa.string(), pa.bool_(), pa.int64(), pa.float64()
DAY, MOMENT, DURATION = pa.date32(), pa.timestamp("us"), pa.duration("us")
#: A moment with a zone; records give it as a datetime with one.
INSTANT = pa.timestamp("us", "UTC")
_EXACT = 2**53  # whole numbers that a float carries


def amount(digits: int, places: int) -> pa.DataType:
    """Exact decimals with so many digits, so many of them behind the point."""
    return pa.decimal128(digits, places)


@dataclass(frozen=True, slots=True)
class Record:
    """One row. row: its number, as a person counts there. cells: its values by column; a missing one is left out or None.

    A value is a str, bool, int, float, Decimal, date, datetime, time or timedelta. done: the share of the source that
    is read with it, where that is known. path: the file in which it stands, where the source is made of several:
    rows are counted in each of them by themselves. None: the source's own.
    """

    row: int
    cells: Mapping[str, object]
    done: float | None = None
    path: str | None = None


def source_of_records(
    request: DataRequest[Any],
    columns: Mapping[str, pa.DataType],
    records: Iterable[Record | Diagnostic],
    *,
    path: str | None = None,
    sheet: str | None = None,
    query: str | None = None,
    batch_rows: int = 4_000,
) -> Source:
    """The source of these records.

    columns: what each holds, in the order of the source: the constants of this module, or `amount`. records: best a
    generator that opens what it needs and closes it in a `finally`; it is closed when reading ends, also before its
    end. A Diagnostic among them is a finding, such as a row that was left out. path: None: the request's location.
    A cell that holds something else than its column is null, with an error that names its place.
    """
    for name, kind in columns.items():
        if not is_settled(kind):
            raise TypeError(f"the column {name!r} is of the type {kind}, which no source may give")
    schema = pa.schema([(name, kind) for name, kind in columns.items() if request.wants(name)])
    where = Cell(request.location if path is None else path, sheet=sheet)
    chunks = _Batches(where, schema, batch_rows).chunks(records)
    return Source(where.path, sheet, tuple(columns), schema, chunks, (), query)


@dataclass(frozen=True, slots=True)
class _Batches:
    place: Cell
    schema: pa.Schema
    size: int

    def chunks(self, records: Iterable[Record | Diagnostic]) -> Iterator[Chunk]:
        findings = Findings(self.place.path)
        waiting: list[Record] = []
        try:
            for one in records:
                if isinstance(one, Diagnostic):
                    findings.add(one)
                    continue
                if waiting and waiting[-1].path != one.path:  # a chunk is of one file
                    yield self._chunk(waiting, findings)
                    waiting = []
                waiting.append(one)
                if len(waiting) == self.size:
                    yield self._chunk(waiting, findings)
                    waiting = []
            if waiting:
                yield self._chunk(waiting, findings)
            if last := findings.rest():
                yield Chunk(pa.RecordBatch.from_pylist([], schema=self.schema), 1, last)
        finally:
            close = getattr(records, "close", None)
            if close is not None:
                close()

    def _chunk(self, records: list[Record], findings: Findings) -> Chunk:
        arrays = [self._column(field, records, findings) for field in self.schema]
        if arrays:
            batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        else:
            batch = pa.RecordBatch.from_pylist([], schema=self.schema)
        numbers = pa.array([one.row for one in records[: batch.num_rows]], pa.int64())
        return Chunk(batch, numbers.to_numpy(), findings.drain(), records[-1].done, records[-1].path)

    def _column(self, field: pa.Field, records: list[Record], findings: Findings) -> pa.Array:
        fit = _FITS[field.type.id]
        values: list[object] = []
        for one in records:
            value = one.cells.get(field.name)
            try:
                values.append(None if value is None or value == "" else fit(value, field.type))
            except (ValueError, TypeError, ArithmeticError, pa.ArrowInvalid):
                values.append(None)
                findings.add(self._odd(one, field, value))
        return pa.array(values, field.type)

    def _odd(self, one: Record, field: pa.Field, value: object) -> Diagnostic:
        said = str(value)[:100]
        place = Cell(one.path or self.place.path, one.row, field.name, self.place.sheet, said)
        kind, advice = _KINDS[field.type.id], _NOTHING
        if pa.types.is_timestamp(field.type) and (moment := _as_moment(value)) is not None:
            kind, advice = (_ZONED, _GIVE_ZONE) if moment.tzinfo is None else (_ZONELESS, _TAKE_INSTANT)
        return ODD_VALUE.at(place, value=said, column=field.name, kind=kind, advice=advice)


# What fits into a column; a value that does not is a ValueError, or what its conversion raises.


def _text(value: object, kind: pa.DataType) -> object:
    return (value if isinstance(value, str) else spell(value)).encode("utf-8", "replace").decode()


def _yes(value: object, kind: pa.DataType) -> object:
    return _of(value, bool)


def _whole(value: object, kind: pa.DataType) -> object:
    return pa.scalar(_of(value, int), pa.int64()).as_py()


def _number(value: object, kind: pa.DataType) -> object:
    number = _of(value, int, float)
    if isinstance(number, int) and abs(number) > _EXACT:
        raise ValueError
    return None if number != number else float(number)  # NaN is no number


def _decimal(value: object, kind: pa.DataType) -> object:
    number = _of(value, int, float, Decimal)
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    return pa.scalar(exact, kind).as_py()


def _day(value: object, kind: pa.DataType) -> object:
    if isinstance(value, datetime.datetime):
        raise ValueError
    return _of(value, datetime.date)


def _moment(value: object, kind: pa.DataType) -> object:
    moment = _of(value, datetime.datetime)
    # A moment without a zone is another one than the same with it: neither is made of the other.
    if (moment.tzinfo is None) != (kind.tz is None):
        raise ValueError
    return moment


def _duration(value: object, kind: pa.DataType) -> object:
    if isinstance(value, datetime.time):
        return datetime.datetime.combine(datetime.date.min, value) - datetime.datetime.min
    return _of(value, datetime.timedelta)


def _as_moment(value: object) -> datetime.datetime | None:
    """The moment that the value is, or that its text says."""
    try:
        moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    return moment if isinstance(moment, datetime.datetime) else None


def _of(value: object, *types: type) -> Any:
    """The value, if it is of one of the types; True is no number."""
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise ValueError
    return value


_FITS: Mapping[int, Callable[[object, pa.DataType], object]] = {
    TEXT.id: _text,
    YES.id: _yes,
    WHOLE.id: _whole,
    NUMBER.id: _number,
    amount(1, 0).id: _decimal,
    DAY.id: _day,
    MOMENT.id: _moment,
    DURATION.id: _duration,
}
_KINDS: Mapping[int, Words] = {
    TEXT.id: Words("text", "文本"),
    YES.id: Words("true or false", "true 或 false"),
    WHOLE.id: Words("whole numbers", "整数"),
    NUMBER.id: Words("numbers", "数字"),
    amount(1, 0).id: Words("exact decimals", "精确小数"),
    DAY.id: Words("days", "日期"),
    MOMENT.id: Words("moments", "时刻"),
    DURATION.id: Words("durations", "时长"),
}

# Of a moment that does not fit because of its zone alone.
_NOTHING = Words("", "")
_ZONED = Words("moments with a zone: the zone is lacking here", "带时区的时刻：此处缺少时区")
_ZONELESS = Words("moments without a zone: this one has a zone", "不带时区的时刻：此处带有时区")
_GIVE_ZONE = Words(
    " (write it with its zone, such as 2026-07-01T09:30:00+08:00), or let the adapter give the zone of the place "
    'where it was written: value.replace(tzinfo=ZoneInfo("Asia/Shanghai"))',
    "（连同时区写出，如 2026-07-01T09:30:00+08:00），或由适配器给出记录所在地的时区："
    'value.replace(tzinfo=ZoneInfo("Asia/Shanghai"))',
)
_TAKE_INSTANT = Words(
    ", or let the adapter declare the column as INSTANT; a zone is never dropped",
    "，或由适配器将该列声明为 INSTANT；时区不得丢弃",
)
