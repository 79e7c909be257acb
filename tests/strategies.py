"""Random policies: text that the grammar accepts, every statement of the language, in both vocabularies and mixed.

They make sense to the reader only: names are not declared, units do not fit. Use `policies()` for a text,
`mistyped(policies())` for one with a slip or two in it.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from kpirules.language.parse import parse
from kpirules.language.vocabulary import vocabulary

NAMES = (
    *("late", "total_n", "calls", "on_probation", "post", "staff_count", "x1", "_y", "Ärger", "rate2"),
    *("投诉次数", "岗位", "试用期", "满意率", "部门", "合计数", "每日量", "人均", "员工数", "分1"),
    *("point", "value", "over", "grade", "weight", "次数", "目标", "平均"),
)
LABELS = (
    "",
    "Speed",
    "服务响应速度",
    "it's 50% (a, b)",
    "“引号”里",
    "# 不是注释",
    'a "quote" 甲'.replace('"', "'"),
    "每 1 次 扣 1 分",
)
NUMBERS = ("0", "1", "2", "10", "3.5", "1,000", "0.01", "２０", "95", "1，500", "1.0")
COMMENTS = ("# a note", "#", "# 说明：权重 70", "＃ 全角", '# "quote" ( : ,')
UNITS = (
    "PERCENT",
    "PP",
    "POINT",
    "TIME",
    "SECOND",
    "MINUTE",
    "HOUR",
    "DAY",
    "WEEK",
    "WORKDAY",
    "YUAN",
    "JPY",
)
KINDS = (
    "SUM_OF",
    "MEAN_OF",
    "MIN_OF",
    "MAX_OF",
    "MEDIAN_OF",
    "DISTINCT_OF",
    "FIRST_OF",
    "LAST_OF",
    "DAILY_MEAN_OF",
)
FUNCTIONS = ("min", "max", "round_up", "fallback", "最大", "缺失取")


class _Writer:
    """Writes one policy; every choice is drawn, so that failing examples shrink."""

    def __init__(self, draw: Callable[[st.SearchStrategy[object]], object]) -> None:
        self.draw = draw
        self.chinese = self.choose(("en", "zh", "mixed"))
        self.rows: list[str] = []
        self.before = ""

    def choose(self, of: tuple[str, ...]) -> str:
        return str(self.draw(st.sampled_from(of)))

    def some(self, most: int, least: int = 0) -> range:
        return range(int(str(self.draw(st.integers(least, most)))))

    def maybe(self, text: Callable[[], str]) -> str:
        return text() if self.draw(st.booleans()) else ""

    def w(self, terminal: str) -> str:
        """A spelling of a word or sign."""
        spellings = vocabulary().spellings[terminal]
        if self.chinese != "mixed":
            spellings = (
                tuple(one for one in spellings if one.isascii() == (self.chinese == "en")) or spellings
            )
        return self.choose(spellings)

    def name(self) -> str:
        return self.choose(NAMES)

    def text(self) -> str:
        inner = self.choose(LABELS)
        return f'"{inner}"' if "“" in inner or self.draw(st.booleans()) else f"“{inner}”"

    def label(self) -> str:
        return self.maybe(lambda: " " + self.text())

    # Expressions

    def literal(self) -> str:
        kind = self.choose(("number", "number", "text", "date", "moment", "truth"))
        if kind == "number":
            wan = self.maybe(lambda: self.choose(("", " ")) + self.w("WAN"))
            between = " " if wan.isascii() and wan else self.choose(("", " "))
            return self.choose(NUMBERS) + wan + self.maybe(lambda: between + self.w(self.choose(UNITS)))
        if kind == "text":
            return self.text()
        if kind == "date":
            return self.choose(("2026-01-31", "2026-1-1", "2026年1月31日"))
        return "2026-01-31 09:00" if kind == "moment" else self.w(self.choose(("YES", "NO")))

    def or_missing(self, value: str) -> str:
        return self.w("ABSENT") if not self.draw(st.integers(0, 5)) else value

    def atom(self, depth: int) -> str:
        kinds = (
            "literal",
            "name",
            "name",
            "group",
            "call",
            "lookup",
            "total",
            "grade",
            "points",
            "between",
            "aggregate",
            "previous",
        )
        match self.choose(kinds if depth else kinds[:3]):
            case "literal":
                return self.literal()
            case "name":
                return self.name()
            case "group":
                return self.parentheses(self.expression(depth - 1))
            case "call":
                arguments = [self.expression(depth - 1) for _ in self.some(3, 1)]
                return self.choose(FUNCTIONS) + self.parentheses(f"{self.w('_COMMA')} ".join(arguments))
            case "lookup":
                return f"{self.name()}[{self.expression(depth - 1)}]"
            case "total":
                return self.w("TOTAL")
            case "grade":
                return self.w("GRADE")
            case "points":
                return f"{self.w('_POINTS_OF')} {self.name()}"
            case "previous":
                return f"{self.w('_PREVIOUS')} {self.atom(depth - 1)}"
            case "between":
                word = self.w(self.choose(("WORKING_TIME_FROM", "WORKDAYS_FROM")))
                return f"{word} {self.sum(depth - 1)} {self.w('_TO')} {self.name()}"
            case _:
                return self.parentheses(self.aggregate(depth - 1))

    def parentheses(self, inner: str) -> str:
        broken = self.choose(
            ("", "", "", "\n" + " " * 12, "  # inside\n" + " " * 12, "\n  # 里面\n" + " " * 14)
        )
        return f"{self.w('_LPAR')}{broken}{inner}{self.maybe(lambda: broken)}{self.w('_RPAR')}"

    def last(self, word: str, depth: int) -> str:
        """The last periods of something, after `mean of` or `best 2`."""
        of = self.maybe(lambda: self.w("_PERIODS_OF"))
        known = self.maybe(lambda: f"{self.w('_IF_AT_LEAST')} 2 {self.maybe(lambda: self.w('_PERIODS'))}")
        return f"{self.w(word)} 4 {of} {self.atom(min(depth, 1))} {known}"

    def aggregate(self, depth: int) -> str:
        where = self.maybe(lambda: f" {self.w('_WHERE')} {self.condition(depth)}")
        over = self.across("ACROSS")
        kinds = ("count", "share", "heads", "kind", "percentile", "trimmed", "within", "shorter")
        match self.choose((*kinds, "people", "place", "recent", "best")):
            case "recent":
                return f"{self.w(self.choose(KINDS))} {self.last('_LAST', depth)}"
            case "best":
                few = f"{self.w('_BEST')} 2 {self.maybe(lambda: self.w('_PERIODS'))}"
                return f"{few} {self.last('_OF_LAST', depth)}"
            case "people":
                return f"{self.w('_SHARE_OF_PEOPLE')} {over} {self.w('_WHERE')} {self.condition(depth)}"
            case "place":
                kind = self.w(self.choose(("RANK_OF", "DENSE_RANK_OF", "AVERAGE_RANK_OF", "STANDING_OF")))
                order = self.maybe(lambda: f" {self.w(self.choose(('LOWEST_FIRST', 'HIGHEST_FIRST')))}")
                return f"{kind} {self.sum(depth)} {self.across('WITHIN')}{order}{where}"
            case "within":
                return f"{self.w(self.choose(KINDS))} {self.sum(depth)}{where}"
            case "shorter":
                inside = self.w(self.choose(("DAYS", "WEEKS", "MONTHS", "QUARTERS", "HALVES")))
                if self.draw(st.booleans()):
                    return f"{self.w('_COUNT_OF')} {inside}{where}"
                return f"{self.w('_SHARE_OF')} {inside} {self.w('_WHERE')} {self.condition(depth)}"
            case "count":
                mild = f" {self.w('_COUNTING')} {self.sum(0)} {self.w('_WHERE')} {self.condition(depth)}"
                return f"{self.w('_COUNT_OF')} {self.name()}{where}{self.maybe(lambda: mild)}"
            case "share":
                among = self.maybe(lambda: f" {self.w('_AMONG')} {self.condition(depth)}")
                return (
                    f"{self.w('_SHARE_OF')} {self.name()} {self.w('_WHERE')} {self.condition(depth)}{among}"
                )
            case "heads":
                return f"{self.w('_HEADCOUNT')} {over}{where}"
            case "percentile":
                return f"{self.w('_PERCENTILE')} 90 {self.w('_OF')} {self.sum(depth)} {over}{where}"
            case "trimmed":
                left_out = f"{self.w('_TRIMMED')} {self.choose(NUMBERS)}{self.maybe(lambda: '%')}"
                return f"{self.w(self.choose(KINDS))} {self.sum(depth)} {over} {left_out}{where}"
            case _:
                return f"{self.w(self.choose(KINDS))} {self.sum(depth)} {over}{where}"

    def quota(self) -> str:
        w = self.w

        def comma() -> str:
            return self.maybe(lambda: w("_COMMA")) + " "

        group = self.choose((f"{self.name()} {w('_TOGETHER')} {self.name()}", self.name(), w("EVERYONE")))
        ties = self.maybe(lambda: comma() + w(self.choose(("TIES_IN", "TIES_OUT"))))
        least = self.maybe(lambda: f"{comma()}{w('_AT_LEAST')} 2")
        return f"{comma()}{w('_AT_MOST')} {self.sum(0)} {w('_OF_PEOPLE')} {group}{ties}{least}"

    def across(self, word: str) -> str:
        more = "".join(f" {self.w('_TOGETHER')} {self.name()}" for _ in self.some(1))
        if self.choose((word, word, "BETWEEN")) == "BETWEEN":
            return f"{self.w('BETWEEN')} {self.name()}{more}"
        return f"{self.w(word)} " + self.choose((f"{self.name()}{more}", self.w("EVERYONE")))

    def sum(self, depth: int) -> str:
        parts = [self.maybe(lambda: "-") + self.atom(depth)]
        for _ in self.some(1):
            parts.append(self.w(self.choose(("PLUS", "MINUS", "TIMES", "DIVIDE"))))
            parts.append(self.maybe(lambda: "- ") + self.atom(depth))
        return " ".join(parts)

    def relation(self, depth: int) -> str:
        left = self.sum(depth)
        match self.choose(("sum", "compare", "in", "present", "followed")):
            case "compare":
                return f"{left} {self.sign()} {self.sum(depth)}"
            case "in":
                choices = f"{self.w('_COMMA')} ".join(self.sum(0) for _ in self.some(3, 1))
                return f"{left} {self.w(self.choose(('_IN', '_NOT_IN')))} ({choices})"
            case "present":
                return f"{left} {self.w(self.choose(('_IS_PRESENT', '_IS_MISSING')))}"
            case "followed":
                same = [f"{self.w('_OF_THE_SAME')} {self.name()}"]
                same += [f"{self.w('_AND_THE_SAME')} {self.name()}" for _ in self.some(1)]
                renamed = self.maybe(lambda: f" {self.w('_SAME_AS')} {self.name()}")
                within = f"{self.w('_FOLLOWED_WITHIN')} {left} {self.w('_FOLLOWED_BY')} {self.name()}"
                return f"{within} {' '.join(same)}{renamed}"
            case _:
                return left

    def sign(self) -> str:
        return self.w(self.choose(("EQUAL", "NE", "LE", "GE", "LT", "GT")))

    def condition(self, depth: int) -> str:
        parts = [self.maybe(lambda: self.w("_NOT") + " ") + self.relation(depth)]
        for _ in self.some(1):
            parts.append(self.w(self.choose(("_AND", "_OR"))))
            parts.append(self.relation(depth))
        return " ".join(parts)

    def expression(self, depth: int = 1) -> str:
        if not self.draw(st.integers(0, 5)):
            parts = (
                self.or_missing(self.condition(depth)),
                self.w("_WHEN"),
                self.condition(0),
                self.w("_ELSE"),
                self.or_missing(self.sum(depth)),
            )
            return " ".join(parts)
        return self.condition(depth) if not self.draw(st.integers(0, 3)) else self.sum(depth)

    # Lines

    def line(self, depth: int, *parts: str) -> None:
        if not self.draw(st.integers(0, 7)):
            self.rows.extend("" for _ in self.some(3, 1))
        if not self.draw(st.integers(0, 7)):
            self.rows.append(" " * int(str(self.draw(st.integers(0, 9)))) + self.choose(COMMENTS))
        before, self.before = self.before, ""
        words = self.choose((" ", "  ", "\u3000")).join(part for part in (before, *parts) if part)
        comment = self.maybe(lambda: "  " + self.choose(COMMENTS)) if not self.draw(st.integers(0, 3)) else ""
        self.rows.append(" " * (3 * depth) + words + comment)

    def note(self, depth: int) -> None:
        self.line(depth, self.w(self.choose(("_NOTE", "_CLAUSE"))), self.text())

    def missing(self, depth: int) -> None:
        rule = self.choose(("REDISTRIBUTE", "ZERO", "FULL", "ERROR", "_VALUE"))
        self.line(depth, self.w("_MISSING"), self.w(rule), self.expression() if rule == "_VALUE" else "")

    def applies(self, depth: int) -> None:
        condition = self.maybe(lambda: f"{self.w('_WHERE')} {self.condition(1)}")
        self.line(depth, self.w("_APPLIES_TO"), self.choose((self.w("_STAFF"), "region")), condition)

    def header(self) -> None:
        w = self.w
        modes = ("HALF_UP", "HALF_EVEN", "ROUNDING_DOWN", "ROUNDING_UP")
        days = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
        for _ in self.some(5):
            match self.choose(
                (
                    "extends",
                    "subject",
                    "currency",
                    "version",
                    "force",
                    "period",
                    "applies",
                    "missing",
                    "calendar",
                    "hours",
                    "round",
                    "note",
                    "accept",
                )
            ):
                case "subject":
                    self.line(1, w("_SUBJECT"), "region", self.label())
                case "currency":
                    self.line(1, w("_CURRENCY"), w(self.choose(("YUAN", "USD", "EUR"))))
                case "extends":
                    self.line(1, w("_EXTENDS"), self.name())
                case "version":
                    self.line(1, w("_VERSION"), self.text())
                case "force":
                    until = self.maybe(lambda: f"{w('_UNTIL')} 2026-12-31")
                    self.line(1, w("_IN_FORCE_FROM"), "2026-1-1", until)
                case "period":
                    self.line(
                        1, w("_PERIOD"), w(self.choose(("YEAR", "HALF", "QUARTER", "MONTH", "WEEK", "DAY")))
                    )
                case "applies":
                    self.applies(1)
                case "missing":
                    self.missing(1)
                case "calendar":
                    self.line(1, w("_CALENDAR"), self.name())
                    self.line(1, w("_WEEKEND"), w(self.choose(days)) + w("_COMMA"), w(self.choose(days)))
                case "hours":
                    more = self.maybe(lambda: f"{w('_COMMA')} 13：00 {w('_TO')} 18:00")
                    self.line(1, w("_WORKING_HOURS"), "09:00", w("_TO"), "12:00", more)
                case "round":
                    what = w(self.choose(("TOTAL", "POINTS")))
                    self.line(
                        1, w("_ROUND"), what, w("_TO"), "0.01", self.maybe(lambda: w(self.choose(modes)))
                    )
                case "accept":
                    self.accept(1)
                case _:
                    self.line(1, w("_NOTE"), self.text())

    def type(self) -> str:
        plain = (
            "COUNT",
            "NUMBER",
            "RATIO",
            "POINTS",
            "DURATION",
            "WORKDAYS",
            "MONEY",
            "DATETIME",
            "DATE",
            "TEXT",
        )
        kind = self.choose(("plain", "plain", "rating", "scale", "choices"))
        if kind == "plain":
            return self.w("TYPE_" + self.choose((*plain, "BOOLEAN", "STAFF", "SUBJECT")))
        if kind == "choices":
            listed = f"{self.w('_COMMA')} ".join(self.text() for _ in self.some(3, 1))
            return f"{self.w('TYPE_TEXT')} {self.w('_ONE_OF')} ({listed})"
        step = self.maybe(lambda: f" {self.w('_STEP')} 0.5")
        return self.w("_TYPE_RATING") + (f" 1 {self.w('_TO')} 5{step}" if kind == "scale" else "")

    def change(self) -> None:
        """A change of an extended ruleset; `replace` and `add` stand before a declaration."""
        w = self.w
        match self.choose(("set", "weight", "weight", "without", "grades", "replace")):
            case "set":
                self.line(0, w("_SET"), self.name(), w("_EQUAL"), self.expression())
            case "weight":
                word = f"{w('_WEIGHT_OF')} {self.name()}"
                if self.draw(st.booleans()):
                    word = f"{self.name()} {w('_ITS_WEIGHT')}"
                self.line(0, w("_SET"), word, w("_EQUAL"), self.sum(0))
            case "without":
                kinds = ("_INPUT", "_PARAMETER", "_MEASURE", "_SECTION", "_INDICATOR", "_AMOUNT", "_TEST")
                items = [
                    self.maybe(lambda: w(self.choose(kinds)) + " ") + self.choose((self.name(), self.text()))
                    for _ in self.some(3, 1)
                ]
                self.line(0, w("_WITHOUT"), f"{w('_COMMA')} ".join(items))
            case "grades":
                self.line(0, w("_WITHOUT"), w("_GRADES"))
            case _:
                self.before = w(self.choose(("_REPLACE", "_ADD")))
                self.declaration()
                self.before = ""

    def declaration(self) -> None:
        if not self.before and not self.draw(st.integers(0, 7)):
            self.change()
            return
        kinds: tuple[str, ...] = (
            "input",
            "parameter",
            "data",
            "table",
            "measure",
            "section",
            "indicator",
            "grades",
            "amount",
        )
        kinds = (*kinds, "raters", "history", "decision", "adjustments", "result", "award", "alert", "rollup")
        kind = self.choose((*kinds, "eligible", "test", "indicator", "section"))
        self.declared(kind)
        if kind != "test" and not self.draw(st.integers(0, 4)):
            self.accept(1)

    def accept(self, depth: int) -> None:
        self.line(depth, self.w("_ACCEPT"), self.choose(("K302", "K326")), self.text())

    def declared(self, kind: str) -> None:
        w = self.w
        match kind:
            case "rollup":
                self.line(0, w("_ROLLUP"), w(self.choose(("YEAR", "HALF", "QUARTER", "MONTH"))), self.label())
                self.line(1, w("TOTAL"), w("_EQUAL"), self.measured())
                if self.draw(st.booleans()):
                    self.line(1, w("_REQUIRE"), self.choose(NUMBERS), w("_MANY_PERIODS"))
                self.line(1, w("_ELIGIBLE"), self.name(), self.label(), w("_WHEN"), self.measured())
            case "input":
                absent = self.choose((w("ZERO"), w("YES"), w("NO"), f"{w('_VALUE')} {self.expression()}"))
                missing = self.maybe(lambda: f"{w('_MISSING')} {absent}")
                word = self.choose(("_INPUT", "_ATTRIBUTE"))
                by = self.by() if word == "_INPUT" else ""
                from_ = f"{w('_TAKEN_FROM')} {self.name()}" if word == "_ATTRIBUTE" else ""
                taken = f"{self.type()} {self.choose((from_, ''))}"
                self.line(0, w(word), self.name(), by, w("_COLON"), taken, missing, self.label())
            case "parameter":
                default = self.maybe(lambda: f"{w('_EQUAL')} {self.expression()}")
                self.line(0, w("_PARAMETER"), self.name(), w("_COLON"), self.type(), default, self.label())
                if not self.draw(st.integers(0, 2)):
                    for _ in self.some(2):
                        day = self.choose(("2026-08-15", "2026年9月1日"))
                        self.line(1, w("_SINCE"), day, w("_COLON"), self.expression(), self.label())
                    self.line(1, w(self.choose(("BY_DAYS", "AS_OF_END", "AS_OF_START"))))
            case "data":
                self.line(0, w("_DATA"), self.name(), self.label())
                for _ in self.some(4):
                    self.line(
                        1,
                        self.name(),
                        w("_COLON"),
                        self.type(),
                        self.maybe(lambda: w("OPTIONAL")),
                        self.label(),
                    )
                if self.draw(st.booleans()):
                    other = self.maybe(lambda: f"{w('_EQUAL')} {self.name()}")
                    self.line(1, w("_TIED_TO"), self.name(), w("_BY"), self.name(), other)
                partner = self.maybe(lambda: self.name() + w("_DOT"))
                self.line(1, w("_PLACED_BY"), partner + self.name())
            case "table":
                colon = w("_COLON")
                self.line(
                    0,
                    w("_TABLE"),
                    self.name(),
                    self.label(),
                    colon,
                    self.type(),
                    w("_BY"),
                    self.choose((self.name(), w("TYPE_MONEY"))),
                    self.maybe(lambda: w("MARGINAL")),
                )
                for _ in self.some(2):
                    if (interval := self.interval()) not in vocabulary().spellings["_OTHERWISE"]:
                        to = self.maybe(lambda: f"{w('_TO')} {self.sum(0)}")
                        self.line(1, interval, colon, self.sum(0), to)
                for _ in self.some(3):
                    key = self.choose((self.text(), self.choose(NUMBERS), w("_OTHERWISE")))
                    self.line(1, key, self.maybe(lambda: w("_COLON")), self.sum(0))
            case "measure":
                self.line(
                    0, w("_MEASURE"), self.name(), self.label(), self.by(), w("_EQUAL"), self.measured()
                )
            case "history":
                self.line(0, w("_HISTORY"), self.name(), self.label())
                for _ in self.some(3):
                    self.line(1, self.name(), w("_COLON"), self.type())
                until = self.maybe(lambda: f"{w('_UNTIL')} {self.name()}")
                each = self.maybe(lambda: f"{w('_FOR_EACH')} {self.name()}{w('_COMMA')} {self.name()}")
                self.line(1, w("_IN_FORCE_FROM"), self.name(), until, each)
            case "raters":
                rated = self.maybe(
                    lambda: (
                        f"{w('_EQUAL')} {self.sum(1)} {w('ACROSS')} {self.name()} {w('_BY')} {self.name()}"
                    )
                )
                self.line(0, w("_RATERS"), self.name(), self.label(), rated)
                for _ in self.some(3):
                    key = self.choose((self.text(), self.name()))
                    column = self.maybe(lambda: f" {w('_COUNTED_IN')} {self.name()}")
                    least = f"{w('_COMMA')} {w('_AT_LEAST')} 3 {w('_RATER')}{column}"
                    trimmed = self.maybe(lambda: f"{w('_COMMA')} {w('_TRIMMED')} 1")
                    self.line(1, key, f"30{w('PERCENT')}", self.choose((least, "")), trimmed)
                if self.maybe(lambda: "x"):
                    self.line(1, w("_COUNTED_BY"), self.name())
                if self.maybe(lambda: "x"):
                    self.line(1, w("_OTHERWISE"), w("ABSENT"))
            case "decision":
                self.decision()
            case "section":
                weight = self.maybe(lambda: f"{w('_WEIGHT')} {self.expression()}")
                self.line(0, w("_SECTION"), self.name(), self.label(), weight)
                for _ in self.some(2):
                    self.indicator(1)
            case "indicator":
                self.indicator(0)
            case "grades":
                self.line(0, w("_GRADES"))
                for _ in self.some(4):
                    from_ = f"{w('FROM')} {self.expression()}{self.maybe(self.quota)}"
                    self.line(1, self.name(), self.label(), self.choose((from_, w("_OTHERWISE"))))
            case "amount":
                rounded = self.maybe(lambda: f"{w('_ROUND_TO')} 0.01 {self.maybe(lambda: w('HALF_EVEN'))}")
                value = self.measured()
                if self.choose(("formula", "formula", "pool")) == "pool":
                    by = self.maybe(lambda: f" {w('_BY')} {self.sum(0)}")
                    value = f"{w('_DIVIDE')} {self.sum(1)} {self.across('ACROSS')}{by}"
                    rule = self.choose(("REMAINDER_TO_LARGEST", "REMAINDER_TO_FIRST", "REMAINDER_KEPT"))
                    step = self.maybe(lambda: f"{w('_ROUND_TO')} 0.01")
                    rounded = step + self.maybe(lambda: f"{self.choose((w('_COMMA'), ''))} {w(rule)}")
                self.line(
                    0,
                    w("_AMOUNT"),
                    self.name(),
                    self.label(),
                    w("_COLON"),
                    self.type(),
                    w("_EQUAL"),
                    value,
                    rounded,
                )
                for _ in self.some(1):
                    self.note(1)
            case "adjustments":
                self.adjustments()
            case "result":
                equal, type_ = w("_EQUAL"), self.type()
                self.line(
                    0, w("_RESULT"), self.name(), self.label(), w("_COLON"), type_, equal, self.measured()
                )
            case "award":
                word = w(self.choose(("_AWARD", "_PENALTY")))
                amount = self.maybe(lambda: f"{w('_COLON')} {self.measured()}")
                self.line(0, word, self.name(), self.label(), w("_WHEN"), self.expression(), amount)
            case "alert":
                level = self.maybe(lambda: f"{w('_LEVEL')} {w(self.choose(('INFO', 'WARNING', 'CRITICAL')))}")
                called = self.choose((self.name(), f"{self.name()} {self.text()}", self.text()))
                self.line(0, w("_ALERT"), called, w("_WHEN"), self.expression(), level)
            case "eligible":
                self.line(0, w("_ELIGIBLE"), self.name(), self.label(), w("_WHEN"), self.measured())
            case _:
                self.test()

    def decision(self) -> None:
        w = self.w
        policy = self.choose(("UNIQUE", "ANY", "FIRST_HIT", "_PRIORITY", "_COLLECT"))
        rest = {
            "_PRIORITY": f" {self.text()}{w('_COMMA')} {self.literal()}",
            "_COLLECT": " " + w("COLLECT_" + self.choose(("SUM", "MIN", "MAX", "COUNT", "MEAN"))),
        }.get(policy, "")
        kind = f"{w('_COLON')} {self.type()}{w('_COMMA')} {w(policy)}{rest}"
        self.line(0, w("_DECISION"), self.name(), self.label(), kind)
        for _ in self.some(3):
            colon = w("_COLON")
            self.line(1, w("_WHEN"), self.condition(1), colon, self.or_missing(self.expression(0)).lstrip())
        for _ in self.some(1):
            self.line(1, w("_OTHERWISE"), self.maybe(lambda: w("_COLON")), self.or_missing(self.sum(0)))

    def by(self) -> str:
        """For which shorter periods a value is."""
        words = ("BY_DAY", "BY_WEEK", "BY_MONTH", "BY_QUARTER", "BY_HALF")
        return self.maybe(lambda: self.w(self.choose(words)))

    def adjustments(self) -> None:
        w = self.w
        self.line(0, w("_ADJUSTMENTS"))
        for _ in self.some(4):
            most = f"{w('_AT_MOST')} {self.sum(0)}"
            kind = self.choose(("_BONUS", "_MALUS"))
            match self.choose(("points", "per", "per", "cap", "total", "veto")):
                case "points":
                    points = self.sum(1) + self.maybe(lambda: f" {w('_WHEN')} {self.condition(0)}")
                    self.line(
                        1, w(kind), self.name(), self.label(), w("_COLON"), points, self.choose(("", most))
                    )
                case "per":
                    unit = self.choose(("", f" {w(self.choose(UNITS))}"))
                    size = self.choose(("", f"{self.choose(NUMBERS)}{unit} {w('_OF')} "))
                    counted = size + self.choose((self.name(), f"({self.expression(1)})"))
                    per = f"{w('_PER')} {self.maybe(lambda: w('WHOLE') + ' ')}{counted}"
                    points = self.sum(1)
                    given = w("_GIVES" if kind == "_BONUS" else "_DEDUCT")
                    told = self.choose((f"{points} {per}", f"{per} {given} {points}"))
                    when = self.maybe(lambda: f" {w('_WHEN')} {self.condition(0)}")
                    limit = self.choose(("", f"{w('_COMMA')} {most}"))
                    self.line(1, w(kind), self.name(), self.label(), w("_COLON"), told + when + limit)
                    self.note(2)
                case "cap":
                    self.line(1, w(kind), most)
                case "total":
                    self.line(1, w("TOTAL"), most)
                case _:
                    grade = f"{w('GRADE')} {w('_AT_MOST')} {self.choose((self.name(), self.text()))}"
                    limit = self.choose((f"{w('TOTAL')} {most}", grade))
                    when = f"{w('_WHEN')} {self.condition(1)}"
                    self.line(1, w("_VETO"), self.name(), self.label(), when, w("_COLON"), limit)

    def measured(self) -> str:
        return self.aggregate(1) if self.draw(st.booleans()) else self.expression(2)

    def test(self) -> None:
        w = self.w
        self.line(0, w("_TEST"), self.text())
        if self.draw(st.booleans()):
            self.line(1, w("_ROLLUP"), w(self.choose(("YEAR", "HALF", "QUARTER", "MONTH"))))
        for _ in self.some(2):
            self.settings(1)
        self.past(1)
        for _ in self.some(2):
            self.line(1, w("_PERSON"), self.text())
            self.settings(2)
            self.past(2)

    def past(self, depth: int) -> None:
        w = self.w
        for _ in self.some(1):
            back = " ".join(w("_PREVIOUS") for _ in self.some(2, 1))
            self.line(depth, w("_GIVEN"), back, self.name(), w("_EQUAL"), self.expression(0))
            self.line(depth, w("_PERIOD"), self.text())
            for _ in self.some(1):
                self.settings(depth + 1)

    def settings(self, depth: int) -> None:
        w = self.w

        def setting(name: str) -> str:
            return f"{name} {w('_EQUAL')} {self.choose((w('ABSENT'), self.expression(0)))}"

        def series(name: str) -> str:
            by = self.by()
            values = [self.choose((w("ABSENT"), self.expression(0))) for _ in self.some(3, 1)]
            listed = f"{w('_COMMA')} ".join(values)
            return f"{name} {by} {w('_EQUAL')} {self.parentheses(listed)}" if by else setting(name)

        given = [series(self.name()) for _ in self.some(2, 1)]
        expected = [setting(self.choose((self.name(), w("TOTAL"), w("GRADE")))) for _ in self.some(2, 1)]
        self.line(depth, w("_GIVEN"), f"{w('_COMMA')} ".join(given))
        if self.draw(st.booleans()):
            self.line(depth, w("_GIVEN"), self.name())
            for _ in self.some(2):
                self.line(depth + 1, setting(self.name()))
        self.line(depth, w("_EXPECT"), f"{w('_COMMA')} ".join(expected))

    def indicator(self, depth: int) -> None:
        w = self.w
        to = "" if depth or self.draw(st.integers(0, 3)) else f"{w('_TO_SECTION')} {self.name()}"
        self.line(depth, w("_INDICATOR"), self.name(), self.label(), w("_WEIGHT"), self.sum(0), to)
        for _ in self.some(2):
            match self.choose(("note", "applies", "missing", "measure", "target")):
                case "note":
                    self.note(depth + 1)
                case "applies":
                    self.applies(depth + 1)
                case "missing":
                    self.missing(depth + 1)
                case "measure":
                    self.line(depth + 1, w("_MEASURE"), self.measured())
                case _:
                    self.line(depth + 1, w("_TARGET"), self.sign(), self.sum(0))
        self.form(depth + 1)

    def form(self, depth: int) -> None:
        w = self.w
        forms = ("deduct", "deduct", "bands", "levels", "rata", "all", "linear", "formula")
        match self.choose((*forms, "deductions", "score by")):
            case "deductions":
                limit = f"{self.maybe(lambda: w('_COMMA'))} {w('_AT_MOST')} 10"
                self.line(depth, w("_DEDUCTIONS"), self.choose((limit, "")))
                for _ in self.some(3):
                    self.lost(depth + 1)
            case "score by":
                values = f"{w('_COMMA')} ".join(self.expression(0) for _ in self.some(3))
                name = self.choose(("steps", "偏差", "阶梯", "deviation", "f"))
                self.line(depth, w("_SCORE_BY"), f"{name}{w('_LPAR')}{values}{w('_RPAR')}")
            case "deduct":
                self.deduct(depth)
            case "bands":
                self.line(depth, w("_BANDS"))
                for _ in self.some(4):
                    to = self.maybe(lambda: f"{w('_TO')} {self.sum(0)}")
                    self.line(depth + 1, self.interval(), w("_COLON"), self.sum(0), to)
            case "levels":
                self.line(depth, w("_LEVELS"), self.maybe(lambda: w("SCALED")))
                for _ in self.some(3):
                    key = self.choose((f"{self.choose(NUMBERS)}{self.label()}", self.text(), w("_OTHERWISE")))
                    self.line(depth + 1, key, w("_COLON"), self.sum(0))
            case "rata":
                self.line(depth, w("_PRO_RATA"), self.maybe(lambda: f"{w('_UP_TO')} {self.sum(0)}"))
            case "all":
                self.line(depth, w("_ALL_OR_NOTHING"))
            case "linear":
                first = f"{w('FROM')} {self.sum(0)} {w('_COLON')} {self.sum(0)}"
                self.line(depth, w("_LINEAR"), first, w("_TO"), self.sum(0), w("_COLON"), self.sum(0))
            case _:
                self.line(depth, w("POINTS"), w("_EQUAL"), self.expression(2))

    def lost(self, depth: int) -> None:
        w = self.w
        size = self.choose(("", f"30 {w('MINUTE')} {w('_OF')} "))
        counted = f"{self.maybe(lambda: w('WHOLE'))} {size}{self.name()}"
        points = self.sum(1)
        most = self.choose(("", f"{w('_COMMA')} {w('_AT_MOST')} 5"))
        match self.choose(("per", "per first", "when", "when first")):
            case "per":
                self.line(depth, points, w("_PER_LOST"), counted, most, self.label())
            case "per first":
                self.line(depth, w("_PER_LOST"), counted, w("_DEDUCT"), points, most, self.label())
            case "when":
                self.line(depth, points, w("_WHEN_LOST"), self.condition(0), self.label())
            case _:
                self.line(depth, w("_WHEN_LOST"), self.condition(0), w("_DEDUCT"), points, self.label())

    def interval(self) -> str:
        w = self.w
        upper = self.maybe(lambda: f" {w(self.choose(('_TO', '_TO_BELOW')))} {self.sum(0)}")
        start = self.choose(("_UP_TO", "_BELOW", "OVER", "FROM", "_OTHERWISE"))
        if start == "_OTHERWISE":
            return w(start)
        return f"{w(start)} {self.sum(0)}" + (upper if start in ("OVER", "FROM") else "")

    def deduct(self, depth: int) -> None:
        w = self.w
        unit = f"{self.maybe(lambda: self.choose(NUMBERS) + ' ')}{w(self.choose(UNITS))}"
        step = self.choose((unit, unit, self.name(), "2", f"({self.expression(1)})"))
        whole = self.maybe(lambda: w("WHOLE"))
        points = f"{w('_DEDUCT')} {self.sum(1)}"
        comma = self.maybe(lambda: w("_COMMA"))
        limits = f"{comma} {w(self.choose(('_AT_MOST', '_NOT_BELOW')))} {self.sum(0)}" if comma else ""
        match self.choose(("deduct", "per", "over")):
            case "deduct":
                side = self.maybe(lambda: f"{w(self.choose(('ABOVE', 'BELOW')))} {w('_TARGET')}")
                self.line(depth, points, w("_PER"), whole, step, side, limits)
            case "per":
                self.line(depth, w("_PER"), whole, step, points, limits)
            case _:
                over = w(self.choose(("PER_OVER_TARGET", "PER_UNDER_TARGET")))
                self.line(depth, over, whole, step, points, limits)


@st.composite
def _written(draw: st.DrawFn) -> str:
    writer = _Writer(draw)
    writer.line(0, writer.w("_RULESET"), writer.name(), writer.label())
    writer.header()
    for _ in writer.some(4):
        writer.declaration()
    if writer.draw(st.booleans()):
        writer.rows.append(writer.choose(COMMENTS))
    return writer.choose(("\n", "\n", "\n", "\r\n")).join(writer.rows) + writer.choose(("", "\n", "\n\n"))


def policies() -> st.SearchStrategy[str]:
    """Texts that read without a message (a word may by chance swallow a name: such texts are left out)."""
    return _written().filter(lambda text: not parse(text).diagnostics)


@st.composite
def mistyped(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with one to three pieces taken out, doubled or exchanged: characters, words or lines."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        separator = draw(st.sampled_from(["", " ", "\n"]))
        pieces = list(text) if not separator else text.split(separator)
        if not pieces:
            return text
        one = draw(st.integers(0, len(pieces) - 1))
        other = draw(st.integers(0, len(pieces) - 1))
        match draw(st.sampled_from(["out", "double", "exchange", "insert"])):
            case "out":
                del pieces[one]
            case "double":
                pieces.insert(one, pieces[one])
            case "insert":
                pieces.insert(
                    one,
                    draw(
                        st.sampled_from(
                            ["(", ")", '"', "“", ":", "=", "\t", "  ", "\n", "每", "weight", "\ufeff"]
                        )
                    ),
                )
            case _:
                pieces[one], pieces[other] = pieces[other], pieces[one]
        text = separator.join(pieces)
    return text
