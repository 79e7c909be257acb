"""What the tests of sources look at again and again: chunks, findings, names, two readings of the same."""

from __future__ import annotations

import datetime
import io
import logging
import re
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Diagnostic
from kpirules.plugin.columns import spell
from kpirules.plugin.contract.laws import hold
from kpirules.plugin.exchange import Chunk, Source, SourceTable


def spelled(value: object) -> object:
    """The plain spelling, of a moment with a zone that of UTC."""
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        value = value.astimezone(datetime.UTC)
    return None if value is None else spell(value)


def equal(one: SourceTable, other: SourceTable, law: str, advice: str) -> None:
    assert one.table is not None
    hold(
        one.table.equals(other.table) and one.row_numbers().tolist() == other.row_numbers().tolist(),
        law,
        advice,
        "the tables or their row numbers differ",
    )


def check_names(names: tuple[str, ...], what: str) -> None:
    right = len(set(names)) == len(names) and all(name and name == name.strip() for name in names)
    advice = "say which column is double or blank, and leave it out"
    hold(right, f"column names are unique, not blank and trimmed (law 1): {what}", advice, names)


def check_chunk(chunk: Chunk, schema: pa.Schema, last: int) -> int:
    """The chunk's last row number."""
    hold(
        chunk.batch.schema.equals(schema),
        "all chunks have the source's schema",
        "settle types before the first chunk",
        chunk.batch.schema.to_string(),
    )
    for name, column in zip(schema.names, chunk.batch.columns, strict=True):
        blank = pa.types.is_string(column.type) and pc.any(pc.equal(column, "")).as_py()
        no_number = pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py()
        hold(
            not blank and not no_number,
            "an empty cell is null, never empty text or NaN (laws 2 and 4)",
            "kpirules.plugin.columns.settle sees to it",
            f"column {name}",
        )
    count = chunk.batch.num_rows
    numbers = (
        list(range(chunk.rows, chunk.rows + count)) if isinstance(chunk.rows, int) else chunk.rows.tolist()
    )
    hold(
        len(numbers) == count, "every row has its number", "give one for each row", f"{len(numbers)}, {count}"
    )
    rising = all(one < other for one, other in zip([last, *numbers], numbers, strict=False))
    hold(
        rising,
        "row numbers start at 1 at the earliest and rise from row to row, over all chunks",
        "count on from chunk to chunk as a person counts in the source",
        f"{numbers[:3]} after {last}",
    )
    check_spoken(chunk.diagnostics)
    return numbers[-1] if numbers else last


def check_spoken(findings: Iterable[Diagnostic]) -> None:
    for one in findings:
        silent = not (one.message("en") and one.message("zh"))
        hold(not silent, "findings are said in English and Chinese", "declare the problem in both", one.code)
        open_ended = re.search(r"\{[a-z_]+\}", one.message("en"))
        hold(not open_ended, "findings say what they mention", "give `at` every value", one.message("en"))


def table_of(source: Source, chunks: list[Chunk]) -> pa.Table | None:
    """The table of the chunks; None where they do not fit together."""
    if not all(chunk.batch.schema.equals(source.schema) for chunk in chunks):
        return None
    return pa.Table.from_batches([chunk.batch for chunk in chunks], schema=source.schema)


def first_of(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    for chunk in chunks:
        yield chunk
        return


def closing(source: Source) -> Iterator[Chunk]:
    try:
        yield from source.chunks
    finally:
        close(source)


def close(source: Source) -> None:
    close = getattr(source.chunks, "close", None)
    if close is not None:
        close()


class Logged:
    """Everything that is logged in the meantime, by whoever, goes to the stream."""

    def __init__(self, stream: io.StringIO) -> None:
        self.handler = logging.StreamHandler(stream)
        self.root = logging.getLogger()
        self.level = self.root.level

    def __enter__(self) -> None:
        self.root.addHandler(self.handler)
        self.root.setLevel(logging.DEBUG)

    def __exit__(self, *_: object) -> None:
        self.root.removeHandler(self.handler)
        self.root.setLevel(self.level)
