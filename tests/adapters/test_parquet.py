"""Parquet files: native types through, the rest brought to those of the seam or refused by name."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpirules.plugin import SourceTable
from tests.adapters.reading import codes, read, rows, values


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.parquet"


def of(file: Path, table: pa.Table) -> SourceTable:
    pq.write_table(table, file)
    return read(file)


def test_nested_and_raw_columns_are_refused_by_name(file: Path) -> None:
    found = of(file, pa.table({"a": [1], "list": [[1]], "raw": [b"x"]}))
    assert values(found) == {"a": [1]}
    assert found.header == ("a", "list", "raw")
    assert [(one.code, one.args["column"]) for one in found.diagnostics] == [
        ("K570", "list"),
        ("K570", "raw"),
    ]
    assert codes(read(file, columns=("a",))) == []


def test_names_with_dots_and_twice(file: Path) -> None:
    found = of(file, pa.table([pa.array([1]), pa.array([2]), pa.array([3])], names=["a.b", "x", "x"]))
    assert values(found) == {"a.b": [1], "x": [2]}
    assert codes(found) == ["K545"]
    assert values(read(file, columns=("a.b",))) == {"a.b": [1]}


def test_nanoseconds(file: Path) -> None:
    whole = pa.array([1_500_000_000_000_000_000, None], pa.timestamp("ns"))
    assert codes(of(file, pa.table({"t": whole}))) == []
    finer = pa.array([1_500_000_000_000_000_001, None], pa.timestamp("ns"))
    found = of(file, pa.table({"t": finer}))
    assert codes(found) == ["K571"]
    assert values(found)["t"][0] == datetime.datetime(2017, 7, 14, 2, 40)


def test_batches_are_counted_through(file: Path) -> None:
    found = of(file, pa.table({"n": pa.array(range(300_000), pa.int64())}))
    assert rows(found) == list(range(1, 300_001))


def test_a_value_that_does_not_fit_empties_its_column_with_an_error(file: Path) -> None:
    found = of(file, pa.table({"t": pa.array([253_402_300_800_000, 1], pa.timestamp("ms")), "n": [1, 2]}))
    assert codes(found) == []
    assert found.table is not None
    assert found.table["n"].to_pylist() == [1, 2]


def test_no_columns(file: Path) -> None:
    found = of(file, pa.table({}))
    assert found.table is None
    assert codes(found) == ["K547"]


def test_not_parquet_and_cut_off(file: Path) -> None:
    file.write_bytes(b"a,b\n1,2\n")
    assert codes(read(file)) == ["K536"]
    pq.write_table(pa.table({"a": range(1000)}), file)
    data = file.read_bytes()
    for end in (4, 6, len(data) // 2, len(data) - 1):
        file.write_bytes(data[:end])
        found = read(file)
        assert found.table is None
        assert codes(found) == ["K535"]
