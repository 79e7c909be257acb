"""The footer of a Parquet file, read strictly: only files of the shape that `parquet` writes get past it.

The library that reads Parquet trusts footers in places, and ends the whole process over some that do not fit together.
So their numbers are looked at here first, in Thrift's compact protocol, before it sees them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

#: Thrift's structs by number of field.
Struct: TypeAlias = "Mapping[int, Value]"
Value: TypeAlias = "bool | int | bytes | list[Value] | Struct"

_MAGIC = b"PAR1"
#: PLAIN, RLE, BIT_PACKED.
_ENCODINGS = frozenset({0, 3, 4})
_ZSTD = 6
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Footer:
    """What a file says of itself. unfolded: bytes of all columns before compression."""

    rows: int
    columns: int
    groups: tuple[int, ...]
    unfolded: int


class Broken(Exception):
    """Not a footer as `parquet` writes it."""


def read_footer(data: bytes, whole_size: int) -> Footer:
    """The footer of a file of this size. data: its end, all of the footer in it. Raises Broken where it does not fit together."""
    size = int.from_bytes(data[-8:-4], "little")
    start = whole_size - 8 - size
    if data[-4:] != _MAGIC or start < 4 or size + 8 > len(data):
        raise Broken
    reading = _Compact(data[len(data) - 8 - size : -8])
    whole = reading.struct(0)
    if reading.place != size:
        raise Broken
    kinds = _columns(_list(whole, 2))
    groups = [_group(_as_struct(one), kinds, start) for one in _list(whole, 4)]
    rows = _int(whole, 3)
    if sum(count for count, _ in groups) != rows:
        raise Broken
    return Footer(rows, len(kinds), tuple(count for count, _ in groups), sum(size for _, size in groups))


def _columns(schema: list[Value]) -> list[int]:
    """The physical type of each column of a flat table."""
    if not schema or _int(_as_struct(schema[0]), 5) != len(schema) - 1:
        raise Broken
    kinds = []
    for one in schema[1:]:
        element = _as_struct(one)
        if 5 in element or element.get(3) not in (0, 1):  # no children; required or optional
            raise Broken
        kinds.append(_int(element, 1))
    return kinds


def _group(group: Struct, kinds: list[int], end: int) -> tuple[int, int]:
    """Rows and unfolded bytes of a group of rows, whose pages end before the footer."""
    rows, size = _int(group, 3), 0
    columns = _list(group, 1)
    if len(columns) != len(kinds) or rows < 0:
        raise Broken
    for column, kind in zip(columns, kinds, strict=True):
        said = _as_struct(_as_struct(column).get(3))
        encodings = {one for one in _list(said, 2) if isinstance(one, int)}
        first, packed, unfolded = _int(said, 9), _int(said, 7), _int(said, 6)
        if (
            _int(said, 1) != kind
            or not _ENCODINGS.issuperset(encodings)
            or _int(said, 4) != _ZSTD
            or _int(said, 5) != rows
            or 11 in said  # a dictionary
            or first < 4
            or packed < 0
            or unfolded < 0
            or first + packed > end
        ):
            raise Broken
        size += unfolded
    return rows, size


def _as_struct(value: Value | None) -> Struct:
    if not isinstance(value, Mapping):
        raise Broken
    return value


def _int(struct: Struct, field: int) -> int:
    value = struct.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Broken
    return value


def _list(struct: Struct, field: int) -> list[Value]:
    value = struct.get(field)
    if not isinstance(value, list):
        raise Broken
    return value


class _Compact:
    """Thrift's compact protocol, as far as Parquet uses it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def byte(self) -> int:
        if self.place >= len(self.data):
            raise Broken
        self.place += 1
        return self.data[self.place - 1]

    def unsigned(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            one = self.byte()
            value |= (one & 0x7F) << shift
            if one < 0x80:
                return value
        raise Broken

    def signed(self) -> int:
        value = self.unsigned()
        return (value >> 1) ^ -(value & 1)

    def binary(self) -> bytes:
        size = self.unsigned()
        if size > len(self.data) - self.place:
            raise Broken
        self.place += size
        return self.data[self.place - size : self.place]

    def struct(self, depth: int) -> dict[int, Value]:
        found: dict[int, Value] = {}
        field = 0
        while (head := self.byte()) != 0:
            field = field + (head >> 4) if head >> 4 else self.signed()
            if field in found:
                raise Broken
            kind = head & 0x0F
            found[field] = kind == 1 if kind in (1, 2) else self.value(kind, depth + 1)
        return found

    def value(self, kind: int, depth: int) -> Value:
        if depth > _DEEPEST:
            raise Broken
        match kind:
            case 1 | 2:
                return self.byte() == 1
            case 3:
                return self.byte()
            case 4 | 5 | 6:
                return self.signed()
            case 7:
                self.place += 8
                return 0
            case 8:
                return self.binary()
            case 9 | 10:
                head = self.byte()
                size = head >> 4 if head >> 4 < 15 else self.unsigned()
                if size > len(self.data) - self.place:
                    raise Broken
                return [self.value(head & 0x0F, depth + 1) for _ in range(size)]
            case 12:
                return self.struct(depth + 1)
            case _:
                raise Broken
