"""Cells by declared types: what is a value, what is missing, what is refused. A table per kind of cell."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.facts.amounts import amount
from kpirules.facts.bindings import PLAIN, CellRules
from kpirules.facts.build import as_column
from kpirules.facts.columns import read_cells
from kpirules.facts.dateformat import date_format
from kpirules.units import DAY, HOUR, MINUTE, SECOND, Type, Unit

MARKED = CellRules(missing=frozenset({"?", "N/A", "-"}))


def read(cells: list[Any], type: Unit | Type, rules: CellRules = PLAIN) -> list[object]:
    """Each cell's exact value, None for missing, or the code of what is wrong with it."""
    declared = type if isinstance(type, Type) else Type(type)
    found = read_cells(pa.array(cells), declared, rules)
    column = as_column("c", found)
    told: list[object] = [column.value(row) for row in range(len(cells))]
    for fault in found.faults:
        for row in fault.rows.tolist():
            assert told[row] is None
            told[row] = fault.problem.code
    return told


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("93%", Fraction(93, 100)),
        ("93 %", Fraction(93, 100)),
        ("９３％", Fraction(93, 100)),
        ("93.1%", Fraction(931, 1000)),
        ("0.93", Fraction(93, 100)),
        ("0.9411764705882353", Fraction("0.9411764705882353")),
        ("0.33333333333333333333", Fraction("0.33333333333333333333")),
        ("1", Fraction(1)),
        ("120%", Fraction(6, 5)),
        ("1200%", Fraction(12)),
        ("-5%", Fraction(-1, 20)),
        ("5‰", Fraction(1, 200)),
        (".5", Fraction(1, 2)),
        ("", None),
        ("  ", None),
        (None, None),
        ("93", "K423"),
        ("-93", "K423"),
        ("10.5", "K423"),
        ("10", Fraction(10)),
        ("93 percent", "K420"),
        ("?", "K420"),
        ("nan", "K420"),
        ("inf", "K420"),
    ],
)
def test_percentages(cell: str | None, expected: object) -> None:
    assert read([cell, "0.5"], Unit.RATIO) == [expected, Fraction(1, 2)]


def test_numbers_of_a_workbook_are_their_shortest_decimal() -> None:
    cells = [0.93, 0.1, float("nan"), None, 93.0, float("inf")]
    assert read(cells, Unit.RATIO) == [Fraction(93, 100), Fraction(1, 10), None, None, "K423", "K420"]


def test_a_ratio_of_a_wider_range_takes_large_plain_numbers() -> None:
    wide = Type(Unit.RATIO, Fraction(0), Fraction(100))
    assert read(["93", "101"], wide) == [Fraction(93), "K422"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1,234", Fraction(1234)),
        ("1，234", Fraction(1234)),
        ("5.0", Fraction(5)),
        ("３", Fraction(3)),
        ("3 次", Fraction(3)),
        ("3万", Fraction(30000)),
        ("1e3", Fraction(1000)),
        ("9007199254740993", Fraction(9007199254740993)),
        ("5.5", "K421"),
        ("5.00000000000000000001", "K421"),
        ("-1", "K422"),
        ("12,34", "K420"),
        ("1 234", "K420"),
        ("five", "K420"),
        ("1e30", "K431"),
    ],
)
def test_counts(cell: str, expected: object) -> None:
    assert read(["7", cell], Unit.COUNT) == [Fraction(7), expected]


def test_whole_numbers_beyond_a_float_are_kept() -> None:
    large = 2**53 + 1
    assert read([large, 1, None], Unit.COUNT) == [Fraction(large), Fraction(1), None]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("¥1,234.56", Fraction(123456, 100)),
        ("￥-20", Fraction(-20)),
        ("-¥20", Fraction(-20)),
        ("1234.5元", Fraction(12345, 10)),
        ("3万", Fraction(30000)),
        ("3.5 万元", Fraction(35000)),
        ("1.2亿", Fraction(120_000_000)),
        ("12 CNY", Fraction(12)),
        ("$5", "K420"),
        ("5%", "K420"),
    ],
)
def test_money(cell: str, expected: object) -> None:
    assert read([cell], Unit.MONEY) == [expected]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("30 min", 30 * MINUTE),
        ("30min", 30 * MINUTE),
        ("1.5 小时", 90 * MINUTE),
        ("2h 15m", 135 * MINUTE),
        ("1小时30分", 90 * MINUTE),
        ("00:30:00", 30 * MINUTE),
        ("100:00:01", 100 * HOUR + SECOND),
        ("0:00:01.5", SECOND * 3 // 2),
        ("1 day, 2:00:00", DAY + 2 * HOUR),
        ("PT1H30M", 90 * MINUTE),
        ("P2D", 2 * DAY),
        ("2 周", 14 * DAY),
        ("30", "K425"),
        ("1:30", "K420"),
        ("15m 2h", "K420"),
        ("soon", "K420"),
        ("-5 min", "K422"),
    ],
)
def test_durations(cell: str, expected: object) -> None:
    wanted = Fraction(expected) if isinstance(expected, int) else expected
    assert read([cell], Unit.DURATION) == [wanted]


def test_bare_numbers_are_durations_only_in_a_declared_unit() -> None:
    hours = CellRules(unit="h")
    assert read([2, 30], Unit.DURATION) == ["K425", "K425"]
    assert read([0.1, 2.0], Unit.DURATION, hours) == [Fraction(6 * MINUTE), Fraction(2 * HOUR)]
    assert read(["1.5", "20 min"], Unit.DURATION, hours) == [Fraction(90 * MINUTE), Fraction(20 * MINUTE)]


def test_times_of_day_of_a_workbook_are_durations() -> None:
    cells = read_cells(pa.array([90 * SECOND, None], pa.duration("us")), Type(Unit.DURATION), CellRules())
    assert as_column("c", cells).value(0) == 90 * SECOND
    assert as_column("c", cells).value(1) is None


def test_ratings_lie_on_their_scale() -> None:
    scale = Type(Unit.RATING, Fraction(0), Fraction(5), Fraction(1, 2))
    assert read(["0", "4.5", "4.2", "6", "-1"], scale) == [0, Fraction(9, 2), "K424", "K422", "K422"]


@pytest.mark.parametrize("cell", ["TRUE", "yes", "Y", "1", "是", True, 1, 1.0])
def test_yes(cell: object) -> None:
    assert read([cell], Unit.BOOLEAN) == [True]


@pytest.mark.parametrize("cell", ["false", "No", "n", "0", "否", False, 0])
def test_no(cell: object) -> None:
    assert read([cell], Unit.BOOLEAN) == [False]


def test_neither_yes_nor_no() -> None:
    assert read(["maybe", "2", None], Unit.BOOLEAN) == ["K420", "K420", None]


def test_texts_are_trimmed_and_only_their_spaces_change() -> None:
    assert read([" a", "a\u3000", "Ａ", "a\u00a0b", "", None], Unit.TEXT) == [
        "a",
        "a",
        "Ａ",
        "a b",
        None,
        None,
    ]


def test_numbers_are_texts_in_their_plain_spelling() -> None:
    assert read([1001.0, 2.5], Unit.TEXT) == ["1001", "2.5"]


def test_a_text_with_choices_takes_only_these() -> None:
    post = Type(Unit.TEXT, choices=("manager", "other"))
    assert read(["manager", "manger", None, "Manager"], post) == ["manager", "K432", None, "K432"]


def test_declared_markers_are_missing_in_every_kind_of_cell() -> None:
    for unit in Unit:
        assert read(["?", "N/A", " - ", None], unit, MARKED) == [None] * 4, unit
    assert read([-1.0, 5.0], Unit.NUMBER, CellRules(missing=frozenset({"-1"}))) == [None, Fraction(5)]


def moment(text: str) -> Fraction:
    return Fraction(int(np.datetime64(text, "us").astype(np.int64)))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-01-05", moment("2026-01-05")),
        ("2026-01-05 09:30", moment("2026-01-05T09:30")),
        ("2026-01-05T09:30:01.25", moment("2026-01-05T09:30:01.25")),
        ("2026/1/5 9:30", moment("2026-01-05T09:30")),
        ("2026.1.5", moment("2026-01-05")),
        ("2026年1月5日 9:05", moment("2026-01-05T09:05")),
        ("20260105", moment("2026-01-05")),
        ("２０２６－０１－０５", moment("2026-01-05")),
        ("2026-02-29", "K420"),
        ("2026-13-01", "K420"),
        ("2026-01-05 25:00", "K420"),
        ("3/4/2016", "K426"),
        ("29/2/2016 01:16", "K426"),
        ("3.4.16", "K426"),
        ("2026-01-05T00:00:00Z", "K428"),
        ("2026-01-05T00:00:00+08:00", "K428"),
        ("0001-01-01", "K429"),
        ("yesterday", "K420"),
    ],
)
def test_date_times(cell: str, expected: object) -> None:
    assert read([cell, "2026-01-01"], Unit.DATETIME) == [expected, moment("2026-01-01")]


@pytest.mark.parametrize(
    "written", ["day first", "day-first", "%d/%m/%Y %H:%M", "dd/mm/yyyy hh:mm", "d/M/yyyy H:mm"]
)
def test_a_declared_format_is_the_only_one(written: str) -> None:
    rules = CellRules(date_format=date_format(written))
    cells = [
        "29/2/2016 01:16",
        "3/4/2016 1:5",
        "30/2/2016 01:16",
        "31/4/2016 01:16",
        "5/13/2016 01:00",
        "2016-02-29",
    ]
    expected = [moment("2016-02-29T01:16"), moment("2016-04-03T01:05"), "K427", "K427", "K427", "K427"]
    assert read(cells, Unit.DATETIME, rules) == expected


def test_other_declared_formats() -> None:
    american = CellRules(date_format=date_format("%m/%d/%y %I:%M %p"))
    assert read(["2/3/16 12:05 AM", "2/3/16 1:05 pm"], Unit.DATETIME, american) == [
        moment("2016-02-03T00:05"),
        moment("2016-02-03T13:05"),
    ]
    assert read(["2/29/2016"], Unit.DATE, CellRules(date_format=date_format("month first"))) == [
        Fraction(int(np.datetime64("2016-02-29", "D").astype(np.int64)))
    ]


@pytest.mark.parametrize(
    "written", ["%d.%m", "%H:%M", "today", "%Y-%m-%d %q", "%d %d %m %Y", "dd/mm", "yyy-mm-dd", ""]
)
def test_what_is_no_date_format(written: str) -> None:
    assert date_format(written) is None


def test_zones_become_the_clock_time_of_the_declared_zone() -> None:
    shanghai = CellRules(timezone="Asia/Shanghai")
    assert read(
        ["2026-01-05T20:00:00Z", "2026-01-05T20:00:00-01:30", "2026-01-05 20:00"], Unit.DATETIME, shanghai
    ) == [
        moment("2026-01-06T04:00"),
        moment("2026-01-06T05:30"),
        moment("2026-01-05T20:00"),
    ]
    zoned = pa.array([0], pa.timestamp("us", "UTC"))
    cells = read_cells(zoned, Type(Unit.DATETIME), shanghai)
    assert cells.values.tolist() == [8 * HOUR]


def test_date_times_where_a_day_is_wanted_are_that_day() -> None:
    day = Fraction(int(np.datetime64("2026-01-05", "D").astype(np.int64)))
    assert read(["2026-01-05 23:59", "2026-01-05"], Unit.DATE) == [day, day]


amounts = st.one_of(
    st.decimals(-(10**12), 10**12, places=3).map(str),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15).map(repr),
    st.integers(-(10**17), 10**17).map(lambda n: f"{n:,}"),
    st.decimals(0, 1000, places=2).map(lambda d: f"{d}万"),
    st.text("0123456789.,-+e 万x", max_size=8),
)


@given(st.lists(amounts, max_size=8))
def test_whole_columns_mean_the_same_as_single_texts(cells: list[str]) -> None:
    for row, (cell, found) in enumerate(zip(cells, read(list(cells) or [None], Unit.NUMBER), strict=False)):
        value = amount(cell.strip(), Unit.NUMBER)
        if not cell.strip():
            assert found is None
        elif value is None:
            assert found == "K420", (row, cell)
        elif abs(value) >= 10**18:
            assert found == "K431", (row, cell)
        else:
            assert found == value, (row, cell)


@given(st.lists(st.dates(date(1900, 1, 1), date(2199, 12, 31)), max_size=6), st.booleans())
def test_days_survive_both_ways_of_writing(days: list[date], padded: bool) -> None:
    form = "{0:02}/{1:02}/{2}" if padded else "{0}/{1}/{2}"
    written = [form.format(d.day, d.month, d.year) for d in days]
    rules = CellRules(date_format=date_format("%d/%m/%Y"))
    expected: list[object] = [Fraction(d.toordinal() - 719_163) for d in days]
    assert read(written or [None], Unit.DATE, rules) == (expected or [None])
    assert read([d.isoformat() for d in days] or [None], Unit.DATE) == (expected or [None])
