"""A real MariaDB on loopback, in a folder of its own."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen, run
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pymysql

from tests.servers.programs import ServerFailed, as_user, free_port, missing, running

_PROGRAM = Path("/usr/sbin/mariadbd")
_ACCOUNT = "mysql"
_ATTEMPTS = 3
USER, PASSWORD = "kpi", "let me:in@/?%"
READER, READER_PASSWORD = "reader", "reading only"


@dataclass(frozen=True, slots=True)
class MariaDb:
    """The running server. USER may do anything, READER may only connect."""

    port: int
    socket: Path
    process: Popen[bytes]

    def address(self, database: str) -> str:
        return f"mariadb://127.0.0.1:{self.port}/{database}"

    def connect(self, database: str | None = None) -> pymysql.Connection[Any]:
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, database=database,
            charset="utf8mb4", autocommit=True, init_command="SET SESSION lock_wait_timeout = 10, time_zone = '+00:00'",
        )  # fmt: skip

    def run(self, *statements: str, database: str | None = None) -> None:
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def rows(self, query: str, database: str | None = None) -> list[tuple[Any, ...]]:
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def put(self, table: pa.Table, name: str, database: str) -> None:
        """The table, in place of one of that name; text, numbers and times in the server's own types."""
        columns = ", ".join(f"{_quoted(field.name)} {_type(field.type)}" for field in table.schema)
        marks = ", ".join("%s" for _ in table.schema)
        rows = [tuple(map(_value, row.values())) for row in table.to_pylist()]
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE OR REPLACE TABLE {_quoted(name)} ({columns}) CHARACTER SET utf8mb4")
            if rows:
                cursor.execute("SET autocommit = 0")
                cursor.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", rows)
                connection.commit()


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _type(kind: pa.DataType) -> str:
    types = pa.types
    if types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    if types.is_timestamp(kind):
        return "DATETIME(6)" if kind.tz is None else "TIMESTAMP(6) NULL"
    if types.is_duration(kind):
        return "TIME(6)"
    plain = {pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN", pa.date32(): "DATE"}
    return plain.get(kind, "MEDIUMTEXT")


def _value(value: Any) -> Any:
    """Moments with a zone as the session's clock, which is UTC, shows them."""
    if getattr(value, "tzinfo", None) is not None:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    return value


@contextmanager
def mariadb() -> Iterator[MariaDb]:
    """A server while the block runs."""
    if not _PROGRAM.exists():
        missing("MariaDB is not installed (Debian's mariadb-server)")
    with TemporaryDirectory(prefix="kpirules-") as folder:
        yield from _serve(Path(folder))


def _serve(folder: Path) -> Iterator[MariaDb]:
    as_account = as_user(_ACCOUNT, folder)
    data = folder / "data"
    made = run(
        [*as_account, "mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
         "--auth-root-authentication-method=normal"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise ServerFailed(made.stdout + made.stderr)
    socket = folder / "socket"
    for attempt in range(_ATTEMPTS):
        port = free_port()
        command = [
            *as_account, str(_PROGRAM), "--no-defaults", f"--datadir={data}", "--bind-address=127.0.0.1",
            f"--port={port}", f"--socket={socket}", f"--pid-file={folder / 'pid'}",
            "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync", "--skip-log-bin", "--default-time-zone=+08:00",
        ]  # fmt: skip
        try:
            with running(command, folder / "log", partial(_answers, socket), {}) as process:
                _set_up(socket)
                yield MariaDb(port, socket, process)
                return
        except ServerFailed:  # somebody was faster in taking the port
            if attempt == _ATTEMPTS - 1:
                raise


def _set_up(socket: Path) -> None:
    root = pymysql.connect(unix_socket=str(socket), user="root")
    with closing(root), root.cursor() as cursor:
        cursor.execute(f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY %s", (PASSWORD,))
        cursor.execute(f"GRANT ALL ON *.* TO {USER}@'127.0.0.1' WITH GRANT OPTION")
        cursor.execute(f"CREATE USER {READER}@'127.0.0.1' IDENTIFIED BY %s", (READER_PASSWORD,))


def _answers(socket: Path) -> bool:
    try:
        with closing(pymysql.connect(unix_socket=str(socket), user="root")):
            return True
    except pymysql.Error:
        return False
