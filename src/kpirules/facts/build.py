"""From tables to the matrix of facts: this module is the order of the work, each step is a module of the room.

1. `inputs`: the tables of staff and of inputs, cell by cell by declared types.
2. `records`: the rows of every data set, one per case, with staff and period.
3. `rows`: a row per staff member and period: those of the table of inputs, else those that records name.
4. `recordset`, `sql`, `query`, `measures`: one query per data set; `backward` finds times that run backwards.
5. Columns of inputs, attributes and measures become one `StaffPeriodMatrix`.

Rows with problems are left out of the matrix either way: they are errors, or rows set aside when that is asked
for. Reads no file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from kpirules.calendars import NO_OVERRIDES, Calendar, Overrides
from kpirules.diagnostics import Cell, Diagnostic, Words, in_order, nearest
from kpirules.facts import problems
from kpirules.facts.backward import find_backward
from kpirules.facts.bindings import INPUTS, NO_BINDING, Binding
from kpirules.facts.cells import Cells, Mask
from kpirules.facts.corrected import Correction
from kpirules.facts.evidence import Evidence, Lookup
from kpirules.facts.findings import Findings, Rejects
from kpirules.facts.groups import Grouped, group_columns
from kpirules.facts.histories import held_set, measured, on_last_day
from kpirules.facts.inputs import InputRows, StaffRows, read_inputs, read_staff
from kpirules.facts.lineage import Lineage, lineage, places_of_inputs, places_of_staff
from kpirules.facts.lookback import not_so_far, only_read, read_for
from kpirules.facts.measures import measure
from kpirules.facts.partners import with_partners
from kpirules.facts.parts import nested, part_rows, rows_of_records
from kpirules.facts.people import Roster, chosen
from kpirules.facts.records import Loaded, Records, load_records, place_records
from kpirules.facts.recordset import Around, RecordSet, record_set
from kpirules.facts.requests import input_tables, inputs_in
from kpirules.facts.rows import Rows, rows_met, rows_of
from kpirules.facts.selection import taken
from kpirules.facts.spells import in_spells, spell_facts, split
from kpirules.facts.titles import PERIOD_TITLES, section
from kpirules.facts.wanted import fields_wanted
from kpirules.facts.windows import still_open
from kpirules.matrix import Column, Integers, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.model.spells import SPELL_FACTS
from kpirules.periods import TABLES, Period, PeriodKind, longer
from kpirules.plugin import SourceTable
from kpirules.units import Unit


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of one table; `read` is the sum of the others.

    used: rows that the matrix or its measures rest on. set_aside: rows with problems. left_out: rows that a
    filter, the periods asked for, a later row of the same case, or the lack of an optional staff member or
    moment keep out, and records of which the table of inputs has no row.
    """

    read: int
    used: int
    set_aside: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table came from: path and sheet, who read it, and what the source was asked."""

    path: str
    sheet: str | None
    adapter: str | None
    query: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a run. periods: those of the matrix's period axis.

    counts, origins: by table name (`inputs`, `staff`, data sets).
    unfit_groups: data sets given in groups of which the rows would have something to tell: read them instead.
    lineage: where inputs and attributes stand. corrected: facts that were corrected afterwards, by name and row.
    """

    matrix: StaffPeriodMatrix
    periods: tuple[Period, ...]
    counts: Mapping[str, Counts]
    origins: Mapping[str, Origin]
    rejects: Rejects
    unfit_groups: frozenset[str]
    lineage: Lineage
    _rules: Ruleset
    _records: Mapping[tuple[str, str | None], RecordSet] = field(default_factory=dict)
    _bindings: Mapping[str, Binding] = field(default_factory=dict)
    corrected: Mapping[tuple[str, int], Correction] = field(default_factory=dict)

    def remark(self, name: str, row: int) -> Words | None:
        """What is to be said of a fact that was corrected; None of any other. row: of the fact's own length of period."""
        one = self.corrected.get((name, row))
        return None if one is None else one.words

    def days(self, data: str) -> Integers:
        """The days (since 1970-01-01) on which records of a data set lie that count in a row, each once, in order."""
        kept = next((one for (name, _), one in self._records.items() if name == data), None)
        if kept is None:
            return np.zeros(0, np.int64)
        records = kept.records
        return np.unique(records.days[records.counting])

    def recorded(self) -> frozenset[str]:
        """Everybody of whom a record counts, histories aside."""
        found: set[str] = set()
        for kept in self._records.values():
            records = kept.records
            if not records.data.history:
                codes = np.unique(records.staff[records.counting])
                found |= {records.staff_names[code] for code in codes.tolist()}
        return frozenset(found)

    def row(self, staff: str, period: str) -> int | None:
        """The matrix row of a staff member in a period (its canonical text), or None."""
        return self.matrix.row_of(staff, period)

    def spells(self, row: int) -> tuple[int, ...]:
        """The rows of the same person and period: several where the period is split into spells."""
        matrix = self.matrix
        alike = [code for code, name in enumerate(matrix.staff_names) if name == matrix.row_name(row)[0]]
        same = np.isin(matrix.staff, alike) & (matrix.period == matrix.period[row])
        return tuple(int(one) for one in np.flatnonzero(same))

    def evidence(self, name: str, staff: str, period: str, most: int | None = None) -> Evidence | None:
        """The records behind an aggregate (by its column's name) for a staff member and period.

        most: how many to list at most. None where there is no such aggregate or no such row.
        """
        row = self.row(staff, period)
        return None if row is None else self.evidence_at(name, row, most)

    def evidence_at(self, name: str, row: int, most: int | None = None) -> Evidence | None:
        """The same for a row of the matrix; of a measure by a shorter period, for a row of that part of it."""
        return self.lookup(most)(name, row)

    def lookup(self, most: int | None = None, together: bool = False) -> Lookup:
        """Looks up records as `evidence_at` does. together: for many rows, so that each question is put once for all."""
        return Lookup(self._rules, self._records, self._bindings, most, together)


def build(
    rules: Ruleset,
    tables: Mapping[str, SourceTable],
    *,
    bindings: Mapping[str, Binding] | None = None,
    periods: Collection[Period] | None = None,
    reject: bool = False,
    overrides: Overrides = NO_OVERRIDES,
    rows: Rows | None = None,
    groups: Mapping[str, Grouped] | None = None,
) -> tuple[Facts, list[Diagnostic]]:
    """The facts that a policy needs, from its tables: `inputs`, `staff` and the data sets by name.

    bindings: what a project says about a table, by the same names. periods: only these (None: all there
    are); a longer one asks for all periods within it. reject: rows with problems are set aside instead of
    being errors. overrides: a company's own calendar days. rows: those of the matrix, where no table tells. groups: data
    sets that their source has aggregated, without tables of rows. Never raises for what a user did wrong; where a
    diagnostic is an error, the facts are not to be scored.
    """
    return _Build(rules, tables, bindings or {}, periods, reject, overrides, rows, groups or {}).run()


class _Build:
    """One run of `build`: what is known so far."""

    def __init__(
        self,
        rules: Ruleset,
        tables: Mapping[str, SourceTable],
        bindings: Mapping[str, Binding],
        wanted: Collection[Period] | None,
        reject: bool,
        overrides: Overrides,
        rows: Rows | None,
        groups: Mapping[str, Grouped],
    ) -> None:
        self.rules = rules
        self.groups = groups
        self.unfit: set[str] = set()
        self.tables = tables
        self.bindings = bindings
        self.asked = wanted
        self.wanted = read_for(wanted, rules)
        self.rows = rows
        self.reject = reject
        working = rules.working
        self.calendar = Calendar(working.calendar, working.weekend, working.hours, overrides)
        self.told: list[Diagnostic] = []
        self.findings: dict[str, Findings] = {}
        self.used: dict[str, int] = {}

    def run(self) -> tuple[Facts, list[Diagnostic]]:
        self._names()
        staff = self._staff()
        inputs = self._inputs(staff)
        records = self._records(inputs, staff)
        inner_inputs = self._inner_inputs(inputs, staff)
        rows = self._rows(inputs, records, inner_inputs.values())
        spelled: dict[str, Column] = {}
        if self.rules.split is not None:
            history = self.rules.inputs[self.rules.split].history or ""
            if history in records:
                rows, spelled = self._split(rows, records, history)
        parts = part_rows(rows, self.rules.grains)
        columns: dict[str | None, dict[str, Column]] = {None: self._columns(rows, inputs, staff)}
        columns[None] |= spelled
        columns |= {grain: {} for grain in parts}
        for kind, given in inner_inputs.items():
            columns[kind] |= self._inner_columns(kind, given, parts[kind])
        sets: dict[tuple[str, str | None], RecordSet] = {}
        around = Around(records, self.rules.tables, self.calendar)
        for name, found in records.items():
            if self.rules.data[name].history:
                made = self._held(found, rows, parts, around)
                columns[None] |= self._taken(found, rows)
            elif self._aggregates(name):
                made = self._measure(found, rows, parts, inputs is not None, around)
            else:
                continue
            for grain, (measures, kept) in made.items():
                columns[grain] |= measures
                sets[name, grain] = kept
        for name, answer in self.groups.items():
            columns[None] |= self._grouped(
                name, answer, rows, self._roster(inputs, staff), inputs is not None
            )
        names = [str(period) for period in rows.periods]
        inner = nested({grain: (one, columns[grain]) for grain, one in parts.items()})
        earlier = only_read(rows, self.asked)
        subject = self.rules.subject.name
        matrix = StaffPeriodMatrix(
            rows.staff, rows.people, rows.period, names, columns[None], inner, earlier, subject
        )
        self.told += not_so_far(self.rules, rows, self.asked)
        self._tell()
        counts = {name: self._count(name) for name in self.findings}
        counts |= {
            name: Counts(one.records, self.used[name], 0, one.records - self.used[name])
            for name, one in self.groups.items()
        }
        rejects = Rejects(list(self.findings.values()) if self.reject else ())
        unfit = frozenset(self.unfit)
        origins = {name: self._origin(one.source) for name, one in self.findings.items()}
        origins |= {name: self._origin(one.source) for name, one in self.groups.items()}
        places = self._lineage(rows, inputs, staff)
        facts = Facts(
            matrix,
            rows.periods,
            counts,
            origins,
            rejects,
            unfit,
            places,
            self.rules,
            sets,
            self.bindings,
        )
        return facts, list(in_order(self.told))

    # Tables

    def _names(self) -> None:
        """Tables and bindings that the policy does not know, and tables that it lacks."""
        known = (INPUTS, self.rules.subject.name, *input_tables(self.rules), *self.rules.data)
        for name in dict.fromkeys((*self.tables, *self.bindings)):
            if name not in known:
                place = Cell(self.tables[name].path) if name in self.tables else None
                self.told.append(
                    problems.UNKNOWN_TABLE.at(
                        place, suggestion=nearest(name, known), table=name, known=", ".join(known)
                    )
                )
            elif name in self.bindings:
                self._bound_names(name)
        for name in self._needed():
            if name not in self.tables and name not in self.groups:
                option = "FILE" if name == INPUTS else f"{name}=FILE"
                self.told.append(problems.NO_TABLE.at(None, table=name, option=option, section=section(name)))
        inputs = [one.name for one in self.rules.inputs_of(None).values() if not one.attribute]
        if inputs and self._makes_rows() and INPUTS not in self.tables:
            self.told.append(problems.NO_INPUTS.at(None, names=", ".join(inputs)))

    def _bound_names(self, table: str) -> None:
        """Names that a binding gives columns to, and that the policy does not declare."""
        if table in self.rules.data:
            known = {one.name for one in self.rules.data[table].fields}
        else:
            known = {self.rules.subject.name, PERIOD_TITLES[0], *inputs_in(self.rules, table)}
        for name in self.bindings[table].columns:
            if name not in known:
                self.told.append(
                    problems.UNKNOWN_BOUND.at(None, suggestion=nearest(name, known), table=table, name=name)
                )

    def _needed(self) -> list[str]:
        inputs, inner = self.rules.inputs_of(None).values(), input_tables(self.rules)
        # Where there are records, people and periods are known from them, and inputs may all be missing.
        needed = [INPUTS] if any(not one.attribute for one in inputs) and not self._makes_rows() else []
        if any(one.attribute for one in inputs) and not {INPUTS, self.rules.subject.name} & {
            *needed,
            *self.tables,
        }:
            needed.append(self.rules.subject.name if self._makes_rows() or inner else INPUTS)
        histories = any(one.history for one in self.rules.data.values())
        if histories and not self._makes_rows() and not inner and INPUTS not in needed:
            needed.append(INPUTS)
        needed += inner
        return needed + list(fields_wanted(self.rules))

    def _makes_rows(self) -> bool:
        """Whether records tell people and periods; those of a history hold for days and belong to no period."""
        return any(not self.rules.data[one.data].history for one in self.rules.aggregates)

    def _aggregates(self, data: str) -> list[e.Aggregate]:
        return [one for one in self.rules.aggregates if one.data == data]

    def _open(self, name: str) -> Findings | None:
        """The table of this name, with what its source said; None where there is none to read."""
        source = self.tables.get(name)
        if source is None:
            return None
        findings = Findings(name, source)
        self.told += findings.take_from_source() if self.reject else source.diagnostics
        if source.table is None:
            return None
        self.findings[name] = findings
        self.used[name] = 0
        if source.table.num_rows == 0 and not any(one.is_error for one in source.diagnostics):
            self.told.append(problems.NO_ROWS.at(Cell(source.path, sheet=source.sheet), table=name))
        return findings

    def _binding(self, name: str) -> Binding:
        return self.bindings.get(name, NO_BINDING)

    def _attributes_in(self, name: str) -> set[str]:
        """The attributes of which the table has a column."""
        source = self.tables.get(name)
        if source is None:
            return set()
        binding = self._binding(name)
        attributes = (one.name for one in self.rules.delivered.values() if one.attribute)
        return {one for one in attributes if binding.bound(one).column in source.header}

    def _staff(self) -> StaffRows | None:
        findings = self._open(self.rules.subject.name)
        if findings is None:
            return None
        # What neither table has is missing from the table of inputs, where there is one.
        elsewhere = set(self.rules.inputs_of(None)) if INPUTS in self.tables else set()
        rows, told = read_staff(self.rules, findings, self._binding(self.rules.subject.name), elsewhere)
        self.told += told
        self.used[self.rules.subject.name] = 0 if rows is None else len(rows.names)
        return rows

    def _inputs(self, staff: StaffRows | None) -> InputRows | None:
        findings = self._open(INPUTS)
        if findings is None:
            return None
        roster = (
            None
            if staff is None
            else Roster(self.tables[self.rules.subject.name].path, staff.everyone, self.rules.subject.all)
        )
        elsewhere = self._attributes_in(self.rules.subject.name)
        rows, told = read_inputs(self.rules, findings, self._binding(INPUTS), elsewhere, roster, self.wanted)
        self.told += told
        self.used[INPUTS] = 0 if rows is None else len(rows.staff)
        return rows

    def _inner_inputs(self, inputs: InputRows | None, staff: StaffRows | None) -> dict[str, InputRows]:
        """The inputs for shorter periods, by the kind of these."""
        found: dict[str, InputRows] = {}
        for table, grain in input_tables(self.rules).items():
            findings = self._open(table)
            if findings is None:
                continue
            roster = self._roster(inputs, staff)
            binding = self._binding(table)
            rows, told = read_inputs(self.rules, findings, binding, (), roster, None, grain)
            self.told += told
            if rows is not None:
                found[grain] = rows
        return found

    def _records(self, inputs: InputRows | None, staff: StaffRows | None) -> dict[str, Records]:
        roster = self._roster(inputs, staff)
        loaded: dict[str, Loaded] = {}
        wanted = fields_wanted(self.rules)
        for name, used in wanted.items():
            findings = self._open(name)
            if findings is None:
                continue
            data = self.rules.data[name]
            # a history knows people who left long ago
            known = None if data.history else roster
            read, told = load_records(data, used, findings, self._binding(name), known)
            self.told += told
            if read is not None:
                loaded[name] = read
        bindings = {name: self._binding(name) for name in loaded}
        loaded, told = with_partners(loaded, wanted, bindings)
        self.told += told
        found: dict[str, Records] = {}
        for name, one in loaded.items():
            self.used[name] = int(one.selection.good.sum())
            if not {one.data.staff, one.data.placed_by} <= one.columns.keys():
                continue  # no more than a partner of other records
            found[name], told = place_records(self.rules, one, self.wanted)
            self.told += told
        return found

    def _roster(self, inputs: InputRows | None, staff: StaffRows | None) -> Roster | None:
        """Whom a record may be of: the staff of the given tables; anybody, where neither is given."""
        given = [
            (self.tables[name].path, rows.everyone)
            for name, rows in ((self.rules.subject.name, staff), (INPUTS, inputs))
            if rows is not None
        ]
        return (
            Roster(given[0][0], frozenset().union(*(names for _, names in given)), self.rules.subject.all)
            if given
            else None
        )

    # The matrix

    def _rows(
        self, inputs: InputRows | None, records: Mapping[str, Records], inner: Iterable[InputRows]
    ) -> Rows:
        if self.rows is not None:
            return self.rows
        if inputs is not None:
            return rows_of(inputs.staff, inputs.staff_names, inputs.period, inputs.periods)
        measured = [r for name, r in records.items() if self._aggregates(name) and not r.data.history]
        met = [(r.staff[r.counting], r.staff_names, r.period[r.counting], r.periods) for r in measured]
        for given in self.groups.values():
            counting = self._asked_for(given)
            met.append((given.staff[counting], given.names, given.period[counting], given.periods))
        for one in inner:
            asked, around = self._around(one)
            met.append((one.staff[asked], one.staff_names, one.period[asked], around))
        return rows_met(met)

    def _around(self, inner: InputRows) -> tuple[Mask, tuple[Period, ...]]:
        """Which rows of shorter periods belong to one that is asked for, and the longer period of each code."""
        around = tuple(longer(one, PeriodKind(self.rules.period)) for one in inner.periods)
        return chosen(around, self.wanted)[inner.period], around

    def _inner_columns(self, grain: str, given: InputRows, rows: Rows) -> dict[str, Column]:
        """The inputs for shorter periods at the rows of these; a note on those that belong to no row."""
        at = rows.find(given.staff, given.staff_names, given.period, given.periods)
        table = TABLES[PeriodKind(grain)]
        lost = np.flatnonzero((at < 0) & self._around(given)[0])
        self._tell_lost(table, self.findings[table].source, given, lost)
        self.used[table] = int((at >= 0).sum())
        places = np.full(len(rows) + 1, -1, np.int64)
        places[at] = np.where(at < 0, -1, np.arange(len(at)))
        return {name: as_column(name, taken(cells, places[:-1])) for name, cells in given.columns.items()}

    def _columns(self, rows: Rows, inputs: InputRows | None, staff: StaffRows | None) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        places = {} if staff is None else {name: place for place, name in enumerate(staff.names)}
        of_row = np.array([places.get(name, -1) for name in rows.people], np.int64)[rows.staff]
        for name in self.rules.inputs:
            if inputs is not None and name in inputs.columns:
                own = inputs.columns[name]
                columns[name] = as_column(name, own if rows.spells is None else taken(own, rows.spells.whole))
            elif staff is not None and name in staff.columns:
                columns[name] = as_column(name, taken(staff.columns[name], of_row))
        return columns

    def _lineage(self, rows: Rows, inputs: InputRows | None, staff: StaffRows | None) -> Lineage:
        """Where what `_columns` takes stands; the table of inputs goes before that of staff there, and here."""
        found = Lineage()
        subject = self.rules.subject.name
        if staff is not None:
            source = self.tables[subject]
            found = lineage(staff.columns, source, self._binding(subject), places_of_staff(staff, rows))
        if inputs is not None:
            own = lineage(
                inputs.columns, self.tables[INPUTS], self._binding(INPUTS), places_of_inputs(inputs, rows)
            )
            found = Lineage({**found.columns, **own.columns})
        return found

    def _split(self, rows: Rows, records: dict[str, Records], history: str) -> tuple[Rows, dict[str, Column]]:
        """The rows in spells, and each spell's own facts; records go to the spell in which they lie."""
        assert self.rules.split is not None
        parts = split(rows, records[history], self.rules.split)
        for name, found in records.items():
            if not found.data.history:
                records[name] = in_spells(found, rows, parts)
        return parts, spell_facts(parts, rows)

    def _held(
        self, records: Records, rows: Rows, parts: Mapping[str, Rows], around: Around
    ) -> dict[str | None, tuple[dict[str, Column], RecordSet]]:
        """The measures of one history by length of period."""
        over: dict[str | None, Rows] = {None: rows}
        over.update(parts)
        self.used[records.data.name] = len(records)
        made: dict[str | None, tuple[dict[str, Column], RecordSet]] = {}
        for grain, own in over.items():
            aggregates = [one for one in self._aggregates(records.data.name) if one.grain == grain]
            kept, told = held_set(records, own, aggregates, around)
            self.told += told
            if kept is not None:
                columns, told = measured(kept, aggregates, self.rules.tables, own)
                self.told += told
                made[grain] = columns, kept
        return made

    def _taken(self, records: Records, rows: Rows) -> dict[str, Column]:
        """The attributes that are taken from a history."""
        last = on_last_day(records, rows)
        inputs = self.rules.inputs.values()
        names = [
            one.name
            for one in inputs
            if one.history == records.data.name
            and one.name in records.columns
            and one.name not in SPELL_FACTS
        ]
        return {name: as_column(name, taken(records.columns[name], last)) for name in names}

    def _measure(
        self, records: Records, rows: Rows, parts: Mapping[str, Rows], given: bool, around: Around
    ) -> dict[str | None, tuple[dict[str, Column], RecordSet]]:
        """The measures of one data set by length of period, without the records whose times run backwards."""
        name = records.data.name
        found: dict[str | None, Integers] = {
            None: rows.find(records.staff, records.staff_names, records.period, records.periods)
        }
        found[None][~records.counting] = -1
        for kind, inner in parts.items():
            found[kind] = rows_of_records(inner, records.staff, records.staff_names, records.days, kind)
        met = np.any([one >= 0 for one in found.values()], axis=0)
        self._without_row(name, records, met, given)
        wanted = {grain: [one for one in self._aggregates(name) if one.grain == grain] for grain in found}
        kept: dict[str | None, RecordSet] = {}
        for grain, aggregates in wanted.items():
            made, told = record_set(records, found[grain], aggregates, around)
            self.told += told
            if made is None:
                return {}
            backward = find_backward(made, aggregates, self.rules.tables, self._binding(name))
            if len(backward):
                for one in found.values():
                    one[backward] = -1
                kept.clear()
            else:
                kept[grain] = made
        measured: dict[str | None, tuple[dict[str, Column], RecordSet]] = {}
        for grain, aggregates in wanted.items():
            again = kept.get(grain) or record_set(records, found[grain], aggregates, around)[0]
            assert again is not None
            size = len(rows) if grain is None else len(parts[grain])
            columns, told = measure(again, aggregates, self.rules.tables, size)
            self.told += [*told, *still_open(again)]
            measured[grain] = columns, again
        self.used[name] = int(np.any([one >= 0 for one in found.values()], axis=0).sum())
        return measured

    def _asked_for(self, given: Grouped) -> Mask:
        """Which groups are of a period that is asked for; of others a source may have sent a part only."""
        return chosen(given.periods, self.wanted)[given.period]

    def _grouped(
        self, name: str, given: Grouped, rows: Rows, roster: Roster | None, by_inputs: bool
    ) -> dict[str, Column]:
        """The measures of a data set that its source has aggregated."""
        asked = self._asked_for(given)
        at = rows.find(given.staff, given.names, given.period, given.periods)
        at[~asked] = -1
        strangers = roster is not None and not roster.names.issuperset(given.names)
        if strangers or not given.records or (by_inputs and (asked & (at < 0)).any()):
            self.unfit.add(name)
        self.used[name] = given.records_of(at >= 0)
        try:
            return group_columns(given, rows, at)
        except OverflowError:
            self.unfit.add(name)
            return {}

    def _without_row(self, name: str, records: Records, met: Mask, given: bool) -> None:
        lost = np.flatnonzero(~met & records.counting)
        if given:
            self._tell_lost(name, records.findings.source, records, lost)

    def _tell_lost(self, table: str, source: SourceTable, read: InputRows | Records, lost: Integers) -> None:
        """A note on rows of a table that belong to nobody who is scored, with the first of them."""
        if not len(lost):
            return
        first = lost[0]
        self.told.append(
            problems.NO_SUCH_ROW.at(
                Cell(source.path, sheet=source.sheet),
                count=len(lost),
                table=table,
                first=source.said_row(int(read.rows[first])),
                staff=read.staff_names[read.staff[first]],
                period=str(read.periods[read.period[first]]),
            )
        )

    # What is said

    def _tell(self) -> None:
        for findings in self.findings.values():
            if not self.reject:
                self.told += findings.diagnostics()
            elif findings.set_aside:
                place = Cell(findings.source.path, sheet=findings.source.sheet)
                self.told.append(
                    problems.SET_ASIDE.at(
                        place, count=findings.set_aside, rows=self._read(findings), table=findings.name
                    )
                )

    def _read(self, findings: Findings) -> int:
        return findings.size + len(findings.outside)

    def _origin(self, source: SourceTable) -> Origin:
        return Origin(source.path, source.sheet, source.adapter, source.query)

    def _count(self, name: str) -> Counts:
        findings = self.findings[name]
        read, set_aside, used = self._read(findings), findings.set_aside, self.used[name]
        return Counts(read, used, set_aside, read - set_aside - used)


def as_column(name: str, cells: Cells) -> Column:
    """The cells as a column of the matrix."""
    match cells.unit:
        case Unit.TEXT | Unit.STAFF:
            codes = np.where(cells.present, cells.values, -1).astype(np.int32, copy=False)
            return Column(name, Unit.TEXT, codes, cells.choices)
        case Unit.BOOLEAN:
            return Column(name, cells.unit, np.where(cells.present, cells.values, -1).astype(np.int8))
        case _:
            values = np.where(cells.present, cells.values.astype(np.float64, copy=False), np.nan)
            return Column(name, cells.unit, values, exact=cells.exact)
