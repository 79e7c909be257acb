"""JSON files as tables: a list of objects, or one object a line. Numbers keep their written value, text stays text."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from kpirules.adapters.cells import clean, to_array
from kpirules.adapters.files import look_at, refusal, size_text
from kpirules.adapters.findings import Findings
from kpirules.adapters.header import name_columns
from kpirules.adapters.options import JsonOptions
from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin import Chunk, DataRequest, Description, SheetInfo, Source
from kpirules.plugin.problems import (
    EMPTY_FILE,
    JSON_SYNTAX,
    KEY_TWICE,
    NESTED,
    NO_HEADER,
    NOT_AN_OBJECT,
    NOT_OBJECTS,
    TOO_LARGE,
    UNKNOWN_ENCODING,
)

_LINES = (".jsonl", ".ndjson")
_LARGEST_EXPONENT = 400  # beyond it, a number is left as it is written
_LIST = Words("a list", "列表")
_OBJECT = Words("an object", "对象")
_SCALAR = Words("a single value", "单个值")
_TOO_DEEP = Words("it is nested too deeply", "嵌套过深")
_REASONS = {
    "Expecting value": "此处应有一个值",
    "Expecting ',' delimiter": "此处应有逗号",
    "Expecting ':' delimiter": "此处应有冒号",
    "Expecting property name enclosed in double quotes": "此处应有带双引号的键名",
    "Illegal trailing comma before end of object": "对象末尾有多余的逗号",
    "Illegal trailing comma before end of array": "列表末尾有多余的逗号",
    "Extra data": "结尾之后还有内容",
    "Unterminated string starting at": "此处开始的字符串没有结束",
    "Invalid control character at": "此处有不允许的控制字符",
}


class _Twice(dict[str, Any]):
    """An object that names a key more than once."""

    twice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Odd:
    """A number that JSON does not know: NaN or infinity."""

    written: str


_NOT_CELLS = frozenset({dict, _Twice, list, _Odd})


@dataclass(frozen=True, slots=True)
class _Objects:
    """The objects of a file, each with its row. twice: which of them name a key more than once."""

    objects: list[dict[str, Any]]
    rows: list[int]
    twice: tuple[int, ...]


def describe(path: str, options: JsonOptions) -> Description:
    source = read(DataRequest(path, options))
    if source.schema is None:
        return Description((), source.diagnostics)
    chunks = list(source.chunks)
    rows = sum(chunk.batch.num_rows for chunk in chunks)
    findings = source.diagnostics + tuple(one for chunk in chunks for one in chunk.diagnostics)
    return Description((SheetInfo(None, source.header, rows),), findings)


def read(request: DataRequest[JsonOptions]) -> Source:
    path = request.location
    text = _text(path, request.options)
    if isinstance(text, Diagnostic):
        return Source.refused(path, text)
    findings = Findings(path)
    found = _objects(path, text, findings)
    if isinstance(found, Diagnostic):
        return Source.refused(path, found)
    keys = list(dict.fromkeys(key for one in found.objects for key in one))
    if not keys:
        return Source.refused(path, *findings.rest(), NO_HEADER.at(None, path=path))
    header = name_columns([clean(key) for key in keys], request.columns, Cell(path))
    arrays = [_column(path, found, keys[position], name, findings) for position, name in header.kept]
    schema = pa.schema([(name, array.type) for (_, name), array in zip(header.kept, arrays, strict=True)])
    chunk = Chunk(
        pa.RecordBatch.from_arrays(arrays, schema=schema),
        np.array(found.rows, dtype=np.int64),
        findings.rest(),
    )
    if found.rows == list(range(found.rows[0], found.rows[0] + len(found.rows))):
        chunk = Chunk(chunk.batch, found.rows[0], chunk.diagnostics)
    return Source(path, None, header.names, schema, (chunk,), header.diagnostics)


def _text(path: str, options: JsonOptions) -> str | Diagnostic:
    wrong = look_at(path)
    if wrong:
        return wrong
    try:
        size, limit = os.path.getsize(path), options.max_megabytes * 2**20
        if size > limit:
            return TOO_LARGE.at(
                None,
                path=path,
                part="it",
                size=size_text(size),
                limit=size_text(limit),
                setting="max_megabytes",
            )
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        return refusal(path, error)
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        return UNKNOWN_ENCODING.at(
            Cell(path, row),
            path=path,
            row=row,
            encoding="UTF-8",
            byte=f"0x{data[error.start]:02X}",
            at=f"{error.start + 1:,}",
        )
    return text if text.strip() else EMPTY_FILE.at(None, path=path)


def _objects(path: str, text: str, findings: Findings) -> _Objects | Diagnostic:
    """The objects of the text; what is not one is left out and reported, and the rest read on."""
    if path.lower().endswith(_LINES):
        return _gather(path, _each_line(path, text, findings), findings)
    try:
        whole = _decode(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and text.lstrip().startswith("{"):
            return _gather(path, _each_line(path, text, findings), findings)
        return _syntax(path, error, 0)
    except RecursionError:
        return JSON_SYNTAX.at(None, path=path, line=1, column=1, reason=_TOO_DEEP)
    if not isinstance(whole, list):
        return NOT_OBJECTS.at(None, path=path, what=_kind(whole))
    return _gather(path, enumerate(whole, 1), findings)


def _each_line(path: str, text: str, findings: Findings) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, _decode(line)
        except json.JSONDecodeError as error:
            findings.add(_syntax(path, error, number - 1))
        except RecursionError:
            findings.add(
                JSON_SYNTAX.at(Cell(path, number), path=path, line=number, column=1, reason=_TOO_DEEP)
            )


def _gather(path: str, elements: Any, findings: Findings) -> _Objects:
    objects: list[dict[str, Any]] = []
    rows: list[int] = []
    for row, element in elements:
        if not isinstance(element, dict):
            findings.add(NOT_AN_OBJECT.at(Cell(path, row), what=_kind(element)))
            continue
        objects.append(element)
        rows.append(row)
    return _Objects(objects, rows, tuple(n for n, one in enumerate(objects) if type(one) is _Twice))


def _column(path: str, found: _Objects, key: str, name: str, findings: Findings) -> pa.Array:
    values = [one.get(key) for one in found.objects]
    if not _NOT_CELLS.isdisjoint(map(type, values)):
        for index, value in enumerate(values):
            if isinstance(value, dict | list | _Odd):
                what = value.written if isinstance(value, _Odd) else _kind(value)
                findings.add(NESTED.at(Cell(path, found.rows[index], name), what=what))
                values[index] = None
    for index in found.twice:
        one = found.objects[index]
        if isinstance(one, _Twice) and key in one.twice:
            findings.add(KEY_TWICE.at(Cell(path, found.rows[index], name), column=name))
            values[index] = None
    return to_array(values)


def _decode(text: str) -> Any:
    return json.loads(
        text,
        parse_float=_decimal,
        parse_int=_whole,
        parse_constant=_Odd,
        object_pairs_hook=_object,
        strict=True,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    keys = [key for key, _ in pairs]
    odd = _Twice(made)
    odd.twice = tuple({key for key in keys if keys.count(key) > 1})
    return odd


def _decimal(written: str) -> float | Decimal | str:
    """A float where its shortest decimal is what is written, else the decimal itself: no digit is lost."""
    near = float(written)
    if repr(near) == written:  # nearly always
        return near
    exact = Decimal(written)
    if abs(exact.adjusted()) > _LARGEST_EXPONENT:
        return written
    return near if Decimal(repr(near)) == exact else exact


def _whole(written: str) -> int | str:
    return int(written) if len(written) <= _LARGEST_EXPONENT else written


def _kind(value: object) -> Words:
    return _OBJECT if isinstance(value, dict) else _LIST if isinstance(value, list) else _SCALAR


def _syntax(path: str, error: json.JSONDecodeError, before: int) -> Diagnostic:
    line = error.lineno + before
    reason = Words(error.msg[:1].lower() + error.msg[1:], _REASONS.get(error.msg, error.msg))
    return JSON_SYNTAX.at(Cell(path, line), path=path, line=line, column=error.colno, reason=reason)
