"""The inside of a workbook before its values are read: sizes, sheets, and what the value reader does not tell.

The value reader turns error cells and formulas without a calculated value into blanks, and holds the whole
rectangle of a sheet in memory. So the sheet's XML is gone through first, in pieces, for both.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

from kpirules.adapters.files import look_at, refusal, size_text
from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.problems import DAMAGED, NO_SHEETS, OTHER_FORMAT, TOO_LARGE

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_NOT_XLSX = Words("an .xlsx workbook", ".xlsx 工作簿")
_ADVICE_OLD = Words(
    "it is an old .xls workbook or has a password: save it as .xlsx without one",
    "这是旧式 .xls 工作簿或带有密码：请另存为不带密码的 .xlsx",
)
_ADVICE = Words("open it in the program that made it, and save it as .xlsx", "请用原程序打开并另存为 .xlsx")
_NO_PART = Words("a part of it is missing", "缺少其中的部分")

_BLOCK = 1 << 20
_LONGEST_CELL = 32 << 20
_LARGEST_PART = 16 << 20  # of the parts that list the sheets
_LISTED = 100_000

_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]{0,3}[0-9]{1,7})["']""")
_DOUBLE_QUOTED = re.compile(rb' r="([A-Z]{0,3}[0-9]{1,7})"')  # the usual spelling, twice as fast to find
_DIGITS = b"0123456789"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ERROR = re.compile(rb"""\bt=["']e["']""")
_STRING = re.compile(rb"""\bt=["']str["']""")
_FORMULA = re.compile(rb"<f[\s/>]")
_VALUE = re.compile(rb"<v\b[^>]*>([^<]*)</v>")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, the part of the package that holds it, and whether a person sees it."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets in the workbook's order. stale: it asks to be calculated again when opened."""

    sheets: tuple[Sheet, ...]
    stale: bool


@dataclass(slots=True)
class Scan:
    """What a sheet holds beside values. Rows count from 1, columns from 0.

    errors: row, column and text of error cells; uncalculated: how many formulas without a value a column has,
    with the row of the first.
    """

    rows: int = 0
    columns: int = 0
    formulas: bool = False
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    uncalculated: Counter[int] = field(default_factory=Counter)
    first_uncalculated: dict[int, int] = field(default_factory=dict)


def open_book(path: str, max_megabytes: int) -> Book | Diagnostic:
    """The workbook's sheets, once its declared sizes are found to be within the limit."""
    wrong = look_at(path)
    if wrong:
        return wrong
    try:
        with open(path, "rb") as file:
            start = file.read(4)
        if not start.startswith(b"PK"):
            advice = _ADVICE_OLD if start == _OLD_WORKBOOK else _ADVICE
            return OTHER_FORMAT.at(None, path=path, format=_NOT_XLSX, advice=advice)
        with zipfile.ZipFile(path) as package:
            size, limit = sum(part.file_size for part in package.infolist()), max_megabytes * 2**20
            if size > limit:
                return TOO_LARGE.at(
                    None,
                    path=path,
                    part="it",
                    size=size_text(size),
                    limit=size_text(limit),
                    setting="max_megabytes",
                )
            return _book(path, package)
    except _BROKEN as error:
        return broken(path, error)
    except OSError as error:
        return refusal(path, error)


def scan_sheet(path: str, part: str) -> Scan | Diagnostic:
    """Goes through a sheet's XML once, in pieces."""
    scan = Scan()
    try:
        with zipfile.ZipFile(path) as package, package.open(part) as xml:
            carry = b""
            while data := xml.read(_BLOCK):
                piece = carry + data
                cut = piece.rfind(b"<c ")
                carry = piece[cut:] if cut >= 0 else piece[-64:]
                if len(carry) > _LONGEST_CELL:
                    return DAMAGED.at(None, path=path, reason=part)
                _look(scan, piece[:cut] if cut >= 0 else piece)
            _look(scan, carry)
    except _BROKEN as error:
        return broken(path, error)
    except OSError as error:
        return refusal(path, error)
    return scan


#: What a damaged package raises on its way through the standard library.
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    ElementTree.ParseError,
)


def broken(path: str, error: BaseException) -> Diagnostic:
    """A damaged package, in words."""
    reason = (
        _NO_PART
        if isinstance(error, KeyError)
        else " ".join(str(error).split())[:200] or type(error).__name__
    )
    return DAMAGED.at(None, path=path, reason=reason)


def _book(path: str, package: zipfile.ZipFile) -> Book | Diagnostic:
    main = next((name for name in package.namelist() if name.lower() == "xl/workbook.xml"), None)
    if main is None:
        return OTHER_FORMAT.at(None, path=path, format=_NOT_XLSX, advice=_ADVICE)
    folder, name = posixpath.split(main)
    targets = {
        link.get("Id", ""): link.get("Target", "")
        for link in _parse(package, f"{folder}/_rels/{name}.rels")
        if link.get("Type", "").endswith("/worksheet")
    }
    sheets: list[Sheet] = []
    stale = False
    for element in _parse(package, main).iter():
        match element.tag.rpartition("}")[2]:
            case "sheet":
                link = next((value for key, value in element.items() if key.endswith("}id")), "")
                if link in targets:
                    part = posixpath.normpath(posixpath.join("/" + folder, targets[link])).lstrip("/")
                    sheets.append(
                        Sheet(element.get("name", ""), part, element.get("state", "visible") == "visible")
                    )
            case "calcPr":
                stale = element.get("fullCalcOnLoad", "0") in ("1", "true")
    return Book(tuple(sheets), stale) if sheets else NO_SHEETS.at(None, path=path)


def _parse(package: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with package.open(part) as file:
        data = _bounded(file)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("it declares entities, which no workbook does")
    return ElementTree.fromstring(data)


def _bounded(file: IO[bytes]) -> bytes:
    data = file.read(_LARGEST_PART + 1)
    if len(data) > _LARGEST_PART:
        raise ValueError("the list of its sheets is too large")
    return data


def _look(scan: Scan, piece: bytes) -> None:
    """Takes note of a piece that ends between two cells."""
    usual = b"r='" not in piece and b"\tr=" not in piece and b"\nr=" not in piece
    places = b" ".join((_DOUBLE_QUOTED if usual else _REFERENCE).findall(piece))
    rows = set(places.translate(None, _LETTERS).split())
    if rows:
        scan.rows = max(scan.rows, max(map(int, rows)))
    for letters in set(places.translate(None, _DIGITS).split()):
        scan.columns = max(scan.columns, column_number(letters) + 1)
    formulas = b"<f" in piece and _FORMULA.search(piece) is not None
    scan.formulas |= formulas
    if not formulas and b'"e"' not in piece and b"'e'" not in piece:
        return
    row, column = 0, -1
    for attributes, content in _CELL.findall(piece):
        place = _PLACE.search(attributes)
        row, column = (int(place[2]), column_number(place[1])) if place else (row, column + 1)
        value = _VALUE.search(content)
        if _ERROR.search(attributes):
            if len(scan.errors) < _LISTED:
                text = value[1].decode("utf-8", "replace") if value else ""
                scan.errors.append((row, column, text or "?"))
        elif (value is None or not value[1]) and _FORMULA.search(content) and not _STRING.search(attributes):
            scan.uncalculated[column] += 1
            scan.first_uncalculated.setdefault(column, row)


def column_number(letters: bytes) -> int:
    """The position, from 0, of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
