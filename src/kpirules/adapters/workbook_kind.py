"""What a file that should be a workbook really is, by its first bytes, and what to do when it is something else."""

from __future__ import annotations

import io
import mmap
import os
import re
import zipfile
from typing import Literal

from xlrd.compdoc import CompDoc

from kpirules.adapters.files import look_at
from kpirules.adapters.signature import known_format
from kpirules.adapters.workbook_problems import PASSWORD, REALLY
from kpirules.adapters.xlsx_options import XlsxOptions
from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin.problems import OTHER_FORMAT

Format = Literal["xlsx", "xls"]

_OLE = b"\xd0\xcf\x11\xe0"
_NAMES = {
    "xlsx": Words("an .xlsx workbook", ".xlsx 工作簿"),
    "xls": Words("an old .xls workbook", "旧式 .xls 工作簿"),
}
_ANY = Words("a workbook", "工作簿")
_SAVE_AS = Words(
    "open it in the program that made it, and save it as .xlsx",
    "请用原程序打开并另存为 .xlsx",
)
_AS_TEXT = Words(
    'set adapter = "csv" to read it as text (delimiter = "tab" where tabs separate its cells)',
    '设置 adapter = "csv" 可按文本读取（以制表符分隔时加 delimiter = "tab"）',
)
_RENAME = {
    "xlsx": Words(
        'give it the ending .xlsx, or confirm with the setting format = "xlsx"',
        '请将后缀改为 .xlsx，或设置 format = "xlsx" 确认',
    ),
    "xls": Words(
        'give it the ending .xls, or confirm with the setting format = "xls"',
        '请将后缀改为 .xls，或设置 format = "xls" 确认',
    ),
}
#: What else a zip archive may be, by a part of it.
_PACKED = (
    (
        "xl/workbook.bin",
        Words("a binary workbook (.xlsb)", "二进制工作簿（.xlsb）"),
    ),
    (
        "content.xml",
        Words("an OpenDocument file (.ods, or a text)", "OpenDocument 文件（.ods 等）"),
    ),
    ("word/document.xml", Words("a text document (.docx)", "文字文档（.docx）")),
    ("ppt/presentation.xml", Words("a presentation (.pptx)", "演示文稿（.pptx）")),
    ("Index/Document.iwa", Words("a Numbers document", "Numbers 文档")),
)


def format_of(path: str, options: XlsxOptions) -> Format | Diagnostic:
    """The format in which the file is to be read; a diagnostic where it is no workbook, or not what its ending says."""
    wrong = look_at(path)
    if wrong:
        return wrong
    ending = os.path.splitext(path)[1].lower()
    said: Format | None = options.format or (
        "xls" if ending == ".xls" else "xlsx" if ending in (".xlsx", ".xlsm") else None
    )
    with open(path, "rb") as file:
        start = file.read(4096)
    found = _found(path, start, said)
    if isinstance(found, Diagnostic) or said is None or said == found:
        return found
    return REALLY.at(None, path=path, expected=_NAMES[said], found=_NAMES[found], advice=_RENAME[found])


def _found(path: str, start: bytes, said: Format | None) -> Format | Diagnostic:
    if start.startswith(b"PK"):
        return _zip(path, said)
    if start.startswith(_OLE):
        return _compound(path, said)
    if start[:2] == b"\x09\x08" or start[:4] in (
        b"\x09\x00\x04\x00",
        b"\x09\x02\x06\x00",
        b"\x09\x04\x06\x00",
    ):
        return "xls"  # a bare stream of records, as the oldest programs and some exports write it
    other = known_format(start)
    if other is not None:
        return _really(path, said, other, _SAVE_AS)
    text = _text(start)
    if text is None:
        return OTHER_FORMAT.at(None, path=path, format=_NAMES[said] if said else _ANY, advice=_SAVE_AS)
    if re.search(r"urn:schemas-microsoft-com:office:spreadsheet", text):
        return _really(path, said, Words("an “XML Spreadsheet 2003”", "“XML 电子表格 2003”"), _SAVE_AS)
    if re.search(r"(?i)<(!doctype html|html|table|meta|head)\b", text):
        return _really(path, said, Words("a web page (HTML)", "网页（HTML）"), _SAVE_AS)
    if text.startswith("ID;P"):
        return _really(path, said, Words("a SYLK file", "SYLK 文件"), _SAVE_AS)
    return _really(path, said, Words("plain text", "纯文本"), _AS_TEXT)


def _really(path: str, said: Format | None, found: Words, advice: Words) -> Diagnostic:
    return REALLY.at(None, path=path, expected=_NAMES[said] if said else _ANY, found=found, advice=advice)


def _zip(path: str, said: Format | None) -> Format | Diagnostic:
    """A zip archive is a workbook unless it is plainly another document; damage is found when it is opened."""
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "xlsx"
    if any(name.lower() == "xl/workbook.xml" for name in names):
        return "xlsx"
    for part, found in _PACKED:
        if part in names:
            return _really(path, said, found, _SAVE_AS)
    return "xlsx"


def _compound(path: str, said: Format | None) -> Format | Diagnostic:
    """A compound file: an old workbook, an encrypted new one, or another document of the same age."""
    streams = _streams(path)
    if streams is None:
        return "xls"  # damaged: opening it says how
    if "EncryptedPackage" in streams:
        return PASSWORD.at(None, path=path)
    if streams & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
        return "xls"
    if "WordDocument" in streams:
        return _really(path, said, Words("a text document (.doc)", "文字文档（.doc）"), _SAVE_AS)
    if "PowerPoint Document" in streams:
        return _really(path, said, Words("a presentation (.ppt)", "演示文稿（.ppt）"), _SAVE_AS)
    return OTHER_FORMAT.at(None, path=path, format=_NAMES[said] if said else _ANY, advice=_SAVE_AS)


def _streams(path: str) -> set[str] | None:
    """The names inside a compound file; None where its directory is damaged."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            document = CompDoc(content, logfile=io.StringIO())
        except Exception:  # whatever the library makes of a damaged directory
            return None
        return {entry.name for entry in document.dirlist}


def _text(start: bytes) -> str | None:
    """The first bytes as text; None where they are none."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace")
    if b"\0" in start:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return start.decode(encoding).lstrip("\ufeff \t\r\n")
        except UnicodeDecodeError as error:
            if error.start >= len(start) - 4 and len(start) == 4096:  # cut within a character
                return start[: error.start].decode(encoding).lstrip("\ufeff \t\r\n")
    return None
