"""What is told of an edit, and that nothing else is told: other layouts, translations and orders are no edits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpirules.comparison import edits_between, version_of
from kpirules.diagnostics import Language
from kpirules.engine import policy_of
from kpirules.language.format import format_text
from kpirules.language.parse import parse
from kpirules.model.spellings import SPELLINGS
from kpirules.policy.alike import alike
from kpirules.policy.edits import Change, Edit, Version, edits
from tests.model.mutation import POLICIES, mutated
from tests.policy.edited import FILES, ROOT, edited, of_both, policy, text_of, version
from tests.strategies import policies

ENGLISH = text_of(ROOT / "docs" / "policy.en.kpi")
fewer = settings(max_examples=max(60, settings().max_examples // 3))

#: What is written, what instead, and how the edit is told; a plus or minus is an addition or removal, `(idle)` one that
#: changes no result.
ONE_EDIT = [
    ('= 3 "complaints', '= 5 "complaints', "parameter allowance: 3 -> 5"),
    ('= 2% "comm', '= 2.5% "comm', "parameter commission: 2% -> 2.5%"),
    ("  period quarter", "  period month", "ruleset: period quarter -> period month"),
    ("  missing redistribute", "  missing zero", "ruleset: missing redistribute -> missing zero"),
    (
        "where not on_probation",
        "where on_probation",
        "ruleset: applies to staff where not on_probation -> applies to staff where on_probation",
    ),
    (
        "  period quarter",
        "  period quarter\n  round total to 1 down",
        "ruleset: (none) -> round total to 1 down",
    ),
    (
        "  period quarter",
        "  period quarter\n  weekend friday, saturday",
        "ruleset: (none) -> weekend friday saturday",
    ),
    (
        "on_probation : boolean missing no",
        "on_probation : boolean",
        'attribute on_probation: attribute on_probation : boolean missing no "on probation" -> attribute on_probation : boolean "on probation"',
    ),
    (
        "<= 30 min",
        "<= 45 min",
        "measure quick: formula share of tickets where first_reply - opened <= 30 min -> share of tickets where first_reply - opened <= 45 min",
    ),
    (
        "  kind        : text",
        "  kind : text\n  urgent : boolean optional",
        "data tickets: fields | + urgent : boolean optional",
    ),
    (
        "  first_reply : datetime optional",
        "  first_reply : datetime",
        "data tickets: fields | first_reply : datetime optional -> first_reply : datetime",
    ),
    ("target >= 95%\n", "target > 95%\n", "indicator response: target >= 95% -> > 95%"),
    (
        "    deduct 1 point per full pp below target",
        "    all or nothing",
        "indicator response: deduct 1 point per full pp below target -> all or nothing",
    ),
    (
        "at most 20 points",
        "at most 25 points",
        "indicator complaints: deduct 5 points per time above target, at most 20 points -> deduct 5 points per time above target, at most 25 points",
    ),
    (
        "from 80% to below 95% : 8 to 15",
        "from 80% to below 95% : 9 to 15",
        "indicator reports: bands | from 80% to below 95% : 8 to 15 -> from 80% to below 95% : 9 to 15",
    ),
    (
        "      otherwise             : 0",
        "      from 50% to below 80% : 4\n      otherwise : 0",
        "indicator reports: bands | + from 50% to below 80% : 4",
    ),
    (
        '      1 "fair"      : 5',
        '      1 "fair" : 6',
        'indicator view: levels | 1 "fair" : 5 -> 1 "fair" : 6',
    ),
    (
        "    measure reports_on_time / reports_due",
        "    measure reports_on_time / reports_due\n    missing zero",
        "indicator reports: (none) -> missing zero",
    ),
    (
        "    measure supervisor_view",
        '    applies to staff where department = "x"\n    measure supervisor_view',
        'indicator view: (none) -> applies to staff where department = "x"',
    ),
    ("from 90", "from 92", "grade excellent: bound 90 -> 92"),
    ('  pass      "Pass"      from 60\n', "", 'grades: list | - pass "Pass" from 60'),
    (
        "* total / 100",
        "* total / 50",
        "amount bonus: formula pool / headcount over department * total / 100 -> pool / headcount over department * total / 50",
    ),
    ("total / 100", "total / 100 round to 1 down", "amount bonus: rounding (none) -> 1 down"),
    (
        "when total >= 90",
        "when total >= 91",
        "eligible course: condition total >= 90 and points of complaints = 30 -> total >= 91 and points of complaints = 30",
    ),
    (
        "eligible course",
        'award trip "Trip" when total >= 95\neligible course',
        '+ award trip "Trip" when total >= 95',
    ),
    (
        'eligible course "Advanced course" when total >= 90 and points of complaints = 30\n',
        "",
        '- eligible course "Advanced course" when total >= 90 and points of complaints = 30',
    ),
    ("input sales ", "input calls : count\ninput sales ", "+ (idle) input calls : count"),
    (
        "from 2026-01-01",
        "from 2026-02-01",
        "(idle) ruleset: in force from 2026-01-01 -> in force from 2026-02-01",
    ),
    ('version "2026.1"', 'version "2"', '(idle) ruleset: version "2026.1" -> "2"'),
    (
        '"table 1, row 1',
        '"table 2, row 1',
        '(idle) indicator response: clauses and notes | clause "table 1, row 1: 95% within half an hour" -> clause "table 2, row 1: 95% within half an hour"',
    ),
    (
        'complaints "Complaints"',
        'complaints "Lost"',
        '(idle) indicator complaints: label "Complaints" -> "Lost"',
    ),
    ('2 "good"      : 10', '2 "well" : 10', '(idle) indicator view: levels | 2 "good" : 10 -> 2 "well" : 10'),
    (
        'test "four complaints cost',
        'test "4 complaints cost',
        '- (idle) test "four complaints cost five points; what is missing is left out"',
    ),
    (
        "expect complaints = 25, view",
        "expect view",
        "(idle) test four complaints cost five points; what is missing is left out: expectations",
    ),
    (
        'service_quarter "Service, quarterly"',
        'service_q "Q"',
        '(idle) ruleset: service_quarter "Service, quarterly" -> service_q "Q"',
    ),
    ("target >= 95%\n", "target >= 95.0%\n", None),
    ("<= 30 min", "<= 0.5 h", None),
    ('= 2% "comm', '= 200% / 100 "comm', "(idle) parameter commission: 2% -> 200% / 100"),
    (
        "  period quarter",
        "  period quarter\n  round points to 0.01 half up",
        "(idle) ruleset: (none) -> round points to 0.01 half up",
    ),
    (
        '  indicator response "Response" weight 40',
        '  indicator response "Response" weight 40\n    accept K326 "by the board"',
        '(idle) ruleset: accepted findings | + indicator response: accept K326 "by the board"',
    ),
]


def told(one: Edit) -> str:
    """An edit as the table writes it."""
    mark = {Change.ADDED: "+ ", Change.REMOVED: "- "}.get(one.change, "")
    rows = []
    for row in one.details:
        if row.old is None or row.new is None:
            rows.append(f"- {row.old.en}" if row.old is not None else f"+ {row.new.en}" if row.new else "")
        else:
            rows.append(f"{row.old.en} -> {row.new.en}")
    return mark + ("" if one.effect else "(idle) ") + " | ".join([one.words.en, *rows])


@pytest.mark.parametrize(("old", "new", "expected"), ONE_EDIT)
def test_one_edit(old: str, new: str, expected: str | None) -> None:
    assert old in ENGLISH
    before, after = policy_of(ENGLISH), policy_of(ENGLISH.replace(old, new, 1))
    # a test may expect what is gone; weights may not add up for everybody
    assert {one.code for one in after.diagnostics if one.is_error} <= {"K232", "K212"}
    found = [told(one) for one in edits_between(before, after)]
    assert found[:1] == ([] if expected is None else [expected])
    assert len(found) == (expected is not None) or ("test " in new) is ("test " in (expected or ""))


def test_an_edit_is_told_in_chinese_in_the_words_of_the_language() -> None:
    before = policy_of(ENGLISH)
    after = policy_of(ENGLISH.replace("deduct 5 points", "deduct 4 points").replace("from 90", "from 92"))
    assert [(one.words.zh, one.title.zh) for one in edits_between(before, after)] == [
        (
            "指标 complaints：每超出目标 1 次 扣 5 分, 最多 20 分 -> 每超出目标 1 次 扣 4 分, 最多 20 分",
            "指标 complaints的计分方式",
        ),
        ("等级 excellent：分界 90 -> 92", "等级 excellent的分界"),
    ]


def test_an_edit_knows_where_it_stands_in_either_file() -> None:
    old, new = (
        version(ENGLISH, "old.kpi"),
        version("# a line more\n" + ENGLISH.replace("from 90", "from 92"), "new.kpi"),
    )
    (one,) = edits(old, new)
    line = ENGLISH.splitlines().index('  excellent "Excellent" from 90') + 1
    assert one.old_span is not None and one.new_span is not None
    assert (one.old_span.path, one.old_span.line) == ("old.kpi", line)
    assert (one.new_span.path, one.new_span.line) == ("new.kpi", line + 1)


def test_parameters_that_are_set_are_edits() -> None:
    written = policy_of(ENGLISH)
    assert [
        told(one) for one in edits_between(written, policy_of(ENGLISH, settings={"allowance": "5 times"}))
    ] == ["parameter allowance: 3 -> 5 times"]
    assert edits_between(written, policy_of(ENGLISH, settings={"allowance": 3, "commission": "0.02"})) == ()
    one, other = (policy_of(ENGLISH, settings={"commission": value}) for value in ("3%", "4%"))
    assert [told(edit) for edit in edits_between(one, other)] == ["parameter commission: 3% -> 4%"]


def test_a_new_name_is_one_edit_without_effect_wherever_the_name_stands() -> None:
    after = ENGLISH.replace("indicator complaints", "indicator lost_calls").replace(
        "points of complaints", "points of lost_calls"
    )
    after = after.replace("expect complaints", "expect lost_calls").replace(
        "response = 38, complaints = 30", "response = 38, lost_calls = 30"
    )
    after = (
        after.replace("commission", "provision")
        .replace("measure quick", "measure swift")
        .replace('given department = "north", quick', 'given department = "north", swift')
    )
    found = edits_between(policy_of(ENGLISH), policy_of(after))
    assert sorted(told(one) for one in found) == [
        "(idle) indicator complaints is now called lost_calls",
        "(idle) measure quick is now called swift",
        "(idle) parameter commission is now called provision",
        '(idle) parameter provision: label "commission on sales" -> "provision on sales"',
    ]


def test_a_name_that_also_names_a_field_is_not_taken_for_renamed() -> None:
    before = ENGLISH.replace("commission", "kind_rate").replace("  kind        : text", "  kind_rate : text")
    after = before.replace("parameter kind_rate", "parameter other_rate").replace(
        "* kind_rate", "* other_rate"
    )
    found = [told(one) for one in edits_between(policy_of(before), policy_of(after))]
    assert '- (idle) parameter kind_rate : ratio = 2% "kind_rate on sales"' in found
    assert any(one.startswith("(idle) amount pool: formula") for one in found)


def test_an_indicator_in_another_section_is_moved() -> None:
    view = ENGLISH[ENGLISH.index("  indicator view") : ENGLISH.index("grades\n")]
    moved = ENGLISH.replace(view, "").replace(
        'section conduct "Conduct" weight 30', view + 'section conduct "Conduct" weight 15'
    )
    moved = moved.replace('"Results" weight 70', '"Results" weight 85')
    found = edits_between(policy_of(ENGLISH), policy_of(moved))
    assert {(one.change, one.words.en, one.effect) for one in found} == {
        (Change.CHANGED, "section results: weight 70 -> 85", False),
        (Change.CHANGED, "section conduct: weight 30 -> 15", False),
        (Change.MOVED, "indicator view: section conduct -> results", False),
    }


ADJUSTED = """\

adjustments
  bonus thanks "Thanks" : 2 points per complaints, at most 4 points
  veto late when complaints > 8 : grade at most pass
  total at most 120
amount shares : money = divide pool over department by total round to 0.01, remainder to largest
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            ": 2 points per",
            ": 3 points per",
            "bonus thanks: 2 points per complaints, at most 4 points -> 3 points per complaints, at most 4 points",
        ),
        (
            "> 8 :",
            "> 9 :",
            "veto late: complaints > 8 : grade at most pass -> complaints > 9 : grade at most pass",
        ),
        ("at most 120", "at most 110", "total at most: 120 -> 110"),
        (
            "to largest",
            "kept",
            "amount shares: formula amount shares : money = divide pool over department by total round to 0.01, remainder to largest -> amount shares : money = divide pool over department by total round to 0.01, remainder kept",
        ),
    ],
)
def test_one_edit_of_what_follows(old: str, new: str, expected: str) -> None:
    before = ENGLISH.partition("\ntest ")[0] + ADJUSTED
    versions = [policy_of(text) for text in (before, before.replace(old, new))]
    assert not any(one.has_errors for one in versions)
    assert [told(one) for one in edits_between(*versions)] == [expected]


def test_a_name_of_another_kind_is_gone_and_new_with_effect() -> None:
    after = ENGLISH.replace(
        'input complaints       : count "complaints"', "input lost : count\nmeasure complaints = lost + 1"
    )
    found = [told(one) for one in edits_between(policy_of(ENGLISH), policy_of(after))]
    assert found == [
        "+ (idle) input lost : count",
        '- input complaints : count "complaints"',
        "+ measure complaints = lost + 1",
    ]


def test_rows_in_another_order_are_no_edit_unless_the_order_counts() -> None:
    swapped = ENGLISH.replace(
        '      3 "very good" : 15\n      2 "good"      : 10\n',
        '      2 "good"      : 10\n      3 "very good" : 15\n',
    )
    assert swapped != ENGLISH and edits_between(policy_of(ENGLISH), policy_of(swapped)) == ()
    decided = ENGLISH + "\n" + DECISION
    turned = decided.replace(
        "  when complaints > 3 : 1\n  when sales > 5 yuan : 2\n",
        "  when sales > 5 yuan : 2\n  when complaints > 3 : 1\n",
    )
    assert turned != decided
    (one,) = edits_between(policy_of(decided), policy_of(turned))
    assert (one.aspect, one.effect) == ("rules", True)
    assert [(row.old and row.old.en, row.new and row.new.en) for row in one.details] != []


DECISION = """\
decision step : number, first
  when complaints > 3 : 1
  when sales > 5 yuan : 2
  otherwise : 0
amount more : number = step
"""


# Laws


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shipped_policy_laid_out_anew_or_translated_is_unchanged(path: Path, language: Language) -> None:
    text = text_of(path)
    one = version_of(policy(text, str(path), path.stem))
    again = format_text(parse(text), language, SPELLINGS)
    other = version_of(policy(again, str(path), path.stem))
    assert edits(one, one) == edits(one, other) == edits(other, one) == ()


def version_or_none(text: str) -> Version | None:
    read = policy_of(text)
    return None if read.composed is None or read.composed.tree is None else version_of(read)


@fewer
@given(policies(), st.sampled_from(["en", "zh"]))
def test_any_policy_laid_out_anew_or_translated_is_unchanged(text: str, language: Language) -> None:
    one, other = version_or_none(text), version_or_none(format_text(parse(text), language, SPELLINGS))
    assume(one is not None)  # what it extends may not be there
    assert one is not None and other is not None
    assert edits(one, other) == edits(other, one) == ()


@fewer
@given(mutated(), st.sampled_from(POLICIES))
def test_a_policy_with_slips_can_be_compared(text: str, other: str) -> None:
    assert_can_be_compared(text, other)


@fewer
@given(policies(), policies())
def test_any_two_policies_can_be_compared(text: str, other: str) -> None:
    assert_can_be_compared(text, other)


def assert_can_be_compared(text: str, other: str) -> None:
    one, two = version_or_none(text), version_or_none(other)
    assume(one is not None and two is not None)
    assert one is not None and two is not None
    for edit in edits(one, two):
        for words in (edit.words, edit.title, edit.head):
            assert words.en and words.zh


@settings(max_examples=max(15, settings().max_examples // 20))
@given(st.sampled_from(FILES), st.integers(0, 2**32))
def test_what_is_told_as_no_edit_changes_no_rule(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    old = policy(text_of(path), str(path), path.stem)
    new = policy(edited(text_of(path), chance), str(path), path.stem)
    if new.composed is None or new.composed.tree is None:
        return
    found = edits(version_of(old), version_of(new))
    if old.ruleset is not None and new.ruleset is not None and not any(one.effect for one in found):
        assert alike(*of_both(old.ruleset, new.ruleset))
