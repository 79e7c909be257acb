"""What the parts of the solver ask of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.periods import Period
from kpirules.policy.coverage.intervals import Interval
from kpirules.policy.coverage.stated import At, Facts


class Turning(Protocol):
    """The solver: it settles facts so that an expression has a value."""

    rules: Ruleset
    period: Period

    def holding(self, expr: e.Expr, want: bool, facts: Facts, at: At) -> Iterator[Facts]: ...

    def valued(self, expr: e.Expr, value: e.Value, facts: Facts, at: At) -> Iterator[Facts]: ...

    def within(self, expr: e.Expr, interval: Interval, facts: Facts, at: At) -> Iterator[Facts]: ...

    def present(self, expr: e.Expr, facts: Facts, at: At) -> Iterator[Facts]: ...

    def missing(self, expr: e.Expr, facts: Facts, at: At) -> Iterator[Facts]: ...

    def applying(self, facts: Facts, at: At) -> Iterator[Facts]: ...

    def typical(self, expr: e.Expr) -> Iterator[e.Value]: ...
