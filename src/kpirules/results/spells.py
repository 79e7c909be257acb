"""The statement of a period that the policy scores in spells: the published result, and the spells that it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kpirules.diagnostics import Words
from kpirules.model.rules import Indicator, Ruleset
from kpirules.model.wording import valued
from kpirules.plugin.report import OutcomeShown, Statement, StatementLine
from kpirules.results.exactly import decimal
from kpirules.results.policy_info import sections_of
from kpirules.results.together import days_of, together
from kpirules.scoring.explain import Derivation

_MEAN = Words("the mean of the spells by their days", "各段按天数的平均值")
_ADDED = Words("added up over the spells, or that of the last one", "各段合计，或取最后一段")


def spell_title(spell: Derivation, split: str) -> Words:
    """What tells a spell from the others: the value that the period is split by, and its days."""
    value = next((one.value for one in spell.attributes if one.name == split), None)
    days = days_of(spell)
    told = "" if value is None else f"{value}, "
    told_zh = "" if value is None else f"{value}，"
    return Words(f"{told}{days} day{'' if days == 1 else 's'}", f"{told_zh}{days} 天")


def whole_statement(
    rules: Ruleset, spells: Sequence[Derivation], parts: Sequence[Statement], published: Mapping[str, Any]
) -> Statement:
    """published: the row of the report's table; spells and parts: of each spell, in order of time."""
    first = parts[0]
    told = tuple(
        Words(en, zh)
        for en, zh in zip(together(spells, rules, "en"), together(spells, rules, "zh"), strict=True)
    )
    grade = published["grade"]
    labels = {one.id: one.label for one in rules.grades}
    lines = tuple(_line(one, parts, published[one.id], rules) for one in rules.indicators)
    return Statement(
        row=first.row,
        staff=first.staff,
        period=first.period,
        appraised=any(one.appraised for one in parts),
        attributes=first.attributes,
        lines=lines,
        adjustments=(),
        total_steps=told[:1],
        total=published["total"],
        grade=grade,
        grade_label=labels.get(grade, ""),
        grade_because=(),
        outcomes=tuple(_outcomes(rules, parts, published)),
        text=(*(line for one in parts for line in (*one.text, Words())), *told),
        title=Words(),
        parts=tuple(parts),
    )


def _line(
    one: Indicator, parts: Sequence[Statement], points: Decimal | None, rules: Ruleset
) -> StatementLine:
    own = [line for part in parts for line in part.lines if line.id == one.id and line.applies]
    weight = decimal(one.weight)
    rule = own[0].rule if own else ""
    return StatementLine(
        id=one.id,
        label=one.label,
        section=None if one.section is None else sections_of(rules).get(one.section, one.section),
        applies=bool(own),
        missing=bool(own) and all(line.missing for line in own),
        weight=weight,
        points=points,
        unrounded=None,
        lost=None if points is None else weight - points,
        target=own[0].target if own else Words(),
        measure=Words(),
        because=_MEAN
        if own
        else next(line.because for line in parts[0].lines if line.id == one.id)
        if parts[0].lines
        else Words(),
        rule=rule,
        clauses=one.clauses,
        notes=one.notes,
        facts=(),
    )


def _outcomes(
    rules: Ruleset, parts: Sequence[Statement], published: Mapping[str, Any]
) -> Iterator[OutcomeShown]:
    """Further results as published."""
    told = next((part.outcomes for part in reversed(parts) if part.outcomes), ())
    units = {one.id: one.unit for one in rules.outcomes}
    for one in told:
        value = published[one.id]
        exact = Fraction(value) if isinstance(value, Decimal) else value
        known = exact is None or isinstance(exact, Fraction | str | bool)
        shown = valued(exact, units[one.id], rules.currency) if known else Words(str(value), str(value))
        number = value if isinstance(value, Decimal) else None
        yield OutcomeShown(one.id, one.label, shown, number, one.formula, _ADDED, ())
