"""Values that change in time or come from earlier periods: kernels equal the reference, and both what is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.engine import policy_of
from kpirules.matrix import Labels, StaffPeriodMatrix, column
from kpirules.model.rules import Ruleset
from kpirules.model.schedule import InPeriod, Schedule, Stretch
from kpirules.periods import Period, PeriodKind, containing
from kpirules.scoring import inforce, reference, run, through_time
from kpirules.scoring.past import places_before
from kpirules.trials import run_tests
from kpirules.units import Unit
from tests.scoring.making import HERE
from tests.scoring.test_kernels_equal_reference import every_row_doubted, every_row_left, published

DAY = date(2026, 7, 1)
F = Fraction
VALUES = [F("90"), F("0.925"), F(1, 3), F(0), F("-2.5"), F("123456789012345.678"), F("0.1")]
fewer = settings(max_examples=80)


def rules_of(text: str) -> Ruleset:
    """A checked policy; its mistakes are the test's."""
    policy = policy_of(text)
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    return policy.ruleset


def table(
    periods: list[Period], rows: list[tuple[int, int, dict[str, Fraction | None]]]
) -> StaffPeriodMatrix:
    """Rows of (person, place of the period, facts)."""
    names = sorted({name for _, _, facts in rows for name in facts})
    people = max((person for person, _, _ in rows), default=-1) + 1
    return StaffPeriodMatrix(
        np.array([person for person, _, _ in rows], np.int32),
        [f"s{person}" for person in range(people)],
        np.array([period for _, period, _ in rows], np.int32),
        [str(period) for period in periods],
        {name: column(name, Unit.NUMBER, [facts.get(name) for _, _, facts in rows]) for name in names},
    )


def assert_alike(rules: Ruleset, facts: StaffPeriodMatrix) -> None:
    """Kernels, lanes and exact rows publish what the reference does."""
    expected = published(reference.score(rules, facts))
    assert published(run.score(rules, facts)) == expected
    with every_row_doubted():
        assert published(run.score(rules, facts)) == expected
    with every_row_doubted(), every_row_left():
        assert published(run.score(rules, facts)) == expected


# Parameters in force


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    days = sorted(draw(st.sets(st.integers(-40, 400), min_size=1, max_size=5)))
    values = [draw(st.sampled_from(VALUES)) for _ in range(len(days) + 1)]
    later = [
        Stretch(DAY + timedelta(days=day), value, "", HERE) for day, value in zip(days, values, strict=False)
    ]
    return Schedule(draw(st.sampled_from(InPeriod)), (Stretch(None, values[-1], "", HERE), *later))


@fewer
@given(schedules(), st.integers(-10, 380), st.sampled_from(PeriodKind))
def test_stretches_by_days_are_the_mean_of_the_days(schedule: Schedule, day: int, kind: PeriodKind) -> None:
    period = containing(DAY + timedelta(days=day), kind)
    assert inforce.in_force(schedule, period) == through_time.in_force(schedule, str(period))
    parts = schedule.parts(period)
    assert sum(part.days for part in parts) == period.days
    assert parts[0].first == period.first and parts[-1].last == period.last


DATED = """\
ruleset x "X"
  period {period}
  applies to staff where sales > least
  missing redistribute
input sales : number
input goal  : number
parameter least  : number = -5
  from 2026-02-10 : 3
  as of period start
parameter target : number = {first}
  from 2026-02-10 : {second}  "season"
  from 2026-05-20 : {third}
  {rule}
parameter strict : boolean = no
  from 2026-03-15 : yes
  as of period end
indicator reached "Reached" weight 30
  measure sales
  target >= target
  pro rata to target
indicator all "All" weight 20
  measure sales
  target >= target
  all or nothing
indicator over "Over" weight 20
  measure sales
  target >= target
  deduct 1 point per 2 below target
indicator formula "Formula" weight 30
  points = 30 - abs(target - fallback(goal, 7)) when strict otherwise 3
amount pay : money = target * 1 yuan + (mean of target over everyone) * 1 yuan round to 0.0001
"""


@fewer
@given(
    st.sampled_from(["month", "quarter", "week", "year"]),
    st.lists(st.sampled_from(["90", "92.5", "0.1", "1 / 3", "7"]), min_size=3, max_size=3),
    st.sampled_from(["pro rata by days", "as of period end", "as of period start"]),
    st.data(),
)
def test_dated_parameters_score_as_the_reference_says(
    kind: str, values: list[str], rule: str, data: st.DataObject
) -> None:
    text = DATED.format(period=kind, first=values[0], second=values[1], third=values[2], rule=rule)
    first = containing(date(2026, 1, 15), PeriodKind(kind))
    periods = [first]
    for _ in range(data.draw(st.integers(0, 5))):
        periods.append(periods[-1].next())
    facts = st.one_of(st.none(), st.sampled_from([F(90), F("92.5"), F(0), F("91.3"), F(3), F("0.1"), F(-1)]))
    rows = data.draw(
        st.lists(
            st.tuples(
                st.integers(0, 3),
                st.integers(0, len(periods) - 1),
                st.fixed_dictionaries({"sales": facts, "goal": facts}),
            ),
            max_size=8,
        )
    )
    assert_alike(rules_of(text), table(periods, rows or [(0, 0, {"sales": F(1), "goal": None})]))


@pytest.mark.parametrize(
    ("rule", "points"),
    [("pro rata by days", "75"), ("as of period end", "50"), ("as of period start", "100")],
)
def test_a_period_goes_by_what_the_policy_says(rule: str, points: str) -> None:
    """June has 30 days: 15 of 100 and 15 of 50."""
    text = f"""\
ruleset x "X"
  period month
  missing redistribute
parameter worth : number = 100
  from 2026-06-16 : 50
  {rule}
indicator a "A" weight 100
  points = worth
"""
    june = table([containing(date(2026, 6, 1), PeriodKind.MONTH)], [(0, 0, {})])
    scores = run.score(rules_of(text), june)
    assert scores.total.exact(0) == F(points)
    assert scores.facts is june


def test_setting_a_dated_parameter_replaces_all_of_it() -> None:
    text = """\
ruleset x "X"
  period month
  missing redistribute
parameter worth : number = 100
  from 2026-06-16 : 50
  as of period end
indicator a "A" weight 100
  points = worth
"""
    rules = policy_of(text, settings={"worth": 70}).ruleset
    assert rules is not None and rules.parameters["worth"].schedule is None
    june = table([containing(date(2026, 6, 1), PeriodKind.MONTH)], [(0, 0, {})])
    assert run.score(rules, june).total.exact(0) == 70


# Earlier periods

PAST = """\
ruleset x "X"
  period {period}
  applies to staff where present
  missing redistribute
attribute team : text
input present : boolean
input a : number
input b : number
measure part = a / b when b != 0 otherwise 3
measure smoothed = mean of last 3 part
indicator first "First" weight 40
  measure previous a
  target >= {item}
  all or nothing
indicator second "Second" weight 60
  points = fallback({one}, 7) + fallback(smoothed, 0)
amount third : money = ({two}) * 1 yuan round to 0.001
amount fourth : money = (previous {item} - {kind} of last {count} {item}{least}) * 1 yuan round to 0.001
amount fifth : money = (sum of (best {best} of last {count} {item}{least}) over team) * 1 yuan round to 0.001
eligible sixth when previous ({item} > 2) or previous previous (total >= 50)
"""
CHOSEN = [
    "min(a / b when b != 0 otherwise 3, 1)",
    "max(part, a)",
    "fallback(part, b / a when a != 0 otherwise a)",
]
ITEMS = [
    "a",
    "b",
    "part",
    "(a / 3)",
    "(a + fallback(b, 1))",
    "total",
    "points of second",
    "(mean of a over team)",
]


@settings(max_examples=120)
@given(st.data())
def test_earlier_periods_score_as_the_reference_says(data: st.DataObject) -> None:
    plain = ["a", "b", "part", "(a / 3)", "(a + fallback(b, 1))", "(mean of a over team)"]
    now = st.sampled_from([*plain, *(f"({one})" for one in CHOSEN)])
    count = data.draw(st.integers(1, 5))
    text = PAST.format(
        period=data.draw(st.sampled_from(["month", "quarter", "week", "year", "day"])),
        item=data.draw(now),
        one=f"{data.draw(st.sampled_from(['previous', 'previous previous']))} {data.draw(now)}",
        two=f"previous {data.draw(st.sampled_from(ITEMS))} + mean of last 2 {data.draw(st.sampled_from(ITEMS))}",
        kind=data.draw(st.sampled_from(["mean", "sum", "least", "greatest"])),
        count=count,
        best=data.draw(st.integers(1, count)),
        least=data.draw(st.sampled_from(["", f" if at least {data.draw(st.integers(1, count))}"])),
    )
    rules = rules_of(text)
    periods = [containing(date(2026, 1, 15), PeriodKind(rules.period))]
    for _ in range(5):
        periods.append(periods[-1].next())
    if data.draw(st.booleans()):
        del periods[2]  # a gap in the data
    assert_alike(rules, people(data, periods))


def people(data: st.DataObject, periods: list[Period]) -> StaffPeriodMatrix:
    """A few people in any order of rows, some absent in some periods or not appraised in them."""
    cells = st.sampled_from(
        [None, F(0), F(1), F(2), F(3), F("0.1"), F("92.5"), F(-4), F("0.123456789012345678")]
    )
    known = data.draw(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, len(periods) - 1)),
            min_size=1,
            max_size=14,
            unique=True,
        )
    )
    rows = [(one, when, {"a": data.draw(cells), "b": data.draw(cells)}) for one, when in known]
    facts = table(periods, rows)
    teams = [data.draw(st.sampled_from(["x", "y", None])) for _ in rows]
    there = [data.draw(st.sampled_from([True, True, True, False, None])) for _ in rows]
    return replace(
        facts,
        columns={
            **facts.columns,
            "team": column("team", Unit.TEXT, teams),
            "present": column("present", Unit.BOOLEAN, there),
        },
    )


def test_few_people_with_far_codes_are_found_by_sorting() -> None:
    """A table of all people by periods would be too large: the rows are looked up instead."""
    staff = np.array([5_000_000, 7, 5_000_000, 7, 7], np.int64)
    period = np.array([1, 1, 0, 2, 2], np.int64)
    assert places_before(staff, [10, 11, 12], period, 1).tolist() == [2, -1, -1, 1, 1]
    assert places_before(staff, [10, 11, 12], period, 2).tolist() == [-1] * 5
    assert places_before(np.array([0, 0]), [10, 12], np.array([0, 1]), 1).tolist() == [-1, -1]


HISTORY = """\
ruleset x "X"
  period quarter
  missing redistribute
input calls : count
indicator a "A" weight 100
  points = calls
amount last_total : points = previous total
amount change : points = total - previous total
amount average : points = mean of last 4 total
amount best_two : points = best 2 of last 4 total
amount enough : points = mean of last 4 total if at least 3
amount year : points = sum of last 4 total
amount lowest : points = least of last 3 total
eligible improved when total > previous total
test "a year"
  period "2026-Q4"
  given calls = 90
  expect last_total = missing, change = missing, average = 80, best_two = 85, enough = 80, year = 240
  expect lowest = 80, improved = missing
  period "2026-Q2"
    given calls = 80
    expect last_total = 70, average = 75, best_two = 75, enough = missing, improved = yes
  period "2026-Q1"
    given calls = 70
    expect last_total = missing, average = 70
"""


def test_a_missing_period_is_left_out_and_has_no_value() -> None:
    policy = policy_of(HISTORY)
    assert not policy.has_errors, [one.message() for one in policy.diagnostics]
    assert [(one.name, one.actual) for one in run_tests(policy) if not one.passed] == []


@pytest.mark.parametrize(
    ("lines", "back"),
    [
        ("amount x : points = previous total", 1),
        ("amount x : points = previous previous previous total", 3),
        ("amount x : points = mean of last 4 total", 3),
        ("measure m = mean of last 4 (calls - previous calls)\namount x : points = previous m * 1 point", 5),
        ("amount x : points = previous total\namount y : points = mean of last 2 x", 2),
        ("amount x : points = total", 0),
    ],
)
def test_a_policy_knows_how_far_back_it_reads(lines: str, back: int) -> None:
    assert rules_of(HISTORY.split("amount")[0] + lines + "\n").lookback == back


@fewer
@given(st.data())
def test_what_is_only_read_is_not_published_and_changes_nothing(data: st.DataObject) -> None:
    rules = rules_of(
        """\
ruleset x "X"
  period month
  missing redistribute
attribute team : text
input present : boolean
input a : number
input b : number
indicator i "I" weight 100
  applies to staff where present
  points = fallback(previous a, a)
result word : text = "up" when total > previous total otherwise "down" when total < 50 otherwise "same"
amount change : money = (sum of previous b over team) * 1 yuan
eligible best when mean of last 3 total >= 2
grades
  good from 2
  rest otherwise
"""
    )
    periods = [containing(date(2026, 11, 15), PeriodKind.MONTH)]
    for _ in range(4):
        periods.append(periods[-1].next())
    facts = people(data, periods)
    earlier = frozenset(data.draw(st.sets(st.integers(0, len(periods) - 1))))
    whole, cut = run.score(rules, facts), run.score(rules, replace(facts, earlier=earlier))
    kept = ~np.isin(facts.period[whole.rows], list(earlier))
    assert cut.rows.tolist() == whole.rows[kept].tolist()
    assert cut.total.values.tolist() == whole.total.values[kept].tolist()
    assert cut.grade.tolist() == whole.grade[kept].tolist()
    words, fewer_words = whole.outcomes["word"], cut.outcomes["word"]
    assert isinstance(words, Labels) and isinstance(fewer_words, Labels)
    assert [fewer_words.text(row) for row in range(len(cut))] == [
        words.text(int(row)) for row in np.flatnonzero(kept)
    ]
    assert set(fewer_words.choices) == {fewer_words.text(row) for row in range(len(cut))} - {None}
    assert published(reference.score(rules, replace(facts, earlier=earlier))) == published(cut)


def test_a_share_of_the_period_before_is_worked_out_for_all_rows_at_once() -> None:
    """No row of it is left to rational arithmetic: a chosen quotient leaves as a quotient."""
    rules = rules_of(
        """\
ruleset x "X"
  period month
  missing redistribute
input solved : count
input cases : count
measure rate = min(solved / cases when cases > 0 otherwise 0%, 90%)
indicator a "A" weight 100
  points = 100 * rate
amount before : points = previous rate * 100 points
"""
    )
    march = containing(date(2026, 3, 1), PeriodKind.MONTH)
    cells: list[dict[str, F | None]] = [{"solved": F(one % 7), "cases": F(one % 11)} for one in range(400)]
    facts = table([march, march.next()], [(one // 2, one % 2, facts) for one, facts in enumerate(cells)])
    expected = published(reference.score(rules, facts))
    with mock.patch.object(run, "evaluate", side_effect=AssertionError):
        assert published(run.score(rules, facts)) == expected
