"""`kpirules report`: what is written where, for whom, and under which name."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path, PurePath

import openpyxl
import pyarrow.parquet as pq
import pytest

from kpirules.diagnostics import Span
from kpirules.facts.targets import Target, target
from kpirules.plugin import installed
from tests.cli.desk import SHOP_FACTS, Desk
from tests.outputs.spreadsheet import Sheets

SHOP = ("shop.kpi", "--data", "shop.csv", "--set", "price=20 yuan")


def test_a_workbook_with_a_sheet_for_each_person(desk: Desk) -> None:
    result = desk.run("report", *SHOP, "-o", "r.xlsx")
    assert result.exit_code == 0, result.output
    assert "4 rows reported in r.xlsx" in result.stderr
    book = openpyxl.load_workbook(desk.folder / "r.xlsx")
    assert book.sheetnames == [
        "Summary",
        "Scores",
        "Ann",
        "Bob",
        "Cem",
        "Parameters",
        "Indicators",
        "Facts",
        "Sources",
    ]
    scores = [[cell.value for cell in row] for row in book["Scores"].iter_rows(min_row=4)]
    assert scores[0][:8] == [
        "staff member",
        "period",
        "Team",
        "on_probation",
        "total",
        "grade",
        "Speed",
        "Quality",
    ]
    assert [row[:8] for row in scores[1:]] == [
        ["Ann", "2026-01", "north", "no", 90, "good", 30, 60],
        ["Bob", "2026-01", "north", "no", 53.33, "poor", 40, 13.33],
        ["Cem", "2026-01", "south", "no", None, None, None, None],
        ["Ann", "2026-02", "north", "no", 70, "poor", 40, 30],
    ]


def test_facts_and_sources(desk: Desk) -> None:
    assert desk.run("report", *SHOP, "-o", "r.xlsx").exit_code == 0
    book = openpyxl.load_workbook(desk.folder / "r.xlsx")
    titles, first, *_ = book["Facts"].iter_rows(min_row=3, values_only=True)
    assert titles[:3] == ("staff member", "period", "Late replies") and titles[-1] == "Earned"
    assert first[:3] == ("Ann", "2026-01", 3) and first[-1] == 200
    source = next(book["Sources"].iter_rows(min_row=4, values_only=True))
    assert source[0] == "inputs" and str(source[1]).endswith("shop.csv") and source[3] == "csv"
    assert source[5:8] == (5, 5, 0)


def test_formulas_give_what_is_published(desk: Desk) -> None:
    assert desk.run("report", *SHOP, "-o", "r.xlsx").exit_code == 0
    sheets = Sheets(desk.folder / "r.xlsx")
    formulas = sheets.formulas()
    assert len(formulas) > 20
    for sheet, cell in formulas:
        stored = sheets.stored(sheet, cell)
        wanted = "" if stored is None else stored if isinstance(stored, str) else pytest.approx(stored)
        assert sheets.value(sheet, cell) == wanted, (sheet, cell)
    texts = [sheets.value(*one) for one in formulas]
    assert "agrees with the published total" in texts
    assert not [text for text in texts if isinstance(text, str) and "differs" in text]


def test_a_changed_total_is_told(desk: Desk) -> None:
    assert desk.run("report", *SHOP, "-o", "r.xlsx").exit_code == 0
    path = desk.folder / "r.xlsx"
    book = openpyxl.load_workbook(path)
    book["Scores"]["E5"] = 95  # Ann's total, which was 90
    book.save(path)
    sheets = Sheets(path)
    told = [cell for cell in ("L5", "M5", "N5", "O5", "P5") if sheets.value("Scores", cell) == "differs"]
    assert len(told) == 1


def test_an_extract_holds_nobody_else(desk: Desk) -> None:
    result = desk.run("report", *SHOP, "--staff", "Bob", "-o", "bob.xlsx")
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(desk.folder / "bob.xlsx")
    assert "Bob" in book.sheetnames and "Ann" not in book.sheetnames
    texts = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not any("Ann" in text or "Cem" in text for text in texts)
    assert any("this is an extract: 1 of 4 rows" in text for text in texts)
    wrong = desk.run("report", *SHOP, "--staff", "Bop", "-o", "bop.xlsx")
    assert wrong.exit_code == 1 and 'there are no scores of "Bop"; did you mean "Bob"?' in wrong.stderr
    assert not (desk.folder / "bop.xlsx").exists()


def test_several_outputs_and_an_output_of_tables(desk: Desk) -> None:
    result = desk.run("report", *SHOP, "-o", "r.xlsx", "-o", "scores.parquet")
    assert result.exit_code == 0, result.output
    table = pq.read_table(desk.folder / "scores.parquet")
    assert table.column_names[:2] == ["staff", "period"] and table.num_rows == 4
    twice = desk.run("report", *SHOP, "-o", "r.xlsx", "-o", "r.xlsx")
    assert twice.exit_code == 2 and "r.xlsx is given for two outputs" in twice.stderr


def run_of(path: Path) -> str:
    rows = openpyxl.load_workbook(path)["Summary"].iter_rows(values_only=True)
    return str(next(row[1] for row in rows if row[0] == "run"))


def test_the_run_is_named_by_what_it_is_made_of(desk: Desk) -> None:
    names = []
    for number, more in enumerate(([], [], ["--set", "allowance=2 times"], ["--run", "2026 / final"])):
        assert desk.run("report", *SHOP, *more, "-o", f"{number}.xlsx").exit_code == 0
        names.append(run_of(desk.folder / f"{number}.xlsx"))
    assert names[0] == names[1] != names[2]
    assert len(names[0]) == 12 and names[3] == "2026 / final"


def test_in_chinese(desk: Desk) -> None:
    result = desk.run("report", *SHOP, "-o", "r.xlsx", "--lang", "zh")
    assert result.exit_code == 0 and "已将 4 行写入报告 r.xlsx" in result.stderr
    book = openpyxl.load_workbook(desk.folder / "r.xlsx")
    assert book.sheetnames[:3] == ["汇总", "得分", "Ann"]


def test_where_to_write_must_be_said(desk: Desk) -> None:
    result = desk.run("report", *SHOP)
    assert result.exit_code == 2 and "declare an [output.NAME] in the project file" in result.stderr


PROJECT = """\
[parameters]
price = "20 yuan"

[inputs]
path = "shop.csv"

[output.hr]
path = "{policy}-{period}.xlsx"
language = "zh"

[output.lines]
path = "scores-{run}.out"
output = "jsonl"
"""


def test_outputs_of_the_project(desk: Desk) -> None:
    desk.put("kpirules.toml", PROJECT)
    result = desk.run("report", "shop.kpi", "--run", "final/1")
    assert result.exit_code == 0, result.output
    assert "4 rows reported in shop-2026-01..2026-02.xlsx" in result.stderr
    book = openpyxl.load_workbook(desk.folder / "shop-2026-01..2026-02.xlsx")
    assert book.sheetnames[0] == "汇总"
    lines = (desk.folder / "scores-final_1.out").read_text().splitlines()
    assert len(lines) == 4 and '"staff": "Ann"' in lines[0]


def test_one_output_of_the_project_by_name(desk: Desk) -> None:
    desk.put("kpirules.toml", PROJECT)
    for command in ("report", "score"):
        result = desk.run(command, "shop.kpi", "-o", "lines", "--periods", "2026-01")
        assert result.exit_code == 0, result.output
    names = sorted(path.name for path in desk.folder.glob("*.out"))
    assert len(names) == 1 and len((desk.folder / names[0]).read_text().splitlines()) == 3
    wrong = desk.run("score", "shop.kpi", "-o", "linse")
    assert wrong.exit_code == 2 and 'Did you mean "lines"?' in wrong.stderr


def test_paths_of_a_project_lie_beside_it(desk: Desk) -> None:
    (desk.folder / "sub").mkdir()
    desk.put("sub/kpirules.toml", PROJECT.replace("shop.csv", "../shop.csv"))
    result = desk.run("report", "shop.kpi", "--project", "sub/kpirules.toml", "-o", "lines", "--run", "r1")
    assert result.exit_code == 0, result.output
    assert (desk.folder / "sub" / "scores-r1.out").exists()


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("a.xlsx", "project/a.xlsx"),
        ("/tmp/a.xlsx", "/tmp/a.xlsx"),
        ("postgresql://h/db", "postgresql://h/db"),
        ("sqlite:a.db", "sqlite:a.db"),
    ],
)
def test_where_a_file_of_an_output_lies(path: str, file: str) -> None:
    made = target("x", path, PurePath("project"), None, {}, Span("kpirules.toml", 1, 1, 1, 1))
    assert isinstance(made, Target) and (made.path, made.file) == (path, file)


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ('[output.hr]\noutput = "xlsx"\n', "K760"),
        ('[output.hr]\npath = "{quarter}.xlsx"\n', "K761"),
        ("[output.hr]\npath = 5\n", "K503"),
        ('[output.hr]\npath = "a.xlsx"\nshets = 5\n', "K526"),
        ('[output.hr]\npath = "a.nothing"\n', "K525"),
        ('[output.hr]\npath = "shop.csv"\n', "would be overwritten"),
    ],
)
def test_what_can_be_wrong_with_an_output(desk: Desk, section: str, code: str) -> None:
    desk.put("kpirules.toml", '[parameters]\nprice = "20 yuan"\n[inputs]\npath = "shop.csv"\n' + section)
    result = desk.run("report", "shop.kpi")
    assert result.exit_code in (1, 2) and code in result.stderr, result.stderr
    assert not list(desk.folder.glob("*.xlsx"))


def test_where_one_output_fails_the_others_are_written(desk: Desk) -> None:
    result = desk.run("report", *SHOP, "-o", "nowhere/r.xlsx", "-o", "scores.csv")
    assert result.exit_code == 2 and "nowhere" in result.stderr
    assert (desk.folder / "scores.csv").exists()


@pytest.mark.skipif(
    all(one.name != "sql" for one in installed().outputs), reason="the plugin kpirules-sql is not installed"
)
def test_a_database_may_be_read_and_written(desk: Desk) -> None:
    columns = "staff, period, department, on_probation, late, good, all_, sold"
    with contextlib.closing(sqlite3.connect(desk.folder / "shop.db")) as base:
        base.execute(f"CREATE TABLE inputs ({columns})")
        rows = [line.split(",") for line in SHOP_FACTS.splitlines()[1:]]
        base.executemany(
            "INSERT INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [[x or None for x in row] for row in rows]
        )
        base.commit()
    desk.put(
        "kpirules.toml",
        '[parameters]\nprice = "20 yuan"\n[inputs]\npath = "shop.db"\ntable = "inputs"\n'
        '[inputs.columns]\nall = "all_"\n[output.base]\npath = "shop.db"\n',
    )
    for _ in range(2):  # the same run again takes the place of the first
        result = desk.run("report", "shop.kpi")
        assert result.exit_code == 0, result.output
    with contextlib.closing(sqlite3.connect(desk.folder / "shop.db")) as base:
        assert base.execute("SELECT count(*) FROM inputs").fetchone() == (5,)
        assert base.execute("SELECT count(*) FROM scores").fetchone() == (4,)
