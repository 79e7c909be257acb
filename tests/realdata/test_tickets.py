"""Two real ticket files through the command line, held against plain arithmetic over their rows.

The files are not part of the project; the tests are skipped where they are absent.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kpirules.cli import main

HERE = Path(__file__).resolve().parent
RULESETS = HERE.parents[1] / "rulesets"
DATA = HERE.parents[1] / ".." / "shared" / "data" / "tickets"
SUPPORT = "technical_support_dataset.csv"
INCIDENTS = "servicenow_incident_events_2016q1_apr.csv.gz"
HOUR = timedelta(hours=1)
Key = tuple[str, str]
Row = dict[str, str]


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a project file and the data that it binds."""
    project, data = request.param
    if not (DATA / data).exists():
        pytest.skip(f"the real data is not here: {data}")
    shutil.copy(HERE / project / "kpirules.toml", tmp_path)
    (tmp_path / data).symlink_to((DATA / data).resolve())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return tmp_path


support = pytest.mark.parametrize("folder", [("support", SUPPORT)], indirect=True)
incidents = pytest.mark.parametrize("folder", [("incidents", INCIDENTS)], indirect=True)


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def score(ruleset: str, *words: str) -> tuple[dict[Key, Row], str]:
    """Scores by staff and period, and what was said beside them."""
    result = run("score", str(RULESETS / f"{ruleset}.kpi"), "--project", "kpirules.toml", *words)
    assert result.exit_code == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    scored = {(row["staff"], row["period"]): row for row in rows}
    assert len(scored) == len(rows)
    return scored, result.stderr


def service_staff(tickets: Iterable[Mapping[str, Any]]) -> dict[str, Decimal | None]:
    """What the policy for service staff says of one person's month, from its document: points and total."""
    tickets = list(tickets)
    points: dict[str, tuple[Fraction, int]] = {}

    def in_proportion(name: str, part: int, whole: int, target: Fraction, weight: int) -> None:
        if whole:
            points[name] = (min(Fraction(part, whole) / target, Fraction(1)) * weight, weight)

    answers = [one["survey"] for one in tickets if one["survey"] is not None]
    in_proportion("satisfaction", sum(one >= 4 for one in answers), len(answers), Fraction(90, 100), 15)
    waits = [one["first_reply"] - one["opened"] for one in tickets if one["first_reply"] is not None]
    in_proportion("response_time", sum(one <= HOUR / 2 for one in waits), len(waits), Fraction(1), 10)
    spent = [one["closed"] - one["opened"] for one in tickets if one["closed"] is not None]
    if spent:
        mean = Fraction(sum(one // timedelta(microseconds=1) for one in spent), len(spent)) / (
            HOUR // timedelta(microseconds=1)
        )
        points["handling_time"] = (min(max(Fraction(48) - mean, Fraction(0)) / 24 * 10, Fraction(10)), 10)
    in_proportion("resolution_rate", len(spent), len(tickets), Fraction(95, 100), 15)
    present = sum(weight for _, weight in points.values())
    told = {name: half_up(earned) for name, (earned, _) in points.items()}
    earned = sum((one for one, _ in points.values()), Fraction(0))
    return {**told, "total": half_up(earned / present * 100) if present else None}


def half_up(value: Fraction) -> Decimal:
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def hold_against(scored: Mapping[Key, Row], groups: Mapping[Key, list[dict[str, Any]]]) -> None:
    """Every cell equals the plain arithmetic."""
    assert set(scored) == set(groups)
    for key, row in scored.items():
        expected = service_staff(groups[key])
        for name in ("satisfaction", "response_time", "handling_time", "resolution_rate", "total"):
            found = Decimal(row[name]) if row[name] else None
            assert found == expected.get(name), (key, name)


def by_person_and_month(tickets: Iterable[dict[str, Any]]) -> dict[Key, list[dict[str, Any]]]:
    groups: dict[Key, list[dict[str, Any]]] = {}
    for one in tickets:
        groups.setdefault((one["staff"], f"{one['opened']:%Y-%m}"), []).append(one)
    return groups


def moment(text: str, read: Callable[[str], datetime] = datetime.fromisoformat) -> datetime | None:
    return read(text) if text not in ("", "?") else None


# A help desk's export: one row a ticket


def support_tickets() -> list[dict[str, Any]]:
    with (DATA / SUPPORT).open(encoding="utf-8-sig", newline="") as file:
        return [
            {
                "staff": row["Agent Name"].strip(),
                "opened": datetime.fromisoformat(row["Created time"]),
                "first_reply": moment(row["First response time"]),
                "closed": moment(row["Resolution time"]),
                "survey": Fraction(row["Survey results"]) if row["Survey results"] else None,
            }
            for row in csv.DictReader(file)
        ]


def backwards(ticket: Mapping[str, Any]) -> bool:
    return any(
        ticket[name] is not None and ticket[name] < ticket["opened"] for name in ("first_reply", "closed")
    )


@support
def test_replies_before_their_tickets_are_errors_until_they_are_set_aside(folder: Path) -> None:
    words = ("score", str(RULESETS / "service_staff.kpi"), "--project", "kpirules.toml")
    result = run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("error[K440]: first_reply lies before opened") == 2
    assert f'--> {SUPPORT}, row 231, column "First response time"' in result.stderr
    chinese = run(*words, "--lang", "zh").stderr
    assert chinese.count("错误[K440]") == 2


@support
def test_support_tickets_by_the_policy_for_service_staff(folder: Path) -> None:
    scored, said = score("service_staff", "--reject", "rejects.csv")
    assert "2 of 2330 rows of tickets were set aside" in said
    assert "missing for everybody: peer_rating, positive_feedback, feedback, courses, certificates" in said
    assert 'tickets has no column "handling_survey", "complained"' in said
    tickets = support_tickets()
    rejected = list(csv.DictReader(io.StringIO((folder / "rejects.csv").read_text(encoding="utf-8-sig"))))
    # Row 1 is the header.
    assert [int(one["row"]) - 2 for one in rejected] == [n for n, one in enumerate(tickets) if backwards(one)]
    hold_against(scored, by_person_and_month(one for one in tickets if not backwards(one)))
    assert len(scored) == 8 * 12
    assert len({one["staff"] for one in tickets}) == 8


@support
def test_support_tickets_by_the_reference(folder: Path) -> None:
    words = ("--reject", "rejects.csv", "--periods", "2023-05..2023-06")
    scored, _ = score("service_staff", *words)
    assert len(scored) == 8 * 2
    assert score("service_staff", *words, "--engine", "reference")[0] == scored


@support
def test_a_statement_names_the_tickets_behind_a_share(folder: Path) -> None:
    result = run(
        "why", str(RULESETS / "service_staff.kpi"), "--project", "kpirules.toml", "--reject", "rejects.csv",
        "--staff", "Kristos Westoll", "--period", "2023-01", "--records", "1000", "--format", "json",
    )  # fmt: skip
    assert result.exit_code == 0
    indicators = {one["id"]: one for one in json.loads(result.stdout)["indicators"]}
    (records,) = [one["records"] for one in indicators["satisfaction"]["facts"] if one["kind"] == "records"]
    with (DATA / SUPPORT).open(encoding="utf-8-sig", newline="") as file:
        mine = [
            row
            for row in csv.DictReader(file)
            if row["Agent Name"] == "Kristos Westoll" and row["Created time"].startswith("2023-01")
        ]
    answered = [row for row in mine if row["Survey results"]]
    satisfied = [row["Ticket ID"] for row in answered if float(row["Survey results"]) >= 4]
    assert (records["count"], records["of"]) == (len(satisfied), len(answered))
    assert sorted(records["ids"]) == sorted(satisfied)


@support
def test_support_tickets_by_the_core_policy(folder: Path) -> None:
    text = (folder / "kpirules.toml").read_text(encoding="utf-8")
    (folder / "kpirules.toml").write_text(
        text + 'contacts = "Agent interactions"\nchannel = "Source"\n', encoding="utf-8"
    )
    scored, said = score("after_sales_core", "--reject", "rejects.csv")
    assert 'tickets has no column "reopened"' in said
    groups = by_person_and_month(one for one in support_tickets() if not backwards(one))
    assert set(scored) == set(groups)
    for key, row in scored.items():
        waits = [one["first_reply"] - one["opened"] for one in groups[key] if one["first_reply"] is not None]
        seconds = sum(one // timedelta(microseconds=1) for one in waits)
        minutes = Fraction(seconds, len(waits) * 60_000_000)
        expected = min(max(Fraction(10) - minutes, Fraction(0)) / 5 * 20, Fraction(20))
        assert Decimal(row["response_time"]) == half_up(expected), key
        assert row["repeat_complaint_rate"] == row["unit_cost"] == ""


# An event log of incidents: many rows a case


def incident_states() -> list[dict[str, Any]]:
    """The last row of every incident, by the time of its update; of the same minute, the one further down."""

    def when(text: str) -> datetime:
        return datetime.strptime(text, "%d/%m/%Y %H:%M")

    last: dict[str, tuple[datetime, Row]] = {}
    with gzip.open(DATA / INCIDENTS, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            updated = when(row["sys_updated_at"])
            if row["number"] not in last or updated >= last[row["number"]][0]:
                last[row["number"]] = (updated, row)
    return [
        {
            "staff": row["assigned_to"],
            "opened": when(row["opened_at"]),
            "first_reply": None,
            "closed": moment(row["resolved_at"], when),
            "survey": None,
            "reopened": int(row["reopen_count"]),
        }
        for _, row in last.values()
    ]


@incidents
def test_incidents_at_their_last_state(folder: Path) -> None:
    without_the_other_policy(folder / "kpirules.toml")
    scored, said = score("service_staff")
    assert "101045 rows of 17136 cases; the last row of each is read" in said
    assert "715 records of tickets have no staff and so belong to no person: they are not counted" in said
    states = incident_states()
    assert (len(states), sum(one["staff"] == "?" for one in states)) == (17_136, 715)
    hold_against(scored, by_person_and_month(one for one in states if one["staff"] != "?"))
    assert sum(1 for row in scored.values() if row["total"]) == len(scored)


def without_the_other_policy(project: Path) -> None:
    """Leave out the parameter and the columns that only the core policy has."""
    names = ("contact_limit", "contacts", "reopened", "channel")
    lines = [line for line in project.read_text(encoding="utf-8").splitlines() if not line.startswith(names)]
    project.write_text("\n".join(lines), encoding="utf-8")


@incidents
def test_incidents_raised_again_count_against_the_core_policy(folder: Path) -> None:
    scored, said = score("after_sales_core")
    assert 'tickets has no column "first_reply", "survey": blank in every record' in said
    groups = by_person_and_month(one for one in incident_states() if one["staff"] != "?")
    assert set(scored) == set(groups)
    for key, row in scored.items():
        again = Fraction(sum(one["reopened"] > 0 for one in groups[key]), len(groups[key]))
        expected = min(max(Fraction(10, 100) - again, Fraction(0)) / Fraction(5, 100) * 15, Fraction(15))
        assert Decimal(row["repeat_complaint_rate"]) == half_up(expected), key
        assert row["response_time"] == row["satisfaction"] == row["unit_cost"] == ""


@incidents
def test_dates_that_nobody_declared_are_not_guessed(folder: Path) -> None:
    text = (folder / "kpirules.toml").read_text(encoding="utf-8")
    (folder / "kpirules.toml").write_text(text.replace('date_format = "day first"', ""), encoding="utf-8")
    result = run("score", str(RULESETS / "after_sales_core.kpi"), "--project", "kpirules.toml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[K426]" in result.stderr and "more findings of K426" in result.stderr
