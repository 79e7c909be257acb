"""Why a total was adjusted: a part of `explain`, for bonuses, penalties and vetoes of one row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.model.expressions import Value
from kpirules.model.rules import Adjustment
from kpirules.numbers import decimal_text
from kpirules.scoring.reference import Reference
from kpirules.units import Unit


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """One line of the adjustments for one person.

    given: points before the line's own limit (None: missing, or not given); counted: as they count in the total.
    holds: of a veto or of a line with a condition (None: unknown). lowered: a veto that changed the total or
    the grade. grade, most: the limit of a veto, or of a line's points.
    """

    id: str
    label: str
    kind: str
    clauses: tuple[str, ...]
    rule: Span
    given: Fraction | None
    counted: Fraction
    published: Value | None
    unit: Unit
    holds: bool | None
    lowered: bool
    grade: str | None
    most: Fraction | None
    because: Words


def line(reference: Reference, one: Adjustment, row: int) -> AdjustmentLine:
    """The line of one row that has a total."""
    value = reference.value(one.value, row)
    holds = True if one.condition is None else _truth(reference.value(one.condition, row))
    given = None
    if one.kind == "veto":
        holds = _truth(value)
    elif holds:
        found = reference.value(one.given, row)
        given = found if isinstance(found, Fraction) else None
    found_total = reference.adjusted_total(row)
    lowered = found_total is not None and one in found_total.vetoed
    if one.place is not None:
        lowered = holds is True and reference.graded_without_veto(row) < one.place
    return AdjustmentLine(
        id=one.id,
        label=one.label,
        kind=one.kind,
        clauses=one.clauses,
        rule=one.rule_span,
        given=given,
        counted=value if isinstance(value, Fraction) else Fraction(0),
        published=reference.outcome(one.id, row),
        unit=one.unit,
        holds=holds,
        lowered=lowered,
        grade=None if one.place is None else reference.rules.grades[one.place].id,
        most=one.most,
        because=_because(one, holds, given, lowered),
    )


def _truth(value: Value | None) -> bool | None:
    return value if isinstance(value, bool) else None


def _because(one: Adjustment, holds: bool | None, given: Fraction | None, lowered: bool) -> Words:
    if holds is None:
        return Words("not known: a fact is missing, so it is not made", "未知：事实缺失，不作调整")
    if not holds:
        return Words("the condition does not hold", "条件不成立")
    if one.kind == "veto":
        if lowered:
            return Words("holds, and lowers the result", "成立，结果因此降低")
        return Words("holds, and the result is no better anyway", "成立，但结果本来就不高于此限")
    if given is None:
        return Words("a fact is missing, so it is not made", "事实缺失，不作调整")
    if given < 0:
        return Words("below 0, so 0", "小于 0，计 0 分")
    points = _short(given)
    if one.most is not None and given > one.most:
        most = decimal_text(one.most)
        return Words(f"{points} points, but at most {most}", f"{points} 分，但最多 {most} 分")
    word = "point" if given == 1 else "points"
    return Words(f"{points} {word}", f"{points} 分")


def _short(value: Fraction) -> str:
    text = decimal_text(value)
    return text if "/" not in text and len(text) <= 10 else f"{decimal_text(value, 6)}…"
