"""Database files before their content: is it there, a file, readable, not empty."""

from __future__ import annotations

import errno
import os
import stat

from kpirules.diagnostics import Diagnostic, Words, nearest
from kpirules.plugin.problems import EMPTY_FILE, NO_FILE, NO_PERMISSION, NOT_A_FILE, READ_FAILED

_FOLDER = Words("folder", "文件夹")
_DEVICE = Words("pipe or device", "管道或设备")
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)


def start_of(path: str, count: int) -> bytes | Diagnostic:
    """The first bytes of a file, or what keeps it from being read."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            return NOT_A_FILE.at(None, path=path, what=_FOLDER if stat.S_ISDIR(mode) else _DEVICE)
        with open(path, "rb") as file:
            return file.read(count) or EMPTY_FILE.at(None, path=path)
    except (OSError, ValueError) as error:
        code = error.errno if isinstance(error, OSError) else errno.ENOENT
        if code in _NOT_THERE:
            return NO_FILE.at(None, path=path, suggestion=_neighbour(path))
        if code in (errno.EACCES, errno.EPERM):
            return NO_PERMISSION.at(None, path=path)
        return READ_FAILED.at(None, path=path, reason=str(error))


def _neighbour(path: str) -> str | None:
    """A file of the same folder that is called nearly so."""
    folder, name = os.path.split(path)
    try:
        near = nearest(name, os.listdir(folder or "."))
    except (OSError, ValueError):
        return None
    return os.path.join(folder, near) if near else None
