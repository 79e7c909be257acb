"""Forms by name: meaning, shape and kernels agree for every declared one; nothing here knows a form but by its declaration."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.engine import policy_of
from kpirules.model.called_forms import CALLED, Called
from kpirules.model.forms import Target
from kpirules.scoring import reference
from kpirules.scoring.exact import curve
from kpirules.scoring.run import score
from kpirules.trials import run_tests
from tests.scoring import making as m

F = Fraction
STEPS = st.sampled_from([F(1), F(1, 2), F(2), F(1, 20), F(3), F(1, 3)])
NUMBERS = st.sampled_from([F(k, 4) for k in range(-8, 60)])
CELLS = st.one_of(NUMBERS, st.integers(-20, 300).map(lambda k: F(k, 20)), st.none())


@st.composite
def uses(draw: st.DrawFn, declared: Called) -> tuple[tuple[Fraction, ...], str, Fraction]:
    """Values that the form takes, a target's operator, and a weight."""
    weight = draw(st.sampled_from([F(10), F(20), F(5, 2)]))
    values = tuple(
        draw(STEPS if one.positive else st.sampled_from([F(0), F(1), F(5, 2)])) for one in declared.arguments
    )
    if declared.wrong(values, weight) is not None:
        return uses_of_first(declared, weight)
    return values, draw(st.sampled_from(declared.operators or ("=",))), weight


def uses_of_first(declared: Called, weight: Fraction) -> tuple[tuple[Fraction, ...], str, Fraction]:
    return tuple(F(1) for _ in declared.arguments), (declared.operators or ("=",))[0], weight


@pytest.mark.parametrize("name", CALLED)
@settings(max_examples=80)
@given(data=st.data(), cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=10))
def test_shape_and_kernels_say_what_the_meaning_says(
    name: str, data: st.DataObject, cells: Sequence[tuple[Fraction | None, Fraction | None]]
) -> None:
    declared = CALLED[name]
    values, operator, weight = data.draw(uses(declared))
    form = declared.form(values)
    goal = data.draw(NUMBERS)
    target = Target(operator, goal)
    for measure, _ in cells:
        if measure is not None:
            meant = form.points(measure, target, weight)
            assert meant is not None
            shaped = curve(form.shape(target, weight).pieces, measure)  # type: ignore[union-attr]
            assert min(max(shaped, F(0)), weight) == min(max(meant, F(0)), weight)
            assert (
                form.because(measure, target, weight, str).en
                and form.because(measure, target, weight, str).zh
            )
    rules = m.ruleset(
        [
            m.indicator("fixed", weight, m.fact("a"), form, m.target(operator, m.number(goal))),
            m.indicator("own", weight, m.fact("a"), form, m.target(operator, m.fact("b"))),
        ]
    )
    columns = [[None if cell is None else float(cell) for cell in row] for row in zip(*cells, strict=True)]
    facts = m.matrix(m.column("a", columns[0]), m.column("b", columns[1]))
    expected, found = reference.score(rules, facts), score(rules, facts)
    for indicator in ("fixed", "own"):
        assert found.points[indicator].values.tolist() == expected.points[indicator].values.tolist()


@pytest.mark.parametrize(
    ("measure", "points"),
    [
        ("90%", 80),
        ("94.9%", 80),
        ("95%", 82),
        ("86%", 80),
        ("85%", 78),
        ("84.99%", 78),
        ("200%", 100),
        ("0%", 44),
    ],
)
def test_steps_beyond_and_short_of_a_target(measure: str, points: int) -> None:
    text = (
        "ruleset x\n  period month\n  missing zero\ninput a : ratio\nindicator i weight 100\n  measure a\n"
        f'  target >= 90%\n  score by steps(80, 5pp, 2)\ntest "t"\n  given a = {measure}\n  expect i = {points}\n'
    )
    checked = policy_of(text)
    assert not checked.has_errors
    assert [one.actual for one in run_tests(checked) if not one.passed] == []


@pytest.mark.parametrize(
    ("measure", "points"), [("90%", 80), ("95%", 85), ("80%", 60), ("150%", 100), ("10%", 0)]
)
def test_gain_and_loss_at_rates_of_their_own(measure: str, points: int) -> None:
    text = (
        "ruleset x\n  period month\n  missing zero\ninput a : ratio\nindicator i weight 100\n  measure a\n  target >= 90%\n"
        f'  score by gain_and_loss(80, 1pp, 1, 2)\ntest "t"\n  given a = {measure}\n  expect i = {points}\n'
    )
    assert [one.actual for one in run_tests(policy_of(text))] == [points]


PROGRAMMERS = """\
规则集 编码 “编码考核”
  周期 月度
  缺失 零分
输入 大小写     : 次数 缺失 零
输入 无注释     : 次数 缺失 零
输入 命名不一致 : 次数 缺失 零
输入 未加括号   : 次数 缺失 零
输入 winform    : 是否 缺失 否
输入 字体不一致 : 是否 缺失 否
输入 布局不一致 : 是否 缺失 否
输入 样式不一致 : 是否 缺失 否
输入 源码来自他人 : 是否 缺失 否
输入 git得分  : 分数
输入 结构得分 : 分数
输入 通过 : 次数
输入 总数 : 次数
指标 git “git 使用” 权重 10
  得分 = git得分
指标 代码结构 权重 10
  得分 = 结构得分
  条款 “主要考核面向对象的使用”
指标 命名规范 权重 10
  扣分项
    每 大小写 扣 2 分 “大小写不规范”
    每 无注释 扣 3 分 “关键方法无注释”
    每 命名不一致 扣 3 分 “命名空间和目录，类名和文件名不一致”
    每 未加括号 扣 2 分 “if 语句，未加括号，未换行”
指标 UI “UI（字体、样式）” 权重 20
  扣分项
    若 winform 扣 5 分 “使用 winform”
    若 字体不一致 扣 5 分 “字体存在不一致”
    若 布局不一致 扣 5 分 “布局存在不一致”
    若 样式不一致 扣 5 分 “样式和动画存在不一致”
指标 测试用例 权重 50
  度量 通过 / 总数
  线性 从 0% : 0 至 100% : 50
调整
  否决 未编译 “使用别人电脑获取源码，未正确编译运行” 若 源码来自他人 : 总分 最多 0
测试 “扣分”
  给定 大小写 = 1, 无注释 = 2, winform = 是, git得分 = 10, 结构得分 = 8, 通过 = 9, 总数 = 10
  应得 命名规范 = 2, UI = 15, 测试用例 = 45, 总分 = 80
测试 “扣完为止”
  给定 大小写 = 6, git得分 = 10, 结构得分 = 10, 通过 = 1, 总数 = 1
  应得 命名规范 = 0, 总分 = 90
测试 “否决”
  给定 源码来自他人 = 是, git得分 = 10, 结构得分 = 10, 通过 = 1, 总数 = 1
  应得 总分 = 0
"""


def test_the_programmers_form_reads_as_briefly_as_on_paper() -> None:
    checked = policy_of(PROGRAMMERS)
    assert [one.message() for one in checked.diagnostics] == []
    assert [(one.name, one.actual) for one in run_tests(checked) if not one.passed] == []


LISTED = """\
ruleset x
  period month
  missing redistribute
input cases : count
input wait  : duration
input broken : boolean
indicator list weight 60
  deductions at most 30, not below 35
    2 points per cases, at most 6 "cases"
    1 point per full 30 min of wait
    10 points when broken and cases > 0 "broken"
indicator rest weight 40
  points = 40
"""


@pytest.mark.parametrize(
    ("given_", "points"),
    [
        ("cases = 0, wait = 0 min, broken = no", "60"),
        ("cases = 2, wait = 59 min, broken = no", "55"),
        ("cases = 9, wait = 60 min, broken = yes", "42"),
        ("cases = 9, wait = 20 h, broken = yes", "35"),
        ("cases = 0, wait = 1 h, broken = missing", "58"),
        ("cases = 1, wait = 1 h, broken = missing", "missing"),
        ("cases = missing, wait = 1 h, broken = no", "missing"),
    ],
)
def test_a_list_of_deductions(given_: str, points: str) -> None:
    checked = policy_of(LISTED + f'test "t"\n  given {given_}\n  expect list = {points}\n')
    assert [one.message() for one in checked.diagnostics] == []
    assert [(one.name, one.actual) for one in run_tests(checked) if not one.passed] == []
