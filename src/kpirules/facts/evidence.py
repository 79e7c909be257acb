"""The records behind a measure's value, for the derivation of a score: which were counted, and with what value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from kpirules.facts.answers import Answers
from kpirules.facts.bindings import NO_BINDING, Binding
from kpirules.facts.histories import Held, HeldIn
from kpirules.facts.records import Records
from kpirules.facts.recordset import PLACE, RecordSet
from kpirules.facts.sql import Compiler, Number
from kpirules.model.expressions import Aggregate, Followed, Over, own_parts
from kpirules.model.rules import Ruleset
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


class Lookup:
    """Looks up the records behind aggregates, by the name of their column and a row of the matrix.

    The row is that of the part for shorter periods, of a measure by those. most: how many to list, counted ones first;
    None: all. together: whether it will be asked for many rows; each question is then put once for all of them.
    """

    def __init__(
        self,
        rules: Ruleset,
        records: Mapping[tuple[str, str | None], RecordSet],
        bindings: Mapping[str, Binding],
        most: int | None = None,
        together: bool = False,
    ) -> None:
        self._rules = rules
        self._records = records
        self._bindings = bindings
        self._most = most
        self._together = together
        self._aggregates = {one.name: one for one in reversed(rules.aggregates)}
        self._known: dict[str, _Behind | _DaysBehind] = {}

    def __call__(self, name: str, row: int) -> Evidence | None:
        """None where there is no such aggregate, or no table of its records."""
        aggregate = self._aggregates.get(name)
        records = None if aggregate is None else self._records.get((aggregate.data, aggregate.grain))
        if aggregate is None or records is None:
            return None
        behind = self._known.get(name)
        if behind is None:
            made = _DaysBehind if self._rules.data[aggregate.data].history else _Behind
            behind = self._known[name] = made(records, aggregate, self._bindings, self._together)
        # Who rated whom stays with the raters: how many there were may be known, no single rating.
        return behind.at(row, self._most).without(self._rules.confidential)


class _Behind:
    """The records behind one aggregate."""

    def __init__(
        self, records: RecordSet, aggregate: Aggregate, bindings: Mapping[str, Binding], together: bool
    ) -> None:
        self._records = records
        self._aggregate = aggregate
        self._bindings = bindings
        self._binding = bindings.get(aggregate.data, NO_BINDING)
        compiler = Compiler(records.columns, records.around.tables)
        among = compiler.condition(aggregate.among)
        holds = compiler.condition(aggregate.where)
        self._item = None if aggregate.item is None else compiler.term(aggregate.item)
        top, below = "NULL", "NULL"
        if isinstance(self._item, Number):
            top, below = self._item.top, self._item.below or "1"
        elif self._item is not None:
            top = self._item.sql
        self._conditions = [one for one in dict.fromkeys(own_parts(aggregate)) if isinstance(one, Followed)]
        followers = "".join(f", {records.followers[one]}" for one in self._conditions)
        columns = f"{PLACE}, coalesce({holds}, FALSE), {top}, {below}{followers}"
        self._answers = Answers(records, columns, among, PLACE, compiler.parameters, together)

    def at(self, row: int, most: int | None) -> Evidence:
        """At a row of the matrix."""
        places, held, tops, belows, *thens = self._answers.of(row)
        needs_value = self._item is not None and self._aggregate.kind is not Over.SHARE
        taken = [
            counted and (top is not None or not needs_value) for counted, top in zip(held, tops, strict=True)
        ]
        listed = sorted(range(len(places)), key=lambda number: not taken[number])[:most]
        source, found = self._records.records.findings.source, self._records.records.rows
        told = sorted((int(found[places[number]]), number) for number in listed)
        return Evidence(
            self._aggregate.data,
            source.path,
            source.sheet,
            sum(taken),
            len(places),
            tuple(
                Record(
                    source.row(at),
                    _id(self._records.records, self._binding, at),
                    taken[number],
                    self._value(tops[number], belows[number]),
                    self._followers([then[number] for then in thens]),
                    source.file(at),
                )
                for at, number in told
            ),
        )

    def _value(self, top: Any, below: Any) -> Fraction | str | bool | None:
        if not isinstance(self._item, Number) or top is None:
            value: Fraction | str | bool | None = top
            return value
        return Fraction(int(top), int(below)) * self._item.factor

    def _followers(self, places: Sequence[int]) -> tuple[Follower, ...]:
        return tuple(
            _follower(self._records.around.records[one.data], then, self._bindings)
            for one, then in zip(self._conditions, places, strict=True)
            if then >= 0
        )


class _DaysBehind:
    """The stretches of days behind one aggregate of a history."""

    def __init__(
        self, records: RecordSet, aggregate: Aggregate, bindings: Mapping[str, Binding], together: bool
    ) -> None:
        self._held = HeldIn(records, aggregate, together)
        self._data = aggregate.data
        self._source = records.records.findings.source

    def at(self, row: int, most: int | None) -> Evidence:
        """At a row of the matrix; every stretch of it."""
        held = self._held.at(row)
        count = sum(one.counted for one in held)
        return Evidence(self._data, self._source.path, self._source.sheet, count, len(held), (), held)


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
