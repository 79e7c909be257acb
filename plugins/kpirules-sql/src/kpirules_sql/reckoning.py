"""How the four databases say what a group is made of: trimmed text, months, exact times between moments.

Everything here is exact: text is compared by its characters, numbers are whole or decimals, times are counted in
microseconds. A value for which that does not hold (NaN, an infinite day) is caught by a guard.
"""

from __future__ import annotations

from typing import Literal

from kpirules_sql.asking import BLANKS, MARK, Asked
from kpirules_sql.columns import Column, Sort
from kpirules_sql.dialects import Dialect, Duck, MySql, Postgres, Sqlite

By = Literal["day", "month"]
_SORTS: dict[str, tuple[Sort, ...]] = {
    "text": ("text", "label", "whole"),
    "number": ("whole", "big", "decimal"),
    "moment": ("moment",),
    "day": ("day",),
    "yes": ("yes",),
}


class Reckoner:
    """What most of them share. Expressions stand for cells of the column, quoted."""

    #: The type of text to which anything is brought on the way out.
    text_type = "text"

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def fits(self, column: Column, kind: str) -> bool:
        """Whether the column is by nature what is asked of it, and can be reckoned with exactly."""
        return column.sort in _SORTS.get(kind, ())

    def name(self, column: Column) -> str:
        return self.dialect.quoted(column.name)

    def number(self, column: Column) -> str:
        return self.name(column)

    def text(self, column: Column) -> Asked:
        """The trimmed text in a form whose equality is that of characters; nothing for empty text."""
        raise NotImplementedError

    def same_text(self, given: str) -> Asked:
        """A given text in the same form."""
        return Asked(MARK, (given,))

    def first_day(self, column: Column, by: By) -> str:
        """The day, or the first of its month."""
        raise NotImplementedError

    def between(self, start: Column, end: Column) -> str:
        """Microseconds from one moment to the other."""
        raise NotImplementedError

    def broken(self, number: str) -> str:
        """The number is not a whole one; unknown where it is missing."""
        return f"{number} <> trunc({number})"

    def before_year(self, day: str, year: int) -> str:
        return f"{day} < DATE '{year:04}-01-01'"

    def guard(self, column: Column) -> str | None:
        """The cell holds something that cannot be reckoned with; None where no cell of the sort can."""
        if column.sort in ("day", "moment"):
            name = self.name(column)
            return f"{name} < DATE '0001-01-01' OR {name} >= DATE '10000-01-01'"
        return None

    def shown_text(self, text: str) -> str:
        """The text in its own form again."""
        return text

    def shown_day(self, day: str) -> str:
        """YYYY-MM-DD."""
        return f"CAST({day} AS {self.text_type})"

    def shown_number(self, number: Asked) -> Asked:
        """Digits, exactly."""
        return "CAST(" + number + f" AS {self.text_type})"


class PostgresReckoner(Reckoner):
    def number(self, column: Column) -> str:
        return f"CAST({self.name(column)} AS numeric)" if column.declared == "money" else self.name(column)

    def text(self, column: Column) -> Asked:
        text = f'CAST({self.name(column)} AS text) COLLATE "C"'
        return "NULLIF(" + Asked(f"btrim({text}, {MARK})", (BLANKS,)) + ", '')"

    def first_day(self, column: Column, by: By) -> str:
        return f"CAST(date_trunc('{by}', {self.name(column)}) AS date)"

    def between(self, start: Column, end: Column) -> str:
        # Whole minutes and the rest apart: before version 14 these are floats, which hold both exactly.
        span = f"({self.name(end)} - {self.name(start)})"
        minutes = f"CAST(extract(epoch FROM date_trunc('minute', {span})) AS numeric) * 1000000"
        return f"CAST({minutes} + CAST(extract(microseconds FROM {span}) AS numeric) AS bigint)"

    def guard(self, column: Column) -> str | None:
        if column.sort == "decimal" and column.declared == "numeric":
            name = self.name(column)
            return f"({name} IS NOT NULL AND scale({name}) IS NULL)"  # NaN and infinity
        return super().guard(column)

    def shown_day(self, day: str) -> str:
        return f"to_char({day}, 'YYYY-MM-DD')"


class DuckReckoner(Reckoner):
    text_type = "VARCHAR"

    def fits(self, column: Column, kind: str) -> bool:
        # A sum of the widest integers is a float there; nanoseconds are cut when rows are read.
        return column.declared not in ("UHUGEINT", "TIMESTAMP_NS") and super().fits(column, kind)

    def text(self, column: Column) -> Asked:
        trimmed = Asked(f"trim(CAST({self.name(column)} AS VARCHAR), {MARK})", (BLANKS,))
        return "encode(NULLIF(" + trimmed + ", ''))"

    def same_text(self, given: str) -> Asked:
        return "encode(" + Asked(MARK, (given,)) + ")"

    def first_day(self, column: Column, by: By) -> str:
        return f"CAST(date_trunc('{by}', {self.name(column)}) AS DATE)"

    def between(self, start: Column, end: Column) -> str:
        return f"epoch_us({self.name(end)}) - epoch_us({self.name(start)})"

    def shown_text(self, text: str) -> str:
        return f"decode({text})"


class MySqlReckoner(Reckoner):
    text_type = "CHAR"

    def text(self, column: Column) -> Asked:
        # Bytes have no rules of a language, and no empty text that is made of invisible letters.
        plain = f"CONVERT({self.name(column)} USING utf8mb4)"
        trimmed = Asked(
            f"REGEXP_REPLACE({plain}, CONCAT('^[', {MARK}, ']+|[', {MARK}, ']+$'), '')", (BLANKS, BLANKS)
        )
        return "NULLIF(CAST(" + trimmed + " AS BINARY), '')"

    def same_text(self, given: str) -> Asked:
        return "CAST(" + Asked(MARK, (given,)) + " AS BINARY)"

    def first_day(self, column: Column, by: By) -> str:
        return f"DATE_FORMAT({self.name(column)}, '{'%Y-%m-01' if by == 'month' else '%Y-%m-%d'}')"

    def between(self, start: Column, end: Column) -> str:
        return f"TIMESTAMPDIFF(MICROSECOND, {self.name(start)}, {self.name(end)})"

    def broken(self, number: str) -> str:
        return f"{number} <> TRUNCATE({number}, 0)"

    def before_year(self, day: str, year: int) -> str:
        return f"{day} < '{year:04}-01-01'"

    def guard(self, column: Column) -> str | None:
        if column.sort not in ("day", "moment"):
            return None
        # 0000-00-00, 2026-02-00 and 2026-02-31 can be held.
        name = self.name(column)
        return (
            f"({name} IS NOT NULL AND ({name} < '0001-01-01' OR COALESCE(MONTH({name}), 0) = 0 "
            f"OR COALESCE(DAYOFMONTH({name}), 0) NOT BETWEEN 1 AND COALESCE(DAYOFMONTH(LAST_DAY({name})), 0)))"
        )

    def shown_day(self, day: str) -> str:
        return day

    def shown_number(self, number: Asked) -> Asked:
        return number


class SqliteReckoner(Reckoner):
    """Days and moments are text there; they are reckoned with where every one is spelled in full, as SQLite does."""

    def fits(self, column: Column, kind: str) -> bool:
        if column.blank or kind in ("day", "moment"):
            return column.sort == "text" and kind in _SORTS
        return column.sort in ("text", "whole", "yes") and super().fits(column, kind)

    def text(self, column: Column) -> Asked:
        return "NULLIF(" + Asked(f"trim(CAST({self.name(column)} AS TEXT), {MARK})", (BLANKS,)) + ", '')"

    def first_day(self, column: Column, by: By) -> str:
        name = self.name(column)
        return f"substr({name}, 1, 7) || '-01'" if by == "month" else f"substr({name}, 1, 10)"

    def between(self, start: Column, end: Column) -> str:
        return f"{self._micros(self.name(end))} - {self._micros(self.name(start))}"

    @staticmethod
    def _micros(name: str) -> str:
        whole = f"CAST(strftime('%s', substr({name}, 1, 19)) AS INTEGER) * 1000000"
        return f"({whole} + CAST(substr(substr({name}, 21) || '000000', 1, 6) AS INTEGER))"

    def broken(self, number: str) -> str:
        return f"{number} <> {number}"  # none is

    def before_year(self, day: str, year: int) -> str:
        return f"{day} < '{year:04}-01-01'"

    def spelled_in_full(self, column: Column, kind: str) -> str:
        """The guard of a column of days or moments."""
        name = self.name(column)
        if kind == "day":  # by way of seconds, which February the 30th does not survive
            return f"({name} IS NOT NULL AND {name} IS NOT date(strftime('%s', {name}), 'unixepoch'))"
        rest = f"substr({name}, 20)"
        fraction = f"({rest} = '' OR ({rest} GLOB '.[0-9]*' AND length({rest}) <= 7 AND substr({rest}, 2) NOT GLOB '*[^0-9]*'))"
        second = f"substr({name}, 1, 19)"
        whole = f"{second} IS NOT datetime(strftime('%s', {second}), 'unixepoch')"
        return f"({name} IS NOT NULL AND ({whole} OR NOT {fraction}))"

    def shown_day(self, day: str) -> str:
        return day

    def shown_number(self, number: Asked) -> Asked:
        return number


def reckoner(dialect: Dialect) -> Reckoner:
    """That of a database."""
    kinds: dict[type[Dialect], type[Reckoner]] = {
        Postgres: PostgresReckoner,
        Duck: DuckReckoner,
        MySql: MySqlReckoner,
        Sqlite: SqliteReckoner,
    }
    return kinds[type(dialect)](dialect)
