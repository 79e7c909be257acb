"""Tables as Parquet whose bytes are fixed by their content, and read back without trusting them.

Text is written plain, without dictionaries: what a file says of its own size is then what it takes in memory, and a
file of a few bytes cannot unfold into gigabytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from kpirules.diagnostics import Words
from kpirules.records.footer import Broken, Footer, read_footer

#: Rows of a group: what is in memory at a time.
ROWS = 1 << 16
#: The most that a table may take in memory when it is read.
MOST_BYTES = 8 << 30
#: More than any footer is long.
_MOST_FOOTER = 64 << 20
#: Whatever a column is, its presence and its value take no more than this per cell, texts aside.
_CELL = 17


class Unfit(Exception):
    """A file is not what an archive would hold; says why."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.words = Words(en, zh)


def write_table(stream: BinaryIO, table: pa.Table) -> None:
    """A table that is whole in memory."""
    parts = (table.slice(start, ROWS) for start in range(0, table.num_rows, ROWS))
    write_parts(stream, table.schema, parts)


def write_parts(stream: BinaryIO, schema: pa.Schema, parts: Iterable[pa.Table]) -> None:
    """A table as it comes, a group of rows for each part."""
    with pq.ParquetWriter(
        pa.PythonFile(stream, "w"),
        schema,
        version="2.6",
        compression="zstd",
        compression_level=3,
        use_dictionary=False,
        write_statistics=False,
        data_page_version="1.0",
        data_page_size=1 << 20,
        write_batch_size=1024,
        store_schema=True,
    ) as writer:
        for part in parts:
            if part.num_rows:
                writer.write_table(part.combine_chunks(), row_group_size=ROWS)


def read_table(path: Path, most: int = MOST_BYTES) -> pa.Table:
    """The table in a file. Raises Unfit where it is none, or larger than `most` bytes, and OSError."""
    return pa.concat_tables(read_parts(path, most))


def read_parts(path: Path, most: int = MOST_BYTES) -> Iterator[pa.Table]:
    """The table in a file, an empty one with its columns first, then each group of rows; raises as `read_table` does."""
    with open(path, "rb") as stream:
        with _told():
            footer = _checked(stream, most)
            file = pq.ParquetFile(stream)
            empty = file.schema_arrow.empty_table()
        yield empty
        for group, rows in enumerate(footer.groups):
            with _told():
                table = file.read_row_group(group, use_threads=False)
                table.validate(full=True)
            if table.num_rows != rows:
                raise Unfit("its groups have other rows than it says", "各行组的行数与其所述不符")
            yield table


@contextmanager
def _told() -> Iterator[None]:
    """What the library says of a file that is no table, as Unfit."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, KeyError, TypeError) as wrong:
        if isinstance(wrong, OSError) and wrong.errno is not None:
            raise  # the file system's own, such as a missing right
        said = " ".join(str(wrong).split())[:200]
        raise Unfit(f"it is no table ({said})", f"不是表（{said}）") from None


def _checked(stream: BinaryIO, most: int) -> Footer:
    """What the file says of itself, where it fits together and does not unfold beyond what is allowed."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _MOST_FOOTER))
    try:
        found = read_footer(stream.read(), size)
    except Broken:
        raise Unfit("it is not written as an archive's tables are", "其写法与归档的表不同") from None
    stream.seek(0)
    if found.rows * max(1, found.columns) * _CELL > most:
        raise Unfit(
            f"it says that it has {found.rows} rows, more than may be read",
            f"据其所述有 {found.rows} 行，超出可读取的限度",
        )
    if found.unfolded > most:
        raise Unfit(
            f"it unfolds to {found.unfolded} bytes, more than may be read",
            f"展开后有 {found.unfolded} 字节，超出可读取的限度",
        )
    return found
