"""Old workbooks (.xls) say the same as new ones: what cells mean, and what their values hide."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt

from kpirules.diagnostics import Cell
from tests.adapters.reading import codes, read, rows, values


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "old.xls"


def of(
    file: Path,
    cells: list[list[Any]],
    formats: dict[tuple[int, int], str] | None = None,
    change: Callable[[Any, Any], object] = lambda book, sheet: None,
) -> Path:
    """A workbook of one sheet; formats by row and column, from 0."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("员工", cell_overwrite_ok=True)
    for row, line in enumerate(cells):
        for column, value in enumerate(line):
            look = (formats or {}).get((row, column), "General")
            if value is not None:
                sheet.write(row, column, value, xlwt.easyxf(num_format_str=look))
    change(book, sheet)
    book.save(str(file))
    return file


def test_what_cells_mean(file: Path) -> None:
    day, moment = datetime.date(2026, 1, 5), datetime.datetime(2026, 1, 5, 9, 30)
    of(
        file,
        [
            ["text", "n", "share", "yes", "day", "moment", "clock", "elapsed", "money", "mixed"],
            ["007", 5, 0.93, True, day, moment, 0.25, 1.25, 1234.5, "n/a"],
            ["韩梅梅", 0.1 + 0.2, 1, False, day, day, 1.5, 0.5, 0.1, 46027],
            [None, -3, None, None, None, None, 0, 36, None, 0.25],
        ],
        {
            **{(row, 2): "0.00%" for row in (1, 2)},
            **{(row, 4): 'yyyy"年"m"月"d"日"' for row in (1, 2)},
            **{(row, 5): "yyyy-mm-dd hh:mm" for row in (1, 2)},
            **{(row, 6): "hh:mm:ss" for row in (1, 2, 3)},
            **{(row, 7): "[h]:mm" for row in (1, 2, 3)},
            (1, 8): '"￥"#,##0.00;[Red]"￥"#,##0.00',
            (2, 8): "# ?/?",
            (2, 9): "yyyy-mm-dd",
            (3, 9): "hh:mm",
        },
    )
    found = read(file)
    hour = datetime.timedelta(hours=1)
    assert codes(found) == []
    assert found.sheet == "员工"
    assert rows(found) == [2, 3, 4]
    assert values(found) == {
        "text": ["007", "韩梅梅", None],
        "n": [5.0, 0.1 + 0.2, -3.0],
        "share": [0.93, 1.0, None],
        "yes": [True, False, None],
        "day": [day, day, None],
        "moment": [moment, datetime.datetime(2026, 1, 5), None],
        "clock": [6 * hour, 36 * hour, 0 * hour],
        "elapsed": [30 * hour, 12 * hour, 864 * hour],
        "money": [1234.5, 0.1, None],
        "mixed": ["n/a", "2026-01-05", "06:00:00"],
    }


def test_dates_from_1904(file: Path) -> None:
    def from_1904(book: Any, sheet: Any) -> None:
        book.dates_1904 = 1

    look = {(1, 0): "yyyy-mm-dd", (1, 1): "hh:mm", (2, 1): "hh:mm"}
    of(file, [["day", "clock"], [44565, 1.5], [None, 0.25]], look, from_1904)
    assert values(read(file)) == {
        "day": [datetime.date(2026, 1, 5), None],
        "clock": [datetime.timedelta(hours=36), datetime.timedelta(hours=6)],
    }


def test_error_cells_and_negative_dates(file: Path) -> None:
    def errors(book: Any, sheet: Any) -> None:
        for row, code in enumerate((0x00, 0x07, 0x0F, 0x17, 0x1D, 0x24, 0x2A), 1):
            sheet.row(row).set_cell_error(1, code)

    of(
        file,
        [["day", "n"], [-3], [4e6], *[[46027]] * 5],
        {(row, 0): "yyyy-mm-dd" for row in range(1, 8)},
        errors,
    )
    found = read(file)
    assert [(one.code, one.args["value"]) for one in found.diagnostics] == [
        ("K560", "#NULL!"),
        ("K560", "#DIV/0!"),
        ("K560", "#VALUE!"),
        ("K560", "#REF!"),
        ("K560", "#NAME?"),
        ("K560", "#NUM!"),
        ("K560", "#N/A"),
        ("K741", "-3"),
        ("K741", "4e+06"),
    ]
    assert found.diagnostics[1].place == Cell(str(file), 3, "n", "员工", "#DIV/0!")
    assert values(found)["n"] == [None] * 7
    assert values(found)["day"] == [None, None] + [datetime.date(2026, 1, 5)] * 5


def test_merged_and_hidden_cells(file: Path) -> None:
    def shape(book: Any, sheet: Any) -> None:
        sheet.merge(1, 2, 0, 0)
        sheet.row(3).hidden = True
        sheet.col(2).hidden = True

    of(file, [["team", "staff", "secret"], ["A", "Li", 1], [None, "Han", 2], ["B", "Wu", 3]], {}, shape)
    found = read(file)
    assert [(one.code, one.args.get("cells", one.args.get("which"))) for one in found.diagnostics] == [
        ("K563", "A2:A3"),
        ("K733", "4"),
        ("K733", "C"),
    ]
    found = read(file, merged="repeat", hidden="skip")
    assert values(found) == {"team": ["A", "A"], "staff": ["Li", "Han"]}


def test_formulas_that_were_never_calculated(file: Path) -> None:
    of(file, [["a", "b"], [1, xlwt.Formula("A2*2")], [2, xlwt.Formula("A3*2")]])
    found = read(file)
    assert found.table is None
    assert codes(found) == ["K561"]
    assert found.diagnostics[0].args == {"sheet": "员工", "count": 2, "cell": "B2"}
    assert values(read(file, ("a",))) == {"a": [1.0, 2.0]}


def test_a_header_of_two_rows_and_a_range(file: Path) -> None:
    def shape(book: Any, sheet: Any) -> None:
        sheet.merge(1, 2, 0, 0)
        sheet.merge(1, 1, 1, 2)

    cells: list[list[Any]] = [
        ["Report"],
        ["staff", "Calls", None],
        [None, "lost", "kept"],
        ["Li", 1, 2],
        ["Total", 1, 2],
    ]
    of(file, cells, {}, shape)
    assert codes(read(file, ("staff", "Calls"))) == ["K732"]
    found = read(file, ("staff", "Calls / kept"), None, header_rows=2, range="A2:C4")
    assert values(found) == {"staff": ["Li"], "Calls / kept": [2.0]}
    assert rows(found) == [4]


def test_sheets_by_name_and_hidden_ones(file: Path) -> None:
    def more(book: Any, sheet: Any) -> None:
        sheet.visibility = 1
        other = book.add_sheet("tickets")
        other.write(0, 0, "b")
        other.write(1, 0, 2)
        book.active_sheet = 1

    of(file, [["a"], [1]], {}, more)
    assert read(file).sheet == "tickets"
    assert codes(read(file, ("a",), None, sheet="员工")) == ["K735"]
    assert codes(read(file, None, None, sheet="ticket")) == ["K564"]


def test_the_largest_old_sheet(file: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "n")
    for row in range(1, 65_536):
        sheet.write(row, 0, row)
        if row % 5000 == 0:
            sheet.flush_row_data()
    book.save(str(file))
    found = read(file)
    assert rows(found) == list(range(2, 65_537))
    assert values(found)["n"][-1] == 65_535.0
