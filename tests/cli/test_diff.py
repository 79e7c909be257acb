"""`kpirules diff`: how the edits between two policies are printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.desk import SHOP, Desk

ROOT = Path(__file__).resolve().parents[2]

DRAFT = (
    SHOP.replace("count = 1 time", "count = 2 times")
    .replace("weight 40", "weight 30")
    .replace("weight 60", "weight 70")
    .replace("from 90%            : 60", "from 90%            : 70")
    .replace(": 0 to 60", ": 0 to 70")
    .replace('clause "Rule 1"', 'clause "Rule 2"')
    .replace("eligible prize when total >= 95\n", 'award trip "Trip" when total >= 95\n')
)


def test_edits_are_listed_and_those_without_effect_apart(desk: Desk) -> None:
    desk.put("draft.kpi", DRAFT)
    result = desk.run("diff", "shop.kpi", "draft.kpi")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "~ parameter allowance: 1 time -> 2 times",
        "~ indicator speed: weight 40 -> 30",
        "~ indicator quality: weight 60 -> 70",
        "~ indicator quality: bands",
        "    from 90% : 60 -> from 90% : 70",
        "    from 60% to below 90% : 0 to 60 -> from 60% to below 90% : 0 to 70",
        "- eligible prize when total >= 95",
        '+ award trip "Trip" when total >= 95',
        "",
        "Without effect on any result",
        "  ~ indicator speed: clauses and notes",
        '      clause "Rule 1" -> clause "Rule 2"',
    ]
    assert result.stderr == "6 edits that may change results, 1 without effect\n"


def test_edits_in_chinese(desk: Desk) -> None:
    desk.put("draft.kpi", DRAFT)
    result = desk.run("diff", "shop.kpi", "draft.kpi", "--lang", "zh")
    assert result.stdout.splitlines()[:3] == [
        "~ 参数 allowance：1 次 -> 2 次",
        "~ 指标 speed：权重 40 -> 30",
        "~ 指标 quality：权重 60 -> 70",
    ]
    assert "不影响任何结果" in result.stdout
    assert result.stderr == "6 处改动可能影响结果，1 处不影响\n"


def test_indicators_stand_under_their_section_and_long_edits_on_two_lines(desk: Desk) -> None:
    rest, _, quality = SHOP.partition("indicator quality")
    quality, grades, after = quality.partition("\ngrades")
    sectioned = (
        f"{rest}section work\n  indicator quality" + quality.replace("\n  ", "\n    ") + grades + after
    )
    long = sectioned.replace(
        "base * total / 100", "base * total / 100 + base * total / 100 * fallback(points of speed, 0) / 40"
    )
    desk.put("old.kpi", sectioned)
    desk.put("new.kpi", long.replace("target >= 90%", "target >= 92%"))
    result = desk.run("diff", "old.kpi", "new.kpi")
    assert result.stdout.splitlines() == [
        "section work",
        "  ~ indicator quality: target >= 90% -> >= 92%",
        "~ amount bonus: formula",
        "    - base * total / 100",
        "    + base * total / 100 + base * total / 100 * fallback(points of speed, 0) / 40",
    ]


def test_layout_and_translation_are_no_change(desk: Desk) -> None:
    desk.put("same.kpi", SHOP)
    assert desk.run("fmt", "--lang", "zh", "same.kpi").exit_code == 0
    assert "权重" in (desk.folder / "same.kpi").read_text("utf-8")
    result = desk.run("diff", "shop.kpi", "same.kpi", "--exit-code")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "no change\n", "")
    assert desk.run("diff", "shop.kpi", "same.kpi", "--lang", "zh").stdout == "没有改动\n"


def test_one_policy_with_other_parameters(desk: Desk) -> None:
    result = desk.run(
        "diff", "shop.kpi", "--set", "allowance=3 times", "--set", "price=20 yuan", "--exit-code"
    )
    assert result.exit_code == 1
    assert result.stdout == "~ parameter price: (none) -> 20 yuan\n~ parameter allowance: 1 time -> 3 times\n"
    assert desk.run("diff", "shop.kpi", "--set", "allowance=1", "--exit-code").exit_code == 0


def test_the_exit_status_tells_of_edits_with_effect_only(desk: Desk) -> None:
    desk.put("draft.kpi", DRAFT)
    desk.put("words.kpi", SHOP.replace("Rule 1", "Rule 2"))
    assert desk.run("diff", "shop.kpi", "draft.kpi", "--exit-code").exit_code == 1
    assert desk.run("diff", "shop.kpi", "words.kpi", "--exit-code").exit_code == 0


def test_json_says_every_edit_with_its_places(desk: Desk) -> None:
    desk.put("draft.kpi", SHOP.replace("weight 40", "weight 30").replace("from 80", "from 75"))
    result = desk.run("diff", "shop.kpi", "draft.kpi", "--format", "json")
    # weights that do not add up are an error of the new policy
    assert (result.exit_code, result.stderr != "") == (1, True)
    desk.put("draft.kpi", SHOP.replace("from 80", "from 75"))
    result = desk.run("diff", "shop.kpi", "draft.kpi", "--format", "json")
    record = json.loads(result.stdout)
    line = SHOP.splitlines().index('  good "良好" from 80') + 1
    assert record == {
        "old": "shop.kpi",
        "new": "draft.kpi",
        "edits": [
            {
                "change": "changed",
                "subject": "grade",
                "name": "good",
                "aspect": "bound",
                "section": None,
                "effect": True,
                "title": "bound of grade good",
                "text": "grade good: bound 80 -> 75",
                "old": "80",
                "new": "75",
                "details": [],
                "old_place": {"path": "shop.kpi", "line": line, "column": 18},
                "new_place": {"path": "draft.kpi", "line": line, "column": 18},
            }
        ],
    }


def test_the_old_policy_may_come_from_standard_input(desk: Desk) -> None:
    desk.put("draft.kpi", DRAFT)
    result = desk.run("diff", "-", "draft.kpi", stdin=SHOP)
    assert (result.exit_code, result.stdout[:24]) == (0, "~ parameter allowance: 1")


def test_what_an_extending_policy_changes_in_its_base(desk: Desk) -> None:
    desk.put("mine.kpi", "ruleset mine\n  extends shop\nset allowance = 4 times\nwithout prize\n")
    result = desk.run("diff", "shop.kpi", "mine.kpi")
    assert result.stdout.splitlines()[:2] == [
        "~ parameter allowance: 1 time -> 4 times",
        "- eligible prize when total >= 95",
    ]


@pytest.mark.parametrize(
    ("words", "status", "en", "zh"),
    [
        (["shop.kpi"], 2, "give a second policy, or --set", "请给出第二份制度"),
        (["-", "-"], 2, "only one policy can be read from -", "只能有一份制度从 - 读取"),
        (["shop.kpi", "nowhere.kpi"], 2, "cannot read nowhere.kpi", "无法读取 nowhere.kpi"),
        (["shop.kpi", "bad.kpi"], 1, "K211", "K211"),
        (["shop.kpi", "--set", "allowance=soon"], 1, "K233", "K233"),
        (["shop.kpi", "--set", "nothing=3"], 1, "K234", "K234"),
    ],
)
def test_what_cannot_be_compared(desk: Desk, words: list[str], status: int, en: str, zh: str) -> None:
    desk.put("bad.kpi", SHOP.replace("weight 40", "weight 41"))
    for language, said in (("en", en), ("zh", zh)):
        result = desk.run("--lang", language, "diff", *words)
        assert result.exit_code == status
        assert said in result.stderr + result.stdout
        assert "Traceback" not in result.stderr


#: The edits that docs/diff.md shows.
OF_THE_PAGE = (
    ("allowance  : count = 3", "allowance  : count = 5"),
    ('"Response" weight 40', '"Response" weight 45'),
    ('"Complaints" weight 30', '"Complaints" weight 25'),
    ("deduct 5 points", "deduct 4 points"),
    ("8 to 15", "10 to 15"),
    ("from 90", "from 92"),
    ("eligible course", 'award trip "Trip" when total >= 95\neligible course'),
    ("95% within half an hour", "95% within 30 minutes"),
)


def test_the_page_shows_what_is_printed(desk: Desk) -> None:
    text = (ROOT / "docs" / "policy.en.kpi").read_text("utf-8").partition("\ntest ")[0] + "\n"
    draft = text
    for old, new in OF_THE_PAGE:
        assert old in draft
        draft = draft.replace(old, new)
    desk.put("policy.kpi", text)
    desk.put("draft.kpi", draft)
    page = (ROOT / "docs" / "diff.md").read_text("utf-8")
    assert page.split("```text\n")[1].split("```")[0] == desk.run("diff", "policy.kpi", "draft.kpi").stdout


@pytest.mark.parametrize(
    ("unit", "one", "other"),
    [
        ("金额", "1万 元", "10000 元"),
        ("金额", "1万元", "10,000"),
        ("时长", "30 分钟", "0.5 小时"),
        ("比率", "95%", "95.0%"),
    ],
)
def test_a_value_is_what_it_comes_to(desk: Desk, unit: str, one: str, other: str) -> None:
    text = f"规则集 x\n  周期 月度\n  缺失 零分\n输入 a : 数值\n参数 p : {unit} = {one}\n"
    text += "指标 i 权重 100\n  得分 = 100 若 p > p / 2 且 a > 0 否则 0\n"
    desk.put("one.kpi", text)
    desk.put("other.kpi", text.replace(f"= {one}", f"= {other}"))
    assert desk.run("diff", "one.kpi", "other.kpi", "--exit-code").stdout == "no change\n"
    desk.put("more.kpi", text.replace(f"= {one}", f"= {one} * 2"))
    assert desk.run("diff", "one.kpi", "more.kpi", "--exit-code").exit_code == 1
