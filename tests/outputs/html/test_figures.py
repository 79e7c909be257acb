"""What the page counts and averages, worked out again in other words; and where the marks of its charts stand."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.outputs.html.charts import heat_step, histogram, trend, waterfall
from kpirules.outputs.html.figures import Figures, figures, mean, median
from kpirules.outputs.html.shell import percent
from kpirules.plugin import Report
from kpirules.plugin.report import GradeInfo
from tests.outputs.made_report import made_report

REPORT = made_report()
WEIGHTS = {
    (row, line.id): line.weight
    for row in range(REPORT.table.num_rows)
    for line in REPORT.statement(row).lines
    if line.id == "mentoring" and line.applies
}
FIGURES = figures(REPORT, WEIGHTS)
totals_of_people = st.lists(st.decimals(0, 130, places=2), min_size=1, max_size=40)


def frame(period: str) -> list[dict[str, object]]:
    teams = REPORT.attributes["team"].to_pylist()
    rows = [row | {"team": team} for row, team in zip(REPORT.table.to_pylist(), teams, strict=True)]
    return [row for row in rows if row["period"] == period]


@pytest.mark.parametrize("place", range(3))
def test_means_medians_and_grades(place: int) -> None:
    period, rows = FIGURES.periods[place], frame(REPORT.periods[place])
    totals = [row["total"] for row in rows if isinstance(row["total"], Decimal)]
    assert period.mean == mean(totals)
    assert abs(Fraction(mean(totals) or 0) - Fraction(sum(totals)) / len(totals)) <= Fraction(1, 200)
    assert period.median is not None
    assert abs(period.median - statistics.median(totals)) <= Decimal("0.005")
    counts = Counter(row["grade"] for row in rows)
    assert {one.info.id if one.info else None: one.count for one in period.grades if one.count} == counts
    assert sum(one.share for one in period.grades) == 1


@pytest.mark.parametrize("place", range(3))
def test_the_heat_map(place: int) -> None:
    period, rows = FIGURES.periods[place], frame(REPORT.periods[place])
    for row in period.heat:
        for group, cell in zip(("everybody", *period.groups), row.cells, strict=True):
            points = [
                one[row.indicator.id]
                for one in rows
                if (group == "everybody" or one["team"] == group) and one[row.indicator.id] is not None
            ]
            if not points:
                assert cell is None
                continue
            assert cell is not None
            assert cell.people == len(points)
            exact = sum((Fraction(str(one)) for one in points), Fraction(0)) / len(points)
            assert abs(Fraction(cell.points) - exact) <= Fraction(1, 200)
            assert cell.share == exact / Fraction(row.indicator.weight or 10)


def test_a_weight_that_is_not_known_leaves_the_share_out() -> None:
    row = next(row for row in figures(REPORT, {}).periods[0].heat if row.indicator.id == "mentoring")
    assert row.cells[0] is not None
    assert row.cells[0].share is None


def test_groups_stand_by_name_and_those_of_none_last() -> None:
    assert FIGURES.groups[-1] is None
    assert list(FIGURES.groups[:-1]) == sorted(str(one) for one in FIGURES.groups[:-1])
    assert FIGURES.group_label == "班组"
    assert figures(replace(REPORT, group=None), {}).groups == ()


def test_means_and_medians_are_rounded_half_up() -> None:
    assert mean([Decimal("0.01"), Decimal("0.02")]) == Decimal("0.02")
    assert median([Decimal("0.01"), Decimal("0.02")]) == Decimal("0.02")
    assert mean([]) is None
    assert median([]) is None


@given(totals_of_people)
def test_every_total_is_in_a_bar(totals: list[Decimal]) -> None:
    grades = (GradeInfo("a", "", Decimal(90)), GradeInfo("b", "", Decimal(60)), GradeInfo("c", "", None))
    shown = histogram(totals, grades, Decimal(100))
    assert shown is not None
    assert sum(bar.count for bar in shown.bars) == len(totals)
    assert len(shown.bars) <= 24
    last = shown.bars[-1]
    for bar in shown.bars:
        inside = [one for one in totals if bar.low <= one < bar.high or (bar is last and one == bar.high)]
        assert bar.count == len(inside)
        assert 0 <= bar.x <= bar.x + bar.width <= 100.001
    for bound in shown.bounds:
        assert 0 <= bound.at <= 100


def test_one_total_alone() -> None:
    shown = histogram([Decimal(100)], (), Decimal(100))
    assert shown is not None
    assert [bar.count for bar in shown.bars if bar.count] == [1]
    assert histogram([], (), Decimal(100)) is None


def test_a_waterfall_falls_from_the_whole_weight_to_what_was_earned() -> None:
    for row in range(REPORT.table.num_rows):
        lines = REPORT.statement(row).lines
        falls = waterfall(lines)
        assert [fall is not None for fall in falls] == [line.points is not None for line in lines]
        counted = [fall for fall in falls if fall is not None]
        if not counted:
            continue
        level = 100.0
        for fall in counted:
            assert fall.left + fall.change == pytest.approx(level)
            level = fall.left
        present = [line for line in lines if line.unrounded is not None]
        earned = sum(float(line.unrounded or 0) for line in present)
        assert level == pytest.approx(earned / sum(float(line.weight) for line in present) * 100)


def test_points_above_the_weight_rise() -> None:
    line = REPORT.statement(12).lines[0]
    more = replace(line, points=line.weight + 5, unrounded=line.weight + 5, lost=Decimal(-5))
    (fall,) = waterfall([more])
    assert fall is not None
    assert fall.gain
    assert fall.left + fall.change == pytest.approx(100)


def test_the_trend_is_that_of_the_means_with_gaps() -> None:
    shown = trend(FIGURES)
    assert shown is not None
    assert shown.groups == FIGURES.groups
    assert len(shown.lines.lines) == 1 + len(FIGURES.groups)
    everybody = shown.lines.lines[0]
    assert [point.text if point else None for point in everybody.points] == [
        None if one.mean is None else f"{one.name}: {one.mean}" for one in FIGURES.periods
    ]
    higher = sorted(
        (one.mean, -point.y)
        for one, point in zip(FIGURES.periods, everybody.points, strict=True)
        if one.mean is not None and point is not None
    )
    assert higher == sorted(higher, key=lambda pair: pair[1])
    gap = without_middle(FIGURES)
    lines = trend(gap)
    assert lines is not None
    assert lines.lines.lines[0].segments == ()
    assert trend(figures(made_report(5, ("2026",)), {})) is None


def without_middle(known: Figures) -> Figures:
    first, middle, last = known.periods
    return replace(known, periods=(first, replace(middle, mean=None, means={}), last))


def test_many_groups_have_no_lines_of_their_own() -> None:
    many: Report = made_report(40, teams=tuple(f"team {number}" for number in range(12)))
    shown = trend(figures(many, {}))
    assert shown is not None
    assert len(shown.lines.lines) == 1


@pytest.mark.parametrize(
    ("share", "said"),
    [(1, "100%"), (0, "0%"), ("0.999", "99%"), ("0.001", "1%"), ("0.125", "13%"), ("1.2", "120%")],
)
def test_percents_round_but_never_to_all_or_nothing(share: float | str, said: str) -> None:
    assert percent(Fraction(share)) == said


def test_the_more_was_lost_the_stronger_the_colour() -> None:
    steps = [heat_step(share / 100) for share in range(101)]
    assert steps == sorted(steps, reverse=True)
    assert (steps[100], steps[0]) == (0, 6)
