"""Corrections of a run's facts: a table with a row for each fact that was wrong, checked, and the facts with them.

    staff, period, fact, old, new, reason, evidence

What was delivered stays as it is; a corrected fact stands over it, with what it was, why, and on what evidence.
Reads no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic, Problem, Words, in_order, nearest
from kpirules.facts.bindings import INPUTS, NO_BINDING, PLAIN, Binding, CellRules
from kpirules.facts.build import Facts, as_column
from kpirules.facts.cells import strings
from kpirules.facts.columns import read_cells
from kpirules.facts.corrected import Correction
from kpirules.facts.findings import Findings
from kpirules.facts.titles import PERIOD_TITLES
from kpirules.matrix import Column, StaffPeriodMatrix, column
from kpirules.model import expressions as e
from kpirules.model.checklist import Lost
from kpirules.model.corrected import corrected_name, measure_of_indicator, with_corrected
from kpirules.model.rules import Ruleset
from kpirules.model.wording import valued
from kpirules.numbers import decimal_text, written
from kpirules.periods import TABLES, PeriodKind, parse
from kpirules.plugin import SourceTable
from kpirules.plugin.columns import spell
from kpirules.records import correction_problems as problems
from kpirules.scoring.reference import Reference
from kpirules.units import SECOND, Type, Unit

#: What the columns may be called, besides the policy's own word for whom.
TITLES: Mapping[str, tuple[str, ...]] = {
    "staff": ("staff", "员工", "姓名"),
    "period": (*PERIOD_TITLES, "期间"),
    "fact": ("fact", "事实", "项目"),
    "old": ("old", "原值", "旧值"),
    "new": ("new", "新值", "更正值"),
    "reason": ("reason", "原因", "理由"),
    "evidence": ("evidence", "依据", "证据"),
}
_OPTIONAL = frozenset({"evidence"})
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Corrected:
    """Rules and facts with the corrections. made: in the order of the table. Not to be scored where a diagnostic is an

    error.
    """

    rules: Ruleset
    facts: Facts
    made: tuple[Correction, ...]
    diagnostics: tuple[Diagnostic, ...]


def corrected(
    rules: Ruleset,
    facts: Facts,
    tables: Sequence[SourceTable],
    bindings: Mapping[str, Binding] | None = None,
) -> Corrected:
    """The facts with the corrections of these tables, one after another. bindings: how the run's tables are read."""
    found = Corrected(rules, facts, (), ())
    for table in tables:
        work = _Table(found.rules, found.facts, table, bindings or {})
        made = tuple(work.corrections())
        told = in_order((*found.diagnostics, *table.diagnostics, *work.told, *work.findings.diagnostics()))
        if any(one.is_error for one in told):
            return replace(found, diagnostics=told)
        measures = [one.fact for one in made if one.measure]
        found = Corrected(
            with_corrected(found.rules, measures), _with(found.facts, made), (*found.made, *made), told
        )
    return found


@dataclass(frozen=True, slots=True)
class _Fact:
    """What can be corrected. id: of an indicator whose measure it is. measure: its value, where it is one.

    fixed: why it cannot be, all the same.
    """

    name: str
    label: str
    type: Type
    cells: CellRules = PLAIN
    grain: str | None = None
    measure: e.Expr | None = None
    fixed: Words | None = None
    id: str | None = None

    @property
    def unit(self) -> Unit:
        """Of its values in the facts."""
        return self.type.unit if self.measure is None else self.measure.unit

    @property
    def called(self) -> tuple[str, ...]:
        """Names that a table may use, folded; earlier ones go before later ones of other facts."""
        words = (self.name, self.label) if self.id is None else (self.name, "", self.id, self.label)
        return tuple(one.casefold() for one in words)


class _Table:
    """One table of corrections over the facts that it is about."""

    def __init__(
        self, rules: Ruleset, facts: Facts, source: SourceTable, bindings: Mapping[str, Binding]
    ) -> None:
        self.rules = rules
        self.facts = facts
        self.source = source
        self.bindings = bindings
        self.findings = Findings("corrections", source)
        self.told: list[Diagnostic] = []
        self.reference = Reference(rules, facts.matrix)
        self.known = {one.name: one for one in self._facts()}
        self.titles = self._titles()

    def corrections(self) -> Iterator[Correction]:
        """The corrections that are sound; what is wrong with the others is noted."""
        table = self.source.table
        if table is None or any(name not in self.titles for name in TITLES if name not in _OPTIONAL):
            return
        if not table.num_rows:
            self.told.append(problems.NOTHING.at(Cell(self.source.path, sheet=self.source.sheet)))
            return
        texts = {name: self._texts(title) for name, title in self.titles.items()}
        called = [self._called(row, texts["fact"][row]) for row in range(table.num_rows)]
        values: dict[tuple[str, int], tuple[e.Value | None]] = {}
        for name in dict.fromkeys(one.name for one in called if one is not None):
            rows = [row for row, one in enumerate(called) if one is not None and one.name == name]
            for side in ("old", "new"):
                values |= {(side, row): known for row, known in self._values(side, self.known[name], rows)}
        seen: dict[tuple[str, str, str], int] = {}
        for row, fact in enumerate(called):
            if not texts["reason"][row]:
                self._say(problems.NO_REASON, row, "reason")
            at = None if fact is None else self._at(row, fact, texts["staff"][row], texts["period"][row])
            if fact is None or at is None or ("old", row) not in values or ("new", row) not in values:
                continue
            key = (*self._matrix(fact).row_name(at[0]), fact.name)
            if key in seen:
                first = self.source.said_row(seen[key], row)
                self._say(
                    problems.TWICE, row, "fact", fact=_called(fact), staff=key[0], period=key[1], first=first
                )
                continue
            seen[key] = row
            old, new = values["old", row][0], values["new", row][0]
            made = self._correction(row, fact, at[0], old, new, texts)
            if made is not None:
                yield made

    def _correction(
        self,
        row: int,
        fact: _Fact,
        at: int,
        old: e.Value | None,
        new: e.Value | None,
        texts: Mapping[str, Sequence[str]],
    ) -> Correction | None:
        staff, period = self._matrix(fact).row_name(at)
        actual, in_force = self._actual(fact, at)
        about = {"fact": _called(fact), "staff": staff, "period": period}
        was, now, given = (self._valued(one, fact) for one in (actual, new, old))
        if fact.fixed is not None:
            self._say(problems.CANNOT, row, "fact", fact=_called(fact), why=fact.fixed)
        elif not (_same(old, actual, fact.type.unit) or _same(old, in_force, fact.type.unit)):
            self._say(problems.WRONG_OLD, row, "old", **about, actual=was, old=given)
        elif _same(new, actual, fact.type.unit):
            self._say(problems.NO_CHANGE, row, "new", **about, old=was)
        elif new is None and fact.measure is not None:
            why = Words("a measure cannot be taken away", "不能取消度量的值")
            self._say(problems.CANNOT, row, "new", fact=_called(fact), why=why)
        elif texts["reason"][row]:
            evidence = texts["evidence"][row] if "evidence" in texts else ""
            return Correction(
                staff,
                period,
                fact.name,
                fact.label,
                fact.unit,
                actual,
                new,
                was,
                now,
                texts["reason"][row],
                evidence,
                self.source.cell(row),
                fact.measure is not None,
                fact.grain,
            )
        return None

    # What there is

    def _facts(self) -> Iterator[_Fact]:
        rules = self.rules
        whole = Words(
            f"the policy scores periods in spells, by {rules.split}", f"制度按 {rules.split} 分段计分"
        )
        for one in rules.inputs.values():
            held = one.history is not None and rules.split is not None
            table = TABLES[PeriodKind(one.grain)] if one.grain is not None else INPUTS
            binding = self.bindings.get(table, NO_BINDING)
            if one.attribute and one.name not in binding.columns:
                binding = self.bindings.get(rules.subject.name, binding)
            yield _Fact(
                one.name,
                one.label,
                one.type,
                binding.bound(one.name).cells,
                one.grain,
                fixed=whole if held else None,
            )
        fixed = whole if rules.split is not None else None
        for measure in rules.measures.values():
            if measure.name not in rules.inputs and measure.grain is None:
                type = _read_as(measure.value.unit, rules.currency)
                yield _Fact(measure.name, measure.label, type, measure=measure.value, fixed=fixed)
        for indicator in rules.indicators:
            # One that measures a fact, or a measure with a name, is corrected there.
            if not isinstance(indicator.measure, e.Fact | e.MeasureOf):
                name = measure_of_indicator(indicator.id)
                type = _read_as(indicator.measure.unit, rules.currency)
                listed = Words("it is a list of deductions", "它是扣分清单")
                yield _Fact(
                    name,
                    indicator.label,
                    type,
                    measure=indicator.measure,
                    fixed=listed if isinstance(indicator.form, Lost) else fixed,
                    id=indicator.id,
                )

    def _titles(self) -> dict[str, str]:
        """The title of every column that there is; one error names all that are missing."""
        own = self.rules.subject.titles
        titles = {**TITLES, "staff": (*own, *TITLES["staff"])}
        found: dict[str, str] = {}
        header = {" ".join(one.split()).casefold(): one for one in reversed(self.source.header)}
        for name, names in titles.items():
            title = next((header[one.casefold()] for one in names if one.casefold() in header), None)
            if title is not None:
                found[name] = title
        missing = [name for name in TITLES if name not in found and name not in _OPTIONAL]
        if missing and self.source.table is not None:
            place = Cell(self.source.path, sheet=self.source.sheet)
            unused = [one for one in self.source.header if one not in found.values()]
            columns = Words(
                ", ".join(_missing(name, name, unused).en for name in missing),
                "、".join(_missing(name, TITLES[name][1], unused).zh for name in missing),
            )
            self.told.append(problems.NO_COLUMNS.at(place, columns=columns))
        return found

    def _texts(self, title: str) -> list[str]:
        """The cells of a column as trimmed texts, empty where there is none."""
        assert self.source.table is not None
        return [one or "" for one in strings(self.source.table[title], ()).to_pylist()]

    def _called(self, row: int, written: str) -> _Fact | None:
        """The fact that a row is about, by its name or its label."""
        folded = written.casefold()
        for place in range(4):
            named = [
                one for one in self.known.values() if folded and one.called[place : place + 1] == (folded,)
            ]
            if len(named) == 1:
                return named[0]
            if named:
                break
        words = {one.label: one.name for one in self.known.values() if one.label} | {
            name: name for name in self.known
        }
        near = nearest(written, words)
        known = ", ".join(list(self.known)[:_MOST_NAMED]) + (" …" if len(self.known) > _MOST_NAMED else "")
        self._say(problems.NO_SUCH_FACT, row, "fact", fact=written, known=known, suggestion=near)
        return None

    def _values(
        self, side: str, fact: _Fact, rows: Sequence[int]
    ) -> Iterator[tuple[int, tuple[e.Value | None]]]:
        """The values of the column in these rows, by the fact's type; cells that do not fit are noted."""
        assert self.source.table is not None
        title = self.titles[side]
        cells = read_cells(self.source.table[title].take(pa.array(rows, pa.int64())), fact.type, fact.cells)
        places = np.array(rows, np.int64)
        self.findings.add_faults(cells.faults, places, title, fact.name)
        wrong = {int(place) for fault in cells.faults for place in fault.rows}
        read = as_column(fact.name, cells)
        yield from ((row, (read.value(at),)) for at, row in enumerate(rows) if at not in wrong)

    def _matrix(self, fact: _Fact) -> StaffPeriodMatrix:
        return part_of(self.facts.matrix, fact.grain)

    def _at(self, row: int, fact: _Fact, staff: str, period: str) -> tuple[int, ...] | None:
        """The rows of the facts that a row is about."""
        matrix, time = self._matrix(fact), parse(period)
        name = period if time is None else str(time)
        at = rows_of(matrix, staff, name)
        if at:
            return at
        names = list(matrix.staff_names)
        suggestion, hint = None, Words("look at the statement of the run", "请查看该运行的说明")
        if staff not in names:
            suggestion = nearest(staff, names)
        else:
            times = ", ".join(matrix.period_names[:_MOST_NAMED])
            hint = Words(f"the run has {times}", f"该运行有 {times}")
        column = "staff" if staff not in names else "period"
        self._say(
            problems.NO_SUCH_PERSON, row, column, staff=staff, period=name, hint=hint, suggestion=suggestion
        )
        return None

    def _actual(self, fact: _Fact, at: int) -> tuple[e.Value | None, e.Value | None]:
        """The value of a fact as delivered (or corrected before), and as it counts."""
        if fact.measure is not None:
            value = self.reference.value(fact.measure, at)
            return value, value
        column = self._matrix(fact).columns.get(fact.name)
        delivered = None if column is None else column.value(at)
        return delivered, self.rules.inputs[fact.name].missing if delivered is None else delivered

    def _valued(self, value: e.Value | None, fact: _Fact) -> Words:
        return valued(value, fact.unit, self.rules.currency)

    def _say(
        self, problem: Problem, row: int, column: str, *, suggestion: str | None = None, **args: object
    ) -> None:
        title = self.titles[column]
        assert self.source.table is not None
        value = self.source.table[title][row].as_py()
        place = self.source.cell(row, title, None if value is None else spell(value).strip())
        self.told.append(problem.at(place, suggestion=suggestion, **args))


def part_of(matrix: StaffPeriodMatrix, grain: str | None) -> StaffPeriodMatrix:
    """The facts of a length of period, wherever they are nested."""
    if grain is None:
        return matrix
    if grain in matrix.parts:
        return matrix.parts[grain]
    return next(found for one in matrix.parts.values() if (found := part_of(one, grain)) is not None)


def rows_of(matrix: StaffPeriodMatrix, staff: str, period: str) -> tuple[int, ...]:
    """The rows of a person in a period: several where it is split into spells."""
    people = [code for code, name in enumerate(matrix.staff_names) if name == staff]
    times = [code for code, name in enumerate(matrix.period_names) if name == period]
    return tuple(np.flatnonzero(np.isin(matrix.staff, people) & np.isin(matrix.period, times)).tolist())


def _read_as(unit: Unit, currency: str) -> Type:
    """How a measure's value is written; one made of counts need not be a whole number."""
    return Type(Unit.NUMBER if unit is Unit.COUNT else unit, currency=currency)


def _missing(name: str, chinese: str, unused: Sequence[str]) -> Words:
    """A column that is missing, with the title that may be meant for it."""
    near = next((one for word in TITLES[name] if (one := nearest(word, unused)) is not None), None)
    if near is None:
        return Words(f'"{name}"', f"“{chinese}”")
    return Words(f'"{name}" (did you mean the column "{near}"?)', f"“{chinese}”（是不是“{near}”列？）")


def _called(fact: _Fact) -> str:
    return fact.name if fact.label in ("", fact.name) else f"{fact.name} ({fact.label})"


def _same(given: e.Value | None, actual: e.Value | None, unit: Unit) -> bool:
    """Whether they are the same value. One without an end (2/3) may be given as a statement shows it, to six places."""
    if given == actual or not isinstance(given, Fraction) or not isinstance(actual, Fraction):
        return given == actual
    if "/" not in decimal_text(actual):
        return False
    shown = {Unit.RATIO: Fraction(1, 100), Unit.DURATION: Fraction(60 * SECOND)}.get(unit, Fraction(1))
    return abs(given - actual) < shown / 10**6


def _with(facts: Facts, made: Sequence[Correction]) -> Facts:
    """The facts with the corrections over them."""
    matrix, known = facts.matrix, dict(facts.corrected)
    for one in made:
        name = corrected_name(one.fact) if one.measure else one.fact
        rows = rows_of(part_of(matrix, one.grain), one.staff, one.period)
        matrix = _set(matrix, one.grain, name, one.unit, rows, one.new)
        known |= {(one.fact, row): replace(one, earlier=known.get((one.fact, row))) for row in rows}
    return replace(facts, matrix=matrix, corrected=known)


def _set(
    matrix: StaffPeriodMatrix,
    grain: str | None,
    name: str,
    unit: Unit,
    rows: Sequence[int],
    value: e.Value | None,
) -> StaffPeriodMatrix:
    """The facts with a value in these rows of a column."""
    if grain is not None:
        parts = {
            kind: _set(one, None if kind == grain else grain, name, unit, rows, value)
            if kind == grain or _has(one, grain)
            else one
            for kind, one in matrix.parts.items()
        }
        return replace(matrix, parts=parts)
    before = matrix.columns.get(name) or column(name, unit, [None] * len(matrix))
    return replace(matrix, columns={**matrix.columns, name: _replaced(before, rows, value)})


def _has(matrix: StaffPeriodMatrix, grain: str) -> bool:
    return grain in matrix.parts or any(_has(one, grain) for one in matrix.parts.values())


def _replaced(before: Column, rows: Sequence[int], value: e.Value | None) -> Column:
    """A column with another value in these rows."""
    if before.unit is Unit.TEXT:
        texts = [before.value(row) for row in range(len(before.values))]
        for row in rows:
            texts[row] = value
        return column(before.name, before.unit, texts)
    values, exact = before.values.copy(), {row: one for row, one in before.exact.items() if row not in rows}
    divisor = None if before.divisor is None else before.divisor.copy()
    for row in rows:
        if isinstance(value, Fraction):
            values[row] = float(value)
            if written(float(value)) != value:
                exact[row] = value
        else:
            none = -1 if before.unit is Unit.BOOLEAN else np.nan
            values[row] = none if value is None else int(bool(value))
        if divisor is not None:
            divisor[row] = 1
    return replace(before, values=values, exact=exact, divisor=divisor)
