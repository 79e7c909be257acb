"""Workbooks of the old .xls format (BIFF), by xlrd."""

from __future__ import annotations

import datetime
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import xlrd
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT

from kpirules.adapters.files import refusal, size_text
from kpirules.adapters.workbook_columns import EPOCH_1900, EPOCH_1904
from kpirules.adapters.workbook_problems import PASSWORD
from kpirules.adapters.workbooks import Area, Grid, Named, Sheet
from kpirules.adapters.xls_formulas import Formulas, formulas_of
from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.problems import DAMAGED, NO_SHEETS, TOO_LARGE

_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DAY = datetime.timedelta(days=1)
_MOST_DAYS = 2_958_465  # 9999-12-31
_WHOLE = Words("it", "文件")


def open_xls(path: str, max_megabytes: int) -> XlsBook | Diagnostic:
    """The workbook. Its format holds no more than 65,536 rows a sheet; all of it is held in memory."""
    try:
        size, limit = os.path.getsize(path), max_megabytes * 2**20
        if size > limit:
            said = {"size": size_text(size), "limit": size_text(limit), "setting": "max_megabytes"}
            return TOO_LARGE.at(None, path=path, part=_WHOLE, **said)
        book = xlrd.open_workbook(path, logfile=io.StringIO(), formatting_info=True)
    except OSError as error:
        return refusal(path, error)
    except Exception as error:  # whatever the library makes of a damaged file
        said_so = " ".join(str(error).split())[:200]
        if "encrypted" in said_so.lower():
            return PASSWORD.at(None, path=path)
        return DAMAGED.at(None, path=path, reason=said_so or type(error).__name__)
    sheets = tuple(
        Sheet(one.name, one.visibility == 0, str(number)) for number, one in enumerate(book.sheets())
    )
    return (
        XlsBook(path, book, sheets, tuple(_names(book)), formulas_of(path))
        if sheets
        else NO_SHEETS.at(None, path=path)
    )


@dataclass(frozen=True, slots=True)
class XlsBook:
    path: str
    book: Any
    sheets: tuple[Sheet, ...]
    names: tuple[Named, ...]
    formulas: list[Formulas]

    @property
    def stale(self) -> bool:
        return any(one.stale for one in self.formulas)

    def grid(self, sheet: Sheet) -> Grid | Diagnostic:
        number = int(sheet.part)
        found = self.formulas[number] if number < len(self.formulas) else Formulas()
        # An empty text is a result too (`=""`), but not that of every formula there is.
        calculated = any(one.count > sum(one.empty.values()) for one in self.formulas)
        try:
            reading = _Reading(self.book, self.book.sheet_by_index(number))
            return reading.grid(Formulas(found.count) if calculated else found)
        except (IndexError, KeyError, TypeError, ValueError) as error:  # a cell of a format that there is not
            return DAMAGED.at(None, path=self.path, reason=str(error) or type(error).__name__)


def _names(book: Any) -> Iterator[Named]:
    for one in book.name_obj_list:
        if one.hidden or one.builtin or one.macro:
            continue
        try:
            sheet, top, bottom, left, right = one.area2d()
            yield Named(one.name, sheet.name, Area(top + 1, left, bottom, right - 1))
        except Exception:  # constants, formulas, several ranges: the library refuses each in its own way
            yield Named(one.name, "", None, one.formula_text if hasattr(one, "formula_text") else "…")


class _Reading:
    """One sheet on its way to a grid."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._sheet = sheet
        self._from_1904 = bool(book.datemode)
        # Of each cell format whether it shows time that has elapsed, such as [h]:mm.
        formats = (book.format_map.get(one.format_key) for one in book.xf_list)
        self._elapsed = [_ELAPSED.search((one and one.format_str) or "") is not None for one in formats]
        self._errors: list[tuple[int, int, str]] = []
        self._no_moments: list[tuple[int, int, str]] = []

    def grid(self, formulas: Formulas) -> Grid:
        sheet = self._sheet
        cells = [
            (number, self._row(number - 1))
            for number in range(1, sheet.nrows + 1)
            if sheet.row_len(number - 1)
        ]
        return Grid(
            rows=lambda: iter(cells),
            left=0,
            height=sheet.nrows,
            epoch=EPOCH_1904 if self._from_1904 else EPOCH_1900,
            merged=tuple(
                Area(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells
            ),
            hidden_rows=frozenset(row + 1 for row, one in sheet.rowinfo_map.items() if one.hidden),
            hidden_columns=frozenset(column for column, one in sheet.colinfo_map.items() if one.hidden),
            errors=tuple(self._errors),
            no_moments=tuple(self._no_moments),
            uncalculated=formulas.empty,
            first_uncalculated=formulas.first,
            formulas=formulas.count > 0,
        )

    def _row(self, row: int) -> list[Any]:
        sheet = self._sheet
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        cells: list[Any] = []
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if kind in (XL_CELL_TEXT, XL_CELL_NUMBER):
                cells.append(value)
            elif kind == XL_CELL_BOOLEAN:
                cells.append(bool(value))
            elif kind == XL_CELL_DATE:
                cells.append(self._moment(row, column, value))
            else:
                if kind == XL_CELL_ERROR:
                    self._errors.append((row + 1, column, xlrd.error_text_from_code.get(value, f"#{value}")))
                cells.append("")
        return cells

    def _moment(self, row: int, column: int, days: float) -> Any:
        """The number of days as its cell shows it: time elapsed, time of day, day, or moment."""
        elapsed = self._elapsed[self._sheet.cell_xf_index(row, column)]
        if elapsed and abs(days) <= _MOST_DAYS:
            return _to_milliseconds(days)
        if not 0 <= days <= _MOST_DAYS:
            self._no_moments.append((row + 1, column, f"{days:g}"))
            return ""
        if days < 1:
            return (
                datetime.datetime.min + min(_to_milliseconds(days), _DAY - datetime.timedelta(milliseconds=1))
            ).time()
        # Workbooks count a 29th of February 1900 that never was.
        start = EPOCH_1904 if self._from_1904 else EPOCH_1900 - (_DAY if days >= 60 else 0 * _DAY)
        moment = start + _to_milliseconds(days)
        return moment.date() if days == int(days) else moment


def _to_milliseconds(days: float) -> datetime.timedelta:
    """The precision that days as a float carry."""
    return datetime.timedelta(milliseconds=round(days * 86_400_000))
