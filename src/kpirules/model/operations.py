"""What built-in functions are made of: the few operations that every place that works with values already has.

A function's declaration says once how it is worked out from these (`Lowering`). The planner, the queries over
records and the bounds of values each bring their own kind of value and their own operations (`Operations`), so that
none of them knows a function by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from kpirules.numbers import Mode

T = TypeVar("T")


class Operations(Protocol[T]):
    """Operations on values of one kind. Missing in, missing out, unless said."""

    def least(self, one: T, other: T) -> T: ...

    def greatest(self, one: T, other: T) -> T: ...

    def absolute(self, one: T) -> T: ...

    def fallback(self, one: T, other: T) -> T:
        """The first, or the second where the first is missing."""
        ...

    def rounded(self, one: T, step: T, mode: Mode) -> T:
        """A multiple of the step; missing for a step of zero or less."""
        ...


class Lowering(Protocol):
    """How a function is worked out from its arguments."""

    def __call__(self, ops: Operations[T], values: Sequence[T]) -> T: ...


def folded(work: Callable[[Operations[T], T, T], T], ops: Operations[T], values: Sequence[T]) -> T:
    """Two by two, from the left."""
    found = values[0]
    for one in values[1:]:
        found = work(ops, found, one)
    return found
