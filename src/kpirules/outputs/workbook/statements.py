"""Statements on a sheet: per person and period a block with points, points lost and why, and the total worked out again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from kpirules.diagnostics import Words
from kpirules.outputs.workbook.page import Book, Page, places_of, shown_as
from kpirules.outputs.workbook.scores import FIRST, rounded, rounded_formula, text_in_formula
from kpirules.plugin import Report, Statement
from kpirules.plugin.report import AdjustmentShown, FactShown, OutcomeShown, StatementLine, TotalRule

#: Columns: name, weight, points, points before rounding, lost, target, measured, why, facts, rule.
_WIDE = (26, 8, 9, 13, 9, 16, 26, 40, 52, 40)
_NAME, _WEIGHT, _POINTS, _EXACT, _LOST, _TARGET, _MEASURE, _WHY, _FACTS, _RULE = range(len(_WIDE))
_MOST_IN_A_CELL = 30_000
#: At this scale, in percent, the columns fit across a page; a sheet can hold so many breaks between pages.
_PRINTED, _MOST_BREAKS = 50, 1000


@dataclass(slots=True)
class Statements:
    """Writes statements one below the other on the pages that it is given."""

    book: Book
    report: Report
    scores: str

    def begin(self, page: Page) -> None:
        """Before the first statement of a page."""
        page.widths(*_WIDE)
        page.sheet.hide_gridlines(2)
        # fitted to a page, a sheet would not break where a statement ends
        page.sheet.set_print_scale(_PRINTED)

    def write(self, page: Page, statement: Statement) -> int:
        """Write one statement; where it begins."""
        say, at = self.book.say, page.row
        page.break_here(_MOST_BREAKS)
        page.put(_NAME, f"{statement.staff}  {statement.period}", "heading")
        page.link(_RULE, say("back to the scores", "返回得分表"), self.scores, FIRST + statement.row)
        page.next()
        self._result(page, statement)
        for part in statement.parts or (statement,):
            self._part(page, statement, part)
        if statement.parts:
            self._lines(page, statement.lines, None)
            self._steps(page, statement)
        self._next_grade(page, statement.next_grade)
        self._outcomes(page, statement.outcomes)
        page.next(2)
        return at

    def _result(self, page: Page, statement: Statement) -> None:
        """Total and grade at the top, where a reader looks first."""
        say = self.book.say
        if not statement.appraised:
            page.line([say("The policy is not for this person.", "本制度不适用于此人。")], "wrap")
            return
        if statement.total is not None or not statement.lines:
            page.put(_NAME, say("Total", "总分"), "name")
            page.put(_POINTS, statement.total, "name", self._total_places())
            page.next()
        if statement.grade is not None:
            label = f"{statement.grade} {statement.grade_label}".strip()
            because = self._joined(statement.grade_because, "; ", "；")
            page.put(_NAME, say("Grade", "等级"), "name")
            page.put(_POINTS, label, "name")
            page.put(_TARGET, because, "small")
            page.next()

    def _part(self, page: Page, whole: Statement, part: Statement) -> None:
        """A spell, or the whole period where it is one."""
        if part is not whole:
            page.next()
            page.line([self.book.read(part.title)], "name")
        for fact in part.attributes:
            page.line([self.book.read(fact.said)], "small")
        if part is not whole and not part.appraised:
            page.line([self.book.say("The policy is not for this spell.", "本制度不适用于这一段。")], "small")
        self._lines(page, part.lines, part.total)
        self._adjustments(page, part.adjustments)
        self._steps(page, part)

    def _lines(self, page: Page, lines: tuple[StatementLine, ...], total: Decimal | None) -> None:
        say = self.book.say
        if not lines:
            return
        page.head(
            [
                say("Indicator", "指标"),
                say("Weight", "权重"),
                say("Points", "得分"),
                say("Before rounding", "取整前"),
                say("Lost", "扣分"),
                say("Target", "目标"),
                say("Measured", "度量"),
                say("Why", "原因"),
                say("Facts", "事实"),
                say("Rule", "规则"),
            ]
        )
        first, section = page.row, None
        for line in lines:
            if line.section is not None and line.section != section:
                page.line([line.section], "name")
            section = line.section
            self._line(page, line)
        if any(line.unrounded is not None for line in lines):
            self._sum(page, first, lines, total)

    def _line(self, page: Page, line: StatementLine) -> None:
        read, say = self.book.read, self.book.say
        page.put(_NAME, line.label or line.id, "wrap")
        page.put(_WEIGHT, line.weight if line.applies else None)
        if line.points is not None:
            page.put(_POINTS, line.points, number=self._places(line.points))
            page.put(_EXACT, line.unrounded, number="0.00####")
            page.put(_LOST, line.lost or None, number="0.00")
        elif line.applies:
            page.put(_POINTS, say("missing", "缺失"))
        page.put(_TARGET, read(line.target) or None, "wrap")
        page.put(_MEASURE, read(line.measure) or None, "wrap")
        page.put(_WHY, read(line.because) or None, "wrap")
        page.put(_FACTS, self._facts(line.facts) or None, "wrap")
        clauses = [f"{say('clause', '条款')}: {one}" for one in line.clauses]
        notes = [f"{say('note', '备注')}: {one}" for one in line.notes]
        page.put(_RULE, _whole("\n".join([*clauses, line.rule, *notes])) or None, "quote")
        page.next()

    def _sum(self, page: Page, first: int, lines: tuple[StatementLine, ...], total: Decimal | None) -> None:
        """What the lines add up to, and the total that comes of it where nothing else goes into it."""
        say, last = self.book.say, page.row - 1
        weights, exact = (
            f"{xl_rowcol_to_cell(first, one)}:{xl_rowcol_to_cell(last, one)}" for one in (_WEIGHT, _EXACT)
        )
        counted = [line for line in lines if line.unrounded is not None]
        present = sum((line.weight for line in counted), Decimal(0))
        earned = sum((line.unrounded for line in counted if line.unrounded is not None), Decimal(0))
        page.put(_NAME, say("sum of what counts", "计入部分合计"), "sum")
        # weights of lines without points are left out: their facts are missing
        page.formula(_WEIGHT, f"=SUMPRODUCT(ISNUMBER({exact})*{weights})", float(present), "sum")
        page.put(_POINTS, None, "sum")
        page.formula(_EXACT, f"=SUM({exact})", float(earned), "sum", "0.00####")
        page.next()
        if self.report.policy.rule is not None and present and total is not None:
            self._total(page, self.report.policy.rule, earned / present * 100, total)

    def _total(self, page: Page, rule: TotalRule, exact: Decimal, total: Decimal) -> None:
        """The total worked out from the row above, the published one beside it, and whether they agree."""
        say, number = self.book.say, shown_as("points", rule.places)
        earned, present = (xl_rowcol_to_cell(page.row - 1, one) for one in (_EXACT, _WEIGHT))
        own, published = (xl_rowcol_to_cell(page.row, one) for one in (_POINTS, _EXACT))
        agrees = say("agrees with the published total", "与公布的总分一致")
        differs = say("differs from the published total", "与公布的总分不一致")
        redone = rounded(exact, rule)
        page.put(_NAME, say("total, worked out again", "重新计算的总分"), "sum")
        formula = rounded_formula(f"{earned}/{present}*100", rule)
        page.formula(_POINTS, f"={formula}", float(redone), "sum", number)
        page.put(_EXACT, total, "sum", number)
        page.formula(
            _TARGET,
            f"=IF(ROUND({own}-{published},{rule.places})=0,{text_in_formula(agrees)},{text_in_formula(differs)})",
            agrees if redone == total else differs,
            "small",
        )
        page.next()

    def _adjustments(self, page: Page, lines: tuple[AdjustmentShown, ...]) -> None:
        if not lines:
            return
        say, read = self.book.say, self.book.read
        page.line([say("Adjustments", "调整")], "name")
        for one in lines:
            page.put(_NAME, one.label or one.id, "wrap")
            page.put(_POINTS, one.points if one.made else None)
            page.put(_MEASURE, read(one.effect), "wrap")
            page.put(_WHY, read(one.because), "wrap")
            page.put(_FACTS, self._facts(one.facts) or None, "wrap")
            clauses = [f"{say('clause', '条款')}: {clause}" for clause in one.clauses]
            page.put(_RULE, _whole("\n".join([*clauses, one.rule])), "quote")
            page.next()

    def _steps(self, page: Page, statement: Statement) -> None:
        """How the total comes about, in words."""
        for number, step in enumerate(statement.total_steps):
            title = self.book.say("total", "总分") if number == 0 else ""
            page.put(_NAME, title or None, "small")
            page.put(_WEIGHT, self.book.read(step), "small")
            page.next()

    def _next_grade(self, page: Page, told: tuple[Words, ...]) -> None:
        """What the next grade would have taken, a sentence in each row."""
        for number, one in enumerate(told):
            title = self.book.say("next grade", "下一等级") if number == 0 else ""
            page.put(_NAME, title or None, "small")
            page.put(_WEIGHT, self.book.read(one), "small")
            page.next()

    def _outcomes(self, page: Page, outcomes: tuple[OutcomeShown, ...]) -> None:
        if not outcomes:
            return
        read = self.book.read
        page.line([self.book.say("Further results", "其他结果")], "name")
        for one in outcomes:
            page.put(_NAME, one.label or one.id, "wrap")
            page.put(_POINTS, read(one.value))
            page.put(_WHY, read(one.rounding) or None, "wrap")
            page.put(_FACTS, self._facts(one.facts) or None, "wrap")
            page.put(_RULE, _whole(one.formula) or None, "quote")
            page.next()

    def _facts(self, facts: tuple[FactShown, ...]) -> str:
        read = self.book.read
        rows = [row for one in facts for row in (read(one.said), *(f"  {read(more)}" for more in one.more))]
        return _whole("\n".join(rows))

    def _joined(self, words: Iterable[Words], en: str, zh: str) -> str:
        return self.book.say(en, zh).join(self.book.read(one) for one in words)

    def _total_places(self) -> str:
        return shown_as("points", places_of(self.report.table["total"]))

    def _places(self, value: Decimal) -> str:
        exponent = value.as_tuple().exponent
        return shown_as("points", max(2, -exponent if isinstance(exponent, int) else 0))


def _whole(text: str) -> str:
    """The text, cut and marked where no cell can hold it."""
    return text if len(text) <= _MOST_IN_A_CELL else text[:_MOST_IN_A_CELL] + " …"
