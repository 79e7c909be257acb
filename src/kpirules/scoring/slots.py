"""The operations that built-in functions are made of, as steps of a program."""

from __future__ import annotations

from dataclasses import dataclass

from kpirules.numbers import Mode, Rounding
from kpirules.scoring.program import Assembler, Op


@dataclass(frozen=True, slots=True)
class SlotOperations:
    """Works on slot numbers; see `model.operations`."""

    code: Assembler

    def least(self, one: int, other: int) -> int:
        return self.code.step(Op.LEAST, one, other)

    def greatest(self, one: int, other: int) -> int:
        return self.code.step(Op.GREATEST, one, other)

    def absolute(self, one: int) -> int:
        return self.code.step(Op.ABSOLUTE, one)

    def fallback(self, one: int, other: int) -> int:
        return self.code.step(Op.FALLBACK, one, other)

    def rounded(self, one: int, step: int, mode: Mode) -> int:
        if not self.code.is_constant(step):
            return self.code.step(Op.ROUND_BY, one, step, datum=mode)
        size = self.code.constant_at(step)
        if size is None or size <= 0:
            return self.code.constant(None)
        return self.code.step(Op.ROUND, one, datum=Rounding(size, mode))
