"""The files of a folder or of a pattern such as `tickets/2026-*.csv`, in natural order, with what their folders say.

Looks at names and sizes; opens no file.
"""

from __future__ import annotations

import errno
import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from urllib.parse import unquote

from kpirules.adapters.file_problems import EMPTY_FOLDER, NAME_NO_TEXT, NO_MATCH
from kpirules.adapters.files import look_at, refusal
from kpirules.adapters.name_periods import is_part
from kpirules.diagnostics import Diagnostic

_MAGIC = re.compile(r"[*?\[]")
_PARTITION = re.compile(r"([^=/]+)=([^/]*)")
_NOTHING = "__HIVE_DEFAULT_PARTITION__"
#: Names of what other programs keep beside tables: locks of open workbooks, marks of finished jobs, hidden files.
_ASIDE = (".", "_", "~$")


@dataclass(frozen=True, slots=True)
class Listed:
    """One file. path: to open it. name: from the folder that is read on, with `/`. partitions: `key=value` folders."""

    path: str
    name: str
    size: int
    partitions: tuple[tuple[str, str | None], ...]


def is_folder(location: str) -> bool:
    """Whether the location is a folder (also one that is not there) or a pattern, and not a file of such a name."""
    if "://" in location or "\0" in location:
        return False
    return (
        os.path.isdir(location)
        or location.endswith("/")
        or (bool(_MAGIC.search(location)) and not os.path.lexists(location))
    )


def list_files(location: str, pattern: str | None) -> tuple[Listed, ...] | Diagnostic:
    """The files, or why there are none. pattern: only those of the folder that fit it."""
    root = _root(location)
    if not _MAGIC.search(location) and not os.path.isdir(location):
        return look_at(location.rstrip("/")) or refusal(location, FileNotFoundError(errno.ENOENT, ""))
    try:
        if os.path.isdir(location):
            found = list(_walk(location, pattern))
        else:
            hits = sorted(glob.glob(location, recursive=True))
            found = [path for hit in hits for path in (_walk(hit, None) if os.path.isdir(hit) else [hit])]
            found = [path for path in found if not os.path.basename(path).startswith("~$")]
        odd = next((path for path in found if not _is_text(path)), None)
        if odd is not None:
            return NAME_NO_TEXT.at(None, path=location, name=odd.encode("utf-8", "backslashreplace").decode())
        kept = sorted(
            (_listed(path, root) for path in dict.fromkeys(found)), key=lambda one: natural(one.name)
        )
    except (OSError, ValueError) as error:
        return refusal(location, error)
    if kept:
        return tuple(kept)
    if pattern is None and os.path.isdir(location):
        return EMPTY_FOLDER.at(None, path=location)
    if not os.path.isdir(root or "."):
        return refusal(root, FileNotFoundError(errno.ENOENT, ""))
    return NO_MATCH.at(None, pattern=location if pattern is None else os.path.join(location, pattern))


def _is_text(path: str) -> bool:
    """Whether a name that the system gives is text in its encoding: messages and tables must be able to say it."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def natural(name: str) -> list[tuple[int, int, str]]:
    """For sorting as a person would: `week9` before `week10`."""
    return [
        (0, int(part), part) if part.isdecimal() else (1, 0, part.casefold())
        for part in re.split(r"(\d+)", name)
    ]


def _root(location: str) -> str:
    """The folder from which names count. Folders right above that are a piece of a period or a partition belong to them."""
    root = location
    while _MAGIC.search(root) and not os.path.isdir(root):
        root = os.path.dirname(root)
    root = root.rstrip("/") or ("/" if root.startswith("/") else "")
    while root and (_PARTITION.fullmatch(os.path.basename(root)) or is_part(os.path.basename(root))):
        root = os.path.dirname(root)
    return root


def _walk(folder: str, pattern: str | None) -> Iterator[str]:
    """The files below a folder. Links to folders are followed, but no folder is entered twice."""
    seen: set[str] = set()
    for here, folders, files in os.walk(folder, followlinks=True, onerror=_raise):
        real = os.path.realpath(here)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = _plain(folders)
        for name in _plain(files):
            path = os.path.join(here, name)
            if pattern is None or _fits(os.path.relpath(path, folder), pattern):
                yield path


def _plain(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if not name.startswith(_ASIDE))


def _fits(name: str, pattern: str) -> bool:
    """Whether a name fits the pattern; one without folders is held against the file's own name."""
    return fnmatch(name if "/" in pattern else os.path.basename(name), pattern.removeprefix("**/"))


def _raise(error: OSError) -> None:
    raise error


def _listed(path: str, root: str) -> Listed:
    name = os.path.relpath(path, root or ".")
    try:
        size = os.path.getsize(path)
    except OSError:  # a broken link: its adapter says so
        size = 0
    found = (_PARTITION.fullmatch(part) for part in name.split("/")[:-1])
    pairs = {unquote(one[1]): None if one[2] == _NOTHING else unquote(one[2]) for one in found if one}
    return Listed(path, name, size, tuple(pairs.items()))
