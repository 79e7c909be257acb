"""The records behind a measure's value, for the derivation of a score: which were counted, and with what value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import pyarrow.compute as pc

from kpirules.facts.bindings import NO_BINDING, Binding
from kpirules.facts.histories import Held, held_of
from kpirules.facts.query import ask
from kpirules.facts.records import Records
from kpirules.facts.recordset import PLACE, ROW, RecordSet
from kpirules.facts.sql import Compiler, Number
from kpirules.model.expressions import Aggregate, Followed, Over, own_parts
from kpirules.plugin.columns import spell


@dataclass(frozen=True, slots=True)
class Follower:
    """The record that follows another, as far as it is known by name. data: the data set that it is of.

    file: the one in which the row stands, where the data set is made of several.
    """

    data: str
    row: int
    id: str | None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One record. row: as a person counts in the file. id: what the binding says names it, else None.

    file: the one in which the row stands, where the data set is made of several; None: it is the evidence's own.

    counted: the measure's condition is known to hold for it (of a share: it is among the part, not only the
    whole), and it has a value where the measure takes one. value: of the measure's item, None where that is missing
    or there is no item. followers: for each condition on what follows that holds for it, the first record that does.
    """

    row: int
    id: str | None
    counted: bool
    value: Fraction | str | bool | None
    followers: tuple[Follower, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The records of one staff member and period that a measure looked at, in the order of the file.

    count: how many of them it counted (of a mean or the like: with a value). of: how many it looked at: of a
    share its whole, else all records of the staff member and period. records: the first of those `of`.
    held: of a history, the stretches of days instead.
    """

    data: str
    path: str
    sheet: str | None
    count: int
    of: int
    records: tuple[Record, ...]
    held: tuple[Held, ...] = ()

    def without(self, confidential: Collection[str]) -> Evidence:
        """The same with no record named that is of one of these data sets."""
        if self.data in confidential:
            return replace(self, records=())
        records = (
            replace(one, followers=tuple(then for then in one.followers if then.data not in confidential))
            for one in self.records
        )
        return replace(self, records=tuple(records))


def evidence_of(
    records: RecordSet,
    binding: Binding,
    aggregate: Aggregate,
    row: int,
    most: int | None,
    bindings: Mapping[str, Binding],
) -> Evidence:
    """The records behind the aggregate at a row of the matrix; at most `most` of them are listed, counted ones first.

    binding: of the aggregate's own data set; bindings: of all, by name.
    """
    compiler = Compiler(records.columns, records.around.tables)
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
    conditions = [one for one in dict.fromkeys(own_parts(aggregate)) if isinstance(one, Followed)]
    followers = "".join(f", {records.followers[one]}" for one in conditions)
    answer = ask(
        f"SELECT {PLACE}, coalesce({holds}, FALSE), {top}, {below}{followers} FROM records WHERE {among}"
        f" ORDER BY {PLACE}",
        compiler.parameters,
        mine,
    )
    places, held, tops, belows, *thens = (column.to_pylist() for column in answer.columns)
    source, found = records.records.findings.source, records.records.rows
    needs_value = item is not None and aggregate.kind is not Over.SHARE
    told: list[tuple[int, Record]] = []
    for number, (place, counted, above, under) in enumerate(zip(places, held, tops, belows, strict=True)):
        at = int(found[place])
        behind = [
            (one, then[number]) for one, then in zip(conditions, thens, strict=True) if then[number] >= 0
        ]
        value = above
        if isinstance(item, Number):
            value = None if above is None else Fraction(int(above), int(under)) * item.factor
        taken = counted and (value is not None or not needs_value)
        named = tuple(_follower(records.around.records[one.data], then, bindings) for one, then in behind)
        id = _id(records.records, binding, at)
        told.append((at, Record(source.row(at), id, taken, value, named, source.file(at))))
    count = sum(one.counted for _, one in told)
    listed = sorted(told, key=lambda pair: not pair[1].counted)[:most]
    return Evidence(
        aggregate.data,
        source.path,
        source.sheet,
        count,
        len(told),
        tuple(one for _, one in sorted(listed, key=lambda pair: pair[0])),
    )


def evidence_of_days(records: RecordSet, aggregate: Aggregate, row: int) -> Evidence:
    """The stretches of days behind an aggregate of a history at a row of the matrix."""
    source = records.records.findings.source
    held = held_of(records, aggregate, row)
    count = sum(one.counted for one in held)
    return Evidence(aggregate.data, source.path, source.sheet, count, len(held), (), held)


def _follower(records: Records, place: int, bindings: Mapping[str, Binding]) -> Follower:
    name = records.data.name
    at = int(records.rows[place])
    source = records.findings.source
    return Follower(name, source.row(at), _id(records, bindings.get(name, NO_BINDING), at), source.file(at))


def _id(records: Records, binding: Binding, at: int) -> str | None:
    title, table = binding.names_a_record, records.findings.source.table
    if title is None or table is None or title not in table.column_names:
        return None
    value = table[title][at].as_py()
    return None if value is None else spell(value).strip()
