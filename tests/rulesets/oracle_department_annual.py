"""Ruleset 7 a second time: people in four grades, teams with a score and a place, in plain rational arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tests.rulesets.oracles import (
    Cell,
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

#: A year and the name of a team.
Team = tuple[Cell, Cell]


@dataclass(frozen=True, slots=True)
class Sums:
    """What a company may set: the most that may be excellent in a team, and the money."""

    share: Fraction = Fraction(1)
    person: Fraction = Fraction(0)
    team: Fraction = Fraction(0)
    warning: Fraction = Fraction(0)


def department(rows: Sequence[Cells], sums: Sums) -> list[Published]:
    """Everybody's year; a row's year stands under `period`."""
    people = [person(cells) for cells in rows]
    totals: dict[Team, list[Fraction]] = defaultdict(list)
    for one, cells in zip(people, rows, strict=True):
        if cells["team"] is not None and one.total is not None:
            totals[cells["period"], cells["team"]].append(one.total)
    scores = {team: cents(sum(those, Fraction(0)) / len(those)) for team, those in totals.items()}
    return [
        _consequences(one, (cells["period"], cells["team"]), totals, scores, sums)
        for one, cells in zip(people, rows, strict=True)
    ]


def _consequences(
    one: Published,
    team: Team,
    totals: Mapping[Team, Sequence[Fraction]],
    scores: Mapping[Team, Fraction],
    sums: Sums,
) -> Published:
    score, grade = scores.get(team), one.grade
    # a team's place: one more than the number of teams that did better in the same year
    better = [of for of, other in scores.items() if score is not None and of[0] == team[0] and other > score]
    place = None if score is None else 1 + len(better)
    if grade == "excellent" and team in totals and one.total is not None:
        places = max(1, int(sums.share * len(totals[team])))
        # whoever is tied for the last place keeps it
        if sum(other > one.total for other in totals[team]) >= places:
            grade = "good"
    reward = Fraction(0)
    reward += sums.person if grade == "excellent" else 0
    reward += sums.team if place == 1 else 0
    reward -= sums.warning if grade == "fail" else 0
    flags = {
        "person_reward": None if grade is None else grade == "excellent",
        "team_reward": None if place is None else place == 1,
        "warning": None if grade is None else grade == "fail",
        "promotion": None if grade is None else grade == "excellent",
    }
    amounts = {
        "team_score": score,
        "team_rank": None if place is None else Fraction(place),
        "reward": None if grade is None else reward,
    }
    return replace(one, grade=grade, amounts=amounts, flags=flags)


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
