"""Quotas of grades: places, ties, who is pushed to the next grade; kernels equal the reference."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.matrix import Flags, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.forms import Formula
from kpirules.model.rules import Ruleset
from kpirules.scoring import reference
from kpirules.scoring.run import score
from kpirules.units import Unit
from tests.scoring import generated
from tests.scoring import making as m
from tests.scoring.test_kernels_equal_reference import (
    assert_all_agree,
    published,
)

F = Fraction
GRADES = ("excellent", "good", "pass", "fail")


def policy(*quotas: e.Quota | None) -> Ruleset:
    """Totals are the column x; excellent from 90, good from 80, pass from 60."""
    best = m.compare(e.PublishedGrade(Unit.NUMBER, m.HERE), "=", m.number(0))
    rules = m.ruleset(
        [m.indicator("i", 100, m.fact("a"), Formula())],
        [m.amount("star", best, None)],
        inputs=[m.declared("post", Unit.TEXT), m.declared("leave", Unit.BOOLEAN)],
    )
    limits = (*quotas, *[None] * 4)[:4]
    grades = tuple(replace(one, quota=limit) for one, limit in zip(rules.grades, limits, strict=True))
    return replace(rules, grades=grades)


def quota(share: str, *by: str, ties: bool = True, least: int = 0) -> e.Quota:
    return e.Quota(F(share), by, ties, least)


def graded(rules: Ruleset, totals: list[float | None], posts: list[str | None] | None = None) -> str:
    """The first letter of everybody's grade, by the kernels; the reference must say the same."""
    facts = m.matrix(m.column("a", totals), *([] if posts is None else [m.texts("post", posts)]))
    made = score(rules, facts)
    assert published(made) == published(reference.score(rules, facts))
    star = made.outcomes["star"]
    assert isinstance(star, Flags)
    assert star.values.tolist() == [-1 if code < 0 else int(code == 0) for code in made.grade]
    return "".join("-" if code < 0 else GRADES[code][0] for code in made.grade)


TOTALS: list[float | None] = [99.0, 95.0, 95.0, 92.0, 85.0, 70.0, None, 50.0, 91.0, 90.0]  # nine have a total


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (None, "eeeegp-fee"),
        (quota("0.2"), "eggggp-fgg"),  # 1.8, so one place
        (quota("0.3", ties=True), "eeeggp-fgg"),  # two places; the two tied for the second keep it
        (quota("0.3", ties=False), "eggggp-fgg"),  # neither keeps it
        (quota("0.05"), "gggggp-fgg"),  # no place at all
        (quota("0.05", least=1), "eggggp-fgg"),
        (quota("1"), "eeeegp-fee"),
    ],
)
def test_places_and_ties(limit: e.Quota | None, expected: str) -> None:
    assert graded(policy(limit), TOTALS) == expected


def test_who_is_pushed_down_counts_in_the_next_quota() -> None:
    rules = policy(quota("0.25"), quota("0.5"))
    # 8 people: 2 excellent, the other two go for good with 89 and 81: 4 places, of which three are wanted
    assert graded(rules, [99.0, 98.0, 97.0, 96.0, 89.0, 70.0, 20.0, 20.0]) == "eegggpff"
    rules = policy(quota("0.25"), quota("0.25"))
    assert graded(rules, [99.0, 98.0, 97.0, 96.0, 89.0, 70.0, 20.0, 20.0]) == "eeggppff"


def test_groups_and_people_without_one() -> None:
    rules = policy(quota("0.5", "post"))
    assert graded(rules, [99.0, 98.0, 97.0, 96.0], ["x", "x", "y", None]) == "egge"


def test_a_vetoed_person_takes_no_place() -> None:
    rules = policy(quota("0.5"))
    holds = m.compare(m.fact("a"), "=", m.number(99))
    veto = m.adjustment("caught", "veto", holds, place=1)
    rules = replace(rules, adjustments=replace(rules.adjustments, lines=(veto,)))
    assert graded(rules, [99.0, 98.0, 97.0, 96.0]) == "geeg"


QUOTAS = st.one_of(
    st.none(),
    st.builds(
        e.Quota,
        st.sampled_from([F(0), F(1, 5), F(1, 3), F(1, 2), F("0.333"), F(1)]),
        generated.BY,
        st.booleans(),
        st.sampled_from([0, 0, 1, 2]),
    ),
)


@settings(max_examples=80)
@given(generated.rulesets(), st.lists(QUOTAS, min_size=3, max_size=3), generated.matrices())
def test_every_grade_equals_the_reference(
    rules: Ruleset, quotas: list[e.Quota | None], facts: StaffPeriodMatrix
) -> None:
    grades = tuple(
        replace(one, quota=limit) for one, limit in zip(rules.grades, [*quotas, None], strict=True)
    )
    rules = replace(rules, grades=grades)
    assert_all_agree(rules, facts)
