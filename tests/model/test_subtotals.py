"""`points of SECTION`: earned of the weight that counted, times the section's weight."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from kpirules.engine import policy_of
from kpirules.matrix import StaffPeriodMatrix, column
from kpirules.scoring import reference, run
from kpirules.trials import run_tests
from kpirules.units import Unit

POLICY = """\
ruleset shares
  period month
  missing redistribute
input a : count
input b : count
input c : count
section one weight 60
  indicator i weight 40
    deduct 1 point per a
  indicator j weight 20
    deduct 0.3 points per b
section two weight 40
  indicator k weight 40
    deduct 1 point per c
measure first = points of one
amount half : points = first / 2 round to 0.01
amount second : points = points of two round to 0.01
"""
TESTS = """
test "all there"
  given a = 10, b = 10, c = 4
  expect half = 23.5, second = 36
test "one is missing: its weight goes to the other"
  given a = 10, c = 4
  expect half = 22.5
test "none is there"
  given c = 4
  expect half = missing, second = 36
"""


def test_by_hand() -> None:
    findings = list(run_tests(policy_of(POLICY + TESTS)))
    assert len(findings) == 5
    assert all(one.passed for one in findings), findings


@pytest.mark.parametrize("engine", [reference.score, run.score])
def test_the_kernels_agree(engine: object) -> None:
    rules = policy_of(POLICY).ruleset
    assert rules is not None
    cells = [
        [None if (row >> bit) & 1 else Fraction(row * (bit + 1)) for row in range(40)] for bit in range(3)
    ]
    facts = StaffPeriodMatrix(
        np.arange(40, dtype=np.int32),
        [f"S{row}" for row in range(40)],
        np.zeros(40, np.int32),
        ["2026-01"],
        {name: column(name, Unit.COUNT, cells[place]) for place, name in enumerate("abc")},
    )
    assert callable(engine)
    scores = engine(rules, facts)
    row = 4  # a and b are 4 and 8, c is missing
    half = scores.outcomes["half"].exact(row)
    assert half == Fraction(268, 10)  # (36 + 17.6) / 60 x 60 / 2
    assert scores.outcomes["second"].exact(row) is None


def test_a_name_that_is_neither_is_told() -> None:
    found = policy_of(POLICY.replace("points of two", "points of too")).diagnostics
    assert [one.suggestion for one in found] == ["two"]
