"""Declares the adapter to the seam. The work is imported when it is first needed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import Adapter, Capability, DataRequest, Description, Source, hookimpl
from kpirules.plugin.grouping import GroupRequest
from kpirules_sql.options import SqlOptions
from kpirules_sql.problems import NO_LIBRARY

KPIRULES_API = 2

_DRIVERS = (
    ("duckdb", "duckdb", Words("DuckDB files", "DuckDB 文件")),
    ("adbc_driver_postgresql", "adbc-driver-postgresql", Words("PostgreSQL", "PostgreSQL")),
    ("pymysql", "pymysql", Words("MySQL and MariaDB", "MySQL 与 MariaDB")),
)


class SqlAdapter:
    name = "sql"
    description = Words(
        "databases: SQLite and DuckDB files, PostgreSQL, MySQL and MariaDB",
        "数据库：SQLite 与 DuckDB 文件、PostgreSQL、MySQL 与 MariaDB",
    )
    endings = (".db", ".sqlite", ".sqlite3", ".duckdb")
    Options = SqlOptions
    capabilities: frozenset[Capability] = frozenset({"columns", "period", "staff", "where", "groups"})

    def describe(self, location: str, options: SqlOptions) -> Description:
        from kpirules_sql import adapter  # late: pyarrow

        return adapter.describe(location, options)

    def read(self, request: DataRequest[SqlOptions]) -> Source:
        from kpirules_sql import adapter  # late: pyarrow

        return adapter.read(request)

    def group(self, request: GroupRequest[SqlOptions]) -> Source | None:
        from kpirules_sql import grouping  # late: pyarrow

        return grouping.group(request)

    def health(self) -> tuple[Diagnostic, ...]:
        return tuple(
            NO_LIBRARY.at(None, library=package, what=what)
            for module, package, what in _DRIVERS
            if find_spec(module) is None
        )


@hookimpl
def kpirules_adapters() -> list[Adapter[Any]]:
    return [SqlAdapter()]
