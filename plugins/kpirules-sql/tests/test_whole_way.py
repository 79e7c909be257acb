"""From tickets in a database to scores in the same database, through the project file and the command line."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import entry_points
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from kpirules.cli import main
from tests.servers.postgres import PASSWORD, USER, Postgres

POLICY = """
ruleset desk "After-sales desk"
  version "1"
  period month
  missing redistribute

data tickets
  agent   : staff
  opened  : datetime
  closed  : datetime optional
  kind    : text optional
  price   : money optional
  placed by opened

measure calls = count of tickets where kind = "Phone"
measure wait = mean of closed - opened over tickets where closed >= opened
measure paid = sum of price over tickets

indicator speed "Speed" weight 60
  measure wait
  bands
    up to 2 h             : 60
    over 2 h to 10 h      : 30
    otherwise             : 0
indicator calls_made "Calls" weight 40
  measure calls
  bands
    from 2    : 40
    otherwise : 10
amount paid_shown : money = paid round to 0.01
"""
PROJECT = """
[project]
ruleset = "desk.kpi"

[data.tickets]
path = "{address}"
adapter = "sql"
user = "{user}"
password = {{ env = "KPIRULES_TEST_PASSWORD" }}
id = "id"

[data.tickets.columns]
agent = "owner"
opened = "opened_at"
closed = "closed_at"
kind = "channel"
price = "amount"

[output.database]
path = "{address}"
output = "sql"
prefix = "kpi_"
user = "{user}"
password = {{ env = "KPIRULES_TEST_PASSWORD" }}
"""


def tickets() -> pa.Table:
    """Ann waits 1 h and 2 h and calls twice; 李雷 waits 9 h and 13 h, that is 11 h, and calls once."""
    rows = [
        ("T1", "Ann", 5, 1, "Phone", "10.10"),
        ("T2", "Ann", 6, 2, "Phone", "0.05"),
        ("T3", "李雷", 6, 9, "Phone", "3.00"),
        ("T4", "李雷", 7, 13, "Mail", None),
        ("T5", "李雷", 8, None, None, "2.50"),
    ]
    hour = datetime.timedelta(hours=1)
    opened = [datetime.datetime(2026, 1, day, 9) for _, _, day, *_ in rows]
    closed = [None if row[3] is None else at + row[3] * hour for row, at in zip(rows, opened, strict=True)]
    return pa.table(
        {
            "id": [row[0] for row in rows],
            "owner": [row[1] for row in rows],
            "opened_at": pa.array(opened, pa.timestamp("us")),
            "closed_at": pa.array(closed, pa.timestamp("us")),
            "channel": [row[4] for row in rows],
            "amount": pa.array(
                [None if row[5] is None else Decimal(row[5]) for row in rows], pa.decimal128(10, 2)
            ),
        }
    )


@pytest.fixture
def project(postgresql: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if not entry_points(group="kpirules", name="sql"):
        pytest.skip("kpirules-sql is not installed (pip install -e plugins/kpirules-sql)")
    monkeypatch.setenv("KPIRULES_TEST_PASSWORD", PASSWORD)
    monkeypatch.chdir(tmp_path)
    if not postgresql.rows("SELECT 1 FROM pg_database WHERE datname = 'whole'"):
        postgresql.run("CREATE DATABASE whole")
    postgresql.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", database="whole")
    postgresql.put(tickets(), "tickets", "whole")
    address = postgresql.address("whole")
    Path("desk.kpi").write_text(POLICY, "utf-8")
    Path("kpirules.toml").write_text(PROJECT.format(address=address, user=USER), "utf-8")
    return address


def run(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    return done.output


def test_scores_from_a_database(project: str) -> None:
    found = run("score", "desk.kpi", "-o", "scores.csv")
    assert Path("scores.csv").read_text("utf-8").splitlines() == [
        "staff,period,speed,calls_made,total,grade,paid_shown",
        "Ann,2026-01,60.00,40.00,100.00,,10.15",
        "李雷,2026-01,0.00,10.00,10.00,,5.50",
    ], found


def test_why_names_the_tickets(project: str) -> None:
    found = run("why", "--staff", "李雷", "--period", "2026-01", "desk.kpi")
    assert "T3" in found
    assert "T4" in found
    mean = Fraction(9 + 13, 2)
    assert f"{mean * 60} min" in found or "11 h" in found


def test_a_report_goes_into_the_database(project: str, postgresql: Postgres) -> None:
    for _ in range(2):  # the same run again replaces its rows
        run("report", "desk.kpi", "-o", "database")
    rows = postgresql.rows(
        "SELECT staff, period, speed::text, total::text FROM kpi_scores ORDER BY total DESC", "whole"
    )
    assert [(s, p, Decimal(a), Decimal(b)) for s, p, a, b in rows] == [
        ("Ann", "2026-01", Decimal(60), Decimal(100)),
        ("李雷", "2026-01", Decimal(0), Decimal(10)),
    ]
    points = postgresql.rows("SELECT staff, indicator, lost::text FROM kpi_points ORDER BY 1, 2", "whole")
    assert [(staff, name, Decimal(lost)) for staff, name, lost in points] == [
        ("Ann", "calls_made", Decimal(0)), ("Ann", "speed", Decimal(0)),
        ("李雷", "calls_made", Decimal(30)), ("李雷", "speed", Decimal(60)),
    ]  # fmt: skip
    assert postgresql.rows("SELECT count(*) FROM tickets", "whole") == [(5,)]


def test_looking_at_a_database(project: str) -> None:
    found = run(
        "look",
        project,
        "--adapter",
        "sql",
        "--option",
        f"user={USER}",
        "--option",
        "password=env:KPIRULES_TEST_PASSWORD",
    )
    assert "opened_at" in found
    assert "[data." in found
