"""The text of a CSV file: unpacks, finds the encoding, the header and the separator, and gives the rest as UTF-8.

Does not split the rows of the table; see `csv_table`.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpirules.adapters.file_problems import SECOND_HEADER
from kpirules.adapters.files import look_at, refusal, size_text
from kpirules.adapters.options import CsvOptions
from kpirules.adapters.signature import not_text
from kpirules.adapters.text_encoding import damage, find_encoding
from kpirules.adapters.unpacking import BLOCK, Unpacked
from kpirules.diagnostics import Cell, Diagnostic
from kpirules.plugin.problems import EMPTY_FILE, LONG_ROW, NO_HEADER

if TYPE_CHECKING:
    import _csv

_HEAD = 1 << 20
_SAMPLE = 50  # rows that show which separator it is
_SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written. header: its cells; row: the header's number; skip: characters up to its end."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    row: int
    skip: int
    diagnostics: tuple[Diagnostic, ...]


def lay_out(path: str, options: CsvOptions) -> Layout | Diagnostic:
    """Goes through the file once: is it whole, in which encoding, with which header. Bounded memory."""
    wrong = look_at(path)
    if wrong:
        return wrong
    try:
        other = not_text(path)
        found = other or find_encoding(path, options)
        if isinstance(found, Diagnostic):
            return found
        encoding, notes = found
        return _find_header(path, encoding, options, notes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return damage(path, error, 1)
    except OSError as error:
        return refusal(path, error)


class Utf8(io.RawIOBase):
    """A text file as UTF-8 bytes, from behind `skip` characters, and then the tail."""

    def __init__(self, file: Unpacked, encoding: str, skip: int, tail: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._skip = skip
        self._tail: str | None = tail
        self._ready = b""

    @property
    def done(self) -> float:
        """The share of the file that is read."""
        return self._file.done

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts = [self._ready]
        have = len(self._ready)
        while (size < 0 or have < size) and self._tail is not None:
            parts.append(self._more())
            have += len(parts[-1])
        whole = b"".join(parts)
        self._ready = b"" if size < 0 else whole[size:]
        return whole if size < 0 else whole[:size]

    def _more(self) -> bytes:
        data = self._file.read(BLOCK)
        text = self._decoder.decode(data, not data)
        if self._skip:
            dropped = min(self._skip, len(text))
            text, self._skip = text[dropped:], self._skip - dropped
        if not data:
            text, self._tail = text + (self._tail or ""), None
        return text.encode("utf-8", "replace")

    def close(self) -> None:
        self._file.close()
        super().close()


def _find_header(
    path: str, encoding: str, options: CsvOptions, notes: tuple[Diagnostic, ...]
) -> Layout | Diagnostic:
    """The header and the separator, from the first million characters."""
    with Unpacked(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        head = text.read(_HEAD)
    lines = list(io.StringIO(head, newline=""))
    start = 0 if options.header_row else next((n for n, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return EMPTY_FILE.at(None, path=path)
    delimiter = options.delimiter or _separator(path, lines, start, options)
    row = 0
    reader = _records(lines, delimiter, options)
    try:
        for cells in reader:
            row += 1
            if row == options.header_row or (not options.header_row and any(cell.strip() for cell in cells)):
                skip = sum(len(line) for line in lines[: reader.line_num])
                if not any(cell.strip() for cell in cells):
                    break
                if skip == _HEAD:  # the header does not end
                    return LONG_ROW.at(Cell(path, row), path=path, limit=size_text(_HEAD))
                second = _second_header(path, cells, reader, row, options)
                return Layout(encoding, delimiter, tuple(cells), row, skip, (*notes, *second))
    except csv.Error:  # a cell beyond 128 kB: hardly a column name
        return LONG_ROW.at(Cell(path, row + 1), path=path, limit=size_text(csv.field_size_limit()))
    return NO_HEADER.at(None, path=path)


def _second_header(
    path: str, cells: list[str], below: Iterator[list[str]], row: int, options: CsvOptions
) -> Iterator[Diagnostic]:
    """A warning where the header has blank cells and the row below looks like the names of columns."""
    if options.header_row is not None or all(cell.strip() for cell in cells):
        return
    try:
        names = [cell.strip() for cell in next(below, [])]
    except csv.Error:  # a very long cell, and so no name
        return
    full = len(names) == len(cells) > 1 and all(names) and len(set(names)) == len(names)
    if full and not any(re.search(r"\d", name) for name in names):
        yield SECOND_HEADER.at(Cell(path, row + 1), row=row + 1)


def _records(lines: list[str], delimiter: str, options: CsvOptions) -> _csv.Reader:
    if options.quote:
        return csv.reader(
            lines,
            delimiter=delimiter,
            quotechar=options.quote,
            escapechar=options.escape,
            doublequote=options.escape is None,
        )
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, escapechar=options.escape)


def _separator(path: str, lines: list[str], start: int, options: CsvOptions) -> str:
    """The separator that splits most of the first rows into as many cells as the header, and that into most."""
    if path.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    first = start if options.header_row is None else options.header_row - 1
    best, most = ",", (0, 0)
    for candidate in _SEPARATORS:
        try:
            records = [r for r in _records(lines[first : first + _SAMPLE], candidate, options) if r]
        except csv.Error:
            continue
        width = len(records[0]) if records else 0
        alike = sum(len(record) == width for record in records)
        if width > 1 and (alike, width) > most:
            best, most = candidate, (alike, width)
    return best
