"""Whether the weights add up to 100, exactly, for every kind of person that the policy distinguishes.

Conditions are looked at in groups that share no attribute, so that their combinations need not be multiplied out:
the sum is right for everyone where each group's part is the same for everyone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpirules.diagnostics import Span, Words
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.folding import holds_for
from kpirules.model.rules import Indicator, Input, Section
from kpirules.model.scope import Scope
from kpirules.numbers import decimal_text
from kpirules.units import Unit

WHOLE = Fraction(100)
MOST_KINDS = 4096
Kind = dict[str, e.Value]
_Part = tuple[Kind, list[Indicator]]


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A kind of person, and the indicators that exist for it."""

    kind: Kind
    present: tuple[Indicator, ...]


class _TooMany(Exception):
    """More kinds of people than can be looked at one by one."""


def check_weights(
    scope: Scope,
    inputs: Mapping[str, Input],
    applies: e.Expr | None,
    indicators: Sequence[Indicator],
    sections: Sequence[Section],
    place: Span,
) -> None:
    """Report where the indicators that exist for some person do not weigh 100, or a section's not what it says."""
    kinds = _Kinds(inputs, applies, indicators)
    clean = True
    try:
        for section in sections:
            inside = [one for one in indicators if one.section == section.id]
            wrong = None if section.weight is None else kinds.wrong(inside, section.weight)
            if wrong is not None and section.weight is not None:
                clean = False
                args = _arguments(wrong, section.weight, kinds.mentioned, scope.subject.all)
                scope.report(problems.SECTION_WEIGHTS, section.span, section=section.id, **args)
        if not clean:
            return  # the total follows from the sections
        wrong = kinds.wrong(indicators, WHOLE)
        if wrong is not None:
            scope.report(
                problems.WEIGHTS, place, **_arguments(wrong, WHOLE, kinds.mentioned, scope.subject.all)
            )
    except _TooMany:
        scope.report(problems.TOO_MANY_KINDS, place, most=MOST_KINDS)


def _arguments(
    wrong: _Wrong, wanted: Fraction, mentioned: Mapping[str, set[e.Value]], who: Words
) -> dict[str, Any]:
    total = _sum(wrong.present)
    parts = " + ".join(f"{decimal_text(one.weight)} ({one.id})" for one in wrong.present) or "0"
    missing = wanted - total
    amount = decimal_text(abs(missing))
    mend = (
        Words(f"add {amount}", f"加 {amount}")
        if missing > 0
        else Words(f"take {amount} away", f"减 {amount}")
    )
    return {
        "sum": decimal_text(total),
        "wanted": decimal_text(wanted),
        "parts": parts,
        "mend": mend,
        "whom": _whom(who, wrong.kind, mentioned),
    }


def _sum(indicators: Iterable[Indicator]) -> Fraction:
    return sum((one.weight for one in indicators), Fraction(0))


def _whom(who: Words, kind: Kind, mentioned: Mapping[str, set[e.Value]]) -> Words:
    if not kind:
        return Words()
    en = " and ".join(f"{name} is {_said(value, mentioned[name], 'en')}" for name, value in kind.items())
    zh = "、".join(f"{name} 为{_said(value, mentioned[name], 'zh')}" for name, value in kind.items())
    return Words(f", for {who.en} whose {en}", f"{zh}的{who.zh}，其")


def _said(value: e.Value, mentioned: set[e.Value], language: str) -> str:
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, Fraction):
        return decimal_text(value) if language == "en" else f" {decimal_text(value)} "
    if value:
        return f'"{value}"' if language == "en" else f"“{value}”"
    others = sorted(str(one) for one in mentioned)
    if language == "en":
        return (
            "none of " + ", ".join(f'"{one}"' for one in others)
            if len(others) > 1
            else f'not "{"".join(others)}"'
        )
    return "其他（非" + "、".join(f"“{one}”" for one in others) + "）"


class _Kinds:
    """The kinds of people that the conditions of a policy tell apart."""

    def __init__(
        self, inputs: Mapping[str, Input], applies: e.Expr | None, indicators: Sequence[Indicator]
    ) -> None:
        self.inputs = inputs
        self.applies = applies
        self.mentioned: dict[str, set[e.Value]] = {}
        for condition in (applies, *(one.applies for one in indicators)):
            if condition is not None:
                mentions(condition, inputs, self.mentioned)

    def wrong(self, indicators: Sequence[Indicator], wanted: Fraction) -> _Wrong | None:
        """A kind of person for whom the indicators do not weigh what they should."""
        always = [one for one in indicators if one.applies is None]
        groups = self._groups([one for one in indicators if one.applies is not None])
        parts = [list(self._parts(names, inside)) for names, inside in groups]
        parts = [found for found in parts if any(present for _, present in found)]
        if len(parts) == 1 and not always:
            parts = [[one for one in parts[0] if one[1]]]  # whoever has no indicator at all is not scored
        chosen = [found[0] for found in parts]
        if not always and not any(present for _, present in chosen):
            chosen = [next((one for one in found if one[1]), found[0]) for found in parts]
        if self._off(always, chosen, wanted):
            return self._as_found(indicators, always, chosen)
        for number, found in enumerate(parts):
            usual = _sum(chosen[number][1])
            for one in found:
                if _sum(one[1]) != usual:
                    chosen[number] = one
                    return self._as_found(indicators, always, chosen)
        return None

    @staticmethod
    def _off(always: Sequence[Indicator], chosen: Sequence[_Part], wanted: Fraction) -> bool:
        total = _sum(always) + sum((_sum(present) for _, present in chosen), Fraction(0))
        return bool(always or chosen) and total != wanted

    @staticmethod
    def _as_found(
        indicators: Sequence[Indicator], always: Sequence[Indicator], chosen: Sequence[_Part]
    ) -> _Wrong:
        inside = [*always, *(one for _, present in chosen for one in present)]
        kind = {name: value for kind, _ in chosen for name, value in kind.items()}
        return _Wrong(kind, tuple(one for one in indicators if one in inside))

    def _groups(self, indicators: Sequence[Indicator]) -> list[tuple[set[str], list[Indicator]]]:
        """Indicators that share attributes, directly or through others, with those attributes."""
        tied = set() if self.applies is None else _names(self.applies, self.inputs)
        groups: list[tuple[set[str], list[Indicator]]] = []
        for one in indicators:
            assert one.applies is not None
            names = _names(one.applies, self.inputs)
            if names & tied:
                names |= tied
            inside = [one]
            for group in [group for group in groups if group[0] & names]:
                groups.remove(group)
                names |= group[0]
                inside = [*group[1], *inside]
            groups.append((names, inside))
        return groups

    def _parts(self, names: set[str], inside: Sequence[Indicator]) -> Iterator[_Part]:
        """The kinds that some attributes tell apart, each with the indicators that exist for it."""
        ordered = [name for name in self.mentioned if name in names]
        choices = [choices_of(self.inputs[name], self.mentioned[name]) for name in ordered]
        for number, values in enumerate(itertools.product(*choices)):
            if number >= MOST_KINDS:
                raise _TooMany
            kind = dict(zip(ordered, values, strict=True))
            if self.applies is None or holds_for(self.applies, kind) is not False:
                yield (
                    kind,
                    [
                        one
                        for one in inside
                        if one.applies is not None and holds_for(one.applies, kind) is True
                    ],
                )


def choices_of(declared: Input, mentioned: set[e.Value]) -> list[e.Value]:
    """Values that stand for all others: those mentioned, and one between and beyond them (for texts: "")."""
    if declared.type.unit is Unit.BOOLEAN:
        return [False, True]
    if declared.type.choices:
        return list(declared.type.choices)
    if declared.type.unit is Unit.TEXT:
        return [*sorted(str(value) for value in mentioned), ""]
    numbers = sorted(value for value in mentioned if isinstance(value, Fraction))
    between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
    return [
        *sorted([*numbers, *between]),
        *([numbers[0] - 1, numbers[-1] + 1] if numbers else [Fraction(0)]),
    ]


def _names(condition: e.Expr, inputs: Mapping[str, Input]) -> set[str]:
    return {part.name for part in e.walk(condition) if isinstance(part, e.Fact) and part.name in inputs}


def mentions(condition: e.Expr, inputs: Mapping[str, Input], found: dict[str, set[e.Value]]) -> None:
    for name in sorted(_names(condition, inputs)):
        found.setdefault(name, set())
    for part in e.walk(condition):
        match part:
            case e.Compare(_, e.Fact(name), e.Constant(value)) | e.Compare(
                _, e.Constant(value), e.Fact(name)
            ) if value is not None and name in found:
                found[name].add(value)
            case e.Member(e.Fact(name), choices) if name in found:
                found[name].update(choices)
