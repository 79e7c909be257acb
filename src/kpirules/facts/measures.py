"""Measures from records: one query per data set counts and adds up whole numbers, and the results become exact columns.

What the query gives is never divided by the engine: a mean is its sum and its count, a share its two counts, a
median the two values in the middle. Values that are quotients of fields (of which sums are no whole numbers)
are asked for as they are, counted by value, and added up here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import Diagnostic
from kpirules.facts import problems
from kpirules.facts.exactly import fraction_column, integers, scaled_column
from kpirules.facts.query import ask
from kpirules.facts.recordset import DAYS, ORDER, ROW, RecordSet
from kpirules.facts.sql import Compiler, NotOfRecords, Number, Other, Term, positive
from kpirules.facts.whole import WIDEST
from kpirules.matrix import Column, Integers
from kpirules.model.expressions import Aggregate, Over
from kpirules.model.rules import Table
from kpirules.units import DAY, Unit

#: No period has more days than a year.
_MOST_DAYS = 366
#: Kinds that are 0, not missing, without records.
_ZERO = frozenset({Over.COUNT, Over.SUM, Over.DISTINCT, Over.DAYS, Over.DAY_SHARE})


@dataclass(frozen=True, slots=True)
class _Question:
    """What one aggregate asks: SQL over a group, each under its own alias; `picks` are worked out from lists of `inner`."""

    aggregate: Aggregate
    factor: Fraction
    inner: Mapping[str, str]
    picks: Mapping[str, str] = field(default_factory=dict)
    text: bool = False

    @property
    def outer(self) -> Mapping[str, str]:
        return self.picks or {alias: alias for alias in self.inner}


def measure(
    records: RecordSet, aggregates: Sequence[Aggregate], tables: Mapping[str, Table], size: int
) -> tuple[dict[str, Column], list[Diagnostic]]:
    """A column of `size` rows for each aggregate of the data set, and what cannot be worked out."""
    compiler = Compiler(records.columns, tables)
    columns: dict[str, Column] = {}
    told: list[Diagnostic] = []
    questions: list[_Question] = []
    for place, aggregate in enumerate(aggregates):
        try:
            item = None if aggregate.item is None else compiler.term(aggregate.item)
            if isinstance(item, Number) and item.below is not None and aggregate.kind is not Over.COUNT:
                columns[aggregate.name] = _by_value(records, compiler, aggregate, item, size)
            else:
                questions.append(_question(compiler, aggregate, item, f"m{place}", len(records.table)))
        except NotOfRecords as wrong:
            told.append(problems.NOT_OF_RECORDS.at(wrong.expr.span, table=aggregate.data))
        except OverflowError:
            told.append(_too_long(aggregate))
    if questions:
        answer = ask(_sql(questions), compiler.parameters, records.table)
        rows = answer[ROW].to_numpy().astype(np.int64)
        for question in questions:
            try:
                columns[question.aggregate.name] = _column(question, answer, rows, size)
            except OverflowError:
                told.append(_too_long(question.aggregate))
    return columns, told


def _sql(questions: Iterable[_Question]) -> str:
    inner = {alias: sql for question in questions for alias, sql in question.inner.items()}
    outer = {alias: sql for question in questions for alias, sql in question.outer.items()}
    asked = ", ".join(f"{sql} AS {alias}" for alias, sql in inner.items())
    picked = ", ".join(f"{sql} AS {alias}" for alias, sql in outer.items())
    return f"SELECT {ROW}, {picked} FROM (SELECT {ROW}, {asked} FROM records GROUP BY {ROW})"


def _question(
    compiler: Compiler, aggregate: Aggregate, item: Term | None, alias: str, count: int
) -> _Question:
    holds = compiler.condition(aggregate.where)
    kind = aggregate.kind
    if kind is Over.SHARE:
        among = compiler.condition(aggregate.among)
        inner = {
            alias: f"count(*) FILTER (WHERE {among} AND {holds})",
            f"{alias}_of": f"count(*) FILTER (WHERE {among})",
        }
        return _Question(aggregate, Fraction(1), inner)
    if kind in (Over.DAYS, Over.DAY_SHARE):
        # of a share these are the days above the line; below it are those of the period
        unit = Fraction(DAY if kind is Over.DAYS else 1)
        return _Question(aggregate, unit, {alias: f"coalesce(sum({DAYS}) FILTER (WHERE {holds}), 0)"})
    if item is None:
        return _Question(aggregate, Fraction(1), {alias: f"count(*) FILTER (WHERE {holds})"})
    if isinstance(item, Number):
        item = positive(item)
        factor, value, bound = item.factor, item.top, item.bound
    else:
        factor, value, bound = Fraction(1), item.sql, 0
    given = f"FILTER (WHERE {holds} AND {value} IS NOT NULL)"
    text = isinstance(item, Other)
    if bound * max(count, 1) * (_MOST_DAYS if kind is Over.DAILY_MEAN else 1) >= WIDEST:
        raise OverflowError(aggregate.name)
    match kind:
        case Over.COUNT:
            return _Question(aggregate, Fraction(1), {alias: f"count(*) {given}"})
        case Over.DISTINCT:
            return _Question(aggregate, Fraction(1), {alias: f"count(DISTINCT {value}) {given}"})
        case Over.SUM:
            return _Question(aggregate, factor, {alias: f"coalesce(sum({value}) {given}, 0)"})
        case Over.MEAN:
            sums = {alias: f"sum({value}) {given}", f"{alias}_of": f"count(*) {given}"}
            return _Question(aggregate, factor, sums)
        case Over.DAILY_MEAN:
            weighed = {
                alias: f"sum({value}::HUGEINT * {DAYS}) {given}",
                f"{alias}_of": f"sum({DAYS}) {given}",
            }
            return _Question(aggregate, factor, weighed)
        case Over.MIN | Over.MAX:
            return _Question(aggregate, factor, {alias: f"{kind.value}({value}) {given}"}, text=text)
        case Over.FIRST | Over.LAST:
            pick = "arg_min" if kind is Over.FIRST else "arg_max"
            return _Question(aggregate, factor, {alias: f"{pick}({value}, {ORDER}) {given}"}, text=text)
        case Over.MEDIAN | Over.PERCENTILE | Over.TRIMMED:
            inner = {f"{alias}_all": f"list_sort(list({value}) {given})"}
            return _Question(aggregate, factor, inner, _picks(compiler, aggregate, alias))
        case Over.SHARE | Over.DAYS | Over.DAY_SHARE:
            raise AssertionError(f"{kind} has no item")


def _picks(compiler: Compiler, aggregate: Aggregate, alias: str) -> dict[str, str]:
    """The order statistics of a sorted list: the middle (twice, where there is but one), or the nearest rank."""
    values = f"{alias}_all"
    if aggregate.kind is Over.MEDIAN:
        low, high = f"{values}[(len({values}) + 1) // 2]", f"{values}[len({values}) // 2 + 1]"
        return {alias: low, f"{alias}_high": high}
    if aggregate.kind is Over.TRIMMED:
        ends = _ends(compiler, aggregate, f"len({values})")
        left = f"list_slice({values}, {ends} + 1, len({values}) - {ends})"
        return {alias: f"list_sum({left})", f"{alias}_of": f"coalesce(len({left}), 0)"}
    percent = aggregate.percent
    assert percent is not None
    share, of = compiler.bind(percent.numerator), compiler.bind(100 * percent.denominator)
    return {alias: f"{values}[greatest(1, (len({values}) * {share} + {of} - 1) // {of})::BIGINT]"}


def _ends(compiler: Compiler, aggregate: Aggregate, size: str) -> str:
    """How many values a trimmed mean leaves out at each end."""
    trim = aggregate.trim
    assert trim is not None
    if trim.count is not None:
        return compiler.bind(trim.count)
    share = trim.share or Fraction(0)
    return f"({size} * {compiler.bind(share.numerator)} // {compiler.bind(share.denominator)})"


def _column(question: _Question, answer: pa.Table, rows: Integers, size: int) -> Column:
    """The answer to one question, at all rows of the matrix."""
    aggregate = question.aggregate
    name, unit = aggregate.name, aggregate.unit
    first, *more = question.outer
    if question.text:
        return _texts(name, unit, size, rows, answer[first])
    instead = 0.0 if aggregate.kind in _ZERO else np.nan
    if aggregate.kind is Over.MEDIAN:
        return _median(question, answer[first], answer[more[0]], rows, size)
    below = answer[more[0]] if more else None
    return scaled_column(name, unit, size, rows, answer[first], question.factor, below, instead)


def _median(
    question: _Question,
    low: pa.ChunkedArray,
    high: pa.ChunkedArray,
    rows: Integers,
    size: int,
) -> Column:
    """The middle value over 1, or the sum of the two in the middle over 2."""
    pairs = list(zip(integers(low), integers(high), strict=True))
    tops = [None if a is None or b is None else a if a == b else a + b for a, b in pairs]
    below = pa.array([1 if a == b else 2 for a, b in pairs], pa.int64())
    kind = pa.int64() if all(abs(one or 0) < 2**62 for one in tops) else pa.decimal128(38, 0)
    name, unit = question.aggregate.name, question.aggregate.unit
    return scaled_column(name, unit, size, rows, pa.array(tops, kind), question.factor, below)


def _texts(name: str, unit: Unit, size: int, rows: Integers, found: pa.ChunkedArray) -> Column:
    if pa.types.is_boolean(found.type):
        flags = np.full(size, -1, np.int8)
        flags[rows] = [-1 if one is None else int(one) for one in found.to_pylist()]
        return Column(name, Unit.BOOLEAN, flags)
    codes = np.full(size, -1, np.int32)
    texts = found.combine_chunks().dictionary_encode()
    codes[rows] = texts.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Column(name, Unit.TEXT, codes, tuple(texts.dictionary.to_pylist()))


def _by_value(
    records: RecordSet, compiler: Compiler, aggregate: Aggregate, item: Number, size: int
) -> Column:
    """An aggregate of quotients: the values of each row with their numbers, as exact fractions."""
    item = positive(item)
    holds = compiler.condition(aggregate.where)
    many = f"sum({DAYS})" if aggregate.kind is Over.DAILY_MEAN else "count(*)"
    order = f"min({ORDER}), max({ORDER})" if aggregate.kind in (Over.FIRST, Over.LAST) else "0, 0"
    answer = ask(
        f"SELECT {ROW}, {item.top} AS top, {item.below} AS below, {many}, {order} FROM records"
        f" WHERE {holds} AND {item.top} IS NOT NULL GROUP BY ALL",
        compiler.parameters,
        records.table,
    )
    by_row: dict[int, list[_Value]] = defaultdict(list)
    for row, top, below, count, first, last in zip(*(integers(one) for one in answer.columns), strict=True):
        assert row is not None and top is not None and below is not None and count is not None
        by_row[row].append(_Value(Fraction(top, below) * item.factor, count, first or 0, last or 0))
    worked = {row: _of_values(aggregate, values) for row, values in by_row.items()}
    found = {row: value for row, value in worked.items() if value is not None}
    instead = 0.0 if aggregate.kind in _ZERO else np.nan
    return fraction_column(aggregate.name, aggregate.unit, size, found, instead)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that stands `count` times among a row's records, `first` and `last` in their order."""

    value: Fraction
    count: int
    first: int
    last: int


def _of_values(aggregate: Aggregate, values: list[_Value]) -> Fraction | None:
    """The aggregate of the values that there are; at least one is."""
    values.sort(key=lambda one: one.value)
    count = sum(one.count for one in values)
    total = sum((one.value * one.count for one in values), Fraction(0))
    match aggregate.kind:
        case Over.SUM:
            return total
        case Over.MEAN | Over.DAILY_MEAN:
            return total / count
        case Over.MIN:
            return values[0].value
        case Over.MAX:
            return values[-1].value
        case Over.DISTINCT:
            return Fraction(len({one.value for one in values}))
        case Over.FIRST:
            return min(values, key=lambda one: one.first).value
        case Over.LAST:
            return max(values, key=lambda one: one.last).value
        case Over.MEDIAN:
            return (_ranked(values, (count + 1) // 2) + _ranked(values, count // 2 + 1)) / 2
        case Over.PERCENTILE:
            assert aggregate.percent is not None
            rank = -(-count * aggregate.percent.numerator // (100 * aggregate.percent.denominator))
            return _ranked(values, max(1, rank))
        case Over.TRIMMED:
            assert aggregate.trim is not None
            ends = aggregate.trim.ends(count)
            left = [_ranked(values, rank) for rank in range(ends + 1, count - ends + 1)]
            return sum(left, Fraction(0)) / len(left) if left else None
        case _:
            raise AssertionError(f"{aggregate.kind} has no item")


def _ranked(values: list[_Value], rank: int) -> Fraction:
    """The value at a rank (from 1) of the sorted values, each as often as it stands."""
    for one in values:
        rank -= one.count
        if rank <= 0:
            return one.value
    raise AssertionError("the rank lies beyond the values")


def _too_long(aggregate: Aggregate) -> Diagnostic:
    return problems.TOO_MANY_DIGITS.at(aggregate.span, name=aggregate.name, table=aggregate.data)
