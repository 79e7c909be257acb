"""Workbooks as files: whole or not at all, and every text as text, whatever it looks like."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.problems import DOES_NOT_FIT
from kpirules.plugin.replacing import Unfit, replace_file

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
# So that equal content makes equal files: a workbook carries the time of its making.
_MADE = datetime.datetime(2000, 1, 1)


def write_book(
    path: str, fill: Callable[[xlsxwriter.Workbook], None], made: datetime.datetime | None = None
) -> tuple[Diagnostic, ...]:
    """Make a workbook of what `fill` puts into it; rows must come in order, one is held at a time."""

    def write(file: BinaryIO) -> None:
        target = _Target(file)
        book = xlsxwriter.Workbook(target, {"constant_memory": True})
        try:
            book.set_properties({"created": _MADE if made is None else made.replace(tzinfo=None)})
            fill(book)
        except BaseException:
            target.give_up()
            book.fileclosed = True  # else it would complain, on its way out, that it was never closed
            raise
        try:
            book.close()
        except XlsxFileError as error:
            target.give_up()
            raise _cause(error) from None

    return replace_file(path, write)


def put_text(sheet: Worksheet, row: int, column: int, text: str, style: Format | None, plain: Format) -> None:
    """Write a text as it is. plain: a format that changes nothing."""
    if text.startswith("<r>") and text.endswith("</r>"):
        # The writer takes this for its own markup and lets it through: in two pieces it is a text again.
        sheet.write_rich_string(row, column, text[:1], plain, text[1:], *(() if style is None else (style,)))
    else:
        sheet.write_string(row, column, text, style)


def check_length(text: str, path: str) -> str:
    """The text, if a cell can hold it."""
    if len(text) > MOST_CHARACTERS:
        raise too_much(path, Words("the length of a text", "文本长度"), len(text), MOST_CHARACTERS)
    return text


def too_much(path: str, what: Words, found: object, limit: int) -> Unfit:
    """More than a workbook can hold."""
    return Unfit(DOES_NOT_FIT.at(None, path=path, what=what, found=found, limit=limit))


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


def _cause(error: XlsxFileError) -> OSError:
    """The system's error inside the writer's own."""
    inside = error.args[0] if error.args else None
    return inside if isinstance(inside, OSError) else OSError(str(error))
