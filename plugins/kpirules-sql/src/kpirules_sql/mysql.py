"""MySQL and MariaDB over PyMySQL: rows come one after another from the server, as text, and are made into Arrow here."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pymysql
from pymysql.constants import CLIENT, FIELD_TYPE, FLAG
from pymysql.converters import encoders
from pymysql.cursors import Cursor, SSCursor

from kpirules.diagnostics import Diagnostic
from kpirules_sql.asking import Asked
from kpirules_sql.columns import Column, Sort, Wrong, from_texts
from kpirules_sql.dialects import MySql
from kpirules_sql.options import ServerOptions
from kpirules_sql.places import Server
from kpirules_sql.problems import LOGIN_REFUSED, NO_DATABASE, UNREACHABLE
from kpirules_sql.sessions import Part, Relation, Teller, Trouble, one_line, quoted_in

_TO_CONNECT = 15
#: Values are escaped by the driver; what comes is taken as the server spells it.
_ENCODERS: dict[Any, Any] = dict(encoders)
_BINARY = 63
_SORTS: dict[int, Sort] = {
    FIELD_TYPE.TINY: "whole", FIELD_TYPE.SHORT: "whole", FIELD_TYPE.INT24: "whole", FIELD_TYPE.LONG: "whole",
    FIELD_TYPE.LONGLONG: "whole", FIELD_TYPE.YEAR: "whole",
    FIELD_TYPE.FLOAT: "single", FIELD_TYPE.DOUBLE: "number",
    FIELD_TYPE.DECIMAL: "decimal", FIELD_TYPE.NEWDECIMAL: "decimal",
    FIELD_TYPE.DATE: "day", FIELD_TYPE.NEWDATE: "day", FIELD_TYPE.DATETIME: "moment",
    FIELD_TYPE.TIMESTAMP: "instant", FIELD_TYPE.TIME: "time",
    FIELD_TYPE.BIT: "lump", FIELD_TYPE.GEOMETRY: "lump",
}  # fmt: skip
_UNKNOWN_TABLE, _UNKNOWN_COLUMN, _SYNTAX = 1146, 1054, 1064
_REFUSED = (1045, 1698, 1130, 1251, 2059)
_TIMED_OUT = (1969, 3024, 1317)
_NOT_ALLOWED = (1142, 1143, 1227, 1792, 1370)
_LOST = (2006, 2013, 2055, 1053, 1927, 0)


@contextmanager
def opened(place: Server, options: ServerOptions) -> Iterator[MySqlSession]:
    """A connection with one transaction, in which nothing can be changed and nothing changes."""
    session = MySqlSession(place, options)
    try:
        session.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        session.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield session
    finally:
        session.close()


def connect(place: Server, options: ServerOptions) -> pymysql.Connection[Any]:
    """A connection; nothing is decoded on the way in. Raises what PyMySQL raises."""
    secret = "" if options.password is None else options.password.get_secret_value()
    user = options.user or place.user
    return pymysql.connect(
        host=place.host or "localhost",
        port=place.port,
        user=user,
        password=secret,
        database=place.database,
        charset="utf8mb4",
        connect_timeout=max(2, min(_TO_CONNECT, round(options.timeout_seconds))),
        read_timeout=max(2, round(options.timeout_seconds)),
        write_timeout=max(2, round(options.timeout_seconds)),
        conv=_ENCODERS,
        ssl=_encryption(options),
        ssl_disabled=options.sslmode == "disable",
        # Matched rows, and none of the driver's ways to load files.
        client_flag=CLIENT.FOUND_ROWS,
        local_infile=False,
    )


def _encryption(options: ServerOptions) -> ssl.SSLContext | None:
    if options.sslmode in (None, "disable", "prefer"):
        return None
    context = ssl.create_default_context(cafile=options.sslrootcert)
    context.check_hostname = options.sslmode == "verify-full"
    if options.sslmode == "require":
        context.verify_mode = ssl.CERT_NONE
    return context


class MySqlSession:
    """A connection to a server."""

    dialect = MySql()

    def __init__(self, place: Server, options: ServerOptions) -> None:
        self.place = place
        self.options = options
        self.tell = Teller(place.location, options.timeout_seconds)
        try:
            self.connection = connect(place, options)
        except (
            pymysql.Error,
            OSError,
            RuntimeError,
        ) as error:  # RuntimeError: a way to log in that needs a library
            raise Trouble(self._not_connected(error)) from None
        # Moments with a zone are told as they are in UTC; they do not depend on where the server stands.
        self.run("SET SESSION time_zone = '+00:00'")
        self._limit()

    def close(self) -> None:
        with suppress(pymysql.Error):
            self.connection.close()

    def _limit(self) -> None:
        """The server's own limit: MariaDB and MySQL call it differently."""
        for statement in (
            f"SET SESSION max_statement_time = {self.options.timeout_seconds:g}",
            f"SET SESSION max_execution_time = {round(self.options.timeout_seconds * 1000)}",
        ):
            with suppress(pymysql.Error), self.connection.cursor() as cursor:
                cursor.execute(statement)
                return

    def tables(self, schema: str | None) -> list[str]:
        return [
            str(row[0])
            for row in self.run(
                "SELECT table_name FROM information_schema.tables "
                "WHERE table_schema = coalesce(%s, database()) ORDER BY table_name",
                schema,
            )
        ]

    def columns(self, relation: Relation) -> list[Column]:
        asked = "SELECT * FROM " + relation.asked + " LIMIT 0"
        sql, values = asked.bound(self.dialect)
        with self.told(), self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            fields = _fields(cursor)
        return [_column(field) for field in fields]

    def looked_through(self, relation: Relation, columns: list[Column]) -> list[Column]:
        """TINYINT(1) is how yes and no are stored; one that holds other numbers is a number."""
        maybe = [one for one in columns if one.sort == "yes"]
        if not maybe:
            return columns
        looks = ", ".join(
            f"SUM({name} NOT IN (0, 1))" for name in (self.dialect.quoted(one.name) for one in maybe)
        )
        sql, values = ("SELECT " + looks + " FROM " + relation.asked).bound(self.dialect)
        (row,) = self.run(sql, *values)
        numbers = {one.name for one, others in zip(maybe, row, strict=True) if int(others or 0)}
        return [replace(one, sort="whole") if one.name in numbers else one for one in columns]

    def key(self, relation: Relation) -> tuple[str, ...]:
        if relation.table is None:
            return ()
        return tuple(
            str(row[0])
            for row in self.run(
                "SELECT column_name FROM information_schema.key_column_usage WHERE constraint_name = 'PRIMARY' "
                "AND table_schema = coalesce(%s, database()) AND table_name = %s ORDER BY ordinal_position",
                relation.schema,
                relation.table,
            )
        )

    def rows(self, asked: Asked) -> list[tuple[Any, ...]]:
        sql, values = asked.bound(self.dialect)
        return self.run(sql, *values)

    def parts(self, asked: Asked, columns: tuple[Column, ...], rows: int) -> Iterator[Part]:
        self.tell.read = 0
        sql, values = asked.bound(self.dialect)
        cursor = self.connection.cursor(SSCursor)
        try:
            with self.told():
                cursor.execute(sql, values or None)
            while True:
                with self.told():
                    batch = list(cursor.fetchmany(rows))
                if not batch:
                    return
                yield _part(batch, columns)
                self.tell.read += len(batch)
        finally:
            _drop(cursor)

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.told(), self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return list(cursor.fetchall())

    @contextmanager
    def told(self) -> Iterator[None]:
        try:
            yield
        except (pymysql.Error, OSError) as error:
            raise Trouble(self._finding(error)) from error

    def _finding(self, error: Exception) -> Diagnostic:
        code, said = _code(error), _said(error)
        if code in _TIMED_OUT or isinstance(error, TimeoutError) or "timed out" in said:
            return self.tell.timed_out()
        if code in _LOST or isinstance(error, OSError | pymysql.InterfaceError):
            return self.tell.lost(said)
        if code in _NOT_ALLOWED:
            return self.tell.not_allowed(said)
        if code == _UNKNOWN_TABLE:
            return self.tell.no_table((quoted_in(said) or "").rpartition(".")[2], self._names())
        if code == _UNKNOWN_COLUMN:
            return self.tell.no_column(quoted_in(said) or "", said)
        if self.tell.query is not None and isinstance(
            error, pymysql.ProgrammingError | pymysql.OperationalError | pymysql.DataError
        ):
            line = re.search(r" at line (\d+)$", said)
            return self.tell.wrong_query(
                said[: line.start()] if line else said, int(line[1]) - 1 if line else None
            )
        return self.tell.said(said)

    def _names(self) -> list[str]:
        try:
            return self.tables(self.options.schema_)
        except Trouble:
            return []

    def _not_connected(self, error: Exception) -> Diagnostic:
        code, said = _code(error), one_line(_said(error))
        server, user = self.place.name, self.options.user or self.place.user or "-"
        if code in (1044, 1049):
            return NO_DATABASE.at(self.tell.place, server=server, database=self.place.database)
        if code in _REFUSED or isinstance(error, RuntimeError):
            return LOGIN_REFUSED.at(self.tell.place, server=server, user=user, reason=said)
        return UNREACHABLE.at(self.tell.place, server=server, reason=said)


def _drop(cursor: SSCursor) -> None:
    """Lets go of a cursor without fetching the rest of its rows, as closing it would; the connection is closed next."""
    result = getattr(cursor, "_result", None)
    if result is not None:
        result.unbuffered_active = False
    cursor.connection = None  # type: ignore[assignment]


def _code(error: Exception) -> int | None:
    first = error.args[0] if error.args else None
    return first if isinstance(first, int) else None


def _said(error: Exception) -> str:
    return str(error.args[1]) if len(error.args) > 1 else str(error)


def _fields(cursor: Cursor) -> list[Any]:
    """What the server says of each column; PyMySQL's description leaves out flags and character set."""
    result = getattr(cursor, "_result", None)
    return list(getattr(result, "fields", None) or ())


def _column(field: Any) -> Column:
    name, kind, flags = field.name, field.type_code, field.flags
    if kind == FIELD_TYPE.TINY and field.length == 1:
        return Column(name, "yes", "tinyint(1)")
    if kind == FIELD_TYPE.BIT:
        return Column(name, "yes" if field.length == 1 else "lump", f"bit({field.length})")
    if kind == FIELD_TYPE.LONGLONG and flags & FLAG.UNSIGNED:
        return Column(name, "big", "bigint unsigned")
    sort = _SORTS.get(kind)
    if sort == "decimal":
        precision = field.length - (1 if field.scale else 0) - (0 if flags & FLAG.UNSIGNED else 1)
        declared = f"decimal({precision},{field.scale})"
        return Column(name, "spelled" if precision > 38 else "decimal", declared, precision, field.scale)
    if sort is not None:
        return Column(name, sort, "")
    binary = field.charsetnr == _BINARY and kind not in (FIELD_TYPE.NULL, FIELD_TYPE.JSON)
    return Column(name, "lump" if binary else "text", "bytes" if binary else "text")


def _part(rows: list[tuple[Any, ...]], columns: tuple[Column, ...]) -> Part:
    arrays: list[pa.Array] = []
    wrong: list[tuple[Column, Wrong]] = []
    for column, values in zip(columns, zip(*rows, strict=True), strict=False):
        array, bad = from_texts(list(values), column)
        arrays.append(array)
        wrong += [(column, one) for one in bad]
    return Part(tuple(arrays), len(rows), tuple(wrong))
