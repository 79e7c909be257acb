"""An official run on one screen: from a project to what is archived, and from an archive back to the same figures.

1. `engine.read_policy`, `engine.read_tables`   what the project names, all of its rows
2. `given_of`                                   the same as values, to be archived
3. `score`                                      the street: facts and scores of what was given
4. `looked_at`                                  what is missing or odd, which may stop it
5. `records.shelf.deposit`                      the archive, complete or absent
6. `restored`, `score`                          the same from an archive, without sources, adapters or network
7. `with_corrections`                           an archived run once more, some of its facts corrected
8. `verified`                                   its figures against those that come out again

Nothing of step 3 asks where the values come from, so that what is scored again is scored in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kpirules.calendars import NO_OVERRIDES, parse_overrides
from kpirules.diagnostics import Diagnostic, Problems
from kpirules.engine import Policy, policy_from, score_matrix
from kpirules.facts.bindings import NO_BINDING, Binding
from kpirules.facts.build import Facts
from kpirules.facts.corrected import Correction
from kpirules.facts.project import Project, read_project
from kpirules.facts.run_section import Limits
from kpirules.gathering import Tables, Work, facts_of
from kpirules.library import SHIPPED
from kpirules.matrix import ScoreMatrix, score_table
from kpirules.periods import Period
from kpirules.plugin import SourceTable
from kpirules.records.archive import SCORES, Archived
from kpirules.records.content import Content
from kpirules.records.correction_problems import OTHERWISE
from kpirules.records.corrections import Corrected, corrected
from kpirules.records.derivations import Watch
from kpirules.records.preflight import PREFLIGHT, Looked, Preflight, Summary, preflight, read_summary
from kpirules.records.snapshot import CALENDAR, PROJECT, Given
from kpirules.records.verify import not_recomputed, recomputed


@dataclass(frozen=True, slots=True)
class Ready:
    """A policy with the tables that it is to be scored on."""

    policy: Policy
    work: Work
    tables: Tables
    given: Given


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of it. told: what was found while the facts were made, none of it an error."""

    ready: Ready
    facts: Facts
    scores: ScoreMatrix
    told: tuple[Diagnostic, ...]

    @property
    def content(self) -> Content:
        """What is to be archived."""
        rules = self.ready.policy.ruleset
        assert rules is not None
        return Content(self.ready.given, rules, self.facts.matrix, self.scores, self.told)


def given_of(policy: Policy, project: str, tables: Tables, period: Period) -> Given:
    """What a run was given. project: the text of the project file."""
    sources = {_plain(path): text for path, text in policy.sources.items()}
    return Given(period, project, sources, tables.tables, tables.calendar)


def _plain(path: str) -> str:
    """A policy's path; one that ships with kpirules lies elsewhere on every machine."""
    if not Path(path).is_relative_to(SHIPPED):
        return path
    return str(PurePosixPath("kpirules", *Path(path).relative_to(SHIPPED).parts))


def restored(given: Given) -> Ready:
    """The policy and the tables of what was given. Raises Problems where they do not go together (any more)."""
    project, told = read_project(given.project, PROJECT)
    _stop(told, {PROJECT: given.project})
    settings = {name: one.text for name, one in project.parameters.items()}
    policy = policy_from(given.policy, settings)
    _stop((*policy.diagnostics, *policy.missing_settings()), policy.sources)
    assert policy.ruleset is not None
    overrides, told = (
        (NO_OVERRIDES, ()) if given.calendar is None else parse_overrides(given.calendar, CALENDAR)
    )
    bindings = {name: _binding(project, name) for name in given.tables}
    tables = Tables(given.tables, bindings, overrides, given.calendar, told)
    work = Work(policy.ruleset, {}, project, (given.period,))
    return Ready(policy, work, tables, given)


def _binding(project: Project, name: str) -> Binding:
    known = project.tables.get(name)
    return NO_BINDING if known is None else known.binding


def score(ready: Ready, threads: int | None = None) -> Scored:
    """Facts and scores. Raises Problems where the data do not fit the policy."""
    facts, told = facts_of(ready.work, ready.tables)
    _stop(told, ready.policy.sources)
    made = corrected(ready.work.rules, facts, ready.given.corrections, ready.tables.bindings)
    return _scored(ready, made, told, threads)


def with_corrections(run: Scored, table: SourceTable) -> tuple[Scored, tuple[Correction, ...]]:
    """The same run with the corrections of a table, and what these are. Raises Problems where one is not sound."""
    ready = run.ready
    made = corrected(ready.work.rules, run.facts, [table], ready.tables.bindings)
    given = replace(ready.given, corrections=(*ready.given.corrections, table))
    return _scored(replace(ready, given=given), made, run.told), made.made


def _scored(
    ready: Ready, made: Corrected, told: tuple[Diagnostic, ...], threads: int | None = None
) -> Scored:
    _stop(made.diagnostics, {})
    policy, work = replace(ready.policy, ruleset=made.rules), replace(ready.work, rules=made.rules)
    scores = score_matrix(made.rules, made.facts.matrix, threads=threads)
    return Scored(replace(ready, policy=policy, work=work), made.facts, scores, (*told, *made.diagnostics))


def scored_again(run: Archived, threads: int | None = None) -> Scored:
    """An archived run, scored from what it holds. Raises Problems where its figures are not those that were published."""
    found = score(restored(run.given()), threads)
    if not score_table(found.scores).equals(run.table(SCORES)):
        raise Problems([OTHERWISE.at(None, run=run.id, path=str(run.path))])
    return found


def looked_at(scored: Scored, before: Archived | None) -> Preflight:
    """What is to be known of a run before it is archived. before: the final run of the period before. Raises OSError."""
    ready = scored.ready
    project = ready.work.project
    run = Looked(
        ready.work.rules,
        scored.facts,
        scored.scores,
        ready.tables.tables,
        ready.tables.bindings,
        ready.given.period,
    )
    return preflight(run, Limits() if project is None else project.run.limits, _summary(before))


def _summary(run: Archived | None) -> Summary | None:
    """What is archived of an earlier run to compare with; none of one that was archived without it, or is broken."""
    try:
        return None if run is None else read_summary(run.bytes(PREFLIGHT))
    except Problems:
        return None


def verified(run: Archived, threads: int | None = None, watch: Watch | None = None) -> Iterator[Diagnostic]:
    """Where the figures of an archived run are others than those that come out of what it holds. Raises OSError."""
    try:
        again = score(restored(run.given()), threads)
        yield from recomputed(run, again.content, watch)
    except Problems as wrong:
        yield from not_recomputed(run, wrong)


def _stop(found: tuple[Diagnostic, ...], sources: Mapping[str, str]) -> None:
    if any(one.is_error for one in found):
        raise Problems(found, sources)
