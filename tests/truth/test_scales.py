"""Scales of tax systems: step, marginal, interpolated; written in the language, they give the published results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest

from tests.truth.sources import FRAME, absent, holds, read

FILE = "openfisca_scales.json"
Brackets = Sequence[tuple[int, str]]


def flat(brackets: Brackets) -> Iterator[str]:
    """One entry from each threshold up to below the next, nothing below the first."""
    for (low, entry), (high, _) in pairwise(brackets):
        yield f"  from {low} to below {high} : {entry}"
    yield f"  from {brackets[-1][0]} : {brackets[-1][1]}"
    yield "  otherwise : 0"


def written(scale: str, brackets: Brackets) -> Iterator[str]:
    yield "input x : number"
    match scale:
        case "step" | "band_rate":
            yield "table scale : number by number"
            yield from flat(brackets)
            yield "measure result = scale[x]"
        case "marginal_rate":
            yield "table scale : number by number marginal"
            yield from flat(brackets)
            yield "measure result = scale[x]"
        case "linear_average_rate":
            yield "table average : number by number"
            for place, ((low, start), (high, end)) in enumerate(pairwise(brackets)):
                yield f"  {'from' if place == 0 else 'over'} {low} to {high} : {start} to {end}"
            yield "  otherwise : missing"
            yield "measure result = x * average[x]"
        case "cumulative_step":
            yield "decision result : number, collect sum"
            for low, amount in brackets:
                yield f"  when x >= {low} : {amount}"


def published() -> list[Any]:
    return read(FILE) or []


@absent(FILE)
@pytest.mark.parametrize("number", range(len(published())))
def test_a_scale_gives_the_published_results(number: int) -> None:
    one = published()[number]
    lines = [*written(one["scale_type"], one["brackets"])]
    for place, (given, expected) in enumerate(zip(one["inputs"], one["expected"], strict=True)):
        lines += [f'test "{place + 1}"', f"  given x = {given}", f"  expect result = {expected}"]
    holds(FRAME + "\n".join(lines) + "\n")
