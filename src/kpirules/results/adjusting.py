"""Adjustments on paper: the part of a derivation's text and JSON that is about bonuses, penalties and vetoes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kpirules.diagnostics import Language, Words
from kpirules.numbers import decimal_text
from kpirules.scoring.adjustments import Adjusted
from kpirules.scoring.explain_adjustments import AdjustmentLine

Limits = tuple[Fraction | None, Fraction | None, Fraction | None]


def effect(line: AdjustmentLine, language: Language) -> str:
    """What a line does, in a few words: `+ 6`, `- 1.5`, `holds: total at most 59`."""
    if line.kind != "veto":
        sign = "+" if line.kind == "bonus" else "-"
        return f"{sign} {_short(line.counted)}"
    if not line.holds:
        return Words("not held", "未触发").read(language)
    if line.grade is not None:
        return Words(f"grade at most {line.grade}", f"等级最多 {line.grade}").read(language)
    most = decimal_text(line.most or Fraction(0))
    return Words(f"total at most {most}", f"总分最多 {most}").read(language)


def steps(adjusted: Adjusted, limits: Limits, language: Language) -> list[str]:
    """From the total of the indicators to the one that is rounded, a line for each step that was made."""
    bonus, penalty, highest = limits
    found: list[str] = []
    if adjusted.bonus:
        most = "" if bonus is None else _most(bonus, language)
        found.append(f"{Words('bonuses', '加分').read(language)} + {_short(adjusted.bonus)}{most}")
    if adjusted.penalty:
        most = "" if penalty is None else _most(penalty, language)
        found.append(f"{Words('penalties', '减分').read(language)} - {_short(adjusted.penalty)}{most}")
    if found:
        sums = adjusted.base + adjusted.bonus - adjusted.penalty
        floor = Words(", not below 0", "，最低 0").read(language) if sums < 0 else ""
        found.append(f"= {_short(sums)}{floor}")
    if highest is not None and adjusted.limited != adjusted.plain:
        limit = decimal_text(highest)
        found.append(Words(f"total at most {limit}", f"总分最多 {limit}").read(language))
    for one in adjusted.vetoed:
        limit = decimal_text(one.most or Fraction(0))
        name = f"{one.id} {one.label}".rstrip()
        found.append(Words(f"total at most {limit}: {name}", f"总分最多 {limit}：{name}").read(language))
    return found


def record(line: AdjustmentLine, language: Language) -> Mapping[str, object]:
    """A line as plain values."""
    return {
        "id": line.id,
        "label": line.label,
        "kind": line.kind,
        "clauses": list(line.clauses),
        "holds": line.holds,
        "given": None if line.given is None else decimal_text(line.given),
        "at_most": None if line.most is None else decimal_text(line.most),
        "grade_at_most": line.grade,
        "published": decimal_text(line.published) if isinstance(line.published, Fraction) else line.published,
        "lowered": line.lowered,
        "because": line.because.read(language),
    }


def _most(limit: Fraction, language: Language) -> str:
    most = decimal_text(limit)
    return Words(f" (together at most {most})", f"（合计最多 {most}）").read(language)


def _short(value: Fraction) -> str:
    text = decimal_text(value)
    return text if "/" not in text and len(text) <= 10 else f"{decimal_text(value, 6)}…"
