"""Conditions on records that types decide beforehand, and what nobody can reach by their number.

A condition is tried with every value that its constants tell apart, all fields being there. Switches of the policy (parameters
of yes and no) and everything else that it asks are taken both ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise, product
from math import prod

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.model.coverage import Key, key_of
from kpirules.model.ranges import of_type
from kpirules.model.rules import Ruleset
from kpirules.policy.lint import structure_problems as problems
from kpirules.policy.lint.finding import Finding
from kpirules.units import Type, Unit

#: More combinations of values than this are not tried.
MOST_CASES = 4096
_ORDER = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}
#: How many periods of a kind there are in a longer one, at most.
_HOLDS = {
    ("year", "half"): 2,
    ("year", "quarter"): 4,
    ("year", "month"): 12,
    ("half", "quarter"): 2,
    ("half", "month"): 6,
    ("quarter", "month"): 3,
}
_KINDS = {
    "month": Words("month", "月"),
    "quarter": Words("quarter", "季度"),
    "half": Words("half-year", "半年"),
    "year": Words("year", "年"),
}


def decided_conditions(rules: Ruleset) -> Iterator[Finding]:
    """Conditions on records that hold for all of them, or for none."""
    told: set[object] = set()
    for aggregate in rules.aggregates:
        if aggregate.data in rules.confidential:
            continue  # shares and least numbers of raters are conditions of the language's own
        for condition in (aggregate.where, aggregate.among):
            if condition is not None:
                for part, holds in _decided(rules, condition):
                    if part.span not in told:
                        told.add(part.span)
                        way = (
                            Words("always holds", "总是成立") if holds else Words("never holds", "永远不成立")
                        )
                        yield Finding(problems.DECIDED, part.span, {"data": aggregate.data, "holds": way})


def _decided(rules: Ruleset, condition: e.Expr) -> Iterator[tuple[e.Expr, bool]]:
    """The outermost parts of a condition that are decided, and how."""
    outcome = _outcome(rules, condition)
    if outcome is not None:
        yield condition, outcome
        return
    match condition:
        case e.Logic(_, left, right):
            yield from _decided(rules, left)
            yield from _decided(rules, right)
        case e.Not(item):
            yield from _decided(rules, item)


def _outcome(rules: Ruleset, condition: e.Expr) -> bool | None:
    """Whether the condition is the same in all cases; None where it is not, or nothing is compared with a constant."""
    asked: dict[Key, list[e.Value]] = {}
    _gather(rules, condition, asked)
    if not any(_compares(part) for part in e.walk(condition)) or prod(map(len, asked.values())) > MOST_CASES:
        return None
    found = {_truth(condition, dict(zip(asked, values, strict=True))) for values in product(*asked.values())}
    return found.pop() if len(found) == 1 else None


def _compares(part: e.Expr) -> bool:
    return isinstance(part, e.Compare) and _sides(part) is not None


def _sides(part: e.Compare) -> tuple[e.Field, str, Fraction | str | bool] | None:
    """A field, the sign and the constant that it is compared with, in this order."""
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
    match part.left, part.right:
        case e.Field() as field, e.Constant(value) if value is not None:
            return field, part.operator, value
        case e.Constant(value), e.Field() as field if value is not None:
            return field, turned[part.operator], value
        case _:
            return None


def _gather(rules: Ruleset, condition: e.Expr, asked: dict[Key, list[e.Value]]) -> None:
    """Every field and every other question of a condition, with the values to try."""
    match condition:
        case e.Logic(_, left, right):
            _gather(rules, left, asked)
            _gather(rules, right, asked)
        case e.Not(item):
            _gather(rules, item, asked)
        case e.Compare() if (sides := _sides(condition)) is not None:
            field, _, value = sides
            values = asked.setdefault(key_of(field), [])
            type_ = (
                next(one.type for one in rules.data[field.data].fields if one.name == field.name)
                if ("." not in field.name and field.data in rules.data)
                else Type(field.unit)
            )
            asked[key_of(field)] = _values(type_, [*values, value])
        case _:
            asked.setdefault(key_of(condition), [False, True])


def _values(type_: Type, named: list[e.Value]) -> list[e.Value]:
    """The values that a field may have, one for each stretch between those that are named."""
    if type_.unit is Unit.BOOLEAN:
        return [False, True]
    if type_.choices:
        return list(type_.choices)
    if type_.unit is Unit.TEXT:
        return [*dict.fromkeys([*named, ""])]
    numbers = sorted({one for one in named if isinstance(one, Fraction)})
    known = of_type(type_)
    beyond = [numbers[0] - 1, numbers[-1] + 1, *(one for one in (known.low, known.high) if one is not None)]
    between = [(low + high) / 2 for low, high in pairwise(sorted({*numbers, *beyond}))]
    inside = [
        one
        for one in sorted({*numbers, *beyond, *between})
        if (known.low is None or one >= known.low) and (known.high is None or one <= known.high)
    ]
    stepped = [
        one
        for one in inside
        if known.step is None or ((one - (known.low or 0)) / known.step).denominator == 1
    ]
    return [*(stepped or inside)]


def _truth(condition: e.Expr, values: Mapping[Key, e.Value]) -> bool:
    match condition:
        case e.Logic("and", left, right):
            return _truth(left, values) and _truth(right, values)
        case e.Logic(_, left, right):
            return _truth(left, values) or _truth(right, values)
        case e.Not(item):
            return not _truth(item, values)
        case e.Compare() if (sides := _sides(condition)) is not None:
            field, operator, value = sides
            return bool(_ORDER[operator](values[key_of(field)], value))
        case _:
            return bool(values[key_of(condition)])


def places_for_nobody(rules: Ruleset) -> Iterator[Finding]:
    """A grade whose quota leaves no place, however many people there are."""
    for grade in rules.grades:
        if grade.quota is not None and grade.quota.share == 0 and grade.quota.least == 0:
            yield Finding(problems.NO_PLACES, grade.span, {"grade": grade.id})


def never_enough(rules: Ruleset) -> Iterator[Finding]:
    """A roll-up that requires more periods than there are in it."""
    for rollup in rules.rollups.values():
        most = _HOLDS.get((rollup.kind, rules.period))
        match rollup.ruleset.total:
            case e.Choice(
                _, e.Compare(">=", e.Within(e.Over.COUNT), e.Constant(Fraction() as wanted)), e.Constant(None)
            ):
                if most is not None and wanted > most:
                    args = {"kind": _KINDS[rollup.kind], "wanted": int(wanted), "most": most}
                    yield Finding(problems.NEVER_ENOUGH, rollup.span, args)
