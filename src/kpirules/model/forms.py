"""The ways to score: each a closed form with its exact meaning and its shape.

A form turns one measure into points between 0 and the indicator's full marks. `points` is its meaning
(the reference calls it); `shape` is the same function as pieces that a plan and the lint can analyse.
The two are written independently on purpose: holding one against the other is a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from kpirules.diagnostics import Span, Words
from kpirules.model.expressions import Value
from kpirules.numbers import decimal_text

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Piece:
    """`points = slope * x + intercept` for x from the end of the piece before up to `high`.

    `high` None: to infinity. `closed`: `high` itself belongs to this piece, else to the next.
    """

    high: Fraction | None
    closed: bool
    slope: Fraction
    intercept: Fraction


@dataclass(frozen=True, slots=True)
class Curve:
    """A piecewise linear function over the whole line, pieces ascending, the last without an end."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Stairs:
    """Whole steps: `points = top - per * min(most, floor(max(0, sign * (x - origin)) / step))`."""

    origin: Fraction
    sign: int
    step: Fraction
    top: Fraction
    per: Fraction
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Points by exact value; `other` (None: missing) for every value that is not listed."""

    entries: tuple[tuple[Value, Fraction], ...]
    other: Fraction | None


Shape = Curve | Stairs | Table


@dataclass(frozen=True, slots=True)
class Target:
    """The target in force: `operator` is `<=`, `<`, `>=`, `>` or `=`."""

    operator: str
    value: Fraction

    def met(self, measure: Fraction) -> bool:
        match self.operator:
            case "<=":
                return measure <= self.value
            case "<":
                return measure < self.value
            case ">=":
                return measure >= self.value
            case ">":
                return measure > self.value
            case _:
                return measure == self.value


Show = Callable[[Fraction], str]


class Entering(StrEnum):
    """How a target that differs from row to row enters a form's points, for whoever works without single rows.

    DIFFERENCE: only as measure less target. QUOTIENT: only as measure over target, which is above zero.
    ASIDE: not at all, but without it there are no points.
    """

    DIFFERENCE = "difference"
    QUOTIENT = "quotient"
    ASIDE = "aside"


class Form(Protocol):
    """A way to score. Points and shape are before the clamp to 0..full, which holds for every form.

    because: why a measure earned its points, in words a reader can check; `show` writes a value of the measure.
    """

    @property
    def entering(self) -> Entering: ...

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None: ...

    def shape(self, target: Target | None, full: Fraction) -> Shape: ...

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words: ...


@dataclass(frozen=True, slots=True)
class Deduct:
    """`deduct P per [full] U [above|below target]`, from full marks.

    side: "above", "below", or None for every unit of the measure itself. whole: full units only.
    at_most: the greatest deduction. not_below: the least points left.
    """

    per: Fraction
    step: Fraction
    side: str | None = None
    whole: bool = False
    at_most: Fraction | None = None
    not_below: Fraction = ZERO

    @property
    def entering(self) -> Entering:
        return Entering.ASIDE if self.side is None else Entering.DIFFERENCE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction)
        if self.side is None:
            excess = measure
        else:
            assert target is not None
            excess = measure - target.value if self.side == "above" else target.value - measure
        units = max(ZERO, excess) / self.step
        if self.whole:
            units = Fraction(units.numerator // units.denominator)
        lost = units * self.per
        if self.at_most is not None:
            lost = min(lost, self.at_most)
        return max(self.not_below, full - lost)

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        origin = target.value if target is not None and self.side is not None else ZERO
        sign = -1 if self.side == "below" else 1
        most_lost = full - self.not_below
        if self.at_most is not None:
            most_lost = min(most_lost, self.at_most)
        if self.whole:
            # Steps whose loss passes the greatest loss are cut by the clamp below; only whole ones can be capped here.
            most = most_lost / self.per
            if most.denominator == 1:
                return Stairs(origin, sign, self.step, full, self.per, most)
            if most_lost >= full:
                return Stairs(origin, sign, self.step, full, self.per)
            return self._stairs_as_curve(origin, sign, full, most_lost)
        rate = self.per / self.step
        end = origin + sign * most_lost / rate
        falling = Piece(None, True, -sign * rate, full + sign * rate * origin)
        before, after = (full, full - most_lost) if sign > 0 else (full - most_lost, full)
        first, second = sorted((origin, end))
        return Curve(
            (
                Piece(first, True, ZERO, before),
                Piece(second, True, falling.slope, falling.intercept),
                Piece(None, True, ZERO, after),
            )
        )

    def _stairs_as_curve(self, origin: Fraction, sign: int, full: Fraction, most_lost: Fraction) -> Curve:
        """Flat pieces, one per step, where the last step is cut short by the cap."""
        steps = most_lost / self.per
        count = steps.numerator // steps.denominator + 1
        levels = [full - self.per * k for k in range(count)] + [full - most_lost]
        edges = [origin + sign * self.step * (k + 1) for k in range(count)]
        if sign > 0:
            pieces = [Piece(edge, False, ZERO, level) for edge, level in zip(edges, levels, strict=False)]
            return Curve((*pieces, Piece(None, True, ZERO, levels[-1])))
        pieces = [
            Piece(edge, True, ZERO, level)
            for edge, level in zip(reversed(edges), reversed(levels[1:]), strict=True)
        ]
        return Curve((*pieces, Piece(None, True, ZERO, levels[0])))

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        assert isinstance(measure, Fraction)
        if self.side is None:
            excess, whence = measure, Words("", "")
        else:
            assert target is not None
            excess = measure - target.value if self.side == "above" else target.value - measure
            if excess <= 0:
                return Words(f"the target of {show(target.value)} is met", f"达到目标 {show(target.value)}")
            side = {"above": ("above", "超出"), "below": ("below", "低于")}[self.side]
            whence = Words(
                f" {side[0]} the target of {show(target.value)}", f"，{side[1]}目标 {show(target.value)}"
            )
        units = max(ZERO, excess) / self.step
        whole = Fraction(units.numerator // units.denominator) if self.whole else units
        full_en, full_zh = (" full", "满") if self.whole else ("", "")
        steps = "step" if whole == 1 else "steps"
        cost = f"{_plain(self.per)} {'point' if self.per == 1 else 'points'} each"
        return Words(
            f"{show(excess)}{whence.en}: {_plain(whole)}{full_en} {steps} of {show(self.step)}, {cost}",
            f"{show(excess)}{whence.zh}：每{full_zh} {show(self.step)} 扣 {_plain(self.per)} 分，共 {_plain(whole)} 档",
        )


@dataclass(frozen=True, slots=True)
class Band:
    """One band: bounds (None: open-ended), whether each bound belongs to it, and points at its two bounds.

    span: where it is written; None where it is not, but closes a hole between two that are.
    """

    low: Fraction | None
    low_closed: bool
    high: Fraction | None
    high_closed: bool
    at_low: Fraction
    at_high: Fraction
    span: Span | None = field(default=None, compare=False)

    def holds(self, measure: Fraction) -> bool:
        if self.low is not None and (measure < self.low or (measure == self.low and not self.low_closed)):
            return False
        return self.high is None or measure < self.high or (measure == self.high and self.high_closed)

    def interval(self, show: Show) -> Words:
        """The interval as a policy writes it."""
        if self.low is None:
            en, zh = ("up to", "不超过") if self.high_closed else ("below", "低于")
            return (
                Words("any value", "任何值")
                if self.high is None
                else Words(f"{en} {show(self.high)}", f"{zh} {show(self.high)}")
            )
        en, zh = ("from", "自") if self.low_closed else ("over", "高于")
        begin = Words(f"{en} {show(self.low)}", f"{zh} {show(self.low)}")
        if self.high is None:
            return begin
        en, zh = ("to", "至") if self.high_closed else ("to below", "至低于")
        return Words(f"{begin.en} {en} {show(self.high)}", f"{begin.zh} {zh} {show(self.high)}")


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands in ascending order without gap or overlap between them; `otherwise` outside the outermost."""

    bands: tuple[Band, ...]
    otherwise: Fraction | None
    #: Where `otherwise` is written.
    outside: Span | None = field(default=None, compare=False)

    @property
    def entering(self) -> Entering:
        return Entering.ASIDE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction)
        for band in self.bands:
            if band.holds(measure):
                if band.at_low == band.at_high or band.low is None or band.high is None:
                    return band.at_low
                share = (measure - band.low) / (band.high - band.low)
                return band.at_low + share * (band.at_high - band.at_low)
        return self.otherwise

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        outside = self.otherwise if self.otherwise is not None else ZERO
        pieces: list[Piece] = []
        first, last = self.bands[0], self.bands[-1]
        if first.low is not None:
            pieces.append(Piece(first.low, not first.low_closed, ZERO, outside))
        for band in self.bands:
            if band.low is None or band.high is None or band.at_low == band.at_high:
                pieces.append(Piece(band.high, band.high_closed, ZERO, band.at_low))
            else:
                slope = (band.at_high - band.at_low) / (band.high - band.low)
                pieces.append(Piece(band.high, band.high_closed, slope, band.at_low - slope * band.low))
        if last.high is not None:
            pieces.append(Piece(None, True, ZERO, outside))
        return Curve(tuple(pieces))

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        assert isinstance(measure, Fraction)
        band = next((one for one in self.bands if one.holds(measure)), None)
        if band is None:
            return Words("outside all bands", "不在任何分段内")
        points = _plain(band.at_low)
        points_en = points_zh = points
        if band.at_low != band.at_high:
            points_en, points_zh = (
                f"{points} to {_plain(band.at_high)}",
                f"{points} 至 {_plain(band.at_high)}",
            )
        interval = band.interval(show)
        return Words(f"in the band {interval.en}: {points_en}", f"落在分段 {interval.zh}：{points_zh}")


@dataclass(frozen=True, slots=True)
class Levels:
    """Points by level. `scaled`: the entries are levels' marks, scaled so that the best gives full marks."""

    entries: tuple[tuple[Value, Fraction], ...]
    otherwise: Fraction | None = None
    scaled: bool = False
    #: Where each level is written, `otherwise` last.
    spans: tuple[Span, ...] = field(default=(), compare=False)

    @property
    def entering(self) -> Entering:
        return Entering.ASIDE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        found = next((points for level, points in self.entries if level == measure), self.otherwise)
        if found is None or not self.scaled:
            return found
        return found * full / max(points for _, points in self.entries)

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        factor = full / max(points for _, points in self.entries) if self.scaled else Fraction(1)
        other = None if self.otherwise is None else self.otherwise * factor
        return Table(tuple((level, points * factor) for level, points in self.entries), other)

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        shown = show(measure) if isinstance(measure, Fraction) else str(measure)
        if self.scaled:
            best = _plain(max(points for _, points in self.entries))
            return Words(
                f"level {shown}, scaled from {best} to {_plain(full)}",
                f"等级 {shown}，由 {best} 换算为 {_plain(full)}",
            )
        return Words(f"level {shown}", f"等级 {shown}")


@dataclass(frozen=True, slots=True)
class ProRata:
    """Full marks times measure over target, up to `at_most` (1 is 100%); missing for a target of 0 or less."""

    at_most: Fraction = Fraction(1)

    @property
    def entering(self) -> Entering:
        return Entering.QUOTIENT

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction) and target is not None
        if target.value <= 0:
            return None  # an individual target of nothing leaves nothing to measure against
        return full * min(self.at_most, measure / target.value)

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        assert target is not None
        end = self.at_most * target.value
        return Curve(
            (Piece(end, True, full / target.value, ZERO), Piece(None, True, ZERO, full * self.at_most))
        )

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        assert isinstance(measure, Fraction) and target is not None
        if target.value <= 0:
            return Words("there is no target to measure against", "没有可比较的目标")
        if measure >= target.value * self.at_most:
            return Words(f"the target of {show(target.value)} is reached", f"达到目标 {show(target.value)}")
        return Words(
            f"{show(measure)} of the target of {show(target.value)}, times {_plain(full)}",
            f"目标 {show(target.value)} 完成 {show(measure)}，乘以 {_plain(full)}",
        )


@dataclass(frozen=True, slots=True)
class AllOrNothing:
    """Full marks where the target is met, else none."""

    @property
    def entering(self) -> Entering:
        return Entering.DIFFERENCE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction) and target is not None
        return full if target.met(measure) else ZERO

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        assert target is not None
        match target.operator:
            case "<=" | "<":
                return Curve(
                    (Piece(target.value, target.operator == "<=", ZERO, full), Piece(None, True, ZERO, ZERO))
                )
            case ">=" | ">":
                return Curve(
                    (Piece(target.value, target.operator == ">", ZERO, ZERO), Piece(None, True, ZERO, full))
                )
            case _:
                return Table(((target.value, full),), ZERO)

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        assert isinstance(measure, Fraction) and target is not None
        if target.met(measure):
            return Words(
                f"the target {target.operator} {show(target.value)} is met",
                f"达到目标 {target.operator} {show(target.value)}",
            )
        return Words(
            f"the target {target.operator} {show(target.value)} is not met",
            f"未达到目标 {target.operator} {show(target.value)}",
        )


@dataclass(frozen=True, slots=True)
class Linear:
    """A straight line between two anchors (measure, points), flat beyond them."""

    start: Fraction
    at_start: Fraction
    end: Fraction
    at_end: Fraction

    @property
    def entering(self) -> Entering:
        return Entering.ASIDE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction)
        low, high = min(self.start, self.end), max(self.start, self.end)
        inside = min(max(measure, low), high)
        share = (inside - self.start) / (self.end - self.start)
        return self.at_start + share * (self.at_end - self.at_start)

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        (low, at_low), (high, at_high) = sorted(((self.start, self.at_start), (self.end, self.at_end)))
        slope = (at_high - at_low) / (high - low)
        return Curve(
            (
                Piece(low, True, ZERO, at_low),
                Piece(high, True, slope, at_low - slope * low),
                Piece(None, True, ZERO, at_high),
            )
        )

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        start, end = show(self.start), show(self.end)
        first, last = _plain(self.at_start), _plain(self.at_end)
        return Words(
            f"on the line from {start} ({first} points) to {end} ({last} points)",
            f"在 {start}（{first} 分）至 {end}（{last} 分）的直线上",
        )


@dataclass(frozen=True, slots=True)
class Formula:
    """`points = expression`: the indicator's measure is the expression itself."""

    @property
    def entering(self) -> Entering:
        return Entering.ASIDE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction)
        return measure

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        return Curve((Piece(None, True, Fraction(1), ZERO),))

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        return Words("by the formula", "按公式")


def _plain(value: Fraction) -> str:
    text = decimal_text(value)
    return text if len(text) <= 12 and "/" not in text else f"{decimal_text(value, 4)}…"
