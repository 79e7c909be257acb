"""Writes a file whole or not at all: beside its place, to the disk, then renamed. A failure is a finding.

Of use to every output that writes a file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Callable
from typing import BinaryIO

from kpirules.diagnostics import Diagnostic
from kpirules.plugin.problems import DISK_FULL, NO_FOLDER, WRITE_FAILED, WRITE_REFUSED


class Unfit(Exception):
    """Raised inside `write`: the rows do not fit into the format, for this reason."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def replace_file(path: str, write: Callable[[BinaryIO], None]) -> tuple[Diagnostic, ...]:
    """Gives `write` a file to fill, and puts that in place of what was at the path.

    After an error of the system, or `Unfit`, the old file is whole. Devices and pipes are written directly.
    """
    try:
        _replace(os.path.realpath(path), write)
    except Unfit as error:
        return (error.diagnostic,)
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and "\0" not in path:
            raise
        return (_refusal(path, error),)
    return ()


def _replace(target: str, write: Callable[[BinaryIO], None]) -> None:
    mode = _mode(target)
    if mode is None:
        with open(target, "wb") as device:
            write(device)
        return
    folder, name = os.path.split(target)
    handle, beside = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    _sync_folder(folder)


def _mode(target: str) -> int | None:
    """The permissions that the file shall have: those it has, or the user's usual ones. None: not a plain file."""
    try:
        found = os.stat(target)
    except FileNotFoundError:
        usual = os.umask(0)
        os.umask(usual)
        return 0o666 & ~usual
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), target)
    if not stat.S_ISREG(found.st_mode):
        return None
    if not os.access(target, os.W_OK):  # renaming would replace even a file that may not be written
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
    return stat.S_IMODE(found.st_mode)


def _sync_folder(folder: str) -> None:
    """Makes the renaming last through a power cut, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refusal(path: str, error: OSError | ValueError) -> Diagnostic:
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOENT, errno.ENOTDIR):
        return NO_FOLDER.at(None, path=path, folder=os.path.dirname(path) or ".")
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WRITE_REFUSED.at(None, path=path)
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DISK_FULL.at(None, path=path)
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return WRITE_FAILED.at(None, path=path, reason=reason)
