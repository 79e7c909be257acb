"""The names of a ruleset while it is checked, and what is reported about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kpirules.diagnostics import Diagnostic, Problem, Span, Words, nearest
from kpirules.language import tree
from kpirules.model import problems
from kpirules.model.expressions import Aggregate, Value
from kpirules.units import Type, Unit

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


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the ruleset: what it is (input, attribute, parameter, measure, amount, data, table), and its unit."""

    kind: str
    unit: Unit
    span: Span
    type: Type | None = None


@dataclass(slots=True)
class Scope:
    """Everything that the check of one ruleset gathers.

    skipped: words of lines that could not be read; names among them are not reported as unknown.
    values: parameters in force (None: not set). used: names that some formula mentions.
    """

    skipped: frozenset[str]
    names: dict[str, Named] = field(default_factory=dict)
    fields: dict[str, dict[str, Named]] = field(default_factory=dict)
    values: dict[str, Value | None] = field(default_factory=dict)
    tables: dict[str, tuple[Unit, Unit]] = field(default_factory=dict)
    indicators: dict[str, Span] = field(default_factory=dict)
    aggregates: list[Aggregate] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(self, problem: Problem, place: Span, *, suggestion: str | None = None, **args: object) -> None:
        self.diagnostics.append(problem.at(place, suggestion=suggestion, **args))

    def declare(self, name: tree.Name, named: Named) -> bool:
        """Enter a name; False where it is taken."""
        before = self.names.get(name.text)
        if before is not None:
            self.report(problems.TAKEN, name.span, name=name.text, line=before.span.line)
            return False
        self.names[name.text] = named
        return True

    def unknown(
        self, name: tree.Name, known: Iterable[str], problem: Problem = problems.UNKNOWN, **args: object
    ) -> None:
        """Report a name that nothing has, unless it may stand in a line that could not be read."""
        if name.text in self.skipped:
            return
        listed = sorted(set(known))
        shown = ", ".join(listed[:12]) + (" ..." if len(listed) > 12 else "")
        sentence = (
            Words(f"known here: {shown}", f"此处可用：{shown}")
            if listed
            else Words("nothing is named yet", "尚无名称")
        )
        self.report(
            problem, name.span, suggestion=nearest(name.text, listed), name=name.text, known=sentence, **args
        )
