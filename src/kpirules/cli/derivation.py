"""A derivation on paper: as text that a person can check by hand, and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from kpirules.cli import adjusting
from kpirules.cli.stretches import stretch_record, stretches_told
from kpirules.diagnostics import Language, Span, Words
from kpirules.model.expressions import Value
from kpirules.model.grains import BY
from kpirules.numbers import decimal_text
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


class Statement:
    """Writes one derivation in one language; `sources` are the texts of the policy's files, for quoting it."""

    def __init__(self, derivation: Derivation, sources: Mapping[str, str], language: Language) -> None:
        self.derivation = derivation
        self.sources = {path: text.split("\n") for path, text in sources.items()}
        self.language: Language = language

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
        if line.target is not None:
            operator, value, parameter = line.target
            in_force = "" if value is None else self.value(value, line.unit)
            named = f" ({self.say('parameter', '参数')} {parameter})" if parameter else ""
            yield f"{self.say('target', '目标')}: {operator} {in_force or self.say('missing', '缺失')}{named}"
        for fact in line.facts:
            yield from self._fact_rows(fact)
        measured = self.value(line.measure, line.unit)
        if line.measured == line.rule:  # the rule says what is measured
            yield f"{self.say('measure', '度量')}: {measured}"
        else:
            yield f"{self.say('measure', '度量')}: {self.quote(line.measured)} = {measured}"
        yield f"{self.say('so', '因此')}: {self.words(line.because)}"
        if line.points is not None and line.published is not None and line.points != line.published:
            yield (
                f"{self._points(line.points)}, {self.words(self.derivation.points_rounding)}:"
                f" {decimal_text(line.published)}"
            )
        for note in line.notes:
            yield f"{self.say('note', '备注')}: {note}"

    def _total(self) -> Iterator[str]:
        one = self.derivation
        if one.rolled is not None:
            yield from self._outcome(one.rolled)
            yield from self._grade()
            return
        if one.total is None or one.unrounded_total is None:
            yield self.say("total: none, since no indicator has a fact", "总分：无，因为没有任何指标有事实")
            return
        earned, present = self._points(one.earned), decimal_text(one.present)
        base = f"{earned} / {present} x 100 = {self._points(one.unrounded_total)}"
        steps = [] if one.adjusted is None else adjusting.steps(one.adjusted, one.limits, self.language)
        for number, step in enumerate(steps):
            mark = self.say("total", "总分") + f": {base}" if number == 0 else ""
            yield from (row for row in (mark, f"   ├─ {step}") if row)
        rounded = f"{self.words(one.total_rounding)}: {decimal_text(one.total, 2)}"
        yield f"   └─ {rounded}" if steps else f"{self.say('total', '总分')}: {base}, {rounded}"
        yield from self._grade()

    def _grade(self) -> Iterator[str]:
        one = self.derivation
        if one.grade is not None:
            label = f" {one.grade_label}" if one.grade_label else ""
            since = ""
            if one.grade_from is not None:
                low = decimal_text(one.grade_from)
                since = self.say(f" (from {low})", f"（{low} 起）")
            vetoes = [line.id for line, _ in one.adjustments if line.grade is not None and line.lowered]
            by = (
                self.say(f", lowered by {', '.join(vetoes)}", f"，因 {'、'.join(vetoes)} 降低")
                if vetoes
                else ""
            )
            yield f"{self.say('grade', '等级')}: {one.grade}{label}{since}{by}"
            for number, quota in enumerate(one.quotas, 1):
                yield f"   {'└─' if number == len(one.quotas) else '├─'} {self.words(quota)}"

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
        if isinstance(line.unrounded, Fraction) and line.unrounded != line.published:
            rows.append(f"{self._points(line.unrounded)}, {self.words(line.rounding)}")
        for number, row in enumerate(rows):
            yield f"   {'└─' if number == len(rows) - 1 else '├─'} {row}"

    def fact(self, line: FactLine) -> str:
        """A fact with its kind, label and value, and the records behind it."""
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
            return said if line.records is None else f"{said} ({self._records(line.records)})"
        said = f"{self.words(_KINDS[line.kind])} {name} = {self.value(line.value, line.unit)}"
        if line.detail is not None:
            said = f"{said} ({self.words(line.detail)})"
        if line.rules:
            decided = "; ".join(
                f"{self.say('line', '第')} {one.line}{self.say('', ' 行')}: {self.quote(one)}"
                for one in line.rules
            )
            said = f"{said} ({decided})"
        if line.in_force is not None:
            told = self.words(stretches_told(*line.in_force, line.unit))
            return self.say(f"{said} ({told})", f"{said}（{told}）")
        if line.records is None:
            return said
        return f"{said} ({self._records(line.records)})"

    def _fact_rows(self, line: FactLine) -> Iterator[str]:
        """A fact; of what is measured by a shorter period, its values below."""
        yield self.fact(line)
        told = [f"{time} {self.value(value, line.unit)}" for time, value in line.series if value is not None]
        for start in range(0, len(told), _A_LINE):
            yield f"   {self.say(', ', '，').join(told[start : start + _A_LINE])}"

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
        """The policy's own words at a place; a block is quoted by its lines."""
        lines = self.sources.get(span.path, [])
        if span.line > len(lines):
            return ""
        if span.end_line == span.line:
            return lines[span.line - 1][span.column - 1 : span.end_column - 1].strip()
        first = lines[span.line - 1][span.column - 1 :].split("#")[0].strip()
        rest = (one.split("#")[0].strip() for one in lines[span.line : span.end_line - 1])
        return "; ".join([first, *(" ".join(one.split()) for one in rest if one)])

    # JSON

    def record(self) -> dict[str, object]:
        """Plain values: exact numbers as decimal text (or p/q where the decimal never ends)."""
        one = self.derivation
        return {
            "ruleset": one.ruleset,
            "label": one.label,
            "version": one.version,
            one.subject.name: one.staff,
            "period": one.period,
            "appraised": one.appraised,
            "attributes": [self._fact_record(fact) for fact in one.attributes],
            "indicators": [self._indicator_record(line) for line in one.indicators],
            "earned": _exact(one.earned),
            "weight_present": _exact(one.present),
            "unrounded_total": _exact(one.unrounded_total),
            "adjustments": [
                {
                    **adjusting.record(line, self.language),
                    "rule": self.quote(line.rule),
                    "facts": [self._fact_record(fact) for fact in facts],
                }
                for line, facts in one.adjustments
            ],
            "adjusted_total": None if one.adjusted is None else _exact(one.adjusted.total),
            "total": _exact(one.total),
            "total_rounding": self.words(one.total_rounding),
            "grade": one.grade,
            "grade_label": one.grade_label,
            "grade_from": _exact(one.grade_from),
            "quotas": [self.words(quota) for quota in one.quotas],
            "total_formula": None if one.rolled is None else self.quote(one.rolled.formula),
            "total_facts": []
            if one.rolled is None
            else [self._fact_record(fact) for fact in one.rolled.facts],
            "outcomes": [
                {
                    "id": line.id,
                    "label": line.label,
                    "unit": str(line.unit),
                    "formula": self.quote(line.formula),
                    "facts": [self._fact_record(fact) for fact in line.facts],
                    "unrounded": _exact(line.unrounded),
                    "published": _exact(line.published),
                    "rounding": self.words(line.rounding),
                }
                for line in one.outcomes
            ],
        }

    def _indicator_record(self, line: IndicatorLine) -> dict[str, object]:
        target: Mapping[str, object] | None = None
        if line.target is not None:
            operator, value, parameter = line.target
            target = {"operator": operator, "value": _exact(value), "parameter": parameter}
        return {
            "id": line.id,
            "label": line.label,
            "section": line.section,
            "weight": _exact(line.weight),
            "applies": line.applies,
            "clauses": list(line.clauses),
            "notes": list(line.notes),
            "rule": self.quote(line.rule),
            "line": line.rule.line,
            "measure": self.quote(line.measured),
            "value": _exact(line.measure),
            "unit": str(line.unit),
            "target": target,
            "facts": [self._fact_record(fact) for fact in line.facts],
            "missing": line.absent,
            "points": _exact(line.points),
            "published": _exact(line.published),
            "lost": _exact(line.lost),
            "because": self.words(line.because),
        }

    def _fact_record(self, fact: FactLine) -> dict[str, object]:
        record: dict[str, object] = {
            "kind": fact.kind,
            "name": fact.name,
            "label": fact.label,
            "value": _exact(fact.value),
            "unit": str(fact.unit),
        }
        if fact.grain is not None:
            record["by"] = fact.grain
        if fact.series:
            record["values"] = [{"period": time, "value": _exact(value)} for time, value in fact.series]
        if fact.formula is not None:
            record["formula"] = self.quote(fact.formula)
        if fact.detail is not None:
            record["detail"] = self.words(fact.detail)
        if fact.rules:
            record["rules"] = [{"line": one.line, "text": self.quote(one)} for one in fact.rules]
        if fact.in_force is not None:
            record["goes_by"] = str(fact.in_force[0])
            record["stretches"] = [stretch_record(part) for part in fact.in_force[1]]
        if fact.records is not None:
            record["records"] = {
                "count": fact.records.count,
                "of": fact.records.of,
                "ids": list(fact.records.ids),
            }
        return record


def _exact(value: Value | None) -> str | bool | None:
    return decimal_text(value) if isinstance(value, Fraction) else value
