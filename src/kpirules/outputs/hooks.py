"""Declares the built-in outputs to the seam. Each one's work is imported when it is first needed: start-up."""

from __future__ import annotations

from typing import Any, TextIO

from kpirules.diagnostics import Diagnostic, Words
from kpirules.outputs.options import (
    CsvOptions,
    HtmlOptions,
    JsonOptions,
    ParquetOptions,
    PdfOptions,
    XlsxOptions,
)
from kpirules.plugin import API_VERSION, Output, Report, Rows, hookimpl

KPIRULES_API = API_VERSION


class CsvOutput:
    name = "csv"
    description = Words("text tables: comma, or tab for .tsv", "文本表格：逗号分隔，.tsv 为制表符")
    endings = (".csv", ".tsv")
    Options = CsvOptions

    def write(self, rows: Rows, location: str, options: CsvOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs import csv_file  # late: pyarrow

        return csv_file.write(rows, location, options)

    def write_text(self, rows: Rows, stream: TextIO, options: CsvOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs import csv_file  # late: pyarrow

        return csv_file.write_text(rows, stream, options)


class JsonOutput:
    name = "json"
    description = Words("JSON: a list of objects", "JSON：对象列表")
    endings = (".json",)
    Options = JsonOptions

    def write(self, rows: Rows, location: str, options: JsonOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs import json_file  # late: pyarrow

        return json_file.write(rows, location)

    def write_text(self, rows: Rows, stream: TextIO, options: JsonOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs import json_file  # late: pyarrow

        return json_file.write_text(rows, stream)


class JsonLinesOutput:
    name = "jsonl"
    description = Words("JSON lines: an object a line", "JSON lines：每行一个对象")
    endings = (".jsonl", ".ndjson")
    Options = JsonOptions

    def write(self, rows: Rows, location: str, options: JsonOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs import json_file  # late: pyarrow

        return json_file.write(rows, location, lines=True)

    def write_text(self, rows: Rows, stream: TextIO, options: JsonOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs import json_file  # late: pyarrow

        return json_file.write_text(rows, stream, lines=True)


class ParquetOutput:
    name = "parquet"
    description = Words("Parquet files", "Parquet 文件")
    endings = (".parquet",)
    Options = ParquetOptions

    def write(self, rows: Rows, location: str, options: ParquetOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs import parquet_file  # late: pyarrow

        return parquet_file.write(rows, location, options)


class XlsxOutput:
    name = "xlsx"
    description = Words("workbooks of spreadsheet programs", "电子表格工作簿")
    endings = (".xlsx",)
    Options = XlsxOptions

    def write(self, rows: Rows, location: str, options: XlsxOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs import xlsx_file  # late: pyarrow and XlsxWriter

        return xlsx_file.write(rows, location, options)

    def write_report(self, report: Report, location: str, options: XlsxOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs.workbook import report as workbook  # late: pyarrow and XlsxWriter

        return workbook.write_report(report, location, options)


class HtmlOutput:
    name = "html"
    description = Words(
        "a report in one HTML file, for any browser", "单个 HTML 文件的报告，可用任何浏览器打开"
    )
    endings = (".html", ".htm")
    Options = HtmlOptions

    def write_report(self, report: Report, location: str, options: HtmlOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs.html import page  # late: Jinja2

        return page.write_report(report, location, options)


class PdfOutput:
    name = "pdf"
    description = Words(
        "statements of single people, in pages (needs kpirules[pdf])",
        "个人说明的 PDF（需安装 kpirules[pdf]）",
    )
    endings = (".pdf",)
    Options = PdfOptions

    def health(self) -> tuple[Diagnostic, ...]:
        from kpirules.outputs.html import pdf  # late: Jinja2, WeasyPrint

        found = pdf.library()
        return (found,) if isinstance(found, Diagnostic) else ()

    def write_report(self, report: Report, location: str, options: PdfOptions) -> tuple[Diagnostic, ...]:
        from kpirules.outputs.html import pdf  # late: Jinja2, WeasyPrint

        return pdf.write_report(report, location, options)


@hookimpl
def kpirules_outputs() -> list[Output[Any]]:
    return [
        CsvOutput(),
        JsonOutput(),
        JsonLinesOutput(),
        ParquetOutput(),
        XlsxOutput(),
        HtmlOutput(),
        PdfOutput(),
    ]
