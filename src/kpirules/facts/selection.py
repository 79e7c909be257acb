"""The rows of a source that are looked at: which ones a binding keeps, and where each stands in the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Cell, Diagnostic, Problem
from kpirules.facts import problems
from kpirules.facts.bindings import Binding, Bound
from kpirules.facts.cells import Cells, Mask, mask, one_array, strings
from kpirules.facts.columns import read_cells
from kpirules.facts.findings import Findings
from kpirules.matrix import Integers
from kpirules.units import Type


@dataclass(frozen=True, slots=True)
class Selection:
    """table: the kept rows. rows: where each of them stands in the source's table, from 0, ascending."""

    table: pa.Table
    rows: Integers
    findings: Findings

    def __len__(self) -> int:
        return len(self.rows)

    def note(
        self,
        problem: Problem,
        wrong: Mask,
        column: str | None,
        each: Callable[[int], Mapping[str, object]] | None = None,
        **args: object,
    ) -> None:
        """Note a problem of the rows under the mask. each: what is said of one row, by its place here."""
        places = np.flatnonzero(wrong)
        here = dict(zip(self.rows[places].tolist(), places.tolist(), strict=True)) if each else {}
        told = None if each is None else lambda row: each(here[row])
        self.findings.add(problem, self.rows[places], column, told, args)

    def read(self, name: str, type: Type, bound: Bound) -> Cells:
        """The column of a declared name, its faults noted."""
        cells = read_cells(self.table[bound.column], type, bound.cells)
        self.findings.add_faults(cells.faults, self.rows, bound.column, name)
        return cells

    @property
    def good(self) -> Mask:
        """Which rows have no problem so far."""
        return np.asarray(~self.findings.wrong[self.rows], bool)

    def only(self, keep: Mask) -> Selection:
        """The rows under the mask."""
        return (
            self
            if keep.all()
            else Selection(self.table.filter(pa.array(keep)), self.rows[keep], self.findings)
        )


def select(findings: Findings, binding: Binding) -> tuple[Selection, list[Diagnostic]]:
    """The rows that the binding's `where` keeps, and a note on how many it does not."""
    source, table = findings.source, findings.source.table
    assert table is not None
    keep = np.ones(table.num_rows, bool)
    for title, texts in binding.where.items():
        if title in table.column_names:
            found = strings(one_array(table[title]), ())
            keep &= mask(pc.is_in(found, value_set=pa.array(list(texts), pa.string())))
    whole = Selection(table, np.arange(table.num_rows, dtype=np.int64), findings)
    if keep.all():
        return whole, []
    count = int((~keep).sum())
    place = Cell(source.path, sheet=source.sheet)
    return whole.only(keep), [
        problems.FILTERED.at(place, table=findings.name, count=count, rows=table.num_rows)
    ]


def only(cells: Cells, keep: Mask) -> Cells:
    """The cells under the mask."""
    if keep.all():
        return cells
    exact = cells.exact
    if exact:
        places = np.cumsum(keep) - 1
        exact = {int(places[row]): value for row, value in exact.items() if keep[row]}
    return replace(cells, values=cells.values[keep], present=cells.present[keep], exact=exact, faults=())


def taken(cells: Cells, places: Integers) -> Cells:
    """The cells at these places; -1 is missing."""
    there = places >= 0
    at = np.where(there, places, 0)
    if not len(cells):
        return Cells(cells.unit, np.zeros(len(places), cells.values.dtype), there & False, cells.choices)
    long = np.flatnonzero(np.isin(places, list(cells.exact))) if cells.exact else ()
    exact = {int(row): cells.exact[int(places[row])] for row in long}
    return Cells(cells.unit, cells.values[at], there & cells.present[at], cells.choices, exact)
