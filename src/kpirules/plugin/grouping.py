"""Aggregation in the source: counts and sums per person and stretch of time, instead of every row.

An adapter with the capability "groups" has, beside `read`,

    group(request: GroupRequest) -> Source | None

It gives back None wherever it cannot do exactly what is asked; the caller then reads the rows. The laws:

1. One row for each pair of `staff` (text, trimmed) and `time` (date32: the first day of the month, or the day) that
   occurs; rows without either are a group of their own, with null there. Then a column for each value, by its
   name, in the order of the request: int64, or decimal128 of any scale. Nothing is rounded or approximated.
2. A column must be by nature what `kinds` says of it, or the answer is None: "number": whole numbers or decimals
   (no floating point, no text); "moment": a timestamp without zone; "day": a date; "yes": a boolean; "text": text or
   whole numbers, these as digits. Durations are never asked for.
3. Text is trimmed of white space; what is empty then is missing. Texts are equal where their characters are the same
   (not by the rules of a language or of upper and lower case).
4. Conditions are three-valued, as in SQL; a value takes the rows for which its condition is known to hold.
5. `period` and `where` are hints as in a DataRequest, but here rows that they keep away must not be counted double
   or in part: a group holds all of its rows that are let through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, Literal, Protocol, TypeAlias, runtime_checkable

from kpirules.plugin.exchange import Kind, O, OnlyIn, Source, Within

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Column:
    """The cell of a column."""

    name: str


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time from one column of moments to another, in microseconds; missing where one of them is."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Given:
    """A value of the request itself: a number, a text, or yes and no."""

    value: Decimal | str | bool


Term: TypeAlias = Column | Elapsed | Given


@dataclass(frozen=True, slots=True)
class Compared:
    """Two numbers (times among them), or two texts or yes-no values with = and !=; unknown where one is missing."""

    operator: Comparison
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class OneOf:
    """The term is one of the values; unknown where it is missing."""

    item: Term
    values: tuple[Decimal | str | bool, ...]


@dataclass(frozen=True, slots=True)
class IsMissing:
    """The term has no value; never unknown."""

    item: Term


@dataclass(frozen=True, slots=True)
class IsBroken:
    """The number is not a whole one; unknown where it is missing."""

    item: Term


@dataclass(frozen=True, slots=True)
class Outside:
    """The moment or day lies before the year `first` or after the year `last`; unknown where it is missing."""

    column: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Both:
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Either:
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Negated:
    item: Condition


Condition: TypeAlias = Compared | OneOf | IsMissing | IsBroken | Outside | Both | Either | Negated


@dataclass(frozen=True, slots=True)
class Summary:
    """A value of a group, over its rows for which `where` is known to hold (None: all).

    kind: "count": how many there are; of the others, over those rows whose `item` is not missing: "sum", "min" and
    "max" of it (null without any), and "values": how many they are.
    """

    kind: Literal["count", "values", "sum", "min", "max"]
    item: Term | None = None
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class GroupRequest(Generic[O]):
    """What is wanted of a source in groups. staff, moment: the columns that tell whose and when a row is.

    by: whether `time` is the day or the first day of the month. The rest is as in a DataRequest; `kinds` names every
    column that is used.
    """

    location: str
    options: O
    staff: str
    moment: str
    by: Literal["day", "month"]
    values: Mapping[str, Summary]
    kinds: Mapping[str, Kind]
    period: Within | None = None
    where: tuple[OnlyIn, ...] = field(default=())


#: The names of the first two columns of what comes back.
STAFF, TIME = "staff", "time"


@runtime_checkable
class GroupingAdapter(Protocol[O]):
    """An adapter that can aggregate."""

    def group(self, request: GroupRequest[O]) -> Source | None:
        """The groups, by the laws above; None where they cannot be had exactly."""
        ...
