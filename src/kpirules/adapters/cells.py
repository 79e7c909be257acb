"""Columns of the seam from Python values, as JSON and workbooks give them: one native type, or text where kinds mix."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from kpirules.plugin.columns import spell

Value = (
    str
    | bool
    | int
    | float
    | Decimal
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
)

_INT64 = range(-(2**63), 2**63)
_EXACT = range(-(2**53), 2**53 + 1)  # whole numbers that a float carries
# A workbook stores times as days since the eve of 1900; one of a day or more, shown as a time, reads as a date then.
_EVE = datetime.datetime(1899, 12, 31)
_EARLY = datetime.datetime(1900, 3, 1)


def to_array(values: Sequence[Value | None]) -> pa.Array:
    """The column of these values; see the laws of a source. Empty text is null."""
    kinds = set(map(type, values))
    kinds.discard(type(None))
    if str in kinds:
        values = [None if value == "" else value for value in values]
        if kinds != {str}:
            kinds = set(map(type, values)) - {type(None)}
    native = _native(values, kinds)
    return _text(values) if native is None else native


def clean(text: str) -> str:
    """The text without what UTF-8 cannot hold (halves of a surrogate pair)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _native(values: Sequence[Value | None], kinds: set[type]) -> pa.Array | None:
    """The column in a native type; None where kinds mix, where it is text, or where numbers need more digits."""
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {int} and all(value is None or value in _INT64 for value in values):
        return pa.array(values, pa.int64())
    if kinds == {float}:
        return pa.array(values, pa.float64())
    if kinds == {int, float} and all(not isinstance(value, int) or value in _EXACT for value in values):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())  # type: ignore[arg-type]
    if kinds == {datetime.date}:
        return pa.array(values, pa.date32())
    if kinds in ({datetime.datetime}, {datetime.date, datetime.datetime}):
        return pa.array([_moment(value) for value in values], pa.timestamp("us"))
    if kinds & {datetime.time, datetime.timedelta}:
        times = [_time(value) for value in values]
        if all(time is not None or value is None for time, value in zip(times, values, strict=True)):
            return pa.array(times, pa.duration("us"))
    return None


def _text(values: Sequence[Value | None]) -> pa.Array:
    if any(not isinstance(value, str) and value is not None for value in values):
        values = [None if value is None else spell(_time(value) or value) for value in values]
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([clean(value) if isinstance(value, str) else None for value in values], pa.string())


def _moment(value: Value | None) -> datetime.datetime | None:
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.combine(value, datetime.time()) if isinstance(value, datetime.date) else None


def _time(value: Value | None) -> datetime.timedelta | None:
    """A time of day or a duration as a duration; None for anything else."""
    match value:
        case datetime.timedelta():
            return value
        case datetime.time():
            return datetime.timedelta(
                hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
            )
        case datetime.datetime() if value < _EARLY:
            return value - _EVE
        case _:
            return None
