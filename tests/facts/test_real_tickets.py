"""Two real ticket files load through a project file alone, their quirks told. Skipped where the files are absent."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from kpirules.diagnostics import Diagnostic
from kpirules.facts.build import Facts, build
from kpirules.facts.project import read_project
from kpirules.facts.requests import columns_wanted
from kpirules.model import expressions as e
from kpirules.model.rules import Data
from kpirules.plugin import installed, read_table
from kpirules.units import MINUTE, Unit
from tests.facts.policies import a_data, aggregate, compare, constant, errors, field, minus, policy, values

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "tickets"
SUPPORT = FOLDER / "technical_support_dataset.csv"
INCIDENTS = FOLDER / "servicenow_incident_events_2016q1_apr.csv.gz"

SUPPORT_TOML = """
[data.tickets]
path = "technical_support_dataset.csv"
id = "Ticket ID"
[data.tickets.columns]
staff = "Agent Name"
opened = "Created time"
first_reply = "First response time"
resolved = "Resolution time"
survey = "Survey results"
"""
INCIDENTS_TOML = """
[data.tickets]
path = "servicenow_incident_events_2016q1_apr.csv.gz"
missing = ["?"]
date_format = "%d/%m/%Y %H:%M"
one_row_per = "number"
latest_by = "sys_updated_at"
[data.tickets.columns]
staff = "assigned_to"
opened = "opened_at"
resolved = "resolved_at"
in_time = "made_sla"
"""


def data(*, staff_optional: bool = False) -> Data:
    fields = {
        "staff": (Unit.STAFF, staff_optional),
        "opened": (Unit.DATETIME, False),
        "first_reply": (Unit.DATETIME, True),
        "resolved": (Unit.DATETIME, True),
        "survey": (Unit.NUMBER, True),
        "in_time": (Unit.BOOLEAN, True),
    }
    return a_data("tickets", fields, staff="staff", placed_by="opened")


TICKETS = data()
OPENED, REPLY, RESOLVED = (field(name, TICKETS) for name in ("opened", "first_reply", "resolved"))
COUNT = aggregate(e.Over.COUNT, name="n")
QUICK = aggregate(
    e.Over.SHARE,
    where=compare("<=", minus(REPLY, OPENED), constant(30 * MINUTE, Unit.DURATION)),
    name="quick",
)
RESOLVING = aggregate(e.Over.SUM, minus(RESOLVED, OPENED), name="resolving")
AFTER_REPLY = aggregate(e.Over.MEAN, minus(RESOLVED, REPLY), name="after")
SURVEY = aggregate(e.Over.MEAN, field("survey", TICKETS), name="survey")
IN_TIME = aggregate(e.Over.SHARE, where=field("in_time", TICKETS), name="in_time")


def load(
    toml: str, aggregates: Collection[e.Aggregate], declared: Data = TICKETS, *, reject: bool = False
) -> tuple[Facts, list[Diagnostic]]:
    project, wrong = read_project(toml, str(FOLDER / "kpirules.toml"))
    assert wrong == ()
    rules = policy(data=[declared], aggregates=aggregates, period="month")
    plugins = installed()
    tables, bindings = {}, {}
    for name, one in project.tables.items():
        assert one.path is not None
        if not Path(one.path).exists():
            pytest.skip(f"{Path(one.path).name} is not here")
        wanted = columns_wanted(rules, name, one.binding)
        tables[name] = read_table(
            plugins, one.path, adapter=one.adapter, settings=one.settings, columns=wanted
        )
        bindings[name] = one.binding
    return build(rules, tables, bindings=bindings, reject=reject)


def test_support_tickets_two_replies_lie_before_their_tickets() -> None:
    facts, found = load(SUPPORT_TOML, [COUNT, QUICK])
    assert errors(found) == ["K440 231 First response time", "K440 894 First response time"]
    facts, found = load(SUPPORT_TOML, [COUNT, QUICK], reject=True)
    assert errors(found) == []
    assert (facts.counts["tickets"].read, facts.counts["tickets"].used, len(facts.rejects)) == (2330, 2328, 2)
    assert len(facts.matrix) == 8 * 12
    assert len(facts.matrix.staff_names) == 8


def test_support_tickets_resolved_before_their_reply_matter_where_that_is_measured() -> None:
    assert errors(load(SUPPORT_TOML, [RESOLVING, SURVEY])[1]) == []
    assert [one.split()[0] for one in errors(load(SUPPORT_TOML, [AFTER_REPLY])[1])] == ["K440"] * 18


def test_support_tickets_are_added_up_exactly() -> None:
    facts, _ = load(SUPPORT_TOML, [COUNT, RESOLVING, SURVEY])
    with SUPPORT.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    counts, resolving = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    surveys: dict[tuple[str, str], list[Fraction]] = {}
    for row in rows:
        key = (row["Agent Name"], row["Created time"][:7])
        counts[key] += 1
        if row["Resolution time"]:
            spent = datetime.fromisoformat(row["Resolution time"]) - datetime.fromisoformat(
                row["Created time"]
            )
            resolving[key] += spent // timedelta(microseconds=1)
        if row["Survey results"]:
            surveys.setdefault(key, []).append(Fraction(row["Survey results"]))
    keys = [facts.matrix.row_name(row) for row in range(len(facts.matrix))]
    assert set(keys) == set(counts)
    assert values(facts, "n") == [counts[key] for key in keys]
    assert values(facts, "resolving") == [resolving[key] for key in keys]
    assert values(facts, "survey") == [
        sum(surveys[k]) / len(surveys[k]) if k in surveys else None for k in keys
    ]


def test_evidence_names_real_tickets() -> None:
    facts, _ = load(SUPPORT_TOML, [SURVEY])
    staff, period = facts.matrix.row_name(0)
    found = facts.evidence("survey", staff, period)
    assert found is not None
    column = facts.matrix.columns["survey"]
    counted = [one for one in found.records if one.value is not None]
    assert len(counted) == found.count
    assert all(one.id is not None and one.id.isdigit() for one in counted)
    assert sum(Fraction(str(one.value)) for one in counted) / found.count == column.value(0)


def test_incidents_are_read_at_their_last_row() -> None:
    facts, found = load(INCIDENTS_TOML, [COUNT, RESOLVING, IN_TIME], data(staff_optional=True))
    assert errors(found) == []
    told = {one.code: one.args for one in found}
    assert (told["K445"]["rows"], told["K445"]["cases"]) == (101_045, 17_136)
    assert told["K441"]["count"] == 715
    last: dict[str, dict[str, str]] = {}
    with gzip.open(INCIDENTS, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            before = last.get(row["number"])
            if before is None or _when(row["sys_updated_at"]) >= _when(before["sys_updated_at"]):
                last[row["number"]] = row
    counts, in_time = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in last.values():
        if row["assigned_to"] != "?":
            key = (row["assigned_to"], f"{_when(row['opened_at']):%Y-%m}")
            counts[key] += 1
            in_time[key] += row["made_sla"] == "true"
    keys = [facts.matrix.row_name(row) for row in range(len(facts.matrix))]
    assert set(keys) == set(counts)
    assert values(facts, "n") == [counts[key] for key in keys]
    assert values(facts, "in_time") == [Fraction(in_time[key], counts[key]) for key in keys]


def _when(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M")


def test_incidents_without_a_declared_format_are_not_guessed() -> None:
    _, found = load(INCIDENTS_TOML.replace('date_format = "%d/%m/%Y %H:%M"\n', ""), [COUNT])
    assert {one.code for one in found if one.is_error} == {"K426", "K460"}


def test_incidents_of_nobody_are_errors_where_staff_is_required() -> None:
    facts, found = load(INCIDENTS_TOML, [COUNT])
    more = next(one for one in found if one.code == "K460")
    assert (more.args["code"], more.args["total"]) == ("K430", 715)
    assert facts.counts["tickets"].set_aside == 715
