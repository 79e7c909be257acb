"""A program as whole numbers, for the lanes. Constants that 64 bits cannot hold make it impossible: None."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from kpirules.matrix import Integers
from kpirules.numbers import Mode, Rounding
from kpirules.scoring.program import Entries, Kind, Op, Points, Program, Step, Steps, Want

_KINDS = {Kind.NUMBER: 0, Kind.TEXT: 1, Kind.TRUTH: 2, Kind.WHOLE: 3}
_WANTS = {Want.WHOLE: 0, Want.EXACT: 1, Want.TRUTH: 2, Want.GRADE: 3}
_MODES = {Mode.HALF_UP: 0, Mode.HALF_EVEN: 1, Mode.DOWN: 2, Mode.UP: 3}
_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class LaneCode:
    """The arrays that `lanes.run_lanes` documents, but for addresses."""

    code: Integers
    args: Integers
    constants: Integers
    inputs: Integers
    outputs: Integers


def encode(program: Program, steps: tuple[Fraction, ...]) -> LaneCode | None:
    """The program in whole numbers; `steps`: of what step each result is."""
    constants: list[int] = []
    args: list[int] = []
    code: list[tuple[int, int, int, int]] = []
    for step in program.steps:
        if step.op is Op.INPUT:
            assert isinstance(step.datum, int)
            code.append((0, 0, 0, step.datum))
            continue
        code.append((int(step.op), len(args), len(step.args), len(constants)))
        args.extend(step.args)
        constants.extend(_datum(step))
    inputs: list[tuple[int, int]] = []
    for source in program.sources:
        inputs.append((_KINDS[source.kind], len(constants)))
        constants.extend(source.codes if source.kind is Kind.TEXT else _pair(source.step))
    outputs = [
        (output.slot, _WANTS[output.want], step.numerator, step.denominator)
        for output, step in zip(program.outputs, steps, strict=True)
    ]
    if any(abs(number) >= _LIMIT for number in constants):
        return None
    return LaneCode(
        np.array(code, np.int64).reshape(-1, 4),
        np.array([*args, 0], np.int64),
        np.array([*constants, 0], np.int64),
        np.array(inputs, np.int64).reshape(-1, 2),
        np.array(outputs, np.int64).reshape(-1, 4),
    )


def _pair(value: Fraction | None) -> tuple[int, int]:
    return (0, 0) if value is None else (value.numerator, value.denominator)


def _pairs(values: Iterable[Fraction | None]) -> list[int]:
    return [number for value in values for number in _pair(value)]


def _datum(step: Step) -> list[int]:
    """A step's constants, in the order that the lanes read them."""
    match step.datum:
        case None | Fraction():
            return list(_pair(step.datum))
        case Rounding(unit, mode):
            return [*_pair(unit), _MODES[mode]]
        case Mode():
            return [_MODES[step.datum]]
        case Entries(entries, other):
            return [
                len(entries),
                *_pair(other),
                *_pairs(k for k, _ in entries),
                *_pairs(v for _, v in entries),
            ]
        case Steps(origin, sign, size, most):
            return [*_pair(origin), sign, *_pair(size), most]
        case Points(pieces, weight, instead, _):
            numbers = [len(pieces), *_pair(weight)]
            numbers += _pair(None if instead is None else min(max(instead, Fraction(0)), weight))
            for piece in pieces:
                numbers += [
                    *_pair(piece.high),
                    int(piece.closed),
                    *_pair(piece.slope),
                    *_pair(piece.intercept),
                ]
            return numbers
        case tuple() if step.op is Op.TOTAL:
            return _pairs(step.datum)
        case tuple():
            return [len(step.datum), *_pairs(step.datum)]
        case _:
            raise AssertionError(f"no whole numbers for {step}")
