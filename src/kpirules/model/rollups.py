"""Roll-ups: what a year comes to, from the results of the policy's own periods. A roll-up is a policy of its own.

Its period is the longer one; the published results of the shorter ones are its inputs, measured by these
periods; its total is a formula. So scoring, explaining and testing know nothing of roll-ups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import grains, problems, rules
from kpirules.model.declarations import enter_names, label_of
from kpirules.model.examples import check_examples
from kpirules.model.grades import grade_names
from kpirules.model.order import check_order
from kpirules.model.outcomes import OutcomeCheck
from kpirules.model.resolve import Resolver
from kpirules.model.scope import Named, Scope
from kpirules.periods import PeriodKind, is_shorter
from kpirules.units import NUMERIC, Type, Unit

TOTAL = "total"


def points_name(indicator: str) -> str:
    """The column with the published points of an indicator."""
    return f"points of {indicator}"


def check_rollups(
    scope: Scope, ruleset: rules.Ruleset, nodes: Sequence[tree.Rollup], tests: Sequence[tree.Test]
) -> tuple[dict[str, rules.Rollup], tuple[rules.Example, ...]]:
    """The roll-ups by their kind of period, and the tests of them."""
    found: dict[str, rules.Rollup] = {}
    examples: list[rules.Example] = []
    said: dict[str, int] = {}
    for node in nodes:
        if node.kind in said:
            what = Words(f'"rollup {node.kind}"', f"“汇总 {grains.WORDS[node.kind].zh}”")
            scope.report(problems.REPEATED, node.span, what=what, line=said[node.kind])
            continue
        said[node.kind] = node.span.line
        work = _Rollup(scope, ruleset, node)
        one = work.rollup()
        if one is not None:
            found[node.kind] = one
            mine = [test for test in tests if test.rollup is not None and test.rollup.text == node.kind]
            examples += [
                replace(example, rollup=node.kind)
                for example in check_examples(work.inner, one.ruleset, mine)
            ]
    for test in tests:
        if test.rollup is not None and test.rollup.text not in said:
            scope.report(problems.NO_ROLLUP, test.rollup.span, kind=grains.WORDS[test.rollup.text])
    return found, tuple(examples)


class _Rollup:
    """One roll-up on its way. inner: what its formulas may name."""

    def __init__(self, scope: Scope, ruleset: rules.Ruleset, node: tree.Rollup) -> None:
        self.scope, self.ruleset, self.node = scope, ruleset, node
        self.inner = Scope(
            scope.skipped, values=scope.values, tables=scope.tables, used=scope.used, period=node.kind
        )
        self.inner.diagnostics = scope.diagnostics
        self.inputs = {one.name: one for one in self._inputs()}

    def rollup(self) -> rules.Rollup | None:
        node, scope, ruleset = self.node, self.scope, self.ruleset
        if not is_shorter(PeriodKind(ruleset.period), PeriodKind(node.kind)):
            kind, period = grains.WORDS[node.kind], grains.WORDS[ruleset.period]
            scope.report(problems.NOT_LONGER, node.span, kind=kind, period=period)
            return None
        self._names()
        total = self._total()
        declarations = tuple(_inside(one, False) for one in node.declarations)
        enter_names(self.inner, declarations)
        after = OutcomeCheck(self.inner, declarations)
        self.inner.grades = grade_names(declarations) or scope.grades
        after.enter()
        before = sum(one.is_error for one in scope.diagnostics)
        grades, outcomes = after.grades() or ruleset.grades, after.outcomes()
        if total is None or sum(one.is_error for one in scope.diagnostics) > before:
            return None
        derived = replace(
            ruleset,
            label=label_of(node.label) or ruleset.label,
            period=node.kind,
            applies=None,
            inputs=self.inputs,
            data={},
            measures={},
            aggregates=(),
            sections=(),
            indicators=(),
            grades=grades,
            outcomes=outcomes,
            examples=(),
            raters={},
            decisions={},
            adjustments=rules.Adjustments(),
            grains=(ruleset.period,),
            lookback=0,
            split=None,
            total=total,
            span=node.span,
        )
        check_order(self.inner, derived)
        return rules.Rollup(node.kind, label_of(node.label), derived, node.span)

    def _inputs(self) -> Iterator[rules.Input]:
        """What the shorter periods deliver: attributes, inputs and published results."""
        ruleset, grain = self.ruleset, self.ruleset.period
        for one in ruleset.inputs.values():
            if one.grain is not None:
                continue  # of periods shorter still
            yield one if one.attribute else replace(one, grain=grain)
        points, here = Type(Unit.POINTS), ruleset.span
        yield rules.Input(TOTAL, points, "", False, None, here, grain)
        for indicator in ruleset.indicators:
            name = points_name(indicator.id)
            yield rules.Input(name, points, indicator.label, False, None, indicator.span, grain)
        for line in ruleset.adjustments.lines:
            yield rules.Input(line.id, Type(line.unit), line.label, False, None, line.span, grain)
        for outcome in ruleset.outcomes:
            if outcome.unit in NUMERIC or outcome.unit is Unit.BOOLEAN:
                yield rules.Input(
                    outcome.id, Type(outcome.unit), outcome.label, False, None, outcome.span, grain
                )

    def _names(self) -> None:
        inner, parameters = self.inner, self.ruleset.parameters
        for name, parameter in parameters.items():
            inner.names[name] = Named("parameter", parameter.type.unit, parameter.span, parameter.type)
            inner.kinds[name] = "parameter"
        for name, one in self.inputs.items():
            kind = "attribute" if one.attribute else "input"
            inner.names[name] = Named(kind, one.type.unit, one.span, one.type, one.grain)
            inner.kinds[name] = kind
        inner.indicators.update({one.id: one.span for one in self.ruleset.indicators})
        for table in self.ruleset.tables:
            inner.kinds[table] = "table"

    def _total(self) -> e.Expr | None:
        """The formula of the total; missing where fewer periods have one than are required."""
        node = self.node
        if len(node.totals) != 1:
            if node.totals:
                what = Words('"total"', "“总分”")
                self.scope.report(
                    problems.REPEATED, node.totals[1].span, what=what, line=node.totals[0].span.line
                )
            else:
                self.scope.report(problems.NO_ROLLED_TOTAL, node.span, kind=grains.WORDS[node.kind])
            return None
        written = _inside(node.totals[0], True)
        resolver = Resolver(self.inner, owner=TOTAL, zero_allowed=True)
        total = resolver.fitting(written, Unit.POINTS, Words("the total", "总分"))
        if total is None or node.required is None:
            return total
        grain, span = self.ruleset.period, node.required.span
        known = e.Presence(e.Fact(TOTAL, Unit.POINTS, span), True, span)
        periods = e.Within(e.Over.COUNT, grain, None, known, Unit.COUNT, span)
        enough = e.Compare(">=", periods, e.Constant(Fraction(node.required.value), Unit.COUNT, span), span)
        return e.Choice(total, enough, e.Constant(None, total.unit, span), total.unit, total.span)


def _inside(node: Any, inside: bool) -> Any:
    """The tree with the results of the shorter periods as names, wherever a summary goes over these.

    inside: already within one; the total of the roll-up itself is said by its formula alone.
    """
    match node:
        case tree.Total(span) if inside:
            return tree.Name(TOTAL, span)
        case tree.PointsOf(indicator, span):
            return tree.Name(points_name(indicator.text), span)
        case tree.Within():
            inside = True
        case tuple():
            return tuple(_inside(one, inside) for one in node)
        case tree.Name():
            return node  # names are known by which object they are
    if not isinstance(node, tree.Node):
        return node
    parts: Mapping[str, Any] = {name: _inside(getattr(node, name), inside) for name in node.__match_args__}
    return type(node)(**parts)
