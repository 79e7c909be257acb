"""Files of an archive: written so that a folder is there complete or not at all, and read without trusting what is there.

A folder is written beside its place under another name, each file synced to the disk, and renamed at the end.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from kpirules.records.manifest import Filed
from kpirules.records.parquet import Unfit

#: How folders begin that are still being written, or that a job left behind that was killed.
WRITING = ".writing-"
_PIECE = 1 << 20


class _Hashed:
    """A file that is being written, with the digest of what went into it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self._digest.update(data)
        self._size += memoryview(data).nbytes
        return memoryview(data).nbytes

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        """Who opened the file closes it."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    @property
    def filed(self) -> Filed:
        return Filed(sha256=self._digest.hexdigest(), size=self._size)


class Writing:
    """A folder on its way into an archive. Raises OSError for what the file system refuses."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = Path(tempfile.mkdtemp(prefix=WRITING, dir=root))
        self.path.chmod(0o777 & ~_umask())  # mkdtemp lets nobody else in
        self.files: dict[str, Filed] = {}

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        """A new file to write to; its digest is noted."""
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        with open(path, "xb") as stream:
            hashed = _Hashed(stream)
            yield cast(BinaryIO, hashed)
            stream.flush()
            os.fchmod(stream.fileno(), 0o444 & ~_umask())
            os.fsync(stream.fileno())
        self.files[name] = hashed.filed

    def write(self, name: str, data: bytes) -> None:
        with self.file(name) as stream:
            stream.write(data)

    def place(self, target: Path) -> None:
        """Put the folder into its place, where there is nothing yet: the one moment in which the run comes to be there."""
        for folder in (*(one for one in self.path.iterdir() if one.is_dir()), self.path):
            sync(folder)
        target.parent.mkdir(exist_ok=True)
        sync(self.root)
        os.rename(self.path, target)
        sync(target.parent)

    def drop(self) -> None:
        """Take the folder away, as far as the file system lets us; the next job does the rest."""
        shutil.rmtree(self.path, ignore_errors=True)


def leftovers(root: Path) -> list[Path]:
    """Folders that killed jobs left behind; only who holds the archive's lock may take them away."""
    return sorted(one for one in root.glob(f"{WRITING}*") if one.is_dir() and not one.is_symlink())


def clear(root: Path) -> None:
    """Take away what killed jobs left behind. Raises OSError where it cannot be taken away."""
    for one in leftovers(root):
        shutil.rmtree(one)


def sync(folder: Path) -> None:
    """See to it that the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    """What new files may not be allowed; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def names_in(folder: Path) -> list[str]:
    """The path of every file below a folder, links, pipes and empty folders included. Raises OSError."""
    found: list[str] = []

    def refused(wrong: OSError) -> None:
        raise wrong

    for place, folders, files in os.walk(folder, onerror=refused):
        links = [one for one in folders if (Path(place) / one).is_symlink()]
        inside = [*files, *links]
        found += [str((Path(place) / one).relative_to(folder)) for one in inside]
        if not inside and not folders and Path(place) != folder:
            found.append(str(Path(place).relative_to(folder)))
    return sorted(found)


def _regular(path: Path) -> int:
    """The size of a plain file. Raises Unfit where it is a link, a folder or anything else."""
    told = path.lstat()
    if not stat.S_ISREG(told.st_mode):
        raise Unfit("it is no plain file", "不是普通文件")
    return told.st_size


def read_bytes(path: Path, most: int) -> bytes:
    """The whole of a plain file. Raises Unfit where it is none or longer than `most`, and OSError."""
    if _regular(path) > most:
        raise Unfit("it is longer than such a file can be", "长度超出此类文件的限度")
    with open(path, "rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise Unfit("it is longer than such a file can be", "长度超出此类文件的限度")
    return data


def filed(path: Path, most: int) -> Filed | None:
    """Size and digest of a plain file as it is on the disk; None: longer than `most`. Raises Unfit and OSError."""
    size = _regular(path)
    if size > most:
        return None
    digest = hashlib.sha256()
    read = 0
    with open(path, "rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            read += len(piece)
            if read > most:
                return None
    return Filed(sha256=digest.hexdigest(), size=read)
