"""`kpirules score`: from files to scores, on good and on bad input."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.cli.desk import SHOP_FACTS, Desk

EXPECTED = """\
staff,period,speed,quality,total,grade,base,bonus,prize
Ann,2026-01,30.00,60.00,90.00,good,150.00,135.00,false
Bob,2026-01,40.00,13.33,53.33,poor,150.00,80.00,false
Cem,2026-01,,,,,20.00,,
Ann,2026-02,40.00,30.00,70.00,poor,0.00,0.00,false
"""


def test_scores_go_to_standard_output_as_csv_and_the_summary_beside(desk: Desk) -> None:
    result = desk.score()
    assert (result.exit_code, result.stdout) == (0, EXPECTED)
    assert result.stderr == "4 rows scored: good 1, poor 2, none 1; this policy is not for 1 row\n"
    chinese = desk.score("--lang", "zh")
    assert chinese.stdout == EXPECTED
    assert chinese.stderr == "已计分 4 行：良好 1，差 2，无等级 1；1 行不适用本制度\n"


def test_the_reference_gives_the_same(desk: Desk) -> None:
    assert desk.score("--engine", "reference").stdout == EXPECTED
    assert desk.score("--threads", "2").stdout == EXPECTED


@pytest.mark.parametrize("name", ["out.csv", "out.tsv", "out.json", "out.parquet", "out.xlsx"])
def test_the_ending_chooses_the_format(desk: Desk, name: str) -> None:
    result = desk.score("-o", name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith(f"4 rows written to {name}\n")
    expected = list(csv.DictReader(io.StringIO(EXPECTED)))
    totals = [Decimal(one["total"]) if one["total"] else None for one in expected]
    path = desk.folder / name
    match path.suffix:
        case ".csv" | ".tsv":
            dialect = "excel-tab" if path.suffix == ".tsv" else "excel"
            with path.open(encoding="utf-8-sig", newline="") as file:
                assert list(csv.DictReader(file, dialect=dialect)) == expected
        case ".json":
            found = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
            assert list(found[0]) == list(expected[0])
            assert [one["total"] for one in found] == totals
        case ".parquet":
            table = pq.read_table(path)
            assert table.column_names == list(expected[0])
            assert table["total"].to_pylist() == totals
            assert table["prize"].to_pylist() == [False, False, None, False]
        case _:
            rows = list(openpyxl.load_workbook(path).active.values)
            assert list(rows[0]) == list(expected[0])
            assert [None if row[4] is None else round(Decimal(row[4]), 2) for row in rows[1:]] == totals


@pytest.mark.parametrize("name", ["out.foo", "out", "nowhere/out.csv"])
def test_an_output_that_cannot_be_is_wrong_usage(desk: Desk, name: str) -> None:
    result = desk.score("-o", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error[K525]" in result.stderr or "error[K580]" in result.stderr
    assert sorted(one.name for one in desk.folder.iterdir()) == [
        "desk.kpi",
        "shop.csv",
        "shop.kpi",
        "tickets.csv",
    ]


@pytest.mark.parametrize("option", ["-o", "--reject"])
@pytest.mark.parametrize("name", ["shop.csv", "./shop.csv", "shop.kpi"])
def test_what_is_read_is_never_overwritten(desk: Desk, option: str, name: str) -> None:
    result = desk.score(option, name)
    assert result.exit_code == 2
    assert "would be overwritten" in result.stderr
    assert desk.read("shop.csv") == SHOP_FACTS


def test_one_file_is_not_two_outputs(desk: Desk) -> None:
    result = desk.score("-o", "one.csv", "--reject", "one.csv")
    assert result.exit_code == 2
    assert "two outputs" in result.stderr


# Parameters


def test_all_parameters_without_a_value_are_named_at_once(desk: Desk) -> None:
    text = desk.read("shop.kpi").replace(": count = 1 time", ": count")
    desk.put("shop.kpi", text)
    result = desk.run("score", "shop.kpi", "--data", "shop.csv")
    assert result.exit_code == 1
    assert "error[K235]: these parameters have no value yet: price, allowance" in result.stderr
    assert "--set price=... --set allowance=..." in result.stderr


def test_parameters_are_written_as_in_a_policy(desk: Desk) -> None:
    def bonus(*settings: str) -> str:
        words = [word for one in settings for word in ("--set", one)]
        result = desk.run("score", "shop.kpi", "--data", "shop.csv", *words)
        assert result.exit_code == 0, result.stderr
        return next(csv.DictReader(io.StringIO(result.stdout)))["bonus"]

    assert bonus("price=20") == bonus("price = 20 yuan") == bonus("price=20 元") == "135.00"
    assert bonus("price=1,000.5") == "6753.38"
    assert bonus("price=-10") == "-67.50"
    assert bonus("price=20", "allowance=3 times") == "150.00"


def test_wrong_settings_are_all_named_and_not_blamed_on_a_line_of_the_policy(desk: Desk) -> None:
    result = desk.run(
        "score", "shop.kpi", "--data", "shop.csv", "--set", "prise=20", "--set", "allowance=5 min"
    )
    assert result.exit_code == 1
    assert 'the ruleset has no parameter "prise"' in result.stderr
    assert 'did you mean "price"?' in result.stderr
    assert (
        'the parameter "allowance" does not fit: the value must be a count, and this is a duration'
        in result.stderr
    )
    assert "-->" not in result.stderr


def test_a_setting_of_the_project_file_is_blamed_on_its_line(desk: Desk) -> None:
    desk.put("kpirules.toml", '[parameters]\nprice = "3 days"\n')
    result = desk.run("score", "shop.kpi", "--data", "shop.csv")
    assert result.exit_code == 1
    assert "--> kpirules.toml:2:1" in result.stderr
    assert 'price = "3 days"' in result.stderr
    assert desk.score().stdout == EXPECTED  # the command line goes before the project


def test_a_setting_given_twice_is_said(desk: Desk) -> None:
    result = desk.score("--set", "price=20")
    assert result.stdout == EXPECTED
    assert "price is set twice" in result.stderr


# Periods


@pytest.mark.parametrize(
    ("periods", "rows"),
    [
        ("2026-01", 3),
        ("2026-02", 1),
        ("2026-01..2026-02", 4),
        ("2026年1月至2026年2月", 4),
        ("2026", 4),
        ("2026-Q1", 4),
        ("2025-12..2026-01", 3),
    ],
)
def test_periods_choose_rows(desk: Desk, periods: str, rows: int) -> None:
    result = desk.score("--periods", periods)
    assert (result.exit_code, len(result.stdout.splitlines()) - 1) == (0, rows)


def test_periods_without_data_are_said(desk: Desk) -> None:
    result = desk.score("--periods", "2025")
    assert (result.exit_code, result.stdout) == (0, EXPECTED.splitlines()[0] + "\n")
    assert "the data has no row in 2025" in result.stderr


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        ("soon", "is not a period"),
        ("2026-02..2026-01", "is not a period"),
        ("2026-01..2026-Q1", "is not a period"),
        ("", "is not a period"),
        ("2026-01-05", "holds no whole month, and this policy scores by month (2026-01)"),
        ("2026-W03", "holds no whole month"),
    ],
)
def test_wrong_periods_are_wrong_usage(desk: Desk, periods: str, said: str) -> None:
    result = desk.score("--periods", periods)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


# Data


def test_data_that_is_not_given_or_cannot_be_read(desk: Desk) -> None:
    result = desk.run("score", "shop.kpi", "--set", "price=1")
    assert result.exit_code == 1
    assert "error[K403]: nothing is given for inputs" in result.stderr and "--data FILE" in result.stderr
    desk.put("empty/note.txt", "no table")
    for name, code, status in (("none.csv", "K530", 2), ("shop.kpi", "K525", 2), ("empty", "K598", 1)):
        result = desk.run("score", "shop.kpi", "--set", "price=1", "--data", name)
        assert (result.exit_code, f"error[{code}]" in result.stderr) == (status, True)
    result = desk.run("score", "shop.kpi", "--set", "price=1", "--data", "-")
    assert result.exit_code == 2
    assert "data is not read from standard input" in result.stderr
    assert desk.run("score", "nowhere.kpi", "--data", "shop.csv").exit_code == 2
    assert desk.score("--project", "nowhere.toml").exit_code == 2


def test_a_table_is_given_once(desk: Desk) -> None:
    result = desk.score("--data", "tickets.csv")
    assert result.exit_code == 2
    assert '"inputs" is given twice; write NAME=FILE' in result.stderr


def test_a_file_whose_name_has_an_equals_sign_is_a_file(desk: Desk) -> None:
    desk.put("a=b.csv", SHOP_FACTS)
    result = desk.run("score", "shop.kpi", "--set", "price=20", "--data", "a=b.csv")
    assert result.stdout == EXPECTED


def test_columns_missing_and_meant(desk: Desk) -> None:
    desk.put("shop.csv", SHOP_FACTS.replace("late,good", "lates,Good"))
    result = desk.score()
    assert result.exit_code == 1
    assert (
        '"late" (did you mean the column "lates"?), "good" (did you mean the column "Good"?)' in result.stderr
    )
    assert "[inputs.columns] late" in result.stderr
    chinese = desk.score("--lang", "zh")
    assert "缺少列" in chinese.stderr and "是不是“lates”列" in chinese.stderr


def test_columns_that_nothing_uses_are_a_note(desk: Desk) -> None:
    lines = SHOP_FACTS.splitlines()
    desk.put("shop.csv", "\n".join([f"{lines[0]},remark", *(f"{line},x" for line in lines[1:])]))
    result = desk.score()
    assert (result.exit_code, result.stdout) == (0, EXPECTED)
    assert 'info[K402]: not used by the policy: column "remark"' in result.stderr


def test_staff_attributes_may_come_from_their_own_table(desk: Desk) -> None:
    rows = list(csv.reader(io.StringIO(SHOP_FACTS)))
    desk.put("facts.csv", "\n".join(",".join(row[:2] + row[4:]) for row in rows))
    desk.put(
        "staff.csv", "staff,department,on_probation\nAnn,north,\nBob,north,no\nCem,south,no\nDee,south,yes\n"
    )
    words = ["score", "shop.kpi", "--data", "facts.csv", "--data", "staff=staff.csv", "--set", "price=20"]
    assert desk.run(*words).stdout == EXPECTED
    desk.put("staff.csv", "staff,department,on_probation\nAnn,north,no\nBob,north,no\nCem,south,no\n")
    result = desk.run(*words)
    assert result.exit_code == 1
    assert "Dee is not among the staff in staff.csv" in result.stderr


def test_a_policy_with_records_scores_without_its_inputs(desk: Desk) -> None:
    desk.put("tickets.csv", "\n".join(desk.read("tickets.csv").splitlines()[:-1]))
    result = desk.run("score", "desk.kpi", "--data", "tickets=tickets.csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "Ann,2026-01,25.00,26.25,,64.06,",
        "Bob,2026-01,50.00,30.00,,100.00,",
    ]
    assert "warning[K408]" in result.stderr and "missing for everybody: courses" in result.stderr
    desk.put("inputs.csv", "staff,period,courses\nBob,2026-01,1\n")
    result = desk.run(
        "score", "desk.kpi", "--data", "tickets=tickets.csv", "--data", "inputs.csv", "--reject", "r.csv"
    )
    assert "K408" not in result.stderr


def test_records_without_an_optional_column(desk: Desk) -> None:
    rows = list(csv.reader(io.StringIO(desk.read("tickets.csv"))))
    desk.put("tickets.csv", "\n".join(",".join(row[:2]) for row in rows))
    result = desk.run("score", "desk.kpi", "--data", "tickets=tickets.csv")
    assert result.exit_code == 0
    assert 'info[K409]: tickets has no column "first_reply", "survey": blank in every record' in result.stderr
    assert result.stdout.splitlines()[1] == "Ann,2026-01,,,,,"


def test_records_that_are_not_given_are_an_error(desk: Desk) -> None:
    desk.put("inputs.csv", "staff,period,courses\nBob,2026-01,1\n")
    result = desk.run("score", "desk.kpi", "--data", "inputs.csv")
    assert result.exit_code == 1
    assert "--data tickets=FILE" in result.stderr and "[data.tickets]" in result.stderr


# Cells


BAD = (
    SHOP_FACTS
    + """\
Eve,2026-01,north,no,two,1,1,1
Fay,2026-Q1,north,no,1,1,1,1
Ann,2026-01,north,no,1,1,1,1
,2026-01,north,no,1,1,1,1
Gus,2026-01,north,no,-1,1.5,1,1
Hal,2026-01,north,no,?,1,2,1
"""
)
PROBLEMS = [
    ("7", "late", "two", "K420"),
    ("8", "period", "2026-Q1", "K413"),
    ("9", "staff", "Ann", "K414"),
    ("10", "staff", "", "K410"),
    ("11", "late", "-1", "K422"),
    ("11", "good", "1.5", "K421"),
    ("12", "late", "?", "K420"),
]


def test_every_bad_cell_is_named_with_its_place(desk: Desk) -> None:
    desk.put("shop.csv", BAD)
    result = desk.score()
    assert (result.exit_code, result.stdout) == (1, "")
    for row, column, value, code in PROBLEMS:
        assert f'--> shop.csv, row {row}, column "{column}"' in result.stderr
        assert f"error[{code}]" in result.stderr and value in result.stderr
    assert result.stderr.count("error[") == len(PROBLEMS)
    chinese = desk.score("--lang", "zh").stderr
    assert chinese.count("错误[") == len(PROBLEMS) and '行 7, 列 "late"' in chinese


def test_bad_rows_are_set_aside_and_counted_and_none_is_lost(desk: Desk) -> None:
    desk.put("shop.csv", BAD)
    result = desk.score("--reject", "rejects.csv", "-o", "scores.csv")
    assert result.exit_code == 0
    assert "6 of 11 rows of inputs were set aside" in result.stderr
    assert "6 rows set aside into rejects.csv" in result.stderr
    scored = list(csv.DictReader(io.StringIO(desk.read("scores.csv").removeprefix("\ufeff"))))
    assert [(one["staff"], one["period"]) for one in scored] == [
        ("Ann", "2026-01"), ("Bob", "2026-01"), ("Cem", "2026-01"), ("Ann", "2026-02"),
    ]  # fmt: skip
    rejects = list(csv.DictReader(io.StringIO(desk.read("rejects.csv").removeprefix("\ufeff"))))
    assert [(one["row"], one["column"], one["value"], one["code"]) for one in rejects] == PROBLEMS
    assert all(one["reason"] and one["table"] == "inputs" and one["file"] == "shop.csv" for one in rejects)


def test_markers_of_missing_values_are_declared(desk: Desk) -> None:
    desk.put("shop.csv", SHOP_FACTS + "Hal,2026-01,west,no,?,1,2,-\n")
    assert desk.score().stderr.count("error[K420]") == 2
    result = desk.score("--missing", "?", "--missing", "-")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "Hal,2026-01,,0.00,0.00,poor,0.00,0.00,false"


def test_rows_set_aside_can_go_to_a_workbook(desk: Desk) -> None:
    desk.put("shop.csv", BAD)
    assert desk.score("--reject", "rejects.xlsx").exit_code == 0
    rows = list(openpyxl.load_workbook(desk.folder / "rejects.xlsx").active.values)
    assert len(rows) == 1 + len(PROBLEMS)


def test_without_problems_the_reject_file_is_empty(desk: Desk) -> None:
    result = desk.score("--reject", "rejects.csv")
    assert (result.exit_code, result.stdout) == (0, EXPECTED)
    assert "0 rows set aside into rejects.csv" in result.stderr
    assert len(desk.read("rejects.csv").splitlines()) == 1


def test_a_project_file_binds_the_tables(desk: Desk) -> None:
    rows = SHOP_FACTS.replace("staff,period", "Name;Month").replace(",", ";").replace("late", "Late replies")
    desk.put("data/facts.csv", rows)
    desk.put(
        "kpirules.toml",
        """\
[parameters]
price = 20
[inputs]
path = "data/facts.csv"
[inputs.columns]
staff = "Name"
period = "Month"
late = "Late replies"
""",
    )
    result = desk.run("score", "shop.kpi")
    assert (result.exit_code, result.stdout) == (0, EXPECTED), result.stderr
    desk.put("kpirules.toml", '[project]\nrulset = "x.kpi"\n')
    result = desk.run("score", "shop.kpi")
    assert result.exit_code == 1
    assert "kpirules.toml:2:1" in result.stderr and 'did you mean "ruleset"?' in result.stderr
