"""The checked rule model: what a policy means, with every name resolved and every constant worked out.

This is the one type between language and scoring: `model.check` makes it, `scoring.reference` defines its
results, `scoring.plan` packs it for the kernels. Parameters are already at their values in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.model.expressions import Aggregate, Constant, Expr, LimitedGrade, Quota, Value
from kpirules.model.forms import Form
from kpirules.model.scales import Scale
from kpirules.model.schedule import Schedule
from kpirules.numbers import Rounding
from kpirules.periods import Period
from kpirules.units import Type, Unit


@dataclass(frozen=True, slots=True)
class Subject:
    """What is appraised. name: the key column of the tables read and written; label: what readers call it."""

    name: str
    label: str = ""

    @property
    def titles(self) -> tuple[str, ...]:
        """What the key column may be called, the first one by choice."""
        return (self.name, self.label) if self.label else (self.name,)

    @property
    def words(self) -> Words:
        """The word for one of them: "staff member", "region"."""
        return Words("staff member", "员工") if self == STAFF else Words(self.name, self.label or self.name)

    @property
    def all(self) -> Words:
        """The word for many of them."""
        return Words("staff", "员工") if self == STAFF else Words(f"{self.name}s", self.words.zh)

    @property
    def this(self) -> Words:
        """`this person`, `this region`."""
        return Words("person", "员工") if self == STAFF else self.words


STAFF = Subject("staff", "员工")


class Absent(StrEnum):
    """What a missing fact means for an indicator."""

    REDISTRIBUTE = "redistribute"
    ZERO = "zero"
    FULL = "full"
    VALUE = "value"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Missing:
    """REDISTRIBUTE: left out, its weight shared by the rest. ZERO, FULL, VALUE: scored so. ERROR: an input error."""

    rule: Absent
    value: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A column the user delivers per staff and period. attribute: describes the person (post, team), not the work.

    missing: the value an empty cell stands for, None when it stays missing. grain: the kind of shorter period
    for which it is delivered; None: the policy's own period. history: the history whose field of
    this name holds it, as of the period's last day; None for a column of a table.
    """

    name: str
    type: Type
    label: str
    attribute: bool
    missing: Value | None
    span: Span
    grain: str | None = None
    history: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting of the policy. value None: not set, and no default. `given`: the user overrode the default.

    schedule: where the value changes on certain days; `value` is then the first one.
    """

    name: str
    type: Type
    label: str
    value: Value | None
    given: bool
    span: Span
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class DataField:
    name: str
    type: Type
    optional: bool
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Tie:
    """A record's partner: the record of `data` whose field `other` has the value of its own field `own`.

    The partner's fields are fields of the record too, by the name `DATA.FIELD`; they are missing without a partner.
    """

    data: str
    own: str
    other: str
    span: Span


@dataclass(frozen=True, slots=True)
class Data:
    """A data set of records. staff: the field naming the person; placed_by: the field that puts a record in a period.

    Either may be a partner's field (`tickets.agent`).
    history: a record holds from `placed_by` until the next one of the same person (and of the same `each`), or through
    `until` if that is earlier.
    """

    name: str
    label: str
    fields: tuple[DataField, ...]
    staff: str
    placed_by: str
    span: Span
    ties: tuple[Tie, ...] = ()
    history: bool = False
    until: str | None = None
    each: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup table from one key to a number: by exact keys (`entries`), or by intervals (`scale`).

    unit: of what it gives. rate: of its entries (for a marginal scale another one than the unit).
    """

    name: str
    label: str
    unit: Unit
    key: Unit
    entries: Mapping[Value, Fraction]
    otherwise: Fraction | None
    span: Span
    scale: Scale | None = None
    rate: Unit | None = None

    def value(self, key: Value) -> Fraction | None:
        """What the table gives for a key; None: nothing, which is missing."""
        if self.scale is None:
            return self.entries.get(key, self.otherwise)
        assert isinstance(key, Fraction)
        return self.scale.value(key)


@dataclass(frozen=True, slots=True)
class Measure:
    """A named measure: any expression over facts; its aggregates are listed in the ruleset too.

    grain: the kind of shorter period for each of which it has a value; None: the policy's own period.
    """

    name: str
    label: str
    value: Expr
    span: Span
    grain: str | None = None


@dataclass(frozen=True, slots=True)
class RaterGroup:
    """One group of raters. rating: as it counts, missing below the least number. count: of raters, where that is known."""

    name: str
    share: Constant
    rating: Expr
    count: Expr | None
    least: Constant | None
    span: Span


@dataclass(frozen=True, slots=True)
class Raters:
    """What a measure by several raters is made of. shared: the share of a missing group goes to the others.

    data: the data set of single ratings, whose records are never shown; None for columns.
    """

    groups: tuple[RaterGroup, ...]
    shared: bool
    data: str | None


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """One line of a decision table: the result where the condition holds. condition None: otherwise."""

    condition: Expr | None
    result: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision table, beside the measure of the same name that gives its value.

    policy: unique, any, first, priority (its rules then stand in the order of their results) or collect (`collected`:
    sum, min, max, count, mean). rules: in writing order, without `otherwise`.
    """

    name: str
    label: str
    unit: Unit
    policy: str
    collected: str | None
    rules: tuple[DecisionRule, ...]
    otherwise: DecisionRule | None
    span: Span


@dataclass(frozen=True, slots=True)
class TargetRule:
    """The target as written: its value may depend on the row (an individual target in an input column)."""

    operator: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Indicator:
    """One scored line of the policy. full marks = weight; points are clamped to 0..weight.

    applies: None for everyone, else the condition (known to hold) under which the indicator exists for a person.
    """

    id: str
    label: str
    section: str | None
    weight: Fraction
    applies: Expr | None
    clauses: tuple[str, ...]
    notes: tuple[str, ...]
    measure: Expr
    target: TargetRule | None
    form: Form
    missing: Missing
    span: Span
    rule_span: Span


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    label: str
    weight: Fraction | None
    indicators: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade from a least published total; `low` None is the lowest one ("otherwise")."""

    id: str
    label: str
    low: Fraction | None
    span: Span
    quota: Quota | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line that changes the total after the indicators. kind: bonus, penalty or veto.

    value: points of zero or more, within the line's own limit; of a veto its condition. given: the points before that
    limit, and before the condition under which they are given. most: the limit of the line, or a veto's highest total;
    place: a veto's best grade, as its place in the list. Missing: not made.
    """

    id: str
    label: str
    kind: str
    value: Expr
    given: Expr
    condition: Expr | None
    most: Fraction | None
    place: int | None
    clauses: tuple[str, ...]
    span: Span
    rule_span: Span

    @property
    def unit(self) -> Unit:
        return Unit.BOOLEAN if self.kind == "veto" else Unit.POINTS


@dataclass(frozen=True, slots=True)
class Adjustments:
    """All lines in writing order, and the limits of all bonuses, of all penalties and of the total (None: none).

    spans: where these limits stand, by what they limit.
    """

    lines: tuple[Adjustment, ...] = ()
    bonus: Fraction | None = None
    penalty: Fraction | None = None
    total: Fraction | None = None
    spans: tuple[tuple[str, Span], ...] = ()

    @property
    def changes(self) -> bool:
        """Whether a total may differ from points over weight."""
        return self.total is not None or any(one.place is None for one in self.lines)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from the results: numbers are published after `rounding`, truth and texts without one.

    kind: amount, result, eligible, award, penalty or alert; level: info, warning or critical, of an alert.
    """

    id: str
    label: str
    unit: Unit
    value: Expr
    rounding: Rounding | None
    clauses: tuple[str, ...]
    span: Span
    kind: str = "amount"
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """Working days and hours: the named public calendar, weekend days (0 Monday), and hours as minutes of the day."""

    calendar: str
    weekend: tuple[int, ...]
    hours: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A fact or parameter that a test sets; value None: missing.

    series: of what has a value for every shorter period, its values in the order of these periods.
    """

    name: str
    value: Value | None
    span: Span
    series: tuple[Value | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class GivenRecord:
    """One record of a test: its fields by name. person: whose it is unless it says so, None where none is meant."""

    data: str
    person: str | None
    values: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a test expects: `name` is an indicator, an outcome, a measure, `total` or `grade`; value None: missing."""

    name: str
    value: Value | None
    span: Span


@dataclass(frozen=True, slots=True)
class Past:
    """What a test says of one person in an earlier period."""

    period: Period
    given: tuple[Given, ...]
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a test; a test without `person` blocks has one unnamed person. past: each earlier period once."""

    name: str
    given: tuple[Given, ...]
    expected: tuple[Expected, ...]
    span: Span
    past: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A test in the language. given: what all its people share, parameters included. period: its own, the last one.

    data: the data sets of which it gives the records, all of them; records: those, in writing order.
    rollup: which one it tests, None for the policy itself.
    """

    title: str
    given: tuple[Given, ...]
    people: tuple[Person, ...]
    span: Span
    period: Period
    data: frozenset[str] = frozenset()
    records: tuple[GivenRecord, ...] = ()
    rollup: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A line of the policy that accepts a finding, by its code, with the reason.

    within: the declaration in which the finding must lie. None: anywhere, or in the lines of `files` where there are any.
    """

    code: str
    reason: str
    within: Span | None
    files: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Rollup:
    """What a longer period comes to. ruleset: a policy of its own, with the published results as inputs by period."""

    kind: str
    label: str
    ruleset: Ruleset
    span: Span


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A whole policy, checked. Order everywhere is the policy's own.

    total: points earned / weight present x 100, computed from unrounded points; then the adjustments; then rounded.
    A roll-up has a formula for its total instead. rollups: by kind of period.
    grains: the kinds of shorter periods inside the policy's own for which something is measured, shortest first.
    lookback: how many periods before the one at hand anything reads. accepted: findings that the policy wants.
    """

    id: str
    label: str
    path: str
    version: str | None
    in_force: tuple[str | None, str | None]
    period: str
    applies: Expr | None
    working: Working
    inputs: Mapping[str, Input]
    parameters: Mapping[str, Parameter]
    data: Mapping[str, Data]
    tables: Mapping[str, Table]
    measures: Mapping[str, Measure]
    aggregates: tuple[Aggregate, ...]
    sections: tuple[Section, ...]
    indicators: tuple[Indicator, ...]
    points_rounding: Rounding
    total_rounding: Rounding
    grades: tuple[Grade, ...]
    outcomes: tuple[Outcome, ...]
    examples: tuple[Example, ...]
    span: Span
    adjustments: Adjustments = Adjustments()
    lookback: int = 0
    raters: Mapping[str, Raters] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    grains: tuple[str, ...] = ()
    subject: Subject = STAFF
    currency: str = "CNY"
    total: Expr | None = None
    rollups: Mapping[str, Rollup] = field(default_factory=dict)
    accepted: tuple[Accepted, ...] = ()

    #: Indicators and the like whose forms hold no real constants yet, because parameters have no value.
    waiting: frozenset[str] = frozenset()

    #: The attribute by whose values a person's period is scored in spells; None: each period is one.
    split: str | None = None

    @property
    def delivered(self) -> Mapping[str, Input]:
        """The inputs that tables deliver: all but those that a history holds."""
        return {name: one for name, one in self.inputs.items() if one.history is None}

    @property
    def confidential(self) -> frozenset[str]:
        """Data sets whose single records are never shown: those of raters."""
        return frozenset(one.data for one in self.raters.values() if one.data is not None)

    def inputs_of(self, grain: str | None) -> dict[str, Input]:
        """The inputs that tables deliver for periods of one length; attributes are among those of the policy's own."""
        return {name: one for name, one in self.delivered.items() if one.grain == grain}

    @property
    def limited(self) -> LimitedGrade | None:
        """The grade within its quotas, where any grade has one."""
        quotas = tuple(grade.quota for grade in self.grades)
        return LimitedGrade(quotas, Unit.NUMBER, self.span) if any(quotas) else None

    @property
    def unset(self) -> tuple[Parameter, ...]:
        """Parameters that have no default and that nobody set: nothing can be scored before they are."""
        return tuple(p for p in self.parameters.values() if p.value is None)
