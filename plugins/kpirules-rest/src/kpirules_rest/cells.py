"""Columns of a source of records: what they are declared as, and how a JSON value becomes a cell of that kind.

Nothing is guessed: a declared kind is checked for every value, and a column without one is text as written.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from kpirules.diagnostics import Words
from kpirules_rest.paths import Path
from kpirules_rest.settings import Settings

if TYPE_CHECKING:  # keeps start-up free of it
    import pyarrow as pa

Kind: TypeAlias = Literal[
    "any", "text", "number", "whole", "yes", "day", "moment", "local", "duration", "epoch", "epoch_ms"
]
#: A cell, and why there is none where there should be one.
Made: TypeAlias = "tuple[Any, Words | None]"

_INT64 = range(-(2**63), 2**63)
_UNITS = {"ms": 1_000, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_CLOCK = re.compile(r"(-?)(\d{1,6}):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?")
_ISO = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6})\d*)?S)?)?")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

_NESTED = Words("is an object or a list, not a single value", "是对象或列表，不是单个值")
_NOT_TEXT = Words("is not text", "不是文本")
_NOT_NUMBER = Words("is not a number", "不是数字")
_TOO_FINE = Words(
    "has more digits than a number keeps; declare the column as text", "位数超出数字精度；请将该列声明为 text"
)
_NOT_WHOLE = Words("is not a whole number", "不是整数")
_NOT_YES = Words("is neither true nor false", "不是 true 或 false")
_NOT_DAY = Words("is not a date like 2026-01-31", "不是 2026-01-31 形式的日期")
_NOT_MOMENT = Words(
    "is not a date and time like 2026-01-31T09:30:00+08:00", "不是 2026-01-31T09:30:00+08:00 形式的日期时间"
)
_NO_ZONE = Words(
    "has no time zone; name one as the column's `zone`, or declare it as local",
    "没有时区；请在该列的 `zone` 中指明，或声明为 local",
)
_HAS_ZONE = Words("has a time zone; declare the column as moment", "带有时区；请将该列声明为 moment")
_NOT_DURATION = Words("is not a duration like 01:30:00 or PT1H30M", "不是 01:30:00 或 PT1H30M 形式的时长")
_NO_UNIT = Words(
    "is a bare number; name its unit as the column's `unit`", "是没有单位的数字；请在该列的 `unit` 中指明单位"
)
_TOO_FAR = Words("is beyond the years that can be kept", "超出可表示的年份")


class Column(Settings):
    """Where a record holds a column's value, and what it must be."""

    path: Path = Field(description="A JMESPath expression within the record.")
    kind: Kind = Field(
        default="any",
        description=(
            "What the value must be. any: text as written; local: a date and time without zone; "
            "epoch, epoch_ms: (milli)seconds since 1970."
        ),
    )
    required: bool = Field(default=False, description="Whether every record must have it.")
    missing: tuple[str, ...] = Field(default=(), description="Values that mean that there is none.")
    unit: Literal["ms", "s", "min", "h", "d"] | None = Field(
        default=None, description="The unit of bare numbers of a duration."
    )
    zone: str | None = Field(default=None, description="The time zone of moments written without one.")
    format: str | None = Field(
        default=None, description="How days and moments are written, as for strptime; None: ISO 8601."
    )

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError, OSError):
                raise ValueError(f'no time zone is called "{value}"') from None
        return value

    @model_validator(mode="after")
    def _fits(self) -> Column:
        if self.unit is not None and self.kind != "duration":
            raise ValueError("a unit goes with the kind duration")
        if self.zone is not None and self.kind != "moment":
            raise ValueError("a zone goes with the kind moment")
        if self.format is not None and self.kind not in ("day", "moment", "local"):
            raise ValueError("a format goes with the kinds day, moment and local")
        return self


def arrow_type(kind: Kind) -> pa.DataType:
    """The type of a column of this kind."""
    import pyarrow as pa  # late: start-up

    match kind:
        case "number":
            return pa.float64()
        case "whole":
            return pa.int64()
        case "yes":
            return pa.bool_()
        case "day":
            return pa.date32()
        case "moment" | "epoch" | "epoch_ms":
            return pa.timestamp("us", "UTC")
        case "local":
            return pa.timestamp("us")
        case "duration":
            return pa.duration("us")
        case _:
            return pa.string()


def cell_of(column: Column, value: Any) -> Made:
    """The cell of a value. None for null, empty text and what is declared as missing."""
    if value is None or value == "":
        return None, None
    if isinstance(value, dict | list) and column.kind != "any":
        return None, _NESTED
    if column.missing and not isinstance(value, dict | list) and as_written(value) in column.missing:
        return None, None
    return _MAKERS[column.kind](column, value)


def as_written(value: Any) -> str:
    """A value as text: numbers plainly, objects and lists as JSON on one line."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")  # halves of a surrogate pair
    if isinstance(value, dict | list):
        return (
            json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
            .encode("utf-8", "replace")
            .decode()
        )
    from kpirules.plugin.columns import spell  # late: pyarrow

    return spell(value)


def _any(column: Column, value: Any) -> Made:
    return as_written(value), None


def _text(column: Column, value: Any) -> Made:
    return (as_written(value), None) if not isinstance(value, bool) else (None, _NOT_TEXT)


def _number(column: Column, value: Any) -> Made:
    exact = _decimal(value)
    if exact is None:
        return None, _NOT_NUMBER
    near = float(exact)
    return (near, None) if Decimal(repr(near)) == exact else (None, _TOO_FINE)


def _whole(column: Column, value: Any) -> Made:
    exact = _decimal(value)
    if exact is None or exact != exact.to_integral_value() or int(exact) not in _INT64:
        return None, _NOT_WHOLE
    return int(exact), None


def _decimal(value: Any) -> Decimal | None:
    """The exact number that a JSON number, or a text that holds one, writes."""
    match value:
        case bool():
            return None
        case int() | Decimal():
            return Decimal(value)
        case float():
            return Decimal(repr(value))
        case str() if _NUMBER.fullmatch(value.strip()):
            return Decimal(value.strip())
        case _:
            return None


def _yes(column: Column, value: Any) -> Made:
    return (value, None) if isinstance(value, bool) else (None, _NOT_YES)


def _day(column: Column, value: Any) -> Made:
    if not isinstance(value, str):
        return None, _NOT_DAY
    try:
        if column.format is not None:
            return datetime.datetime.strptime(value.strip(), column.format).date(), None
        return datetime.date.fromisoformat(value.strip()), None
    except ValueError:
        return None, _NOT_DAY


def _moment(column: Column, value: Any) -> Made:
    moment = parse_moment(value, column.format)
    if moment is None:
        return None, _NOT_MOMENT
    if moment.tzinfo is None:
        if column.zone is None:
            return None, _NO_ZONE
        moment = moment.replace(tzinfo=ZoneInfo(column.zone))
    try:
        return moment.astimezone(datetime.UTC), None
    except OverflowError:
        return None, _TOO_FAR


def _local(column: Column, value: Any) -> Made:
    moment = parse_moment(value, column.format)
    if moment is None:
        return None, _NOT_MOMENT
    return (moment, None) if moment.tzinfo is None else (None, _HAS_ZONE)


def parse_moment(value: Any, format: str | None = None) -> datetime.datetime | None:
    """A date and time written in ISO 8601 or in this format; a date alone is none."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        if format is not None:
            return datetime.datetime.strptime(text, format)
        return datetime.datetime.fromisoformat(text) if len(text) > len("2026-01-31") else None
    except ValueError:
        return None


def _since_epoch(unit: str) -> Callable[[Column, Any], Made]:
    def make(column: Column, value: Any) -> Made:
        exact = _decimal(value)
        if exact is None:
            return None, _NOT_NUMBER
        try:
            return _EPOCH + datetime.timedelta(microseconds=int(exact * _UNITS[unit])), None
        except OverflowError:
            return None, _TOO_FAR

    return make


def _duration(column: Column, value: Any) -> Made:
    exact = _decimal(value)
    if exact is not None:
        if column.unit is None:
            return None, _NO_UNIT
        micros = exact * _UNITS[column.unit]
        return (_span(int(micros)), None) if abs(micros) < 10**18 else (None, _NOT_DURATION)
    if not isinstance(value, str):
        return None, _NOT_DURATION
    clock, iso = _CLOCK.fullmatch(value.strip()), _ISO.fullmatch(value.strip())
    if clock:
        sign, *parts = clock.groups()
        parts.insert(0, None)
    elif iso and any(iso.groups()[1:]):
        sign, *parts = iso.groups()
    else:
        return None, _NOT_DURATION
    days, hours, minutes, seconds = (int(part or 0) for part in parts[:4])
    total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000
    total += int((parts[4] or "").ljust(6, "0"))
    return (_span(-total if sign else total), None) if total < 10**18 else (None, _NOT_DURATION)


def _span(micros: int) -> datetime.timedelta:
    return datetime.timedelta(microseconds=micros)


_MAKERS: Mapping[Kind, Callable[[Column, Any], Made]] = {
    "any": _any,
    "text": _text,
    "number": _number,
    "whole": _whole,
    "yes": _yes,
    "day": _day,
    "moment": _moment,
    "local": _local,
    "duration": _duration,
    "epoch": _since_epoch("s"),
    "epoch_ms": _since_epoch("ms"),
}
