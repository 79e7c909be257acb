"""Databases to write into: the same few steps for each, in one transaction.

A target is opened, tables are made or checked, rows are deleted and inserted, and all of it is kept or nothing. MySQL
makes and alters tables at once; what was made for a write that failed is removed again.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
import pymysql
from adbc_driver_manager import dbapi as manager

from kpirules.diagnostics import Cell
from kpirules.plugin.columns import spell
from kpirules.plugin.problems import NO_FOLDER
from kpirules_sql.asking import Asked
from kpirules_sql.columns import Column, Sort
from kpirules_sql.dialects import Dialect
from kpirules_sql.duck import DuckSession
from kpirules_sql.mysql import MySqlSession
from kpirules_sql.options import ServerOptions
from kpirules_sql.places import Database, DatabaseFile, Server
from kpirules_sql.postgres import PostgresSession
from kpirules_sql.sessions import Relation, Trouble
from kpirules_sql.sqlite import SqliteSession

#: A float holds so many digits, whichever they are.
FLOAT_DIGITS = 15
_LEAST_PLACES = 6


def sort_of(kind: pa.DataType) -> Sort:
    """The sort of a column of the seam."""
    types = pa.types
    if types.is_decimal(kind):
        return "decimal"
    if types.is_timestamp(kind):
        return "moment" if kind.tz is None else "instant"
    if types.is_duration(kind):
        return "span"
    plain: dict[pa.DataType, Sort] = {
        pa.string(): "text", pa.bool_(): "yes", pa.int64(): "whole", pa.float64(): "number", pa.date32(): "day",
    }  # fmt: skip
    return plain[kind]


class Target:
    """What most of them share; `session` is open for writing."""

    types: ClassVar[Mapping[Sort, str]]
    same = "IS NOT DISTINCT FROM"
    #: How long a name may be, in characters or bytes.
    longest = 63
    session: Any

    @property
    def dialect(self) -> Dialect:
        dialect: Dialect = self.session.dialect
        return dialect

    def tables(self) -> list[str]:
        found: list[str] = self.session.tables(None)
        return found

    def columns(self, name: str) -> list[Column]:
        found: list[Column] = self.session.columns(Relation(Asked(self.dialect.quoted(name)), name))
        return found

    def size(self, name: str) -> int:
        """The length of a name as the database counts it."""
        return len(name.encode())

    def declared(self, column: Column) -> str:
        """The type for a new column; precision and scale are those of its values."""
        return self.types[column.sort]

    def create(self, name: str, columns: Iterable[Column]) -> None:
        parts = ", ".join(f"{self.dialect.quoted(one.name)} {self.declared(one)}" for one in columns)
        self.execute(f"CREATE TABLE {self.dialect.quoted(name)} ({parts})")

    def add(self, name: str, column: Column) -> None:
        self.execute(
            f"ALTER TABLE {self.dialect.quoted(name)} ADD COLUMN {self.dialect.quoted(column.name)} {self.declared(column)}"
        )

    def delete(self, name: str, keys: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """The rows with one of these keys; all rows for no keys."""
        sql = f"DELETE FROM {self.dialect.quoted(name)}"
        if not keys:
            self.execute(sql)
            return
        equal = " AND ".join(
            f"{self.dialect.quoted(key)} {self.same} {self.dialect.place(number)}"
            for number, key in enumerate(keys, 1)
        )
        self.many(f"{sql} WHERE {equal}", [tuple(map(self.value, row)) for row in rows])

    def insert(self, name: str, table: pa.Table) -> None:
        names = ", ".join(map(self.dialect.quoted, table.column_names))
        marks = ", ".join(self.dialect.place(number) for number in range(1, table.num_columns + 1))
        columns = [map(self.value, column.to_pylist()) for column in table.columns]
        rows = list(zip(*columns, strict=True))
        self.many(f"INSERT INTO {self.dialect.quoted(name)} ({names}) VALUES ({marks})", rows)

    def value(self, value: Any) -> Any:
        """As the driver takes it."""
        return value

    def execute(self, sql: str) -> None:
        raise NotImplementedError

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        raise NotImplementedError

    def commit(self) -> None:
        self.execute("COMMIT")

    def abandon(self, made: Iterable[str]) -> None:
        """Nothing of what was done is kept. made: tables that were not there before."""
        raise NotImplementedError


class SqliteTarget(Target):
    types: ClassVar[Mapping[Sort, str]] = {
        "text": "TEXT", "yes": "BOOLEAN", "whole": "INTEGER", "number": "REAL", "day": "TEXT", "moment": "TEXT",
        "instant": "TEXT", "span": "TEXT",
    }  # fmt: skip
    same = "IS"
    longest = 1_000

    def __init__(self, place: DatabaseFile, options: ServerOptions) -> None:
        self.session = SqliteSession(place, options.timeout_seconds, writing=True)

    def columns(self, name: str) -> list[Column]:
        return [
            Column(one.name, _affinity(one.declared), one.declared, FLOAT_DIGITS, 15)
            for one in super().columns(name)
        ]

    def declared(self, column: Column) -> str:
        if column.sort != "decimal":
            return self.types[column.sort]
        return (
            "TEXT" if (column.precision or 0) > FLOAT_DIGITS else f"DECIMAL({FLOAT_DIGITS}, {column.scale})"
        )

    def value(self, value: Any) -> Any:
        match value:
            case bool():
                return int(value)
            case Decimal():
                # Where it has more digits the column is text, by `declared` or as `writing` has checked.
                text = spell(value)
                return (
                    text
                    if len(value.as_tuple().digits) > FLOAT_DIGITS
                    else (float(text) if "." in text else int(text))
                )
            case datetime.date() | datetime.timedelta():
                return spell(value)
            case _:
                return value

    def execute(self, sql: str) -> None:
        with self.session.told():
            self.session.connection.execute(sql)

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        with self.session.told():
            self.session.connection.executemany(sql, rows)

    def abandon(self, made: Iterable[str]) -> None:
        with suppress(Trouble):
            self.execute("ROLLBACK")


def _affinity(declared: str) -> Sort:
    """What SQLite makes of values in a column that is declared so; `mixed` keeps all of them."""
    word = declared.upper()
    if word.startswith("BOOL"):
        return "yes"
    if "INT" in word:
        return "whole"
    if not word or any(part in word for part in ("CHAR", "CLOB", "TEXT", "BLOB")):
        return "mixed"
    if any(part in word for part in ("REAL", "FLOA", "DOUB")):
        return "number"
    return "mixed" if word.startswith(("DATE", "TIME")) else "decimal"


class DuckTarget(Target):
    types: ClassVar[Mapping[Sort, str]] = {
        "text": "VARCHAR", "yes": "BOOLEAN", "whole": "BIGINT", "number": "DOUBLE", "day": "DATE", "moment": "TIMESTAMP",
        "instant": "TIMESTAMPTZ", "span": "INTERVAL",
    }  # fmt: skip
    longest = 1_000

    def __init__(self, place: DatabaseFile, options: ServerOptions) -> None:
        self.session = DuckSession(place, options.timeout_seconds, writing=True)

    def declared(self, column: Column) -> str:
        if column.sort != "decimal":
            return self.types[column.sort]
        return f"DECIMAL(38, {_places(column, 38)})"

    def insert(self, name: str, table: pa.Table) -> None:
        names = ", ".join(map(self.dialect.quoted, table.column_names))
        with self.session.told():
            self.session.connection.register("kpirules_rows", table)
            try:
                self.session.connection.execute(
                    f"INSERT INTO {self.dialect.quoted(name)} ({names}) SELECT * FROM kpirules_rows"
                )
            finally:
                self.session.connection.unregister("kpirules_rows")

    def delete(self, name: str, keys: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        sql = f"DELETE FROM {self.dialect.quoted(name)}"
        equal = " AND ".join(f"{self.dialect.quoted(key)} {self.same} ?" for key in keys)
        with self.session.told():
            for row in rows if keys else [()]:
                self.session.connection.execute(sql + (f" WHERE {equal}" if keys else ""), list(row))

    def execute(self, sql: str) -> None:
        with self.session.told():
            self.session.connection.execute(sql)

    def abandon(self, made: Iterable[str]) -> None:
        with suppress(duckdb.Error):
            self.session.connection.execute("ROLLBACK")


class PostgresTarget(Target):
    types: ClassVar[Mapping[Sort, str]] = {
        "text": "text", "yes": "boolean", "whole": "bigint", "number": "double precision", "decimal": "numeric",
        "day": "date", "moment": "timestamp", "instant": "timestamptz", "span": "interval",
    }  # fmt: skip

    def __init__(self, place: Server, options: ServerOptions) -> None:
        self.session = PostgresSession(place, options)
        self.session.begin("ISOLATION LEVEL READ COMMITTED, READ WRITE")

    def insert(self, name: str, table: pa.Table) -> None:
        # By way of a table of the connection's own: what is copied in must be of exactly the same types.
        numbered = table.append_column("kpirules_row", pa.array(range(table.num_rows), pa.int64()))
        names = ", ".join(map(self.dialect.quoted, table.column_names))
        with self.session.told(), self.session.connection.cursor() as cursor:
            cursor.adbc_ingest("kpirules_rows", numbered, mode="create", temporary=True)
        target = self.dialect.quoted(name)
        self.execute(
            f"INSERT INTO {target} ({names}) SELECT {names} FROM pg_temp.kpirules_rows ORDER BY kpirules_row"
        )
        self.execute("DROP TABLE pg_temp.kpirules_rows")

    def execute(self, sql: str) -> None:
        self.session.ask(sql)

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        for row in rows:
            self.session.ask(sql, *row)

    def commit(self) -> None:
        with self.session.told():
            self.session.connection.commit()

    def abandon(self, made: Iterable[str]) -> None:
        with suppress(manager.Error):
            self.session.connection.rollback()


class MySqlTarget(Target):
    types: ClassVar[Mapping[Sort, str]] = {
        "text": "LONGTEXT", "yes": "BOOLEAN", "whole": "BIGINT", "number": "DOUBLE", "day": "DATE",
        "moment": "DATETIME(6)", "instant": "TIMESTAMP(6) NULL", "span": "TIME(6)",
    }  # fmt: skip
    same = "<=>"
    longest = 64

    def __init__(self, place: Server, options: ServerOptions) -> None:
        self.session = MySqlSession(place, options)
        self.session.run("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'")
        self.begin()

    def begin(self) -> None:
        self.session.run("START TRANSACTION")

    def size(self, name: str) -> int:
        return len(name)

    def create(self, name: str, columns: Iterable[Column]) -> None:
        parts = ", ".join(f"{self.dialect.quoted(one.name)} {self.declared(one)}" for one in columns)
        self.execute(
            f"CREATE TABLE {self.dialect.quoted(name)} ({parts}) ENGINE = InnoDB CHARACTER SET utf8mb4"
        )
        self.begin()  # making a table ends the one before

    def add(self, name: str, column: Column) -> None:
        super().add(name, column)
        self.begin()

    def declared(self, column: Column) -> str:
        if column.sort != "decimal":
            return self.types[column.sort]
        return f"DECIMAL(65, {_places(column, 65)})" if (column.scale or 0) <= 30 else "LONGTEXT"

    def value(self, value: Any) -> Any:
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            return value.astimezone(datetime.UTC).replace(tzinfo=None)
        return value

    def execute(self, sql: str) -> None:
        self.session.run(sql)

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        with self.session.told(), self.session.connection.cursor() as cursor:
            cursor.executemany(sql, rows)

    def abandon(self, made: Iterable[str]) -> None:
        with suppress(Trouble, pymysql.Error):
            self.execute("ROLLBACK")
            for name in made:
                self.execute(f"DROP TABLE {self.dialect.quoted(name)}")


def _places(column: Column, most: int) -> int:
    """Places after the point for a new column: some more than are needed now, but with room for what stands before it."""
    scale, before = column.scale or 0, (column.precision or 0) - (column.scale or 0)
    return max(scale, min(_LEAST_PLACES, most - before))


@contextmanager
def opened(place: Database, options: ServerOptions) -> Iterator[Target]:
    """The database, in a transaction. A file that was not there is gone again if nothing was kept."""
    if isinstance(place, DatabaseFile):
        folder = os.path.dirname(place.path) or "."
        if not os.path.isdir(folder):
            raise Trouble(NO_FOLDER.at(Cell(place.location), path=place.location, folder=folder))
        kind = SqliteTarget if place.engine == "sqlite" else DuckTarget
        new = not os.path.exists(place.path)
        try:
            target = kind(place, options)
            try:
                yield target
            finally:
                target.session.close()
        except BaseException:
            if new:
                for left in (place.path, place.path + ".wal", place.path + "-journal"):
                    with suppress(OSError):
                        os.remove(left)
            raise
        return
    server = PostgresTarget(place, options) if place.engine == "postgresql" else MySqlTarget(place, options)
    try:
        yield server
    finally:
        server.session.close()
