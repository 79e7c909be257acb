"""Facts for many policies from one reading of the tables: made once for all that need the same, whole or by period.

A policy whose only large table is that of inputs can be worked on period by period, with the earlier periods that it
looks back at: memory then holds one period's facts and scores. Everything else is done in one part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.calendars import NO_OVERRIDES, Overrides
from kpirules.diagnostics import Diagnostic, Problems
from kpirules.facts.bindings import INPUTS, NO_BINDING, Binding
from kpirules.facts.build import Facts, build
from kpirules.facts.findings import Rejects
from kpirules.facts.lookback import read_for
from kpirules.facts.people import begun
from kpirules.facts.requests import input_tables
from kpirules.facts.titles import PERIOD_TITLES, bound_to
from kpirules.matrix import Integers, ScoreMatrix
from kpirules.model.rules import Ruleset
from kpirules.periods import Period, PeriodKind, parse
from kpirules.plugin import SourceTable
from kpirules.plugin.spooling import Spool
from kpirules.policy.simulation.needed import needed

#: From so many rows on a table of inputs is worked on period by period.
BY_PERIOD = 500_000
#: Tables of facts that are kept: those of both policies, and of a policy that is edited again and again.
_KEPT = 4

_Named = TypeVar("_Named")
Scoring = Callable[[Ruleset, Facts], ScoreMatrix]
#: A policy that asks for facts besides its own.
Asking = Callable[[Ruleset], Ruleset]


@dataclass(slots=True)
class Part:
    """A part of the data: whole periods. made: facts by what they were made for. size: rows of the table of inputs.

    wanted: the periods to be scored; None: all there are. told: what was noticed while facts were made.
    known: the tables that some of the policies read. rejected: the rows that were set aside for each table of facts.
    """

    tables: Mapping[str, SourceTable]
    bindings: Mapping[str, Binding]
    wanted: Collection[Period] | None
    reject: bool
    overrides: Overrides
    scoring: Scoring
    asking: Asking
    made: dict[Hashable, Facts]
    size: int
    known: frozenset[str]
    rejected: list[Rejects]
    told: list[Diagnostic] = field(default_factory=list)

    def facts(self, rules: Ruleset) -> Facts:
        """The facts that a policy needs. Raises Problems where the tables do not fit it."""
        rules = self.asking(rules)
        key = needed(rules)
        found = self.made.pop(key, None)
        if found is None:
            found, told = build(
                rules,
                self._own(rules, self.tables),
                bindings=self._own(rules, self.bindings),
                periods=self.wanted,
                reject=self.reject,
                overrides=self.overrides,
            )
            if any(one.is_error for one in told):
                raise Problems(told)
            self.told += told
            self.rejected.append(found.rejects)
            while len(self.made) >= _KEPT:
                del self.made[next(iter(self.made))]
        self.made[key] = found  # the last one used stands last
        return found

    def _own(self, rules: Ruleset, named: Mapping[str, _Named]) -> dict[str, _Named]:
        """What is not another policy's alone."""
        own = tables_of(rules)
        return {name: one for name, one in named.items() if name in own or name not in self.known}

    def score(self, rules: Ruleset) -> ScoreMatrix:
        """The scores of a policy. Raises Problems as `facts` does, and where a result is too large."""
        return self.scoring(rules, self.facts(rules))


@dataclass(frozen=True, slots=True)
class Supply:
    """Tables as they were read, and how. scoring: scores the facts of a policy. by_period: from how many rows on.

    asking: what more than a policy's own facts is wanted. spool: where the rows of the table of inputs are, if not in
    memory. rejected: the rows that were set aside, as often as facts were made.
    """

    tables: Mapping[str, SourceTable]
    scoring: Scoring
    asking: Asking
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    wanted: tuple[Period, ...] | None = None
    reject: bool = False
    overrides: Overrides = NO_OVERRIDES
    spool: Spool | None = None
    by_period: int = BY_PERIOD
    rejected: list[Rejects] = field(default_factory=list)
    _kept: dict[Hashable, Facts] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of the table of inputs."""
        return _rows(self.tables.get(INPUTS))

    def parts(self, policies: Sequence[Ruleset]) -> Iterator[Part]:
        """The data in parts that can be scored one after the other, each with all rows of its periods."""
        source = self.tables.get(INPUTS)
        if self.rows < self.by_period or source is None or not self._columns(policies):
            yield self.whole(policies)
            return
        binding = self.bindings.get(INPUTS, NO_BINDING)
        cut = _cut(source, binding, PeriodKind(policies[0].period))
        if cut is None or not any(self._asked(one) for one in cut.periods):
            yield self.whole(policies)
            return
        periods = [one for one in cut.periods if self._asked(one)]
        for period in periods:
            # what is wrong with rows of no period is told with the first one
            rows = cut.rows(_read_for(period, policies), loose=period == periods[0])
            own = self._part(policies, {**self.tables, INPUTS: self._inputs(rows)}, (period,), {})
            own.size = len(rows)
            yield own

    def whole(self, policies: Sequence[Ruleset]) -> Part:
        """All of the data as one part; its facts are kept for the next simulation."""
        tables = dict(self.tables)
        if self.rows:
            tables[INPUTS] = self._inputs(None)
        return self._part(policies, tables, self.wanted, self._kept)

    def _part(
        self,
        policies: Sequence[Ruleset],
        tables: Mapping[str, SourceTable],
        wanted: Collection[Period] | None,
        kept: dict[Hashable, Facts],
    ) -> Part:
        return Part(
            tables=tables,
            bindings=self.bindings,
            wanted=wanted,
            reject=self.reject,
            overrides=self.overrides,
            scoring=self.scoring,
            asking=self.asking,
            made=kept,
            size=self.rows,
            rejected=self.rejected,
            known=frozenset().union(*(tables_of(one) for one in policies)),
        )

    def _columns(self, policies: Sequence[Ruleset]) -> tuple[str, ...]:
        """What the column of periods may be called; none where the data must be worked on as a whole."""
        return () if self.tables[INPUTS].parts else period_columns(policies, self.bindings.get(INPUTS))

    def _inputs(self, rows: Integers | None) -> SourceTable:
        """Some rows of the table of inputs, with their own numbers in it; all of them for None."""
        source = self.tables[INPUTS]
        assert source.table is not None
        spooled = self.spool is not None and self.spool.rows > 0
        if rows is None and not spooled:
            return source
        chosen = np.arange(source.table.num_rows) if rows is None else rows
        if spooled and self.spool is not None:
            table = self.spool.take(chosen)
        elif len(chosen) and int(chosen[-1]) - int(chosen[0]) + 1 == len(chosen):
            table = source.table.slice(chosen[0], len(chosen))
        else:
            table = source.table.take(pa.array(chosen))
        return replace(source, table=table, rows=source.row_numbers()[chosen])

    def _asked(self, period: Period) -> bool:
        return self.wanted is None or any(period in one for one in self.wanted)


def period_columns(policies: Sequence[Ruleset], binding: Binding | None) -> tuple[str, ...]:
    """What the column of periods of the table of inputs may be called, where nothing but its rows of a period and of those
    before says anything about that period; else none."""
    bound = binding or NO_BINDING
    if bound.period is not None or bound.one_row_per is not None:
        return ()
    if any(
        one.aggregates or one.grains or one.split or any(data.history for data in one.data.values())
        for one in policies
    ):
        return ()
    name = PERIOD_TITLES[0]
    return (bound.bound(name).column,) if name in bound.columns else PERIOD_TITLES


def tables_of(rules: Ruleset) -> frozenset[str]:
    """The tables that a policy knows."""
    return frozenset((INPUTS, rules.subject.name, *input_tables(rules), *rules.data))


def _rows(source: SourceTable | None) -> int:
    return 0 if source is None or source.table is None else source.table.num_rows


def _read_for(period: Period, policies: Sequence[Ruleset]) -> list[Period]:
    found = {period}
    for one in policies:
        found |= {*(read_for((period,), one) or ())}
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Cut:
    """The rows of a table by period. codes: of each row its place in `periods`, -1 where it names none."""

    periods: tuple[Period, ...]
    codes: Integers

    def rows(self, periods: Collection[Period], loose: bool) -> Integers:
        wanted = [place for place, one in enumerate(self.periods) if one in periods]
        chosen = np.isin(self.codes, [*wanted, -1] if loose else wanted)
        return np.flatnonzero(chosen)


def _cut(source: SourceTable, binding: Binding, kind: PeriodKind) -> _Cut | None:
    """The table by period; None where it has no column of periods that are texts."""
    assert source.table is not None
    title = bound_to(binding, PERIOD_TITLES[0], source.header).column
    if title not in source.table.column_names:
        return None
    column = source.table[title]
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return None
    known: dict[str | None, int] = {}
    texts: list[str | None] = []
    codes = np.empty(len(column), np.int64)
    at = 0
    for chunk in column.chunks:
        encoded = pc.dictionary_encode(chunk)
        own = []
        for text in encoded.dictionary.to_pylist():
            if text not in known:
                known[text] = len(texts)
                texts.append(text)
            own.append(known[text])
        places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        codes[at : at + len(chunk)] = np.append(np.array(own, np.int64), -1)[places]
        at += len(chunk)
    read = [begun(parse(text), kind) if text is not None else None for text in texts]
    periods = tuple(sorted({one for one in read if one is not None}))
    place = {one: number for number, one in enumerate(periods)}
    of_text = np.array([*(-1 if one is None else place[one] for one in read), -1], np.int64)
    return _Cut(periods, of_text[codes])
