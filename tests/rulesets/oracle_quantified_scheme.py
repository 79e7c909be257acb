"""Ruleset 6 a second time: the work plan day by day, the ratings of several groups, quarters and their year.

Records are rows of text as their files have them; blank is "".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from tests.rulesets.oracles import GRADES, Published, cents, clamped, percent, pro_rata, published

Row = Mapping[str, str]
#: Somebody, and a quarter.
Key = tuple[str, str]

WEIGHTS = {
    "plan_completion": 35,
    "satisfaction": 10,
    "resolution_rate": 10,
    "response_time": 8,
    "handling_time": 7,
    "duties": 10,
    "rating": 20,
}
SHARES = {"superior": percent(50), "peer": percent(25), "report": percent(25)}
LEAST = {"superior": 1, "peer": 3, "report": 3}


@dataclass(frozen=True, slots=True)
class Year:
    total: Fraction | None
    grade: str | None


def scheme(inputs: Sequence[Row], plan: Sequence[Row], ratings: Sequence[Row]) -> dict[Key, Published]:
    """The quarters of all specialists and supervisors."""
    marks: dict[Key, list[Row]] = defaultdict(list)
    for one in ratings:
        marks[one["staff"], quarter(date.fromisoformat(one["given"]))].append(one)
    facts = {
        (row["staff"], row["period"]): row for row in inputs if row["post"] in ("specialist", "supervisor")
    }
    planned = {key: _planned(key, plan) for key in facts}
    found = {}
    for key, row in facts.items():
        done, target = _number(row, "work_done"), planned[key]
        points = {
            "plan_completion": None if done is None or target is None else clamped(35 * done / target, 35),
            "satisfaction": pro_rata(
                _quotient(row, "satisfied_customers", "surveyed_customers"), percent(90), 10
            ),
            "resolution_rate": pro_rata(_quotient(row, "problems_solved", "problems_taken"), percent(95), 10),
            "response_time": pro_rata(_quotient(row, "replied_in_time", "problems_taken"), Fraction(1), 8),
            "handling_time": pro_rata(_quotient(row, "finished_in_time", "problems_taken"), Fraction(1), 7),
            "duties": _duties(row),
            "rating": None if (rated := _rated(marks[key])) is None else 20 * rated / 100,
        }
        scored = published(points, WEIGHTS)
        reward = None if scored.total is None else scored.total >= 90
        team = _team([of for of in facts if of[1] == key[1]], facts, planned)
        found[key] = replace(scored, amounts={"team_completion": team}, flags={"reward": reward})
    return found


def years(quarters: Mapping[Key, Published]) -> dict[Key, Year]:
    """The mean of the published totals, from two of them on."""
    totals: dict[Key, list[Fraction]] = defaultdict(list)
    for (person, name), one in quarters.items():
        totals[person, name[:4]] += [] if one.total is None else [one.total]
    found = {}
    for key, those in totals.items():
        total = cents(sum(those, Fraction(0)) / len(those)) if len(those) >= 2 else None
        grade = None if total is None else next(name for name, least in GRADES if total >= least)
        found[key] = Year(total, grade)
    return found


def quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _planned(key: Key, plan: Sequence[Row]) -> Fraction | None:
    """The mean target over the quarter's days on which there is one: each day's is the latest that began by then."""
    mine = [one for one in plan if one["staff"] == key[0]]
    day = date(int(key[1][:4]), 3 * int(key[1][-1]) - 2, 1)
    targets = []
    while quarter(day) == key[1]:
        begun = [one for one in mine if date.fromisoformat(one["since"]) <= day]
        if begun:
            # of two records of one day the later in the file holds
            latest = max(range(len(begun)), key=lambda place: (begun[place]["since"], place))
            targets.append(int(begun[latest]["target"]))
        day += timedelta(days=1)
    return Fraction(sum(targets), len(targets)) if targets else None


def _rated(marks: Sequence[Row]) -> Fraction | None:
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


def _duties(row: Row) -> Fraction | None:
    lapses = [_number(row, name) for name in ("fee_lapses", "support_lapses", "goods_lapses")]
    if None in lapses:
        return None
    return clamped(10 - 2 * sum((one for one in lapses if one is not None), Fraction(0)), 10)


def _team(
    keys: Sequence[Key], facts: Mapping[Key, Row], planned: Mapping[Key, Fraction | None]
) -> Fraction | None:
    """All the work done over all the work planned, to four places."""
    done = sum((_number(facts[key], "work_done") or Fraction(0) for key in keys), Fraction(0))
    whole = sum((planned[key] or Fraction(0) for key in keys), Fraction(0))
    return Fraction((done / whole * 20_000 + 1) // 2, 10_000) if whole else None


def _number(row: Row, name: str) -> Fraction | None:
    return Fraction(row[name]) if row[name] else None


def _quotient(row: Row, above: str, below: str) -> Fraction | None:
    part, whole = _number(row, above), _number(row, below)
    return None if part is None or not whole else part / whole
