"""The journal of an archive: a line for each run that was added, with the moment. It informs and proves nothing.

It stands beside the runs, so that these are the same bytes whenever they are made. A line that a killed job left half
written is passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kpirules.records.folder import read_bytes
from kpirules.records.manifest import Manifest, State
from kpirules.records.parquet import Unfit

JOURNAL = "journal.jsonl"
_MOST_BYTES = 256 << 20


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    at: str
    run: str
    manifest: str
    period: str
    state: State


@dataclass(frozen=True, slots=True)
class Noted:
    """What the journal says of one run. at: when it was archived."""

    run: str
    manifest: str
    state: State
    at: str


def note(root: Path, manifest: Manifest, at: str) -> None:
    """Add a line for a run that is in its place. Raises OSError."""
    line = {"at": at, "run": manifest.id, "manifest": manifest.digest}
    line |= {"period": manifest.period, "state": manifest.state, "ruleset": manifest.ruleset}
    text = json.dumps(line, ensure_ascii=False)
    handle = os.open(root / JOURNAL, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        size = os.fstat(handle).st_size
        begun = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, f"{chr(10) if begun else ''}{text}\n".encode("utf-8", "backslashreplace"))
        os.fsync(handle)
    finally:
        os.close(handle)


def noted(root: Path) -> dict[str, Noted]:
    """What the journal says, by the digest of the manifest; nothing where there is none that can be read."""
    try:
        data = read_bytes(root / JOURNAL, _MOST_BYTES)
    except (OSError, Unfit):
        return {}
    return {one.manifest: one for one in _lines(data)}


def _lines(data: bytes) -> Iterator[Noted]:
    for line in data.splitlines():
        try:
            found = _Line.model_validate_json(line)
        except (ValidationError, ValueError, RecursionError):
            continue
        yield Noted(found.run, found.manifest, found.state, found.at)
