"""Workbooks of the .xlsx format: calamine reads the values, the package's XML says what they hide."""

from __future__ import annotations

import datetime
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from kpirules.adapters.files import refusal
from kpirules.adapters.workbook_columns import EPOCH_1900, EPOCH_1904
from kpirules.adapters.workbooks import Area, Grid, Named, Sheet
from kpirules.adapters.xlsx_parts import BROKEN, Parts, broken, read_parts, too_large
from kpirules.adapters.xlsx_scan import Moments, Scan, pieces, readable, scan
from kpirules.diagnostics import Diagnostic
from kpirules.plugin.problems import DAMAGED, WIDE_AREA

#: Places of a sheet's rectangle that are held in memory: a million rows of 32 columns.
LARGEST_AREA = 1 << 25
_BLOCK = 1 << 20


def open_xlsx(path: str, max_megabytes: int) -> XlsxBook | Diagnostic:
    """The workbook, once its sizes are found to be within bounds."""
    try:
        with zipfile.ZipFile(path) as package:
            refused = too_large(path, package, max_megabytes)
            if refused:
                return refused
            parts = read_parts(path, package)
            if isinstance(parts, Diagnostic):
                return parts
            for part in parts.beside:
                _unpacks(package, part)
            return XlsxBook(path, parts)
    except BROKEN as error:
        return broken(path, error)
    except OSError as error:
        return refusal(path, error)


def _unpacks(package: zipfile.ZipFile, part: str) -> None:
    """Goes through a part, so that one which is not as large as it says is found before the value reader unpacks it."""
    with package.open(part) as file:
        while file.read(_BLOCK):
            pass


@dataclass(frozen=True, slots=True)
class XlsxBook:
    path: str
    parts: Parts

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.parts.sheets

    @property
    def names(self) -> tuple[Named, ...]:
        return self.parts.names

    @property
    def stale(self) -> bool:
        return self.parts.stale

    def grid(self, sheet: Sheet) -> Grid | Diagnostic:
        found = self._scan(sheet)
        if isinstance(found, Diagnostic):
            return found
        if found.rows * found.columns > LARGEST_AREA:
            area, limit = f"{found.rows * found.columns:,}", f"{LARGEST_AREA:,}"
            return WIDE_AREA.at(None, sheet=sheet.name, area=area, limit=limit)
        cells = self._values(sheet, found)
        return cells if isinstance(cells, Diagnostic) else _grid(cells, found, self.parts.from_1904)

    def _scan(self, sheet: Sheet) -> Scan | Diagnostic:
        try:
            with zipfile.ZipFile(self.path) as package, package.open(sheet.part) as xml:
                found = scan(xml, self.parts.moments)
        except BROKEN as error:
            return broken(self.path, error)
        except OSError as error:
            return refusal(self.path, error)
        return found or DAMAGED.at(None, path=self.path, reason=sheet.part)

    def _values(self, sheet: Sheet, found: Scan) -> CalamineSheet | Diagnostic:
        """The sheet's values; the reader's own panics on damaged files are damage too."""
        try:
            if not found.unreadable and self.path.lower().endswith((".xlsx", ".xlsm")):
                return CalamineWorkbook.from_path(self.path).get_sheet_by_name(sheet.name)
            if not found.unreadable:  # the reader believes an ending, so it is not told
                with open(self.path, "rb") as file:
                    return CalamineWorkbook.from_filelike(file).get_sheet_by_name(sheet.name)
            with tempfile.TemporaryFile() as copy:
                _copy(self.path, sheet.part, self.parts.moments, copy)
                return CalamineWorkbook.from_filelike(copy).get_sheet_by_name(sheet.name)
        except (CalamineError, *BROKEN) as error:
            return broken(self.path, error)
        except OSError as error:
            return refusal(self.path, error) if error.errno else broken(self.path, error)
        except BaseException as error:  # a panic is no Exception
            if type(error).__name__ == "PanicException":
                return broken(self.path, error)
            raise


def _copy(path: str, part: str, moments: Moments, copy: IO[bytes]) -> None:
    """The package with one sheet's newer errors (#SPILL! and its like) and impossible dates told as #N/A: the value reader
    gives up on them.
    """
    with (
        zipfile.ZipFile(path) as package,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for name in package.namelist():
            if name.startswith(("xl/media", "xl/worksheets/")) and name != part:
                continue
            with package.open(name) as old, made.open(name, "w", force_zip64=True) as new:
                if name != part:
                    while block := old.read(_BLOCK):
                        new.write(block)
                    continue
                for piece in pieces(old):
                    new.write(readable(piece or b"", moments))
    copy.seek(0)


def _grid(cells: CalamineSheet, found: Scan, from_1904: bool) -> Grid:
    left = cells.start[1] if cells.start else 0

    def rows() -> Iterator[tuple[int, list[Any]]]:
        # The reader gives blank rows above the table too, but no blank columns left of it.
        return enumerate(cells.iter_rows(), 1)

    epoch: datetime.datetime = EPOCH_1904 if from_1904 else EPOCH_1900
    return Grid(
        rows=rows,
        left=left,
        height=cells.end[0] + 1 if cells.start and cells.end else 0,
        epoch=epoch,
        merged=tuple(
            Area(top + 1, first, bottom + 1, last)
            for (top, first), (bottom, last) in cells.merged_cell_ranges or ()
        ),
        hidden_rows=frozenset(found.hidden_rows),
        hidden_columns=frozenset(found.hidden_columns),
        errors=tuple(found.errors),
        no_moments=tuple(found.no_moments),
        uncalculated=found.uncalculated,
        first_uncalculated=found.first_uncalculated,
        formulas=found.formulas,
    )
