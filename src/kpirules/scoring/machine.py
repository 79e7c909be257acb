"""The instructions of the block machine, as data: what `lowering` writes and `kernels` runs.

A register is a run of numbers, one for each row of the block at hand: a column, a result, or scratch.
Float registers hold NaN where a value is missing; truth is 1.0 or 0.0. Nothing here imports numba.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt


class Code(IntEnum):
    """One loop over a block. d, a, b, c are registers; k are its constants."""

    TEXTS = 0  # d = k[code] of an int32 column, missing where the code is negative
    TRUTHS = 1  # d = an int8 column
    WHOLES = 2  # d = an int64 column times k0 / k1
    NEGATE = 3
    ADD = 4
    SUBTRACT = 5
    MULTIPLY = 6
    DIVIDE = 7  # missing where b is zero
    RATIO = 8  # of a and b as whole numbers of 1/k0: correctly rounded
    AT_MOST = 9
    BELOW = 10
    EQUAL = 11
    AND = 12
    OR = 13
    NOT = 14
    PRESENT = 15
    SELECT = 16
    LEAST = 17
    GREATEST = 18
    ABSOLUTE = 19
    FALLBACK = 20
    GATE = 21
    SNAP = 22  # d = the multiple of 1/k0 nearest to a
    GUARD = 23  # doubt rows where a is not a multiple of 1/k2 (0: any) from k0 to k1
    NEAR = 24  # doubt rows where a and b are within k0 + k1 * |b|
    TABLE = 25  # k: count, other, keys, values
    STEPS = 26  # k: see `lowering`
    CURVE = 27  # k: as SCORE
    SCORE1 = 28  # points by a curve of one piece (3, 8): publish, add to the sums of points and of weights
    SCORE3 = 29
    SCORE8 = 30
    SHARE = 31  # d = a / b, missing where b is zero; both sums made here
    PUBLISH = 32  # round to whole steps
    GRADES = 33
    FLAGS = 34  # d (int8) = a
    EMIT = 35  # d (int64) = a as whole numbers of 1/k0
    ZERO = 36
    DOUBT = 37  # doubt every row
    STREAM = 38  # d (a result) = a, past the caches: nobody reads a finished result soon


#: Where a SCORE or CURVE instruction keeps its constants.
WEIGHT, SCALE, SHIFT, WINDOW, DECIMALS, EDGES = 0, 1, 2, 3, 4, 5
SLOPES, INTERCEPTS, SCORE_SIZE = EDGES + 7, EDGES + 15, EDGES + 23

#: Where a PUBLISH instruction keeps its constants; pairs of a register and a scale to check follow.
(P_SCALE, P_SHIFT, P_ERROR, P_RELATIVE, P_UP, P_EVEN, P_SURE, P_CHECKS, P_PAIRS) = range(9)


@dataclass(frozen=True, slots=True)
class MachineCode:
    """Instructions over registers: sources first, then results, then constants, then scratch.

    code: a row per instruction: operation, registers d, a, b, c, and where its constants begin.
    fills: the constants, in the order of their registers. strides: bytes from row to row (0: the register
    is the block's own). steps: of what step each whole-numbered result is.
    """

    code: npt.NDArray[np.int64]
    constants: npt.NDArray[np.float64]
    strides: npt.NDArray[np.int64]
    fills: npt.NDArray[np.float64]
    sources: int
    results: int
    scratch: int
    steps: tuple[Fraction, ...]
