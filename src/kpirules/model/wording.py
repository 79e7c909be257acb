"""Checked expressions and values in words, for messages: near to how a policy writes them."""

from __future__ import annotations

from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.model.functions import FUNCTIONS
from kpirules.model.scope import said
from kpirules.units import Unit


def named(expr: e.Expr) -> Words:
    """An expression as a policy would write it, summaries by their kind."""
    match expr:
        case e.Fact(name) | e.MeasureOf(name) | e.OutcomeOf(name) | e.Field(_, name):
            return Words(name, name)
        case e.PublishedTotal():
            return Words("total", "总分")
        case e.PointsOf(indicator):
            return Words(f"points of {indicator}", f"指标得分 {indicator}")
        case e.Constant(value, unit, _, parameter):
            return Words(parameter, parameter) if parameter else valued(value, unit)
        case e.Arithmetic(operator, left, right):
            one, other = named(left), named(right)
            return Words(f"{one.en} {operator} {other.en}", f"{one.zh} {operator} {other.zh}")
        case e.Negate(item):
            inner = named(item)
            return Words(f"-{inner.en}", f"-{inner.zh}")
        case e.Call(function, arguments):
            parts = [named(one) for one in arguments]
            chinese = FUNCTIONS[function].chinese
            return Words(
                f"{function}({', '.join(one.en for one in parts)})",
                f"{chinese}({', '.join(one.zh for one in parts)})",
            )
        case e.Lookup(table, key):
            inner = named(key)
            return Words(f"{table}[{inner.en}]", f"{table}[{inner.zh}]")
        case e.Aggregate(_, kind, data):
            return Words(f"{kind} of {data}", f"{data} 的汇总")
        case e.Group(_, _, by):
            return Words(f"the value over {by or 'everyone'}", f"{by or '全体'} 的汇总值")
        case _:
            return Words("the value", "该值")


def valued(value: e.Value | None, unit: Unit, currency: str = "CNY") -> Words:
    """A value as a policy writes it."""
    match value:
        case None:
            return Words("missing", "缺失")
        case bool():
            return Words("yes", "是") if value else Words("no", "否")
        case Fraction():
            return said(value, unit, currency)
        case _:
            return Words(f'"{value}"', f"“{value}”")
