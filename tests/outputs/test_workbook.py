"""The workbook of a report: right numbers, formulas that give them again, names that are names, and no end of rows."""

from __future__ import annotations

import itertools
import subprocess
import sys
import textwrap
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pytest

from kpirules.outputs.hooks import XlsxOutput
from kpirules.outputs.workbook.page import Book, fitting, shown_as
from kpirules.outputs.workbook.summary import bounds
from kpirules.plugin import Plugins, Report, write_report
from tests.outputs.made_report import HOSTILE, made_report
from tests.outputs.spreadsheet import Sheets

PLUGINS = Plugins((), (XlsxOutput(),))


def written(folder: Path, report: Report, **settings: object) -> Path:
    path = folder / "report.xlsx"
    assert write_report(PLUGINS, report, str(path), settings=settings) == ()
    return path


def rows_of(book: Any, sheet: str, first: int = 1) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(min_row=first, values_only=True))


def test_the_scores_are_those_of_the_report(tmp_path: Path) -> None:
    report = made_report()
    book = openpyxl.load_workbook(written(tmp_path, report))
    titles, *rows = rows_of(book, "Scores", 4)
    assert len(rows) == report.table.num_rows
    published = report.table.to_pylist()
    for name, title in (("total", "total"), ("grade", "grade")):
        place = titles.index(title)
        assert [number(row[place]) for row in rows] == [one[name] for one in published]
    for one in report.indicators:
        place = titles.index(one.label or one.id)
        assert [number(row[place]) for row in rows] == [row[one.column] for row in published]
    assert [row[0] for row in rows] == [next(iter(one.values())) for one in published]


def number(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, int | float) else value


def test_every_formula_gives_what_is_stored(tmp_path: Path) -> None:
    sheets = Sheets(written(tmp_path, made_report(8)))
    formulas = sheets.formulas()
    assert formulas
    for sheet, cell in formulas:
        stored = sheets.stored(sheet, cell)
        wanted = "" if stored is None else stored if isinstance(stored, str) else pytest.approx(stored)
        assert sheets.value(sheet, cell) == wanted, (sheet, cell)


def test_data_never_becomes_a_formula_or_a_link_to_elsewhere(tmp_path: Path) -> None:
    path = written(tmp_path, made_report(16), language="zh")
    book = openpyxl.load_workbook(path)
    texts: set[object] = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                texts.add(cell.value)
                if cell.data_type == "f":
                    assert not any(name in str(cell.value) for name in HOSTILE)
                assert cell.hyperlink is None or cell.hyperlink.target is None
    assert {name for name in HOSTILE if name in texts} == {*HOSTILE} & {
        *made_report(16).table.column(0).to_pylist()
    }
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(packed.read(name))
                assert b'TargetMode="External"' not in packed.read(name)


def test_text_that_looks_like_the_writers_own_markup(tmp_path: Path) -> None:
    report = made_report(3)
    names = ["<r><t>evil</t></r>", "<r>not closed & <c></r>", "plain"]
    table = report.table.set_column(
        0, report.table.column_names[0], pa.array([names[row % 3] for row in range(report.table.num_rows)])
    )
    book = openpyxl.load_workbook(written(tmp_path, replace(report, table=table)))
    assert {row[0] for row in rows_of(book, "Scores", 5)} == {*names}


def test_sheets_have_names_that_spreadsheets_allow() -> None:
    book = Book(None, "", "en")
    wanted = ["a/b:c[d]?*\\", "A/B:C[D]?*\\", "'quoted'", "", "\n", "History", "x" * 40, "x" * 50, "👩" * 20]
    names = [book.name_for(one) for one in wanted]
    assert names[:3] == ["a_b_c_d____", "A_B_C_D____ (2)", "quoted"]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\") and name.strip("'") == name
        assert name.casefold() != "history"


def test_more_people_share_a_sheet(tmp_path: Path) -> None:
    report = made_report(12)
    apart = openpyxl.load_workbook(written(tmp_path, report)).sheetnames
    book = openpyxl.load_workbook(written(tmp_path, report, sheets=5))
    assert len(apart) > 12 and book.sheetnames[:3] == ["Summary", "Scores", "Statements"]
    begins = {row[0] for row in rows_of(book, "Statements")}
    links = [cell.hyperlink for (cell,) in book["Scores"].iter_rows(min_row=5, max_col=1)]
    assert all(links)
    for link, row in zip(links, report.table.to_pylist(), strict=True):
        cell = book["Statements"][str(link.location).rpartition("!")[2]]
        staff, period = list(row.values())[:2]
        assert cell.value == f"{staff}  {period}" and cell.value in begins


def test_statements_are_bounded_unless_they_were_chosen(tmp_path: Path) -> None:
    report = made_report(12)
    book = openpyxl.load_workbook(written(tmp_path, report, people=4))
    told = [str(cell) for row in rows_of(book, "Summary") for cell in row if cell is not None]
    assert any("have their statement in this workbook" in one for one in told)
    assert len(book.sheetnames) == len(openpyxl.load_workbook(written(tmp_path, report)).sheetnames) - 8
    chosen = replace(report, chosen=(0, 5, 7))
    names = openpyxl.load_workbook(written(tmp_path, chosen, people=1)).sheetnames
    assert len(names) == len(book.sheetnames) - 1


def test_in_both_languages(tmp_path: Path) -> None:
    report = made_report(4)
    for language, first in (("en", "Summary"), ("zh", "汇总")):
        book = openpyxl.load_workbook(written(tmp_path, report, language=language))
        assert book.sheetnames[0] == first
        texts = " ".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
        line = next(line for line in report.statement(0).lines if line.because.en)
        assert line.because.read(language) in texts  # type: ignore[arg-type]


def test_numbers_of_many_digits_become_text_and_it_is_said(tmp_path: Path) -> None:
    report = made_report(3)
    outcome = replace(report.outcomes[0], kind="amount")
    long = pa.array([Decimal("12345678901234567.89")] * report.table.num_rows, pa.decimal128(38, 2))
    place = report.table.column_names.index(outcome.column)
    table = report.table.set_column(place, outcome.column, long)
    book = openpyxl.load_workbook(
        written(tmp_path, replace(report, table=table, outcomes=(outcome, *report.outcomes[1:])))
    )
    assert "12345678901234567.89" in {cell for row in rows_of(book, "Scores", 5) for cell in row}
    notes = [str(row[0]) for row in rows_of(book, "Summary")]
    assert any("more than 15 digits" in one for one in notes)


def test_a_report_on_nobody(tmp_path: Path) -> None:
    report = made_report(3)
    nobody = replace(
        report,
        table=report.table.slice(0, 0),
        attributes=report.attributes.slice(0, 0),
        facts=report.facts.slice(0, 0),
        alerts=(),
        periods=(),
    )
    sheets = Sheets(written(tmp_path, nobody))
    assert [sheets.value(*one) for one in sheets.formulas()].count(0.0) >= len(report.grades)


def test_each_statement_is_printed_on_a_page_of_its_own(tmp_path: Path) -> None:
    report = made_report(2)
    book = openpyxl.load_workbook(written(tmp_path, report))
    person = str(report.table.column(0)[1].as_py())
    sheet = next(one for one in book if one["A1"].value == f"{person}  {report.periods[0]}")
    starts = [cell.row for (cell,) in sheet.iter_rows(max_col=1) if str(cell.value).startswith(f"{person}  ")]
    assert len(starts) == len(report.periods)
    assert [one.id for one in sheet.row_breaks.brk] == [row - 1 for row in starts[1:]]
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.scale == 50
    assert book["Scores"].print_title_rows == "$4:$4" and book["Scores"].freeze_panes == "C5"


def test_a_label_like_a_reference_is_a_title_all_the_same(tmp_path: Path) -> None:
    report = made_report(4)
    team = replace(report.attribute_columns[0], label="x!A1")
    path = written(tmp_path, replace(report, attribute_columns=(team, *report.attribute_columns[1:])))
    with zipfile.ZipFile(path) as packed:
        charts = [packed.read(name) for name in packed.namelist() if "charts/chart" in name]
    assert len(charts) == 4
    assert not any(b"<c:f>Mean" in one or b"!A1</c:f>" in one for one in charts)


def test_the_same_report_makes_the_same_file(tmp_path: Path) -> None:
    first = written(tmp_path, made_report(5)).read_bytes()
    assert written(tmp_path, made_report(5)).read_bytes() == first


@pytest.mark.parametrize(
    ("least", "most"), [("0", "100"), ("62.5", "99.15"), ("-12.3", "130"), ("80", "80"), ("99.9", "100.1")]
)
def test_bars_hold_every_total(least: str, most: str) -> None:
    bars = bounds(Decimal(least), Decimal(most))
    assert bars[0][0] <= Decimal(least) and Decimal(most) < bars[-1][1]
    assert 1 <= len(bars) <= 13
    assert all(one[1] == two[0] for one, two in itertools.pairwise(bars))
    assert len({high - low for low, high in bars}) == 1


def test_how_numbers_are_shown() -> None:
    assert shown_as("ratio", 4) == "0.00%" and shown_as("ratio", 1) == "0%"
    assert shown_as("amount", 2) == "#,##0.00" and shown_as("points", 0) == "0"
    assert fitting(["姓名姓名姓名"]) == 14  # two cells for each character


MANY = """
    import resource, sys
    from dataclasses import replace
    import pyarrow as pa
    from kpirules.outputs.hooks import XlsxOutput
    from kpirules.plugin import Plugins, write_report
    from tests.outputs.made_report import made_report

    report = made_report(50, ("2026-01",))
    times = 400
    many = replace(
        report,
        table=pa.concat_tables([report.table] * times).combine_chunks(),
        attributes=pa.concat_tables([report.attributes] * times).combine_chunks(),
        facts=pa.concat_tables([report.facts] * times).combine_chunks(),
        chosen=tuple(range(20)),
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert write_report(Plugins((), (XlsxOutput(),)), many, sys.argv[1]) == ()
    print(many.table.num_rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_twenty_thousand_rows_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MANY), str(path)],
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert run.returncode == 0, run.stderr
    rows, kilobytes = map(int, run.stdout.split())
    assert rows == 20_000
    assert kilobytes < 250_000
    assert path.stat().st_size < 20_000_000
