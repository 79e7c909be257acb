"""What is not given: a whole table, or the column of a field that may be blank."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from kpirules.facts.bindings import Binding, Bound
from kpirules.facts.build import build
from kpirules.model import expressions as e
from kpirules.model.rules import Data
from kpirules.units import Unit
from tests.facts.policies import (
    TICKETS,
    aggregate,
    an_input,
    errors,
    field,
    minus,
    policy,
    rows_of,
    source,
    values,
)

COUNT = aggregate(e.Over.COUNT, name="n")
HANDLING = aggregate(
    e.Over.MEAN, minus(field("closed"), field("opened")), name="handling", unit=Unit.DURATION
)
CELLS: dict[str, list[Any]] = {"agent": ["a", "b"], "opened": ["2026-01-05 09:00"] * 2}


def test_without_a_table_of_inputs_the_records_are_scored_and_a_warning_names_the_inputs() -> None:
    inputs = [an_input("rating", Unit.NUMBER), an_input("courses", Unit.COUNT)]
    rules = policy(data=[TICKETS], aggregates=[COUNT], inputs=inputs)
    facts, found = build(rules, {"tickets": source(CELLS)})
    assert [(one.code, str(one.severity)) for one in found] == [("K408", "warning")]
    assert "rating, courses" in found[0].message() and "rating, courses" in found[0].message("zh")
    assert "--data FILE" in found[0].help()
    assert rows_of(facts) == [("a", "2026-Q1"), ("b", "2026-Q1")]
    assert values(facts, "n") == [1, 1]
    assert "rating" not in facts.matrix.columns


def test_a_policy_of_inputs_alone_needs_their_table() -> None:
    _, found = build(policy(inputs=[an_input("rating", Unit.NUMBER)]), {})
    assert [(one.code, one.is_error, one.args["table"]) for one in found] == [("K403", True, "inputs")]


def test_a_data_set_that_is_not_given_is_an_error_that_says_how_to_give_it() -> None:
    rules = policy(data=[TICKETS], aggregates=[COUNT], inputs=[an_input("rating", Unit.NUMBER)])
    cells = {"staff": ["a"], "period": ["2026-Q1"], "rating": [1]}
    _, found = build(rules, {"inputs": source(cells, "inputs.csv")})
    assert [(one.code, one.is_error) for one in found] == [("K403", True)]
    assert "--data tickets=FILE" in found[0].help() and "[data.tickets]" in found[0].help()


@pytest.mark.parametrize(
    ("name", "unit", "reads"),
    [
        ("closed", Unit.DURATION, minus(field("closed"), field("opened"))),
        ("cost", Unit.MONEY, field("cost")),
        ("score", Unit.NUMBER, field("score")),
    ],
)
def test_the_absent_column_of_an_optional_field_is_blank(name: str, unit: Unit, reads: e.Expr) -> None:
    mean = aggregate(e.Over.MEAN, reads, name="mean", unit=unit)
    facts, found = build(policy(data=[TICKETS], aggregates=[COUNT, mean]), {"tickets": source(CELLS)})
    assert [(one.code, str(one.severity), one.args["first"]) for one in found] == [("K409", "info", name)]
    assert values(facts, "mean") == [None, None]
    assert values(facts, "n") == [1, 1]


def test_conditions_on_an_absent_column_are_unknown() -> None:
    urgent = aggregate(e.Over.COUNT, where=field("urgent"), name="urgent")
    present = aggregate(e.Over.COUNT, where=e.Presence(field("kind"), False, TICKETS.span), name="blank")
    facts, found = build(policy(data=[TICKETS], aggregates=[urgent, present]), {"tickets": source(CELLS)})
    assert errors(found) == []
    assert values(facts, "urgent") == [0, 0]
    assert values(facts, "blank") == [1, 1]


def test_one_note_names_all_absent_columns_and_what_may_be_meant() -> None:
    score = aggregate(e.Over.MEAN, field("score"), name="score")
    cells = CELLS | {"Closed at": ["2026-01-05 10:00"] * 2, "scores": [1, 2]}
    _, found = build(policy(data=[TICKETS], aggregates=[HANDLING, score]), {"tickets": source(cells)})
    (note,) = [one for one in found if one.code == "K409"]
    assert note.message() == (
        'tickets has no column "closed" (did you mean the column "Closed at"?),'
        ' "score" (did you mean the column "scores"?): blank in every record'
    )
    assert "[data.tickets.columns] closed" in note.help()


def test_a_column_that_the_binding_names_must_be_there() -> None:
    binding = Binding(columns={"closed": Bound("Close time")})
    rules = policy(data=[TICKETS], aggregates=[HANDLING])
    _, found = build(rules, {"tickets": source(CELLS)}, bindings={"tickets": binding})
    assert errors(found)[0].startswith("K401")


@pytest.mark.parametrize("name", ["agent", "opened"])
def test_staff_and_moment_must_have_a_column_even_if_they_may_be_blank(name: str) -> None:
    fields = tuple(replace(one, optional=True) if one.name == name else one for one in TICKETS.fields)
    data: Data = replace(TICKETS, fields=fields)
    cells = {key: value for key, value in CELLS.items() if key != name}
    _, found = build(policy(data=[data], aggregates=[COUNT]), {"tickets": source(cells)})
    assert errors(found)[0].startswith("K401")


def test_present_columns_are_read_beside_absent_ones() -> None:
    score = aggregate(e.Over.MEAN, field("score"), name="score")
    cells = CELLS | {"score": [3, None]}
    facts, _ = build(policy(data=[TICKETS], aggregates=[HANDLING, score]), {"tickets": source(cells)})
    assert values(facts, "score") == [Fraction(3), None]
    assert values(facts, "handling") == [None, None]
