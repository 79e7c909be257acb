"""The project file: what it says, and what is said of its mistakes, each with its line."""

from __future__ import annotations

import pytest

from kpirules.diagnostics import Span
from kpirules.facts.bindings import INPUTS
from kpirules.facts.project import read_project

WHOLE = """
[project]
ruleset = "policies/service.kpi"

[parameters]
allowance = 3
target = "95%"
price = 0.10
strict = true
start = 2026-01-01

[inputs]
path = "inputs.xlsx"
sheet = "一季度"
period = "2026-Q1"

[data.tickets]
path = "https://example.org/export.csv"
adapter = "csv"
missing = ["?", 0]
date_format = "day first"
timezone = "Asia/Shanghai"
one_row_per = "number"
latest_by = "updated"
where = { contact = "Phone", level = [1, 2] }

[data.tickets.columns]
opened = "opened_at"
spent = { column = "Minutes", unit = "min", missing = "n/a", date_format = "%Y-%m-%d" }

[data.staff]
path = "/etc/staff.csv"

[calendar]
overrides = "days.csv"
"""


def test_a_whole_project() -> None:
    project, found = read_project(WHOLE, "somewhere/kpirules.toml")
    assert found == ()
    assert project.ruleset == "somewhere/policies/service.kpi"
    assert project.overrides == "somewhere/days.csv"
    assert {name: one.text for name, one in project.parameters.items()} == {
        "allowance": "3",
        "target": "95%",
        "price": "0.10",
        "strict": "true",
        "start": "2026-01-01",
    }
    assert project.parameters["target"].span.line == 7
    inputs, tickets, staff = (project.tables[name] for name in (INPUTS, "tickets", "staff"))
    assert (inputs.path, inputs.settings, inputs.binding.period) == (
        "somewhere/inputs.xlsx",
        {"sheet": "一季度"},
        "2026-Q1",
    )
    assert (tickets.path, tickets.adapter, tickets.settings) == ("https://example.org/export.csv", "csv", {})
    assert staff.path == "/etc/staff.csv"
    binding = tickets.binding
    assert (binding.one_row_per, binding.latest_by, binding.names_a_record) == ("number", "updated", "number")
    assert binding.where == {"contact": ("Phone",), "level": ("1", "2")}
    opened, spent = binding.bound("opened"), binding.bound("spent")
    assert (opened.column, opened.cells) == ("opened_at", binding.cells)
    assert binding.cells.missing == {"?", "0"}
    assert binding.cells.date_format is not None
    assert binding.cells.date_format.written == "day first"
    assert (spent.column, spent.cells.unit) == ("Minutes", "min")
    assert spent.cells.missing == {"?", "0", "n/a"}
    assert spent.cells.timezone == "Asia/Shanghai"
    assert binding.bound("kind").column == "kind"
    assert binding.own_columns == ("number", "updated", "contact", "level")


def test_an_empty_project_is_a_project() -> None:
    project, found = read_project("", "kpirules.toml")
    assert (found, project.ruleset, project.tables) == ((), None, {})


@pytest.mark.parametrize(
    ("text", "code", "line", "suggestion"),
    [
        ("[data.t]\npath = x.csv", "K501", 2, None),
        ("[data.t", "K501", 1, None),
        ("\n[projct]\nruleset = 'x'", "K502", 2, "project"),
        ("[project]\nrulset = 'x'", "K502", 2, "ruleset"),
        ("[data.t]\npath = 'a'\ndate_formt = 'day first'", "K502", 3, "date_format"),
        ("[data.t]\nmising = ['?']", "K502", 2, "missing"),
        ("[data.t]\nperiod = '2026'\npath = 'x'\nlatest = 'x'", "K502", 4, None),
        ("[data.t.columns]\na = { colum = 'x' }", "K502", 2, "column"),
        ("[calendar]\noverride = 'x'", "K502", 2, "overrides"),
        ("[data.t]\npath = 3", "K503", 2, None),
        ("[data]\nt = 'x.csv'", "K503", 2, None),
        ("[data.t]\nmissing = [['?']]", "K503", 2, None),
        ("[data.t]\nwhere = { a = { b = 1 } }", "K503", 2, None),
        ("[data.t.columns]\na = 3", "K503", 2, None),
        ("[parameters]\na = [1]", "K503", 2, None),
        ("[inputs]\ndate_format = '%d.%m'", "K504", 2, None),
        ("[inputs.columns]\na = { column = 'A', unit = 'mins.' }", "K505", 2, None),
        ("[inputs]\ntimezone = 'Beijing'", "K506", 2, None),
        ("[inputs]\nperiod = 'spring'", "K507", 2, None),
        ("[project]\nperiods = '2026-01 to 2026-03'", "K507", 2, None),
    ],
)
def test_mistakes_are_told_once_with_their_line(
    text: str, code: str, line: int, suggestion: str | None
) -> None:
    _, found = read_project(text, "kpirules.toml")
    told = [one for one in found if one.suggestion == suggestion or suggestion is None]
    assert code in [one.code for one in told]
    one = next(one for one in told if one.code == code)
    assert isinstance(one.place, Span)
    assert (one.place.path, one.place.line) == ("kpirules.toml", line)
    assert one.message("en") and one.message("zh") and one.message("en") != one.message("zh")
    assert len([other for other in found if other.place == one.place]) == 1


def test_all_mistakes_at_once() -> None:
    _, found = read_project("[project]\nruleset = 1\n[data.t]\npath = 2\n[calendar]\nx = 1", "kpirules.toml")
    assert [one.code for one in found] == ["K503", "K503", "K502"]
    _, found = read_project("[inputs]\nperiod='x'\ntimezone='y'\ndate_format='z'", "kpirules.toml")
    assert [one.code for one in found] == ["K507", "K506", "K504"]


def test_a_project_may_say_which_periods_are_scored() -> None:
    project, found = read_project('[project]\nperiods = "2026-01..2026-03"', "kpirules.toml")
    assert found == ()
    assert [str(one) for one in project.periods or ()] == ["2026-01", "2026-02", "2026-03"]
    assert read_project("", "kpirules.toml")[0].periods is None
