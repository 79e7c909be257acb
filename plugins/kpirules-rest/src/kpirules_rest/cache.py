"""What a pull has seen, in one SQLite file: so that records count once, and an interrupted pull is taken up.

Every page is put away in one transaction together with where the pull stands, so the file is whole at any
time, also after a crash. A pull that takes everything anew fills a generation of its own; it takes the place
of the old one when it is complete. The file holds the cells of the wanted columns, keys and marks; no
credentials, and no address in which one stands.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kpirules.diagnostics import Diagnostic, Words
from kpirules_rest.pages import Ask
from kpirules_rest.problems import CACHE_BUSY, CACHE_UNUSABLE

_LAYOUT = 1
_WAIT_SECONDS = 2.0
_TABLES = """
create table if not exists state (layout integer not null, content text not null);
create table if not exists records (
    number integer primary key, generation integer not null, id text not null, cells text not null,
    pull integer not null, page integer not null, place integer not null, gone integer not null,
    unique (generation, id)
);
"""
_PUT = """
insert into records (generation, id, cells, pull, page, place, gone) values (?, ?, ?, ?, ?, ?, ?)
on conflict (generation, id) do update
set cells = excluded.cells, pull = excluded.pull, page = excluded.page, place = excluded.place, gone = excluded.gone
"""
_STRANGE = Words("it is not a cache of this version", "它不是此版本的缓存")


@dataclass(frozen=True, slots=True)
class State:
    """Where the pulls into a cache stand.

    question: what was asked, as a hash; another question starts anew. generation: the records that count;
    mark: up to when they are complete. pull, filling: the number of the latest pull and the generation that
    it fills; at: its next request, None when it is complete or cannot be taken up; given: the records it was
    given so far; high: the latest mark among them; since: the server's clock when it began.
    """

    question: str = ""
    generation: int = 0
    mark: int | str | None = None
    pull: int = 0
    filling: int | None = None
    at: Ask | None = None
    given: int = 0
    high: int | str | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it is put away. page and place: where it came in its pull."""

    id: str
    cells: dict[str, Any] = field(default_factory=dict)
    page: int = 0
    place: int = 0
    gone: bool = False


class Cache:
    """An open cache, used by one run at a time."""

    def __init__(self, database: sqlite3.Connection, path: str, state: State) -> None:
        self._database, self.path, self.state = database, path, state

    @staticmethod
    def open(path: str | None) -> Cache | Diagnostic:
        """The cache in that file, made if need be; one that lasts until it is closed if None."""
        if path is None:
            return Cache._made(sqlite3.connect("", isolation_level=None, check_same_thread=False), "")
        try:
            folder = os.path.dirname(path)
            if folder:
                os.makedirs(folder, mode=0o700, exist_ok=True)
            # What is pulled may be personal: readable by its owner alone.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            database = sqlite3.connect(
                path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            return CACHE_UNUSABLE.at(None, path=path, reason=_reason(error))
        made: Cache | Diagnostic
        try:
            made = Cache._made(database, path)
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            made = (
                CACHE_BUSY.at(None, path=path)
                if busy
                else CACHE_UNUSABLE.at(None, path=path, reason=_reason(error))
            )
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            made = CACHE_UNUSABLE.at(None, path=path, reason=_reason(error))
        if isinstance(made, Diagnostic):
            database.close()
        return made

    @staticmethod
    def _made(database: sqlite3.Connection, path: str) -> Cache | Diagnostic:
        database.execute("pragma locking_mode = exclusive")
        database.execute("begin exclusive")
        for statement in _TABLES.split(";"):
            database.execute(statement)
        row = database.execute("select layout, content from state").fetchone()
        if row is None:
            state = State()
            database.execute("insert into state values (?, ?)", (_LAYOUT, _written(state)))
        elif row[0] != _LAYOUT:
            return CACHE_UNUSABLE.at(None, path=path, reason=_STRANGE)
        else:
            state = _read(row[1])
        database.execute("commit")
        return Cache(database, path, state)

    def close(self) -> None:
        self._database.close()

    def put(self, records: Iterable[Kept], state: State) -> Diagnostic | None:
        """Puts a page away, and where the pull stands after it: all or nothing."""
        generation = state.generation if state.filling is None else state.filling
        rows = (
            (generation, one.id, _json(one.cells), state.pull, one.page, one.place, int(one.gone))
            for one in records
        )
        return self._change([(_PUT, rows)], state)

    def begin(self, state: State) -> Diagnostic | None:
        """Begins a pull: clears what an earlier one left in a generation that never counted."""
        keep = (state.generation, state.generation if state.filling is None else state.filling)
        drop = "delete from records where generation not in (?, ?)"
        if state.filling not in (None, state.generation):
            drop = "delete from records where generation != ?"
            return self._change([(drop, [keep[:1]])], state)
        return self._change([(drop, [keep])], state)

    def finish(self, state: State) -> Diagnostic | None:
        """Ends a pull: from now on its generation counts, and what is gone is forgotten."""
        clear = "delete from records where generation != ? or gone = 1"
        return self._change([(clear, [(state.generation,)])], state)

    def distinct(self) -> int:
        """How many different records the current pull was given."""
        state = self.state
        generation = state.generation if state.filling is None else state.filling
        query = "select count(*) from records where generation = ? and pull = ?"
        return int(self._database.execute(query, (generation, state.pull)).fetchone()[0])

    def count(self) -> int:
        query = "select count(*) from records where generation = ?"
        return int(self._database.execute(query, (self.state.generation,)).fetchone()[0])

    def stretches(self, size: int) -> Iterator[list[tuple[Kept, bool]]]:
        """The records that count, in the order in which they first came; and whether the latest pull brought each."""
        query = (
            "select number, id, cells, pull, page, place from records"
            " where generation = ? and number > ? order by number limit ?"
        )
        last = -1
        while rows := self._database.execute(query, (self.state.generation, last, size)).fetchall():
            last = rows[-1][0]
            yield [
                (Kept(id, json.loads(cells), page, place), pull == self.state.pull)
                for _, id, cells, pull, page, place in rows
            ]

    def _change(self, work: Sequence[tuple[str, Iterable[Sequence[Any]]]], state: State) -> Diagnostic | None:
        try:
            self._database.execute("begin")
            for statement, rows in work:
                self._database.executemany(statement, rows)
            self._database.execute("update state set content = ?", (_written(state),))
            self._database.execute("commit")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("rollback")
            return CACHE_UNUSABLE.at(None, path=self.path, reason=_reason(error))
        self.state = state
        return None


def _written(state: State) -> str:
    return json.dumps(asdict(state))


def _read(content: str) -> State:
    made = State(**json.loads(content))
    return made if made.at is None else replace(made, at=Ask(**made.at))  # type: ignore[arg-type]


def _json(cells: dict[str, Any]) -> str:
    # Numbers that a float does not hold stay whole as text.
    return json.dumps(cells, ensure_ascii=True, default=str)


def _reason(error: Exception) -> Words:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Words(said, said)
