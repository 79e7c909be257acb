"""The elements of a JSON file, one for each row: of the list that it holds, of one inside it, or one a line.

A file of one object a line is streamed; a list is held in memory. Either can be gone through more than once.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from kpirules.adapters.file_problems import LIST_INSIDE, NO_RECORDS, SQUEEZED
from kpirules.adapters.files import look_at, ordinal, refusal, size_text
from kpirules.adapters.json_text import decode, kind, syntax
from kpirules.adapters.options import JsonOptions
from kpirules.adapters.text_encoding import damage
from kpirules.adapters.unpacking import BLOCK, MOST_SQUEEZED, SQUEEZED_FROM, Unpacked
from kpirules.diagnostics import Cell, Diagnostic, Words, nearest
from kpirules.plugin.problems import EMPTY_FILE, LONG_ROW, NOT_OBJECTS, TOO_LARGE, UNKNOWN_ENCODING

_LINES = (".jsonl", ".ndjson")
_LONGEST = 32 << 20  # of a line
_ASKED = 512  # lines between two looks at the file's place
_DEEPEST = 4  # objects inside objects in which a list of objects is looked for


@dataclass(frozen=True, slots=True)
class Element:
    """One element. row: its number, or its line. value: what it is, or what is wrong with it. done: see Chunk."""

    row: int
    value: Any | Diagnostic
    done: float


class Stop(Exception):
    """The file cannot be read on; the diagnostic says why."""

    def __init__(self, why: Diagnostic) -> None:
        super().__init__(why.message())
        self.why = why


class Elements(Protocol):
    """Can be gone through again and again. Raises Stop where the file cannot be read on."""

    def each(self) -> Iterator[Element]: ...


def elements_of(path: str, options: JsonOptions) -> Elements | Diagnostic:
    """The elements, or why there are none."""
    wrong = look_at(path)
    if wrong:
        return wrong
    try:
        if path.lower().removesuffix(".gz").endswith(_LINES):
            return _squeezed(path) or Lines(path, options.records)
        text = _text(path, options)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return damage(path, error)
    except OSError as error:
        return refusal(path, error)
    if isinstance(text, Diagnostic):
        return text
    try:
        whole = decode(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and text.lstrip().startswith("{"):
            return Lines(path, options.records)
        return syntax(path, error)
    except RecursionError as error:
        return syntax(path, error)
    found = whole if options.records is None else _inside(path, whole, options.records)
    if isinstance(found, Diagnostic):
        return found
    if isinstance(found, list):
        return Listed(found)
    inside = next(_lists_in(whole, "", 0), None) if options.records is None else None
    if inside is not None:
        return LIST_INSIDE.at(None, path=path, records=inside)
    return NOT_OBJECTS.at(None, path=path, what=kind(found))


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in memory."""

    values: list[Any]

    def each(self) -> Iterator[Element]:
        for row, value in enumerate(self.values, 1):
            yield Element(row, value, row / len(self.values))


@dataclass(frozen=True, slots=True)
class Lines:
    """A file of one element a line; blank lines are passed over. records: where in each line its object stands."""

    path: str
    records: str | None

    def each(self) -> Iterator[Element]:
        try:
            with Unpacked(self.path) as file:
                done = 0.0
                for row, line in enumerate(self._lines(file), 1):
                    if row % _ASKED == 0:  # of the system, how far it is
                        done = file.done
                    if line.strip():
                        yield Element(row, self._value(line, row), done)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Stop(damage(self.path, error)) from None
        except OSError as error:
            raise Stop(refusal(self.path, error)) from None

    def _value(self, line: str, row: int) -> Any:
        try:
            value = decode(line.rstrip("\r\n"))
        except (json.JSONDecodeError, RecursionError) as error:
            return syntax(self.path, error, row - 1)
        return value if self.records is None else _inside(self.path, value, self.records, row)

    def _lines(self, file: Unpacked) -> Iterator[str]:
        start = file.peek(4)[:4]
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield from self._of_utf16(file)
            return
        row, size = 0, 0
        while line := file.readline(_LONGEST):
            row += 1
            if row == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if len(line) >= _LONGEST:
                limit = size_text(_LONGEST)
                raise Stop(LONG_ROW.at(Cell(self.path, row), path=self.path, limit=limit))
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise Stop(_undecodable(self.path, error, size, row - 1)) from None
            size += len(line)

    def _of_utf16(self, file: Unpacked) -> Iterator[str]:
        try:
            yield from io.TextIOWrapper(file, "utf-16", newline="\n")
        except UnicodeDecodeError as error:
            raise Stop(_undecodable(self.path, error, 0, 0)) from None


def _squeezed(path: str) -> Diagnostic | None:
    """That a packed file unpacks without end: seen before its many lines are read one by one."""
    size = 0
    with Unpacked(path) as file:
        while file.packed and (data := file.read(BLOCK)):
            size += len(data)
            if size > SQUEEZED_FROM and size > MOST_SQUEEZED * file.taken:
                return SQUEEZED.at(None, path=path, packed=size_text(file.taken), size=size_text(size))
    return None


def _text(path: str, options: JsonOptions) -> str | Diagnostic:
    limit = options.max_megabytes * 2**20
    parts: list[bytes] = []
    size = 0
    with Unpacked(path) as file:
        while data := file.read(BLOCK):
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
            parts.append(data)
    data = b"".join(parts)
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return _undecodable(path, error, 0, 0)
    return text if text.strip() else EMPTY_FILE.at(None, path=path)


def _undecodable(path: str, error: UnicodeDecodeError, before: int, lines: int) -> Diagnostic:
    """That a byte is no text. before: how many bytes of the file, and how many lines, stand before the text."""
    row = lines + error.object[: error.start].count(b"\n") + 1
    return UNKNOWN_ENCODING.at(
        Cell(path, row),
        path=path,
        row=row,
        encoding="UTF-8",
        byte=f"0x{error.object[error.start]:02X}",
        at=ordinal(before + error.start + 1),
    )


def _inside(path: str, whole: Any, records: str, row: int | None = None) -> Any | Diagnostic:
    """What stands at a dotted path; numbers count the elements of lists from 0."""
    found = whole
    for key in records.split("."):
        match found:
            case dict() if key in found:
                found = found[key]
            case list() if key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            case _:
                keys = list(found) if isinstance(found, dict) else []
                there = Words(", ".join(keys[:12]), "、".join(keys[:12])) if keys else kind(found)
                return NO_RECORDS.at(
                    Cell(path, row),
                    suggestion=nearest(key, keys),
                    path=path,
                    records=records,
                    key=key,
                    there=there,
                )
    return found


def _lists_in(whole: Any, before: str, depth: int) -> Iterator[str]:
    """The dotted paths of the lists of objects inside an object."""
    if not isinstance(whole, dict) or depth > _DEEPEST:
        return
    for key, value in whole.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield before + key
        yield from _lists_in(value, f"{before}{key}.", depth + 1)
