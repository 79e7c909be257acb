"""An amount with more digits than can be published is refused whole, by both engines, and never cut off."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pytest

import kpirules

POLICY = """\
ruleset x "X"
  period month
  missing redistribute
input calls : count
parameter price : money
indicator calls "Calls" weight 100
  deduct 1 point per calls
amount pay : money = calls * price
"""


@pytest.mark.parametrize("engine", ["kernels", "reference"])
def test_too_large_an_amount(engine: Literal["kernels", "reference"]) -> None:
    rules = kpirules.load(POLICY, parameters={"price": 10**20})
    table = pa.table({"staff": ["a"], "period": ["2026-01"], "calls": [3]})
    with pytest.raises(kpirules.Problems) as refused:
        rules.score(table, engine=engine)
    assert [one.code for one in refused.value.diagnostics] == ["K601"]
