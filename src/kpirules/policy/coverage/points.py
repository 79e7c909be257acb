"""What the tests of a policy should reach: every band, edge, level, branch, limit, veto, grade and missing case.

A point is a condition on one person in one period, written as the policy's own formulas are, so that the reference
says whether a test reaches it and a solver can look for facts that do. The few that no formula can say are marked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kpirules.diagnostics import Span, Words
from kpirules.model import expressions as e
from kpirules.policy.coverage.intervals import Interval


class Sort(StrEnum):
    """What kind of point it is, as `--format json` names it."""

    APPRAISED = "appraised"
    APPLIES = "applies"
    MISSING = "missing"
    DEFAULT = "default"
    TARGET = "target"
    BAND = "band"
    LEVEL = "level"
    EDGE = "edge"
    DEDUCTION = "deduction"
    POINTS = "points"
    BRANCH = "branch"
    RULE = "rule"
    ENTRY = "entry"
    VETO = "veto"
    ADJUSTMENT = "adjustment"
    LIMIT = "limit"
    GRADE = "grade"
    QUOTA = "quota"
    CONSEQUENCE = "consequence"


class Mark(StrEnum):
    """What a condition cannot say. LEFT_OUT: nothing is given for the input. CUT: the total was cut to its limit.

    LIMITED: the grade is not the one that the person's own total and vetoes give.
    """

    LEFT_OUT = "left out"
    CUT = "cut"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Point:
    """owner: the name that the policy gives to what the point belongs to; label: what readers call that.

    condition: of a person in a period, or in every shorter period of a kind (`grain`). of, interval: the value that must
    lie somewhere, for telling how near the tests come. anyone: people to whom the policy does not apply count too.
    number: among those of its owner and sort at its place, so that it is known again when parameters change.
    """

    owner: str
    label: str
    sort: Sort
    words: Words
    span: Span
    condition: e.Expr
    of: e.Expr | None = None
    interval: Interval | None = None
    grain: str | None = None
    anyone: bool = False
    mark: Mark | None = None
    number: int = 0

    def __hash__(self) -> int:
        return hash(self.key)  # not of the whole condition: points are kept in sets

    @property
    def key(self) -> tuple[str, Sort, Span, int]:
        """What stays the same when parameters are set."""
        return self.owner, self.sort, self.span, self.number

    def where(self, guard: e.Expr | None) -> Point:
        """The same point for those alone of whom a condition holds."""
        if guard is None:
            return self
        return replace(self, condition=e.Logic("and", guard, self.condition, self.condition.span))
