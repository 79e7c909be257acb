"""Lists of deductions: an indicator that loses points line by line.

The measure is the sum of the points that the lines take; the form takes that sum from full marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems, table_problems
from kpirules.model.forms import ZERO, Deduct, Entering, Shape, Show, Target
from kpirules.model.ranges import range_of
from kpirules.model.resolve import Resolver
from kpirules.model.scope import UNIT_WORDS, Scope
from kpirules.numbers import decimal_text
from kpirules.units import NUMERIC, Unit

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class LostLine:
    """A line of a list of deductions: the points that it takes."""

    label: str
    value: e.Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Lost:
    """Full marks less the measure, which is in points and the sum of the lines.

    at_most: the greatest loss. not_below: the least points left.
    """

    at_most: Fraction | None = None
    not_below: Fraction = ZERO
    lines: tuple[LostLine, ...] = ()

    @property
    def entering(self) -> Entering:
        return Entering.ASIDE

    def points(self, measure: e.Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction)
        lost = measure if self.at_most is None else min(measure, self.at_most)
        return max(self.not_below, full - lost)

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        return Deduct(_ONE, _ONE, None, False, self.at_most, self.not_below).shape(None, full)

    def because(self, measure: e.Value, target: Target | None, full: Fraction, show: Show) -> Words:
        assert isinstance(measure, Fraction)
        capped = Words()
        if self.at_most is not None and measure > self.at_most:
            most = decimal_text(self.at_most)
            capped = Words(f", at most {most}", f"，最多扣 {most} 分")
        lost = show(measure)
        return Words(f"{lost} points lost in all{capped.en}", f"共扣 {lost} 分{capped.zh}")


@dataclass(frozen=True, slots=True)
class Checklist:
    """Checks one list of deductions."""

    scope: Scope
    resolver: Resolver

    def lines(self, node: tree.Deductions) -> tuple[LostLine, ...] | None:
        """Its lines; None where one is wrong (and reported)."""
        if not node.lines:
            mend = Words(
                "add lines such as `2 points per late` below, indented",
                "请在下面缩进写出各行，例如 `每 late 扣 2 分`",
            )
            what = Words('"deductions"', "“扣分项”")
            self.scope.report(problems.EMPTY_BLOCK, node.span, what=what, mend=mend)
            return None
        found = [self._line(one) for one in node.lines]
        known = tuple(one for one in found if one is not None)
        return known if len(known) == len(found) else None

    def _line(self, node: tree.Lost) -> LostLine | None:
        points = self.resolver.constant(node.points, Unit.POINTS, Words("the deduction", "扣分"))
        value = self._condition(node, points) if node.condition is not None else self._counted(node, points)
        if points is None or value is None:
            return None
        if isinstance(points.value, Fraction) and points.value <= 0:
            what = Words("a deduction is a positive number of points", "扣分须为正数")
            mend = Words("write for example `2 points per late`", "例如 `每 late 扣 2 分`")
            self._wrong(node.points.span, what, mend)
            return None
        if node.at_most is not None:
            most = self.resolver.constant(
                node.at_most, Unit.POINTS, Words("the most that is deducted", "扣分上限")
            )
            if most is None:
                return None
            value = e.Call("min", (value, most), Unit.POINTS, node.span)
        return LostLine(node.label.text if node.label else "", value, node.span)

    def _condition(self, node: tree.Lost, points: e.Constant | None) -> e.Expr | None:
        assert node.condition is not None
        condition = self.resolver.condition(node.condition)
        if condition is None or points is None:
            return None
        none = e.Constant(ZERO, Unit.POINTS, node.span)
        return e.Choice(points, condition, none, Unit.POINTS, node.span)

    def _counted(self, node: tree.Lost, points: e.Constant | None) -> e.Expr | None:
        assert node.measure is not None
        found = self.resolver.numeric(node.measure)
        if found is None:
            return None
        if node.size is not None:
            size = self.resolver.constant(node.size, found.unit, Words("the step", "步长"))
            if size is None:
                return None
            if isinstance(size.value, Fraction) and size.value <= 0:
                mend = Words("write for example `per 30 min of delay`", "例如 `每 30 分钟 之 delay`")
                self._wrong(node.size.span, Words("a step is a positive amount", "步长须为正数"), mend)
                return None
            found = e.Arithmetic("/", found, size, Unit.NUMBER, node.span)
        elif found.unit not in (Unit.COUNT, Unit.NUMBER, Unit.POINTS, Unit.RATING):
            unit = UNIT_WORDS[found.unit]
            what = Words(f"{unit.en} cannot be counted one by one", f"{unit.zh}不能逐个计数")
            mend = Words("say per how much: `per 30 min of delay`", "请写明单位：`每 30 分钟 之 delay`")
            self._wrong(node.measure.span, what, mend)
            return None
        if node.whole:
            one = e.Constant(_ONE, Unit.NUMBER, node.span)
            found = e.Call("round_down", (found, one), Unit.NUMBER, node.span)
        least = range_of(found, self.scope).low
        if least is None or least < 0:
            none = e.Constant(ZERO, found.unit if found.unit in NUMERIC else Unit.NUMBER, node.span)
            found = e.Call("max", (found, none), found.unit, node.span)
        return None if points is None else e.Arithmetic("*", points, found, Unit.POINTS, node.span)

    def _wrong(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(table_problems.NOT_LOST, span, what=what, mend=mend)


def sum_of(lines: tuple[LostLine, ...], span: Span) -> e.Expr:
    """What all lines take together."""
    parts: Iterator[e.Expr] = (one.value for one in lines)
    found = next(parts)
    for part in parts:
        found = e.Arithmetic("+", found, part, Unit.POINTS, span)
    return found
