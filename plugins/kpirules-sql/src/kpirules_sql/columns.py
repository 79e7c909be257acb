"""Kinds of columns, and how what a database gives becomes a column of the seam.

A database's own types are brought to few sorts; each sort has one type of the seam and one way there. What a cell
holds and the seam does not (NaN, a day in the year 20000, an interval of months) is an error with its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Words
from kpirules.plugin.columns import settle, spell

#: text: as it is. label: text once cast (enumerations, uuid, JSON). whole, big: integers up to 64 bits, beyond.
#: decimal: exact, with precision and scale. spelled: exact numbers of more than 38 digits, as text. number, single:
#: floats of 64 and 32 bits. yes. day. moment: clock time. instant: with a zone. time: of day. span: an interval.
#: mixed: of several kinds, as text. lump: lists, structures, bytes.
Sort = Literal[
    "text", "label", "whole", "big", "decimal", "spelled", "number", "single", "yes",
    "day", "moment", "instant", "time", "span", "mixed", "lump",
]  # fmt: skip

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, counted from 1970
_DAY = 86_400_000_000
_NOT_FINITE = Words("which is not a number to reckon with", "无法用于计算")
_NO_DAY = Words(
    "which is not a day of the calendar of the years 1 to 9999", "不是公元 1 年至 9999 年间的日期"
)
_MONTHS = Words("whose length is not fixed, since months differ", "月份天数不同，长度不固定")
_TOO_LONG = Words("which is longer than can be held", "超出可表示的长度")
_BYTES = Words("which is raw bytes, not text", "是原始字节而非文本")
_BEYOND = Words("which does not fit into the column's type", "超出该列类型的范围")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or query. precision, scale: of `decimal`; None where each value has its own.

    declared: the database's own word for its type. name: its own; the seam's is `title`. blank: it was looked through
    and holds nothing.
    """

    name: str
    sort: Sort
    declared: str = ""
    precision: int | None = None
    scale: int | None = None
    blank: bool = False

    @property
    def title(self) -> str:
        return self.name.strip()

    @property
    def type(self) -> pa.DataType:
        """Its type of the seam."""
        if self.sort == "decimal":
            return pa.decimal128(self.precision or 38, self.scale or 0)
        return _TYPES[self.sort]


_TYPES: dict[Sort, pa.DataType] = {
    "text": pa.string(),
    "label": pa.string(),
    "mixed": pa.string(),
    "spelled": pa.string(),
    "lump": pa.string(),
    "whole": pa.int64(),
    "big": pa.decimal128(38, 0),
    "number": pa.float64(),
    "single": pa.float64(),
    "yes": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "instant": pa.timestamp("us", "UTC"),
    "time": pa.duration("us"),
    "span": pa.duration("us"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be read: its place in the batch, what it holds, and why that is nothing to read."""

    index: int
    value: str
    reason: Words


@dataclass(frozen=True, slots=True)
class Lump:
    """Stands for a value that is no cell, where a driver gives Python values: bytes, or text that is not UTF-8."""

    shown: str


def settled(raw: pa.Array, column: Column) -> tuple[pa.Array, list[Wrong]]:
    """The column in its type of the seam, null where a cell is wrong; `raw` is as `Column.sort` has it fetched."""
    if isinstance(raw, pa.ExtensionArray):
        raw = raw.storage
    match column.sort:
        case "decimal" | "spelled" if pa.types.is_string(raw.type):
            return _decimals(raw, column)
        case "number" | "single":
            return _floats(raw)
        case "day":
            days = raw.cast(pa.date32()).view(pa.int32())
            return _within(raw, days, _FIRST_DAY, _LAST_DAY)
        case "moment" | "instant":
            return _moments(raw, column.type)
        case "span":
            return _spans(raw)
        case _:
            found = settle(raw)
            if found is not None and found.type != column.type:
                found = found.cast(column.type)
            return (_all_wrong(raw, column)) if found is None else (found, [])


def from_values(values: list[object], column: Column) -> tuple[pa.Array, list[Wrong]]:
    """The column of Python values, as drivers without Arrow give them."""
    wrong = [
        Wrong(index, value.shown, _BYTES) for index, value in enumerate(values) if isinstance(value, Lump)
    ]
    if wrong:
        values = [None if isinstance(value, Lump) else value for value in values]
    match column.sort:
        case "mixed":
            return pa.array([None if one is None else spell(one) for one in values], pa.string()), wrong
        case "text" | "label" | "spelled":
            found, more = settled(pa.array(values, pa.string()), column)
        case "number":
            found, more = settled(
                pa.array([None if one is None else float(str(one)) for one in values]), column
            )
        case "yes":
            found, more = pa.array([None if one is None else bool(one) for one in values], pa.bool_()), []
        case _:
            found, more = settled(pa.array(values, _TYPES.get(column.sort)), column)
    return found, wrong + more


#: How a sort is read from a database's own spelling, before it is settled.
_SPELLED: dict[Sort, pa.DataType] = {
    "whole": pa.int64(),
    "big": pa.decimal128(38, 0),
    "number": pa.float64(),
    "single": pa.float64(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "instant": pa.timestamp("us"),
}
_TIME = re.compile(r"(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?")


def from_texts(values: list[object], column: Column) -> tuple[pa.Array, list[Wrong]]:
    """The column of values in a database's own spelling, as drivers give them that decode nothing."""
    if column.sort == "yes":
        return from_values([None if one is None else one in ("1", b"\x01") for one in values], column)
    if column.sort == "time":
        return pa.array([None if one is None else _time(str(one)) for one in values], _TYPES["time"]), []
    kind = _SPELLED.get(column.sort)
    if kind is None:
        return from_values(values, column)
    raw, wrong = _read_as(pa.array(values, pa.string()), kind)
    if column.sort == "single":
        raw = raw.cast(pa.float32())
    if column.sort == "instant":
        raw = raw.cast(_TYPES["instant"])
    found, more = settled(raw, column)
    return found, wrong + more


def _read_as(texts: pa.Array, kind: pa.DataType) -> tuple[pa.Array, list[Wrong]]:
    """The texts as values of a type; cell by cell where one of them is none."""
    try:
        return texts.cast(kind), []
    except pa.ArrowInvalid:
        kept: list[pa.Scalar] = []
        wrong: list[Wrong] = []
        for index, text in enumerate(texts):
            try:
                kept.append(text.cast(kind))
            except pa.ArrowInvalid:
                kept.append(pa.scalar(None, kind))
                wrong.append(Wrong(index, text.as_py(), _NO_DAY if pa.types.is_temporal(kind) else _BEYOND))
        return pa.array(kept, kind), wrong


def _time(text: str) -> int:
    """A time of day or a span up to 838 hours, in microseconds."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not spelled as a time")
    sign, hours, minutes, seconds, fraction = found.groups()
    whole = (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1_000_000
    return (whole + int((fraction or "").ljust(6, "0"))) * (-1 if sign else 1)


def _decimals(raw: pa.Array, column: Column) -> tuple[pa.Array, list[Wrong]]:
    """From the database's own spelling, which is exact."""
    odd = pc.fill_null(pc.match_substring(raw, "n", ignore_case=True), False)  # NaN, Infinity
    wrong = _told(raw, odd, _NOT_FINITE)
    plain = pc.if_else(odd, None, raw) if wrong else raw
    if column.sort == "decimal":
        try:
            return plain.cast(column.type), wrong
        except pa.ArrowInvalid:
            pass  # wider than declared: as text below, cell by cell
        return _one_by_one(plain, column, wrong)
    spelled = [None if one is None else spell(Decimal(one)) for one in plain.to_pylist()]
    return pa.array(spelled, pa.string()), wrong


def _one_by_one(plain: pa.Array, column: Column, wrong: list[Wrong]) -> tuple[pa.Array, list[Wrong]]:
    kept: list[object] = []
    for index, text in enumerate(plain.to_pylist()):
        try:
            kept.append(None if text is None else pa.scalar(text).cast(column.type).as_py())
        except pa.ArrowInvalid:
            kept.append(None)
            wrong.append(Wrong(index, text, _BEYOND))
    return pa.array(kept, column.type), wrong


def _floats(raw: pa.Array) -> tuple[pa.Array, list[Wrong]]:
    odd = pc.fill_null(pc.invert(pc.is_finite(raw)), False)
    wrong = _told(raw, odd, _NOT_FINITE)
    found = settle(pc.if_else(odd, None, raw) if wrong else raw)
    assert found is not None
    return found, wrong


def _moments(raw: pa.Array, wanted: pa.DataType) -> tuple[pa.Array, list[Wrong]]:
    unit: str = raw.type.unit
    ticks = raw.view(pa.int64()) if raw.type.tz is None else raw.cast(pa.int64())
    per_day = _DAY // {"s": 1_000_000, "ms": 1_000, "us": 1}.get(unit, 1) * (1_000 if unit == "ns" else 1)
    if unit != "ns":  # nanoseconds do not reach beyond these years
        last = (_LAST_DAY + 1) * per_day - 1
        kept, wrong = _within(raw, ticks, _FIRST_DAY * per_day, last)
    else:
        kept, wrong = raw, []
    found = settle(kept.cast(pa.timestamp(unit, wanted.tz)))
    assert found is not None
    return found, wrong


def _within(raw: pa.Array, ticks: pa.Array, low: int, high: int) -> tuple[pa.Array, list[Wrong]]:
    odd = pc.fill_null(pc.or_(pc.less(ticks, low), pc.greater(ticks, high)), False)
    if not pc.any(odd).as_py():
        return raw, []
    wrong = [
        Wrong(index, "a day without end" if abs(value) > 2**31 else "a far day", _NO_DAY)
        for index, value in zip(*_picked(odd, ticks), strict=True)
    ]
    return pc.if_else(odd, None, raw), wrong


def _spans(raw: pa.Array) -> tuple[pa.Array, list[Wrong]]:
    """Intervals of days and parts of them; a day counts 24 hours, as the databases themselves reckon."""
    if pa.types.is_duration(raw.type):
        found = settle(raw)
        assert found is not None
        return found, []
    parts = np.frombuffer(raw.buffers()[1], np.dtype([("months", "<i4"), ("days", "<i4"), ("nanos", "<i8")]))
    parts = parts[raw.offset : raw.offset + len(raw)]
    valid = np.asarray(raw.is_valid())
    micros = parts["days"].astype(np.int64) * _DAY + parts["nanos"] // 1_000
    far = np.abs(parts["days"].astype(np.int64)) > 100_000_000
    months = valid & (parts["months"] != 0)
    bad = months | (valid & far)
    wrong = [
        Wrong(int(index), _interval(raw[int(index)]), _MONTHS if months[index] else _TOO_LONG)
        for index in np.flatnonzero(bad)
    ]
    return pa.array(micros, pa.duration("us"), mask=~valid | bad), wrong


def _interval(value: pa.Scalar) -> str:
    months, days, nanos = value.as_py()
    parts = [f"{months} months" if months else "", f"{days} days" if days else ""]
    return " ".join([*filter(None, parts), *([f"{nanos / 1e9:g} seconds"] if nanos else [])])


def _told(raw: pa.Array, odd: pa.Array, reason: Words) -> list[Wrong]:
    if not pc.any(odd).as_py():
        return []
    return [Wrong(index, str(value), reason) for index, value in zip(*_picked(odd, raw), strict=True)]


def _picked(odd: pa.Array, values: pa.Array) -> tuple[list[int], list[Any]]:
    return np.flatnonzero(odd.to_numpy(zero_copy_only=False)).tolist(), values.filter(odd).to_pylist()


def _all_wrong(raw: pa.Array, column: Column) -> tuple[pa.Array, list[Wrong]]:
    held = np.flatnonzero(raw.is_valid().to_numpy(zero_copy_only=False))
    wrong = [Wrong(int(index), str(raw[int(index)])[:40], _BEYOND) for index in held]
    return pa.nulls(len(raw), column.type), wrong
