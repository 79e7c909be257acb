"""The points of one indicator's way of scoring: its target, bands, levels, steps, and their edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kpirules.diagnostics import Span, Words
from kpirules.model import expressions as e
from kpirules.model import forms
from kpirules.model.rules import Indicator, Ruleset
from kpirules.model.wording import valued
from kpirules.numbers import decimal_text
from kpirules.policy.coverage.intervals import (
    ZERO,
    Interval,
    beside,
    near,
    neighbours,
    together,
    value_words,
)
from kpirules.policy.coverage.points import Point, Sort
from kpirules.units import Unit

#: Of a form with more pieces than this only the outermost, and those beside the target, are points.
_MOST_PIECES = 12
_TURNED = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "=": "!="}


@dataclass(frozen=True, slots=True)
class ScoringPoints:
    """Makes them. step: between the values that the measure can have, where its type says so."""

    indicator: Indicator
    currency: str
    step: Fraction | None = None

    def points(self) -> Iterator[Point]:
        """All of them, those of the target first."""
        yield from self._target()
        match self.indicator.form:
            case forms.Bands() as form:
                yield from self._bands(form)
            case forms.Levels() as form:
                yield from self._levels(form)
            case forms.Deduct() as form:
                yield from self._deduction(form)
            case forms.AllOrNothing():
                pass
            case forms.Formula():
                yield from self._formula()
            case form:
                yield from self._pieces(form)

    @property
    def _measure(self) -> e.Expr:
        return self.indicator.measure

    @property
    def _unit(self) -> Unit:
        return self._measure.unit

    def _point(
        self,
        sort: Sort,
        words: Words,
        condition: e.Expr,
        span: Span | None = None,
        interval: Interval | None = None,
    ) -> Point:
        one = self.indicator
        at = span or one.rule_span
        return Point(one.id, one.label, sort, words, at, condition, self._measure, interval)

    def _within(self, sort: Sort, words: Words, interval: Interval, span: Span | None = None) -> Point:
        return self._point(sort, words, interval.of(self._measure), span, interval)

    def _said(self, value: Fraction) -> Words:
        return value_words(value, self._unit, self.currency)

    # Edges

    def _edge(self, bound: Fraction, upper: bool, span: Span | None = None) -> Iterator[Point]:
        """The bound itself, and the values just on its other side. upper: the stretch above has the bound."""
        distance = near(bound, self._unit, self.step)
        said, far = (
            self._said(bound),
            beside(bound, upper, distance).words(self._unit, self.currency),
        )
        yield self._within(
            Sort.EDGE,
            Words(f"exactly {said.en}", f"恰为 {said.zh}"),
            Interval(bound, True, bound, True),
            span,
        )
        side = Words("under", "低于") if upper else Words("over", "高于")
        words = Words(
            f"just {side.en} {said.en} ({far.en})",
            f"略{side.zh} {said.zh}（{far.zh}）",
        )
        yield self._within(Sort.EDGE, words, beside(bound, upper, distance), span)

    # Target

    def _target(self) -> Iterator[Point]:
        target, measure = self.indicator.target, self._measure
        if target is None:
            return
        at = measure.span
        met = e.Compare(target.operator, measure, target.value, at)
        missed = e.Compare(_TURNED[target.operator], measure, target.value, at)
        yield self._point(Sort.TARGET, Words("the target is met", "达到目标"), met)
        yield self._point(Sort.TARGET, Words("the target is missed", "未达到目标"), missed)
        if target.operator == "=":
            return
        if isinstance(target.value, e.Constant) and isinstance(target.value.value, Fraction):
            yield from self._edge(target.value.value, target.operator in (">=", "<"))
        else:
            exactly = e.Compare("=", measure, target.value, at)
            yield self._point(Sort.EDGE, Words("exactly the target", "恰为目标值"), exactly)

    # Bands and levels

    def _bands(self, form: forms.Bands) -> Iterator[Point]:
        written = [one for one in form.bands if one.span is not None] or list(form.bands)
        for band in written:
            interval = Interval(band.low, band.low_closed, band.high, band.high_closed)
            said = interval.words(self._unit, self.currency)
            words = Words(f"the band {said.en}", f"分段 {said.zh}")
            yield self._within(Sort.BAND, words, interval, band.span)
        stretches = [Interval(one.low, one.low_closed, one.high, one.high_closed) for one in form.bands]
        outside = [one for one in _around(stretches) if form.otherwise is not None]
        for one in outside:
            said = one.words(self._unit, self.currency)
            words = Words(f"otherwise: {said.en}", f"其他：{said.zh}")
            yield self._within(Sort.BAND, words, one, form.outside)
        every = sorted((*stretches, *outside), key=lambda one: (one.low is not None, one.low or ZERO))
        spans = {band.low: band.span for band in form.bands}
        for bound, upper in neighbours(every):
            yield from self._edge(bound, upper, spans.get(bound))

    def _levels(self, form: forms.Levels) -> Iterator[Point]:
        for place, (level, _) in enumerate(form.entries):
            said = valued(level, self._unit, self.currency)
            condition = e.Compare("=", self._measure, _constant(level, self._measure), self._measure.span)
            span = form.spans[place] if place < len(form.spans) else None
            yield self._point(Sort.LEVEL, Words(f"the level {said.en}", f"等级 {said.zh}"), condition, span)
        if form.otherwise is not None:
            listed = e.Member(self._measure, tuple(level for level, _ in form.entries), self._measure.span)
            span = form.spans[-1] if len(form.spans) > len(form.entries) else None
            words = Words("any other level", "其他等级")
            yield self._point(Sort.LEVEL, words, e.Not(listed, listed.span), span)

    # Deductions

    def _deduction(self, form: forms.Deduct) -> Iterator[Point]:
        """Lost at all, at a full step, and as much as can be lost."""
        weight, step = self.indicator.weight, form.step
        most = weight - form.not_below
        if form.at_most is not None:
            most = min(most, form.at_most)
        units = most / form.per
        end = (Fraction(-(-units.numerator // units.denominator)) if form.whole else units) * step
        some = self._beyond(form, ZERO, False)
        if form.side is None:
            yield self._point(
                Sort.DEDUCTION, Words("nothing is deducted", "不扣分"), self._short_of(form, ZERO, True)
            )
        yield self._point(
            Sort.DEDUCTION,
            Words("something, but not the most, is deducted", "扣分，但未扣满"),
            e.Logic("and", some, self._short_of(form, end, False), some.span),
        )
        if form.whole and step < end:
            said = value_words(step, self._unit, self.currency)
            exactly = self._at(form, step)
            words = Words(f"exactly one full step of {said.en}", f"恰为一个满 {said.zh}")
            yield self._point(Sort.EDGE, words, exactly)
            short = e.Logic("and", some, self._short_of(form, step, False), some.span)
            words = Words(f"less than one full step of {said.en}", f"不足一个满 {said.zh}")
            yield self._point(Sort.EDGE, words, short)
        if most > 0:
            lost, left = decimal_text(most), decimal_text(weight - most)
            words = Words(
                f"the most is deducted: {lost} points, {left} are left",
                f"扣满 {lost} 分，剩 {left} 分",
            )
            yield self._point(Sort.LIMIT, words, self._beyond(form, end, True))
            words = Words(f"exactly where the most is deducted ({lost} points)", f"恰好扣满（{lost} 分）之处")
            yield self._point(Sort.EDGE, words, self._at(form, end))

    def _bound(self, form: forms.Deduct, excess: Fraction) -> e.Expr:
        """The measure's value at an excess over what costs nothing."""
        if form.side is None or self.indicator.target is None:
            return _constant(excess, self._measure)
        target = self.indicator.target.value
        return _moved(target, excess if form.side == "above" else -excess)

    def _beyond(self, form: forms.Deduct, excess: Fraction, closed: bool) -> e.Compare:
        operator = "<" if form.side == "below" else ">"
        return e.Compare(
            operator + "=" * closed, self._measure, self._bound(form, excess), self._measure.span
        )

    def _short_of(self, form: forms.Deduct, excess: Fraction, closed: bool) -> e.Compare:
        operator = ">" if form.side == "below" else "<"
        return e.Compare(
            operator + "=" * closed, self._measure, self._bound(form, excess), self._measure.span
        )

    def _at(self, form: forms.Deduct, excess: Fraction) -> e.Compare:
        return e.Compare("=", self._measure, self._bound(form, excess), self._measure.span)

    # Formulas and other forms

    def _formula(self) -> Iterator[Point]:
        """Points by a formula: none, all, or between."""
        weight = self.indicator.weight
        full = decimal_text(weight)
        yield self._within(Sort.POINTS, Words("no points", "得零分"), Interval(None, True, ZERO, True))
        between = Interval(ZERO, False, weight, False)
        words = Words(f"points between 0 and {full}", f"得分在 0 与 {full} 之间")
        yield self._within(Sort.POINTS, words, between)
        words = Words(f"full marks ({full} points)", f"满分（{full} 分）")
        yield self._within(Sort.POINTS, words, Interval(weight, True, None, True))

    def _pieces(self, form: forms.Form) -> Iterator[Point]:
        """The straight pieces of any other form, by its shape; the bounds move with a target of each person's own."""
        target = self.indicator.target
        fixed = target is None or isinstance(target.value, e.Constant)
        value: Fraction | None = None
        if target is not None and isinstance(target.value, e.Constant):
            value = target.value.value if isinstance(target.value.value, Fraction) else None
            if value is None:
                return
        if fixed or form.entering is forms.Entering.ASIDE:
            origin = None if target is None else forms.Target(target.operator, value or ZERO)
            yield from self._fixed_pieces(form.shape(origin, self.indicator.weight))
            return
        assert target is not None
        quotient = form.entering is forms.Entering.QUOTIENT
        own = forms.Target(target.operator, Fraction(1) if quotient else ZERO)
        shape = form.shape(own, self.indicator.weight)
        if not isinstance(shape, forms.Curve):
            return
        for place, stretch in enumerate(_few(_stretches(shape))):
            parts: list[e.Expr] = []
            for bound, closed, operator in (
                (stretch.low, stretch.low_closed, ">"),
                (stretch.high, stretch.high_closed, "<"),
            ):
                if bound is not None:
                    limit = _times(target.value, bound) if quotient else _moved(target.value, bound)
                    parts.append(e.Compare(operator + "=" * closed, self._measure, limit, self._measure.span))
            condition = together(parts)
            assert condition is not None
            words = Words(f"piece {place + 1} of the scale around the target", f"目标附近的第 {place + 1} 段")
            yield self._point(Sort.BAND, words, condition)

    def _fixed_pieces(self, shape: forms.Shape) -> Iterator[Point]:
        if not isinstance(shape, forms.Curve) or len(shape.pieces) < 2:
            return
        stretches = _few(_stretches(shape))
        for one in stretches:
            said = one.words(self._unit, self.currency)
            yield self._within(Sort.BAND, said, one)
        for bound, upper in neighbours(stretches):
            said = self._said(bound)
            words = Words(f"exactly {said.en}", f"恰为 {said.zh}")
            yield self._within(Sort.EDGE, words, Interval(bound, True, bound, True))
            if not _smooth(shape, bound):
                yield from list(self._edge(bound, upper))[1:]


def smallest_change(rules: Ruleset) -> Fraction:
    """The least by which the points of some indicator change at all; 0 where they change smoothly, or are not known."""
    return min((_jump(one, _step(rules, one.measure)) for one in rules.indicators), default=ZERO)


def _step(rules: Ruleset, measure: e.Expr) -> Fraction | None:
    """What lies between the values of a measure that goes by steps."""
    match measure:
        case e.Fact(name) if name in rules.inputs:
            type_ = rules.inputs[name].type
            return Fraction(1) if type_.unit is Unit.COUNT else type_.step
        case e.MeasureOf(name):
            return _step(rules, rules.measures[name].value)
        case e.Aggregate(_, e.Over.COUNT | e.Over.DISTINCT):
            return Fraction(1)
        case _:
            return None


def _jump(one: Indicator, step: Fraction | None) -> Fraction:
    target: forms.Target | None = None
    if one.target is not None:
        value = one.target.value.value if isinstance(one.target.value, e.Constant) else None
        if not isinstance(value, Fraction):
            return ZERO
        target = forms.Target(one.target.operator, value)
    match one.form.shape(target, one.weight):
        case forms.Stairs(per=per):
            return per
        case forms.Table(entries, other):
            levels = {points for _, points in entries} | ({other} if other is not None else set())
        case forms.Curve(pieces):
            slopes = [abs(piece.slope) for piece in pieces if piece.slope]
            if slopes:
                return ZERO if step is None else min(slopes) * step
            levels = {piece.intercept for piece in pieces}
    known = sorted({min(max(points, ZERO), one.weight) for points in levels})
    return min((upper - lower for lower, upper in pairwise(known)), default=one.weight)


def _around(stretches: Sequence[Interval]) -> Iterator[Interval]:
    """What lies below and above all of them."""
    first, last = stretches[0], stretches[-1]
    if first.low is not None:
        yield Interval(None, True, first.low, not first.low_closed)
    if last.high is not None:
        yield Interval(last.high, not last.high_closed, None, True)


def _stretches(shape: forms.Curve) -> list[Interval]:
    """The stretches between the bounds of a curve; those without a value are left out."""
    found: list[Interval] = []
    low: Fraction | None = None
    closed = True
    for piece in shape.pieces:
        one = Interval(low, closed, piece.high, piece.closed)
        if not one.empty:
            found.append(one)
        low, closed = piece.high, not piece.closed
    return found


def _few(stretches: list[Interval]) -> list[Interval]:
    """The outermost of very many."""
    if len(stretches) <= _MOST_PIECES:
        return stretches
    half = _MOST_PIECES // 2
    return stretches[:half] + stretches[-half:]


def _smooth(shape: forms.Curve, bound: Fraction) -> bool:
    """Whether the points do not jump at a bound."""
    before = next(one for one in shape.pieces if one.high == bound)
    after = shape.pieces[shape.pieces.index(before) + 1]
    return before.slope * bound + before.intercept == after.slope * bound + after.intercept


def _constant(value: e.Value, like: e.Expr) -> e.Constant:
    return e.Constant(value, like.unit, like.span)


def _moved(expr: e.Expr, by: Fraction) -> e.Expr:
    """An expression plus a fixed number."""
    if by == 0:
        return expr
    if isinstance(expr, e.Constant) and isinstance(expr.value, Fraction):
        return e.Constant(expr.value + by, expr.unit, expr.span)
    return e.Arithmetic("+", expr, e.Constant(by, expr.unit, expr.span), expr.unit, expr.span)


def _times(expr: e.Expr, by: Fraction) -> e.Expr:
    """An expression times a fixed number."""
    if by == 1:
        return expr
    return e.Arithmetic("*", expr, e.Constant(by, Unit.NUMBER, expr.span), expr.unit, expr.span)
