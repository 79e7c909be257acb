"""Declares the adapter and the output to the seam. The work is imported when it is first needed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import (
    Adapter,
    Capability,
    DataRequest,
    Description,
    Output,
    Report,
    Rows,
    Source,
    hookimpl,
)
from kpirules.plugin.grouping import GroupRequest
from kpirules_sql.options import SqlOptions, SqlOutputOptions
from kpirules_sql.problems import NO_LIBRARY

KPIRULES_API = 2

_DRIVERS = (
    ("duckdb", "duckdb", Words("DuckDB files", "DuckDB 文件")),
    ("adbc_driver_postgresql", "adbc-driver-postgresql", Words("PostgreSQL", "PostgreSQL")),
    ("pymysql", "pymysql", Words("MySQL and MariaDB", "MySQL 与 MariaDB")),
)


def _health() -> tuple[Diagnostic, ...]:
    """The drivers that are not installed."""
    return tuple(
        NO_LIBRARY.at(None, library=package, what=what)
        for module, package, what in _DRIVERS
        if find_spec(module) is None
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
        return _health()


class SqlOutput:
    name = "sql"
    description = Words(
        "tables of a database: SQLite, DuckDB, PostgreSQL, MySQL and MariaDB, replaced by run",
        "数据库表：SQLite、DuckDB、PostgreSQL、MySQL 与 MariaDB，按运行替换",
    )
    endings = SqlAdapter.endings
    #: other tables stay: a database may be read and written to, by several outputs
    adds = True
    Options = SqlOutputOptions

    def write(self, rows: Rows, location: str, options: SqlOutputOptions) -> tuple[Diagnostic, ...]:
        from kpirules_sql import writing  # late: pyarrow and the drivers

        return writing.write(rows, location, options)

    def write_report(
        self, report: Report, location: str, options: SqlOutputOptions
    ) -> tuple[Diagnostic, ...]:
        from kpirules_sql import writing  # late: pyarrow and the drivers

        return writing.write_report(report, location, options)

    def health(self) -> tuple[Diagnostic, ...]:
        return _health()


@hookimpl
def kpirules_adapters() -> list[Adapter[Any]]:
    return [SqlAdapter()]


@hookimpl
def kpirules_outputs() -> list[Output[Any]]:
    return [SqlOutput()]
