"""The last lines of `why` where a period is split: how the results of the spells make the published one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpirules.diagnostics import Language
from kpirules.model.rules import Ruleset
from kpirules.numbers import decimal_text
from kpirules.scoring.explain import Derivation, OutcomeLine
from kpirules.scoring.spells import ADDED
from kpirules.units import DAY, shown


def together(spells: Sequence[Derivation], rules: Ruleset, language: Language) -> Iterator[str]:
    """The total as a mean by days, and the amounts as sums."""
    zh = language == "zh"
    counted = [one for one in spells if one.appraised]
    parts = [(one.total, days_of(one)) for one in counted if one.total is not None]
    days = sum(day for _, day in parts)
    title = "整个周期" if zh else "the whole period"
    if not parts:
        yield f"{title}: {'总分：无' if zh else 'no total'}"
        return
    total = sum((value * day for value, day in parts), Fraction(0)) / days
    added = " + ".join(f"{decimal_text(value)} x {day}" for value, day in parts)
    yield f"{title}: {'总分' if zh else 'total'} = ({added}) / {days} = {decimal_text(rules.total_rounding(total), 2)}"
    if rules.grades:
        published = rules.total_rounding(total)
        grade = next((one for one in rules.grades if one.low is None or published >= one.low), None)
        if grade is not None and not any(one.place is not None for one in rules.adjustments.lines):
            yield f"{'等级' if zh else 'grade'}: {grade.id}"
    kinds = {one.id: one.kind for one in rules.outcomes}
    for number, first in enumerate(counted[0].outcomes):
        if kinds.get(first.id) in ADDED and isinstance(first.published, Fraction):
            yield from _sum([one.outcomes[number] for one in counted], language)


def _sum(lines: Sequence[OutcomeLine], language: Language) -> Iterator[str]:
    values = [one.published for one in lines if isinstance(one.published, Fraction)]
    said = " + ".join(shown(one, lines[0].unit, language) for one in values)
    yield f"{lines[0].id}: {said} = {shown(sum(values, Fraction(0)), lines[0].unit, language)}"


def days_of(spell: Derivation) -> int:
    """How many days a spell has."""
    value = next(one.value for one in spell.attributes if one.name == "days")
    assert isinstance(value, Fraction)
    return int(value / DAY)
