"""What passes through the seam on the way in: the request, the source with its places, the table made of it.

Plain records; reading is the adapters' work. See the package's docstring for the laws of a source.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar, get_args

from kpirules.diagnostics import Cell, Diagnostic, Words

if TYPE_CHECKING:  # keeps start-up free of them
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa
    from pydantic import BaseModel

    from kpirules.plugin.spooling import Spool

O = TypeVar("O", bound="BaseModel")  # noqa: E741 - the options of an adapter or output

#: Findings of one problem that an adapter lists for one source before it only counts.
MOST_FINDINGS = 100


#: What the caller will read a column as.
Kind = Literal["text", "number", "day", "moment", "duration", "yes"]
#: Parts of a request by which an adapter sends less (`columns`, `period`, `staff`, `where`), `groups`: it can
#: aggregate, `resume`: a read that was interrupted goes on where it ended.
Capability = Literal["columns", "period", "staff", "where", "groups", "resume"]
CAPABILITIES: frozenset[str] = frozenset(get_args(Capability))


@dataclass(frozen=True, slots=True)
class Within:
    """Wanted: rows whose `column` lies on a day from `start` up to, and without, `end`, or holds nothing."""

    column: str
    start: datetime.date
    end: datetime.date


@dataclass(frozen=True, slots=True)
class OnlyIn:
    """Wanted: rows whose `column`, as trimmed text in the plain spelling, is one of the values.

    As a filter of staff, rows whose column holds nothing are wanted too: they are mistakes to be told.
    """

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataRequest(Generic[O]):
    """What is wanted from a source. Column names are the source's own.

    location: a path, or an address that the adapter understands. columns: None for all.
    period, staff, where: hints that let a source send less. A source may send more rows than they ask for, never
    fewer; the caller filters again. kinds: what the caller will read columns as, for sources that can choose.
    """

    location: str
    options: O
    columns: tuple[str, ...] | None = None
    period: Within | None = None
    staff: OnlyIn | None = None
    where: tuple[OnlyIn, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    def wants(self, column: str) -> bool:
        return self.columns is None or column in self.columns


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of rows. rows: the first one's number, or an int64 array where numbers have gaps.

    done: the share of the source that is read with this chunk, from 0 to 1; None where the source cannot know.
    path, sheet: where its rows stand, if a source is made of several files (a folder); None: in the source's own.
    """

    batch: pa.RecordBatch
    rows: int | npt.NDArray[np.int64]
    diagnostics: tuple[Diagnostic, ...] = ()
    done: float | None = None
    path: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a table's rows that stand in one file. start: the first of them, counted from 0."""

    start: int
    path: str
    sheet: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a read has come. rows: read so far. done: the share of the source, None where it cannot be known."""

    path: str
    rows: int
    done: float | None


#: Called with every chunk that is read. An exception of its own (an interruption) ends the reading.
Watch: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Source:
    """An opened source. `chunks` may be lazy and is gone through once; all chunks have this schema.

    schema None: refused, and `diagnostics` says why. A fault met half-way ends the chunks with one that
    carries the diagnostic (and no rows). Chunks that have a `close` (a generator has) are closed when reading
    ends, also before their end, and must let go of everything then.
    query: what the source was asked, as a person could ask it again (SQL with its values, an address, a filter);
    never a secret. None where the path says it all.
    """

    path: str
    sheet: str | None
    header: tuple[str, ...]
    schema: pa.Schema | None
    chunks: Iterable[Chunk]
    diagnostics: tuple[Diagnostic, ...] = ()
    query: str | None = None

    @staticmethod
    def refused(
        path: str, *diagnostics: Diagnostic, sheet: str | None = None, header: tuple[str, ...] = ()
    ) -> Source:
        """A source of which nothing can be read, for these reasons."""
        return Source(path, sheet, header, None, (), diagnostics)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A source read to its end; table None: nothing could be read, and an error says why.

    adapter, query: who read it, and what the source was asked (see Source). parts: where the rows stand, if the
    source is made of several files: then `path` names the folder, and the numbers of rows begin anew in each file.
    """

    path: str
    sheet: str | None
    header: tuple[str, ...]
    table: pa.Table | None
    rows: int | npt.NDArray[np.int64]
    diagnostics: tuple[Diagnostic, ...]
    adapter: str | None = None
    query: str | None = None
    parts: tuple[Part, ...] = ()

    def row(self, index: int) -> int:
        """The row's number as a person counts in the source; `index` counts the table's rows from 0."""
        return self.rows + index if isinstance(self.rows, int) else int(self.rows[index])

    def cell(self, index: int, column: str | None = None, value: str | None = None) -> Cell:
        """The place of a value of the table, for a diagnostic."""
        part = self.part(index)
        return Cell(part.path, self.row(index), column, part.sheet, value)

    def part(self, index: int) -> Part:
        """The file in which a row stands."""
        if not self.parts:
            return Part(0, self.path, self.sheet)
        return self.parts[bisect_right(self.parts, index, key=lambda part: part.start) - 1]

    def file(self, index: int) -> str | None:
        """The file in which a row stands, where the source is made of several; else None: it is the source's own."""
        return self.part(index).path if self.parts else None

    def said_row(self, index: int, beside: int | None = None) -> int | Words:
        """The row's number for a sentence; with its file where the source has several, but not beside a row of the same."""
        file = self.file(index)
        if file is None or (beside is not None and self.file(beside) == file):
            return self.row(index)
        return Words(f'{self.row(index)} of "{file}"', f"{self.row(index)}（“{file}”）")

    def index_of(self, place: Cell) -> int | None:
        """The row of the table that stands at a place; None where there is none."""
        import numpy as np  # late: start-up

        if isinstance(self.rows, int) and not self.parts:
            at = -1 if place.row is None else place.row - self.rows
            return at if 0 <= at < (0 if self.table is None else self.table.num_rows) else None
        numbers = self.row_numbers()
        parts = self.parts or (Part(0, self.path, self.sheet),)
        ends = [*(part.start for part in parts[1:]), len(numbers)]
        for part, end in zip(parts, ends, strict=True):
            if place.row is None or (self.parts and part.path != place.path):
                continue
            at = part.start + int(np.searchsorted(numbers[part.start : end], place.row))
            if at < end and numbers[at] == place.row:
                return at
        return None

    def row_numbers(self) -> npt.NDArray[np.int64]:
        """The number of every row."""
        import numpy as np  # late: start-up

        if not isinstance(self.rows, int):
            return self.rows
        count = 0 if self.table is None else self.table.num_rows
        return np.arange(self.rows, self.rows + count, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One table inside a source. columns: its names as they would be read; rows: how many, None if unknown."""

    name: str | None
    columns: tuple[str, ...]
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What a source holds, the default sheet first."""

    sheets: tuple[SheetInfo, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def collect(
    source: Source, watch: Watch | None = None, most: int | None = None, spool: Spool | None = None
) -> SourceTable:
    """The whole source as one table. watch: is told how far it has come. most: stop once there are so many rows.

    spool: takes the rows; the table then has what stays in memory.
    """
    import numpy as np  # late: start-up
    import pyarrow as pa

    empty = SourceTable(
        source.path, source.sheet, source.header, None, 1, source.diagnostics, query=source.query
    )
    if source.schema is None:
        return empty
    chunks = _all(source, watch, most, spool)
    findings = source.diagnostics + tuple(one for chunk in chunks for one in chunk.diagnostics)
    filled = [chunk for chunk in chunks if chunk.batch.num_rows]
    schema = source.schema if spool is None or not filled else filled[0].batch.schema
    table = pa.Table.from_batches([chunk.batch for chunk in filled], schema=schema)
    rows: int | npt.NDArray[np.int64] = 1
    if filled and _follow(filled):
        rows = filled[0].rows
    elif filled:
        rows = np.concatenate([_numbers(chunk) for chunk in filled])
    return replace(empty, table=table, rows=rows, diagnostics=findings, parts=_parts(source, filled))


def _parts(source: Source, filled: list[Chunk]) -> tuple[Part, ...]:
    """Where the rows stand; nothing where all of them stand in the source's own file."""
    parts: list[Part] = []
    start = 0
    for chunk in filled:
        path, sheet = chunk.path or source.path, chunk.sheet or source.sheet
        if not parts or (parts[-1].path, parts[-1].sheet) != (path, sheet):
            parts.append(Part(start, path, sheet))
        start += chunk.batch.num_rows
    return () if all(chunk.path is None for chunk in filled) else tuple(parts)


def _all(source: Source, watch: Watch | None, most: int | None, spool: Spool | None = None) -> list[Chunk]:
    """Every chunk; whatever happens, the source lets go of what it holds."""
    chunks: list[Chunk] = []
    rows = 0
    try:
        for chunk in source.chunks:
            if spool is not None and chunk.batch.num_rows:
                chunk = replace(chunk, batch=spool.put(chunk.batch))
            chunks.append(chunk)
            rows += chunk.batch.num_rows
            if watch is not None:
                watch(Progress(source.path, rows, chunk.done))
            if most is not None and rows >= most:
                break
    finally:
        close = getattr(source.chunks, "close", None)
        if close is not None:
            close()
    return chunks


def _follow(chunks: list[Chunk]) -> bool:
    """Whether the rows of all chunks are numbered without a gap."""
    expected: int | None = None
    for chunk in chunks:
        if not isinstance(chunk.rows, int) or expected not in (None, chunk.rows):
            return False
        expected = chunk.rows + chunk.batch.num_rows
    return True


def _numbers(chunk: Chunk) -> npt.NDArray[np.int64]:
    import numpy as np  # late: start-up

    if isinstance(chunk.rows, int):
        return np.arange(chunk.rows, chunk.rows + chunk.batch.num_rows, dtype=np.int64)
    return chunk.rows
