"""What a report says of the policy itself: its parameters, indicators, adjustments, grades and further results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from kpirules.diagnostics import Words
from kpirules.model.expressions import Constant, Expr, InForce
from kpirules.model.rules import Indicator, Parameter, Ruleset
from kpirules.model.wording import named, valued
from kpirules.numbers import Mode, Rounding
from kpirules.plugin.report import (
    AdjustmentInfo,
    GradeInfo,
    IndicatorInfo,
    OutcomeInfo,
    ParameterInfo,
    PolicyInfo,
    TotalRule,
)
from kpirules.results.exactly import decimal, kind_of
from kpirules.results.quotes import Quotes

_MODES: Mapping[Mode, Literal["half up", "down", "up"]] = {
    Mode.HALF_UP: "half up",
    Mode.DOWN: "down",
    Mode.UP: "up",
}


def policy_info(rules: Ruleset) -> PolicyInfo:
    return PolicyInfo(
        rules.id,
        rules.label,
        rules.version,
        rules.period,
        rules.subject.words,
        rules.currency,
        Decimal(100),
        _total_rule(rules),
    )


def _total_rule(rules: Ruleset) -> TotalRule | None:
    """How a total can be redone from the points alone, where nothing else goes into it."""
    mode, step = _MODES.get(rules.total_rounding.mode), rules.total_rounding.step
    plain = rules.total is None and rules.split is None and not rules.adjustments.changes and rules.indicators
    if not plain or mode is None or step.numerator != 1 or step != Fraction(1, 10 ** _places(step)):
        return None
    return TotalRule(_places(step), mode, decimal(rules.points_rounding.step))


def _places(step: Fraction) -> int:
    return Rounding(step).places


def parameters_of(rules: Ruleset) -> tuple[ParameterInfo, ...]:
    return tuple(
        ParameterInfo(one.name, one.label, _in_force(one, rules.currency))
        for one in rules.parameters.values()
    )


def _in_force(one: Parameter, currency: str) -> Words:
    """A parameter's value; with the days from which others hold, where it changes on certain days."""
    if one.schedule is None:
        return valued(one.value, one.type.unit, currency)
    told: list[Words] = []
    for stretch in one.schedule.stretches:
        value = valued(stretch.value, one.type.unit, currency)
        since = (
            Words() if stretch.first is None else Words(f"from {stretch.first}: ", f"{stretch.first} 起：")
        )
        told.append(Words(since.en + value.en, since.zh + value.zh))
    return Words("; ".join(part.en for part in told), "；".join(part.zh for part in told))


def sections_of(rules: Ruleset) -> Mapping[str, str]:
    """The sections by id, as readers call them."""
    return {one.id: one.label or one.id for one in rules.sections}


def indicators_of(rules: Ruleset, quotes: Quotes) -> tuple[IndicatorInfo, ...]:
    sections = sections_of(rules)
    return tuple(
        IndicatorInfo(
            id=one.id,
            label=one.label,
            section=None if one.section is None else sections.get(one.section, one.section),
            column=one.id,
            weight=decimal(one.weight),
            target=_target(one, rules.currency),
            rule=quotes.of(one.rule_span),
            clauses=one.clauses,
        )
        for one in rules.indicators
    )


def _target(one: Indicator, currency: str) -> Words:
    """The target as the policy has it; a parameter with its value."""
    if one.target is None:
        return Words()
    value = _written(one.target.value, currency)
    return Words(f"{one.target.operator} {value.en}", f"{one.target.operator} {value.zh}")


def _written(expr: Expr, currency: str) -> Words:
    match expr:
        case Constant(value, unit, _, parameter):
            said = valued(value, unit, currency)
            if parameter is None:
                return said
            return Words(f"{said.en} (parameter {parameter})", f"{said.zh}（参数 {parameter}）")
        case InForce(name):
            return Words(f"parameter {name}", f"参数 {name}")
        case _:
            return named(expr)


def adjustments_of(rules: Ruleset, quotes: Quotes) -> tuple[AdjustmentInfo, ...]:
    return tuple(
        AdjustmentInfo(one.id, one.label, one.id, one.kind, quotes.of(one.rule_span), one.clauses)
        for one in rules.adjustments.lines
    )


def grades_of(rules: Ruleset) -> tuple[GradeInfo, ...]:
    return tuple(
        GradeInfo(one.id, one.label, None if one.low is None else decimal(one.low)) for one in rules.grades
    )


def outcomes_of(rules: Ruleset, quotes: Quotes) -> Iterator[OutcomeInfo]:
    for one in rules.outcomes:
        level = one.level if one.kind == "alert" else None
        yield OutcomeInfo(one.id, one.label, one.id, kind_of(one.unit), level, quotes.of(one.value.span))
