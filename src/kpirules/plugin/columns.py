"""The column types of the seam: brings Arrow's other types to them, and any of them to text.

This module loads pyarrow: import it where a table is at hand, not at start-up.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = "pa.Array | pa.ChunkedArray"

_DURATION = pa.duration("us")
_TIMESTAMP = pa.timestamp("us")


def is_settled(kind: pa.DataType) -> bool:
    """Whether a type is one that a source may give."""
    return (
        kind in (pa.string(), pa.bool_(), pa.int64(), pa.float64(), pa.date32(), _DURATION)
        or pa.types.is_decimal128(kind)
        or (pa.types.is_timestamp(kind) and kind.unit == "us")
    )


def settled(kind: pa.DataType) -> pa.DataType | None:
    """The type of the seam that holds values of this one; None for lists, structures and raw bytes."""
    types = pa.types
    if is_settled(kind):
        return kind
    if types.is_dictionary(kind):
        return settled(kind.value_type)
    if types.is_run_end_encoded(kind):
        return settled(kind.value_type)
    if types.is_null(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return pa.string()
    if types.is_uint64(kind):
        return pa.decimal128(20, 0)
    if types.is_integer(kind):
        return pa.int64()
    if types.is_floating(kind):
        return pa.float64()
    if types.is_decimal(kind):
        return (
            pa.decimal128(38, kind.scale)
            if kind.precision > 38
            else pa.decimal128(kind.precision, kind.scale)
        )
    if types.is_date64(kind):
        return pa.date32()
    if types.is_timestamp(kind):
        return pa.timestamp("us", kind.tz)
    if types.is_time(kind) or types.is_duration(kind):
        return _DURATION
    return None


def settle(column: Column) -> Column | None:
    """The column in its type of the seam; None where there is none, or where a value does not fit into it.

    Empty text and NaN become null. Times finer than a microsecond are cut. A float32 becomes the float64 of
    the same shortest decimal.
    """
    wanted = settled(column.type)
    if wanted is None:
        return None
    try:
        return _without_blanks(_cast(column, wanted))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _cast(column: Column, wanted: pa.DataType) -> Column:
    kind = column.type
    types = pa.types
    if kind == wanted:
        return column
    if types.is_dictionary(kind) and types.is_string_view(kind.value_type):
        # Categories as Polars hands them over: no kernel decodes them as they are.
        return _cast(pc.cast(column, pa.dictionary(kind.index_type, pa.string())), wanted)
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        plain = (
            pc.run_end_decode(column) if types.is_run_end_encoded(kind) else pc.cast(column, kind.value_type)
        )
        return _cast(plain, wanted)
    if types.is_float16(kind):
        return _cast(pc.cast(column, pa.float32()), wanted)
    if types.is_floating(kind):
        return pc.cast(pc.cast(column, pa.string()), wanted)
    if types.is_time(kind):
        whole = pc.cast(column, pa.int32() if types.is_time32(kind) else pa.int64())
        return _cast(pc.cast(pc.cast(whole, pa.int64()), pa.duration(kind.unit)), wanted)
    return pc.cast(column, options=pc.CastOptions(target_type=wanted, allow_time_truncate=True))


def _without_blanks(column: Column) -> Column:
    if pa.types.is_string(column.type):
        blank = pc.equal(column, "")
    elif pa.types.is_floating(column.type):
        blank = pc.is_nan(column)
    else:
        return column
    return pc.if_else(blank, None, column) if pc.any(blank).as_py() else column


def as_text(column: Column) -> Column:
    """The column as text in the plain spelling (see the package's docstring); nulls stay null."""
    kind = column.type
    types = pa.types
    if types.is_string(kind):
        return column
    if types.is_integer(kind) or types.is_boolean(kind):
        return pc.cast(column, pa.string())
    if types.is_date32(kind):
        return pc.cast(column, pa.string())
    if types.is_timestamp(kind) or types.is_duration(kind) or types.is_decimal(kind):
        return _one_by_one(column)
    text = pc.cast(column, pa.string())
    odd = pc.any(pc.match_substring_regex(text, "[eE]|^-0$|n|\\.0+$")).as_py()
    return _one_by_one(column) if odd else text


def printed(column: Column) -> Column:
    """The column as an output prints it: the plain spelling, but a decimal with all of its places (30.00); nulls stay null.

    Published values are decimals, and their places belong to them: outputs print with this, not with `as_text`.
    """
    if not pa.types.is_decimal(column.type):
        return as_text(column)
    text = pc.cast(column, pa.string())
    if pc.any(pc.match_substring(text, "E")).as_py():  # very small values come with an exponent
        return _each(column, lambda number: format(number, "f"))
    return text


def spell(value: object) -> str:
    """One value in the plain spelling. Numbers without exponent or idle zeros; NaN and infinity as Python has them."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _plain(Decimal(repr(value)))
        case Decimal():
            return _plain(value)
        case datetime.datetime():
            return value.isoformat(sep=" ")
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return _clock(value)
        case _:
            raise TypeError(f"{type(value).__name__} is not a value of a cell")


def _plain(number: Decimal) -> str:
    if not number.is_finite():
        return str(number)
    if number == 0:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _clock(time: datetime.timedelta) -> str:
    """HH:MM:SS, hours past 24 where need be, and the fraction of a second only where there is one."""
    micros = _micros(time)
    sign = "-" if micros < 0 else ""
    seconds, fraction = divmod(abs(micros), 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{sign}{hour:02}:{minute:02}:{second:02}" + (f".{fraction:06}" if fraction else "")


def _micros(time: datetime.timedelta) -> int:
    return (time.days * 86_400 + time.seconds) * 1_000_000 + time.microseconds


def _one_by_one(column: Column) -> Column:
    return _each(column, spell)


def _each(column: Column, text: Callable[[Any], str]) -> Column:
    spelled = [None if value is None else text(value) for value in column.to_pylist()]
    array = pa.array(spelled, pa.string())
    return pa.chunked_array([array]) if isinstance(column, pa.ChunkedArray) else array
