"""Parquet files: native types through, the rest brought to those of the seam or refused by name."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpirules.adapters import parquet_table
from kpirules.adapters.options import ParquetOptions
from kpirules.plugin import DataRequest, SourceTable, Within, read_table
from tests.adapters.reading import ADAPTERS, codes, read, rows, values


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


# Streams, and leaves out what is not wanted


def days(count: int) -> pa.Table:
    first = datetime.date(2026, 1, 1)
    moments = [datetime.datetime(2026, 1, 1, 12) + datetime.timedelta(days=row) for row in range(count)]
    return pa.table(
        {
            "n": range(count),
            "day": [first + datetime.timedelta(days=row) for row in range(count)],
            "at": moments,
        }
    )


@pytest.mark.parametrize("column", ["day", "at"])
def test_groups_of_other_days_are_not_read(file: Path, column: str) -> None:
    pq.write_table(days(100), file, row_group_size=10)
    period = Within(column, datetime.date(2026, 1, 21), datetime.date(2026, 2, 5))
    found = read_table(ADAPTERS, str(file), period=period)
    assert values(found)["n"] == list(range(20, 40))
    assert rows(found) == list(range(21, 41))
    assert found.query == f'2 of 10 row groups: "{column}" from 2026-01-21 to before 2026-02-05'
    assert found.cell(0).row == 21


def test_groups_with_rows_of_no_day_are_read(file: Path) -> None:
    table = days(40).set_column(
        1, "day", pa.array([None if row == 15 else datetime.date(2026, 1, 1) for row in range(40)])
    )
    pq.write_table(table, file, row_group_size=10)
    period = Within("day", datetime.date(2027, 1, 1), datetime.date(2027, 2, 1))
    assert values(read_table(ADAPTERS, str(file), period=period))["n"] == list(range(10, 20))


def test_groups_without_statistics_are_read(file: Path) -> None:
    pq.write_table(days(40), file, row_group_size=10, write_statistics=False)
    period = Within("day", datetime.date(2027, 1, 1), datetime.date(2027, 2, 1))
    found = read_table(ADAPTERS, str(file), period=period)
    assert len(rows(found)) == 40
    assert found.query is None


def test_days_that_are_text_or_stand_inside_something_else_rule_nothing_out(file: Path) -> None:
    table = pa.table({"day": ["2026-01-05"], "inner": [{"day": datetime.date(2026, 1, 5)}]})
    pq.write_table(table, file)
    for column in ("day", "inner", "inner.day", "nobody"):
        period = Within(column, datetime.date(2027, 1, 1), datetime.date(2027, 2, 1))
        assert len(rows(read_table(ADAPTERS, str(file), columns=("day",), period=period))) == 1


def test_progress_and_a_file_that_goes_away(file: Path) -> None:
    pq.write_table(days(1000), file, row_group_size=100)
    shares: list[float] = []
    read_table(ADAPTERS, str(file), watch=lambda one: shares.append(one.done or 0.0))
    assert shares == [pytest.approx((group + 1) / 10) for group in range(10)]
    source = parquet_table.read(DataRequest(str(file), ParquetOptions.model_validate({})))
    file.unlink()
    (chunk,) = source.chunks
    assert [one.code for one in chunk.diagnostics] == ["K530"]


def test_many_rows_stay_within_memory(file: Path) -> None:
    """Of many columns, those that are wanted are read, a group at a time."""
    wide = pa.table({f"c{n}": pa.array(np.random.default_rng(n).random(200_000)) for n in range(12)})
    with pq.ParquetWriter(file, wide.schema) as writer:
        for _ in range(8):
            writer.write_table(wide)
    assert file.stat().st_size > 100 << 20
    before = pa.total_allocated_bytes()
    source = parquet_table.read(DataRequest(str(file), ParquetOptions.model_validate({}), ("c3",)))
    most = seen = 0
    for chunk in source.chunks:
        seen += chunk.batch.num_rows
        most = max(most, pa.total_allocated_bytes() - before)
    assert seen == 1_600_000
    assert most < 40 << 20


def test_a_few_bytes_that_stand_for_very_many_rows(file: Path) -> None:
    zeros = pa.table(
        {"a": pa.array(np.zeros(2_000_000, np.int64)), "b": pa.array(np.zeros(2_000_000, np.int64))}
    )
    with pq.ParquetWriter(file, zeros.schema) as writer:
        for _ in range(10):
            writer.write_table(zeros, row_group_size=2_000_000)
    assert file.stat().st_size < 1_000_000
    found = read(file, None, None, max_megabytes=250)
    assert (found.table, codes(found)) == (None, ["K537"])
    assert codes(read(file, ("a",), None, max_megabytes=250)) == []
