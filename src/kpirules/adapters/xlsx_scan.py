"""Goes through a worksheet's XML in pieces, for what the value reader does not tell.

The value reader turns error cells and formulas without a calculated value into blanks, says nothing of what is
hidden, and holds the whole rectangle of a sheet in memory. All that is looked for here first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from kpirules.adapters.workbooks import column_number

_BLOCK = 1 << 20
_LONGEST_CELL = 32 << 20
_LISTED = 100_000

#: The start of a row or a cell, with its attributes; of a cell also its content.
_PARTS = re.compile(rb"<row\b([^>]*)>|<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ROW = re.compile(rb"""\br=["']([0-9]{1,7})["']""")
_ROWS = re.compile(rb"<row\b([^>]*)>")
# Cells with content: those that are only formatted count for nothing. The usual spelling is found twice as fast.
_USUAL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>/]*>')
_REFERENCE = re.compile(rb"""<c\b[^>]*?\br=["']([A-Z]{1,3}[0-9]{1,7})["'][^>/]*>""")
# A place that no sheet has. The value reader would believe it, and ask for memory for all that lies before.
_NO_PLACE = re.compile(rb"""<(?:c|row)\b[^>]*?\sr=["'](?![A-Z]{0,3}[0-9]{1,7}["'])""")
_DIGITS = b"0123456789"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ERROR = re.compile(rb"""\bt=["']e["']""")
_TYPED = re.compile(rb"""\bt=["'](?!n["'])""")
_TYPE = re.compile(rb"""\bt=["'][a-zA-Z]*["']""")
_STYLE = re.compile(rb"""\bs=["']([0-9]{1,6})["']""")
_STRING = re.compile(rb"""\bt=["']str["']""")
_FORMULA = re.compile(rb"<f[\s/>]")
_VALUE = re.compile(rb"<v\b[^>]*>([^<]*)</v>")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_COLUMN = re.compile(rb"<col\b([^>]*)>")
_SPREAD = re.compile(rb"""\b(min|max)=["']([0-9]{1,5})["']""")
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?worksheet\b")

#: The errors that the value reader knows; on any other it gives up.
KNOWN_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


#: The last day of the year 9999, counted as workbooks do; the value reader gives up far beyond it.
_LAST_DAY = 2_958_465


@dataclass(frozen=True, slots=True)
class Moments:
    """Which cell styles show dates or times of day, and which time that has elapsed. odd: finds their odd numbers."""

    dates: frozenset[int] = frozenset()
    elapsed: frozenset[int] = frozenset()
    odd: re.Pattern[bytes] | None = None

    @staticmethod
    def of(dates: frozenset[int], elapsed: frozenset[int]) -> Moments:
        if not dates and not elapsed:
            return Moments()
        styles = "|".join(str(one) for one in sorted(dates | elapsed)).encode()
        # Negative, of many digits, with an exponent that is not negative, or no number at all.
        odd = rb"""<c\b[^>]*\bs=["'](?:%b)["'][^>]*>(?:<f\b[^>]*>(?:[^<]*</f>)?)?<v>(?:-|[0-9]{7}|[0-9.]+[eE]\+?[0-9]|[nNiI])"""
        return Moments(dates, elapsed, re.compile(odd % styles))

    def wrong(self, attributes: bytes, value: bytes) -> bool:
        """Whether a cell shows a moment and its number is none."""
        style = _STYLE.search(attributes)
        number = int(style[1]) if style else 0
        if _TYPED.search(attributes) or number not in self.dates | self.elapsed:
            return False
        try:
            days = float(value)
        except ValueError:
            return False
        return not (-_LAST_DAY if number in self.elapsed else 0) <= days <= _LAST_DAY


@dataclass(slots=True)
class Scan:
    """What a sheet holds beside values. Rows count from 1, columns from 0.

    rows, columns: as far as there are cells with content. errors: row, column and text of error cells;
    no_moments: cells that show a date or a time, and hold a number that is none; unreadable: whether the value reader
    would give up on some of these. uncalculated: how many formulas without a value a column has, with the row of the first.
    """

    rows: int = 0
    columns: int = 0
    formulas: bool = False
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    unreadable: bool = False
    no_moments: list[tuple[int, int, str]] = field(default_factory=list)
    uncalculated: Counter[int] = field(default_factory=Counter)
    first_uncalculated: dict[int, int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    row: int = 0
    column: int = -1


def scan(xml: IO[bytes], moments: Moments) -> Scan | None:
    """What the sheet's XML holds; None where it is no sheet that can be."""
    found = Scan()
    for piece in pieces(xml):
        if piece is None or _NO_PLACE.search(piece):
            return None
        _look(found, piece, moments)
    return found


def pieces(xml: IO[bytes]) -> Iterator[bytes | None]:
    """The sheet's XML in pieces that end between two cells, without prefixes of names; None: a cell has no end."""
    carry, behind = b"", False
    for block in _plain(xml):
        if not carry and b"\0" in block[:4]:  # UTF-16, which no spreadsheet program writes
            yield None
            return
        piece = carry + block
        if behind:  # what follows the cells may be cut anywhere
            yield piece
            carry = b""
            continue
        behind = b"</sheetData>" in piece
        cut = max(piece.rfind(b"<c "), piece.rfind(b"<row"), piece.rfind(b"<c>"))
        carry = piece[cut:] if cut >= 0 else piece
        if len(carry) > _LONGEST_CELL:
            yield None
            return
        if cut > 0:
            yield piece[:cut]
    yield carry


def _plain(xml: IO[bytes]) -> Iterator[bytes]:
    """The XML in blocks. Some programs write `<x:c>` for `<c>`: the prefix is taken off."""
    block = xml.read(_BLOCK)
    root = _ROOT.search(block)
    if root is None or not root[1]:
        while block:
            yield block
            block = xml.read(_BLOCK)
        return
    opening, closing = b"<" + root[1] + b":", b"</" + root[1] + b":"
    rest = b""
    while block:
        whole = rest + block
        end = whole.rfind(b"<")
        rest = whole[end:]
        yield whole[:end].replace(opening, b"<").replace(closing, b"</")
        block = xml.read(_BLOCK)
    yield rest.replace(opening, b"<").replace(closing, b"</")


def _look(found: Scan, piece: bytes, moments: Moments) -> None:
    """Takes note of a piece that ends between two cells."""
    if b"<col" in piece:
        _hidden_columns(found, piece)
    cells = piece.count(b"<c ") + piece.count(b"<c>")
    usual = _USUAL.findall(piece)
    if len(usual) < cells:
        usual = _REFERENCE.findall(piece)
    if usual:
        places = b" ".join(usual)
        found.rows = max(found.rows, max(map(int, set(places.translate(None, _LETTERS).split()))))
        for name in set(places.translate(None, _DIGITS).split()):
            found.columns = max(found.columns, column_number(name.decode()) + 1)
    unplaced = cells > piece.count(b" r=") - piece.count(b"<row ")
    if b"<f" in piece and _FORMULA.search(piece):
        found.formulas = True
    if b"hidden=" in piece and not unplaced:
        _hidden_rows(found, piece)
    if unplaced or _is_remarkable(piece, moments):
        _go_through(found, piece, moments)
    elif usual:
        last = usual[-1]
        found.row = int(last.translate(None, _LETTERS))
        found.column = column_number(last.translate(None, _DIGITS).decode())


def _is_remarkable(piece: bytes, moments: Moments) -> bool:
    """Whether a cell may be an error, a formula without a result, or a moment that is none."""
    if b'"e"' in piece or b"'e'" in piece or (moments.odd is not None and moments.odd.search(piece)):
        return True
    formulas = piece.count(b"<f>") + piece.count(b"<f ") + piece.count(b"<f/>")
    results = piece.count(b"</f><v>") + piece.count(b"/><v>")
    return formulas > results or (formulas > 0 and (b"<v></v>" in piece or b"<v/>" in piece))


def _hidden_rows(found: Scan, piece: bytes) -> None:
    for attributes in _ROWS.findall(piece):
        place = _ROW.search(attributes)
        if place and _HIDDEN.search(attributes):
            found.hidden_rows.add(int(place[1]))


def _hidden_columns(found: Scan, piece: bytes) -> None:
    for attributes in _COLUMN.findall(piece):
        spread = dict(_SPREAD.findall(attributes))
        if _HIDDEN.search(attributes) and len(spread) == 2:
            found.hidden_columns.update(range(int(spread[b"min"]) - 1, min(int(spread[b"max"]), 16_384)))


def _go_through(found: Scan, piece: bytes, moments: Moments) -> None:
    """Every row and cell of the piece, one by one."""
    for part in _PARTS.finditer(piece):
        if part[1] is not None:
            place = _ROW.search(part[1])
            found.row, found.column = int(place[1]) if place else found.row + 1, -1
            if _HIDDEN.search(part[1]):
                found.hidden_rows.add(found.row)
            continue
        at = _PLACE.search(part[2])
        found.row, found.column = (
            (int(at[2]), column_number(at[1].decode())) if at else (found.row, found.column + 1)
        )
        if part[3] is not None:
            _cell(found, part[2], part[3], moments)


def _cell(found: Scan, attributes: bytes, content: bytes, moments: Moments) -> None:
    row, column = found.row, found.column
    found.rows, found.columns = max(found.rows, row), max(found.columns, column + 1)
    value = _VALUE.search(content)
    if _ERROR.search(attributes):
        text = value[1].decode("utf-8", "replace") if value else ""
        found.unreadable |= text not in KNOWN_ERRORS
        if len(found.errors) < _LISTED:
            found.errors.append((row, column, text or "?"))
    elif (value is None or not value[1]) and _FORMULA.search(content) and not _STRING.search(attributes):
        found.uncalculated[column] += 1
        found.first_uncalculated.setdefault(column, row)
    elif value is not None and moments.odd is not None and moments.wrong(attributes, value[1]):
        found.unreadable = True
        if len(found.no_moments) < _LISTED:
            found.no_moments.append((row, column, value[1].decode("utf-8", "replace")))


def readable(piece: bytes, moments: Moments) -> bytes:
    """The piece as the value reader can read it: the errors it does not know and moments that are none are #N/A."""

    def mended(cell: re.Match[bytes]) -> bytes:
        if cell[2] is None or cell[3] is None:
            return cell[0]
        value = _VALUE.search(cell[3])
        if value is None:
            return cell[0]
        if _ERROR.search(cell[2]):
            sound = value[1].decode("utf-8", "replace") in KNOWN_ERRORS
        else:
            sound = not moments.wrong(cell[2], value[1])
        return cell[0] if sound else b'<c t="e"' + _TYPE.sub(b"", cell[2]) + b"><v>#N/A</v></c>"

    return _PARTS.sub(mended, piece)
