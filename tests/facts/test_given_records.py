"""Tests in the language that give records: their measures are those of a company's data."""

from __future__ import annotations

import pytest

from kpirules.engine import policy_of
from kpirules.trials import UnfitSettings, run_tests

HEAD = """\
ruleset desk "Desk"
  period quarter
  missing redistribute
data tickets "tickets"
  number : text
  agent  : staff
  opened : datetime
  closed : datetime optional
  kind   : text
  cost   : money
  spent  : duration
  rate   : ratio
  views  : count
  days   : workdays
  due    : date optional
  urgent : boolean
  placed by opened
data surveys
  ticket : text
  stars  : rating 1 to 5 step 0.5
  tied to tickets by ticket = number
  placed by tickets.opened
measure redone  = share of tickets followed within 7 days by tickets of the same kind
measure pleased = mean of stars over surveys where tickets.kind = "repair"
measure last_cost = last of cost over tickets
measure longest = greatest of spent over tickets
measure best = greatest of rate over tickets
measure seen = sum of views over tickets
measure spent_days = sum of days over tickets
measure late = count of tickets where due < 2026-07-15
measure pressing = share of tickets where urgent
measure slow by week = count of tickets where closed - opened > 1 h
measure weeks_with_slow = count of weeks where slow > 0
indicator i weight 100
  points = 100
"""


def outcome(test: str) -> list[tuple[str, str, bool]]:
    read = policy_of(HEAD + test)
    assert read.ruleset is not None, [one.message() for one in read.diagnostics if one.is_error]
    return [(one.person, one.name, one.passed) for one in run_tests(read)]


def test_every_kind_of_field_is_read_as_it_is_written() -> None:
    found = outcome(
        """\
test "one person"
  given tickets
    number = "1", opened = 2026-07-01 09:00, kind = "repair", cost = 1.1 yuan, spent = 90 s, rate = 12.5%
    opened = 2026-07-08 09:00, kind = "repair", cost = 1/3 * 3 yuan, spent = 1.5 h, views = 3, days = 2 workdays, due = 2026-07-14, urgent = yes
    opened = 2026-10-01 09:00, kind = "repair", views = 100
  given surveys
    ticket = "1", stars = 4.5
    ticket = "9", stars = 1
  expect redone = 50%, pleased = 4.5, last_cost = 1, longest = 1.5 h, best = 12.5%
  expect seen = 3, spent_days = 2, late = 1, pressing = 50%, weeks_with_slow = 0
"""
    )
    assert [name for _, name, passed in found if not passed] == []
    assert len(found) == 10


def test_people_have_their_own_records_and_share_others() -> None:
    found = outcome(
        """\
test "two people"
  given tickets
    agent = "b", opened = 2026-02-03 09:00, kind = "repair", closed = 2026-02-03 11:00
    agent = "somebody else", opened = 2026-02-04 09:00, kind = "cleaning"
  person "a"
    given tickets
      opened = 2026-02-01 09:00, kind = "repair"
      opened = 2026-02-02 09:00, kind = "cleaning"
    expect redone = 100%, weeks_with_slow = 0
  person "b"
    expect redone = 0%, weeks_with_slow = 1
  person "c"
    expect redone = missing, seen = 0
"""
    )
    assert [one for one in found if not one[2]] == []
    assert len(found) == 6


def test_no_line_is_no_record_and_a_data_set_that_is_not_given_stays_missing() -> None:
    found = outcome('test "none"\n  given tickets\n  expect late = 0, redone = missing, pleased = missing\n')
    assert [one for one in found if not one[2]] == []
    found = outcome('test "not given"\n  given pleased = 4\n  expect late = missing, pleased = 4\n')
    assert [one for one in found if not one[2]] == []


def test_a_test_may_name_its_period_and_have_records_of_others() -> None:
    found = outcome(
        """\
test "named"
  period "2026-Q3"
  given tickets
    opened = 2026-06-30 09:00, kind = "repair", views = 5
    opened = 2026-07-01 09:00, kind = "repair", views = 3
  expect seen = 3, redone = 0%
test "an earlier one"
  period "2026-Q2"
    expect seen = 5, redone = 100%
  given tickets
    opened = 2026-06-30 09:00, kind = "repair", views = 5
    opened = 2026-07-01 09:00, kind = "repair", views = 3
  expect seen = 3, redone = 0%
"""
    )
    assert [one for one in found if not one[2]] == []
    assert len(found) == 6


def test_a_stated_measure_goes_before_its_records() -> None:
    found = outcome(
        'test "stated"\n  given late = 7\n  given tickets\n    opened = 2026-07-01 09:00\n  expect late = 7\n'
    )
    assert [one for one in found if not one[2]] == []


def test_what_is_wrong_with_the_records_is_told_with_their_line() -> None:
    test = """\
test "twice"
  given tickets
    number = "1", opened = 2026-07-01 09:00, kind = "repair"
    number = "1", opened = 2026-07-01 09:00, kind = "repair"
  given surveys
    ticket = "1", stars = 4
  expect pleased = 4
"""
    read = policy_of(HEAD + test)
    assert read.ruleset is not None
    with pytest.raises(UnfitSettings) as unfit:
        list(run_tests(read))
    (one,) = unfit.value.diagnostics
    assert (one.code, getattr(one.place, "row", None)) == ("K466", 2)
