"""A real PostgreSQL on loopback, in a folder of its own. It is not asked to survive: nothing is flushed to the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen, run
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from adbc_driver_manager import dbapi as manager
from adbc_driver_postgresql import dbapi

from tests.servers.programs import ServerFailed, as_user, free_port, missing, running

_PROGRAMS = Path("/usr/lib/postgresql")
_ACCOUNT = "postgres"
_ATTEMPTS = 3
USER, PASSWORD = "kpi", "let me:in@/?%"
READER, READER_PASSWORD = "reader", "reading only"


@dataclass(frozen=True, slots=True)
class Postgres:
    """The running server. USER may do anything, READER may only connect."""

    port: int
    process: Popen[bytes]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://{self.host}/{database}"

    def connect(self, database: str = "postgres", autocommit: bool = True) -> Any:
        login = f"{USER}:{quote(PASSWORD, safe='')}"
        return dbapi.connect(f"postgresql://{login}@{self.host}/{database}", autocommit=autocommit)

    def run(self, *statements: str, database: str = "postgres") -> None:
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def rows(self, query: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def put(self, table: pa.Table, name: str, database: str) -> None:
        """The table, in place of one of that name, its rows in order; text, numbers and times in the server's own types."""
        numbered = table.append_column("row number", pa.array(range(table.num_rows), pa.int64()))
        columns = ", ".join(map(quoted, table.column_names))
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
            cursor.adbc_ingest("given", numbered, mode="replace")
            cursor.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
            # What is copied in does not lie there in its order.
            cursor.execute(
                f'CREATE TABLE {quoted(name)} AS SELECT {columns} FROM given ORDER BY "row number"'
            )
            cursor.execute("DROP TABLE given")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server while the block runs."""
    programs = sorted(_PROGRAMS.glob("*/bin")) if _PROGRAMS.is_dir() else []
    if not programs:
        missing("PostgreSQL is not installed (Debian's postgresql)")
    with TemporaryDirectory(prefix="kpirules-") as folder:
        yield from _serve(programs[-1], Path(folder))


def _serve(programs: Path, folder: Path) -> Iterator[Postgres]:
    as_account = as_user(_ACCOUNT, folder)
    secret = folder / "password"
    secret.write_text(PASSWORD)
    data = folder / "data"
    if as_account:
        shutil.chown(secret, _ACCOUNT)
    made = run(
        [*as_account, programs / "initdb", "-D", data, "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256",
         "-E", "UTF8", "--no-locale", "--no-sync"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise ServerFailed(made.stderr)
    for attempt in range(_ATTEMPTS):
        port = free_port()
        command = [
            *as_account, str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-p", str(port), "-F",
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=30", "-c", "shared_buffers=16MB",
        ]  # fmt: skip
        try:
            with running(command, folder / "log", partial(_answers, port), {}) as process:
                server = Postgres(port, process)
                server.run(f"CREATE ROLE {READER} LOGIN PASSWORD '{READER_PASSWORD}'")
                yield server
                return
        except ServerFailed:  # somebody was faster in taking the port
            if attempt == _ATTEMPTS - 1:
                raise


def _answers(port: int) -> bool:
    try:
        with closing(Postgres(port, None).connect()):  # type: ignore[arg-type]
            return True
    except manager.Error:
        return False
