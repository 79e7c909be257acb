"""The two tables of the street: facts per staff and period going in, scores per staff and period coming out.

A row is one staff member in one period. Columns are packed arrays; nothing here reads files or knows rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kpirules.numbers import Rounding, written
from kpirules.units import Unit

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]

#: Stands for "no value" in integer arrays of published results.
MISSING = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Column:
    """One fact for every row.

    values: numbers (all numeric units, dates and date-times) as float64 with NaN where missing; text as
    int32 codes into `choices`, -1 where missing; booleans as int8 with -1 where missing.
    divisor: where present, the fact is exactly `values / divisor`, and missing where the divisor is 0 or NaN.
    exact: rows whose written decimal a float64 cannot carry (more than 15 digits), with that decimal.
    Every other number means the shortest decimal of its float.
    """

    name: str
    unit: Unit
    values: npt.NDArray[Any]
    choices: tuple[str, ...] = ()
    divisor: Floats | None = None
    exact: Mapping[int, Fraction] = field(default_factory=dict)

    def value(self, row: int) -> Fraction | str | bool | None:
        """The exact fact at a row; None where missing."""
        raw = self.values[row]
        if self.unit is Unit.TEXT:
            return None if raw < 0 else self.choices[raw]
        if self.unit is Unit.BOOLEAN:
            return None if raw < 0 else bool(raw)
        if row in self.exact:
            above = self.exact[row]
        elif np.isnan(raw):
            return None
        else:
            above = written(float(raw))
        if self.divisor is None:
            return above
        below = self.divisor[row]
        return None if np.isnan(below) or below == 0 else above / written(float(below))


@dataclass(frozen=True, slots=True)
class StaffPeriodMatrix:
    """Facts, a row per staff member and period. `staff` and `period` are codes into the two axes.

    parts: by kind of period, the facts of shorter periods: a row for each one that belongs to a period here, with
    the same axis of staff. A part has the parts shorter than itself.
    earlier: codes of periods that later ones read, and of which nothing is to be published.
    subject: what the first axis is called in tables, where a policy appraises something other than staff.
    """

    staff: Codes
    staff_names: Sequence[str]
    period: Codes
    period_names: Sequence[str]
    columns: Mapping[str, Column]
    parts: Mapping[str, StaffPeriodMatrix] = field(default_factory=dict)
    earlier: frozenset[int] = frozenset()
    subject: str = "staff"

    def __len__(self) -> int:
        return len(self.staff)

    @property
    def asked(self) -> npt.NDArray[np.bool_]:
        """Which rows are of periods whose scores are published."""
        if not self.earlier:
            return np.ones(len(self.period), bool)
        return ~np.isin(self.period, list(self.earlier))

    def row_of(self, staff: str, period: str) -> int | None:
        """The row of a staff member in a period, or None."""
        if staff not in self.staff_names or period not in self.period_names:
            return None
        person, time = list(self.staff_names).index(staff), list(self.period_names).index(period)
        found = np.flatnonzero((self.staff == person) & (self.period == time))
        return int(found[0]) if len(found) else None

    def row_name(self, row: int) -> tuple[str, str]:
        return self.staff_names[self.staff[row]], self.period_names[self.period[row]]


@dataclass(frozen=True, slots=True)
class Result:
    """One published column: whole numbers of `rounding.step`, MISSING where there is none."""

    values: Integers
    unit: Unit
    rounding: Rounding

    def exact(self, row: int) -> Fraction | None:
        steps = int(self.values[row])
        return None if steps == MISSING else steps * self.rounding.step


@dataclass(frozen=True, slots=True)
class Flags:
    """One yes/no outcome: 1, 0, or -1 where unknown."""

    values: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Labels:
    """One outcome of texts: codes into `choices` (sorted, each used), -1 where there is none."""

    values: Codes
    choices: tuple[str, ...]

    def text(self, row: int) -> str | None:
        code = int(self.values[row])
        return None if code < 0 else self.choices[code]


def labels(texts: Sequence[str | None]) -> Labels:
    """A column of texts."""
    choices = tuple(sorted({text for text in texts if text is not None}))
    codes = {text: code for code, text in enumerate(choices)}
    return Labels(np.array([-1 if text is None else codes[text] for text in texts], np.int32), choices)


def labels_of(numbers: Integers, words: Sequence[str]) -> Labels:
    """A column of numbers into `words` (MISSING where there is no text), as labels."""
    used, places = np.unique(numbers, return_inverse=True)
    known = [None if number == MISSING else words[int(number)] for number in used]
    found = labels(known)
    return Labels(found.values[places], found.choices)


@dataclass(frozen=True, slots=True)
class ScoreMatrix:
    """Published scores. `rows` are the appraised rows of the facts' matrix, in its order.

    points by indicator id, in the policy's order; total; grade codes into `grades` (best first), -1 where
    there is no total; adjustments and outcomes (amounts, eligibilities, awards ...) by id, in the policy's order.
    """

    facts: StaffPeriodMatrix
    rows: Integers
    points: Mapping[str, Result]
    total: Result
    grade: npt.NDArray[np.int8]
    grades: tuple[str, ...]
    outcomes: Mapping[str, Result | Flags | Labels]
    adjustments: Mapping[str, Result | Flags | Labels] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


def column(name: str, unit: Unit, values: Sequence[Fraction | str | bool | None]) -> Column:
    """A column of exact facts. Numbers that no float64 is written as are kept beside it."""
    if unit is Unit.TEXT:
        choices = tuple(sorted({value for value in values if isinstance(value, str)}))
        codes = {choice: code for code, choice in enumerate(choices)}
        coded = [codes[value] if isinstance(value, str) else -1 for value in values]
        return Column(name, unit, np.array(coded, np.int32), choices)
    if unit is Unit.BOOLEAN:
        flags = [-1 if value is None else int(bool(value)) for value in values]
        return Column(name, unit, np.array(flags, np.int8))
    numbers = [value if isinstance(value, Fraction) else None for value in values]
    floats = [float("nan") if value is None else float(value) for value in numbers]
    exact = {
        row: value
        for row, (value, near) in enumerate(zip(numbers, floats, strict=True))
        if value is not None and written(near) != value
    }
    return Column(name, unit, np.array(floats, np.float64), exact=exact)


def score_table(scores: ScoreMatrix) -> pa.Table:
    """The published scores as an Arrow table: staff, period, points by indicator, adjustments, total, grade,
    outcomes.

    Numbers are decimals with the places of their rounding, so that they are exactly what is published; durations
    and dates have types of their own; booleans, texts and grades are null where there is none.
    """
    import pyarrow as pa  # late: checking a policy needs no tables

    facts, rows = scores.facts, scores.rows
    columns: dict[str, pa.Array] = {
        facts.subject: pa.array(facts.staff_names, pa.string()).take(pa.array(facts.staff[rows])),
        "period": pa.array(facts.period_names, pa.string()).take(pa.array(facts.period[rows])),
    }
    columns |= {name: decimals(result) for name, result in scores.points.items()}
    columns |= {name: _published(one) for name, one in scores.adjustments.items()}
    columns["total"] = decimals(scores.total)
    codes = pa.array(scores.grade, mask=scores.grade < 0)
    columns["grade"] = pa.array(scores.grades, pa.string()).take(codes)
    columns |= {name: _published(one) for name, one in scores.outcomes.items()}
    return pa.table(columns)


def _published(one: Result | Flags | Labels) -> pa.Array:
    import pyarrow as pa  # late: checking a policy needs no tables

    match one:
        case Flags(values):
            return pa.array(values == 1, mask=values < 0)
        case Labels(values, choices):
            return pa.array(choices, pa.string()).take(pa.array(values, mask=values < 0))
        case Result(values, Unit.DURATION | Unit.DATE | Unit.DATETIME as unit, rounding) if (
            rounding.step == 1
        ):
            there = values != MISSING
            whole = np.where(there, values, 0).astype(np.int64)
            if unit is Unit.DATE:
                return pa.array(whole.astype(np.int32), pa.int32(), mask=~there).cast(pa.date32())
            kind = pa.duration("us") if unit is Unit.DURATION else pa.timestamp("us")
            return pa.array(whole, pa.int64(), mask=~there).cast(kind)
        case _:
            return decimals(one)


def decimals(result: Result) -> pa.Array:
    """Whole numbers of a rounding step as decimals."""
    import pyarrow as pa  # late: checking a policy needs no tables

    places = result.rounding.places
    factor = int(result.rounding.step * 10**places)
    there = result.values != MISSING
    steps = np.where(there, result.values, 0).astype(np.int64)
    if factor != 1:
        if np.abs(steps).max(initial=0) > np.iinfo(np.int64).max // factor:
            exact = [
                Decimal(int(step) * factor).scaleb(-places) if here else None
                for step, here in zip(steps, there, strict=True)
            ]
            return pa.array(exact, pa.decimal128(38, places))
        steps = steps * factor
    halves = np.empty((len(steps), 2), np.int64)
    halves[:, 0] = steps
    halves[:, 1] = steps >> 63  # the sign fills the upper half of the 128 bits
    present = pa.array(there).buffers()[1]
    return pa.Array.from_buffers(pa.decimal128(38, places), len(steps), [present, pa.py_buffer(halves)])
