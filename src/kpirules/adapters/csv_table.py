"""CSV files as tables of text: pyarrow splits the rows, this module keeps count of them. Streams; see `csv_text`."""

from __future__ import annotations

import gzip
import secrets
import zlib
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pv

from kpirules.adapters.csv_text import Layout, Utf8, lay_out
from kpirules.adapters.files import refusal, size_text
from kpirules.adapters.header import Header, name_columns
from kpirules.adapters.options import CsvOptions
from kpirules.adapters.text_encoding import LONGEST_ROW, damage
from kpirules.adapters.unpacking import Unpacked
from kpirules.diagnostics import Cell, Diagnostic
from kpirules.plugin import Chunk, DataRequest, Description, SheetInfo, Source
from kpirules.plugin.findings import Findings
from kpirules.plugin.problems import LONG_ROW, OPEN_QUOTE, RAGGED, READ_FAILED

Numbers: TypeAlias = npt.NDArray[np.int64]

_NEARLY = 0.999  # done, but for rows that are still to be split
_SHOWN = 200  # characters of a wrong row that a finding carries


def describe(path: str, options: CsvOptions) -> Description:
    layout = lay_out(path, options)
    if isinstance(layout, Diagnostic):
        return Description((), (layout,))
    header = name_columns(layout.header, None, Cell(path, layout.row))
    return Description((SheetInfo(None, header.names),), layout.diagnostics + header.diagnostics)


def read(request: DataRequest[CsvOptions]) -> Source:
    path = request.location
    layout = lay_out(path, request.options)
    if isinstance(layout, Diagnostic):
        return Source.refused(path, layout)
    header = name_columns(layout.header, request.columns, Cell(path, layout.row))
    schema = pa.schema([(name, pa.string()) for _, name in header.kept])
    chunks = _Rows(path, layout, header, schema, request.options).chunks()
    return Source(path, None, header.names, schema, chunks, layout.diagnostics + header.diagnostics)


class _Rows:
    """One pass over the rows.

    A last row of our own marks the end: if it does not come back as a row of its own, a quotation mark was
    left open and has swallowed it.
    """

    def __init__(
        self, path: str, layout: Layout, header: Header, schema: pa.Schema, options: CsvOptions
    ) -> None:
        self._path = path
        self._layout = layout
        self._header = header
        self._schema = schema
        self._quote, self._escape = options.quote, options.escape
        self._findings = Findings(path)
        self._skipped: list[int] = []  # rows left out, whose numbers are still to be passed over
        self._next = layout.row + 1
        self._end = f"\x1e{secrets.token_hex(8)}"
        self._ended = False
        self._opened: int | None = None  # the row whose quotation never ends

    def chunks(self) -> Iterator[Chunk]:
        tail = "\n" + self._layout.delimiter.join([self._end] * len(self._layout.header)) + "\n"
        try:
            with Utf8(Unpacked(self._path), self._layout.encoding, self._layout.skip, tail) as text:
                batches = self._split(text)
                done = text.done
                for batch in batches:
                    yield self._chunk(batch, done)
                    done = text.done  # the next batch is read by now
            if not self._ended:
                self._findings.add(OPEN_QUOTE.at(Cell(self._path, self._opened), path=self._path))
        except pa.ArrowInvalid as error:
            self._findings.add(self._trouble(error))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self._findings.add(damage(self._path, error))
        except OSError as error:
            self._findings.add(refusal(self._path, error))
        if last := self._findings.rest():
            yield Chunk(pa.RecordBatch.from_pylist([], schema=self._schema), self._next, last)

    def _split(self, text: Utf8) -> pv.CSVStreamingReader:
        names = [str(position) for position in range(len(self._layout.header))]
        return pv.open_csv(
            text,
            pv.ReadOptions(use_threads=False, block_size=LONGEST_ROW, column_names=names),
            pv.ParseOptions(
                delimiter=self._layout.delimiter,
                quote_char=self._quote or False,
                double_quote=self._escape is None,
                escape_char=self._escape or False,
                newlines_in_values=bool(self._quote),
                ignore_empty_lines=False,
                invalid_row_handler=self._ragged,
            ),
            pv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,  # the text was decoded and encoded by us
            ),
        )

    def _ragged(self, row: pv.InvalidRow) -> str:
        number = self._layout.row + row.number
        self._skipped.append(number)
        if self._end in row.text:
            self._opened = number
        elif self._findings.full(RAGGED.code):
            self._findings.count(RAGGED.code)
        else:
            place = Cell(self._path, number, None, None, row.text[:_SHOWN])
            self._findings.add(RAGGED.at(place, found=row.actual_columns, expected=row.expected_columns))
        return "skip"

    def _chunk(self, batch: pa.RecordBatch, done: float) -> Chunk:
        rows = self._number(batch.num_rows)
        if batch.num_rows and self._at_end(batch, rows):
            batch, rows = batch.slice(0, batch.num_rows - 1), rows[:-1]
        blank = _blank(batch)
        if blank.any():
            batch, rows = batch.filter(pa.array(~blank)), rows[~blank]
        kept = [batch.column(position) for position, _ in self._header.kept]
        done = 1.0 if self._ended else min(done, _NEARLY)
        return Chunk(_record_batch(kept, self._schema), _plain(rows), self._findings.drain(), done)

    def _number(self, count: int) -> Numbers:
        """The numbers of the next `count` rows; rows left out have numbers too, which are passed over."""
        rows = np.arange(self._next, self._next + count + len(self._skipped), dtype=np.int64)
        if self._skipped:
            rows = rows[~np.isin(rows, self._skipped)][:count]
        if count:
            self._next = int(rows[-1]) + 1
            self._skipped = [number for number in self._skipped if number >= self._next]
        return rows[:count]

    def _at_end(self, batch: pa.RecordBatch, rows: Numbers) -> bool:
        """Whether the last row is our own, or holds it inside a quotation."""
        last = [column[batch.num_rows - 1].as_py() or "" for column in batch.columns]
        if last[0] == self._end:
            self._ended = True
            return True
        if any(self._end in cell for cell in last):
            self._opened = int(rows[-1])
            return True
        return False

    def _trouble(self, error: pa.ArrowInvalid) -> Diagnostic:
        if "straddling" in str(error):
            return LONG_ROW.at(Cell(self._path, self._next), path=self._path, limit=size_text(LONGEST_ROW))
        return READ_FAILED.at(None, path=self._path, reason=str(error))


def _blank(batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
    """Which rows have no cell with a value."""
    blank = np.ones(batch.num_rows, dtype=np.bool_)
    for column in batch.columns:
        if not column.null_count:
            return np.zeros(batch.num_rows, dtype=np.bool_)
        blank &= column.is_null().to_numpy(zero_copy_only=False)
    return blank


def _record_batch(columns: list[pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    if not columns:
        return pa.RecordBatch.from_pylist([], schema=schema)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _plain(rows: Numbers) -> int | Numbers:
    """The first number alone, where the others follow it without a gap."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1:
        return int(rows[0])
    return rows
