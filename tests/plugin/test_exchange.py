"""Chunks become one table whose rows know where they stand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from kpirules.diagnostics import Cell
from kpirules.plugin import Chunk, Source, collect
from kpirules.plugin.problems import EMPTY_FILE, RAGGED

SCHEMA = pa.schema([("n", pa.int64())])


def batch(*values: int) -> pa.RecordBatch:
    return pa.record_batch([pa.array(values, pa.int64())], schema=SCHEMA)


def source(*chunks: Chunk) -> Source:
    return Source("f.csv", "s", ("n", "m"), SCHEMA, iter(chunks))


@pytest.mark.parametrize(
    ("chunks", "rows", "plain"),
    [
        ([], [], True),
        ([Chunk(batch(1, 2), 5)], [5, 6], True),
        ([Chunk(batch(1, 2), 5), Chunk(batch(3), 7)], [5, 6, 7], True),
        ([Chunk(batch(1, 2), 5), Chunk(batch(), 99), Chunk(batch(3), 7)], [5, 6, 7], True),
        ([Chunk(batch(1, 2), 5), Chunk(batch(3), 8)], [5, 6, 8], False),
        ([Chunk(batch(1, 2), np.array([5, 9])), Chunk(batch(3), 10)], [5, 9, 10], False),
    ],
)
def test_row_numbers(chunks: list[Chunk], rows: list[int], plain: bool) -> None:
    found = collect(source(*chunks))
    assert found.row_numbers().tolist() == rows
    assert [found.row(index) for index in range(len(rows))] == rows
    assert isinstance(found.rows, int) is plain
    assert found.table is not None
    assert found.table.schema == SCHEMA


def test_places_and_findings() -> None:
    ragged = RAGGED.at(Cell("f.csv", 6), found=1, expected=2)
    found = collect(source(Chunk(batch(1), 5), Chunk(batch(), 6, (ragged,))))
    assert found.cell(0, "n", "1") == Cell("f.csv", 5, "n", "s", "1")
    assert found.diagnostics == (ragged,)
    assert found.header == ("n", "m")


def test_a_refused_source_has_no_table() -> None:
    why = EMPTY_FILE.at(None, path="f.csv")
    found = collect(Source.refused("f.csv", why))
    assert found.table is None
    assert found.diagnostics == (why,)
    assert found.row_numbers().tolist() == []
