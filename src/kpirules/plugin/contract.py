"""The tests that every adapter passes. A plugin's author subclasses `AdapterContract` in a pytest file.

    class TestCrm(AdapterContract):
        adapter = CrmAdapter()

        def put(self, folder, table):
            ...  # put the table where the adapter can read it
            return location

Its tests are collected by pytest, which this module itself does not import.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from kpirules.plugin.columns import as_text, is_settled
from kpirules.plugin.exchange import SourceTable
from kpirules.plugin.protocols import Adapter
from kpirules.plugin.reading import describe, read_table
from kpirules.plugin.registry import Plugins, flaw

_MOMENT = datetime.datetime(2026, 1, 5, 9, 30, 15)


class AdapterContract:
    """What a source must do, whatever it is. Set `adapter`; give `put`; override the rest where the source differs.

    Tables are compared as text in the plain spelling, so that a source without types passes as well.
    first_row: the number of the first row as a person counts. empty_tables: whether the source can hold a
    table of columns without rows. missing: a location where there is nothing.
    """

    adapter: ClassVar[Adapter[Any]]
    settings: ClassVar[dict[str, object]] = {}
    first_row: ClassVar[int] = 2
    empty_tables: ClassVar[bool] = True
    missing: ClassVar[str] = "/no/such/place"

    def put(self, folder: Path, table: pa.Table) -> str:
        """Puts the table (of the seam's types, without decimals) where the adapter reads it; its location."""
        raise NotImplementedError

    def read(self, location: str, columns: tuple[str, ...] | None = None) -> SourceTable:
        plugins = Plugins((self.adapter,), ())
        return read_table(
            plugins, location, adapter=self.adapter.name, settings=self.settings, columns=columns
        )

    def check(self, folder: Path, table: pa.Table) -> SourceTable:
        """Reads the table back, and finds what was put."""
        found = self.read(self.put(folder, table))
        assert found.diagnostics == ()
        assert found.table is not None
        assert found.header == tuple(table.column_names)
        assert found.table.column_names == table.column_names
        for name in table.column_names:
            assert is_settled(found.table.schema.field(name).type)
            assert as_text(found.table[name]).to_pylist() == as_text(table[name]).to_pylist(), name
        return found

    def test_is_an_adapter(self) -> None:
        assert flaw(self.adapter, Adapter) == ""

    def test_types(self, tmp_path: Path) -> None:
        self.check(tmp_path, every_kind())

    def test_missing_cells_are_null(self, tmp_path: Path) -> None:
        whole = every_kind()
        gaps = [
            pa.array(
                [None if row == place % 3 else value for row, value in enumerate(column.to_pylist())],
                column.type,
            )
            for place, column in enumerate(whole.columns)
        ]
        found = self.check(tmp_path, pa.table(gaps, names=whole.column_names))
        assert found.table is not None
        assert [column.null_count for column in found.table.columns] == [1] * len(gaps)

    def test_a_column_without_any_value(self, tmp_path: Path) -> None:
        found = self.check(tmp_path, pa.table({"staff": ["a", "b"], "late": pa.nulls(2, pa.string())}))
        assert found.table is not None
        assert found.table["late"].null_count == 2

    def test_mixed_text_keeps_its_spelling(self, tmp_path: Path) -> None:
        self.check(tmp_path, pa.table({"id": ["007", "7", "1e5", "NaN", "true", "2026-01-05", "-", "?"]}))

    def test_no_rows(self, tmp_path: Path) -> None:
        if self.empty_tables:
            found = self.check(tmp_path, every_kind().slice(0, 0))
            assert found.table is not None
            assert found.table.num_rows == 0

    def test_any_script(self, tmp_path: Path) -> None:
        names = ["员工", "Größe", "имя", "名前 2", "🙂"]
        self.check(tmp_path, pa.table({name: [f"{name} 一", 'a,b;\t"c" | d\'e', "=1+1"] for name in names}))

    def test_text_of_several_lines(self, tmp_path: Path) -> None:
        found = self.check(
            tmp_path, pa.table({"staff": ["a", "b", "c"], "note": ["one", "two\nlines", "three"]})
        )
        assert [found.row(index) for index in range(3)] == [self.first_row + index for index in range(3)]

    def test_many_columns(self, tmp_path: Path) -> None:
        self.check(tmp_path, pa.table({f"c{column}": [column, -column] for column in range(400)}))

    def test_many_rows_are_counted(self, tmp_path: Path) -> None:
        count = 30_000
        table = pa.table(
            {"id": [f"S{row}" for row in range(count)], "value": pa.array(range(count), pa.int64())}
        )
        found = self.check(tmp_path, table)
        assert found.row_numbers().tolist() == list(range(self.first_row, self.first_row + count))
        assert found.cell(1, "id", "x").row == self.first_row + 1

    def test_only_what_is_wanted(self, tmp_path: Path) -> None:
        location = self.put(tmp_path, every_kind())
        found = self.read(location, ("number", "nobody", "text"))
        assert found.diagnostics == ()
        assert found.table is not None
        assert found.table.column_names == ["text", "number"]
        assert found.header == tuple(every_kind().column_names)
        nothing = self.read(location, ("nobody",))
        assert nothing.table is not None
        assert nothing.table.column_names == []

    def test_twice_the_same(self, tmp_path: Path) -> None:
        location = self.put(tmp_path, every_kind())
        one, other = self.read(location), self.read(location)
        assert one.table is not None
        assert one.table.equals(other.table)
        assert one.row_numbers().tolist() == other.row_numbers().tolist()

    def test_nothing_there(self) -> None:
        found = self.read(self.missing)
        assert found.table is None
        assert [one.is_error for one in found.diagnostics] == [True]
        assert all(one.message("en") and one.message("zh") for one in found.diagnostics)

    def test_says_what_is_there(self, tmp_path: Path) -> None:
        location = self.put(tmp_path, every_kind())
        plugins = Plugins((self.adapter,), ())
        found = describe(plugins, location, adapter=self.adapter.name, settings=self.settings)
        assert found.diagnostics == ()
        assert found.sheets[0].columns == tuple(every_kind().column_names)
        assert found.sheets[0].rows in (None, 3)


def every_kind() -> pa.Table:
    """A column of every type of the seam (a decimal apart, which few sources hold)."""
    day = datetime.timedelta(days=1)
    return pa.table(
        {
            "text": ["Li Lei", "韩梅梅", " x "],
            "whole": pa.array([5, 0, -12], pa.int64()),
            "number": pa.array([0.93, 1e-7, 123456789.25], pa.float64()),
            "yes": [True, False, True],
            "day": pa.array([_MOMENT.date(), _MOMENT.date() + day, _MOMENT.date() + 40 * day], pa.date32()),
            "moment": pa.array([_MOMENT, _MOMENT + day, _MOMENT + day / 2], pa.timestamp("us")),
            "time": pa.array([day / 24, day * 1.5, day / 86_400], pa.duration("us")),
        }
    )
