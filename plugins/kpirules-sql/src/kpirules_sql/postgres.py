"""PostgreSQL over ADBC: a cursor on the server, fetched as Arrow; exact numbers in the server's own spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow as pa
from adbc_driver_manager import dbapi as manager
from adbc_driver_postgresql import dbapi

from kpirules.diagnostics import Diagnostic
from kpirules_sql.asking import Asked
from kpirules_sql.columns import Column, Sort, Wrong, settled
from kpirules_sql.dialects import Postgres
from kpirules_sql.options import ServerOptions
from kpirules_sql.places import Server
from kpirules_sql.problems import LOGIN_REFUSED, NO_DATABASE, UNREACHABLE
from kpirules_sql.sessions import Part, Relation, Teller, Trouble, one_line, quoted_in

#: Seconds to wait for a connection; longer means that nobody is there.
_TO_CONNECT = 15
#: Results come as rows, not by COPY, which takes neither values nor cursors.
_PLAIN = {"adbc.postgresql.use_copy": "false"}
_SORTS: dict[str, Sort] = {
    "text": "text", "varchar": "text", "bpchar": "text",
    "int2": "whole", "int4": "whole", "int8": "whole", "oid": "whole",
    "float4": "single", "float8": "number", "numeric": "decimal", "money": "decimal",
    "bool": "yes", "date": "day", "timestamp": "moment", "timestamptz": "instant",
    "time": "time", "interval": "span", "bytea": "lump", "record": "lump",
}  # fmt: skip
_BROKEN = re.compile(r"connection|server closed|terminat|SSL|socket|network", re.IGNORECASE)
_LOST = ("08", "57P01", "57P02", "57P03")


@contextmanager
def opened(place: Server, options: ServerOptions) -> Iterator[PostgresSession]:
    """A connection with one transaction, in which nothing can be changed and nothing changes."""
    session = PostgresSession(place, options)
    try:
        session.begin("ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield session
    finally:
        session.close()


def address(place: Server, options: ServerOptions) -> str:
    """The address as the driver wants it, password and all: never to be shown."""
    user = place.user if options.user is None else options.user
    password = None if options.password is None else options.password.get_secret_value()
    login = "" if user is None else quote(user, safe="")
    login += "" if password is None else ":" + quote(password, safe="")
    host = f"[{place.host}]" if ":" in place.host else quote(place.host)
    settings = {
        "connect_timeout": str(max(2, min(_TO_CONNECT, round(options.timeout_seconds)))),
        "application_name": "kpirules",
        "gssencmode": "disable",
        "keepalives_idle": "30",
        "keepalives_interval": "10",
        "keepalives_count": "3",
    }
    settings |= {} if options.sslmode is None else {"sslmode": options.sslmode}
    settings |= {} if options.sslrootcert is None else {"sslrootcert": options.sslrootcert}
    at = f"{login}@" if login else ""
    return f"postgresql://{at}{host}:{place.port}/{quote(place.database, safe='')}?{urlencode(settings)}"


class PostgresSession:
    """A connection to a server."""

    dialect = Postgres()

    def __init__(self, place: Server, options: ServerOptions) -> None:
        self.place = place
        self.options = options
        self.tell = Teller(place.location, options.timeout_seconds)
        try:
            self.connection = dbapi.connect(address(place, options))
        except manager.Error as error:
            raise Trouble(self._not_connected(error)) from None

    def begin(self, mode: str) -> None:
        self.ask(f"SET TRANSACTION {mode}")
        self.ask(f"SET LOCAL statement_timeout = {round(self.options.timeout_seconds * 1000)}")
        if self.options.schema_ is not None:
            self._one("SELECT set_config('search_path', $1, true)", self.dialect.quoted(self.options.schema_))

    def close(self) -> None:
        with suppress(manager.Error):  # a connection that is lost already cannot be ended
            self.connection.close()

    def tables(self, schema: str | None) -> list[str]:
        found = self.ask(
            "SELECT CAST(relname AS text) AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT relispartition AND CASE WHEN $1 = '' THEN "
            "pg_table_is_visible(pg_class.oid) AND nspname NOT IN ('pg_catalog', 'information_schema') "
            "ELSE nspname = $1 END ORDER BY 1",
            schema or "",
        )
        return [str(name) for name in found.column(0).to_pylist()]

    def columns(self, relation: Relation) -> list[Column]:
        sql, values = ("SELECT * FROM " + relation.asked + " LIMIT 0").bound(self.dialect)
        return [_column(field) for field in self.ask(sql, *values).schema]

    def looked_through(self, relation: Relation, columns: list[Column]) -> list[Column]:
        """Exact numbers of no declared size: the most places before and after the point that any has."""
        open_ended = [one for one in columns if one.sort == "decimal" and one.precision is None]
        if not open_ended:
            return columns
        asked = "SELECT " + ", ".join(map(self._look, open_ended)) + " FROM " + relation.asked
        sql, values = asked.bound(self.dialect)
        seen = (column[0].as_py() for column in self.ask(sql, *values).columns)
        sized = {one.name: _sized(one, next(seen), next(seen)) for one in open_ended}
        return [sized.get(one.name, one) for one in columns]

    def _look(self, column: Column) -> str:
        number = f"CAST({self.dialect.quoted(column.name)} AS numeric)"
        # NaN and infinity have no scale.
        whole = f"CASE WHEN scale({number}) IS NOT NULL THEN length(CAST(trunc(abs({number})) AS text)) END"
        return f"max({whole}), max(scale({number}))"

    def key(self, relation: Relation) -> tuple[str, ...]:
        if relation.table is None:
            return ()
        found = self.ask(
            "SELECT CAST(attname AS text) AS name FROM pg_index JOIN pg_attribute a ON a.attrelid = indrelid "
            "AND a.attnum = ANY(indkey) WHERE indisprimary AND indrelid = to_regclass($1) "
            "ORDER BY array_position(CAST(indkey AS smallint[]), a.attnum)",
            relation.asked.text,
        )
        return tuple(str(name) for name in found.column(0).to_pylist())

    def rows(self, asked: Asked) -> list[tuple[Any, ...]]:
        sql, values = asked.bound(self.dialect)
        return list(zip(*(column.to_pylist() for column in self.ask(sql, *values).columns), strict=True))

    def parts(self, asked: Asked, columns: tuple[Column, ...], rows: int) -> Iterator[Part]:
        self.tell.read = 0
        sql, values = asked.bound(self.dialect)
        self.ask("DECLARE kpirules_rows NO SCROLL CURSOR FOR " + sql, *values)
        while True:
            table = self.ask(f"FETCH FORWARD {rows} FROM kpirules_rows")
            if not table.num_rows:
                return
            yield _part(table.combine_chunks(), columns)
            self.tell.read += table.num_rows

    def _one(self, sql: str, *values: object) -> Any:
        return self.ask(sql, *values).column(0)[0].as_py()

    def ask(self, sql: str, *values: object) -> pa.Table:
        """The result of one statement; the driver takes no more than one at a time."""
        self.tell.sent = sql
        with self.told(), self.connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**_PLAIN)
            cursor.execute(sql, list(values) if values else None)
            return cursor.fetch_arrow_table()

    @contextmanager
    def told(self) -> Iterator[None]:
        try:
            yield
        except manager.Error as error:
            raise Trouble(self._finding(error)) from error
        except (pa.ArrowException, OSError) as error:  # what comes out of a stream that breaks off
            raise Trouble(self.tell.lost(error)) from error

    def _finding(self, error: manager.Error) -> Diagnostic:
        state = error.sqlstate or ""
        details = {_text(key): _text(value) for key, value in error.details or ()}
        said = details.get("PG_DIAG_MESSAGE_PRIMARY") or str(error)
        if state == "57014":
            return self.tell.timed_out()
        if state.startswith(_LOST) or (not state and _BROKEN.search(said)):
            return self.tell.lost(said)
        if state in ("42501", "25006", "25001"):
            return self.tell.not_allowed(said)
        if state == "3F000" and not quoted_in(said):  # no schema in which this user may make a table
            return self.tell.not_allowed(said)
        if state in ("42P01", "3F000") and quoted_in(said):
            return self.tell.no_table(quoted_in(said) or "", self._names())
        if state == "42703" and self.tell.query is not None:
            return self.tell.no_column(quoted_in(said) or said, said)
        if state.startswith(("42", "22", "0A")) and self.tell.query is not None:
            at = details.get("PG_DIAG_STATEMENT_POSITION")
            return self.tell.wrong_query(said, *self._position(int(at) if at else None))
        return self.tell.said(said)

    def _position(self, at: int | None) -> tuple[int | None, int | None]:
        """Line and column in the user's query; `at` counts the characters of what was sent."""
        sent = self.tell.sent
        if at is None or sent is None or self.tell.query is None:
            return None, None
        before = sent[: at - 1]
        start = before.find("(\n")
        if start < 0:
            return None, None
        inside = before[start + 2 :]
        return inside.count("\n") + 1, len(inside) - (inside.rfind("\n") + 1) + 1

    def _names(self) -> list[str]:
        """The tables there; asked in a transaction of their own, since an error ends the one before."""
        try:
            with suppress(manager.Error):
                self.connection.rollback()
            return self.tables(self.options.schema_)
        except Trouble:
            return []

    def _not_connected(self, error: manager.Error) -> Diagnostic:
        said = one_line(str(error).rpartition("Failed to connect:")[2] or error)
        server, user = self.place.name, self.options.user or self.place.user or "-"
        if re.search(r"database \".*\" does not exist", said):
            return NO_DATABASE.at(self.tell.place, server=server, database=self.place.database)
        if re.search(r"password|authentication|pg_hba|role .* does not exist|permission denied", said):
            return LOGIN_REFUSED.at(self.tell.place, server=server, user=user, reason=said)
        return UNREACHABLE.at(self.tell.place, server=server, reason=said)


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _column(field: pa.Field) -> Column:
    told = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    declared = told.get("POSTGRESQL:type", str(field.type))
    sort = (
        "lump"
        if declared.startswith("_") or pa.types.is_nested(field.type)
        else _SORTS.get(declared, "label")
    )
    if sort == "decimal" and declared == "numeric":
        modifier = int(told.get("POSTGRESQL:typmod", "-1"))
        if modifier >= 4:
            precision, scale = (modifier - 4) >> 16, (modifier - 4) & 0x7FF
            if precision <= 38 and scale <= precision:
                return Column(field.name, "decimal", declared, precision, scale)
    return Column(field.name, sort, declared)


def _sized(column: Column, whole: int | None, scale: int | None) -> Column:
    """The column with room for all its values; as text where that is more than 38 digits."""
    scale = scale or 0
    precision = max(1, (whole or 1) + scale)
    if precision > 38:
        return replace(column, sort="spelled")
    return replace(column, precision=precision, scale=scale)


def _part(table: pa.Table, columns: tuple[Column, ...]) -> Part:
    arrays: list[pa.Array] = []
    wrong: list[tuple[Column, Wrong]] = []
    for place, column in enumerate(columns):
        chunks = table.column(place)
        raw = chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()
        array, bad = settled(raw, column)
        arrays.append(array)
        wrong += [(column, one) for one in bad]
    return Part(tuple(arrays), table.num_rows, tuple(wrong))
