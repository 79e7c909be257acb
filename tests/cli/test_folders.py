"""Tables given as folders: results as from one file, and every message and record names its own file."""

from __future__ import annotations

import csv
import io
import json

from tests.cli.desk import TICKETS, Desk

HEADER, *LINES = TICKETS.splitlines(keepends=True)
COURSES = {"2026-01": "staff,courses\nAnn,1\nBob,2\n", "2026-02": "staff,courses\nBob,2\n"}
PROJECT = """
[inputs]
path = "courses"
period_from = "name"

[data.tickets]
path = "tickets/2026-*.csv"
"""


def split(desk: Desk) -> None:
    """The tickets and courses of the desk as a file for each month."""
    desk.put("tickets/2026-01.csv", HEADER + "".join(LINES[:4]))
    desk.put("tickets/2026-02.csv", HEADER + LINES[4].replace("08:30", "09:20"))
    for month, text in COURSES.items():
        desk.put(f"courses/{month}.csv", text)
    desk.put("kpirules.toml", PROJECT)


def test_a_folder_scores_as_one_file(desk: Desk) -> None:
    split(desk)
    folder = desk.run("score", "desk.kpi")
    assert folder.exit_code == 0, folder.stderr
    desk.put("all.csv", TICKETS.replace("08:30", "09:20"))
    desk.put("courses.csv", "staff,period,courses\nAnn,2026-01,1\nBob,2026-01,2\nBob,2026-02,2\n")
    (desk.folder / "kpirules.toml").unlink()
    one = desk.run("score", "desk.kpi", "--data", "courses.csv", "--data", "tickets=all.csv")
    assert folder.stdout == one.stdout
    assert len(one.stdout.splitlines()) == 4
    given = desk.run("score", "desk.kpi", "--data", "courses.csv", "--data", "tickets=tickets")
    assert given.stdout == one.stdout


def test_errors_name_the_file_in_the_folder(desk: Desk) -> None:
    split(desk)
    desk.put("tickets/2026-02.csv", HEADER + LINES[4] + "Cem,2026-02-09,,x\nDee,2026-02-10\n")
    result = desk.run("score", "desk.kpi")
    assert (result.exit_code, result.stdout) == (1, "")
    for place in (
        'tickets/2026-02.csv, row 2, column "first_reply"',  # before it was opened
        'tickets/2026-02.csv, row 3, column "survey"',
        "tickets/2026-02.csv, row 4",
    ):
        assert f"--> {place}" in result.stderr
    assert "2026-01.csv" not in result.stderr


def test_a_second_row_names_the_file_of_the_first(desk: Desk) -> None:
    split(desk)
    desk.put("courses/2026-01 again.csv", "staff,courses\nBob,9\nBob,8\n")
    said = desk.run("score", "desk.kpi").stderr
    # Of the two files, the one whose name sorts first holds the first row.
    assert '--> courses/2026-01.csv, row 3, column "staff"' in said
    assert 'Bob already has a row for 2026-01: row 2 of "courses/2026-01 again.csv"' in said
    assert '--> courses/2026-01 again.csv, row 3, column "staff"' in said
    assert "Bob already has a row for 2026-01: row 2\n" in said
    chinese = desk.run("score", "desk.kpi", "--lang", "zh").stderr
    assert "第 2（“courses/2026-01 again.csv”） 行" in chinese


def test_rows_set_aside_name_their_files(desk: Desk) -> None:
    split(desk)
    desk.put("tickets/2026-02.csv", HEADER + LINES[4] + "Cem,2026-02-09,,x\nDee,2026-02-10\n")
    desk.put("tickets/2026-01.csv", HEADER + "".join(LINES[:4]) + "Ann,2026-01-30,,y\n")
    result = desk.run("score", "desk.kpi", "--reject", "rejects.csv")
    assert result.exit_code == 0, result.stderr
    rejected = list(csv.DictReader(io.StringIO((desk.folder / "rejects.csv").read_text("utf-8-sig"))))
    assert list(dict.fromkeys((one["file"], one["row"]) for one in rejected)) == [
        ("tickets/2026-01.csv", "6"),
        ("tickets/2026-02.csv", "2"),
        ("tickets/2026-02.csv", "3"),
        ("tickets/2026-02.csv", "4"),
    ]
    assert "4 rows set aside" in result.stderr


def test_why_names_the_file_of_a_record(desk: Desk) -> None:
    split(desk)
    desk.put("tickets/2026-01 more.csv", HEADER + "Bob,2026-01-09 09:00,2026-01-09 09:30,5\n")
    result = desk.run("why", "desk.kpi", "--staff", "Bob", "--period", "2026-01", "--format", "json")
    assert result.exit_code == 0, result.stderr
    facts = [fact for one in json.loads(result.stdout)["indicators"] for fact in one["facts"]]
    found = [fact for fact in facts if fact["kind"] == "records"]
    assert "tickets/2026-01 more.csv row 2" in json.dumps(found)
    assert "tickets/2026-01.csv row 5" in json.dumps(found)


def test_nothing_is_written_among_the_files_that_are_read(desk: Desk) -> None:
    split(desk)
    for outlet in ("courses/scores.csv", "tickets/2026-03.csv"):
        result = desk.run("score", "desk.kpi", "-o", outlet)
        assert result.exit_code == 2
        assert "the next run would read it too" in result.stderr
        assert not (desk.folder / outlet).exists()
    assert desk.run("score", "desk.kpi", "-o", "tickets/scores.csv").exit_code == 0  # no ticket by its name
