"""SQL with its values kept apart, and the SELECT for a request.

Values never enter the text: a mark stands for each until the driver binds them. Filters never leave out a row that
is wanted (see DataRequest); where that cannot be proven for a column's sort, none is made.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from kpirules.plugin import OnlyIn, Within
from kpirules.plugin.columns import spell
from kpirules_sql.columns import Column

Value = bool | int | float | Decimal | datetime.datetime | datetime.date | str

MARK = "\x00"
#: Beyond so many values a filter is not worth its size; the caller filters anyway.
MOST_VALUES = 2_000


class Blanks(str):
    """Every blank of Unicode: what is trimmed from a cell before it is compared. Shown as the two usual ones."""

    __slots__ = ()


BLANKS = Blanks("".join(chr(code) for code in range(0x3001) if chr(code).isspace()))
#: Clocks of the world, historical ones too, are less than this apart from UTC.
_ZONES = datetime.timedelta(days=1)


class Dialect(Protocol):
    """What is needed here of a database's own way to say things; see `dialects`."""

    @property
    def loose(self) -> bool: ...
    def escaped(self, text: str) -> str: ...
    def place(self, number: int) -> str: ...
    def literal(self, value: Value) -> str: ...
    def quoted(self, name: str) -> str: ...
    def fetched(self, column: Column) -> str: ...
    def missing(self, column: Column) -> Asked: ...
    def text_among(self, column: Column, values: tuple[str, ...]) -> Asked | None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece of SQL; a MARK in the text for each value, in order."""

    text: str
    values: tuple[Value, ...] = ()

    def __add__(self, other: Asked | str) -> Asked:
        if isinstance(other, str):
            return Asked(self.text + other, self.values)
        return Asked(self.text + other.text, self.values + other.values)

    def __radd__(self, other: str) -> Asked:
        return Asked(other + self.text, self.values)

    def bound(self, dialect: Dialect) -> tuple[str, tuple[Value, ...]]:
        """As the driver takes it."""
        first, *rest = self.text.split(MARK)
        if self.values:
            first, *rest = (dialect.escaped(part) for part in (first, *rest))
        pieces = (dialect.place(number) + part for number, part in enumerate(rest, 1))
        plain = tuple(str(value) if isinstance(value, Blanks) else value for value in self.values)
        return first + "".join(pieces), plain

    def shown(self, dialect: Dialect) -> str:
        """As a person could ask it again."""
        first, *rest = self.text.split(MARK)
        shown = (dialect.literal(value) + part for value, part in zip(self.values, rest, strict=True))
        return first + "".join(shown)


def joined(word: str, pieces: Iterable[Asked]) -> Asked:
    """`a AND b`; nothing for no pieces."""
    whole = Asked("")
    for number, piece in enumerate(pieces):
        whole = whole + (word if number else "") + piece
    return whole


def select(dialect: Dialect, relation: Asked, columns: Iterable[Column], where: Asked, order: str) -> Asked:
    """`SELECT columns FROM relation WHERE ... ORDER BY ...`."""
    fetched = ", ".join(_named(dialect.fetched(one), dialect.quoted(one.name)) for one in columns)
    asked = Asked(f"SELECT {fetched or 'NULL'} FROM ") + relation
    if where.text:
        asked = asked + "\nWHERE " + where
    return asked + (f"\nORDER BY {order}" if order else "")


def _named(expression: str, name: str) -> str:
    return name if expression == name else f"{expression} AS {name}"


def conditions(
    dialect: Dialect,
    columns: Iterable[Column],
    period: Within | None,
    staff: OnlyIn | None,
    where: tuple[OnlyIn, ...],
) -> Asked:
    """What of a request's hints can be asked of the database, as one condition; empty where nothing can."""
    known = {column.title: column for column in columns}
    return joined(" AND ", _conditions(dialect, known, period, staff, where))


def _conditions(
    dialect: Dialect,
    known: dict[str, Column],
    period: Within | None,
    staff: OnlyIn | None,
    where: tuple[OnlyIn, ...],
) -> Iterator[Asked]:
    if period is not None and period.column in known:
        lies = _lies_within(dialect, known[period.column], period)
        if lies is not None:
            yield lies
    for only in where:
        if only.column in known:
            among = _among(dialect, known[only.column], only.values)
            if among is not None:
                yield "(" + among + ")"
    if staff is not None and staff.column in known:
        among = _among(dialect, known[staff.column], staff.values)
        if among is not None:
            yield "(" + among + " OR " + dialect.missing(known[staff.column]) + ")"


def _lies_within(dialect: Dialect, column: Column, period: Within) -> Asked | None:
    """The column's day lies in the period, or there is none; an instant's day depends on a zone that the caller knows."""
    start, end = period.start, period.end
    low: Value
    high: Value
    try:
        match column.sort:
            case "day":
                low, high = start, end
            case "moment":
                low, high = _midnight(start), _midnight(end)
            case "instant":
                low = (_midnight(start) - _ZONES).replace(tzinfo=datetime.UTC)
                high = (_midnight(end) + _ZONES).replace(tzinfo=datetime.UTC)
            case _:
                return None
    except OverflowError:
        return None
    name = dialect.quoted(column.name)
    inside = Asked(f"(({name} >= {MARK} AND {name} < {MARK})", (low, high))
    return inside + " OR " + dialect.missing(column) + ")"


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time())


def _among(dialect: Dialect, column: Column, values: tuple[str, ...]) -> Asked | None:
    """The column's trimmed text is one of the values. None where that is not asked of the database."""
    if len(values) > MOST_VALUES:
        return None
    loosely = dialect.loose and column.sort in ("mixed", "whole", "number", "yes")
    if loosely or column.sort in ("text", "label"):
        return dialect.text_among(column, values)
    native = among_values(column, values)
    return None if native is None else in_list(dialect.quoted(column.name), native)


def among_values(column: Column, values: tuple[str, ...]) -> list[Value] | None:
    """The values that a column other than of text may hold, of those that are spelled so; None for other sorts."""
    found: Iterable[Value | None]
    match column.sort:
        case "whole" | "big":
            found = map(as_whole, values)
        case "decimal" | "spelled":
            found = map(_as_decimal, values)
        case "number":
            found = map(as_float, values)
        case "yes":
            found = (value == "true" for value in values if value in ("true", "false"))
        case "day":
            found = map(_as_day, values)
        case _:
            return None
    return [one for one in found if one is not None]


def in_list(expression: str, values: Iterable[Value]) -> Asked:
    """`expression IN (...)`, or never true for no values."""
    listed = tuple(values)
    if not listed:
        return Asked("1 = 0")
    return Asked(f"{expression} IN ({', '.join(MARK for _ in listed)})", listed)


def as_whole(value: str) -> int | None:
    """The whole number that is spelled so; None where a number is spelled otherwise."""
    try:
        found = int(value)
    except ValueError:
        return None
    return found if str(found) == value and abs(found) < 2**63 else None


def as_float(value: str) -> float | None:
    try:
        found = float(value)
    except ValueError:
        return None
    return found if spell(found) == value and abs(found) < float("inf") else None


def _as_decimal(value: str) -> Decimal | None:
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return (
        found if found.is_finite() and spell(found) == value and len(found.as_tuple().digits) < 38 else None
    )


def _as_day(value: str) -> datetime.date | None:
    try:
        found = datetime.date.fromisoformat(value)
    except ValueError:
        return None
    return found if found.isoformat() == value else None
