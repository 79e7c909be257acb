"""Marks of a simulation's charts stand where the figures are."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.diagnostics import Words
from kpirules.outputs.html.scales import round_step
from kpirules.outputs.html.simulation import charts
from kpirules.plugin.simulated import Attributed, Attribution, Bin, Counts, Curve, Distribution, Notation
from kpirules.units import Unit
from tests.outputs.simulation.made_simulation import real

counts = st.integers(0, 10**6)


@given(counts, counts, counts, counts, counts, counts)
def test_the_bar_of_everybody_is_full(up: int, down: int, same: int, old: int, new: int, none: int) -> None:
    parts = charts.stack(Counts(up, down, same, old, new, none))
    rows = up + down + same + old + new + none
    assert sum(one.width for one in parts) == pytest.approx(100 if rows else 0)
    widths = {one.kind: one.width for one in parts}
    for kind, count in (("up", up), ("down", down), ("same", same + none)):
        assert widths.get(kind, 0) == pytest.approx(count / rows * 100 if rows else 0)
    at = 0.0
    for one in parts:
        assert one.at == pytest.approx(at)
        at += one.width


@given(
    st.lists(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=60), min_size=1, max_size=8)
)
def test_a_waterfall_goes_from_nothing_to_the_whole(parts: list[Fraction]) -> None:
    one = Attribution(
        Attributed.TOTALS, "", Words("t"), Notation(Unit.POINTS, 2), Fraction(0), sum(parts, Fraction(0)), tuple(parts), (), ()
    )  # fmt: skip
    fall = charts.waterfall(one)
    at = fall.zero
    for step, part in zip(fall.steps, parts, strict=True):
        assert step.gain == (part > 0) or not part
        start = step.at if part >= 0 else step.at + step.width
        assert start == pytest.approx(at, abs=1e-6)
        at += step.width if part >= 0 else -step.width
        assert -1e-6 <= step.at <= step.at + step.width <= 100 + 1e-6
    end = fall.whole.at + fall.whole.width if fall.whole.gain else fall.whole.at
    assert end == pytest.approx(at, abs=1e-6)


def distribution(*bins: tuple[int, int, int]) -> Distribution:
    made = tuple(Bin(Fraction(low), Fraction(low + 2), old, new) for low, old, new in bins)
    return Distribution(made, None, None, made, None)


def test_columns_are_as_high_as_there_are_many() -> None:
    shown = charts.totals(distribution((70, 0, 10), (72, 20, 5)))
    assert shown is not None
    first, second = shown.columns
    assert first.old == 0
    assert second.old == pytest.approx(4 * second.new)
    assert first.new == pytest.approx(2 * second.new)
    assert first.text == "70 – 72: 0 → 10"
    assert [one.text for one in shown.levels][-1] == "20"
    assert shown.levels[-1].at == pytest.approx(shown.height - second.old)


def test_those_that_do_not_change_are_not_drawn() -> None:
    shown = charts.changes(distribution((-4, 0, 3), (-2, 0, 1), (0, 0, 100)), same=98)
    assert shown is not None
    assert [(one.kind, one.text) for one in shown.columns] == [
        ("loss", "−4 – −2: 3"),
        ("loss", "−2 – 0: 1"),
        ("gain", "0 – 2: 2"),
    ]
    assert shown.zero == pytest.approx(200 / 3)
    assert charts.changes(distribution((0, 0, 98)), same=98) is None


def test_the_cost_of_periods_and_of_a_sweep_are_drawn_in_their_order() -> None:
    made = real()
    place = next(place for place, one in enumerate(made.whole.amounts) if one.id == "bonus")
    course = charts.by_period(made.periods, place)
    assert course is not None
    old, new = course.lines.lines
    for one, other in zip(old.points, new.points, strict=True):
        assert one is not None and other is not None
        assert one.y > other.y  # the new policy costs more in each period
    assert [mark.text for mark in course.marks] == [group.value for group in made.periods.groups]
    curve: Curve = made.curves[0]
    cost = charts.cost(curve, place, made.budgets)
    assert cost is not None
    line, current, nearest = cost.lines.lines
    heights = [point.y for point in line.points if point is not None]
    assert heights == sorted(heights, reverse=True)
    assert [point is not None for point in current.points] == [one.current for one in curve.points]
    last = curve.kept[0].last
    assert last is not None
    assert [place for place, point in enumerate(nearest.points) if point is not None] == [last]
    (limit,) = cost.lines.bounds
    assert heights[last] >= limit.at > heights[last + 1]
    assert limit.text == Words("4,500", "4,500")


def test_there_is_no_line_through_a_single_point() -> None:
    made = real()
    one = made.periods.groups[:1]
    assert charts.by_period(type(made.periods)("period", Words("p"), 1, one), 0) is None
    curve = made.curves[0]
    assert charts.cost(Curve("p", Words("p"), curve.points[:1], ()), 0, ()) is None


@given(st.decimals(min_value="0.001", max_value=10**9, places=3), st.integers(-3, 2))
def test_steps_are_round_and_no_smaller(least: Decimal, power: int) -> None:
    finest = Decimal(1).scaleb(power)
    step = round_step(least, finest)
    assert step >= max(least, finest)
    assert step.normalize().as_tuple().digits in ((1,), (2,), (5,))
    assert step / Decimal("2.5") < max(least, finest)
