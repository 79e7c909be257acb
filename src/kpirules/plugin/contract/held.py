"""What this process holds on to: open files and sockets, threads, temporary files. To see what a source lets go of."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_LISTS = Path("/proc/self/fd")
_TRIES, _PAUSE = 40, 0.05


@dataclass(frozen=True, slots=True)
class Held:
    """What is held at one moment. files: under the folder that is watched; sockets: a number."""

    files: tuple[str, ...]
    sockets: int
    threads: frozenset[str]
    temporary: tuple[str, ...]

    def beyond(self, before: Held) -> str:
        """What is held now and was not before, in words; empty when nothing."""
        found = []
        kept = list(self.files)
        for one in before.files:
            if one in kept:
                kept.remove(one)
        if kept:
            found.append(f"open files: {', '.join(kept)}")
        if self.sockets > before.sockets:
            found.append(f"{self.sockets - before.sockets} open connections")
        if self.threads - before.threads:
            found.append(f"threads: {', '.join(sorted(self.threads - before.threads))}")
        if set(self.temporary) - set(before.temporary):
            found.append(f"temporary files: {', '.join(self.temporary)}")
        return "; ".join(found)


def held(folder: Path, temporary: Path) -> Held:
    """What the process holds now. Open files are only known on Linux; elsewhere none are seen."""
    targets = []
    if _LISTS.is_dir():
        for number in os.listdir(_LISTS):
            try:
                targets.append(os.readlink(_LISTS / number))
            except OSError:  # the listing's own
                continue
    roots = (str(folder), str(temporary))
    return Held(
        tuple(sorted(one for one in targets if one.startswith(roots))),
        sum(one.startswith("socket:") for one in targets),
        frozenset(f"{one.name} ({one.ident})" for one in threading.enumerate()),
        tuple(sorted(str(one.relative_to(temporary)) for one in temporary.rglob("*"))),
    )


def let_go(folder: Path, temporary: Path, before: Held) -> str:
    """What is still held beyond that, after a moment in which a server's side of a connection may end, too."""
    left = ""
    for _ in range(_TRIES):
        left = held(folder, temporary).beyond(before)
        if not left:
            return ""
        time.sleep(_PAUSE)
    return left
