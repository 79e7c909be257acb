"""An output of text that keeps every law, and the same with one bug each: lines of cells between bars, with tags."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO, TextIO

import pyarrow as pa
from pydantic import BaseModel

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import Rows
from kpirules.plugin.columns import as_text, printed, settle, settled
from kpirules.plugin.problems import NOT_WRITABLE
from kpirules.plugin.replacing import replace_file

#: Of what data holds, that is written as `&#NUMBER;`.
_SIGNS = re.compile(r"[&<>|\n]")


class LineOptions(BaseModel):
    pass


class Lines:
    """The output. bug: what is wrong with it; nothing if empty."""

    name = "lines"
    description = Words("lines", "行")
    endings = (".lines",)
    Options = LineOptions

    def __init__(self, bug: str = "") -> None:
        self.bug = bug

    def write(self, rows: Rows, location: str, options: LineOptions) -> tuple[Diagnostic, ...]:
        reader = rows.to_reader() if isinstance(rows, pa.Table) else rows
        if wrong := self._unfit(reader, location):
            return wrong

        def fill(file: BinaryIO) -> None:
            file.writelines(line.encode() for line in self._lines(reader))

        return replace_file(location, fill)

    def write_text(self, rows: Rows, stream: TextIO, options: LineOptions) -> tuple[Diagnostic, ...]:
        reader = rows.to_reader() if isinstance(rows, pa.Table) else rows
        if wrong := self._unfit(reader, "-"):
            return wrong
        lines = list(self._lines(reader))
        if self.bug == "last row lost in a stream":
            lines = lines[:-1]
        if self.bug == "no header in a stream":
            lines = lines[1:]
        stream.writelines(lines)
        return ()

    def _unfit(self, reader: pa.RecordBatchReader, path: str) -> tuple[Diagnostic, ...]:
        return tuple(
            NOT_WRITABLE.at(None, path=path, column=field.name, type=str(field.type), name=self.name)
            for field in reader.schema
            if settled(field.type) is None
        )

    def _lines(self, reader: pa.RecordBatchReader) -> Iterator[str]:
        yield self._line(reader.schema.names)
        for batch in reader:
            yield from (
                self._line(row) for row in zip(*(self._texts(column) for column in batch), strict=True)
            )

    def _texts(self, column: pa.Array) -> list[str | None]:
        column = settle(column)
        if pa.types.is_decimal(column.type):
            values: list[Decimal | None] = column.to_pylist()
            if self.bug == "two places":
                return [None if value is None else f"{value:.2f}" for value in values]
            if self.bug == "through a float":
                return [
                    None if value is None else f"{float(value):.{column.type.scale}f}" for value in values
                ]
            if self.bug == "exponents":
                return [None if value is None else str(value) for value in values]
            if self.bug == "idle zeros lost":
                return list(as_text(column).to_pylist())
        return list(printed(column).to_pylist())

    def _line(self, cells: Iterator[str | None] | list[str] | tuple[str | None, ...]) -> str:
        return "|".join("" if cell is None else self._escaped(cell) for cell in cells) + "\n"

    def _escaped(self, text: str) -> str:
        if self.bug == "cut":
            text = text[:255]
        live = {"bar not escaped": "|", "break not escaped": "\n", "tags live": "<>"}.get(self.bug, "")
        return _SIGNS.sub(lambda sign: sign[0] if sign[0] in live else f"&#{ord(sign[0])};", text)


def read_lines(text: str) -> pa.Table:
    names, *rows = [
        [html.unescape(cell) or None for cell in line.split("|")] for line in text.split("\n")[:-1]
    ]
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(names))]
    return pa.table(columns, names=[name or "" for name in names])
