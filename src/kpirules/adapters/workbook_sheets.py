"""Several sheets of one workbook as one table: a sheet for each month, for each team.

One sheet is in memory at a time: they are gone through once for their columns, and again for their rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pyarrow as pa
import pyarrow.compute as pc

from kpirules.adapters.workbook_problems import SHEET_COLUMN_TAKEN, SHEET_LACKS
from kpirules.adapters.workbooks import Sheet
from kpirules.diagnostics import Cell, Diagnostic
from kpirules.plugin import Chunk, Source
from kpirules.plugin.columns import as_text
from kpirules.plugin.findings import Findings
from kpirules.plugin.problems import BLANK_SHEET

_TEXT = pa.string()


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet as a source. blank: its columns without any value, which may be of any type."""

    source: Source
    blank: frozenset[str]


Opening = Callable[[Sheet], Opened]


def matching(sheets: Sequence[Sheet], patterns: Sequence[str]) -> list[Sheet]:
    """The sheets whose names fit one of the patterns, in the workbook's order."""
    return [one for one in sheets if any(fnmatchcase(one.name, pattern) for pattern in patterns)]


def as_one(
    path: str,
    sheets: Sequence[Sheet],
    opening: Opening,
    column: str | None,
    wants: Callable[[str], bool],
) -> Source:
    """The sheets' rows below each other, columns by their names. column: what the column of the sheets' names is called.

    wants: whether a column is to be given, also where the sheets give more.
    """
    findings = Findings(path)
    seen = _Seen()
    for sheet in sheets:
        seen.take(sheet, opening(sheet), findings)
    if seen.refused or not seen.headers:
        findings.take(() if seen.refused else seen.blank)
        return Source.refused(path, *findings.rest())
    for told in (*seen.lacking(path), *seen.taken(path, column)):
        findings.add(told)
    header = (*seen.types, *((column,) if column is not None and column not in seen.types else ()))
    names = [name for name in seen.wanted if name != column and wants(name)]
    schema = pa.schema([(name, seen.type(name)) for name in names])
    if column is not None and wants(column):
        schema = schema.append(pa.field(column, _TEXT))
    chosen = [sheet for sheet in sheets if sheet.name in seen.headers]
    chunks = _chunks(path, chosen, opening, schema, column)
    return Source(path, None, header, schema, chunks, findings.rest())


@dataclass(slots=True)
class _Seen:
    """What the first pass over the sheets finds. types: of every column of any sheet, by what is read of it."""

    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    types: dict[str, set[pa.DataType]] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)
    blank: list[Diagnostic] = field(default_factory=list)
    refused: bool = False

    def take(self, sheet: Sheet, opened: Opened, findings: Findings) -> None:
        source = opened.source
        if source.schema is None and all(one.code == BLANK_SHEET.code for one in source.diagnostics):
            self.blank += source.diagnostics  # months to come
            return
        findings.take(source.diagnostics)
        if source.schema is None:
            self.refused = True
            return
        self.headers[sheet.name] = source.header
        for name in source.header:
            self.types.setdefault(name, set())
        for one in source.schema:
            self.wanted[one.name] = None
            if one.name not in opened.blank:
                self.types[one.name].add(one.type)

    def type(self, name: str) -> pa.DataType:
        """The type that holds the values of all sheets: text where they differ."""
        types = self.types[name]
        return next(iter(types)) if len(types) == 1 else _TEXT

    def lacking(self, path: str) -> Iterator[Diagnostic]:
        for name in self.wanted:
            other = next(sheet for sheet, header in self.headers.items() if name in header)
            for sheet, header in self.headers.items():
                if name not in header:
                    yield SHEET_LACKS.at(Cell(path, None, name, sheet), sheet=sheet, column=name, other=other)

    def taken(self, path: str, column: str | None) -> Iterator[Diagnostic]:
        if column in self.types:
            yield SHEET_COLUMN_TAKEN.at(Cell(path, None, column), column=column)


def _chunks(
    path: str, sheets: Sequence[Sheet], opening: Opening, schema: pa.Schema, column: str | None
) -> Iterator[Chunk]:
    findings = Findings(path)
    for number, sheet in enumerate(sheets):
        for chunk in opening(sheet).source.chunks:
            findings.take(chunk.diagnostics)
            done = (number + (chunk.done or 0.0)) / len(sheets)
            batch = _recast(chunk.batch, schema, column, sheet.name)
            yield Chunk(batch, chunk.rows, findings.drain(), done, path, sheet.name)
    if last := findings.rest():
        yield Chunk(pa.RecordBatch.from_pylist([], schema=schema), 1, last, 1.0)


def _recast(batch: pa.RecordBatch, schema: pa.Schema, column: str | None, sheet: str) -> pa.RecordBatch:
    """The rows with the columns of all sheets, in their united types."""
    arrays: list[pa.Array] = []
    for one in schema:
        place = batch.schema.get_field_index(one.name)
        if one.name == column:
            arrays.append(pa.repeat(pa.scalar(sheet, _TEXT), batch.num_rows))
        elif place < 0 or batch.column(place).null_count == batch.num_rows:
            arrays.append(pa.nulls(batch.num_rows, one.type))
        elif one.type == _TEXT:
            arrays.append(as_text(batch.column(place)))
        else:
            arrays.append(pc.cast(batch.column(place), one.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
