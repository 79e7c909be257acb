"""The workbook of `needs --template`, filled in as a person would, scores what the same facts score as CSV, without a mapping."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.desk import Desk

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
EXAMPLES = sorted(folder.name for folder in (RULESETS / "examples").iterdir() if folder.is_dir())

CALLS = """\
ruleset calls "Calls"
  version "1"
  period month
  missing redistribute

data calls
  staff : staff
  day   : date
  placed by day

measure made = count of calls where day is present

indicator many "Many" weight 100
  measure made
  target >= 2 times
  pro rata to target
"""


def typed(text: str) -> Any:
    """What a spreadsheet program makes of what is typed into a cell."""
    if re.fullmatch(r"-?[0-9.]+%", text):
        return round(float(text[:-1]) / 100, 12)
    if re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text):
        return float(text) if "." in text else int(text)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]+", text):
        return datetime.fromisoformat(text)
    minutes = re.fullmatch(r"([0-9]+) min", text)
    return timedelta(minutes=int(minutes[1])) if minutes else text or None


def fill(sheet: Worksheet, table: Path) -> None:
    titles = [cell.value for cell in sheet[1]]
    with table.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            assert set(row) <= {*titles}
            for name, text in row.items():
                plain = sheet.column_dimensions[openpyxl.utils.get_column_letter(titles.index(name) + 1)]
                cell = sheet.cell(number, titles.index(name) + 1)
                cell.number_format = plain.number_format
                # A column formatted as text keeps what is typed.
                cell.value = (text or None) if plain.number_format == "@" else typed(text)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_template_comes_back_without_a_mapping(desk: Desk, name: str) -> None:
    example = RULESETS / "examples" / name
    project = (example / "kpirules.toml").read_text("utf-8")
    ruleset = str(RULESETS / f"{name}.kpi")
    project = project.replace(f'"../../{name}.kpi"', f'"{ruleset}"')
    assert f'"{ruleset}"' in project
    for table in example.glob("*.csv"):
        desk.put(table.name, table.read_text("utf-8"))
    expected = desk.run("score", ruleset, "--project", str(desk.put("plain.toml", project)))
    assert expected.exit_code == 0, expected.stderr
    assert desk.run("needs", ruleset, "--template", "facts.xlsx").exit_code == 0
    book = openpyxl.load_workbook(desk.folder / "facts.xlsx")
    tables = dict(re.findall(r'\[(?:data\.)?(\w+)\]\s*\npath = "(\w+)\.csv"', project))
    for table, file in tables.items():
        sheet = book["data" if table == "inputs" else table]
        assert isinstance(sheet, Worksheet)
        fill(sheet, desk.folder / f"{file}.csv")
    book.save(desk.folder / "facts.xlsx")
    bound = re.sub(r'path = "\w+\.csv"', 'path = "facts.xlsx"', project)
    found = desk.run("score", ruleset, "--project", str(desk.put("bound.toml", bound)))
    assert found.exit_code == 0, found.stderr
    assert found.stdout == expected.stdout
    assert len(found.stdout.splitlines()) > 2


def test_days_as_text_are_told_in_three_orders_and_never_guessed(desk: Desk) -> None:
    desk.put("calls.kpi", CALLS)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "calls"
    days = ("2026-05-06", "05/06/2026", "6.5.2026", "06-05-2026", date(2026, 5, 6))
    for row in (["staff", "day"], *(["Li", day] for day in days)):
        sheet.append(row)
    book.save(desk.folder / "calls.xlsx")
    result = desk.run("score", "calls.kpi", "--data", "calls=calls.xlsx")
    assert result.exit_code == 1
    for row, text in ((3, "05/06/2026"), (4, "6.5.2026"), (5, "06-05-2026")):
        assert f'calls.xlsx, sheet "calls", row {row}, column "day"' in result.stderr
        assert text in result.stderr
    assert result.stderr.count("error[K426]") == result.stderr.count("error[") == 3
    assert (
        "warning[K745]" in result.stderr
    )  # a program made a date of one, and may have taken the month for the day
    sheet.delete_rows(6)
    sheet.delete_rows(2)
    book.save(desk.folder / "calls.xlsx")
    desk.put("kpirules.toml", '[data.calls]\npath = "calls.xlsx"\ndate_format = "day first"\n')
    scored = desk.run("score", "calls.kpi", "--project", "kpirules.toml")
    assert scored.exit_code == 0, scored.stderr
    months = [line.split(",")[1] for line in scored.stdout.splitlines()[1:]]
    assert months == ["2026-05", "2026-06"]
