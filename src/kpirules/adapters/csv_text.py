"""The text of a CSV file: unpacks, finds the encoding, the header and the separator, and gives the rest as UTF-8.

Does not split the rows of the table; see `csv_table`.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpirules.adapters.files import look_at, refusal, size_text
from kpirules.adapters.options import CsvOptions
from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin.problems import (
    DAMAGED,
    EMPTY_FILE,
    LONG_ROW,
    NO_HEADER,
    OTHER_FORMAT,
    READ_AS_GB,
    TOO_LARGE,
    UNKNOWN_ENCODING,
)

if TYPE_CHECKING:
    import _csv

_BLOCK = 1 << 20
_HEAD = 1 << 20
_SAMPLE = 50  # rows that show which separator it is
_SEPARATORS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENDS_EARLY = Words("it ends too early", "提前结束")
_NOT_TEXT = Words("a text file", "文本文件")
_ADVICE = Words("export the table as CSV in UTF-8", "请将表格导出为 UTF-8 编码的 CSV")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written. header: its cells; row: the header's number; skip: characters up to its end."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    row: int
    skip: int
    diagnostics: tuple[Diagnostic, ...]


class _Undecodable(Exception):
    def __init__(self, row: int) -> None:
        self.row = row


def lay_out(path: str, options: CsvOptions) -> Layout | Diagnostic:
    """Goes through the file once: is it whole, in which encoding, with which header. Bounded memory."""
    wrong = look_at(path)
    if wrong:
        return wrong
    try:
        found = _find_encoding(path, options)
        if isinstance(found, Diagnostic):
            return found
        encoding, notes = found
        return _find_header(path, encoding, options, notes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return damage(path, error)
    except OSError as error:
        return refusal(path, error)


def damage(path: str, error: Exception) -> Diagnostic:
    """What an unpacker's error means."""
    return DAMAGED.at(None, path=path, reason=_ENDS_EARLY if isinstance(error, EOFError) else str(error))


class Unpacked(io.BufferedReader):
    """The bytes of the file; packed or not is seen from its first bytes, not from its name."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed with this
        self._size = max(1, os.fstat(self._file.fileno()).st_size)
        packed = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        super().__init__(gzip.GzipFile(fileobj=self._file) if packed else self._file)

    @property
    def done(self) -> float:
        """The share of the file that is read, packed or not."""
        return 1.0 if self._file.closed else min(1.0, self._file.tell() / self._size)

    def close(self) -> None:
        super().close()
        self._file.close()


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
        data = self._file.read(_BLOCK)
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


def _blocks(path: str) -> Iterator[bytes]:
    with Unpacked(path) as file:
        while data := file.read(_BLOCK):
            yield data


def _find_encoding(path: str, options: CsvOptions) -> tuple[str, tuple[Diagnostic, ...]] | Diagnostic:
    """The encoding in which all of the file is text, with a note where it was guessed."""
    with Unpacked(path) as file:
        start = file.read(4)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    encoding = options.encoding or marked or "utf-8"
    if codecs.lookup(encoding).name == "utf-8" and start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    limit = options.max_megabytes * 2**20
    try:
        return _decodes(path, encoding, limit) or (encoding, ())
    except _Undecodable as wrong:
        if options.encoding or marked:
            return UNKNOWN_ENCODING.at(None, path=path, row=wrong.row, encoding=encoding)
        try:
            return _decodes(path, "gb18030", limit) or ("gb18030", (READ_AS_GB.at(None, path=path),))
        except _Undecodable:
            return UNKNOWN_ENCODING.at(None, path=path, row=wrong.row, encoding="UTF-8, GB18030")


def _decodes(path: str, encoding: str, limit: int) -> Diagnostic | None:
    """Whether the whole file is text in this encoding. Raises _Undecodable with the first row that is not."""
    decoder = codecs.getincrementaldecoder(encoding)()
    row, size = 1, 0
    for data in _blocks(path):
        size += len(data)
        if size > limit:
            return TOO_LARGE.at(
                None,
                path=path,
                part="it",
                size=f"> {size_text(limit)}",
                limit=size_text(limit),
                setting="max_megabytes",
            )
        try:
            text = decoder.decode(data)
        except UnicodeError as error:
            good = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
            raise _Undecodable(row + bytes(good).count(b"\n")) from None
        if "\0" in text:
            return OTHER_FORMAT.at(None, path=path, format=_NOT_TEXT, advice=_ADVICE)
        row += text.count("\n")
    try:
        decoder.decode(b"", True)
    except UnicodeError:
        raise _Undecodable(row) from None
    return None


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
    reader = _records(lines, delimiter, options.quote)
    try:
        for cells in reader:
            row += 1
            if row == options.header_row or (not options.header_row and any(cell.strip() for cell in cells)):
                skip = sum(len(line) for line in lines[: reader.line_num])
                if not any(cell.strip() for cell in cells):
                    break
                return Layout(encoding, delimiter, tuple(cells), row, skip, notes)
    except csv.Error:  # a cell beyond 128 kB: hardly a column name
        return LONG_ROW.at(Cell(path, row + 1), path=path, limit=size_text(csv.field_size_limit()))
    return NO_HEADER.at(None, path=path)


def _records(lines: list[str], delimiter: str, quote: str) -> _csv.Reader:
    if quote:
        return csv.reader(lines, delimiter=delimiter, quotechar=quote)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _separator(path: str, lines: list[str], start: int, options: CsvOptions) -> str:
    """The separator that splits most of the first rows into as many cells as the header, and that into most."""
    if path.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    first = start if options.header_row is None else options.header_row - 1
    best, most = ",", (0, 0)
    for candidate in _SEPARATORS:
        try:
            records = [r for r in _records(lines[first : first + _SAMPLE], candidate, options.quote) if r]
        except csv.Error:
            continue
        width = len(records[0]) if records else 0
        alike = sum(len(record) == width for record in records)
        if width > 1 and (alike, width) > most:
            best, most = candidate, (alike, width)
    return best
