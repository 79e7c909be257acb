"""Pulling only what has changed: marks of time, how they are read from records and sent to the server."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeAlias

from pydantic import Field, field_validator

from kpirules_rest.cells import as_written, parse_moment
from kpirules_rest.paths import Path, search
from kpirules_rest.settings import Settings

#: When a record changed: microseconds since 1970, or what the server wrote, where it is not a time.
Mark: TypeAlias = "int | str"

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICRO = datetime.timedelta(microseconds=1)
_UNITS = {"epoch": 1_000_000, "epoch_ms": 1_000}


class Incremental(Settings):
    """Asks only for what has changed since the last pull; what was seen before comes from a cache."""

    folder: str = Field(description="The folder of the cache, from that in which the command runs.")
    changed: Path = Field(description="Where a record holds when it last changed.")
    parameter: str = Field(description="The parameter that asks for records changed since.")
    write: Literal["iso", "epoch", "epoch_ms", "as_is"] = Field(
        default="iso", description="How that moment is written, in records and in the parameter."
    )
    overlap_seconds: float = Field(
        default=300, ge=0, description="How much further back to ask, for records that were saved late."
    )
    start: str | None = Field(
        default=None, description="The moment from which the first pull asks. None: for everything."
    )
    ordered: bool = Field(
        default=False,
        description="Whether the server gives the oldest change first; then any pull can be taken up.",
    )
    deleted: Path | None = Field(
        default=None, description="Where a record says that it is deleted; such are left out."
    )
    full: bool = Field(
        default=False, description="Takes everything anew, and so forgets what the server no longer has."
    )

    @field_validator("folder")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("it must not be empty")
        return value

    def mark_of(self, record: Any) -> Mark | None:
        """When the record changed."""
        value = search(self.changed, record)
        if value is None or isinstance(value, dict | list | bool):
            return None
        if self.write == "as_is":
            return as_written(value)
        if self.write == "iso":
            moment = parse_moment(value)
            return None if moment is None else micros(moment)
        try:
            return int(Decimal(as_written(value)) * _UNITS[self.write])
        except (InvalidOperation, OverflowError, ValueError):
            return None

    def sent(self, mark: Mark | None) -> str | None:
        """The parameter's value that asks for everything since the mark, with the overlap."""
        if mark is None:
            return self.start
        if isinstance(mark, str):
            return mark
        since = mark - int(self.overlap_seconds * 1_000_000)
        if self.write == "iso":
            moment = _EPOCH + datetime.timedelta(microseconds=since)
            return moment.isoformat().replace("+00:00", "Z")
        return str(since // _UNITS[self.write])


def highest(marks: Iterable[Mark | None]) -> Mark | None:
    """The latest of the marks. Numbers written as text go by size."""
    found: Mark | None = None
    for mark in marks:
        if mark is not None and (found is None or _order(mark) > _order(found)):
            found = mark
    return found


def complete_up_to(high: Mark | None, since: int | None, before: Mark | None) -> Mark | None:
    """Up to when a complete pull saw every change: the latest it saw, but not later than it began."""
    if high is None:
        return before
    return min(high, since) if isinstance(high, int) and since is not None else high


def micros(moment: datetime.datetime) -> int:
    """Microseconds since 1970; a moment without a zone is taken as UTC, as it is when it is sent."""
    return ((moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)) - _EPOCH) // _MICRO


def server_time(date: str | None) -> int | None:
    """What a Date header says, as a mark."""
    try:
        return None if date is None else micros(parsedate_to_datetime(date))
    except ValueError:
        return None


def _order(mark: Mark) -> tuple[int, Decimal, str]:
    try:
        return (0, Decimal(mark), "")
    except InvalidOperation:
        return (1, Decimal(0), str(mark))
