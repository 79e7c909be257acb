"""Records tied to others: they read their partner's fields, and take its staff and period."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.calendars import Calendar
from kpirules.engine import policy_of
from kpirules.facts.build import build
from kpirules.gathering import gather_table
from kpirules.model import expressions as e
from kpirules.model.rules import Tie
from kpirules.periods import parse
from kpirules.policy.sample import sample
from kpirules.units import Unit
from tests.facts.meaning import Oracle, Record
from tests.facts.policies import (
    HERE,
    OFFICE,
    a_data,
    aggregate,
    compare,
    constant,
    errors,
    policy,
    source,
    values,
)

JOBS = a_data(
    "jobs",
    {
        "no": (Unit.NUMBER, True),
        "who": (Unit.STAFF, True),
        "done": (Unit.DATETIME, True),
        "cost": (Unit.MONEY, True),
        "kind": (Unit.TEXT, True),
    },
    staff="who",
    placed_by="done",
)
REVIEWS = replace(
    a_data(
        "reviews",
        {"job": (Unit.NUMBER, True), "stars": (Unit.COUNT, True)},
        staff="jobs.who",
        placed_by="jobs.done",
    ),
    ties=(Tie("jobs", "job", "no", HERE),),
)


def part(name: str, unit: Unit) -> e.Field:
    return e.Field("reviews", name, unit, HERE)


STARS, COST, KIND = (
    part("stars", Unit.COUNT),
    part("jobs.cost", Unit.MONEY),
    part("jobs.kind", Unit.TEXT),
)
ASKED = [
    aggregate(e.Over.COUNT, name="n", data="reviews"),
    aggregate(
        e.Over.SUM,
        e.Arithmetic("*", STARS, COST, Unit.MONEY, HERE),
        where=compare("=", KIND, constant("a", Unit.TEXT)),
        name="weighted",
        data="reviews",
    ),
    aggregate(e.Over.LAST, COST, name="last", data="reviews", unit=Unit.MONEY),
]
TWO_DAYS = [datetime(2026, 1, day, hour) for day in (5, 6) for hour in (9, 10)]
jobs = st.fixed_dictionaries(
    {
        "no": st.none() | st.sampled_from(["1", "2.0", "0.30000000000000004", "0.3"]),
        "who": st.none() | st.sampled_from(["x", "y"]),
        "done": st.none() | st.sampled_from(TWO_DAYS),
        "cost": st.none() | st.sampled_from(["0.1", "123456789012.123456", "7"]),
        "kind": st.none() | st.sampled_from(["a", "b"]),
    }
)
reviews = st.fixed_dictionaries(
    {
        "job": st.none() | st.sampled_from(["1", "2", "0.30000000000000004", "0.3", "5"]),
        "stars": st.none() | st.integers(0, 5),
    }
)


def _exact(row: dict[str, Any]) -> dict[str, e.Value | None]:
    found: dict[str, e.Value | None] = dict(row)
    for name in ("no", "cost", "job", "stars"):
        if row.get(name) is not None:
            found[name] = Fraction(row[name])
    if row.get("done") is not None:
        found["done"] = Fraction((row["done"] - datetime(1970, 1, 1)).total_seconds()) * 1_000_000
    return found


def _columns(names: list[str], rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [None if r[name] is None else str(r[name]) for r in rows] for name in names}


@given(st.lists(jobs, max_size=5, unique_by=lambda job: job["no"]), st.lists(reviews, max_size=8))
@settings(max_examples=(settings.default or settings()).max_examples // 3)
def test_a_tied_record_is_one_with_its_partners_fields(
    given_jobs: list[dict[str, Any]], given_reviews: list[dict[str, Any]]
) -> None:
    tables = {
        "jobs": source(_columns(["no", "who", "done", "cost", "kind"], given_jobs)),
        "reviews": source(_columns(["job", "stars"], given_reviews)),
    }
    facts, found = build(policy(data=[REVIEWS, JOBS], aggregates=ASKED, period="day"), tables)
    assert errors(found) == []
    whole: list[Record] = []
    for one in map(_exact, given_reviews):
        partner = next(
            (job for job in map(_exact, given_jobs) if job["no"] is not None and job["no"] == one["job"]), {}
        )
        whole.append(one | {f"jobs.{name}": partner.get(name) for name in ("who", "done", "cost", "kind")})
    oracle = Oracle({}, Calendar(OFFICE.calendar, OFFICE.weekend, OFFICE.hours))
    rows = {facts.matrix.row_name(row): row for row in range(len(facts.matrix))}
    told: dict[tuple[str, str], list[Record]] = {}
    for record in whole:
        who, done = record["jobs.who"], record["jobs.done"]
        if isinstance(who, str) and isinstance(done, Fraction):
            day = "2026-01-05" if done < Fraction(1767657600 * 1_000_000) else "2026-01-06"
            told.setdefault((who, day), []).append(record)
    assert rows.keys() == told.keys()
    for key, mine in told.items():
        mine.sort(key=lambda record: record["jobs.done"])  # type: ignore[arg-type, return-value]
        for asked in ASKED:
            assert facts.matrix.columns[asked.name].value(rows[key]) == oracle.aggregate(asked, mine)


def test_a_partner_may_lie_in_another_period_and_a_record_without_one_is_counted() -> None:
    surveys = replace(
        a_data(
            "reviews",
            {"job": (Unit.NUMBER, True), "who": (Unit.STAFF, False), "sent": (Unit.DATE, False)},
            staff="who",
            placed_by="sent",
        ),
        ties=(Tie("jobs", "job", "no", HERE),),
    )
    asked = aggregate(e.Over.SUM, COST, name="cost", data="reviews", unit=Unit.MONEY)
    tables = {
        "jobs": source({"no": ["1"], "cost": ["5"]}),
        "reviews": source({"job": ["1", "7", None], "who": ["a"] * 3, "sent": ["2026-04-01"] * 3}),
    }
    rules = policy(data=[surveys, JOBS], aggregates=[asked])
    facts, found = build(rules, tables, periods=[parse("2026-Q2")])  # type: ignore[list-item]
    assert values(facts, "cost") == [5]
    (note,) = found
    assert (note.code, note.args["count"], note.args["first"]) == ("K467", 2, 3)
    assert (facts.counts["jobs"].used, facts.counts["reviews"].used) == (1, 3)


def test_two_partners_with_one_key_are_an_error_and_the_second_can_be_set_aside() -> None:
    tables = {
        "jobs": source(
            _columns(
                ["no", "who", "done", "cost", "kind"],
                [
                    {"no": no, "who": "x", "done": "2026-01-05", "cost": cost, "kind": "a"}
                    for no, cost in (("1", 1), ("2", 2), ("1.0", 3))
                ],
            )
        ),
        "reviews": source({"job": ["1"], "stars": [4]}),
    }
    rules = policy(data=[REVIEWS, JOBS], aggregates=ASKED)
    _, found = build(rules, tables)
    assert errors(found) == ["K466 4 no"]
    assert found[0].args["first"] == 2
    facts, found = build(rules, tables, reject=True)
    assert errors(found) == []
    assert values(facts, "weighted") == [4]


POLICY = """\
ruleset desk "Desk"
  period quarter
  missing redistribute
data surveys "surveys"
  ticket : text
  stars  : rating 1 to 5
  tied to tickets by ticket = number
  placed by tickets.closed
data tickets
  number : text
  agent  : staff
  closed : datetime
  kind   : text
  placed by closed
measure view = mean of stars over surveys where tickets.kind = "repair" and followed within 2 days by surveys of the same tickets.kind
indicator pleased "Pleased customers" weight 100
  measure view
  target >= 4
  deduct 10 points per 1 below target
"""


def test_a_policy_ties_surveys_to_their_tickets() -> None:
    read = policy_of(POLICY)
    assert read.ruleset is not None, [one.message() for one in read.diagnostics]
    surveys = pa.table({"ticket": ["T1", "T2", "T3"], "stars": [5, 2, 1]})
    tickets = pa.table(
        {
            "number": ["T1", "T2", "T3"],
            "agent": ["a", "a", "b"],
            "closed": ["2026-01-05 09:00", "2026-01-06 09:00", "2026-01-09 09:00"],
            "kind": ["repair"] * 3,
        }
    )
    facts, _ = gather_table(read.ruleset, None, surveys=surveys, tickets=tickets)
    assert values(facts, "view.1") == [5, None]


def test_made_up_data_ties_its_records() -> None:
    read = policy_of(POLICY)
    assert read.ruleset is not None
    made = sample(read.ruleset, people=3)
    keys = [row["number"] for row in made.data["tickets"]]
    assert len(keys) == len(set(keys))
    assert {row["ticket"] for row in made.data["surveys"]} <= set(keys)
