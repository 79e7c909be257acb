"""Workbooks through the seam: opens the file, finds the sheet or the sheets, and gives their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpirules.adapters.workbook_kind import format_of
from kpirules.adapters.workbook_place import Place, default_sheet, find_place
from kpirules.adapters.workbook_problems import NO_SUCH_SHEETS
from kpirules.adapters.workbook_sheets import Opened, as_one, matching
from kpirules.adapters.workbook_table import Table
from kpirules.adapters.workbooks import Workbook
from kpirules.adapters.xls_book import open_xls
from kpirules.adapters.xlsx_book import open_xlsx
from kpirules.adapters.xlsx_options import XlsxOptions
from kpirules.diagnostics import Diagnostic
from kpirules.plugin import DataRequest, Description, SheetInfo, Source


def describe(path: str, options: XlsxOptions) -> Description:
    book = _open(path, options)
    if isinstance(book, Diagnostic):
        return Description((), (book,))
    if options.sheets is not None:
        return _describe_sheets(DataRequest(path, options), book, options.sheets)
    found = find_place(book, options)
    place = Place(default_sheet(book, options.called)) if isinstance(found, Diagnostic) else found
    findings = [found] if isinstance(found, Diagnostic) else []
    others = options.model_copy(update={"header_row": None, "header_rows": None})
    infos: list[SheetInfo] = []
    for sheet in sorted(book.sheets, key=lambda one: one is not place.sheet):
        chosen = sheet is place.sheet
        request = DataRequest(path, options if chosen else others)
        source = _read_place(request, book, place if chosen else Place(sheet)).source
        chunks = list(source.chunks)
        infos.append(SheetInfo(sheet.name, source.header, sum(chunk.batch.num_rows for chunk in chunks)))
        if chosen:
            findings += [*source.diagnostics, *(one for chunk in chunks for one in chunk.diagnostics)]
    return Description(tuple(infos), tuple(findings))


def _describe_sheets(
    request: DataRequest[XlsxOptions], book: Workbook, patterns: Sequence[str]
) -> Description:
    source = _read_sheets(request, book, patterns)
    chunks = list(source.chunks)
    info = SheetInfo(None, source.header, sum(chunk.batch.num_rows for chunk in chunks))
    told = (*source.diagnostics, *(one for chunk in chunks for one in chunk.diagnostics))
    return Description((info,) if source.schema is not None else (), told)


def read(request: DataRequest[XlsxOptions]) -> Source:
    path = request.location
    book = _open(path, request.options)
    if isinstance(book, Diagnostic):
        return Source.refused(path, book)
    if request.options.sheets is not None:
        return _read_sheets(request, book, request.options.sheets)
    place = find_place(book, request.options)
    if isinstance(place, Diagnostic):
        return Source.refused(path, place)
    return _read_place(request, book, place).source


def _read_sheets(request: DataRequest[XlsxOptions], book: Workbook, patterns: Sequence[str]) -> Source:
    """The rows of several sheets as one table."""
    path, options, columns = request.location, request.options, request.columns
    sheets = matching(book.sheets, patterns)
    if not sheets:
        names = ", ".join(sheet.name for sheet in book.sheets)
        told = NO_SUCH_SHEETS.at(None, path=path, patterns=", ".join(patterns), sheets=names)
        return Source.refused(path, told)
    made = options.sheet_column
    if made is not None and columns is not None:
        # Where nothing else is wanted, all is read, so that rows are counted.
        columns = tuple(name for name in columns if name != made) or None
    asked = replace(request, columns=columns)
    area = find_place(book, options.model_copy(update={"sheets": None}))
    place = area if isinstance(area, Place) else Place(sheets[0])
    return as_one(
        path, sheets, lambda sheet: _read_place(asked, book, Place(sheet, place.area)), made, request.wants
    )


def _open(path: str, options: XlsxOptions) -> Workbook | Diagnostic:
    found = format_of(path, options)
    if isinstance(found, Diagnostic):
        return found
    return (open_xls if found == "xls" else open_xlsx)(path, options.max_megabytes)


def _read_place(request: DataRequest[XlsxOptions], book: Workbook, place: Place) -> Opened:
    grid = book.grid(place.sheet)
    if isinstance(grid, Diagnostic):
        return Opened(Source.refused(request.location, grid, sheet=place.sheet.name), frozenset())
    return Table(request, book, place, grid).opened()
