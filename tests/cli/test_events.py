"""Policies over events from files bound by a project: what follows what, and records tied to others."""

from __future__ import annotations

import json

from tests.cli.desk import Desk

POLICY = """\
ruleset workshop "Workshop"
  period quarter
  missing redistribute

data repairs "Repairs"
  number : text
  agent  : staff
  done   : datetime
  device : text
  kind   : text
  placed by done

data surveys "Surveys"
  repair : text
  stars  : rating 1 to 5 optional
  tied to repairs by repair = number
  placed by repairs.done

measure redone = share of repairs followed within 7 days by repairs of the same device where kind = "repair"
measure view   = mean of stars over surveys where repairs.kind = "repair"

indicator lasting "Lasting repairs" weight 60
  measure redone
  target <= 0%
  deduct 1 point per pp above target
indicator pleased "Pleased customers" weight 40
  measure view
  target >= 4
  deduct 10 points per 1 below target

test "the second repair may lie in the next quarter"
  given repairs
    number = "1", done = 2026-03-30 09:00, device = "d", kind = "repair"
    number = "2", done = 2026-04-06 09:00, device = "d", kind = "repair"
  given surveys
    repair = "1", stars = 3
    repair = "2", stars = 1
  expect redone = 100%, lasting = 0, view = 3, pleased = 30
"""
PROJECT = """\
[project]
ruleset = "workshop.kpi"

[data.repairs]
path = "repairs.csv"
id = "No"

[data.repairs.columns]
number = "No"
agent = "Engineer"
done = "Finished"
device = "Serial"
kind = "Kind"

[data.surveys]
path = "surveys.csv"
"""
REPAIRS = """\
No,Engineer,Finished,Serial,Kind
R1,Ann,2026-03-29 10:00,S1,repair
R2,Ann,2026-03-30 10:00,S2,repair
R3,Bob,2026-04-04 10:00,S1,repair
R4,Bob,2026-04-20 10:00,S9,cleaning
"""
SURVEYS = "repair,stars\nR1,5\nR2,2\nR4,1\nR9,1\n"


def files(desk: Desk) -> None:
    for name, text in (
        ("workshop.kpi", POLICY),
        ("kpirules.toml", PROJECT),
        ("repairs.csv", REPAIRS),
        ("surveys.csv", SURVEYS),
    ):
        desk.put(name, text)


def test_a_project_of_events_scores_and_names_what_followed(desk: Desk) -> None:
    files(desk)
    assert desk.run("test", "workshop.kpi").exit_code == 0
    scored = desk.run("score", "workshop.kpi", "--periods", "2026-Q1", "-o", "-", "--lang", "en")
    assert "Ann,2026-Q1,10.00,35.00,45.00" in scored.stdout
    assert "Bob" not in scored.stdout
    assert "K467" in scored.stderr
    assert "K465" not in scored.stderr
    told = desk.run("why", "workshop.kpi", "--staff", "Ann", "--period", "2026-Q1", "--lang", "en").stdout
    assert "share of repairs Repairs = 50% (1 of 2 records: R1 → R3)" in told
    told = desk.run("why", "workshop.kpi", "--staff", "Ann", "--period", "2026-Q1", "--format", "json").stdout
    assert "R1 → R3" in json.dumps(json.loads(told), ensure_ascii=False)


def test_what_is_needed_names_the_tie(desk: Desk) -> None:
    files(desk)
    told = desk.run("needs", "workshop.kpi", "--lang", "en").stdout
    assert "  each repair is the number of one record of repairs\n" in told
    plain = json.loads(desk.run("needs", "workshop.kpi", "--format", "json").stdout)
    assert plain["data"][1]["ties"] == [{"data": "repairs", "own": "repair", "other": "number"}]


def test_data_that_ends_too_early_is_told_before_anybody_is_paid(desk: Desk) -> None:
    files(desk)
    desk.put("repairs.csv", "".join(REPAIRS.splitlines(keepends=True)[:3]))
    scored = desk.run("score", "workshop.kpi", "--periods", "2026-Q1", "-o", "-", "--lang", "en")
    assert "K465" in scored.stderr
    assert "for 2 records of repairs it is not yet known" in scored.stderr
