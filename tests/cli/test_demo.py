"""`kpirules demo`: everything that it says is there is there, and the report is of the people that were scored."""

from __future__ import annotations

import csv

from tests.cli.desk import Desk


def test_the_demo_leaves_what_it_lists(desk: Desk) -> None:
    result = desk.run("demo", "shown")
    assert result.exit_code == 0, result.stderr
    folder = desk.folder / "shown"
    listed = result.stdout.partition("The files are in shown:")[2].partition("Try next:")[0]
    names = {line.split()[0] for line in listed.strip().splitlines()}
    assert names == {one.name for one in folder.iterdir()}
    assert {"report.html", "report.xlsx", "scores.csv"} <= names
    page = (folder / "report.html").read_text("utf-8")
    with (folder / "scores.csv").open(encoding="utf-8", newline="") as file:
        people = {row["staff"] for row in csv.DictReader(file)}
    assert len(people) == 20
    assert all(one in page for one in people)
