"""Every built-in output passes the tests that a plugin's must."""

from __future__ import annotations

import csv
import datetime
import json
import os
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpirules.outputs.hooks import (
    CsvOutput,
    HtmlOutput,
    JsonLinesOutput,
    JsonOutput,
    ParquetOutput,
    PdfOutput,
    XlsxOutput,
)
from kpirules.plugin.columns import spell
from kpirules.plugin.contract import OutputContract


def as_table(names: list[str], rows: list[list[str | None]]) -> pa.Table:
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(names))]
    return pa.table(columns, names=names)


class TestCsv(OutputContract):
    output = CsvOutput()

    def read_back(self, location: str) -> pa.Table:
        with open(location, encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file)
        return as_table(names, [[cell or None for cell in row] for row in rows])


class TestTsv(TestCsv):
    def place(self, folder: Path) -> str:
        return str(folder / "out.tsv")

    def read_back(self, location: str) -> pa.Table:
        with open(location, encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file, delimiter="\t")
        return as_table(names, [[cell or None for cell in row] for row in rows])

    def read_text(self, text: str, folder: Path) -> pa.Table:
        """A stream has no ending: it gets commas."""
        path = folder / "text.csv"
        path.write_text(text, "utf-8", newline="")
        return super().read_back(str(path))


class TestJson(OutputContract):
    output = JsonOutput()
    empty_tables = False

    def read_back(self, location: str) -> pa.Table:
        objects = json.loads(Path(location).read_text("utf-8"), parse_float=str, parse_int=str)
        names = list(objects[0])
        cells = [
            [
                json.dumps(value) if isinstance(value, bool) else value
                for value in (one[name] for name in names)
            ]
            for one in objects
        ]
        return as_table(names, cells)


class TestJsonLines(OutputContract):
    output = JsonLinesOutput()
    empty_tables = False

    def read_back(self, location: str) -> pa.Table:
        lines = Path(location).read_text("utf-8").splitlines()
        objects = [json.loads(line, parse_float=str, parse_int=str) for line in lines]
        names = list(objects[0])
        return as_table(names, [[_json_cell(one[name]) for name in names] for one in objects])


def _json_cell(value: object) -> str | None:
    return json.dumps(value) if isinstance(value, bool) else None if value is None else str(value)


class TestParquet(OutputContract):
    output = ParquetOutput()

    def read_back(self, location: str) -> pa.Table:
        return pq.read_table(location)


class TestXlsx(OutputContract):
    output = XlsxOutput()
    places = False
    longest = 32_767

    def test_long_numbers_keep_their_places(self, tmp_path: Path) -> None:
        """What a spreadsheet cannot hold exactly is text, with the idle zeros that a format would have shown."""
        location = self.place(tmp_path)
        column = pa.array([Decimal("12345678901234567890.10")], pa.decimal128(30, 2))
        assert self.write(pa.table({"x": column}), location) == ()
        assert self.read_back(location)["x"].to_pylist() == ["12345678901234567890.10"]

    def read_back(self, location: str) -> pa.Table:
        names, *rows = openpyxl.load_workbook(location).worksheets[0].iter_rows()
        cells = [[cell_text(cell.value, cell.number_format) for cell in row] for row in rows]
        return as_table([str(name.value) for name in names], cells)

    def formulas(self, location: str) -> list[str]:
        # Links to places of the workbook itself lead nowhere else; only those that leave it have a target.
        return [
            f"{cell.value} {cell.hyperlink}"
            for sheet in openpyxl.load_workbook(location).worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target)
        ]


class TestHtml(OutputContract):
    output = HtmlOutput()


@pytest.mark.skipif(
    bool(PdfOutput().health()) and not os.environ.get("CI"), reason="no WeasyPrint or Pango here"
)
class TestPdf(OutputContract):
    output = PdfOutput()


def cell_text(value: object, shown_as: str) -> str | None:
    """A cell as people see it; openpyxl gives days as moments."""
    if isinstance(value, datetime.datetime) and shown_as == "yyyy-mm-dd":
        value = value.date()
    return None if value is None else spell(value)
