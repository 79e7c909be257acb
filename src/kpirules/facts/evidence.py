"""The records behind a measure's value, for the derivation of a score: which were counted, and with what value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pyarrow.compute as pc

from kpirules.facts.bindings import Binding
from kpirules.facts.query import ask
from kpirules.facts.recordset import PLACE, ROW, RecordSet
from kpirules.facts.sql import Compiler, Number
from kpirules.model.expressions import Aggregate, Over
from kpirules.model.rules import Table
from kpirules.plugin.columns import spell


@dataclass(frozen=True, slots=True)
class Record:
    """One record. row: as a person counts in the file. id: what the binding says names it, else None.

    counted: the measure's condition is known to hold for it (of a share: it is among the part, not only the
    whole), and it has a value where the measure takes one. value: of the measure's item, None where that is missing
    or there is no item.
    """

    row: int
    id: str | None
    counted: bool
    value: Fraction | str | bool | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The records of one staff member and period that a measure looked at, in the order of the file.

    count: how many of them it counted (of a mean or the like: with a value). of: how many it looked at: of a
    share its whole, else all records of the staff member and period. records: the first of those `of`.
    """

    data: str
    path: str
    sheet: str | None
    count: int
    of: int
    records: tuple[Record, ...]


def evidence_of(
    records: RecordSet,
    binding: Binding,
    aggregate: Aggregate,
    tables: Mapping[str, Table],
    row: int,
    most: int | None,
) -> Evidence:
    """The records behind the aggregate at a row of the matrix; at most `most` of them are listed, counted ones first."""
    compiler = Compiler(records.columns, tables)
    among = compiler.condition(aggregate.among)
    holds = compiler.condition(aggregate.where)
    item = None if aggregate.item is None else compiler.term(aggregate.item)
    top, below = (
        ("NULL", "NULL")
        if item is None
        else (item.top, item.below or "1")
        if isinstance(item, Number)
        else (item.sql, "NULL")
    )
    mine = records.table.filter(pc.equal(records.table[ROW], row))
    answer = ask(
        f"SELECT {PLACE}, coalesce({holds}, FALSE), {top}, {below} FROM records WHERE {among} ORDER BY {PLACE}",
        compiler.parameters,
        mine,
    )
    places, held, tops, belows = (column.to_pylist() for column in answer.columns)
    source, found = records.records.findings.source, records.records.rows
    needs_value = item is not None and aggregate.kind is not Over.SHARE
    told: list[Record] = []
    for place, counted, above, under in zip(places, held, tops, belows, strict=True):
        at = int(found[place])
        value = above
        if isinstance(item, Number):
            value = None if above is None else Fraction(int(above), int(under)) * item.factor
        taken = counted and (value is not None or not needs_value)
        told.append(Record(source.row(at), _id(records, binding, at), taken, value))
    count = sum(one.counted for one in told)
    listed = sorted(told, key=lambda one: not one.counted)[:most]
    return Evidence(
        aggregate.data,
        source.path,
        source.sheet,
        count,
        len(told),
        tuple(sorted(listed, key=lambda one: one.row)),
    )


def _id(records: RecordSet, binding: Binding, at: int) -> str | None:
    title, table = binding.names_a_record, records.records.findings.source.table
    if title is None or table is None or title not in table.column_names:
        return None
    value = table[title][at].as_py()
    return None if value is None else spell(value).strip()
