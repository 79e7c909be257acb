"""Records to rows: applies the columns' paths, checks what is there, and says which record of which page is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic, Problem, Words, nearest
from kpirules.plugin import MOST_FINDINGS
from kpirules.plugin.problems import MORE
from kpirules_rest.cells import Column, arrow_type, as_written, cell_of
from kpirules_rest.paths import PathError, first_name, search
from kpirules_rest.problems import NO_KEY, NOT_A_RECORD, PATH_NOWHERE, VALUE_MISSING, WRONG_VALUE

_LONGEST_VALUE = 60
_MOST_KEYS = 20


@dataclass(frozen=True, slots=True)
class Record:
    """What was picked from one record, and where it came: its page and place in it, both from 1; page None: earlier."""

    cells: Mapping[str, Any]
    page: int | None
    place: int
    key: str | None = None

    def words(self) -> Words:
        if self.page is None:
            return Words(f"record {self.key}", f"记录 {self.key}")
        name = "" if self.key is None else f" ({self.key})"
        return Words(
            f"record {self.place} of page {self.page}{name}", f"第 {self.page} 页第 {self.place} 条记录{name}"
        )


class Findings:
    """Findings about one source: so many of each problem are listed, then they are counted."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._seen: Counter[str] = Counter()
        self._waiting: list[Diagnostic] = []

    def add(
        self, problem: Problem, row: int | None, column: str | None, written: str | None, **args: Any
    ) -> None:
        self._seen[problem.code] += 1
        if self._seen[problem.code] <= MOST_FINDINGS:
            self._waiting.append(problem.at(Cell(self.path, row, column, value=written), **args))

    def drain(self) -> tuple[Diagnostic, ...]:
        given, self._waiting = tuple(self._waiting), []
        return given

    def rest(self) -> tuple[Diagnostic, ...]:
        """What still waits, and a count of what was not listed."""
        over = (
            MORE.at(None, count=count - MOST_FINDINGS, code=code, path=self.path)
            for code, count in self._seen.items()
            if count > MOST_FINDINGS
        )
        return (*self.drain(), *over)


class Picker:
    """Picks the columns' values out of records, unchecked; without declared columns, everything there is."""

    def __init__(self, columns: Mapping[str, Column] | None, key: str | None, findings: Findings) -> None:
        self._columns, self._key, self._findings = columns, key, findings
        self._names: dict[str, None] = {}
        self._count = 0

    def pick(self, found: Sequence[Any], page: int, row: int | None = None) -> list[Record]:
        """The records of a page; what is not a record is left out and told. row: the number of the first, if known."""
        made: list[Record] = []
        for place, one in enumerate(found, 1):
            at = None if row is None else row + len(made)
            if not isinstance(one, dict):
                what = shortened("null" if one is None else as_written(one))
                words = Record({}, page, place).words()
                self._findings.add(NOT_A_RECORD, at, None, what, record=words, what=what)
                continue
            record = self._record(one, page, place, at)
            if self._key is not None and record.key is None:
                self._findings.add(NO_KEY, at, None, None, record=record.words(), path=self._key)
                continue
            made.append(record)
        return made

    def _record(self, one: Mapping[str, Any], page: int, place: int, row: int | None) -> Record:
        self._count += 1
        if not self._names.keys() >= one.keys():
            self._names |= dict.fromkeys(one)
        key = None if self._key is None else self._found(self._key, one)
        named = Record({}, page, place, None if key is None or key == "" else as_written(key))
        if self._columns is None:
            return Record(flat(one), page, place, named.key)
        cells = {}
        for name, column in self._columns.items():
            try:
                cells[name] = search(column.path, one)
            except PathError as error:
                reason = Words(f"cannot be worked out: {error}", f"无法计算：{error}")
                words = named.words()
                self._findings.add(
                    WRONG_VALUE, row, name, None, record=words, value="", path=column.path, reason=reason
                )
        return Record(cells, page, place, named.key)

    def _found(self, path: str, one: Mapping[str, Any]) -> Any:
        try:
            return search(path, one)
        except PathError:
            return None

    def nowhere(self) -> tuple[Diagnostic, ...]:
        """The columns whose path begins with a name that no record had."""
        if not self._count or self._columns is None:
            return ()
        shown = ", ".join(list(self._names)[:_MOST_KEYS])
        return tuple(
            PATH_NOWHERE.at(
                Cell(self._findings.path, None, name),
                key=key,
                column=name,
                keys=shown,
                suggestion=nearest(key, self._names),
            )
            for name, column in self._columns.items()
            if (key := first_name(column.path)) is not None and key not in self._names
        )


class Reader:
    """Makes batches of the wanted columns out of what was picked, and checks every value."""

    def __init__(
        self, columns: Mapping[str, Column], wanted: tuple[str, ...] | None, findings: Findings
    ) -> None:
        self._columns = {name: one for name, one in columns.items() if wanted is None or name in wanted}
        self.schema = pa.schema([(name, arrow_type(one.kind)) for name, one in self._columns.items()])
        self._findings = findings

    def batch(self, records: Sequence[Record], row: int) -> pa.RecordBatch:
        """The batch of these records, the first of which is in this row."""
        arrays = [
            pa.array(
                [self._cell(name, column, record, row + index) for index, record in enumerate(records)],
                self.schema.field(name).type,
            )
            for name, column in self._columns.items()
        ]
        if not arrays:  # rows without columns still count
            return pa.RecordBatch.from_struct_array(pa.array([{}] * len(records), pa.struct([])))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _cell(self, name: str, column: Column, record: Record, row: int) -> Any:
        value = record.cells.get(name)
        cell, wrong = cell_of(column, value)
        if wrong is not None:
            shown = shortened(as_written(value))
            self._findings.add(
                WRONG_VALUE,
                row,
                name,
                shown,
                record=record.words(),
                value=shown,
                path=column.path,
                reason=wrong,
            )
        elif cell is None and column.required:
            self._findings.add(VALUE_MISSING, row, name, None, record=record.words(), path=column.path)
        return cell


def flat(value: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """A record with the fields of objects inside it named with dots: requester.name."""
    made: dict[str, Any] = {}
    for key, inner in value.items():
        name = f"{before}{key}".strip()
        if isinstance(inner, dict) and inner:
            made |= flat(inner, f"{name}.")
        elif name:
            made[name] = inner
    return made


def column_of(name: str) -> Column:
    """The column of a field that nobody declared."""
    return Column(path=json.dumps(name))


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def names_of(records: Iterable[Record]) -> dict[str, None]:
    """The names of all cells, in the order in which they first came."""
    names: dict[str, None] = {}
    for record in records:
        if not names.keys() >= record.cells.keys():
            names |= dict.fromkeys(record.cells)
    return names
