"""Whether the weights add up to 100, exactly, for every kind of person that the policy distinguishes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.resolve import holds_for
from kpirules.model.rules import Indicator, Input, Section
from kpirules.model.scope import Scope
from kpirules.numbers import decimal_text
from kpirules.units import Unit

WHOLE = Fraction(100)
_MOST_KINDS = 20_000


def check_weights(
    scope: Scope,
    inputs: dict[str, Input],
    applies: e.Expr | None,
    indicators: Sequence[Indicator],
    sections: Sequence[Section],
    place: Span,
) -> None:
    """Report where the indicators that exist for some person do not weigh 100, or a section's not what it says."""
    if not indicators:
        return
    before = len(scope.diagnostics)
    for kind in _kinds(inputs, [one.applies for one in indicators], applies):
        present = [one for one in indicators if one.applies is None or holds_for(one.applies, kind) is True]
        whom = _whom(kind)
        for section in sections:
            inside = [one for one in present if one.id in section.indicators]
            if section.weight is not None and inside and _sum(inside) != section.weight:
                _report(scope, inside, section.weight, section.span, whom, section.id)
        if len(scope.diagnostics) > before:
            return  # one kind of person is enough to see it, and the total follows from the sections
        if present and _sum(present) != WHOLE:
            _report(scope, present, WHOLE, place, whom, None)
            return


def _sum(indicators: Iterable[Indicator]) -> Fraction:
    return sum((one.weight for one in indicators), Fraction(0))


def _report(
    scope: Scope,
    present: Sequence[Indicator],
    wanted: Fraction,
    place: Span,
    whom: Words,
    section: str | None,
) -> None:
    total = _sum(present)
    parts = " + ".join(f"{decimal_text(one.weight)} ({one.id})" for one in present)
    difference = decimal_text(wanted - total)
    args = {
        "sum": decimal_text(total),
        "wanted": decimal_text(wanted),
        "parts": parts,
        "difference": difference if difference.startswith("-") else f"+{difference}",
    }
    if section is not None:
        scope.report(problems.SECTION_WEIGHTS, place, section=section, **args)
    else:
        scope.report(problems.WEIGHTS, place, whom=whom, **args)


def _whom(kind: dict[str, e.Value]) -> Words:
    if not kind:
        return Words()
    en = " and ".join(f"{name} is {_said(value, 'en')}" for name, value in kind.items())
    zh = "、".join(f"{name} 为 {_said(value, 'zh')}" for name, value in kind.items())
    return Words(f", for staff whose {en}", f"{zh} 的员工，")


def _said(value: e.Value, language: str) -> str:
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, Fraction):
        return decimal_text(value)
    return f'"{value}"' if value else {"en": "anything else", "zh": "其他"}[language]


def _kinds(
    inputs: dict[str, Input], conditions: Iterable[e.Expr | None], applies: e.Expr | None
) -> Iterator[dict[str, e.Value]]:
    """Every combination of values that the conditions can tell apart, among those the policy applies to."""
    mentioned: dict[str, set[e.Value]] = {}
    for condition in conditions:
        if condition is not None:
            _mentions(condition, inputs, mentioned)
    choices = [_choices(inputs[name], values) for name, values in mentioned.items()]
    for values in itertools.islice(itertools.product(*choices), _MOST_KINDS):
        kind = dict(zip(mentioned, values, strict=True))
        if applies is None or holds_for(applies, kind) is not False:
            yield kind


def _choices(declared: Input, mentioned: set[e.Value]) -> list[e.Value]:
    """Values that stand for all others: those mentioned, and one between and beyond them (for texts: "")."""
    if declared.type.unit is Unit.BOOLEAN:
        return [False, True]
    if declared.type.choices:
        return list(declared.type.choices)
    if declared.type.unit is Unit.TEXT:
        return [*sorted(str(value) for value in mentioned), ""]
    numbers = sorted(value for value in mentioned if isinstance(value, Fraction))
    between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
    return [*sorted([*numbers, *between]), *([numbers[0] - 1, numbers[-1] + 1] if numbers else [Fraction(0)])]


def _mentions(condition: e.Expr, inputs: dict[str, Input], found: dict[str, set[e.Value]]) -> None:
    for part in e.walk(condition):
        match part:
            case e.Fact(name) if name in inputs:
                found.setdefault(name, set())
    for part in e.walk(condition):
        match part:
            case e.Compare(_, e.Fact(name), e.Constant(value)) | e.Compare(
                _, e.Constant(value), e.Fact(name)
            ):
                if value is not None and name in found:
                    found[name].add(value)
            case e.Member(e.Fact(name), choices) if name in found:
                found[name].update(choices)
