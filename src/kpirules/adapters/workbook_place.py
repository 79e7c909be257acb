"""Which sheet of a workbook, and which of its cells, the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass

from kpirules.adapters.workbook_problems import NO_TABLE, NOT_A_RANGE
from kpirules.adapters.workbooks import Area, Named, Sheet, Workbook, area_of
from kpirules.adapters.xlsx_options import XlsxOptions
from kpirules.diagnostics import Diagnostic, nearest
from kpirules.plugin.problems import NO_SHEET

_PREFERRED = ("data", "数据")
_LONGEST_NAME = 31  # of a sheet


@dataclass(frozen=True, slots=True)
class Place:
    """Where the table stands. titles: the names of its columns where no row shows them."""

    sheet: Sheet
    area: Area = Area()  # noqa: RUF009 - frozen
    titles: tuple[str, ...] = ()


def find_place(book: Workbook, options: XlsxOptions) -> Place | Diagnostic:
    if options.table is not None:
        return _table(book, options.table, options.sheet)
    area = Area() if options.range is None else (area_of(options.range) or Area())
    if options.sheet is not None:
        sheet = next((one for one in book.sheets if one.name == options.sheet), None)
        return Place(sheet, area) if sheet else _no_sheet(book, options.sheet)
    if options.called is not None and options.range is None:
        named = _named(book, options.called, None)
        if named and named.area and _sheet(book, options.called) is None:
            return _place(book, named)
    return Place(default_sheet(book, options.called), area)


def default_sheet(book: Workbook, called: str | None) -> Sheet:
    """The sheet of the table's name, else that of data, else the first that a person sees."""
    for name in (called, *_PREFERRED):
        sheet = None if name is None else _sheet(book, name)
        if sheet:
            return sheet
    return next((one for one in book.sheets if one.visible), book.sheets[0])


def _sheet(book: Workbook, name: str) -> Sheet | None:
    wanted = name.strip()[:_LONGEST_NAME].casefold()
    return next((one for one in book.sheets if one.name.strip().casefold() == wanted), None)


def _named(book: Workbook, name: str, sheet: str | None) -> Named | None:
    wanted = name.strip().casefold()
    found = [one for one in book.names if one.name.casefold() == wanted and sheet in (None, one.sheet)]
    return next((one for one in found if one.area), found[0] if found else None)


def _table(book: Workbook, name: str, sheet: str | None) -> Place | Diagnostic:
    named = _named(book, name, sheet)
    if named is not None:
        if named.area is None:
            return NOT_A_RANGE.at(None, table=name, formula=named.formula or "…")
        return _place(book, named)
    of_its_own = _sheet(book, name)
    if of_its_own and sheet in (None, of_its_own.name):
        return Place(of_its_own)
    names = [
        *(one.name for one in book.names if sheet in (None, one.sheet)),
        *(one.name for one in book.sheets),
    ]
    return NO_TABLE.at(
        None, path=book.path, table=name, names=", ".join(names), suggestion=nearest(name, names)
    )


def _place(book: Workbook, named: Named) -> Place | Diagnostic:
    sheet = next((one for one in book.sheets if one.name == named.sheet), None)
    if sheet is None or named.area is None:
        return NOT_A_RANGE.at(None, table=named.name, formula=named.formula or "…")
    return Place(sheet, named.area, named.titles)


def _no_sheet(book: Workbook, wanted: str) -> Diagnostic:
    names = [sheet.name for sheet in book.sheets]
    return NO_SHEET.at(
        None, path=book.path, sheet=wanted, sheets=", ".join(names), suggestion=nearest(wanted, names)
    )
