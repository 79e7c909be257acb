"""The syntax tree: what a policy says, as written, with the span of every node. No meaning is attached yet.

Spans do not count for equality: two texts with the same tree say the same, however they are laid out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from kpirules.diagnostics import Span


def _span() -> Any:
    return field(compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier, as written."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    span: Span = _span()


# Expressions


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit word's terminal (`PERCENT`, `PP`, `POINT`, `TIME`, `MINUTE`, ...) or None."""

    value: Fraction
    unit: str | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a date with a time of day, in ISO form."""

    text: str
    dated: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Total:
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class PointsOf:
    indicator: Name
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Negate:
    item: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Binary:
    """`+ - * /`, `and`, `or` and the comparisons `= != < <= > >=`."""

    operator: str
    left: Expr
    right: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Not:
    item: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Member:
    item: Expr
    choices: tuple[Expr, ...]
    negated: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Presence:
    item: Expr
    present: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Choice:
    then: Expr
    condition: Expr
    other: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Call:
    function: Name
    arguments: tuple[Expr, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Lookup:
    table: Name
    key: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Over:
    """An aggregate over a data set's records or over a group of people; which one, the name `over` tells.

    kind: `count`, `sum`, `share`, ... ; over None: everyone.
    """

    kind: str
    item: Expr | None
    over: Name | None
    where: Expr | None
    among: Expr | None
    percent: Fraction | None
    span: Span = _span()


Expr = (
    Name
    | Text
    | Number
    | Moment
    | Truth
    | Total
    | PointsOf
    | Negate
    | Binary
    | Not
    | Member
    | Presence
    | Choice
    | Call
    | Lookup
    | Over
)


# Lines and blocks


@dataclass(frozen=True, slots=True)
class TypeName:
    """A declared type: the unit's name; for a rating its scale, for a text the values it may have."""

    unit: str
    low: Expr | None
    high: Expr | None
    step: Expr | None
    choices: tuple[Text, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Absence:
    """`missing RULE [value]`: redistribute, zero, full, error or value."""

    rule: str
    value: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Rounded:
    """`round points|total to STEP [mode]`."""

    what: str
    step: Number
    mode: str | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Note:
    """A `clause` (what the written policy says) or a `note`."""

    kind: str
    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Header:
    """The lines under `ruleset`; each may stand once, repeats are kept for the checker to refuse."""

    version: tuple[Text, ...]
    in_force: tuple[tuple[Moment, Moment | None], ...]
    period: tuple[Name, ...]
    applies: tuple[Applies, ...]
    missing: tuple[Absence, ...]
    calendar: tuple[Name, ...]
    weekend: tuple[tuple[str, ...], ...]
    working_hours: tuple[WorkingHours, ...]
    rounding: tuple[Rounded, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Applies:
    condition: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Pairs of minutes of the day."""

    spans: tuple[tuple[int, int], ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Input:
    name: Name
    type: TypeName
    missing: Expr | None
    label: Text | None
    attribute: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: Name
    type: TypeName
    default: Expr | None
    label: Text | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Field:
    name: Name
    type: TypeName
    optional: bool
    label: Text | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Data:
    name: Name
    label: Text | None
    fields: tuple[Field, ...]
    placed_by: tuple[Name, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a lookup table or a level; key None: otherwise."""

    key: Expr | None
    label: Text | None
    value: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Table:
    name: Name
    label: Text | None
    type: TypeName
    key: Name
    entries: tuple[Entry, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    name: Name
    label: Text | None
    value: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class MeasureLine:
    value: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class TargetLine:
    operator: str
    value: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Deduct:
    """side: above, below or None; step: an expression for one unit, or a measure to count (then `measure`)."""

    points: Expr
    whole: bool
    step: Expr
    measure: bool
    side: str | None
    at_most: Expr | None
    not_below: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Band:
    """low, high None: open-ended; both None and `otherwise`: outside the rest."""

    low: Expr | None
    low_closed: bool
    high: Expr | None
    high_closed: bool
    otherwise: bool
    points: Expr
    points_to: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Bands:
    bands: tuple[Band, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Levels:
    scaled: bool
    entries: tuple[Entry, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ProRata:
    at_most: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class AllOrNothing:
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Linear:
    start: Expr
    at_start: Expr
    end: Expr
    at_end: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Formula:
    value: Expr
    span: Span = _span()


Form = Deduct | Bands | Levels | ProRata | AllOrNothing | Linear | Formula
Item = Note | Applies | Absence | MeasureLine | TargetLine | Form


@dataclass(frozen=True, slots=True)
class Indicator:
    name: Name
    label: Text | None
    weight: Expr
    items: tuple[Item, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Section:
    name: Name
    label: Text | None
    weight: Expr | None
    indicators: tuple[Indicator, ...]
    notes: tuple[Note, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Grade:
    """low None: otherwise."""

    name: Name
    label: Text | None
    low: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Grades:
    grades: tuple[Grade, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Amount:
    name: Name
    label: Text | None
    type: TypeName
    value: Expr
    step: Number | None
    mode: str | None
    notes: tuple[Note, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Eligible:
    name: Name
    label: Text | None
    condition: Expr
    notes: tuple[Note, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Setting:
    """`name = value` in a test; value None: missing."""

    name: Name
    value: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Person:
    name: Text
    given: tuple[Setting, ...]
    expected: tuple[Setting, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Test:
    """A test without people is one person's: `given` and `expected` are then that person's."""

    title: Text
    given: tuple[Setting, ...]
    expected: tuple[Setting, ...]
    people: tuple[Person, ...]
    span: Span = _span()


Declaration = (
    Input
    | Parameter
    | Data
    | Table
    | MeasureDefinition
    | Section
    | Indicator
    | Grades
    | Amount
    | Eligible
    | Test
)


@dataclass(frozen=True, slots=True)
class Ruleset:
    name: Name
    label: Text | None
    header: Header
    declarations: tuple[Declaration, ...]
    span: Span = _span()
