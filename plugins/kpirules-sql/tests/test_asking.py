"""What the database is asked: tables and queries, parameters, order, filters, and that it can never be changed."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pytest
from kpirules_sql.hooks import SqlAdapter

from kpirules.plugin import OnlyIn, Plugins, SourceTable, Within, describe, read_table
from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, USER, Postgres

PLUGINS = Plugins((SqlAdapter(),), ())
ROWS = (
    "INSERT INTO tickets VALUES (3, 'Li', '2026-01-31', 5), (1, 'O''Hara', '2026-02-01', 7), (2, ' Li ', NULL, 9), "
    "(4, 'a\\b%_', '2026-03-01', 11), (5, NULL, '2026-02-28', 13)"
)
FEBRUARY = Within("opened", datetime.date(2026, 2, 1), datetime.date(2026, 3, 1))


class Asking:
    """The same questions for each database: `location`, and `execute` to fill it."""

    location: str
    settings: Mapping[str, object] = MappingProxyType({})

    def execute(self, *statements: str) -> None:
        raise NotImplementedError

    def count(self) -> int:
        raise NotImplementedError

    def read(self, hints: dict[str, Any] | None = None, **settings: object) -> SourceTable:
        return read_table(
            PLUGINS, self.location, adapter="sql", settings={**self.settings, **settings}, **(hints or {})
        )

    def ids(self, hints: dict[str, Any] | None = None, **settings: object) -> list[int]:
        found = self.read(hints, **settings)
        assert found.table is not None, found.diagnostics
        return [int(one) for one in found.table["id"].to_pylist()]

    def codes(self, **settings: object) -> list[str]:
        found = self.read(None, **settings)
        assert found.table is None
        for one in found.diagnostics:
            assert one.message("en")
            assert one.message("zh")
        return [one.code for one in found.diagnostics]

    def test_a_table_comes_by_its_key(self) -> None:
        assert self.ids() == [1, 2, 3, 4, 5]
        assert self.ids(order_by=["minutes desc"]) == [5, 4, 2, 1, 3]
        assert self.ids(order_by="minutes") == [3, 1, 2, 4, 5]

    def test_a_query(self) -> None:
        query = "SELECT id, minutes * 2 AS twice FROM tickets WHERE minutes > :least -- more; than :that\nORDER BY id;"
        found = self.read(query=query, parameters={"least": 8})
        assert found.table is not None, found.diagnostics
        assert found.header == ("id", "twice")
        assert sorted(found.table["twice"].to_pylist()) == [18, 22, 26]
        assert found.query is not None
        assert "> 8" in found.query

    def test_values_are_bound(self) -> None:
        for name, wanted in (("O'Hara", [1]), ("a\\b%_", [4]), ("x' OR '1' = '1", []), ("50%s $1 ?", [])):
            assert (
                self.ids(query="SELECT * FROM tickets WHERE staff = :name", parameters={"name": name})
                == wanted
            )

    def test_a_parameter_twice_and_a_percent_sign(self) -> None:
        query = "SELECT * FROM tickets WHERE (minutes > :n OR minutes = :n) AND minutes % 2 = 1 AND staff LIKE 'O%'"
        assert self.ids(query=query, parameters={"n": 7}) == [1]

    def test_filters_are_passed_on(self) -> None:
        within = self.read({"period": FEBRUARY})
        assert within.table is not None
        if self.dated:
            assert set(within.table["id"].to_pylist()) == {1, 2, 5}
            assert "opened" in str(within.query)
        assert self.ids({"where": (OnlyIn("staff", ("O'Hara",)),)}) == [
            1,
            2,
        ]  # ' Li ' may be anybody once trimmed
        assert self.ids({"staff": OnlyIn("staff", ("O'Hara",))}) == [1, 2, 5]
        assert self.ids({"where": (OnlyIn("minutes", ("9", "x", "09")),)}) == [2]
        assert self.ids({"where": (OnlyIn("staff", ("a\\b%_",)),)}) == [2, 4]
        assert self.ids({"columns": ("id",), "where": (OnlyIn("minutes", ("9",)),)}) == [2]

    dated = True

    def test_filters_of_a_query(self) -> None:
        query = "SELECT * FROM tickets WHERE minutes < :n"
        asked = {"where": (OnlyIn("minutes", ("5", "13")),)}
        assert self.ids(asked, query=query, parameters={"n": 10}) == [3]

    def test_the_query_is_told(self) -> None:
        found = self.read({"where": (OnlyIn("staff", ("O'Hara",)),), "columns": ("id",)})
        assert found.query is not None
        assert "O''Hara" in found.query
        assert "minutes" not in found.query

    @pytest.mark.parametrize(
        "query",
        [
            "DELETE FROM tickets",
            "SELECT 1) AS x; DELETE FROM tickets; --",
            "SELECT 1; DELETE FROM tickets",
            "SELECT 1) AS x, (SELECT 1",
            "WITH gone AS (DELETE FROM tickets RETURNING *) SELECT * FROM gone",
        ],
    )
    def test_nothing_can_be_changed(self, query: str) -> None:
        found = self.read(query=query)
        assert found.table is None
        assert all(one.code in ("K608", "K609", "K610") for one in found.diagnostics), found.diagnostics
        assert self.count() == 5

    def test_what_is_not_there(self) -> None:
        found = self.read(table="tikets")
        assert [one.code for one in found.diagnostics] == ["K605"]
        assert found.diagnostics[0].suggestion == "tickets"
        assert self.codes(order_by="minuts") == ["K607"]
        assert self.read(order_by="minuts").diagnostics[0].suggestion == "minutes"
        assert self.codes(query="SELECT * FROM tikets") == ["K605"]
        assert self.codes(query="SELECT minuts FROM tickets") == ["K607"]

    def test_wrong_queries_name_the_place(self) -> None:
        found = self.read(query="SELECT id\nFROM tickets\nWHERE id BETWIXT 1")
        assert [one.code for one in found.diagnostics] == ["K608"]
        assert "line 3" in found.diagnostics[0].message("en"), found.diagnostics[0].message("en")
        assert "第 3 行" in found.diagnostics[0].message("zh")

    def test_parameters_that_do_not_fit(self) -> None:
        assert self.codes(query="SELECT * FROM tickets WHERE id = :id") == ["K609"]
        assert self.codes(query="SELECT * FROM tickets", parameters={"id": 1}) == ["K609"]
        found = self.read(parameters={"id": 1})
        assert [one.code for one in found.diagnostics] == ["K526"]

    def test_several_tables(self) -> None:
        self.execute("CREATE TABLE others (x int)")
        found = self.read()
        assert [one.code for one in found.diagnostics] == ["K606"]
        assert "others, tickets" in found.diagnostics[0].help("en")
        assert self.ids(table="tickets") == [1, 2, 3, 4, 5]
        assert self.ids(called="tickets") == [1, 2, 3, 4, 5]
        assert self.ids(called="others", query="SELECT 9 AS id") == [9]
        assert self.codes(called="cases") == ["K606"]
        there = describe(PLUGINS, self.location, adapter="sql", settings=self.settings)
        assert [(one.name, one.columns[:2]) for one in there.sheets] == [
            ("others", ("x",)),
            ("tickets", ("id", "staff")),
        ]
        self.execute("DROP TABLE others")

    def test_progress(self) -> None:
        shares: list[float | None] = []
        read_table(
            PLUGINS, self.location, adapter="sql", settings={**self.settings, "batch_rows": 2},
            watch=lambda progress: shares.append(progress.done),
        )  # fmt: skip
        assert shares == [0.4, 0.8, 1.0]


class TestSqlite(Asking):
    dated = False

    @pytest.fixture(autouse=True)
    def _put(self, tmp_path: Path) -> None:
        self.location = f"sqlite:{tmp_path / 'tickets'}"
        self.path = tmp_path / "tickets"
        self.execute(
            "CREATE TABLE tickets (id INTEGER PRIMARY KEY, staff TEXT, opened TEXT, minutes INTEGER)", ROWS
        )

    def execute(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def count(self) -> int:
        with closing(sqlite3.connect(self.path)) as connection:
            return int(connection.execute("SELECT count(*) FROM tickets").fetchone()[0])


class TestDuckDb(Asking):
    @pytest.fixture(autouse=True)
    def _put(self, tmp_path: Path) -> None:
        self.path = tmp_path / "tickets.duckdb"
        self.location = str(self.path)
        self.execute(
            "CREATE TABLE tickets (id INTEGER PRIMARY KEY, staff TEXT, opened DATE, minutes INTEGER)", ROWS
        )

    def execute(self, *statements: str) -> None:
        with duckdb.connect(str(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)

    def count(self) -> int:
        with duckdb.connect(str(self.path)) as connection:
            return int(connection.execute("SELECT count(*) FROM tickets").fetchall()[0][0])


class TestPostgres(Asking):
    @pytest.fixture(autouse=True)
    def _put(self, postgresql: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_PASSWORD", PASSWORD)
        self.settings = {"user": USER, "password": {"env": "KPIRULES_TEST_PASSWORD"}}
        self.server = postgresql
        self.location = postgresql.address("asking")
        if not postgresql.rows("SELECT 1 FROM pg_database WHERE datname = 'asking'"):
            postgresql.run("CREATE DATABASE asking")
        self.execute(
            "DROP TABLE IF EXISTS tickets",
            "DROP TABLE IF EXISTS others",
            "CREATE TABLE tickets (id int PRIMARY KEY, staff text, opened date, minutes int)",
            ROWS,
        )

    def execute(self, *statements: str) -> None:
        self.server.run(*statements, database="asking")

    def count(self) -> int:
        return int(self.server.rows("SELECT count(*) FROM tickets", "asking")[0][0])

    def test_schemas(self) -> None:
        self.execute(
            "DROP SCHEMA IF EXISTS old CASCADE",
            "CREATE SCHEMA old",
            "CREATE TABLE old.tickets AS SELECT 8 AS id",
        )
        assert self.ids() == [1, 2, 3, 4, 5]
        assert self.ids(schema="old") == [8]
        assert self.ids(table="old.tickets") == [8]
        assert self.ids(schema="old", query="SELECT * FROM tickets") == [8]
        assert self.codes(schema="older", table="tickets") == ["K605"]

    def test_a_date_as_parameter(self) -> None:
        query = "SELECT * FROM tickets WHERE opened >= :day"
        assert sorted(self.ids(query=query, parameters={"day": datetime.date(2026, 2, 28)})) == [4, 5]
        text = "SELECT * FROM tickets WHERE opened >= CAST(:day AS date) AND staff <> 'it''s :day'"
        assert self.ids(query=text, parameters={"day": "2026-02-28"}) == [4]

    def test_moments_with_a_zone(self) -> None:
        query = "SELECT 1 AS id, '2026-01-31 20:00+00'::timestamptz AS opened UNION ALL SELECT 2, '2026-01-30 20:00+00'"
        assert self.ids({"period": FEBRUARY}, query=query) == [1]  # it is February in Shanghai


class TestMariaDb(Asking):
    @pytest.fixture(autouse=True)
    def _put(self, mysql: MariaDb, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_PASSWORD", MARIADB_PASSWORD)
        self.settings = {"user": USER, "password": {"env": "KPIRULES_TEST_PASSWORD"}}
        self.server = mysql
        self.location = mysql.address("asking")
        mysql.run("CREATE OR REPLACE DATABASE asking CHARACTER SET utf8mb4")
        self.execute(
            "CREATE TABLE tickets (id int PRIMARY KEY, staff varchar(100), opened date, minutes int)",
            ROWS.replace("\\", "\\\\"),
        )

    def execute(self, *statements: str) -> None:
        self.server.run(*statements, database="asking")

    def count(self) -> int:
        return int(self.server.rows("SELECT count(*) FROM tickets", "asking")[0][0])
