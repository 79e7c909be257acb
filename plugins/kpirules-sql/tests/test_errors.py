"""What goes wrong with databases is told with its cause, in both languages, and without the password."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest
from kpirules_sql.hooks import SqlAdapter
from kpirules_sql.options import SqlOptions

from kpirules.diagnostics import Diagnostic
from kpirules.plugin import DataRequest, Plugins, read_table
from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import READER_PASSWORD as MARIADB_READER_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, READER, READER_PASSWORD, USER, Postgres, postgres

PLUGINS = Plugins((SqlAdapter(),), ())


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES", PASSWORD)
    monkeypatch.setenv("MARIADB", MARIADB_PASSWORD)
    monkeypatch.setenv("READER", READER_PASSWORD)
    monkeypatch.setenv("MARIADB_READER", MARIADB_READER_PASSWORD)
    monkeypatch.setenv("WRONG", "not the password")


def told(location: str, secret: str | None = None, **settings: object) -> Diagnostic:
    """The one error of a read that gives nothing."""
    if secret is not None:
        settings = {"user": USER, "password": {"env": secret}} | settings
    found = read_table(PLUGINS, location, adapter="sql", settings=settings)
    assert found.table is None
    (one,) = found.diagnostics
    for text in (one.message("en"), one.message("zh"), one.help("en"), repr(one)):
        for password in (PASSWORD, READER_PASSWORD, "not the password"):
            assert password not in text
    assert one.message("zh")
    return one


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("oracle://host/db", "K600"),
        ("postgresql://host", "K600"),
        ("postgresql://host/a/b", "K600"),
        ("postgresql://host:port/db", "K600"),
        ("postgresql://host/db?sslmode=require", "K600"),
        ("postgresql://u:secret@host/db", "K518"),
        ("no.db", "K530"),
        ("sqlite:no.db", "K530"),
        ("duckdb:no.db", "K530"),
    ],
)
def test_addresses(location: str, code: str) -> None:
    assert told(location).code == code


def test_a_project_file_puts_its_folder_before_the_path(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "odd.name")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS id")
        connection.commit()
    found = read_table(PLUGINS, f"{tmp_path}/sqlite:odd.name", adapter="sql")
    assert found.table is not None
    assert found.table["id"].to_pylist() == [1]


@pytest.mark.parametrize("name", ["x.db", "x.sqlite", "x.duckdb"])
def test_files_that_are_no_database(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert told(str(tmp_path)).code == "K532"
    path.write_bytes(b"")
    assert told(str(path)).code == "K533"
    path.write_text("staff,late\nLi,1\n" * 1000)
    assert told(str(path)).code == "K536"


def test_the_first_bytes_tell_which_database_it_is(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 7 AS id")
    found = read_table(PLUGINS, str(path))
    assert found.table is not None
    assert found.table["id"].to_pylist() == [7]


def test_a_damaged_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a TEXT)")
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 1000)
        connection.commit()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert told(str(path)).code == "K535"
    path.write_bytes(whole[:8192] + b"\xff" * 50_000 + whole[58_192:])
    assert told(str(path)).code == "K535"


def test_a_locked_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (a TEXT)")
        connection.execute("BEGIN EXCLUSIVE")
        assert told(str(path), timeout_seconds=0.2).code == "K613"


def test_a_locked_duckdb_file(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); c.execute('CREATE TABLE t (a INT)'); print('open', flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        assert told(str(path)).code == "K613"
    finally:
        process.communicate(b"\n", timeout=30)


ENDLESS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS c FROM n WHERE x < 0"
)


def test_files_that_take_too_long(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a TEXT)")
    assert told(str(path), query=ENDLESS, timeout_seconds=0.3).code == "K611"
    duck = tmp_path / "x.duckdb"
    with duckdb.connect(str(duck)):
        pass
    slow = "SELECT count(*) AS c FROM range(100000000) a, range(1000000) b WHERE a.range + b.range < 0"
    found = read_table(PLUGINS, str(duck), settings={"query": slow, "timeout_seconds": 0.5})
    assert [one.code for one in found.diagnostics] == ["K611"]


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for scheme in ("postgresql", "mariadb"):
        one = told(f"{scheme}://127.0.0.1:{port}/kpi", "WRONG")
        assert one.code == "K602"
        assert f"127.0.0.1:{port}" in one.message("en")
        assert told(f"{scheme}://no-such-host.invalid/kpi", "WRONG").code == "K602"


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_says_nothing(scheme: str) -> None:
    with silent() as port:
        assert told(f"{scheme}://127.0.0.1:{port}/kpi", "WRONG", timeout_seconds=2).code == "K602"


def test_postgres_refuses(postgresql: Postgres) -> None:
    one = told(postgresql.address(), "WRONG")
    assert one.code == "K603"
    assert USER in one.message("en")
    assert told(postgresql.address(), user="nobody").code == "K603"
    assert told(postgresql.address("nowhere"), "POSTGRES").code == "K604"


def test_postgres_does_not_allow(postgresql: Postgres) -> None:
    postgresql.run("DROP TABLE IF EXISTS mine", "CREATE TABLE mine AS SELECT 1 AS id")
    one = told(postgresql.address(), "READER", user=READER, table="mine")
    assert one.code == "K610"
    assert "mine" in one.message("en")
    writing = "SELECT set_config('transaction_read_only', 'off', false), lo_create(0)"
    settings = {"user": USER, "password": {"env": "POSTGRES"}, "query": writing}
    found = read_table(PLUGINS, postgresql.address(), adapter="sql", settings=settings)
    assert [one.code for one in found.diagnostics] == ["K610"]


def test_postgres_takes_too_long(postgresql: Postgres) -> None:
    slow = "SELECT pg_sleep(20), 1 AS id"
    found = read_table(
        PLUGINS, postgresql.address(), adapter="sql",
        settings={"user": USER, "password": {"env": "POSTGRES"}, "query": slow, "timeout_seconds": 0.5},
    )  # fmt: skip
    assert [one.code for one in found.diagnostics] == ["K611"]
    assert "0.5 seconds" in found.diagnostics[0].message("en")


def test_a_postgres_that_dies_half_way() -> None:
    with postgres() as server:
        server.run("CREATE TABLE n AS SELECT generate_series(1, 50000) AS id")
        options = SqlOptions.model_validate({"user": USER, "password": PASSWORD, "batch_rows": 1000})
        source = SqlAdapter().read(DataRequest(server.address(), options))
        chunks = iter(source.chunks)
        assert next(chunks).batch.num_rows == 1000
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(20)
        *rest, last = chunks
        assert [one.code for one in last.diagnostics] == ["K612"]
        assert "after 1000 rows" in last.diagnostics[0].message("en")
        assert last.batch.num_rows == 0
        assert sum(chunk.batch.num_rows for chunk in rest) < 49_000
        assert told(server.address(), "POSTGRES").code == "K602"


def test_a_postgres_connection_that_is_ended(postgresql: Postgres) -> None:
    """As an administrator does it, or a restart."""
    query = "SELECT pg_terminate_backend(pg_backend_pid()), 1 AS id"
    found = read_table(
        PLUGINS, postgresql.address(), adapter="sql",
        settings={"user": USER, "password": {"env": "POSTGRES"}, "query": query},
    )  # fmt: skip
    assert [one.code for one in found.diagnostics] == ["K612"]


def test_mariadb_refuses(mysql: MariaDb) -> None:
    mysql.run("CREATE OR REPLACE DATABASE errors", "CREATE TABLE errors.mine AS SELECT 1 AS id")
    assert told(mysql.address("errors"), "WRONG").code == "K603"
    assert told(mysql.address("nowhere"), "MARIADB").code == "K604"
    assert told(mysql.address("errors"), "MARIADB_READER", user=READER).code == "K604"
    mysql.run(
        "CREATE TABLE errors.yours AS SELECT 1 AS id", f"GRANT SELECT ON errors.yours TO {READER}@'127.0.0.1'"
    )
    query = "SELECT * FROM mine"
    assert told(mysql.address("errors"), "MARIADB_READER", user=READER, query=query).code == "K610"


def test_mariadb_takes_too_long(mysql: MariaDb) -> None:
    mysql.run("CREATE DATABASE IF NOT EXISTS errors")
    slow = "SELECT SLEEP(20) AS s, 1 AS id"
    found = read_table(
        PLUGINS, mysql.address("errors"), adapter="sql",
        settings={"user": USER, "password": {"env": "MARIADB"}, "query": slow, "timeout_seconds": 0.5},
    )  # fmt: skip
    assert [one.code for one in found.diagnostics] == ["K611"]


def test_a_mariadb_connection_that_is_killed(mysql: MariaDb) -> None:
    mysql.run(
        "CREATE OR REPLACE DATABASE killed",
        "USE killed",
        "CREATE TABLE n AS SELECT seq AS id, REPEAT('x', 500) AS t FROM seq_1_to_200000",
    )
    options = SqlOptions.model_validate({"user": USER, "password": MARIADB_PASSWORD, "batch_rows": 1000})
    source = SqlAdapter().read(DataRequest(mysql.address("killed"), options))
    chunks = iter(source.chunks)
    assert next(chunks).batch.num_rows == 1000
    for (number,) in mysql.rows("SELECT id FROM information_schema.processlist WHERE db = 'killed'"):
        mysql.run(f"KILL {number}")
    *rest, last = chunks
    assert [one.code for one in last.diagnostics] == ["K612"]
    assert sum(chunk.batch.num_rows for chunk in rest) < 199_000


def test_a_read_that_stops_early_leaves_no_connection(postgresql: Postgres, mysql: MariaDb) -> None:
    mysql.run(
        "CREATE OR REPLACE DATABASE early",
        "USE early",
        "CREATE TABLE n AS SELECT seq AS id FROM seq_1_to_300000",
    )
    postgresql.run(
        "DROP TABLE IF EXISTS early", "CREATE TABLE early AS SELECT generate_series(1, 300000) AS id"
    )
    for location, secret in ((postgresql.address(), PASSWORD), (mysql.address("early"), MARIADB_PASSWORD)):
        query = f"SELECT * FROM {'early' if location.startswith('postgresql') else 'n'}"
        given = {"user": USER, "password": secret, "batch_rows": 100, "query": query}
        source = SqlAdapter().read(DataRequest(location, SqlOptions.model_validate(given)))
        assert next(iter(source.chunks)).batch.num_rows == 100
        source.chunks.close()  # type: ignore[attr-defined]
    waiting = threading.Event()
    for _ in range(100):
        left = postgresql.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'kpirules'")
        left += mysql.rows("SELECT 1 FROM information_schema.processlist WHERE db = 'early'")
        if not left:
            break
        waiting.wait(0.1)
    assert left == []
