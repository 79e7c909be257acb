"""The periods that names of files speak of."""

from __future__ import annotations

import pytest

from kpirules.adapters.name_periods import periods_in


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("2026-07", "2026-07"),
        ("tickets_202607", "2026-07"),
        ("tickets-2026_07-final", "2026-07"),
        ("2026/07/x", "2026-07"),
        ("2026/7/15", "2026-07-15"),
        ("year=2026/month=07/part-0", "2026-07"),
        ("year=2026/quarter=3/part-0", "2026-Q3"),
        ("year=2026/quarter=Q3/part-0", "2026-Q3"),
        ("month=2026-07/team=north/part-00000", "2026-07"),
        ("month=2026-07/5b1c2019-2021-4a20-8e1f-0c2026071234-0", "2026-07"),
        ("month=2026-07/part-00000-tid-2019ab2021cd2023ef-c000", "2026-07"),
        ("2026/2026-07", "2026-07"),
        ("2026/Q3/2026-07", "2026-07"),
        ("2026-Q3", "2026-Q3"),
        ("incidents_2016q1_apr", "2016-Q1"),
        ("Q3_2026", "2026-Q3"),
        ("export 2026-W31", "2026-W31"),
        ("2026H1", "2026-H1"),
        ("20260715", "2026-07-15"),
        ("2026-0715", "2026-07-15"),
        ("考核数据2026年7月", "2026-07"),
        ("2026年第三季度", "2026-Q3"),
        ("2026年上半年", "2026-H1"),
        ("２０２６年７月", "2026-07"),
        ("2026", "2026"),
        ("2026-07-01_2026-07-31", "2026-07"),
        ("20260101-20260331", "2026-Q1"),
        ("2026-07/tickets_2026-07", "2026-07"),
    ],
)
def test_a_name_speaks_of_one_period(name: str, period: str) -> None:
    assert [str(one) for one in periods_in(name)] == [period]


@pytest.mark.parametrize(
    "name",
    ["tickets", "part-00000", "v1.2", "12345678", "202613", "07", "id_99887766", "99999/07", "2026x1799"],
)
def test_a_name_that_speaks_of_none(name: str) -> None:
    found = [str(one) for one in periods_in(name)]
    assert found in ([], ["2026"])
    assert (found == ["2026"]) == (name == "2026x1799")


@pytest.mark.parametrize(
    ("name", "periods"),
    [
        ("2026-07_2026-08", {"2026-07", "2026-08"}),
        ("2026-07_exported_2026-08-01", {"2026-07", "2026-08-01"}),
        ("2025/2026-07", {"2025", "2026-07"}),
        ("2026-07-01_2026-07-30", {"2026-07-01", "2026-07-30"}),
    ],
)
def test_contradictions_are_all_given(name: str, periods: set[str]) -> None:
    assert {str(one) for one in periods_in(name)} == periods
