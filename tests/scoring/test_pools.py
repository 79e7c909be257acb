"""Pools divided among people: the parts add up, remainders follow their rule, kernels equal the reference."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.matrix import Column, Result, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.forms import Formula
from kpirules.model.rules import Ruleset
from kpirules.numbers import Rounding
from kpirules.scoring import reference
from kpirules.scoring.run import score
from kpirules.units import Unit
from tests.scoring import generated
from tests.scoring import making as m
from tests.scoring.test_kernels_equal_reference import (
    assert_all_agree,
    published,
)

F = Fraction
R = e.Remainder


def policy(
    pool: e.Expr, share: e.Expr | None, *by: str, remainder: R = R.LARGEST, step: str = "0.01"
) -> Ruleset:
    division = e.Division(pool, share, by, F(step), remainder, Unit.MONEY, m.HERE)
    return m.ruleset(
        [m.indicator("i", 100, m.number(50), Formula())],
        [m.amount("o", division, Rounding(F(step)))],
        inputs=[
            m.declared("team", Unit.TEXT),
            m.declared("post", Unit.TEXT),
            m.declared("leave", Unit.BOOLEAN),
        ],
        tables=[m.table("levels", {F(0): F(1), F(1): F(5, 2)}, F(7)), *generated.SCALED],
    )


def parts(rules: Ruleset, *columns: Column, names: list[str] | None = None) -> list[Fraction | None]:
    """Everybody's part, by the kernels; the reference must say the same."""
    facts = m.matrix(*columns)
    if names is not None:
        facts = StaffPeriodMatrix(facts.staff, names, facts.period, facts.period_names, facts.columns)
    made = score(rules, facts)
    assert published(made) == published(reference.score(rules, facts))
    result = made.outcomes["o"]
    assert isinstance(result, Result)
    return [result.exact(row) for row in range(len(facts))]


def summed(name: str, *by: str) -> e.Group:
    return m.group(e.Over.SUM, m.fact(name), *by)


@pytest.mark.parametrize(
    ("remainder", "expected"),
    [
        (
            R.LARGEST,
            ["14.29", "57.14", "28.57", None, "0"],
        ),  # 14.2857, 57.1428, 28.5714: cut most is the first
        (R.FIRST, ["14.28", "57.14", "28.58", None, "0"]),  # Ann comes first by name
        (R.KEPT, ["14.28", "57.14", "28.57", None, "0"]),
    ],
)
def test_what_is_left_over(remainder: R, expected: list[str | None]) -> None:
    rules = policy(summed("sales"), m.fact("x"), remainder=remainder)
    sales = m.column("sales", [100.0, None, None, None, None])
    shares = m.column("x", [1.0, 4.0, 2.0, None, 0.0])
    found = parts(rules, sales, shares, names=["Cid", "Bea", "Ann", "Dan", "Abe"])
    assert found == [None if one is None else F(one) for one in expected]


def test_equal_parts_and_equal_cuts_go_by_name() -> None:
    rules = policy(summed("sales", "team"), None, "team")
    teams = m.texts("team", ["a", "a", "a", "b", "b", None])
    sales = m.column("sales", [100.0, 0.01, 0.01, 0.05, 0.0, 7.0])
    found = parts(rules, sales, teams, names=["Cid", "Bea", "Ann", "Eve", "Dan", "Fay"])
    assert found == [F("33.34"), F("33.34"), F("33.34"), F("0.02"), F("0.03"), None]


def test_nothing_is_divided_without_a_pool_or_shares() -> None:
    negative = policy(summed("sales"), None)
    assert parts(negative, m.column("sales", [-5.0, 1.0])) == [None, None]
    nobody = policy(summed("sales"), m.fact("x"))
    assert parts(nobody, m.column("sales", [5.0, 1.0]), m.column("x", [0.0, -1.0])) == [None, None]
    unknown = policy(m.group(e.Over.MEAN, m.fact("sales")), None)
    assert parts(unknown, m.column("sales", [None, None])) == [None, None]


def test_numbers_beyond_machine_words_and_raw_ratios() -> None:
    large = policy(summed("sales"), m.fact("x"))
    sales = m.column("sales", [9e12, 1.23, 0.0])
    found = parts(large, sales, m.column("x", [123456789.123, 0.000001, 5.5]))
    assert sum(one for one in found if one is not None) == F(9 * 10**12) + F("1.23")
    ratios = policy(summed("sales"), m.arithmetic(m.fact("k"), "/", m.fact("n")))
    shares = (m.column("k", [1.0, 2.0, 1.0]), m.column("n", [3.0, 3.0, 7.0]))
    assert sum(one for one in parts(ratios, sales, *shares) if one is not None) == F("9000000000001.23")


@st.composite
def tables(draw: st.DrawFn) -> StaffPeriodMatrix:
    facts = draw(generated.matrices())
    count = len(facts)
    names = draw(st.permutations([f"n{k}" for k in range(count)]))
    return StaffPeriodMatrix(
        np.arange(count, dtype=np.int32), names, facts.period, facts.period_names, facts.columns
    )


@settings(max_examples=60)
@given(
    tables(),
    st.sampled_from([(), ("post",), ("leave", "post")]),
    st.sampled_from(R),
    st.sampled_from(["0.01", "1", "0.5", "100", "0.000001"]),
    st.one_of(st.none(), generated.numbers(generated.Scope(total=True), 1)),
    generated.numbers(generated.Scope(), 1),
)
def test_the_parts_add_up_and_equal_the_reference(
    facts: StaffPeriodMatrix,
    by: tuple[str, ...],
    remainder: R,
    step: str,
    share: e.Expr | None,
    item: e.Expr,
) -> None:
    pool = m.group(e.Over.SUM, item, *by)
    rules = policy(pool, share, *by, remainder=remainder, step=step)
    if not assert_all_agree(rules, facts):
        return
    _add_up(rules, facts, pool, by, remainder, F(step))


def _add_up(
    rules: Ruleset, facts: StaffPeriodMatrix, pool: e.Expr, by: tuple[str, ...], remainder: R, step: Fraction
) -> None:
    known = reference.Reference(rules, facts)
    made = score(rules, facts).outcomes["o"]
    assert isinstance(made, Result)
    groups: dict[tuple[object, ...], list[Fraction]] = {}
    pools: dict[tuple[object, ...], Fraction] = {}
    for row in range(len(facts)):
        part = made.exact(row)
        if part is not None:
            key: tuple[object, ...] = (int(facts.period[row]), *(known.fact(name, row) for name in by))
            groups.setdefault(key, []).append(part)
            value = known.value(pool, row)
            assert isinstance(value, Fraction)
            pools[key] = value // step * step
    for key, found in groups.items():
        assert all(part >= 0 for part in found)
        if remainder is R.KEPT:
            assert pools[key] - len(found) * step < sum(found) <= pools[key]
        else:
            assert sum(found) == pools[key]
