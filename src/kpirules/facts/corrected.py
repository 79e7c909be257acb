"""A fact that was corrected after the run: what it was, what it is, why and on what evidence."""

from __future__ import annotations

from dataclasses import dataclass

from kpirules.diagnostics import Cell, Words, where
from kpirules.model.expressions import Value
from kpirules.units import Unit


@dataclass(frozen=True, slots=True)
class Correction:
    """One fact of one person. fact: its name in the policy; measure: it is one. place: of the row that says so.

    was, now: old and new in words. grain: the kind of shorter period that it is of. earlier: one of the same fact that
    was made before.
    """

    staff: str
    period: str
    fact: str
    label: str
    unit: Unit
    old: Value | None
    new: Value | None
    was: Words
    now: Words
    reason: str
    evidence: str
    place: Cell
    measure: bool = False
    grain: str | None = None
    earlier: Correction | None = None

    @property
    def words(self) -> Words:
        """What stands beside the fact in a statement."""
        reason = Words(f"; reason: {self.reason}", f"；原因：{self.reason}")
        evidence = Words(f"; evidence: {self.evidence}", f"；依据：{self.evidence}")
        if not self.evidence:
            evidence = Words()
        before = Words() if self.earlier is None else self.earlier.words
        before = Words(f"; {before.en}", f"；{before.zh}") if before.en else before
        return Words(
            f"corrected, {self.was.en} before{reason.en}{evidence.en}; {where(self.place, 'en')}{before.en}",
            f"已更正，原为 {self.was.zh}{reason.zh}{evidence.zh}；{where(self.place, 'zh')}{before.zh}",
        )
