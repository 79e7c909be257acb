"""A table that is kept on disk while it is worked on: in memory stays the one column that tells which rows belong together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # keeps start-up free of it
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


class Spool:
    """Takes the batches of a reading as they come; gives back the rows that are asked for.

    columns: what the one that stays in memory may be called. A table without it is kept in memory whole.
    """

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        self.folder, self.columns = folder, columns
        self._starts: list[int] = [0]

    def put(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Write a batch; what of it stays in memory."""
        import pyarrow as pa  # late: start-up

        column = next((one for one in self.columns if one in batch.schema.names), None)
        if column is None:
            return batch
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_file(self._path(len(self._starts) - 1), batch.schema, options=options) as file:
            file.write_batch(batch)
        self._starts.append(self._starts[-1] + batch.num_rows)
        return batch.select([column])

    @property
    def rows(self) -> int:
        """How many rows are on disk."""
        return self._starts[-1]

    def take(self, rows: npt.NDArray[np.int64]) -> pa.Table:
        """The rows with these numbers (from 0, ascending), with all their columns."""
        import numpy as np
        import pyarrow as pa

        found: list[pa.RecordBatch] = []
        for place, start in enumerate(self._starts[:-1]):
            first, last = np.searchsorted(rows, (start, self._starts[place + 1]))
            if first == last and (found or place < len(self._starts) - 2):
                continue
            with pa.ipc.open_file(self._path(place)) as file:
                batch = file.get_batch(0)
            own = rows[first:last] - start
            together = len(own) > 0 and own[-1] - own[0] + 1 == len(own)
            found.append(batch.slice(own[0], len(own)) if together else batch.take(pa.array(own)))
        return pa.Table.from_batches(found)

    def _path(self, place: int) -> str:
        return str(self.folder / f"{place}.arrow")
