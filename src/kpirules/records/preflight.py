"""A look at a run before it is archived: what is missing, who has no data, what has changed since the period before.

Takes values and gives findings; decides nothing but whether a limit of the project is passed. Shares and limits are
exact. What depends on this run alone is archived with it; what it was compared with is only told.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from kpirules.diagnostics import Diagnostic, Words
from kpirules.facts.bindings import NO_BINDING, Binding
from kpirules.facts.build import Facts
from kpirules.facts.cells import strings
from kpirules.facts.run_section import Limit, Limits
from kpirules.facts.titles import bound_to
from kpirules.matrix import ScoreMatrix
from kpirules.model import expressions as e
from kpirules.model.corrected import measure_of_indicator
from kpirules.model.rules import Ruleset
from kpirules.model.wording import valued
from kpirules.numbers import decimal_text
from kpirules.periods import Period
from kpirules.plugin import SourceTable
from kpirules.records import preflight_problems as problems
from kpirules.records.manifest import canonical
from kpirules.scoring.reference import Reference
from kpirules.units import NUMERIC, Unit

#: The file in the archive.
PREFLIGHT = "preflight.json"
_NAMED = 5
#: No number of a run is longer.
_LONGEST = 1000
_EPOCH = datetime.date(1970, 1, 1)
#: A source ends early where it does so by more than this part of the period, and this many times its longest gap.
_PART, _GAPS = Fraction(1, 10), 3


class Summary(BaseModel):
    """What the next period is compared with. medians: of each input and measure, exactly. mean: of the totals."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    form: Literal["kpirules-preflight-1"] = "kpirules-preflight-1"
    period: str
    people: list[str]
    medians: dict[str, str]
    mean: str | None
    findings: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. stops: whether the project says that it ends the run; alone: it depends on this run alone."""

    told: Diagnostic
    stops: bool
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Preflight:
    """Everything that was found."""

    found: tuple[Found, ...]
    summary: Summary

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings, and an error where they stop the run."""
        stopping = [one.told for one in self.found if one.stops]
        told = tuple(one.told for one in self.found)
        if not stopping:
            return told
        codes = ", ".join(f"{one.code} {one.message('en')}" for one in stopping)
        codes_zh = "；".join(f"{one.code} {one.message('zh')}" for one in stopping)
        return (*told, problems.BLOCKED.at(None, what=Words(codes, codes_zh)))

    @property
    def blocked(self) -> bool:
        return any(one.stops for one in self.found)

    def written(self) -> bytes:
        """The file of the archive: the same for the same run, whatever it was compared with."""
        return canonical(self.summary.model_dump(mode="json"))


def read_summary(written: bytes) -> Summary | None:
    """What an earlier run's file says; None where it is none."""
    try:
        return Summary.model_validate_json(written)
    except (ValidationError, ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a run is looked at by. tables, bindings: as they were read."""

    rules: Ruleset
    facts: Facts
    scores: ScoreMatrix
    tables: Mapping[str, SourceTable]
    bindings: Mapping[str, Binding]
    period: Period


def preflight(run: Looked, limits: Limits, before: Summary | None = None) -> Preflight:
    """Look at a run. before: the summary of the final run of the period before, where there is one."""
    reference = Reference(run.rules, run.facts.matrix)
    alone = [
        *_missing(run, reference, limits.missing),
        *_without_data(run, limits.without_data),
        *_sources(run, limits.sources),
    ]
    mean, medians = _mean(run.scores), dict(_medians(run, reference))
    summary = Summary(
        period=str(run.period),
        people=_people(run.facts),
        medians={name: decimal_text(value) for name, value in medians.items()},
        mean=None if mean is None else decimal_text(mean),
        findings=[
            {"code": one.told.code, "message": one.told.message("en"), "message_zh": one.told.message("zh")}
            for one in alone
        ],
    )
    compared = [] if before is None else list(_compared(run, summary, before, limits.change))
    return Preflight((*alone, *compared), summary)


# This run alone


def _missing(run: Looked, reference: Reference, limit: Limit) -> Iterator[Found]:
    """Indicators whose facts are missing for many of those that they are for."""
    asked = run.facts.matrix.asked
    rows = [row for row in reference.appraised if asked[row]]
    for one in run.rules.indicators:
        meant = [row for row in rows if one.applies is None or reference.value(one.applies, row) is True]
        lacking = sum(
            reference.value(one.measure, row) is None
            or (one.target is not None and reference.value(one.target.value, row) is None)
            for row in meant
        )
        if lacking and Fraction(lacking, len(meant)) > limit.share:
            name = f"{one.id} {one.label}".rstrip()
            told = problems.MISSING.at(
                None,
                indicator=name,
                count=lacking,
                of=len(meant),
                share=_share(lacking, len(meant)),
                limit=_percent(limit.share),
            )
            yield Found(told, limit.stops)


def _without_data(run: Looked, limit: Limit) -> Iterator[Found]:
    """People of whom there is nothing."""
    with_row = set(_people(run.facts))
    known = _has_data(run)
    without = sorted((_roster(run) - with_row) | (with_row - known))
    everybody = len(_roster(run) | with_row)
    if without and Fraction(len(without), everybody) > limit.share:
        told = problems.WITHOUT_DATA.at(
            None,
            names=_names(without),
            count=len(without),
            of=everybody,
            share=_share(len(without), everybody),
            limit=_percent(limit.share),
        )
        yield Found(told, limit.stops)


def _has_data(run: Looked) -> set[str]:
    """People with anything in a row that is asked for: an input that is given, or a record that counts."""
    matrix = run.facts.matrix
    work = [one.name for one in run.rules.inputs.values() if not one.attribute]
    if matrix.parts or not (work or run.rules.aggregates):
        return set(_people(run.facts))  # what stands in shorter periods is not looked through
    there = np.zeros(len(matrix), bool)
    for name in work:
        column = matrix.columns.get(name)
        if column is not None:
            values = np.asarray(column.values)
            there |= values >= 0 if column.unit in (Unit.TEXT, Unit.BOOLEAN) else ~np.isnan(values)
    rows = np.flatnonzero(there & matrix.asked)
    given = {matrix.staff_names[code] for code in np.unique(matrix.staff[rows]).tolist()}
    return given | run.facts.recorded()


def _roster(run: Looked) -> set[str]:
    """The people of the table of staff, where there is one."""
    subject = run.rules.subject
    source = run.tables.get(subject.name)
    if source is None or source.table is None:
        return set()
    binding = run.bindings.get(subject.name, NO_BINDING)
    title = bound_to(binding, subject.name, source.header, (subject.titles,)).column
    if title not in source.table.column_names:
        return set()
    return {one for one in strings(source.table[title], ()).to_pylist() if one is not None}


def _sources(run: Looked, stops: bool) -> Iterator[Found]:
    """Data sets of which nothing counts, or whose records end before the period does."""
    for name, data in run.rules.data.items():
        counts = run.facts.counts.get(name)
        if counts is None or data.history:
            continue
        if counts.read and not counts.used:
            told = problems.NO_RECORDS.at(
                None, read=counts.read, data=_called(name, data.label), period=run.period
            )
            yield Found(told, stops)
            continue
        days = run.facts.days(name)
        if len(days) < 2:
            continue
        last = _EPOCH + datetime.timedelta(days=int(days[-1]))
        left = (run.period.last - last).days
        if left > run.period.days * _PART and left > _GAPS * int(np.diff(days).max()):
            told = problems.ENDS_EARLY.at(
                None, data=_called(name, data.label), last=last, days=left, period=run.period
            )
            yield Found(told, stops)


# Against the period before


def _compared(run: Looked, now: Summary, before: Summary, limit: Limit) -> Iterator[Found]:
    new, gone = sorted({*now.people} - {*before.people}), sorted({*before.people} - {*now.people})
    if new or gone:
        told = problems.COMINGS.at(
            None,
            earlier=before.period,
            new=len(new),
            gone=len(gone),
            new_names=_listed(new),
            gone_names=_listed(gone),
        )
        yield Found(told, stops=False, alone=False)
    people = Words("the number of people", "人数")
    heads, heads_now = Fraction(len(before.people)), Fraction(len(now.people))
    yield from _moved(people, heads, heads_now, before.period, limit, _plain)
    mean = Words("the mean total", "平均总分")
    yield from _moved(mean, _number(before.mean), _number(now.mean), before.period, limit, _plain)
    for name, unit, _ in _measured(run.rules):
        median = Words(f"the median of {name}", f"{name} 的中位数")

        def show(value: Fraction, unit: Unit = unit) -> Words:
            return valued(value, unit, run.rules.currency)

        old, new_one = _number(before.medians.get(name)), _number(now.medians.get(name))
        yield from _moved(median, old, new_one, before.period, limit, show)


Show = Callable[[Fraction], Words]


def _moved(
    what: Words, old: Fraction | None, new: Fraction | None, earlier: str, limit: Limit, show: Show
) -> Iterator[Found]:
    """A figure that differs by more than the limit from what it was; of zero nothing is a share."""
    if not old or new is None:
        return
    change = (new - old) / abs(old)
    if abs(change) > limit.share:
        way = Words("more", "增加") if change > 0 else Words("less", "减少")
        told = problems.CHANGED.at(
            None,
            what=what,
            before=show(old),
            earlier=earlier,
            now=show(new),
            share=_percent(abs(change)),
            way=way,
            limit=_percent(limit.share),
        )
        yield Found(told, limit.stops, alone=False)


def _measured(rules: Ruleset) -> Iterator[tuple[str, Unit, e.Expr]]:
    """Numbers that are known of each person: inputs, named measures, and the measures of indicators without a name."""
    for one in rules.inputs.values():
        if not one.attribute and one.grain is None and one.type.unit in NUMERIC:
            yield one.name, one.type.unit, e.Fact(one.name, one.type.unit, one.span)
    for measure in rules.measures.values():
        if measure.grain is None and measure.value.unit in NUMERIC:
            yield measure.name, measure.value.unit, measure.value
    for indicator in rules.indicators:
        if indicator.measure.unit in NUMERIC and not isinstance(indicator.measure, e.Fact | e.MeasureOf):
            yield measure_of_indicator(indicator.id), indicator.measure.unit, indicator.measure


def _medians(run: Looked, reference: Reference) -> Iterator[tuple[str, Fraction]]:
    asked = run.facts.matrix.asked
    rows = [row for row in reference.appraised if asked[row]]
    for name, _, expr in _measured(run.rules):
        values = (reference.value(expr, row) for row in rows)
        numbers = sorted(value for value in values if isinstance(value, Fraction))
        if numbers:
            yield name, (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2


def _mean(scores: ScoreMatrix) -> Fraction | None:
    """The mean of the published totals."""
    totals = [total for row in range(len(scores)) if (total := scores.total.exact(row)) is not None]
    return sum(totals, Fraction(0)) / len(totals) if totals else None


# In words


def _people(facts: Facts) -> list[str]:
    """Everybody with a row that is asked for, in order."""
    matrix = facts.matrix
    return sorted({matrix.staff_names[code] for code in np.unique(matrix.staff[matrix.asked]).tolist()})


def _share(count: int, of: int) -> str:
    return _percent(Fraction(count, of))


def _percent(share: Fraction) -> str:
    text = decimal_text(share * 100)
    return f"{text if '/' not in text and len(text) <= 6 else decimal_text(share * 100, 1)}%"


def _plain(value: Fraction) -> Words:
    text = decimal_text(value)
    text = text if "/" not in text else decimal_text(value, 2)
    return Words(text, text)


def _called(name: str, label: str) -> str:
    return f"{name} {label}".rstrip()


def _names(names: Sequence[str]) -> Words:
    """The first of them."""
    first, rest = names[:_NAMED], len(names) - _NAMED
    more, more_zh = (f" and {rest} more", f" 等 {len(names)} 人") if rest > 0 else ("", "")
    return Words(f"{', '.join(first)}{more}", f"{'、'.join(first)}{more_zh}")


def _listed(names: Sequence[str]) -> Words:
    if not names:
        return Words()
    told = _names(names)
    return Words(f" ({told.en})", f"（{told.zh}）")


def _number(written: str | None) -> Fraction | None:
    """An exact number of an earlier run's file; None where it is none."""
    try:
        return None if written is None or len(written) > _LONGEST else Fraction(written)
    except (ValueError, ZeroDivisionError):
        return None
