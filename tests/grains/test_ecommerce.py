"""Indicators of different frequency in one policy: daily means to weeks, months, the quarter, against a program of our own.

The program knows nothing of the engine: plain fractions, dates by the calendar, one loop after the other.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

import pyarrow as pa
import pytest

import kpirules
from kpirules.trials import run_tests

POLICY = """\
ruleset ecommerce_after_sales "E-commerce after-sales"
  period quarter
  missing redistribute

parameter reply_limit  : duration = 3 min
parameter solved_goal  : ratio = 90%
parameter content_goal : ratio = 85%

data tickets
  agent       : staff
  opened      : datetime
  first_reply : datetime optional
  solved      : boolean
  placed by opened
data surveys
  agent     : staff
  closed    : datetime
  satisfied : boolean optional
  placed by closed

measure daily_reply by day = mean of first_reply - opened over tickets
measure weekly_reply by week = mean of daily_reply
measure solved_score by month = min(1, (share of tickets where solved) / solved_goal)
measure content = share of surveys where satisfied among satisfied is present

indicator response_time "Response time" weight 30
  measure share of weeks where weekly_reply <= reply_limit
  points = 30 * share of weeks where weekly_reply <= reply_limit
indicator resolution_rate "Resolution rate" weight 40
  measure mean of solved_score
  target >= 1
  pro rata to target
indicator satisfaction "Satisfaction" weight 30
  measure content
  target >= content_goal
  pro rata to target

test "weeks in time, of those with a reply"
  given weekly_reply by week = (3 min, 181 s, missing, 2 min)
  expect response_time = 20
test "months, each capped"
  given solved_score by month = (1, 0.5, missing)
  expect resolution_rate = 30
test "a week is the mean of its days"
  given daily_reply by day = (2 min, 4 min, 9 min, missing, 1 min)
  expect response_time = 15
test "nothing"
  expect total = missing
"""
POLICY = POLICY.replace("  measure share of weeks where weekly_reply <= reply_limit\n  points", "  points")


def half_up(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def mean(values: Iterable[Fraction]) -> Fraction | None:
    found = list(values)
    return sum(found, Fraction(0)) / len(found) if found else None


def quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def minutes(time: timedelta) -> Fraction:
    return Fraction(time // timedelta(seconds=1), 60)


Ticket = tuple[str, datetime, datetime | None, bool]
Survey = tuple[str, datetime, bool | None]


def expected(tickets: list[Ticket], surveys: list[Survey]) -> dict[tuple[str, str], list[Fraction | None]]:
    """Published points of the three indicators and the total, by staff and quarter."""
    rows = {(one[0], quarter(one[1].date())) for one in tickets}
    rows |= {(one[0], quarter(one[1].date())) for one in surveys}
    replies: dict[tuple[str, date], list[Fraction]] = defaultdict(list)
    solved: dict[tuple[str, str, int], list[bool]] = defaultdict(list)
    for who, opened, reply, done in tickets:
        if reply is not None:
            replies[who, opened.date()].append(minutes(reply - opened))
        solved[who, quarter(opened.date()), opened.month].append(done)
    weeks: dict[tuple[str, date], list[Fraction]] = defaultdict(list)
    for (who, day), waits in replies.items():
        weeks[who, day - timedelta(days=day.weekday())].append(sum(waits, Fraction(0)) / len(waits))
    found: dict[tuple[str, str], list[Fraction | None]] = {}
    for who, time in rows:
        in_time = [
            Fraction(sum(daily, Fraction(0)) / len(daily) <= 3)
            for (one, monday), daily in weeks.items()
            if one == who and quarter(monday + timedelta(days=3)) == time
        ]
        months = [
            min(Fraction(1), Fraction(sum(done), len(done)) / Fraction("0.9"))
            for (one, own, _), done in solved.items()
            if (one, own) == (who, time)
        ]
        views = [
            Fraction(view)
            for one, closed, view in surveys
            if (one, quarter(closed.date())) == (who, time) and view is not None
        ]
        shares = [mean(in_time), mean(months), mean(views)]
        if shares[2] is not None:
            shares[2] = min(Fraction(1), shares[2] / Fraction("0.85"))
        points = [
            None if one is None else one * weight for one, weight in zip(shares, (30, 40, 30), strict=True)
        ]
        present = sum(weight for one, weight in zip(points, (30, 40, 30), strict=True) if one is not None)
        earned = sum((one for one in points if one is not None), Fraction(0))
        total = half_up(earned / present * 100) if present else None
        found[who, time] = [*(None if one is None else half_up(one) for one in points), total]
    return found


def made(seed: int, people: int, many: int) -> tuple[list[Ticket], list[Survey]]:
    """Tickets around three quarters and their edges, with replies at, just under and just over the limit."""
    chance = random.Random(seed)
    tickets: list[Ticket] = []
    surveys: list[Survey] = []
    for _ in range(many):
        who = f"s{chance.randrange(people)}"
        opened = datetime(2025, 12, 22) + timedelta(minutes=chance.randrange(290 * 1440))
        wait = chance.choice([60, 120, 180, 180, 181, 179, 240, 300])
        reply = None if chance.random() < 0.2 else opened + timedelta(seconds=wait)
        tickets.append((who, opened, reply, chance.random() < 0.88))
        if chance.random() < 0.4:
            view = None if chance.random() < 0.2 else chance.random() < 0.84
            surveys.append((who, opened + timedelta(hours=chance.randrange(60)), view))
    return tickets, surveys


def tables(tickets: list[Ticket], surveys: list[Survey]) -> dict[str, pa.Table]:
    kind = pa.timestamp("s")
    return {
        "tickets": pa.table(
            {
                "agent": [one[0] for one in tickets],
                "opened": pa.array([one[1] for one in tickets], kind),
                "first_reply": pa.array([one[2] for one in tickets], kind),
                "solved": [one[3] for one in tickets],
            }
        ),
        "surveys": pa.table(
            {
                "agent": [one[0] for one in surveys],
                "closed": pa.array([one[1] for one in surveys], kind),
                "satisfied": pa.array([one[2] for one in surveys], pa.bool_()),
            }
        ),
    }


@pytest.mark.parametrize("engine", ["kernels", "reference"])
@pytest.mark.parametrize(("seed", "people", "many"), [(1, 3, 40), (2, 5, 900), (3, 40, 4000)])
def test_scores_are_those_of_a_program_of_plain_fractions(
    engine: str, seed: int, people: int, many: int
) -> None:
    tickets, surveys = made(seed, people, many)
    rules = kpirules.load(POLICY)
    found = rules.score(engine=engine, **tables(tickets, surveys)).table.to_pylist()  # type: ignore[arg-type]
    names = ("response_time", "resolution_rate", "satisfaction", "total")
    by_row = {
        (one["staff"], one["period"]): [None if one[n] is None else Fraction(one[n]) for n in names]
        for one in found
    }
    assert by_row == expected(tickets, surveys)


def test_the_tests_in_the_policy_pass() -> None:
    found = list(run_tests(kpirules.load(POLICY).policy))
    assert found and all(one.passed for one in found), [one for one in found if not one.passed]
