"""Real tickets, put into each database with its own means, come back as the file has them, and count the same."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from kpirules_sql.hooks import SqlAdapter

from kpirules.plugin import OnlyIn, Plugins, SourceTable, read_table
from kpirules.plugin.columns import as_text
from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, USER, Postgres

DATA = (
    Path(__file__).resolve().parents[3]
    / ".."
    / "shared"
    / "data"
    / "tickets"
    / "technical_support_dataset.csv"
)
PLUGINS = Plugins((SqlAdapter(),), ())


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    if not DATA.exists():
        pytest.skip("the shared data are not here")
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table(rows: list[dict[str, str]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in rows[0]})


def check(rows: list[dict[str, str]], location: str, **settings: object) -> None:
    def read(**hints: object) -> SourceTable:
        found = read_table(PLUGINS, location, adapter="sql", settings=settings, **hints)  # type: ignore[arg-type]
        assert found.diagnostics == ()
        assert found.table is not None
        return found

    whole = read().table
    assert whole is not None
    assert whole.column_names == list(rows[0])
    for name in rows[0]:
        assert as_text(whole[name]).to_pylist() == [row[name] or None for row in rows], name
    agent = Counter(row["Agent Name"] for row in rows).most_common(1)[0][0]
    of_one = read(where=(OnlyIn("Agent Name", (agent,)),), columns=("Ticket ID", "Agent Name")).table
    assert of_one is not None
    wanted = {row["Ticket ID"] for row in rows if row["Agent Name"].strip() == agent}
    came = dict(zip(as_text(of_one["Ticket ID"]).to_pylist(), of_one["Agent Name"].to_pylist(), strict=True))
    assert {number for number, name in came.items() if name.strip() == agent} == wanted
    assert len(came) < len(rows) / 2


def test_sqlite(rows: list[dict[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "tickets.db"
    names = ", ".join(f'"{name}" TEXT' for name in rows[0])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE tickets ({names})")
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"INSERT INTO tickets VALUES ({marks})", [tuple(row.values()) for row in rows])
        connection.commit()
    check(rows, str(path))


def test_duckdb(rows: list[dict[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "tickets.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE tickets AS SELECT * FROM read_csv(?, all_varchar = true)", [str(DATA)]
        )
    check(rows, str(path))


def test_postgres(rows: list[dict[str, str]], postgresql: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPIRULES_TEST_PASSWORD", PASSWORD)
    if not postgresql.rows("SELECT 1 FROM pg_database WHERE datname = 'real'"):
        postgresql.run("CREATE DATABASE real")
    postgresql.put(table(rows), "tickets", "real")
    check(rows, postgresql.address("real"), user=USER, password={"env": "KPIRULES_TEST_PASSWORD"})


def test_mariadb(rows: list[dict[str, str]], mysql: MariaDb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPIRULES_TEST_PASSWORD", MARIADB_PASSWORD)
    mysql.run("CREATE OR REPLACE DATABASE real_tickets CHARACTER SET utf8mb4")
    mysql.put(table(rows), "tickets", "real_tickets")
    check(rows, mysql.address("real_tickets"), user=USER, password={"env": "KPIRULES_TEST_PASSWORD"})
