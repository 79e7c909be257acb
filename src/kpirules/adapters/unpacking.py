"""The bytes of a file, unpacked where it is packed, with the share of it that is read."""

from __future__ import annotations

import gzip
import io
import os

#: Bytes read at once.
BLOCK = 1 << 20
#: A file that unpacks to this size, and to so many times its own, is no table: tables pack to a tenth, logs to a hundredth.
SQUEEZED_FROM, MOST_SQUEEZED = 512 << 20, 200


class Unpacked(io.BufferedReader):
    """The bytes of the file; packed or not is seen from its first bytes, not from its name."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed with this
        self._size = max(1, os.fstat(self._file.fileno()).st_size)
        self.packed = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        super().__init__(gzip.GzipFile(fileobj=self._file) if self.packed else self._file)

    @property
    def taken(self) -> int:
        """How many bytes of the file, packed or not, are read."""
        return self._size if self._file.closed else self._file.tell()

    @property
    def done(self) -> float:
        """The share of the file that is read."""
        return min(1.0, self.taken / self._size)

    def close(self) -> None:
        super().close()
        self._file.close()
