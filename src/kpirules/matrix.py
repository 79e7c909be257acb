"""The two tables of the street: facts per staff and period going in, scores per staff and period coming out.

A row is one staff member in one period. Columns are packed arrays; nothing here reads files or knows rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from kpirules.numbers import Rounding, written
from kpirules.units import Unit

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
    """Facts, a row per staff member and period. `staff` and `period` are codes into the two axes."""

    staff: Codes
    staff_names: Sequence[str]
    period: Codes
    period_names: Sequence[str]
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.staff)

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
class ScoreMatrix:
    """Published scores. `rows` are the appraised rows of the facts' matrix, in its order.

    points by indicator id, in the policy's order; total; grade codes into `grades` (best first), -1 where
    there is no total; outcomes (amounts and eligibilities) by id, in the policy's order.
    """

    facts: StaffPeriodMatrix
    rows: Integers
    points: Mapping[str, Result]
    total: Result
    grade: npt.NDArray[np.int8]
    grades: tuple[str, ...]
    outcomes: Mapping[str, Result | Flags]

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
