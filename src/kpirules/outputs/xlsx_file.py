"""Workbooks out: a bold, frozen header; numbers as numbers with their places; text is text and never a formula.

Holds one row at a time. The same table gives the same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpirules.diagnostics import Diagnostic, Words, width
from kpirules.outputs.book import MOST_COLUMNS, MOST_ROWS, check_length, put_text, too_much, write_book
from kpirules.outputs.options import XlsxOptions
from kpirules.outputs.texts import batches
from kpirules.plugin import Rows
from kpirules.plugin.columns import spell

_FIRST_DAY = datetime.date(1900, 3, 1)  # spreadsheets have a 29 February 1900
_DAY = datetime.timedelta(days=1)

Write = Callable[[int, int, Any], None]


def write(rows: Rows, path: str, options: XlsxOptions) -> tuple[Diagnostic, ...]:
    def fill(book: xlsxwriter.Workbook) -> None:
        names, pieces = batches(rows, path, "xlsx")
        if len(names) > MOST_COLUMNS:
            raise too_much(path, Words("the number of columns", "列数"), len(names), MOST_COLUMNS)
        _fill(book, book.add_worksheet(options.sheet), names, pieces, path)

    return write_book(path, fill)


def _fill(
    book: xlsxwriter.Workbook, sheet: Worksheet, names: list[str], pieces: Iterable[list[pa.Array]], path: str
) -> None:
    sheet.freeze_panes(1, 0)
    bold, plain = book.add_format({"bold": True}), book.add_format()
    for column, name in enumerate(names):
        sheet.set_column(column, column, min(40, max(10, width(name) + 2)))
        put_text(sheet, 0, column, check_length(name, path), bold, plain)
    row = 1
    writers: list[Write] = []
    for columns in pieces:
        writers = writers or [_writer(book, sheet, column.type, path, plain) for column in columns]
        for values in zip(*(column.to_pylist() for column in columns), strict=True):
            if row >= MOST_ROWS:
                raise too_much(path, Words("the number of rows", "行数"), f"> {row}", MOST_ROWS)
            for column, value in enumerate(values):
                if value is not None:
                    writers[column](row, column, value)
            row += 1


def _writer(
    book: xlsxwriter.Workbook, sheet: Worksheet, kind: pa.DataType, path: str, plain: Format
) -> Write:
    """How values of a type are written: as what they are where a spreadsheet can hold it exactly, else as text."""

    def text(row: int, column: int, value: Any) -> None:
        # A number with too many digits for a spreadsheet keeps its places as text, too.
        said = format(value, "f") if isinstance(value, Decimal) else spell(value)
        put_text(sheet, row, column, check_length(said, path), None, plain)

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
