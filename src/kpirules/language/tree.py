"""The syntax tree: what a policy says, as written, with the span of every node. No meaning is attached yet.

Spans do not count for equality: two texts with the same tree say the same, however they are laid out.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar, dataclass_transform

from kpirules.diagnostics import Span


@dataclass_transform(frozen_default=True)
class Node:
    """A frozen record whose fields are its annotations, `span` being left out of comparison.

    A dataclass in all but the making: fifty generated classes take 40 ms at every start, these take one.
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = tuple(cls.__annotations__)  # type: ignore[misc]

    def __init__(self, *values: Any, **named: Any) -> None:
        given = dict(zip(self.__match_args__, values, strict=False)) | named
        if (
            len(given) != len(self.__match_args__)
            or len(values) > len(given)
            or given.keys() - set(self.__match_args__)
        ):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self.__match_args__)}")
        self.__dict__.update(given)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def _compared(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__ if name != "span")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Node) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((type(self), self._compared()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items() if name != "span")
        return f"{type(self).__name__}({shown})"


class Name(Node):
    """An identifier, as written; a field of a record's partner is `DATA.FIELD`."""

    text: str
    span: Span


class Text(Node):
    text: str
    span: Span


# Expressions


class Number(Node):
    """A number with its unit word's terminal (`PERCENT`, `PP`, `POINT`, `TIME`, `MINUTE`, ...) or None."""

    value: Fraction
    unit: str | None
    span: Span


class Moment(Node):
    """A date, or a date with a time of day, in ISO form."""

    text: str
    dated: bool
    span: Span


class Truth(Node):
    value: bool
    span: Span


class MissingValue(Node):
    """`missing` as the value of an expression."""

    span: Span


class Total(Node):
    span: Span


class PublishedGrade(Node):
    """The word `grade` in a formula."""

    span: Span


class PointsOf(Node):
    indicator: Name
    span: Span


class Negate(Node):
    item: Expr
    span: Span


class Binary(Node):
    """`+ - * /`, `and`, `or` and the comparisons `= != < <= > >=`."""

    operator: str
    left: Expr
    right: Expr
    span: Span


class Not(Node):
    item: Expr
    span: Span


class Member(Node):
    item: Expr
    choices: tuple[Expr, ...]
    negated: bool
    span: Span


class Presence(Node):
    item: Expr
    present: bool
    span: Span


class Choice(Node):
    then: Expr
    condition: Expr
    other: Expr
    span: Span


class Call(Node):
    function: Name
    arguments: tuple[Expr, ...]
    span: Span


class Lookup(Node):
    table: Name
    key: Expr
    span: Span


class Across(Node):
    """Over what an aggregate goes: a data set, or the people who share these attributes (none: everyone).

    between: each group of the attributes counts as one.
    """

    names: tuple[Name, ...]
    between: bool
    span: Span


def records(data: Name) -> Across:
    """Over the records of a data set."""
    return Across((data,), False, data.span)


class Over(Node):
    """An aggregate over a data set's records or over a group of people; which one, the name in `over` tells.

    kind: `count`, `sum`, `share`, ...
    """

    kind: str
    item: Expr | None
    over: Across
    where: Expr | None
    among: Expr | None
    percent: Fraction | None
    span: Span


class Same(Node):
    """A field that two records have in common; `other` is its name in the other data set, None for the same name."""

    own: Name
    other: Name | None
    span: Span


class Followed(Node):
    """`followed within TIME by DATA of the same FIELD [where CONDITION]`: a condition on a record."""

    within: Expr
    data: Name
    same: tuple[Same, ...]
    where: Expr | None
    span: Span


class Division(Node):
    """A pool divided among the people of a group, equally or in proportion to `share`; parts are multiples of `step`.

    remainder: `largest`, `first`, `kept`, or None where it is not said.
    """

    pool: Expr
    among: Across
    share: Expr | None
    step: Number | None
    remainder: str | None
    span: Span


class Place(Node):
    """Where somebody stands among others. kind: `rank`, `dense`, `average` (three rules for ties) or `percentile`."""

    kind: str
    item: Expr
    among: Across
    lowest: bool
    where: Expr | None
    span: Span


class Within(Node):
    """A summary over the shorter periods inside a period: `mean of X`, `share of weeks where C`, `count of months`.

    grain: the word for the shorter periods where one is written (day, week, month, quarter, half). best: how many
    of the greatest items count, None for all.
    """

    kind: str
    grain: str | None
    item: Expr | None
    where: Expr | None
    best: Fraction | None
    span: Span


class Weighted(Node):
    """`mean of X weighted by W` over the shorter periods."""

    kind: str
    item: Expr
    weight: Expr
    span: Span


class Trimmed(Node):
    """An aggregate of the values that are left when some are left out at each end: a share in percent, or so many."""

    over: Over
    amount: Fraction
    percent: bool
    span: Span


class Counting(Node):
    """`count of ... counting SHARE where MILD`: records that are mild count by the share only."""

    count: Over
    share: Expr
    mild: Expr
    span: Span


class Previous(Node):
    """`previous X`: the value of the period before."""

    item: Expr
    span: Span


class Recent(Node):
    """`mean of last 4 X`, `best 2 of last 4 X`: a summary over the period and those before it.

    kind: `mean`, `sum`, ... ; best: how many of the greatest count, None for all; least: how many must be known.
    """

    kind: str
    best: Fraction | None
    count: Fraction
    least: Fraction | None
    item: Expr
    span: Span


Expr = (
    Name
    | Text
    | Number
    | Moment
    | Truth
    | MissingValue
    | Total
    | PublishedGrade
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
    | Followed
    | Trimmed
    | Place
    | Within
    | Weighted
    | Counting
    | Division
    | Previous
    | Recent
)


# Lines and blocks


class TypeName(Node):
    """A declared type: the unit's name; for a rating its scale, for a text the values it may have."""

    unit: str
    low: Expr | None
    high: Expr | None
    step: Expr | None
    choices: tuple[Text, ...]
    span: Span


class Absence(Node):
    """`missing RULE [value]`: redistribute, zero, full, error or value."""

    rule: str
    value: Expr | None
    span: Span


class Rounded(Node):
    """`round points|total to STEP [mode]`."""

    what: str
    step: Number
    mode: str | None
    span: Span


class Note(Node):
    """A `clause` (what the written policy says) or a `note`."""

    kind: str
    text: str
    span: Span


class Accept(Node):
    """`accept CODE "REASON"`: a finding that is known and wanted.

    part: the grammar's word for the declaration that it stands in, with its name ("indicator speed"); "" under the first line.
    files: where it stands under the first line of an extended ruleset, the files for whose lines it holds; () otherwise.
    span: of all of the declaration.
    """

    code: Name
    reason: Text
    part: str
    files: tuple[str, ...]
    span: Span


class Header(Node):
    """The lines under `ruleset`; each may stand once, repeats are kept for the checker to refuse."""

    extends: tuple[Name, ...]
    subject: tuple[Subject, ...]
    currency: tuple[Name, ...]
    version: tuple[Text, ...]
    in_force: tuple[tuple[Moment, Moment | None], ...]
    period: tuple[Name, ...]
    applies: tuple[Applies, ...]
    missing: tuple[Absence, ...]
    calendar: tuple[Name, ...]
    weekend: tuple[tuple[str, ...], ...]
    working_hours: tuple[WorkingHours, ...]
    rounding: tuple[Rounded, ...]
    split: tuple[Name, ...]
    notes: tuple[Note, ...]


class Subject(Node):
    """What is appraised, where it is not staff."""

    name: Name
    label: Text | None
    span: Span


class Applies(Node):
    """subject: the word for what is appraised, None for `staff`."""

    subject: Name | None
    condition: Expr | None
    span: Span


class WorkingHours(Node):
    """Pairs of minutes of the day."""

    spans: tuple[tuple[int, int], ...]
    span: Span


class Input(Node):
    name: Name
    type: TypeName
    missing: Expr | None
    label: Text | None
    attribute: bool
    grain: str | None
    taken_from: Name | None
    span: Span


class Stretch(Node):
    """`from DATE : VALUE "reason"` below a parameter."""

    first: Moment
    value: Expr
    reason: Text | None
    span: Span


class StretchRule(Node):
    """What holds in a period in which a parameter changes: days, end or start."""

    rule: str
    span: Span


class Parameter(Node):
    name: Name
    type: TypeName
    default: Expr | None
    label: Text | None
    stretches: tuple[Stretch, ...]
    rules: tuple[StretchRule, ...]
    span: Span


class Field(Node):
    name: Name
    type: TypeName
    optional: bool
    label: Text | None
    span: Span


class Tie(Node):
    """`tied to DATA by OWN = OTHER`; other None: the field is called the same there."""

    data: Name
    own: Name
    other: Name | None
    span: Span


class Data(Node):
    name: Name
    label: Text | None
    fields: tuple[Field, ...]
    placed_by: tuple[Name, ...]
    ties: tuple[Tie, ...]
    span: Span


class InForceBy(Node):
    """`in force from SINCE until UNTIL for each FIELD, ...`."""

    since: Name
    until: Name | None
    each: tuple[Name, ...]
    span: Span


class History(Node):
    """Records that hold from a date on, until the next one of the same person or an end of their own.

    in_force: the fields with the first day and, where there is one, the last; each: what several records of one day
    differ in.
    """

    name: Name
    label: Text | None
    fields: tuple[Field, ...]
    in_force: tuple[InForceBy, ...]
    span: Span


class Entry(Node):
    """A line of a lookup table or a level; key None: otherwise."""

    key: Expr | None
    label: Text | None
    value: Expr
    span: Span


class Table(Node):
    """A lookup table by exact keys (`entries`, which hold `otherwise` too) or by intervals (`bands`).

    key: a word that says what the keys are, or their type. marginal: each entry is a rate for its part of the value.
    """

    name: Name
    label: Text | None
    type: TypeName
    key: Name | TypeName
    marginal: bool
    entries: tuple[Entry, ...]
    bands: tuple[Band, ...]
    span: Span


class MeasureDefinition(Node):
    name: Name
    label: Text | None
    grain: str | None
    value: Expr
    span: Span


class RaterGroup(Node):
    """A line of `raters`: its share, the least number of raters, the column that has their number, and how much of
    their ratings is left out at each end (so many, or so many percent).

    key: the group's name in the records, or the name of what holds its rating.
    """

    key: Name | Text
    share: Expr
    least: Expr | None
    counted_in: Name | None
    trimmed: Fraction | None
    percent: bool
    span: Span


class Rated(Node):
    """What records say of a person: `ITEM over DATA by FIELD where CONDITION`."""

    item: Expr
    data: Name
    by: Name
    where: Expr | None
    span: Span


class Raters(Node):
    """One measure of several groups of raters; rated None: each group's rating stands in a column of its own.

    unshared: a group that is missing makes the whole missing.
    """

    name: Name
    label: Text | None
    rated: Rated | None
    groups: tuple[RaterGroup, ...]
    counted_by: tuple[Name, ...]
    unshared: bool
    span: Span


class Decided(Node):
    """A rule of a decision table; condition None: otherwise."""

    condition: Expr | None
    result: Expr
    span: Span


class Decision(Node):
    """A decision table. policy: unique, any, first, priority (then `priorities`) or collect (then `collected`)."""

    name: Name
    label: Text | None
    type: TypeName
    policy: str
    priorities: tuple[Expr, ...]
    collected: str | None
    rules: tuple[Decided, ...]
    notes: tuple[Note, ...]
    span: Span


class MeasureLine(Node):
    value: Expr
    span: Span


class TargetLine(Node):
    operator: str
    value: Expr
    span: Span


class Deduct(Node):
    """side: above, below or None; step: an expression for one unit, or a measure to count (then `measure`)."""

    points: Expr
    whole: bool
    step: Expr
    measure: bool
    side: str | None
    at_most: Expr | None
    not_below: Expr | None
    span: Span


class Band(Node):
    """low, high None: open-ended; both None and `otherwise`: outside the rest."""

    low: Expr | None
    low_closed: bool
    high: Expr | None
    high_closed: bool
    otherwise: bool
    points: Expr
    points_to: Expr | None
    span: Span


class Bands(Node):
    bands: tuple[Band, ...]
    span: Span


class Levels(Node):
    scaled: bool
    entries: tuple[Entry, ...]
    span: Span


class ProRata(Node):
    at_most: Expr | None
    span: Span


class AllOrNothing(Node):
    span: Span


class Linear(Node):
    start: Expr
    at_start: Expr
    end: Expr
    at_end: Expr
    span: Span


class Formula(Node):
    value: Expr
    span: Span


class Lost(Node):
    """A line of a list of deductions: points when a condition holds, or per `size` of a measure."""

    points: Expr
    whole: bool
    size: Number | None
    measure: Expr | None
    condition: Expr | None
    at_most: Expr | None
    label: Text | None
    span: Span


class Deductions(Node):
    """A list of what costs points, with limits to all lines together."""

    lines: tuple[Lost, ...]
    at_most: Expr | None
    not_below: Expr | None
    span: Span


class ScoreBy(Node):
    """`score by NAME(arguments)`: a form by its name."""

    name: Name
    arguments: tuple[Expr, ...]
    span: Span


Form = Deduct | Bands | Levels | ProRata | AllOrNothing | Linear | Formula | Deductions | ScoreBy
Item = Note | Applies | Absence | MeasureLine | TargetLine | Form


class Indicator(Node):
    """to: the section of an extended ruleset that it is added to."""

    name: Name
    label: Text | None
    weight: Expr
    items: tuple[Item, ...]
    to: Name | None
    span: Span


class Section(Node):
    name: Name
    label: Text | None
    weight: Expr | None
    indicators: tuple[Indicator, ...]
    notes: tuple[Note, ...]
    span: Span


class QuotaLine(Node):
    """`at most 20% of team, ties out, at least 1`; ties None: not said."""

    share: Expr
    of: Across
    ties: str | None
    least: Number | None
    span: Span


class Grade(Node):
    """low None: otherwise."""

    name: Name
    label: Text | None
    low: Expr | None
    quota: QuotaLine | None
    span: Span


class Grades(Node):
    grades: tuple[Grade, ...]
    span: Span


class Adjusted(Node):
    """A bonus or penalty: points, or points per `size` of `measure`. span: of what is said behind the colon."""

    kind: str
    name: Name
    label: Text | None
    points: Expr
    whole: bool
    size: Number | None
    measure: Expr | None
    condition: Expr | None
    at_most: Expr | None
    notes: tuple[Note, ...]
    span: Span


class Veto(Node):
    """A limit to the total or to the grade, where the condition holds. span: from the condition to the limit."""

    name: Name
    label: Text | None
    condition: Expr
    total: Expr | None
    grade: Name | Text | None
    notes: tuple[Note, ...]
    span: Span


class Cap(Node):
    """`bonus at most`, `penalty at most`, `total at most`: a limit to all of them together."""

    what: str
    value: Expr
    span: Span


class Adjustments(Node):
    lines: tuple[Adjusted | Veto | Cap, ...]
    span: Span


class Amount(Node):
    name: Name
    label: Text | None
    type: TypeName
    value: Expr
    step: Number | None
    mode: str | None
    notes: tuple[Note, ...]
    span: Span


class Eligible(Node):
    name: Name
    label: Text | None
    condition: Expr
    notes: tuple[Note, ...]
    span: Span


class Series(Node):
    """`name by week = (value, value, ...)` in a test: a value for every shorter period; None: missing."""

    grain: str
    values: tuple[Expr | None, ...]
    span: Span


class Consequence(Node):
    """kind: result (type and value), award or penalty (condition, perhaps a value), alert (condition and level)."""

    kind: str
    name: Name
    label: Text | None
    type: TypeName | None
    condition: Expr | None
    value: Expr | None
    step: Number | None
    mode: str | None
    level: str | None
    notes: tuple[Note, ...]
    span: Span


class Setting(Node):
    """`name = value` in a test; value None: missing."""

    name: Name
    value: Expr | Series | None
    span: Span


class PeriodBlock(Node):
    """What a test says of one period: by its name, or so many periods back (`given previous x = 3`).

    With a name and without lines it is the test's own period.
    """

    name: Text | None
    back: int
    given: tuple[Setting, ...]
    expected: tuple[Setting, ...]
    span: Span


class GivenRecords(Node):
    """The records of a data set in a test, one a line."""

    data: Name
    records: tuple[tuple[Setting, ...], ...]
    span: Span


class Person(Node):
    name: Text
    given: tuple[Setting | GivenRecords, ...]
    expected: tuple[Setting, ...]
    periods: tuple[PeriodBlock, ...]
    span: Span


class Rollup(Node):
    """`rollup year`: what a longer period comes to. declarations: grades, amounts and other consequences."""

    kind: str
    label: Text | None
    totals: tuple[Expr, ...]
    required: Number | None
    declarations: tuple[Grades | Amount | Eligible | Consequence, ...]
    span: Span


class Test(Node):
    """A test without people is one person's: `given` and `expected` are then that person's.

    rollup: the kind of period whose roll-up it tests, None for the policy itself.
    """

    title: Text
    rollup: Name | None
    given: tuple[Setting | GivenRecords, ...]
    expected: tuple[Setting, ...]
    people: tuple[Person, ...]
    periods: tuple[PeriodBlock, ...]
    span: Span


# Changes to the ruleset that this one extends


class Set(Node):
    """A parameter's value; or, with `weight`, the weight of an indicator or a section."""

    name: Name
    weight: bool
    value: Expr
    span: Span


class Without(Node):
    """kind: the word for what it is (`indicator`, `input`, ...) where it is said. A text is a test's title."""

    kind: str | None
    name: Name | Text
    span: Span


class Replace(Node):
    declaration: Declaration
    span: Span


class Add(Node):
    declaration: Declaration
    span: Span


Declaration = (
    Input
    | Parameter
    | Data
    | History
    | Table
    | MeasureDefinition
    | Raters
    | Decision
    | Section
    | Indicator
    | Grades
    | Adjustments
    | Amount
    | Eligible
    | Consequence
    | Rollup
    | Test
)
Change = Set | Without | Replace | Add


class Ruleset(Node):
    """changes: to the ruleset that this one extends. accepted: findings, wherever the lines stand."""

    name: Name
    label: Text | None
    header: Header
    declarations: tuple[Declaration, ...]
    changes: tuple[Change, ...]
    accepted: tuple[Accept, ...]
    span: Span
