"""The made-up department: its size, that the seed decides it, and that its files are read without a word."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kpirules.cli.department import Department, write_department
from kpirules.engine import read_policy
from kpirules.facts.project import Project
from kpirules.gathering import Work, gather, open_project
from kpirules.scoring import reference


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Department:
    return write_department(tmp_path_factory.mktemp("made") / "department")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_seed_decides_everything(department: Department, tmp_path: Path) -> None:
    again = write_department(tmp_path / "again")
    other = write_department(tmp_path / "other", seed=8)
    assert contents(again.folder) == contents(department.folder)
    assert other.tickets.read_bytes() != department.tickets.read_bytes()


def test_it_is_of_a_size_to_look_at(department: Department) -> None:
    staff = rows(department.staff)
    assert len(staff) == len({one["staff"] for one in staff}) == 24
    assert [one["post"] for one in staff].count("manager") == 4
    tickets = rows(department.tickets)
    assert len(tickets) == len({one["Ticket"] for one in tickets}) == 3000
    assert {one["Created"][:7] for one in tickets} == {"2026-01", "2026-02", "2026-03"}
    assert {one["Agent"] for one in tickets} == {one["staff"] for one in staff if one["post"] == "agent"}


def test_times_of_a_ticket_run_forward_and_some_cells_are_blank(department: Department) -> None:
    tickets = rows(department.tickets)
    for one in tickets:
        times = [
            one[name] for name in ("Created", "First response", "Resolved") if one[name] not in ("", "-")
        ]
        assert times == sorted(times), one["Ticket"]
    for name in ("First response", "Survey", "Handling survey", "Complaint"):
        assert 0 < [one[name] for one in tickets].count("") < 3000, name
    assert 0 < [one["Resolved"] for one in tickets].count("-") < 600


def test_work_is_done_by_day_and_on_working_days(department: Department) -> None:
    hours = [int(one["Created"][11:13]) for one in rows(department.tickets)]
    assert sum(8 <= hour < 18 for hour in hours) > 0.8 * len(hours)
    assert all(
        "08" <= one["First response"][11:13] < "21"
        for one in rows(department.tickets)
        if one["First response"]
    )


def test_service_staff_reads_it_without_a_word_and_tells_people_apart(department: Department) -> None:
    project, wrong = open_project(department.project)
    assert wrong == ()
    assert project.ruleset is not None
    rules = read_policy(Path(project.ruleset)).ruleset
    assert rules is not None
    facts, told = gather(Work(rules, {}, project))
    assert told == ()
    assert facts.counts["tickets"].used == 3000
    scores = reference.score(rules, facts.matrix)
    assert set(scores.grade.tolist()) >= {0, 1, 2}
    assert len(set(scores.total.values.tolist())) > 40


def test_after_sales_manager_reads_the_managers_quarters(department: Department) -> None:
    rules = read_policy(department.rulesets["after_sales_manager"]).ruleset
    assert rules is not None
    facts, told = gather(Work(rules, {"inputs": str(department.managers)}, Project("kpirules.toml")))
    assert told == ()
    assert len(facts.matrix) == 4 * 4
    scores = reference.score(rules, facts.matrix)
    assert -1 not in scores.grade.tolist()
    assert len(set(scores.grade.tolist())) > 1
