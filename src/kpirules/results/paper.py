"""A derivation on paper: its text, line by line, that a person can check by hand, and the pieces that it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from kpirules.diagnostics import Language, Span, Words, where
from kpirules.model.expressions import Value
from kpirules.model.grains import BY
from kpirules.numbers import decimal_text
from kpirules.results import adjusting
from kpirules.results.quotes import Quotes
from kpirules.results.stretches import stretches_told
from kpirules.scoring.explain import Derivation, FactLine, IndicatorLine, OutcomeLine, Records
from kpirules.units import Unit, shown

_KINDS = {
    "input": Words("input", "输入"),
    "attribute": Words("attribute", "属性"),
    "parameter": Words("parameter", "参数"),
    "measure": Words("measure", "度量"),
    "decision": Words("decision", "决策"),
    "table": Words("table", "对照表"),
    "lost": Words("lost", "扣分"),
    "records": Words("records", "记录"),
    "raters": Words("raters", "评价人"),
    "stretch": Words("from", "自"),
    "group": Words("group", "群体"),
    "within": Words("summary", "汇总"),
    "total": Words("total", "总分"),
    "previous": Words("earlier", "往期"),
    "recent": Words("over periods", "近几期"),
    "amount": Words("amount", "奖金"),
    "points": Words("points", "得分"),
    "grade": Words("grade", "等级"),
}

#: Kinds of values that have no name but what they work out.
_NAMELESS = frozenset({"group", "lost", "within", "previous", "recent"})
#: What is made of records, in Chinese.
_OVER = {
    "count": "数量",
    "sum": "合计",
    "mean": "平均值",
    "min": "最小值",
    "max": "最大值",
    "median": "中位数",
    "percentile": "百分位数",
    "share": "占比",
    "distinct": "不同值的个数",
    "first": "首个值",
    "last": "末个值",
    "trimmed mean": "去尾平均值",
    "days": "生效天数",
    "share of days": "生效天数占比",
    "daily mean": "按天平均值",
}


#: So many values of a series stand on a line.
_A_LINE = 5


class Paper:
    """Writes one derivation in one language; `quotes` gives the policy's own words."""

    def __init__(self, derivation: Derivation, quotes: Quotes, language: Language) -> None:
        self.derivation = derivation
        self.quotes = quotes
        self.language: Language = language
        self._facts: dict[int, str] = {}

    # Text

    def text(self) -> Iterator[str]:
        """The tree, line by line."""
        one = self.derivation
        label = f" {one.label}" if one.label else ""
        version = f" ({self.say('version', '版本')} {one.version})" if one.version else ""
        yield f"{one.ruleset}{label}{version}"
        yield f"{one.staff}, {one.period}"
        for fact in one.attributes:
            yield f"  {self.fact(fact)}"
        if not one.appraised:
            this = one.subject.this
            yield self.say(f"This policy does not apply to this {this.en}.", f"本制度不适用于该{this.zh}。")
            return
        section = None
        for line in one.indicators:
            if line.section != section:
                section = line.section
                yield ""
                if section is not None:
                    yield f"{self.say('section', '章节')} {section}"
            yield from self._indicator(line)
        if one.adjustments:
            yield ""
            yield from self._adjustments()
        yield ""
        yield from self._total()
        for outcome in one.outcomes:
            yield ""
            yield from self._outcome(outcome)

    def _indicator(self, line: IndicatorLine) -> Iterator[str]:
        title = f"{line.id} {line.label}".rstrip()
        of = self.say("of", "/")
        if not line.applies:
            yield f"├─ {title}: {self.words(line.because)}"
            return
        got = self.say("missing", "缺失") if line.published is None else decimal_text(line.published, 2)
        lost = ""
        if line.lost:
            lost = self.say(f", {self._points(line.lost)} lost", f"，扣 {self._points(line.lost)} 分")
        yield f"├─ {title}: {got} {of} {decimal_text(line.weight)}{lost}"
        rows = [*self._why(line)]
        for number, row in enumerate(rows):
            yield f"│  {'└─' if number == len(rows) - 1 else '├─'} {row}"

    def _why(self, line: IndicatorLine) -> Iterator[str]:
        for clause in line.clauses:
            yield f"{self.say('clause', '条款')}: {clause}"
        yield f"{self.say('rule', '规则')}: {self.quote(line.rule)}"
        target = self.target(line)
        if target:
            yield f"{self.say('target', '目标')}: {target}"
        for fact in line.facts:
            yield from self._fact_rows(fact)
        yield f"{self.say('measure', '度量')}: {self.measured(line)}"
        yield f"{self.say('so', '因此')}: {self.words(line.because)}"
        rounded = self.rounded(line)
        if rounded:
            yield rounded
        for note in line.notes:
            yield f"{self.say('note', '备注')}: {note}"

    def target(self, line: IndicatorLine) -> str:
        """The target in force; empty where there is none."""
        if line.target is None:
            return ""
        operator, value, parameter = line.target
        in_force = self.say("missing", "缺失") if value is None else self.value(value, line.unit)
        named = f" ({self.say('parameter', '参数')} {parameter})" if parameter else ""
        return f"{operator} {in_force}{named}"

    def measured(self, line: IndicatorLine) -> str:
        """What was measured, with the policy's formula unless the rule itself says it."""
        value = self.value(line.measure, line.unit)
        return value if line.measured == line.rule else f"{self.quote(line.measured)} = {value}"

    def rounded(self, line: IndicatorLine) -> str:
        """How the points were rounded; empty where nothing had to be."""
        if line.points is None or line.published is None or line.points == line.published:
            return ""
        rounding = self.words(self.derivation.points_rounding)
        return f"{self._points(line.points)}, {rounding}: {decimal_text(line.published)}"

    def _total(self) -> Iterator[str]:
        one = self.derivation
        if one.rolled is not None:
            yield from self._outcome(one.rolled)
        elif one.total is None or one.unrounded_total is None:
            yield self.say("total: none, since no indicator has a fact", "总分：无，因为没有任何指标有事实")
            return
        else:
            base, *steps, rounded = self.total_steps()
            title = self.say("total", "总分")
            if steps:
                yield f"{title}: {base}"
                yield from (f"   ├─ {step}" for step in steps)
                yield f"   └─ {rounded}"
            else:
                yield f"{title}: {base}, {rounded}"
        yield from self._grade()

    def total_steps(self) -> list[str]:
        """How the total comes about: points over weights, each adjustment, the rounding; nothing without a total."""
        one = self.derivation
        if one.rolled is not None:
            first, *rest = self._outcome(one.rolled)
            return [first, *(row.lstrip(" ├└─") for row in rest)]
        if one.total is None or one.unrounded_total is None:
            return []
        earned, present = self._points(one.earned), decimal_text(one.present)
        base = f"{earned} / {present} x 100 = {self._points(one.unrounded_total)}"
        steps = [] if one.adjusted is None else adjusting.steps(one.adjusted, one.limits, self.language)
        return [base, *steps, f"{self.words(one.total_rounding)}: {decimal_text(one.total, 2)}"]

    def _grade(self) -> Iterator[str]:
        one = self.derivation
        if one.grade is not None:
            label = f" {one.grade_label}" if one.grade_label else ""
            since = self.grade_from()
            since = self.say(f" ({since})", f"（{since}）") if since else ""
            by = self.lowered_by()
            by = self.say(f", {by}", f"，{by}") if by else ""
            yield f"{self.say('grade', '等级')}: {one.grade}{label}{since}{by}"
            for number, quota in enumerate(one.quotas, 1):
                yield f"   {'└─' if number == len(one.quotas) else '├─'} {self.words(quota)}"

    def grade_from(self) -> str:
        """From which total the grade is given; empty for the lowest."""
        low = self.derivation.grade_from
        return "" if low is None else self.say(f"from {decimal_text(low)}", f"{decimal_text(low)} 起")

    def lowered_by(self) -> str:
        """The vetoes that made the grade what it is; empty where none did."""
        vetoes = [
            line.id for line, _ in self.derivation.adjustments if line.grade is not None and line.lowered
        ]
        return self.say(f"lowered by {', '.join(vetoes)}", f"因 {'、'.join(vetoes)} 降低") if vetoes else ""

    def _adjustments(self) -> Iterator[str]:
        yield self.say("adjustments", "调整")
        for line, facts in self.derivation.adjustments:
            yield f"├─ {f'{line.id} {line.label}'.rstrip()}: {adjusting.effect(line, self.language)}"
            rows = [f"{self.say('clause', '条款')}: {clause}" for clause in line.clauses]
            rows.append(f"{self.say('rule', '规则')}: {self.quote(line.rule)}")
            rows += [self.fact(fact) for fact in facts]
            rows.append(f"{self.say('so', '因此')}: {self.words(line.because)}")
            for number, row in enumerate(rows):
                yield f"│  {'└─' if number == len(rows) - 1 else '├─'} {row}"

    def _outcome(self, line: OutcomeLine) -> Iterator[str]:
        name = self.say("total", "总分") if line is self.derivation.rolled else line.id
        yield f"{name} {line.label}".rstrip() + f": {self.value(line.published, line.unit)}"
        rows = [f"{self.say('formula', '公式')}: {self.quote(line.formula)}"]
        rows += [row for fact in line.facts for row in self._fact_rows(fact)]
        if rounded := self.made_of(line):
            rows.append(rounded)
        for number, row in enumerate(rows):
            yield f"   {'└─' if number == len(rows) - 1 else '├─'} {row}"

    def made_of(self, line: OutcomeLine) -> str:
        """What a result was before it was rounded, and how it was; empty where nothing had to be."""
        if not isinstance(line.unrounded, Fraction) or line.unrounded == line.published:
            return ""
        return f"{self._points(line.unrounded)}, {self.words(line.rounding)}"

    def fact(self, line: FactLine) -> str:
        """A fact with its kind, label and value, and the records behind it."""
        # said in the text and in the pieces: the lines live as long as the derivation
        if id(line) not in self._facts:
            self._facts[id(line)] = self._fact(line)
        return self._facts[id(line)]

    def _fact(self, line: FactLine) -> str:
        if line.kind == "stretch" and line.detail is not None:
            days = line.name.replace(" to ", self.say(" to ", " 至 "))
            value = "" if line.value is None else f"{self.value(line.value, line.unit)}, "
            return f"{self.words(_KINDS['stretch'])} {days}: {value}{self.words(line.detail)}"
        label = f" {line.label}" if line.label else ""
        name = f"{self._records_name(line.name)}{label}"
        if line.formula is not None:
            # A group has no name but what it works out.
            formula = self.quote(line.formula)
            joined = f"{name} [{formula}]" if line.kind == "records" else f"{name} = {formula}"
            name = formula if line.kind in _NAMELESS else joined
        if line.series:
            said = f"{self.words(_KINDS[line.kind])} {name}{self._by(line)}"
            if line.detail is not None:
                said = f"{said} ({self.words(line.detail)})"
            return said if line.records is None else f"{said} ({self._records(line.records)})"
        said = f"{self.words(_KINDS[line.kind])} {name} = {self.value(line.value, line.unit)}"
        if line.detail is not None:
            said = f"{said} ({self.words(line.detail)})"
        if line.rules:
            said = f"{said} ({self.decided(line)})"
        if line.in_force is not None:
            told = self.in_force(line)
            return self.say(f"{said} ({told})", f"{said}（{told}）")
        if line.origin is not None and not line.origin.path.startswith("<"):  # a table in memory has no place
            place = line.origin if line.origin.column != line.name else replace(line.origin, column=None)
            return f"{said} [{where(place, self.language)}]"
        if line.records is None:
            return said
        return f"{said} ({self._records(line.records)})"

    def kind(self, line: FactLine) -> str:
        """What sort of fact it is, in a word."""
        return self.words(_KINDS[line.kind])

    def decided(self, line: FactLine) -> str:
        """The lines of a decision that decided it; empty for any other fact."""
        return "; ".join(
            f"{self.say('line', '第')} {one.line}{self.say('', ' 行')}: {self.quote(one)}"
            for one in line.rules
        )

    def in_force(self, line: FactLine) -> str:
        """The days on which a parameter had which value; empty for any other fact."""
        return "" if line.in_force is None else self.words(stretches_told(*line.in_force, line.unit))

    def _fact_rows(self, line: FactLine) -> Iterator[str]:
        """A fact; of what is measured by a shorter period, its values below."""
        yield self.fact(line)
        yield from (f"   {row}" for row in self.series(line))

    def series(self, line: FactLine) -> Iterator[str]:
        """The values for shorter periods, some on a line."""
        told = [f"{time} {self.value(value, line.unit)}" for time, value in line.series if value is not None]
        for start in range(0, len(told), _A_LINE):
            yield self.say(", ", "，").join(told[start : start + _A_LINE])

    def _by(self, line: FactLine) -> str:
        """For which periods a series is, and for how many there is no value."""
        by = BY[line.grain] if line.grain is not None else Words()
        lacking = sum(value is None for _, value in line.series)
        none = self.say(f", {lacking} missing", f"，缺失 {lacking} 个") if lacking else ""
        count = len(line.series)
        return self.say(f", {by.en}: {count} values{none}", f"，{by.zh}：{count} 个值{none}")

    def _records_name(self, name: str) -> str:
        """`share of tickets` in the reader's language; any other name as it is."""
        kind, between, data = name.rpartition(" of ")
        if self.language != "zh" or not between or kind not in _OVER:
            return name
        return f"{data} 的{_OVER[kind]}"

    def _records(self, records: Records) -> str:
        more = ", ..." if records.count > len(records.ids) else ""
        listed = f": {', '.join(records.ids)}{more}" if records.ids else ""
        few = str(records.count)
        few_zh = few
        if records.of != records.count:
            few, few_zh = f"{records.count} of {records.of}", f"{records.of} 条中的 {records.count}"
        return self.say(f"{few} records{listed}", f"{few_zh} 条记录{listed}")

    # Pieces

    def say(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def words(self, words: Words) -> str:
        return words.read(self.language)

    def value(self, value: Value | None, unit: Unit) -> str:
        match value:
            case None:
                return self.say("missing", "缺失")
            case bool():
                return self.say("yes", "是") if value else self.say("no", "否")
            case Fraction():
                return shown(value, unit, self.language, self.derivation.currency)
            case _:
                return f'"{value}"'

    def _points(self, value: Fraction) -> str:
        text = decimal_text(value)
        return text if "/" not in text and len(text) <= 10 else f"{decimal_text(value, 6)}…"

    def quote(self, span: Span) -> str:
        """The policy's own words at a place."""
        return self.quotes.of(span)
