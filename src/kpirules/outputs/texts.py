"""Rows in batches, and their columns as exact text: decimals with their places, the rest in the plain spelling."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from kpirules.outputs.replacing import Unfit
from kpirules.plugin import Rows
from kpirules.plugin.columns import as_text, settle, settled
from kpirules.plugin.problems import NOT_WRITABLE

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


def printed(column: pa.Array) -> pa.Array:
    """The column as text, a decimal with all of its places."""
    if not pa.types.is_decimal(column.type):
        return as_text(column)
    text = pc.cast(column, pa.string())
    if pc.any(pc.match_substring(text, "E")).as_py():  # very small values come with an exponent
        return pa.array([_digits(value) for value in column.to_pylist()], pa.string())
    return text


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
