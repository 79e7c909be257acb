"""Forms that a policy calls by name: `score by NAME(arguments)`.

Each is one declaration in `CALLED`: name in both vocabularies, arguments with their kinds, which targets it takes, what
it is for, an example, and its class with points, shape and reason. The checker, the formatter, the documentation, the
plan and `why` read nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kpirules.diagnostics import Words
from kpirules.model.expressions import Value
from kpirules.model.forms import ZERO, Curve, Entering, Form, Piece, Shape, Show, Target
from kpirules.numbers import decimal_text
from kpirules.units import Unit

#: A step on a scale of points is not smaller than the weight over this.
MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class Argument:
    """name and chinese: its two names. unit: of its values; None: that of the measure. positive: above zero, else not below."""

    name: str
    chinese: str
    unit: Unit | None
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Called:
    """A form by name. operators: targets that it takes (none: it needs no target).

    form: the form from its arguments' values. wrong: what is wrong with the values for a weight, if anything.
    """

    name: str
    chinese: str
    arguments: tuple[Argument, ...]
    operators: tuple[str, ...]
    form: Callable[[Sequence[Fraction]], Form]
    wrong: Callable[[Sequence[Fraction], Fraction], Words | None]
    doc: tuple[str, str]
    example: str


@dataclass(frozen=True, slots=True)
class Steps:
    """`base` points at the target, and `each` more or less for every full `width` beyond it or short of it."""

    base: Fraction
    width: Fraction
    each: Fraction

    @property
    def entering(self) -> Entering:
        return Entering.DIFFERENCE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction) and target is not None
        return min(max(self.base + self.each * self._full_steps(measure, target), ZERO), full)

    def _full_steps(self, measure: Fraction, target: Target) -> int:
        better = measure - target.value if target.operator.startswith(">") else target.value - measure
        steps = abs(better) / self.width
        whole = steps.numerator // steps.denominator
        return whole if better >= 0 else -whole

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        assert target is not None
        first = -_up(self.base / self.each)
        last = max(0, _up((full - self.base) / self.each))
        levels = [min(max(self.base + self.each * n, ZERO), full) for n in range(first, last + 1)]
        # The edge between two levels belongs to the one that is farther from the target.
        edges = [
            ((n + 1) * self.width, False) if n >= 0 else (n * self.width, True) for n in range(first, last)
        ]
        ends: list[tuple[Fraction | None, bool]] = [*edges, (None, True)]
        pieces = [
            Piece(None if edge is None else target.value + edge, closed, ZERO, level)
            for (edge, closed), level in zip(ends, levels, strict=True)
        ]
        if target.operator.startswith(">"):
            return Curve(tuple(pieces))
        return Curve(tuple(_mirrored(pieces, target.value)))

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        assert isinstance(measure, Fraction) and target is not None
        steps = self._full_steps(measure, target)
        base, each, width = decimal_text(self.base), decimal_text(self.each), show(self.width)
        sign, word = ("+", "加") if steps >= 0 else ("-", "减")
        return Words(
            f"{base} at the target of {show(target.value)}, {sign} {abs(steps)} full steps of {width}, {each} points each",
            f"目标 {show(target.value)} 得 {base} 分，{word} {abs(steps)} 个满 {width}，每个 {each} 分",
        )


@dataclass(frozen=True, slots=True)
class Deviation:
    """Full marks within `tolerance` of the target on both sides; beyond it every `step` costs `each` points."""

    tolerance: Fraction
    step: Fraction
    each: Fraction

    @property
    def entering(self) -> Entering:
        return Entering.DIFFERENCE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction) and target is not None
        beyond = max(ZERO, abs(measure - target.value) - self.tolerance)
        return full - self.each * beyond / self.step

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        assert target is not None
        low, high, rate = target.value - self.tolerance, target.value + self.tolerance, self.each / self.step
        return Curve(
            (
                Piece(low, True, rate, full - rate * low),
                Piece(high, True, ZERO, full),
                Piece(None, True, -rate, full + rate * high),
            )
        )

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        assert isinstance(measure, Fraction) and target is not None
        off = abs(measure - target.value)
        beyond = max(ZERO, off - self.tolerance)
        allowed, each = show(self.tolerance), decimal_text(self.each)
        if not beyond:
            return Words(
                f"{show(off)} from the target of {show(target.value)}, within {allowed}",
                f"与目标 {show(target.value)} 相差 {show(off)}，在 {allowed} 之内",
            )
        return Words(
            f"{show(off)} from the target of {show(target.value)}, {show(beyond)} beyond {allowed}:"
            f" {each} points for every {show(self.step)}",
            f"与目标 {show(target.value)} 相差 {show(off)}，超出 {allowed} 的部分为 {show(beyond)}：每 {show(self.step)} 扣 {each} 分",
        )


@dataclass(frozen=True, slots=True)
class GainAndLoss:
    """`base` points at the target; every `step` beyond it gains `gain` points, every one short of it costs `loss`."""

    base: Fraction
    step: Fraction
    gain: Fraction
    loss: Fraction

    @property
    def entering(self) -> Entering:
        return Entering.DIFFERENCE

    def points(self, measure: Value, target: Target | None, full: Fraction) -> Fraction | None:
        assert isinstance(measure, Fraction) and target is not None
        better = self._better(measure, target)
        return self.base + (self.gain if better > 0 else self.loss) * better / self.step

    def _better(self, measure: Fraction, target: Target) -> Fraction:
        return measure - target.value if target.operator.startswith(">") else target.value - measure

    def shape(self, target: Target | None, full: Fraction) -> Shape:
        assert target is not None
        rising = (self.loss / self.step, self.gain / self.step)
        slopes = rising if target.operator.startswith(">") else (-rising[1], -rising[0])
        below, above = (Piece(None, True, slope, self.base - slope * target.value) for slope in slopes)
        return Curve((Piece(target.value, True, below.slope, below.intercept), above))

    def because(self, measure: Value, target: Target | None, full: Fraction, show: Show) -> Words:
        assert isinstance(measure, Fraction) and target is not None
        better = self._better(measure, target)
        each = decimal_text(self.gain if better > 0 else self.loss)
        base, goal, off, step = (
            decimal_text(self.base),
            show(target.value),
            show(abs(better)),
            show(self.step),
        )
        sign, word = ("+", "加") if better > 0 else ("-", "减")
        return Words(
            f"{base} at the target of {goal}, {off} off: {sign} {each} points for every {step}",
            f"目标 {goal} 得 {base} 分，相差 {off}：每 {step} {word} {each} 分",
        )


def _up(value: Fraction) -> int:
    """The least whole number that is not below."""
    return -(-value.numerator // value.denominator)


def _mirrored(pieces: Sequence[Piece], around: Fraction) -> list[Piece]:
    """Flat pieces turned round a value."""
    turned = [Piece(None, True, ZERO, pieces[0].intercept)]
    for before, piece in pairwise(pieces):
        assert before.high is not None
        turned.insert(0, Piece(2 * around - before.high, not before.closed, ZERO, piece.intercept))
    return turned


def _fine(values: Sequence[Fraction], full: Fraction) -> Words | None:
    return None


def _steps_fit(values: Sequence[Fraction], full: Fraction) -> Words | None:
    base, _, each = values
    if base > full:
        return Words("more points at the target than the weight", "目标处的得分大于权重")
    if full / each > MOST_STEPS:
        return Words(f"more than {MOST_STEPS} steps", f"超过 {MOST_STEPS} 级")
    return None


CALLED: dict[str, Called] = {
    one.name: one
    for one in (
        Called(
            "steps",
            "阶梯",
            (
                Argument("points at the target", "目标处得分", Unit.POINTS, positive=False),
                Argument("step", "步长", None),
                Argument("points for a step", "每级分数", Unit.POINTS),
            ),
            ("<=", "<", ">=", ">"),
            lambda values: Steps(*values),
            _steps_fit,
            (
                "so many points at the target, and some more (or less) for every full step beyond it (or short of it);"
                " between 0 and the weight",
                "达到目标得若干分，每超出（或不足）一个满步长加（或减）若干分；限于 0 至权重之间",
            ),
            "score by steps(80, 5pp, 2)",
        ),
        Called(
            "deviation",
            "偏差",
            (
                Argument("tolerance", "允许偏差", None, positive=False),
                Argument("step", "步长", None),
                Argument("points for a step", "每级扣分", Unit.POINTS),
            ),
            ("=",),
            lambda values: Deviation(*values),
            _fine,
            (
                "full marks within the tolerance of the target, above or below it; beyond it points are lost in"
                " proportion, so many for every step",
                "与目标的偏差（无论高低）在允许范围内得满分；超出部分按比例扣分，每个步长扣若干分",
            ),
            "score by deviation(2pp, 1pp, 5)",
        ),
        Called(
            "gain_and_loss",
            "增减",
            (
                Argument("points at the target", "目标处得分", Unit.POINTS, positive=False),
                Argument("step", "步长", None),
                Argument("points gained for a step", "每级加分", Unit.POINTS),
                Argument("points lost for a step", "每级减分", Unit.POINTS),
            ),
            ("<=", "<", ">=", ">"),
            lambda values: GainAndLoss(*values),
            _fine,
            (
                "so many points at the target; in proportion more beyond it and less short of it, each at its own rate;"
                " between 0 and the weight",
                "达到目标得若干分；超出时按比例加分，不足时按比例减分，两边各有其率；限于 0 至权重之间",
            ),
            "score by gain_and_loss(80, 1pp, 1, 2)",
        ),
    )
}
BY_CHINESE = {one.chinese: one for one in CALLED.values()}
