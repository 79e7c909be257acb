"""What a connection to a database must do, whichever it is; and how its errors become findings.

A session is opened for one use, reads in one read-only transaction (all its questions see the same state), and is
closed after it. Inside the package a finding that ends the work is raised as `Trouble`; the adapter catches it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic, Words, nearest
from kpirules_sql.asking import Asked
from kpirules_sql.columns import Column, Wrong
from kpirules_sql.dialects import Dialect
from kpirules_sql.problems import LOST, NO_COLUMN, NO_TABLE, NOT_ALLOWED, QUERY_WRONG, SAID, TIMED_OUT


class Trouble(Exception):
    """What ended the work, as a finding."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Relation:
    """What is read: a table or the user's query. table: its name; None for a query. asked: as it stands after FROM."""

    asked: Asked
    table: str | None
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of rows as the seam has them, and the cells of it that are wrong, by column."""

    arrays: tuple[pa.Array, ...]
    rows: int
    wrong: tuple[tuple[Column, Wrong], ...] = ()


class Session(Protocol):
    """A connection. Every method raises Trouble, and nothing else, for what a user or a server can do wrong."""

    @property
    def dialect(self) -> Dialect: ...

    def tables(self, schema: str | None) -> list[str]:
        """The tables and views there, by name."""
        ...

    def columns(self, relation: Relation) -> list[Column]:
        """All columns, in order, without reading rows; a `decimal` may lack its places still."""
        ...

    def looked_through(self, relation: Relation, columns: list[Column]) -> list[Column]:
        """The columns whose sort is only known from their values, with it."""
        ...

    def key(self, relation: Relation) -> tuple[str, ...]:
        """The columns of the table's primary key, if it has one."""
        ...

    def rows(self, asked: Asked) -> list[tuple[Any, ...]]:
        """The rows of a SELECT that gives few of them, as the driver has them."""
        ...

    def parts(self, asked: Asked, columns: tuple[Column, ...], rows: int) -> Iterator[Part]:
        """The rows of a SELECT, so many at a time, never all in memory."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Clock:
    """Stops a question that takes too long, for databases that cannot do so themselves."""

    stop: Callable[[], None]
    seconds: float
    rang: bool = field(default=False, init=False)

    @contextmanager
    def running(self) -> Iterator[None]:
        timer = threading.Timer(self.seconds, self._ring)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _ring(self) -> None:
        self.rang = True
        self.stop()


@dataclass(slots=True)
class Teller:
    """Makes findings of a database's errors. read: rows that have come so far; seconds: the time a question may take."""

    location: str
    seconds: float
    read: int | None = None
    #: The user's own query, where one is read; it stands between brackets on lines of its own in what is sent.
    query: str | None = None
    sent: str | None = None
    known: tuple[str, ...] = ()

    @property
    def place(self) -> Cell:
        return Cell(self.location)

    def progress(self) -> Words:
        return Words() if not self.read else Words(f" after {self.read} rows", f"（已读 {self.read} 行）")

    def timed_out(self) -> Diagnostic:
        return TIMED_OUT.at(self.place, seconds=f"{self.seconds:g}", progress=self.progress())

    def lost(self, said: object) -> Diagnostic:
        return LOST.at(self.place, progress=self.progress(), reason=one_line(said))

    def not_allowed(self, said: object) -> Diagnostic:
        return NOT_ALLOWED.at(self.place, reason=one_line(said))

    def said(self, said: object) -> Diagnostic:
        return SAID.at(self.place, progress=self.progress(), reason=one_line(said))

    def no_table(self, table: str, known: list[str]) -> Diagnostic:
        return NO_TABLE.at(
            self.place,
            suggestion=nearest(table, known),
            table=table,
            location=self.location,
            known=listed(known),
        )

    def no_column(self, column: str, said: object) -> Diagnostic:
        return NO_COLUMN.at(
            self.place,
            suggestion=nearest(column, self.known),
            column=column,
            reason=one_line(said),
            known=listed(self.known),
        )

    def wrong_query(self, said: object, line: int | None = None, column: int | None = None) -> Diagnostic:
        where = Words()
        if line is not None and line > 0:
            where = Words(f" at line {line}", f"（第 {line} 行）")
            if column is not None:
                where = Words(f" at line {line}, column {column}", f"（第 {line} 行第 {column} 列）")
        return QUERY_WRONG.at(self.place, spot=where, reason=one_line(said))


def one_line(said: object) -> str:
    """A database's own words, shortened."""
    return " ".join(str(said).split())[:300].strip(" .")


def listed(names: list[str] | tuple[str, ...], most: int = 20) -> str:
    """Names in a sentence; of many the first."""
    return ", ".join(names[:most]) + (f", … ({len(names)})" if len(names) > most else "") or "-"


def quoted_in(said: str) -> str | None:
    """The first thing that a message puts in quotes."""
    found = re.search(r"[\"'`]([^\"'`]+)[\"'`]", said)
    return found[1] if found else None
