"""A finished result as outputs get it, made of rules, facts and scores. Statements are worked out when they are asked for.

Everything is published already: nothing here rounds a score or changes one.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import Language, Words
from kpirules.facts.build import Facts
from kpirules.matrix import Flags, ScoreMatrix, score_table
from kpirules.model.rules import Ruleset
from kpirules.periods import parse
from kpirules.plugin.report import Alert, Report, Statement
from kpirules.results import policy_info
from kpirules.results.beside import attributes_of, facts_of, group_of
from kpirules.results.evidence import evidence_in
from kpirules.results.next_grade import Ahead
from kpirules.results.next_grade_words import next_grade_told
from kpirules.results.quotes import Quotes
from kpirules.results.run import run_id
from kpirules.results.sources import sources_of
from kpirules.results.spells import spell_title, whole_statement
from kpirules.results.statements import statement
from kpirules.scoring.explain import Explainer

_LEVELS = ("critical", "warning", "info")
#: The records of so few rows are looked up row by row.
_FEW = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report shall be. staff: of these people alone (None: of all). people: statements of so many at most.

    run: what names it; None: a digest. made: when, for readers. listed: how many ids of records a statement names.
    next_grade: whether statements say what it would have taken, which is worked out in some ten milliseconds each.
    """

    engine: str
    language: Language = "en"
    run: str | None = None
    made: datetime.datetime | None = None
    staff: Collection[str] | None = None
    people: int | None = None
    listed: int = 10
    next_grade: bool = False


def make_report(
    rules: Ruleset, sources: Mapping[str, str], facts: Facts, scores: ScoreMatrix, wanted: Wanted
) -> Report:
    """The report on scores. sources: the policy's texts by path. Scores of a roll-up come with the roll-up's rules."""
    rolled = scores.facts is not facts.matrix
    quotes, table = Quotes(sources), score_table(scores)
    run = wanted.run or run_id(rules, sources, table)
    places = _places(scores, wanted.staff)
    rows = [int(scores.rows[place]) for place in places]
    explainer = Explainer(rules, scores.facts)
    if not rolled:
        evidence = evidence_in(facts, wanted.listed, together=len(rows) > _FEW)
        explainer = Explainer(rules, scores.facts, evidence, facts.lineage.cell, facts.remark)
    attributes, attribute_columns = attributes_of(rules, explainer.reference, rows)
    beside, fact_columns = facts_of(rules, explainer.reference, rows)
    table = table.take(pa.array(places, pa.int64()))
    ahead = Ahead(explainer.reference) if wanted.next_grade else None
    told = _Statements(rules, quotes, explainer, facts, table, rows, ahead)
    return Report(
        run=run,
        made=wanted.made,
        engine=wanted.engine,
        language=wanted.language,
        policy=policy_info.policy_info(rules),
        parameters=policy_info.parameters_of(rules),
        indicators=policy_info.indicators_of(rules, quotes),
        adjustments=policy_info.adjustments_of(rules, quotes),
        grades=policy_info.grades_of(rules),
        outcomes=tuple(policy_info.outcomes_of(rules, quotes)),
        periods=_periods(table),
        table=table,
        attributes=attributes,
        attribute_columns=attribute_columns,
        facts=beside,
        fact_columns=fact_columns,
        group=group_of(rules, attributes, attribute_columns),
        alerts=_alerts(rules, scores, places),
        sources=sources_of(facts),
        notes=tuple(_notes(rules, facts, scores, rolled, len(places))),
        statement=told.of_row,
        chosen=_chosen(table, wanted.people),
    )


def _places(scores: ScoreMatrix, staff: Collection[str] | None) -> list[int]:
    """The rows of the scores that the report is about."""
    if staff is None:
        return list(range(len(scores)))
    return [place for place, row in enumerate(scores.rows) if scores.facts.row_name(int(row))[0] in staff]


def _chosen(table: pa.Table, people: int | None) -> tuple[int, ...] | None:
    """The rows of the first so many people; None: all."""
    if people is None:
        return None
    names = table.column(0).to_pylist()
    first = set(list(dict.fromkeys(names))[:people])
    return tuple(row for row, name in enumerate(names) if name in first)


def _periods(table: pa.Table) -> tuple[str, ...]:
    names = table.column("period").unique().to_pylist()
    return tuple(sorted(names, key=lambda name: (0, one.first) if (one := parse(name)) else (1, name)))


def _alerts(rules: Ruleset, scores: ScoreMatrix, places: list[int]) -> tuple[Alert, ...]:
    """The gravest first, each in the order of the rows."""
    found: list[Alert] = []
    alerts = [one for one in rules.outcomes if one.kind == "alert"]
    for one in sorted(alerts, key=lambda one: _LEVELS.index(one.level or "warning")):
        flags = scores.outcomes[one.id]
        assert isinstance(flags, Flags)
        for row in np.flatnonzero(flags.values[places] == 1).tolist():
            staff, period = scores.facts.row_name(int(scores.rows[places[row]]))
            found.append(Alert(one.id, one.label, one.level or "warning", row, staff, period))
    return tuple(found)


def _notes(rules: Ruleset, facts: Facts, scores: ScoreMatrix, rolled: bool, shown: int) -> list[Words]:
    """What a reader has to know about the whole."""
    notes: list[Words] = []
    if shown < len(scores):
        notes.append(
            Words(
                f"this is an extract: {shown} of {len(scores)} rows; ranks, groups and quotas go by all of them",
                f"本报告为摘录：{len(scores)} 行中的 {shown} 行；排名、群体与名额按全部计算",
            )
        )
    left = 0 if rolled or rules.split is not None else int(facts.matrix.asked.sum()) - len(scores)
    if left:
        notes.append(
            Words(
                f"the policy is not for {left} row{'s' if left > 1 else ''} of the data, which are left out",
                f"数据中有 {left} 行不适用本制度，未列入",
            )
        )
    aside = sum(one.set_aside for one in facts.counts.values())
    if aside:
        notes.append(
            Words(
                f"{aside} row{'s' if aside > 1 else ''} of the data had problems and were set aside",
                f"数据中有 {aside} 行存在问题，已搁置",
            )
        )
    return notes


@dataclass(frozen=True, slots=True)
class _Statements:
    """Statements of the rows of a report. rows: of each row of the table, the row of the facts."""

    rules: Ruleset
    quotes: Quotes
    explainer: Explainer
    facts: Facts
    table: pa.Table
    rows: list[int]
    ahead: Ahead | None

    def of_row(self, row: int) -> Statement:
        """The statement of a row of the table."""
        made = self._of_row(row)
        if self.ahead is None:
            return made
        told = next_grade_told(self.ahead.of(self.rows[row]), self.rules, self.quotes)
        return replace(made, next_grade=told, text=(*made.text, *((Words(), *told) if told else ())))

    def _of_row(self, row: int) -> Statement:
        sections = policy_info.sections_of(self.rules)
        if self.rules.split is None:
            return statement(self.explainer.derivation(self.rows[row]), row, self.quotes, sections)
        spells = [self.explainer.derivation(one) for one in self.facts.spells(self.rows[row])]
        titles = [spell_title(one, self.rules.split) for one in spells]
        parts = [
            statement(one, row, self.quotes, sections, title)
            for one, title in zip(spells, titles, strict=True)
        ]
        published = self.table.slice(row, 1).to_pylist()[0]
        return whole_statement(self.rules, spells, parts, published)
