"""Tables of other libraries come in through the Arrow stream interface."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa
import pytest

from kpirules.facts.arrow import arrow_table_from
from kpirules.facts.build import build
from kpirules.units import Unit
from tests.facts.policies import an_input, errors, policy, rows_of, values

COLUMNS: dict[str, list[Any]] = {
    "staff": ["a", "b"],
    "period": ["2026-Q1", "2026-Q1"],
    "complaints": [1, None],
    "share": [0.93, 0.1],
}
RULES = policy(inputs=[an_input("complaints", Unit.COUNT), an_input("share", Unit.RATIO)])


@pytest.mark.parametrize("make", [pa.table, pl.DataFrame, pd.DataFrame])
def test_pandas_polars_and_arrow_tables(make: Any) -> None:
    facts, found = build(RULES, {"inputs": arrow_table_from(make(COLUMNS))})
    assert found == []
    assert rows_of(facts) == [("a", "2026-Q1"), ("b", "2026-Q1")]
    assert values(facts, "complaints") == [1, None]
    assert values(facts, "share") == [Fraction(93, 100), Fraction(1, 10)]


def test_places_name_the_table() -> None:
    _, found = build(RULES, {"inputs": arrow_table_from(pl.DataFrame(COLUMNS | {"share": [0.5, 93.0]}))})
    assert errors(found) == ["K423 2 share"]
    assert found[0].place is not None and found[0].place.path == "<table>"


def test_narrow_types_and_categories_become_plain_ones() -> None:
    frame = pa.table(
        {
            "staff": pa.array(["a", "b"]).dictionary_encode(),
            "period": pa.array(["2026-Q1"] * 2, pa.large_string()),
            "complaints": pa.array([1, 2], pa.int8()),
            "share": pa.array([Decimal("0.930"), Decimal("0.100")], pa.decimal128(5, 3)),
        }
    )
    facts, found = build(RULES, {"inputs": arrow_table_from(frame)})
    assert (found, values(facts, "share")) == ([], [Fraction(93, 100), Fraction(1, 10)])


def test_categories_of_polars_are_texts() -> None:
    kinds = {"staff": pl.Categorical, "period": pl.Enum(["2026-Q1"])}
    facts, found = build(RULES, {"inputs": arrow_table_from(pl.DataFrame(COLUMNS).cast(kinds))})  # type: ignore[arg-type]
    assert (found, rows_of(facts)) == ([], [("a", "2026-Q1"), ("b", "2026-Q1")])


def test_periods_of_pandas_are_periods() -> None:
    frame = pd.DataFrame(COLUMNS | {"period": pd.period_range("2026-01", periods=2, freq="Q")})
    facts, found = build(RULES, {"inputs": arrow_table_from(frame)})
    assert (found, rows_of(facts)) == ([], [("a", "2026-Q1"), ("b", "2026-Q2")])


def test_columns_that_hold_no_cells_are_left_out_and_told() -> None:
    got = arrow_table_from(pa.table({**COLUMNS, "tags": [["x"], ["y"]]}))
    assert [one.code for one in got.diagnostics] == ["K407"]
    assert got.header == ("staff", "period", "complaints", "share")


def test_what_is_no_table_is_a_mistake_of_code() -> None:
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        arrow_table_from([1, 2])
