"""Files before their content: is it there, a file, readable, not empty; and what the system says when it is not."""

from __future__ import annotations

import errno
import os
import stat

from kpirules.diagnostics import Diagnostic, Words, nearest
from kpirules.plugin.problems import EMPTY_FILE, NO_FILE, NO_PERMISSION, NOT_A_FILE, READ_FAILED

_FOLDER = Words("folder", "文件夹")
_DEVICE = Words("pipe or device", "管道或设备")


def look_at(path: str) -> Diagnostic | None:
    """What keeps the file from being read, or None. Pipes are refused: a source may be gone through twice."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            return NOT_A_FILE.at(None, path=path, what=_FOLDER if stat.S_ISDIR(found.st_mode) else _DEVICE)
        if found.st_size == 0:
            return EMPTY_FILE.at(None, path=path)
        with open(path, "rb"):
            return None
    except (OSError, ValueError) as error:
        return refusal(path, error)


def refusal(path: str, error: OSError | ValueError) -> Diagnostic:
    """The system's error as a finding. A ValueError is a path that no system takes (a NUL inside)."""
    code = error.errno if isinstance(error, OSError) else errno.ENOENT
    if code in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP):
        return NO_FILE.at(None, path=path, suggestion=_neighbour(path))
    if code in (errno.EACCES, errno.EPERM):
        return NO_PERMISSION.at(None, path=path)
    return READ_FAILED.at(None, path=path, reason=getattr(error, "strerror", None) or str(error))


def ordinal(number: int) -> Words:
    """A place in an order: 1st, 2nd, 3rd."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return Words(f"{number:,}{ending}", f"{number:,}")


def size_text(size: int) -> str:
    """Bytes as a person reads them."""
    for unit, step in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if size >= step:
            return f"{size / step:.0f} {unit}" if size >= 10 * step else f"{size / step:.1f} {unit}"
    return f"{size} bytes"


def _neighbour(path: str) -> str | None:
    """A file of the same folder that is called nearly so."""
    folder, name = os.path.split(path)
    try:
        near = nearest(name, os.listdir(folder or "."))
    except (OSError, ValueError):
        return None
    return os.path.join(folder, near) if near else None
