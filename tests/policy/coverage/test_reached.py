"""Which points the tests of a policy reach, held against what is worked out here by hand, and why others are not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.engine import Policy, policy_of
from kpirules.policy.coverage.points import Sort
from kpirules.policy.coverage.reached import Cause, Coverage, Reached
from kpirules.trials import UnfitSettings, coverage_of

HEAD = """\
ruleset made
  version "1"
  period month
  missing redistribute

"""
BANDS = (
    HEAD
    + """\
input late : count
input all : count

indicator answers "Answers" weight 100
  measure late / all
  bands
    from 95%              : 100
    from 80% to below 95% : 50
    otherwise             : 0
"""
)


def read(text: str) -> Policy:
    policy = policy_of(text, "made.kpi")
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    return policy


def coverage(text: str) -> Coverage:
    return coverage_of(read(text))


def words(points: tuple[Reached, ...] | list[Reached], *sorts: Sort) -> list[str]:
    return [one.point.words.en for one in points if not sorts or one.point.sort in sorts]


def reached(text: str, *sorts: Sort) -> list[str]:
    return words([one for one in coverage(text).points if one.tests], *sorts)


def test_every_band_edge_and_missing_case_is_a_point_at_its_own_line() -> None:
    points = coverage(BANDS).points
    assert [(one.point.span.line, one.point.words.en) for one in points] == [
        (13, "the band from 80% to below 95%"),
        (12, "the band from 95%"),
        (14, "otherwise: below 80%"),
        (13, "exactly 80%"),
        (13, "just under 80% (from 79% to below 80%)"),
        (12, "exactly 95%"),
        (12, "just under 95% (from 94% to below 95%)"),
        (9, "its value is missing: its weight is shared by the rest"),
    ]
    assert [one.point.words.zh for one in points][:2] == ["分段 自 80% 至低于 95%", "分段 自 95%"]


def by_hand(late: int) -> set[str]:
    """What a share of so many in a thousand reaches."""
    share, found = Fraction(late, 1000), set()
    if share >= Fraction(95, 100):
        found.add("the band from 95%")
    elif share >= Fraction(80, 100):
        found.add("the band from 80% to below 95%")
    else:
        found.add("otherwise: below 80%")
    for percent in (80, 95):
        bound = Fraction(percent, 100)
        if share == bound:
            found.add(f"exactly {percent}%")
        if bound - Fraction(1, 100) <= share < bound:
            found.add(f"just under {percent}% (from {percent - 1}% to below {percent}%)")
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.integers(0, 1000), st.integers(785, 805), st.integers(935, 955)), min_size=1, max_size=6
    )
)
def test_a_test_reaches_what_its_value_lies_in(shares: list[int]) -> None:
    text = BANDS + "".join(
        f'\ntest "{number}"\n  given late = {late}, all = 1000\n  expect answers = 0\n'
        for number, late in enumerate(shares)
    )
    found = coverage(text)
    for one in found.points:
        name = one.point.words.en
        assert one.tests == tuple(str(n) for n, late in enumerate(shares) if name in by_hand(late)), name


def test_people_earlier_periods_and_a_test_that_fails_reach_too() -> None:
    text = BANDS + (
        '\ntest "two people and a month before"\n'
        '  person "a"\n    given late = 95, all = 100\n    expect answers = 1\n'
        '  person "b"\n    given late = 1, all = 100\n    given previous late = 80, previous all = 100\n'
    )
    assert reached(text) == [
        "the band from 80% to below 95%",
        "the band from 95%",
        "otherwise: below 80%",
        "exactly 80%",
        "exactly 95%",
    ]


def test_who_is_not_appraised_reaches_nothing_else() -> None:
    text = BANDS.replace(
        "  missing redistribute", "  applies to staff where not away\n  missing redistribute"
    )
    text = text.replace("input late", "attribute away : boolean\ninput late")
    test = '\ntest "away"\n  given away = yes, late = 95, all = 100\n  expect total = missing\n'
    assert reached(text + test) == ["not appraised: the policy does not apply"]
    assert "the band from 95%" in reached(text + test.replace("away = yes", "away = no"))


def test_a_measure_that_a_test_states_does_not_reach_what_is_inside_it() -> None:
    text = HEAD + (
        "input calls : count\ninput easy : boolean\n"
        "measure work = calls when easy otherwise calls * 2\n"
        "indicator answers weight 100\n  measure work\n  deduct 1 point per time\n"
    )
    stated = '\ntest "t"\n  given work = 5, easy = yes, calls = 1\n  expect answers = 95\n'
    assert "when easy" not in reached(text + stated)
    assert "when easy" in reached(text + stated.replace("work = 5, ", "").replace("95", "99"))


def test_parameters_of_a_test_move_the_points_with_them() -> None:
    text = HEAD + (
        "input late : count\nparameter limit : count = 3\n"
        "indicator answers weight 100\n  measure late\n  target <= limit\n  deduct 1 point per time above target\n"
    )
    test = '\ntest "t"\n  given limit = 7, late = 7\n  expect answers = 100\n'
    found = coverage(text + test)
    assert [one.tests for one in found.points if one.point.words.en == "exactly 3"] == [("t",)]


@pytest.mark.parametrize(
    ("test", "name", "cause", "said"),
    [
        ("", "the band from 95%", Cause.NO_TEST, "there is no test at all"),
        (
            "given late = 1\n  expect total = missing",
            "the band from 95%",
            Cause.NO_VALUE,
            "no test gives it a value",
        ),
        (
            "given late = 90, all = 100\n  expect answers = 50",
            "the band from 95%",
            Cause.NEAREST,
            'the nearest value that is tested is 90% (the band from 80% to below 95%), in "t"',
        ),
        (
            "given late = 90, all = 100\n  expect answers = 50",
            "its value is missing: its weight is shared by the rest",
            Cause.ALWAYS_GIVEN,
            "in no test is it missing for somebody whom it is about",
        ),
    ],
)
def test_why_a_point_is_not_reached(test: str, name: str, cause: Cause, said: str) -> None:
    text = BANDS + (f'\ntest "t"\n  {test}\n' if test else "")
    why = next(one.why for one in coverage(text).points if one.point.words.en == name)
    assert why is not None
    assert (why.cause, why.words.en) == (cause, said)


@pytest.mark.parametrize(
    ("declared", "measure", "form", "never"),
    [
        ("input a : rating 0 to 5", "a", "bands\n    over 5 : 1\n    up to 5 : 2", ["the band over 5", "just over 5 (over 5 to 6)"]),
        ("input a : count", "min(a, 4)", "bands\n    over 4 : 1\n    up to 4 : 2", ["the band over 4", "just over 4 (over 4 to 5)"]),
        ("input a : count missing zero", "a", "deduct 1 point per time", ["its value is missing: its weight is shared by the rest"]),
    ],
)  # fmt: skip
def test_what_is_proved_to_be_out_of_reach_does_not_count(
    declared: str, measure: str, form: str, never: list[str]
) -> None:
    text = f"{HEAD}{declared}\nindicator answers weight 100\n  measure {measure}\n  {form}\n"
    found = coverage(text)
    proved = [one for one in found.unreached if one.why is not None and one.why.cause is Cause.NEVER]
    assert words(proved) == never
    assert found.possible == len(found.points) - len(never)


@pytest.mark.parametrize(
    ("form", "under"),
    [
        ("deduct 10 points per time", "from 70 to below 80"),
        ("deduct 0.5 points per time", "from 79 to below 80"),
        ("bands\n    up to 3 : 100\n    over 3 to 5 : 75\n    over 5 : 0", "from 55 to below 80"),
        ("linear from 0 : 100 to 10 : 0", "from 70 to below 80"),
    ],
)
def test_just_under_a_grade_is_as_near_as_points_can_come(form: str, under: str) -> None:
    text = f"{HEAD}input a : count\nindicator i weight 100\n  measure a\n  {form}\ngrades\n  good from 80\n  poor otherwise\n"
    assert f"a total just under 80 ({under})" in words(coverage(text).points)


def test_with_nothing_left_to_reach_all_is_reached() -> None:
    assert Coverage(()).share == 1


EVERYTHING = (
    HEAD.replace("  missing redistribute", "  applies to staff where not away\n  missing redistribute")
    + """\
attribute away : boolean missing no
attribute post : text one of ("desk", "field")
input late : count
input own_limit : count
input rating : rating 0 to 2
input sales : money
input praise : count missing zero
input grave : boolean missing no

table rate : ratio by money
  up to 1000 yuan  : 0%
  over 1000 yuan   : 5%

table weighting : number by post
  "desk"    1
  otherwise 2

decision size : text, first
  when sales >= 5000 yuan : "large"
  when sales >= 1000 yuan : "middle"
  otherwise               : "small"

indicator speed "Speed" weight 50
  measure late
  target <= own_limit
  deduct 5 points per full 2 times above target, at most 20 points
  missing zero

indicator view weight 30
  applies to staff where post = "desk"
  measure rating
  levels
    2 : 30
    1 : 10
    otherwise : 0
  missing full

indicator field_view weight 30
  applies to staff where post = "field"
  measure rating
  target = 2
  all or nothing

indicator formula weight 20
  points = 20 when rating > 0 otherwise weighting[post]

adjustments
  bonus praised : 2 points per praise, at most 6 points
  penalty late_ones : 1 point when late > 10
  bonus at most 5 points
  veto serious when grave : total at most 59 points
  total at most 100 points

grades
  good from 80, at most 50% of post, ties in, at least 1
  poor otherwise

amount pay : money = sales * rate[sales]
eligible prize when total >= 90 and size = "large"

rollup quarter
  total = mean of total
  require 2 periods
"""
)


def test_the_points_of_a_policy_with_everything() -> None:
    found = coverage(EVERYTHING)
    told = {(one.rollup, one.point.owner, str(one.point.sort), one.point.words.en) for one in found.points}
    expected = {
        ("made", "appraised", "not appraised: the policy does not apply"),
        ("made", "appraised", "appraised: the policy applies"),
        ("away", "default", "nothing is given for it: taken as no"),
        ("praise", "default", "nothing is given for it: taken as 0"),
        ("grave", "default", "nothing is given for it: taken as no"),
        ("size", "rule", "rule 1: when sales >= 5000 yuan"),
        ("size", "rule", "rule 2: when sales >= 1000 yuan"),
        ("size", "rule", "otherwise: no rule holds"),
        ("rate", "entry", "the interval up to 1000 yuan"),
        ("rate", "entry", "the interval over 1000 yuan"),
        ("rate", "edge", "exactly 1000 yuan"),
        ("weighting", "entry", 'the entry "desk"'),
        ("weighting", "entry", "any other key"),
        ("speed", "target", "the target is met"),
        ("speed", "target", "the target is missed"),
        ("speed", "edge", "exactly the target"),
        ("speed", "deduction", "something, but not the most, is deducted"),
        ("speed", "edge", "exactly one full step of 2"),
        ("speed", "edge", "less than one full step of 2"),
        ("speed", "limit", "the most is deducted: 20 points, 30 are left"),
        ("speed", "edge", "exactly where the most is deducted (20 points)"),
        ("speed", "missing", "its value is missing: it earns nothing"),
        ("speed", "missing", "its target is missing: it earns nothing"),
        ("view", "applies", "the indicator applies"),
        ("view", "applies", "the indicator does not apply"),
        ("view", "level", "the level 2"),
        ("view", "level", "the level 1"),
        ("view", "level", "any other level"),
        ("view", "missing", "its value is missing: it earns full marks"),
        ("field_view", "applies", "the indicator applies"),
        ("field_view", "applies", "the indicator does not apply"),
        ("field_view", "target", "the target is met"),
        ("field_view", "target", "the target is missed"),
        ("field_view", "missing", "its value is missing: its weight is shared by the rest"),
        ("formula", "branch", "when rating > 0"),
        ("formula", "branch", "otherwise (not rating > 0)"),
        ("formula", "points", "no points"),
        ("formula", "points", "points between 0 and 20"),
        ("formula", "points", "full marks (20 points)"),
        ("formula", "missing", "its value is missing: its weight is shared by the rest"),
        ("praised", "adjustment", "the bonus is given"),
        ("praised", "adjustment", "the bonus is not given"),
        ("praised", "limit", "the bonus reaches its limit of 6"),
        ("late_ones", "adjustment", "the penalty is given"),
        ("late_ones", "adjustment", "the penalty is not given"),
        ("bonus", "limit", "all bonuses together reach their limit of 5"),
        ("serious", "veto", "the veto is made"),
        ("serious", "veto", "the veto is not made"),
        ("total", "limit", "the total is cut to its limit of 100"),
        ("good", "grade", "the grade is given"),
        ("good", "quota", "somebody is moved down by its quota"),
        ("good", "edge", "a total of exactly 80"),
        ("good", "edge", "a total just under 80 (from 79 to below 80)"),
        ("poor", "grade", "the grade is given"),
        ("prize", "consequence", "yes"),
        ("prize", "consequence", "no"),
    }
    assert {(owner, sort, text) for rollup, owner, sort, text in told if rollup is None} == expected
    assert {(owner, sort, text) for rollup, owner, sort, text in told if rollup == "quarter"} == {
        ("away", "default", "nothing is given for it: taken as no"),
        ("total", "branch", "when count over months of (total is present) >= 2"),
        ("total", "branch", "otherwise (not count over months of (total is present) >= 2)"),
        ("good", "grade", "the grade is given"),
        ("good", "quota", "somebody is moved down by its quota"),
        ("good", "edge", "a total of exactly 80"),
        ("good", "edge", "a total just under 80 (from 79 to below 80)"),
        ("poor", "grade", "the grade is given"),
    }


@pytest.mark.parametrize(
    ("test", "owner", "name"),
    [
        ("given praise = 4, rating = 2, post = \"desk\", own_limit = 1, late = 0\n  expect total = 100", "total", "the total is cut to its limit of 100"),
        ("given praise = 3, late = 0, own_limit = 1, post = \"desk\"\n  expect praised = 6", "bonus", "all bonuses together reach their limit of 5"),
        ("given grave = yes, late = 0, own_limit = 1\n  expect total = 59", "serious", "the veto is made"),
        ("given late = 0, own_limit = 1\n  expect total = 100", "serious", "the veto is not made"),
        ("given late = 9, own_limit = 1\n  expect speed = 30", "speed", "the most is deducted: 20 points, 30 are left"),
        ("given late = 3, own_limit = 1\n  expect speed = 45", "speed", "exactly one full step of 2"),
        ("given late = 3\n  expect speed = 0", "speed", "its target is missing: it earns nothing"),
        ("given sales = 1000 yuan\n  expect size = \"middle\"", "size", "rule 2: when sales >= 1000 yuan"),
    ],
)  # fmt: skip
def test_single_points_are_reached(test: str, owner: str, name: str) -> None:
    text = f'{EVERYTHING}\ntest "t"\n  {test}\n'
    points = [one for one in coverage(text).points if one.point.owner == owner and one.point.words.en == name]
    assert [one.tests for one in points] == [("t",)]
    with_other = f'{EVERYTHING}\ntest "other"\n  given away = yes\n  expect total = missing\n'
    points = [
        one for one in coverage(with_other).points if one.point.owner == owner and one.point.words.en == name
    ]
    assert [one.tests for one in points] == [()]


def test_a_quota_that_moves_somebody_down_is_reached_by_people_alone() -> None:
    person = '  person "{name}"\n    given post = "desk", late = 0, own_limit = {limit}, rating = 2\n    expect grade = {grade}\n'
    one = f'\ntest "one"\n{person.format(name="a", limit=1, grade="good")}'
    two = one.replace("one", "two") + person.format(name="b", limit=0, grade="good").replace(
        "late = 0", "late = 2"
    )
    moved = [
        p for p in coverage(EVERYTHING + one + two).points if p.point.sort is Sort.QUOTA and p.rollup is None
    ]
    assert [p.tests for p in moved] == [("two",)]


def test_records_that_do_not_fit_stop_the_coverage_with_what_is_wrong() -> None:
    text = HEAD + (
        "data calls\n  number : text\n  agent : staff\n  at : datetime\n  placed by at\n"
        "data marks\n  call : text\n  stars : count\n  tied to calls by call = number\n  placed by calls.at\n"
        "measure starred = sum of stars over marks\n"
        "indicator answers weight 100\n  measure starred\n  deduct 1 point per time\n"
        '\ntest "t"\n  given calls\n    number = "1", at = 2026-01-01 09:00\n    number = "1", at = 2026-01-01 09:00\n'
        '  given marks\n    call = "1", stars = 4\n  expect answers = 96\n'
    )
    with pytest.raises(UnfitSettings) as unfit:
        coverage(text)
    assert unfit.value.diagnostics[0].is_error
