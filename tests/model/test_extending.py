"""Rulesets that extend another one: what becomes of its header, parts and tests, and where the other one is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpirules.diagnostics import render
from kpirules.engine import Policy, read_policy
from kpirules.trials import run_tests

CORE = """\
ruleset core "Core"
  version "1"
  period quarter
  missing zero
  round points to 1

attribute post : text
input late : count
input cost : money
input calls : count
input budget : money
parameter limit : count
parameter rate : number = 2

measure spent "Spent" = cost / budget

section work "Work" weight 60
  indicator answers "Answers" weight 40
    deduct 1 point per late, at most limit
  indicator calls "Calls" weight 20
    measure calls
    target >= 1
    all or nothing
section money "Money" weight 40
  indicator budgeting "Budget" weight 40
    measure spent
    target <= 100%
    all or nothing

grades
  good from 80
  fail otherwise

eligible award when total >= 90

test "answers alone"
  given limit = 20, late = 3
  expect answers = 37
test "the total"
  given limit = 20, late = 3, calls = 1, cost = 5 yuan, budget = 5 yuan
  expect total = 97, award = yes
test "calls"
  given limit = 20, calls = 1
  expect calls = 20
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "core.kpi").write_text(CORE, encoding="utf-8")
    return tmp_path


def extended(folder: Path, lines: str, name: str = "mine") -> Policy:
    """A file that extends the core, as read."""
    path = folder / f"{name}.kpi"
    path.write_text(f'ruleset {name} "Mine"\n  extends core\n{lines}', encoding="utf-8")
    return read_policy(path)


def sound(policy: Policy) -> Policy:
    assert [render(one, policy.sources) for one in policy.diagnostics if one.is_error] == []
    assert policy.ruleset is not None
    return policy


def codes(policy: Policy) -> list[str]:
    return [one.code for one in policy.diagnostics if one.is_error]


def weights(policy: Policy) -> dict[str, int]:
    assert policy.ruleset is not None
    return {one.id: int(one.weight) for one in policy.ruleset.indicators}


def titles(policy: Policy) -> list[str]:
    assert policy.ruleset is not None
    return [one.title for one in policy.ruleset.examples]


def test_without_changes_it_is_the_other_one_under_a_name_of_its_own(folder: Path) -> None:
    policy = sound(extended(folder, ""))
    base = read_policy(folder / "core.kpi").ruleset
    assert policy.ruleset is not None and base is not None
    assert (policy.ruleset.id, policy.ruleset.label) == ("mine", "Mine")
    assert policy.ruleset.period == "quarter"
    assert policy.ruleset.version == "1"
    assert policy.ruleset.indicators == base.indicators
    assert policy.ruleset.points_rounding == base.points_rounding
    assert titles(policy) == ["answers alone", "the total", "calls"]
    assert all(one.passed for one in run_tests(policy))
    assert set(policy.sources) == {str(folder / "mine.kpi"), str(folder / "core.kpi")}


def test_header_lines_of_the_file_hold_before_those_of_the_other(folder: Path) -> None:
    policy = sound(extended(folder, '  version "2"\n  period month\n  round total to 0.1\n'))
    assert policy.ruleset is not None
    assert (policy.ruleset.version, policy.ruleset.period) == ("2", "month")
    assert policy.ruleset.points_rounding.step == 1  # of the other, since this file rounds the total only
    assert titles(policy) == []  # figures are published otherwise


def test_a_parameter_without_default_is_set_and_the_tests_that_give_it_hold_as_before(folder: Path) -> None:
    assert extended(folder, "").missing_settings()
    policy = sound(extended(folder, "set limit = 5\n"))
    assert not policy.missing_settings()
    assert titles(policy) == ["answers alone", "the total", "calls"]
    assert all(one.passed for one in run_tests(policy))
    (folder / "core.kpi").write_text(
        CORE.replace("given limit = 20, late = 3\n", "given late = 3\n"), encoding="utf-8"
    )
    assert titles(sound(extended(folder, "set limit = 5\n"))) == ["the total", "calls"]


def test_one_message_lists_what_is_unset_across_files(folder: Path) -> None:
    policy = sound(
        extended(folder, "parameter other : count\nreplace indicator calls weight 20\n  points = other\n")
    )
    (unset,) = policy.missing_settings()
    assert "limit, other" in unset.message()


def test_weights_are_set_and_an_indicator_is_added_to_its_section(folder: Path) -> None:
    policy = sound(
        extended(
            folder,
            "set weight of answers = 30\nset weight of work = 50\nset weight of money = 50\n"
            'add indicator extra "Extra" weight 10 to section money\n  points = 10\n',
        )
    )
    assert weights(policy) == {"answers": 30, "calls": 20, "budgeting": 40, "extra": 10}
    assert policy.ruleset is not None
    sections: list[tuple[object, ...]] = [
        (one.id, one.weight, one.indicators) for one in policy.ruleset.sections
    ]
    assert sections == [
        ("work", 50, ("answers", "calls")),
        ("money", 50, ("budgeting", "extra")),
    ]
    assert titles(policy) == ["calls"]


def test_what_is_replaced_stays_in_its_place_with_its_label(folder: Path) -> None:
    policy = sound(extended(folder, "replace indicator answers weight 40\n  points = 40\n"))
    assert policy.ruleset is not None
    first = policy.ruleset.indicators[0]
    assert (first.id, first.label, first.section) == ("answers", "Answers", "work")
    assert policy.ruleset.indicators[0].span.path.endswith("mine.kpi")
    assert policy.ruleset.indicators[1].span.path.endswith("core.kpi")
    assert titles(policy) == []  # all of them set the limit, which is gone with the line that used it


def test_a_measure_may_become_an_input(folder: Path) -> None:
    policy = sound(extended(folder, "replace input spent : ratio\n"))
    assert policy.ruleset is not None
    assert policy.ruleset.inputs["spent"].label == "Spent"
    assert "spent" not in policy.ruleset.measures
    assert not policy.ruleset.inputs.keys() & {"cost", "budget"}  # nothing reads them any more


def test_what_only_a_removed_part_needed_goes_with_it(folder: Path) -> None:
    policy = sound(extended(folder, "without money\nset weight of work = 100\nset weight of answers = 80\n"))
    assert policy.ruleset is not None
    assert list(policy.ruleset.inputs) == ["post", "late", "calls"]
    assert not policy.ruleset.measures
    assert {one.code for one in policy.diagnostics} == {
        "K301",
        "K302",
    }  # what the other one never used itself
    assert titles(policy) == ["calls"]


def test_tests_grades_and_results_can_be_left_out(folder: Path) -> None:
    policy = sound(extended(folder, 'without grades, award, "calls"\nwithout test "answers alone"\n'))
    assert policy.ruleset is not None
    assert (policy.ruleset.grades, policy.ruleset.outcomes) == ((), ())
    assert titles(policy) == []


def test_a_name_of_several_parts_needs_its_kind(folder: Path) -> None:
    policy = extended(folder, "without calls\n")
    assert codes(policy) == ["K255"]
    assert policy.diagnostics[-1].message() == '"calls" is the name of several parts: input, indicator'
    lines = "without indicator calls\nset weight of answers = 60\n"
    assert weights(sound(extended(folder, lines))) == {"answers": 60, "budgeting": 40}
    assert not extended(folder, lines).ruleset.inputs.keys() & {"calls"}  # type: ignore[union-attr]


def test_a_change_inside_a_section_that_goes_is_a_conflict(folder: Path) -> None:
    assert codes(extended(folder, "without money\nset weight of budgeting = 5\n"))[-1] == "K255"
    lines = "add indicator extra weight 5 to section money\n  points = 5\nwithout money\n"
    assert "K255" in codes(extended(folder, lines))


def test_a_removed_name_may_be_used_anew(folder: Path) -> None:
    lines = "without indicator calls\nadd indicator calls weight 20 to section work\n  points = 20\n"
    assert weights(sound(extended(folder, lines))) == {"answers": 40, "calls": 20, "budgeting": 40}


def test_rulesets_may_extend_in_a_chain(folder: Path) -> None:
    sound(extended(folder, "set limit = 5\n", "middle"))
    path = folder / "top.kpi"
    path.write_text('规则集 top "顶"\n  沿用 middle\n设定 rate = 3\n去除 award\n', encoding="utf-8")
    policy = sound(read_policy(path))
    assert policy.ruleset is not None
    assert policy.ruleset.parameters["limit"].value == 5
    assert policy.ruleset.parameters["rate"].value == 3
    assert not policy.ruleset.outcomes
    assert len(policy.sources) == 3


def test_mistakes_of_the_other_file_are_shown_in_it(folder: Path) -> None:
    (folder / "core.kpi").write_text(CORE.replace("measure spent\n", "measure spend\n"), encoding="utf-8")
    policy = extended(folder, "")
    (one,) = [one for one in policy.diagnostics if one.is_error]
    assert f"{folder / 'core.kpi'}:26:" in render(one, policy.sources)
    assert "    measure spend" in render(one, policy.sources)


def test_a_mistake_of_writing_below_is_no_reason_to_call_names_unknown(folder: Path) -> None:
    (folder / "core.kpi").write_text(
        CORE.replace("input late : count", "inptu late , count"), encoding="utf-8"
    )
    assert not {"K206", "K252"} & set(codes(extended(folder, "")))
    assert codes(extended(folder, ""))


def test_a_circle_is_told_where_it_closes(folder: Path) -> None:
    (folder / "core.kpi").write_text("ruleset core\n  extends mine\n", encoding="utf-8")
    policy = extended(folder, "")
    assert codes(policy) == ["K251"]
    assert "mine.kpi -> core.kpi -> mine.kpi" in policy.diagnostics[0].message()


def test_a_base_that_is_not_found_is_looked_for_in_plain_words(folder: Path) -> None:
    path = folder / "mine.kpi"
    path.write_text("ruleset mine\n  extends cor\n", encoding="utf-8")
    policy = read_policy(path)
    assert codes(policy) == ["K250"]
    assert policy.ruleset is None
    assert 'did you mean "core"?' in policy.diagnostics[0].help()
    assert str(folder) in policy.diagnostics[0].help()
    assert "kpirules 自带的规则集" in policy.diagnostics[0].help("zh")


def test_an_unreadable_base_is_a_finding(folder: Path) -> None:
    (folder / "core.kpi").write_bytes("规则集".encode("gbk"))
    assert codes(extended(folder, "")) == ["K111"]


def test_a_file_may_extend_the_shipped_ruleset_of_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "after_sales_core.kpi"
    path.write_text(
        "ruleset after_sales_core\n  extends after_sales_core\nset response_limit = 3 min\n", encoding="utf-8"
    )
    policy = sound(read_policy(path))
    assert policy.ruleset is not None
    assert policy.ruleset.parameters["response_limit"].value == 180_000_000  # microseconds
    assert all(one.passed for one in run_tests(policy))


def test_a_base_is_found_by_what_its_ruleset_is_called(folder: Path) -> None:
    (folder / "core.kpi").rename(folder / "template-2026.kpi")
    assert sound(extended(folder, "")).ruleset is not None


def test_names_that_are_no_changes_meet_across_files(folder: Path) -> None:
    policy = extended(folder, "measure answers = late\ninput award : count\n")
    assert codes(policy) == ["K253"]  # an indicator may be called like a measure, a result not like an input


def test_setting_a_parameter_that_changes_on_certain_days_replaces_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "core.kpi").write_text(
        """\
ruleset core "Core"
  period month
  missing redistribute
input late : count
parameter goal : count = 3
  from 2026-01-15 : 5
  pro rata by days
indicator a "A" weight 100
  measure late
  target <= goal
  all or nothing
""",
        encoding="utf-8",
    )
    assert sound(extended(tmp_path, "")).ruleset.parameters["goal"].schedule is not None  # type: ignore[union-attr]
    goal = sound(extended(tmp_path, "set goal = 3\n")).ruleset.parameters["goal"]  # type: ignore[union-attr]
    assert goal.schedule is None and goal.value == 3


ADJUSTED = """\
input praise : count
adjustments
  bonus thanks "Thanks" : 1 point per praise, at most 5
  penalty late_report : 2 points when late > 9
  bonus at most 8
award cup "Cup" when total >= 95
"""


def adjusted(folder: Path, lines: str) -> Policy:
    text = CORE.replace("grades\n", ADJUSTED + "grades\n", 1)
    (folder / "core.kpi").write_text(text, encoding="utf-8")
    return extended(folder, lines)


def test_adjustments_are_added_to_those_that_are_there(folder: Path) -> None:
    more = "adjustments\n  bonus mentor : 3 points when calls > 5\n  total at most 110\n"
    policy = sound(adjusted(folder, "without penalty late_report, cup\n" + more))
    assert policy.ruleset is not None
    assert [one.id for one in policy.ruleset.adjustments.lines] == ["thanks", "mentor"]
    assert policy.ruleset.adjustments.bonus == 8
    assert policy.ruleset.adjustments.total == 110
    assert titles(policy) == ["answers alone", "calls"]  # the total is made otherwise
    assert codes(adjusted(folder, "adjustments\n  bonus thanks : 1 point when calls > 5\n")) == ["K253"]


def test_adjustments_go_or_are_replaced_as_a_whole(folder: Path) -> None:
    policy = sound(adjusted(folder, "without adjustments\n"))
    assert policy.ruleset is not None
    assert not policy.ruleset.adjustments.lines
    assert "praise" not in policy.ruleset.inputs
    policy = sound(adjusted(folder, "replace adjustments\n  bonus thanks : 2 points per praise\n"))
    assert policy.ruleset is not None
    assert [one.id for one in policy.ruleset.adjustments.lines] == ["thanks"]
    assert policy.ruleset.adjustments.bonus is None
    policy = sound(
        adjusted(folder, "without thanks, late_report\nadjustments\n  bonus thanks : 1 point when late = 0\n")
    )
    assert policy.ruleset is not None
    assert [one.id for one in policy.ruleset.adjustments.lines] == ["thanks"]


def test_a_section_that_has_lost_its_indicators_goes(folder: Path) -> None:
    lines = "without budgeting\nset weight of work = 100\nset weight of answers = 80\n"
    policy = sound(extended(folder, lines))
    assert policy.ruleset is not None
    assert [one.id for one in policy.ruleset.sections] == ["work"]
