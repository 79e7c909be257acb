"""The lock of an archive: one job at a time adds to it. It goes with the process that holds it, however that ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kpirules.diagnostics import Problems, Words
from kpirules.records.problems import HELD

LOCK = ".lock"
#: How often a job that waits looks again.
_EACH = 0.2
#: More than any holder says of itself.
_MOST_BYTES = 500


@contextmanager
def hold(root: Path, what: str, wait: float = 0) -> Iterator[None]:
    """Hold the lock of the archive, whose folder is made where it is not there.

    what: what the job is at, for whoever finds it locked. wait: so many seconds. Raises Problems where another job
    holds it, and OSError.
    """
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _take(handle, root, wait)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {what}\n".encode("utf-8", "replace")[:_MOST_BYTES], 0)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _take(handle: int, root: Path, wait: float) -> None:
    for again in range(int(wait / _EACH) + 1):
        if again:
            time.sleep(_EACH)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            continue
    said = os.pread(handle, _MOST_BYTES, 0).decode("utf-8", "replace").strip()
    number, _, what = said.partition(" ")
    holder = Words(f"process {number}, {what}", f"进程 {number}，{what}")
    if not number.isdecimal():
        holder = Words("a process that does not say what it is at", "一个未说明用途的进程")
    raise Problems([HELD.at(None, archive=str(root), holder=holder)])
