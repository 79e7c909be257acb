"""Laws of the formatter: the meaning stays, twice is once, no comment is lost, and there and back is the same."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.diagnostics import Language
from kpirules.language import tree
from kpirules.language.format import blocking, format_text
from kpirules.language.parse import Parsed, parse
from kpirules.model.spellings import SPELLINGS
from tests.strategies import policies

NAMES = SPELLINGS
ENGLISH = {chinese: name for name, chinese in NAMES.items()}
# A policy is a large example: fewer of them say as much.
fewer = settings(max_examples=max(60, settings().max_examples // 3))
LANGUAGES: tuple[Language | None, ...] = (None, "en", "zh")


def written(text: str, language: Language | None = None) -> str:
    return format_text(parse(text), language, NAMES)


def meaning(node: Any) -> Any:
    """A tree without the choice of a function's or a form's spelling."""
    if isinstance(node, tuple):
        return tuple(meaning(one) for one in node)
    if isinstance(node, tree.Call):
        called = ENGLISH.get(node.function.text, node.function.text)
        return ("Call", called, meaning(node.arguments))
    if isinstance(node, tree.ScoreBy):
        return ("ScoreBy", ENGLISH.get(node.name.text, node.name.text), meaning(node.arguments))
    if isinstance(node, tree.Node):
        return (type(node).__name__, *(meaning(getattr(node, n)) for n in node.__match_args__ if n != "span"))
    if isinstance(node, tree.Header):
        return meaning(tuple(getattr(node, name) for name in tree.Header.__match_args__))
    return node


def comments(parsed: Parsed) -> Counter[str]:
    found = [line.comment for line in parsed.lines if line.comment]
    found += [remark.text for line in parsed.lines for remark in line.remarks]
    return Counter(found)


@fewer
@given(policies(), st.sampled_from(LANGUAGES))
def test_formatting_keeps_the_meaning_and_every_comment_and_is_done_at_once(
    text: str, language: Language | None
) -> None:
    parsed = parse(text)
    once = format_text(parsed, language, NAMES)
    again = parse(once)
    assert not again.diagnostics
    assert meaning(again.tree) == meaning(parsed.tree)
    if language is None:
        assert again.tree == parsed.tree
    assert comments(again) == comments(parsed)
    assert format_text(again, language, NAMES) == once


@fewer
@given(policies())
def test_there_and_back_is_the_same(text: str) -> None:
    english = written(text, "en")
    chinese = written(english, "zh")
    assert parse(written(chinese, "en")).tree == parse(english).tree


@fewer
@given(policies(), st.sampled_from(LANGUAGES))
def test_the_layout_keeps_its_rules(text: str, language: Language | None) -> None:
    out = written(text, language)
    assert out.endswith("\n")
    assert not out.startswith("\n")
    assert "\n\n\n" not in out
    for line in out.splitlines():
        assert line == line.rstrip()
        assert (len(line) - len(line.lstrip(" "))) % 2 == 0


CASES = [
    ("measure a = - x+1%", "measure a = -x + 1%"),
    ("measure a = x [ y ]  *f ( 1 ,2，  3 )", "measure a = x[y] * f(1, 2, 3)"),
    ("measure a = x-y ≥ 1,000 元", "measure a = x - y >= 1,000 元"),
    ("measure a = ３０ 分钟", "measure a = 30 分钟"),
    ("measure a = 5 万 元", "measure a = 5 万元"),
    ("measure a = (1   # why\n   + 2)  # end", "measure a = (1  # why\n    + 2)  # end"),
    ("measure a = (\n  # alone\n  1)", "measure a = (\n    # alone\n    1)"),
    ('measure a = “x”  = “say "y"”', 'measure a = "x" = “say "y"”'),
]


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_spacing(line: str, expected: str) -> None:
    assert written(f"ruleset x\n{line}\n") == f"ruleset x\n{expected}\n"


TRANSLATIONS = [
    ("deduct 1 point per time above target", "每超出目标 1 次 扣 1 分"),
    (
        "deduct 2 points per full 2 pp below target, at most 10 points",
        "每低于目标 满 2 个百分点 扣 2 分, 最多 10 分",
    ),
    ("deduct 1 point per full pp below target", "每低于目标 满 1 个百分点 扣 1 分"),
    ("deduct 1 point per late", "每 late 扣 1 分"),
    ("deduct min(1, 2) per full (late + 1)", "每 满 (late + 1) 扣 最小(1, 2)"),
    ("target >= 95%", "目标 >= 95%"),
    ("pro rata to target up to 120%", "按目标比例 不超过 120%"),
    ("all or nothing", "达标满分"),
    ("linear from 80% : 0 to 95% : 10", "线性 从 80% : 0 至 95% : 10"),
    (
        'applies to staff where post not in ("a", "b") and age is missing',
        '适用 员工 当 post 不属于 ("a", "b") 且 age 缺值',
    ),
    ("points = 5 when late = 0 otherwise 1", "得分 = 5 若 late = 0 否则 1"),
    ('measure sum of hours over department where kind = "x"', '度量 合计 hours 于 department 当 kind = "x"'),
    (
        "measure share of repairs followed within 7 days by visits of the same device as serial and the same kind",
        "度量 占比 repairs 其后 7 天 内又有 visits 同一 device 对应 serial 及同一 kind",
    ),
    ("measure mean of stars over ratings trimmed 10%", "度量 平均 stars 于 ratings 去掉两端 10%"),
    ("measure workdays from opened to closed", "度量 工作日自 opened 至 closed"),
]


@pytest.mark.parametrize(("english", "chinese"), TRANSLATIONS)
def test_translation_both_ways(english: str, chinese: str) -> None:
    head, zh_head = "ruleset x\nindicator y weight 5\n  ", "规则集 x\n\n指标 y 权重 5\n  "
    assert written(head + english + "\n", "zh") == zh_head + chinese + "\n"
    assert written(zh_head + chinese + "\n", "en") == "ruleset x\n\nindicator y weight 5\n  " + english + "\n"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("2 次", "2 times"),
        ("1 次", "1 time"),
        ("1.0 次", "1.0 time"),
        ("1 万 元", "1 wan yuan"),
        ("3 points", "3 points"),
    ],
)
def test_english_counts_its_units(given_: str, expected: str) -> None:
    assert written(f"ruleset x\nmeasure a = {given_}\n", "en") == f"ruleset x\nmeasure a = {expected}\n"


def test_a_data_set_tied_to_another_reads_the_same_both_ways() -> None:
    english = (
        "ruleset x\n\ndata surveys\n  ticket : text\n  tied to tickets by ticket = id\n"
        '  placed by tickets.closed\n\nmeasure a = count of surveys where tickets.kind = "x"\n'
    )
    chinese = (
        "规则集 x\n\n数据 surveys\n  ticket : 文本\n  关联 tickets 按 ticket = id\n"
        '  归期按 tickets.closed\n\n度量 a = 计数 surveys 当 tickets.kind = "x"\n'
    )
    assert written(english, "zh") == chinese
    assert written(chinese, "en") == english
    assert written(chinese.replace("tickets.", "tickets ． "), "en") == english


def test_records_of_a_test_stay_as_they_stand() -> None:
    text = 'ruleset x\n\ntest "t"\n  given tickets\n    id="1",kind = "x"\n    opened =  2026-07-01\n'
    expected = 'ruleset x\n\ntest "t"\n  given tickets\n    id = "1", kind = "x"\n    opened = 2026-07-01\n'
    assert written(text) == expected
    assert "  给定 tickets\n    id = " in written(text, "zh")


def test_neighbours_are_aligned_by_their_width() -> None:
    text = 'ruleset x\ninput 投诉: count "次"\n# between\ninput late_ones :count\n\ninput a : count\n'
    expected = (
        'ruleset x\ninput 投诉      : count  "次"\n# between\ninput late_ones : count\n\ninput a : count\n'
    )
    assert written(text) == expected


def test_blocks_stand_apart_and_comments_stay_with_them() -> None:
    text = "ruleset x\n# the grades\ngrades\n    a from 1\n    # last\n# top\ninput b : count\n\n\n\n# end\n"
    expected = "ruleset x\n\n# the grades\ngrades\n  a from 1\n  # last\n\n# top\ninput b : count\n\n# end\n"
    assert written(text) == expected


def test_tabs_are_replaced_but_mistakes_are_refused() -> None:
    tabs = parse("ruleset x\n\tperiod month\n\tnote “a”\n")
    assert not blocking(tabs)
    assert format_text(tabs) == 'ruleset x\n  period month\n  note "a"\n'
    wrong = parse("ruleset x\n  perod month\n")
    assert [one.code for one in blocking(wrong)] == ["K107"]
    with pytest.raises(ValueError):
        format_text(wrong)


def test_signs_are_ascii_in_both_vocabularies() -> None:
    text = "规则集 甲 “标题”\n输入 乙：比率\n度量 丙＝最大（乙，1％）×2÷3－乙\n"
    assert not re.search("[：＝（），％×÷－“”]", written(text, "zh") + written(text, "en"))


def test_a_name_that_is_a_word_of_the_other_vocabulary_stays_a_name() -> None:
    text = "ruleset x\n  period month\n  missing zero\n\ninput 平均 : count\n\nmeasure a = 平均 is present\nmeasure b = 1 + 2\n"
    parsed = parse(text)
    chinese = format_text(parsed, "zh", NAMES)
    assert parse(chinese).tree == parsed.tree
    assert "度量 b = 1 + 2" in chinese
