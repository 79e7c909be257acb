"""Parquet out: every column in its own Arrow type, batch by batch."""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from kpirules.diagnostics import Diagnostic
from kpirules.outputs.options import ParquetOptions
from kpirules.plugin import Rows
from kpirules.plugin.problems import WRITE_FAILED
from kpirules.plugin.replacing import Unfit, replace_file


def write(rows: Rows, path: str, options: ParquetOptions) -> tuple[Diagnostic, ...]:
    def fill(file: BinaryIO) -> None:
        try:
            with pq.ParquetWriter(file, rows.schema, compression=options.compression) as writer:
                if isinstance(rows, pa.Table):
                    writer.write_table(rows)
                else:
                    for batch in rows:
                        writer.write_batch(batch)
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:  # a type that Parquet does not know
            raise Unfit(WRITE_FAILED.at(None, path=path, reason=" ".join(str(error).split())[:200])) from None

    return replace_file(path, fill)
