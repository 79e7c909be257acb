"""Reading for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

from kpirules.adapters.hooks import kpirules_adapters
from kpirules.plugin import Plugins, SourceTable, read_table

ADAPTERS = Plugins(tuple(kpirules_adapters()), ())


def read(
    path: Path | str, columns: tuple[str, ...] | None = None, adapter: str | None = None, **settings: object
) -> SourceTable:
    return read_table(ADAPTERS, str(path), adapter=adapter, settings=settings, columns=columns)


def codes(found: SourceTable) -> list[str]:
    return [one.code for one in found.diagnostics]


def values(found: SourceTable) -> dict[str, list[object]]:
    assert found.table is not None
    return {name: found.table[name].to_pylist() for name in found.table.column_names}


def rows(found: SourceTable) -> list[int]:
    return [int(row) for row in found.row_numbers()]
