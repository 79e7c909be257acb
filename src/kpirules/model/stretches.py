"""The lines below a parameter that changes on certain days, checked: days in order, and a rule for such a period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import problems, time_problems
from kpirules.model.advice import no_day
from kpirules.model.expressions import Value
from kpirules.model.literals import moment
from kpirules.model.schedule import InPeriod, Schedule, Stretch
from kpirules.model.scope import Scope
from kpirules.units import NUMERIC, Type

#: How the rule of such a parameter is written.
RULES = Words(
    "`pro rata by days`, `as of period end` or `as of period start`", "`按天折算`、`以期末为准`或`以期初为准`"
)


def schedule_of(
    scope: Scope,
    node: tree.Parameter,
    type_: Type,
    value: Value | None,
    value_of: Callable[[tree.Expr], Value | None],
) -> Schedule | None:
    """The parameter's schedule; None where it has one value, or where something is wrong and reported.

    value: what holds before the first of the days. value_of: reads a value of the parameter's type.
    """
    if not node.stretches and not node.rules:
        return None
    for extra in node.rules[1:]:
        what = Words("what a period goes by", "周期内变化时的算法")
        scope.report(problems.REPEATED, extra.span, what=what, line=node.rules[0].span.line)
    if not node.stretches:
        scope.report(time_problems.NO_STRETCH, node.rules[0].span, name=node.name.text)
        return None
    if not node.rules:
        scope.report(time_problems.NO_DAY_RULE, node.name.span, name=node.name.text, rules=RULES)
    elif node.rules[0].rule == InPeriod.DAYS and type_.unit not in NUMERIC:
        scope.report(time_problems.NO_PART, node.rules[0].span, name=node.name.text)
    if node.default is None:
        first = node.stretches[0].first.text
        scope.report(time_problems.NO_FIRST_VALUE, node.name.span, name=node.name.text, day=first)
    values = [value_of(one.value) for one in node.stretches]
    days = _days(scope, node.stretches)
    if value is None or None in values or days is None or not node.rules:
        return None
    known = [one for one in values if one is not None]
    later = [
        Stretch(day, amount, "" if one.reason is None else one.reason.text, one.span)
        for day, amount, one in zip(days, known, node.stretches, strict=True)
    ]
    return Schedule(InPeriod(node.rules[0].rule), (Stretch(None, value, "", node.name.span), *later))


def _days(scope: Scope, stretches: Sequence[tree.Stretch]) -> list[date] | None:
    """The days of the lines; each must be later than the one above it."""
    days: list[date] = []
    sound = True
    for one in stretches:
        if moment(one.first) is None:
            no_day(scope, one.first)
            sound = False
            continue
        day = date.fromisoformat(one.first.text)
        if days and day <= days[-1]:
            scope.report(
                time_problems.DAYS_IN_ORDER, one.first.span, day=one.first.text, above=days[-1].isoformat()
            )
            sound = False
        days.append(day)
    return days if sound else None
