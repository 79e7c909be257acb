"""Registers and instructions while machine code is written: who holds what, and what is free again.

Knows nothing of what instructions mean or prove; that is `lowering`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from kpirules.scoring.machine import Code, MachineCode
from kpirules.scoring.program import Kind, Program, Want

_STRIDES = {Kind.NUMBER: 8, Kind.TEXT: 4, Kind.TRUTH: 1, Kind.WHOLE: 8}


@dataclass(slots=True)
class Registers:
    """The machine code of a program as far as it is written."""

    program: Program
    rows: list[tuple[Code, int, int, int, int, int]] = field(default_factory=list)
    constants: list[float] = field(default_factory=lambda: [0.0])
    fills: list[float] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    temporaries: list[int] = field(default_factory=list)
    checks: list[tuple[list[int], list[int]]] = field(default_factory=list)
    scratch: int = 0
    steps_of: list[Fraction] = field(default_factory=list)

    # Registers: sources and results have their final numbers; constants and scratch are numbered apart
    # (odd and even negatives) until all are known.

    def _result(self, place: int) -> int:
        return len(self.program.sources) + place

    def _fill(self, value: float) -> int:
        for index, there in enumerate(self.fills):
            if there == value or (there != there and value != value):
                return -1 - 2 * index
        self.fills.append(value)
        return 1 - 2 * len(self.fills)

    def _new(self) -> int:
        if self.free:
            return self.free.pop()
        self.scratch += 1
        return -2 * self.scratch

    def _real(self, register: int) -> int:
        base = len(self.program.sources) + len(self.program.outputs)
        if register >= 0:
            return register
        if register % 2:
            return base + (-1 - register) // 2
        return base + len(self.fills) + (-register) // 2 - 1

    def _placed(self, row: tuple[Code, int, int, int, int, int]) -> tuple[int, ...]:
        op, d, a, b, c, k = row
        return (int(op), self._real(d), self._real(a), self._real(b), self._real(c), k)

    def _emit(self, op: Code, d: int = 0, a: int = 0, b: int = 0, c: int = 0, k: Sequence[float] = ()) -> int:
        at = len(self.constants)
        self.constants.extend(k)
        self.rows.append((op, d, a, b, c, at if k else 0))
        return at

    def _temporary(self, register: int) -> int:
        """This register is needed within the step at hand only."""
        self.temporaries.append(register)
        return register

    def _simple(self, op: Code, registers: list[int], k: Sequence[float] = ()) -> int:
        d = self._new()
        a, b, c = (*registers, 0, 0, 0)[:3]
        self._emit(op, d, a, b, c, k)
        return d

    def _assembled(self) -> MachineCode:
        """The code with final register numbers."""
        sources, results = len(self.program.sources), len(self.program.outputs)
        table = [self._placed(row) for row in self.rows]
        strides = [_STRIDES[source.kind] for source in self.program.sources]
        strides += [1 if output.want in (Want.TRUTH, Want.GRADE) else 8 for output in self.program.outputs]
        strides += [0] * (len(self.fills) + self.scratch)
        constants = self.constants + [0.0] * 32
        for where, registers in self.checks:
            for at, register in zip(where, registers, strict=True):
                constants[at] = float(self._real(register))
        return MachineCode(
            np.array(table, np.int64).reshape(-1, 6),
            np.array(constants, np.float64),
            np.array(strides, np.int64),
            np.array(self.fills, np.float64),
            sources,
            results,
            self.scratch,
            tuple(self.steps_of),
        )
