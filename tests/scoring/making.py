"""Rulesets and matrices by hand: short ways to write checked models in tests. Holds no test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from kpirules.diagnostics import Span
from kpirules.matrix import Column, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model import rules as r
from kpirules.model.forms import Form
from kpirules.model.scales import Scale
from kpirules.numbers import Rounding
from kpirules.units import Type, Unit

HERE = Span("made.kpi", 1, 1, 1, 1)
REDISTRIBUTE = r.Missing(r.Absent.REDISTRIBUTE)
CENTS = Rounding()


def number(value: str | int | Fraction) -> e.Constant:
    return e.Constant(Fraction(value), Unit.NUMBER, HERE)


def text(value: str) -> e.Constant:
    return e.Constant(value, Unit.TEXT, HERE)


def fact(name: str, unit: Unit = Unit.NUMBER) -> e.Fact:
    return e.Fact(name, unit, HERE)


def arithmetic(left: e.Expr, operator: str, right: e.Expr) -> e.Arithmetic:
    return e.Arithmetic(operator, left, right, Unit.NUMBER, HERE)


def compare(left: e.Expr, operator: str, right: e.Expr) -> e.Compare:
    return e.Compare(operator, left, right, HERE)


def group(
    kind: e.Over,
    item: e.Expr | None,
    *by: str | None,
    percent: Fraction | None = None,
    between: bool = False,
) -> e.Group:
    named = tuple(name for name in by if name is not None)
    return e.Group(kind, item, named, Unit.NUMBER, HERE, percent, between)


def rank(
    item: e.Expr, *by: str, kind: e.Place = e.Place.RANK, lowest: bool = False, between: bool = False
) -> e.Rank:
    return e.Rank(kind, item, by, lowest, between, Unit.NUMBER, HERE)


def call(function: str, *arguments: e.Expr) -> e.Call:
    return e.Call(function, arguments, Unit.NUMBER, HERE)


def target(operator: str, value: e.Expr | str | int) -> r.TargetRule:
    return r.TargetRule(operator, number(value) if isinstance(value, str | int) else value)


def indicator(
    name: str,
    weight: str | int | Fraction,
    measure: e.Expr,
    form: Form,
    goal: r.TargetRule | None = None,
    *,
    missing: r.Missing = REDISTRIBUTE,
    applies: e.Expr | None = None,
) -> r.Indicator:
    return r.Indicator(
        name, name, None, Fraction(weight), applies, (), (), measure, goal, form, missing, HERE, HERE
    )


def adjustment(
    name: str,
    kind: str,
    value: e.Expr,
    *,
    most: Fraction | None = None,
    place: int | None = None,
) -> r.Adjustment:
    """A line as the checker makes it: points of a bonus or penalty not below zero."""
    if kind != "veto":
        value = e.Call("max", (value, number(0)), Unit.POINTS, HERE)
        if most is not None:
            value = e.Call("min", (value, number(most)), Unit.POINTS, HERE)
    return r.Adjustment(name, name, kind, value, value, None, most, place, (), HERE, HERE)


def label(name: str, value: e.Expr) -> r.Outcome:
    """A result that is a text."""
    return r.Outcome(name, name, Unit.TEXT, value, None, (), HERE, "result")


def amount(name: str, value: e.Expr, rounding: Rounding | None = CENTS) -> r.Outcome:
    unit = Unit.BOOLEAN if rounding is None else Unit.MONEY
    return r.Outcome(name, name, unit, value, rounding, (), HERE)


def declared(name: str, unit: Unit, missing: e.Value | None = None) -> r.Input:
    return r.Input(name, Type(unit), name, True, missing, HERE)


def table(name: str, entries: Mapping[e.Value, Fraction], otherwise: Fraction | None) -> r.Table:
    return r.Table(name, name, Unit.NUMBER, Unit.NUMBER, entries, otherwise, HERE)


def scale(name: str, made: Scale) -> r.Table:
    return r.Table(name, "", Unit.NUMBER, Unit.NUMBER, {}, made.otherwise, HERE, made)


def ruleset(
    indicators: Sequence[r.Indicator],
    outcomes: Sequence[r.Outcome] = (),
    adjustments: r.Adjustments = r.Adjustments(),  # noqa: B008 - frozen
    *,
    applies: e.Expr | None = None,
    inputs: Sequence[r.Input] = (),
    tables: Sequence[r.Table] = (),
    grades: Sequence[tuple[str, int | str | None]] = (
        ("excellent", 90),
        ("good", 80),
        ("pass", 60),
        ("fail", None),
    ),
    points: Rounding = CENTS,
    total: Rounding = CENTS,
) -> r.Ruleset:
    return r.Ruleset(
        id="made",
        label="made",
        path="made.kpi",
        version=None,
        in_force=(None, None),
        period="month",
        applies=applies,
        working=r.Working("none", (5, 6), ()),
        inputs={one.name: one for one in inputs},
        parameters={},
        data={},
        tables={one.name: one for one in tables},
        measures={},
        aggregates=(),
        sections=(),
        indicators=tuple(indicators),
        points_rounding=points,
        total_rounding=total,
        grades=tuple(
            r.Grade(name, name, None if low is None else Fraction(low), HERE) for name, low in grades
        ),
        outcomes=tuple(outcomes),
        examples=(),
        span=HERE,
        adjustments=adjustments,
    )


def column(
    name: str, values: Sequence[float | None], divisor: Sequence[float | None] | None = None
) -> Column:
    """Numbers, None where missing."""
    return Column(name, Unit.NUMBER, _floats(values), divisor=None if divisor is None else _floats(divisor))


def texts(name: str, values: Sequence[str | None]) -> Column:
    choices = tuple(sorted({value for value in values if value is not None}))
    codes = np.array([-1 if value is None else choices.index(value) for value in values], np.int32)
    return Column(name, Unit.TEXT, codes, choices)


def truths(name: str, values: Sequence[bool | None]) -> Column:
    return Column(name, Unit.BOOLEAN, np.array([-1 if v is None else int(v) for v in values], np.int8))


def matrix(*columns: Column, periods: Sequence[int] | None = None) -> StaffPeriodMatrix:
    """A person per row; everyone in one period unless said."""
    count = len(columns[0].values)
    period = np.zeros(count, np.int32) if periods is None else np.array(periods, np.int32)
    return StaffPeriodMatrix(
        np.arange(count, dtype=np.int32),
        [f"s{i}" for i in range(count)],
        period,
        [f"p{i}" for i in range(int(period.max(initial=0)) + 1)],
        {one.name: one for one in columns},
    )


def _floats(values: Sequence[float | None]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([np.nan if value is None else value for value in values], np.float64)
