"""The parts of an .xlsx package beside its cells: sheets, named tables and ranges, styles. And whether it is safe to unpack."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal
from xml.etree import ElementTree

from kpirules.adapters.files import size_text
from kpirules.adapters.workbook_problems import BOMB
from kpirules.adapters.workbooks import Area, Named, Sheet, area_of
from kpirules.adapters.xlsx_scan import Moments
from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.problems import DAMAGED, NO_SHEETS, OTHER_FORMAT, TOO_LARGE

_NOT_XLSX = Words("an .xlsx workbook", ".xlsx 工作簿")
_ADVICE = Words("open it in the program that made it, and save it as .xlsx", "请用原程序打开并另存为 .xlsx")
_NO_PART = Words("a part of it is missing", "缺少其中的部分")
_WHOLE = Words("it", "文件")

_LARGEST_PART = 64 << 20  # of the parts that are held in memory
#: A workbook of one word in a million cells shrinks to a fiftieth; bombs to a thousandth.
_MOST_SHRUNK = 250
_SMALL = 16 << 20
#: A range with its sheet: `Sheet1!$A$1:$C$5`, `'My sheet'!$A:$C`.
_REFERS = re.compile(r"(?:'((?:[^']|'')+)'|([^'!:]+))!([$A-Z0-9:]+)")
_OWN_NAMES = "_xlnm."
#: Formats without a text of their own that show dates or times (those of Chinese programs among them).
_BUILT_IN = {str(one): "yyyy-mm-dd" for one in (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))}
_BUILT_IN["46"] = "[h]:mm:ss"

#: What a damaged package raises on its way through the standard library.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    ElementTree.ParseError,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the package says of itself. beside: parts that the value reader reads beside the sheets."""

    sheets: tuple[Sheet, ...]
    names: tuple[Named, ...]
    stale: bool
    from_1904: bool
    beside: tuple[str, ...]
    moments: Moments


def broken(path: str, error: BaseException) -> Diagnostic:
    """A damaged package, in words."""
    reason = (
        _NO_PART
        if isinstance(error, KeyError)
        else " ".join(str(error).split())[:200] or type(error).__name__
    )
    return DAMAGED.at(None, path=path, reason=reason)


def too_large(path: str, package: zipfile.ZipFile, max_megabytes: int) -> Diagnostic | None:
    """What the declared sizes say against unpacking. That they are true is found while unpacking, piece by piece."""
    parts = package.infolist()
    size, limit = sum(part.file_size for part in parts), max_megabytes * 2**20
    if size > limit:
        said = {"size": size_text(size), "limit": size_text(limit), "setting": "max_megabytes"}
        return TOO_LARGE.at(None, path=path, part=_WHOLE, **said)
    for part in parts:
        if part.file_size > max(_SMALL, part.compress_size * _MOST_SHRUNK):
            packed, unpacked = size_text(part.compress_size), size_text(part.file_size)
            return BOMB.at(None, path=path, part=part.filename, packed=packed, size=unpacked)
    return None


def read_parts(path: str, package: zipfile.ZipFile) -> Parts | Diagnostic:
    """What the package says. Raises one of BROKEN where it is damaged."""
    main = next((name for name in package.namelist() if name.lower() == "xl/workbook.xml"), None)
    if main is None:
        return OTHER_FORMAT.at(None, path=path, format=_NOT_XLSX, advice=_ADVICE)
    links = _links(package, main)
    book = _parse(package, main)
    sheets = tuple(_sheets(book, {key: part for key, (kind, part) in links.items() if kind == "worksheet"}))
    if not sheets:
        return NO_SHEETS.at(None, path=path)
    beside = tuple(part for kind, part in links.values() if kind in ("sharedStrings", "styles"))
    return Parts(
        sheets=sheets,
        names=(*_tables(package, sheets), *_ranges(book, sheets)),
        stale=any(one.get("fullCalcOnLoad", "0") in ("1", "true") for one in _all(book, "calcPr")),
        from_1904=any(one.get("date1904", "0") in ("1", "true") for one in _all(book, "workbookPr")),
        beside=tuple(part for part in beside if part in package.namelist()),
        moments=_moments(package, next((part for kind, part in links.values() if kind == "styles"), "")),
    )


def _sheets(book: ElementTree.Element, parts: dict[str, str]) -> Iterator[Sheet]:
    for element in _all(book, "sheet"):
        link = next((value for key, value in element.items() if key.endswith("}id")), "")
        if link in parts:
            yield Sheet(element.get("name", ""), element.get("state", "visible") == "visible", parts[link])


def _tables(package: zipfile.ZipFile, sheets: tuple[Sheet, ...]) -> Iterator[Named]:
    """The tables made with "Format as Table", without their rows of totals."""
    for sheet in sheets:
        for kind, part in _links(package, sheet.part).values():
            if kind == "table":
                yield _table(_parse(package, part), sheet)


def _table(table: ElementTree.Element, sheet: Sheet) -> Named:
    name = table.get("displayName", "") or table.get("name", "")
    area = area_of(table.get("ref", ""))
    if area is None:
        return Named(name, sheet.name, None, table.get("ref", ""))
    totals = int(table.get("totalsRowCount", "0"))
    area = Area(area.top, area.left, area.bottom - totals, area.right)
    titles: tuple[str, ...] = ()
    if table.get("headerRowCount", "1") == "0":
        titles = tuple(column.get("name", "") for column in _all(table, "tableColumn"))
    return Named(name, sheet.name, area, titles=titles)


def _ranges(book: ElementTree.Element, sheets: tuple[Sheet, ...]) -> Iterator[Named]:
    known = {sheet.name for sheet in sheets}
    for one in _all(book, "definedName"):
        name, formula = one.get("name", ""), (one.text or "").strip()
        if name.startswith(_OWN_NAMES) or one.get("function") or one.get("hidden") == "1":
            continue
        found = _REFERS.fullmatch(formula)
        sheet = ((found[1] or "").replace("''", "'") or found[2]) if found else ""
        if found is None or sheet not in known:
            yield Named(name, "", None, formula)
        else:
            yield Named(name, sheet, area_of(found[3]), formula)


def _moments(package: zipfile.ZipFile, part: str) -> Moments:
    if part not in package.namelist():
        return Moments()
    styles = _parse(package, part)
    codes = dict(_BUILT_IN)
    for one in _all(styles, "numFmt"):
        codes[one.get("numFmtId", "0")] = one.get("formatCode", "")
    formats = next(_all(styles, "cellXfs"), None)
    cells = () if formats is None else [one for one in formats if one.tag.rpartition("}")[2] == "xf"]
    shown = [what_it_shows(codes.get(one.get("numFmtId", "0"), "")) for one in cells]
    return Moments.of(
        frozenset(place for place, one in enumerate(shown) if one == "moment"),
        frozenset(place for place, one in enumerate(shown) if one == "elapsed"),
    )


def what_it_shows(code: str) -> Literal["moment", "elapsed", "other"]:
    """Whether a number format shows a date or a time of day, or time that has elapsed (`[h]:mm`)."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code.split(";")[0])
    if re.search(r"\[(?:h+|m+|s+)\]", bare, re.IGNORECASE):
        return "elapsed"
    bare = re.sub(r"\[[^\]]*\]", "", bare).lower()
    return "moment" if bare != "general" and re.search(r"[ymdhs]", bare) else "other"


def _links(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part names, by their key: kind and path."""
    folder, name = posixpath.split(part)
    beside = f"{folder}/_rels/{name}.rels"
    if beside not in package.namelist():
        return {}
    return {
        one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], _path(folder, one.get("Target", "")))
        for one in _parse(package, beside)
        if one.get("TargetMode", "Internal") == "Internal"
    }


def _path(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")


def _all(element: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    """The elements of a tag below this one, in whatever namespace (there are two: usual and strict)."""
    return (one for one in element.iter() if one.tag.rpartition("}")[2] == tag)


def _parse(package: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with package.open(part) as file:
        data = _bounded(file)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("it declares entities, which no workbook does")
    return ElementTree.fromstring(data)


def _bounded(file: IO[bytes]) -> bytes:
    data = file.read(_LARGEST_PART + 1)
    if len(data) > _LARGEST_PART:
        raise ValueError("one of the parts that describe it is too large")
    return data
