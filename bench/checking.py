"""Holds the scores of sampled rows against exact arithmetic, for every kind of data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import rivals
from bench.policy import FLAVOURS, facts, policy
from kpirules.matrix import MISSING, Result
from kpirules.scoring import reference
from kpirules.scoring.run import score


def wrong_cells(rows: int) -> Iterator[tuple[str, int, int, int]]:
    """Per kind of data: cells compared, cells that differ, and rows whose total plain floats get wrong."""
    rules = policy()
    for flavour in FLAVOURS:
        table = facts(rows, flavour, seed=11)
        ours, exact = score(rules, table), reference.score(rules, table)
        pairs: list[tuple[npt.NDArray[Any], npt.NDArray[Any]]] = [
            (ours.points[name].values, exact.points[name].values) for name in exact.points
        ]
        pairs += [(ours.total.values, exact.total.values), (ours.grade, exact.grade)]
        for name, outcome in exact.outcomes.items():
            pairs.append((ours.outcomes[name].values, outcome.values))
            assert isinstance(outcome, Result)
        wrong = sum(int((one != other).sum()) for one, other in pairs)
        columns = {
            name: one.values if one.divisor is None else one.values / one.divisor
            for name, one in table.columns.items()
        }
        total = rivals.in_numpy(columns)["total"]
        there = exact.total.values != MISSING
        plain = int((np.rint(total[there] * 100) != exact.total.values[there]).sum())
        yield flavour, sum(len(one) for one, _ in pairs), wrong, plain
