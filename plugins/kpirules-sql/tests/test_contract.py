"""The adapter passes the tests that every adapter must, with each of the four databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import duckdb
import pyarrow as pa
import pytest
from kpirules_sql.hooks import SqlAdapter

from kpirules.plugin import Capability
from kpirules.plugin.columns import as_text
from kpirules.plugin.contract import AdapterContract, Broken
from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, USER, Postgres

_SQLITE_TYPES = {pa.int64(): "INTEGER", pa.float64(): "REAL", pa.bool_(): "BOOLEAN"}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def put_sqlite(path: Path, table: pa.Table, name: str = "records") -> str:
    """As programs store it there: times as text, decimals as floats."""
    columns = [column if column.type in _SQLITE_TYPES else as_text(column) for column in table.columns]
    declared = ", ".join(
        f"{quoted(field.name)} {_SQLITE_TYPES.get(field.type, 'TEXT')}" for field in table.schema
    )
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE {quoted(name)} ({declared})")
        marks = ", ".join("?" for _ in columns)
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        connection.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", rows)
        connection.commit()
    return str(path)


class TestSqlite(AdapterContract):
    adapter = SqlAdapter()
    first_row = 1
    stable_rows = False
    # Days are text there.
    shown: ClassVar[frozenset[Capability] | None] = frozenset({"columns", "staff", "where"})

    def put(self, folder: Path, table: pa.Table) -> str:
        return put_sqlite(folder / "table.db", table)

    def put_broken(self, folder: Path) -> Broken:
        path = folder / "broken.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE records (staff TEXT, late INTEGER)")
            connection.executemany("INSERT INTO records VALUES (?, ?)", [("Li", 1), ("Ma", b"\x00\xff")])
            connection.commit()
        return Broken(str(path), 2, "late", "records", rows=2)


class TestDuckDb(AdapterContract):
    adapter = SqlAdapter()
    first_row = 1
    stable_rows = False

    def put(self, folder: Path, table: pa.Table) -> str:
        path = folder / "table.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.register("given", table)
            connection.execute("CREATE TABLE records AS SELECT * FROM given")
        return str(path)

    def put_broken(self, folder: Path) -> Broken:
        path = folder / "broken.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                "CREATE TABLE records AS SELECT * FROM (VALUES ('Li', 1), ('Ma', 'NaN'::DOUBLE)) t(staff, late)"
            )
        return Broken(str(path), 2, "late", "records", rows=2)


class TestPostgres(AdapterContract):
    adapter = SqlAdapter()
    settings: ClassVar[dict[str, object]] = {"user": USER, "password": {"env": "KPIRULES_TEST_POSTGRES"}}
    missing = "postgresql://127.0.0.1:1/nothing"
    first_row = 1
    stable_rows = False

    @pytest.fixture(autouse=True)
    def _server(self, postgresql: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_POSTGRES", PASSWORD)
        self.server = postgresql
        self.database = "contract"
        if not postgresql.rows("SELECT 1 FROM pg_database WHERE datname = 'contract'"):
            postgresql.run("CREATE DATABASE contract")

    def put(self, folder: Path, table: pa.Table) -> str:
        self.server.put(table, "records", self.database)
        return self.server.address(self.database)

    def put_broken(self, folder: Path) -> Broken:
        self.server.run(
            "DROP TABLE IF EXISTS records",
            "CREATE TABLE records AS SELECT * FROM (VALUES ('Li', 1.50), ('Ma', 'NaN'::numeric)) t(staff, late)",
            database=self.database,
        )
        return Broken(self.server.address(self.database), 2, "late", "records", rows=2)


class TestMariaDb(AdapterContract):
    adapter = SqlAdapter()
    settings: ClassVar[dict[str, object]] = {"user": USER, "password": {"env": "KPIRULES_TEST_MARIADB"}}
    missing = "mysql://127.0.0.1:1/nothing"
    first_row = 1
    stable_rows = False
    wide = 300

    @pytest.fixture(autouse=True)
    def _server(self, mysql: MariaDb, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_MARIADB", MARIADB_PASSWORD)
        self.server = mysql
        mysql.run("CREATE DATABASE IF NOT EXISTS contract")

    def test_any_script(self, tmp_path: Path) -> None:
        """Its names of columns have no characters beyond the first 65,536; its texts do."""
        names = ["员工", "Größe", "имя", "名前 2"]
        self.check(tmp_path, pa.table({name: [f"{name} 🙂", "a`b\\'c\"", "=1+1"] for name in names}))

    def put(self, folder: Path, table: pa.Table) -> str:
        self.server.put(table, "records", "contract")
        return self.server.address("contract")

    def put_broken(self, folder: Path) -> Broken:
        self.server.run(
            "SET sql_mode = ''",
            "CREATE OR REPLACE TABLE records (staff TEXT, closed DATE)",
            "INSERT INTO records VALUES ('Li', '2026-01-05'), ('Ma', '0000-00-00')",
            database="contract",
        )
        return Broken(self.server.address("contract"), 2, "closed", "records", rows=2)
