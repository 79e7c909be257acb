"""Ruleset 8 a second time: jobs, complaints and what follows from them, person by person, without queries.

Records are rows of text as their files have them; blank is "".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from tests.rulesets.oracles import (
    GRADES,
    Published,
    cents,
    every,
    exact_total,
    falling,
    percent,
    pro_rata,
    published,
    some,
)

Row = Mapping[str, str]
#: Somebody, and a month.
Key = tuple[str, str]

WORKLOAD = {"jobs": 14, "timeliness": 10, "duration": 8, "parts_cost": 4, "travel_cost": 4}
QUALITY = {"satisfaction": 40, "repair_success": 13, "visit_standard": 7}
DIFFICULTY = {
    "board repair": Fraction(3, 2),
    "compressor": Fraction(2),
    "installation": Fraction(6, 5),
    "cleaning": Fraction(4, 5),
}
MINUTES = {"board repair": 90, "compressor": 150, "installation": 120, "cleaning": 60}
DAY = timedelta(days=1)


def repairs(jobs: Sequence[Row], complaints: Sequence[Row], inputs: Sequence[Row]) -> dict[Key, Published]:
    """Everybody's months: who has none in the inputs has none."""
    facts = {(row["staff"], row["period"]): row for row in inputs}
    work: dict[Key, list[int]] = defaultdict(list)
    against: dict[Key, list[Row]] = defaultdict(list)
    for place, one in enumerate(jobs):
        work[one["staff"], one["reported"][:7]].append(place)
    for one in complaints:
        against[one["staff"], one["received"][:7]].append(one)
    again = {place for place in range(len(jobs)) if _came_again(jobs, place)}
    people = {
        key: _person([(jobs[place], place in again) for place in work[key]], against[key], row)
        for key, row in facts.items()
    }
    people = {key: replace(one, flags={"quality_falls": _falls(key, jobs)}) for key, one in people.items()}
    return {key: _among(key, people) for key in people}


def _came_again(jobs: Sequence[Row], place: int) -> bool:
    """Whether the device was reported again within a week; at one moment the later line of the file counts."""
    mine = _at(jobs[place], "reported")
    return any(
        other["device"] == jobs[place]["device"]
        and timedelta(0) <= _at(other, "reported") - mine <= 7 * DAY
        and (_at(other, "reported") > mine or later > place)
        for later, other in enumerate(jobs)
        if later != place
    )


def _person(jobs: Sequence[tuple[Row, bool]], complaints: Sequence[Row], facts: Row) -> Published:
    done = [one for one, _ in jobs if one["finished"]]
    in_time = [one for one in done if _at(one, "finished") - _at(one, "reported") <= DAY]
    timely = Fraction(len(in_time), len(jobs)) if jobs else None
    answers = [
        int(one["survey"]) >= 4
        for one in done
        if one["survey"] and one["surveyed"] and _at(one, "surveyed") - _at(one, "finished") <= DAY
    ]
    satisfied = _part(answers)
    pace = [
        Fraction(
            (_at(one, "finished") - _at(one, "begun")) // timedelta(seconds=1),
            60 * MINUTES.get(one["kind"], 75),
        )
        for one in done
        if one["begun"]
    ]
    load = sum((DIFFICULTY.get(one["kind"], Fraction(1)) for one in done), Fraction(0))
    points = {
        "jobs": pro_rata(load, Fraction(40), 14),
        "timeliness": pro_rata(timely, percent(90), 10),
        "duration": falling(
            sum(pace, Fraction(0)) / len(pace) if pace else None, Fraction(1), Fraction(2), 8
        ),
        "parts_cost": falling(_quotient(facts, "parts_spent", "parts_allowed"), Fraction(1), percent(150), 4),
        "travel_cost": falling(
            _quotient(facts, "travel_spent", "travel_allowed"), Fraction(1), percent(150), 4
        ),
        "satisfaction": pro_rata(satisfied, percent(85), 40),
        "repair_success": pro_rata(
            _part([not again for one, again in jobs if one["finished"]]), percent(95), 13
        ),
        "visit_standard": pro_rata(
            _part([one["standard"] == "yes" for one, _ in jobs if one["standard"]]), Fraction(1), 7
        ),
    }
    one = published(points, WORKLOAD | QUALITY)
    exact = exact_total(points, WORKLOAD | QUALITY)
    referral = min(_number(facts, "referrals") or Fraction(0), Fraction(5))
    complaint = min(2 * sum((_counts(each) for each in complaints), Fraction(0)), Fraction(10))
    total = (
        None if exact is None else cents(min(max(exact + referral - complaint, Fraction(0)), Fraction(100)))
    )
    earned = every(
        None if satisfied is None else satisfied >= percent(90), None if timely is None else timely == 1
    )
    salary = _number(facts, "salary")
    bonus = None if earned is None else Fraction(0)
    if earned:
        bonus = None if salary is None else cents(salary / 10)
    return Published(
        one.points,
        total,
        None if total is None else next(name for name, least in GRADES if total >= least),
        {
            "referral": None if total is None else cents(referral),
            "complaint": None if total is None else cents(complaint),
            "workload_points": _section(one.points, WORKLOAD),
            "quality_points": _section(one.points, QUALITY),
            "bonus": bonus,
        },
    )


def _counts(complaint: Row) -> Fraction:
    """A complaint settled within two days to the customer's satisfaction counts half."""
    settled = complaint["settled"] and _at(complaint, "settled") - _at(complaint, "received") <= 2 * DAY
    return Fraction(1, 2) if settled and complaint["satisfied"] == "yes" else Fraction(1)


def _section(points: Mapping[str, Fraction | None], weights: Mapping[str, int]) -> Fraction | None:
    """What was earned, as published, of the weight that counted, times the section's weight."""
    there = {name: value for name in weights if (value := points[name]) is not None}
    if not there:
        return None
    share = sum(there.values(), Fraction(0)) / sum(weights[name] for name in there)
    return cents(share * sum(weights.values()))


def _falls(key: Key, jobs: Sequence[Row]) -> bool:
    """More jobs in the month's last week than in its first, and the last known mean rating below the first known one."""
    year, month = (int(part) for part in key[1].split("-"))
    day, thursdays = date(year, month, 1), []
    while day.month == month:
        thursdays += [day] if day.weekday() == 3 else []
        day += DAY
    counts: list[int] = []
    ratings: list[Fraction] = []
    for thursday in thursdays:
        monday = thursday - 3 * DAY
        week = [
            one
            for one in jobs
            if one["staff"] == key[0] and monday <= _at(one, "reported").date() < monday + 7 * DAY
        ]
        stars = [int(one["survey"]) for one in week if one["survey"]]
        counts.append(len(week))
        ratings += [Fraction(sum(stars), len(stars))] if stars else []
    return counts[-1] > counts[0] and bool(ratings) and ratings[-1] < ratings[0]


def _among(key: Key, people: Mapping[Key, Published]) -> Published:
    """What a month's people have by comparison."""
    one = people[key]
    month = [other for of, other in people.items() if of[1] == key[1]]
    totals = [other.total for other in month if other.total is not None]
    promoted = None
    if one.total is not None:
        # three places of ten, rounded down; who is tied with the last of them has one too
        better = sum(other > one.total for other in totals)
        promoted = better < len(totals) * 3 // 10
    work, quality = one.amounts["workload_points"], one.amounts["quality_points"]
    flags = {
        "promotion_eligible": promoted,
        "best_balance": every(
            _reaches(work, [other.amounts["workload_points"] for other in month]),
            _reaches(quality, [other.amounts["quality_points"] for other in month]),
        ),
        "imbalance": some(
            every(_is(work, lambda x: x < 20), _is(quality, lambda x: x > 54)),
            every(_is(quality, lambda x: x < 30), _is(work, lambda x: x > 36)),
        ),
        "quality_falls": one.flags["quality_falls"],
    }
    return replace(one, flags=flags)


def _is(value: Fraction | None, holds: object) -> bool | None:
    assert callable(holds)
    return None if value is None else bool(holds(value))


def _reaches(value: Fraction | None, all_values: Sequence[Fraction | None]) -> bool | None:
    """At or above the 70th percentile: the least value that at least 70% of the values do not exceed."""
    values = sorted(each for each in all_values if each is not None)
    if value is None:
        return None
    least = next(each for each in values if sum(other <= each for other in values) * 10 >= 7 * len(values))
    return value >= least


def _at(one: Row, name: str) -> datetime:
    return datetime.fromisoformat(one[name])


def _part(held: Sequence[bool]) -> Fraction | None:
    return Fraction(sum(held), len(held)) if held else None


def _number(facts: Row, name: str) -> Fraction | None:
    return Fraction(facts[name]) if facts[name] else None


def _quotient(facts: Row, above: str, below: str) -> Fraction | None:
    spent, allowed = _number(facts, above), _number(facts, below)
    return None if spent is None or not allowed else spent / allowed
