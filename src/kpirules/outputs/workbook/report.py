"""Which sheets a report's workbook has, and in which order: summary, scores, statements, policy, sources."""

from __future__ import annotations

from collections.abc import Mapping

import xlsxwriter

from kpirules.diagnostics import Diagnostic, Words
from kpirules.outputs.book import MOST_COLUMNS, MOST_ROWS, too_much, write_book
from kpirules.outputs.options import XlsxOptions
from kpirules.outputs.workbook.page import Book, Page
from kpirules.outputs.workbook.policy import (
    write_alerts,
    write_facts,
    write_indicators,
    write_parameters,
    write_sources,
)
from kpirules.outputs.workbook.scores import FIRST, layout_of, write_scores
from kpirules.outputs.workbook.statements import Statements
from kpirules.outputs.workbook.summary import end_summary, write_summary
from kpirules.plugin import Report

#: Columns of a sheet of scores besides those of its tables.
_BESIDE = 2


def write_report(report: Report, path: str, options: XlsxOptions) -> tuple[Diagnostic, ...]:
    """The workbook of a report."""
    return write_book(path, lambda file: _fill(file, report, path, options), report.made)


def _fill(file: xlsxwriter.Workbook, report: Report, path: str, options: XlsxOptions) -> None:
    rows = report.table.num_rows + FIRST
    columns = report.table.num_columns + report.attributes.num_columns + _BESIDE
    if rows > MOST_ROWS:
        raise too_much(path, Words("the number of rows", "行数"), rows, MOST_ROWS)
    if columns > MOST_COLUMNS:
        raise too_much(path, Words("the number of columns", "列数"), columns, MOST_COLUMNS)
    book = Book(file, path, options.language or report.language)
    say = book.say
    summary, scores = book.page(say("Summary", "汇总")), book.page(say("Scores", "得分"))
    write_summary(book, summary, report, layout_of(report, scores.name))
    # The scores link to the statements, so these have their places first; the order of sheets is that of their making.
    links, told = _statements(book, report, options, scores.name)
    write_scores(book, scores, report, links)
    pages = [summary, scores]
    for title, write in (
        (say("Parameters", "参数"), write_parameters if report.parameters else None),
        (say("Indicators", "指标"), write_indicators),
        (say("Alerts", "预警"), write_alerts if report.alerts else None),
        (say("Facts", "事实"), write_facts if report.fact_columns else None),
        (say("Sources", "数据来源"), write_sources),
    ):
        if write is not None:
            pages.append(book.page(title))
            write(book, pages[-1], report)
    left = report.table.num_rows - told
    notes = [book.read(one) for one in report.notes]
    if left:
        notes.append(
            say(
                f"{told} of {report.table.num_rows} results have their statement in this workbook; `kpirules why` and"
                " `kpirules report --staff` give the others",
                f"本工作簿含 {report.table.num_rows} 条结果中 {told} 条的说明；其余可用 kpirules why 或 kpirules report --staff 取得",
            )
        )
    end_summary(book, summary, notes)
    footer = f"{report.policy.label or report.policy.id} {report.policy.version or ''}  {report.run}"
    for page in pages:
        page.footer(footer)


def _statements(
    book: Book, report: Report, options: XlsxOptions, scores: str
) -> tuple[Mapping[int, tuple[str, int]], int]:
    """Writes the statements: a sheet for each person where they are few, else one below the other. Where they stand."""
    names = report.table.column(0).to_pylist()
    rows: dict[str, list[int]] = {}
    for row in report.told:
        rows.setdefault(names[row], []).append(row)
    people = list(rows)
    if report.chosen is None:
        people = people[: options.people]
    writer, links = Statements(book, report, scores), dict[int, tuple[str, int]]()
    together: Page | None = None
    for person in people:
        if len(people) <= options.sheets:
            page = book.page(person)
            writer.begin(page)
        else:
            if together is None:
                together = book.page(book.say("Statements", "个人说明"))
                writer.begin(together)
            page = together
        for row in rows[person]:
            links[row] = (page.name, writer.write(page, report.statement(row)))
        page.footer(f"{report.policy.label or report.policy.id}  {report.run}")
    return links, len(links)
