"""The tools of the lint against what they stand for: profiles and slices against the reference, intervals against counting."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from kpirules.model import expressions as e
from kpirules.model import rules as r
from kpirules.model.forms import Formula
from kpirules.policy.lint.domain import Domain
from kpirules.policy.lint.intervals import Interval, nearest_zero
from kpirules.policy.lint.reach import Reach
from kpirules.policy.lint.slices import Slice, Undecided
from kpirules.policy.lint.study import Study
from kpirules.policy.lint.witness import reference_of, results_of
from kpirules.units import Unit
from tests.policy.lint.test_laws_of_witnesses import FEWER, single
from tests.scoring import making as m
from tests.scoring.generated import SCALED, Scope, conditions, numbers

F = Fraction
NUMBERS = st.sampled_from(
    [F(x) for x in ("-2", "-1", "-1/3", "0", "0.1", "0.5", "1", "2", "3", "12.5", "100")]
)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    ends = st.one_of(st.none(), NUMBERS)
    return Interval(draw(ends), draw(ends), draw(st.booleans()), draw(st.booleans()))


@given(intervals(), intervals(), NUMBERS)
def test_what_is_common_is_in_both(one: Interval, other: Interval, value: Fraction) -> None:
    assert one.common(other).holds(value) == (one.holds(value) and other.holds(value))


@given(intervals(), NUMBERS, NUMBERS.filter(bool), NUMBERS)
def test_intervals_move_and_stretch(one: Interval, by: Fraction, factor: Fraction, value: Fraction) -> None:
    assert one.moved(by).holds(value + by) == one.holds(value)
    assert one.times(factor).holds(value * factor) == one.holds(value)


@given(intervals(), st.sampled_from([F(1), F(1, 2), F(1, 10), F(3)]))
def test_the_multiple_nearest_to_zero(one: Interval, step: Fraction) -> None:
    """Found by counting outward from zero."""
    counted = next((n * step for k in range(2000) for n in (k, -k) if one.holds(n * step)), None)
    nearest = nearest_zero(one, step)
    assert (nearest is None) == (counted is None)
    assert nearest is None or counted is None or abs(nearest) == abs(counted)


@given(intervals(), st.sampled_from([None, F(1), F(1, 2)]), st.sampled_from([F(0), F(1), F(1, 2)]))
def test_choices_can_be_had_and_lie_where_they_are_wanted(
    wanted: Interval, step: Fraction | None, origin: Fraction
) -> None:
    domain = Domain(Interval(origin, F(12)), Unit.NUMBER, step, origin)
    found = list(domain.choices(wanted))
    for one in found:
        assert wanted.holds(one) and origin <= one <= 12
        assert step is None or ((one - origin) / step).denominator == 1
    if step is not None:
        reachable = [origin + k * step for k in range(25) if origin + k * step <= 12]
        assert bool(found) == any(wanted.holds(one) for one in reachable)


@FEWER
@given(single())
def test_a_profile_is_what_the_reference_gives(made: tuple[r.Ruleset, list[Fraction], int]) -> None:
    rules, values, _ = made
    profile = Study(rules).lines[0].profile
    assert profile is not None
    for value in values:
        results = results_of(rules, {"x": value})
        assert results is not None
        holding = [one for one in profile.segments if one.values.holds(value)]
        assert len(holding) <= 1
        assert results.exact["one"] == (holding[0].at(value) if holding else None)


def policy_of_facts() -> r.Ruleset:
    """A policy that has the facts which generated formulas read."""
    known = [m.declared(name, Unit.NUMBER) for name in "abcd"]
    known += [m.declared("post", Unit.TEXT), m.declared("leave", Unit.BOOLEAN)]
    levels = m.table("levels", {F(0): F(1), F(1): F(5, 2), F(1, 2): F(1, 3)}, F(7))
    one = m.indicator("one", 10, m.fact("a"), Formula())
    return m.ruleset([one], inputs=known, tables=[levels, *SCALED])


FIXED = st.fixed_dictionaries(
    {
        **{name: st.one_of(st.none(), NUMBERS, NUMBERS) for name in "bcd"},
        "post": st.sampled_from(["manager", "clerk", None]),
        "leave": st.sampled_from([True, False, None]),
    }
)


@given(numbers(Scope(), 2), FIXED, st.lists(NUMBERS, min_size=1, max_size=6))
def test_a_slice_of_a_number_is_the_number(
    expr: e.Expr, others: dict[str, e.Value | None], values: list[Fraction]
) -> None:
    reach = Reach(policy_of_facts())
    assume("a" in reach.leaves(expr))
    try:
        pieces = Slice(reach, "a", others).pieces(expr)
    except Undecided:
        assume(False)
    for value in values:
        holding = [one for one in pieces if one.values.holds(value)]
        assert len(holding) == 1
        one = holding[0]
        assert reach.number(expr, {**others, "a": value}) == (
            one.slope * value + one.intercept if one.known else None
        )


@given(conditions(Scope(), 2), FIXED, st.lists(NUMBERS, min_size=1, max_size=6))
def test_a_slice_of_a_condition_is_the_condition(
    condition: e.Expr, others: dict[str, e.Value | None], values: list[Fraction]
) -> None:
    reach = Reach(policy_of_facts())
    assume("a" in reach.leaves(condition))
    try:
        stretches = Slice(reach, "a", others).stretches(condition)
    except Undecided:
        assume(False)
    for value in values:
        holding = [one for one in stretches if one.values.holds(value)]
        assert len(holding) == 1
        assert reach.value(condition, {**others, "a": value}) is holding[0].holds


@FEWER
@given(numbers(Scope(), 2), FIXED, intervals())
def test_what_is_found_lies_where_it_was_wanted(
    expr: e.Expr, others: dict[str, e.Value | None], wanted: Interval
) -> None:
    reach = Reach(policy_of_facts())
    for facts in reach.find(expr, wanted, others):
        value = reference_of(reach.rules, facts).value(expr, 0)
        assert isinstance(value, Fraction) and wanted.holds(value)
        assert all(facts[name] == others[name] for name in others)
