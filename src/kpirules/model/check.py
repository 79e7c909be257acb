"""The check: from the syntax tree to the rule model, with every mistake in meaning reported at once.

Order of work: parameters take their values; names are entered; measures, indicators, grades and amounts are
resolved; then what only the whole can tell (weights, cycles, missing data, unused names). Syntax ends here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from kpirules.calendars import CALENDARS, hours_in_order
from kpirules.diagnostics import Diagnostic, Span, Words, in_order, nearest
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems, rules
from kpirules.model.bands import scale
from kpirules.model.examples import check_examples
from kpirules.model.indicators import IndicatorCheck
from kpirules.model.lint import lint
from kpirules.model.resolve import Resolver, literal, moment
from kpirules.model.scope import UNIT_WORDS, Named, Scope
from kpirules.model.weights import check_weights
from kpirules.numbers import Mode, Rounding, decimal_text
from kpirules.units import NUMERIC, Type, Unit, fits, shown

Kind = TypeVar("Kind")
Only = TypeVar("Only", tree.Absence, tree.Applies)

# What only a file that was read completely can be blamed for.
_NEED_ALL = frozenset(
    problem.code
    for problem in (
        problems.NO_PERIOD,
        problems.GAP,
        problems.WEIGHTS,
        problems.SECTION_WEIGHTS,
        problems.NO_MISSING,
        problems.NO_FORM,
        problems.NO_MEASURE,
        problems.NO_TARGET,
        problems.EMPTY_BLOCK,
        problems.GRADES,
        problems.LEVEL,
        problems.DATA_SHAPE,
        problems.NO_GROUND,
        problems.OUTSIDE,
        problems.UNUSED_PARAMETER,
        problems.UNUSED_INPUT,
        problems.UNREACHED,
    )
)
_CALENDAR_NAMES = {"中国": "china", "无": "none"}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKING = rules.Working("china", (5, 6), ((9 * 60, 18 * 60),))


@dataclass(frozen=True, slots=True)
class Checked:
    """ruleset: None where there are errors. diagnostics: errors and warnings, sorted by position."""

    ruleset: rules.Ruleset | None
    diagnostics: tuple[Diagnostic, ...]


def check(
    policy: tree.Ruleset,
    path: str,
    *,
    skipped: frozenset[str] = frozenset(),
    settings: Mapping[str, tree.Expr] | None = None,
) -> Checked:
    """Check a policy whose parameters are set as given (others keep their defaults).

    skipped: words of lines that could not be read; with any, nothing that such a line could explain is reported.
    """
    work = _Check(policy, path, Scope(skipped), dict(settings or {}))
    ruleset = work.ruleset()
    found = work.scope.diagnostics
    if skipped:
        found = [one for one in found if one.code not in _NEED_ALL]
    failed = skipped or any(one.is_error for one in found)
    return Checked(None if failed else ruleset, in_order(found))


@dataclass(slots=True)
class _Check:
    policy: tree.Ruleset
    path: str
    scope: Scope
    settings: dict[str, tree.Expr]

    def ruleset(self) -> rules.Ruleset:
        policy, scope = self.policy, self.scope
        parameters = self._parameters(self._all(tree.Parameter))
        inputs = {one.name: one for one in map(self._input, self._all(tree.Input)) if one is not None}
        data = {one.name: one for one in map(self._data, self._all(tree.Data))}
        tables = {one.name: one for one in map(self._table, self._all(tree.Table))}
        sections = self._all(tree.Section)
        placed: list[tuple[tree.Indicator, str | None]] = [
            *((node, None) for node in self._all(tree.Indicator)),
            *((node, section.name.text) for section in sections for node in section.indicators),
        ]
        placed.sort(key=lambda one: one[0].span)
        self._ids([node.name for node, _ in placed], scope.indicators)
        self._ids([section.name for section in sections], {})
        for amount in self._all(tree.Amount):
            scope.declare(amount.name, Named("amount", Unit(amount.type.unit), amount.name.span))
        for eligible in self._all(tree.Eligible):
            scope.declare(eligible.name, Named("amount", Unit.BOOLEAN, eligible.name.span))
        measures = self._measures(self._all(tree.MeasureDefinition))
        header = _Header(self.policy.header, scope)
        default = self._default_missing()
        types = {one.name: one.type for one in inputs.values()}
        builder = IndicatorCheck(scope, types, default)
        built = [builder.indicator(node, section) for node, section in placed]
        indicators = [one for one in built if one is not None]
        applies = self._applies()
        built_sections = [self._section(node) for node in sections]
        outcomes = self._outcomes()
        ruleset = rules.Ruleset(
            id=policy.name.text,
            label=policy.label.text if policy.label else "",
            path=self.path,
            version=header.version(),
            in_force=header.in_force(),
            period=header.period(policy.name.span),
            applies=applies,
            working=header.working(),
            inputs=inputs,
            parameters=parameters,
            data=data,
            tables=tables,
            measures=measures,
            aggregates=tuple(scope.aggregates),
            sections=tuple(built_sections),
            indicators=tuple(indicators),
            points_rounding=header.rounding("points"),
            total_rounding=header.rounding("total"),
            grades=self._grades(),
            outcomes=outcomes,
            examples=(),
            span=policy.name.span,
        )
        self._whole(ruleset, placed, inputs)
        examples = check_examples(scope, ruleset, self._all(tree.Test))
        return replace(ruleset, examples=examples)

    def _all(self, kind: type[Kind]) -> list[Kind]:
        return [one for one in self.policy.declarations if isinstance(one, kind)]

    def _ids(self, names: Sequence[tree.Name], known: dict[str, Span]) -> None:
        for name in names:
            if name.text in known:
                self.scope.report(problems.TAKEN, name.span, name=name.text, line=known[name.text].line)
            known.setdefault(name.text, name.span)

    # Declarations

    def _type(self, node: tree.TypeName) -> Type:
        unit = Unit(node.unit)
        if unit is not Unit.RATING or node.low is None or node.high is None:
            return Type(unit, choices=tuple(one.text for one in node.choices))
        resolver = Resolver(self.scope)
        what = Words("the scale of a rating", "评级的范围")
        low, high = (
            resolver.constant(node.low, Unit.RATING, what),
            resolver.constant(node.high, Unit.RATING, what),
        )
        step = None if node.step is None else resolver.constant(node.step, Unit.RATING, what)
        found = Type(unit, _number(low), _number(high), _number(step) or Fraction(1))
        if (
            found.low is not None
            and found.high is not None
            and (found.low >= found.high or scale(found) is None)
        ):
            self.scope.report(
                problems.INVERTED, node.span, low=shown(found.low, unit), high=shown(found.high, unit)
            )
        return found

    def _parameters(self, nodes: Sequence[tree.Parameter]) -> dict[str, rules.Parameter]:
        found: dict[str, rules.Parameter] = {}
        for node in nodes:
            type_ = self._type(node.type)
            value = None if node.default is None else self._setting(node.default, type_, given=False)
            name = node.name.text
            given = name in self.settings
            if given:
                value = self._override(name, type_)
            if not self.scope.declare(node.name, Named("parameter", type_.unit, node.name.span, type_)):
                continue
            self.scope.values[name] = value
            label = node.label.text if node.label else ""
            found[name] = rules.Parameter(name, type_, label, value, given, node.name.span)
        for name in self.settings:
            if name not in found and name not in self.scope.skipped:
                known = Words(
                    f"its parameters: {', '.join(found) or '-'}", f"其参数：{'、'.join(found) or '-'}"
                )
                self.scope.report(
                    problems.NO_PARAMETER,
                    self.policy.name.span,
                    name=name,
                    known=known,
                    suggestion=nearest(name, found),
                )
        return found

    def _override(self, name: str, type_: Type) -> e.Value | None:
        """A parameter's value as its user gave it; what does not fit is reported in the user's terms."""
        resolver = Resolver(Scope(frozenset()))
        node = self.settings[name]
        built = _plain(node, type_) or resolver.constant(node, type_.unit, Words("the value", "该值"))
        value = None if built is None else built.value
        if value is None or not _allowed(value, type_):
            found = [one.message() for one in resolver.scope.diagnostics]
            chinese = [one.message("zh") for one in resolver.scope.diagnostics]
            why = Words("; ".join(found) or "it is outside the scale", "；".join(chinese) or "超出范围")
            self.scope.report(
                problems.SETTING, self.policy.name.span, name=name, why=why, wanted=UNIT_WORDS[type_.unit]
            )
        return value

    def _setting(self, node: tree.Expr, type_: Type, *, given: bool) -> e.Value | None:
        """A default's value in the type's unit."""
        plain = _plain(node, type_) if given or type_.unit is not Unit.RATIO else None
        built = plain or Resolver(self.scope).constant(node, type_.unit, Words("the default", "默认值"))
        if built is None or built.value is None:
            return None
        if not _allowed(built.value, type_):
            self.scope.report(
                problems.WRONG_UNIT,
                node.span,
                what=Words("the value", "该值"),
                wanted=Words("within the declared scale", "在声明的范围内"),
                given=Words("outside of it", "超出范围"),
                mend=Words("give a value of the scale", "请给出范围内的值"),
            )
        return built.value

    def _input(self, node: tree.Input) -> rules.Input | None:
        type_ = self._type(node.type)
        kind = "attribute" if node.attribute else "input"
        if type_.unit is Unit.STAFF:
            self._no_staff(node.type.span)
            return None
        if not self.scope.declare(node.name, Named(kind, type_.unit, node.name.span, type_)):
            return None
        missing = None if node.missing is None else self._setting(node.missing, type_, given=True)
        label = node.label.text if node.label else ""
        return rules.Input(node.name.text, type_, label, node.attribute, missing, node.name.span)

    def _no_staff(self, span: Span) -> None:
        self.scope.report(
            problems.WRONG_UNIT,
            span,
            what=Words("this type", "此类型"),
            wanted=Words("a kind of value", "一种值"),
            given=UNIT_WORDS[Unit.STAFF],
            mend=Words(
                "every row has its staff already; `staff` is for a field of data",
                "每行已有员工；“员工”类型只用于数据的字段",
            ),
        )

    def _data(self, node: tree.Data) -> rules.Data:
        name = node.name.text
        self.scope.declare(node.name, Named("data", Unit.TEXT, node.name.span))
        known: dict[str, Named] = {}
        built: list[rules.DataField] = []
        for one in node.fields:
            type_ = self._type(one.type)
            if one.name.text in known:
                line = known[one.name.text].span.line
                self.scope.report(problems.TAKEN, one.name.span, name=one.name.text, line=line)
                continue
            unit = Unit.TEXT if type_.unit is Unit.STAFF else type_.unit
            known[one.name.text] = Named("field", unit, one.name.span, type_)
            label = one.label.text if one.label else ""
            built.append(rules.DataField(one.name.text, type_, one.optional, label, one.name.span))
        self.scope.fields[name] = known
        staff = [one.name for one in built if one.type.unit is Unit.STAFF]
        if len(staff) != 1:
            what = Words("does not say whose a record is", "没有说明记录属于谁")
            if staff:
                what = Words("has two fields of type staff", "有两个“员工”类型的字段")
            self._data_shape(
                node, what, Words("give it one field `staff : staff`", "请写一个字段 `staff : 员工`")
            )
        placed = self._placed(node, built)
        return rules.Data(
            name,
            node.label.text if node.label else "",
            tuple(built),
            staff[0] if staff else "",
            placed or "",
            node.name.span,
        )

    def _placed(self, node: tree.Data, built: Sequence[rules.DataField]) -> str | None:
        """The field that puts a record in its period."""
        dated = {one.name for one in built if one.type.unit in (Unit.DATE, Unit.DATETIME)}
        example = Words(
            f"add `placed by {min(dated, default='opened')}`",
            f"请加上 `归期按 {min(dated, default='opened')}`",
        )
        if not node.placed_by:
            self._data_shape(
                node,
                Words("does not say which period a record belongs to", "没有说明记录归入哪个周期"),
                example,
            )
            return None
        for extra in node.placed_by[1:]:
            line = node.placed_by[0].span.line
            self.scope.report(problems.REPEATED, extra.span, what=Words("placed by", "归期按"), line=line)
        field = node.placed_by[0]
        if field.text not in dated:
            if field.text in {one.name for one in built}:
                self._data_shape(
                    node,
                    Words(
                        f"is placed by {field.text}, which is no date", f"按 {field.text} 归期，但它不是日期"
                    ),
                    example,
                )
            else:
                self.scope.unknown(field, dated)
            return None
        return field.text

    def _data_shape(self, node: tree.Data, what: Words, mend: Words) -> None:
        self.scope.report(problems.DATA_SHAPE, node.name.span, data=node.name.text, what=what, mend=mend)

    def _table(self, node: tree.Table) -> rules.Table:
        type_ = self._type(node.type)
        entries: dict[e.Value, Fraction] = {}
        otherwise: Fraction | None = None
        resolver = Resolver(self.scope)
        key_unit = Unit.NUMBER if any(isinstance(one.key, tree.Number) for one in node.entries) else Unit.TEXT
        if not node.entries:
            self.scope.report(
                problems.EMPTY_BLOCK,
                node.name.span,
                what=Words(f"the table {node.name.text}", f"对照表 {node.name.text}"),
            )
        for one in node.entries:
            value = resolver.constant(one.value, type_.unit, Words("an entry of the table", "对照表的值"))
            key = None if one.key is None else resolver.constant(one.key, key_unit, Words("a key", "键"))
            if one.key is None:
                otherwise = _number(value)
            elif key is not None and key.value is not None:
                if key.value in entries:
                    said = key.value if isinstance(key.value, str) else decimal_text(Fraction(key.value))
                    self.scope.report(
                        problems.LOOKUP,
                        one.span,
                        what=Words(f'the key "{said}" stands twice', f"键“{said}”出现两次"),
                        mend=Words("keep one of the two lines", "请只保留一行"),
                    )
                entries.setdefault(key.value, _number(value) or Fraction(0))
        self.scope.declare(node.name, Named("table", type_.unit, node.name.span))
        self.scope.tables[node.name.text] = (type_.unit, key_unit)
        label = node.label.text if node.label else ""
        return rules.Table(node.name.text, label, type_.unit, key_unit, entries, otherwise, node.name.span)

    def _measures(self, nodes: Sequence[tree.MeasureDefinition]) -> dict[str, rules.Measure]:
        """Measures in an order in which each is known before it is used; circles are reported."""
        waiting = {node.name.text: node for node in nodes}
        found: dict[str, rules.Measure] = {}
        state: dict[str, str] = {}

        def visit(name: str, path: tuple[str, ...]) -> None:
            if state.get(name) == "done":
                return
            if name in path:
                circle = (*path[path.index(name) :], name)
                self.scope.report(problems.CYCLE, waiting[name].name.span, names=" -> ".join(circle))
                state[name] = "done"
                return
            for other in sorted(_names_in(waiting[name].value) & waiting.keys()):
                visit(other, (*path, name))
            if state.get(name) == "done":
                return
            state[name] = "done"
            node = waiting[name]
            value = Resolver(self.scope, owner=name, zero_allowed=True).expr(node.value)
            unit = Unit.NUMBER if value is None else value.unit
            if self.scope.declare(node.name, Named("measure", unit, node.name.span)) and value is not None:
                found[name] = rules.Measure(
                    name, node.label.text if node.label else "", value, node.name.span
                )

        for node in nodes:
            if waiting[node.name.text] is not node:
                line = waiting[node.name.text].span.line
                self.scope.report(problems.TAKEN, node.name.span, name=node.name.text, line=line)
        for name in waiting:
            visit(name, ())
        return {node.name.text: found[node.name.text] for node in nodes if node.name.text in found}

    def _section(self, node: tree.Section) -> rules.Section:
        weight = None
        if node.weight is not None:
            weight = _number(
                Resolver(self.scope).constant(node.weight, Unit.NUMBER, Words("a weight", "权重"))
            )
        if not node.indicators:
            what = Words(f"the section {node.name.text}", f"章节 {node.name.text}")
            self.scope.report(problems.EMPTY_BLOCK, node.name.span, what=what)
        ids = tuple(one.name.text for one in node.indicators)
        return rules.Section(
            node.name.text, node.label.text if node.label else "", weight, ids, node.name.span
        )

    def _default_missing(self) -> rules.Missing | None:
        found = self._only(self.policy.header.missing, "missing", "缺失")
        return (
            None
            if found is None
            else IndicatorCheck(self.scope, {}, None).missing(Resolver(self.scope), found)
        )

    def _applies(self) -> e.Expr | None:
        found = self._only(self.policy.header.applies, "applies to", "适用")
        return (
            None
            if found is None or found.condition is None
            else Resolver(self.scope).condition(found.condition)
        )

    def _only(self, lines: Sequence[Only], en: str, zh: str) -> Only | None:
        for extra in lines[1:]:
            self.scope.report(problems.REPEATED, extra.span, what=Words(en, zh), line=lines[0].span.line)
        return lines[0] if lines else None

    def _grades(self) -> tuple[rules.Grade, ...]:
        blocks = self._all(tree.Grades)
        for extra in blocks[1:]:
            self.scope.report(
                problems.REPEATED, extra.span, what=Words("grades", "等级"), line=blocks[0].span.line
            )
        if not blocks:
            return ()
        nodes = blocks[0].grades
        if not nodes:
            self.scope.report(problems.EMPTY_BLOCK, blocks[0].span, what=Words("`grades`", "“等级”"))
        self._ids([node.name for node in nodes], {})
        found: list[rules.Grade] = []
        for node in nodes:
            low = None
            if node.low is not None:
                constant = Resolver(self.scope).constant(
                    node.low, Unit.POINTS, Words("a grade's boundary", "等级界限")
                )
                low = _number(constant)
                before = found[-1].low if found else None
                if low is not None and before is not None and low >= before:
                    self._grade(
                        node,
                        f"{node.name.text} begins at {decimal_text(low)}, not below the grade before it",
                        f"{node.name.text} 从 {decimal_text(low)} 起，不低于上一等级",
                    )
            if node.low is None and node is not nodes[-1]:
                self._grade(
                    node,
                    "a grade with `otherwise` takes everything below it, so it must be the last",
                    "“其他”包含其下全部，因此必须是最后一级",
                )
            found.append(
                rules.Grade(node.name.text, node.label.text if node.label else "", low, node.name.span)
            )
        if nodes and nodes[-1].low is not None:
            name = nodes[-1].name.text
            self._grade(nodes[-1], f"a total below {name} gets no grade", f"低于 {name} 的总分没有等级")
        return tuple(found)

    def _grade(self, node: tree.Grade, en: str, zh: str) -> None:
        self.scope.report(problems.GRADES, node.name.span, what=Words(en, zh))

    def _outcomes(self) -> tuple[rules.Outcome, ...]:
        found: list[rules.Outcome] = []
        for node in self.policy.declarations:
            label = node.label.text if isinstance(node, tree.Amount | tree.Eligible) and node.label else ""
            match node:
                case tree.Amount():
                    unit = Unit(node.type.unit)
                    resolver = Resolver(self.scope, owner=node.name.text)
                    if unit not in NUMERIC:
                        resolver.of(
                            node.value, lambda given: given in NUMERIC, Unit.MONEY, Words("an amount", "奖金")
                        )
                    wanted = unit
                    value = resolver.of(
                        node.value,
                        lambda given: fits(given, wanted),
                        unit,
                        Words(f'"{node.name.text}"', f"“{node.name.text}”"),
                    )
                    rounding = self._rounding(node.step, node.mode)
                    if value is not None:
                        notes = tuple(note.text for note in node.notes if note.kind == "clause")
                        found.append(
                            rules.Outcome(node.name.text, label, unit, value, rounding, notes, node.name.span)
                        )
                case tree.Eligible():
                    condition = Resolver(self.scope, owner=node.name.text).condition(node.condition)
                    if condition is not None:
                        notes = tuple(note.text for note in node.notes if note.kind == "clause")
                        found.append(
                            rules.Outcome(
                                node.name.text, label, Unit.BOOLEAN, condition, None, notes, node.name.span
                            )
                        )
        return tuple(found)

    def _rounding(self, step: tree.Number | None, mode: str | None) -> Rounding:
        return _rounding(self.scope, step, mode)

    # The whole

    def _whole(
        self,
        ruleset: rules.Ruleset,
        placed: Sequence[tuple[tree.Indicator, str | None]],
        inputs: dict[str, rules.Input],
    ) -> None:
        scope = self.scope
        if not placed:
            scope.report(problems.NO_GROUND, self.policy.name.span)
        if not self.policy.header.missing:
            silent = [
                node for node, _ in placed if not any(isinstance(item, tree.Absence) for item in node.items)
            ]
            if silent:
                names = ", ".join(node.name.text for node in silent)
                scope.report(problems.NO_MISSING, self.policy.name.span, indicators=names)
        every = len(ruleset.indicators) == len(placed)
        weights = [node.weight for node, _ in placed]
        settled = not any(name in _unset(scope) for node in weights for name in _names_in(node))
        if every and settled:
            check_weights(
                scope, inputs, ruleset.applies, ruleset.indicators, ruleset.sections, self.policy.name.span
            )
        _circles(scope, ruleset)
        for diagnostic in lint(ruleset, scope.used):
            scope.diagnostics.append(diagnostic)


@dataclass(frozen=True, slots=True)
class _Header:
    """The lines under `ruleset`, each at most once."""

    header: tree.Header
    scope: Scope

    def version(self) -> str | None:
        versions = self.header.version
        self._once([one.span for one in versions], "version", "版本")
        return versions[0].text if versions else None

    def in_force(self) -> tuple[str | None, str | None]:
        self._once([one[0].span for one in self.header.in_force], "in force", "生效")
        if not self.header.in_force:
            return None, None
        begin, end = self.header.in_force[0]
        days = [moment(one) for one in (begin, end) if one is not None]
        if None in days:
            wrong = begin if moment(begin) is None else end or begin
            self._wrong(
                wrong.span,
                Words(f"there is no day {wrong.text}", f"不存在日期 {wrong.text}"),
                Words("write a day that exists", "请写存在的日期"),
            )
        elif end is not None and end.text < begin.text:
            self._wrong(
                end.span,
                Words("the policy would end before it begins", "制度在开始之前就结束了"),
                Words("write the earlier day first", "请先写较早的日期"),
            )
        return begin.text, end.text if end is not None else None

    def period(self, place: Span) -> str:
        self._once([one.span for one in self.header.period], "period", "周期")
        if not self.header.period:
            self.scope.report(problems.NO_PERIOD, place)
            return "month"
        return self.header.period[0].text

    def rounding(self, what: str) -> Rounding:
        lines = [one for one in self.header.rounding if one.what == what]
        self._once([one.span for one in lines], f"round {what}", "取整")
        return _rounding(self.scope, lines[0].step if lines else None, lines[0].mode if lines else None)

    def working(self) -> rules.Working:
        calendars, hours = self.header.calendar, self.header.working_hours
        self._once([one.span for one in calendars], "calendar", "日历")
        self._once([one.span for one in hours], "working hours", "上班时间")
        name = _WORKING.calendar
        if calendars:
            name = _CALENDAR_NAMES.get(calendars[0].text, calendars[0].text)
            if name not in CALENDARS:
                known = ", ".join(CALENDARS)
                self._wrong(
                    calendars[0].span,
                    Words(f'there is no calendar "{calendars[0].text}"', f"没有日历“{calendars[0].text}”"),
                    Words(f"the calendars are {known}", f"可用的日历：{known}"),
                )
                name = _WORKING.calendar
        if hours and not hours_in_order(hours[0].spans):
            self._wrong(
                hours[0].span,
                Words(
                    "working hours must lie within a day, in order and apart",
                    "上班时间须在一天之内、先后有序且不重叠",
                ),
                Words(
                    "write for example `working hours 09:00 to 12:00, 13:00 to 18:00`",
                    "例如 `上班时间 09:00 至 12:00, 13:00 至 18:00`",
                ),
            )
            hours = ()
        weekend = _WORKING.weekend
        if self.header.weekend:
            weekend = tuple(sorted({_DAYS.index(day) for day in self.header.weekend[0]}))
        return rules.Working(name, weekend, hours[0].spans if hours else _WORKING.hours)

    def _once(self, spans: Sequence[Span], en: str, zh: str) -> None:
        for extra in spans[1:]:
            self.scope.report(problems.REPEATED, extra, what=Words(en, zh), line=spans[0].line)

    def _wrong(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.HEADER, span, what=what, mend=mend)


def _rounding(scope: Scope, step: tree.Number | None, mode: str | None) -> Rounding:
    """The rounding written, or two places half up."""
    if step is None:
        return Rounding()
    value = step.value
    odd = value.denominator
    for factor in (2, 5):
        while odd % factor == 0:
            odd //= factor
    if value <= 0 or odd != 1 or value.denominator > 10**12:
        scope.report(
            problems.STEP,
            step.span,
            what=Words("rounding needs a step above zero", "取整的步长须大于零"),
            mend=Words("write for example `round to 0.01`", "例如 `取整至 0.01`"),
        )
        return Rounding()
    return Rounding(value, Mode(mode) if mode else Mode.HALF_UP)


def _number(constant: e.Constant | None) -> Fraction | None:
    return constant.value if constant is not None and isinstance(constant.value, Fraction) else None


def _plain(node: tree.Expr, type_: Type) -> e.Constant | None:
    """A bare number where the declared type leaves no doubt: money in its currency, a ratio as the ratio itself."""
    if not isinstance(node, tree.Number) or node.unit is not None:
        return None
    if type_.unit not in (Unit.MONEY, Unit.RATIO, Unit.WORKDAYS):
        return None
    return e.Constant(literal(node)[0], type_.unit, node.span)


def _allowed(value: e.Value, type_: Type) -> bool:
    if isinstance(value, Fraction):
        steps = scale(type_)
        return value in steps if steps is not None else True
    return not type_.choices or value in type_.choices


def _names_in(node: object) -> set[str]:
    """Every name mentioned in a piece of the tree."""
    if isinstance(node, tree.Name):
        return {node.text}
    if isinstance(node, tuple):
        return set().union(*(_names_in(one) for one in node))
    if isinstance(node, tree.Node):
        return set().union(*(_names_in(getattr(node, one)) for one in node.__match_args__))
    return set()


def _unset(scope: Scope) -> set[str]:
    return {name for name, value in scope.values.items() if value is None}


def _circles(scope: Scope, ruleset: rules.Ruleset) -> None:
    """Report points, totals and amounts that lead back to themselves."""
    total = "total"
    points = {f"points of {one.id}" for one in ruleset.indicators}
    edges: dict[str, set[str]] = {total: set(points)}
    spans: dict[str, Span] = {total: ruleset.span}
    for indicator in ruleset.indicators:
        parts = [indicator.measure, indicator.applies, indicator.target.value if indicator.target else None]
        edges[f"points of {indicator.id}"] = set().union(*(_leads(one) for one in parts if one is not None))
        spans[f"points of {indicator.id}"] = indicator.span
    for name, measure in ruleset.measures.items():
        edges[name], spans[name] = _leads(measure.value), measure.span
    for outcome in ruleset.outcomes:
        edges[outcome.id], spans[outcome.id] = _leads(outcome.value), outcome.span
    if ruleset.applies is not None:
        edges["applies"], spans["applies"] = _leads(ruleset.applies), ruleset.applies.span
        edges[total] |= {"applies"}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = (*path[path.index(name) :], name)
            scope.report(problems.CYCLE, spans[name], names=" -> ".join(circle))
            done.update(circle)
            return
        if name in done or name not in edges:
            return
        for other in sorted(edges[name]):
            visit(other, (*path, name))
        done.add(name)

    for name in edges:
        visit(name, ())


def _leads(expr: e.Expr) -> set[str]:
    """What a value is worked out from, as far as circles are concerned."""
    found: set[str] = set()
    for part in e.walk(expr):
        match part:
            case e.MeasureOf(name) | e.OutcomeOf(name):
                found.add(name)
            case e.PointsOf(indicator):
                found.add(f"points of {indicator}")
            case e.PublishedTotal():
                found.add("total")
    return found
