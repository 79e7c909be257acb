"""JSON out: a list of objects, one a line; or the lines alone. Decimals are numbers with all their places; null where there is no value."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import BinaryIO, TextIO

import pyarrow as pa

from kpirules.diagnostics import Diagnostic
from kpirules.outputs.texts import batches
from kpirules.plugin import Rows
from kpirules.plugin.columns import printed
from kpirules.plugin.replacing import Unfit, replace_file


def write(rows: Rows, path: str, lines: bool = False) -> tuple[Diagnostic, ...]:
    """To a file. lines: an object a line, without the list around them."""

    def fill(file: BinaryIO) -> None:
        for text in _texts(rows, path, lines):
            file.write(text.encode())

    return replace_file(path, fill)


def write_text(rows: Rows, stream: TextIO, lines: bool = False) -> tuple[Diagnostic, ...]:
    """To a stream; what the stream raises is the caller's."""
    try:
        for text in _texts(rows, "-", lines):
            stream.write(text)
    except Unfit as error:
        return (error.diagnostic,)
    return ()


def _texts(rows: Rows, path: str, lines: bool) -> Iterator[str]:
    names, pieces = batches(rows, path, "jsonl" if lines else "json")
    keys = [json.dumps(name, ensure_ascii=False) + ": " for name in names]
    before = "" if lines else "[\n"
    for columns in pieces:
        cells = [
            [key + value for value in _values(column)] for key, column in zip(keys, columns, strict=True)
        ]
        objects = ("{" + ", ".join(row) + "}" for row in zip(*cells, strict=True))
        if lines:
            yield "".join(f"{one}\n" for one in objects)
        else:
            yield before + ",\n".join(objects)
            before = ",\n"
    if not lines:
        yield "\n]\n" if before == ",\n" else "[]\n"


def _values(column: pa.Array) -> list[str]:
    """Each value as JSON writes it."""
    kind = column.type
    if pa.types.is_floating(kind):
        return [
            _number(value, text)
            for value, text in zip(column.to_pylist(), printed(column).to_pylist(), strict=True)
        ]
    texts = printed(column).to_pylist()
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        return ["null" if text is None else text for text in texts]
    return ["null" if text is None else json.dumps(text, ensure_ascii=False) for text in texts]


def _number(value: float | None, text: str | None) -> str:
    """JSON has no infinity: it is written as text."""
    if value is None or text is None:
        return "null"
    return text if math.isfinite(value) else json.dumps(text)
