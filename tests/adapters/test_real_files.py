"""Real files with the quirks that real files have. They are not part of the project; without them this is skipped."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.adapters.reading import codes, read, rows, values

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder with real data files is not here")


def test_tickets() -> None:
    found = read(DATA / "tickets" / "technical_support_dataset.csv")
    assert codes(found) == []
    assert found.table is not None
    assert found.table.shape == (2330, 22)
    nulls = {column.null_count for column in found.table.columns}
    assert {18, 418, 1157} <= nulls


def test_a_packed_log_of_events() -> None:
    found = read(DATA / "tickets" / "servicenow_incident_events_2016q1_apr.csv.gz")
    assert codes(found) == []
    assert found.table is not None
    assert found.table.num_rows == 101_045
    assert len(set(values(found)["number"])) == 17_136
    assert found.rows == 2


def test_a_staff_list_with_a_mark() -> None:
    found = read(DATA / "staff" / "HRDataset_v14.csv")
    assert codes(found) == []
    assert found.header[0] == "Employee_Name"
    assert len(rows(found)) == 311
    assert "Production       " in values(found)["Department"]


def test_a_workbook_of_calls() -> None:
    found = read(DATA / "workbooks" / "call_center_dataset_raw.xlsx")
    assert codes(found) == []
    assert found.table is not None
    assert found.table.num_rows == 5000
    assert found.table["Satisfaction rating"].null_count == 946
    assert values(found)["AvgTalkDuration"][0] == datetime.timedelta(minutes=2, seconds=23)
    assert values(found)["Date"][0] == "2021-01-01"


def test_an_old_workbook() -> None:
    (path,) = (DATA / "workbooks").glob("*.xls")
    found = read(path)
    assert codes(found) == []
    assert values(found)["代码"] == ["staff01", "st05", "st004", "staff002", "staff003"]
    assert values(found)["绩效奖金"] == [100.0, 10000.0, 1000.0, 5000.0, 4000.0]


def test_a_form_with_merged_cells_warns() -> None:
    for path in (DATA / "workbooks").glob("*考核表*.xlsx"):
        assert "K563" in codes(read(path))
