"""Rules about how a policy is made up: each at its edge, one step on either side."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.policy.lint.kinds import kinds
from tests.policy.lint.reading import found, ruleset

FACTS = """\
ruleset made "Made"
  period {period}
  missing {missing}
{applies}input late    : count
input lost    : count
input kept    : count
input asked   : count
input waited  : duration
input sold    : money
input plan    : money
input conduct : rating 0 to 5
input manner  : rating 0 to 5
attribute post  : text one of ("a", "b", "c")
attribute chief : boolean
data jobs
  who    : staff
  done   : datetime
  closed : datetime optional
  device : text
  stars  : rating 1 to 5 optional
  cost   : money optional
  mild   : boolean optional
  placed by done
data views
  who   : staff
  given : date
  rater : text
  group : text one of ("chief", "peer")
  mark  : rating 0 to 5
  placed by given
"""
LATE = "deduct {points} points per late"
SHARE = "measure kept / asked\n  target >= 90%\n  pro rata to target"
SALES = "measure sold / plan\n  target >= 100%\n  pro rata to target"
WAIT = "measure waited\n  target <= 1 h\n  linear from 1 h : {weight} to 2 h : 0"
CONDUCT = "measure conduct\n  linear from 0 : 0 to 5 : {weight}"
MANNER = "measure manner\n  linear from 0 : 0 to 5 : {weight}"
LOST = "deduct 1 point per lost"


def policy(
    *indicators: tuple[int, str],
    more: str = "",
    period: str = "month",
    missing: str = "redistribute",
    applies: str = "",
) -> str:
    """A policy of indicators with these weights; `{weight}` in one is its own."""
    text = FACTS.format(period=period, missing=missing, applies=applies)
    for number, (weight, lines) in enumerate(indicators, 1):
        body = lines.replace("{weight}", str(weight)).replace("{points}", "1")
        text += f"indicator i{number} weight {weight}\n  {body}\n"
    return text + more


def codes(text: str) -> list[str]:
    """Codes of the rules about structure, each once; everything that is claimed is confirmed."""
    own = {"K316", "K317", "K318", "K319", "K338", "K339", "K340"} | {f"K{n}" for n in range(325, 338)}
    return sorted({one.problem.code for one, _ in found(text)} & own)


def told(text: str, code: str) -> list[dict[str, str]]:
    """What the findings of one code say, in English."""
    return [
        {name: str(getattr(value, "en", value)) for name, value in one.args.items()}
        for one, _ in found(text)
        if one.problem.code == code
    ]


FOUR = ((25, LATE), (25, SHARE), (25, SALES), (25, WAIT))


def test_a_sound_policy_is_told_nothing() -> None:
    assert codes(policy(*FOUR)) == []


# How many


@pytest.mark.parametrize(
    ("number", "wanted"), [(1, ["K335"]), (2, ["K335"]), (3, []), (12, []), (13, ["K336"])]
)
def test_three_to_twelve_indicators(number: int, wanted: Sequence[str]) -> None:
    measures = [SALES, WAIT, LATE, SHARE, LOST] + [
        f"measure kept / (asked + {n})\n  target >= 90%\n  pro rata to target" for n in range(1, 9)
    ]
    weights = [100 // number] * number
    weights[0] += 100 - sum(weights)
    assert [
        one for one in codes(policy(*zip(weights, measures, strict=False))) if one in ("K335", "K336")
    ] == wanted


def test_indicators_are_counted_for_each_kind_of_person() -> None:
    mine = f'applies to staff where post = "a"\n  {SALES}'
    theirs = f'applies to staff where post != "a"\n  {LOST}'
    text = policy((40, LATE), (30, SHARE), (30, mine), (30, theirs))
    assert "K335" not in codes(text)
    two = f'applies to staff where post != "a"\n  {WAIT}'
    text = policy((40, LATE), (30, SHARE), (30, f'applies to staff where post = "a"\n  {SALES}'), (30, two))
    assert "K335" not in codes(text)
    alone = policy(
        (50, f'applies to staff where post = "a"\n  {SALES}'),
        (50, f'applies to staff where post = "a"\n  {SHARE}'),
        (100, f'applies to staff where post != "a"\n  {LATE}'),
    )
    assert told(alone, "K335") == [{"only": "one indicator", "whom": ' where post is "b"'}]


def test_what_weighs_nothing_is_not_counted() -> None:
    assert told(policy((60, LATE), (40, SHARE), (0, SALES)), "K335")[0]["only"] == "2 indicators"


# Weights


@pytest.mark.parametrize(("weight", "wanted"), [(50, []), (51, ["K326"]), (99, ["K326"])])
def test_half_is_not_more_than_half(weight: int, wanted: Sequence[str]) -> None:
    rest = 100 - weight
    text = policy((weight, SHARE), (rest - rest // 2, SALES), (rest // 2, WAIT))
    assert [one for one in codes(text) if one == "K326"] == wanted


def test_one_indicator_alone_does_not_outweigh_others() -> None:
    assert "K326" not in codes(policy((100, LATE)))


@pytest.mark.parametrize(
    ("conduct", "manner", "wanted"),
    [(25, 0, []), (25, 1, ["K329"]), (25, 25, ["K329"]), (26, 25, ["K325"])],
)
def test_opinion_of_one_side(conduct: int, manner: int, wanted: Sequence[str]) -> None:
    rest = 100 - conduct - manner
    text = policy((conduct, CONDUCT), (manner, MANNER), (rest // 2, SHARE), (rest - rest // 2, WAIT))
    assert [one for one in codes(text) if one in ("K325", "K329")] == wanted


RATERS = 'raters opinion = mark over views by group\n  "chief" 50%\n  "peer"  50%\n'


def test_several_sides_may_weigh_half() -> None:
    seen = "measure opinion\n  linear from 0 : 0 to 5 : {weight}"
    assert codes(policy((50, seen), (25, SHARE), (25, WAIT), more=RATERS)) == []
    assert "K325" in codes(policy((52, seen), (24, SHARE), (24, WAIT), more=RATERS))


def test_answers_of_customers_are_data() -> None:
    stars = "measure happy\n  target >= 90%\n  pro rata to target"
    more = "measure happy = share of jobs where stars >= 4 among stars is present\n"
    assert codes(policy((45, stars), (30, SHARE), (25, WAIT), more=more)) == []


def test_opinion_mixed_with_data_is_not_opinion_alone() -> None:
    mixed = "measure conduct + manner * (kept / asked)\n  linear from 0 : 0 to 10 : {weight}"
    assert "K329" not in codes(policy((40, mixed), (30, SHARE), (30, WAIT)))


# Results and process


def test_results_without_process_and_process_without_results() -> None:
    assert codes(
        policy((50, SHARE), (30, SALES), (20, "measure kept\n  target >= 5\n  pro rata to target"))
    ) == ["K327"]
    assert codes(policy((50, WAIT), (30, LATE), (20, LOST))) == ["K328"]
    for process in (WAIT, LATE, CONDUCT):
        assert codes(policy((50, SHARE), (30, SALES), (20, process))) == []


def test_whether_a_moment_is_there_is_no_process() -> None:
    closed = "measure done_share\n  target >= 90%\n  pro rata to target"
    presence = "measure done_share = share of jobs where closed is present\n"
    assert codes(policy((50, SHARE), (30, SALES), (20, closed), more=presence)) == ["K327"]
    timed = "measure done_share = share of jobs where closed - done <= 1 day\n"
    assert codes(policy((50, SHARE), (30, SALES), (20, closed), more=timed)) == []


# Period

LASTING = "measure lasting\n  target >= 95%\n  pro rata to target"


@pytest.mark.parametrize(
    ("period", "days", "short"),
    [
        ("week", 6, False),
        ("week", 7, True),
        ("month", 30, False),
        ("month", 31, True),
        ("day", 1, True),
        ("quarter", 91, False),
    ],
)
def test_what_follows_may_not_lie_beyond_the_period(period: str, days: int, short: bool) -> None:
    more = (
        f"measure lasting = share of jobs where not followed within {days} days by jobs of the same device\n"
    )
    text = policy((40, LASTING), (30, SHARE), (30, SALES), more=more, period=period)
    assert ("K332" in codes(text)) is short
    limited = f"measure lasting = share of jobs where closed - done <= {days} days\n"
    assert (
        "K332" in codes(policy((40, LASTING), (30, SHARE), (30, SALES), more=limited, period=period))
    ) is short


@pytest.mark.parametrize(("period", "long"), [("quarter", False), ("half", True), ("year", True)])
def test_records_of_a_long_period(period: str, long: bool) -> None:
    more = "measure lasting = share of jobs where mild\n"
    text = policy((40, LASTING), (30, SHARE), (30, WAIT), more=more, period=period)
    assert codes(text) == (["K333"] if long else [])
    by_month = "measure each by month = share of jobs where mild\nmeasure lasting = mean of each\n"
    assert codes(policy((40, LASTING), (30, SHARE), (30, WAIT), more=by_month, period=period)) == []


def test_ratings_of_raters_come_once() -> None:
    seen = "measure opinion\n  linear from 0 : 0 to 5 : {weight}"
    assert codes(policy((40, seen), (30, SHARE), (30, WAIT), more=RATERS, period="year")) == []


# Counted twice


@pytest.mark.parametrize(
    "other",
    [
        "measure late\n  target <= 3\n  deduct 2 points per time above target",
        "measure again\n  target <= 3\n  deduct 2 points per time above target",
        "deductions\n    2 points per late\n    1 point per asked",
        "deductions\n    3 points per full 2 times of late",
    ],
)
def test_the_same_measure_under_any_name_and_limit(other: str) -> None:
    more = "measure again = late\n" if "again" in other else ""
    assert told(policy((30, LATE), (40, SHARE), (30, other), more=more), "K334") == [
        {"one": "i1", "other": "i3", "measure": "late", "line": "31"}
    ]


@pytest.mark.parametrize(
    "other", [LOST, "measure late + lost\n  target <= 3\n  deduct 2 points per time above target"]
)
def test_another_measure_is_another(other: str) -> None:
    assert "K334" not in codes(policy((30, LATE), (40, SHARE), (30, other)))


def test_two_indicators_that_nobody_has_both_of() -> None:
    text = policy(
        (30, f'applies to staff where post = "a"\n  {LATE}'),
        (30, f'applies to staff where post != "a"\n  {LATE}'),
        (40, SHARE),
        (30, WAIT),
    )
    assert "K334" not in codes(text)


def test_a_bonus_or_veto_by_the_measure_of_an_indicator_is_usual() -> None:
    lines = (
        "adjustments\n  bonus b : 1 point per kept, at most 5\n  veto v when late > 9 : total at most 59\n"
    )
    kept = "measure kept\n  target >= 5\n  pro rata to target"
    assert "K334" not in codes(policy((30, LATE), (40, kept), (30, WAIT), more=lines))
    twice = "adjustments\n  penalty p : 1 point per late, at most 5\n"
    assert "K334" in codes(policy((30, LATE), (40, kept), (30, WAIT), more=twice))
    assert "K334" not in codes(policy((30, LATE), (40, kept), (30, WAIT), more=twice.replace("late", "lost")))


# Nobody, nothing, everything


def test_an_indicator_for_nobody() -> None:
    applies = '  applies to staff where post in ("a", "b")\n'
    for post, wanted in (("c", ["K337"]), ("b", [])):
        mine = f'applies to staff where post = "{post}"\n  {SALES}'
        rest = f'applies to staff where post != "{post}"\n  {LOST}'
        text = policy((40, LATE), (30, SHARE), (30, mine), (30, rest), applies=applies)
        assert [one for one in codes(text) if one == "K337"] == wanted


@pytest.mark.parametrize(
    ("declared", "wanted"), [("", []), (" missing zero", ["K338"]), (" missing value 30", [])]
)
def test_an_empty_cell_that_is_perfect(declared: str, wanted: Sequence[str]) -> None:
    text = policy((25, LATE), (25, SHARE), (25, SALES), (25, WAIT))
    assert codes(text.replace("input late    : count", f"input late    : count{declared}")) == wanted


def test_an_empty_cell_that_is_worst_is_harmless() -> None:
    kept = "measure kept\n  target >= 5\n  pro rata to target"
    text = policy((25, LATE), (25, kept), (25, SALES), (25, WAIT))
    assert codes(text.replace("input kept    : count", "input kept    : count missing zero")) == []


@pytest.mark.parametrize(
    ("missing", "wanted"),
    [("full", ["K340"]), ("value 25", ["K340"]), ("value 24", []), ("zero", []), ("error", [])],
)
def test_missing_facts_in_full(missing: str, wanted: Sequence[str]) -> None:
    assert codes(policy(*FOUR, missing=missing)) == wanted


@pytest.mark.parametrize(("most", "wanted"), [(12, ["K316"]), (13, []), (25, [])])
def test_points_for_everyone(most: int, wanted: Sequence[str]) -> None:
    text = policy((25, LATE + f", at most {most}"), (25, SHARE), (25, SALES), (25, WAIT))
    assert codes(text) == wanted


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("  bonus b : 2 points per lost\n", ["K339"]),
        ("  bonus b : 2 points per full 3 times of lost\n", ["K339"]),
        ("  bonus b : 2 points per lost when late < 3\n", ["K339"]),
        ("  bonus b : 2 points per lost, at most 5\n", []),
        ("  bonus b : 2 points per lost\n  bonus at most 10\n", []),
        ("  bonus b : 2 points per lost\n  total at most 110\n", []),
        ("  bonus b : 2 points when lost > 3\n", []),
        ("  bonus b : 2 points per conduct\n", []),
        ("  penalty b : 2 points per lost\n", []),
    ],
)
def test_a_bonus_without_a_limit(lines: str, wanted: Sequence[str]) -> None:
    text = policy(*FOUR, more=f"adjustments\n{lines}")
    assert [one for one in codes(text) if one == "K339"] == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("rollup quarter\n  total = mean of total\n  require 3 months\n", []),
        ("rollup quarter\n  total = mean of total\n  require 4 months\n", ["K317"]),
        ("rollup year\n  total = mean of total\n  require 12 months\n", []),
        ("grades\n  good from 80, at most 0% of everyone, ties in\n  rest otherwise\n", ["K318"]),
        ("grades\n  good from 80, at most 0% of everyone, ties in, at least 1\n  rest otherwise\n", []),
        ("grades\n  good from 80, at most 1% of everyone, ties in\n  rest otherwise\n", []),
    ],
)
def test_what_nobody_can_meet_by_its_number(line: str, wanted: Sequence[str]) -> None:
    assert codes(policy(*FOUR, more=line)) == wanted


@pytest.mark.parametrize(
    ("condition", "way"),
    [
        ("stars >= 1", "always holds"),
        ("stars > 5", "never holds"),
        ("stars >= 4 and stars < 4", "never holds"),
        ("stars >= 4 or stars < 4", "always holds"),
        ("not stars < 1", "always holds"),
        ("mild and stars < 1", "never holds"),
        ("stars >= 2 and stars <= 1", "never holds"),
        ('device = "a" and device = "b"', "never holds"),
        ("stars >= 4", None),
        ("stars >= 4 and mild", None),
        ("stars > 1 and stars < 5", None),
        ("mild", None),
        ("stars is present", None),
        ("cost < 0 yuan", None),  # a record may well have a credit
        ('device = "a" or device = "b"', None),
    ],
)
def test_conditions_that_types_decide(condition: str, way: str | None) -> None:
    more = f"measure lasting = share of jobs where {condition}\n"
    text = policy((40, LASTING), (30, SHARE), (30, WAIT), more=more)
    assert [one["holds"] for one in told(text, "K319")] == ([] if way is None else [way])


def test_a_switch_of_the_policy_decides_nothing() -> None:
    more = "parameter strict : boolean = yes\nmeasure lasting = share of jobs where stars >= 4 or strict\n"
    assert told(policy((40, LASTING), (30, SHARE), (30, WAIT), more=more), "K319") == []


# Kinds of people, against a count of their own

POSTS = ("a", "b", "c")


@given(
    st.lists(
        st.tuples(st.sampled_from(("=", "!=")), st.sampled_from(POSTS), st.booleans()), min_size=1, max_size=4
    )
)
def test_kinds_have_the_indicators_whose_conditions_hold(conditions: list[tuple[str, str, bool]]) -> None:
    """Each condition gets its complement beside it, so that everybody has the same weight."""
    lines: list[tuple[int, str]] = []
    for operator, post, chief in conditions:
        against = "!=" if operator == "=" else "="
        also = " and chief" if chief else ""
        otherwise = " or not chief" if chief else ""
        lines.append((10, f'applies to staff where post {operator} "{post}"{also}\n  {LATE}'))
        lines.append((10, f'applies to staff where post {against} "{post}"{otherwise}\n  {LOST}'))
    lines.append((100 - 10 * len(conditions), SHARE))
    rules = ruleset(policy(*lines))
    found_kinds = kinds(rules)
    assert found_kinds is not None
    for kind in found_kinds:
        has, leads = kind.attributes.get("post"), kind.attributes.get("chief", False)
        wanted = []
        for number, (operator, named, asks) in enumerate(conditions):
            holds = (has == named) == (operator == "=") and (not asks or leads is True)
            wanted.append(f"i{2 * number + (1 if holds else 2)}")
        assert [one.id for one in kind.indicators] == [*wanted, f"i{len(lines)}"]
        assert sum((one.weight for one in kind.indicators), Fraction(0)) == 100
