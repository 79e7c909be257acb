"""Which rows a request asks for, by the words of the seam alone: the rows that a source must send at least."""

from __future__ import annotations

import datetime

import pyarrow as pa

from kpirules.plugin.columns import as_text
from kpirules.plugin.exchange import OnlyIn, Within

#: By the clocks of the world, a moment lies on up to three days.
_EARLIEST, _LATEST = datetime.timedelta(hours=-12), datetime.timedelta(hours=14)


def rows_within(column: pa.ChunkedArray, wanted: Within) -> list[bool]:
    """For each row whether it lies within the days, or holds nothing; text that is no ISO day counts as wanted."""
    return [value is None or _lies(value, wanted) for value in column.to_pylist()]


def _lies(value: object, wanted: Within) -> bool:
    match value:
        case datetime.datetime(tzinfo=None):
            return wanted.start <= value.date() < wanted.end
        case datetime.datetime():
            # Whose clock counts, only the caller knows: every clock of the world may be meant.
            plain = value.astimezone(datetime.UTC).replace(tzinfo=None)
            return (plain + _LATEST).date() >= wanted.start and (plain + _EARLIEST).date() < wanted.end
        case datetime.date():
            return wanted.start <= value < wanted.end
        case str():
            try:
                return wanted.start <= datetime.date.fromisoformat(value.strip()[:10]) < wanted.end
            except ValueError:
                return True
        case _:
            return True


def rows_in(column: pa.ChunkedArray, wanted: OnlyIn, staff: bool) -> list[bool]:
    """For each row whether its trimmed text is one of the values; for staff, or whether it holds nothing."""
    values = set(wanted.values)
    return [staff if text is None else text.strip() in values for text in as_text(column).to_pylist()]
