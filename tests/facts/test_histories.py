"""Histories: attributes of the last day, days in force and daily means equal a walk over every day of the period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpirules
from kpirules.facts.build import Facts, build
from kpirules.facts.histories import Held
from kpirules.matrix import MISSING
from kpirules.periods import parse
from kpirules.plugin import SourceTable
from tests.facts.policies import source

POLICY = """\
ruleset held "Held"
  period month
  missing redistribute
history posts "Posts"
  person : staff
  since  : date
  ended  : date optional
  post   : text optional
  level  : number optional
  in force from since until ended
history plan
  person : staff
  since  : datetime
  goal   : text
  aim    : number optional
  reason : text optional
  in force from since for each goal
attribute post  : text from posts
attribute level : number from posts
input calls : number
measure led       = days of posts where post = "manager"
measure led_share = share of days of posts where post = "manager"
measure employed  = share of days of posts
measure mean_level = daily mean of level over posts
measure rate      = daily mean of level / (level - 1) over posts
measure aimed     = daily mean of aim over plan where goal = "a"
measure both      = daily mean of aim over plan
measure allowed   = 2 * both / (1 + aimed)
indicator one "One" weight 100
  applies to staff where post != "gone" and level is present and led >= 0 min and led_share >= 0%
  measure calls + employed * 1 + mean_level + rate
  target <= 10 + allowed
  deduct 1 point per 1 above target
"""
RULES = kpirules.load(POLICY)
MONTHS = tuple(one for text in ("2026-01", "2026-02", "2026-03") if (one := parse(text)) is not None)
days = st.dates(date(2025, 11, 1), date(2026, 4, 10))
people = st.sampled_from(["a", "b", "gone away"])
money = st.none() | st.sampled_from(["0", "0.1", "12.34", "1000000", "-3"])
posts = st.lists(
    st.tuples(
        people,
        days,
        st.none() | days,
        st.none() | st.sampled_from(["manager", "clerk"]),
        st.none() | st.sampled_from([0, 1, 2, 3, 2.5]),
    ),
    max_size=9,
)
plans = st.lists(st.tuples(people, days, st.sampled_from(["a", "b"]), money), max_size=9)


def cells(rows: Sequence[Sequence[Any]], titles: Sequence[str]) -> dict[str, list[Any]]:
    return {title: [row[at] for row in rows] for at, title in enumerate(titles)}


def facts_of(post_rows: Sequence[Sequence[Any]], plan_rows: Sequence[Sequence[Any]]) -> Facts:
    inputs = {"staff": ["a", "b"] * 3, "period": [str(one) for one in MONTHS for _ in "ab"], "calls": [1] * 6}
    tables: dict[str, SourceTable] = {
        "inputs": source(inputs),
        "posts": source(cells(post_rows, ("person", "since", "ended", "post", "level"))),
        "plan": source(
            cells(
                [(who, f"{since} 08:30", goal, aim, None) for who, since, goal, aim in plan_rows],
                ("person", "since", "goal", "aim", "reason"),
            )
        ),
    }
    facts, found = build(RULES.ruleset, tables)
    assert [one.message() for one in found if one.is_error] == []
    return facts


def on_day(
    rows: Sequence[Sequence[Any]], who: str, day: date, goal: str | None = None
) -> Sequence[Any] | None:
    """The record in force: the last one that began by then, unless it has ended."""
    begun = [
        (row[1], number)
        for number, row in enumerate(rows)
        if row[0] == who and row[1] <= day and (goal is None or row[2] == goal)
    ]
    if not begun:
        return None
    row = rows[max(begun)[1]]
    ended = row[2] if goal is None else None
    return row if ended is None or day <= ended else None


def mean(values: Sequence[Fraction | None]) -> Fraction | None:
    known = [one for one in values if one is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def number(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def quotient(level: Fraction | None) -> Fraction | None:
    return None if level is None or level == 1 else level / (level - 1)


@settings(max_examples=80, deadline=None)
@given(posts, plans)
def test_every_measure_equals_a_walk_over_the_days(
    post_rows: list[Sequence[Any]], plan_rows: list[Sequence[Any]]
) -> None:
    facts = facts_of(post_rows, plan_rows)
    by_measure = {one.name.partition(".")[0]: one.name for one in RULES.ruleset.aggregates}
    for row in range(len(facts.matrix)):
        who, period = facts.matrix.row_name(row)
        month = next(one for one in MONTHS if str(one) == period)
        days = [month.first + timedelta(days=n) for n in range((month.last - month.first).days + 1)]
        held = [on_day(post_rows, who, day) for day in days]
        levels = [None if one is None else number(one[4]) for one in held]
        led = sum(one is not None and one[3] == "manager" for one in held)
        aims = {
            goal: [
                None if one is None else number(one[3])
                for day in days
                for one in [on_day(plan_rows, who, day, goal)]
            ]
            for goal in "ab"
        }
        last = held[-1]
        expected = {
            by_measure["led"]: Fraction(led * 86_400_000_000),
            by_measure["led_share"]: Fraction(led, len(days)),
            by_measure["employed"]: Fraction(sum(one is not None for one in held), len(days)),
            by_measure["mean_level"]: mean(levels),
            by_measure["rate"]: mean([quotient(one) for one in levels]),
            by_measure["aimed"]: mean(aims["a"]),
            by_measure["both"]: mean([*aims["a"], *aims["b"]]),
            "post": None if last is None else last[3],
            "level": None if last is None else number(last[4]),
        }
        found = {name: facts.matrix.columns[name].value(row) for name in expected}
        assert found == expected, (who, period)


@settings(max_examples=25, deadline=None)
@given(posts, plans)
def test_kernels_and_reference_agree_over_histories(
    post_rows: list[Sequence[Any]], plan_rows: list[Sequence[Any]]
) -> None:
    inputs = pa.table(
        {"staff": ["a", "b"] * 3, "period": [str(one) for one in MONTHS for _ in "ab"], "calls": [9] * 6}
    )
    tables = {
        "posts": pa.table(_typed(cells(post_rows, ("person", "since", "ended", "post", "level")))),
        "plan": pa.table(
            _typed(cells([(*row, None) for row in plan_rows], ("person", "since", "goal", "aim", "reason")))
        ),
    }
    kernels, reference = (RULES.score(inputs, engine=engine, **tables) for engine in ("kernels", "reference"))
    assert kernels.table.equals(reference.table)


def _typed(columns: dict[str, list[Any]]) -> dict[str, pa.Array]:
    return {
        name: pa.array([None if one is None else str(one) for one in cells], pa.string())
        for name, cells in columns.items()
    }


POSTS = [
    ("a", date(2020, 1, 1), None, "clerk", 1),
    ("a", date(2026, 2, 11), None, "manager", 3),
    ("b", date(2026, 1, 10), date(2026, 1, 31), "manager", 2),
]
PLAN = [("a", date(2026, 1, 1), "a", "10"), ("a", date(2026, 2, 15), "a", "24")]


def test_a_transfer_and_a_leave_inside_the_period() -> None:
    facts = facts_of(POSTS, PLAN)
    column = facts.matrix.columns
    january, february = facts.row("a", "2026-01"), facts.row("a", "2026-02")
    assert january is not None and february is not None
    assert [column["post"].value(row) for row in (january, february)] == ["clerk", "manager"]
    assert column["led_share.1"].value(february) == Fraction(18, 28)
    assert column["aimed.1"].value(february) == Fraction(14 * 10 + 14 * 24, 28)
    left = facts.row("b", "2026-02")
    assert left is not None
    assert column["post"].value(left) is None and column["employed.1"].value(left) == 0


def test_the_evidence_is_the_stretches_with_days_values_and_texts() -> None:
    evidence = facts_of(POSTS, PLAN).evidence("aimed.1", "a", "2026-02")
    assert evidence is not None and (evidence.count, evidence.of, evidence.records) == (2, 2, ())
    assert evidence.held == (
        Held(date(2026, 2, 1), date(2026, 2, 14), True, Fraction(10), ("a",)),
        Held(date(2026, 2, 15), date(2026, 2, 28), True, Fraction(24), ("a",)),
    )
    assert [one.days for one in evidence.held] == [14, 14]


def test_of_two_records_of_one_day_the_later_in_the_file_holds() -> None:
    day = date(2026, 2, 1)
    facts = facts_of([("a", day, None, "manager", 1), ("a", day, None, "clerk", 2)], [])
    row = facts.row("a", "2026-02")
    assert row is not None
    assert facts.matrix.columns["post"].value(row) == "clerk"
    assert facts.matrix.columns["led.1"].value(row) == 0


def test_a_history_alone_names_nobody_to_score() -> None:
    _, found = build(RULES.ruleset, {"posts": source({"person": ["a"], "since": ["2026-01-01"]})})
    assert "K403" in {one.code for one in found if one.is_error and "inputs" in one.message()}


def test_people_unknown_to_the_staff_table_may_stand_in_a_history() -> None:
    inputs = {"staff": ["a"], "period": ["2026-01"], "calls": [1]}
    old = [("left long ago", date(2001, 1, 1), None, "clerk", 1), *POSTS]
    tables = {
        "inputs": source(inputs),
        "posts": source(cells(old, ("person", "since", "ended", "post", "level"))),
        "plan": source(cells([], ("person", "since", "goal", "aim", "reason"))),
    }
    facts, found = build(RULES.ruleset, tables)
    assert [one.code for one in found if one.is_error] == []
    assert list(facts.matrix.staff_names) == ["a"]


@pytest.mark.parametrize("calls", [1, 30])
def test_scores_by_hand(calls: int) -> None:
    tables = {
        "posts": pa.table(_typed(cells(POSTS, ("person", "since", "ended", "post", "level")))),
        "plan": pa.table(
            _typed(cells([(*row, None) for row in PLAN], ("person", "since", "goal", "aim", "reason")))
        ),
    }
    inputs = pa.table({"staff": ["a"], "period": ["2026-02"], "calls": [calls]})
    scores = RULES.score(inputs, **tables)
    # employed 1, mean level (10 x 1 + 18 x 3) / 28 = 16/7, rate 3/2 (of level 1 there is none); aim 17 yuan
    exact = 100 - max(Fraction(0), calls + 1 + Fraction(16, 7) + Fraction(3, 2) - (10 + Fraction(34, 18)))
    steps = int(scores.matrix.total.values[0])
    assert steps != MISSING
    assert Fraction(steps, 100) == Fraction(int(exact * 100 + Fraction(1, 2)), 100)
