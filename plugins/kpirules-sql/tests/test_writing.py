"""Results in a database: replaced by run, never rounded, in one transaction."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from kpirules_sql.hooks import SqlOutput

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import Plugins, write_report, write_table
from kpirules.plugin.contract import made_report
from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import READER_PASSWORD as MARIADB_READER_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, READER, READER_PASSWORD, USER, Postgres

PLUGINS = Plugins((), (SqlOutput(),))


def scores(**totals: str) -> pa.Table:
    return pa.table(
        {
            "staff": list(totals),
            "period": ["2026-Q1"] * len(totals),
            "total": pa.array([Decimal(one) for one in totals.values()], pa.decimal128(38, 2)),
        }
    )


class Writing:
    """The same for each database. `fetch` reads with the database's own means; `execute` changes it."""

    location: str
    login: Mapping[str, object] = MappingProxyType({})

    def execute(self, *statements: str) -> None:
        raise NotImplementedError

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def write(self, rows: pa.Table, **settings: object) -> tuple[Diagnostic, ...]:
        return write_table(PLUGINS, rows, self.location, output="sql", settings={**self.login, **settings})

    def told(self, rows: pa.Table, **settings: object) -> Diagnostic:
        (one,) = self.write(rows, **settings)
        assert one.is_error
        assert one.message("zh")
        return one

    def all(self) -> list[tuple[Any, ...]]:
        rows = self.fetch("SELECT run, staff, total FROM scores ORDER BY run, staff")
        return [(run, staff, Decimal(str(total))) for run, staff, total in rows]

    def test_the_rows_of_a_run_are_replaced(self) -> None:
        assert self.write(scores(Li="90.50", Han="80"), run="a") == ()
        assert self.write(scores(Li="70"), run="b") == ()
        assert self.write(scores(Li="91.25", Ma="60"), run="a") == ()
        assert self.all() == [
            ("a", "Li", Decimal("91.25")),
            ("a", "Ma", Decimal(60)),
            ("b", "Li", Decimal(70)),
        ]
        assert self.write(scores().slice(0, 0), run="b") == ()
        assert [row[:2] for row in self.all()] == [("a", "Li"), ("a", "Ma")]

    def test_rows_of_a_key_are_replaced(self) -> None:
        def all_scores() -> list[tuple[str, Decimal]]:
            rows = self.fetch("SELECT staff, total FROM scores ORDER BY staff")
            return [(staff, Decimal(str(total))) for staff, total in rows]

        assert self.write(scores(Li="90", Han="80"), key=["staff", "period"]) == ()
        assert self.write(scores(Li="70", Ma="60"), key=["staff", "period"]) == ()
        assert all_scores() == [("Han", Decimal(80)), ("Li", Decimal(70)), ("Ma", Decimal(60))]
        twice = pa.concat_tables([scores(Li="1"), scores(Li="2")])
        assert self.told(twice, key=["staff", "period"]).code == "K619"
        assert self.told(scores(Li="1"), key=["staff", "team"]).code == "K619"
        assert all_scores() == [("Han", Decimal(80)), ("Li", Decimal(70)), ("Ma", Decimal(60))]

    def test_a_table_of_something_else_is_left_alone(self) -> None:
        self.execute(
            "CREATE TABLE people (staff VARCHAR(20), period VARCHAR(20), total NUMERIC(10, 2), salary INT)"
        )
        self.execute("INSERT INTO people VALUES ('Li', 'x', 1, 5)")
        one = self.told(scores(Li="1"), table="people")
        assert one.code == "K619"
        assert "salary" in one.message("en")
        assert len(self.fetch("SELECT * FROM people")) == 1
        assert self.write(scores(Li="1"), run="a") == ()
        assert self.told(scores(Li="1")).code == "K619"  # it holds runs
        assert len(self.all()) == 1

    def test_new_columns(self) -> None:
        assert self.write(scores(Li="90"), run="a") == ()
        more = scores(Li="91").append_column("speed", pa.array([Decimal("1.5")], pa.decimal128(38, 1)))
        one = self.told(more, run="a")
        assert one.code == "K617"
        assert "speed" in one.message("en")
        assert self.all() == [("a", "Li", Decimal(90))]
        assert self.write(more, run="a", alter=True) == ()
        assert [Decimal(str(speed)) for (speed,) in self.fetch("SELECT speed FROM scores")] == [
            Decimal("1.5")
        ]
        assert self.write(scores(Han="80"), run="b") == ()  # a column that a result lacks stays empty
        assert self.fetch("SELECT speed FROM scores WHERE staff = 'Han'") == [(None,)]

    def test_nothing_is_rounded(self) -> None:
        self.execute(
            "CREATE TABLE scores (run VARCHAR(20), staff VARCHAR(20), period VARCHAR(20), total INT)"
        )
        one = self.told(scores(Li="90.25"), run="a")
        assert one.code == "K618"
        assert "total" in one.message("en")
        assert self.fetch("SELECT * FROM scores") == []

    def test_what_is_wrong_half_way_changes_nothing(self) -> None:
        self.execute(
            "CREATE TABLE scores (run VARCHAR(20), staff VARCHAR(20) NOT NULL, period VARCHAR(20), total NUMERIC(10, 2))"
        )
        assert self.write(scores(Li="90"), run="a") == ()
        broken = pa.concat_tables(
            [scores(Li="1", Han="2"), scores(Ma="3").set_column(0, "staff", pa.nulls(1, pa.string()))]
        )
        assert self.told(broken, run="a").code == "K614"
        assert self.all() == [("a", "Li", Decimal(90))]

    def test_a_report(self) -> None:
        report = made_report()
        for _ in range(2):
            found = write_report(
                PLUGINS, report, self.location, output="sql", settings={**self.login, "prefix": "kpi_"}
            )
            assert found == ()
        rows = self.fetch("SELECT run, staff, period, total, team FROM kpi_scores")
        assert len(rows) == 12
        wanted = {
            (staff, period, total, team)
            for staff, period, total, team in zip(
                *(report.table[name].to_pylist() for name in ("staff", "period", "total")),
                report.attributes["team"].to_pylist(),
                strict=True,
            )
        }
        assert {(s, p, None if t is None else Decimal(str(t)), team) for _, s, p, t, team in rows} == wanted
        points = self.fetch(
            "SELECT run, staff, period, indicator, weight, points, lost, because FROM kpi_points"
        )
        assert len(points) == 12
        for row, (run, staff, period, indicator, weight, got, lost, because) in enumerate(points):
            (line,) = next(
                one for one in map(report.statement, range(12)) if (one.staff, one.period) == (staff, period)
            ).lines
            assert (run, indicator, because) == ("made-up-1", "speed", "more than 3"), row
            assert Decimal(str(weight)) == line.weight
            assert (None if got is None else Decimal(str(got))) == line.points
            assert (None if lost is None else Decimal(str(lost))) == line.lost
        alerts = self.fetch("SELECT run, staff, alert, level FROM kpi_alerts")
        assert alerts == [("made-up-1", report.alerts[0].staff, "slow", "warning")]


class TestSqlite(Writing):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.location = str(tmp_path / "out.db")

    def execute(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.location)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.location)) as connection:
            return connection.execute(query).fetchall()

    def test_a_locked_file(self) -> None:
        self.execute("CREATE TABLE t (a TEXT)")
        with closing(sqlite3.connect(self.location, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            assert self.told(scores(Li="1"), timeout_seconds=0.2).code == "K613"

    def test_numbers_beyond_a_float(self) -> None:
        assert self.write(scores(Li="90.25"), run="a") == ()
        assert self.fetch("SELECT total, typeof(total) FROM scores") == [(90.25, "real")]
        assert self.told(scores(Li="12345678901234567.25"), run="a").code == "K618"
        assert self.write(scores(Li="12345678901234567.25"), run="a", table="more") == ()
        assert self.fetch("SELECT total FROM more") == [("12345678901234567.25",)]

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        Path(self.location).write_text("staff,total\nLi,1\n" * 100)
        assert self.told(scores(Li="1")).code == "K536"
        assert Path(self.location).read_text() == "staff,total\nLi,1\n" * 100

    def test_a_write_that_is_killed(self, tmp_path: Path) -> None:
        """In the middle of the rows; the next reader finds what was there before."""
        assert self.write(scores(Li="90"), run="a") == ()
        script = """
import os, signal, sys
import pyarrow as pa
from kpirules_sql import targets
from kpirules.plugin import Plugins, write_table
from kpirules_sql.hooks import SqlOutput
def die(self): os.kill(os.getpid(), signal.SIGKILL)
targets.Target.commit = die
write_table(Plugins((), (SqlOutput(),)), pa.table({"staff": ["Ma"] * 20000, "period": ["x"] * 20000}), sys.argv[1], settings={"run": "a"})
"""
        done = subprocess.run(
            [sys.executable, "-c", script, self.location], check=False, env=dict(os.environ), timeout=60
        )
        assert done.returncode == -signal.SIGKILL
        assert self.all() == [("a", "Li", Decimal(90))]


class TestDuckDb(Writing):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.location = str(tmp_path / "out.duckdb")

    def execute(self, *statements: str) -> None:
        with duckdb.connect(self.location) as connection:
            for statement in statements:
                connection.execute(statement)

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.location) as connection:
            return connection.execute(query).fetchall()


class TestPostgres(Writing):
    @pytest.fixture(autouse=True)
    def _place(self, postgresql: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_PASSWORD", PASSWORD)
        monkeypatch.setenv("KPIRULES_TEST_READER", READER_PASSWORD)
        self.login = {"user": USER, "password": {"env": "KPIRULES_TEST_PASSWORD"}}
        self.server = postgresql
        self.location = postgresql.address("writing")
        if not postgresql.rows("SELECT 1 FROM pg_database WHERE datname = 'writing'"):
            postgresql.run("CREATE DATABASE writing")
        self.execute("DROP SCHEMA IF EXISTS public CASCADE", "CREATE SCHEMA public")

    def execute(self, *statements: str) -> None:
        self.server.run(*statements, database="writing")

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        return self.server.rows(query, "writing")

    def test_a_user_who_may_not(self) -> None:
        reader = {"user": READER, "password": {"env": "KPIRULES_TEST_READER"}}
        assert self.told(scores(Li="1"), **reader).code == "K610"
        self.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
        assert self.told(scores(Li="1"), **reader).code == "K610"

    def test_names_that_would_be_cut(self) -> None:
        long = scores(Li="1").append_column("指标" * 12, pa.array(["x"]))
        assert self.told(long).code == "K619"

    def test_decimals_are_not_rounded_to_a_smaller_scale(self) -> None:
        self.execute("CREATE TABLE scores (run text, staff text, period text, total numeric(5, 1))")
        assert self.told(scores(Li="90.25"), run="a").code == "K618"
        assert self.write(scores(Li="90.50"), run="a") == ()


class TestMariaDb(Writing):
    @pytest.fixture(autouse=True)
    def _place(self, mysql: MariaDb, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_PASSWORD", MARIADB_PASSWORD)
        monkeypatch.setenv("KPIRULES_TEST_READER", MARIADB_READER_PASSWORD)
        self.login = {"user": USER, "password": {"env": "KPIRULES_TEST_PASSWORD"}}
        self.server = mysql
        self.location = mysql.address("writing")
        mysql.run("CREATE OR REPLACE DATABASE writing CHARACTER SET utf8mb4")

    def execute(self, *statements: str) -> None:
        self.server.run(*statements, database="writing")

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        return self.server.rows(query, "writing")
