"""What a plan knows of a floating-point register before it has seen a row: range, error, granularity.

This is where exactness is proved. A register holds floats; each stands for an exact rational value. `Known`
says how the two are related, and from that follows whether a comparison or a rounding made on the floats is
the one that exact arithmetic makes:

- *written*: the value is the float's shortest decimal. Rounding to double is monotone, so an order of two
  different floats is the order of their values, and equal floats are equal values. Against a constant, only
  the float nearest to it needs thought, and that float's decimal is known when planning.
- *den*: the float is the value correctly rounded, and the value is a fraction whose denominator is at most
  `den`. Two such fractions differ by at least 1/(den * den'), so floats that are equal are equal values, as
  long as a unit in the last place is smaller than that.
- *grain*: the value is a multiple of 1/grain. A value known to within half a grain is known; a value nearer
  to a rounding edge than the edge's distance from any other multiple lies on it.

Ranges and grains of columns are assumptions drawn from a sample; `columns` names those a statement rests on,
and the kernels check them row by row: a row that breaks them is worked out exactly. Bounds are in doubles,
rounded generously (SLACK); U is half a unit in the last place of 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from kpirules.numbers import written

U = 2.0**-53
SLACK = 1.01
#: Below this, errors of underflow may hide; it is added wherever something is rounded.
TINY = 1e-300
#: Whole numbers up to here are exact in a double, with a bit to spare.
WHOLE = 2.0**52
INF = math.inf


@dataclass(frozen=True, slots=True)
class Known:
    """|float - value| <= error + relative * |value|, and the properties above. low, high: of the value."""

    low: float
    high: float
    error: float = 0.0
    relative: float = 0.0
    written: bool = False
    den: int | None = None
    grain: int | None = None
    columns: frozenset[int] = frozenset()

    @property
    def size(self) -> float:
        """The greatest absolute value."""
        return max(abs(self.low), abs(self.high))

    @property
    def off(self) -> float:
        """The greatest distance of the float from the value."""
        return (self.error + self.relative * self.size) * SLACK if self.relative else self.error

    @property
    def sure(self) -> bool:
        """Whether the float is the correctly rounded value, of a kind that comparisons can rest on."""
        return self.written or self.den is not None


TRUTH = Known(0.0, 1.0, written=True, den=1, grain=1)


def nearest(value: Fraction) -> float:
    """The double nearest to the value; infinite beyond the range of doubles."""
    try:
        return float(value)
    except OverflowError:
        return INF if value > 0 else -INF


def constant(value: Fraction | None) -> Known:
    """What is known of a constant; of a missing one, nothing can go wrong."""
    if value is None:
        return Known(0.0, 0.0, written=True, den=1, grain=1)
    near = nearest(value)
    if not math.isfinite(near):
        return Known(near, near, error=INF)
    exact = Fraction(near) == value
    return Known(
        near,
        near,
        error=0.0 if exact else TINY,
        relative=0.0 if exact else U,
        written=written(near) == value,
        den=_useful(value.denominator),
        grain=_useful(value.denominator),
    )


def _useful(grain: int) -> int | None:
    """A grain too fine for any double to show says nothing."""
    return grain if grain < 2**60 else None


def whole(low: float, high: float, columns: frozenset[int] = frozenset()) -> Known:
    """Whole numbers, exact in a double."""
    return Known(low, high, written=True, den=1, grain=1, columns=columns)


def column(low: float, high: float, decimals: int | None, itself: int) -> Known:
    """A column of written decimals: range and number of decimals are assumptions on `itself`."""
    if decimals == 0:
        return whole(low, high, frozenset({itself}))
    scale = None if decimals is None else 10**decimals
    return Known(low, high, TINY, U, True, scale, scale, frozenset({itself}))


def multiples(step: Fraction, low: float, high: float) -> Known:
    """Whole multiples of a step, as the correctly rounded quotient of two whole numbers."""
    fits = high * step.denominator < WHOLE and -low * step.denominator < WHOLE
    known = Known(low, high, TINY, U, den=step.denominator if fits else None, grain=step.denominator)
    return settled(known) if fits else replace(known, relative=3 * U)


def settled(known: Known) -> Known:
    """The same values, each float made the nearest multiple of 1/grain (it was near enough)."""
    grain = known.grain
    assert grain is not None
    if grain == 1:
        return whole(known.low, known.high, known.columns)
    return Known(
        known.low, known.high, TINY, U, _short_decimals(grain, known.size), grain, grain, known.columns
    )


def can_settle(known: Known) -> bool:
    """Whether every float is nearer to its value's multiple of 1/grain than to any other, and all are exact there."""
    return known.grain is not None and known.size * known.grain < WHOLE and known.off * known.grain < 0.2


def _short_decimals(grain: int, size: float) -> bool:
    """Whether every multiple of 1/grain up to `size` is a decimal of at most 15 digits."""
    places = decimal_places(grain)
    return places is not None and size * 10.0**places < 9e14


def decimal_places(grain: int) -> int | None:
    """The decimals that every multiple of 1/grain has at most, or None."""
    for places in range(19):
        if 10**places % grain == 0:
            return places
    return None


def negated(a: Known) -> Known:
    return replace(a, low=-a.high, high=-a.low)


def absolute(a: Known) -> Known:
    low = 0.0 if a.low <= 0.0 <= a.high else min(abs(a.low), abs(a.high))
    return replace(a, low=low, high=a.size)


def plus(a: Known, b: Known) -> Known:
    """The sum; of the difference, give the second negated."""
    grain = _lcm(a.grain, b.grain)
    low, high = a.low + b.low, a.high + b.high
    size = a.size + b.size
    return _rounded(low, high, (a.off + b.off) * SLACK, size, grain, a, b)


def times(a: Known, b: Known) -> Known:
    grain = None if a.grain is None or b.grain is None else _useful(a.grain * b.grain)
    corners = [_product(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    size = _product(a.size, b.size)
    off = _product(a.off, b.size) + _product(b.off, a.size) + _product(a.off, b.off)
    known = _rounded(min(corners), max(corners), off * SLACK, size, grain, a, b)
    relative = (a.relative + b.relative + U) * SLACK
    only_relative = a.error <= TINY and b.error <= TINY
    return replace(known, error=TINY, relative=relative) if only_relative and known.error > 0 else known


def _product(x: float, y: float) -> float:
    return 0.0 if x == 0.0 or y == 0.0 else x * y


def _rounded(
    low: float, high: float, off: float, size: float, grain: int | None, a: Known, b: Known
) -> Known:
    """A result rounded once more, but for whole numbers within range, which stay exact."""
    columns = a.columns | b.columns
    if grain == 1 and off == 0.0 and size < WHOLE:
        return whole(low, high, columns)
    return Known(low, high, off + U * (size + off) * SLACK + TINY, grain=grain, columns=columns)


def ratio(a: Known, b: Known, scale: int) -> Known:
    """The quotient of two whole numbers of 1/scale, correctly rounded."""
    size = a.size * scale
    return Known(-size if a.low < 0 or b.low < 0 else 0.0, size, TINY, U,
                 den=math.ceil(b.size * scale), columns=a.columns | b.columns)  # fmt: skip


def can_ratio(a: Known, b: Known, scale: int) -> bool:
    """Whether both are exactly known as whole numbers of 1/scale."""
    return all(k.size * scale < WHOLE and k.off * scale < 0.2 for k in (a, b))


def quotient(a: Known, b: Known, least: float) -> Known:
    """The quotient of floats, where |b| is at least `least` for every row without doubt."""
    relative_b = b.relative + b.error / least
    columns = a.columns | b.columns
    size = a.size / least * SLACK
    if a.error <= TINY:
        return Known(-size, size, TINY, (a.relative + 2 * relative_b + U) * SLACK, columns=columns)
    off = (a.off / least + size * (2 * relative_b + U)) * SLACK
    return Known(-size, size, off + TINY, columns=columns)


def either(*parts: Known) -> Known:
    """One of the values, or the least or greatest of them."""
    dens = [part.den for part in parts]
    grain: int | None = 1
    for part in parts:
        grain = _lcm(grain, part.grain)
    return Known(
        min(part.low for part in parts),
        max(part.high for part in parts),
        max(part.error for part in parts),
        max(part.relative for part in parts),
        all(part.written for part in parts),
        None if None in dens else max(den for den in dens if den is not None),
        grain,
        frozenset().union(*(part.columns for part in parts)),
    )


def tells_apart(error: float, *wholes: int) -> bool:
    """Whether values known to `error` are told apart, where two that differ do so by at least 1 over the product."""
    return Fraction(3 * error) * math.prod(wholes) < 1


def _lcm(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else _useful(math.lcm(a, b))


def same_if_equal(a: Known, b: Known) -> bool:
    """Whether equal floats are equal values (then every comparison of the floats is exact)."""
    if a.written and b.written:
        return True
    if a.den is None or b.den is None:
        return False
    return tells_apart(2 * U * min(a.size, b.size), a.den, b.den)


@dataclass(frozen=True, slots=True)
class Edge:
    """A constant as a float: `x <= at` on floats is the wanted comparison. sure: for x equal to `near` too."""

    near: float
    at: float
    sure: bool


def edge(x: Known, value: Fraction, closed: bool) -> Edge:
    """Where floats of x stop being at most (closed) or below (not closed) the constant."""
    near = nearest(value)
    if not math.isfinite(near):
        return Edge(near, near, True)
    if x.written:
        there = written(near)
        belongs = there < value or (there == value and closed)
        return Edge(near, near if belongs else math.nextafter(near, -INF), True)
    # a float that equals `near` is within two units in the last place of the constant
    ordinary = value == 0 or abs(near) > TINY
    sure = x.den is not None and ordinary and Fraction(abs(near)) * x.den * value.denominator < 2**51
    return Edge(near, near if closed else math.nextafter(near, -INF), sure)
