"""What a file really is, by its first bytes, where it should be a table of text."""

from __future__ import annotations

import re

from kpirules.adapters.file_problems import REALLY
from kpirules.adapters.unpacking import Unpacked
from kpirules.diagnostics import Diagnostic, Words

_EXPORT = Words("export the table as CSV in UTF-8", "请将表格导出为 UTF-8 编码的 CSV")
_NAMED = (
    (b"PK\x03\x04", "an .xlsx workbook or another zip archive", ".xlsx 工作簿或其他 zip 压缩包", "xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old .xls workbook", "旧式 .xls 工作簿", "xlsx"),
    (b"PAR1", "a Parquet file", "Parquet 文件", "parquet"),
    (b"SQLite format 3\0", "a SQLite database", "SQLite 数据库", "sql"),
    (b"%PDF-", "a PDF document", "PDF 文档", ""),
    (b"\x89PNG", "an image", "图片", ""),
    (b"\xff\xd8\xff", "an image", "图片", ""),
    (b"GIF8", "an image", "图片", ""),
    (b"\x7fELF", "a program", "程序", ""),
    (b"BZh", "packed with bzip2", "bzip2 压缩文件", ""),
    (b"\xfd7zXZ\0", "packed with xz", "xz 压缩文件", ""),
    (b"(\xb5/\xfd", "packed with zstd", "zstd 压缩文件", ""),
    (b"7z\xbc\xaf", "a 7z archive", "7z 压缩包", ""),
    (b"Rar!", "a rar archive", "rar 压缩包", ""),
)
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|meta|head|\?xml)\b", re.IGNORECASE)
_JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*"')


def known_format(start: bytes) -> Words | None:
    """What the first bytes of a file say it is; None where they say nothing."""
    return next((Words(en, zh) for mark, en, zh, _ in _NAMED if start.startswith(mark)), None)


def not_text(path: str) -> Diagnostic | None:
    """That the file is something else by its first bytes; None where they may be a table. Raises OSError."""
    with Unpacked(path) as file:
        start = file.read(512)
    for mark, en, zh, adapter in _NAMED:
        if start.startswith(mark):
            return REALLY.at(None, path=path, what=Words(en, zh), advice=_advice(adapter))
    if _PAGE.match(start):
        what = Words("a web page or XML", "网页或 XML")
        return REALLY.at(None, path=path, what=what, advice=_EXPORT)
    if _JSON.match(start):
        return REALLY.at(None, path=path, what=Words("JSON", "JSON"), advice=_advice("json"))
    return None


def _advice(adapter: str) -> Words:
    if not adapter:
        return _EXPORT
    return Words(
        f'give it the ending of its format, or set adapter = "{adapter}"',
        f'请改用相应的文件后缀，或设置 adapter = "{adapter}"',
    )
