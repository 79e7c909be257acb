"""Data sets: cases, staff, periods, required fields, times that run backwards, and the evidence behind a measure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from kpirules.calendars import parse_overrides
from kpirules.facts.bindings import Binding, Bound, CellRules
from kpirules.facts.build import Facts, build
from kpirules.facts.dateformat import date_format
from kpirules.facts.requests import columns_wanted
from kpirules.model import expressions as e
from kpirules.periods import parse
from kpirules.units import HOUR, MINUTE, Unit
from tests.facts.policies import (
    HERE,
    TICKETS,
    a_data,
    aggregate,
    an_input,
    compare,
    constant,
    errors,
    field,
    minus,
    policy,
    rows_of,
    source,
    told,
    values,
)

COUNT = aggregate(e.Over.COUNT, name="n")
WAIT = minus(field("replied"), field("opened"))
QUICK = aggregate(
    e.Over.SHARE,
    where=compare("<=", WAIT, constant(30 * MINUTE, Unit.DURATION)),
    name="quick",
    unit=Unit.RATIO,
)
HANDLING = aggregate(
    e.Over.MEAN, minus(field("closed"), field("opened")), name="handling", unit=Unit.DURATION
)


def tickets(**columns: list[Any]) -> dict[str, list[Any]]:
    rows = len(next(iter(columns.values())))
    whole: dict[str, list[Any]] = {one.name: [None] * rows for one in TICKETS.fields}
    return whole | {"agent": ["a"] * rows, "opened": ["2026-01-05 09:00"] * rows} | columns


def test_rows_are_the_staff_and_periods_that_occur_in_order() -> None:
    cells = tickets(
        agent=["李", "Bo", " Bo ", "李"],
        opened=["2026-05-01", "2026-04-01", "2026-01-31 23:59", "2026-06-30"],
    )
    facts, found = build(policy(data=[TICKETS], aggregates=[COUNT]), {"tickets": source(cells)})
    assert found == []
    assert rows_of(facts) == [("Bo", "2026-Q1"), ("Bo", "2026-Q2"), ("李", "2026-Q2")]
    assert values(facts, "n") == [1, 1, 2]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("year", "2026"),
        ("half", "2026-H1"),
        ("month", "2026-03"),
        ("week", "2026-W09"),
        ("day", "2026-03-01"),
    ],
)
def test_a_record_lies_in_the_period_of_its_moment(period: str, expected: str) -> None:
    cells = tickets(opened=["2026-03-01 00:00"])
    facts, _ = build(policy(data=[TICKETS], aggregates=[COUNT], period=period), {"tickets": source(cells)})
    assert rows_of(facts) == [("a", expected)]


def test_missing_facts_of_records_follow_three_valued_logic() -> None:
    cells = tickets(
        replied=["2026-01-05 09:20", "2026-01-05 10:00", None, "2026-01-05 09:30"], closed=[None] * 4
    )
    facts, found = build(policy(data=[TICKETS], aggregates=[QUICK, HANDLING]), {"tickets": source(cells)})
    assert found == []
    assert values(facts, "quick") == [Fraction(2, 4)]
    assert values(facts, "handling") == [None]


def test_a_share_among_some_records() -> None:
    urgent = aggregate(
        e.Over.SHARE,
        where=compare("=", field("kind"), constant("x", Unit.TEXT)),
        among=field("urgent"),
        name="share",
    )
    cells = tickets(kind=["x", "x", None, "y"], urgent=["yes", None, "y", "是"])
    facts, _ = build(policy(data=[TICKETS], aggregates=[urgent]), {"tickets": source(cells)})
    assert values(facts, "share") == [Fraction(1, 3)]


def test_with_a_table_of_inputs_its_rows_are_the_rows() -> None:
    rules = policy(data=[TICKETS], aggregates=[COUNT, HANDLING], inputs=[an_input("complaints", Unit.COUNT)])
    inputs = source(
        {"staff": ["b", "a"], "period": ["2026-Q1", "2026-Q1"], "complaints": [0, 1]}, "inputs.csv"
    )
    cells = tickets(
        agent=["a", "a", "stranger", "b"], opened=["2026-01-05", "2026-04-05", "2026-01-05", "2026-07-01"]
    )
    facts, found = build(rules, {"inputs": inputs, "tickets": source(cells)})
    assert errors(found) == ["K416 4 agent"]
    lost = next(one for one in found if one.code == "K442")
    assert (lost.args["count"], lost.args["first"], lost.args["period"]) == (2, 3, "2026-Q2")
    assert rows_of(facts) == [("b", "2026-Q1"), ("a", "2026-Q1")]
    assert values(facts, "n") == [0, 1]
    assert values(facts, "handling") == [None, None]
    facts, found = build(rules, {"inputs": inputs, "tickets": source(cells)}, reject=True)
    assert errors(found) == []
    counts = facts.counts["tickets"]
    assert (counts.read, counts.used, counts.set_aside, counts.left_out) == (4, 1, 1, 2)


def test_attributes_of_staff_join_the_rows_of_records() -> None:
    rules = policy(data=[TICKETS], aggregates=[COUNT], inputs=[an_input("post", Unit.TEXT, attribute=True)])
    staff = source({"staff": ["a", "b"], "post": ["manager", None]}, "staff.csv")
    facts, found = build(rules, {"tickets": source(tickets(agent=["b", "a"])), "staff": staff})
    assert found == []
    assert values(facts, "post") == ["manager", None]
    _, found = build(rules, {"tickets": source(tickets(agent=["b", "z"])), "staff": staff})
    assert errors(found) == ["K416 3 agent"]


def test_only_optional_fields_may_be_empty() -> None:
    cells = tickets(agent=["a", None, " ", "a"], opened=["2026-01-05", "2026-01-05", "x", None])
    facts, found = build(policy(data=[TICKETS], aggregates=[COUNT]), {"tickets": source(cells)})
    assert sorted(errors(found)) == ["K420 4 opened", "K430 3 agent", "K430 4 agent", "K430 5 opened"]
    assert values(facts, "n") == [1]


def test_records_of_nobody_or_no_period_are_noted_where_that_is_allowed() -> None:
    loose = a_data(
        "tickets",
        {"agent": (Unit.STAFF, True), "closed": (Unit.DATETIME, True)},
        staff="agent",
        placed_by="closed",
    )
    cells = {"agent": ["a", None, "a", "a"], "closed": ["2026-01-05", "2026-01-05", None, None]}
    facts, found = build(policy(data=[loose], aggregates=[COUNT]), {"tickets": source(cells)})
    assert [(one.code, one.args["count"]) for one in found] == [("K441", 1), ("K441", 2)]
    assert values(facts, "n") == [1]
    counts = facts.counts["tickets"]
    assert (counts.read, counts.used, counts.left_out) == (4, 1, 3)


def test_only_the_columns_that_measures_read_are_needed() -> None:
    rules = policy(data=[TICKETS], aggregates=[QUICK])
    cells = {
        "agent": ["a"],
        "opened": ["2026-01-05 09:00"],
        "replied": ["2026-01-05 09:10"],
        "much": ["else"],
    }
    facts, found = build(rules, {"tickets": source(cells)})
    assert (found, values(facts, "quick")) == ([], [1])
    assert columns_wanted(rules, "tickets") == ("agent", "opened", "replied")
    _, found = build(rules, {"tickets": source({"agent": ["a"], "Opened": ["2026-01-05"], "replied": ["x"]})})
    assert [one.code for one in found] == ["K401", "K402"]


# Several rows of one case

EVENTS: dict[str, list[Any]] = {
    "number": ["T1", "T1", "T2", "T1", "T2"],
    "who": ["a", "b", "a", "c", "?"],
    "opened_at": ["5/1/2026 09:00"] * 5,
    "seen": ["5/1/2026 10:00", "7/1/2026 10:00", "5/1/2026 10:00", "6/1/2026 10:00", "5/1/2026 10:00"],
}
BINDING = Binding(
    columns={
        "agent": Bound("who", CellRules(frozenset("?"), date_format("day first"))),
        "opened": Bound("opened_at", CellRules(date_format=date_format("day first"))),
    },
    cells=CellRules(frozenset("?"), date_format("day first")),
    one_row_per="number",
    latest_by="seen",
)


def test_the_last_row_of_a_case_holds_its_state() -> None:
    rules = policy(data=[TICKETS], aggregates=[COUNT])
    facts, found = build(rules, {"tickets": source(EVENTS)}, bindings={"tickets": BINDING})
    # T1 is last seen on the 7th, with b; of T2's rows of the same moment the later one counts, and names nobody.
    assert told(found) == ["K445 None None", "K430 6 who"]
    assert (found[0].args["rows"], found[0].args["cases"]) == (5, 2)
    assert rows_of(facts) == [("b", "2026-Q1")]
    assert facts.counts["tickets"].left_out == 3


def test_cases_without_a_name_or_an_order_are_told() -> None:
    rules = policy(data=[TICKETS], aggregates=[COUNT])
    events = EVENTS | {
        "number": ["T1", None, "T2", "T1", "T2"],
        "seen": ["1/1/2026", "1/1/2026", "13/13/2026", "1/1/2026", "2/1/2026"],
    }
    _, found = build(rules, {"tickets": source(events)}, bindings={"tickets": BINDING})
    assert sorted(errors(found)) == ["K427 4 seen", "K430 6 who", "K443 3 number"]
    by_count = EVENTS | {"seen": [3, 10, 1, 9, None]}
    facts, found = build(rules, {"tickets": source(by_count)}, bindings={"tickets": BINDING})
    assert errors(found) == []
    assert rows_of(facts) == [("a", "2026-Q1"), ("b", "2026-Q1")]


# Times that run backwards


def backward(*aggregates: e.Aggregate, **columns: list[Any]) -> tuple[Facts, list[str]]:
    facts, found = build(
        policy(data=[TICKETS], aggregates=aggregates), {"tickets": source(tickets(**columns))}
    )
    return facts, errors(found)


EARLY = {"replied": ["2026-01-05 08:59", "2026-01-05 09:10"], "kind": ["x", "y"]}


def test_a_negative_time_is_an_error_or_set_aside() -> None:
    _, found = backward(QUICK, **EARLY)
    assert found == ["K440 2 replied"]
    rules = policy(data=[TICKETS], aggregates=[QUICK, COUNT])
    facts, again = build(rules, {"tickets": source(tickets(**EARLY))}, reject=True)
    assert errors(again) == []
    assert values(facts, "n") == [1]
    assert values(facts, "quick") == [1]
    assert facts.rejects.table().to_pylist()[0]["code"] == "K440"


def test_times_that_no_measure_uses_do_not_matter() -> None:
    assert backward(COUNT, **EARLY)[1] == []
    assert backward(HANDLING, **EARLY)[1] == []
    others = aggregate(e.Over.MEAN, WAIT, where=compare("=", field("kind"), constant("y", Unit.TEXT)))
    assert backward(others, **EARLY)[1] == []
    guarded = aggregate(e.Over.MEAN, WAIT, where=compare(">=", field("replied"), field("opened")))
    assert backward(guarded, **EARLY)[1] == []
    chosen = e.Choice(
        WAIT,
        compare(">=", field("replied"), field("opened")),
        constant(0, Unit.DURATION),
        Unit.DURATION,
        HERE,
    )
    assert backward(aggregate(e.Over.MEAN, chosen), **EARLY)[1] == []


def test_one_wrong_time_does_not_excuse_another() -> None:
    limit = constant(HOUR, Unit.DURATION)
    both = e.Logic(
        "and", compare("<=", WAIT, limit), compare("<=", minus(field("closed"), field("opened")), limit), HERE
    )
    columns = {"replied": ["2026-01-05 12:00"], "closed": ["2026-01-05 08:00"]}
    assert backward(aggregate(e.Over.COUNT, where=both), **columns)[1] == ["K440 2 closed"]


def test_working_time_runs_backwards_too() -> None:
    work = e.Call("working_time", (field("opened"), field("closed")), Unit.DURATION, HERE)
    _, found = backward(aggregate(e.Over.MAX, work), closed=["2026-01-05 08:00", "2026-01-04 10:00", None])
    # Before 9:00 of the same day no working time passes; from Sunday's make-up workday it does.
    assert found == ["K440 3 closed"]


# Calendars


def test_working_days_follow_holidays_and_make_up_workdays() -> None:
    days = e.Call("workdays", (field("opened"), field("closed")), Unit.WORKDAYS, HERE)
    over = aggregate(e.Over.SUM, days, name="d", unit=Unit.WORKDAYS)
    facts, found = backward(over, opened=["2025-09-28 10:00"], closed=["2025-10-09 10:00"])
    assert found == []
    # 28 September 2025 is a make-up Sunday; 1 to 8 October are free.
    assert values(facts, "d") == [3]


def test_a_year_that_the_calendar_does_not_know_is_an_error_unless_described() -> None:
    days = e.Call("workdays", (field("opened"), field("closed")), Unit.WORKDAYS, HERE)
    rules = policy(data=[TICKETS], aggregates=[aggregate(e.Over.SUM, days, name="d")])
    tables = {"tickets": source(tickets(opened=["2031-03-03"], closed=["2031-03-10"]))}
    _, found = build(rules, tables)
    assert [one.code for one in found if one.is_error] == ["K480"]
    own, wrong = parse_overrides("2031,complete\n2031-03-04,rest\n", "days.csv")
    assert not wrong
    facts, found = build(rules, tables, overrides=own)
    assert (found, values(facts, "d")) == ([], [4])


# Evidence


def test_evidence_lists_the_records_behind_a_value() -> None:
    cells = tickets(
        agent=["b", "a", "a", "a"],
        replied=["2026-01-05 09:10", "2026-01-05 09:20", "2026-01-05 12:00", None],
        closed=["2026-01-05 10:00"] * 3 + [None],
    )
    cells["id"] = [1.0, 2.0, 3.0, 4.0]
    rules = policy(data=[TICKETS], aggregates=[QUICK, HANDLING])
    facts, _ = build(rules, {"tickets": source(cells)}, bindings={"tickets": Binding(id="id")})
    quick = facts.evidence("quick", "a", "2026-Q1")
    assert quick is not None
    assert (quick.count, quick.of) == (1, 3)
    assert [(one.row, one.id, one.counted) for one in quick.records] == [
        (3, "2", True),
        (4, "3", False),
        (5, "4", False),
    ]
    handling = facts.evidence("handling", "a", "2026-Q1", most=1)
    assert handling is not None
    assert (handling.count, handling.of, len(handling.records)) == (2, 3, 1)
    assert handling.records[0].value == HOUR
    assert facts.evidence("handling", "a", "2026-Q2") is None
    assert facts.evidence("nothing", "a", "2026-Q1") is None


def test_asked_periods_alone_are_measured() -> None:
    first = parse("2026-Q1")
    assert first is not None
    cells = tickets(opened=["2026-01-05", "2026-04-05"])
    facts, found = build(
        policy(data=[TICKETS], aggregates=[COUNT]), {"tickets": source(cells)}, periods=[first]
    )
    assert found == []
    assert rows_of(facts) == [("a", "2026-Q1")]


def test_names_and_values_never_become_part_of_a_query() -> None:
    odd = a_data(
        "tickets",
        {
            "agent": (Unit.STAFF, False),
            "opened": (Unit.DATETIME, False),
            'x"; DROP TABLE records; --': (Unit.TEXT, True),
        },
        staff="agent",
        placed_by="opened",
    )
    name = odd.fields[2].name
    text = "'; DROP TABLE records; --"
    one = aggregate(e.Over.COUNT, where=compare("=", field(name, odd), constant(text, Unit.TEXT)), name='m"')
    cells = {"agent": ["a'", "a'"], "opened": ["2026-01-05"] * 2, name: [text, "other"]}
    facts, found = build(policy(data=[odd], aggregates=[one]), {"tickets": source(cells)})
    assert (found, values(facts, 'm"')) == ([], [1])


def test_numbers_beyond_38_digits_are_refused_not_rounded() -> None:
    cells = tickets(cost=["123456789012345678", "0.0000000000000000000000001"])
    summed = aggregate(e.Over.SUM, field("cost"))
    _, found = backward(summed, cost=cells["cost"])
    assert found == ["K451 None None"]
    facts, found = backward(summed, cost=["123456789012345678", "0.000000000000000001"])
    assert (found, values(facts, "m")) == ([], [Fraction("123456789012345678.000000000000000001")])
