"""What would have been needed for the next grade, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.model.expressions import Value
from kpirules.model.rules import Ruleset
from kpirules.model.wording import valued
from kpirules.numbers import decimal_text
from kpirules.results.levers import Lever
from kpirules.results.next_grade import Instead, NextGrade
from kpirules.results.quotes import Quotes


def next_grade_told(found: NextGrade | None, rules: Ruleset, quotes: Quotes) -> tuple[Words, ...]:
    """One sentence each; nothing where there is no better grade."""
    return () if found is None else tuple(_told(found, rules, quotes))


def _told(found: NextGrade, rules: Ruleset, quotes: Quotes) -> Iterator[Words]:
    grade = rules.grades[found.grade]
    name = f"{grade.id} {grade.label}".rstrip()
    if found.needed is not None:
        needed = decimal_text(found.needed)
        short = decimal_text(found.needed - found.total)
        whom = Words(", given who else has it", "，以其他人不变计") if found.limited else Words()
        yield Words(
            f"next grade: {name}, with a total of {needed}{whom.en}: {short} more",
            f"下一等级：{name}，总分需达 {needed}{whom.zh}：还差 {short}",
        )
    else:
        yield Words(f"next grade: {name}; no total would be enough", f"下一等级：{name}；总分再高也不够")
    if found.vetoes:
        yield Words(
            f"while it holds, {', '.join(found.vetoes)} stands in the way",
            f"{'、'.join(found.vetoes)} 触发期间无法达到",
        )
    for one in found.instead:
        yield _instead(one, rules, quotes)
    if found.asked and not found.instead:
        yield Words("no single fact would have been enough by itself", "没有任何单项事实本身就足够")


def _instead(one: Instead, rules: Ruleset, quotes: Quotes) -> Words:
    name, grade, total = _name(one.lever, quotes), rules.grades[one.grade].id, decimal_text(one.total, 2)
    then, now = (_value(value, one.lever, rules) for value in (one.value, one.lever.now))
    return Words(
        f"with {name.en} {then.en} instead of {now.en}, everything else the same: total {total}, grade {grade}",
        f"若{name.zh}为 {then.zh} 而不是 {now.zh}，其他不变：总分 {total}，等级 {grade}",
    )


def _name(lever: Lever, quotes: Quotes) -> Words:
    if lever.fact is None:
        return Words(f"a measure of {lever.label} of", f"“{lever.label}”的度量")
    name = lever.label or ("" if lever.formula is None else quotes.of(lever.formula)) or lever.fact
    return Words(f'"{name}"', f"“{name}”")


def _value(value: Value, lever: Lever, rules: Ruleset) -> Words:
    shown = valued(value, lever.unit, rules.currency)
    if lever.of is None or not isinstance(value, Fraction):
        return shown
    count = decimal_text(value * lever.of)
    return Words(f"{shown.en} ({count} of {lever.of})", f"{shown.zh}（{lever.of} 条中的 {count} 条）")
