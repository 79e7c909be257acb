"""What a database counts and adds up is what plain Python does, group by group; and where it cannot, it says so."""

from __future__ import annotations

import datetime
import random
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pytest
from kpirules_sql.hooks import SqlAdapter

import kpirules.plugin
from kpirules.gathering import Work, gather
from kpirules.plugin import Kind, OnlyIn, Plugins, SourceTable, Within, read_groups
from kpirules.plugin.columns import as_text
from kpirules.plugin.exchange import collect
from kpirules.plugin.grouping import (
    Both,
    Column,
    Compared,
    Comparison,
    Condition,
    Either,
    Elapsed,
    Given,
    GroupRequest,
    IsBroken,
    IsMissing,
    Negated,
    OneOf,
    Outside,
    Summary,
    Term,
)
from tests.facts.grouping import Memory, Options
from tests.facts.test_groups import rules, same
from tests.servers.mariadb import PASSWORD as MARIADB_PASSWORD
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import PASSWORD, USER, Postgres

PLUGINS = Plugins((SqlAdapter(),), ())
START = datetime.datetime(2025, 12, 28)
NAMES = [
    "Ann",
    " Bo ",
    "李\u3000",
    "bo",
    "BO",
    "Bo\n",
    "",
    "  ",
    None,
    "a\u200b",
    "o'B%_\\",
    "Å",
    "A\u030a",
    "\u200b",
]
KINDS: dict[str, Kind] = {
    "agent": "text",
    "opened": "moment",
    "closed": "moment",
    "kind": "text",
    "price": "number",
    "again": "number",
    "done": "yes",
    "number": "text",
}
OPERATORS: tuple[Comparison, ...] = ("=", "!=", "<", "<=", ">", ">=")
SUMMARIES: tuple[Literal["count", "values", "sum", "min", "max"], ...] = (
    "count",
    "values",
    "sum",
    "min",
    "max",
)
NUMBERS: tuple[Term, ...] = (Column("price"), Column("again"), Elapsed("opened", "closed"))
CELLS: tuple[Term, ...] = (*NUMBERS, Column("kind"), Column("agent"), Column("closed"), Column("done"))
CLOSED, TOOK = Column("closed"), Elapsed("opened", "closed")


def records(seed: int, exact: bool, count: int = 500) -> pa.Table:
    """Made-up records with everything that may go wrong. exact: whether the database holds decimals."""
    chance = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for _ in range(count):
        opened = START + datetime.timedelta(microseconds=chance.randrange(100 * 86_400_000_000))
        if chance.random() < 0.2:  # the edges of days and months
            opened = datetime.datetime.combine(opened.date(), datetime.time())
        took = datetime.timedelta(microseconds=chance.randrange(-(10**9), 10**12))
        rows.append(
            {
                "agent": chance.choice(NAMES),
                "opened": None if chance.random() < 0.03 else opened,
                "closed": None if chance.random() < 0.2 else opened + took,
                "kind": chance.choice(
                    ["Phone", "phone", " Phone", "Mail", "", None, "Ma\u00efl", "Mai\u0308l"]
                ),
                "price": None
                if chance.random() < 0.2
                else Decimal(chance.randrange(-(10**9), 10**9)) / 10_000,
                "again": chance.choice([None, 0, 1, 2, 5, 2**40]),
                "done": chance.choice([True, False, None]),
                "number": chance.choice([1001, 1002, None]),
            }
        )
    price = pa.decimal128(14, 4) if exact else pa.int64()
    if not exact:
        rows = [row | {"price": None if row["price"] is None else int(row["price"])} for row in rows]
    schema = pa.schema(
        [
            ("agent", pa.string()), ("opened", pa.timestamp("us")), ("closed", pa.timestamp("us")), ("kind", pa.string()),
            ("price", price), ("again", pa.int64()), ("done", pa.bool_()), ("number", pa.int64()),
        ]
    )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema)


def condition(chance: random.Random, depth: int = 2) -> Condition:
    """Any condition."""
    if depth:
        match chance.randrange(4):
            case 0:
                return Both(condition(chance, depth - 1), condition(chance, depth - 1))
            case 1:
                return Either(condition(chance, depth - 1), condition(chance, depth - 1))
            case 2:
                return Negated(condition(chance, depth - 1))
    operator = chance.choice(OPERATORS)
    leaves: list[Condition] = [
        Compared(operator, Column("price"), Given(Decimal("10.5"))),
        Compared(operator, Column("again"), Given(Decimal("1.0"))),
        Compared(operator, Column("again"), Column("price")),
        Compared(operator, TOOK, Given(Decimal(600_000_000))),
        Compared(operator, TOOK, Elapsed("closed", "opened")),
        Compared("=", Column("kind"), Given("Phone")),
        Compared("!=", Column("kind"), Given("Mai\u0308l")),
        Compared("=", Column("kind"), Given("Phone ")),
        Compared("=", Column("agent"), Column("kind")),
        Compared("=", Column("done"), Given(True)),
        Compared("!=", Column("done"), Given(True)),
        OneOf(Column("kind"), ("Phone", "Mail", "x'; DROP TABLE records; --")),
        OneOf(Column("kind"), ()),
        OneOf(Column("again"), (Decimal(1), Decimal("2.5"), Decimal(2**40))),
        OneOf(Column("number"), ("1001", "01002")),
        IsMissing(Column("kind")),
        IsMissing(Column("agent")),
        IsMissing(CLOSED),
        IsMissing(TOOK),
        IsMissing(Given("x")),
        IsBroken(Column("price")),
        IsBroken(Column("again")),
        Outside("opened", 2026, 2026),
        Outside("closed", 1900, 2025),
    ]
    return chance.choice(leaves)


def values(seed: int) -> dict[str, Summary]:
    chance = random.Random(seed)
    found = {"rows": Summary("count")}
    for place in range(25):
        kind = chance.choice(SUMMARIES)
        item = None if kind == "count" else chance.choice(CELLS if kind == "values" else NUMBERS)
        found[f"v{place}"] = Summary(kind, item, None if chance.random() < 0.2 else condition(chance))
    return found


Groups = Mapping[tuple[str | None, datetime.date | None], tuple[Decimal | None, ...]]


def by_group(table: pa.Table) -> Groups:
    assert table.column_names[:2] == ["staff", "time"]
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    found = {
        (row[0], row[1]): tuple(None if one is None else Decimal(one) for one in row[2:]) for row in rows
    }
    assert len(found) == len(rows)
    return found


def expected(table: pa.Table, by: Literal["day", "month"], wanted: Mapping[str, Summary]) -> Groups:
    request = GroupRequest("x", Options(), "agent", "opened", by, wanted, KINDS)
    # Whole numbers that are asked for as text are their digits; the oracle takes cells as they are.
    number = table.schema.get_field_index("number")
    source = Memory(table.set_column(number, "number", as_text(table["number"]))).group(request)
    assert source is not None
    found = collect(source).table
    assert found is not None
    return by_group(found)


class Database:
    """A database with one table, `records`. exact: it holds decimals; dated: it holds days and moments."""

    exact = True
    location: str
    settings: Mapping[str, object]

    def put(self, table: pa.Table) -> None:
        raise NotImplementedError

    def run(self, *statements: str) -> None:
        raise NotImplementedError

    def ask(
        self, wanted: Mapping[str, Summary], by: Literal["day", "month"] = "month", **more: Any
    ) -> SourceTable | None:
        given: dict[str, Any] = {"staff": "agent", "moment": "opened", "kinds": KINDS} | more
        return read_groups(
            PLUGINS, self.location, by=by, values=wanted, adapter="sql", settings=self.settings, **given
        )

    @pytest.mark.parametrize("by", ["day", "month"])
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_groups_are_what_plain_python_makes_of_the_rows(
        self, seed: int, by: Literal["day", "month"]
    ) -> None:
        table = records(seed, self.exact)
        self.put(table)
        wanted = values(seed)
        found = self.ask(wanted, by)
        assert found is not None
        assert found.table is not None
        assert by_group(found.table) == expected(table, by, wanted)
        assert "GROUP BY" in str(found.query)

    def test_only_rows_that_are_let_through(self) -> None:
        table = records(7, self.exact)
        self.put(table)
        wanted = {"rows": Summary("count"), "paid": Summary("sum", Column("price"))}
        for only, kept in (
            (
                OnlyIn("kind", ("Phone",)),
                [text is not None and text.strip() == "Phone" for text in table["kind"].to_pylist()],
            ),
            (OnlyIn("again", ("1", "2", "x")), [one in (1, 2) for one in table["again"].to_pylist()]),
            (OnlyIn("done", ("true",)), [one is True for one in table["done"].to_pylist()]),
            (OnlyIn("kind", ()), [False] * len(table)),
        ):
            found = self.ask(wanted, where=(only,))
            assert found is not None, only
            assert found.table is not None
            assert by_group(found.table) == expected(table.filter(pa.array(kept)), "month", wanted)
        period = Within("opened", datetime.date(2026, 1, 1), datetime.date(2026, 2, 1))
        found = self.ask(wanted, period=period)
        assert found is not None
        assert found.table is not None
        january = datetime.date(2026, 1, 1)
        whole = expected(table, "month", wanted)
        part = by_group(found.table)
        assert {key: one for key, one in part.items() if key[1] == january} == {
            key: one for key, one in whole.items() if key[1] == january
        }

    def test_whole_numbers_as_staff(self) -> None:
        table = records(8, self.exact)
        self.put(table)
        found = self.ask({"rows": Summary("count")}, staff="number")
        assert found is not None
        assert found.table is not None
        assert set(found.table["staff"].to_pylist()) == {"1001", "1002", None}

    def test_no_rows(self) -> None:
        self.put(records(9, self.exact).slice(0, 0))
        found = self.ask(values(9))
        assert found is not None
        assert found.table is not None
        assert found.table.num_rows == 0

    @pytest.mark.parametrize(
        "kinds",
        [
            {"price": "text"},
            {"opened": "number"},
            {"agent": "number"},
            {"done": "text"},
            {"closed": "day"},
            {"again": "duration"},
        ],
    )
    def test_columns_of_another_nature(self, kinds: dict[str, Kind]) -> None:
        self.put(records(10, self.exact, 20))
        (name,) = kinds
        wanted = {"rows": Summary("count", where=IsMissing(Column(name)))}
        assert self.ask(wanted) is not None
        if not (name == "price" and not self.exact):  # whole numbers are text enough
            assert self.ask(wanted, kinds=KINDS | kinds) is None

    def test_what_is_not_there(self) -> None:
        self.put(records(11, self.exact, 20))
        rows = {"rows": Summary("count")}
        assert self.ask(rows, staff="nobody") is None
        assert self.ask({"rows": Summary("count", where=IsMissing(Column("nothing")))}) is None
        assert self.ask(rows, where=(OnlyIn("nothing", ("x",)),)) is None


class TestDuckDb(Database):
    settings: Mapping[str, object] = MappingProxyType({})

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.location = str(tmp_path / "records.duckdb")

    def put(self, table: pa.Table) -> None:
        with duckdb.connect(self.location) as connection:
            connection.register("given", table)
            connection.execute("CREATE OR REPLACE TABLE records AS SELECT * FROM given")

    def run(self, *statements: str) -> None:
        with duckdb.connect(self.location) as connection:
            for statement in statements:
                connection.execute(statement)

    @pytest.mark.parametrize(
        "wrong", ["opened = 'infinity'", "opened = '-infinity'", "opened = '20000-01-01'"]
    )
    def test_moments_without_end(self, wrong: str) -> None:
        self.put(records(12, True, 20))
        self.run(f"UPDATE records SET {wrong} WHERE again = 1")
        assert self.ask({"rows": Summary("count")}) is None

    def test_floats_are_not_added_up(self) -> None:
        self.put(records(13, True, 20))
        self.run("ALTER TABLE records ALTER price TYPE DOUBLE")
        assert self.ask({"rows": Summary("sum", Column("price"))}) is None
        assert self.ask({"rows": Summary("count")}) is not None

    def test_a_sum_that_is_too_long(self) -> None:
        self.put(records(14, True, 20))
        self.run("ALTER TABLE records ALTER again TYPE HUGEINT", f"UPDATE records SET again = {'9' * 38}")
        assert self.ask({"rows": Summary("sum", Column("again"))}) is None

    def test_scores_are_the_same(self) -> None:
        """The whole way: facts of a policy, from groups and from rows."""
        table = records(15, True)
        kept = [
            row
            | {
                "agent": (row["agent"] or "x").strip() or "x",
                "done": bool(row["done"]),
                "closed": None,
                "replied": row["closed"],
            }
            for row in table.to_pylist()
            if row["opened"] is not None and (row["closed"] is None or row["closed"] >= row["opened"])
        ]
        for row in kept:
            del row["number"]
        columns = [*table.schema.remove(7), pa.field("replied", pa.timestamp("us"))]
        self.put(pa.Table.from_pylist(kept, schema=pa.schema(columns)))
        asked: list[object] = []

        class Counting(SqlAdapter):
            def group(self, request: Any) -> Any:
                asked.append(request)
                return super().group(request)

        with pytest.MonkeyPatch.context() as patch:
            plugins = Plugins((Counting(), *kpirules.plugin.installed().adapters), ())
            patch.setattr(kpirules.plugin, "installed", lambda: plugins)
            by_rows, told = gather(Work(rules(), {"tickets": self.location}, records=True))
            assert not any(one.is_error for one in told), told
            assert asked == []
            by_groups, told = gather(Work(rules(), {"tickets": self.location}, records=False))
        assert len(asked) == 1
        assert by_groups.counts["tickets"] == by_rows.counts["tickets"]
        same(by_groups, by_rows)


class TestSqlite(Database):
    exact = False
    settings: Mapping[str, object] = MappingProxyType({})

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.location = str(tmp_path / "records.db")

    def put(self, table: pa.Table) -> None:
        rows = zip(
            *(
                (as_text(column) if pa.types.is_timestamp(column.type) else column).to_pylist()
                for column in table.columns
            ),
            strict=True,
        )
        with closing(sqlite3.connect(self.location)) as connection:
            connection.execute("DROP TABLE IF EXISTS records")
            connection.execute(
                "CREATE TABLE records (agent TEXT COLLATE NOCASE, opened TEXT, closed DATETIME, kind TEXT COLLATE NOCASE, "
                "price INTEGER, again INTEGER, done BOOLEAN, number INTEGER)"
            )
            connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(rows))
            connection.commit()

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.location)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    @pytest.mark.parametrize(
        "wrong",
        [
            "2026-01-05",
            "2026-1-5 09:30:00",
            "2026-02-30 09:30:00",
            "2026-01-05 09:30:00Z",
            "2026-01-05 09:30:00.",
            "x",
        ],
    )
    def test_moments_that_are_not_spelled_in_full(self, wrong: str) -> None:
        self.put(records(12, False, 20))
        self.run(f"UPDATE records SET closed = '{wrong}' WHERE again = 1")
        assert self.ask({"rows": Summary("count", where=IsMissing(CLOSED))}) is None
        assert self.ask({"rows": Summary("count")}) is not None

    def test_a_sum_that_is_too_long(self) -> None:
        self.put(records(14, False, 20))
        self.run(f"UPDATE records SET again = {2**62}")
        assert self.ask({"rows": Summary("sum", Column("again"))}) is None


@pytest.fixture(scope="module")
def postgres_database(postgresql: Postgres) -> Iterator[Postgres]:
    postgresql.run("CREATE DATABASE groups")
    yield postgresql
    postgresql.run("DROP DATABASE groups WITH (FORCE)")


class TestPostgres(Database):
    @pytest.fixture(autouse=True)
    def _place(self, postgres_database: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_PASSWORD", PASSWORD)
        self.server = postgres_database
        self.location = postgres_database.address("groups")
        self.settings = {"user": USER, "password": {"env": "KPIRULES_TEST_PASSWORD"}}

    def put(self, table: pa.Table) -> None:
        self.server.put(table, "records", "groups")

    def run(self, *statements: str) -> None:
        self.server.run(*statements, database="groups")

    @pytest.mark.parametrize(
        "wrong", ["opened = 'infinity'", "closed = '-infinity'", "opened = '0044-03-15 BC'", "price = 'NaN'"]
    )
    def test_values_that_cannot_be_reckoned_with(self, wrong: str) -> None:
        self.put(records(12, True, 20))
        self.run(
            "ALTER TABLE records ALTER price TYPE numeric", f"UPDATE records SET {wrong} WHERE again = 1"
        )
        name = wrong.split()[0]
        assert self.ask({"rows": Summary("count", where=IsMissing(Column(name)))}) is None

    def test_columns_with_a_zone_are_read(self) -> None:
        self.put(records(13, True, 20))
        self.run("ALTER TABLE records ALTER opened TYPE timestamptz")
        assert self.ask({"rows": Summary("count")}) is None

    def test_texts_that_a_language_takes_for_the_same(self) -> None:
        table = records(1, True)
        self.put(table)
        self.run(
            "CREATE COLLATION IF NOT EXISTS loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
            "ALTER TABLE records ALTER agent TYPE text COLLATE loose, ALTER kind TYPE text COLLATE loose",
        )
        wanted = values(1)
        found = self.ask(wanted)
        assert found is not None
        assert found.table is not None
        assert by_group(found.table) == expected(table, "month", wanted)


@pytest.fixture
def mariadb_database(mysql: MariaDb) -> MariaDb:
    mysql.run("CREATE DATABASE IF NOT EXISTS `groups` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    return mysql


class TestMariaDb(Database):
    @pytest.fixture(autouse=True)
    def _place(self, mariadb_database: MariaDb, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KPIRULES_TEST_PASSWORD", MARIADB_PASSWORD)
        self.server = mariadb_database
        self.location = mariadb_database.address("groups")
        self.settings = {"user": USER, "password": {"env": "KPIRULES_TEST_PASSWORD"}}

    def put(self, table: pa.Table) -> None:
        self.server.put(table, "records", "groups")

    def run(self, *statements: str) -> None:
        self.server.run(*statements, database="groups")

    @pytest.mark.parametrize(
        "wrong", ["0000-00-00 00:00:00", "2026-02-00 00:00:00", "2026-02-31 09:30:00", "2026-00-01 00:00:00"]
    )
    def test_days_that_are_none(self, wrong: str) -> None:
        self.put(records(12, True, 20))
        self.run(
            "SET sql_mode = 'ALLOW_INVALID_DATES'", f"UPDATE records SET opened = '{wrong}' WHERE again = 1"
        )
        assert self.ask({"rows": Summary("count")}) is None
