"""Where a fact stands: the file, sheet, row and column of every input and attribute of a row of the matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from kpirules.diagnostics import Cell
from kpirules.facts.bindings import Binding
from kpirules.facts.inputs import InputRows, StaffRows
from kpirules.facts.rows import Rows
from kpirules.facts.titles import bound_to
from kpirules.matrix import Integers
from kpirules.plugin import SourceTable


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a source. places: for each row of the matrix where its value stands in the source, -1 for nowhere."""

    source: SourceTable
    title: str
    places: Integers


@dataclass(frozen=True, slots=True)
class Lineage:
    """The places of what is delivered per person and period; of records, see `evidence`."""

    columns: Mapping[str, _Column] = field(default_factory=dict)

    def cell(self, name: str, row: int) -> Cell | None:
        """The place of an input or attribute of a row of the matrix; None where it comes from no table."""
        column = self.columns.get(name)
        if column is None or column.places[row] < 0:
            return None
        return column.source.cell(int(column.places[row]), column.title)


def places_of_inputs(given: InputRows, rows: Rows) -> Integers:
    """Where in the table of inputs each row of the matrix stands."""
    whole = np.arange(len(given.rows)) if rows.spells is None else rows.spells.whole
    return np.asarray(given.rows[whole], np.int64)


def places_of_staff(given: StaffRows, rows: Rows) -> Integers:
    """Where in the table of staff the person of each row of the matrix stands; -1 for nowhere."""
    places = dict(zip(given.names, given.rows.tolist(), strict=True))
    return np.array([places.get(name, -1) for name in rows.people], np.int64)[rows.staff]


def lineage(names: Iterable[str], source: SourceTable, binding: Binding, places: Integers) -> Lineage:
    """The places of these names, delivered by one source; of that no more is kept than where its rows stand."""
    assert source.table is not None
    bare = replace(source, table=source.table.select([]), diagnostics=())
    titles = {name: bound_to(binding, name, source.header).column for name in names}
    return Lineage(
        {name: _Column(bare, title, places) for name, title in titles.items() if title in source.header}
    )
