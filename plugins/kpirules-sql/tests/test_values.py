"""What is peculiar to each database: its types, and the values that are none of the seam's."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from kpirules_sql.hooks import SqlAdapter

from kpirules.plugin import Plugins, SourceTable, read_table
from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, USER, Postgres

PLUGINS = Plugins((SqlAdapter(),), ())


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPIRULES_TEST_POSTGRES", PASSWORD)
    monkeypatch.setenv("KPIRULES_TEST_MARIADB", MARIADB_PASSWORD)


def read(location: str, **settings: object) -> SourceTable:
    if "://" in location:
        variable = "POSTGRES" if location.startswith("postgres") else "MARIADB"
        settings = {"user": USER, "password": {"env": f"KPIRULES_TEST_{variable}"}} | settings
    return read_table(PLUGINS, location, adapter="sql", settings=settings)


def column(found: SourceTable, name: str) -> tuple[str, list[Any]]:
    assert found.table is not None, found.diagnostics
    return str(found.table.schema.field(name).type), found.table[name].to_pylist()


def wrong(found: SourceTable) -> list[tuple[int | None, str | None, str | None]]:
    """Row, column and value of every cell that is told to be wrong."""
    places: list[Any] = [one.place for one in found.diagnostics if one.code == "K615"]
    return [(place.row, place.column, place.value) for place in places]


def duck(path: Path, *statements: str) -> str:
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return str(path)


def lite(path: Path, statement: str, rows: Sequence[Sequence[object]] = ()) -> str:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            connection.executemany(f"INSERT INTO t VALUES ({marks})", rows)
        connection.commit()
    return str(path)


UTC = datetime.UTC
INSTANT = datetime.datetime(2026, 1, 5, 1, 30, tzinfo=UTC)


def test_postgres_types(postgresql: Postgres) -> None:
    postgresql.run(
        "DROP TABLE IF EXISTS kinds",
        "DROP TYPE IF EXISTS mood",
        "CREATE TYPE mood AS ENUM ('good', 'bad')",
        """CREATE TABLE kinds (id int PRIMARY KEY, small int2, free numeric, fixed numeric(10,2), far numeric,
            single real, double float8, clock time, zoned timestamptz, span interval, feeling mood, key uuid,
            doc jsonb, fixed_text char(5), paid money, net inet, mark "char", span_of_days daterange, label xml)""",
        """INSERT INTO kinds VALUES
            (1, 7, 1.5, 2.25, 12345678901234567890.5, 0.1, 0.1, '09:30', '2026-01-05 09:30+08', '1 day 2 hours', 'good',
             '00000000-0000-0000-0000-000000000001', '{"a": 1}', 'ab', '12.5', '10.0.0.1', 'x', '[2026-01-01,2026-02-01)', '<a/>'),
            (2, NULL, 1234.001, NULL, 0.000000000000000000000000000000000000001, """
        + ", ".join(["NULL"] * 14)
        + ")",
    )
    found = read(postgresql.address(), query="SELECT * FROM kinds ORDER BY id")
    assert found.diagnostics == ()
    assert column(found, "small") == ("int64", [7, None])
    assert column(found, "free") == ("decimal128(7, 3)", [Decimal("1.500"), Decimal("1234.001")])
    assert column(found, "fixed") == ("decimal128(10, 2)", [Decimal("2.25"), None])
    assert column(found, "far") == ("string", ["12345678901234567890.5", "0." + "0" * 38 + "1"])
    assert column(found, "single") == ("double", [0.1, None])
    assert column(found, "double") == ("double", [0.1, None])
    assert column(found, "clock")[1] == [datetime.timedelta(hours=9, minutes=30), None]
    assert column(found, "zoned") == ("timestamp[us, tz=UTC]", [INSTANT, None])
    assert column(found, "span") == ("duration[us]", [datetime.timedelta(days=1, hours=2), None])
    assert column(found, "feeling") == ("string", ["good", None])
    assert column(found, "key") == ("string", ["00000000-0000-0000-0000-000000000001", None])
    assert column(found, "doc") == ("string", ['{"a": 1}', None])
    assert column(found, "paid")[1] == [Decimal("12.50"), None]
    assert column(found, "net") == ("string", ["10.0.0.1/32", None])
    assert column(found, "mark") == ("string", ["x", None])
    assert column(found, "span_of_days") == ("string", ["[2026-01-01,2026-02-01)", None])
    assert column(found, "label") == ("string", ["<a/>", None])
    postgresql.run("DROP TABLE kinds")


def test_postgres_values_that_are_no_cells(postgresql: Postgres) -> None:
    query = """SELECT * FROM (VALUES
        (1, 1.5::numeric, 1.5::float8, '2026-01-05'::date, '2026-01-05'::timestamp, '1 hour'::interval),
        (2, 'NaN', 'NaN', 'infinity', 'infinity', '1 month'),
        (3, 'Infinity', '-Infinity', '-infinity', '-infinity', '1 year 2 days'),
        (4, NULL, NULL, '0044-03-15 BC', '20000-01-01', NULL)) t(id, exact, near, day, moment, span)"""
    found = read(postgresql.address(), query=query)
    assert column(found, "exact") == ("decimal128(2, 1)", [Decimal("1.5"), None, None, None])
    assert column(found, "near") == ("double", [1.5, None, None, None])
    assert column(found, "day")[1] == [datetime.date(2026, 1, 5), None, None, None]
    assert column(found, "moment")[1] == [datetime.datetime(2026, 1, 5), None, None, None]
    assert column(found, "span")[1] == [datetime.timedelta(hours=1), None, None, None]
    told = {(row, name) for row, name, _ in wrong(found)}
    assert told == {(row, name) for row in (2, 3) for name in ("exact", "near", "day", "moment", "span")} | {
        (4, "day"),
        (4, "moment"),
    }
    assert (2, "exact", "NaN") in wrong(found)
    assert (2, "span", "1 months") in wrong(found)


@pytest.mark.parametrize("kind", ["int[]", "bytea", "point[]"])
def test_postgres_columns_that_are_no_cells(postgresql: Postgres, kind: str) -> None:
    found = read(postgresql.address(), query=f"SELECT 1 AS id, CAST(NULL AS {kind}) AS odd")
    assert [(one.code, one.place.column) for one in found.diagnostics] == [("K570", "odd")]  # type: ignore[union-attr]
    assert found.header == ("id", "odd")
    assert found.table is not None
    assert found.table.column_names == ["id"]


def test_duckdb_types(tmp_path: Path) -> None:
    path = duck(
        tmp_path / "kinds.duckdb",
        "CREATE TYPE mood AS ENUM ('good', 'bad')",
        """CREATE TABLE t AS SELECT 1::HUGEINT huge, 1::UBIGINT big, 7::UTINYINT small, 1.5::DECIMAL(10,2) fixed,
            0.1::FLOAT single, INTERVAL '1 day 2 hours' span, 'good'::mood feeling, '09:30'::TIME clock,
            '09:30:00+08:00'::TIMETZ zoned_clock, '2026-01-05 09:30'::TIMESTAMP_S sec,
            '2026-01-05 09:30'::TIMESTAMP_NS nano, '2026-01-05 09:30+08'::TIMESTAMPTZ zoned,
            '00000000-0000-0000-0000-000000000001'::UUID key, '101'::BIT bits, '{"a": 1}'::JSON doc""",
    )
    found = read(path)
    assert found.diagnostics == ()
    assert column(found, "huge") == ("decimal128(38, 0)", [1])
    assert column(found, "big") == ("decimal128(38, 0)", [1])
    assert column(found, "small") == ("int64", [7])
    assert column(found, "fixed") == ("decimal128(10, 2)", [Decimal("1.50")])
    assert column(found, "single") == ("double", [0.1])
    assert column(found, "span") == ("duration[us]", [datetime.timedelta(days=1, hours=2)])
    assert column(found, "feeling") == ("string", ["good"])
    assert column(found, "clock") == ("duration[us]", [datetime.timedelta(hours=9, minutes=30)])
    assert column(found, "zoned_clock") == ("string", ["09:30:00+08"])
    assert column(found, "sec") == ("timestamp[us]", [datetime.datetime(2026, 1, 5, 9, 30)])
    assert column(found, "nano") == ("timestamp[us]", [datetime.datetime(2026, 1, 5, 9, 30)])
    assert column(found, "zoned") == ("timestamp[us, tz=UTC]", [INSTANT])
    assert column(found, "key") == ("string", ["00000000-0000-0000-0000-000000000001"])
    assert column(found, "bits") == ("string", ["101"])
    assert column(found, "doc") == ("string", ['{"a": 1}'])


def test_duckdb_values_that_are_no_cells(tmp_path: Path) -> None:
    path = duck(
        tmp_path / "odd.duckdb",
        """CREATE TABLE t AS SELECT * FROM (VALUES
            (1, 'nan'::DOUBLE, 'infinity'::DATE, 'infinity'::TIMESTAMP, INTERVAL 1 MONTH),
            (2, 0.5, '2026-01-05', '-infinity', INTERVAL 1 HOUR),
            (3, 'inf', '20000-01-01', '2026-01-05', NULL)) t(id, near, day, moment, span)""",
    )
    found = read(path)
    assert column(found, "near") == ("double", [None, 0.5, None])
    assert column(found, "day")[1] == [None, datetime.date(2026, 1, 5), None]
    assert column(found, "moment")[1] == [None, None, datetime.datetime(2026, 1, 5)]
    assert column(found, "span")[1] == [None, datetime.timedelta(hours=1), None]
    assert {(row, name) for row, name, _ in wrong(found)} == {
        (1, "near"), (3, "near"), (1, "day"), (3, "day"), (1, "moment"), (2, "moment"), (1, "span"),
    }  # fmt: skip


def test_duckdb_columns_that_are_no_cells(tmp_path: Path) -> None:
    path = duck(
        tmp_path / "odd.duckdb",
        "CREATE TABLE t AS SELECT 1 id, [1] l, {'a': 1} s, MAP {'a': 1} m, 'x'::BLOB b",
    )
    found = read(path)
    assert [one.place.column for one in found.diagnostics] == ["l", "s", "m", "b"]  # type: ignore[union-attr]
    assert {one.code for one in found.diagnostics} == {"K570"}


def test_mariadb_types(mysql: MariaDb) -> None:
    mysql.run(
        "CREATE OR REPLACE DATABASE kinds CHARACTER SET utf8mb4",
        "SET time_zone = '+08:00'",
        """CREATE TABLE kinds.t (id int PRIMARY KEY, yes boolean, tiny tinyint(1), big bigint unsigned, fixed decimal(10,2),
            far decimal(60,20), single float, near double, day date, moment datetime(6), zoned timestamp, clock time(6),
            year year, bit1 bit(1), feeling enum('good', 'bad'), doc json, ch char(3), key_ uuid, u int unsigned)""",
        """INSERT INTO kinds.t VALUES
            (1, true, 5, 18446744073709551615, 2.5, 12345678901234567890123.5, 1.2345678, 0.1, '2026-01-05',
             '2026-01-05 09:30:00.5', '2026-01-05 09:30:00', '33:00:00', 2026, b'1', 'good', '{}', '中',
             '00000000-0000-0000-0000-000000000001', 4294967295),
            (2, false, 0, NULL, -0.05, NULL, NULL, NULL, NULL, NULL, NULL, '-00:00:00.25', NULL, b'0', NULL, NULL, '', NULL, 0)""",
    )
    found = read(mysql.address("kinds"))
    assert found.diagnostics == ()
    assert column(found, "yes") == ("bool", [True, False])
    assert column(found, "tiny") == ("int64", [5, 0])
    assert column(found, "big") == ("decimal128(38, 0)", [18446744073709551615, None])
    assert column(found, "fixed") == ("decimal128(10, 2)", [Decimal("2.50"), Decimal("-0.05")])
    assert column(found, "far") == ("string", ["12345678901234567890123.5", None])
    assert column(found, "single") == ("double", [1.2345678, None])
    assert column(found, "near") == ("double", [0.1, None])
    assert column(found, "day") == ("date32[day]", [datetime.date(2026, 1, 5), None])
    assert column(found, "moment")[1] == [datetime.datetime(2026, 1, 5, 9, 30, 0, 500_000), None]
    assert column(found, "zoned") == ("timestamp[us, tz=UTC]", [INSTANT, None])
    assert column(found, "clock")[1] == [
        datetime.timedelta(hours=33),
        datetime.timedelta(microseconds=-250_000),
    ]
    assert column(found, "year") == ("int64", [2026, None])
    assert column(found, "bit1") == ("bool", [True, False])
    assert column(found, "feeling") == ("string", ["good", None])
    assert column(found, "ch") == ("string", ["中", None])
    assert column(found, "key_")[1] == ["00000000-0000-0000-0000-000000000001", None]
    assert column(found, "u") == ("int64", [4294967295, 0])


def test_mariadb_values_that_are_no_cells(mysql: MariaDb) -> None:
    mysql.run(
        "CREATE OR REPLACE DATABASE odd",
        "SET sql_mode = 'ALLOW_INVALID_DATES'",
        "CREATE TABLE odd.t (id int, day date, moment datetime, stuff blob, mask bit(8))",
        "INSERT INTO odd.t VALUES (1, '0000-00-00', '2026-01-05', 'x', 1), (2, '2026-02-31', '2026-02-00', 'x', 1)",
    )
    found = read(mysql.address("odd"))
    assert column(found, "day")[1] == [None, None]
    assert column(found, "moment")[1] == [datetime.datetime(2026, 1, 5), None]
    assert wrong(found) == [
        (1, "day", "0000-00-00"), (2, "day", "2026-02-31"), (2, "moment", "2026-02-00 00:00:00"),
    ]  # fmt: skip
    assert [one.place.column for one in found.diagnostics if one.code == "K570"] == ["stuff", "mask"]  # type: ignore[union-attr]


def test_sqlite_columns_of_one_and_of_several_kinds(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [1, 1, 1, "a", 1, 1, 2**60, 5],
        [2, 0, 2.5, 7, "x", 2, 0.5, 3],
        [3, None, None, None, 2.50, None, None, None],
    ]
    path = lite(
        tmp_path / "kinds.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, yes BOOLEAN, amount DECIMAL(10, 2), text TEXT, free, tiny BOOL, wide, n)",
        rows,
    )
    found = read(path)
    assert found.diagnostics == ()
    assert column(found, "yes") == ("bool", [True, False, None])
    assert column(found, "amount") == ("double", [1.0, 2.5, None])
    assert column(found, "text") == ("string", ["a", "7", None])
    assert column(found, "free") == ("string", ["1", "x", "2.5"])
    assert column(found, "tiny") == ("int64", [1, 2, None])
    assert column(found, "wide") == ("string", [str(2**60), "0.5", None])
    assert column(found, "n") == ("int64", [5, 3, None])


def test_sqlite_values_that_are_no_cells(tmp_path: Path) -> None:
    path = lite(
        tmp_path / "odd.db", "CREATE TABLE t (a, b, c)", [[1, "x", 1.5], [b"\x00", "y", float("inf")]]
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO t VALUES (2, CAST(x'ff41' AS TEXT), 0)")
        connection.commit()
    found = read(path)
    assert column(found, "a") == ("int64", [1, None, 2])
    assert column(found, "b") == ("string", ["x", "y", None])
    assert column(found, "c") == ("double", [1.5, None, 0.0])
    assert wrong(found) == [(2, "a", "1 bytes"), (3, "b", "\ufffdA"), (2, "c", "inf")]


def test_many_wrong_cells_are_counted(tmp_path: Path) -> None:
    path = duck(tmp_path / "odd.duckdb", "CREATE TABLE t AS SELECT 'nan'::DOUBLE x FROM range(250)")
    found = read(path, batch_rows=60)
    assert len(wrong(found)) == 100
    last = found.diagnostics[-1]
    assert (last.code, last.args["count"]) == ("K539", 150)


def test_a_table_of_numbers_comes_in_batches(tmp_path: Path) -> None:
    path = duck(tmp_path / "n.duckdb", "CREATE TABLE t AS SELECT range AS n FROM range(10000)")
    found = read(path, batch_rows=7, order_by="n desc")
    assert column(found, "n")[1] == list(range(9999, -1, -1))
    assert found.row_numbers().tolist() == list(range(1, 10001))
    assert found.table is not None
    assert pa.types.is_int64(found.table.schema.field("n").type)
