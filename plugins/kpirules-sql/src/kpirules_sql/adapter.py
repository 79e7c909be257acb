"""Reads and describes tables and queries: the same steps for every database.

    place  ->  session  ->  relation (a table or the query)  ->  columns  ->  SELECT  ->  parts  ->  chunks

Row numbers count the rows in the order in which they are read, from 1: by `order_by`, else by the primary key of the
table, else as the database gives them. Filters that were passed on leave rows out before they are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import Any

import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic, Words, nearest
from kpirules.plugin import MOST_FINDINGS, Chunk, DataRequest, Description, SheetInfo, Source
from kpirules.plugin.problems import MORE, NAME_BLANK, NAME_TWICE, WRONG_KIND
from kpirules_sql.asking import Asked, conditions, select
from kpirules_sql.columns import Column
from kpirules_sql.options import SqlOptions
from kpirules_sql.places import Database, DatabaseFile, database_at
from kpirules_sql.problems import NO_COLUMN, NO_LIBRARY, WHICH_TABLE, WRONG_CELL
from kpirules_sql.query import as_table
from kpirules_sql.sessions import Part, Relation, Trouble, listed

_LIBRARIES = {
    "duckdb": ("duckdb", "duckdb"),
    "postgresql": ("adbc_driver_postgresql", "adbc-driver-postgresql"),
    "mysql": ("pymysql", "pymysql"),
}


def describe(location: str, options: SqlOptions) -> Description:
    """All tables there, or the one or the query of the options."""
    try:
        with connected(place_of(location), options) as session:
            if options.table is None and options.query is None:
                names = session.tables(options.schema_)
            else:
                names = []
            relations = [_table(session, name, options.schema_) for name in names]
            if not relations:
                relations = [relation_of(session, options, location)]
            sheets = []
            for relation in relations:
                named, _ = named_columns(session.columns(relation), location)
                sheets.append(SheetInfo(relation.table, tuple(one.title for one in named)))
            return Description(tuple(sheets))
    except Trouble as trouble:
        return Description((), (trouble.finding,))


def read(request: DataRequest[SqlOptions]) -> Source:
    """The wanted rows. The connection is open until the last chunk, or until the chunks are closed."""
    location, options = request.location, request.options
    reading = _Reading(request)
    try:
        return reading.source()
    except Trouble as trouble:
        reading.close()
        return Source.refused(location, trouble.finding, sheet=options.table)
    except BaseException:
        reading.close()
        raise


def place_of(location: str) -> Database:
    place = database_at(location)
    if isinstance(place, Diagnostic):
        raise Trouble(place)
    return place


def connected(place: Database, options: SqlOptions) -> AbstractContextManager[Any]:
    """A session with the database, for reading."""
    module, package = _LIBRARIES.get(place.engine, ("sqlite3", ""))
    if find_spec(module) is None:
        raise Trouble(NO_LIBRARY.at(Cell(place.location), library=package, what=place.engine))
    if isinstance(place, DatabaseFile):
        if place.engine == "duckdb":
            from kpirules_sql import duck  # late: loads DuckDB

            return duck.opened(place, options)
        from kpirules_sql import sqlite  # late: with its siblings

        return sqlite.opened(place, options)
    if place.engine == "postgresql":
        from kpirules_sql import postgres  # late: loads ADBC

        return postgres.opened(place, options)
    from kpirules_sql import mysql  # late: loads PyMySQL

    return mysql.opened(place, options)


def relation_of(session: Any, options: SqlOptions, location: str) -> Relation:
    """What the options say is to be read."""
    if options.query is not None:
        session.tell.query = options.query
        return Relation(as_table(options.query, options.parameters, location), None)
    names = session.tables(options.schema_)
    if options.table is None:
        if len(names) == 1:
            return _table(session, names[0], options.schema_)
        if options.called in names:
            return _table(session, str(options.called), options.schema_)
        raise Trouble(
            WHICH_TABLE.at(Cell(location), location=location, count=len(names), known=listed(names))
        )
    if options.table in names:
        return _table(session, options.table, options.schema_)
    schema, dot, table = options.table.partition(".")
    if dot and options.schema_ is None and table in session.tables(schema):
        return _table(session, table, schema)
    raise Trouble(session.tell.no_table(options.table, names))


def _table(session: Any, name: str, schema: str | None) -> Relation:
    quoted = session.dialect.quoted(name)
    full = quoted if schema is None else f"{session.dialect.quoted(schema)}.{quoted}"
    return Relation(Asked(full), name, schema)


def named_columns(columns: list[Column], location: str) -> tuple[list[Column], list[Diagnostic]]:
    """The columns that can be referred to, each name once, and what is wrong with the others."""
    findings: list[Diagnostic] = []
    kept: dict[str, tuple[int, Column]] = {}
    blank = [str(place) for place, column in enumerate(columns, 1) if not column.title]
    if blank:
        findings.append(NAME_BLANK.at(Cell(location), positions=", ".join(blank)))
    for place, column in enumerate(columns, 1):
        if column.title in kept:
            findings.append(
                NAME_TWICE.at(
                    Cell(location, None, column.title),
                    column=column.title,
                    first=kept[column.title][0],
                    second=place,
                )
            )
        elif column.title:
            kept[column.title] = (place, column)
    return [column for _, column in kept.values()], findings


class _Reading:
    """One read, from the connection to the last chunk."""

    def __init__(self, request: DataRequest[SqlOptions]) -> None:
        self.request = request
        self.options = request.options
        self.location = request.location
        self.sheet: str | None = None
        self.counted: Counter[str] = Counter()
        self._connection: AbstractContextManager[Any] | None = None

    def source(self) -> Source:
        connection = connected(place_of(self.location), self.options)
        self.session = connection.__enter__()
        self._connection = connection
        relation = relation_of(self.session, self.options, self.location)
        self.sheet = relation.table
        named, findings = named_columns(self.session.columns(relation), self.location)
        header = tuple(column.title for column in named)
        self.session.tell.known = header
        order = self._order(relation, named)
        wanted = self._wanted(relation, named)
        findings += [
            WRONG_KIND.at(
                Cell(self.location, None, one.title, self.sheet), column=one.title, type=one.declared
            )
            for one in wanted
            if one.sort == "lump" and self.request.wants(one.title)
        ]
        given = tuple(one for one in wanted if self.request.wants(one.title) and one.sort != "lump")
        where = conditions(
            self.session.dialect, wanted, self.request.period, self.request.staff, self.request.where
        )
        asked = select(self.session.dialect, relation.asked, given, where, order)
        total = self._total(relation, where)
        schema = pa.schema([(one.title, one.type) for one in given])
        shown = asked.shown(self.session.dialect)
        chunks = _Chunks(self, self._chunks(asked, given, schema, total))
        return Source(self.location, self.sheet, header, schema, chunks, tuple(findings), shown)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.__exit__(None, None, None)

    def _wanted(self, relation: Relation, named: list[Column]) -> list[Column]:
        """The columns that are read or filtered by, their sorts known."""
        request = self.request
        filters = {only.column for only in request.where}
        filters |= {hint.column for hint in (request.period, request.staff) if hint is not None}
        some = [one for one in named if request.wants(one.title) or one.title in filters]
        found: list[Column] = self.session.looked_through(relation, some) if some else []
        return found

    def _order(self, relation: Relation, named: list[Column]) -> str:
        dialect = self.session.dialect
        known = {column.title: column for column in named}
        if not self.options.order_by:
            key = [name for name in self.session.key(relation) if name.strip() in known]
            return ", ".join(map(dialect.quoted, key))
        order: list[str] = []
        for part in self.options.order_by:
            name, word = part.strip(), ""
            if name not in known and name.lower().endswith((" desc", " asc")):
                name, _, word = name.rpartition(" ")
            if name.strip() not in known:
                raise Trouble(
                    NO_COLUMN.at(
                        Cell(self.location, None, None, self.sheet),
                        suggestion=nearest(name, known),
                        column=name,
                        reason=Words('the setting "order_by" names it', "设置“order_by”引用了它"),
                        known=listed(tuple(known)),
                    )
                )
            order.append(f"{dialect.quoted(known[name.strip()].name)} {word.upper()}".strip())
        return ", ".join(order)

    def _total(self, relation: Relation, where: Asked) -> int | None:
        """How many rows will come. A query is not run once more only to know that."""
        if relation.table is None:
            return None
        asked = "SELECT count(*) FROM " + relation.asked
        ((found,),) = self.session.rows(asked + (" WHERE " + where if where.text else ""))
        return int(found)

    def _chunks(
        self, asked: Asked, columns: tuple[Column, ...], schema: pa.Schema, total: int | None
    ) -> Generator[Chunk, None, None]:
        row = 1
        try:
            for part in self.session.parts(asked, columns, self.options.batch_rows):
                batch = _batch(part, schema)
                done = None if total is None else min(1.0, (row - 1 + part.rows) / max(1, total))
                yield Chunk(batch, row, tuple(self._findings(part, row)), done)
                row += part.rows
        except Trouble as trouble:
            yield Chunk(_nothing(schema), row, (trouble.finding,))
        over = tuple(
            MORE.at(None, count=count - MOST_FINDINGS, code=code, path=self.location)
            for code, count in self.counted.items()
            if count > MOST_FINDINGS
        )
        if over:
            yield Chunk(_nothing(schema), row, over)
        self.close()

    def _findings(self, part: Part, row: int) -> Iterator[Diagnostic]:
        for column, wrong in part.wrong:
            self.counted[WRONG_CELL.code] += 1
            if self.counted[WRONG_CELL.code] <= MOST_FINDINGS:
                place = Cell(self.location, row + wrong.index, column.title, self.sheet, wrong.value)
                yield WRONG_CELL.at(place, value=wrong.value, reason=wrong.reason)


class _Chunks:
    """The chunks of a read. Closing them closes the connection, also where none was ever asked for."""

    def __init__(self, reading: _Reading, chunks: Generator[Chunk, None, None]) -> None:
        self._reading = reading
        self._chunks = chunks

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        return next(self._chunks)

    def close(self) -> None:
        self._chunks.close()
        self._reading.close()


def _batch(part: Part, schema: pa.Schema) -> pa.RecordBatch:
    if not schema.names:
        return _nothing(schema)
    return pa.RecordBatch.from_arrays(list(part.arrays), schema=schema)


def _nothing(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)
