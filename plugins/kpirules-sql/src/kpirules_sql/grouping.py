"""Aggregation in the database: one SELECT that gives counts and sums by staff and month or day.

    SELECT staff, time, COUNT(CASE WHEN ... THEN 1 END), SUM(CASE WHEN ... THEN number END), ...
    FROM (SELECT trimmed staff, first day, trimmed texts, numbers, times between FROM table WHERE ...) GROUP BY staff, time

Whatever cannot be asked so, or would not be exact, is left to the rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from kpirules.plugin import Chunk, OnlyIn, Source
from kpirules.plugin.grouping import (
    STAFF,
    TIME,
    Both,
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
from kpirules.plugin.grouping import Column as Cell
from kpirules_sql.adapter import connected, named_columns, place_of, relation_of
from kpirules_sql.asking import MARK, Asked, among_values, conditions, in_list, joined
from kpirules_sql.columns import Column
from kpirules_sql.options import SqlOptions
from kpirules_sql.reckoning import Reckoner, SqliteReckoner, reckoner
from kpirules_sql.sessions import Trouble

_GUARD = "kpirules_guard"
_LONGEST = 10**38
#: Numbers that SQLite compares as floats: below this they lie between the same whole numbers as they should.
_FLOATS = 2**52


class NotInGroups(Exception):
    """Something that cannot be had exactly, or not at all; reading the rows tells what is wrong, if anything is."""


def group(request: GroupRequest[SqlOptions]) -> Source | None:
    """The groups, or None where the rows must be read."""
    options = request.options
    try:
        with connected(place_of(request.location), options) as session:
            relation = relation_of(session, options, request.location)
            named, _ = named_columns(session.columns(relation), request.location)
            used = {*request.kinds, request.staff, request.moment, *(only.column for only in request.where)}
            some = [one for one in named if one.title in used]
            columns = {one.title: one for one in session.looked_through(relation, some)}
            asking = _Asking(request, columns, reckoner(session.dialect))
            asked = asking.select(relation.asked)
            rows = session.rows(asked)
            shown = asked.shown(session.dialect)
    except (Trouble, NotInGroups):
        return None
    table = _table(rows, list(request.values))
    if table is None:
        return None
    header = (STAFF, TIME, *request.values)
    return Source(request.location, relation.table, header, table.schema, (Chunk(table, 1),), query=shown)


class _Asking:
    """The SELECT of one request."""

    def __init__(
        self, request: GroupRequest[SqlOptions], columns: Mapping[str, Column], reckon: Reckoner
    ) -> None:
        self.request = request
        self.columns = columns
        self.reckon = reckon
        self.inner: dict[str, Asked] = {}
        self.names: dict[Term, str] = {}
        self.guards: dict[str, None] = {}

    def select(self, relation: Asked) -> Asked:
        request, reckon = self.request, self.reckon
        staff = self._column(request.staff, "text")
        moment = self._column(request.moment, *self._timely(request.moment))
        self.inner["kpirules_staff"] = reckon.text(staff)
        self.inner["kpirules_time"] = Asked(reckon.first_day(moment, request.by))
        values = [self._summary(one) for one in request.values.values()]
        broken = " OR ".join(f"({guard})" for guard in self.guards)
        self.inner[_GUARD] = Asked(f"CASE WHEN {broken} THEN 1 ELSE 0 END" if broken else "0")
        outer = [
            Asked(reckon.shown_text("kpirules_staff")),
            Asked(reckon.shown_day("kpirules_time")),
            Asked(f"MAX({_GUARD})"),
            *values,
        ]
        whole = "SELECT " + joined(", ", outer) + "\nFROM (SELECT "
        whole = whole + joined(", ", (one + f" AS {name}" for name, one in self.inner.items()))
        whole = whole + " FROM " + relation
        where = joined(" AND ", self._let_through())
        whole = whole + (" WHERE " + where if where.text else "")
        return whole + ") AS kpirules_rows\nGROUP BY kpirules_staff, kpirules_time"

    def _let_through(self) -> Iterator[Asked]:
        """The rows that count: of the period at least, and exactly those that `where` asks for."""
        period = conditions(self.reckon.dialect, self.columns.values(), self.request.period, None, ())
        if period.text:
            yield period
        for only in self.request.where:
            yield "(" + self._among(only) + ")"

    def _among(self, only: OnlyIn) -> Asked:
        column = self.columns.get(only.column)
        if column is None:
            raise NotInGroups
        if column.sort in ("text", "label"):
            return self._one_of_texts(self.reckon.text(column), only.values)
        values = among_values(column, only.values)
        if values is None:
            raise NotInGroups
        return in_list(self.reckon.number(column), values)

    # Columns and terms

    def _timely(self, name: str) -> tuple[str, ...]:
        kind = self.request.kinds.get(name, "moment")
        return (kind,) if kind in ("day", "moment") else ("moment", "day")

    def _column(self, name: str, *kinds: str) -> Column:
        column = self.columns.get(name)
        if column is None:
            raise NotInGroups
        kind = next((one for one in kinds if self.reckon.fits(column, one)), None)
        if kind is None:
            raise NotInGroups
        guard = self.reckon.guard(column)
        if isinstance(self.reckon, SqliteReckoner) and kind in ("day", "moment"):
            guard = self.reckon.spelled_in_full(column, kind)
        if guard is not None:
            self.guards[guard] = None
        return column

    def _cell(self, name: str) -> tuple[Asked, str]:
        """The column as it is reckoned with, and its kind."""
        kind = self.request.kinds.get(name)
        if kind is None:
            raise NotInGroups
        column = self._column(name, kind)
        if kind == "text":
            return self.reckon.text(column), kind
        return Asked(self.reckon.number(column)), kind

    def _term(self, term: Term) -> tuple[str, str]:
        """The name under which the inner SELECT gives a column or a time between two, and its kind."""
        match term:
            case Cell(name):
                asked, kind = self._cell(name)
            case Elapsed(start, end):
                between = self.reckon.between(self._column(start, "moment"), self._column(end, "moment"))
                asked, kind = Asked(between), "number"
            case _:
                raise NotInGroups
        if term not in self.names:
            self.names[term] = f"kpirules_{len(self.names) + 1}"
            self.inner[self.names[term]] = asked
        return self.names[term], kind

    # Values and conditions

    def _summary(self, wanted: Summary) -> Asked:
        where = None if wanted.where is None else self._condition(wanted.where)
        if wanted.kind == "count":
            return Asked("COUNT(*)") if where is None else "COUNT(CASE WHEN " + where + " THEN 1 END)"
        if wanted.item is None:
            raise NotInGroups
        item, kind = self._term(wanted.item)
        held = Asked(item) if where is None else "CASE WHEN " + where + f" THEN {item} END"
        if wanted.kind == "values":
            return "COUNT(" + held + ")"
        if kind != "number":
            raise NotInGroups
        return self.reckon.shown_number(f"{wanted.kind.upper()}(" + held + ")")

    def _condition(self, one: Condition) -> Asked:
        match one:
            case Both(left, right):
                return "(" + self._condition(left) + " AND " + self._condition(right) + ")"
            case Either(left, right):
                return "(" + self._condition(left) + " OR " + self._condition(right) + ")"
            case Negated(item):
                return "(NOT " + self._condition(item) + ")"
            case Compared(operator, left, right):
                return self._compared(operator, left, right)
            case OneOf(item, values):
                return self._one_of(item, values)
            case IsMissing(Given()):
                return Asked("(1 = 0)")
            case IsMissing(item):
                return Asked(f"({self._term(item)[0]} IS NULL)")
            case IsBroken(item):
                name, kind = self._term(item)
                if kind != "number":
                    raise NotInGroups
                return Asked(f"({self.reckon.broken(name)})")
            case Outside(column, first, last):
                name, kind = self._term(Cell(column))
                if kind not in ("day", "moment") or not 1 <= first <= last < 9999:
                    raise NotInGroups
                before = self.reckon.before_year(name, first)
                return Asked(f"({before} OR NOT {self.reckon.before_year(name, last + 1)})")

    def _compared(self, operator: str, left: Term, right: Term) -> Asked:
        (a, one), (b, other) = self._side(left), self._side(right)
        if one != other or one not in ("number", "text", "yes"):
            raise NotInGroups
        if one != "number" and operator not in ("=", "!="):
            raise NotInGroups
        return "(" + a + (" <> " if operator == "!=" else f" {operator} ") + b + ")"

    def _side(self, term: Term) -> tuple[Asked, str]:
        if not isinstance(term, Given):
            name, kind = self._term(term)
            return Asked(name), kind
        match term.value:
            case bool():
                return Asked(MARK, (term.value,)), "yes"
            case str():
                return self.reckon.same_text(term.value), "text"
            case _:
                return Asked(MARK, (self._exact(term.value),)), "number"

    def _one_of(self, item: Term, values: Iterable[Decimal | str | bool]) -> Asked:
        name, kind = self._side(item)
        sides = [self._side(Given(value)) for value in values]
        if any(other != kind for _, other in sides):
            raise NotInGroups
        if not sides:
            return "(" + name + " <> " + name + ")"  # never, and unknown where it is missing
        return "(" + name + " IN (" + joined(", ", (one for one, _ in sides)) + "))"

    def _one_of_texts(self, text: Asked, values: Iterable[str]) -> Asked:
        sides = [self.reckon.same_text(value) for value in values]
        return text + " IN (" + joined(", ", sides) + ")" if sides else Asked("1 = 0")

    def _exact(self, value: Decimal) -> Decimal:
        if isinstance(self.reckon, SqliteReckoner) and value % 1 and abs(value) >= _FLOATS:
            raise NotInGroups
        return Decimal(format(value, "f"))


# The answer


def _table(rows: list[tuple[Any, ...]], names: list[str]) -> pa.RecordBatch | None:
    """The groups in the types of the seam; None where a guard found something, or a number is too long."""
    if any(int(row[2]) for row in rows):
        return None
    arrays = [
        pa.array([_text(row[0]) for row in rows], pa.string()),
        pa.array([_day(row[1]) for row in rows], pa.date32()),
    ]
    for place in range(len(names)):
        array = _numbers([row[3 + place] for row in rows])
        if array is None:
            return None
        arrays.append(array)
    return pa.RecordBatch.from_arrays(arrays, names=[STAFF, TIME, *names])


def _text(value: Any) -> str | None:
    return value.decode("utf-8") if isinstance(value, bytes) else value


def _day(value: Any) -> datetime.date | None:
    text = _text(value)
    return None if text is None else datetime.date.fromisoformat(str(text))


def _numbers(values: list[Any]) -> pa.Array | None:
    """Whole numbers as such where they fit; else decimals of as many places as any of them has."""
    exact = [None if value is None else Decimal(str(_text(value))) for value in values]
    known = [one for one in exact if one is not None]
    places = max((-int(one.as_tuple().exponent) for one in known), default=0)
    if places <= 0 and all(abs(one) < 2**63 for one in known):
        return pa.array([None if one is None else int(one) for one in exact], pa.int64())
    if any(abs(one).scaleb(max(0, places)) >= _LONGEST for one in known):
        return None
    return pa.array(exact, pa.decimal128(38, max(0, places)))
