"""Adjustments as steps of a program: a part of `plan`. What they mean is said in `reference`.

Only operations that other formulas use too. Every function takes `slot`, which gives the slot of an expression.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from kpirules.model.expressions import Expr
from kpirules.model.rules import Adjustment, Adjustments, Grade
from kpirules.numbers import Rounding
from kpirules.scoring.program import Assembler, Op

SlotOf = Callable[[Expr], int]


def adjusted_total(rules: Adjustments, code: Assembler, total: int, slot: SlotOf) -> int:
    """The total with its adjustments, before it is rounded; missing where it was."""
    if not rules.changes:
        return total
    zero = code.constant(Fraction(0))

    def together(kind: str, limit: Fraction | None) -> int | None:
        found: int | None = None
        for one in rules.lines:
            if one.kind == kind:
                value = code.step(Op.FALLBACK, slot(one.value), zero)
                found = value if found is None else code.step(Op.ADD, found, value)
        return found if found is None or limit is None else _least(code, found, limit)

    bonus, penalty = together("bonus", rules.bonus), together("penalty", rules.penalty)
    if bonus is not None:
        total = code.step(Op.ADD, total, bonus)
    if penalty is not None:
        total = code.step(Op.GREATEST, code.step(Op.SUBTRACT, total, penalty), zero)
    if rules.total is not None:
        total = _least(code, total, rules.total)
    for one in rules.lines:
        if one.kind == "veto" and one.most is not None:
            total = _vetoed(code, total, one.most, slot(one.value))
    return total


def published(one: Adjustment, code: Assembler, total: int, slot: SlotOf, rounding: Rounding) -> int:
    """What is published of a line: its points, or whether a veto holds; nothing where there is no total."""
    value = slot(one.value)
    if one.kind != "veto":
        value = code.step(Op.ROUND, value, datum=rounding)
    return code.step(Op.GATE, value, code.step(Op.PRESENT, total))


def lows(grades: tuple[Grade, ...], rounding: Rounding) -> tuple[Fraction | None, ...]:
    """The least published totals of the grades."""
    return tuple(None if one.low is None else -(-one.low // rounding.step) * rounding.step for one in grades)


def graded_total(
    rules: Adjustments, code: Assembler, total: int, slot: SlotOf, least: tuple[Fraction | None, ...]
) -> int:
    """The total from which the grade is given: where a veto limits the grade, no better than that grade's least."""
    below = min((low for low in least if low is not None), default=Fraction(0)) - 1
    for one in rules.lines:
        if one.place is not None:
            low = least[one.place]
            total = _vetoed(code, total, below if low is None else low, slot(one.value))
    return total


def place(code: Assembler, total: int, least: tuple[Fraction | None, ...]) -> int:
    """The grade's place in the list, as a number; missing where no grade reaches so low."""
    if not least:
        return code.constant(None)
    found = code.step(Op.MULTIPLY, total, code.constant(Fraction(0)))  # missing where the total is
    for low in least:
        if low is not None:
            found = code.step(Op.ADD, found, code.step(Op.BELOW, total, code.constant(low)))
    last = least[-1]
    return (
        found
        if last is None
        else code.step(Op.GATE, found, code.step(Op.AT_MOST, code.constant(last), total))
    )


def _least(code: Assembler, slot: int, limit: Fraction) -> int:
    return code.step(Op.LEAST, slot, code.constant(limit))


def _vetoed(code: Assembler, total: int, limit: Fraction, condition: int) -> int:
    holds = code.step(Op.FALLBACK, condition, code.constant(Fraction(0)))
    return code.step(Op.SELECT, holds, _least(code, total, limit), total)
