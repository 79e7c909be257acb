"""The sheets about the policy and its data: parameters, indicators, alerts, facts, sources."""

from __future__ import annotations

from kpirules.diagnostics import Words
from kpirules.outputs.workbook.page import Book, Page, fitting, places_of, shown_as
from kpirules.plugin import Report

_LEVELS = {
    "critical": Words("critical", "严重"),
    "warning": Words("warning", "警告"),
    "info": Words("info", "提示"),
}
_KINDS = {"bonus": Words("bonus", "加分"), "penalty": Words("penalty", "减分"), "veto": Words("veto", "否决")}


def write_parameters(book: Book, page: Page, report: Report) -> None:
    say = book.say
    names = [one.name for one in report.parameters]
    page.widths(fitting(names, 16), fitting([one.label for one in report.parameters], 16), 44)
    page.put(0, say("Parameters", "参数"), "title")
    page.next(2)
    page.head([say("name", "名称"), say("label", "说明"), say("value in force", "生效值")])
    for one in report.parameters:
        page.line([one.name, one.label or None, book.read(one.value)], "wrap")


def write_indicators(book: Book, page: Page, report: Report) -> None:
    say = book.say
    page.widths(20, 26, 18, 9, 22, 56, 40)
    page.put(0, say("Indicators", "指标"), "title")
    page.next(2)
    page.head(
        [
            say("indicator", "指标"),
            say("label", "名称"),
            say("section", "章节"),
            say("weight", "权重"),
            say("target", "目标"),
            say("rule", "规则"),
            say("clauses", "条款"),
        ]
    )
    for one in report.indicators:
        target = book.read(one.target) or None
        clauses = "\n".join(one.clauses) or None
        values = [one.id, one.label or None, one.section, one.weight, target, one.rule or None, clauses]
        page.line(values, "wrap")
    if report.adjustments:
        page.next()
        page.head(
            [
                say("adjustment", "调整"),
                say("label", "名称"),
                say("kind", "种类"),
                "",
                "",
                say("rule", "规则"),
                "",
            ]
        )
        for adjustment in report.adjustments:
            kind = _KINDS.get(adjustment.kind)
            said = adjustment.kind if kind is None else book.read(kind)
            clauses = "\n".join(adjustment.clauses) or None
            page.line(
                [adjustment.id, adjustment.label or None, said, None, None, adjustment.rule, clauses], "wrap"
            )
    if report.outcomes:
        page.next()
        page.head([say("result", "结果"), say("label", "名称"), "", "", "", say("formula", "公式"), ""])
        for outcome in report.outcomes:
            page.line([outcome.id, outcome.label or None, None, None, None, outcome.formula], "wrap")


def write_alerts(book: Book, page: Page, report: Report) -> None:
    say = book.say
    page.widths(12, 40, 24, 14)
    page.put(0, say("Alerts", "预警"), "title")
    page.next(2)
    page.head(
        [say("level", "级别"), say("alert", "预警"), book.read(report.policy.subject), say("period", "周期")]
    )
    for one in report.alerts:
        level = _LEVELS.get(one.level)
        said = one.level if level is None else book.read(level)
        page.line([said, one.label or one.id, one.staff, one.period])


def write_facts(book: Book, page: Page, report: Report) -> None:
    """The inputs and measures of every result, in the order of the scores."""
    subject, period = report.table.column(0), report.table["period"]
    titles = [book.read(report.policy.subject), book.say("period", "周期")]
    titles += [one.label or one.name for one in report.fact_columns]
    facts = [report.facts[one.name] for one in report.fact_columns]
    columns = [subject, period, *facts]
    numbers = ["General", "General"]
    numbers += [
        shown_as(one.kind, places_of(values)) for one, values in zip(report.fact_columns, facts, strict=True)
    ]
    page.widths(*(min(28, fitting([*title.split(), "00000000"], 11)) for title in titles))
    page.put(0, book.say("Facts", "事实"), "title")
    page.next(2)
    page.sheet.freeze_panes(page.row + 1, 2)
    page.sheet.autofilter(page.row, 0, page.row + max(1, report.table.num_rows), len(titles) - 1)
    page.head(titles)
    for start in range(0, report.table.num_rows, 4096):
        for values in zip(*(one.slice(start, 4096).to_pylist() for one in columns), strict=True):
            for column, value in enumerate(values):
                if value is not None:
                    page.put(column, value, number=None if column < 2 else numbers[column])
            page.next()


def write_sources(book: Book, page: Page, report: Report) -> None:
    say = book.say
    page.widths(16, 48, 16, 12, 60, 10, 10, 12)
    page.put(0, say("Sources", "数据来源"), "title")
    page.next(2)
    page.head(
        [
            say("table", "表"),
            say("where", "位置"),
            say("sheet", "工作表"),
            say("read by", "适配器"),
            say("asked", "查询"),
            say("rows read", "读取行数"),
            say("used", "使用"),
            say("set aside", "搁置"),
        ]
    )
    for one in report.sources:
        values = [one.name, one.path, one.sheet, one.adapter, one.query, one.read, one.used, one.set_aside]
        page.line(values, "wrap")
