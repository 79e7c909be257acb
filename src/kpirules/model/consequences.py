"""Results of any type, awards, penalties and alerts: what is said about a person besides grade and amounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.advice import allowed, never
from kpirules.model.declarations import label_of, names_in
from kpirules.model.header import rounding_of
from kpirules.model.order import in_order
from kpirules.model.resolve import Resolver
from kpirules.model.rules import Outcome
from kpirules.model.scope import UNIT_WORDS, Named, Scope, unit_of
from kpirules.numbers import Rounding
from kpirules.units import NUMERIC, Type, Unit, fits

#: Units that are published in their own smallest parts (microseconds, days): their results are whole numbers of these.
WHOLE = frozenset({Unit.DURATION, Unit.DATE, Unit.DATETIME})
_UNROUNDED = frozenset({Unit.TEXT, Unit.BOOLEAN})


def rounding_for(scope: Scope, unit: Unit, step: tree.Number | None, mode: str | None) -> Rounding | None:
    """How a result of this unit is published; None for truth and texts."""
    if step is not None and unit not in NUMERIC - WHOLE:
        what = Words("only numbers are rounded to a step here", "这里只有数值可以取整")
        mend = Words("leave `round to` out", "请去掉“精确到”")
        if unit is Unit.DURATION:
            what = Words("a duration is rounded to an amount of time", "时长须按时间取整")
            mend = Words("write it in the formula: `round(X, 1 min)`", "请写在公式里：`四舍五入(X, 1 分钟)`")
        scope.report(problems.STEP, step.span, what=what, mend=mend)
        return Rounding()
    if unit in _UNROUNDED:
        return None
    return Rounding(Fraction(1)) if unit in WHOLE else rounding_of(scope, step, mode)


@dataclass(frozen=True, slots=True)
class ConsequenceCheck:
    """Checks these declarations of one ruleset."""

    scope: Scope
    nodes: Sequence[tree.Consequence]

    def enter(self) -> None:
        """Make their names known, where the unit is clear without the formula."""
        for node in self.nodes:
            unit = Unit.BOOLEAN
            if node.type is not None:
                unit = unit_of(node.type)
                if unit is Unit.STAFF:
                    self._no_staff(node.type)
                    self.scope.broken.add(node.name.text)
                    continue
            elif node.value is not None:
                continue
            self._name(node, unit)

    def _name(self, node: tree.Consequence, unit: Unit) -> None:
        self.scope.names[node.name.text] = Named("amount", unit, node.name.span)

    def _possible(self, node: tree.Consequence, value: e.Expr) -> bool:
        """Whether a result with listed texts gives none but these; others are reported."""
        choices = tuple(one.text for one in node.type.choices) if node.type is not None else ()
        type_ = Type(value.unit, choices=choices)
        wrong = [one for one in _given(value) if one.value is not None and not allowed(one.value, type_)]
        for one in wrong if choices else ():
            never(self.scope, one.span, node.name.text, one.value or "", type_)
        return not (choices and wrong)

    def _no_staff(self, node: tree.TypeName) -> None:
        what, wanted = Words("the type of a result", "结果的类型"), Words("a kind of value", "一种值")
        mend = Words("write for example `text`, `number` or `duration`", "例如 `文本`、`数值` 或 `时长`")
        Resolver(self.scope).wrong(node.span, what, wanted, UNIT_WORDS[Unit.STAFF], mend)

    def outcomes(self) -> dict[str, Outcome]:
        """By name; those whose unit only their formula tells come first, each after what it reads."""
        nodes = {node.name.text: node for node in self.nodes if node.name.text not in self.scope.broken}
        untyped = [name for name, node in nodes.items() if node.type is None and node.value is not None]
        edges = {name: names_in((nodes[name].condition, nodes[name].value)) & {*untyped} for name in untyped}
        found: dict[str, Outcome] = {}
        for circle in in_order(edges):
            if len(circle) > 1:
                shown = " -> ".join(circle)
                self.scope.report(problems.CYCLE, nodes[circle[0]].name.span, name=circle[0], names=shown)
                self.scope.broken.update(circle)
            else:
                self._add(nodes[circle[0]], found)
        for name, node in nodes.items():
            if name not in untyped:
                self._add(node, found)
        return found

    def _add(self, node: tree.Consequence, found: dict[str, Outcome]) -> None:
        made = self._outcome(node)
        if made is None:
            self.scope.broken.add(node.name.text)
        else:
            self._name(node, made.unit)
            found[made.id] = made

    def _outcome(self, node: tree.Consequence) -> Outcome | None:
        name = node.name.text
        resolver = Resolver(self.scope, owner=name)
        condition = None if node.condition is None else resolver.condition(node.condition)
        if node.condition is not None and condition is None:
            return None
        value = condition
        if node.type is not None and node.value is not None:
            unit = unit_of(node.type)
            value = resolver.of(
                node.value, lambda given: fits(given, unit), unit, Words(f'"{name}"', f"“{name}”")
            )
            if value is not None and not self._possible(node, value):
                return None
        elif node.value is not None and condition is not None:
            given = resolver.numeric(node.value)
            unit = Unit.BOOLEAN if given is None else given.unit
            nothing = e.Constant(Fraction(0), unit, node.value.span)
            value = given and e.Choice(given, condition, nothing, unit, _through(condition, given))
        else:
            unit = Unit.BOOLEAN
        rounding = rounding_for(self.scope, unit, node.step, node.mode)
        if value is None:
            return None
        clauses = tuple(note.text for note in node.notes if note.kind == "clause")
        return Outcome(
            name, label_of(node.label), unit, value, rounding, clauses, node.name.span, node.kind, node.level
        )


def _given(expr: e.Expr) -> Iterator[e.Constant]:
    """The fixed values that an expression may give."""
    match expr:
        case e.Constant():
            yield expr
        case e.Choice(then, _, other):
            yield from _given(then)
            yield from _given(other)
        case e.Call("fallback", arguments):
            for one in arguments:
                yield from _given(one)


def _through(first: e.Expr, last: e.Expr) -> Span:
    return Span(first.span.path, first.span.line, first.span.column, last.span.end_line, last.span.end_column)
