"""The measures of a test that gives records: the facts room works them out as it does for a company's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import Problems
from kpirules.facts.build import build
from kpirules.facts.rows import Rows
from kpirules.facts.wanted import fields_wanted
from kpirules.matrix import Column, StaffPeriodMatrix, column
from kpirules.model.expressions import Value
from kpirules.model.rules import Data, DataField, Example, GivenRecord, Ruleset
from kpirules.numbers import decimal_text
from kpirules.periods import parse
from kpirules.plugin import SourceTable
from kpirules.units import SECOND, Unit


def with_records(rules: Ruleset, example: Example, matrix: StaffPeriodMatrix) -> StaffPeriodMatrix:
    """The matrix of a test with the aggregates of the data sets whose records it gives.

    Raises Problems where something is wrong with the records, as it would be with a company's.
    """
    measured = replace(
        rules,
        inputs={},
        data={name: _optional(one) for name, one in rules.data.items()},
        aggregates=tuple(one for one in rules.aggregates if one.data in example.data),
    )
    names = tuple(matrix.staff_names)
    tables = {
        name: _table(
            example, measured.data[name], [one for one in example.records if one.data == name], names
        )
        for name in fields_wanted(measured)
    }
    periods = tuple(found for one in matrix.period_names if (found := parse(one)) is not None)
    rows = Rows(matrix.staff, names, matrix.period, periods)
    facts, told = build(measured, tables, rows=rows)
    wrong = [one for one in told if one.is_error]
    if wrong:
        raise Problems(wrong)
    return _joined(measured, matrix, facts.matrix)


def _joined(rules: Ruleset, stated: StaffPeriodMatrix, found: StaffPeriodMatrix) -> StaffPeriodMatrix:
    """The stated facts with the columns that were found, row by row, in every table of shorter periods."""
    places = {found.row_name(row): row for row in range(len(found))}
    rows = [places.get(stated.row_name(row)) for row in range(len(stated))]
    columns: dict[str, Column] = dict(stated.columns)
    for one in rules.aggregates:
        if one.name in found.columns and one.name in columns:
            values = [None if row is None else found.columns[one.name].value(row) for row in rows]
            columns[one.name] = column(one.name, one.unit, values)
    parts = {
        grain: _joined(rules, part, found.parts[grain]) if grain in found.parts else part
        for grain, part in stated.parts.items()
    }
    return replace(stated, columns=columns, parts=parts)


def _optional(data: Data) -> Data:
    """The data set with fields that a test may leave out."""
    return replace(data, fields=tuple(replace(one, optional=True) for one in data.fields))


def _table(example: Example, data: Data, records: Sequence[GivenRecord], names: Sequence[str]) -> SourceTable:
    """The given records as a table of texts, numbered from 1."""
    table = pa.table(
        {
            one.name: pa.array([_cell(one, record, data, names) for record in records], pa.string())
            for one in data.fields
        }
    )
    return SourceTable(f'"{example.title}", {data.name}', None, tuple(table.column_names), table, 1, ())


def _cell(field: DataField, record: GivenRecord, data: Data, names: Sequence[str]) -> str | None:
    if field.name == data.staff and field.name not in record.values:
        return names[0] if record.person == "" else record.person
    return _text(record.values.get(field.name), field.type.unit)


def _text(value: Value | None, unit: Unit) -> str | None:
    """A value as a cell that is read back as the same."""
    match value:
        case None | str():
            return value
        case bool():
            return "yes" if value else "no"
    match unit:
        case Unit.DURATION:
            return f"{decimal_text(value / SECOND)} s"
        case Unit.DATE:
            return str(np.datetime64(int(value), "D"))
        case Unit.DATETIME:
            return str(np.datetime64(int(value), "us"))
        case Unit.RATIO:
            return f"{decimal_text(value * 100)}%"
        case _:
            return decimal_text(value)
