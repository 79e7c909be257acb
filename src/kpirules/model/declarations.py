"""What a policy declares before its indicators: parameters, inputs, data, tables and named measures.

Names are entered first, in writing order, so that a formula may use what is declared further down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from kpirules.diagnostics import Span, Words, nearest
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import grains, problems, rules
from kpirules.model.advice import allowed, never, promise
from kpirules.model.bands import scale
from kpirules.model.currency import OTHER_CURRENCY, foreign
from kpirules.model.decisions import DecisionCheck, value_of
from kpirules.model.histories import HistoryCheck
from kpirules.model.order import in_order
from kpirules.model.plain import plain
from kpirules.model.ranges import range_of
from kpirules.model.raters import RatersCheck, shared_mean
from kpirules.model.resolve import Resolver
from kpirules.model.scalelines import ScaleCheck
from kpirules.model.scope import A_NUMBER, UNIT_WORDS, Named, Scope, listed, said, unit_of
from kpirules.model.stretches import schedule_of
from kpirules.model.ties import staff_of_partner, tie_all
from kpirules.numbers import decimal_text
from kpirules.units import CURRENCIES, NUMERIC, Type, Unit

Declared = (
    tree.Parameter
    | tree.Input
    | tree.Data
    | tree.History
    | tree.Table
    | tree.MeasureDefinition
    | tree.Raters
    | tree.Decision
    | tree.Amount
    | tree.Eligible
    | tree.Consequence
)
Node = TypeVar("Node", bound=Declared)


def enter_names(scope: Scope, declarations: Sequence[tree.Declaration]) -> None:
    """Take every name that formulas share for its first declaration."""
    for one in declarations:
        match one:
            case tree.Input(attribute=attribute):
                scope.enter(one.name, "attribute" if attribute else "input")
            case tree.Parameter():
                scope.enter(one.name, "parameter")
            case tree.Data():
                scope.enter(one.name, "data")
            case tree.History():
                scope.enter(one.name, "data")
                scope.histories[one.name.text] = any(line.each for line in one.in_force)
            case tree.Table():
                scope.enter(one.name, "table")
            case tree.MeasureDefinition() | tree.Raters() | tree.Decision():
                scope.enter(one.name, "measure")
            case tree.Amount() | tree.Eligible() | tree.Consequence():
                scope.enter(one.name, "amount")
            case tree.Adjustments(lines):
                for line in lines:
                    if not isinstance(line, tree.Cap):
                        scope.enter(line.name, "adjustment")


def label_of(node: tree.Text | None) -> str:
    return node.text if node else ""


def number_of(constant: e.Constant | None) -> Fraction | None:
    """A constant's number, if it has one."""
    return constant.value if constant is not None and isinstance(constant.value, Fraction) else None


def names_in(node: object) -> set[str]:
    """Every name mentioned in a piece of the tree."""
    if isinstance(node, tree.Name):
        return {node.text}
    if isinstance(node, tuple):
        return set().union(*(names_in(one) for one in node))
    if isinstance(node, tree.Node):
        return set().union(*(names_in(getattr(node, one)) for one in node.__match_args__))
    return set()


@dataclass(frozen=True, slots=True)
class Declarations:
    """Checks one ruleset's declarations. settings: parameters as their user sets them."""

    scope: Scope
    policy: tree.Ruleset
    settings: Mapping[str, tree.Expr]
    decisions: dict[str, rules.Decision] = field(default_factory=dict)

    def _all(self, kind: type[Node]) -> list[Node]:
        """The declarations of a kind, without those whose name was taken before."""
        found = (one for one in self.policy.declarations if isinstance(one, kind))
        return [one for one in found if self.scope.owns(one.name)]

    # Types

    def type_of(self, node: tree.TypeName) -> Type:
        """The declared type; a rating whose scale is wrong comes back without it."""
        unit = unit_of(node)
        if unit is not Unit.RATING or node.low is None or node.high is None:
            choices = tuple(one.text for one in node.choices)
            return Type(unit, choices=choices, currency=self.scope.currency)
        resolver = Resolver(self.scope)
        what = Words("the scale of a rating", "评级的范围")
        low = number_of(resolver.constant(node.low, Unit.RATING, what))
        high = number_of(resolver.constant(node.high, Unit.RATING, what))
        step: Fraction | None = Fraction(1)
        if node.step is not None:
            step = number_of(resolver.constant(node.step, Unit.RATING, what))
        if low is None or high is None or step is None:
            return Type(unit)
        found = Type(unit, low, high, step)
        wrong = _scale_problem(low, high, step, found)
        if wrong is None:
            return found
        self.scope.report(problems.SCALE, node.span, what=wrong[0], mend=wrong[1])
        return Type(unit)

    # Parameters

    def parameters(self) -> dict[str, rules.Parameter]:
        """Parameters with their values in force; defaults may use other parameters, wherever they stand."""
        nodes = {one.name.text: one for one in self._all(tree.Parameter)}
        types: dict[str, Type] = {}
        for name, node in nodes.items():
            if node.type.unit in ("staff", "subject"):
                self._no_staff(node.type.span)
                self.scope.broken.add(name)
                continue
            types[name] = self.type_of(node.type)
            self.scope.names[name] = Named("parameter", types[name].unit, node.name.span, types[name])
            self.scope.values[name] = None
        formulas = {name: (node.default, node.stretches) for name, node in nodes.items()}
        for name in self._in_order(formulas):
            if name in types:
                self._settle(nodes[name], types[name])
        self._unknown_settings(types)
        return {
            name: rules.Parameter(
                name,
                types[name],
                label_of(node.label),
                self.scope.values[name],
                name in self.settings,
                node.name.span,
                self.scope.schedules.get(name),
            )
            for name, node in nodes.items()
            if name in types
        }

    def _settle(self, node: tree.Parameter, type_: Type) -> None:
        """Give a parameter its value, and its values from certain days on where nobody set it to one."""
        name = node.name.text
        value = self._value_of(node, type_)
        before = len(self.scope.diagnostics)
        schedule = schedule_of(self.scope, node, type_, value, lambda one: self._default(name, one, type_))
        self.scope.values[name] = value
        if len(self.scope.diagnostics) > before:
            self.scope.broken.add(name)
        elif schedule is not None and name not in self.settings:
            self.scope.schedules[name] = schedule

    def _value_of(self, node: tree.Parameter, type_: Type) -> e.Value | None:
        name = node.name.text
        default = None if node.default is None else self._default(name, node.default, type_)
        if name in self.settings:
            return self._override(name, type_)
        if node.default is not None and default is None:
            self.scope.broken.add(name)
        return default

    def _default(self, name: str, node: tree.Expr, type_: Type) -> e.Value | None:
        """A value in the type's unit; zero and plain amounts need no unit where the type leaves no doubt."""
        built = plain(node, type_) or Resolver(self.scope, owner=name).constant(
            node, type_.unit, Words("the value", "该值")
        )
        if built is None or built.value is None:
            return None
        if not allowed(built.value, type_):
            never(self.scope, node.span, name, built.value, type_)
            return None
        return built.value

    def _override(self, name: str, type_: Type) -> e.Value | None:
        """A parameter's value as its user gave it; what does not fit is reported in the user's terms."""
        resolver = Resolver(Scope(frozenset(), currency=self.scope.currency))
        node = self.settings[name]
        for _, other in foreign(node, self.scope.currency):
            given, own = CURRENCIES[other], CURRENCIES[self.scope.currency]
            resolver.scope.report(
                OTHER_CURRENCY,
                node.span,
                own=Words(self.scope.currency, own.zh),
                other=Words(other, given.zh),
            )
        built = plain(node, type_, ratio=True) or resolver.constant(
            node, type_.unit, Words("the value", "该值")
        )
        value = None if built is None or resolver.scope.diagnostics else built.value
        if value is None or not allowed(value, type_):
            found = [one.message() for one in resolver.scope.diagnostics] or [promise(type_).en]
            chinese = [one.message("zh") for one in resolver.scope.diagnostics] or [promise(type_).zh]
            why = Words("; ".join(found), "；".join(chinese))
            self.scope.broken.add(name)
            self.scope.report(
                problems.SETTING, self.policy.name.span, name=name, why=why, wanted=UNIT_WORDS[type_.unit]
            )
            return None
        return value

    def _unknown_settings(self, found: Mapping[str, Type]) -> None:
        for name in self.settings:
            if name not in found and name not in self.scope.skipped:
                words = listed(found)
                known = Words(f"its parameters: {words.en}", f"其参数：{words.zh}")
                if not found:
                    known = Words("it has none", "它没有参数")
                self.scope.report(
                    problems.NO_PARAMETER,
                    self.policy.name.span,
                    name=name,
                    known=known,
                    suggestion=nearest(name, found),
                )

    def _in_order(self, formulas: Mapping[str, object]) -> Iterator[str]:
        """Names so that each comes after those that its formula mentions; those in a circle are reported and broken."""
        edges = {name: names_in(formula) & formulas.keys() for name, formula in formulas.items()}
        for circle in in_order(edges):
            if len(circle) > 1:
                name = circle[0]
                shown = " -> ".join(circle)
                self.scope.report(problems.CYCLE, self.scope.first[name].span, name=name, names=shown)
                self.scope.broken.update(circle)
            else:
                yield circle[0]

    # Inputs

    def inputs(self) -> dict[str, rules.Input]:
        """The columns that users deliver, attributes included."""
        found: dict[str, rules.Input] = {}
        for node in self._all(tree.Input):
            name = node.name.text
            if node.type.unit in ("staff", "subject"):
                self._no_staff(node.type.span)
                self.scope.broken.add(name)
                continue
            type_ = self.type_of(node.type)
            kind = "attribute" if node.attribute else "input"
            grain = grains.declared(self.scope, node.grain, node.name.span)
            grains.free_table(self.scope, grain)
            self.scope.names[name] = Named(kind, type_.unit, node.name.span, type_, grain)
            missing = None if node.missing is None else self._default(name, node.missing, type_)
            history = None if node.taken_from is None else node.taken_from.text
            found[name] = rules.Input(
                name, type_, label_of(node.label), node.attribute, missing, node.name.span, grain, history
            )
        return found

    def _no_staff(self, span: Span) -> None:
        self.scope.report(
            problems.WRONG_UNIT,
            span,
            what=Words("this type", "此类型"),
            wanted=Words("a kind of value", "一种值"),
            given=UNIT_WORDS[Unit.STAFF],
            mend=Words(
                f"every row has its {self.scope.subject.name} already: leave this line out; this type is for a field of"
                " data",
                f"每行已有{self.scope.subject.words.zh}，请删除此行；此类型只用于数据的字段",
            ),
        )

    # Data

    def data(self) -> dict[str, rules.Data]:
        """The data sets of records."""
        nodes = self._all(tree.Data)
        fields = {one.name.text: self._fields(one) for one in nodes}
        ties = tie_all(self.scope, nodes, fields)
        found = {
            one.name.text: self._data_set(
                one, fields[one.name.text], ties[one.name.text], staff_of_partner(ties[one.name.text], fields)
            )
            for one in nodes
        }
        histories = HistoryCheck(self.scope)
        for node in self._all(tree.History):
            found[node.name.text] = histories.history(node, self._fields(node))
        histories.taken(self._all(tree.Input))
        return found

    def _fields(self, node: tree.Data | tree.History) -> list[rules.DataField]:
        known: dict[str, Named] = {}
        built: list[rules.DataField] = []
        for one in node.fields:
            type_ = self.type_of(one.type)
            if one.name.text in known:
                line = known[one.name.text].span.line
                self.scope.report(problems.TAKEN, one.name.span, name=one.name.text, line=line)
                continue
            if one.type.unit == "staff" and self.scope.subject != rules.STAFF:
                what = Words(
                    f"has a field of type staff, but this policy appraises by {self.scope.subject.name}",
                    f"有“员工”类型的字段，而本制度考核的对象是{self.scope.subject.words.zh}",
                )
                mend = Words("write `subject` for it, or `text`", "请写 `对象` 或 `文本`")
                self._shape(one.type.span, node, what, mend)
            unit = Unit.TEXT if type_.unit is Unit.STAFF else type_.unit
            known[one.name.text] = Named("field", unit, one.name.span, type_)
            built.append(
                rules.DataField(one.name.text, type_, one.optional, label_of(one.label), one.name.span)
            )
        self.scope.fields[node.name.text] = known
        return built

    def _data_set(
        self,
        node: tree.Data,
        built: Sequence[rules.DataField],
        ties: Sequence[rules.Tie],
        partners: Sequence[str],
    ) -> rules.Data:
        """One data set. partners: the fields of its partners that name a person."""
        name = node.name.text
        staff = [one for one in built if one.type.unit is Unit.STAFF]
        whose, placed = staff[0].name if staff else "", ""
        if not node.fields and not node.placed_by:
            self.scope.broken.add(name)
            what = Words(f'the data "{name}"', f"数据“{name}”")
            mend = Words(
                "list its fields below, indented: `staff : staff`, `opened : datetime`, `placed by opened`",
                "请在下面缩进列出字段：`staff : 员工`、`opened : 时刻`、`归期按 opened`",
            )
            self.scope.report(problems.EMPTY_BLOCK, node.name.span, what=what, mend=mend)
        elif name not in self.scope.broken:
            self._whose(node, staff, partners)
            whose = whose or next(iter(partners), "")
            placed = self._placed(node, self.scope.fields[name])
            self.scope.placed[name] = placed
        return rules.Data(
            name, label_of(node.label), tuple(built), whose, placed, node.name.span, tuple(ties)
        )

    def _whose(self, node: tree.Data, staff: Sequence[rules.DataField], partners: Sequence[str]) -> None:
        """A record belongs to one person: one that it names, or its partner's."""
        if not staff and len(partners) > 1:
            what = Words("is tied to several people", "关联到多个人员")
            mend = Words(
                "add a field `staff : staff` that says whose a record is", "请加上字段 `staff : 员工`"
            )
            self._shape(node.name.span, node, what, mend)
        elif not staff and not partners:
            what = Words("does not say whose a record is", "没有说明记录属于谁")
            who, word, chinese = "staff", "staff", "员工"
            if self.scope.subject != rules.STAFF:
                who, word, chinese = self.scope.subject.name, "subject", "对象"
            mend = Words(f"add a field `{who} : {word}`", f"请加上字段 `{who} : {chinese}`")
            self._shape(node.name.span, node, what, mend)
        for extra in staff[1:]:
            what = Words(
                f"has the field {staff[0].name} of type staff already",
                f"已有“员工”类型的字段 {staff[0].name}",
            )
            mend = Words("declare the other person as `text`", "另一个人请声明为 `文本`")
            self._shape(extra.span, node, what, mend)

    def _placed(self, node: tree.Data, known: Mapping[str, Named]) -> str:
        """The field that puts a record in its period, or nothing."""
        dated = [name for name, one in known.items() if one.unit in (Unit.DATE, Unit.DATETIME)]
        dated.sort(key=lambda name: ("." in name, name))
        mend = Words(f"write `placed by {dated[0]}`", f"请写 `归期按 {dated[0]}`") if dated else _NO_DATE
        if not node.placed_by:
            what = Words("does not say which period a record belongs to", "没有说明记录归入哪个周期")
            self._shape(node.name.span, node, what, mend)
            return ""
        for extra in node.placed_by[1:]:
            line = node.placed_by[0].span.line
            self.scope.report(problems.REPEATED, extra.span, what=Words('"placed by"', "“归期按”"), line=line)
        field = node.placed_by[0]
        if field.text in dated:
            return field.text
        if field.text in known:
            what = Words(
                f"is placed by {field.text}, which is no date", f"按 {field.text} 归期，但它不是日期"
            )
            self._shape(field.span, node, what, mend)
        else:
            self.scope.unknown(
                field, dated, thing=Words("no field", "字段"), advice=None if dated else _NO_DATE
            )
        return ""

    def _shape(self, span: Span, node: tree.Data | tree.History, what: Words, mend: Words) -> None:
        self.scope.report(problems.DATA_SHAPE, span, data=node.name.text, what=what, mend=mend)

    # Tables

    def tables(self) -> dict[str, rules.Table]:
        """The lookup tables."""
        return {one.name: one for one in map(self._table, self._all(tree.Table))}

    def _table(self, node: tree.Table) -> rules.Table:
        name = node.name.text
        unit = self._table_unit(node)
        if node.bands or node.marginal:
            return ScaleCheck(self.scope, node, unit).table()
        key_unit = self._keys(node)
        resolver = Resolver(self.scope, owner=name)
        entries: dict[e.Value, Fraction] = {}
        otherwise: Fraction | None = None
        said_on: dict[e.Value | None, int] = {}
        for one in node.entries:
            value = resolver.constant(one.value, unit, Words("an entry of this table", "此对照表的值"))
            key = None if one.key is None else resolver.constant(one.key, key_unit, Words("a key", "键"))
            if one.key is not None and key is None:
                continue
            wanted = None if key is None else key.value
            if wanted in said_on:
                self._repeated_key(one, wanted, said_on[wanted])
            elif wanted is None:
                otherwise = number_of(value)
            else:
                entries[wanted] = number_of(value) or Fraction(0)
            said_on.setdefault(wanted, one.span.line)
        self.scope.tables[name] = (unit, key_unit)
        return rules.Table(name, label_of(node.label), unit, key_unit, entries, otherwise, node.name.span)

    def _table_unit(self, node: tree.Table) -> Unit:
        unit = self.type_of(node.type).unit
        if unit in NUMERIC:
            return unit
        what = Words("what a table gives", "对照表的结果")
        mend = Words("write for example `number`, `ratio` or `money`", "例如 `数值`、`比率` 或 `金额`")
        Resolver(self.scope).wrong(node.type.span, what, A_NUMBER, UNIT_WORDS[unit], mend)
        return Unit.NUMBER

    def _keys(self, node: tree.Table) -> Unit:
        """Whether the keys are texts or numbers; those of the rarer kind are reported."""
        if not node.entries:
            what = Words(f'the table "{node.name.text}"', f"对照表“{node.name.text}”")
            mend = Words('add lines such as `"KEY" 1` below, indented', "请在下面缩进写出各行，例如 `“键” 1`")
            self.scope.report(problems.EMPTY_BLOCK, node.name.span, what=what, mend=mend)
        keys = [one.key for one in node.entries if one.key is not None]
        numbers = sum(isinstance(one, tree.Number) for one in keys)
        return Unit.NUMBER if numbers * 2 > len(keys) else Unit.TEXT

    def _repeated_key(self, entry: tree.Entry, key: e.Value | None, line: int) -> None:
        shown = Words("`otherwise`", "“其他”")
        if key is not None:
            text = key if isinstance(key, str) else decimal_text(Fraction(key))
            shown = Words(f'the key "{text}"', f"键“{text}”")
        what = Words(f"{shown.en} stands twice in this table", f"{shown.zh}在此对照表中出现两次")
        mend = Words(f"it stands on line {line} too: keep one", f"第 {line} 行已有，请只保留一行")
        self.scope.report(problems.LOOKUP, entry.span, what=what, mend=mend)

    # Measures

    def measures(self) -> tuple[dict[str, rules.Measure], dict[str, rules.Raters]]:
        """The named measures in writing order, each resolved after those that it uses; of raters, their groups too."""
        written: list[tree.MeasureDefinition | tree.Decision] = [
            *self._all(tree.MeasureDefinition),
            *self._all(tree.Decision),
        ]
        nodes = {one.name.text: one for one in sorted(written, key=lambda one: one.span)}
        rated = {one.name.text: one for one in self._all(tree.Raters)}
        found: dict[str, rules.Measure] = {}
        groups: dict[str, rules.Raters] = {}
        formulas: dict[str, object] = {name: _formula(node) for name, node in nodes.items()}
        formulas |= {name: (node.rated, node.groups) for name, node in rated.items()}
        for name in self._in_order(formulas):
            if name in rated:
                self._raters(rated[name], found, groups)
                continue
            node = nodes[name]
            grain: str | None = None
            if isinstance(node, tree.Decision):
                value = self._decided(node)
                type_ = None if value is None else self.type_of(node.type)
            else:
                grain = grains.declared(self.scope, node.grain, node.name.span)
                value = Resolver(self.scope, owner=name, zero_allowed=True, grain=grain).expr(node.value)
                type_ = None
            if value is None:
                self.scope.broken.add(name)
                continue
            self.scope.names[name] = Named("measure", value.unit, node.name.span, type_, grain)
            self.scope.ranges[name] = range_of(value, self.scope)
            found[name] = rules.Measure(name, label_of(node.label), value, node.name.span, grain)
        return {name: found[name] for name in formulas if name in found}, groups

    def _raters(
        self, node: tree.Raters, found: dict[str, rules.Measure], groups: dict[str, rules.Raters]
    ) -> None:
        name = node.name.text
        raters = RatersCheck(self.scope).raters(node)
        if raters is None:
            self.scope.broken.add(name)
            return
        value = shared_mean(raters, node.name.span)
        self.scope.names[name] = Named("measure", value.unit, node.name.span)
        found[name] = rules.Measure(name, label_of(node.label), value, node.name.span)
        groups[name] = raters

    def _decided(self, node: tree.Decision) -> e.Expr | None:
        """A decision's value; the decision itself is kept in `decisions`."""
        built = DecisionCheck(self.scope, self.type_of(node.type)).decision(node)
        if built is None:
            return None
        self.decisions[built.name] = built
        return value_of(built)


def _formula(node: tree.MeasureDefinition | tree.Decision) -> object:
    return (node.rules, node.priorities) if isinstance(node, tree.Decision) else node.value


_NO_DATE = Words(
    "declare its date, such as `opened : datetime`, and write `placed by opened`",
    "请声明其日期，例如 `opened : 时刻`，并写 `归期按 opened`",
)


def _scale_problem(low: Fraction, high: Fraction, step: Fraction, found: Type) -> tuple[Words, Words] | None:
    """What is wrong with a rating's scale, and the mend."""
    ends = (said(low, Unit.RATING).en, said(high, Unit.RATING).en, decimal_text(step))
    if low >= high:
        return (
            Words(f"{ends[0]} is not below {ends[1]}", f"{ends[0]} 不小于 {ends[1]}"),
            Words(
                f"write the lowest rating first: `rating {ends[1]} to {ends[0]}`",
                f"请先写最低分：`评级 {ends[1]} 至 {ends[0]}`",
            ),
        )
    if step <= 0 or ((high - low) / step).denominator != 1:
        return (
            Words(
                f"steps of {ends[2]} do not lead from {ends[0]} to {ends[1]}",
                f"步长 {ends[2]} 无法从 {ends[0]} 走到 {ends[1]}",
            ),
            Words(
                "write a step that divides the scale, such as `step 0.5`",
                "请写能整除范围的步长，例如 `步长 0.5`",
            ),
        )
    if scale(found) is None:
        return (
            Words("it has more than 1000 steps", "超过 1000 级"),
            Words("declare it as `number` or `points` instead", "请改为声明 `数值` 或 `分数`"),
        )
    return None
