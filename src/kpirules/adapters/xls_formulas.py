"""Formulas of an old .xls workbook: which there are, and whether they were calculated. The value reader does not tell."""

from __future__ import annotations

import io
import mmap
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from xlrd.compdoc import CompDoc

_SIGNATURE = b"\xd0\xcf\x11\xe0"
_BEGIN, _END, _FORMULA, _SHEET = 0x0809, 0x000A, 0x0006, 0x0085
_WORKSHEET = 0
_ON_LOAD = 0x2


@dataclass(slots=True)
class Formulas:
    """Of one sheet. empty: how many formulas of a column have no result, with the row of the first.

    stale: one of them asks to be calculated when the workbook is opened.
    """

    count: int = 0
    stale: bool = False
    empty: Counter[int] = field(default_factory=Counter)
    first: dict[int, int] = field(default_factory=dict)


def formulas_of(path: str) -> list[Formulas]:
    """By worksheet, in the order of the workbook. Nothing of what cannot be followed."""
    try:
        return _by_sheet(_stream(path))
    except Exception:  # damage is told by the value reader
        return []


def _stream(path: str) -> bytes:
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[:4] != _SIGNATURE:
            return content[:]
        document = CompDoc(content, logfile=io.StringIO())
        stream: bytes = document.get_named_stream("Workbook") or document.get_named_stream("Book") or b""
        return stream


def _by_sheet(stream: bytes) -> list[Formulas]:
    starts: list[int] = []
    for kind, content, _ in _records(stream, 0):
        if kind == _SHEET:
            start, _, what = struct.unpack_from("<IBB", content)
            if what == _WORKSHEET:
                starts.append(start)
    return [_formulas(stream, start) for start in starts]


def _formulas(stream: bytes, start: int) -> Formulas:
    found = Formulas()
    for kind, content, depth in _records(stream, start):
        if kind == _FORMULA and depth == 1 and len(content) >= 16:
            row, column, _, result, flags = struct.unpack_from("<HHH8sH", content)
            found.count += 1
            found.stale |= bool(flags & _ON_LOAD)
            if result[0] == 3 and result[6:] == b"\xff\xff":
                found.empty[column] += 1
                found.first.setdefault(column, row + 1)
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes, int]]:
    """The records of one part of the stream (a sheet, or the list of sheets), with how deep they are nested in it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += kind == _BEGIN
        yield kind, stream[at + 4 : at + 4 + length], depth
        if kind == _END:
            depth -= 1
            if depth <= 0:
                return
        at += 4 + length
