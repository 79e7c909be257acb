"""Declares the built-in adapters to the seam. Each one's work is imported when it is first needed: start-up."""

from __future__ import annotations

from typing import Any

from kpirules.adapters.options import CsvOptions, FolderOptions, JsonOptions, ParquetOptions
from kpirules.adapters.xlsx_options import XlsxOptions
from kpirules.diagnostics import Words
from kpirules.plugin import API_VERSION, Adapter, Capability, DataRequest, Description, Source, hookimpl

KPIRULES_API = API_VERSION

#: Files are read whole; only the columns that are asked for are taken out.
_COLUMNS: frozenset[Capability] = frozenset({"columns"})


class CsvAdapter:
    name = "csv"
    description = Words(
        "text tables: comma, semicolon, tab or pipe", "文本表格：逗号、分号、制表符或竖线分隔"
    )
    endings = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
    Options = CsvOptions
    capabilities = _COLUMNS

    def describe(self, location: str, options: CsvOptions) -> Description:
        from kpirules.adapters import csv_table  # late: pyarrow

        return csv_table.describe(location, options)

    def read(self, request: DataRequest[CsvOptions]) -> Source:
        from kpirules.adapters import csv_table  # late: pyarrow

        return csv_table.read(request)


class FolderAdapter:
    name = "folder"
    description = Words(
        "all files of a folder, or those that fit a pattern, as one table",
        "文件夹中（或符合某模式）的所有文件合为一张表",
    )
    endings: tuple[str, ...] = ()
    Options = FolderOptions
    capabilities = frozenset[Capability]({"columns", "period", "staff", "where"})

    def claims(self, location: str) -> bool:
        from kpirules.adapters import folder_files  # late: comes with folder_table

        return folder_files.is_folder(location)

    def describe(self, location: str, options: FolderOptions) -> Description:
        from kpirules.adapters import folder_table  # late: pyarrow

        return folder_table.describe(location, options)

    def read(self, request: DataRequest[FolderOptions]) -> Source:
        from kpirules.adapters import folder_table  # late: pyarrow

        return folder_table.read(request)


class JsonAdapter:
    name = "json"
    description = Words("JSON: a list of objects, or one object a line", "JSON：对象列表，或每行一个对象")
    endings = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
    Options = JsonOptions
    capabilities = _COLUMNS

    def describe(self, location: str, options: JsonOptions) -> Description:
        from kpirules.adapters import json_table  # late: pyarrow

        return json_table.describe(location, options)

    def read(self, request: DataRequest[JsonOptions]) -> Source:
        from kpirules.adapters import json_table  # late: pyarrow

        return json_table.read(request)


class ParquetAdapter:
    name = "parquet"
    description = Words("Parquet files", "Parquet 文件")
    endings = (".parquet",)
    Options = ParquetOptions
    capabilities = frozenset[Capability]({"columns", "period"})

    def describe(self, location: str, options: ParquetOptions) -> Description:
        from kpirules.adapters import parquet_table  # late: pyarrow

        return parquet_table.describe(location, options)

    def read(self, request: DataRequest[ParquetOptions]) -> Source:
        from kpirules.adapters import parquet_table  # late: pyarrow

        return parquet_table.read(request)


class XlsxAdapter:
    name = "xlsx"
    description = Words("workbooks of spreadsheet programs", "电子表格工作簿")
    endings = (".xlsx", ".xlsm", ".xls")
    Options = XlsxOptions
    capabilities = _COLUMNS

    def describe(self, location: str, options: XlsxOptions) -> Description:
        from kpirules.adapters import workbook_reading  # late: pyarrow, calamine and xlrd

        return workbook_reading.describe(location, options)

    def read(self, request: DataRequest[XlsxOptions]) -> Source:
        from kpirules.adapters import workbook_reading  # late: pyarrow, calamine and xlrd

        return workbook_reading.read(request)


@hookimpl
def kpirules_adapters() -> list[Adapter[Any]]:
    return [CsvAdapter(), JsonAdapter(), ParquetAdapter(), XlsxAdapter(), FolderAdapter()]
