"""The adapter passes the tests of the seam: fields as they come, declared columns, and records kept in a cache."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pytest
from kpirules_rest.hooks import RestAdapter

from kpirules.plugin import Capability
from kpirules.plugin.columns import as_text
from kpirules.plugin.contract import AdapterContract, Broken
from kpirules.plugin.contract.secrets import Canary
from tests.servers.web import Asked, Reply, Server

LIMITS: dict[str, object] = {"attempts": 1, "connect_seconds": 5}
Records = list[dict[str, Any]]


class _Served(AdapterContract):
    adapter = RestAdapter()
    not_secrets = frozenset({"key"})  # what tells records apart
    first_row = 1
    missing = "http://127.0.0.1:9/nothing"
    settings: ClassVar[dict[str, object]] = {"limits": LIMITS}
    secrets: ClassVar[dict[str, object] | None] = {"auth": {"kind": "bearer", "token": {"env": Canary.NAME}}}
    server: Server

    @pytest.fixture(autouse=True)
    def _serve(self, server: Server) -> None:
        self.server = server

    def put(self, folder: Path, table: pa.Table) -> str:
        columns = {name: self.written(table[name]) for name in table.column_names}
        records = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        self.server.answer = lambda asked: self.page(asked, records)
        return self.server.address

    def written(self, column: pa.ChunkedArray) -> list[Any]:
        return list(as_text(column).to_pylist())

    def page(self, asked: Asked, records: Records) -> Reply:
        return Reply(records)


class TestFieldsAsTheyCome(_Served):
    empty_tables = False  # without a record, nothing says which columns there are
    shown: ClassVar[frozenset[Capability] | None] = frozenset()  # the server here knows no periods


class TestDeclaredColumns(_Served):
    """In pages, rows going on as they come; the server chooses by the day that is asked for."""

    settings: ClassVar[dict[str, object]] = {
        "limits": LIMITS,
        "records": "items",
        "pages": {"kind": "offset", "per_page": 7_000, "total": "meta.total"},
        "params": {"from": "{period_start}", "to": "{period_end}"},
        "period_column": "day",
    }
    stable_rows = False
    columns: dict[str, object]

    def put(self, folder: Path, table: pa.Table) -> str:
        self.columns = {
            field.name: {"path": json.dumps(field.name), "kind": kind_of(field.type)}
            for field in table.schema
        }
        return super().put(folder, table)

    def settings_at(self, location: str) -> dict[str, object]:
        return {**self.settings, "fields": getattr(self, "columns", {"id": "id"})}

    def expected(self, table: pa.Table) -> pa.Table:
        zoned = [
            pa.field(one.name, pa.timestamp("us", "UTC"))
            if pa.types.is_timestamp(one.type) and one.type.tz
            else one
            for one in table.schema
        ]
        return table.cast(pa.schema(zoned))

    def written(self, column: pa.ChunkedArray) -> list[Any]:
        if pa.types.is_decimal(column.type) or pa.types.is_duration(column.type):
            return super().written(column)
        values = column.to_pylist()
        return [one.isoformat() if isinstance(one, datetime.date) else one for one in values]

    def page(self, asked: Asked, records: Records) -> Reply:
        if "from" in asked.params:
            begin, end = asked.params["from"], asked.params["to"]
            records = [one for one in records if one["day"] is None or begin <= one["day"] < end]
        begin_at, size = int(asked.params["offset"]), int(asked.params["limit"])
        return Reply({"items": records[begin_at : begin_at + size], "meta": {"total": len(records)}})

    def put_broken(self, folder: Path) -> Broken | None:
        location = self.put(folder, pa.table({"id": ["1", "2", "3"], "spent": [1.5, 2.5, 3.5]}))
        records: Records = [
            {"id": "1", "spent": 1.5},
            {"id": "2", "spent": "a lot"},
            {"id": "3", "spent": 3.5},
        ]
        self.server.answer = lambda asked: self.page(asked, records)
        return Broken(location, 2, "spent", rows=3)


class TestRecordsByTheirKey(TestDeclaredColumns):
    """With a key, records go through a cache before their rows go on."""

    settings: ClassVar[dict[str, object]] = {**TestDeclaredColumns.settings, "key": "_key"}

    def page(self, asked: Asked, records: Records) -> Reply:
        return super().page(asked, [{**one, "_key": place} for place, one in enumerate(records)])


def kind_of(kind: pa.DataType) -> str:
    types = pa.types
    if types.is_timestamp(kind):
        return "moment" if kind.tz else "local"
    for is_kind, name in (
        (types.is_boolean, "yes"),
        (types.is_integer, "whole"),
        (types.is_floating, "number"),
        (types.is_date, "day"),
        (types.is_duration, "duration"),
    ):
        if is_kind(kind):
            return name
    return "text"
