"""A workbook turns a typed "2026-07" into a date; the day on which a period begins names that period."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

import kpirules

POLICY = """\
ruleset x "X"
  period {kind}
  missing redistribute
input calls : count
indicator calls "Calls" weight 100
  deduct 1 point per calls
"""


def scored(kind: str, periods: pa.Array) -> list[str]:
    table = pa.table({"staff": ["a"] * len(periods), "period": periods, "calls": [1.0] * len(periods)})
    found = kpirules.load(POLICY.format(kind=kind)).score(table, engine="reference").table["period"]
    return [str(one) for one in found.to_pylist()]


@pytest.mark.parametrize(
    ("kind", "day", "period"),
    [
        ("month", datetime.date(2026, 7, 1), "2026-07"),
        ("quarter", datetime.date(2026, 7, 1), "2026-Q3"),
        ("half", datetime.date(2026, 7, 1), "2026-H2"),
        ("year", datetime.date(2026, 1, 1), "2026"),
        ("week", datetime.date(2026, 7, 27), "2026-W31"),
        ("day", datetime.date(2026, 7, 15), "2026-07-15"),
    ],
)
def test_the_first_day_names_the_period(kind: str, day: datetime.date, period: str) -> None:
    assert scored(kind, pa.array([day])) == [period]
    assert scored(kind, pa.array([datetime.datetime.combine(day, datetime.time())])) == [period]
    assert scored(kind, pa.array([day.isoformat()])) == [period]


@pytest.mark.parametrize("kind", ["month", "quarter", "half", "year"])
def test_any_other_day_is_a_day(kind: str) -> None:
    with pytest.raises(kpirules.Problems) as refused:
        scored(kind, pa.array([datetime.date(2026, 7, 2)]))
    assert {one.code for one in refused.value.diagnostics} == {"K413"}
