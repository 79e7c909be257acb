"""The law of the scoring room: kernels, lanes and exact rows together equal the reference on every cell."""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest import mock

import numpy as np
import pytest
from hypothesis import given

from kpirules.matrix import Flags, Labels, Result, ScoreMatrix, StaffPeriodMatrix
from kpirules.model.rules import Ruleset
from kpirules.scoring import reference, run
from kpirules.scoring.run import score
from tests.scoring import generated


def published(scores: ScoreMatrix) -> dict[str, list[object]]:
    """Every published number, by name; of texts the numbers and what they stand for."""
    found: dict[str, list[object]] = {"rows": scores.rows.tolist(), "grade": scores.grade.tolist()}
    results: dict[str, Result | Flags | Labels] = {
        **scores.points,
        **scores.adjustments,
        "total": scores.total,
        **scores.outcomes,
    }
    texts: dict[str, list[object]] = {
        f"texts of {name}": list(one.choices) for name, one in results.items() if isinstance(one, Labels)
    }
    return found | texts | {name: result.values.tolist() for name, result in results.items()}


@given(generated.rulesets(), generated.matrices())
def test_every_cell_equals_the_reference(rules: Ruleset, facts: StaffPeriodMatrix) -> None:
    assert_all_agree(rules, facts)


def assert_all_agree(rules: Ruleset, facts: StaffPeriodMatrix) -> bool:
    """Kernels, lanes and fractions publish what the reference does; False where the result is too large for all."""
    try:
        expected = published(reference.score(rules, facts))
    except OverflowError:  # an amount that 64 bits cannot hold: neither publishes it
        with pytest.raises(OverflowError):
            score(rules, facts)
        return False
    assert published(score(rules, facts)) == expected
    with every_row_doubted():
        assert published(score(rules, facts)) == expected
    with every_row_doubted(), every_row_left():
        assert published(score(rules, facts)) == expected
    return True


def every_row_doubted() -> AbstractContextManager[object]:
    """The kernels decide nothing: all rows go to the lanes."""
    return mock.patch.object(
        run, "run_kernels", lambda machine, sources, results, count, threads: np.arange(count)
    )


def every_row_left() -> AbstractContextManager[object]:
    """The lanes decide nothing either: all rows go to rational arithmetic."""
    return mock.patch.object(run, "run_lanes", lambda code, sources, results, rows: rows)
