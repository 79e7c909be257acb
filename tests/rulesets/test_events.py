"""Rulesets 5 and 11 on tickets: a made-up department and two real files, against plain counting.

The real files are not part of the project; where they are absent their tests are skipped.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from kpirules.cli.department import Department, write_department
from kpirules.engine import read_policy
from kpirules.facts.build import Facts
from kpirules.gathering import Work, gather, open_project
from kpirules.matrix import ScoreMatrix
from kpirules.model.rules import Ruleset
from kpirules.scoring import reference, run
from tests.rulesets import events
from tests.rulesets.events import Ticket
from tests.rulesets.oracles import Published
from tests.rulesets.shipped import RULESETS
from tests.rulesets.test_oracles import result

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "tickets"
SUPPORT = FOLDER / "technical_support_dataset.csv"
INCIDENTS = FOLDER / "servicenow_incident_events_2016q1_apr.csv.gz"
Month = tuple[str, str]

SUPPORT_COLUMNS = {
    "staff": "Agent Name",
    "opened": "Created time",
    "first_reply": "First response time",
    "closed": "Resolution time",
    "survey": "Survey results",
}
#: For the ruleset that asks how often there was contact, and by which channel.
CONTACT_COLUMNS = {"contacts": "Agent interactions", "channel": "Source"}
INCIDENT_COLUMNS = {"staff": "resolved_by", "opened": "opened_at", "closed": "resolved_at"}
REASSIGNED_COLUMNS = {"contacts": "reassignment_count", "reopened": "reopen_count", "channel": "contact_type"}
INCIDENT_READING = """
missing = ["?"]
date_format = "day first"
one_row_per = "number"
latest_by = "sys_mod_count"
"""


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Department:
    return write_department(tmp_path_factory.mktemp("department"))


def facts_of(rules: Ruleset, project: Path, *, reject: bool = False) -> tuple[Facts, list[str]]:
    """The facts that the project gives, and the codes of everything said about them."""
    read, wrong = open_project(project)
    assert wrong == ()
    facts, told = gather(Work(rules, {}, read, reject=reject))
    return facts, [one.code for one in told]


def bound(folder: Path, source: Path, columns: Mapping[str, str], reading: str = "") -> Path:
    """A project file for one file of tickets."""
    if not source.exists():
        pytest.skip(f"{source.name} is not here")
    lines = "\n".join(f'{name} = "{title}"' for name, title in columns.items())
    project = folder / "kpirules.toml"
    project.write_text(
        f'[data.tickets]\npath = "{source.resolve()}"\n{reading}\n[data.tickets.columns]\n{lines}\n', "utf-8"
    )
    return project


def ruleset(name: str, **settings: int) -> Ruleset:
    rules = read_policy(RULESETS / f"{name}.kpi", settings).ruleset
    assert rules is not None
    return rules


def months(tickets: Iterable[Ticket]) -> dict[Month, list[Ticket]]:
    found: dict[Month, list[Ticket]] = defaultdict(list)
    for one in tickets:
        found[one["staff"], one["opened"][:7]].append(one)
    return found


def closing(found: Mapping[Month, list[Ticket]], period: str) -> bool:
    return any(one["closed"] for key, tickets in found.items() if key[1] == period for one in tickets)


def renamed(row: Mapping[str, str], columns: Mapping[str, str], blank: str = "") -> dict[str, str]:
    """The ticket under the policies' names; fields without a column are blank."""
    fields = ("first_reply", "survey", "handling_survey", "complained", "contacts", "reopened", "channel")
    found = {name: row[title].strip() for name, title in columns.items()}
    found = {name: "" if value == blank else value for name, value in found.items()}
    return {name: found.get(name, "") for name in ("staff", "opened", "closed", *fields)}


def assert_scored(rules: Ruleset, facts: Facts, expected: Mapping[Month, Published]) -> None:
    """Every person and month is scored, by both engines, as expected."""
    matrix = facts.matrix
    for scores in (reference.score(rules, matrix), run.score(rules, matrix)):
        assert found(scores, matrix.row_name) == expected


def found(scores: ScoreMatrix, row_name: object) -> dict[Month, Published]:
    assert callable(row_name)
    results = {}
    for place, row in enumerate(scores.rows.tolist()):
        one = result(scores, place)
        results[row_name(row)] = Published(one.points, one.total, one.grade)
    return results


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


DEPARTMENT_COLUMNS = {
    "staff": "Agent",
    "opened": "Created",
    "first_reply": "First response",
    "closed": "Resolved",
    "survey": "Survey",
    "handling_survey": "Handling survey",
    "complained": "Complaint",
    "contacts": "Contacts",
    "reopened": "Reopened",
    "channel": "Channel",
}


def test_the_made_up_department_by_service_staff(department: Department) -> None:
    rules = ruleset("service_staff")
    facts, told = facts_of(rules, department.project)
    assert told == []
    tickets = months(renamed(row, DEPARTMENT_COLUMNS, "-") for row in read_csv(department.tickets))
    expected = {
        (row["staff"], row["period"]): events.service_staff(
            tickets[row["staff"], row["period"]], row, closing=closing(tickets, row["period"])
        )
        for row in read_csv(department.monthly)
    }
    assert_scored(rules, facts, expected)


def test_the_made_up_department_by_the_core_template(department: Department, tmp_path: Path) -> None:
    rules = ruleset("after_sales_core")
    project = bound(tmp_path, department.tickets, DEPARTMENT_COLUMNS, 'missing = ["-"]')
    text = "\n".join(
        line
        for line in project.read_text("utf-8").splitlines()
        if not line.startswith(("handling_survey", "complained"))
    )
    project.write_text(text, "utf-8")
    facts, told = facts_of(rules, project)
    assert told == ["K408"]
    tickets = months(renamed(row, DEPARTMENT_COLUMNS, "-") for row in read_csv(department.tickets))
    expected = {
        key: events.after_sales_core(those, closing=closing(tickets, key[1]))
        for key, those in tickets.items()
    }
    assert_scored(rules, facts, expected)


@pytest.fixture
def support() -> dict[Month, list[Ticket]]:
    """The support tickets, without the two that were answered before they were opened."""
    if not SUPPORT.exists():
        pytest.skip(f"{SUPPORT.name} is not here")
    columns = SUPPORT_COLUMNS | CONTACT_COLUMNS
    tickets = [renamed(row, columns) for row in read_csv(SUPPORT)]
    return months(one for one in tickets if not one["first_reply"] or one["first_reply"] >= one["opened"])


def test_real_support_tickets_by_service_staff(support: dict[Month, list[Ticket]], tmp_path: Path) -> None:
    rules = ruleset("service_staff")
    facts, told = facts_of(rules, bound(tmp_path, SUPPORT, SUPPORT_COLUMNS), reject=True)
    assert sorted(told) == ["K408", "K409", "K461"]
    assert facts.counts["tickets"].used == 2328
    assert_scored(
        rules,
        facts,
        {key: events.service_staff(those, {}, closing=True) for key, those in support.items()},
    )


def test_real_support_tickets_by_the_core_template(
    support: dict[Month, list[Ticket]], tmp_path: Path
) -> None:
    rules = ruleset("after_sales_core")
    facts, told = facts_of(rules, bound(tmp_path, SUPPORT, SUPPORT_COLUMNS | CONTACT_COLUMNS), reject=True)
    assert sorted(told) == ["K408", "K409", "K461"]
    assert_scored(
        rules, facts, {key: events.after_sales_core(those, closing=True) for key, those in support.items()}
    )


@pytest.fixture
def incidents() -> dict[Month, list[Ticket]]:
    """The incidents' last states, without those of nobody and those resolved before they were opened."""
    if not INCIDENTS.exists():
        pytest.skip(f"{INCIDENTS.name} is not here")
    last: dict[str, dict[str, str]] = {}
    with gzip.open(INCIDENTS, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            before = last.get(row["number"])
            if before is None or int(row["sys_mod_count"]) >= int(before["sys_mod_count"]):
                last[row["number"]] = row
    tickets = []
    for row in last.values():
        one = renamed(row, INCIDENT_COLUMNS | REASSIGNED_COLUMNS, "?")
        one |= {name: _iso(one[name]) for name in ("opened", "closed") if one[name]}
        if one["staff"] and (not one["closed"] or one["closed"] >= one["opened"]):
            tickets.append(one)
    return months(tickets)


def _iso(written: str) -> str:
    return datetime.strptime(written, "%d/%m/%Y %H:%M").isoformat(" ")


def test_real_incidents_by_service_staff(incidents: dict[Month, list[Ticket]], tmp_path: Path) -> None:
    rules = ruleset("service_staff")
    project = bound(tmp_path, INCIDENTS, INCIDENT_COLUMNS, INCIDENT_READING)
    facts, told = facts_of(rules, project)
    assert set(told) == {"K408", "K409", "K441", "K445"}
    assert facts.counts["tickets"].used == sum(map(len, incidents.values()))
    expected = {
        key: events.service_staff(those, {}, closing=closing(incidents, key[1]))
        for key, those in incidents.items()
    }
    assert_scored(rules, facts, expected)


def test_real_incidents_by_the_core_template(incidents: dict[Month, list[Ticket]], tmp_path: Path) -> None:
    """There, contacts are reassignments: none is what counts as solved at first contact."""
    rules = ruleset("after_sales_core", contact_limit=0)
    project = bound(tmp_path, INCIDENTS, INCIDENT_COLUMNS | REASSIGNED_COLUMNS, INCIDENT_READING)
    facts, _ = facts_of(rules, project)
    expected = {
        key: events.after_sales_core(those, closing=closing(incidents, key[1]), contact_limit=0)
        for key, those in incidents.items()
    }
    assert_scored(rules, facts, expected)
