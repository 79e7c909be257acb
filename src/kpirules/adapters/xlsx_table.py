"""Worksheets as tables. What a workbook hides (errors, stale or missing results, merged cells) is said, never blank."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from kpirules.adapters.cells import to_array
from kpirules.adapters.files import refusal
from kpirules.adapters.findings import Findings
from kpirules.adapters.header import Header, letters, name_columns
from kpirules.adapters.options import XlsxOptions
from kpirules.adapters.xlsx_scan import Book, Scan, Sheet, broken, open_book, scan_sheet
from kpirules.diagnostics import Cell, Diagnostic, nearest
from kpirules.plugin import Chunk, DataRequest, Description, SheetInfo, Source
from kpirules.plugin.columns import spell
from kpirules.plugin.problems import (
    BLANK_SHEET,
    ERROR_CELL,
    MERGED,
    NO_HEADER,
    NO_SHEET,
    NOT_CALCULATED,
    STALE,
    WIDE_AREA,
)

#: Places of a sheet's rectangle that are held in memory: a million rows of 64 columns.
LARGEST_AREA = 1 << 26
_PREFERRED = ("data", "数据")
_NAMED = 5  # merged ranges that a finding lists


def describe(path: str, options: XlsxOptions) -> Description:
    book = open_book(path, options.max_megabytes)
    if isinstance(book, Diagnostic):
        return Description((), (book,))
    default = _default(book, options.table)
    sheets: list[SheetInfo] = []
    findings: list[Diagnostic] = []
    for sheet in sorted(book.sheets, key=lambda one: one is not default):
        source = _read_sheet(DataRequest(path, options.model_copy(update={"header_row": None})), book, sheet)
        chunks = list(source.chunks)
        sheets.append(SheetInfo(sheet.name, source.header, sum(chunk.batch.num_rows for chunk in chunks)))
        if sheet is default:
            findings += source.diagnostics + tuple(one for chunk in chunks for one in chunk.diagnostics)
    return Description(tuple(sheets), tuple(findings))


def read(request: DataRequest[XlsxOptions]) -> Source:
    path, wanted = request.location, request.options.sheet
    book = open_book(path, request.options.max_megabytes)
    if isinstance(book, Diagnostic):
        return Source.refused(path, book)
    if wanted is None:
        return _read_sheet(request, book, _default(book, request.options.table))
    for sheet in book.sheets:
        if sheet.name == wanted:
            return _read_sheet(request, book, sheet)
    names = [sheet.name for sheet in book.sheets]
    return Source.refused(
        path,
        NO_SHEET.at(
            None, path=path, sheet=wanted, sheets=", ".join(names), suggestion=nearest(wanted, names)
        ),
    )


def _default(book: Book, table: str | None) -> Sheet:
    for name in (table.strip().lower() if table else "", *_PREFERRED):
        for sheet in book.sheets:
            if sheet.name.strip().lower() == name:
                return sheet
    return next((sheet for sheet in book.sheets if sheet.visible), book.sheets[0])


def _read_sheet(request: DataRequest[XlsxOptions], book: Book, sheet: Sheet) -> Source:
    path = request.location
    scan = scan_sheet(path, sheet.part)
    if isinstance(scan, Diagnostic):
        return Source.refused(path, scan, sheet=sheet.name)
    if scan.rows * scan.columns > LARGEST_AREA:
        wide = WIDE_AREA.at(
            None, sheet=sheet.name, area=f"{scan.rows * scan.columns:,}", limit=f"{LARGEST_AREA:,}"
        )
        return Source.refused(path, wide, sheet=sheet.name)
    cells = _cells(path, sheet.name)
    if isinstance(cells, Diagnostic):
        return Source.refused(path, cells, sheet=sheet.name)
    return _Table(request, book, sheet, scan, cells).source()


def _cells(path: str, name: str) -> CalamineSheet | Diagnostic:
    """The sheet's values; the reader's own panics on damaged files are damage too."""
    try:
        return CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    except (CalamineError, ValueError, EOFError) as error:
        return broken(path, error)
    except OSError as error:
        return refusal(path, error) if error.errno else broken(path, error)
    except BaseException as error:  # a panic is no Exception
        if type(error).__name__ == "PanicException":
            return broken(path, error)
        raise


class _Table:
    """One worksheet on its way to a table. Rows count from 1, columns from 0, as they stand in the sheet."""

    def __init__(
        self, request: DataRequest[XlsxOptions], book: Book, sheet: Sheet, scan: Scan, cells: CalamineSheet
    ) -> None:
        self._request = request
        self._path = request.location
        self._book = book
        self._sheet = sheet.name
        self._scan = scan
        self._cells = cells
        self._left = cells.start[1] if cells.start else 0

    def source(self) -> Source:
        if self._cells.start is None:
            return self._refused(BLANK_SHEET.at(None, sheet=self._sheet, path=self._path))
        rows = self._numbered()
        found = next((one for one in rows if self._is_header(*one)), None)
        if found is None or _blank(found[1]):
            return self._refused(NO_HEADER.at(Cell(self._path, None, None, self._sheet), path=self._path))
        header_row, titles = found
        numbers, columns = _columns(rows, len(titles))
        header = self._header(header_row, titles, columns)
        missing = self._uncalculated(header, header_row)
        if missing:
            return self._refused(*header.diagnostics, missing)
        arrays = [to_array(columns[position - self._left]) for position, _ in header.kept]
        schema = pa.schema([(name, array.type) for (_, name), array in zip(header.kept, arrays, strict=True)])
        findings = header.diagnostics + self._hidden(header, header_row)
        chunks: tuple[Chunk, ...] = ()
        if arrays and len(numbers):
            chunks = (Chunk(pa.RecordBatch.from_arrays(arrays, schema=schema), numbers),)
        return Source(self._path, self._sheet, header.names, schema, chunks, findings)

    def _refused(self, *findings: Diagnostic) -> Source:
        return Source.refused(self._path, *findings, sheet=self._sheet)

    def _numbered(self) -> Iterator[tuple[int, list[Any]]]:
        # The reader gives blank rows above the table too, but no blank columns left of it.
        return enumerate(self._cells.iter_rows(), 1)

    def _is_header(self, row: int, cells: list[Any]) -> bool:
        wanted = self._request.options.header_row
        return row == wanted if wanted is not None else not _blank(cells)

    def _header(self, row: int, titles: list[Any], columns: list[list[Any]]) -> Header:
        """The names, by their position in the sheet."""
        names = [None] * self._left + [spell(title) for title in titles]
        blank = [self._left + n for n, column in enumerate(columns) if column.count("") < len(column)]
        place = Cell(self._path, row, None, self._sheet)
        return name_columns(names, self._request.columns, place, blank=blank)

    def _uncalculated(self, header: Header, header_row: int) -> Diagnostic | None:
        """Formulas of wanted columns whose result the file does not hold."""
        found = self._scan.uncalculated
        kept = [position for position, _ in header.kept if found[position]]
        if not kept:
            return None
        first = min(kept, key=lambda position: self._scan.first_uncalculated[position])
        cell = f"{letters(first)}{self._scan.first_uncalculated[first]}"
        count = sum(found[position] for position in kept)
        return NOT_CALCULATED.at(
            Cell(self._path, None, None, self._sheet), sheet=self._sheet, count=count, cell=cell
        )

    def _hidden(self, header: Header, header_row: int) -> tuple[Diagnostic, ...]:
        """What the values alone do not show: error cells, merged cells, results that may be out of date."""
        findings = Findings(self._path)
        names = dict(header.kept)
        for row, column, text in self._scan.errors:
            if column in names and row > header_row:
                findings.add(
                    ERROR_CELL.at(Cell(self._path, row, names[column], self._sheet, text), value=text)
                )
        place = Cell(self._path, None, None, self._sheet)
        merged = [
            f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            for (top, left), (bottom, right) in self._cells.merged_cell_ranges or ()
            if bottom >= header_row and any(left <= position <= right for position in names)
        ]
        if merged:
            more = ", …" if len(merged) > _NAMED else ""
            findings.add(MERGED.at(place, cells=", ".join(merged[:_NAMED]) + more))
        if self._book.stale and self._scan.formulas:
            findings.add(STALE.at(place, sheet=self._sheet))
        return findings.rest()


def _blank(cells: list[Any]) -> bool:
    return cells.count("") == len(cells)


def _columns(
    rows: Iterator[tuple[int, list[Any]]], width: int
) -> tuple[npt.NDArray[np.int64], list[list[Any]]]:
    """The rows that are not blank, turned into columns, and their numbers. Few rows at a time: memory."""
    numbers: list[int] = []
    columns: list[list[Any]] = [[] for _ in range(width)]
    while piece := list(islice(rows, 20_000)):
        filled = [(number, cells) for number, cells in piece if not _blank(cells)]
        numbers += [number for number, _ in filled]
        for column, values in zip(columns, zip(*(cells for _, cells in filled), strict=True), strict=False):
            column += values
    return np.array(numbers, dtype=np.int64), columns
