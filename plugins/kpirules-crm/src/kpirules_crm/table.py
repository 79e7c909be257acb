"""From the tickets of a system to a source: typed columns, page by page.

A system's module flattens its tickets to values by column name, says of which kind each column is, and gives
pages, the last of which may be a diagnostic that says why no more came. Rows count from 1 in the order in which
tickets came; findings name the ticket.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import pyarrow as pa
from kpirules_rest.cells import Column, Kind
from kpirules_rest.records import Findings, Reader, Record

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import Chunk, DataRequest, Source

#: The values of one ticket by column name, as JSON has them.
Values: TypeAlias = Mapping[str, Any]
Columns: TypeAlias = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets that came together. done: the share of all that has come with them, where it is known."""

    tickets: Sequence[Values]
    done: float | None = None
    findings: tuple[Diagnostic, ...] = ()


#: What a pull gives: pages; a diagnostic is its end, and says why there is no more.
Pages: TypeAlias = "Iterator[Page | Diagnostic]"


class Closing(Protocol):
    """What a pull holds open."""

    def close(self) -> None: ...


def column(name: str, kind: Kind, **more: Any) -> Column:
    """A column whose value stands under its own name."""
    return Column(path=json.dumps(name, ensure_ascii=False), kind=kind, **more)


def source(
    request: DataRequest[Any],
    columns: Columns,
    pages: Pages,
    holds: Closing,
    query: str,
    key: str,
    findings: Sequence[Diagnostic] = (),
) -> Source:
    """The source of a pull. columns: all that there are; key: the column that names a ticket."""
    kept = Findings(request.location)
    reader = Reader(columns, request.columns, kept)
    chunks = _Chunks(reader, kept, pages, holds, key)
    return Source(request.location, None, tuple(columns), reader.schema, chunks, tuple(findings), query)


@dataclass(slots=True)
class _Chunks:
    """The pages as chunks. Not a generator: one that was never begun would let go of nothing."""

    reader: Reader
    findings: Findings
    pages: Pages
    holds: Closing
    key: str
    rows: int = 0
    number: int = 0
    ended: bool = field(default=False)

    def __iter__(self) -> _Chunks:
        return self

    def __next__(self) -> Chunk:
        if self.ended:
            raise StopIteration
        page = next(self.pages, None)
        if isinstance(page, Page):
            return self._chunk(page)
        told = self.findings.rest()
        self.close()
        if page is None and not told:
            raise StopIteration
        empty = pa.RecordBatch.from_pylist([], schema=self.reader.schema)
        return Chunk(empty, self.rows + 1, told if page is None else (*told, page))

    def close(self) -> None:
        self.ended = True
        self.holds.close()

    def _chunk(self, page: Page) -> Chunk:
        begin = self.rows + 1
        self.number += 1
        records = [
            Record(values, self.number, place + 1, str(values.get(self.key)))
            for place, values in enumerate(page.tickets)
        ]
        self.rows += len(records)
        batch = self.reader.batch(records, begin)
        return Chunk(batch, begin, (*page.findings, *self.findings.drain()), page.done)


def text(value: Any) -> str | None:
    """Several values as one text."""
    match value:
        case list():
            return ", ".join(str(text(one)) for one in value if one not in (None, "")) or None
        case None | "":
            return None
        case _:
            return str(value)
