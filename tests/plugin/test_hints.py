"""Which rows an adapter may leave out by the period: compared with what the contract asks for, and at odd values."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from kpirules.plugin import Within, may_lie_within
from kpirules.plugin.contract.wanted import rows_within

JULY = Within("started", datetime.date(2026, 7, 1), datetime.date(2026, 8, 1))
UTC = datetime.UTC


@pytest.mark.parametrize(
    ("value", "may"),
    [
        (None, True),
        ("yesterday", True),
        (7, True),
        (datetime.date(2026, 6, 30), False),
        (datetime.date(2026, 7, 1), True),
        (datetime.date(2026, 7, 31), True),
        (datetime.date(2026, 8, 1), False),
        (datetime.datetime(2026, 6, 30, 23, 59, 59), False),
        (datetime.datetime(2026, 7, 31, 23, 59, 59), True),
        (datetime.datetime(2026, 8, 1), False),
        (datetime.datetime(2026, 6, 30, 9, 59, 59, tzinfo=UTC), False),
        (datetime.datetime(2026, 6, 30, 10, tzinfo=UTC), True),  # on Kiritimati it is July
        (datetime.datetime(2026, 8, 1, 11, 59, 59, tzinfo=UTC), True),  # on Baker Island it still is
        (datetime.datetime(2026, 8, 1, 12, tzinfo=UTC), False),
        (datetime.datetime(2026, 8, 1, 19, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai")), True),
        (datetime.datetime(2026, 8, 1, 20, tzinfo=ZoneInfo("Asia/Shanghai")), False),
        (datetime.datetime.min.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=14))), False),
        (datetime.datetime.max.replace(tzinfo=datetime.timezone(-datetime.timedelta(hours=12))), False),
    ],
)
def test_days_and_clocks(value: object, may: bool) -> None:
    assert may_lie_within(JULY, "started", value) is may
    assert may_lie_within(None, "started", value)
    assert may_lie_within(JULY, "answered", value)


def test_it_keeps_what_the_contract_asks_for() -> None:
    first = datetime.datetime(2026, 6, 29, tzinfo=UTC)
    moments = [first + datetime.timedelta(hours=hour) for hour in range(24 * 36)]
    column = pa.chunked_array([pa.array(moments, pa.timestamp("us", "UTC"))])
    assert rows_within(column, JULY) == [may_lie_within(JULY, "started", one) for one in moments]
