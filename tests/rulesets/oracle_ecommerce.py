"""Ruleset 3 a second time: days, weeks, months and quarters counted out over tickets.

Records are rows of text as their files have them; blank is "".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from tests.rulesets.oracles import Published, clamped, percent, pro_rata, published

Row = Mapping[str, str]
#: Somebody, and a quarter.
Key = tuple[str, str]

WEIGHTS = {"response_time": 30, "resolution_rate": 40, "satisfaction": 30}
LIMIT = Fraction(180)


def quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def shop(tickets: Sequence[Row]) -> dict[Key, Published]:
    """Everybody's quarters, of those with a ticket in it."""
    by_person: dict[str, list[Row]] = defaultdict(list)
    for one in tickets:
        if one["staff"]:
            by_person[one["staff"]].append(one)
    return {
        (person, name): _quarter(name, those)
        for person, those in by_person.items()
        for name in {quarter(_day(one)) for one in those}
    }


def _quarter(name: str, tickets: Sequence[Row]) -> Published:
    """One person's quarter. tickets: all of the person's, since a week may reach beyond the quarter's edge."""
    mine = [one for one in tickets if quarter(_day(one)) == name]
    months: dict[int, list[Row]] = defaultdict(list)
    for one in mine:
        months[_day(one).month].append(one)
    weeks = _weeks(name, tickets)
    quick = Fraction(sum(mean <= LIMIT for mean in weeks), len(weeks)) if weeks else None
    solved = [share for those in months.values() if (share := _solved(those)) is not None]
    satisfied = [share for those in months.values() if (share := _satisfied(those)) is not None]
    replies = [mean for those in months.values() if (mean := _mean(_replies(those))) is not None]
    points = {
        "response_time": None if quick is None else 30 * quick,
        "resolution_rate": (
            40 * mean
            if (mean := _mean([clamped(share / percent(90), 1) for share in solved])) is not None
            else None
        ),
        "satisfaction": pro_rata(_satisfied(mine), percent(85), 30),
    }
    return replace(
        published(points, WEIGHTS),
        flags={
            "slow_month": any(mean > LIMIT for mean in replies),
            "unsolved_month": any(share < percent(90) for share in solved),
            "unhappy_month": any(share < percent(85) for share in satisfied),
        },
    )


def _weeks(name: str, tickets: Sequence[Row]) -> list[Fraction]:
    """The mean reply of each week whose Thursday lies in the quarter: of the days with a reply, the mean of their means."""
    days: dict[date, list[Fraction]] = defaultdict(list)
    for one in tickets:
        if one["first_reply"]:
            days[_day(one)] += _replies([one])
    weeks: dict[date, list[Fraction]] = defaultdict(list)
    for day, times in days.items():
        thursday = day + timedelta(days=3 - day.weekday())
        if quarter(thursday) == name:
            weeks[thursday].append(sum(times, Fraction(0)) / len(times))
    return [sum(means, Fraction(0)) / len(means) for means in weeks.values()]


def _day(one: Row) -> date:
    return datetime.fromisoformat(one["opened"]).date()


def _replies(tickets: Sequence[Row]) -> list[Fraction]:
    """The times to the first reply, in seconds."""
    return [
        Fraction(
            (
                datetime.fromisoformat(one["first_reply"]) - datetime.fromisoformat(one["opened"])
            ).total_seconds()
        )
        for one in tickets
        if one["first_reply"]
    ]


def _solved(tickets: Sequence[Row]) -> Fraction | None:
    marked = [one["solved"] == "yes" for one in tickets if one["solved"]]
    return Fraction(sum(marked), len(marked)) if marked else None


def _satisfied(tickets: Sequence[Row]) -> Fraction | None:
    answers = [int(one["survey"]) >= 4 for one in tickets if one["survey"] and one["closed"]]
    return Fraction(sum(answers), len(answers)) if answers else None


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None
