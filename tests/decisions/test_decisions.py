"""Decision tables: what they give, by hand and under random tables, and what the checker says of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.engine import Policy, policy_of
from kpirules.matrix import MISSING, StaffPeriodMatrix, column
from kpirules.scoring import reference
from kpirules.scoring.run import score
from kpirules.trials import run_tests
from kpirules.units import Unit
from tests.decisions.tables import OPENING, Cell, Facts, Table, decision_tables
from tests.scoring import making as m

F = Fraction
SCORED = "\nindicator i weight 100\n  points = d\n"
UNITS = {
    "x": Unit.NUMBER,
    "y": Unit.NUMBER,
    "n": Unit.COUNT,
    "risk": Unit.TEXT,
    "post": Unit.TEXT,
    "flag": Unit.BOOLEAN,
}
NUMBERS = st.sampled_from([F(0), F(1), F(3, 2), F(3), F(1, 10), F(31, 10), None])
ROWS = st.fixed_dictionaries(
    {
        "x": NUMBERS,
        "y": NUMBERS,
        "n": st.sampled_from([F(0), F(1), F(2), F(3), F(4), None]),
        "risk": st.sampled_from(["high", "medium", "low", None]),
        "post": st.sampled_from(["clerk", "guard", "cook", None]),
        "flag": st.sampled_from([True, False, None]),
    }
)


def policy(table: Table) -> Policy:
    return policy_of(OPENING + table.text + SCORED)


def codes(policy: Policy) -> set[str]:
    return {one.code for one in policy.diagnostics} - {"K301", "K302", "K304"}


def facts(rows: list[dict[str, Cell]]) -> StaffPeriodMatrix:
    columns = [column(name, unit, [row[name] for row in rows]) for name, unit in UNITS.items()]
    return m.matrix(*columns)


@settings(max_examples=150)
@given(decision_tables(), st.lists(ROWS, min_size=1, max_size=8))
def test_reference_and_kernels_give_what_the_table_says(table: Table, rows: list[dict[str, Cell]]) -> None:
    checked = policy(table)
    if checked.ruleset is None:
        assert codes(checked) & {"K256", "K257"}
        return
    matrix = facts(rows)
    expected = [table.value(row) for row in rows]
    measured = reference.Reference(checked.ruleset, matrix)
    assert [measured.value(checked.ruleset.measures["d"].value, row) for row in range(len(rows))] == expected
    rounding = checked.ruleset.points_rounding
    hundredths = [MISSING if value is None else rounding.steps(value) for value in expected]
    steps = checked.ruleset.points_rounding.steps
    hundredths = [MISSING if value is None else steps(value) for value in expected]
    for scores in (reference.score(checked.ruleset, matrix), score(checked.ruleset, matrix)):
        assert scores.points["i"].values.tolist() == hundredths


@settings(max_examples=120)
@given(decision_tables(("unique", "any", "first", "priority 3, 1, 2")))
def test_gaps_and_overlaps_are_found_exactly(table: Table) -> None:
    found = codes(policy(table))
    gap = overlap = False
    for row in combinations(table):
        truths = [condition.holds(row) for condition, _ in table.rules]
        gap = gap or all(truth is False for truth in truths)
        results = [result for truth, (_, result) in zip(truths, table.rules, strict=True) if truth]
        overlap = overlap or len(results if table.policy == "unique" else set(results)) > 1
    assert ("K256" in found) == (gap and table.otherwise is None)
    assert ("K257" in found) == (overlap and table.policy in ("unique", "any"))


def combinations(table: Table) -> list[Facts]:
    """A value on each side of each constant, and on it."""
    numbers = [F(0), F(1), F(2), F(3), F(4), None]
    wholes = [F(k) for k in range(5)]
    text = " ".join(condition.text for condition, _ in table.rules)
    between = [F(1, 2), F(5, 4), F(3, 2), F(7, 2)]
    values: dict[str, list[Cell]] = {
        "x": [*numbers, *between],
        "y": [*numbers, *between],
        "n": list(wholes),
        "risk": ["high", "medium", "low", None],
        "post": ["clerk", "guard", "cook"],
        "flag": [True, False],
    }
    kept = {name: cells if name in text else cells[:1] for name, cells in values.items()}
    return [dict(zip(kept, row, strict=True)) for row in product(*kept.values())]


APPROVAL = """\
ruleset loans
  period month
  missing zero
input age        : count
input risk       : text one of ("High", "Medium", "Low")
input affordable : boolean
decision approval "Approval" : text one of ("Approved", "Declined"), unique
  when age >= 18 and risk in ("Medium", "Low") and affordable : "Approved"
  when age < 18 and risk in ("Medium", "Low") and affordable  : "Declined"
  when risk = "High" and affordable : "Declined"
  when not affordable               : "Declined"
indicator granted weight 100
  points = 100 when approval = "Approved" otherwise 0
"""


def test_a_decision_in_words() -> None:
    text = APPROVAL + (
        'test "of age"\n  given age = 18, risk = "Medium", affordable = yes\n'
        '  expect approval = "Approved", granted = 100\n'
        'test "unknown risk"\n  given age = 18, affordable = yes\n  expect approval = missing, granted = 0\n'
        'test "what is known decides"\n  given affordable = no\n  expect approval = "Declined"\n'
    )
    checked = policy_of(text)
    assert checked.diagnostics == ()
    assert all(one.passed for one in run_tests(checked))


@pytest.mark.parametrize(
    ("without", "witness"),
    [
        ("  when age < 18", 'age = 17, risk = "Medium", affordable = yes'),
        ('  when risk = "High"', 'risk = "High", affordable = yes'),
        ("  when not affordable", "affordable = no"),
    ],
)
def test_a_gap_is_told_by_an_example(without: str, witness: str) -> None:
    text = "".join(line for line in APPROVAL.splitlines(keepends=True) if not line.startswith(without))
    (found,) = policy_of(text).diagnostics
    assert found.message() == f'no rule of "approval" says what happens for {witness}'


def test_a_decision_is_read_in_chinese() -> None:
    text = """\
规则集 审批制
  周期 月度
  缺失 零分
输入 年龄 : 次数
决策 审批 “审批” ： 文本，首个
  若 年龄 >= 18 ： “批准”
  其余 ： “拒绝”
指标 通过 权重 100
  得分 = 100 若 审批 = “批准” 否则 0
测试 “成年”
  给定 年龄 = 18
  应得 审批 = “批准”
"""
    checked = policy_of(text)
    assert checked.diagnostics == ()
    assert all(one.passed for one in run_tests(checked))


def test_too_many_combinations_are_told_and_the_decision_still_works() -> None:
    names = [f"f{k}" for k in range(9)]
    text = "ruleset x\n  period month\n  missing zero\n" + "".join(f"input {n} : number\n" for n in names)
    text += "decision d : number, first\n"
    text += f"  when {' and '.join(f'{n} > 1 and {n} < 9' for n in names)} : 5\n  otherwise : 1\n"
    checked = policy_of(text + "indicator i weight 100\n  points = d\n")
    assert {one.code for one in checked.diagnostics} == {"K331"}
    row = {name: F(2) for name in names}
    matrix = m.matrix(*(column(name, Unit.NUMBER, [value]) for name, value in row.items()))
    assert checked.ruleset is not None
    assert score(checked.ruleset, matrix).points["i"].values.tolist() == [500]
