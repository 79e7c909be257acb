"""Every input and attribute knows the file, row and column in which it stands."""

from __future__ import annotations

from kpirules.diagnostics import Cell
from kpirules.facts.bindings import Binding, Bound
from kpirules.facts.build import build
from kpirules.units import Unit
from tests.facts.policies import an_input, policy, source

LATE = an_input("late", Unit.COUNT)


def test_an_input_stands_in_its_row() -> None:
    cells = {"staff": ["a", "b", "c"], "period": ["2026-Q1"] * 3, "Late": ["1", "x", "3"]}
    binding = Binding(columns={"late": Bound("Late")})
    facts, _ = build(
        policy(inputs=[LATE]), {"inputs": source(cells)}, bindings={"inputs": binding}, reject=True
    )
    assert [facts.matrix.row_name(row)[0] for row in range(2)] == ["a", "c"]
    first = source(cells)
    expected = [first.cell(0, "Late"), first.cell(2, "Late")]
    assert [facts.lineage.cell("late", row) for row in range(2)] == expected
    assert facts.lineage.cell("nobody", 0) is None


def test_an_attribute_stands_in_the_table_that_delivers_it() -> None:
    team = an_input("team", Unit.TEXT, attribute=True)
    post = an_input("post", Unit.TEXT, attribute=True)
    inputs = {"staff": ["b", "a"], "period": ["2026-Q1"] * 2, "late": ["1", "2"], "post": ["x", "y"]}
    staff = {"staff": ["z", "a", "b"], "team": ["1", "2", "3"]}
    facts, found = build(
        policy(inputs=[LATE, team, post]), {"inputs": source(inputs), "staff": source(staff)}
    )
    assert not any(one.is_error for one in found)
    told = source(staff)
    assert [facts.lineage.cell("team", row) for row in range(2)] == [
        told.cell(2, "team"),
        told.cell(1, "team"),
    ]
    assert facts.lineage.cell("post", 1) == source(inputs).cell(1, "post")
    assert isinstance(facts.lineage.cell("late", 0), Cell)
