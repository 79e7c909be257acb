"""What a run is to read, and how tables become facts: steps 3 and 4 of the street.

The tables that the command line and the project name are read once; what the policy needs of them is made into the matrix of
facts, now or, from an archive, years later. Imported late where checking a policy should not need it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpirules.calendars import NO_OVERRIDES, Overrides, parse_overrides
from kpirules.diagnostics import Diagnostic, Span, in_order
from kpirules.language.parse import decode
from kpirules.model.rules import Ruleset

if TYPE_CHECKING:
    from kpirules.facts.bindings import Binding
    from kpirules.facts.build import Facts
    from kpirules.facts.groups import Grouped
    from kpirules.facts.project import Project
    from kpirules.periods import Period
    from kpirules.plugin import Plugins, SourceTable, Watch
    from kpirules.plugin.spooling import Spool
    from kpirules.policy.simulation.supplying import Asking, Scoring, Supply

#: A file of so many bytes is not kept in memory where it is worked on period by period.
_LARGE = 32 << 20


@dataclass(frozen=True, slots=True)
class Work:
    """What a run is to read. tables: a location for each table named on the command line (`inputs`, `staff`, data sets).

    missing: texts that mean "no value" everywhere, besides what the project says of single tables. watch: is told
    how far the reading of a table has come. records: whether single records will be asked for, as evidence.
    """

    rules: Ruleset
    tables: Mapping[str, str]
    project: Project | None = None
    periods: tuple[Period, ...] | None = None
    missing: tuple[str, ...] = ()
    reject: bool = False
    watch: Watch | None = None
    records: bool = True

    @property
    def wanted(self) -> tuple[Period, ...] | None:
        """The periods to score: those asked for, else the project's; None: all there are."""
        return self.periods or (self.project.periods if self.project is not None else None)


def open_project(path: Path) -> tuple[Project, tuple[Diagnostic, ...]]:
    """The project file. Raises OSError where it cannot be read."""
    from kpirules.facts.project import read_project  # late: pydantic

    text, problems = decode(path.read_bytes(), str(path))
    project, found = read_project(text, str(path))
    return project, (*problems, *found)


@dataclass(frozen=True, slots=True)
class Tables:
    """What was read for a run: the tables by name, what the project says of each, and a company's calendar days.

    calendar: the text of these days, where the project names a file of them.
    """

    tables: Mapping[str, SourceTable]
    bindings: Mapping[str, Binding]
    overrides: Overrides = NO_OVERRIDES
    calendar: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_tables(work: Work) -> Tables:
    """Read every row of the tables that the policy needs; `facts_of` makes the matrix of facts of them."""
    from kpirules.plugin import installed  # late: step 3 needs the plugins

    plugins = installed()
    places = _places(plugins, work)
    opened = _opened(plugins, work, places)
    tables = {
        name: _read(plugins, name, work, one) for name, one in places.items() if one.location is not None
    }
    return replace(opened, tables=tables)


def facts_of(
    work: Work, given: Tables, groups: Mapping[str, Grouped] | None = None
) -> tuple[Facts, tuple[Diagnostic, ...]]:
    """The matrix of facts of tables that were read, now or long ago.

    The facts are to be scored only where no diagnostic is an error. groups: data sets that their source has aggregated.
    """
    from kpirules.facts.build import build  # late: steps 3 and 4 need pyarrow and the query engine

    facts, wrong = build(
        work.rules,
        given.tables,
        bindings=given.bindings,
        periods=work.wanted,
        reject=work.reject,
        overrides=given.overrides,
        groups=groups,
    )
    return facts, in_order((*given.diagnostics, *wrong))


def gather(work: Work) -> tuple[Facts, tuple[Diagnostic, ...]]:
    """Read the tables that the policy needs and make the matrix of facts of them, as `facts_of` does.

    Where nobody will ask for records, a source that can aggregate does; its rows are read all the same if they would
    have something to tell.
    """
    from kpirules.plugin import installed  # late: step 3 needs the plugins

    if work.records:
        return facts_of(work, read_tables(work))
    plugins = installed()
    places = _places(plugins, work)
    opened = _opened(plugins, work, places)
    found = {name: _grouped(plugins, name, work, one) for name, one in places.items()}
    groups = {name: one for name, one in found.items() if one is not None}
    tables: dict[str, SourceTable] = {}
    while True:
        for name, place in places.items():
            if place.location is not None and name not in groups and name not in tables:
                tables[name] = _read(plugins, name, work, place)
        facts, told = facts_of(work, replace(opened, tables=tables), groups)
        if not facts.unfit_groups:
            return facts, told
        groups = {name: one for name, one in groups.items() if name not in facts.unfit_groups}


def _opened(plugins: Plugins, work: Work, places: Mapping[str, _Table]) -> Tables:
    """What is known before any table is read. Raises OSError where the file of calendar days cannot be read."""
    bindings = {name: place.binding for name, place in places.items()}
    if work.project is None or work.project.overrides is None:
        return Tables({}, bindings, diagnostics=plugins.diagnostics)
    path = Path(work.project.overrides)
    text, problems = decode(path.read_bytes(), str(path))
    overrides, wrong = parse_overrides(text, str(path))
    return Tables({}, bindings, overrides, text, (*plugins.diagnostics, *problems, *wrong))


def gather_table(rules: Ruleset, table: object, **tables: object) -> tuple[Facts, tuple[Diagnostic, ...]]:
    """As `gather`, of tables in memory: anything with the Arrow C stream interface (Arrow, pandas, Polars)."""
    from kpirules.facts.arrow import arrow_table_from  # late with the rest: steps 3 and 4
    from kpirules.facts.build import build

    given = ({"inputs": table} if table is not None else {}) | tables
    sources = {name: arrow_table_from(one, f"<{name}>") for name, one in given.items()}
    facts, told = build(rules, sources)
    return facts, in_order(told)


def supply(
    work: Work, *others: Ruleset, scoring: Scoring, asking: Asking, folder: Path
) -> tuple[Supply, tuple[Diagnostic, ...]]:
    """The tables of a run, read once for its policy and for others. scoring, asking: see `Supply`.

    folder: an empty one, in which a large table of inputs may wait while it is worked on period by period. Nothing is to be
    made of the tables where a diagnostic is an error.
    """
    from kpirules.facts.bindings import INPUTS  # late with the rest: steps 3 and 4
    from kpirules.plugin import installed
    from kpirules.plugin.spooling import Spool
    from kpirules.policy.simulation.supplying import Supply, period_columns

    plugins = installed()
    places = _places(plugins, work)
    opened = _opened(plugins, work, places)
    spool = None
    columns = period_columns((work.rules, *others), opened.bindings.get(INPUTS))
    if columns and INPUTS in places and _is_large(places[INPUTS].location):
        spool = Spool(folder, columns)
    tables = {
        name: _read(plugins, name, work, place, others, spool if name == INPUTS else None)
        for name, place in places.items()
        if place.location is not None
    }
    found = Supply(
        tables, scoring, asking, opened.bindings, work.wanted, work.reject, opened.overrides, spool
    )
    return found, in_order(opened.diagnostics)


def _is_large(location: str | None) -> bool:
    """Whether a file is so large that its rows should not all be in memory."""
    path = None if location is None else Path(location)
    return path is not None and path.is_file() and path.stat().st_size >= _LARGE


@dataclass(frozen=True, slots=True)
class _Table:
    """Where a table stands, and how it is read. location: None where neither the command line nor the project tells."""

    location: str | None
    adapter: str | None
    settings: Mapping[str, object]
    binding: Binding
    span: Span | None


def _places(plugins: Plugins, work: Work) -> dict[str, _Table]:
    """The tables that the command line and the project name; a location of the former goes before."""
    from kpirules.facts.bindings import NO_BINDING  # late with the rest: steps 3 and 4
    from kpirules.plugin import called

    known = work.project.tables if work.project is not None else {}
    places: dict[str, _Table] = {}
    for name in dict.fromkeys((*known, *work.tables)):
        own = known.get(name)
        location = work.tables.get(name) or (own.path if own is not None else None)
        settings = dict(own.settings) if own is not None else {}
        adapter = own.adapter if own is not None else None
        if location is not None:
            chosen = plugins.adapter(location, adapter)
            if not isinstance(chosen, Diagnostic):
                # A source of several tables, such as a workbook, may have one of that name.
                settings = called(chosen, settings, name)
        binding = _with_missing(own.binding if own is not None else NO_BINDING, work.missing)
        places[name] = _Table(location, adapter, settings, binding, own.span if own is not None else None)
    return places


def _grouped(plugins: Plugins, name: str, work: Work, place: _Table) -> Grouped | None:
    """A data set that its source has aggregated; None where its rows must be read."""
    from kpirules.facts.groups import grouped, grouping_for  # late with the rest: steps 3 and 4
    from kpirules.plugin import read_groups

    grouping = grouping_for(work.rules, name, place.binding, work.wanted)
    if grouping is None or place.location is None:
        return None
    answer = read_groups(
        plugins,
        place.location,
        staff=grouping.staff,
        moment=grouping.moment,
        by=grouping.by,
        values=grouping.values,
        kinds=grouping.asked.kinds,
        adapter=place.adapter,
        settings=place.settings,
        period=grouping.asked.period,
        where=grouping.asked.where,
    )
    return None if answer is None else grouped(grouping, answer, work.rules)


def _read(
    plugins: Plugins,
    name: str,
    work: Work,
    place: _Table,
    others: Sequence[Ruleset] = (),
    spool: Spool | None = None,
) -> SourceTable:
    """The rows of a table. others: policies besides that of the run that will be scored by them. spool: takes the rows."""
    from kpirules.facts.requests import ask_for, together  # late with the rest: steps 3 and 4
    from kpirules.plugin import read_table

    assert place.location is not None
    asked = together(ask_for(one, name, place.binding, work.wanted) for one in (work.rules, *others))
    return read_table(
        plugins,
        place.location,
        adapter=place.adapter,
        settings=place.settings,
        columns=asked.columns,
        period=asked.period,
        where=asked.where,
        kinds=asked.kinds,
        place=place.span,
        watch=work.watch,
        spool=spool,
    )


def _with_missing(binding: Binding, missing: tuple[str, ...]) -> Binding:
    """The binding with more texts that mean "no value"."""
    if not missing:
        return binding
    columns = {
        name: replace(one, cells=replace(one.cells, missing=one.cells.missing | {*missing}))
        for name, one in binding.columns.items()
    }
    return replace(
        binding, columns=columns, cells=replace(binding.cells, missing=binding.cells.missing | {*missing})
    )
