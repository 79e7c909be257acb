"""Rows in batches, as columns of the seam's types."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from kpirules.plugin import Rows
from kpirules.plugin.columns import settle, settled
from kpirules.plugin.problems import NOT_WRITABLE
from kpirules.plugin.replacing import Unfit

_ROWS = 1 << 16


def batches(rows: Rows, path: str, output: str) -> tuple[list[str], Iterator[list[pa.Array]]]:
    """Column names, and the rows batch by batch as columns of the seam's types.

    Raises Unfit, before any row, for a column that holds no single values; an empty text comes as null.
    """
    reader = rows.to_reader(_ROWS) if isinstance(rows, pa.Table) else rows
    for field in reader.schema:
        if settled(field.type) is None:
            raise Unfit(
                NOT_WRITABLE.at(None, path=path, column=field.name, type=str(field.type), name=output)
            )
    return reader.schema.names, _settled(reader, path, output)


def _settled(reader: pa.RecordBatchReader, path: str, output: str) -> Iterator[list[pa.Array]]:
    for batch in reader:
        for start in range(0, batch.num_rows, _ROWS):
            piece = batch.slice(start, _ROWS)
            columns = []
            for field, column in zip(piece.schema, piece.columns, strict=True):
                array = settle(column)
                if array is None:
                    raise Unfit(
                        NOT_WRITABLE.at(None, path=path, column=field.name, type=str(field.type), name=output)
                    )
                columns.append(array)
            yield columns
