"""The street on one screen. A policy enters as text and leaves as scores; each step is one function of a lower room.

1. `language.parse`     text to syntax tree: what it says (`model.compose`: with the ruleset that it extends)
2. `model.check`        tree to ruleset: what it means, with every mistake found
3. `plugin.read_table`  files to tables, each cell with its place
4. `facts.build`        tables to the matrix of facts, a row per staff member and period
5. `scoring.run`        ruleset and matrix to scores (or `scoring.reference`, slow and obvious)
6. `scoring.explain`    ruleset, matrix and one row to the derivation of that row
7. `results.report`     all of it to a finished result, with a statement for every row

`read_policy`, `score`, `explain`, `report` and `run_tests` here do no more than call them in this order. Steps 3 to 7 are
imported when first needed, since checking a policy needs none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kpirules.calendars import NO_OVERRIDES, Overrides, parse_overrides
from kpirules.diagnostics import Diagnostic, Problems, Span, Words, in_order
from kpirules.language import tree
from kpirules.language.parse import Parsed, decode, parse
from kpirules.library import base_of
from kpirules.model.check import check
from kpirules.model.compose import Composed, NotFound, compose
from kpirules.model.expressions import Value
from kpirules.model.problems import UNSET
from kpirules.model.rules import Ruleset
from kpirules.scoring.problems import TOO_LARGE

if TYPE_CHECKING:
    from kpirules.facts.bindings import Binding
    from kpirules.facts.build import Facts
    from kpirules.facts.groups import Grouped
    from kpirules.facts.project import Project
    from kpirules.matrix import ScoreMatrix, StaffPeriodMatrix
    from kpirules.periods import Period
    from kpirules.plugin import Plugins, SourceTable, Watch
    from kpirules.plugin.report import Report
    from kpirules.policy.examples import Finding
    from kpirules.results.report import Wanted
    from kpirules.scoring.explain import Derivation

Engine = Literal["kernels", "reference"]
Settings = Mapping[str, str | int | bool | Fraction | tree.Expr]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as read and checked. ruleset: None where it has errors. diagnostics: sorted by position.

    sources: every file that it is made of, path to text; more than one where it extends another ruleset.
    composed: the whole that the file and those below it make.
    """

    path: str
    text: str
    parsed: Parsed | None
    ruleset: Ruleset | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
    composed: Composed | None = None

    @property
    def has_errors(self) -> bool:
        return any(one.is_error for one in self.diagnostics)

    def missing_settings(self) -> tuple[Diagnostic, ...]:
        """One error that names every parameter without a value; nothing can be scored before they are set."""
        unset = self.ruleset.unset if self.ruleset is not None else ()
        if self.ruleset is None or not unset:
            return ()
        names = ", ".join(one.name for one in unset)
        commands = " ".join(f"--set {one.name}=..." for one in unset)
        return (UNSET.at(unset[0].span, names=names, commands=commands),)


def policy_of(text: str, path: str = "<text>", settings: Settings | None = None) -> Policy:
    """Read and check a policy's text. settings: parameters by name; strings are read as the policy would write them."""
    parsed = parse(text, path)
    return _checked(parsed, compose(parsed, base_of), settings)


def policy_from(sources: Mapping[str, str], settings: Settings | None = None) -> Policy:
    """The policy of texts at hand, as `Policy.sources` has them: the file itself, then what it extends, one after another."""
    paths = list(sources)

    def next_of(name: str, path: str) -> Parsed | NotFound:
        at = paths.index(path) + 1
        if at == len(paths):
            return NotFound((), ())
        found = parse(sources[paths[at]], paths[at])
        called = None if found.tree is None else found.tree.name.text
        return found if name in (Path(paths[at]).stem, called) else NotFound((), ())

    parsed = parse(sources[paths[0]], paths[0])
    return _checked(parsed, compose(parsed, next_of), settings)


def _checked(parsed: Parsed, whole: Composed, settings: Settings | None) -> Policy:
    """The policy of a file and what it extends."""
    ruleset, found = None, whole.diagnostics
    if whole.tree is not None:
        given = {name: _setting(value) for name, value in (settings or {}).items()}
        checked = check(whole.tree, parsed.path, skipped=whole.skipped, settings=given)
        found = in_order((*found, *checked.diagnostics))
        ruleset = None if any(one.is_error for one in found) else checked.ruleset
    return Policy(parsed.path, parsed.text, parsed, ruleset, in_order(found), whole.sources, whole)


def read_policy(path: Path, settings: Settings | None = None) -> Policy:
    """Read and check a policy file. Raises OSError where the file cannot be read."""
    text, problems = decode(path.read_bytes(), str(path))
    if problems:
        return Policy(str(path), "", None, None, problems, {str(path): ""})
    return policy_of(text, str(path), settings)


def _setting(value: str | int | bool | Fraction | tree.Expr) -> tree.Expr:
    """A parameter's value as a piece of policy: `5`, `95%`, `20 yuan`; words that are no formula are a text."""
    nowhere = Span("<setting>", 1, 1, 1, 1)
    if isinstance(value, bool):
        return tree.Truth(value, nowhere)
    if isinstance(value, int | Fraction):
        return tree.Number(Fraction(value), None, nowhere)
    if not isinstance(value, str):
        return value
    parsed = parse(f"ruleset x\n  period month\nparameter p : number = {value.strip()}\n", "<setting>")
    found = parsed.tree.declarations if parsed.tree is not None else ()
    if (
        not parsed.diagnostics
        and len(found) == 1
        and isinstance(found[0], tree.Parameter)
        and found[0].default
    ):
        given = found[0].default
        if isinstance(given, tree.Negate) and isinstance(given.item, tree.Number):
            return tree.Number(-given.item.value, given.item.unit, nowhere)
        if not isinstance(given, tree.Name):
            return given
    return tree.Text(value, nowhere)


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


def _read(plugins: Plugins, name: str, work: Work, place: _Table) -> SourceTable:
    """The rows of a table."""
    from kpirules.facts.requests import ask_for  # late with the rest: steps 3 and 4
    from kpirules.plugin import read_table

    assert place.location is not None
    asked = ask_for(work.rules, name, place.binding, work.wanted)
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


def score_matrix(
    rules: Ruleset, facts: StaffPeriodMatrix, engine: Engine = "kernels", threads: int | None = None
) -> ScoreMatrix:
    """The scores of every appraised row. Both engines publish the same, the reference much more slowly.

    Raises Problems where a result has more digits than can be published.
    """
    from kpirules.scoring import reference, run, spells, whole  # late: numpy

    try:
        if engine == "reference":
            scores = reference.score(rules, facts)
            return scores if rules.split is None else whole.whole_periods(rules, scores)
        scores = run.score(rules, facts, threads=threads)
        return scores if rules.split is None else spells.together(rules, scores)
    except OverflowError:
        raise Problems([TOO_LARGE.at(rules.span, ruleset=rules.id)]) from None


def score_rollup(
    rules: Ruleset, kind: str, scores: ScoreMatrix, engine: Engine = "kernels", threads: int | None = None
) -> ScoreMatrix:
    """The scores of a longer period, from the published scores of the policy's own. kind: of the roll-up (`year`)."""
    from kpirules.scoring.rollups import rollup_facts  # late: numpy

    rollup = rules.rollups[kind]
    return score_matrix(rollup.ruleset, rollup_facts(rules, rollup, scores), engine, threads)


def explain_row(rules: Ruleset, facts: Facts, row: int, listed: int = 10) -> Derivation:
    """Why the row has its scores. listed: how many ids of records to name behind each measure."""
    from kpirules.results.evidence import evidence_in  # late: numpy
    from kpirules.scoring.explain import Explainer

    known = evidence_in(facts, listed), facts.lineage.cell, facts.remark
    return Explainer(rules, facts.matrix, *known).derivation(row)


def explain_ahead(
    policy: Policy, facts: Facts, row: int, listed: int = 10
) -> tuple[Derivation, tuple[Words, ...]]:
    """The same, and what would have been needed for the next grade, a sentence each."""
    from kpirules.results.evidence import evidence_in  # late: numpy
    from kpirules.results.next_grade import Ahead
    from kpirules.results.next_grade_words import next_grade_told
    from kpirules.results.quotes import Quotes
    from kpirules.scoring.explain import Explainer

    assert policy.ruleset is not None
    rules = policy.ruleset
    known = evidence_in(facts, listed), facts.lineage.cell, facts.remark
    explainer = Explainer(rules, facts.matrix, *known)
    derivation = explainer.derivation(row)
    ahead = Ahead(explainer.reference).of(row)
    return derivation, next_grade_told(ahead, rules, Quotes(policy.sources))


def report(
    policy: Policy, facts: Facts, scores: ScoreMatrix, wanted: Wanted, rollup: str | None = None
) -> Report:
    """The finished result, for outputs to write. rollup: the kind of longer period that the scores are of."""
    from kpirules.results.report import make_report  # late: numpy

    assert policy.ruleset is not None
    rules = policy.ruleset if rollup is None else policy.ruleset.rollups[rollup].ruleset
    return make_report(rules, policy.sources, facts, scores, wanted)


def run_tests(policy: Policy) -> Iterator[Finding]:
    """Every expectation of every test written in the policy, with what the policy gives."""
    from kpirules.policy.examples import run_examples  # late: numpy

    assert policy.ruleset is not None and policy.parsed is not None and policy.composed is not None
    parsed, whole = policy.parsed, policy.composed

    def with_parameters(values: Mapping[str, Value]) -> Ruleset:
        nowhere = Span(policy.path, 1, 1, 1, 1)
        given: dict[str, tree.Expr] = {
            name: tree.Text(value, nowhere) if isinstance(value, str) else _setting(value)
            for name, value in values.items()
        }
        again = _checked(parsed, whole, given)
        if again.ruleset is None:
            raise UnfitSettings(again.diagnostics)
        return again.ruleset

    try:
        yield from run_examples(policy.ruleset, with_parameters)
    except Problems as unfit:  # of the records that a test gives
        raise UnfitSettings(unfit.diagnostics) from None


class UnfitSettings(Exception):
    """A test sets parameters that its policy does not hold together with; the diagnostics say why."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("the parameters do not fit the policy")
