"""The proofs that plans rest on, one law each, over floats as nasty as they come."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from kpirules.numbers import written
from kpirules.scoring import bounds

FLOATS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-1000, 1000).map(lambda k: k / 100),
    st.builds(lambda k, n: k / n, st.integers(-60, 60), st.integers(1, 64)),
    st.sampled_from([0.0, -0.0, 5e-324, 1e300, 0.1 + 0.2, 0.3, 1 / 3]),
)
RATIONALS = st.one_of(
    FLOATS.map(written),
    FLOATS.map(Fraction),
    st.fractions(max_denominator=1000),
    st.integers(-(10**17), 10**17).map(lambda m: Fraction(m, 10**17)),
)


@given(FLOATS, RATIONALS, st.booleans())
def test_an_edge_decides_written_decimals_exactly(x: float, value: Fraction, closed: bool) -> None:
    at = bounds.edge(bounds.column(-1.0, 1.0, None, 0), value, closed)
    assert at.sure
    exact = written(x) <= value if closed else written(x) < value
    assert (x <= at.at) == exact


@given(FLOATS, FLOATS, st.booleans())
def test_written_decimals_compare_as_their_floats(x: float, y: float, closed: bool) -> None:
    assert (x <= y) == (written(x) <= written(y))
    assert (x == y) == (written(x) == written(y))


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6), RATIONALS, st.booleans())
def test_an_edge_decides_correctly_rounded_quotients(
    above: int, below: int, value: Fraction, closed: bool
) -> None:
    known = bounds.Known(-1e6, 1e6, bounds.TINY, bounds.U, den=10**6)
    at = bounds.edge(known, value, closed)
    assume(at.sure)
    exact = Fraction(above, below)
    assert (above / below <= at.at) == (exact <= value if closed else exact < value)


_VALUES = st.integers(-(10**6), 10**6).map(lambda m: m / 100)


@given(_VALUES, _VALUES, _VALUES)
def test_errors_cover_sums_and_products_and_grains_hold(x: float, y: float, z: float) -> None:
    column = bounds.column(-1e4, 1e4, 2, 0)
    known = bounds.plus(bounds.times(column, column), column)
    value, exact = x * y + z, written(x) * written(y) + written(z)
    assert abs(Fraction(value) - exact) <= Fraction(known.off)
    assert known.grain is not None
    assert (exact * known.grain).denominator == 1
    assert known.low <= exact <= known.high
    assert bounds.can_settle(known)
    snapped = round(value * known.grain) / known.grain
    assert snapped == bounds.nearest(exact)


@given(_VALUES, _VALUES)
def test_errors_cover_quotients(x: float, y: float) -> None:
    assume(y != 0)
    column = bounds.column(-1e4, 1e4, 2, 0)
    least = 1 / 100
    known = bounds.quotient(column, column, least)
    assert abs(Fraction(x / y) - written(x) / written(y)) <= Fraction(known.off)


def test_whole_numbers_stay_exact_until_they_outgrow_a_double() -> None:
    small = bounds.times(bounds.whole(0, 2.0**20), bounds.whole(0, 2.0**20))
    assert small.off == 0.0
    assert small.written
    large = bounds.times(bounds.whole(0, 2.0**30), bounds.whole(0, 2.0**30))
    assert large.off > 0.0
    assert not bounds.can_settle(large)


def test_a_missing_constant_never_causes_doubt() -> None:
    assert bounds.constant(None).sure
    assert not math.isnan(bounds.constant(None).low)
