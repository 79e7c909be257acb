"""DuckDB files: opened for reading alone, results streamed as Arrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import duckdb
import pyarrow as pa

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.problems import DAMAGED, OTHER_FORMAT
from kpirules_sql.asking import Asked
from kpirules_sql.columns import Column, Sort, Wrong, settled
from kpirules_sql.dialects import Duck
from kpirules_sql.files import start_of
from kpirules_sql.options import SqlOptions
from kpirules_sql.places import DatabaseFile
from kpirules_sql.problems import LOCKED
from kpirules_sql.sessions import Clock, Part, Relation, Teller, Trouble, quoted_in

_DUCKDB = Words("a DuckDB database", "DuckDB 数据库")
_ADVICE = Words(
    'name its adapter, or write "sqlite:" before the path if it is one of SQLite',
    "请指明适配器；若为 SQLite 文件，请在路径前加“sqlite:”",
)
#: Reading must not reach out for extensions.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_SORTS: dict[str, Sort] = {
    "VARCHAR": "text",
    "TINYINT": "whole", "SMALLINT": "whole", "INTEGER": "whole", "BIGINT": "whole",
    "UTINYINT": "whole", "USMALLINT": "whole", "UINTEGER": "whole",
    "UBIGINT": "big", "HUGEINT": "big", "UHUGEINT": "big",
    "FLOAT": "single", "DOUBLE": "number", "BOOLEAN": "yes", "DATE": "day",
    "TIMESTAMP": "moment", "TIMESTAMP_S": "moment", "TIMESTAMP_MS": "moment", "TIMESTAMP_NS": "moment",
    "TIMESTAMP WITH TIME ZONE": "instant", "TIME": "time", "TIME_NS": "time", "INTERVAL": "span",
    "BLOB": "lump",
}  # fmt: skip
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_LINE = re.compile(r"^LINE (\d+): (.*)\n( *)\^", re.MULTILINE)


@contextmanager
def opened(place: DatabaseFile, options: SqlOptions) -> Iterator[DuckSession]:
    """A connection that cannot write."""
    start = start_of(place.path, 1)
    if isinstance(start, Diagnostic):
        raise Trouble(start)
    session = DuckSession(place, options.timeout_seconds)
    try:
        yield session
    finally:
        session.close()


class DuckSession:
    """A file, open for reading."""

    dialect = Duck()

    def __init__(self, place: DatabaseFile, seconds: float, writing: bool = False) -> None:
        self.tell = Teller(place.location, seconds)
        with self.told():
            self.connection = duckdb.connect(place.path, read_only=not writing, config=_CONFIG)
        self.clock = Clock(self.connection.interrupt, seconds)
        with self.told():
            self.connection.execute("SET enable_progress_bar = false")  # it would print
        with suppress(duckdb.Error):  # only for instants, which say their zone anyway
            self.connection.execute("SET TimeZone = 'UTC'")
        with self.told():
            self.connection.execute("BEGIN TRANSACTION" if writing else "BEGIN TRANSACTION READ ONLY")

    def close(self) -> None:
        self.connection.close()

    def tables(self, schema: str | None) -> list[str]:
        asked = Asked(
            "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database() AND "
            "table_schema = coalesce(\x00, current_schema()) ORDER BY table_name",
            (schema or "main",),
        )
        return [str(row[0]) for row in self.rows(asked)]

    def columns(self, relation: Relation) -> list[Column]:
        found = self._run("SELECT * FROM " + relation.asked)  # not run, only understood
        return [_column(name, str(kind)) for name, kind in zip(found.columns, found.types, strict=True)]

    def looked_through(self, relation: Relation, columns: list[Column]) -> list[Column]:
        return columns

    def key(self, relation: Relation) -> tuple[str, ...]:
        if relation.table is None:
            return ()
        asked = Asked(
            "SELECT constraint_column_names FROM duckdb_constraints() WHERE database_name = current_database() "
            "AND schema_name = \x00 AND table_name = \x00 AND constraint_type = 'PRIMARY KEY'",
            (relation.schema or "main", relation.table),
        )
        rows = self.rows(asked)
        return tuple(map(str, rows[0][0])) if rows else ()

    def parts(self, asked: Asked, columns: tuple[Column, ...], rows: int) -> Iterator[Part]:
        self.tell.read = 0
        relation = self._run(asked)
        with self.told(), self.clock.running():
            reader = relation.to_arrow_reader(rows)
        while True:
            with self.told(), self.clock.running():
                batch = next(reader, None)
            if batch is None:
                return
            yield _part(batch, columns)
            self.tell.read += batch.num_rows

    def rows(self, asked: Asked) -> list[tuple[Any, ...]]:
        relation = self._run(asked)
        with self.told(), self.clock.running():
            return relation.fetchall()

    def _run(self, asked: Asked) -> duckdb.DuckDBPyRelation:
        sql, values = asked.bound(self.dialect)
        with self.told(), self.clock.running():
            for number, value in enumerate(values, 1):
                self.connection.execute(f"SET VARIABLE {self.dialect.variable(number)} = ?", [value])
            return self.connection.sql(sql)

    @contextmanager
    def told(self) -> Iterator[None]:
        try:
            yield
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise Trouble(self._finding(error)) from error

    def _finding(self, error: Exception) -> Diagnostic:
        said = str(error)
        path = self.tell.location
        first = said.splitlines()[0].partition("Error: ")[2] if said else ""
        if isinstance(error, duckdb.InterruptException) or "INTERRUPT Error" in said:
            return self.tell.timed_out()
        if "Could not set lock" in said or "different configuration" in said:
            return LOCKED.at(self.tell.place, location=path)
        if "not a valid DuckDB database" in said:
            return OTHER_FORMAT.at(None, path=path, format=_DUCKDB, advice=_ADVICE)
        if isinstance(error, duckdb.SerializationException | duckdb.FatalException | duckdb.IOException):
            return DAMAGED.at(None, path=path, reason=first[:200])
        if isinstance(error, duckdb.PermissionException | duckdb.InvalidInputException):
            return self.tell.not_allowed(first)
        if isinstance(error, duckdb.CatalogException) and first.startswith("Table with name"):
            return self.tell.no_table(first.split()[3], self._names())
        if isinstance(error, duckdb.BinderException) and "not found" in first:
            return self.tell.no_column(quoted_in(first) or "", first)
        if self.tell.query is not None:
            return self.tell.wrong_query(first, *_position(said))
        return self.tell.said(first or said)

    def _names(self) -> list[str]:
        try:
            return self.tables(None)
        except Trouble:
            return []


def _position(said: str) -> tuple[int | None, int | None]:
    """Line and column in the user's query, which begins on the second line of what is sent."""
    found = _LINE.search(said)
    if found is None:
        return None, None
    column = len(found[3]) - len(f"LINE {found[1]}: ") + 1
    return int(found[1]) - 1, None if found[2].startswith("...") else column


def _column(name: str, declared: str) -> Column:
    decimal = _DECIMAL.fullmatch(declared)
    if decimal:
        return Column(name, "decimal", declared, int(decimal[1]), int(decimal[2]))
    if declared.endswith("]") or declared.startswith(("STRUCT", "MAP", "UNION")):
        return Column(name, "lump", declared)
    return Column(name, _SORTS.get(declared, "label"), declared)


def _part(batch: pa.RecordBatch, columns: tuple[Column, ...]) -> Part:
    arrays: list[pa.Array] = []
    wrong: list[tuple[Column, Wrong]] = []
    for place, column in enumerate(columns):
        array, bad = settled(batch.column(place), column)
        arrays.append(array)
        wrong += [(column, one) for one in bad]
    return Part(tuple(arrays), batch.num_rows, tuple(wrong))
