"""Tables of other libraries as source tables: whatever speaks the Arrow C stream interface (pandas, Polars, Arrow)."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic
from kpirules.facts import problems
from kpirules.plugin import SourceTable
from kpirules.plugin.columns import settle, spell


@runtime_checkable
class ArrowStream(Protocol):
    """A table that can be handed over through the Arrow C stream interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def arrow_table_from(obj: object, path: str = "<table>") -> SourceTable:
    """The table as a source named `path`, its rows numbered from 1.

    Columns of kinds that have no place in a cell (lists, structures, bytes) are left out, each with a
    diagnostic. Raises TypeError for what is no table: that is a mistake of code, not of data.
    """
    if not isinstance(obj, ArrowStream):
        raise TypeError(
            f"expected a table with __arrow_c_stream__ (pandas, Polars, Arrow), not {type(obj).__name__}"
        )
    table = _taken_over(obj)
    names: list[str] = []
    columns: list[pa.ChunkedArray] = []
    told: list[Diagnostic] = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        settled = settle(column)
        title = name.strip()
        if settled is None or not title or title in names:
            told.append(problems.NO_CELLS.at(Cell(path, column=name), column=name, type=str(column.type)))
            continue
        names.append(title)
        columns.append(settled)
    made = pa.table(columns, names=names) if names else pa.table({})
    return SourceTable(path, None, tuple(names), made, 1, tuple(told))


def _taken_over(obj: Any) -> pa.Table:
    """The table as Arrow has it. Of pandas, a column of mixed kinds, which Arrow refuses, and periods become text."""
    try:
        table = pa.table(obj)
        for place, field in enumerate(table.schema):
            if isinstance(field.type, pa.BaseExtensionType) and hasattr(obj, "columns"):
                table = table.set_column(place, field.name, _texts(obj[field.name]))
        return table
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        if not hasattr(obj, "columns"):
            raise
        return pa.table({str(name): _column(obj[name]) for name in obj.columns})


def _column(values: Any) -> pa.Array:
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return _texts(values)


def _texts(values: Any) -> pa.Array:
    return pa.array([_text(one) for one in values], pa.string())


def _text(value: object) -> str | None:
    """One value of a mixed column in the plain spelling; None where pandas means a missing one."""
    try:
        value = pa.array([value], from_pandas=True)[0].as_py()
        return None if value is None else spell(value)
    except (pa.ArrowInvalid, TypeError):  # Arrow's own TypeError is one of these
        return str(value)
