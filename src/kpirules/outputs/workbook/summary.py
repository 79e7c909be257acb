"""The first sheet: what was scored, how the results are spread, and what a reader has to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median

from kpirules.diagnostics import Words
from kpirules.outputs.workbook.page import Book, Page, quoted, shown_as
from kpirules.outputs.workbook.scores import Layout, text_in_formula
from kpirules.plugin import Report

#: So many bars at most show how totals are spread.
_MOST_BARS = 12
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 1000)
#: So many lines about single people and places.
_LISTED = 20


def write_summary(book: Book, page: Page, report: Report, layout: Layout) -> None:
    """All but the last lines, which `end_summary` writes when the other sheets are done."""
    page.widths(24, 14, 12, 12, 12, 12, 12, 12)
    page.sheet.hide_gridlines(2)
    policy = report.policy
    page.put(0, policy.label or policy.id, "title")
    page.next(2)
    for title, value in _about(book, report):
        page.put(0, title, "name")
        page.put(1, value)
        page.next()
    page.next()
    _grades(book, page, report, layout)
    _spread(book, page, report, layout)
    for title, names in _groups(book, report):
        _means(book, page, report, title, names)


def end_summary(book: Book, page: Page, notes: Sequence[str]) -> None:
    """What a reader has to know about the whole."""
    if book.cut:
        notes = [
            *notes,
            book.say(
                "Numbers of more than 15 digits are written as text: a spreadsheet would cut them.",
                "超过 15 位的数字以文本写出，否则会被电子表格截断。",
            ),
        ]
    if notes:
        page.line([book.say("Notes", "说明")], "heading")
    for one in notes:
        page.line([one])


def _about(book: Book, report: Report) -> Iterator[tuple[str, object]]:
    policy, say = report.policy, book.say
    yield say("policy", "制度"), policy.id
    if policy.version:
        yield say("version", "版本"), policy.version
    yield say("periods", "周期"), ", ".join(report.periods)
    names = report.table.column(0)
    yield book.read(policy.subject), len(names.unique())
    yield say("results", "结果数"), report.table.num_rows
    totals = _totals(report)
    if totals:
        places = report.table["total"].type.scale
        mean = (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal(1).scaleb(-places))
        yield say("mean total", "平均总分"), mean
    yield say("run", "批次"), report.run
    if report.made is not None:
        yield say("made", "生成时间"), report.made.isoformat(sep=" ", timespec="minutes")
    yield say("made by", "生成工具"), report.engine


def _totals(report: Report) -> list[Decimal]:
    return [one for one in report.table["total"].to_pylist() if one is not None]


def _grades(book: Book, page: Page, report: Report, layout: Layout) -> None:
    """How many have which grade, counted by formulas, as a table and a chart."""
    if not report.grades:
        return
    say, found = book.say, report.table["grade"].to_pylist()
    page.line([say("Grades", "等级")], "heading")
    page.head(
        [
            say("grade", "等级"),
            say("label", "名称"),
            say("from", "起点"),
            say("count", "人次"),
            say("share", "占比"),
        ]
    )
    first, cells = page.row, f"{quoted(layout.page)}!{layout.range_of(layout.grade)}"
    everyone = f"COUNTA({quoted(layout.page)}!{layout.range_of(0)})"

    def counted(count: int, formula: str) -> None:
        page.formula(3, formula, count)
        share = count / len(found) if found else 0
        page.formula(4, f"=IF({everyone}=0,0,D{page.row + 1}/{everyone})", share, number="0.0%")
        page.next()

    for one in report.grades:
        page.put(0, one.id)
        page.put(1, one.label or None)
        page.put(2, one.low)
        counted(found.count(one.id), f"=COUNTIF({cells},{text_in_formula(one.id)})")
    if None in found:
        page.put(0, say("none", "无"))
        counted(found.count(None), f"={everyone}-SUM(D{first + 1}:D{page.row})")
    _chart(book, page, say("Results by grade", "各等级人次"), first, page.row - 1, 0, 3, "#4472C4")
    page.next(2)


def _spread(book: Book, page: Page, report: Report, layout: Layout) -> None:
    """How the totals are spread, counted by formulas, as a table and a chart."""
    totals, say = _totals(report), book.say
    if not totals:
        return
    page.line([say("Distribution of totals", "总分分布")], "heading")
    page.head([say("total", "总分"), say("from", "起点"), say("below", "低于"), say("count", "人次")])
    first, cells = page.row, f"{quoted(layout.page)}!{layout.range_of(layout.total)}"
    for low, high in bounds(min(totals), max(totals)):
        count = sum(low <= one < high for one in totals)
        page.put(0, f"{low}–{high}")
        page.put(1, low)
        page.put(2, high)
        page.formula(3, f'=COUNTIFS({cells},">={low}",{cells},"<{high}")', count)
        page.next()
    _chart(book, page, say("Distribution of totals", "总分分布"), first, page.row - 1, 0, 3, "#70AD47")
    page.next(2)


def bounds(least: Decimal, most: Decimal) -> list[tuple[int, int]]:
    """Whole bounds of equal width, few enough to be read, in which every value has its place."""
    width = next((one for one in _STEPS if (most - least) / one < _MOST_BARS - 1), None)
    if width is None:
        width = int((most - least) / (_MOST_BARS - 2)) + 1
    bars: list[tuple[int, int]] = []
    start = int(least // width) * width
    if least < start:  # whole division goes toward zero
        start -= width
    while not bars or bars[-1][1] <= most:
        bars.append((start, start + width))
        start += width
    return bars


def _chart(
    book: Book,
    page: Page,
    title: str,
    first: int,
    last: int,
    names: int,
    values: int,
    colour: str,
    number: str = "0",
) -> None:
    title = title.replace("!", "！")  # with the usual one, a name may look like a reference to a cell
    chart = book.file.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": title,
            "categories": [page.name, first, names, last, names],
            "values": [page.name, first, values, last, values],
            "fill": {"color": colour},
            "gap": 40,
            "data_labels": {"value": True, "num_format": number},
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_size({"width": 520, "height": 260})
    page.sheet.insert_chart(first - 2, 8, chart, {"description": title})
    # so that charts do not stand on each other
    page.next(max(0, 14 - (page.row - first)))


def _groups(book: Book, report: Report) -> Iterator[tuple[str, list[str | None]]]:
    """By what results are compared: the teams, and the periods where there are several."""
    if report.group is not None:
        title = next(
            (one.label or one.name for one in report.attribute_columns if one.name == report.group),
            report.group,
        )
        yield (
            title,
            [None if one is None else str(one) for one in report.attributes[report.group].to_pylist()],
        )
    if len(report.periods) > 1:
        yield book.say("period", "周期"), report.table["period"].to_pylist()


def _means(book: Book, page: Page, report: Report, title: str, names: Sequence[str | None]) -> None:
    """Mean and median of the totals of each group."""
    say, totals = book.say, report.table["total"].to_pylist()
    of: dict[str, list[Decimal]] = defaultdict(list)
    for name, total in zip(names, totals, strict=True):
        if total is not None:
            of[say("none", "无") if name is None else name].append(total)
    page.line([say(f"By {title}", f"按{title}")], "heading")
    page.head([title, *(book.read(one) for one in _COLUMNS)])
    number = shown_as("points", report.table["total"].type.scale)
    first = page.row
    known = {name: place for place, name in enumerate(report.periods)}
    for name in sorted(of, key=lambda one: (known.get(one, 0), one)):
        own = of[name]
        page.put(0, name)
        page.put(1, len(own))
        for column, value in enumerate((sum(own, Decimal(0)) / len(own), median(own), min(own), max(own)), 2):
            page.put(column, float(round(value, 6)), number=number)
        page.next()
    if len(of) > 1:
        title = say(f"Mean total by {title}", f"各{title}平均总分")
        _chart(book, page, title, first, page.row - 1, 0, 2, "#ED7D31", number)
    page.next()


_COLUMNS = (
    Words("results", "人次"),
    Words("mean", "平均"),
    Words("median", "中位数"),
    Words("lowest", "最低"),
    Words("highest", "最高"),
)
