"""Rulesets 3, 8, 9 and 11 on made-up records through files: every published value equals plain counting over the records.

The records are drawn for their edges: limits hit to the second, blanks, ties, weeks and follow-ups across the ends of
months, months without inputs (they are not counted, and yet may follow), people with inputs alone.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from kpirules.model.rules import Ruleset
from kpirules.scoring import reference, run
from tests.rulesets import events, oracle_appliance_repair, oracle_customer_service, oracle_ecommerce
from tests.rulesets.oracle_customer_service import Choices
from tests.rulesets.oracles import Published
from tests.rulesets.test_events import closing, facts_of, months, ruleset
from tests.rulesets.test_oracles import result

Table = Sequence[Mapping[str, str]]
SEEDS = (1, 2, 3)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
DAY = 24 * HOUR


def assert_scored(
    rules: Ruleset, folder: Path, expected: Mapping[tuple[str, str], Published], **files: Table
) -> None:
    """The files as facts; both engines publish for every person and period what is expected, and for nobody else."""
    lines = []
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        lines += ["[inputs]" if name == "inputs" else f"[data.{name}]", f'path = "{name}.csv"']
    project = folder / "kpirules.toml"
    project.write_text("\n".join(lines) + "\n", encoding="utf-8")
    facts, told = facts_of(rules, project)
    assert set(told) <= {"K441", "K442", "K465"}
    for scores in (reference.score(rules, facts.matrix), run.score(rules, facts.matrix)):
        found = {facts.matrix.row_name(row): result(scores, place) for place, row in enumerate(scores.rows)}
        assert set(found) == set(expected)
        differing = {key: differences(found[key], one) for key, one in expected.items() if found[key] != one}
        assert differing == {}


def differences(found: Published, expected: Published) -> dict[str, object]:
    """What was found and what was expected, where they differ."""
    pairs: dict[str, tuple[object, object]] = {
        "total": (found.total, expected.total),
        "grade": (found.grade, expected.grade),
    }
    for one, other in (
        (found.points, expected.points),
        (found.amounts, expected.amounts),
        (found.flags, expected.flags),
    ):
        pairs |= {name: (one.get(name, "-"), other.get(name, "-")) for name in {*one, *other}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def written(moment: datetime) -> str:
    return moment.isoformat(" ")


def later(random: Random, moment: datetime, limit: timedelta, blank: float = 0.15) -> str:
    """A time after a moment: at the limit, a second to either side, or anywhere; sometimes none."""
    if random.random() < blank:
        return ""
    off = random.choice(
        (timedelta(0), SECOND, -SECOND, limit * random.random() * 2 // SECOND * SECOND - limit)
    )
    return written(moment + max(limit + off, timedelta(0)))


def maybe(random: Random, words: Sequence[str], blank: float = 0.2) -> str:
    return "" if random.random() < blank else random.choice(list(words))


def moment(random: Random, first: datetime, days: int) -> datetime:
    """Any second, often at the very beginning or end of a day."""
    day = first + random.randrange(days) * DAY
    return day + random.choice((timedelta(0), DAY - SECOND, random.randrange(86_400) * SECOND))


# 9 customer_service_balanced


def service_records(seed: int) -> tuple[Table, Table, Table]:
    random = Random(seed)
    people = [f"P{number:02}" for number in range(26)]
    first = datetime(2026, 1, 1)
    tickets = []
    for _ in range(500):
        opened = moment(random, first, 90)
        tickets.append(
            {
                # the last two have no tickets, some tickets are nobody's
                "staff": "" if random.random() < 0.03 else random.choice(people[:-2]),
                "opened": written(opened),
                "first_reply": later(random, opened, DAY),
                "closed": later(random, opened, random.choice((2, 2, 3, 4)) * DAY),
                "survey": maybe(random, "1344555"),
                "praised": maybe(random, ("yes", "yes", "yes", "no")),
                "complained": maybe(random, ("no",) * 12 + ("yes",)),
            }
        )
    feedback = [
        {
            "staff": person,
            "given": f"2026-0{month}-{random.choice(('01', '28'))}",
            "rater": random.choice(("r1", "r2", "r3", "r4", "r5")),
            "group": random.choice(("superior", "peer", "peer", "customer", "customer")),
            "mark": random.choice("2344455"),
        }
        for month in (1, 2, 3)
        for person in people[2:]
        for _ in range(random.choice((0, 1, 5, 9)))
    ]
    departments = {person: random.choices(("large", "small", ""), (14, 4, 1))[0] for person in people}
    inputs = []
    for month in (1, 2, 3):
        for person in (one for one in people if one != people[month + 2]):
            planned = random.choice((0, 1, 2, 4))
            inputs.append(
                {
                    "staff": person,
                    "period": f"2026-0{month}",
                    "department": departments[person],
                    "in_pilot": maybe(random, ("yes", "no", "no")),
                    "other_departments": maybe(random, ("4.5", "3.6", "4.4", "5", "1")),
                    "courses_planned": maybe(random, (str(planned),)),
                    "courses_taken": maybe(random, (str(random.randrange(planned + 2)),)),
                    "skill_test": maybe(random, ("0.85", "0.8499", "0.765", "1", "0.3")),
                }
            )
    # somebody of whom nothing is known but that he is there
    inputs.append(dict.fromkeys(inputs[0], "") | {"staff": "P99", "period": "2026-02", "department": "large"})
    return tickets, feedback, inputs


@pytest.mark.parametrize(
    "choices",
    [Choices(), Choices(unanswered_count=True), Choices(pilot_only=True)],
    ids=["as shipped", "unanswered count", "pilot only"],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_customer_service_balanced(seed: int, choices: Choices, tmp_path: Path) -> None:
    rules = ruleset(
        "customer_service_balanced", unanswered_count=choices.unanswered_count, pilot_only=choices.pilot_only
    )
    tickets, feedback, inputs = service_records(seed)
    expected = oracle_customer_service.balanced(tickets, feedback, inputs, choices)
    if not choices.pilot_only:
        assert {one.flags["promotion"] for one in expected.values()} == {True, False, None}
        assert {one.grade for one in expected.values()} >= {"excellent", "good", "pass", None}
    assert_scored(rules, tmp_path, expected, tickets=tickets, feedback=feedback, inputs=inputs)


# 3 ecommerce_after_sales


def shop_tickets(seed: int) -> Table:
    """From December to July; some people have a few tickets at the edges of quarters alone."""
    random = Random(seed)
    first = datetime(2025, 12, 26)
    tickets = []
    for _ in range(700):
        opened = moment(random, first, 200)
        staff = random.choice(("A", "B", "C", "D", "E", "F", ""))
        if staff == "F":
            edge = random.choice((datetime(2025, 12, 29), datetime(2026, 3, 30), datetime(2026, 6, 29)))
            opened = moment(random, edge, 7)
        tickets.append(
            {
                "staff": staff,
                "opened": written(opened),
                "first_reply": later(random, opened, 3 * MINUTE),
                "closed": later(random, opened, DAY),
                "solved": maybe(random, ("yes",) * 9 + ("no",)),
                "survey": maybe(random, "2445555"),
            }
        )
    return tickets


@pytest.mark.parametrize("seed", SEEDS)
def test_ecommerce_after_sales(seed: int, tmp_path: Path) -> None:
    tickets = shop_tickets(seed)
    expected = oracle_ecommerce.shop(tickets)
    assert len(expected) > 15
    assert {one.flags["slow_month"] for one in expected.values()} == {True, False}
    assert_scored(ruleset("ecommerce_after_sales"), tmp_path, expected, tickets=tickets)


# 8 appliance_repair


def repair_records(seed: int) -> tuple[Table, Table, Table]:
    random = Random(seed)
    # ten have inputs in the last set: their percentiles lie exactly on a place
    people = [f"R{number:02}" for number in range(11 if seed == SEEDS[-1] else 14)]
    first = datetime(2026, 1, 1)
    repairs = []
    for _ in range(600):
        reported = moment(random, first, 59)
        begun = reported + random.choice((1, 10, 22)) * HOUR
        finished = later(random, reported, DAY, 0.1)
        if finished and datetime.fromisoformat(finished) < begun:
            begun = datetime.fromisoformat(finished) - 90 * MINUTE
        done = datetime.fromisoformat(finished) if finished else reported
        repairs.append(
            {
                "staff": random.choice(people[:-2]),
                "reported": written(reported),
                "begun": maybe(random, (written(max(begun, reported)),)),
                "finished": finished,
                "kind": random.choice(("board repair", "compressor", "installation", "cleaning", "unnamed")),
                "device": f"D{random.randrange(250)}",
                "standard": maybe(random, ("yes", "yes", "yes", "no")),
                "survey": maybe(random, "24445555"),
                "surveyed": later(random, done, DAY),
            }
        )
    # reported again to the second after a week, a second later, and twice at one moment
    for gap in (7 * DAY, 7 * DAY + SECOND, timedelta(0)):
        for one in random.sample(repairs, 12):
            again = datetime.fromisoformat(one["reported"]) + gap
            repairs.append(dict.fromkeys(one, "") | {
                "staff": random.choice(people[:-2]), "reported": written(again), "device": one["device"], "kind": "cleaning",
                "finished": written(again + HOUR),
            })  # fmt: skip
    random.shuffle(repairs)
    complaints = []
    for _ in range(40):
        received = moment(random, first, 59)
        complaints.append(
            {
                "staff": random.choice(people[1:]),
                "received": written(received),
                "settled": later(random, received, 2 * DAY),
                "satisfied": maybe(random, ("yes", "yes", "no")),
            }
        )
    inputs = [
        {
            "staff": person,
            "period": f"2026-0{month}",
            "referrals": maybe(random, "00159"),
            "parts_spent": maybe(random, ("900", "900.01", "1125", "1350", "0")),
            "parts_allowed": maybe(random, ("900", "900", "0")),
            "travel_spent": maybe(random, ("300", "375", "449.99", "450")),
            "travel_allowed": maybe(random, ("300",)),
            "salary": maybe(random, ("8333.35", "6000")),
        }
        for month in (1, 2)
        for person in (one for one in people if one != people[month + 2])
    ]
    return repairs, complaints, inputs


@pytest.mark.parametrize("seed", SEEDS)
def test_appliance_repair(seed: int, tmp_path: Path) -> None:
    repairs, complaints, inputs = repair_records(seed)
    expected = oracle_appliance_repair.repairs(repairs, complaints, inputs)
    assert {one.flags["best_balance"] for one in expected.values()} >= {True, False}
    assert_scored(
        ruleset("appliance_repair"),
        tmp_path,
        expected,
        repairs=repairs,
        complaints=complaints,
        inputs=inputs,
    )


# 11 after_sales_core


@pytest.mark.parametrize("seed", SEEDS)
def test_after_sales_core_with_costs(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    first = datetime(2026, 1, 1)
    people = [f"P{number:02}" for number in range(12)]
    tickets = []
    for _ in range(400):
        opened = moment(random, first, 90)
        tickets.append(
            {
                "staff": random.choice(people[:-1]),
                "opened": written(opened),
                "first_reply": later(random, opened, random.choice((5, 5, 10)) * MINUTE),
                "closed": later(random, opened, DAY),
                "survey": maybe(random, "2344555"),
                "contacts": maybe(random, "11112"),
                "reopened": maybe(random, "0" * 15 + "2"),
                "channel": maybe(random, ("phone", "mail", "chat")),
            }
        )
    inputs = [
        {
            "staff": person,
            "period": f"2026-0{month}",
            "cost": maybe(random, ("6000", "9000", "8000.01", "0"), 0.1),
            "hours": maybe(random, ("160", "120", "100", "0"), 0.1),
            "cost_limit": maybe(random, ("4.5", "6.25", "0"), 0.1),
        }
        for month in (1, 2, 3)
        for person in people
    ]
    work = months(tickets)
    expected = {}
    for row in inputs:
        key = row["staff"], row["period"]
        one = events.after_sales_core(work[key], row, closing=closing(work, key[1]))
        flags = dict.fromkeys(("reward", "training", "transfer"))
        if (total := one.total) is not None:
            flags = {"reward": total >= 90, "training": total < 60, "transfer": total < 50}
        expected[key] = replace(one, flags=flags)
    assert len({one.points["unit_cost"] for one in expected.values()}) > 5
    assert_scored(ruleset("after_sales_core"), tmp_path, expected, tickets=tickets, inputs=inputs)
