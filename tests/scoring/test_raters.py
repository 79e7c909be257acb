"""Several raters: kernels, reference and plain fractions agree, shares are handed on, and nobody is identified."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpirules
from kpirules.diagnostics import Cell, Problems
from kpirules.trials import run_tests

POLICY = """\
ruleset opinions "Opinions"
  period quarter
  missing redistribute
  round points to 0.000001
  round total to 0.000001

data ratings
  ratee : staff
  rater : text
  role  : text
  mark  : rating 1 to 5 step 0.5 optional
  given : date
  placed by given

raters opinion "Opinion" = mark over ratings by role
  "superior" 50%
  "peer"     30%, at least 3 raters
  "report"   20%, at least 2 raters{trimmed}
  counted by rater{unshared}

indicator opinion "Opinion" weight 100
  measure opinion
  linear from 1 : 0 to 5 : 100
"""
ROLES = ("superior", "peer", "report")
SHARES = {"superior": Fraction(1, 2), "peer": Fraction(3, 10), "report": Fraction(1, 5)}
LEAST = {"superior": 0, "peer": 3, "report": 2}
Rating = tuple[str, str, str, float | None]

ratings = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(["p", "q", "r", "s"]),
        st.sampled_from([*ROLES, "self"]),
        st.none() | st.sampled_from([1, 1.5, 2, 2.5, 3, 4, 4.5, 5]),
    ),
    max_size=24,
)


def table(rows: Sequence[Rating]) -> pa.Table:
    titles = ("ratee", "rater", "role", "mark")
    columns: dict[str, Any] = {title: [row[at] for row in rows] for at, title in enumerate(titles)}
    columns["mark"] = pa.array(columns["mark"], pa.float64())
    return pa.table(columns | {"given": ["2026-07-01"] * len(rows)})


def policy(unshared: bool = False, trimmed: bool = False) -> kpirules.Rules:
    text = POLICY.replace("{unshared}", "\n  otherwise missing" if unshared else "")
    return kpirules.load(text.replace("{trimmed}", ", trimmed 1" if trimmed else ""))


def by_hand(rows: Sequence[Rating], ratee: str, unshared: bool, trimmed: bool) -> Fraction | None:
    """The points of the ratee's only indicator."""
    earned = present = Fraction(0)
    for role in ROLES:
        mine = [row for row in rows if row[0] == ratee and row[2] == role and row[3] is not None]
        marks = sorted(Fraction(str(row[3])) for row in mine)
        if trimmed and role == "report":
            marks = marks[1:-1]
        if not marks or len({row[1] for row in mine}) < LEAST[role]:
            if unshared:
                return None
            continue
        earned += SHARES[role] * sum(marks) / len(marks)
        present += SHARES[role]
    return None if present == 0 else (earned / present - 1) / 4 * 100


@settings(max_examples=60, deadline=None)
@given(ratings, st.booleans(), st.booleans())
def test_kernels_reference_and_fractions_agree(rows: list[Rating], unshared: bool, trimmed: bool) -> None:
    rules = policy(unshared, trimmed)
    if not rows:
        return
    for engine in ("kernels", "reference"):
        scores = rules.score(ratings=table(rows), engine=engine)
        found = dict(zip(scores.table["staff"].to_pylist(), scores.table["total"].to_pylist(), strict=True))
        for ratee in {row[0] for row in rows}:
            exact = by_hand(rows, ratee, unshared, trimmed)
            rounded = None if exact is None else Fraction(int(exact * 10**6 + Fraction(1, 2)), 10**6)
            assert (None if found[ratee] is None else Fraction(found[ratee])) == rounded


FEW: list[Rating] = [
    *[("a", "u", "superior", 4.0)],
    *[("a", "p", "peer", 1.0), ("a", "q", "peer", 1.5), ("a", "q", "peer", 2.0)],
    *[("a", "r", "report", 2.0), ("a", "s", "report", 3.0)],
]


def test_the_share_of_a_group_below_its_least_number_goes_to_the_others() -> None:
    scores = policy().score(ratings=table(FEW))
    # superior 4 and report 2.5, by 50% and 20%; two peers in three records are too few
    exact = (Fraction(4) * 5 + Fraction(5, 2) * 2) / 7
    assert scores.table["total"].to_pylist() == [Decimal(round((exact - 1) * 25 * 10**6)).scaleb(-6)]
    assert policy(unshared=True).score(ratings=table(FEW)).table["total"].to_pylist() == [None]


def test_why_shows_groups_and_shares_but_no_single_rating_and_no_mean_of_few() -> None:
    scores = policy().score(ratings=table(FEW))
    (line,) = scores.why("a", "2026-Q3").indicators
    said = {fact.name: (fact.value, fact.detail.en if fact.detail else "") for fact in line.facts}
    assert said["opinion"][1] == "(4 x 50% + 2.5 x 20%) / 70%"
    assert said["superior"] == (4, "1 rater, share 50%, 71.428571…% in force")
    assert said["peer"] == (None, "2 raters, share 30%; fewer than 3: not counted")
    assert said["report"] == (Fraction(5, 2), "2 raters, share 20%, 28.571429…% in force")
    assert not any(fact.kind == "records" for fact in line.facts)
    # the mean of the two peers, 1.5, is nowhere to be read
    assert all(fact.value != Fraction(3, 2) for fact in line.facts)


def test_no_single_record_of_the_raters_is_listed_for_any_measure() -> None:
    text = (
        POLICY.replace("{trimmed}", "")
        .replace("{unshared}", "\nmeasure own = mean of mark over ratings")
        .replace("measure opinion", "measure min(opinion, own)")
    )
    scores = kpirules.load(text).score(ratings=table(FEW))
    (line,) = scores.why("a", "2026-Q3").indicators
    (records,) = [fact.records for fact in line.facts if fact.records is not None]
    assert (records.count, records.of, records.ids) == (6, 6, ())
    for name in [one.name for one in scores.facts._rules.aggregates]:
        evidence = scores.facts.evidence(name, "a", "2026-Q3")
        assert evidence is not None and evidence.records == ()


def test_a_rating_outside_the_scale_is_an_error_with_row_and_column() -> None:
    rows: list[Rating] = [*FEW, ("a", "t", "peer", 5.5), ("a", "t", "peer", 4.75)]
    with pytest.raises(Problems) as raised:
        policy().score(ratings=table(rows))
    outside, between = [one for one in raised.value.diagnostics if one.is_error]
    assert outside.place == Cell("<ratings>", 7, "mark", value="5.5")
    assert between.place == Cell("<ratings>", 8, "mark", value="4.75")


COLUMNS = """\
ruleset opinions "Opinions"
  period quarter
  missing redistribute
input superior : rating 1 to 5
input peers    : number
input heads    : count
parameter own_share : ratio = 40%
raters opinion
  superior 100% - own_share
  peers    own_share, at least 3 of heads
indicator opinion "Opinion" weight 100
  measure opinion
  linear from 1 : 0 to 5 : 100
test "enough"
  given superior = 4, peers = 2.5, heads = 3
  expect opinion = 60
test "too few"
  given superior = 4, peers = 2.5, heads = 2
  expect opinion = 75
test "nobody counted"
  given superior = 4, peers = 2.5
  expect opinion = 75
test "nobody at all"
  expect total = missing
test "stated"
  given opinion = 5
  expect opinion = 100
test "other shares"
  given own_share = 0%, superior = 2, peers = 5, heads = 9
  expect opinion = 25
"""


def test_groups_of_columns_with_their_numbers_in_another() -> None:
    findings = list(run_tests(kpirules.load(COLUMNS).policy))
    assert len(findings) == 6
    assert [one for one in findings if not one.passed] == []
