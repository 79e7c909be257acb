"""Tables of an archive held against the same tables made anew: every cell, with the rule that a figure comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Cell, Diagnostic, Words, where
from kpirules.model.rules import Ruleset
from kpirules.plugin.columns import spell
from kpirules.records.problems import DIFFERS, MORE_DIFFER, OTHER_SHAPE

#: Differences of one file that are listed before they are only counted.
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """A file of an archive, and what names its rows. keys: the columns that name a row; rule: the one that names a rule."""

    path: Path
    name: str
    keys: tuple[str, ...]
    rule: str | None = None


def rules_by_name(rules: Ruleset) -> Mapping[str, Words]:
    """Where the policy says how each figure comes about, by the figure's name."""
    found: dict[str, Words] = {}
    for measure in rules.measures.values():
        found[measure.name] = _at("measure", "度量", measure.name, where(measure.span))
    for one in rules.inputs.values():
        found[one.name] = _at("input", "输入", one.name, where(one.span))
    for aggregate in rules.aggregates:
        found[aggregate.name] = _at("records", "记录", aggregate.name, where(aggregate.span))
    for indicator in rules.indicators:
        found[indicator.id] = _at("indicator", "指标", indicator.id, where(indicator.rule_span))
    for line in rules.adjustments.lines:
        found[line.id] = _at("adjustment", "调整", line.id, where(line.rule_span))
    for outcome in rules.outcomes:
        found[outcome.id] = _at("outcome", "结果", outcome.id, where(outcome.span))
    return found


def _at(kind: str, kind_zh: str, name: str, place: str) -> Words:
    return Words(f"{kind} {name}, {place}", f"{kind_zh} {name}，{place}")


def differences(
    file: Compared, archived: Iterable[pa.Table], again: Iterable[pa.Table], rules: Mapping[str, Words]
) -> list[Diagnostic]:
    """Where a file of the archive has something else than comes out. Both tables come in stretches of any length."""
    told: list[Diagnostic] = []
    count = start = 0
    for left, right in _aligned(archived, again):
        if left.schema != right.schema or left.num_rows != right.num_rows:
            return [*told, _shape(file, start, left, right)]
        for row, column in _unequal(left, right):
            count += 1
            if len(told) < MOST_SHOWN:
                told.append(_difference(file, start, row, column, left, right, rules))
        start += left.num_rows
    if count > len(told):
        told.append(MORE_DIFFER.at(Cell(str(file.path)), file=file.name, count=count, shown=len(told)))
    return told


def _aligned(left: Iterable[pa.Table], right: Iterable[pa.Table]) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Stretches of the same rows of both; where one ends before the other, the rest of it against nothing."""
    lefts, rights = iter(left), iter(right)
    here, there = next(lefts, None), next(rights, None)
    while here is not None and there is not None:
        size = min(here.num_rows, there.num_rows)
        if here.schema != there.schema:
            yield here, there
            return
        yield here.slice(0, size), there.slice(0, size)
        here = here.slice(size) if here.num_rows > size else _filled(lefts)
        there = there.slice(size) if there.num_rows > size else _filled(rights)
    rest = here if here is not None else there
    if rest is not None and rest.num_rows:
        none = rest.slice(0, 0)
        yield (rest, none) if here is not None else (none, rest)


def _filled(parts: Iterator[pa.Table]) -> pa.Table | None:
    return next((one for one in parts if one.num_rows), None)


def _unequal(left: pa.Table, right: pa.Table) -> Iterator[tuple[int, str]]:
    """Rows and columns of two tables of one shape in which they differ, row by row."""
    found: list[tuple[int, int]] = []
    for place in range(left.num_columns):
        one, other = left.column(place), right.column(place)
        if one.equals(other):
            continue
        other_value = pc.fill_null(pc.not_equal(one, other), False)
        other_presence = pc.xor(pc.is_null(one), pc.is_null(other))
        wrong = pc.or_(other_value, other_presence)
        found += [(int(row), place) for row in np.flatnonzero(wrong.to_numpy())]
    for row, place in sorted(found):
        yield row, left.column_names[place]


def _difference(
    file: Compared,
    start: int,
    row: int,
    column: str,
    left: pa.Table,
    right: pa.Table,
    rules: Mapping[str, Words],
) -> Diagnostic:
    who = ", ".join(_said(right, row, key) for key in file.keys)
    known = right[file.rule][row].as_py() if file.rule is not None else column.partition(":")[0]
    rule = rules.get(known, Words("no single rule gives it", "不由单条规则得出"))
    found, expected = _said(left, row, column), _said(right, row, column)
    place = Cell(str(file.path), start + row + 1, column, value=found)
    return DIFFERS.at(
        place,
        file=file.name,
        row=start + row + 1,
        who=who,
        column=column,
        found=_shown(found),
        expected=_shown(expected),
        rule=rule,
    )


def _said(table: pa.Table, row: int, column: str) -> str:
    value = table[column][row].as_py()
    return "" if value is None else spell(value)


def _shown(text: str) -> Words:
    return Words(f'"{text}"', f"“{text}”") if text else Words("nothing", "空")


def _shape(file: Compared, start: int, left: pa.Table, right: pa.Table) -> Diagnostic:
    found, expected = (
        (_columns(left), _columns(right))
        if left.schema != right.schema
        else (_rows(start + left.num_rows, left, right), _rows(start + right.num_rows, right, left))
    )
    return OTHER_SHAPE.at(Cell(str(file.path)), file=file.name, found=found, expected=expected)


def _columns(table: pa.Table) -> Words:
    names = ", ".join(f"{field.name} ({field.type})" for field in table.schema)
    return Words(f"the columns {names}", f"列 {names}")


def _rows(count: int, table: pa.Table, other: pa.Table) -> Words:
    if table.num_rows > other.num_rows:
        return Words(f"{count} rows or more", f"{count} 行或更多")
    return Words(f"{count} rows", f"{count} 行")
