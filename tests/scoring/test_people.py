"""Values across people against the reference, and by hand: ranks with ties, teams that count once, conditions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.matrix import MISSING, Result, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.forms import Formula
from kpirules.numbers import Rounding
from kpirules.scoring import reference
from kpirules.scoring.groups import Items
from kpirules.scoring.ranking import standings
from kpirules.scoring.run import score
from kpirules.units import Unit
from tests.scoring import generated
from tests.scoring import making as m
from tests.scoring.test_kernels_equal_reference import (
    assert_all_agree,
    published,
)

F = Fraction


def ranked(values: list[float | None], rank: e.Expr, *columns: object, step: str = "0.001") -> list[object]:
    """What an amount made of this value is for every row, by the kernels; the reference must say the same."""
    rounding = Rounding(F(step))
    rules = m.ruleset(
        [m.indicator("i", 100, m.number(1), Formula())],
        [m.amount("o", rank, rounding)],
        inputs=[m.declared("team", Unit.TEXT), m.declared("post", Unit.TEXT)],
    )
    facts = m.matrix(m.column("x", values), *columns)  # type: ignore[arg-type]
    made = score(rules, facts)
    assert published(made) == published(reference.score(rules, facts))
    result = made.outcomes["o"]
    assert isinstance(result, Result)
    return [None if (value := result.exact(row)) is None else value for row in range(len(values))]


TIED = [70.0, 90.0, None, 80.0, 80.0, 60.0]


@pytest.mark.parametrize(
    ("kind", "lowest", "expected"),
    [
        (e.Place.RANK, False, ["4", "1", None, "2", "2", "5"]),
        (e.Place.DENSE, False, ["3", "1", None, "2", "2", "4"]),
        (e.Place.AVERAGE, False, ["4", "1", None, "2.5", "2.5", "5"]),
        (e.Place.PERCENTILE, False, ["0.2", "0.8", None, "0.6", "0.6", "0"]),
        (e.Place.RANK, True, ["2", "5", None, "3", "3", "1"]),
        (e.Place.PERCENTILE, True, ["0.6", "0", None, "0.4", "0.4", "0.8"]),
    ],
)
def test_ties_by_every_rule(kind: e.Place, lowest: bool, expected: list[str | None]) -> None:
    found = ranked(TIED, m.rank(m.fact("x"), kind=kind, lowest=lowest))
    assert found == [None if one is None else F(one) for one in expected]


def test_each_team_counts_once_whatever_its_size() -> None:
    teams = m.texts("team", ["big", "big", "big", "small", "mid", None])
    values: list[float | None] = [50.0, 60.0, 70.0, 90.0, 80.0, 100.0]
    mean = m.group(e.Over.MEAN, m.fact("x"), "team")
    assert ranked(values, m.rank(mean, "team", between=True), teams) == [3, 3, 3, 1, 2, None]
    of_teams = m.group(e.Over.MEAN, mean, "team", between=True)
    assert ranked(values, of_teams, teams, step="0.01") == [F("76.67")] * 5 + [None]


def test_quotients_are_ranked_exactly() -> None:
    teams = m.texts("team", ["a", "a", "a", "b", "b", "c", "d"])
    mean = m.group(e.Over.MEAN, m.fact("x"), "team")
    values: list[float | None] = [0.1, 0.1, 0.1, 0.05, 0.15, 0.1, None]  # all means are 0.1 exactly
    assert ranked(values, m.rank(mean, "team", between=True), teams) == [1, 1, 1, 1, 1, 1, None]
    huge = m.column("n", [3e13, 3e13, 6e13, 3e13, -3e13, 0.0, 1.0])
    share = m.rank(m.arithmetic(m.fact("x"), "/", m.fact("n")))
    found = ranked([1e13, 10000000000000.01, 2e13, 9999999999999.9, 1.0, 5.0, None], share, huge)
    assert found == [2, 1, 2, 4, 5, None, None]


def test_groups_by_two_attributes() -> None:
    teams = m.texts("team", ["a", "a", "a", "b", "b", "a"])
    posts = m.texts("post", ["x", "x", "y", "x", None, "y"])
    found = ranked([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], m.rank(m.fact("x"), "team", "post"), teams, posts)
    assert found == [2, 1, 2, 1, None, 1]


def test_shares_percentiles_and_distinct_values_of_a_group() -> None:
    values: list[float | None] = [1.0, 2.0, 2.0, 10.0, None]
    over = m.group(e.Over.SHARE, _where(m.number(1), m.compare(m.fact("x"), ">", m.number(1))))
    assert ranked(values, over) == [F("0.6")] * 5
    assert ranked(values, m.group(e.Over.DISTINCT, m.fact("x"))) == [3] * 5
    posts = m.texts("post", ["x", "y", None, "x", "x"])
    assert ranked(values, m.group(e.Over.DISTINCT, m.fact("post", Unit.TEXT)), posts) == [2] * 5
    for percent, value in ((0, 1), (25, 1), (26, 2), (75, 2), (76, 10), (100, 10)):
        assert ranked(values, m.group(e.Over.PERCENTILE, m.fact("x"), percent=F(percent))) == [value] * 5


def _where(item: e.Expr, condition: e.Expr) -> e.Expr:
    return e.Choice(item, condition, e.Constant(None, Unit.NUMBER, m.HERE), Unit.NUMBER, m.HERE)


@st.composite
def across(draw: st.DrawFn) -> e.Expr:
    """A value across people; mostly of something with ties and decimals."""
    item = draw(generated.numbers(generated.Scope(total=True), 1))
    by = draw(generated.BY)
    if draw(st.booleans()):
        item = _where(item, draw(generated.conditions(generated.Scope())))
    if by and draw(st.integers(0, 2)) == 0:
        shared = m.group(draw(st.sampled_from(generated.ACROSS[:6])), item, *by)
        return m.rank(shared, *by, kind=draw(st.sampled_from(e.Place)), between=True)
    if draw(st.booleans()):
        return m.rank(item, *by, kind=draw(st.sampled_from(e.Place)), lowest=draw(st.booleans()))
    kind = draw(st.sampled_from(generated.ACROSS))
    percent = draw(generated.PERCENTS) if kind is e.Over.PERCENTILE else None
    return m.group(kind, item, *by, percent=percent)


@settings(max_examples=60)
@given(across(), generated.matrices())
def test_every_value_across_people_equals_the_reference(value: e.Expr, facts: StaffPeriodMatrix) -> None:
    rules = m.ruleset(
        [m.indicator("i", 100, m.fact("a"), Formula())],
        [m.amount("o", value, Rounding(F(1, 1000)))],
        inputs=[m.declared("post", Unit.TEXT), m.declared("leave", Unit.BOOLEAN)],
        tables=[m.table("levels", {F(0): F(1), F(1): F(5, 2)}, F(7)), *generated.SCALED],
    )
    assert_all_agree(rules, facts)


_VALUES = st.one_of(st.integers(-3, 3), st.just(MISSING), st.sampled_from([2**61, -(2**61), 2**62 - 1]))


@settings(max_examples=200)
@given(st.data(), st.integers(1, 12), st.booleans())
def test_places_by_sorting_are_places_by_counting(data: st.DataObject, count: int, lowest: bool) -> None:
    values = data.draw(st.lists(_VALUES, min_size=count, max_size=count))
    groups = data.draw(st.lists(st.sampled_from([-1, 0, 1, 2**40]), min_size=count, max_size=count))
    rows = data.draw(st.sets(st.integers(0, count - 1)))
    odd = {row: F(data.draw(st.integers(-7, 7)), 3) for row in rows}
    items = Items(
        np.array([MISSING if row in odd else v for row, v in enumerate(values)], np.int64), F(1), odd
    )
    exact = [odd.get(row, None if v == MISSING else F(v)) for row, v in enumerate(values)]
    found = standings(items, np.array(groups, np.int64), lowest)
    for row, own in enumerate(exact):
        others = [v for v, g in zip(exact, groups, strict=True) if g == groups[row] and v is not None]
        if own is None or groups[row] < 0:
            assert np.isnan(found.rank()[row]) and np.isnan(found.behind()[row])
            continue
        ahead = [v for v in others if (v < own if lowest else v > own)]
        assert found.rank()[row] == len(ahead) + 1
        assert found.dense()[row] == len(set(ahead)) + 1
        assert found.average()[row] == len(ahead) + (others.count(own) + 1) / 2
        assert found.behind()[row] == len(others) - len(ahead) - 1
        assert found.ranked()[row] == len(others)
