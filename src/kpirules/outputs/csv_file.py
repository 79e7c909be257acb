"""CSV out: UTF-8, one line a row, quotes where needed, empty for null, true and false, decimals exact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, TextIO

import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Diagnostic
from kpirules.outputs.options import CsvOptions
from kpirules.outputs.texts import batches
from kpirules.plugin import Rows
from kpirules.plugin.columns import printed
from kpirules.plugin.replacing import Unfit, replace_file


def write(rows: Rows, path: str, options: CsvOptions) -> tuple[Diagnostic, ...]:
    delimiter = options.delimiter or ("\t" if path.lower().endswith(".tsv") else ",")

    def fill(file: BinaryIO) -> None:
        if options.bom:
            file.write(b"\xef\xbb\xbf")
        for text in _texts(rows, path, delimiter):
            file.write(text.encode())

    return replace_file(path, fill)


def write_text(rows: Rows, stream: TextIO, options: CsvOptions) -> tuple[Diagnostic, ...]:
    """To a stream, without a mark; what the stream raises is the caller's."""
    try:
        for text in _texts(rows, "-", options.delimiter or ","):
            stream.write(text)
    except Unfit as error:
        return (error.diagnostic,)
    return ()


def _texts(rows: Rows, path: str, delimiter: str) -> Iterator[str]:
    """The file's text, a batch at a time."""
    names, pieces = batches(rows, path, "csv")
    yield delimiter.join(_quoted(pa.array(names, pa.string()), delimiter).to_pylist()) + "\n"
    for columns in pieces:
        if columns:
            cells = [_quoted(printed(column), delimiter) for column in columns]
            lines = pc.binary_join_element_wise(
                *cells, delimiter, null_handling="replace", null_replacement=""
            )
            yield "\n".join(lines.to_pylist()) + "\n"


def _quoted(texts: pa.Array, delimiter: str) -> pa.Array:
    """The texts with quotation marks around those that need them."""
    special = pc.match_substring_regex(texts, f'["\r\n\\x{ord(delimiter):02x}]')
    if not pc.any(special).as_py():
        return texts
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), texts)
