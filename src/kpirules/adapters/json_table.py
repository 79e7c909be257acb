"""JSON files as tables: a list of objects, or one object a line. Numbers keep their written value, text stays text.

Read twice: once for the columns and their types, once for the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.adapters.cells import clean, to_array
from kpirules.adapters.header import Header, name_columns
from kpirules.adapters.json_elements import Elements, Stop, elements_of
from kpirules.adapters.json_text import NOT_CELLS, Odd, Twice, flat, joined, kind, written
from kpirules.adapters.options import JsonOptions
from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin import Chunk, DataRequest, Description, SheetInfo, Source
from kpirules.plugin.columns import as_text
from kpirules.plugin.findings import Findings
from kpirules.plugin.problems import KEY_TWICE, NESTED, NO_HEADER, NOT_AN_OBJECT

_ROWS = 1 << 14
_INT64 = range(-(2**63), 2**63)
_EXACT = range(-(2**53), 2**53 + 1)  # whole numbers that a float carries
_LIST = Words("a list of values that are not single", "含非单个值的列表")


def describe(path: str, options: JsonOptions) -> Description:
    elements = elements_of(path, options)
    if isinstance(elements, Diagnostic):
        return Description((), (elements,))
    found = _survey(path, elements, options)
    if isinstance(found, tuple):
        return Description((), found)
    header = name_columns([clean(key) for key in found.keys], None, Cell(path))
    return Description((SheetInfo(None, header.names, found.rows),), header.diagnostics)


def read(request: DataRequest[JsonOptions]) -> Source:
    path, options = request.location, request.options
    elements = elements_of(path, options)
    if isinstance(elements, Diagnostic):
        return Source.refused(path, elements)
    found = _survey(path, elements, options, request.columns)
    if isinstance(found, tuple):
        return Source.refused(path, *found)
    keys = list(found.keys)
    header = name_columns([clean(key) for key in keys], request.columns, Cell(path))
    schema = pa.schema([(name, found.keys[keys[place]].type) for place, name in header.kept])
    chunks = _Rows(path, elements, options, keys, header, schema).chunks()
    return Source(path, None, header.names, schema, chunks, header.diagnostics)


@dataclass(slots=True)
class _Values:
    """What values a key has. asked: whether anybody wants to know."""

    asked: bool = True
    kinds: set[type] = field(default_factory=set)
    whole: bool = True  # every number without a point fits 64 bits
    exact: bool = True  # ... and a float

    def note(self, value: Any) -> None:
        if value is None or value == "":
            return
        self.kinds.add(type(value))
        if type(value) is int and value not in _EXACT:
            self.exact = False
            self.whole = self.whole and value in _INT64

    @property
    def type(self) -> pa.DataType:
        if self.kinds == {bool}:
            return pa.bool_()
        if self.kinds == {int} and self.whole:
            return pa.int64()
        if self.kinds == {float} or (self.kinds == {int, float} and self.exact):
            return pa.float64()
        return pa.string()


@dataclass(frozen=True, slots=True)
class _Survey:
    """The keys of all objects in the order in which they first appear, and how many objects there are."""

    keys: Mapping[str, _Values]
    rows: int


def _survey(
    path: str, elements: Elements, options: JsonOptions, wanted: tuple[str, ...] | None = ()
) -> _Survey | tuple[Diagnostic, ...]:
    """wanted: the columns whose types are asked for (None: all)."""
    findings = Findings(path)
    keys: dict[str, _Values] = {}
    rows = 0
    try:
        for row, one, _ in _objects(path, elements, findings):
            rows += 1
            cells = _Cells(path, row, options, None)
            for key, value in one.items():
                known = keys.get(key)
                if known is None:
                    known = keys[key] = _Values(asked=wanted is None or clean(key).strip() in wanted)
                if known.asked:
                    known.note(cells.of(key, value, one) if _odd(value, one) else value)
    except Stop as stop:
        return (*findings.rest(), stop.why)
    return _Survey(keys, rows) if keys else (*findings.rest(), NO_HEADER.at(None, path=path))


def _objects(
    path: str, elements: Elements, findings: Findings
) -> Iterator[tuple[int, dict[str, Any], float]]:
    """Row, flattened object and share done; what is no object is left out and noted."""
    for element in elements.each():
        if isinstance(element.value, Diagnostic):
            findings.add(element.value)
        elif isinstance(element.value, dict):
            yield element.row, flat(element.value), element.done
        else:
            findings.add(NOT_AN_OBJECT.at(Cell(path, element.row), what=kind(element.value)))


def _odd(value: Any, one: dict[str, Any]) -> bool:
    return type(value) in NOT_CELLS or type(one) is Twice


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row. findings: takes what is wrong with them; None: nobody asks."""

    path: str
    row: int
    options: JsonOptions
    findings: Findings | None

    def of(self, name: str, value: Any, one: dict[str, Any], key: str | None = None) -> Any:
        """The value as a cell; None where it is none."""
        if isinstance(one, Twice) and (key or name) in one.twice:
            self._say(KEY_TWICE.at(Cell(self.path, self.row, name), column=name))
            return None
        if isinstance(value, list):
            return self._list(name, value)
        if isinstance(value, dict) and not value:
            return None
        if isinstance(value, dict | Odd):
            what = value.written if isinstance(value, Odd) else kind(value)
            self._say(NESTED.at(Cell(self.path, self.row, name), what=what))
            return None
        return value

    def _list(self, name: str, values: list[Any]) -> str | None:
        if self.options.lists == "json":
            return written(values)
        if self.options.lists == "join":
            try:
                return joined(values, self.options.join_with)
            except ValueError:
                self._say(NESTED.at(Cell(self.path, self.row, name), what=_LIST))
                return None
        self._say(NESTED.at(Cell(self.path, self.row, name), what=kind(values)))
        return None

    def _say(self, one: Diagnostic) -> None:
        if self.findings is not None:
            self.findings.add(one)


@dataclass(frozen=True, slots=True)
class _Rows:
    path: str
    elements: Elements
    options: JsonOptions
    keys: list[str]
    header: Header
    schema: pa.Schema

    def chunks(self) -> Iterator[Chunk]:
        findings = Findings(self.path)
        held: list[dict[str, Any]] = []
        rows: list[int] = []
        try:
            for row, one, done in _objects(self.path, self.elements, findings):
                held.append(one)
                rows.append(row)
                if len(rows) == _ROWS:
                    yield self._chunk(held, rows, findings, done)
                    held, rows = [], []
        except Stop as stop:  # the file has changed since it was looked through
            findings.add(stop.why)
        if rows:
            yield self._chunk(held, rows, findings, 1.0)
        if last := findings.rest():
            yield Chunk(pa.RecordBatch.from_pylist([], schema=self.schema), 1, last)

    def _chunk(self, held: list[dict[str, Any]], rows: list[int], findings: Findings, done: float) -> Chunk:
        columns = [
            self._column(held, rows, self.keys[place], name, findings) for place, name in self.header.kept
        ]
        batch = (
            pa.RecordBatch.from_arrays(columns, schema=self.schema)
            if columns
            else pa.RecordBatch.from_pylist([], schema=self.schema)
        )
        follow = rows[-1] - rows[0] == len(rows) - 1
        numbers = rows[0] if follow else np.array(rows, dtype=np.int64)
        return Chunk(batch, numbers, findings.drain(), done)

    def _column(
        self, held: list[dict[str, Any]], rows: list[int], key: str, name: str, findings: Findings
    ) -> pa.Array:
        values = [one.get(key) for one in held]
        for place, (value, one) in enumerate(zip(values, held, strict=True)):
            if _odd(value, one) and key in one:
                values[place] = _Cells(self.path, rows[place], self.options, findings).of(
                    name, value, one, key
                )
        array = to_array(values)
        wanted = self.schema.field(name).type
        if array.type == wanted:
            return array
        if array.null_count == len(array):
            return pa.nulls(len(array), wanted)
        return as_text(array) if wanted == pa.string() else pc.cast(array, wanted)
