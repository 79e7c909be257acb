"""A look at a run before it is archived: each limit at its very edge, and the same file for the same run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.engine import policy_of
from kpirules.facts.arrow import arrow_table_from
from kpirules.facts.build import build
from kpirules.facts.run_section import Limit, Limits
from kpirules.periods import parse
from kpirules.records.preflight import Looked, Preflight, Summary, preflight, read_summary
from kpirules.scoring import run

POLICY = """\
ruleset desk "Desk"
  period quarter
  missing redistribute

attribute team : text
input late : count "Late replies"

data tickets "Tickets"
  agent  : staff
  opened : datetime
  ok     : boolean optional
  placed by opened

measure fine = share of tickets where ok among ok is present

indicator speed "Speed" weight 50
  measure late
  target <= 1
  deduct 5 points per time above target

indicator care "Care" weight 50
  applies to staff where team = "a"
  measure fine
  target >= 90%
  pro rata to target

indicator calm "Calm" weight 50
  applies to staff where team != "a"
  measure fine
  target >= 50%
  pro rata to target
"""
NEVER = Limit(Fraction(10))
QUIET = Limits(NEVER, NEVER, NEVER)
DAYS = [f"2026-{month:02}-{day:02} 09:00" for month in (7, 8, 9) for day in (1, 8, 15, 22, 29)]


def looked(
    people: Mapping[str, int | None],
    tickets: Sequence[tuple[str, str, bool | None]] = (),
    limits: Limits = QUIET,
    before: Summary | None = None,
    staff: Sequence[str] = (),
) -> Preflight:
    policy = policy_of(POLICY)
    assert policy.ruleset is not None, [one.message() for one in policy.diagnostics]
    period = parse("2026-Q3")
    assert period is not None
    names = list(people)
    given_ = {
        "inputs": pa.table(
            {
                "staff": pa.array(names, pa.string()),
                "period": pa.array(["2026-Q3"] * len(names), pa.string()),
                "team": pa.array(["a"] * len(names), pa.string()),
                "late": pa.array(list(people.values()), pa.int64()),
            }
        ),
        "tickets": pa.table(
            {
                "agent": pa.array([one[0] for one in tickets], pa.string()),
                "opened": pa.array([one[1] for one in tickets], pa.string()),
                "ok": pa.array([one[2] for one in tickets], pa.bool_()),
            }
        ),
    }
    if staff:
        given_["staff"] = pa.table({"staff": list(staff), "team": ["a"] * len(staff)})
    tables = {name: arrow_table_from(one, f"{name}.csv") for name, one in given_.items()}
    facts, found = build(policy.ruleset, tables, periods=[period])
    assert not any(one.is_error for one in found), [one.message() for one in found]
    scores = run.score(policy.ruleset, facts.matrix)
    return preflight(Looked(policy.ruleset, facts, scores, tables, {}, period), limits, before)


def codes(found: Preflight) -> list[str]:
    return [one.code for one in found.diagnostics]


EVERYBODY = [("Ann", day, True) for day in DAYS] + [("Bob", day, True) for day in DAYS]


@given(lacking=st.integers(0, 12), of=st.integers(1, 12), percent=st.integers(0, 100))
@settings(max_examples=25)
def test_missing_facts_are_told_above_the_limit_and_not_at_it(lacking: int, of: int, percent: int) -> None:
    lacking = min(lacking, of)
    people = {f"p{number}": None if number < lacking else 1 for number in range(of)}
    limits = Limits(Limit(Fraction(percent, 100), True), NEVER, NEVER)
    tickets = [(name, DAYS[0], True) for name in people]
    found = looked(people, tickets, limits)
    assert ("K874" in codes(found)) == (100 * lacking > percent * of) == found.blocked
    assert ("K879" in codes(found)) == found.blocked


def test_missing_facts_are_counted_among_those_whom_the_indicator_is_for() -> None:
    found = looked({"Ann": 1, "Bob": None}, EVERYBODY, Limits(Limit(Fraction(49, 100)), NEVER, NEVER))
    (told,) = found.diagnostics
    assert told.message() == "speed Speed lacks its facts for 1 of 2 people (50%)"
    assert told.message("zh") == "2 人中有 1 人缺少 speed Speed 的事实（50%）"
    assert not found.blocked


def test_people_of_whom_there_is_nothing() -> None:
    staff = ["Ann", "Bob", "Cem", "Dee"]
    limits = Limits(NEVER, Limit(Fraction(1, 2)), NEVER)
    people: dict[str, int | None] = {"Ann": 1, "Bob": None}
    # Bob has a row without anything in it, and Cem and Dee have none.
    found = looked(people, [("Ann", DAYS[0], True)], limits, staff=staff)
    assert [one.message() for one in found.diagnostics] == [
        "3 of 4 people have no data at all (75%): Bob, Cem, Dee"
    ]
    # A ticket is something.
    assert codes(looked(people, [("Bob", DAYS[0], None)], limits, staff=staff)) == []


def test_a_source_that_ends_before_the_period_does() -> None:
    until = [one for one in EVERYBODY if one[1] < "2026-08-30"]
    found = looked({"Ann": 1, "Bob": 1}, until, Limits(NEVER, NEVER, NEVER, sources=True))
    # The gaps are a week, and three weeks of them are passed by 32 days; a tenth of the quarter is 9.2 days.
    assert found.diagnostics[0].message() == (
        "the last record of tickets Tickets is of 2026-08-29, 32 days before 2026-Q3 ends"
    )
    assert found.blocked and codes(found) == ["K878", "K879"]
    assert codes(looked({"Ann": 1, "Bob": 1}, EVERYBODY, QUIET)) == []


def test_records_that_are_rare_do_not_end_early() -> None:
    rare = [("Ann", DAYS[0], True), ("Ann", DAYS[5], True), ("Ann", DAYS[10], True)]
    assert codes(looked({"Ann": 1}, rare, QUIET)) == []


def test_a_source_of_which_nothing_counts() -> None:
    other = [("Ann", "2026-04-02 09:00", True)]
    found = looked({"Ann": 1}, other, Limits(NEVER, NEVER, NEVER, sources=True))
    assert codes(found) == ["K876", "K879"]
    assert not looked({"Ann": 1}, other, QUIET).blocked


def before(people: Sequence[str] = ("Ann", "Bob"), **medians: str) -> Summary:
    return Summary(period="2026-Q2", people=list(people), medians=medians, mean="100", findings=[])


def test_what_moved_by_more_than_the_limit() -> None:
    limits = Limits(NEVER, NEVER, Limit(Fraction(1, 2), True))
    people: dict[str, int | None] = {"Ann": 3, "Bob": 3}
    assert codes(looked(people, EVERYBODY, limits, before(late="2", fine="1"))) == []  # by half, not by more
    found = looked(people, EVERYBODY, limits, before(late="19/10", fine="1"))
    assert found.diagnostics[0].message() == ("the median of late was 1.9 in 2026-Q2 and is 3: 57.9% more")
    assert codes(found) == ["K877", "K879"]
    assert codes(looked(people, EVERYBODY, limits, before(late="0"))) == []  # nothing is a share of nothing


def test_who_came_and_who_went() -> None:
    found = looked({"Ann": 1, "Bob": 1}, EVERYBODY, QUIET, before(("Ann", "Cem")))
    assert [one.message() for one in found.diagnostics] == [
        "since 2026-Q2, 1 people are new (Bob), and 1 are gone (Cem)"
    ]


def test_what_it_is_compared_with_is_not_archived() -> None:
    people: dict[str, int | None] = {"Ann": 3, "Bob": None}
    limits = Limits(Limit(Fraction(0)), NEVER, Limit(Fraction(0)))
    alone = looked(people, EVERYBODY, limits)
    beside = looked(people, EVERYBODY, limits, before(("Cem",), late="1"))
    assert len(beside.found) > len(alone.found)
    assert beside.written() == alone.written()
    again = read_summary(alone.written())
    assert again is not None and again == alone.summary
    assert (again.people, again.medians["late"], again.findings[0]["code"]) == (["Ann", "Bob"], "3", "K874")


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_file_in_its_place_is_none(written: bytes) -> None:
    assert read_summary(written) is None


def test_numbers_of_an_earlier_file_that_are_none_are_passed_over() -> None:
    limits = Limits(NEVER, NEVER, Limit(Fraction(0)))
    for wrong in ("1/0", "x", "9" * 5000, "nan"):
        assert "K877" not in codes(looked({"Ann": 1, "Bob": 1}, EVERYBODY, limits, before(late=wrong)))
