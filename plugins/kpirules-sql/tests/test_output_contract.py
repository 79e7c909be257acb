"""The output passes the tests that every output must, with each of the four databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pytest
from kpirules_sql.hooks import SqlAdapter, SqlOutput

from kpirules.plugin import Plugins, describe, read_table
from kpirules.plugin.contract import OutputContract
from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, USER, Postgres

PLUGINS = Plugins((SqlAdapter(),), ())


def fresh(path: Path) -> str:
    """A file that is not there: tables of one shape do not replace tables of another."""
    path.unlink(missing_ok=True)
    return str(path)


class SqlContract(OutputContract):
    output = SqlOutput()
    places = False  # numbers of a database: their values are exact
    login: ClassVar[dict[str, object]] = {}

    def read_back(self, location: str) -> pa.Table:
        found = read_table(PLUGINS, location, adapter="sql", settings={**self.login, "table": "scores"})
        assert found.table is not None, found.diagnostics
        return found.table

    def contents(self, location: str) -> object:
        """Every table with its rows, and the files beside."""
        there = describe(PLUGINS, location, adapter="sql", settings=self.login)
        tables: dict[str | None, Any] = {}
        for sheet in there.sheets:
            found = read_table(PLUGINS, location, adapter="sql", settings={**self.login, "table": sheet.name})
            assert found.table is not None
            tables[sheet.name] = found.table.to_pylist()
        beside = sorted(one.name for one in Path(location).parent.iterdir()) if "://" not in location else []
        return tables, beside


class TestSqlite(SqlContract):
    settings: ClassVar[dict[str, object]] = {"alter": True}

    def place(self, folder: Path) -> str:
        return fresh(folder / "out.db")


class TestDuckDb(SqlContract):
    settings: ClassVar[dict[str, object]] = {"alter": True}
    missing = "/no/such/folder/out.duckdb"

    def place(self, folder: Path) -> str:
        return fresh(folder / "out.duckdb")


class TestPostgres(SqlContract):
    login: ClassVar[dict[str, object]] = {"user": USER, "password": {"env": "KPIRULES_TEST_PASSWORD"}}
    settings: ClassVar[dict[str, object]] = {**login, "alter": True}
    missing = "postgresql://127.0.0.1:1/nothing"

    @pytest.fixture(autouse=True)
    def _server(self, postgresql: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_PASSWORD", PASSWORD)
        self.server = postgresql
        if not postgresql.rows("SELECT 1 FROM pg_database WHERE datname = 'written'"):
            postgresql.run("CREATE DATABASE written")

    def place(self, folder: Path) -> str:
        self.server.run("DROP SCHEMA IF EXISTS public CASCADE", "CREATE SCHEMA public", database="written")
        return self.server.address("written")


class TestMariaDb(SqlContract):
    login: ClassVar[dict[str, object]] = {"user": USER, "password": {"env": "KPIRULES_TEST_PASSWORD"}}
    settings: ClassVar[dict[str, object]] = {**login, "alter": True}
    missing = "mysql://127.0.0.1:1/nothing"

    @pytest.fixture(autouse=True)
    def _server(self, mysql: MariaDb, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_PASSWORD", MARIADB_PASSWORD)
        self.server = mysql

    def place(self, folder: Path) -> str:
        self.server.run("CREATE OR REPLACE DATABASE written CHARACTER SET utf8mb4")
        return self.server.address("written")

    def test_any_script(self, tmp_path: Path) -> None:
        """Its names of columns have no characters beyond the first 65,536; its texts do."""
        self.check(
            tmp_path, pa.table({name: [f"{name} 🙂", "d\"e', f\\"] for name in ("员工", "Größe", "имя")})
        )
