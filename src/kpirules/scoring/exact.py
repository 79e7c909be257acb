"""The meaning of a program's steps in rational arithmetic, and the rows that need it.

The few rows that neither the kernels nor the machine-integer lanes can decide are worked out here. It reads
a program, not the model: the definition of the language is `reference`, and the two meet only in tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from kpirules.model.forms import Piece
from kpirules.numbers import Mode, Rounding
from kpirules.scoring.program import Entries, Op, Points, Program, Step, Steps

Number = Fraction | None
ONE, ZERO = Fraction(1), Fraction(0)


def evaluate(program: Program, inputs: Sequence[Number]) -> list[Number]:
    """The value of every slot of one row, from the values of its sources."""
    slots: list[Number] = []
    for step in program.steps:
        if step.op is Op.INPUT:
            assert isinstance(step.datum, int)
            slots.append(inputs[step.datum])
        else:
            slots.append(meaning(step, [slots[arg] for arg in step.args]))
    return slots


def meaning(step: Step, values: list[Number]) -> Number:
    """One step's value from its arguments' values."""
    special = _SPECIAL.get(step.op)
    if special is not None:
        return special(step, values)
    known = [value for value in values if value is not None]
    return _STRICT[step.op](step, known) if len(known) == len(values) else None


def _truth(value: bool) -> Fraction:
    return ONE if value else ZERO


def _decided_by(decisive: Fraction) -> Callable[[Step, list[Number]], Number]:
    def logic(step: Step, values: list[Number]) -> Number:
        if decisive in values:
            return decisive
        return None if None in values else ONE - decisive

    return logic


def _constant(step: Step, values: list[Number]) -> Number:
    assert step.datum is None or isinstance(step.datum, Fraction)
    return step.datum


def _present(step: Step, values: list[Number]) -> Number:
    return _truth(values[0] is not None)


def _select(step: Step, values: list[Number]) -> Number:
    return None if values[0] is None else values[1] if values[0] else values[2]


def _fallback(step: Step, values: list[Number]) -> Number:
    return values[0] if values[0] is not None else values[1]


def _gate(step: Step, values: list[Number]) -> Number:
    return values[0] if values[1] == ONE else None


def _points(step: Step, values: list[Number]) -> Number:
    rule = step.datum
    assert isinstance(rule, Points)
    if values[1] != ONE:
        return None
    found = rule.instead if values[0] is None else curve(rule.pieces, values[0])
    return None if found is None else min(max(found, ZERO), rule.weight)


def _total(step: Step, values: list[Number]) -> Number:
    assert isinstance(step.datum, tuple)
    counted = [
        (points, weight) for points, weight in zip(values, step.datum, strict=True) if points is not None
    ]
    present = sum((weight for _, weight in counted), ZERO)
    return sum((points for points, _ in counted), ZERO) / present * 100 if present else None


def _grade(step: Step, values: list[Number]) -> Number:
    assert isinstance(step.datum, tuple)
    total = values[0]
    if total is None:
        return None
    fitting = (i for i, low in enumerate(step.datum) if low is None or total >= low)
    place = next(fitting, None)
    return None if place is None else Fraction(place)


_SPECIAL: dict[Op, Callable[[Step, list[Number]], Number]] = {
    Op.CONSTANT: _constant,
    Op.AND: _decided_by(ZERO),
    Op.OR: _decided_by(ONE),
    Op.PRESENT: _present,
    Op.SELECT: _select,
    Op.FALLBACK: _fallback,
    Op.GATE: _gate,
    Op.POINTS: _points,
    Op.TOTAL: _total,
    Op.GRADE: _grade,
}


def curve(pieces: tuple[Piece, ...], x: Fraction) -> Fraction:
    """The value of the first piece that holds x."""
    for piece in pieces:
        if piece.high is None or x < piece.high or (piece.closed and x == piece.high):
            return piece.slope * x + piece.intercept
    raise AssertionError("the last piece of a curve has no end")


def _table(step: Step, values: list[Fraction]) -> Number:
    rule = step.datum
    assert isinstance(rule, Entries)
    return next((value for key, value in rule.entries if key == values[0]), rule.other)


def _steps(step: Step, values: list[Fraction]) -> Number:
    rule = step.datum
    assert isinstance(rule, Steps)
    beyond = max(ZERO, rule.sign * (values[0] - rule.origin)) / rule.step
    return Fraction(min(rule.most, beyond.numerator // beyond.denominator))


def _round(step: Step, values: list[Fraction]) -> Number:
    assert isinstance(step.datum, Rounding)
    return step.datum(values[0])


def _round_by(step: Step, values: list[Fraction]) -> Number:
    assert isinstance(step.datum, Mode)
    return Rounding(values[1], step.datum)(values[0]) if values[1] > 0 else None


_STRICT: dict[Op, Callable[[Step, list[Fraction]], Number]] = {
    Op.NEGATE: lambda step, v: -v[0],
    Op.ADD: lambda step, v: v[0] + v[1],
    Op.SUBTRACT: lambda step, v: v[0] - v[1],
    Op.MULTIPLY: lambda step, v: v[0] * v[1],
    Op.DIVIDE: lambda step, v: v[0] / v[1] if v[1] else None,
    Op.AT_MOST: lambda step, v: _truth(v[0] <= v[1]),
    Op.BELOW: lambda step, v: _truth(v[0] < v[1]),
    Op.EQUAL: lambda step, v: _truth(v[0] == v[1]),
    Op.NOT: lambda step, v: ONE - v[0],
    Op.LEAST: lambda step, v: min(v),
    Op.GREATEST: lambda step, v: max(v),
    Op.ABSOLUTE: lambda step, v: abs(v[0]),
    Op.ROUND: _round,
    Op.ROUND_BY: _round_by,
    Op.TABLE: _table,
    Op.STEPS: _steps,
}
