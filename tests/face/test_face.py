"""The Python face: tables of three libraries in, exact decimals out, mistakes as one exception."""

from __future__ import annotations

import io
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pytest

import kpirules
from tests.cli.desk import DESK, SHOP, SHOP_FACTS, TICKETS

PRICE = {"price": 20}
TOTALS = [Decimal("90.00"), Decimal("53.33"), None, Decimal("70.00")]
BONUSES = [Decimal("135.00"), Decimal("80.00"), None, Decimal("0.00")]


def with_pandas(text: str) -> Any:
    return pd.read_csv(io.StringIO(text))


def with_polars(text: str) -> Any:
    return pl.read_csv(io.StringIO(text))


def with_arrow(text: str) -> Any:
    return pyarrow.csv.read_csv(io.BytesIO(text.encode()))


LIBRARIES = pytest.mark.parametrize("read", [with_pandas, with_polars, with_arrow])


@LIBRARIES
def test_tables_of_any_library_score_to_exact_decimals(read: Any) -> None:
    scores = kpirules.load(SHOP, parameters=PRICE).score(read(SHOP_FACTS))
    table = scores.table
    assert len(scores) == table.num_rows == 4
    assert table.column_names == [
        "staff",
        "period",
        "speed",
        "quality",
        "total",
        "grade",
        "base",
        "bonus",
        "prize",
    ]
    assert table.schema.field("total").type == pa.decimal128(38, 2)
    assert table["staff"].to_pylist() == ["Ann", "Bob", "Cem", "Ann"]
    assert table["total"].to_pylist() == TOTALS
    assert table["bonus"].to_pylist() == BONUSES
    assert table["grade"].to_pylist() == ["good", "poor", None, "poor"]
    assert table["prize"].to_pylist() == [False, False, None, False]


@LIBRARIES
def test_records_go_by_the_name_of_their_data_set(read: Any) -> None:
    tickets = "\n".join(TICKETS.splitlines()[:-1])
    scores = kpirules.load(DESK).score(tickets=read(tickets))
    assert scores.table["total"].to_pylist() == [Decimal("64.06"), Decimal("100.00")]
    assert [one.code for one in scores.notes] == ["K408"]
    inputs = read("staff,period,courses\nBob,2026-01,1\nAnn,2026-01,0\n")
    scores = kpirules.load(DESK).score(inputs, tickets=read(tickets))
    assert scores.table["total"].to_pylist() == [Decimal("90.00"), Decimal("51.25")]
    why = scores.why("Ann", "2026-01")
    records = {fact.name: fact.records for line in why.indicators for fact in line.facts if fact.records}
    assert {name: (one.count, one.of) for name, one in records.items()} == {
        "share of tickets": (1, 2),
        "mean of tickets": (2, 3),
    }


def test_attributes_of_staff_have_their_own_table() -> None:
    facts = with_pandas(SHOP_FACTS)
    attributes = ["department", "on_probation"]
    staff = facts[["staff", *attributes]].drop_duplicates("staff")
    scores = kpirules.load(SHOP, parameters=PRICE).score(facts.drop(columns=attributes), staff=staff)
    assert scores.table["bonus"].to_pylist() == BONUSES


def test_scores_go_on_to_other_libraries() -> None:
    scores = kpirules.load(SHOP, parameters=PRICE).score(with_polars(SHOP_FACTS))
    assert pl.DataFrame(scores)["total"].to_list() == TOTALS
    assert pa.table(scores).equals(scores.table)
    assert list(scores.table.to_pandas()["grade"])[:2] == ["good", "poor"]


def test_both_engines_give_the_same() -> None:
    rules = kpirules.load(SHOP, parameters=PRICE)
    facts = with_pandas(SHOP_FACTS)
    assert rules.score(facts, engine="reference").table.equals(rules.score(facts).table)
    with pytest.raises(ValueError, match="engine must be one of"):
        rules.score(facts, engine="fastest")  # type: ignore[arg-type]


def test_policies_come_from_files_or_texts(tmp_path: Path) -> None:
    path = tmp_path / "shop.kpi"
    path.write_text(SHOP, encoding="utf-8")
    for source in (path, str(path), SHOP):
        assert kpirules.load(source).ruleset.id == "shop"
    assert kpirules.load(SHOP).warnings == ()
    with pytest.raises(FileNotFoundError):
        kpirules.load(tmp_path / "none.kpi")


@pytest.mark.parametrize("price", [20, 20.0, "20", "20 yuan", "20元", Decimal("20.00"), Fraction(20)])
def test_parameters_in_any_exact_form(price: Any) -> None:
    rules = kpirules.load(SHOP, parameters={"price": price})
    assert rules.score(with_pandas(SHOP_FACTS)).table["bonus"].to_pylist() == BONUSES


def test_a_float_is_its_shortest_decimal() -> None:
    rules = kpirules.load(SHOP, parameters={"price": 0.1})
    assert rules.ruleset.parameters["price"].value == Fraction(1, 10)
    facts = pd.DataFrame({"staff": ["a"], "period": ["2026-01"], "late": [0], "good": [0.0], "all": [1.0]})
    assert kpirules.load(SHOP, parameters=PRICE).score(
        facts.assign(department="x", on_probation=False, sold=0)
    ).table["total"].to_pylist() == [Decimal("40.00")]


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), Decimal("NaN"), [20], object()])
def test_a_parameter_of_no_kind_is_a_mistake_of_the_code(value: Any) -> None:
    with pytest.raises(TypeError, match="the parameter 'price' must be a text, a number or a boolean"):
        kpirules.load(SHOP, parameters={"price": value})


def test_mistakes_in_the_policy_raise_all_problems() -> None:
    text = SHOP.replace("measure good / all", "measure goo / all").replace("input late :", "input lat :")
    with pytest.raises(kpirules.Problems) as caught:
        kpirules.load(text)
    assert [one.code for one in caught.value.diagnostics] == ["K206", "K206"]
    assert "error[K206]" in str(caught.value) and "  --> <text>:" in str(caught.value)
    assert "错误[K206]" in caught.value.render("zh")


def test_mistakes_in_parameters() -> None:
    with pytest.raises(kpirules.Problems, match="K234"):
        kpirules.load(SHOP, parameters={"prise": 1})
    with pytest.raises(kpirules.Problems, match="K233"):
        kpirules.load(SHOP, parameters={"price": "3 days"})
    with pytest.raises(kpirules.Problems, match="these parameters have no value yet: price"):
        kpirules.load(SHOP).score(with_pandas(SHOP_FACTS))


def test_mistakes_in_the_data_raise_all_problems() -> None:
    rules = kpirules.load(SHOP, parameters=PRICE)
    facts = with_pandas(SHOP_FACTS)
    with pytest.raises(kpirules.Problems) as caught:
        rules.score(facts.assign(late=["x", 1, 2, 3, -4], period="2026"))
    found = [
        (one.code, one.place.row)
        for one in caught.value.diagnostics
        if isinstance(one.place, kpirules.diagnostics.Cell)
    ]
    assert ("K420", 1) in found and ("K422", 5) in found
    assert [row for code, row in found if code == "K413"] == [1, 2, 3, 4, 5]
    with pytest.raises(kpirules.Problems, match='no column "late"'):
        rules.score(facts.drop(columns="late"))
    with pytest.raises(kpirules.Problems, match='no data set "tickets"'):
        rules.score(facts, tickets=facts)
    with pytest.raises(kpirules.Problems, match="nothing is given for inputs"):
        rules.score()


def test_a_pandas_column_of_mixed_kinds_is_read_like_text() -> None:
    facts = with_pandas(SHOP_FACTS).assign(
        late=[3, "0", None, float("nan"), "1 "], staff=["Ann", 7, "Cem", "Dee", 7.0]
    )
    table = kpirules.load(SHOP, parameters=PRICE).score(facts).table
    assert table["staff"].to_pylist() == ["Ann", "7", "Cem", "7"]
    assert table["total"].to_pylist() == TOTALS


@pytest.mark.parametrize("table", ["shop.csv", {"staff": ["a"]}, [1, 2], 3])
def test_what_is_no_table_is_a_mistake_of_the_code(table: Any) -> None:
    with pytest.raises(TypeError, match="expected a table"):
        kpirules.load(SHOP, parameters=PRICE).score(table)


def test_why() -> None:
    scores = kpirules.load(SHOP, parameters=PRICE).score(with_arrow(SHOP_FACTS.replace("2026-01", "2026-1")))
    for period in ("2026-01", "2026/1", "2026年1月"):
        why = scores.why("Bob", period)
        assert (why.staff, why.period, why.grade) == ("Bob", "2026-01", "poor")
        assert (why.unrounded_total, why.total) == (Fraction(160, 3), Fraction("53.33"))
    for staff, period in (("bob", "2026-01"), ("Bob", "2026-02"), ("Bob", "soon")):
        with pytest.raises(KeyError, match="no facts of"):
            scores.why(staff, period)
