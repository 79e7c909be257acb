"""Every built-in adapter passes the tests that a plugin's must."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kpirules.adapters.hooks import CsvAdapter, JsonAdapter, ParquetAdapter, XlsxAdapter
from kpirules.outputs.hooks import kpirules_outputs
from kpirules.plugin import Plugins, write_table
from kpirules.plugin.contract import AdapterContract

OUTPUTS = Plugins((), tuple(kpirules_outputs()))


def put(folder: Path, table: pa.Table, name: str) -> str:
    path = str(folder / name)
    assert write_table(OUTPUTS, table, path) == ()
    return path


class TestCsv(AdapterContract):
    adapter = CsvAdapter()

    def put(self, folder: Path, table: pa.Table) -> str:
        return put(folder, table, "table.csv")


class TestTsv(AdapterContract):
    adapter = CsvAdapter()

    def put(self, folder: Path, table: pa.Table) -> str:
        return put(folder, table, "table.tsv")


class TestPackedCsv(AdapterContract):
    adapter = CsvAdapter()

    def put(self, folder: Path, table: pa.Table) -> str:
        plain = Path(put(folder, table, "table.csv"))
        packed = folder / "table.csv.gz"
        packed.write_bytes(gzip.compress(plain.read_bytes()))
        return str(packed)


class TestJson(AdapterContract):
    adapter = JsonAdapter()
    first_row = 1
    empty_tables = False

    def put(self, folder: Path, table: pa.Table) -> str:
        return put(folder, table, "table.json")


class TestJsonLines(AdapterContract):
    adapter = JsonAdapter()
    first_row = 1
    empty_tables = False

    def put(self, folder: Path, table: pa.Table) -> str:
        objects = json.loads(Path(put(folder, table, "table.json")).read_text("utf-8"))
        path = folder / "table.jsonl"
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects), "utf-8")
        return str(path)


class TestParquet(AdapterContract):
    adapter = ParquetAdapter()
    first_row = 1

    def put(self, folder: Path, table: pa.Table) -> str:
        path = str(folder / "table.parquet")
        pq.write_table(table, path)
        return path


class TestXlsx(AdapterContract):
    adapter = XlsxAdapter()

    def put(self, folder: Path, table: pa.Table) -> str:
        return put(folder, table, "table.xlsx")
