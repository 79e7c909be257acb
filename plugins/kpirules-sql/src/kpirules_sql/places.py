"""What a location names: a database file or a server, and of which kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal
from urllib.parse import unquote, urlsplit

from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules_sql.problems import NO_ADDRESS

Engine = Literal["sqlite", "duckdb", "postgresql", "mysql"]

_SERVERS: dict[str, Engine] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
_FILES: dict[str, Engine] = {"sqlite": "sqlite", "duckdb": "duckdb"}
_PORTS: dict[Engine, int] = {"postgresql": 5432, "mysql": 3306}
# A project file puts its folder before a path: reports/sqlite:scores.db
_FILE = re.compile(r"^(?P<folder>(?:.*/)?)(?P<engine>sqlite|duckdb):(?://)?(?P<path>.+)$")
_DUCK = b"DUCK"


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A file on this machine. location: as the user named it."""

    location: str
    engine: Engine
    path: str


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a server. user: as the address names it."""

    location: str
    engine: Engine
    host: str
    port: int
    database: str
    user: str | None

    @property
    def name(self) -> str:
        return f"{self.host or 'localhost'}:{self.port}"


Database = DatabaseFile | Server


def database_at(location: str) -> Database | Diagnostic:
    """The database that a location names. A file without a prefix is known by its first bytes, or else its ending."""
    named = _FILE.match(location)
    if named:
        path = str(PurePath(named["folder"]) / named["path"])
        return DatabaseFile(location, _FILES[named["engine"]], path)
    scheme, colon, _ = location.partition("://")
    if not colon:
        return DatabaseFile(location, _engine_of(location), location)
    if scheme.lower() not in _SERVERS:
        return _wrong(location, Words(f'"{scheme}" is no kind of database', f"不认识“{scheme}”这种数据库"))
    return _server(location, _SERVERS[scheme.lower()])


def _server(location: str, engine: Engine) -> Server | Diagnostic:
    try:
        parts = urlsplit(location)
        port = parts.port or _PORTS[engine]
    except ValueError:
        return _wrong(location, Words("its port is no number", "端口不是数字"))
    if parts.query or parts.fragment:
        return _wrong(
            location, Words("what follows ? or # belongs into settings", "? 或 # 之后的内容应写在设置中")
        )
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        return _wrong(location, Words("it does not name one database", "没有指明一个数据库"))
    user = None if parts.username is None else unquote(parts.username)
    return Server(location, engine, parts.hostname or "", port, database, user)


def _engine_of(path: str) -> Engine:
    """By the first bytes, since `.db` is anybody's ending."""
    try:
        with open(path, "rb") as file:
            start = file.read(16)
    except (OSError, ValueError):
        start = b""
    if start[8:12] == _DUCK:
        return "duckdb"
    return "duckdb" if path.lower().endswith(".duckdb") else "sqlite"


def _wrong(location: str, reason: Words) -> Diagnostic:
    return NO_ADDRESS.at(Cell(location), location=location, reason=reason)
