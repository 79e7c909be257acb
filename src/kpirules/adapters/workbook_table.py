"""Worksheets as tables. What a workbook hides (errors, stale or missing results, merged and hidden cells) is said, never blank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice
from typing import Any

import numpy as np
import pyarrow as pa

from kpirules.adapters.header import Header, letters, name_columns
from kpirules.adapters.workbook_columns import Kinds, not_finite, to_array, too_long, without
from kpirules.adapters.workbook_header import LOOKED_AT, Head, Looking, compact, find_header
from kpirules.adapters.workbook_place import Place
from kpirules.adapters.workbook_problems import (
    HIDDEN,
    HIDDEN_LEFT_OUT,
    HIDDEN_SHEET,
    LONG_NUMBERS,
    MIXED_DATES,
    NOT_A_NUMBER,
    REPEATED,
    WRONG_MOMENT,
)
from kpirules.adapters.workbook_sheets import Opened
from kpirules.adapters.workbooks import LAST_COLUMN, Area, Grid, Workbook, cells_text
from kpirules.adapters.xlsx_options import XlsxOptions
from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin import Chunk, DataRequest, Source
from kpirules.plugin.columns import spell
from kpirules.plugin.findings import Findings
from kpirules.plugin.problems import BLANK_SHEET, ERROR_CELL, MERGED, NO_HEADER, NOT_CALCULATED, STALE

_NAMED = 5  # ranges and rows that a finding lists
_ROWS = 20_000  # rows held as Python values at a time


class Table:
    """One worksheet, or a part of it, on its way to a table."""

    def __init__(self, request: DataRequest[XlsxOptions], book: Workbook, place: Place, grid: Grid) -> None:
        self._request = request
        self._options = request.options
        self._path = request.location
        self._book = book
        self._sheet = place.sheet
        self._titles = place.titles
        self._grid = grid
        area = place.area
        self._bounded = area.right < LAST_COLUMN
        self._left = area.left if self._bounded else max(area.left, grid.left)
        self._right = area.right
        self._top, self._bottom = area.top, min(area.bottom, grid.height)
        self._place = Cell(self._path, None, None, self._sheet.name)
        self._errors = {row for row, _, _ in (*grid.errors, *grid.no_moments)}

    def opened(self) -> Opened:
        """The table as a source; refused where the sheet holds none."""
        head = self._head()
        if isinstance(head, Diagnostic):
            return self._refused(head)
        names = self._names(head)
        kinds, filled = self._kinds(head, names)
        header = self._header(head, names, filled)
        missing = self._uncalculated(header, head)
        if missing:
            return self._refused(*header.diagnostics, missing)
        schema = pa.schema([(name, kinds[position - self._left].type()) for position, name in header.kept])
        doubts = tuple(self._doubts(header, kinds))
        findings = (*header.diagnostics, *head.findings, *self._told(header, head), *doubts)
        chunks = self._chunks(head, header, schema) if header.kept else iter(())
        blank = frozenset(
            name for position, name in header.kept if kinds[position - self._left].holds_nothing
        )
        return Opened(Source(self._path, self._sheet.name, header.names, schema, chunks, findings), blank)

    def _refused(self, *findings: Diagnostic) -> Opened:
        return Opened(Source.refused(self._path, *findings, sheet=self._sheet.name), frozenset())

    # The cells, as the settings want them

    def _rows(self, repeated: bool) -> Iterator[tuple[int, list[Any]]]:
        """The rows of the table's area, not blank, its columns only. repeated: each cell of a merged range has its value."""
        grid = self._grid
        first, end = max(0, self._left - grid.left), max(0, self._right - grid.left + 1)
        before = [""] * max(0, grid.left - self._left)
        width = self._right - self._left + 1 if self._bounded else 0
        partly = bool(before or first or width)
        repeat = _Repeating(grid) if repeated else None
        skipped = grid.hidden_rows if self._options.hidden == "skip" else frozenset[int]()
        for row, cells in grid.rows():
            if row > self._bottom:
                return
            if repeat:
                cells = repeat.filled(row, cells)
            if row < self._top or row in skipped:
                continue
            if partly:
                cells = before + cells[first:end]
                cells += [""] * (width - len(cells))
            if cells.count("") < len(cells) or row in self._errors:
                yield row, cells

    def _head(self) -> Head | Diagnostic:
        if self._titles:  # a table without a header row of its own
            width = self._right - self._left + 1
            titles = (*self._titles, *[None] * width)[:width]
            return Head(self._top, self._top - 1, titles)
        rows = self._rows(repeated=False)
        first = list(islice(rows, LOOKED_AT))
        asked = self._options.header_row
        if asked is not None and first and asked > first[-1][0]:
            first += [one for one in rows if asked <= one[0] < asked + 10]
        if not first and self._grid.height == 0:
            return BLANK_SHEET.at(None, sheet=self._sheet.name, path=self._path)
        wanted = self._request.columns
        found = find_header(
            first,
            Looking(
                self._place,
                self._left,
                self._grid.merged,
                None if wanted is None else frozenset(wanted),
                asked,
                self._options.header_rows,
            ),
        )
        if found is None or (isinstance(found, Head) and not any(found.titles)):
            return NO_HEADER.at(self._place, path=self._path)
        return found

    def _body(self, head: Head, places: list[int]) -> Iterator[tuple[list[int], list[Sequence[Any]]]]:
        """Stretches of the rows below the header: their numbers, and the values of the columns at these places."""
        repeated = self._options.merged == "repeat"
        rows = dropwhile(lambda one: one[0] <= head.last, self._rows(repeated))
        while piece := list(islice(rows, _ROWS)):
            lines = [cells for _, cells in piece]
            yield [row for row, _ in piece], [[cells[place] for cells in lines] for place in places]

    def _names(self, head: Head) -> list[str | None]:
        """The columns' names, those that are wanted as they are wanted; None where a column is nobody's."""
        titles = list(head.titles)
        short = [compact(title) if title else None for title in titles]
        for name in self._request.columns or ():
            if name not in titles and short.count(compact(name)) == 1 and name == name.strip():
                titles[short.index(compact(name))] = name
        if self._options.hidden != "skip":
            return titles
        hidden = self._grid.hidden_columns
        return [None if self._left + place in hidden else title for place, title in enumerate(titles)]

    def _kinds(self, head: Head, names: list[str | None]) -> tuple[dict[int, Kinds], list[int]]:
        """What each wanted column holds, and the positions of nameless ones that hold anything."""
        kinds: dict[int, Kinds] = {}
        nameless: list[int] = []
        for place, name in enumerate(names):
            position = self._left + place
            if name is None:
                hidden = self._options.hidden == "skip" and position in self._grid.hidden_columns
                nameless += [] if hidden or self._request.columns is not None else [place]
            elif self._request.wants(name):
                kinds[place] = Kinds(self._grid.epoch, self._request.kinds.get(name) == "duration")
        filled: list[int] = []
        for numbers, columns in self._body(head, [*kinds, *nameless]):
            for kind, values in zip(kinds.values(), columns, strict=False):
                kind.see(values, numbers)
            for place, values in zip(nameless, columns[len(kinds) :], strict=True):
                if place not in filled and values.count("") < len(values):
                    filled.append(place)
        return kinds, filled

    def _header(self, head: Head, names: list[str | None], filled: list[int]) -> Header:
        """The names, by their position in the sheet. filled: nameless columns that hold something."""
        # A column under the rest of a wide title has no name of its own, and needs none.
        wide = {
            column
            for one in self._grid.merged
            if one.top <= head.last and one.bottom >= head.first
            for column in range(one.left + 1, one.right + 1)
        }
        blank = [self._left + place for place in sorted(filled) if self._left + place not in wide]
        place = Cell(self._path, head.first, None, self._sheet.name)
        return name_columns([None] * self._left + names, self._request.columns, place, blank=blank)

    def _chunks(self, head: Head, header: Header, schema: pa.Schema) -> Iterator[Chunk]:
        findings = Findings(self._path)
        told: set[str] = set()
        places = [position - self._left for position, _ in header.kept]
        for numbers, columns in self._body(head, places):
            arrays = []
            for (_, name), values in zip(header.kept, columns, strict=True):
                array = to_array(values, schema.field(name).type, self._grid.epoch)
                wrong = not_finite(array)
                for at in wrong:
                    text = str(values[at])
                    cell = Cell(self._path, numbers[at], name, self._sheet.name, text)
                    findings.add(NOT_A_NUMBER.at(cell, value=text))
                arrays.append(without(array, wrong) if wrong else array)
                long = None if name in told else too_long(array)
                if long is not None:
                    told.add(name)
                    cell = Cell(self._path, numbers[long], name, self._sheet.name)
                    findings.add(LONG_NUMBERS.at(cell, column=name, value=spell(values[long])))
            batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
            done = min(1.0, numbers[-1] / max(1, self._bottom))
            yield Chunk(batch, np.array(numbers, np.int64), findings.drain(), done)
        if last := findings.rest():
            yield Chunk(pa.RecordBatch.from_pylist([], schema=schema), 1, last, 1.0)

    # What the values alone do not show

    def _uncalculated(self, header: Header, head: Head) -> Diagnostic | None:
        """Formulas of wanted columns whose result the file does not hold."""
        found = self._grid.uncalculated
        kept = [position for position, _ in header.kept if found[position]]
        if not kept:
            return None
        first = min(kept, key=lambda position: self._grid.first_uncalculated[position])
        cell = f"{letters(first)}{self._grid.first_uncalculated[first]}"
        count = sum(found[position] for position in kept)
        return NOT_CALCULATED.at(self._place, sheet=self._sheet.name, count=count, cell=cell)

    def _told(self, header: Header, head: Head) -> tuple[Diagnostic, ...]:
        """Error cells, merged cells, hidden rows and columns, results that may be out of date."""
        findings = Findings(self._path)
        names = dict(header.kept)
        for problem, cells in ((ERROR_CELL, self._grid.errors), (WRONG_MOMENT, self._grid.no_moments)):
            for row, column, text in cells:
                if column in names and self._is_data(row, head):
                    findings.add(
                        problem.at(Cell(self._path, row, names[column], self._sheet.name, text), value=text)
                    )
        for one in (self._merged(names, head), *self._hidden(names, head)):
            if one:
                findings.add(one)
        if not self._sheet.visible and self._request.columns is not None:
            findings.add(HIDDEN_SHEET.at(self._place, sheet=self._sheet.name))
        if self._book.stale and self._grid.formulas:
            findings.add(STALE.at(self._place, sheet=self._sheet.name))
        return findings.rest()

    def _doubts(self, header: Header, kinds: dict[int, Kinds]) -> Iterator[Diagnostic]:
        """Columns of dates among which a spreadsheet program may have turned some round."""
        for position, name in header.kept:
            found = kinds[position - self._left].doubtful
            if found:
                cell = Cell(self._path, found[0], name, self._sheet.name, found[1])
                yield MIXED_DATES.at(cell, column=name, text=found[1][:40])

    def _is_data(self, row: int, head: Head) -> bool:
        if self._options.hidden == "skip" and row in self._grid.hidden_rows:
            return False
        return max(head.last, self._top - 1) < row <= self._bottom

    def _merged(self, names: dict[int, str], head: Head) -> Diagnostic | None:
        """The merged cells by which a wanted value may be missed: a title's own width does no harm."""
        merged = []
        for one in sorted(self._grid.merged, key=lambda one: (one.top, one.left)):
            covered = sum(one.left <= position <= one.right for position in names)
            rows = min(one.bottom, self._bottom) - max(one.top, head.last + 1, self._top) + 1
            if rows > 0 and covered and (covered > 1 or one.bottom > one.top or one.left not in names):
                merged.append(cells_text(one))
        if not merged:
            return None
        more = ", …" if len(merged) > _NAMED else ""
        problem = REPEATED if self._options.merged == "repeat" else MERGED
        return problem.at(self._place, cells=", ".join(merged[:_NAMED]) + more)

    def _hidden(self, names: dict[int, str], head: Head) -> Iterator[Diagnostic]:
        skip = self._options.hidden == "skip"
        problem = HIDDEN_LEFT_OUT if skip else HIDDEN
        if self._options.hidden == "read":
            return
        rows = sorted(
            row for row in self._grid.hidden_rows if max(head.last, self._top - 1) < row <= self._bottom
        )
        columns = sorted(self._grid.hidden_columns if skip else self._grid.hidden_columns & set(names))
        columns = [one for one in columns if self._left <= one < self._left + len(head.titles)]
        if rows:
            what = Words(f"{len(rows)} rows are", f"{len(rows)} 行")
            yield problem.at(self._place, what=what, which=_stretches(rows, str))
        if columns:
            what = Words(f"{len(columns)} columns are", f"{len(columns)} 列")
            yield problem.at(self._place, what=what, which=_stretches(columns, letters))


class _Repeating:
    """Fills the cells of merged ranges with the value of the first one, row after row."""

    def __init__(self, grid: Grid) -> None:
        self._left = grid.left
        self._waiting = sorted(grid.merged, key=lambda one: -one.top)
        self._open: list[tuple[Area, Any]] = []

    def filled(self, row: int, cells: list[Any]) -> list[Any]:
        while self._waiting and self._waiting[-1].top <= row:
            area = self._waiting.pop()
            first = area.left - self._left
            if area.top == row and 0 <= first < len(cells):
                self._open.append((area, cells[first]))
        self._open = [one for one in self._open if one[0].bottom >= row]
        if not self._open:
            return cells
        cells = list(cells)
        for area, value in self._open:
            for column in range(area.left - self._left, min(area.right - self._left + 1, len(cells))):
                cells[column] = value
        return cells


def _stretches(numbers: list[int], name: Any) -> str:
    """Numbers as stretches: 5-9, 12."""
    found: list[list[int]] = []
    for one in numbers:
        if found and one == found[-1][1] + 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    texts = [name(a) if a == b else f"{name(a)}-{name(b)}" for a, b in found[:_NAMED]]
    return ", ".join(texts) + (", …" if len(found) > _NAMED else "")
