"""A source that aggregates in plain Python, row by row: what `kpirules.plugin.grouping` means, for the tests."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pydantic import BaseModel

from kpirules.diagnostics import Words
from kpirules.plugin import Capability, Chunk, DataRequest, Description, Source
from kpirules.plugin.grouping import (
    STAFF,
    TIME,
    Both,
    Column,
    Compared,
    Condition,
    Either,
    Elapsed,
    Given,
    GroupRequest,
    IsBroken,
    IsMissing,
    Negated,
    OneOf,
    Outside,
    Summary,
    Term,
)

Row = Mapping[str, Any]


class Options(BaseModel):
    pass


class Memory:
    """Gives one table, row by row or in groups; `grouped` counts how often it was asked for groups."""

    name = "memory"
    description = Words("a table in memory", "内存中的表")
    endings = (".memory",)
    Options = Options
    capabilities: frozenset[Capability] = frozenset({"groups"})

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.read_rows = 0
        self.grouped = 0

    def describe(self, location: str, options: BaseModel) -> Description:
        return Description(())

    def read(self, request: DataRequest[Any]) -> Source:
        self.read_rows += 1
        batches = self.table.combine_chunks().to_batches() or [
            pa.RecordBatch.from_pylist([], schema=self.table.schema)
        ]
        header = tuple(self.table.column_names)
        return Source(request.location, None, header, self.table.schema, (Chunk(batches[0], 1),))

    def group(self, request: GroupRequest[Any]) -> Source | None:
        self.grouped += 1
        groups: dict[tuple[str | None, datetime.date | None], list[Row]] = {}
        for row in self.table.to_pylist():
            moment = row[request.moment]
            day = None if moment is None else moment.date()
            if day is not None and request.by == "month":
                day = day.replace(day=1)
            groups.setdefault((text(row[request.staff]), day), []).append(row)
        columns: dict[str, pa.Array] = {
            STAFF: pa.array([staff for staff, _ in groups], pa.string()),
            TIME: pa.array([day for _, day in groups], pa.date32()),
        }
        for name, wanted in request.values.items():
            found = [summed(wanted, rows) for rows in groups.values()]
            columns[name] = pa.array(found, pa.int64() if whole(found) else pa.decimal128(38, 6))
        batch = pa.RecordBatch.from_pydict(columns)
        return Source(request.location, None, tuple(columns), batch.schema, (Chunk(batch, 1),), query="GROUP")


def whole(values: Iterable[object]) -> bool:
    return all(one is None or isinstance(one, int) for one in values)


def text(value: object) -> str | None:
    return (str(value).strip() or None) if value is not None else None


def term(one: Term, row: Row) -> Any:
    match one:
        case Column(name):
            value = row[name]
            return text(value) if isinstance(value, str) else value
        case Elapsed(start, end):
            if row[start] is None or row[end] is None:
                return None
            return (row[end] - row[start]) // datetime.timedelta(microseconds=1)
        case Given(value):
            return value


def holds(one: Condition | None, row: Row) -> bool | None:
    """True, False, or None where it cannot be known."""
    match one:
        case None:
            return True
        case Compared(operator, left, right):
            a, b = term(left, row), term(right, row)
            if a is None or b is None:
                return None
            return bool(
                {"=": a == b, "!=": a != b}[operator]
                if operator in ("=", "!=")
                else {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
            )
        case OneOf(item, values):
            value = term(item, row)
            return None if value is None else value in values
        case IsMissing(item):
            return term(item, row) is None
        case IsBroken(item):
            value = term(item, row)
            return None if value is None else value % 1 != 0
        case Outside(column, first, last):
            return None if row[column] is None else not first <= row[column].year <= last
        case Both(left, right):
            a, b = holds(left, row), holds(right, row)
            return False if False in (a, b) else None if None in (a, b) else True
        case Either(left, right):
            a, b = holds(left, row), holds(right, row)
            return True if True in (a, b) else None if None in (a, b) else False
        case Negated(item):
            found = holds(item, row)
            return None if found is None else not found


def summed(wanted: Summary, rows: list[Row]) -> int | Decimal | None:
    held = [row for row in rows if holds(wanted.where, row) is True]
    if wanted.kind == "count":
        return len(held)
    assert wanted.item is not None
    values = [value for row in held if (value := term(wanted.item, row)) is not None]
    match wanted.kind:
        case "values":
            return len(values)
        case "sum":
            return sum(values) if values else None
        case "min":
            return min(values, default=None)
        case "max":
            return max(values, default=None)
