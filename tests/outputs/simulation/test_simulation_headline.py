"""The answers at the head of a page agree with the figures that they are of; what is rounded still adds up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.diagnostics import Words
from kpirules.outputs.html.simulation.headline import (
    LEAST_OF_GROUP,
    Answer,
    answers,
    because,
    graded,
    hardest_hit,
    main_figures,
    parts_notation,
    shown_parts,
)
from kpirules.outputs.html.simulation.writing import figure, mean_change, of_means, relative
from kpirules.plugin.simulated import Attributed, Attribution, Figures, Notation, Simulation
from kpirules.units import Unit
from tests.outputs.simulation.made_simulation import pilot, real, with_heads, without_edits

_MONEY = Notation(Unit.MONEY, 2)


def answer(simulation: Simulation, question: str) -> Answer:
    return next(one for one in answers(simulation) if one.question.en == question)


def text(one: Answer, language: str = "en") -> str:
    said = " ".join(each.en if language == "en" else each.zh for each in one.sentences)
    return said.replace("\u2068", "").replace("\u2069", "")


def test_who_gains_and_who_loses() -> None:
    made = real()
    counts = made.whole.counts
    said = text(answer(made, "Who gains, who loses"))
    assert said.startswith(
        f"Of {counts.rows} results of {made.people} staff, {counts.up} rise, {counts.down} fall"
    )
    better, worse = 0, 0
    table = made.rows.to_pydict()
    order = [level.id for level in made.levels]
    for old, new in zip(table["old_grade"], table["new_grade"], strict=True):
        better += order.index(new) < order.index(old)
        worse += order.index(new) > order.index(old)
    assert (better, worse) == graded(made)
    assert worse > 0
    assert f"{worse} a worse one." in said
    assert f"{worse} 条等级降低。" in text(answer(made, "Who gains, who loses"), "zh")


def test_results_of_one_side_are_told() -> None:
    said = text(answer(with_heads(real()), "Who gains, who loses"))
    assert (
        "3 have a total under the old policy only; 2 have a total under the new policy only; 1 has no total"
        in said
    )


def test_what_it_costs() -> None:
    made = real()
    said = text(answer(made, "What it costs"))
    table = made.rows
    for name in ("bonus_base", "bonus"):
        old, new = (sum(table[f"{side}_{name}"].to_pylist()) for side in ("old", "new"))
        assert f"{new:,} yuan instead of {old:,} yuan, {new - old:,} yuan more" in said


def test_who_loses_most_is_first_of_the_rows() -> None:
    made = real()
    falls = [
        (row["total_change"], row["staff"], row["period"])
        for row in made.rows.to_pylist()
        if row["total_change"] is not None
    ]
    change, staff, period = min(falls)
    said = text(answer(made, "Who loses most"))
    assert f"By total: {staff} in {period}, " in said
    assert f"−{-change}" in said


def test_a_reason_adds_up_and_falls_back_to_what_was_told() -> None:
    made = real()
    for movers in made.movers:
        for move in (*movers.losses, *movers.gains):
            assert sum(move.parts, Fraction(0)) == move.change
            said = because(made, movers.notation, move)
            largest = max(range(len(move.parts)), key=lambda place, parts=move.parts: abs(parts[place]))  # type: ignore[misc]
            assert figure(movers.notation, move.parts[largest], signed=True).en in said.en
            bare = replace(move, parts=(), reason=Words("told", "已述"))
            assert because(made, movers.notation, bare) == Words("told", "已述")


def test_the_group_that_is_hit_hardest() -> None:
    made = real()
    hit = hardest_hit(made)
    assert hit is not None
    by, group, change = hit
    notation = of_means(made.total)
    all_groups = [(one, mean_change(one.figures, notation)) for each in made.by for one in each.groups]
    assert change == min(change for _, change in all_groups if change is not None) < 0
    assert f"{by.label.en} {group.label.en} ({group.figures.rows} results)" in text(
        answer(made, "Who loses most")
    )
    tiny = replace(group.figures, rows=LEAST_OF_GROUP - 1)
    small = tuple(
        replace(
            each, groups=tuple(replace(one, figures=tiny) if one is group else one for one in each.groups)
        )
        for each in made.by
    )
    other = hardest_hit(replace(made, by=small))
    assert other is None or other[1] != group


def test_a_budget_that_is_exceeded_says_what_would_keep_it() -> None:
    made = real()
    (budget,) = made.budgets
    assert not budget.kept
    one = answer(made, "Within the budget")
    assert one.alarm
    said = text(one)
    assert f"exceeds the budget of 4,500.00 yuan by {figure(budget.notation, budget.over).en}" in said
    sums = {
        point.text.en: next(each.new for each in point.figures.amounts if each.id == "bonus")
        for point in made.curves[0].points
    }
    nearest = max((value, name) for name, value in sums.items() if value <= budget.limit)
    assert f"= {nearest[1]} it is kept: {figure(budget.notation, nearest[0]).en}" in said
    line = next(each for each in made.attribution if each.kind is Attributed.AMOUNT and each.name == "bonus")
    enough = [value for value in line.without if value <= budget.limit]
    assert said.count("(") == len(enough) > 0
    assert all(figure(budget.notation, value).en in said for value in enough)


def test_a_budget_that_no_value_keeps() -> None:
    made = real()
    budget = replace(made.budgets[0], limit=Fraction(1))
    curve = replace(made.curves[0], kept=(replace(made.curves[0].kept[0], kept=(), last=None),))
    said = text(answer(replace(made, budgets=(budget,), curves=(curve,)), "Within the budget"))
    assert "No value of 每把安装单价 that was tried keeps it." in said
    assert "without one of these edits" not in said


def test_a_budget_that_is_kept() -> None:
    made = real()
    budget = replace(made.budgets[0], limit=made.budgets[0].new)
    one = answer(replace(made, budgets=(budget,)), "Within the budget")
    assert not one.alarm
    assert "with 0.00 yuan left" in text(one)


def test_why_names_the_largest_part_and_what_goes_against_it() -> None:
    made = real()
    said = text(answer(made, "Why"))
    for one in main_figures(made):
        shown = shown_parts(one)
        notation = parts_notation(one)
        largest = max(range(len(one.parts)), key=lambda place, parts=one.parts: abs(parts[place]))  # type: ignore[misc]
        assert f"({figure(notation, shown[largest], signed=True).en})" in said
        against = [value for value in one.parts if value * one.parts[largest] < 0]
        assert (", against it" in said) or not against


def test_there_is_no_answer_where_there_is_nothing_to_say() -> None:
    questions = [one.question.en for one in answers(without_edits(pilot()))]
    assert "Why" not in questions
    assert "Within the budget" not in questions
    assert "Who gains, who loses" in questions


fractions = st.fractions(min_value=-(10**7), max_value=10**7, max_denominator=720)


@given(st.lists(fractions, min_size=1, max_size=8), st.integers(0, 10**9))
def test_parts_as_they_are_shown_add_up(parts: list[Fraction], old_cents: int) -> None:
    """Whatever the parts: the shown ones add up to the shown change, and each is within a step of itself."""
    old = Fraction(old_cents, 100)
    whole = Fraction(round(sum(parts, Fraction(0)) * 100), 100)
    parts = [*parts, whole - sum(parts, Fraction(0))]
    one = Attribution(Attributed.AMOUNT, "a", Words("a", "a"), _MONEY, old, old + whole, tuple(parts), (), ())
    shown = shown_parts(one)
    assert sum(shown) == one.new - one.old
    assert all((value * 100).denominator == 1 for value in shown)
    assert all(abs(value - part) < Fraction(1, 100) for value, part in zip(shown, parts, strict=True))


@given(fractions, fractions)
def test_a_relative_change_is_never_nothing_where_something_changes(old: Fraction, new: Fraction) -> None:
    said = relative(old, new)
    if not old or old == new:
        assert said == ""
        return
    assert said[0] == ("+" if new > old else "−")
    size = said.strip("+−%")
    exact = abs(new - old) / abs(old) * 100
    if size.startswith("<"):
        assert 0 < exact < Fraction(1, 10)
    else:
        assert size.strip("0.") != ""
        assert abs(Fraction(size) - exact) <= Fraction(1, 20)


@given(
    st.integers(-(10**6), 10**6), st.integers(1, 10**4), st.integers(-(10**6), 10**6), st.integers(1, 10**4)
)
def test_the_change_of_a_mean_is_that_of_the_means_shown(old: int, olds: int, new: int, news: int) -> None:
    empty = real().whole
    figures = replace(empty, sum_old=Fraction(old), scored_old=olds, sum_new=Fraction(new), scored_new=news)
    notation = Notation(Unit.POINTS, 2)
    change = mean_change(figures, notation)
    before, after = (_number(figure(notation, one).en) for one in (figures.mean_old, figures.mean_new))
    assert change == after - before


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("−", "-"))


@pytest.mark.parametrize(("scored_old", "scored_new"), [(0, 3), (3, 0), (0, 0)])
def test_there_is_no_change_of_a_mean_where_one_is_missing(scored_old: int, scored_new: int) -> None:
    figures: Figures = replace(real().whole, scored_old=scored_old, scored_new=scored_new)
    assert mean_change(figures, Notation(Unit.POINTS, 2)) is None
