"""SQLite files. Any cell of a column may be of any kind there, so a table is looked through before it is read."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.problems import DAMAGED, OTHER_FORMAT
from kpirules_sql.asking import Asked, Value
from kpirules_sql.columns import Column, Lump, Sort, Wrong, from_values
from kpirules_sql.dialects import Sqlite
from kpirules_sql.files import start_of
from kpirules_sql.options import SqlOptions
from kpirules_sql.places import DatabaseFile
from kpirules_sql.problems import LOCKED
from kpirules_sql.sessions import Clock, Part, Relation, Teller, Trouble, quoted_in

_MAGIC = b"SQLite format 3\x00"
_SQLITE = Words("an SQLite database", "SQLite 数据库")
_ADVICE = Words(
    'name its adapter, or write "duckdb:" before the path if it is one of DuckDB',
    "请指明适配器；若为 DuckDB 文件，请在路径前加“duckdb:”",
)
_WAIT_FOR_LOCKS = 5.0
#: SQLite allows 2,000 columns in a result; six are asked of each.
_AT_ONCE = 200
_EXACT = 2**53


@contextmanager
def opened(place: DatabaseFile, options: SqlOptions) -> Iterator[SqliteSession]:
    """A connection that cannot write."""
    refused = look_at(place)
    if refused is not None:
        raise Trouble(refused)
    session = SqliteSession(place, options.timeout_seconds)
    try:
        yield session
    finally:
        session.close()


def look_at(place: DatabaseFile) -> Diagnostic | None:
    """What keeps a file from being an SQLite database."""
    start = start_of(place.path, len(_MAGIC))
    if isinstance(start, Diagnostic):
        return start
    wrong = OTHER_FORMAT.at(None, path=place.path, format=_SQLITE, advice=_ADVICE)
    return None if start == _MAGIC else wrong


@dataclass(slots=True)
class _Found:
    """What a look through a column found: how many cells of each kind, and the reach of its whole numbers."""

    whole: int
    real: int
    text: int
    blob: int
    low: int | None
    high: int | None

    @property
    def blank(self) -> bool:
        return not (self.whole or self.real or self.text or self.blob)

    def sort(self, declared: str) -> Sort:
        kinds = [bool(self.whole), bool(self.real), bool(self.text)]
        low, high = self.low or 0, self.high or 0
        if kinds == [True, False, False]:
            boolean = declared.upper().startswith("BOOL") and low >= 0 and high <= 1
            return "yes" if boolean else "whole"
        if kinds == [False, True, False]:
            return "number"
        if kinds == [True, True, False]:
            return "number" if low >= -_EXACT and high <= _EXACT else "mixed"
        return "mixed" if sum(kinds) > 1 else "text"


class SqliteSession:
    """A file, open for reading."""

    dialect = Sqlite()

    def __init__(self, place: DatabaseFile, seconds: float, writing: bool = False) -> None:
        self.tell = Teller(place.location, seconds)
        address = f"file:{quote(os.path.abspath(place.path))}?mode={'rwc' if writing else 'ro'}"
        with self.told():
            self.connection = sqlite3.connect(
                address, uri=True, isolation_level=None, timeout=min(_WAIT_FOR_LOCKS, seconds),
                check_same_thread=False,
            )  # fmt: skip
        self.clock = Clock(self.connection.interrupt, seconds)
        self.connection.text_factory = _text
        with self.told():
            self.connection.execute(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
            self.connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    def close(self) -> None:
        self.connection.close()

    def tables(self, schema: str | None) -> list[str]:
        rows = self._all(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
            "ESCAPE '\\' ORDER BY name"
        )
        return [row[0] for row in rows]

    def columns(self, relation: Relation) -> list[Column]:
        declared: dict[str, str] = {}
        if relation.table is not None:
            rows = self._all(f"PRAGMA table_xinfo({self.dialect.quoted(relation.table)})")
            declared = {row[1]: row[2] or "" for row in rows}
        cursor = self._run("SELECT * FROM " + relation.asked + " LIMIT 0")
        return [Column(one[0], "text", declared.get(one[0], "")) for one in cursor.description]

    def looked_through(self, relation: Relation, columns: list[Column]) -> list[Column]:
        found: list[Column] = []
        for start in range(0, len(columns), _AT_ONCE):
            some = columns[start : start + _AT_ONCE]
            (row,) = self._run(
                "SELECT " + ", ".join(map(self._look, some)) + " FROM " + relation.asked
            ).fetchall()
            for place, column in enumerate(some):
                seen = _Found(*row[6 * place : 6 * place + 6])
                found.append(replace(column, sort=seen.sort(column.declared), blank=seen.blank))
        return found

    def _look(self, column: Column) -> str:
        name = self.dialect.quoted(column.name)
        kinds = (f"ifnull(sum(typeof({name}) = '{kind}'), 0)" for kind in ("integer", "real", "text", "blob"))
        ends = (f"{end}(CASE WHEN typeof({name}) = 'integer' THEN {name} END)" for end in ("min", "max"))
        return ", ".join((*kinds, *ends))

    def key(self, relation: Relation) -> tuple[str, ...]:
        if relation.table is None:
            return ()
        rows = self._all(f"PRAGMA table_info({self.dialect.quoted(relation.table)})")
        return tuple(row[1] for row in sorted(rows, key=lambda row: int(row[5])) if row[5])

    def rows(self, asked: Asked) -> list[tuple[Any, ...]]:
        cursor = self._run(asked)
        with self.told(), self.clock.running():
            return cursor.fetchall()

    def parts(self, asked: Asked, columns: tuple[Column, ...], rows: int) -> Iterator[Part]:
        self.tell.read = 0
        cursor = self._run(asked)
        while True:
            with self.told(), self.clock.running():
                batch = cursor.fetchmany(rows)
            if not batch:
                return
            yield _part(batch, columns)
            self.tell.read += len(batch)

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        with self.told(), self.clock.running():
            return self.connection.execute(sql).fetchall()

    def _run(self, asked: Asked) -> sqlite3.Cursor:
        sql, values = asked.bound(self.dialect)
        with self.told(), self.clock.running():
            return self.connection.execute(sql, tuple(map(plain, values)))

    @contextmanager
    def told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Trouble(self._finding(error)) from error

    def _finding(self, error: sqlite3.Error) -> Diagnostic:
        name = str(getattr(error, "sqlite_errorname", ""))
        path = self.tell.location
        said = str(error)
        if name == "SQLITE_INTERRUPT":
            return self.tell.timed_out()
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return LOCKED.at(self.tell.place, location=path)
        if name == "SQLITE_NOTADB":
            return OTHER_FORMAT.at(None, path=path, format=_SQLITE, advice=_ADVICE)
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_IOERR")):
            return DAMAGED.at(None, path=path, reason=said)
        if name.startswith(("SQLITE_READONLY", "SQLITE_AUTH", "SQLITE_PERM")):
            return self.tell.not_allowed(said)
        if said.startswith("no such table: "):
            return self.tell.no_table(said.removeprefix("no such table: "), self._names())
        if said.startswith("no such column: "):
            return self.tell.no_column(said.removeprefix("no such column: "), said)
        if self.tell.query is not None and name == "SQLITE_ERROR":
            return self.tell.wrong_query(said, *self._near(said))
        return self.tell.said(said)

    def _names(self) -> list[str]:
        try:
            return self.tables(None)
        except Trouble:
            return []

    def _near(self, said: str) -> tuple[int | None, int | None]:
        """SQLite only says near which word; its place is known where the word stands once."""
        word = quoted_in(said)
        query = self.tell.query or ""
        if word is None or query.count(word) != 1:
            return None, None
        before = query[: query.index(word)]
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _part(rows: list[tuple[Any, ...]], columns: tuple[Column, ...]) -> Part:
    arrays: list[pa.Array] = []
    wrong: list[tuple[Column, Wrong]] = []
    for column, values in zip(columns, zip(*rows, strict=True), strict=False):
        array, bad = from_values([_held(value) for value in values], column)
        arrays.append(array)
        wrong += [(column, one) for one in bad]
    return Part(tuple(arrays), len(rows), tuple(wrong))


def _held(value: object) -> object:
    return Lump(f"{len(value)} bytes") if isinstance(value, bytes) else value


def _text(given: bytes) -> object:
    try:
        return given.decode("utf-8")
    except UnicodeDecodeError:
        return Lump(given.decode("utf-8", "replace")[:40])


def plain(value: Value) -> str | int | float:
    """A value as SQLite holds it: days and moments are text there, exact numbers floats."""
    match value:
        case bool():
            return int(value)
        case datetime.date():
            return str(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return value
