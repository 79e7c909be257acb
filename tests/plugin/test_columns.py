"""Arrow's types are brought to those of the seam, and every value has one plain spelling."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.plugin.columns import as_text, is_settled, printed, settle, settled

UTC = datetime.UTC


@pytest.mark.parametrize(
    ("given_column", "wanted", "values"),
    [
        (pa.array(["a", "", None]), pa.string(), ["a", None, None]),
        (pa.array(["a", None], pa.large_string()), pa.string(), ["a", None]),
        (pa.array(["a", None], pa.string_view()), pa.string(), ["a", None]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), pa.string(), ["a", "b", "a"]),
        (pa.nulls(2), pa.string(), [None, None]),
        (pa.array([1, None], pa.int8()), pa.int64(), [1, None]),
        (pa.array([2**64 - 1], pa.uint64()), pa.decimal128(20, 0), [Decimal(2**64 - 1)]),
        (pa.array([0.93, None], pa.float32()), pa.float64(), [0.93, None]),
        (pa.array([np.float16(0.5)], pa.float16()), pa.float64(), [0.5]),
        (pa.array([float("nan"), 1.5]), pa.float64(), [None, 1.5]),
        (pa.array([Decimal("1.50")], pa.decimal256(50, 2)), pa.decimal128(38, 2), [Decimal("1.50")]),
        (pa.array([Decimal("1.50")], pa.decimal32(5, 2)), pa.decimal128(5, 2), [Decimal("1.50")]),
        (pa.array([datetime.date(2026, 1, 5)], pa.date64()), pa.date32(), [datetime.date(2026, 1, 5)]),
        (pa.array([1_500_000_001], pa.duration("ns")), pa.duration("us"), [datetime.timedelta(seconds=1.5)]),
        (
            pa.array([datetime.time(1, 2, 3)], pa.time32("s")),
            pa.duration("us"),
            [datetime.timedelta(seconds=3723)],
        ),
        (
            pa.array([datetime.time(1, 2, 3)], pa.time64("us")),
            pa.duration("us"),
            [datetime.timedelta(seconds=3723)],
        ),
        (
            pa.array([datetime.datetime(2026, 1, 5, tzinfo=UTC)], pa.timestamp("s", "UTC")),
            pa.timestamp("us", "UTC"),
            [datetime.datetime(2026, 1, 5, tzinfo=UTC)],
        ),
    ],
)
def test_types_are_settled(given_column: pa.Array, wanted: pa.DataType, values: list[object]) -> None:
    assert settled(given_column.type) == wanted
    column = settle(given_column)
    assert column is not None
    assert column.type == wanted
    assert is_settled(column.type)
    assert column.to_pylist() == values


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1]]),
        pa.array([{"a": 1}]),
        pa.array([b"x"]),
        pa.array([2**62], pa.timestamp("s")),
        pa.array([Decimal(10**45)], pa.decimal256(50, 0)),
    ],
)
def test_what_is_no_single_value_or_does_not_fit_is_refused(column: pa.Array) -> None:
    assert settle(column) is None


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (
            pa.array([5.0, 0.93, -0.0, 1e22, 1e-7, 100.0, None]),
            ["5", "0.93", "0", "1" + "0" * 22, "0.0000001", "100", None],
        ),
        (pa.array([1001, -3]), ["1001", "-3"]),
        (
            pa.array([Decimal("5.00"), Decimal("0.50"), Decimal("100")], pa.decimal128(9, 2)),
            ["5", "0.5", "100"],
        ),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([datetime.date(2026, 1, 5)]), ["2026-01-05"]),
        (
            pa.array([datetime.datetime(2026, 1, 5), datetime.datetime(2026, 1, 5, 9, 30, 0, 5)]),
            ["2026-01-05 00:00:00", "2026-01-05 09:30:00.000005"],
        ),
        (
            pa.array([datetime.timedelta(hours=30, seconds=7), datetime.timedelta(seconds=-1.5)]),
            ["30:00:07", "-00:00:01.500000"],
        ),
        (pa.array(["007", " x "]), ["007", " x "]),
    ],
)
def test_plain_spelling(column: pa.Array, texts: list[str | None]) -> None:
    assert as_text(column).to_pylist() == texts
    chunked = as_text(pa.chunked_array([column, column]))
    assert chunked.to_pylist() == texts + texts


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_the_text_of_a_float_is_its_shortest_decimal(values: list[float]) -> None:
    for text, value in zip(as_text(pa.array(values, pa.float64())).to_pylist(), values, strict=True):
        assert text is not None
        assert "e" not in text.lower()
        assert not text.endswith(".0")
        assert Fraction(text) == Fraction(repr(value))
        assert text == "0" or "." not in text or not text.endswith("0")


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
def test_a_narrow_float_keeps_its_written_value(values: list[float]) -> None:
    column = settle(pa.array(values, pa.float32()))
    assert column is not None
    for wide, narrow in zip(column.to_pylist(), np.array(values, dtype=np.float32), strict=True):
        assert Fraction(repr(wide)) == Fraction(str(narrow))


@pytest.mark.parametrize("chunked", [False, True])
def test_a_decimal_is_printed_with_all_of_its_places(chunked: bool) -> None:
    def text(values: list[str | None], kind: pa.DataType) -> list[str | None]:
        column = pa.array([None if one is None else Decimal(one) for one in values], kind)
        found = printed(pa.chunked_array([column]) if chunked else column)
        assert isinstance(found, pa.ChunkedArray) == chunked
        return list(found.to_pylist())

    assert text(["30", "30.05", None, "0"], pa.decimal128(6, 2)) == ["30.00", "30.05", None, "0.00"]
    assert text(["12345678901234567890"], pa.decimal128(30, 0)) == ["12345678901234567890"]
    assert text(["1e-10", "0"], pa.decimal128(12, 10)) == ["0.0000000001", "0.0000000000"]
    assert printed(pa.array([1.5, 2.0])).to_pylist() == ["1.5", "2"]
