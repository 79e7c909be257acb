"""Measures whose source counts and adds up itself: what is asked of it, and the columns that its answer makes.

A data set is asked for in groups only where that gives the same as reading its rows. Besides the measures, the
source counts every row of which reading would have something to tell (a blank where none may be, an amount beyond
its type, times that run backwards); where it counts any, the rows are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from itertools import count
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.facts.backward import differences_of
from kpirules.facts.bindings import NO_BINDING, Binding
from kpirules.facts.cells import Mask
from kpirules.facts.exactly import scaled_column
from kpirules.facts.people import place
from kpirules.facts.quantities import LARGEST
from kpirules.facts.query import ask
from kpirules.facts.requests import Asked, ask_for
from kpirules.facts.rows import Rows
from kpirules.facts.wanted import fields_wanted
from kpirules.matrix import Codes, Column, Integers
from kpirules.model import expressions as e
from kpirules.model.rules import Data, DataField, Ruleset
from kpirules.numbers import decimal_text
from kpirules.periods import Period, PeriodKind
from kpirules.plugin import SourceTable
from kpirules.plugin.grouping import (
    STAFF,
    TIME,
    Both,
    Compared,
    Comparison,
    Condition,
    Either,
    Elapsed,
    Given,
    IsBroken,
    IsMissing,
    Negated,
    OneOf,
    Outside,
    Summary,
    Term,
)
from kpirules.plugin.grouping import Column as Cell
from kpirules.units import Type, Unit

#: Beyond these years a date is a mistake; see `moments`.
_YEARS = (1900, 2199)
_AMOUNTS = frozenset({Unit.NUMBER, Unit.COUNT, Unit.RATIO, Unit.POINTS, Unit.MONEY})
_KINDS = frozenset({e.Over.COUNT, e.Over.SHARE, e.Over.SUM, e.Over.MEAN, e.Over.MIN, e.Over.MAX})
_FAULTS = "faults"
_TIMES = (Unit.DATETIME, Unit.DATE)


class _NotInGroups(Exception):
    """Something that a source cannot be asked for in groups."""


@dataclass(frozen=True, slots=True)
class _Question:
    """An aggregate, and the names of the values that make it: the value itself, and what it is divided by."""

    aggregate: e.Aggregate
    top: str
    below: str | None = None


@dataclass(frozen=True, slots=True)
class Grouping:
    """What to ask the source of a data set; see `plugin.read_groups`."""

    data: Data
    staff: str
    moment: str
    by: Literal["day", "month"]
    values: Mapping[str, Summary]
    asked: Asked
    questions: tuple[_Question, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A data set in groups. staff: codes into `names`; period: codes into `periods`; a group each, all of somebody.

    values: whole numbers of their step, by name, with the step.
    """

    grouping: Grouping
    source: SourceTable
    staff: Codes
    names: tuple[str, ...]
    period: Codes
    periods: tuple[Period, ...]
    values: Mapping[str, tuple[pa.Array, Fraction]]
    records: int

    def records_of(self, groups: Mask) -> int:
        """How many records these groups are of."""
        return int(pc.sum(self.values["rows"][0].filter(pa.array(groups))).as_py() or 0)


def grouping_for(
    rules: Ruleset, name: str, binding: Binding = NO_BINDING, periods: Collection[Period] | None = None
) -> Grouping | None:
    """What to ask for a data set; None where its rows must be read."""
    data = rules.data.get(name)
    if data is None or data.history or data.ties or rules.split is not None:
        return None
    if binding.one_row_per is not None or not _plain(binding):
        return None
    aggregates = [one for one in rules.aggregates if one.data == name]
    looked_at = any(
        isinstance(part, e.Followed) or (isinstance(part, e.Field) and "." in part.name)
        for one in rules.aggregates
        for part in e.walk(one)
    )
    if not aggregates or looked_at or name in {tie.data for one in rules.data.values() for tie in one.ties}:
        return None
    try:
        return _Asking(rules, data, binding).grouping(aggregates, periods)
    except _NotInGroups:
        return None


def _plain(binding: Binding) -> bool:
    """Whether cells are read as they are: no markers, formats, units or zones of its own."""
    rules = [binding.cells, *(one.cells for one in binding.columns.values())]
    return not any(one.missing or one.date_format or one.unit or one.timezone for one in rules)


class _Asking:
    """Turns the aggregates of one data set into what its source is asked."""

    def __init__(self, rules: Ruleset, data: Data, binding: Binding) -> None:
        self.rules = rules
        self.data = data
        self.binding = binding
        self.fields = {one.name: one for one in data.fields}
        self.values: dict[str, Summary] = {}
        self.numbers = count()

    def grouping(self, aggregates: Iterable[e.Aggregate], periods: Collection[Period] | None) -> Grouping:
        data = self.data
        if data.staff not in self.fields or data.placed_by not in self.fields:
            raise _NotInGroups
        faults = list(self._faults())
        questions = []
        for one in aggregates:
            questions.append(self._question(one))
            for found in differences_of(one):
                backward = Compared("<", self._term(found.expr), Given(Decimal(0)))
                faults.append(_all([self._condition(guard) for guard in found.guards], backward))
        self.values[_FAULTS] = Summary("count", where=reduce(Either, faults))
        self.values["rows"] = Summary("count")
        short = PeriodKind(self.rules.period) in (PeriodKind.WEEK, PeriodKind.DAY)
        return Grouping(
            data,
            self._title(data.staff),
            self._title(data.placed_by),
            "day" if short else "month",
            self.values,
            ask_for(self.rules, data.name, self.binding, periods),
            tuple(questions),
        )

    def _title(self, field: str) -> str:
        return self.binding.bound(field).column

    def _question(self, one: e.Aggregate) -> _Question:
        if one.kind not in _KINDS or one.grain is not None:
            raise _NotInGroups
        where = None if one.where is None else self._condition(one.where)
        among = None if one.among is None else self._condition(one.among)
        if one.kind is e.Over.SHARE:
            held = where if among is None else _all([among], where)
            return _Question(one, self._value("count", where=held), self._value("count", where=among))
        if one.item is None:
            return _Question(one, self._value("count", where=where))
        if one.kind is e.Over.COUNT and isinstance(one.item, e.Field):
            return _Question(one, self._value("values", self._cell(one.item), where))
        item = self._number(one.item)
        match one.kind:
            case e.Over.SUM:
                return _Question(one, self._value("sum", item, where))
            case e.Over.MEAN:
                return _Question(one, self._value("sum", item, where), self._value("values", item, where))
            case e.Over.MIN:
                return _Question(one, self._value("min", item, where))
            case e.Over.MAX:
                return _Question(one, self._value("max", item, where))
            case _:
                raise _NotInGroups

    def _value(
        self,
        kind: Literal["count", "values", "sum", "min", "max"],
        item: Term | None = None,
        where: Condition | None = None,
    ) -> str:
        wanted = Summary(kind, item, where)
        known = next((name for name, one in self.values.items() if one == wanted), None)
        if known is None:
            known = f"v{next(self.numbers)}"
            self.values[known] = wanted
        return known

    # Rows of which reading would have something to tell

    def _faults(self) -> Iterator[Condition]:
        used = fields_wanted(self.rules)[self.data.name]
        for field in self.data.fields:
            if field.name in used:
                yield from self._faults_of(field)

    def _faults_of(self, field: DataField) -> Iterator[Condition]:
        cell, type = Cell(self._title(field.name)), field.type
        if not field.optional or field.name in (self.data.staff, self.data.placed_by):
            yield IsMissing(cell)
        if type.unit in _TIMES:
            yield Outside(cell.name, *_YEARS)
        elif type.unit in _AMOUNTS and type.step is None:
            low, high = _limits(type)
            yield Either(Compared("<", cell, Given(low)), Compared(">", cell, Given(high)))
            if type.unit is Unit.COUNT:
                yield IsBroken(cell)
        elif type.unit is Unit.TEXT and type.choices:
            yield Negated(OneOf(cell, type.choices))
        elif type.unit not in (Unit.TEXT, Unit.STAFF, Unit.BOOLEAN):
            raise _NotInGroups

    # Expressions

    def _condition(self, expr: e.Expr) -> Condition:
        match expr:
            case e.Logic("and", left, right):
                return Both(self._condition(left), self._condition(right))
            case e.Logic("or", left, right):
                return Either(self._condition(left), self._condition(right))
            case e.Not(item):
                return Negated(self._condition(item))
            case e.Presence(item, present):
                lacking = IsMissing(self._cell(item) if isinstance(item, e.Field) else self._term(item))
                return Negated(lacking) if present else lacking
            case e.Member(item, choices):
                return OneOf(self._term(item), tuple(_plain_value(one) for one in choices))
            case e.Compare(operator, e.Field() as left, e.Field() as right) if (
                left.unit is Unit.DATETIME and right.unit is Unit.DATETIME
            ):
                between = Elapsed(self._title(right.name), self._title(left.name))
                return Compared(_comparison(operator, left), between, Given(Decimal(0)))
            case e.Compare(operator, left, right):
                return Compared(_comparison(operator, left), self._term(left), self._term(right))
            case e.Field() if expr.unit is Unit.BOOLEAN:
                return Compared("=", self._term(expr), Given(True))
            case _:
                raise _NotInGroups

    def _term(self, expr: e.Expr) -> Term:
        match expr:
            case e.Constant(value) if value is not None and expr.unit not in _TIMES:
                return Given(_plain_value(value))
            case e.Field() if expr.unit not in _TIMES:
                return self._cell(expr)
            case e.Arithmetic("-", e.Field() as end, e.Field() as start) if (
                end.unit is Unit.DATETIME and start.unit is Unit.DATETIME
            ):
                return Elapsed(self._title(start.name), self._title(end.name))
            case _:
                raise _NotInGroups

    def _cell(self, field: e.Field) -> Cell:
        return Cell(self._title(field.name))

    def _number(self, expr: e.Expr) -> Term:
        if expr.unit not in (*_AMOUNTS, Unit.DURATION):
            raise _NotInGroups
        return self._term(expr)


def _all(guards: Iterable[Condition], last: Condition | None) -> Condition:
    parts = [*guards, *(() if last is None else (last,))]
    whole: Condition = reduce(Both, parts)
    return whole


def _limits(type: Type) -> tuple[Decimal, Decimal]:
    """Between which an amount of the type lies; the greatest amount of all is a mistake, too."""
    most = Fraction(10) if type.unit is Unit.RATIO and (type.high is None or type.high <= 10) else None
    largest = Fraction(LARGEST) - Fraction(1, 10**6)
    low = max(one for one in (type.lowest, None if most is None else -most, -largest) if one is not None)
    high = min(one for one in (type.high, most, largest) if one is not None)
    return _decimal(low), _decimal(high)


def _decimal(value: Fraction) -> Decimal:
    text = decimal_text(value)
    if "/" in text:  # no decimal says it
        raise _NotInGroups
    return Decimal(text)


def _plain_value(value: e.Value) -> Decimal | str | bool:
    return _decimal(value) if isinstance(value, Fraction) else value


def _comparison(operator: str, left: e.Expr) -> Comparison:
    for one in ("=", "!=", "<", "<=", ">", ">="):
        if one == operator and (one in ("=", "!=") or left.unit not in (Unit.TEXT, Unit.STAFF, Unit.BOOLEAN)):
            return one
    raise _NotInGroups


# The answer


def grouped(grouping: Grouping, source: SourceTable, rules: Ruleset) -> Grouped | None:
    """The answer of a source by staff and period; None where it counts a row of which reading would tell something."""
    table = source.table
    assert table is not None
    if pc.any(pc.not_equal(_whole(table[_FAULTS])[0], 0)).as_py():
        return None
    people = pc.dictionary_encode(table[STAFF].combine_chunks())
    days = table[TIME].combine_chunks().cast(pa.int32()).to_numpy(zero_copy_only=False).astype(np.int64)
    times = place(days, np.ones(len(days), bool), PeriodKind(rules.period))
    values = {name: _whole(table[name]) for name in grouping.values}
    records = pc.sum(values["rows"][0].cast(pa.int64())).as_py() or 0
    return Grouped(
        grouping,
        source,
        people.indices.to_numpy(zero_copy_only=False).astype(np.int32),
        tuple(people.dictionary.to_pylist()),
        times.codes,
        times.periods,
        values,
        records,
    )


def _whole(column: pa.ChunkedArray) -> tuple[pa.Array, Fraction]:
    """Whole numbers and the value of one: a decimal's digits without their point."""
    array = column.combine_chunks()
    if not pa.types.is_decimal(array.type):
        return array, Fraction(1)
    digits = pa.Array.from_buffers(pa.decimal128(38, 0), len(array), array.buffers(), offset=array.offset)
    return digits, Fraction(1, 10**array.type.scale) if array.type.scale >= 0 else Fraction(
        10**-array.type.scale
    )


def group_columns(found: Grouped, rows: Rows, at: Integers) -> dict[str, Column]:
    """The columns of the measures at the rows of the matrix. at: the row of each group, -1 where it has none.

    Raises OverflowError where a number is too long to be carried.
    """
    here = np.flatnonzero(at >= 0)
    arrays: dict[str, pa.Array] = {"row": pa.array(at[here])}
    asked = []
    for name, wanted in found.grouping.values.items():
        arrays[name] = found.values[name][0].take(pa.array(here))
        together = wanted.kind if wanted.kind in ("min", "max") else "sum"
        asked.append(f"{together}({name}) AS {name}")
    answer = ask(f"SELECT row, {', '.join(asked)} FROM records GROUP BY row", {}, pa.table(arrays))
    places = answer["row"].to_numpy().astype(np.int64)
    columns = {}
    for one in found.grouping.questions:
        aggregate = one.aggregate
        zero = aggregate.kind in (e.Over.COUNT, e.Over.SUM)
        tops = answer[one.top]
        if aggregate.kind is e.Over.SUM:
            tops = pc.fill_null(tops, 0)
        columns[aggregate.name] = scaled_column(
            aggregate.name,
            aggregate.unit,
            len(rows),
            places,
            tops.cast(pa.decimal128(38, 0)),
            found.values[one.top][1],
            None if one.below is None else answer[one.below],
            0.0 if zero else np.nan,
        )
    return columns
