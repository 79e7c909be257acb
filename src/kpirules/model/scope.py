"""The names of a ruleset while it is checked, and what is reported about them. Knows no expressions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePath

from kpirules.diagnostics import Diagnostic, Problem, Span, Words, nearest
from kpirules.language import tree
from kpirules.language.idioms import number_written_as
from kpirules.model import problems
from kpirules.model.expressions import Aggregate, Value
from kpirules.model.rules import STAFF, Subject
from kpirules.model.schedule import Schedule
from kpirules.units import Type, Unit, shown

UNIT_WORDS = {
    Unit.NUMBER: Words("a plain number", "普通数"),
    Unit.COUNT: Words("a count", "次数"),
    Unit.RATIO: Words("a ratio", "比率"),
    Unit.POINTS: Words("points", "分数"),
    Unit.RATING: Words("a rating", "评级"),
    Unit.DURATION: Words("a duration", "时长"),
    Unit.WORKDAYS: Words("working days", "工作日数"),
    Unit.MONEY: Words("money", "金额"),
    Unit.DATETIME: Words("a date and time", "时刻"),
    Unit.DATE: Words("a date", "日期"),
    Unit.TEXT: Words("a text", "文字"),
    Unit.BOOLEAN: Words("a condition (true or false)", "条件（真或假）"),
    Unit.STAFF: Words("a staff member", "员工"),
}
#: A value of each kind as a policy writes it, for advice.
UNIT_EXAMPLES = {
    Unit.NUMBER: Words("5", "5"),
    Unit.COUNT: Words("3", "3"),
    Unit.RATIO: Words("95%", "95%"),
    Unit.POINTS: Words("10", "10"),
    Unit.RATING: Words("4", "4"),
    Unit.DURATION: Words("30 min", "30 分钟"),
    Unit.WORKDAYS: Words("2 workdays", "2 个工作日"),
    Unit.MONEY: Words("100 yuan", "100 元"),
    Unit.DATETIME: Words("2026-01-31 09:00", "2026-01-31 09:00"),
    Unit.DATE: Words("2026-01-31", "2026-01-31"),
    Unit.TEXT: Words('"manager"', "“经理”"),
    Unit.BOOLEAN: Words("calls > 0", "次数 > 0"),
    Unit.STAFF: Words("", ""),
}
#: What a name can be.
KIND_WORDS = {
    "input": Words("an input", "输入"),
    "attribute": Words("an attribute", "属性"),
    "parameter": Words("a parameter", "参数"),
    "measure": Words("a measure", "度量"),
    "amount": Words("an amount", "奖金"),
    "adjustment": Words("an adjustment", "调整"),
    "data": Words("a data set", "数据"),
    "table": Words("a table", "对照表"),
}
A_NUMBER = Words("a number", "数值")
#: Kinds of names that are columns of the results.
PUBLISHED = frozenset({"amount", "adjustment"})


def said(value: Fraction, unit: Unit, currency: str = "CNY") -> Words:
    """A value as a policy writes it, in both vocabularies."""
    return Words(shown(value, unit, "en", currency), shown(value, unit, "zh", currency))


def listed(names: Iterable[str]) -> Words:
    """The first names of a list in alphabetical order, and whether there are more."""
    known = sorted(set(names))
    more = len(known) > 12
    return Words(
        ", ".join(known[:12]) + (" ..." if more else ""), "、".join(known[:12]) + (" 等" if more else "")
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A name that formulas may use: what it is (input, attribute, parameter, measure, amount, field), and its unit.

    grain: the kind of shorter period for each of which it has a value; None: the policy's own period.
    """

    kind: str
    unit: Unit
    span: Span
    type: Type | None = None
    grain: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """What is known of an expression's value: its bounds (None: none), and the step on whose multiples it lies.

    Steps count from `low` where the value has one, else from zero.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None


def unit_of(declared: tree.TypeName) -> Unit:
    """The unit of a declared type; the subject of a policy is held as staff are."""
    return Unit.STAFF if declared.unit == "subject" else Unit(declared.unit)


@dataclass(slots=True)
class Scope:
    """Everything that the check of one ruleset gathers.

    skipped: words of lines that could not be read; names among them are not reported as unknown.
    first: the place of each name's first declaration. kinds: what it declares. names: those whose unit is known.
    broken: names whose declaration is wrong and reported: nothing more is said where they are used.
    values: parameters in force (None: not set). schedules: of those that change on certain days.
    waiting: indicators and the like whose constants depend on such.
    sections: the indicators of each section, with their weights.
    grades: name and label of each, the best first. highest: the highest total there can be (None: no limit).
    placed: by data set, the field that places a record. ranges: of measures. used: names that some formula mentions.
    period: the policy's, "" where it says none.
    grains: the kinds of shorter periods that something is measured by.
    histories: data sets whose records hold
    for a time, and whether several of one person hold at once.
    """

    skipped: frozenset[str]
    first: dict[str, tree.Name] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    names: dict[str, Named] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    fields: dict[str, dict[str, Named]] = field(default_factory=dict)
    placed: dict[str, str] = field(default_factory=dict)
    values: dict[str, Value | None] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    ranges: dict[str, Range] = field(default_factory=dict)
    tables: dict[str, tuple[Unit, Unit]] = field(default_factory=dict)
    indicators: dict[str, Span] = field(default_factory=dict)
    sections: dict[str, tuple[tuple[str, tree.Expr], ...]] = field(default_factory=dict)
    grades: tuple[tuple[str, str], ...] = ()
    highest: Fraction | None = Fraction(100)
    aggregates: list[Aggregate] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    period: str = ""
    grains: set[str] = field(default_factory=set)
    histories: dict[str, bool] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    # What the header says that the rest of the file is read by.
    subject: Subject = STAFF
    currency: str = "CNY"

    def said(self, value: Fraction, unit: Unit) -> Words:
        """A value as this policy writes it, in both vocabularies."""
        return said(value, unit, self.currency)

    def report(self, problem: Problem, place: Span, *, suggestion: str | None = None, **args: object) -> None:
        self.diagnostics.append(problem.at(place, suggestion=suggestion, **args))

    def line_of(self, span: Span, place: Span) -> str:
        """A line's number for a message at a place; with its file where that is another one."""
        return str(span.line) if span.path == place.path else f"{span.line} ({PurePath(span.path).name})"

    def enter(self, name: tree.Name, kind: str) -> None:
        """Take a name for its first declaration; a later one of the same name is reported."""
        if name.text in self.first:
            line = self.line_of(self.first[name.text].span, name.span)
            self.report(problems.TAKEN, name.span, name=name.text, line=line)
        elif name.text in (self.of_results if kind in PUBLISHED else self.of_inputs):
            self.report(problems.RESERVED, name.span, name=name.text)
        self.first.setdefault(name.text, name)
        self.kinds.setdefault(name.text, kind)

    @property
    def of_inputs(self) -> frozenset[str]:
        """Columns that every table of inputs has: no other column may be called so."""
        return frozenset({self.subject.name, "period"})

    @property
    def of_results(self) -> frozenset[str]:
        """Columns that every table of results has."""
        return self.of_inputs | {"total", "grade"}

    def owns(self, name: tree.Name) -> bool:
        """Whether this is the name's first declaration, the one that counts."""
        return self.first.get(name.text) is name

    def distinct(self, names: Iterable[tree.Name], known: dict[str, Span]) -> bool:
        """Enter names into a list of their own; reports those that stand twice and tells whether none does."""
        clean = True
        for name in names:
            if name.text in known:
                self.report(problems.TAKEN, name.span, name=name.text, line=known[name.text].line)
                clean = False
            known.setdefault(name.text, name.span)
        return clean

    def unknown(
        self,
        name: tree.Name,
        known: Iterable[str],
        problem: Problem = problems.UNKNOWN,
        *,
        thing: Words = problems.NOTHING,
        advice: Words | None = None,
        **args: object,
    ) -> None:
        """Report a name that nothing has, unless it may stand in a line that could not be read."""
        if name.text in self.skipped:
            return
        names = set(known)
        meant = nearest(name.text, names) if len(name.text) > 1 or not name.text.isascii() else None
        meant = number_written_as(name.text) or meant
        words = listed(names)
        sentence = advice or Words()
        if advice is None and meant is None:
            sentence = Words(f"known here: {words.en}", f"此处可用：{words.zh}")
            if not names:
                sentence = Words("there is none yet", "尚无任何名称")
        args = {
            "name": name.text,
            "known": sentence,
            **({"thing": thing} if problem is problems.UNKNOWN else {}),
            **args,
        }
        self.report(problem, name.span, suggestion=meant if advice is None else None, **args)
