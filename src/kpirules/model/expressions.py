"""Checked expressions: every name resolved, every node with its unit. Values are exact; None is missing.

Two kinds of leaves: facts of a row (staff and period) and, inside an `Aggregate`, fields of a data record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction

from kpirules.diagnostics import Span
from kpirules.units import Unit

Value = Fraction | str | bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, or a parameter's value in force (then `parameter` names it; None while it is not set)."""

    value: Value | None
    unit: Unit
    span: Span
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """An input, attribute or aggregate of the row: the matrix column of that name."""

    name: str
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class InForce:
    """A parameter whose value changes on certain days: what holds in the row's period, by its schedule."""

    name: str
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class MeasureOf:
    """A named measure (`measure x = ...` at the top level): its definition stands in the ruleset."""

    name: str
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class PublishedTotal:
    """The total as published (rounded)."""

    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class PublishedGrade:
    """The place of the grade in the policy's list: 0 for the best. Missing without a total."""

    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class OutcomeOf:
    """An amount or another consequence as published (rounded), or an adjustment."""

    name: str
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class PointsOf:
    """The points of an indicator, as published."""

    indicator: str
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record at hand; only inside an `Aggregate`."""

    data: str
    name: str
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Negate:
    item: Expr
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * /`. Missing if a side is; a quotient by zero is missing (the checker allows it only where that is said)."""

    operator: str
    left: Expr
    right: Expr
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    """`= != < <= > >=`. Unknown (missing) if a side is missing."""

    operator: str
    left: Expr
    right: Expr
    span: Span
    unit: Unit = Unit.BOOLEAN


@dataclass(frozen=True, slots=True)
class Member:
    """`item in (a, b)`; choices are constants."""

    item: Expr
    choices: tuple[Value, ...]
    span: Span
    unit: Unit = Unit.BOOLEAN


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` / `or` in three-valued logic: false and unknown is false, true or unknown is true."""

    operator: str
    left: Expr
    right: Expr
    span: Span
    unit: Unit = Unit.BOOLEAN


@dataclass(frozen=True, slots=True)
class Not:
    item: Expr
    span: Span
    unit: Unit = Unit.BOOLEAN


@dataclass(frozen=True, slots=True)
class Presence:
    """`item is present` / `item is missing`: never unknown."""

    item: Expr
    present: bool
    span: Span
    unit: Unit = Unit.BOOLEAN


@dataclass(frozen=True, slots=True)
class Choice:
    """`then when condition otherwise other`; missing if the condition is unknown."""

    then: Expr
    condition: Expr
    other: Expr
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function of `model.functions`, by its English name."""

    function: str
    arguments: tuple[Expr, ...]
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Lookup:
    """`table[key]`: missing where the key is, or where no entry and no otherwise fits."""

    table: str
    key: Expr
    unit: Unit
    span: Span


class Over(StrEnum):
    """What is made of the values of a group or of a data set's records."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    MEDIAN = "median"
    PERCENTILE = "percentile"
    SHARE = "share"
    DISTINCT = "distinct"
    FIRST = "first"
    LAST = "last"
    TRIMMED = "trimmed mean"
    DAYS = "days"
    DAY_SHARE = "share of days"
    DAILY_MEAN = "daily mean"


@dataclass(frozen=True, slots=True)
class Group:
    """`sum of item over attribute`: across the appraised rows of the same period that share the attributes.

    Missing items are left out; without any item left a sum, a count or a number of distinct values is 0, and
    everything else is missing. COUNT without item is the headcount; SHARE is the part of the heads that have an
    item. PERCENTILE `percent` is the nearest rank, as for records. Conditions on who counts are part of the item:
    it is missing for everybody else. `by` empty means everyone. A row that lacks an attribute has no group: missing.
    between: the value goes over the whole period, and all rows that share `by` count once (the item is the same
    for all of them, as the checker makes sure).
    """

    kind: Over
    item: Expr | None
    by: tuple[str, ...]
    unit: Unit
    span: Span
    percent: Fraction | None = None
    between: bool = False


class Place(StrEnum):
    """How the place of an item among others is told. The first three differ in what tied ones get.

    RANK: tied ones share the best of their places, and the next place is left out as often (1, 2, 2, 4).
    DENSE: no place is left out (1, 2, 2, 3). AVERAGE: tied ones share the mean of their places (1, 2.5, 2.5, 4).
    PERCENTILE: the share of those ranked that stand behind: (ranked - RANK) / ranked.
    """

    RANK = "rank"
    DENSE = "dense"
    AVERAGE = "average"
    PERCENTILE = "percentile"


@dataclass(frozen=True, slots=True)
class Rank:
    """`rank of item within attribute`: the greatest item first, or the least (`lowest`).

    Among whom, and `between`, as for a Group. A missing item has no place, and none is counted for it.
    """

    kind: Place
    item: Expr
    by: tuple[str, ...]
    lowest: bool
    between: bool
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Trim:
    """What a trimmed mean leaves out at each end: a share of the values, rounded down to whole ones, or so many."""

    share: Fraction | None = None
    count: int | None = None

    def ends(self, values: int) -> int:
        """How many of so many values are left out at each end."""
        return self.count if self.count is not None else int((self.share or 0) * values)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many of a group may have a grade: `share` of its people who have a total, rounded down, at least
    `least`. ties: whether those who are tied at the edge all keep the grade; else none of them does.
    """

    share: Fraction
    by: tuple[str, ...]
    ties: bool
    least: int


@dataclass(frozen=True, slots=True)
class OwnGrade:
    """The place of the grade that the row's own total and vetoes give, before quotas."""

    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class LimitedGrade:
    """The place of the grade within quotas: one for each grade from the best on, None where there is none.

    From the best grade down: of those who have the grade, the places of its quota go by published total; whoever
    gets none has the next grade below, whose own quota counts them too. A row that lacks an attribute is not limited.
    """

    quotas: tuple[Quota | None, ...]
    unit: Unit
    span: Span


class Remainder(StrEnum):
    """Who gets what is left over when a pool is divided into whole steps, one step each.

    LARGEST: those whose parts were cut most, among equals in the order of names. FIRST: in the order of names.
    KEPT: nobody; the parts then add up to less than the pool.
    """

    LARGEST = "largest"
    FIRST = "first"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Division:
    """`divide pool over attribute by share`: the row's part of its group's pool, a multiple of `step`.

    Takes part who has a share above zero (without `share`: everybody, equally). Parts are cut to whole steps;
    LARGEST and FIRST hand out the rest, so that all parts add up to the pool cut to whole steps. A share of zero or
    less gets 0. Missing where the share is, where the pool is missing or negative, and where nobody takes part.
    """

    pool: Expr
    share: Expr | None
    by: tuple[str, ...]
    step: Fraction
    remainder: Remainder
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Earlier:
    """`previous item`: the value that the same person's row of so many periods before has.

    Missing where there is no such row, or where the policy did not apply to them then.
    """

    item: Expr
    back: int
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Recent:
    """A summary of the person's values of this period and the `count - 1` before it; missing ones are left out.

    best: only so many of the greatest values count. Missing where fewer than `least` values are known.
    """

    kind: Over
    best: int | None
    count: int
    least: int
    item: Expr
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A measure's value from the records of a data set that belong to the row; computed by `facts`.

    name: the matrix column it arrives in. item: a record-level expression. where: records that count
    (known to hold). SHARE: of the records where `among` holds (all, without it), those where `where` holds too.
    Without records: COUNT, SUM and DISTINCT are 0, every other kind is missing.
    PERCENTILE `percent` (0..100) is the smallest value with at least that share of the values at or below it
    (nearest rank); MEDIAN is the middle value, or the mean of the middle two; FIRST and LAST follow the
    data's placing field, ties by the order of the records. TRIMMED is the mean of what `trim` leaves, missing where
    that is nothing.
    grain: the kind of the shorter periods whose records it takes; None: the policy's own period.
    Of a history: DAYS is how many days of the period a record is in force for which `where` holds, DAY_SHARE that
    over the days of the period (both 0 without any), DAILY_MEAN the mean of the item over the days on which there is
    one in force, missing without any.
    """

    name: str
    kind: Over
    data: str
    item: Expr | None
    where: Expr | None
    among: Expr | None
    percent: Fraction | None
    unit: Unit
    span: Span
    trim: Trim | None = None
    grain: str | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """Whether another record of `data` follows the record at hand within a time; only inside an `Aggregate`.

    A record follows where it has the same values in `other` as this one in `own`, its placing moment lies later (of
    the same data set and at the same moment: it stands later in the file) by at most `within`, and `where`, a
    condition on its own fields, is known to hold. Whose it is does not matter, nor in which period it lies. Unknown
    where one of `own` is missing.
    """

    data: str
    within: Constant
    own: tuple[Expr, ...]
    other: tuple[Expr, ...]
    where: Expr | None
    span: Span
    unit: Unit = Unit.BOOLEAN


@dataclass(frozen=True, slots=True)
class Within:
    """`mean of item` and its kin over the shorter periods (of kind `grain`) that belong to the row's own period.

    item and where are worked out for every shorter period; where (None: all) must be known to hold. Missing
    items are left out; without any left a sum is 0, every other kind is missing. FIRST and LAST go by time.
    COUNT and SHARE have no item: in how many shorter periods `where` holds, and how many these are of
    those in which it is known whether it holds. best: only so many of the greatest items count; None: all.
    """

    kind: Over
    grain: str
    item: Expr | None
    where: Expr | None
    unit: Unit
    span: Span
    best: int | None = None


Expr = (
    Constant
    | Fact
    | InForce
    | MeasureOf
    | PublishedTotal
    | PublishedGrade
    | OutcomeOf
    | PointsOf
    | Field
    | Negate
    | Arithmetic
    | Compare
    | Member
    | Logic
    | Not
    | Presence
    | Choice
    | Call
    | Lookup
    | Group
    | Rank
    | Division
    | Earlier
    | Recent
    | OwnGrade
    | LimitedGrade
    | Aggregate
    | Followed
    | Within
)


def children(expr: Expr) -> Iterator[Expr]:
    """The direct parts of an expression, in writing order."""
    for one in fields(expr):
        part = getattr(expr, one.name)
        if isinstance(part, tuple):
            yield from (item for item in part if isinstance(item, Expr))
        elif isinstance(part, Expr):
            yield part


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and every part of it, outermost first."""
    yield expr
    for part in children(expr):
        yield from walk(part)


def own_parts(expr: Expr) -> Iterator[Expr]:
    """The expression and every part of it that is about the record at hand, not about one that follows it."""
    yield expr
    parts = expr.own if isinstance(expr, Followed) else children(expr)
    for part in parts:
        yield from own_parts(part)
