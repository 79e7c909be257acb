"""Ruleset 7 a second time: people in four grades, teams with a score and a place, in plain rational arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tests.rulesets.oracles import (
    Cells,
    Published,
    cents,
    clamped,
    falling,
    number,
    percent,
    pro_rata,
    published,
    share,
)

WEIGHTS = {
    "workload": 20,
    "resolution_rate": 20,
    "service_quality": 20,
    "efficiency": 15,
    "skills": 10,
    "teamwork": 15,
}
MINUTE = Fraction(60_000_000)
HOUR = 60 * MINUTE


def department(rows: Sequence[Cells]) -> list[Published]:
    """Everybody's year; a row's year stands under `period`."""
    people = [person(cells) for cells in rows]
    years = [cells["period"] for cells in rows]
    scores: dict[tuple[object, object], Fraction] = {}
    for team in {(cells["period"], cells["team"]) for cells in rows if cells["team"] is not None}:
        totals = [
            one.total
            for one, cells in zip(people, rows, strict=True)
            if (cells["period"], cells["team"]) == team and one.total is not None
        ]
        if totals:
            scores[team] = cents(sum(totals, Fraction(0)) / len(totals))
    found = []
    for one, cells, year in zip(people, rows, years, strict=True):
        score = scores.get((year, cells["team"]))
        # a team's place: one more than the number of teams that did better in the same year
        better = [of for of, other in scores.items() if score is not None and of[0] == year and other > score]
        place = None if score is None else Fraction(1 + len(better))
        total = one.total
        flags = {
            "person_reward": None if total is None else total >= 90,
            "team_reward": None if place is None else place == 1,
            "warning": None if total is None else total < 60,
            "promotion": None if total is None else total >= 90,
        }
        found.append(replace(one, amounts={"team_score": score, "team_rank": place}, flags=flags))
    return found


def person(cells: Cells) -> Published:
    cooperation, sharing = number(cells, "cooperation_rating"), number(cells, "sharing_rating")
    rated = None if cooperation is None or sharing is None else (cooperation + sharing) / 2
    points = {
        "workload": pro_rata(share(cells, "orders_done", "orders_target"), Fraction(1), 20),
        "resolution_rate": pro_rata(share(cells, "problems_solved", "problems_taken"), percent(95), 20),
        "service_quality": _of(20, _service(cells)),
        "efficiency": _of(15, _efficiency(cells)),
        "skills": _of(10, _skills(cells)),
        "teamwork": None if rated is None else 15 * rated / 5,
    }
    return published(points, WEIGHTS)


def _of(full: int, level: Fraction | None) -> Fraction | None:
    return None if level is None else clamped(full * level, full)


def _service(cells: Cells) -> Fraction | None:
    """70% satisfied customers, 30% complaints settled; where there is only one of the two, that one."""
    satisfied = pro_rata(share(cells, "satisfied_customers", "surveyed_customers"), percent(90), 1)
    settled = pro_rata(share(cells, "complaints_settled", "complaints"), Fraction(1), 1)
    if satisfied is None or settled is None:
        return settled if satisfied is None else satisfied
    return percent(70) * satisfied + percent(30) * settled


def _efficiency(cells: Cells) -> Fraction | None:
    reply = falling(number(cells, "reply_time"), 30 * MINUTE, 2 * HOUR, 1)
    handling = falling(number(cells, "handling_time"), 24 * HOUR, 72 * HOUR, 1)
    return _half_each(reply, handling)


def _skills(cells: Cells) -> Fraction | None:
    training = pro_rata(share(cells, "training_done", "training_planned"), Fraction(1), 1)
    return _half_each(training, number(cells, "skill_test"))


def _half_each(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """The mean of both; where one is missing, the other."""
    if one is None or other is None:
        return other if one is None else one
    return (one + other) / 2
