"""A finished result as outputs get it: everything that a reader may want to see, and nothing of how it was worked out.

Plain records, no rules and no engine. Numbers are exact decimals as published; sentences are `Words`, so that one
result can be shown in both languages. `Report.table` has a row per person and period; everything that belongs to
single rows stands in that order.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from kpirules.diagnostics import Language, Words

if TYPE_CHECKING:  # keeps start-up free of it
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class TotalRule:
    """How a total can be redone: 100 x points / weights of the indicators that have points, rounded to so many places.

    mode: how it is rounded. points_step: to what points are rounded when they are published; the total is made of
    those before that.
    """

    places: int
    mode: Literal["half up", "down", "up"]
    points_step: Decimal


@dataclass(frozen=True, slots=True)
class PolicyInfo:
    """The policy that gave the result. subject: what is appraised, as in "staff", "员工". period: the kind ("quarter").

    currency: the code of amounts ("CNY"). full: the total of someone who loses nothing.
    rule: how to redo a total; None where more goes into it than points and weights, such as bonuses.
    """

    id: str
    label: str
    version: str | None
    period: str
    subject: Words
    currency: str
    full: Decimal
    rule: TotalRule | None


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """A parameter and the value that was in force. value: as a person writes it ("95%", "20 yuan")."""

    name: str
    label: str
    value: Words


@dataclass(frozen=True, slots=True)
class IndicatorInfo:
    """An indicator. column: its points in `Report.table`. target: in words, empty where there is none.

    weight: None where it differs from person to person. rule: the policy's own text. clauses: what it cites.
    """

    id: str
    label: str
    section: str | None
    column: str
    weight: Decimal | None
    target: Words
    rule: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdjustmentInfo:
    """A bonus, penalty, veto or cap. kind: "bonus", "penalty" or "veto"; column: of `Report.table`."""

    id: str
    label: str
    column: str
    kind: str
    rule: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GradeInfo:
    """A grade, best first in a report. low: the total from which it is given; None for the lowest."""

    id: str
    label: str
    low: Decimal | None


@dataclass(frozen=True, slots=True)
class OutcomeInfo:
    """A further result, such as an amount. column: of `Report.table`.

    kind: what the column holds: "amount" (money), "number", "ratio", "points", "duration", "date", "moment", "text" or
    "yes". level: of an alert, "critical", "warning" or "info"; else None.
    """

    id: str
    label: str
    column: str
    kind: str
    level: str | None
    formula: str


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column of `Report.attributes` or `Report.facts`. kind: as of an outcome, measure: worked out by the policy."""

    name: str
    label: str
    kind: str
    measure: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that holds for somebody. level: "critical", "warning" or "info"; row: of `Report.table`."""

    id: str
    label: str
    level: str
    row: int
    staff: str
    period: str


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A table that the result rests on. name: in the policy. query: what the source was asked, if it is more than a path.

    read, used, set_aside: rows of it, as counted by the run.
    """

    name: str
    path: str
    sheet: str | None
    adapter: str | None
    query: str | None
    read: int
    used: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class RecordsBehind:
    """The records behind a fact: how many count, of how many, and the ids of the first of those that count."""

    data: str
    count: int
    of: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactShown:
    """A fact that a rule reads. kind: "input", "attribute", "parameter", "measure" ...; in words: `title`.

    value: as a person reads it ("97.5%"); number: the same in the base unit, where it is one (to 18 places).
    formula: how the policy works it out, its own text; empty where it is given. detail: what else is to be known.
    origin: where it stands ("inputs.xlsx, sheet 2026, row 14, column late"), or None.
    said: all of it in one sentence, as `kpirules why` says it; more: lines below it, such as the values of each week.
    """

    kind: str
    title: Words
    name: str
    label: str
    value: Words
    number: Decimal | None
    formula: str
    detail: Words
    records: RecordsBehind | None
    origin: Words | None
    said: Words
    more: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One indicator of one person. points: published, None where there are none (see `missing`, `applies`).

    missing: the fact is not there; points are then what the policy says of that. unrounded: the points before they were
    rounded, to 15 digits. lost: weight less unrounded points, None without points. measure: the value that was held
    against the rule, with its formula. because: why it has these points. rule: the policy's own text.
    """

    id: str
    label: str
    section: str | None
    applies: bool
    missing: bool
    weight: Decimal
    points: Decimal | None
    unrounded: Decimal | None
    lost: Decimal | None
    target: Words
    measure: Words
    because: Words
    rule: str
    clauses: tuple[str, ...]
    notes: tuple[str, ...]
    facts: tuple[FactShown, ...]


@dataclass(frozen=True, slots=True)
class AdjustmentShown:
    """A bonus, penalty, veto or cap. effect: what it does ("- 5", "grade at most C"), in words. made: whether it is.

    kind: as of an `AdjustmentInfo`. points: what it adds or takes away, published; None of a veto.
    """

    id: str
    label: str
    kind: str
    made: bool
    points: Decimal | None
    effect: Words
    because: Words
    rule: str
    clauses: tuple[str, ...]
    facts: tuple[FactShown, ...]


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """A further result of one person. value: as a person reads it; number: exactly, where it is one."""

    id: str
    label: str
    value: Words
    number: Decimal | None
    formula: str
    rounding: Words
    facts: tuple[FactShown, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One person's result for one period, so that it can be redone by hand.

    appraised: whether the policy is for this person. attributes: such as the team. total_steps: how the total comes
    about, line by line. grade: id and label, with the reason. text: all of it as plain lines, as `kpirules why` prints.
    parts: where the policy scores the period in spells (before and after a transfer), the statement of each; lines are
    then means by days, and the facts stand in the parts. title: of a part, its days; else empty.
    next_grade: what would have been needed for it, a sentence each, where that is wanted.
    """

    row: int
    staff: str
    period: str
    appraised: bool
    attributes: tuple[FactShown, ...]
    lines: tuple[StatementLine, ...]
    adjustments: tuple[AdjustmentShown, ...]
    total_steps: tuple[Words, ...]
    total: Decimal | None
    grade: str | None
    grade_label: str
    grade_because: tuple[Words, ...]
    outcomes: tuple[OutcomeShown, ...]
    text: tuple[Words, ...]
    title: Words
    parts: tuple[Statement, ...] = ()
    next_grade: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A finished result.

    run: what names it; the same for the same policy, parameters and scores unless the user named it. made: when, None
    where that shall not be told. engine: name and version of the program. language: the reader's, "en" or "zh".
    periods: in order of time. table: as published; columns `staff` (or the subject's word), `period`, points of each
    indicator, adjustments, `total`, `grade`, outcomes. attributes: a column per attribute (team, post ...), and facts:
    one per input and measure, both row by row beside `table` and described by `attribute_columns`, `fact_columns`.
    group: the attribute by which people are compared ("team"), None where no attribute lends itself to that.
    statement: that of a row of `table`; worked out when asked, about a millisecond each.
    chosen: the rows of which the user wants a statement; None: of all. See `told`.
    notes: what a reader has to know about the whole, as sentences.
    """

    run: str
    made: datetime.datetime | None
    engine: str
    language: Language
    policy: PolicyInfo
    parameters: tuple[ParameterInfo, ...]
    indicators: tuple[IndicatorInfo, ...]
    adjustments: tuple[AdjustmentInfo, ...]
    grades: tuple[GradeInfo, ...]
    outcomes: tuple[OutcomeInfo, ...]
    periods: tuple[str, ...]
    table: pa.Table
    attributes: pa.Table
    attribute_columns: tuple[ColumnInfo, ...]
    facts: pa.Table
    fact_columns: tuple[ColumnInfo, ...]
    group: str | None
    alerts: tuple[Alert, ...]
    sources: tuple[SourceInfo, ...]
    notes: tuple[Words, ...]
    statement: Callable[[int], Statement]
    chosen: tuple[int, ...] | None = None

    @property
    def told(self) -> Sequence[int]:
        """The rows of `table` of which a statement is wanted, in its order."""
        return range(self.table.num_rows) if self.chosen is None else self.chosen
