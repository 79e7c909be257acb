"""Parquet files as tables: streamed in batches, every column in its own type or one of the seam that holds it.

Groups of rows that by the file's own statistics lie outside of the wanted days are not read.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpirules.adapters.files import look_at, refusal, size_text
from kpirules.adapters.header import Header, name_columns
from kpirules.adapters.options import ParquetOptions
from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin import Chunk, DataRequest, Description, SheetInfo, Source, Within
from kpirules.plugin.columns import Column, settle, settled
from kpirules.plugin.findings import Findings
from kpirules.plugin.problems import DAMAGED, FINER_TIME, NO_HEADER, OTHER_FORMAT, TOO_LARGE, WRONG_KIND

_MAGIC = b"PAR1"
_ROWS = 1 << 17
_CELL = 8  # bytes
_NOT_PARQUET = Words("a Parquet file", "Parquet 文件")
_ADVICE = Words("name its adapter, or give the file its right ending", "请指明适配器，或改用正确的文件后缀")
_CUT_OFF = Words("its last bytes are missing", "缺少文件末尾")


def describe(path: str, options: ParquetOptions) -> Description:
    file = _open(path)
    if isinstance(file, Diagnostic):
        return Description((), (file,))
    with file:
        header = name_columns(file.schema_arrow.names, None, Cell(path))
        return Description((SheetInfo(None, header.names, file.metadata.num_rows),), header.diagnostics)


def read(request: DataRequest[ParquetOptions]) -> Source:
    path = request.location
    file = _open(path)
    if isinstance(file, Diagnostic):
        return Source.refused(path, file)
    with file:
        schema = file.schema_arrow
        groups, query = _groups(file, request.period)
        starts = _starts(file)
    header = name_columns(schema.names, request.columns, Cell(path))
    if not header.names:
        return Source.refused(path, NO_HEADER.at(None, path=path))
    good = [one for one in header.kept if settled(schema.field(one[0]).type) is not None]
    findings = tuple(
        WRONG_KIND.at(Cell(path, None, name), column=name, type=str(schema.field(position).type))
        for position, name in header.kept
        if (position, name) not in good
    )
    rows = sum(starts[group + 1] - starts[group] for group in groups)
    if (refused := _too_large(path, rows * len(good) * _CELL, request.options)) is not None:
        return Source.refused(path, refused, header=header.names)
    kept = Header(header.names, tuple(good), header.diagnostics + findings)
    given = pa.schema([(name, settled(schema.field(position).type)) for position, name in good])
    chunks = _Reading(path, schema, kept, given, groups).chunks()
    return Source(path, None, kept.names, given, chunks, kept.diagnostics, query)


def _too_large(path: str, size: int, options: ParquetOptions) -> Diagnostic | None:
    """A few bytes can say that a column holds the same value a thousand million times."""
    limit = options.max_megabytes * 2**20
    if size <= limit:
        return None
    return TOO_LARGE.at(
        None,
        path=path,
        part="it",
        size=size_text(size),
        limit=size_text(limit),
        setting="max_megabytes",
    )


def _groups(file: pq.ParquetFile, period: Within | None) -> tuple[tuple[int, ...], str | None]:
    """The groups of rows to be read, and which these are where some are not."""
    count = file.metadata.num_row_groups
    place = _place(file, period)
    if period is None or place is None:
        return tuple(range(count)), None
    # A moment with a zone lies on the day before or after in another one.
    zone = getattr(file.schema_arrow.field(period.column).type, "tz", None)
    more = datetime.timedelta(days=0 if zone is None else 1)
    wide = Within(period.column, period.start - more, period.end + more)
    kept = tuple(n for n in range(count) if _may_lie(file.metadata.row_group(n).column(place), wide))
    if len(kept) == count:
        return kept, None
    asked = f'"{period.column}" from {period.start} to before {period.end}'
    return kept, f"{len(kept)} of {count} row groups: {asked}"


def _place(file: pq.ParquetFile, period: Within | None) -> int | None:
    """Where the column of days stands among those of the file; None where it cannot tell."""
    schema = file.schema_arrow
    if period is None or schema.names.count(period.column) != 1:
        return None
    kind = schema.field(period.column).type
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        return None
    paths = [file.metadata.schema.column(n).path for n in range(file.metadata.num_columns)]
    return paths.index(period.column) if period.column in paths else None


def _may_lie(column: pq.ColumnChunkMetaData, period: Within) -> bool:
    """Whether a group may have a row on the wanted days or without a day: only what is written rules it out."""
    found = column.statistics
    if found is None or not found.has_min_max or not found.has_null_count or found.null_count:
        return True
    first, last = _day(found.min), _day(found.max)
    if first is None or last is None:
        return True
    return last >= period.start and first < period.end


def _day(value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else None


def _open(path: str) -> pq.ParquetFile | Diagnostic:
    wrong = look_at(path)
    if wrong:
        return wrong
    try:
        with open(path, "rb") as file:
            start = file.read(4)
            file.seek(-min(4, file.seek(0, 2)), 2)
            end = file.read(4)
        if start != _MAGIC:
            return OTHER_FORMAT.at(None, path=path, format=_NOT_PARQUET, advice=_ADVICE)
        if end != _MAGIC:
            return DAMAGED.at(None, path=path, reason=_CUT_OFF)
        return pq.ParquetFile(path, memory_map=False)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        return _damage(path, error)
    except OSError as error:
        return refusal(path, error) if error.errno else _damage(path, error)


def _damage(path: str, error: Exception) -> Diagnostic:
    return DAMAGED.at(None, path=path, reason=" ".join(str(error).split())[:200])


@dataclass(frozen=True, slots=True)
class _Reading:
    """One pass over a file; it is opened when the first chunk is asked for. own: its schema, schema: what is given."""

    path: str
    own: pa.Schema
    header: Header
    schema: pa.Schema
    groups: tuple[int, ...]

    def chunks(self) -> Iterator[Chunk]:
        names = self.own.names
        # By name where names tell columns apart, else all of them.
        wanted = (
            [names[position] for position, _ in self.header.kept] if len(set(names)) == len(names) else None
        )
        findings = Findings(self.path)
        finer: set[str] = set()
        file = _open(self.path)
        if isinstance(file, Diagnostic):  # it has gone since it was looked at
            yield Chunk(pa.RecordBatch.from_pylist([], schema=self.schema), 1, (file,))
            return
        try:
            with file:
                starts = _starts(file)
                for group in self.groups:
                    row = starts[group]
                    for batch in file.iter_batches(_ROWS, row_groups=[group], columns=wanted):
                        settled = self._settle(batch, wanted is None, findings, finer)
                        done = (row + batch.num_rows) / starts[-1]
                        yield Chunk(settled, row + 1, findings.drain(), done)
                        row += batch.num_rows
        except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
            findings.add(_damage(self.path, error))
        if last := findings.rest():
            yield Chunk(pa.RecordBatch.from_pylist([], schema=self.schema), 1, last)

    def _settle(
        self, batch: pa.RecordBatch, all_read: bool, findings: Findings, finer: set[str]
    ) -> pa.RecordBatch:
        columns: list[pa.Array] = []
        for place, (position, name) in enumerate(self.header.kept):
            column = batch.column(position if all_read else place)
            array = settle(column)
            if name not in finer and _is_finer(column):
                finer.add(name)
                findings.add(FINER_TIME.at(Cell(self.path, None, name), column=name))
            if array is None:  # a value that does not fit
                findings.add(WRONG_KIND.at(Cell(self.path, None, name), column=name, type=str(column.type)))
                array = pa.nulls(batch.num_rows, self.schema.field(name).type)
            columns.append(array)
        if not columns:
            return pa.RecordBatch.from_pylist([], schema=self.schema)
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _starts(file: pq.ParquetFile) -> list[int]:
    """How many rows stand before each group, and in all."""
    starts = [0]
    for group in range(file.metadata.num_row_groups):
        starts.append(starts[-1] + file.metadata.row_group(group).num_rows)
    return starts


def _is_finer(column: Column) -> bool:
    """Whether a time of the column has nanoseconds that the seam cuts off."""
    types = pa.types
    kind = column.type
    if (
        not (types.is_timestamp(kind) or types.is_duration(kind) or types.is_time64(kind))
        or kind.unit != "ns"
    ):
        return False
    count = pc.cast(column, pa.int64())
    whole = pc.multiply(pc.divide(count, 1000), 1000)
    return bool(pc.any(pc.not_equal(count, whole)).as_py())
