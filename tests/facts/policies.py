"""Small policies and tables, made by hand: what the tests of this folder build facts for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa

from kpirules.diagnostics import Diagnostic, Span
from kpirules.model import expressions as e
from kpirules.model.rules import Data, DataField, Input, Ruleset, Table, Working
from kpirules.numbers import Rounding
from kpirules.plugin import SourceTable
from kpirules.units import Type, Unit

HERE = Span("policy.kpi", 1, 1, 1, 2)
OFFICE = Working("china", (5, 6), ((9 * 60, 12 * 60), (13 * 60, 18 * 60)))


def policy(
    *,
    inputs: Iterable[Input] = (),
    data: Iterable[Data] = (),
    aggregates: Iterable[e.Aggregate] = (),
    tables: Iterable[Table] = (),
    period: str = "quarter",
    working: Working = OFFICE,
) -> Ruleset:
    return Ruleset(
        id="p",
        label="",
        path="policy.kpi",
        version=None,
        in_force=(None, None),
        period=period,
        applies=None,
        working=working,
        inputs={one.name: one for one in inputs},
        parameters={},
        data={one.name: one for one in data},
        tables={one.name: one for one in tables},
        measures={},
        aggregates=tuple(aggregates),
        sections=(),
        indicators=(),
        points_rounding=Rounding(),
        total_rounding=Rounding(),
        grades=(),
        outcomes=(),
        examples=(),
        span=HERE,
    )


def an_input(name: str, type: Unit | Type, *, attribute: bool = False) -> Input:
    return Input(name, type if isinstance(type, Type) else Type(type), "", attribute, None, HERE)


def a_data(name: str, fields: Mapping[str, tuple[Unit, bool]], *, staff: str, placed_by: str) -> Data:
    """fields: the unit, and whether the field is optional."""
    declared = tuple(DataField(n, Type(unit), optional, "", HERE) for n, (unit, optional) in fields.items())
    return Data(name, "", declared, staff, placed_by, HERE)


TICKETS = a_data(
    "tickets",
    {
        "agent": (Unit.STAFF, False),
        "opened": (Unit.DATETIME, False),
        "replied": (Unit.DATETIME, True),
        "closed": (Unit.DATETIME, True),
        "kind": (Unit.TEXT, True),
        "cost": (Unit.MONEY, True),
        "score": (Unit.COUNT, True),
        "urgent": (Unit.BOOLEAN, True),
    },
    staff="agent",
    placed_by="opened",
)


def field(name: str, data: Data = TICKETS) -> e.Field:
    unit = next(one.type.unit for one in data.fields if one.name == name)
    return e.Field(data.name, name, unit, HERE)


def constant(value: Fraction | int | str | bool, unit: Unit = Unit.NUMBER) -> e.Constant:
    exact = Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return e.Constant(exact, unit, HERE)


def minus(left: e.Expr, right: e.Expr) -> e.Arithmetic:
    unit = Unit.DURATION if left.unit is Unit.DATETIME else left.unit
    return e.Arithmetic("-", left, right, unit, HERE)


def compare(operator: str, left: e.Expr, right: e.Expr) -> e.Compare:
    return e.Compare(operator, left, right, HERE)


def aggregate(
    kind: e.Over,
    item: e.Expr | None = None,
    *,
    where: e.Expr | None = None,
    among: e.Expr | None = None,
    percent: Fraction | None = None,
    name: str = "m",
    data: str = "tickets",
    unit: Unit = Unit.NUMBER,
    trim: e.Trim | None = None,
) -> e.Aggregate:
    return e.Aggregate(name, kind, data, item, where, among, percent, unit, HERE, trim)


def source(columns: Mapping[str, Any] | pa.Table, path: str = "t.csv", first: int = 2) -> SourceTable:
    """A table as an adapter would give it: its first row of data is row 2 of the file."""
    table = (
        columns if isinstance(columns, pa.Table) else pa.table({n: pa.array(v) for n, v in columns.items()})
    )
    return SourceTable(path, None, tuple(table.column_names), table, first, ())


def told(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Code, row and column of each."""
    return [
        f"{one.code} {getattr(one.place, 'row', None)} {getattr(one.place, 'column', None)}"
        for one in diagnostics
    ]


def errors(diagnostics: Iterable[Diagnostic]) -> list[str]:
    return told(one for one in diagnostics if one.is_error)


def rows_of(facts: Any) -> list[tuple[str, str]]:
    return [facts.matrix.row_name(row) for row in range(len(facts.matrix))]


def values(facts: Any, name: str) -> list[object]:
    column = facts.matrix.columns[name]
    return [column.value(row) for row in range(len(facts.matrix))]
