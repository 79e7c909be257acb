"""How the four databases differ in what they are asked: quoting, literals, types on the way out, blanks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

from kpirules_sql.asking import BLANKS, MARK, Asked, Blanks, Value, as_float, as_whole, in_list
from kpirules_sql.columns import Column

_TEXTS = ("text", "label")


class Dialect:
    """What most of them share. loose: any cell of a column may be of any kind (SQLite)."""

    quote = '"'
    loose = False

    def quoted(self, name: str) -> str:
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def place(self, number: int) -> str:
        """What stands in the text for the value of this number, from 1."""
        return "?"

    def escaped(self, text: str) -> str:
        """Text around values, where the driver would take some of it for one."""
        return text

    def literal(self, value: Value) -> str:
        """The value written out, for people; the driver never gets this."""
        match value:
            case bool():
                return "TRUE" if value else "FALSE"
            case int() | float() | Decimal():
                return str(value)
            case datetime.datetime():
                return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
            case datetime.date():
                return f"DATE '{value.isoformat()}'"
            case Blanks():
                return self.text(" \u3000")
            case str():
                return self.text(value)

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def fetched(self, column: Column) -> str:
        """The expression that gives the column as `columns.settled` takes it."""
        return self.quoted(column.name)

    def missing(self, column: Column) -> Asked:
        """The cell is missing, or holds nothing that can be read."""
        name = self.quoted(column.name)
        return Asked(f"{name} IS NULL OR {name} = ''" if column.sort == "text" else f"{name} IS NULL")

    def blank_ends(self, text: str) -> Asked:
        """The first or the last character of the text is a blank."""
        return Asked(
            f"strpos({MARK}, left({text}, 1)) > 0 OR strpos({MARK}, right({text}, 1)) > 0", (BLANKS, BLANKS)
        )

    def as_text(self, column: Column) -> str:
        name = self.quoted(column.name)
        return name if column.sort == "text" else f"CAST({name} AS {self.text_type})"

    text_type = "TEXT"

    def text_among(self, column: Column, values: Iterable[str]) -> Asked | None:
        """The text is one of the values, or has blanks around it: then it may be one of them once trimmed."""
        text = self.as_text(column)
        return in_list(text, values) + " OR " + self.blank_ends(text)


class Sqlite(Dialect):
    loose = True

    def literal(self, value: Value) -> str:
        match value:
            case bool():
                return str(int(value))
            case datetime.date():
                return self.text(str(value))
            case _:
                return super().literal(value)

    def blank_ends(self, text: str) -> Asked:
        ends = f"instr({MARK}, substr({text}, 1, 1)) > 0 OR instr({MARK}, substr({text}, -1)) > 0"
        return Asked(ends, (BLANKS, BLANKS))

    def text_among(self, column: Column, values: Iterable[str]) -> Asked | None:
        """By the kind of each cell; a cell of bytes is an error to be told."""
        values = tuple(values)
        name = self.quoted(column.name)
        numbers: list[Value] = []
        for value in values:
            number = as_whole(value)
            numbers += [one for one in (as_float(value) if number is None else number,) if one is not None]
        if column.sort == "yes":
            numbers += [int(value == "true") for value in values if value in ("true", "false")]
        return (
            Asked(f"CASE typeof({name}) WHEN 'text' THEN ")
            + in_list(name, values)
            + " OR "
            + self.blank_ends(name)
            + " WHEN 'blob' THEN 1 ELSE "
            + in_list(name, numbers)
            + " END"
        )


class Duck(Dialect):
    text_type = "VARCHAR"

    def place(self, number: int) -> str:
        # Variables of the session: unlike parameters they let a result be streamed.
        return f"getvariable('{self.variable(number)}')"

    @staticmethod
    def variable(number: int) -> str:
        return f"kpirules_{number}"

    def fetched(self, column: Column) -> str:
        name = self.quoted(column.name)
        return f"CAST({name} AS VARCHAR)" if column.sort in ("label", "spelled") else name

    def missing(self, column: Column) -> Asked:
        if column.sort in ("day", "moment", "instant"):
            name = self.quoted(column.name)
            return Asked(f"{name} IS NULL OR NOT isfinite({name})")
        return super().missing(column)


class Postgres(Dialect):
    def place(self, number: int) -> str:
        return f"${number}"

    def fetched(self, column: Column) -> str:
        name = self.quoted(column.name)
        if column.declared == "money":
            return f"CAST(CAST({name} AS numeric) AS text)"
        if column.declared == "oid":
            return f"CAST({name} AS bigint)"
        return f"CAST({name} AS text)" if column.sort in ("label", "decimal", "spelled") else name

    def missing(self, column: Column) -> Asked:
        if column.sort in ("day", "moment", "instant"):
            name = self.quoted(column.name)
            return Asked(f"{name} IS NULL OR NOT isfinite({name})")
        return super().missing(column)


class MySql(Dialect):
    quote = "`"
    text_type = "CHAR"

    def place(self, number: int) -> str:
        return "%s"

    def escaped(self, text: str) -> str:
        return text.replace("%", "%%")

    def text(self, value: str) -> str:
        return super().text(value.replace("\\", "\\\\"))

    def literal(self, value: Value) -> str:
        if isinstance(value, datetime.datetime):
            value = value.replace(tzinfo=None)  # the session's clock is UTC
        return super().literal(value)

    def fetched(self, column: Column) -> str:
        # A float of 32 bits is printed with six digits otherwise.
        name = self.quoted(column.name)
        return f"CAST({name} AS DOUBLE)" if column.sort == "single" else name

    def as_text(self, column: Column) -> str:
        return self.quoted(column.name)

    def blank_ends(self, text: str) -> Asked:
        ends = f"LOCATE(LEFT({text}, 1), {MARK}) > 0 OR LOCATE(RIGHT({text}, 1), {MARK}) > 0"
        return Asked(ends, (BLANKS, BLANKS))

    def missing(self, column: Column) -> Asked:
        if column.sort in ("day", "moment", "instant"):
            name = self.quoted(column.name)
            return Asked(f"{name} IS NULL OR {name} < '0001-01-01'")
        return super().missing(column)
