"""The time between two dates is a duration, in both engines."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pyarrow as pa
import pytest

import kpirules

POLICY = """\
ruleset x "X"
  period month
  missing redistribute
input begun : date
input done  : date
indicator late "Late" weight 60
  measure done - begun
  target <= 2 days
  deduct 1 point per day above target
indicator soon "Soon" weight 40
  points = 40 when done - begun <= 5 days otherwise 0
"""


@pytest.mark.parametrize("engine", ["kernels", "reference"])
def test_days_between_dates(engine: Literal["kernels", "reference"]) -> None:
    table = pa.table(
        {
            "staff": ["slow", "quick"],
            "period": ["2026-01", "2026-01"],
            "begun": ["2026-01-01", "2026-01-01"],
            "done": ["2026-01-09", "2026-01-03"],
        }
    )
    scores = kpirules.load(POLICY).score(table, engine=engine).table
    assert scores["late"].to_pylist() == [Decimal("54.00"), Decimal("60.00")]
    assert scores["soon"].to_pylist() == [Decimal("0.00"), Decimal("40.00")]
