"""Workbooks out: a bold, frozen header; numbers as numbers with their places; text is text and never a formula.

Holds one row at a time. The same table gives the same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpirules.diagnostics import Diagnostic, Words, width
from kpirules.outputs.options import XlsxOptions
from kpirules.outputs.replacing import Unfit, replace_file
from kpirules.outputs.texts import batches
from kpirules.plugin import Rows
from kpirules.plugin.columns import spell
from kpirules.plugin.problems import DOES_NOT_FIT

_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
_MOST_CHARACTERS = 32_767
_FIRST_DAY = datetime.date(1900, 3, 1)  # spreadsheets have a 29 February 1900
_DAY = datetime.timedelta(days=1)
# So that equal tables make equal files: a workbook carries the time of its making.
_MADE = datetime.datetime(2000, 1, 1)

Write = Callable[[int, int, Any], None]


def write(rows: Rows, path: str, options: XlsxOptions) -> tuple[Diagnostic, ...]:
    def fill(file: BinaryIO) -> None:
        names, pieces = batches(rows, path, "xlsx")
        if len(names) > _MOST_COLUMNS:
            raise _too_much(path, Words("the number of columns", "列数"), len(names), _MOST_COLUMNS)
        target = _Target(file)
        book = xlsxwriter.Workbook(target, {"constant_memory": True})
        try:
            book.set_properties({"created": _MADE})
            _fill(book, book.add_worksheet(options.sheet), names, pieces, path)
        except BaseException:
            target.give_up()
            book.fileclosed = True  # else it would complain, on its way out, that it was never closed
            raise
        try:
            book.close()
        except XlsxFileError as error:
            target.give_up()
            raise _cause(error) from None

    return replace_file(path, fill)


class _Target:
    """The file, until it is given up: the packer that a failure leaves behind still tries to end its package."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._place = 0
        self._given_up = False

    def give_up(self) -> None:
        self._given_up = True

    def write(self, data: bytes) -> int:
        if not self._given_up:
            self._file.write(data)
        self._place += len(data)
        return len(data)

    def seek(self, place: int, start: int = 0) -> int:
        self._place = place if self._given_up else self._file.seek(place, start)
        return self._place

    def tell(self) -> int:
        return self._place

    def seekable(self) -> bool:
        return self._file.seekable()

    def flush(self) -> None:
        if not self._given_up:
            self._file.flush()


def _fill(
    book: xlsxwriter.Workbook, sheet: Worksheet, names: list[str], pieces: Iterable[list[pa.Array]], path: str
) -> None:
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, name in enumerate(names):
        _check_length(name, path)
        sheet.set_column(column, column, min(40, max(10, width(name) + 2)))
        sheet.write_string(0, column, name, bold)
    row = 1
    writers: list[Write] = []
    for columns in pieces:
        writers = writers or [_writer(book, sheet, column.type, path) for column in columns]
        for values in zip(*(column.to_pylist() for column in columns), strict=True):
            if row >= _MOST_ROWS:
                raise _too_much(path, Words("the number of rows", "行数"), f"> {row}", _MOST_ROWS)
            for column, value in enumerate(values):
                if value is not None:
                    writers[column](row, column, value)
            row += 1


def _writer(book: xlsxwriter.Workbook, sheet: Worksheet, kind: pa.DataType, path: str) -> Write:
    """How values of a type are written: as what they are where a spreadsheet can hold it exactly, else as text."""

    def text(row: int, column: int, value: Any) -> None:
        sheet.write_string(row, column, _check_length(spell(value), path))

    def either(
        fits: Callable[[Any], bool], put: Callable[[int, int, Any, Format], object], look: str
    ) -> Write:
        style = book.add_format({"num_format": look})

        def written(row: int, column: int, value: Any) -> None:
            if fits(value):
                put(row, column, value, style)
            else:
                text(row, column, value)

        return written

    def days(row: int, column: int, value: datetime.timedelta, style: Format) -> None:
        sheet.write_number(row, column, value / _DAY, style)

    types = pa.types
    if types.is_boolean(kind):

        def boolean(row: int, column: int, value: bool) -> None:
            sheet.write_boolean(row, column, value)

        return boolean
    if types.is_decimal(kind):
        return either(_is_exact, sheet.write_number, "0." + "0" * kind.scale if kind.scale > 0 else "0")
    if types.is_integer(kind):
        return either(_is_exact, sheet.write_number, "0")
    if types.is_floating(kind):
        return either(_is_finite, sheet.write_number, "General")
    if types.is_date(kind):
        return either(lambda day: day >= _FIRST_DAY, sheet.write_datetime, "yyyy-mm-dd")
    if types.is_timestamp(kind) and kind.tz is None:
        return either(lambda moment: moment.date() >= _FIRST_DAY, sheet.write_datetime, "yyyy-mm-dd hh:mm:ss")
    if types.is_duration(kind):
        return either(lambda time: time >= datetime.timedelta(0), days, "[h]:mm:ss")
    return text


def _is_exact(value: int | Decimal) -> bool:
    """Whether a spreadsheet, which keeps 15 digits, keeps the value."""
    return len(Decimal(value).normalize().as_tuple().digits) <= 15


def _is_finite(value: float) -> bool:
    return value - value == 0


def _check_length(text: str, path: str) -> str:
    if len(text) > _MOST_CHARACTERS:
        raise _too_much(path, Words("the length of a text", "文本长度"), len(text), _MOST_CHARACTERS)
    return text


def _too_much(path: str, what: Words, found: object, limit: int) -> Unfit:
    return Unfit(DOES_NOT_FIT.at(None, path=path, what=what, found=found, limit=limit))


def _cause(error: XlsxFileError) -> OSError:
    """The system's error inside the writer's own."""
    inside = error.args[0] if error.args else None
    return inside if isinstance(inside, OSError) else OSError(str(error))
