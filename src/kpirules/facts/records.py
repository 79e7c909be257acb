"""The records of a data set: the rows of its table by declared types, each with its staff member and period.

Several rows of one case become its last one. Knows nothing of measures; does not add anything up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import Cell, Diagnostic
from kpirules.facts import problems
from kpirules.facts.bindings import PLAIN, Binding, CellRules
from kpirules.facts.cells import Cells, Mask, coded, one_array, strings
from kpirules.facts.columns import read_cells
from kpirules.facts.findings import Findings
from kpirules.facts.people import PERIOD_WORDS, People, Roster, chosen, no_strangers, place
from kpirules.facts.selection import Selection, only, select
from kpirules.facts.titles import Titles, find_titles
from kpirules.matrix import Codes, Integers
from kpirules.model.rules import Data, Ruleset
from kpirules.periods import Period, PeriodKind
from kpirules.units import DAY, Type, Unit


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rows of a data set's table with the fields that are used, by name; not yet placed in periods."""

    data: Data
    findings: Findings
    selection: Selection
    columns: Mapping[str, Cells]


@dataclass(frozen=True, slots=True)
class Records:
    """The good records of a data set that have a moment: those of every period and of everybody, asked for or not.

    rows: where each stands in the source's table. columns: the fields that are used, by name. staff: codes into
    `staff_names`, -1 where a record is nobody's. period: codes into `periods`. asked: which periods are asked for.
    """

    data: Data
    findings: Findings
    rows: Integers
    columns: Mapping[str, Cells]
    staff: Codes
    staff_names: tuple[str, ...]
    period: Codes
    periods: tuple[Period, ...]
    asked: Mask

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def days(self) -> Integers:
        """The day (since 1970-01-01) of each record's moment."""
        return _days(self.columns[self.data.placed_by])

    @property
    def counting(self) -> Mask:
        """The records that belong to somebody in a period that is asked for: others only stand beside them."""
        return np.asarray((self.staff >= 0) & self.asked[self.period], bool)


def load_records(
    data: Data, used: Collection[str], findings: Findings, binding: Binding, roster: Roster | None
) -> tuple[Loaded | None, list[Diagnostic]]:
    """The rows with their fields; None where a needed column is missing.

    used: the fields to read. roster: staff must be among them (None: whoever the records name).
    """
    needed = [one.name for one in data.fields if one.name in used]
    known = [one.name for one in data.fields]
    optional = {one.name for one in data.fields if one.optional} - {data.staff, data.placed_by}
    titles = find_titles(data.name, findings.source, binding, needed, known, optional)
    told = list(titles.diagnostics)
    if any(one.is_error for one in told):
        return None, told
    selection, notes = select(findings, binding)
    told += notes
    if binding.one_row_per is not None:
        selection, notes = _last_of_each(selection, binding)
        told += notes
    columns = {
        one.name: _field(selection, titles, one.name, one.type, one.optional)
        for one in data.fields
        if one.name in needed
    }
    if data.staff in titles.found:
        people = _people(columns[data.staff])
        no_strangers(selection, titles.found[data.staff].column, people, roster)
    return Loaded(data, findings, selection, columns), told


def place_records(
    rules: Ruleset, loaded: Loaded, wanted: Collection[Period] | None
) -> tuple[Records, list[Diagnostic]]:
    """The good records by staff and period."""
    data, selection, columns = loaded.data, loaded.selection, loaded.columns
    staff, moments = columns[data.staff], columns[data.placed_by]
    told = _unplaced(rules, data, selection, staff, moments)
    times = place(_days(moments), moments.present, PeriodKind(rules.period))
    keep = selection.good & moments.present
    people = _people(staff)
    return (
        Records(
            data=data,
            findings=loaded.findings,
            rows=selection.rows[keep],
            columns={name: only(cells, keep) for name, cells in columns.items()},
            staff=people.codes[keep],
            staff_names=people.names,
            period=times.codes[keep],
            periods=times.periods,
            asked=chosen(times.periods, wanted),
        ),
        told,
    )


def _people(staff: Cells) -> People:
    return People(np.where(staff.present, staff.values, -1).astype(np.int32), staff.choices)


def _field(selection: Selection, titles: Titles, name: str, type: Type, optional: bool) -> Cells:
    """One field's column; an empty cell of a field that is not optional is a problem, an absent column of one that is all blank."""
    if name not in titles.found:
        return read_cells(pa.nulls(len(selection), pa.string()), type, PLAIN)
    bound = titles.found[name]
    cells = selection.read(name, type, bound)
    if not optional:
        blank = ~cells.present
        for fault in cells.faults:
            blank[fault.rows] = False
        selection.note(problems.BLANK_FIELD, blank, bound.column, name=name)
    return cells


def _unplaced(
    rules: Ruleset, data: Data, selection: Selection, staff: Cells, moments: Cells
) -> list[Diagnostic]:
    """Notes on the records that belong to nobody, and on those that belong to no period."""
    place = Cell(selection.findings.source.path, sheet=selection.findings.source.sheet)
    period = PERIOD_WORDS[PeriodKind(rules.period)]
    good = selection.good
    told = []
    for name, missing, what in (
        (data.staff, ~staff.present, rules.subject.this),
        (data.placed_by, staff.present & ~moments.present, period),
    ):
        count = int((good & missing).sum())
        if count:
            told.append(problems.UNPLACED.at(place, count=count, table=data.name, name=name, what=what))
    return told


def _days(moments: Cells) -> Integers:
    days = moments.values // DAY if moments.unit is Unit.DATETIME else moments.values
    return np.asarray(days, np.int64)


def _last_of_each(selection: Selection, binding: Binding) -> tuple[Selection, list[Diagnostic]]:
    """The last row of every case, in the order of the table; rows without a case or an order are problems."""
    assert binding.one_row_per is not None
    table, source = selection.table, selection.findings.source
    cases = coded(
        strings(one_array(table[binding.one_row_per]), _rules(binding, binding.one_row_per).missing)
    )
    selection.note(problems.NO_CASE, cases.codes < 0, binding.one_row_per, name=binding.one_row_per)
    order = np.zeros(len(selection), np.int64)
    if binding.latest_by is not None:
        order = _order(selection, binding, binding.latest_by)
    places = np.flatnonzero(selection.good)
    # By case, within it by `latest_by`, and rows of the same moment in the order of the table.
    ranked = places[np.lexsort((order[places], cases.codes[places]))]
    ends = np.flatnonzero(np.diff(cases.codes[ranked], append=-1))
    keep = np.zeros(len(selection), bool)
    keep[ranked[ends]] = True
    note = problems.SUPERSEDED.at(
        Cell(source.path, sheet=source.sheet),
        table=selection.findings.name,
        rows=len(selection),
        cases=len(cases.distinct),
    )
    return selection.only(keep), [note]


def _order(selection: Selection, binding: Binding, title: str) -> Integers:
    """Ranks of the rows by a column of date-times or of numbers; a row without either is a problem, an empty cell first."""
    rules = _rules(binding, title)
    column = selection.table[title]
    moments = read_cells(column, Type(Unit.DATETIME), rules)
    if not moments.faults:
        return np.where(moments.present, moments.values, np.iinfo(np.int64).min)
    numbers = read_cells(column, Type(Unit.NUMBER), rules)
    if not numbers.faults:
        _, ranks = np.unique(np.where(numbers.present, numbers.values, -np.inf), return_inverse=True)
        return ranks.astype(np.int64)
    neither = [
        replace(one, problem=problems.NO_ORDER) for one in moments.faults if one.problem is problems.BAD_CELL
    ]
    others = [one for one in moments.faults if one.problem is not problems.BAD_CELL]
    selection.findings.add_faults((*neither, *others), selection.rows, title, title)
    return np.where(moments.present, moments.values, np.iinfo(np.int64).min)


def _rules(binding: Binding, title: str) -> CellRules:
    """How the binding reads the column of this title, whatever the policy calls it."""
    return next((bound.cells for bound in binding.columns.values() if bound.column == title), binding.cells)
