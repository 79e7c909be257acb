"""Ruleset 9 a second time: counting over tickets and feedback, person by person, in plain rational arithmetic.

Records are rows of text as their files have them; blank is "".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from tests.rulesets.oracles import Published, every, falling, percent, pro_rata, published

Row = Mapping[str, str]
#: Somebody, and a month.
Key = tuple[str, str]

WEIGHTS = {
    "response_time": 15,
    "processing_speed": 10,
    "satisfaction": 15,
    "resolution_rate": 10,
    "praise_rate": 10,
    "complaint_rate": 10,
    "team_contribution": 10,
    "cross_department": 5,
    "training": 8,
    "skill": 7,
}
SHARES = {"superior": percent(40), "peer": percent(40), "customer": percent(20)}
LEAST = {"superior": 1, "peer": 3, "customer": 3}
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a company may decide otherwise."""

    unanswered_count: bool = False
    pilot_only: bool = False


def balanced(
    tickets: Sequence[Row], feedback: Sequence[Row], inputs: Sequence[Row], choices: Choices
) -> dict[Key, Published]:
    """Everybody's months, of those who are appraised: who has none in the inputs has none."""
    facts = {(row["staff"], row["period"]): row for row in inputs}
    work: dict[Key, list[Row]] = defaultdict(list)
    marks: dict[Key, list[Row]] = defaultdict(list)
    for one in tickets:
        if one["staff"]:
            work[one["staff"], one["opened"][:7]].append(one)
    for one in feedback:
        marks[one["staff"], one["given"][:7]].append(one)
    pilot = {key for key, row in facts.items() if row["in_pilot"] == "yes"}
    appraised = [key for key in facts if key in pilot or not choices.pilot_only]
    people = {
        key: published(_points(work[key], marks[key], facts[key], choices), WEIGHTS) for key in appraised
    }
    return {key: _consequences(key, people, facts, pilot) for key in appraised}


def _points(
    tickets: Sequence[Row], marks: Sequence[Row], facts: Row, choices: Choices
) -> dict[str, Fraction | None]:
    asked = [one for one in tickets if one["first_reply"] or choices.unanswered_count]
    in_time = [one for one in asked if one["first_reply"] and _between(one, "first_reply") <= DAY]
    closed = [one for one in tickets if one["closed"]]
    days = [Fraction(_between(one, "closed") // timedelta(seconds=1), 86_400) for one in closed]
    answered = [one for one in tickets if one["survey"]]
    commented = [one for one in tickets if one["praised"]]
    asked_for_complaints = [one for one in tickets if one["complained"]]
    complained = _part(
        sum(one["complained"] == "yes" for one in asked_for_complaints), len(asked_for_complaints)
    )
    planned, taken = _number(facts, "courses_planned"), _number(facts, "courses_taken")
    trained = None if not planned or taken is None else taken / planned
    return {
        "response_time": pro_rata(_part(len(in_time), len(asked)), Fraction(1), 15),
        "processing_speed": falling(_mean(days), Fraction(2), Fraction(4), 10),
        "satisfaction": pro_rata(
            _part(sum(int(one["survey"]) >= 4 for one in answered), len(answered)), percent(90), 15
        ),
        "resolution_rate": pro_rata(_part(len(closed), len(tickets)), percent(95), 10),
        "praise_rate": pro_rata(
            _part(sum(one["praised"] == "yes" for one in commented), len(commented)), percent(80), 10
        ),
        "complaint_rate": falling(complained, percent(5), percent(10), 10),
        "team_contribution": pro_rata(_opinion(marks), Fraction(9, 2), 10),
        "cross_department": pro_rata(_number(facts, "other_departments"), Fraction(9, 2), 5),
        "training": pro_rata(trained, Fraction(1), 8),
        "skill": pro_rata(_number(facts, "skill_test"), percent(85), 7),
    }


def _opinion(marks: Sequence[Row]) -> Fraction | None:
    """The 360-degree feedback: the means of the groups that are large enough, by their shares."""
    means: dict[str, Fraction] = {}
    for group in SHARES:
        those = [one for one in marks if one["group"] == group]
        if len({one["rater"] for one in those}) >= LEAST[group]:
            means[group] = Fraction(sum(int(one["mark"]) for one in those), len(those))
    if not means:
        return None
    return sum((SHARES[one] * mean for one, mean in means.items()), Fraction(0)) / sum(
        SHARES[one] for one in means
    )


def _consequences(
    key: Key, people: Mapping[Key, Published], facts: Mapping[Key, Row], pilot: set[Key]
) -> Published:
    one = people[key]
    total = one.total
    month = {of: other.total for of, other in people.items() if of[1] == key[1] and other.total is not None}
    department = facts[key]["department"]
    beside = [other for of, other in month.items() if facts[of]["department"] == department]
    best: bool | None = None
    if department and total is not None:
        # the best tenth: as many places as a tenth of the people makes whole ones, tied people together
        best = 1 + sum(other > total for other in beside) <= len(beside) // 10
    inside = _mean([other for of, other in month.items() if of in pilot])
    outside = _mean([other for of, other in month.items() if of not in pilot])
    return replace(
        one,
        amounts={"pilot_difference": None if inside is None or outside is None else _cents(inside - outside)},
        flags={
            "bonus": None if total is None else total >= 90,
            "praise": None if total is None else total >= 90,
            "promotion": every(None if total is None else total >= 80, best),
            "coaching": None if total is None else total < 60,
        },
    )


def _cents(value: Fraction) -> Fraction:
    """Rounded to two places, a half away from zero."""
    size = Fraction((abs(value) * 200 + 1) // 2, 100)
    return size if value >= 0 else -size


def _between(one: Row, until: str) -> timedelta:
    return datetime.fromisoformat(one[until]) - datetime.fromisoformat(one["opened"])


def _part(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _number(facts: Row, name: str) -> Fraction | None:
    return Fraction(facts[name]) if facts[name] else None
