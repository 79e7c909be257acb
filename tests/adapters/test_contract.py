"""Every built-in adapter passes the tests that a plugin's must."""

from __future__ import annotations

import datetime
import gzip
import json
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import xlwt

from kpirules.adapters.hooks import CsvAdapter, FolderAdapter, JsonAdapter, ParquetAdapter, XlsxAdapter
from kpirules.outputs.hooks import kpirules_outputs
from kpirules.plugin import Plugins, write_table
from kpirules.plugin.contract import AdapterContract, Broken, SourceContract

OUTPUTS = Plugins((), tuple(kpirules_outputs()))


def put(folder: Path, table: pa.Table, name: str) -> str:
    path = str(folder / name)
    assert write_table(OUTPUTS, table, path) == ()
    return path


class TestCsv(AdapterContract):
    adapter = CsvAdapter()

    def put(self, folder: Path, table: pa.Table) -> str:
        return put(folder, table, "table.csv")

    def put_broken(self, folder: Path) -> Broken:
        path = folder / "broken.csv"
        path.write_text("staff,late\nLi,1\nHan,2,3\nMa,4\n", "utf-8")
        return Broken(str(path), 3, None, rows=2)


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

    def put_broken(self, folder: Path) -> Broken:
        path = folder / "broken.json"
        path.write_text('[{"staff": "Li", "late": 1}, {"staff": "Han", "late": [2]}]', "utf-8")
        return Broken(str(path), 2, "late", rows=2)


class TestJsonLines(AdapterContract):
    adapter = JsonAdapter()
    first_row = 1
    empty_tables = False

    def put(self, folder: Path, table: pa.Table) -> str:
        objects = json.loads(Path(put(folder, table, "table.json")).read_text("utf-8"))
        path = folder / "table.jsonl"
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects), "utf-8")
        return str(path)

    def put_broken(self, folder: Path) -> Broken:
        path = folder / "broken.jsonl"
        path.write_text('{"staff": "Li"}\n\n{"staff": "Han"\n{"staff": "Ma"}\n', "utf-8")
        return Broken(str(path), 3, None, rows=2)


class TestParquet(AdapterContract):
    adapter = ParquetAdapter()
    first_row = 1
    many = 140_000  # more than one batch
    shown = frozenset({"columns"})  # one group of rows is read whole

    def put(self, folder: Path, table: pa.Table) -> str:
        path = str(folder / "table.parquet")
        pq.write_table(table, path)
        return path

    def put_broken(self, folder: Path) -> Broken:
        return Broken(self.put(folder, pa.table({"staff": ["Li"], "late": [[1, 2]]})), None, "late", rows=1)


class TestParquetInGroups(SourceContract):
    """Groups of rows that lie on other days are not read."""

    adapter = ParquetAdapter()

    def sample(self, folder: Path) -> str:
        days: list[datetime.date | None] = [datetime.date(2026, 1, day) for day in range(1, 25)]
        days[7] = None
        zone = datetime.timezone(datetime.timedelta(hours=8))
        moments = [
            None if day is None else datetime.datetime(2026, 1, day.day, 4, 0, tzinfo=zone) for day in days
        ]
        columns = {
            "staff": [f"S{row % 5}" for row in range(24)],
            "day": pa.array(days, pa.date32()),
            "moment": pa.array(moments, pa.timestamp("us", "Asia/Shanghai")),
        }
        path = str(folder / "groups.parquet")
        pq.write_table(pa.table(columns), path, row_group_size=2)
        return path


class TestFolder(AdapterContract):
    adapter = FolderAdapter()
    shown = frozenset()  # a folder chooses by names, and these say nothing

    def put(self, folder: Path, table: pa.Table) -> str:
        (folder / "tables").mkdir()
        put(folder / "tables", table, "table.csv")
        return str(folder / "tables")

    def put_broken(self, folder: Path) -> Broken:
        for name, text in (("a.csv", "staff,late\nLi,1\n"), ("b.csv", "staff,late\nHan,2\nMa\nWu,3\n")):
            (folder / name).write_text(text, "utf-8")
        return Broken(str(folder), 3, None, rows=3)


class TestFolderOfMany(AdapterContract):
    """The rows of one table in several files."""

    adapter = FolderAdapter()
    first_row = None  # each file counts its own
    shown = frozenset()

    def put(self, folder: Path, table: pa.Table) -> str:
        (folder / "tables").mkdir()
        half = table.num_rows // 2
        pq.write_table(table.slice(0, half), folder / "tables" / "part9.parquet")
        pq.write_table(table.slice(half), folder / "tables" / "part10.parquet")
        return str(folder / "tables")

    def test_text_of_several_lines(self, tmp_path: Path) -> None:
        found = self.check(tmp_path, pa.table({"note": ["one", "two\nlines", "three"]}))
        assert [found.row(index) for index in range(3)] == [1, 1, 2]

    def test_many_rows_are_counted(self, tmp_path: Path) -> None:
        found = self.check(tmp_path, pa.table({"id": [f"S{row}" for row in range(2000)]}))
        assert found.row_numbers().tolist() == [*range(1, 1001), *range(1, 1001)]
        assert found.cell(1999, "id").path.endswith("part10.parquet")


class TestFolderOfPeriods(SourceContract):
    """Files that are chosen by what their names say."""

    adapter = FolderAdapter()
    settings: ClassVar[dict[str, object]] = {"period_of": "day"}

    def sample(self, folder: Path) -> str:
        for team in ("north", "south"):
            for month in (1, 2, 3):
                there = folder / "tables" / f"team={team}"
                there.mkdir(parents=True, exist_ok=True)
                days = [datetime.date(2026, month, day) for day in (1, 15, 28)]
                rows = pa.table({"staff": [f"S{day.day}" for day in days], "day": days})
                pq.write_table(rows, there / f"2026-{month:02}.parquet")
        return str(folder / "tables")


class TestXlsx(AdapterContract):
    adapter = XlsxAdapter()

    def put(self, folder: Path, table: pa.Table) -> str:
        return put(folder, table, "table.xlsx")

    def put_broken(self, folder: Path) -> Broken:
        path = str(folder / "broken.xlsx")
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("data")
            sheet.write_row(0, 0, ["staff", "late"])
            sheet.write_row(1, 0, ["Li", 1])
            sheet.write_row(2, 0, ["Han"])
            sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        return Broken(path, 3, "late", "data", rows=2)


class TestXls(AdapterContract):
    adapter = XlsxAdapter()
    zones = False
    numbers = False
    wide = 250

    def put(self, folder: Path, table: pa.Table) -> str:
        path = str(folder / "table.xls")
        book = xlwt.Workbook(encoding="utf-8")
        sheet = book.add_sheet("data")
        formats = {
            pa.date32(): "yyyy-mm-dd",
            pa.timestamp("us"): "yyyy-mm-dd hh:mm:ss",
            pa.duration("us"): "[h]:mm:ss",
        }
        for column, (name, values) in enumerate(zip(table.column_names, table.columns, strict=True)):
            style = xlwt.easyxf(num_format_str=formats.get(values.type, "General"))
            sheet.write(0, column, name)
            for row, value in enumerate(values.to_pylist(), 1):
                if isinstance(value, datetime.timedelta):
                    value = value / datetime.timedelta(days=1)
                if value is not None:
                    sheet.write(row, column, value, style)
        book.save(path)
        return path

    def put_broken(self, folder: Path) -> Broken:
        path = str(folder / "broken.xls")
        book = xlwt.Workbook()
        sheet = book.add_sheet("data")
        for row, (name, late) in enumerate((("staff", "late"), ("Li", 1), ("Han", None))):
            sheet.write(row, 0, name)
            if late is not None:
                sheet.write(row, 1, late)
        sheet.row(2).set_cell_error(1, 0x07)
        book.save(path)
        return Broken(path, 3, "late", "data", rows=2)
