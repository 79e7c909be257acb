"""Columns of the seam from a workbook's cells, stretch by stretch: first their kinds are seen, then they are made.

Two passes, so that a sheet of a million rows need not be held as Python values.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kpirules.adapters.cells import clean
from kpirules.plugin.columns import spell

#: Where the calendar of workbooks begins; a time of a day or more, shown as a time of day, reads as a date near it.
EPOCH_1900 = datetime.datetime(1899, 12, 31)
EPOCH_1904 = datetime.datetime(1904, 1, 1)
# Day and month in an order that is not said; the year first leaves no doubt.
_DATE = re.compile(r"\s*[0-9]{1,2}\s*[-/.]\s*[0-9]{1,2}\s*[-/.]\s*[0-9]{2,4}")
_NEAR = datetime.timedelta(days=60)


class Kinds:
    """The kinds of values that a column holds, and the one type for them."""

    def __init__(self, epoch: datetime.datetime, duration: bool) -> None:
        """duration: the column is going to be read as one of durations."""
        self._epoch = epoch
        self._duration = duration
        self._seen: set[type] = set()
        self._text = False
        self._late = False
        self._like_a_date: tuple[int, str] | None = None

    def see(self, values: Sequence[Any], rows: Sequence[int]) -> None:
        """The next stretch, and the numbers of its rows."""
        kinds = set(map(type, values))
        self._seen |= kinds
        if str in kinds and not self._text:
            self._text = any(value and type(value) is str for value in values)
        if not self._late and kinds & {datetime.datetime, datetime.date}:
            self._late = any(
                isinstance(value, datetime.date) and _time(value, self._epoch) is None for value in values
            )

        if str in kinds and self._late and self._like_a_date is None:
            texts = ((row, value) for row, value in zip(rows, values, strict=True) if type(value) is str)
            self._like_a_date = next((one for one in texts if _DATE.match(one[1])), None)

    @property
    def doubtful(self) -> tuple[int, str] | None:
        """In a column that holds dates: the row and the text of a first cell that only looks like one."""
        return self._like_a_date

    @property
    def holds_nothing(self) -> bool:
        return not self._text and not self._seen - {str}

    def type(self) -> pa.DataType:
        kinds = self._seen - {str}
        if self._text or not kinds:
            return pa.string()
        if kinds == {bool}:
            return pa.bool_()
        if kinds == {float}:
            return pa.float64()
        times = kinds & {datetime.time, datetime.timedelta}
        if not self._late and not kinds & {bool, float} and (times or self._duration):
            return pa.duration("us")
        if kinds == {datetime.date}:
            return pa.date32()
        if kinds <= {datetime.date, datetime.datetime}:
            return pa.timestamp("us")
        return pa.string()


def to_array(values: Sequence[Any], kind: pa.DataType, epoch: datetime.datetime) -> pa.Array:
    """The stretch as the type that its whole column has."""
    if pa.types.is_string(kind):
        return _texts(values, epoch)
    given = [None if value == "" else value for value in values]
    if pa.types.is_duration(kind):
        given = [None if value is None else _time(value, epoch) for value in given]
    elif pa.types.is_timestamp(kind):
        given = [_moment(value) for value in given]
    return pa.array(given, kind)


def not_finite(column: pa.Array) -> list[int]:
    """The places of a column of numbers that hold none: NaN and what passed all limits."""
    if not pa.types.is_floating(column.type):
        return []
    wrong = pc.invert(pc.is_finite(column)).fill_null(False)
    found: list[int] = pc.indices_nonzero(wrong).to_pylist()
    return found


def too_long(column: pa.Array) -> int | None:
    """The place of the first whole number of a column that has more digits than a workbook keeps."""
    if not pa.types.is_floating(column.type):
        return None
    size = pc.abs(column)
    found = pc.indices_nonzero(pc.and_(pc.greater_equal(size, 1e15), pc.less(size, 1e22)).fill_null(False))
    return found[0].as_py() if len(found) else None


def without(column: pa.Array, places: Sequence[int]) -> pa.Array:
    """The column with these places null."""
    values = column.to_pylist()
    for place in places:
        values[place] = None
    return pa.array(values, column.type)


def _texts(values: Sequence[Any], epoch: datetime.datetime) -> pa.Array:
    texts: list[str | None] = [
        (value or None) if type(value) is str else _spelled(value, epoch) for value in values
    ]
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        return pa.array([None if text is None else clean(text) for text in texts], pa.string())


def _spelled(value: Any, epoch: datetime.datetime) -> str:
    time = _time(value, epoch)
    return spell(value if time is None else time)


def _moment(value: Any) -> datetime.datetime | None:
    if value is None or isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.combine(value, datetime.time())


def _time(value: Any, epoch: datetime.datetime) -> datetime.timedelta | None:
    """A time of day or a duration as a duration; None for anything else."""
    match value:
        case datetime.timedelta():
            return value
        case datetime.time():
            return datetime.timedelta(
                hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
            )
        case datetime.datetime() if value < epoch + _NEAR:
            return value - epoch
        case datetime.date() if not isinstance(value, datetime.datetime):
            since = datetime.datetime.combine(value, datetime.time()) - epoch
            return since if since < _NEAR else None
        case _:
            return None
