"""What was found wrong in the rows of one table: as diagnostics with their places, or as rows set aside.

Collects; decides nothing about what is wrong, and writes no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic, Language, Problem
from kpirules.facts import problems
from kpirules.facts.amounts import amount
from kpirules.facts.cells import Fault, Mask, folded
from kpirules.matrix import Integers
from kpirules.numbers import decimal_text
from kpirules.plugin import SourceTable
from kpirules.plugin.columns import spell
from kpirules.units import Unit

#: Findings of one problem in one table that are listed before they are only counted.
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows of the source with one problem. column: the source's title. each: what the sentence says of one row."""

    problem: Problem
    rows: Integers
    column: str | None
    args: Mapping[str, object] = field(default_factory=dict)
    each: Callable[[int], Mapping[str, object]] | None = None


@dataclass(slots=True)
class Findings:
    """Everything wrong with the rows of one table. Row numbers here count the table's rows from 0."""

    name: str
    source: SourceTable
    found: list[Finding] = field(default_factory=list)
    #: What the source says of rows that it left out itself.
    outside: list[Diagnostic] = field(default_factory=list)

    def take_from_source(self) -> list[Diagnostic]:
        """Makes what the source found wrong in single rows part of these findings; gives back everything else it said."""
        others: list[Diagnostic] = []
        for one in self.source.diagnostics:
            if not one.is_error or not isinstance(one.place, Cell) or one.place.row is None:
                others.append(one)
                continue
            row = self.source.index_of(one.place)
            if row is not None:
                self.add(one.problem, np.array([row], np.int64), one.place.column, args=one.args)
            else:
                self.outside.append(one)
        return others

    def add(
        self,
        problem: Problem,
        rows: Integers,
        column: str | None,
        each: Callable[[int], Mapping[str, object]] | None = None,
        args: Mapping[str, object] | None = None,
    ) -> None:
        """Note a problem of these rows; nothing where there are none."""
        if len(rows):
            self.found.append(Finding(problem, rows, column, args or {}, each))

    def add_faults(self, faults: Iterable[Fault], rows: Integers, column: str, name: str) -> None:
        """Note the faults of a column whose cells stand in these rows; `name` is what the policy calls it."""
        for fault in faults:
            args = {**fault.args, "name": name, "column": column}
            self.add(fault.problem, rows[fault.rows], column, args=args)

    @property
    def wrong(self) -> Mask:
        """Which rows have a problem."""
        marked = np.zeros(self.size, bool)
        for one in self.found:
            marked[one.rows] = True
        return marked

    @property
    def set_aside(self) -> int:
        """How many rows have a problem, those that the source left out included."""
        places = {(one.place.path, one.place.row) for one in self.outside if isinstance(one.place, Cell)}
        return int(self.wrong.sum()) + len(places)

    @property
    def size(self) -> int:
        return 0 if self.source.table is None else self.source.table.num_rows

    def diagnostics(self) -> list[Diagnostic]:
        """The findings with their places, the first `MOST_SHOWN` of every problem, then how many more there are."""
        told: list[Diagnostic] = []
        for code in dict.fromkeys(one.problem.code for one in self.found):
            alike = [one for one in self.found if one.problem.code == code]
            total = sum(len(one.rows) for one in alike)
            shown = _first(alike, MOST_SHOWN)
            told += [self.diagnostic(one, row) for one, row in shown]
            if total > len(shown):
                place = self.source.cell(shown[-1][1])
                told.append(
                    problems.MORE.at(
                        place,
                        count=total - len(shown),
                        total=total,
                        shown=len(shown),
                        code=code,
                        table=self.name,
                    )
                )
        return told

    def diagnostic(self, one: Finding, row: int) -> Diagnostic:
        """The finding at one of its rows."""
        value = self._value(row, one.column)
        args: dict[str, object] = {"value": value or "", **one.args, **(one.each(row) if one.each else {})}
        if one.problem is problems.BARE_PERCENT:
            args |= _percent(str(args["value"]))
        meant = args.pop("suggestion", None)
        suggestion = meant if isinstance(meant, str) else None
        return Diagnostic(one.problem.code, self.source.cell(row, one.column, value), args, suggestion)

    def _value(self, row: int, column: str | None) -> str | None:
        table = self.source.table
        if table is None or column is None or column not in table.column_names:
            return None
        value = table[column][row].as_py()
        return None if value is None else spell(value).strip()


@dataclass(frozen=True, slots=True)
class Rejects:
    """The rows that were set aside, of all tables."""

    findings: Sequence[Findings] = ()

    def __len__(self) -> int:
        """How many rows; a row with several problems counts once."""
        return sum(one.set_aside for one in self.findings)

    def table(self, language: Language = "en") -> pa.Table:
        """A row for each problem of each row: table, file, sheet, row, column, value, code, reason. All texts but row."""
        lines = [
            _line(table.name, told, language)
            for table in self.findings
            for told in (
                *table.outside,
                *(table.diagnostic(one, int(row)) for one in table.found for row in one.rows),
            )
        ]
        order = [(name, "ascending") for name in ("table", "file", "row")]
        return pa.Table.from_pylist(lines, schema=REJECT_SCHEMA).sort_by(order)


REJECT_SCHEMA = pa.schema(
    [
        (name, pa.int64() if name == "row" else pa.string())
        for name in ("table", "file", "sheet", "row", "column", "value", "code", "reason")
    ]
)


def _line(table: str, told: Diagnostic, language: Language) -> dict[str, object]:
    assert isinstance(told.place, Cell)
    return {
        "table": table,
        "file": told.place.path,
        "sheet": told.place.sheet,
        "row": told.place.row,
        "column": told.place.column,
        "value": told.place.value,
        "code": told.code,
        "reason": told.message(language),
    }


def _first(findings: Sequence[Finding], most: int) -> list[tuple[Finding, int]]:
    """The first rows of all these findings together, in the order of the table."""
    each = [(one, int(row)) for one in findings for row in np.sort(one.rows)[:most]]
    return sorted(each, key=lambda pair: pair[1])[:most]


def _percent(value: str) -> dict[str, object]:
    """What a plain number would mean as a ratio, and the ratio that is likely meant."""
    number = amount(folded(value), Unit.NUMBER) or Fraction(0)
    return {"percent": f"{decimal_text(number * 100)}%", "ratio": decimal_text(number / 100)}
