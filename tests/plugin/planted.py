"""An adapter and an output that keep every law, and the same with one bug each: what the test kit must find.

The adapter reads Arrow files, a hundred rows at a time. A bug is planted by its name: `Shelf("shared state")`.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import tempfile
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, Field, SecretStr

from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin import (
    Capability,
    Chunk,
    DataRequest,
    Description,
    OnlyIn,
    Rows,
    SheetInfo,
    Source,
    Within,
)
from kpirules.plugin.columns import as_text, settle
from kpirules.plugin.problems import DAMAGED, ERROR_CELL, NO_FILE, NO_FOLDER, NOT_WRITABLE

_ROWS = 100
#: What stands in the file for a cell that cannot be read.
BAD = "#BAD"


class Options(BaseModel):
    key: SecretStr | None = Field(None, description="Opens the shelf.")
    far: bool = Field(False, description="Whether the shelf is far away.")


class LooseOptions(BaseModel):
    password: str = Field("", description="The password.")
    key: str | None = Field(None, description="Opens the shelf.")
    keyword: str = Field("", description="No secret.")
    depth: int = 1


class Shelf:
    """The adapter. bug: what is wrong with it; nothing if empty."""

    name = "shelf"
    description = Words("Arrow files", "Arrow 文件")
    endings = (".arrow",)

    def __init__(self, bug: str = "") -> None:
        self.bug = bug
        self.latest: tuple[list[str], pa.Schema] | None = None
        self.count = 0
        self.kept: list[BinaryIO] = []

    @property
    def Options(self) -> type[Any]:
        return LooseOptions if self.bug in ("plain password", "unspoken option") else Options

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset({"columns", "period", "staff", "where"})

    def describe(self, location: str, options: Any) -> Description:
        with _opened(location) as file:
            if isinstance(file, Diagnostic):
                return Description((), (file,))
            names = self._header(pa.ipc.open_stream(file).schema.names)
        if self.bug == "describe differs":
            names = tuple(sorted(names, reverse=True))
        return Description((SheetInfo(None, names, 7 if self.bug == "describe counts wrong" else None),))

    def _header(self, names: list[str]) -> tuple[str, ...]:
        return tuple(name.upper() for name in names) if self.bug == "names changed" else tuple(names)

    def read(self, request: DataRequest[Any]) -> Source:
        path, options = request.location, request.options
        if self.bug == "raises" and not os.path.exists(path):
            raise FileNotFoundError(path)
        if self.bug == "says the secret" and getattr(options, "key", None) is not None:
            reason = Words(f"opened with {options.key.get_secret_value()}", "x")
            return Source.refused(path, DAMAGED.at(None, path=path, reason=reason))
        with _opened(path) as file:
            if isinstance(file, Diagnostic):
                one = DAMAGED.at(None, path=path) if self.bug == "half a message" else file
                return Source.refused(path, one)
            schema = pa.ipc.open_stream(file).schema
        if self.bug == "prints":
            print("reading", path)  # noqa: T201 - the bug
        if self.bug == "filter on a strange column fails":
            asked = [request.period, request.staff, *request.where]
            if any(one is not None and one.column not in schema.names for one in asked):
                return Source.refused(path, DAMAGED.at(None, path=path, reason="no such column"))
        header = self._header(schema.names)
        names = [name for name in schema.names if self.bug == "all columns come" or request.wants(name)]
        if self.bug == "columns as they are asked for" and request.columns is not None:
            names = [name for name in request.columns if name in schema.names]
        kinds = [self._kind(schema.field(name).type) for name in names]
        fields = [(name, kind) for name, kind in zip(self._header(names), kinds, strict=True)]
        if self.bug == "duplicate column" and fields:
            fields.append(fields[0])
            names.append(names[0])
        if self.bug == "header of what is wanted":
            header = tuple(names)
        query = None
        if self.bug == "secret in the query" and options.key is not None:
            query = f"open {options.key.get_secret_value()}"
        given = pa.schema(fields)
        self.latest = names, given
        return Source(path, None, header, given, self._chunks(request, names, given), (), query)

    def _kind(self, kind: pa.DataType) -> pa.DataType:
        if self.bug == "zone dropped" and pa.types.is_timestamp(kind):
            return pa.timestamp("us")
        if self.bug == "floats" and pa.types.is_decimal(kind):
            return pa.float64()
        if self.bug == "narrow numbers" and pa.types.is_int64(kind):
            return pa.int32()
        return kind

    def _chunks(self, request: DataRequest[Any], names: list[str], schema: pa.Schema) -> Iterator[Chunk]:
        file: Any = open(request.location, "rb")  # noqa: SIM115 - closed below
        extra = _Extra(self.bug)
        try:
            yield from self._batches(file, request, names, schema)
        finally:
            if self.bug == "not closed":
                self.kept.append(file)
            else:
                file.close()
            extra.end()

    def _batches(
        self, file: BinaryIO, request: DataRequest[Any], names: list[str], schema: pa.Schema
    ) -> Iterator[Chunk]:
        table = pa.ipc.open_stream(file).read_all()
        self.count += 1
        if self.bug == "another order each time" and self.count % 2:
            table = table.take(list(range(table.num_rows))[::-1])
        if self.bug == "header from the first row" and not table.num_rows:
            return
        row = 1
        for start in range(0, max(table.num_rows, 1), _ROWS):
            count = _ROWS - 1 if self.bug == "row lost at a border" and table.num_rows > _ROWS else _ROWS
            piece = table.slice(start, count)
            if self.bug == "shared state" and self.latest is not None:
                names, schema = self.latest
            keep = pa.array(self._mask(piece, request), pa.bool_())
            numbers = pc.filter(pa.array(range(row, row + piece.num_rows), pa.int64()), keep)
            if self.bug == "numbers of what is left":
                row += len(numbers) - piece.num_rows
                numbers = pa.array(
                    range(row - len(numbers) + piece.num_rows, row + piece.num_rows), pa.int64()
                )
            findings: list[Diagnostic] = []
            columns = [
                self._values(pc.filter(piece[name].combine_chunks(), keep), schema.field(place).type)
                for place, name in enumerate(names)
            ]
            for place, name in enumerate(names):
                columns[place] = self._read_bad(columns[place], name, request, numbers.to_numpy(), findings)
            batch = pa.RecordBatch.from_arrays(columns, schema=schema)
            done: float = min(1.0, (start + _ROWS) / max(table.num_rows, 1))
            done = {"done falls": 1 - done / 2, "done over one": done * 100}.get(self.bug, done)
            rows: Any = numbers.to_numpy()
            if self.bug == "numbers begin anew":
                rows = 1
            if self.bug == "numbers from nought":
                rows = rows - 1
            yield Chunk(batch, rows, tuple(findings), done)
            if self.bug == "stops after an error" and findings:
                return
            row += _ROWS

    def _values(self, column: pa.Array, kind: pa.DataType) -> pa.Array:
        bug = self.bug
        if bug == "empty text kept":
            return column
        column = settle(column)
        if bug == "null is nought":
            column = (
                pc.fill_null(column, pa.scalar("0" if pa.types.is_string(kind) else 0).cast(kind))
                if (pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind))
                else column
            )
        if bug == "numbers of text" and pa.types.is_string(kind):
            return pa.array([_number(text) for text in column.to_pylist()], pa.string())
        if bug == "trimmed" and pa.types.is_string(kind):
            return pc.utf8_trim_whitespace(column)
        if bug == "zone dropped" and pa.types.is_timestamp(kind):
            return pa.array([v and v.replace(tzinfo=None) for v in column.to_pylist()], kind)
        if bug == "short text" and pa.types.is_string(kind):
            return pc.utf8_slice_codeunits(column, 0, 255)
        if bug == "ascii" and pa.types.is_string(kind):
            texts = [t and t.encode("ascii", "replace").decode() for t in column.to_pylist()]
            return pa.array(texts, pa.string())
        if bug == "whole through a float" and pa.types.is_integer(kind):
            return pc.cast(pc.cast(column, pa.float64(), safe=False), kind)
        return pc.cast(column, kind, safe=False)

    def _read_bad(
        self, column: pa.Array, name: str, request: DataRequest[Any], numbers: Any, findings: list[Diagnostic]
    ) -> pa.Array:
        if not pa.types.is_string(column.type):
            return column
        path = request.location
        texts = column.to_pylist()
        for place, text in enumerate(texts):
            if text == BAD:
                row = None if self.bug == "error without a place" else int(numbers[place])
                if self.bug != "silent" and not (self.bug == "silent of text" and name == "text"):
                    key = getattr(request.options, "key", None)
                    error = key.get_secret_value() if key and self.bug == "secret in a rare message" else BAD
                    findings.append(ERROR_CELL.at(Cell(path, row, name, None, BAD), error=error, value=BAD))
                texts[place] = None
        return pa.array(texts, pa.string())

    # Parts

    def _mask(self, piece: pa.Table, request: DataRequest[Any]) -> list[bool]:
        keep = [True] * piece.num_rows
        if self.bug == "hints ignored":
            return keep
        period = request.period
        if self.bug == "one column for every period" and period is not None and "day" in piece.column_names:
            period = Within("day", period.start, period.end)
        if period is not None and period.column in piece.column_names:
            values = piece[period.column].to_pylist()
            keep = [self._within(value, period) for value in values]
        for one, staff in ((request.staff, True), *((each, False) for each in request.where)):
            if one is not None and one.column in piece.column_names:
                found = self._among(piece[one.column], one, staff)
                keep = [a and b for a, b in zip(keep, found, strict=True)]
        return keep

    def _within(self, value: Any, period: Within) -> bool:
        if value is None:
            return self.bug != "missing days filtered"
        if isinstance(value, datetime.datetime):
            if value.tzinfo is not None:
                if self.bug == "days of one clock":
                    return period.start <= value.date() < period.end
                plain = value.astimezone(datetime.UTC).replace(tzinfo=None)
                early, late = plain - datetime.timedelta(hours=12), plain + datetime.timedelta(hours=14)
                return early.date() < period.end and late.date() >= period.start
            if self.bug == "last day cut":
                end = datetime.datetime.combine(period.end - datetime.timedelta(days=1), datetime.time())
                return datetime.datetime.combine(period.start, datetime.time()) <= value <= end
            value = value.date()
        return not isinstance(value, datetime.date) or period.start <= value < period.end

    def _among(self, column: pa.ChunkedArray, wanted: OnlyIn, staff: bool) -> list[bool]:
        texts = as_text(column).to_pylist()
        if self.bug == "people not trimmed":
            return [staff if text is None else text in wanted.values for text in texts]
        if self.bug == "nobody filtered":
            return [text is not None and text.strip() in wanted.values for text in texts]
        if self.bug == "numbers spelled otherwise":
            texts = [None if value is None else str(value) for value in column.to_pylist()]
        return [staff if text is None else text.strip() in wanted.values for text in texts]


class _Extra:
    """What a careless source leaves behind."""

    def __init__(self, bug: str) -> None:
        self.path = ""
        self.thread: threading.Event | None = None
        if bug == "temporary file left":
            handle, self.path = tempfile.mkstemp()
            os.close(handle)
        if bug == "thread left":
            self.thread = threading.Event()
            threading.Thread(target=self.thread.wait, args=(20,), daemon=True).start()

    def end(self) -> None:
        """Nothing is ended: that is the bug."""


@contextlib.contextmanager
def _opened(path: str) -> Iterator[BinaryIO | Diagnostic]:
    try:
        with open(path, "rb") as file:
            yield file
    except (OSError, ValueError):
        yield NO_FILE.at(None, path=path)


def _number(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    return str(number.normalize()) if number.is_finite() else text


class SheetOptions(BaseModel):
    key: SecretStr | None = Field(None, description="Opens the shelf.")


class Sheets:
    """The output: Arrow files. bug: what is wrong with it; nothing if empty."""

    name = "sheets"
    description = Words("Arrow files", "Arrow 文件")
    endings = (".arrow",)
    Options = SheetOptions

    def __init__(self, bug: str = "") -> None:
        self.bug = bug
        self.count = 0

    def write(self, rows: Rows, location: str, options: SheetOptions) -> tuple[Diagnostic, ...]:
        if self.bug == "prints":
            print("writing")  # noqa: T201 - the bug
        if self.bug == "says the secret" and options.key is not None:
            return (NO_FOLDER.at(None, path=options.key.get_secret_value(), folder="x"),)
        folder = os.path.dirname(location)
        if not os.path.isdir(folder) and self.bug != "raises":
            return (NO_FOLDER.at(None, path=location, folder=folder),)
        reader = rows.to_reader() if isinstance(rows, pa.Table) else rows
        for field in reader.schema:
            if pa.types.is_nested(field.type):
                if self.bug == "raises for lists":
                    raise TypeError(field.name)
                name = "?" if self.bug == "names no column" else field.name
                return (NOT_WRITABLE.at(None, path=location, column=name, type="list", name=self.name),)
        target = location if self.bug == "written in place" else location + ".part"
        done = False
        try:
            with pa.OSFile(target, "wb") as file:
                self._fill(file, reader, location)
            done = True
        finally:
            if not done and self.bug not in ("written in place", "left beside"):
                os.unlink(target)
        if target != location:
            os.replace(target, location)
        return ()

    def _fill(self, file: Any, reader: pa.RecordBatchReader, location: str) -> None:
        schema = reader.schema
        if self.bug == "floats":
            fields = [(f.name, pa.float64() if pa.types.is_decimal(f.type) else f.type) for f in schema]
            schema = pa.schema(fields)
        old = pa.ipc.open_stream(location).read_all() if self._appends(location) else None
        with pa.ipc.new_stream(file, schema) as writer:
            if old is not None and old.schema == schema:
                writer.write_table(old)
            batches = list(reader) if self.bug != "first batch alone" else [next(iter(reader))]
            for batch in batches:
                columns = [
                    self._values(pc.cast(c, k, safe=False)) for c, k in zip(batch, schema.types, strict=True)
                ]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))

    def _appends(self, location: str) -> bool:
        return self.bug == "appends" and Path(location).exists()

    def _values(self, column: pa.Array) -> pa.Array:
        if self.bug == "null is nought" and pa.types.is_integer(column.type):
            return pc.fill_null(column, 0)
        if self.bug == "text changed" and pa.types.is_string(column.type):
            return pc.replace_substring_regex(column, "^=", "'=")
        return column
