"""The sheet of scores: a row per person and period, to filter, to compare and to work out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

import pyarrow as pa
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kpirules.outputs.workbook.page import Book, Page, fitting, places_of, shown_as
from kpirules.plugin import Report
from kpirules.plugin.report import TotalRule

#: Rows before the first one of data: title, note, weights, column titles.
_WEIGHTS, _HEAD = 2, 3
FIRST = _HEAD + 1
_MODES = {"half up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_UP}
_FUNCTIONS = {"half up": "ROUND({})", "down": "ROUNDDOWN({})", "up": "ROUNDUP({})"}
#: From bad to good, told apart by lightness as well as by colour.
_SCALE = ("#F8CBAD", "#FFF2CC", "#C6E0B4")
_GRADES = ("#A9D08E", "#E2EFDA", "#FFF2CC", "#F8CBAD", "#F4B084")


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the sheet. values: of `Report.table` or what stands beside it."""

    title: str
    kind: str
    values: Any
    weight: Decimal | None = None

    @property
    def number(self) -> str:
        return shown_as(self.kind, places_of(self.values))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand on the sheet of scores, for formulas of other sheets. last: its last row of data."""

    page: str
    total: int
    grade: int
    last: int

    def range_of(self, column: int) -> str:
        """The cells of a column, as a formula names them."""
        name = xl_col_to_name(column, True)
        return f"{name}${FIRST + 1}:{name}${self.last + 1}"


def fields_of(report: Report, book: Book) -> list[Field]:
    """The columns: who, what is known of them, total and grade, points, adjustments, further results."""
    table = report.table
    names = list(table.column_names)
    titles = {names[0]: book.read(report.policy.subject), "period": book.say("period", "周期")}
    fields = [Field(titles[name], "text", table[name]) for name in names[:2]]
    fields += [
        Field(one.label or one.name, one.kind, report.attributes[one.name])
        for one in report.attribute_columns
    ]
    fields += [
        Field(book.say("total", "总分"), "points", table["total"]),
        Field(book.say("grade", "等级"), "text", table["grade"]),
    ]
    fields += [
        Field(one.label or one.id, "points", table[one.column], one.weight) for one in report.indicators
    ]
    fields += [
        Field(one.label or one.id, "yes" if one.kind == "veto" else "points", table[one.column])
        for one in report.adjustments
    ]
    fields += [Field(one.label or one.id, one.kind, table[one.column]) for one in report.outcomes]
    return fields


def layout_of(report: Report, page: str) -> Layout:
    total = 2 + len(report.attribute_columns)
    return Layout(page, total, total + 1, FIRST + max(report.table.num_rows, 1) - 1)


def write_scores(book: Book, page: Page, report: Report, links: Mapping[int, tuple[str, int]]) -> None:
    """links: of a row of the table, the sheet and row of its statement."""
    fields = fields_of(report, book)
    redone = _Redone(report, len(report.attribute_columns) + 4)
    page.put(0, book.say("Scores", "得分"), "title")
    page.next()
    page.put(0, _note(report, book), "small")
    page.next()
    page.put(0, book.say("weight", "权重"), "small")
    for column, one in enumerate(fields):
        if one.weight is not None:
            page.put(column, one.weight, "small")
    page.next()
    titles = [one.title for one in fields]
    if redone.rule is not None:
        titles += [book.say("total, worked out again", "重新计算的总分"), book.say("check", "核对")]
    page.head(titles)
    _widths(page, fields, titles)
    _rows(page, report, fields, links, redone)
    _settings(book, page, report, fields, titles)


def _rows(
    page: Page,
    report: Report,
    fields: Sequence[Field],
    links: Mapping[int, tuple[str, int]],
    redone: _Redone,
) -> None:
    numbers = [one.number for one in fields]
    row = 0
    for start in range(0, report.table.num_rows, 4096):
        pieces = [pa.chunked_array(one.values).slice(start, 4096).to_pylist() for one in fields]
        for values in zip(*pieces, strict=True):
            for column, value in enumerate(values):
                if column == 0 and row in links:
                    page.link(0, str(value), *links[row])
                elif value is not None:
                    page.put(column, value, number=numbers[column])
            if redone.rule is not None:
                redone.write(page, values, len(fields))
            page.next()
            row += 1


def _widths(page: Page, fields: Sequence[Field], titles: Sequence[str]) -> None:
    for column, title in enumerate(titles):
        own = fields[column].values.slice(0, 500).to_pylist() if column < len(fields) else []
        page.sheet.set_column(column, column, min(28, fitting([*_broken(title), *own], 9)))
    page.sheet.set_row(_HEAD, 45)


def _broken(title: str) -> list[str]:
    """The words of a title, which may stand on lines of their own."""
    return title.split() if title.isascii() else [title[: (len(title) + 1) // 2]]


def _settings(book: Book, page: Page, report: Report, fields: Sequence[Field], titles: Sequence[str]) -> None:
    sheet, last = page.sheet, FIRST + max(report.table.num_rows, 1) - 1
    sheet.freeze_panes(FIRST, 2)
    sheet.repeat_rows(_HEAD)
    sheet.autofilter(_HEAD, 0, last, len(titles) - 1)
    total = 2 + len(report.attribute_columns)
    highest = float(report.policy.full)
    sheet.conditional_format(
        FIRST,
        total,
        last,
        total,
        {
            "type": "data_bar",
            "bar_color": "#9DC3E6",
            "bar_solid": True,
            "min_type": "num",
            "min_value": 0,
            "max_type": "num",
            "max_value": highest,
        },
    )
    for place, one in enumerate(report.grades):
        colour = _GRADES[min(len(_GRADES) - 1, place * len(_GRADES) // max(1, len(report.grades)))]
        rule = {"type": "cell", "criteria": "==", "value": text_in_formula(one.id)}
        sheet.conditional_format(
            FIRST, total + 1, last, total + 1, {**rule, "format": book.file.add_format({"bg_color": colour})}
        )
    for column, field in enumerate(fields):
        if field.weight:
            sheet.conditional_format(FIRST, column, last, column, _scale(float(field.weight)))
    if len(titles) > len(fields):
        check = {"type": "no_blanks", "format": book.look("check")}
        sheet.conditional_format(FIRST, len(titles) - 1, last, len(titles) - 1, check)


def _scale(weight: float) -> dict[str, object]:
    """From no points to all of them."""
    low, middle, high = _SCALE
    return {
        "type": "3_color_scale",
        "min_type": "num",
        "min_value": 0,
        "min_color": low,
        "mid_type": "num",
        "mid_value": weight * 0.7,
        "mid_color": middle,
        "max_type": "num",
        "max_value": weight,
        "max_color": high,
    }


def text_in_formula(text: str) -> str:
    """A text of the policy as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def _note(report: Report, book: Book) -> str:
    rule = report.policy.rule
    said = book.say("An empty cell: no fact, or not for this person.", "空白：没有事实，或不适用于此人。")
    if rule is None:
        more = book.say(
            " The total is more than points over weights: see the statements.",
            "总分不只是得分除以权重，见个人说明。",
        )
        return said + more
    return said + book.say(
        " Total = points / weights of the indicators that have points x 100. The policy adds up points before they are"
        " rounded, so the last digit may differ; `check` shows only what rounding cannot explain.",
        "总分 = 有得分的指标的得分之和 / 其权重之和 x 100。制度按取整前的得分相加，末位可能不同；“核对”只标出取整无法解释的差异。",
    )


@dataclass(frozen=True, slots=True)
class _Redone:
    """The total worked out again from the points beside it. first: the column of the first indicator."""

    report: Report
    first: int

    @property
    def rule(self) -> TotalRule | None:
        return self.report.policy.rule

    def write(self, page: Page, values: Sequence[Any], column: int) -> None:
        rule, row = self.rule, page.row
        assert rule is not None
        last = self.first + len(self.report.indicators) - 1
        points = f"{xl_rowcol_to_cell(row, self.first)}:{xl_rowcol_to_cell(row, last)}"
        weights = f"{xl_rowcol_to_cell(_WEIGHTS, self.first, True)}:{xl_rowcol_to_cell(_WEIGHTS, last, True)}"
        present = f"SUMPRODUCT(ISNUMBER({points})*{weights})"
        base = f"SUM({points})/{present}*100"
        redone, told = self._now(values), ""
        number = shown_as("points", rule.places)
        page.formula(
            column,
            f'=IF(COUNT({points})=0,"",{rounded_formula(base, rule)})',
            "" if redone is None else float(redone),
            number=number,
        )
        own, total = xl_rowcol_to_cell(row, column), xl_rowcol_to_cell(row, self.first - 2)
        slack = f"COUNT({points})*{rule.points_step / 2}/{present}*100+{Decimal(1).scaleb(-rule.places)}+1E-9"
        differs = page.book.say("differs", "不一致")
        if redone is not None and self._differs(values, redone):
            told = differs
        page.formula(
            column + 1,
            f'=IF(COUNT({points})=0,"",IF(ABS({own}-{total})<={slack},"",{text_in_formula(differs)}))',
            told,
        )

    def _counted(self, values: Sequence[Any]) -> list[tuple[Decimal, Decimal]]:
        own = values[self.first : self.first + len(self.report.indicators)]
        pairs = zip(own, self.report.indicators, strict=True)
        return [(value, one.weight or Decimal(0)) for value, one in pairs if value is not None]

    def _now(self, values: Sequence[Any]) -> Decimal | None:
        """What the formula gives."""
        counted = self._counted(values)
        present = sum((weight for _, weight in counted), Decimal(0))
        if not present:
            return None
        assert self.rule is not None
        return rounded(sum((points for points, _ in counted), Decimal(0)) / present * 100, self.rule)

    def _differs(self, values: Sequence[Any], redone: Decimal) -> bool:
        assert self.rule is not None
        counted, total = self._counted(values), values[self.first - 2]
        present = sum((weight for _, weight in counted), Decimal(0))
        slack = len(counted) * self.rule.points_step / 2 / present * 100 + Decimal(1).scaleb(
            -self.rule.places
        )
        return total is None or abs(redone - total) > slack + Decimal("1E-9")


def rounded(value: Decimal, rule: TotalRule) -> Decimal:
    """A total as the policy rounds it."""
    return value.quantize(Decimal(1).scaleb(-rule.places), _MODES[rule.mode])


def rounded_formula(inner: str, rule: TotalRule) -> str:
    """The same as a formula; cut or raised, what binary fractions lack or have too much must not count."""
    exact = inner if rule.mode == "half up" else f"ROUND({inner},9)"
    return _FUNCTIONS[rule.mode].format(f"{exact},{rule.places}")
