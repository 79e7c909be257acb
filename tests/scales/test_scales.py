"""Interval tables: flat, interpolated and marginal, by hand and under random scales."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.engine import policy_of
from kpirules.matrix import MISSING
from kpirules.model import expressions as e
from kpirules.model.forms import Band, Formula
from kpirules.model.scales import Scale
from kpirules.scoring import reference
from kpirules.scoring.run import score
from kpirules.trials import run_tests
from kpirules.units import Unit
from tests.scoring import making as m

F = Fraction
EDGES = [F(k, 2) for k in range(-3, 12)]
RATES = st.sampled_from([F(0), F(1, 10), F(3, 100), F(1, 3), F(-1, 4), F(2)])


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """Intervals without gap, each bound owned by one side; ends open or not."""
    edges = sorted(draw(st.sets(st.sampled_from(EDGES), min_size=2, max_size=6)))
    owned = draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges)))
    marginal = draw(st.booleans())
    made: list[Band] = []
    for place, (low, high) in enumerate(pairwise(edges)):
        rate = draw(RATES)
        made.append(
            Band(low, not owned[place], high, owned[place + 1], rate, rate if marginal else draw(RATES))
        )
    rate = draw(RATES)
    if marginal or draw(st.booleans()):
        made.insert(0, Band(None, False, edges[0], owned[0], rate, rate))
    if draw(st.booleans()):
        made.append(Band(edges[-1], not owned[-1], None, False, rate, rate))
    return Scale(tuple(made), draw(st.one_of(st.none(), RATES)), marginal)


def by_hand(scale: Scale, key: Fraction) -> Fraction | None:
    """What the table gives, worked out anew: a marginal one in steps of a half, the finest that bounds have."""
    held = [band for band in scale.bands if band.holds(key)]
    assert len(held) <= 1
    if not scale.marginal:
        if not held:
            return scale.otherwise
        (band,) = held
        if band.low is None or band.high is None:
            return band.at_low
        return band.at_low + (key - band.low) / (band.high - band.low) * (band.at_high - band.at_low)
    if not held and scale.otherwise is None:
        return None
    total, at, sign = F(0), F(0), 1 if key >= 0 else -1
    while at != key:
        until = at + sign * min(F(1, 2), abs(key - at))
        inside = [band.at_low for band in scale.bands if band.holds((at + until) / 2)]
        total += (until - at) * (inside[0] if inside else scale.otherwise or F(0))
        at = until
    return total


KEYS = st.one_of(st.sampled_from(EDGES), st.integers(-40, 120).map(lambda k: F(k, 20)), st.none())


@settings(max_examples=150)
@given(scales(), st.lists(KEYS, min_size=1, max_size=12))
def test_reference_and_kernels_give_what_the_table_says(
    scale: Scale, keys: Sequence[Fraction | None]
) -> None:
    looked_up = e.Lookup("t", m.fact("a"), Unit.NUMBER, m.HERE)
    rules = m.ruleset(
        [m.indicator("i", 100, m.number(1), Formula())],
        [m.amount("o", looked_up, m.CENTS)],
        tables=[m.scale("t", scale)],
    )
    facts = m.matrix(m.column("a", [None if key is None else float(key) for key in keys]))
    expected = [None if key is None else by_hand(scale, key) for key in keys]
    meant = reference.Reference(rules, facts)
    assert [meant.value(looked_up, row) for row in range(len(keys))] == expected
    cents = [MISSING if value is None else m.CENTS.steps(value) for value in expected]
    assert score(rules, facts).outcomes["o"].values.tolist() == cents


POLICY = """\
ruleset pay
  period month
  missing zero
input sales : money
table commission "Commission" : ratio by money marginal
  up to 1000              : 0%
  over 1000 to below 5000 : 3%
  from 5000               : 5%
table allowance : money by sales
  below 1000        : 0
  from 1000 to 3000 : 10 to 30
  over 3000 to 9000 : 50
  otherwise         : missing
amount part : money = commission[sales] round to 0.01
amount more : money = allowance[sales] round to 0.01
indicator i weight 100
  points = 100
"""


@pytest.mark.parametrize(
    ("sales", "part", "more"),
    [
        ("0", "0", "0"),
        ("1000", "0", "10"),
        ("1000.50", "0.02", "10.01"),
        ("5000", "120", "50"),
        ("6000", "170", "50"),
        ("9000.01", "320.00", "missing"),
        ("missing", "missing", "missing"),
        ("-10 yuan", "0", "0"),
    ],
)
def test_a_commission_in_words(sales: str, part: str, more: str) -> None:
    text = POLICY + f'test "t"\n  given sales = {sales}\n  expect part = {part}, more = {more}\n'
    checked = policy_of(text)
    assert checked.diagnostics == ()
    assert [(one.name, one.actual) for one in run_tests(checked) if not one.passed] == []


def test_a_table_of_intervals_in_chinese() -> None:
    text = """\
规则集 薪酬
  周期 月度
  缺失 零分
输入 销售额 ： 金额
对照表 提成 ： 比率 按 金额 累进
  不超过 1000 ： 0%
  高于 1000 ： 3%
奖金 提成额 ： 金额 = 提成[销售额] 精确到 0.01
指标 甲 权重 100
  得分 = 100
测试 “两段”
  给定 销售额 = 3000
  应得 提成额 = 60
"""
    checked = policy_of(text)
    assert checked.diagnostics == ()
    assert all(one.passed for one in run_tests(checked))
