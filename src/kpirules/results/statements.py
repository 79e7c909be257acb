"""From a derivation to the statement that outputs get: plain records, sentences in both languages, numbers exact.

Works nothing out: every value is the derivation's, every sentence that of `paper`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kpirules.diagnostics import Words, where
from kpirules.plugin.report import (
    AdjustmentShown,
    FactShown,
    OutcomeShown,
    RecordsBehind,
    Statement,
    StatementLine,
)
from kpirules.results import adjusting
from kpirules.results.exactly import decimal, number
from kpirules.results.paper import Paper
from kpirules.results.quotes import Quotes
from kpirules.scoring.explain import Derivation, FactLine, IndicatorLine, OutcomeLine, Records
from kpirules.scoring.explain_adjustments import AdjustmentLine

#: A spreadsheet keeps so many digits of a number.
_DIGITS = 15


def statement(
    derivation: Derivation, row: int, quotes: Quotes, sections: Mapping[str, str], title: Words | None = None
) -> Statement:
    """The statement of one row of a report. sections: the policy's, by id, as readers call them."""
    return _Shown(derivation, quotes, sections).statement(row, title or Words())


class _Shown:
    """One derivation in both languages."""

    def __init__(self, derivation: Derivation, quotes: Quotes, sections: Mapping[str, str]) -> None:
        self.derivation = derivation
        self.quotes = quotes
        self.sections = sections
        self.en = Paper(derivation, quotes, "en")
        self.zh = Paper(derivation, quotes, "zh")

    def statement(self, row: int, title: Words) -> Statement:
        one = self.derivation
        return Statement(
            row=row,
            staff=one.staff,
            period=one.period,
            appraised=one.appraised,
            attributes=self.facts(one.attributes),
            lines=tuple(self.line(line) for line in one.indicators),
            adjustments=tuple(self.adjustment(line, facts) for line, facts in one.adjustments),
            total_steps=self.lines(Paper.total_steps),
            total=number(one.total),
            grade=one.grade,
            grade_label=one.grade_label,
            grade_because=self.grade_because(),
            outcomes=tuple(self.outcome(line) for line in one.outcomes),
            text=self.lines(Paper.text),
            title=title,
        )

    def both(self, say: Callable[[Paper], str]) -> Words:
        return Words(say(self.en), say(self.zh))

    def lines(self, say: Callable[[Paper], Iterable[str]]) -> tuple[Words, ...]:
        return tuple(Words(en, zh) for en, zh in zip(say(self.en), say(self.zh), strict=True))

    def line(self, line: IndicatorLine) -> StatementLine:
        return StatementLine(
            id=line.id,
            label=line.label,
            section=None if line.section is None else self.sections.get(line.section, line.section),
            applies=line.applies,
            missing=line.absent,
            weight=decimal(line.weight),
            points=number(line.published),
            unrounded=number(line.points, _DIGITS),
            lost=number(line.lost, _DIGITS),
            target=self.both(lambda paper: paper.target(line)),
            measure=self.both(lambda paper: paper.measured(line)) if line.applies else Words(),
            because=self.because(line),
            rule=self.quotes.of(line.rule),
            clauses=line.clauses,
            notes=line.notes,
            facts=self.facts(line.facts),
        )

    def because(self, line: IndicatorLine) -> Words:
        """Why a line has its points, rounding included."""
        rounded = self.both(lambda paper: paper.rounded(line))
        because = line.because
        if not rounded.en:
            return because
        return Words(f"{because.en}; {rounded.en}", f"{because.zh}；{rounded.zh}")

    def facts(self, lines: Iterable[FactLine]) -> tuple[FactShown, ...]:
        return tuple(self.fact(line) for line in lines)

    def fact(self, line: FactLine) -> FactShown:
        formula = "" if line.formula is None else self.quotes.of(line.formula)
        return FactShown(
            kind=line.kind,
            title=self.both(lambda paper: paper.kind(line)),
            name=line.name,
            label=line.label,
            value=Words() if line.series else self.both(lambda paper: paper.value(line.value, line.unit)),
            number=number(line.value, 18),
            formula=formula,
            detail=self.detail(line),
            records=_behind(line),
            origin=_place(line),
            said=self.both(lambda paper: paper.fact(line)),
            more=self.lines(lambda paper: paper.series(line)),
        )

    def detail(self, line: FactLine) -> Words:
        """What else is to be known of a fact, in one sentence."""

        def say(paper: Paper) -> str:
            own = "" if line.detail is None else paper.words(line.detail)
            return "; ".join(one for one in (own, paper.decided(line), paper.in_force(line)) if one)

        return self.both(say)

    def adjustment(self, line: AdjustmentLine, facts: tuple[FactLine, ...]) -> AdjustmentShown:
        veto = line.kind == "veto"
        return AdjustmentShown(
            id=line.id,
            label=line.label,
            kind=line.kind,
            made=line.holds is True if veto else line.counted != 0,
            points=None if veto else number(line.published),
            effect=self.both(lambda paper: adjusting.effect(line, paper.language)),
            because=line.because,
            rule=self.quotes.of(line.rule),
            clauses=line.clauses,
            facts=self.facts(facts),
        )

    def grade_because(self) -> tuple[Words, ...]:
        since, by = self.both(Paper.grade_from), self.both(Paper.lowered_by)
        if self.derivation.grade is None:
            return ()
        return (*(one for one in (since, by) if one.en), *self.derivation.quotas)

    def outcome(self, line: OutcomeLine) -> OutcomeShown:
        return OutcomeShown(
            id=line.id,
            label=line.label,
            value=self.both(lambda paper: paper.value(line.published, line.unit)),
            number=number(line.published),
            formula=self.quotes.of(line.formula),
            rounding=self.both(lambda paper: paper.made_of(line)),
            facts=self.facts(line.facts),
        )


def _place(line: FactLine) -> Words | None:
    """Where a fact stands; a table in memory has no place."""
    if line.origin is None or line.origin.path.startswith("<"):
        return None
    return Words(where(line.origin, "en"), where(line.origin, "zh"))


def _behind(line: FactLine) -> RecordsBehind | None:
    """The records behind a fact; their data set, where the fact's name tells it ("share of tickets")."""
    records: Records | None = line.records
    if records is None:
        return None
    data = line.name.rpartition(" of ")[2] if line.kind == "records" else ""
    return RecordsBehind(data, records.count, records.of, records.ids)
