"""A change attributed to the edits that make it, in parts that add up to it exactly.

The part of an edit is its Shapley value: what it adds to a figure, as the mean over all orders in which the edits can
be made. It is the one rule by which the parts add up, an edit that changes nothing gets nothing, two that do the same
get the same, parts of sums are sums of parts, and no order has to be chosen. It needs every choice of edits scored,
2 to the power of their number; beyond ALL_CHOICES of them the mean over two orders, first to last and last to first,
stands in, which adds up and gives nothing for nothing just so, with twice as many scorings as edits.

Everything is a whole number over one denominator, never a float.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

from kpirules.model.rules import Ruleset
from kpirules.policy.edits.edit import Edit
from kpirules.policy.hybrids import ALL_CHOICES, Choice, Hybrids, trails

#: Figures of a policy: numpy int64 (steps of a published rounding), or Python ints and Fractions in an object array.
Figures = npt.NDArray[np.int64] | npt.NDArray[np.object_]
#: The figures of one ruleset, as many for each. What is missing counts as 0: whether it is there is a figure of its own.
Measure = Callable[[Ruleset], Figures | Sequence[int | Fraction]]


@dataclass(frozen=True, slots=True)
class Part:
    """What a group of edits adds to each figure: `numerators / denominator`."""

    group: int
    edits: tuple[Edit, ...]
    numerators: Figures
    denominator: int

    def exact(self, place: int) -> Fraction:
        """The part of one figure."""
        return Fraction(self.numerators[place]) / self.denominator

    @property
    def nothing(self) -> bool:
        """Whether the edits change none of the figures."""
        return not np.any(self.numerators)


def attribute(hybrids: Hybrids, measure: Measure, *, nulls: bool = True) -> tuple[Part, ...]:
    """The parts of the change of each figure from the old policy to the new one, a part for each group of edits.

    For every figure the parts add up to new - old exactly. nulls: with parts that are 0 for every figure.
    measure is asked once for each choice that `scorings` counts; one result is held at a time, besides the parts.
    """
    count = len(hybrids.groups)
    denominator = factorial(count) if count <= ALL_CHOICES else 2
    sums: list[Figures] | None = None
    for chosen, factors in _weights(count) if count else ():
        figures = _figures(measure(hybrids.ruleset(chosen)), denominator)
        if sums is None:
            sums = [figures * 0 for _ in range(count)]
        for group, factor in enumerate(factors):
            if factor:
                sums[group] = sums[group] + figures * factor
    parts = [
        Part(group, hybrids.of(group), numerators, denominator) for group, numerators in enumerate(sums or ())
    ]
    return tuple(one for one in parts if nulls or not one.nothing)


def scorings(count: int) -> int:
    """How many choices of so many groups are scored."""
    return len(list(_weights(count))) if count else 0


def _weights(count: int) -> Iterator[tuple[Choice, tuple[int, ...]]]:
    """The choices to score, and by how much each enters the numerator of each group's part."""
    if count > ALL_CHOICES:
        yield from _two_orders(count)
        return
    for size in range(count + 1):
        gained = factorial(size - 1) * factorial(count - size) if size else 0
        lost = factorial(size) * factorial(count - size - 1) if size < count else 0
        for one in combinations(range(count), size):
            chosen = frozenset(one)
            yield chosen, tuple(gained if group in chosen else -lost for group in range(count))


def _two_orders(count: int) -> Iterator[tuple[Choice, tuple[int, ...]]]:
    """For each choice on the way forward and on the way back, the edit just made gains it and the next one starts there."""
    forward, backward = list(range(count)), list(reversed(range(count)))
    for chosen in trails(count):
        factors = [0] * count
        for order in (forward, backward):
            made = len(chosen)
            if chosen == frozenset(order[:made]):
                if made:
                    factors[order[made - 1]] += 1
                if made < count:
                    factors[order[made]] -= 1
        yield chosen, tuple(factors)


def _figures(given: Figures | Sequence[int | Fraction], denominator: int) -> Figures:
    """Figures as an array in which sums of so many of them fit."""
    if not isinstance(given, np.ndarray):
        found = np.empty(len(given), object)
        found[:] = list(given)
        return found
    if given.dtype == object:
        return given
    whole = given.astype(np.int64)
    most = max(abs(int(whole.max(initial=0))), abs(int(whole.min(initial=0))))
    return whole if most * denominator * 2 < 2**62 else whole.astype(object)
