"""The adapter passes the tests of the seam, with declared columns and without, in one page and in many."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pytest
from kpirules_rest.hooks import RestAdapter

from kpirules.plugin.columns import as_text
from kpirules.plugin.contract import AdapterContract
from tests.servers.web import Asked, Reply, Server


class _Served(AdapterContract):
    adapter = RestAdapter()
    first_row = 1
    empty_tables = False  # without a record, nothing says which columns there are
    missing = "http://127.0.0.1:9/nothing"
    settings: ClassVar[dict[str, object]] = {"limits": {"attempts": 1, "connect_seconds": 5}}
    server: Server

    @pytest.fixture(autouse=True)
    def _serve(self, server: Server) -> None:
        self.server = server

    def put(self, folder: Path, table: pa.Table) -> str:
        texts = {name: as_text(table[name]).to_pylist() for name in table.column_names}
        records = [dict(zip(texts, row, strict=True)) for row in zip(*texts.values(), strict=True)]
        self.server.answer = lambda asked: self.page(asked, records)
        return self.server.address

    def page(self, asked: Asked, records: list[dict[str, Any]]) -> Reply:
        return Reply(records)


class TestOnePage(_Served):
    pass


class TestManyPages(_Served):
    settings: ClassVar[dict[str, object]] = {
        "limits": {"attempts": 1, "connect_seconds": 5},
        "records": "items",
        "pages": {"kind": "offset", "per_page": 7_000, "total": "meta.total"},
    }

    def page(self, asked: Asked, records: list[dict[str, Any]]) -> Reply:
        begin, size = int(asked.params["offset"]), int(asked.params["limit"])
        return Reply({"items": records[begin : begin + size], "meta": {"total": len(records)}})
