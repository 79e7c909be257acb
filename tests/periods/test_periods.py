"""Periods: what text names them, and the laws of their arithmetic."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.periods import Period, PeriodKind, containing, parse, periods_between

DAYS = st.dates(date(1901, 1, 1), date(2198, 12, 31))
KINDS = st.sampled_from(list(PeriodKind))
PERIODS = st.builds(containing, DAYS, KINDS)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-W31", date(2026, 7, 27), date(2026, 8, 2)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-07-15", date(2026, 7, 15), date(2026, 7, 15)),
    ],
)
def test_canonical_text_names_these_days(text: str, first: date, last: date) -> None:
    period = parse(text)
    assert period is not None
    assert (period.first, period.last, str(period)) == (first, last, text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2026Q3", "2026-Q3"),
        ("2026-q3", "2026-Q3"),
        ("2026/Q3", "2026-Q3"),
        ("2026年Q3", "2026-Q3"),
        ("2026年第3季度", "2026-Q3"),
        ("2026年第三季度", "2026-Q3"),
        ("2026年四季度", "2026-Q4"),
        ("2026年", "2026"),
        ("2026 年 7 月", "2026-07"),
        ("2026年7月", "2026-07"),
        ("2026年07月份", "2026-07"),
        ("2026/07", "2026-07"),
        ("2026-7", "2026-07"),
        ("２０２６－０７", "2026-07"),
        ("２０２６年７月", "2026-07"),
        ("2026h2", "2026-H2"),
        ("2026年上半年", "2026-H1"),
        ("2026年下半年", "2026-H2"),
        ("2026w5", "2026-W05"),
        ("2026年第31周", "2026-W31"),
        ("2026/7/5", "2026-07-05"),
        ("2026.7.5", "2026-07-05"),
        ("2026年7月5日", "2026-07-05"),
        (" 2026-Q1\t", "2026-Q1"),
    ],
)
def test_other_spellings_are_read(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        *("", "Q3", "26-Q3", "2026-Q5", "2026-Q0", "2026-H3", "2026-13", "2026-00", "2026-02-30", "2026-W54"),
        *("2025-W53", "2026-W00", "202607", "2026.10", "20261季度", "2026-07-15-1", "2026-07/15", "12026"),
        *("0001", "9999", "1899-12", "2026-Q3x", "二〇二六年", "2026--07", "2026-07-15 08:00", "2026²"),
    ],
)
def test_anything_else_is_no_period(text: str) -> None:
    assert parse(text) is None


@given(st.text())
def test_any_text_is_a_period_or_none(text: str) -> None:
    found = parse(text)
    assert found is None or parse(str(found)) == found


@given(PERIODS)
def test_text_and_period_are_one(period: Period) -> None:
    assert parse(str(period)) == period


@given(DAYS, KINDS)
def test_a_day_lies_in_exactly_one_period_of_a_kind(day: date, kind: PeriodKind) -> None:
    period = containing(day, kind)
    assert day in period
    assert day not in period.next()
    assert day not in period.previous()
    assert containing(period.first, kind) == containing(period.last, kind) == period


@given(PERIODS)
def test_neighbours_touch_and_undo_each_other(period: Period) -> None:
    assert period.next().previous() == period == period.previous().next()
    assert period.next().first - period.last == timedelta(days=1)
    assert period.next().kind is period.kind
    assert period.previous() < period < period.next()
    assert period.days == (period.last - period.first).days + 1


@given(DAYS)
def test_shorter_kinds_lie_within_longer_ones(day: date) -> None:
    year, half, quarter, month, week, single = (containing(day, kind) for kind in PeriodKind)
    assert quarter in half
    assert half in year
    assert month in quarter
    assert single in month
    assert single in week
    assert year not in half
    assert (week in year) == (week.first.year == week.last.year)


@given(PERIODS, PERIODS)
def test_order_is_total_and_by_first_day(one: Period, other: Period) -> None:
    assert [one < other, one == other, one > other].count(True) == 1
    assert one.first <= other.first or one > other


def test_a_longer_period_comes_first_of_those_that_begin_together() -> None:
    new_year = date(2024, 1, 1)  # a Monday
    begun = [containing(new_year, kind) for kind in PeriodKind]
    assert sorted(begun[3:] + begun[:3]) == begun


@given(PERIODS, st.integers(0, 40))
def test_a_range_holds_every_period_from_end_to_end(start: Period, count: int) -> None:
    end = start
    for _ in range(count):
        end = end.next()
    found = periods_between(f"{start}..{end}")
    if end.last.year >= 2199 and parse(str(end)) is None:
        assert found is None
        return
    assert found is not None
    assert (len(found), found[0], found[-1]) == (count + 1, start, end)
    assert all(one.next() == other for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2026-Q1..2026-Q3", ["2026-Q1", "2026-Q2", "2026-Q3"]),
        ("2025-11 .. 2026-01", ["2025-11", "2025-12", "2026-01"]),
        ("2026-Q1", ["2026-Q1"]),
        ("2026年1月至2026年2月", ["2026-01", "2026-02"]),
        ("2026-W52～2027-W01", ["2026-W52", "2026-W53", "2027-W01"]),
        ("2026-Q1…2026-Q2", ["2026-Q1", "2026-Q2"]),
    ],
)
def test_ranges(text: str, names: list[str]) -> None:
    assert [str(one) for one in periods_between(text) or ()] == names


@pytest.mark.parametrize(
    "text", ["2026-Q3..2026-Q1", "2026-Q1..2026-03", "2026-Q1..", "..", "2026..2027..2028", ""]
)
def test_no_range(text: str) -> None:
    assert periods_between(text) is None


def test_a_period_begins_where_its_kind_begins() -> None:
    with pytest.raises(ValueError, match="no quarter begins on 2026-02-01"):
        Period(PeriodKind.QUARTER, date(2026, 2, 1))
