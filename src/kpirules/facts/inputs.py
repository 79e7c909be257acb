"""The table of inputs: a row per staff member and period, a column per input and attribute. And the table of staff.

Knows nothing of data sets and measures.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.facts import problems
from kpirules.facts.bindings import Binding
from kpirules.facts.cells import Cells
from kpirules.facts.findings import Findings
from kpirules.facts.people import (
    PERIOD_WORDS,
    People,
    Roster,
    Times,
    chosen,
    first_alike,
    no_strangers,
    read_people,
    read_periods,
    sample,
)
from kpirules.facts.selection import Selection, only, select
from kpirules.facts.titles import PERIOD_TITLES, Titles, find_titles
from kpirules.matrix import Codes, Integers
from kpirules.model.rules import STAFF, Input, Ruleset, Subject
from kpirules.periods import Period, PeriodKind, parse

PERIOD_NAME = PERIOD_TITLES[0]


@dataclass(frozen=True, slots=True)
class InputRows:
    """The good rows of a table: whom and when each is about, and its cells by input name.

    everyone: all staff that the table names, those of rows set aside included. rows: where each stands in the source.
    """

    staff: Codes
    staff_names: tuple[str, ...]
    period: Codes
    periods: tuple[Period, ...]
    columns: Mapping[str, Cells]
    everyone: frozenset[str]
    rows: Integers


@dataclass(frozen=True, slots=True)
class StaffRows:
    """The good rows of the table of staff: names, and their attributes by name. everyone, rows: as for inputs."""

    names: tuple[str, ...]
    columns: Mapping[str, Cells]
    everyone: frozenset[str]
    rows: Integers


def read_inputs(
    rules: Ruleset,
    findings: Findings,
    binding: Binding,
    elsewhere: Collection[str],
    roster: Roster | None,
    wanted: Collection[Period] | None,
    grain: str | None = None,
) -> tuple[InputRows | None, list[Diagnostic]]:
    """The table of inputs; None where it lacks the staff or period column.

    elsewhere: attributes that the table of staff delivers, so that this one need not. roster: the staff of
    that table, among whom everybody must be. wanted: only these periods (None: all). grain: the table is that of
    the inputs for shorter periods of this kind.
    """
    fixed = None if binding.period is None else parse(binding.period)
    key = rules.subject.name
    own = (key,) if fixed is not None else (key, PERIOD_NAME)
    inputs = rules.inputs_of(grain)
    titles = _titles(findings, binding, own, inputs, elsewhere, rules.subject)
    told = list(titles.diagnostics)
    if any(name not in titles.found for name in own):
        return None, told
    kind = PeriodKind(grain or rules.period)
    if fixed is not None and fixed.kind is not kind:
        return None, [*told, _wrong_kind(findings, fixed, kind)]
    selection, notes = select(findings, binding)
    people = _people(selection, titles, rules.subject)
    if fixed is not None:
        times = Times(np.zeros(len(selection), np.int32), (fixed,))
    else:
        times = read_periods(selection, titles.found[PERIOD_NAME], kind)
    no_strangers(selection, titles.found[key].column, people, roster)
    _no_duplicates(selection, titles.found[key].column, people, times)
    columns = _columns(selection, inputs, titles)
    asked = np.append(chosen(times.periods, wanted), False)[times.codes]
    good = selection.good & asked
    rows = InputRows(
        staff=people.codes[good],
        staff_names=people.names,
        period=times.codes[good],
        periods=times.periods,
        columns={name: only(cells, good) for name, cells in columns.items()},
        everyone=frozenset(people.names),
        rows=selection.rows[good],
    )
    return rows, told + notes


def read_staff(
    rules: Ruleset, findings: Findings, binding: Binding, elsewhere: Collection[str]
) -> tuple[StaffRows | None, list[Diagnostic]]:
    """The table of staff and the attributes that it has; None where it lacks the staff column.

    elsewhere: attributes that the table of inputs delivers, so that this one need not.
    """
    declared = {one.name: one for one in rules.delivered.values() if one.attribute}
    key = rules.subject.name
    titles = _titles(findings, binding, (key,), declared, elsewhere, rules.subject)
    told = list(titles.diagnostics)
    if key not in titles.found:
        return None, told
    selection, notes = select(findings, binding)
    people = _people(selection, titles, rules.subject)
    _no_duplicates(selection, titles.found[key].column, people, None)
    columns = _columns(selection, declared, titles)
    good = selection.good
    rows = StaffRows(
        tuple(people.names[code] for code in people.codes[good]),
        {name: only(cells, good) for name, cells in columns.items()},
        frozenset(people.names),
        selection.rows[good],
    )
    return rows, told + notes


def _wrong_kind(findings: Findings, fixed: Period, kind: PeriodKind) -> Diagnostic:
    """The one period that a binding gives the whole table is not of the policy's kind."""
    return problems.WRONG_PERIOD.at(
        Cell(findings.source.path, sheet=findings.source.sheet),
        value=str(fixed),
        found=PERIOD_WORDS[fixed.kind],
        kind=PERIOD_WORDS[kind],
        sample=sample(kind),
    )


def _titles(
    findings: Findings,
    binding: Binding,
    own: Collection[str],
    declared: Mapping[str, Input],
    elsewhere: Collection[str],
    subject: Subject,
) -> Titles:
    header = findings.source.header
    needed = [name for name in declared if name not in elsewhere or binding.bound(name).column in header]
    return find_titles(
        findings.name,
        findings.source,
        binding,
        (*own, *needed),
        (*declared, PERIOD_NAME),
        subject=subject.titles,
    )


def _people(selection: Selection, titles: Titles, subject: Subject) -> People:
    bound = titles.found[subject.name]
    people = read_people(selection, bound)
    selection.note(problems.NO_STAFF, people.codes < 0, bound.column, what=_asked(subject))
    return people


def _columns(selection: Selection, declared: Mapping[str, Input], titles: Titles) -> dict[str, Cells]:
    return {
        name: selection.read(name, one.type, titles.found[name])
        for name, one in declared.items()
        if name in titles.found
    }


def _asked(subject: Subject) -> Words:
    return Words("whom", "人员") if subject == STAFF else Words(f"which {subject.name}", subject.words.zh)


def _no_duplicates(selection: Selection, column: str, people: People, times: Times | None) -> None:
    """Every row after the first one of the same person (and period) is a problem that names the first."""
    periods = 1 if times is None else max(1, len(times.periods))
    codes = np.zeros(len(selection), np.int64) if times is None else times.codes.astype(np.int64)
    sound = (people.codes >= 0) & (codes >= 0)
    places = np.flatnonzero(sound)
    keys = people.codes[places].astype(np.int64) * periods + codes[places]
    first = places[first_alike(keys, len(people.names) * periods)]
    again = np.zeros(len(selection), bool)
    again[places] = first != places
    earlier = np.zeros(len(selection), np.int64)
    earlier[places] = first
    problem = problems.DUPLICATE_STAFF if times is None else problems.DUPLICATE
    selection.note(problem, again, column, _earlier(selection, people, times, earlier))


def _earlier(
    selection: Selection, people: People, times: Times | None, earlier: Integers
) -> Callable[[int], Mapping[str, object]]:
    def each(place: int) -> Mapping[str, object]:
        said: dict[str, object] = {
            "staff": people.names[people.codes[place]],
            "first": selection.findings.source.said_row(
                int(selection.rows[earlier[place]]), int(selection.rows[place])
            ),
        }
        if times is not None:
            said["period"] = str(times.periods[times.codes[place]])
        return said

    return each
