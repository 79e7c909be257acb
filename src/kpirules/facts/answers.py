"""What single records say to one question: asked for one row of the matrix, or once for all of its rows.

Statements of many people ask the same of everybody's records; one query answers all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.facts.query import ask
from kpirules.facts.recordset import ROW, RecordSet

#: More answers than these are not kept in memory: each row is asked for by itself.
_MOST = 3_000_000


class Answers:
    """The answers of records to `columns` (SQL), of those for which `where` holds, by row and then in an order."""

    def __init__(
        self,
        records: RecordSet,
        columns: str,
        where: str,
        order: str,
        parameters: Mapping[str, int | str | bool],
        together: bool,
    ) -> None:
        """together: whether many rows will be asked for."""
        self._records = records
        self._sql = f"SELECT {ROW}, {columns} FROM records WHERE {where} ORDER BY {ROW}, {order}"
        self._parameters = parameters
        self._all: pa.Table | None = None
        self._rows = np.zeros(0, np.int64)
        if together and records.table.num_rows <= _MOST:
            self._all = ask(self._sql, parameters, records.table).combine_chunks()
            self._rows = self._all[ROW].to_numpy()

    def of(self, row: int) -> list[list[Any]]:
        """The columns of the answers for a row of the matrix, as lists."""
        if self._all is None:
            mine = self._records.table.filter(pc.equal(self._records.table[ROW], row))
            found = ask(self._sql, self._parameters, mine)
        else:
            begin, end = np.searchsorted(self._rows, [row, row + 1])
            found = self._all.slice(begin, end - begin)
        return [column.to_pylist() for column in found.columns[1:]]
