"""Parquet files as tables: streamed in batches, every column in its own type or one of the seam that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpirules.adapters.files import look_at, refusal
from kpirules.adapters.findings import Findings
from kpirules.adapters.header import Header, name_columns
from kpirules.adapters.options import ParquetOptions
from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin import Chunk, DataRequest, Description, SheetInfo, Source
from kpirules.plugin.columns import Column, settle, settled
from kpirules.plugin.problems import DAMAGED, FINER_TIME, NO_HEADER, OTHER_FORMAT, WRONG_KIND

_MAGIC = b"PAR1"
_ROWS = 1 << 17
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
    schema = file.schema_arrow
    header = name_columns(schema.names, request.columns, Cell(path))
    if not header.names:
        return Source.refused(path, NO_HEADER.at(None, path=path))
    good = [one for one in header.kept if settled(schema.field(one[0]).type) is not None]
    findings = tuple(
        WRONG_KIND.at(Cell(path, None, name), column=name, type=str(schema.field(position).type))
        for position, name in header.kept
        if (position, name) not in good
    )
    kept = Header(header.names, tuple(good), header.diagnostics + findings)
    given = pa.schema([(name, settled(schema.field(position).type)) for position, name in good])
    return Source(path, None, kept.names, given, _Reading(path, file, kept, given).chunks(), kept.diagnostics)


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
    path: str
    file: pq.ParquetFile
    header: Header
    schema: pa.Schema

    def chunks(self) -> Iterator[Chunk]:
        names = self.file.schema_arrow.names
        # By name where names tell columns apart, else all of them.
        wanted = (
            [names[position] for position, _ in self.header.kept] if len(set(names)) == len(names) else None
        )
        findings = Findings(self.path)
        finer: set[str] = set()
        row = 1
        try:
            with self.file:
                for batch in self.file.iter_batches(_ROWS, columns=wanted):
                    yield Chunk(self._settle(batch, wanted is None, findings, finer), row, findings.drain())
                    row += batch.num_rows
        except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
            findings.add(_damage(self.path, error))
        if last := findings.rest():
            yield Chunk(pa.RecordBatch.from_pylist([], schema=self.schema), row, last)

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
