"""A table that is larger than the memory it may take: it comes in parts, whichever database holds it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb

from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, USER, Postgres

ROWS = 400_000
#: The rows alone are some 160 MB; what may be held at a time beyond the first part is less than half of that.
MOST = 75 * 2**10

_READ = """
import json, re, sys
from pathlib import Path
from kpirules.plugin import DataRequest
from kpirules_sql.hooks import SqlAdapter
from kpirules_sql.options import SqlOptions

# Not ru_maxrss, in which that of the process which started this one lives on.
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

source = SqlAdapter().read(DataRequest(sys.argv[1], SqlOptions(**json.loads(sys.stdin.read()), batch_rows=20000)))
assert source.schema is not None, source.diagnostics
rows, first, shares = 0, 0, []
for chunk in source.chunks:
    rows += chunk.batch.num_rows
    shares.append(chunk.done)
    assert not chunk.diagnostics, chunk.diagnostics
    first = first or peak()
print(json.dumps([rows, first, peak(), shares[-1]]))
"""


def check(location: str, **settings: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _READ, location], input=json.dumps(settings), capture_output=True, text=True,
        env=dict(os.environ), check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1, done.stdout
    rows, first, peak, done_share = json.loads(done.stdout)
    assert rows == ROWS
    assert done_share == 1.0
    assert peak - first < MOST, f"{first} kB after the first part, {peak} kB at the end"


def test_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "large.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", ((n, f"{n:0400}") for n in range(ROWS)))
        connection.commit()
    check(str(path))


def test_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "large.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"CREATE TABLE t AS SELECT range AS id, lpad(range::VARCHAR, 400, '0') AS note FROM range({ROWS})"
        )
    check(str(path))


def test_postgres(postgresql: Postgres) -> None:
    postgresql.run(
        "DROP TABLE IF EXISTS large",
        f"CREATE TABLE large AS SELECT id, lpad(CAST(id AS text), 400, '0') AS note FROM generate_series(1, {ROWS}) AS id",
    )
    check(postgresql.address(), user=USER, password=PASSWORD, table="large")
    postgresql.run("DROP TABLE large")


def test_mariadb(mysql: MariaDb) -> None:
    mysql.run(
        "CREATE OR REPLACE DATABASE memory",
        "USE memory",
        f"CREATE TABLE large AS SELECT seq AS id, LPAD(seq, 400, '0') AS note FROM seq_1_to_{ROWS}",
    )
    check(mysql.address("memory"), user=USER, password=MARIADB_PASSWORD)
    mysql.run("DROP DATABASE memory")
