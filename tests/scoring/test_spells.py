"""`split by`: kernels, reference and a walk over the days agree, and one row is published for a person and period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

import kpirules
from kpirules.diagnostics import Language
from kpirules.engine import Engine
from kpirules.numbers import Mode, Rounding
from kpirules.periods import parse
from kpirules.results.together import together

POLICY = """\
ruleset two "Two posts"
  period month
  split by post
  applies to staff where post in ("manager", "clerk")
  missing redistribute
  round total to 0.01 half even
history posts
  person : staff
  since  : date
  ended  : date optional
  post   : text optional
  in force from since until ended
data calls
  who  : staff
  day  : date
  late : boolean
  placed by day
attribute post : text from posts
input plan : number
measure late_calls = count of calls where late
measure any_calls  = mean of (1 when late otherwise 0) over calls
indicator speed "Speed" weight 100
  applies to staff where post = "clerk"
  measure late_calls
  target <= 0
  deduct 7 points per time above target
indicator led "Led" weight 60
  applies to staff where post = "manager"
  measure plan
  target >= 40
  pro rata to target
indicator calm "Calm" weight 40
  applies to staff where post = "manager"
  measure any_calls
  linear from 1 : 0 to 0 : 40
grades
  good from 90
  fair from 70
  rest otherwise
adjustments
  veto slack "Slack" when late_calls > 4 : grade at most rest
amount bonus : money = 1000 yuan * service_share * total / 100 round to 0.01
eligible prize when total >= 90
result held : text = post
test "half a month as a clerk"
  given post = "clerk", late_calls = 2, service_share = 50%
  expect speed = 86, bonus = 430
"""
RULES = kpirules.load(POLICY)
MONTHS = tuple(one for text in ("2026-01", "2026-02") if (one := parse(text)) is not None)
days = st.dates(date(2025, 12, 20), date(2026, 3, 3))
posts = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        days,
        st.none() | days,
        st.sampled_from(["manager", "clerk", "clerk", "guest", None]),
    ),
    max_size=7,
)
calls = st.lists(st.tuples(st.sampled_from(["a", "b"]), days, st.booleans()), max_size=12)
Rows = Sequence[Sequence[Any]]


def table(rows: Rows, *titles: str) -> pa.Table:
    def cell(value: Any) -> str | None:
        return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    return pa.table(
        {title: pa.array([cell(row[at]) for row in rows], pa.string()) for at, title in enumerate(titles)}
    )


def scored(post_rows: Rows, call_rows: Rows, engine: Engine = "kernels") -> kpirules.Scores:
    inputs = pa.table(
        {"staff": ["a", "b"] * 2, "period": [str(one) for one in MONTHS for _ in "ab"], "plan": [35] * 4}
    )
    return RULES.score(
        inputs,
        engine=engine,
        posts=table(post_rows, "person", "since", "ended", "post"),
        calls=table(call_rows, "who", "day", "late"),
    )


def post_on(rows: Rows, who: str, day: date) -> tuple[bool, str | None]:
    """Whether a record is in force, and its post."""
    begun = [(row[1], number) for number, row in enumerate(rows) if row[0] == who and row[1] <= day]
    if not begun:
        return False, None
    row = rows[max(begun)[1]]
    return (False, None) if row[2] is not None and day > row[2] else (True, row[3])


def spells(rows: Rows, who: str, first: date, last: date) -> list[tuple[str | None, list[date]]]:
    found: list[tuple[str | None, list[date]]] = []
    before = None
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        there, post = post_on(rows, who, day)
        if there and before == (True, post):
            found[-1][1].append(day)
        elif there:
            found.append((post, [day]))
        before = (there, post)
    return found


CENTS = Rounding()
EVEN = Rounding(mode=Mode.HALF_EVEN)


def by_hand(post_rows: Rows, call_rows: Rows, who: str, first: date, last: date) -> dict[str, Any] | None:
    """The published results of one person and month."""
    length = (last - first).days + 1
    totals: list[tuple[Fraction, int]] = []
    bonus, slack, prize, held = Fraction(0), False, False, None
    for post, own in spells(post_rows, who, first, last):
        if post not in ("manager", "clerk"):
            continue
        late = [row[2] for row in call_rows if row[0] == who and row[1] in own]
        if post == "clerk":
            total = Fraction(max(0, 100 - 7 * sum(late)))
        else:
            parts = [(Fraction(35, 40) * 60, 60)]
            if late:
                parts.append(((1 - Fraction(sum(late), len(late))) * 40, 40))
            total = EVEN(Fraction(sum(one for one, _ in parts)) / sum(w for _, w in parts) * 100)
        totals.append((total, len(own)))
        bonus += CENTS(1000 * Fraction(len(own), length) * total / 100)
        slack |= sum(late) > 4
        prize |= total >= 90
        held = post
    if not totals:
        return None
    total = EVEN(sum((one * n for one, n in totals), Fraction(0)) / sum(n for _, n in totals))
    grade = "rest" if slack or total < 70 else "good" if total >= 90 else "fair"
    return {"total": total, "grade": grade, "bonus": bonus, "slack": slack, "prize": prize, "held": held}


@settings(max_examples=60, deadline=None)
@given(posts, calls)
def test_kernels_reference_and_a_walk_over_the_days_agree(post_rows: Rows, call_rows: Rows) -> None:
    kernels, reference = (scored(post_rows, call_rows, engine) for engine in ("kernels", "reference"))
    assert kernels.table.equals(reference.table)
    found = {(row["staff"], row["period"]): row for row in kernels.table.to_pylist()}
    for month in MONTHS:
        for who in "ab":
            expected = by_hand(post_rows, call_rows, who, month.first, month.last)
            row = found.get((who, str(month)))
            assert (row is None) == (expected is None)
            if row is not None and expected is not None:
                exact = {name: Fraction(v) if isinstance(v, Decimal) else v for name, v in row.items()}
                assert {name: exact[name] for name in expected} == expected


POSTS = [
    ("a", date(2020, 1, 1), None, "clerk"),
    ("a", date(2026, 2, 1), None, "clerk"),
    ("a", date(2026, 2, 15), None, "manager"),
    ("b", date(2026, 1, 22), None, "clerk"),
]
CALLS = [("a", date(2026, 2, 14), True), ("a", date(2026, 2, 15), True), ("b", date(2026, 1, 3), True)]


def test_a_person_in_two_posts_gets_both_parts_in_one_row() -> None:
    scores = scored(POSTS, CALLS)
    row = next(one for one in scores.table.to_pylist() if (one["staff"], one["period"]) == ("a", "2026-02"))
    # 14 days as a clerk: 93; 14 as a manager: (52.5 + 0) of 100
    assert row["speed"] == Decimal("93.00") and row["led"] == Decimal("52.50") and row["calm"] == 0
    assert row["total"] == Decimal("72.75") and row["grade"] == "fair"
    assert row["bonus"] == Decimal("465.00") + Decimal("262.50")
    assert scores.table.num_rows == 4


def test_records_of_one_post_are_one_spell_and_why_shows_each() -> None:
    first, second = scored(POSTS, CALLS).spells("a", "2026-02")
    facts = [{one.name: one.value for one in spell.attributes} for spell in (first, second)]
    assert [one["post"] for one in facts] == ["clerk", "manager"]
    assert [one["service_share"] for one in facts] == [Fraction(1, 2)] * 2
    assert first.total == 93
    assert second.total == Fraction(105, 2)


def test_a_hire_in_mid_period_counts_by_its_days_alone() -> None:
    scores = scored(POSTS, CALLS)
    row = next(one for one in scores.table.to_pylist() if (one["staff"], one["period"]) == ("b", "2026-01"))
    # ten of 31 days; the late call before belongs to no spell
    assert row["total"] == 100 and row["bonus"] == Decimal("322.58")


def test_the_whole_period_is_told_behind_the_spells() -> None:
    told = scored(POSTS, CALLS).spells("a", "2026-02")
    languages: tuple[Language, ...] = ("en", "zh")
    english, chinese = ("\n".join(together(told, RULES.ruleset, one)) for one in languages)
    assert "total = (93 x 14 + 52.5 x 14) / 28 = 72.75" in english
    assert "bonus: 465 yuan + 262.5 yuan = 727.5 yuan" in english
    assert "总分 = (93 x 14 + 52.5 x 14) / 28 = 72.75" in chinese
