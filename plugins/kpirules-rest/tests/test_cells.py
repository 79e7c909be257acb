"""What a JSON value becomes in a column of each kind, and what is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import jmespath
import pyarrow as pa
import pytest
from kpirules_rest.answers import parse
from kpirules_rest.cells import Column, arrow_type, cell_of
from kpirules_rest.paths import PathError, search

UTC = datetime.UTC
MOMENT = datetime.datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("settings", "value", "cell"),
    [
        ({}, "  x ", "  x "),
        ({}, "", None),
        ({}, None, None),
        ({}, 5, "5"),
        ({}, 1e-7, "0.0000001"),
        ({}, True, "true"),
        ({}, [1, "二"], '[1,"二"]'),
        ({}, {"a": None}, '{"a":null}'),
        ({}, "a\ud800b", "a?b"),
        ({"missing": ("-", "0")}, "-", None),
        ({"missing": ("-", "0")}, 0, None),
        ({"kind": "text"}, 1001.0, "1001"),
        ({"kind": "number"}, 0.1, 0.1),
        ({"kind": "number"}, "12.50", 12.5),
        ({"kind": "number"}, 7, 7.0),
        ({"kind": "whole"}, 5, 5),
        ({"kind": "whole"}, 5.0, 5),
        ({"kind": "whole"}, "9007199254740993", 9007199254740993),
        ({"kind": "yes"}, False, False),
        ({"kind": "day"}, "2026-07-01", datetime.date(2026, 7, 1)),
        ({"kind": "day", "format": "%d/%m/%Y"}, "01/07/2026", datetime.date(2026, 7, 1)),
        ({"kind": "moment"}, "2026-07-01T01:30:00Z", MOMENT),
        ({"kind": "moment"}, "2026-07-01T09:30:00+08:00", MOMENT),
        ({"kind": "moment"}, "2026-07-01T01:30:00.000+0000", MOMENT),
        ({"kind": "moment", "zone": "Asia/Shanghai"}, "2026-07-01 09:30:00", MOMENT),
        (
            {"kind": "moment", "zone": "Asia/Shanghai", "format": "%Y-%m-%d.%H:%M:%S"},
            "2026-07-01.09:30:00",
            MOMENT,
        ),
        ({"kind": "moment", "missing": ("1970-01-01T00:00:00Z",)}, "1970-01-01T00:00:00Z", None),
        ({"kind": "local"}, "2026-07-01 09:30:00", datetime.datetime(2026, 7, 1, 9, 30)),
        ({"kind": "epoch"}, 1782869400, MOMENT),
        ({"kind": "epoch_ms"}, 1782869400000, MOMENT),
        ({"kind": "epoch"}, "1782869400.5", MOMENT + datetime.timedelta(seconds=0.5)),
        ({"kind": "duration", "unit": "min"}, 90, 1.5 * HOUR),
        ({"kind": "duration", "unit": "s"}, "0.5", datetime.timedelta(seconds=0.5)),
        ({"kind": "duration"}, "26:30:00", 26.5 * HOUR),
        ({"kind": "duration"}, "-01:30", -1.5 * HOUR),
        ({"kind": "duration"}, "PT1H30M", 1.5 * HOUR),
        ({"kind": "duration"}, "P1DT0.5S", 24 * HOUR + datetime.timedelta(seconds=0.5)),
    ],
)
def test_a_value_becomes_a_cell(settings: dict[str, Any], value: Any, cell: Any) -> None:
    column = Column(path="x", **settings)
    assert cell_of(column, value) == (cell, None)
    assert pa.array([cell], arrow_type(column.kind)).to_pylist() == [cell]


@pytest.mark.parametrize(
    ("settings", "value", "said"),
    [
        ({"kind": "text"}, ["a"], "a list"),
        ({"kind": "text"}, True, "not text"),
        ({"kind": "number"}, "1,5", "not a number"),
        ({"kind": "number"}, True, "not a number"),
        ({"kind": "number"}, "NaN", "not a number"),
        ({"kind": "number"}, 9007199254740993, "more digits"),
        ({"kind": "number"}, Decimal("0.12345678901234567890"), "more digits"),
        ({"kind": "whole"}, 1.5, "not a whole number"),
        ({"kind": "whole"}, 2**63, "not a whole number"),
        ({"kind": "yes"}, "true", "neither"),
        ({"kind": "yes"}, 1, "neither"),
        ({"kind": "day"}, "2026-02-30", "not a date"),
        ({"kind": "day"}, "2026-07-01T09:30:00Z", "not a date"),
        ({"kind": "day"}, 20260701, "not a date"),
        ({"kind": "moment"}, "2026-07-01", "not a date and time"),
        ({"kind": "moment"}, "2026-07-01T09:30:00", "no time zone"),
        ({"kind": "moment"}, "0001-01-01T00:00:00+08:00", "beyond the years"),
        ({"kind": "local"}, "2026-07-01T09:30:00Z", "has a time zone"),
        ({"kind": "epoch"}, "yesterday", "not a number"),
        ({"kind": "epoch"}, 1e18, "beyond the years"),
        ({"kind": "duration"}, 90, "unit"),
        ({"kind": "duration"}, "1h", "not a duration"),
        ({"kind": "duration"}, "P", "not a duration"),
    ],
)
def test_what_does_not_fit_is_refused(settings: dict[str, Any], value: Any, said: str) -> None:
    cell, reason = cell_of(Column(path="x", **settings), value)
    assert cell is None
    assert reason is not None
    assert said in reason.en
    assert reason.zh


def test_numbers_of_an_answer_lose_no_digit() -> None:
    assert parse(b"[0.1, 1e-7, 9007199254740993, 0.12345678901234567890, 1.50]") == [
        0.1,
        1e-7,
        9007199254740993,
        Decimal("0.12345678901234567890"),
        1.5,
    ]
    with pytest.raises(ValueError):
        parse(b"[NaN]")


@pytest.mark.parametrize("path", ["a", "a.b", "a.b.c", "x", "a.x.y", "list", "list.a", "a.list"])
@pytest.mark.parametrize(
    "record",
    [{}, {"a": 1}, {"a": {"b": {"c": 0}}}, {"a": None}, {"list": [{"a": 1}]}, {"a": {"list": []}}, [], None],
)
def test_paths_of_names_mean_what_they_mean_in_jmespath(path: str, record: Any) -> None:
    assert search(path, record) == jmespath.search(path, record)


def test_other_paths() -> None:
    record = {
        "first name": "Li",
        "tags": ["a", "b"],
        "events": [{"kind": "reply", "at": "2"}, {"kind": "note", "at": "1"}],
    }
    assert search('"first name"', record) == "Li"
    assert search("join(', ', tags)", record) == "a, b"
    assert search("events[?kind=='reply'].at | [0]", record) == "2"
    with pytest.raises(PathError):
        search("sum(tags)", record)
