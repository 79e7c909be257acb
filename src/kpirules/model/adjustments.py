"""Adjustments of the total: bonuses, penalties, vetoes and their limits, from written lines to expressions.

A bonus or penalty becomes one expression in points, of zero or more; what it rests on stays to be seen in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import adjustment_problems as own
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.declarations import label_of, number_of
from kpirules.model.grades import place_of
from kpirules.model.ranges import range_of
from kpirules.model.resolve import Resolver
from kpirules.model.rules import Adjustment, Adjustments
from kpirules.model.scope import Named, Scope
from kpirules.numbers import decimal_text
from kpirules.units import Unit, fits

_LIMIT = Words("a limit", "限制")
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class AdjustmentCheck:
    """Checks the block `adjustments` of one ruleset."""

    scope: Scope
    declarations: Sequence[tree.Declaration]

    def enter(self) -> None:
        """Make the adjustments' names known, and how high a total can be, before the formulas that may read them."""
        block = self._block()
        for one in block.lines if block else ():
            if not isinstance(one, tree.Cap) and self.scope.owns(one.name):
                unit = Unit.BOOLEAN if isinstance(one, tree.Veto) else Unit.POINTS
                self.scope.names[one.name.text] = Named("amount", unit, one.name.span)
            if isinstance(one, tree.Adjusted) and one.kind == "bonus":
                self.scope.highest = None

    def adjustments(self) -> Adjustments:
        """The block in writing order."""
        block = self._block(report=True)
        if block is None:
            return Adjustments()
        if not block.lines:
            what = Words('"adjustments"', "“调整”")
            mend = Words(
                "add lines such as `bonus referral : 2 points per referrals` below, indented",
                "请在下面缩进写出各行，例如 `加分 转介绍 : 每 转介绍数 加 2 分`",
            )
            self.scope.report(problems.EMPTY_BLOCK, block.span, what=what, mend=mend)
        nodes = [one for one in block.lines if isinstance(one, tree.Cap)]
        caps = self._caps(nodes)
        known = [one for one in (self.scope.highest, caps.get("total")) if one is not None]
        self.scope.highest = min(known, default=None)
        lines = tuple(self._lines([one for one in block.lines if not isinstance(one, tree.Cap)]))
        spans = tuple((one.what, one.span) for one in nodes)
        return Adjustments(lines, caps.get("bonus"), caps.get("penalty"), caps.get("total"), spans)

    def _block(self, report: bool = False) -> tree.Adjustments | None:
        blocks = [one for one in self.declarations if isinstance(one, tree.Adjustments)]
        for extra in blocks[1:] if report else ():
            what = Words('"adjustments"', "“调整”")
            self.scope.report(problems.REPEATED, extra.span, what=what, line=blocks[0].span.line)
        return blocks[0] if blocks else None

    # Limits of all together

    def _caps(self, nodes: Sequence[tree.Cap]) -> dict[str, Fraction | None]:
        first: dict[str, tree.Cap] = {}
        found: dict[str, Fraction | None] = {}
        for node in nodes:
            if node.what in first:
                what = Words(f'"{node.what} at most"', f"“{_CHINESE[node.what]} 最多”")
                self.scope.report(problems.REPEATED, node.span, what=what, line=first[node.what].span.line)
                continue
            first[node.what] = node
            found[node.what] = self._limit(Resolver(self.scope, owner="adjustments"), node.value)
        return found

    def _limit(self, resolver: Resolver, node: tree.Expr) -> Fraction | None:
        """A fixed number of points of zero or more; None while a parameter is unset, or where it is wrong."""
        constant = resolver.constant(node, Unit.POINTS, _LIMIT)
        value = number_of(constant)
        if value is not None and value < 0:
            self._negative(node.span, Words("a limit is below zero", "限制小于零"))
            return None
        return value

    def _negative(self, span: Span, what: Words) -> None:
        mend = Words(
            "write points of zero or more: a penalty takes them from the total by itself",
            "请写不小于零的分数：减分本身就是从总分扣除",
        )
        self.scope.report(own.NOT_ADJUSTED, span, what=what, mend=mend)

    # Lines

    def _lines(self, nodes: Sequence[tree.Adjusted | tree.Veto]) -> Iterator[Adjustment]:
        for node in nodes:
            if not self.scope.owns(node.name) or node.name.text in self.scope.of_results:
                continue
            resolver = Resolver(self.scope, owner=node.name.text)
            found = (
                self._veto(resolver, node) if isinstance(node, tree.Veto) else self._adjusted(resolver, node)
            )
            if found is None:
                self.scope.broken.add(node.name.text)
            else:
                yield found

    def _adjusted(self, resolver: Resolver, node: tree.Adjusted) -> Adjustment | None:
        what = Words(f'"{node.name.text}"', f"“{node.name.text}”")
        points = resolver.of(node.points, lambda unit: fits(unit, Unit.POINTS), Unit.POINTS, what)
        condition = None if node.condition is None else resolver.condition(node.condition)
        times = None if node.measure is None else self._times(resolver, node, node.measure)
        most = None if node.at_most is None else self._limit(resolver, node.at_most)
        lacking = (
            points is None
            or (node.condition is not None and condition is None)
            or (node.measure is not None and times is None)
        )
        if points is None or lacking:
            return None
        high = range_of(points, self.scope).high
        if high is not None and high < 0:
            self._negative(points.span, Words("points below zero", "分数小于零"))
            return None
        at = node.span
        given: e.Expr = points
        if times is not None:
            given = e.Arithmetic("*", points, times, Unit.POINTS, at)
        value = e.Call("max", (given, e.Constant(_ZERO, Unit.POINTS, at)), Unit.POINTS, at)
        if most is not None:
            value = e.Call("min", (value, e.Constant(most, Unit.POINTS, at)), Unit.POINTS, at)
        whole: e.Expr = value
        if condition is not None:
            whole = e.Choice(value, condition, e.Constant(_ZERO, Unit.POINTS, at), Unit.POINTS, at)
        return Adjustment(
            node.name.text,
            label_of(node.label),
            node.kind,
            whole,
            given,
            condition,
            most,
            None,
            _clauses(node),
            node.name.span,
            node.span,
        )

    def _times(self, resolver: Resolver, node: tree.Adjusted, measure: tree.Expr) -> e.Expr | None:
        """How many steps: the measure over the step's size, whole steps only where that is said."""
        found = resolver.numeric(measure)
        if found is None:
            return None
        at = measure.span
        if node.size is not None:
            what = Words("what is counted", "计数的单位")
            size = resolver.constant(node.size, found.unit, what)
            if size is None:
                return None
            if number_of(size) == 0:
                self.scope.report(problems.ZERO, node.size.span)
                return None
            found = e.Arithmetic("/", found, size, Unit.NUMBER, at)
        if node.whole:
            one = e.Constant(Fraction(1), Unit.NUMBER, at)
            found = e.Call("round_down", (found, one), Unit.NUMBER, at)
        return found

    def _veto(self, resolver: Resolver, node: tree.Veto) -> Adjustment | None:
        condition = resolver.condition(node.condition)
        most = place = None
        if node.total is not None:
            most = self._limit(resolver, node.total)
            highest = self.scope.highest
            if most is not None and highest is not None and most >= highest:
                name, limit = node.name.text, decimal_text(highest)
                self.scope.report(own.NO_BITE, node.total.span, name=name, limit=limit)
        elif node.grade is not None:
            place = place_of(self.scope, node.grade)
        lost = node.grade is not None and place is None
        if condition is None or lost:
            return None
        return Adjustment(
            node.name.text,
            label_of(node.label),
            "veto",
            condition,
            condition,
            None,
            most,
            place,
            _clauses(node),
            node.name.span,
            node.span,
        )


_CHINESE = {"bonus": "加分", "penalty": "减分", "total": "总分"}


def _clauses(node: tree.Adjusted | tree.Veto) -> tuple[str, ...]:
    return tuple(note.text for note in node.notes if note.kind == "clause")
