"""Workbooks: what cells mean, and what the value reader would keep quiet about."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet as Sheet

from kpirules.diagnostics import Cell
from kpirules.plugin import SourceTable, describe
from tests.adapters.reading import ADAPTERS, codes, read, rows, values


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def of(
    file: Path, cells: list[list[object]], formats: dict[str, str] | None = None, **settings: object
) -> SourceTable:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in cells:
        sheet.append(row)
    for place, look in (formats or {}).items():
        sheet[place].number_format = look
    book.save(file)
    return read(file, None, None, **settings)


def changed(
    file: Path, change: Callable[[bytes], bytes], part: str = "xl/worksheets/sheet1.xml"
) -> SourceTable:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    before, parts[part] = parts[part], change(parts[part])
    assert parts[part] != before
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return read(file)


def test_numbers_percents_and_booleans(file: Path) -> None:
    found = of(file, [["n", "p", "b"], [5, 0.93, True], [0.1, 1, False]], {"B2": "0%", "B3": "0.00%"})
    assert values(found) == {"n": [5.0, 0.1], "p": [0.93, 1.0], "b": [True, False]}
    assert rows(found) == [2, 3]
    assert codes(found) == []


def test_dates_and_times(file: Path) -> None:
    day, moment = datetime.date(2026, 1, 5), datetime.datetime(2026, 1, 5, 9, 30)
    found = of(
        file,
        [
            ["day", "both", "clock", "long", "mixed"],
            [day, day, datetime.time(9, 12, 58), datetime.timedelta(hours=30), moment],
            [day, moment, datetime.time(0, 2, 23), 0.5, "n/a"],
            [None, None, 1.5, None, datetime.time(0, 2, 23)],
            [None, None, None, None, day],
        ],
        {"D2": "[h]:mm:ss", "D3": "[h]:mm:ss", "C4": "hh:mm:ss"},
    )
    assert found.table is not None
    assert found.table.schema.types == [
        pa.date32(),
        pa.timestamp("us"),
        pa.duration("us"),
        pa.duration("us"),
        pa.string(),
    ]
    delta = datetime.timedelta
    assert values(found) == {
        "day": [day, day, None, None],
        "both": [datetime.datetime(2026, 1, 5), moment, None, None],
        "clock": [
            delta(hours=9, minutes=12, seconds=58),
            delta(minutes=2, seconds=23),
            delta(hours=36),
            None,
        ],
        "long": [delta(hours=30), delta(hours=12), None, None],
        "mixed": ["2026-01-05 09:30:00", "n/a", "00:02:23", "2026-01-05"],
    }


def test_mixed_columns_are_text_in_the_plain_spelling(file: Path) -> None:
    found = of(file, [["a"], ["x"], [5], [0.93], [True], [1e22]])
    assert values(found) == {"a": ["x", "5", "0.93", "true", "1" + "0" * 22]}


def test_the_table_may_stand_anywhere(file: Path) -> None:
    found = of(file, [[], [None, None, " staff ", "late"], [], [None, None, "Li", 1], [None, None, "Han", 2]])
    assert values(found) == {"staff": ["Li", "Han"], "late": [1.0, 2.0]}
    assert rows(found) == [4, 5]


def test_the_header_row_by_setting(file: Path) -> None:
    cells: list[list[object]] = [["Report of May", None], ["staff", "late"], ["Li", 1]]
    found = of(file, cells, header_row=2)
    assert values(found) == {"staff": ["Li"], "late": [1.0]}
    assert codes(of(file, cells, header_row=9)) == ["K547"]


def test_names_that_are_numbers_twice_or_blank(file: Path) -> None:
    found = of(file, [[2026, "a", "a", None, None], [1, 2, 3, 4, None]])
    assert values(found) == {"2026": [1.0], "a": [2.0]}
    assert codes(found) == ["K545", "K546"]
    assert found.diagnostics[1].args["positions"] == "D"


def test_error_cells_are_named_with_sheet_row_column_and_value(file: Path) -> None:
    found = of(file, [["staff", "late", "x"], ["Li", "#DIV/0!", 1], ["Han", 2, "#N/A"]])
    assert values(found) == {"staff": ["Li", "Han"], "late": [None, 2.0], "x": [1.0, None]}
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K560", Cell(str(file), 2, "late", "Sheet", "#DIV/0!")),
        ("K560", Cell(str(file), 3, "x", "Sheet", "#N/A")),
    ]
    assert codes(read(file, columns=("staff",))) == []


def test_error_cells_beyond_the_first_piece(file: Path) -> None:
    cells: list[list[object]] = [["staff", "late"], *([f"S{row}", row] for row in range(2, 30_002))]
    for row in (7, 15_000, 30_001):
        cells[row - 1][1] = "#REF!"
    found = of(file, cells)
    assert [one.place.row for one in found.diagnostics if isinstance(one.place, Cell)] == [7, 15_000, 30_001]


def test_formulas_without_results_are_refused(file: Path) -> None:
    found = of(file, [["a", "b"], [1, "=A2*2"], [2, "=A3*2"]])
    assert found.table is None
    assert codes(found) == ["K561"]
    assert found.diagnostics[0].args == {"sheet": "Sheet", "count": 2, "cell": "B2"}
    assert values(read(file, columns=("a",))) == {"a": [1.0, 2.0]}


def test_formulas_with_results_are_read_and_doubted_where_the_workbook_does(file: Path) -> None:
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_number(1, 0, 2)
        sheet.write_formula(1, 1, "=A2*2", None, 4)
        sheet.write_formula(1, 2, '=""', None, "")
    # The writer does not say, as spreadsheet programs do, that an empty result is a text.
    found = changed(file, lambda xml: xml.replace(b'<c r="C2">', b'<c r="C2" t="str">'))
    assert values(found) == {"a": [2.0], "b": [4.0], "c": [None]}
    assert codes(found) == ["K562"]
    sound = changed(file, lambda xml: xml.replace(b' fullCalcOnLoad="1"', b""), "xl/workbook.xml")
    assert values(sound) == {"a": [2.0], "b": [4.0], "c": [None]}
    assert codes(sound) == []


def test_merged_cells_below_the_header_are_doubted(file: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Sheet)
    for row in (["team", "staff"], ["A", "Li"], [None, "Han"], ["B", "Wu"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(file)
    found = read(file)
    assert values(found)["team"] == ["A", None, "B"]
    assert [(one.code, one.args["cells"]) for one in found.diagnostics] == [("K563", "A2:A3")]
    assert codes(read(file, columns=("staff",))) == []


def sheets(file: Path, *names: str, hidden: tuple[str, ...] = ()) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in names:
        sheet = book.create_sheet(name)
        sheet.append(["a"])
        sheet.append([name])
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(file)


@pytest.mark.parametrize(
    ("names", "hidden", "wanted", "got"),
    [
        (("one", "two"), (), None, "one"),
        (("one", "Data"), (), None, "Data"),
        (("one", "数据"), (), None, "数据"),
        (("one", "two"), ("one",), None, "two"),
        (("one", "二 2"), (), "二 2", "二 2"),
    ],
)
def test_which_sheet(
    file: Path, names: tuple[str, ...], hidden: tuple[str, ...], wanted: str | None, got: str
) -> None:
    sheets(file, *names, hidden=hidden)
    found = read(file, sheet=wanted)
    assert found.sheet == got
    assert values(found) == {"a": [got]}


def test_no_such_sheet(file: Path) -> None:
    sheets(file, "facts", "other")
    found = read(file, sheet="fact")
    assert codes(found) == ["K564"]
    assert found.diagnostics[0].suggestion == "facts"
    assert "facts, other" in found.diagnostics[0].help()


def test_every_sheet_is_described_the_default_first(file: Path) -> None:
    sheets(file, "one", "data")
    found = describe(ADAPTERS, str(file))
    assert [(sheet.name, sheet.columns, sheet.rows) for sheet in found.sheets] == [
        ("data", ("a",), 1),
        ("one", ("a",), 1),
    ]


def test_blank_sheets(file: Path) -> None:
    assert codes(of(file, [])) == ["K567"]


def test_not_a_workbook(file: Path) -> None:
    file.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    found = read(file)
    assert codes(found) == ["K739"]
    assert "old .xls" in found.diagnostics[0].message()
    file.write_bytes(b"a,b\n1,2\n")
    found = read(file)
    assert codes(found) == ["K739"]
    assert 'adapter = "csv"' in found.diagnostics[0].help()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("hello.txt", "x")
    assert codes(read(file)) == ["K536"]


def test_cut_off(file: Path) -> None:
    of(file, [["a", "b"], [1, 2]])
    data = file.read_bytes()
    for end in (4, len(data) // 3, len(data) - 10):
        file.write_bytes(data[:end])
        found = read(file)
        assert found.table is None
        assert codes(found) == ["K535"]


def test_missing_parts(file: Path) -> None:
    of(file, [["a"], [1]])
    found = changed(file, lambda xml: xml.replace(b"sheet1.xml", b"sheet9.xml"), "xl/_rels/workbook.xml.rels")
    assert found.table is None
    assert codes(found) == ["K535"]


def test_a_bomb_is_refused_before_it_unpacks(file: Path) -> None:
    of(file, [["a"], [1]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/zeros.bin", b"\0" * (3 << 20))
    found = read(file, max_megabytes=2)
    assert found.table is None
    assert codes(found) == ["K537"]
    assert "max_megabytes" in found.diagnostics[0].help()


def test_a_stray_cell_far_away_is_refused(file: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Sheet)
    sheet["A1"], sheet["XFD1048576"] = "a", 1
    book.save(file)
    found = read(file)
    assert found.table is None
    assert codes(found) == ["K566"]
    single = changed(file, lambda xml: xml.replace(b'r="XFD1048576"', b"r='XFD1048576'"))
    assert codes(single) == ["K566"]


def test_entities_are_refused(file: Path) -> None:
    of(file, [["a"], [1]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    found = changed(file, lambda xml: bomb + xml[xml.index(b"<workbook") :], "xl/workbook.xml")
    assert found.table is None
    assert codes(found) == ["K535"]
