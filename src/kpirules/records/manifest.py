"""The manifest of a run: every file of its archive with its SHA-256, and what the run follows and supersedes.

Knows no clock, host, user or place of its own: the same inputs give the same bytes. Reads no file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kpirules import periods

#: The form of the archive; another number is another form.
FORM: Literal["kpirules-run-1"] = "kpirules-run-1"
#: A run is called by so many digits of its manifest's digest.
_ID_LENGTH = 16
#: More than any manifest is long: a wrong file must not fill the memory.
MOST_BYTES = 1 << 20
State = Literal["draft", "final"]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
#: Plain names in ASCII, so that they survive every file system and archiver; folders are one level deep.
_PATH = re.compile(r"(?:[a-z]+/)?[A-Za-z0-9_][A-Za-z0-9_.-]*")


class Filed(BaseModel):
    """One file of an archive. size: in bytes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    sha256: Digest
    size: Annotated[int, Field(ge=0)]


class Manifest(BaseModel):
    """What a run is. previous: the digest of the manifest of the final run before it in the archive; None for the first.

    supersedes: that of the run whose place it takes, and reason, why. files: by path, without the manifest itself and
    its signature. versions: of what makes the bytes of the files, and the figures in them.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    form: Literal["kpirules-run-1"] = FORM
    ruleset: Annotated[str, Field(min_length=1, max_length=1000)]
    version: str | None
    period: str
    state: State
    previous: Digest | None
    supersedes: Digest | None
    reason: str | None
    files: dict[str, Filed]
    versions: dict[str, str]

    @field_validator("period")
    @classmethod
    def _canonical(cls, value: str) -> str:
        found = periods.parse(value)
        if found is None or str(found) != value:
            raise ValueError("no period in its canonical text")
        return value

    @field_validator("files")
    @classmethod
    def _plain(cls, value: Mapping[str, Filed]) -> Mapping[str, Filed]:
        for path in value:
            if not _PATH.fullmatch(path):
                raise ValueError("no plain path of a file")
        return value

    def written(self) -> bytes:
        """The manifest as it stands in its file: one way to write it, and one only."""
        return canonical(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """The SHA-256 of the manifest's file, which names the whole archive."""
        return hashlib.sha256(self.written()).hexdigest()

    @property
    def id(self) -> str:
        """What the run is called, and its folder."""
        return self.digest[:_ID_LENGTH]


def canonical(value: object) -> bytes:
    """Plain values as JSON with sorted keys, in UTF-8; floats have no place in it."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def read_manifest(written: bytes) -> Manifest | None:
    """The manifest in the bytes of its file; None where they are none, or are not written the one way."""
    try:
        found = Manifest.model_validate_json(written)
        return found if found.written() == written else None
    except (ValidationError, ValueError, RecursionError):
        return None
