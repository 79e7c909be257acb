"""Workbooks as people make them: titles above, headers of two rows, merged and hidden cells, named tables."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from kpirules.adapters.workbook_reading import read as read_source
from kpirules.adapters.xlsx_options import XlsxOptions
from kpirules.diagnostics import Cell
from kpirules.plugin import DataRequest, describe, read_table
from tests.adapters.books import STRICT, book, number, raw, row, text
from tests.adapters.reading import ADAPTERS, codes, read, rows, values

TITLED: list[list[Any]] = [
    ["Service report"],
    ["Month:", "2026-05"],
    [],
    ["staff", "late", "spent"],
    ["Li", 1, 2],
    ["Han", 3, 4],
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


# Where the header stands


def test_the_wanted_names_say_where_the_header_stands(file: Path) -> None:
    book(file, TITLED)
    found = read(file, ("staff", "late", "nobody"))
    assert values(found) == {"staff": ["Li", "Han"], "late": [1.0, 3.0]}
    assert rows(found) == [5, 6]
    assert [(one.code, one.args["row"]) for one in found.diagnostics] == [("K730", 4)]
    assert codes(read(file, ("staff", "late"), header_row=4)) == []


def test_nothing_is_guessed_without_wanted_names(file: Path) -> None:
    book(file, TITLED)
    found = read(file)
    assert found.header == ("Service report",)
    assert codes(found) == ["K546", "K731"]
    assert "header_row = 2" in found.diagnostics[1].help()


def test_one_wanted_name_in_the_middle_is_not_enough(file: Path) -> None:
    book(file, [["name", "n"], ["Li", 1], ["staff", 2]])
    found = read(file, ("staff", "late"))
    assert found.header == ("name", "n")
    assert values(found) == {}


def test_one_wanted_name_is_enough_if_no_more_are_wanted(file: Path) -> None:
    book(file, TITLED)
    assert values(read(file, ("late",))) == {"late": [1.0, 3.0]}


def test_a_first_row_with_a_wanted_name_is_left_for_one_with_more(file: Path) -> None:
    book(file, [["period", "2026-05"], ["staff", "period", "late"], ["Li", "2026-05", 1]])
    assert values(read(file, ("staff", "period", "late"))) == {
        "staff": ["Li"],
        "period": ["2026-05"],
        "late": [1.0],
    }


def test_a_repeated_header_is_data_below_the_first(file: Path) -> None:
    book(file, [["Report"], ["staff", "late"], ["Li", 1], ["staff", "late"], ["Han", 2]])
    assert values(read(file, ("staff", "late")))["staff"] == ["Li", "staff", "Han"]


def test_titles_in_several_lines(file: Path) -> None:
    book(file, [["考核\n指标", "项  目", " first  reply "], ["a", "b", 1]])
    assert read(file).header == ("考核 指标", "项 目", "first reply")
    assert values(read(file, ("考核指标", "项  目", "first\nreply"))) == {
        "考核指标": ["a"],
        "项  目": ["b"],
        "first\nreply": [1.0],
    }


# Headers of two rows


def two_rows(sheet: Worksheet) -> None:
    for cells in ("A2:A3", "B2:C2", "D2:E2"):
        sheet.merge_cells(cells)


TWO: list[list[Any]] = [
    ["Calls of May"],
    ["staff", "Calls", None, "Tickets", None],
    [None, "answered", "lost", "answered", "lost"],
    ["Li", 1, 2, 3, 4],
    ["Han", 5, 6, 7, 8],
]


def test_a_header_of_two_rows(file: Path) -> None:
    book(file, TWO, two_rows)
    wanted = ("staff", "Calls / lost", "Tickets / answered")
    for settings in ({"header_rows": 2}, {"header_rows": 2, "header_row": 2}):
        found = read(file, wanted, None, **settings)
        assert values(found) == {
            "staff": ["Li", "Han"],
            "Calls / lost": [2.0, 6.0],
            "Tickets / answered": [3.0, 7.0],
        }
        assert rows(found) == [4, 5]
    assert read(file, header_rows=2, header_row=2).header == (
        "staff",
        "Calls / answered",
        "Calls / lost",
        "Tickets / answered",
        "Tickets / lost",
    )


@pytest.mark.parametrize("wanted", [("staff", "Calls"), ("answered", "lost"), None])
def test_a_header_of_two_rows_is_told(file: Path, wanted: tuple[str, ...] | None) -> None:
    book(file, TWO[1:], lambda sheet: [sheet.merge_cells(c) for c in ("A1:A2", "B1:C1", "D1:E1")])
    found = read(file, wanted)
    assert found.table is None
    assert codes(found) == ["K732"] if wanted != ("answered", "lost") else ["K732"]
    (told,) = found.diagnostics
    assert told.place == Cell(str(file), 1, None, "Sheet")
    assert "Calls / answered" in told.help()
    assert read(file, wanted, header_rows=1).table is not None


def test_a_wide_title_over_data_is_no_header_of_two_rows(file: Path) -> None:
    book(file, [["staff", "contact", None], ["Li", "phone", "x"]], lambda sheet: sheet.merge_cells("B1:C1"))
    found = read(file, ("staff", "contact"))
    assert values(found) == {"staff": ["Li"], "contact": ["phone"]}
    assert codes(found) == []


# Merged and hidden cells


def test_merged_values_repeated(file: Path) -> None:
    cells: list[list[Any]] = [["team", "staff", "a", "b"], ["A", "Li", 1, None], [None, "Han"], ["B", "Wu"]]
    book(file, cells, lambda sheet: [sheet.merge_cells(c) for c in ("A2:A3", "C2:D4")])
    found = read(file, merged="repeat")
    assert values(found) == {
        "team": ["A", "A", "B"],
        "staff": ["Li", "Han", "Wu"],
        "a": [1.0, 1.0, 1.0],
        "b": [1.0, 1.0, 1.0],
    }
    assert [(one.code, one.args["cells"]) for one in found.diagnostics] == [("K743", "A2:A3, C2:D4")]


def hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True


HIDING: list[list[Any]] = [
    ["staff", "secret", "late"],
    ["Li", 1, 2],
    ["Han", 3, 4],
    ["Wu", 5, 6],
    ["Xu", 7, 8],
]


def test_hidden_rows_and_columns_are_read_and_told(file: Path) -> None:
    book(file, HIDING, hide)
    found = read(file)
    assert values(found)["staff"] == ["Li", "Han", "Wu", "Xu"]
    assert [(one.code, one.args["which"]) for one in found.diagnostics] == [("K733", "3-4"), ("K733", "B")]
    assert codes(read(file, ("staff", "late"))) == ["K733"]
    assert codes(read(file, hidden="read")) == []


def test_hidden_rows_and_columns_are_left_out_on_request(file: Path) -> None:
    book(file, HIDING, hide)
    found = read(file, hidden="skip")
    assert values(found) == {"staff": ["Li", "Xu"], "late": [2.0, 8.0]}
    assert rows(found) == [2, 5]
    assert codes(found) == ["K734", "K734"]


def test_a_hidden_sheet_that_is_named_is_told(file: Path) -> None:
    made = openpyxl.Workbook()
    made.worksheets[0].append(["a"])
    sheet = made.create_sheet("tickets")
    sheet.append(["a"])
    sheet.append([1])
    sheet.sheet_state = "veryHidden"
    made.save(file)
    assert codes(read(file, ("a",), sheet="tickets")) == ["K735"]
    assert read(file, ("a",), called="tickets").sheet == "tickets"


# Named tables and ranges


@pytest.fixture
def tables(file: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for cells in (
        ["Title", None, None, None, None],
        [None, "staff", "late", None, "note"],
        [None, "Li", 1, None, "x"],
        [None, "Han", 2, None, "y"],
        [None, "Total", 3, None, None],
    ):
        sheet.append(cells)
    table = Table(displayName="Incidents", ref="B2:C5")
    table.totalsRowCount = 1
    sheet.add_table(table)
    other = made.create_sheet("Other's sheet")
    for one in ("k", "v", 1):
        other.append([None, one])
    made.defined_names["Facts"] = DefinedName("Facts", attr_text="Sheet!$B$2:$C$3")
    made.defined_names["Whole"] = DefinedName("Whole", attr_text="'Other''s sheet'!$B:$B")
    made.defined_names["Rate"] = DefinedName("Rate", attr_text="0.19")
    made.save(file)
    return file


@pytest.mark.parametrize(
    ("settings", "staff", "at"),
    [
        ({"table": "Incidents"}, ["Li", "Han"], [3, 4]),
        ({"table": "incidents"}, ["Li", "Han"], [3, 4]),
        ({"called": "incidents"}, ["Li", "Han"], [3, 4]),
        ({"table": "Facts"}, ["Li"], [3]),
        ({"range": "B2:C4"}, ["Li", "Han"], [3, 4]),
        ({"range": "B2:C"}, ["Li", "Han", "Total"], [3, 4, 5]),
        ({"range": "2:3"}, ["Li"], [3]),
        ({"range": "$B$2:$C$4", "sheet": "Sheet"}, ["Li", "Han"], [3, 4]),
    ],
)
def test_a_part_of_a_sheet(
    tables: Path, settings: dict[str, object], staff: list[str], at: list[int]
) -> None:
    found = read(tables, ("staff", "late"), None, **settings)
    assert values(found)["staff"] == staff
    assert rows(found) == at
    assert codes(found) == []


def test_a_named_range_of_a_whole_column(tables: Path) -> None:
    found = read(tables, table="Whole")
    assert found.sheet == "Other's sheet"
    assert values(found) == {"k": ["v", "1"]}


def test_a_sheet_as_table(tables: Path) -> None:
    assert read(tables, table="other's sheet").sheet == "Other's sheet"


def test_no_such_table(tables: Path) -> None:
    found = read(tables, table="Incident")
    assert codes(found) == ["K736"]
    assert found.diagnostics[0].suggestion == "Incidents"
    assert "Incidents, Facts, Whole, Rate, Sheet, Other's sheet" in found.diagnostics[0].help()


def test_a_name_that_is_no_range(tables: Path) -> None:
    found = read(tables, table="Rate")
    assert codes(found) == ["K737"]
    assert "0.19" in found.diagnostics[0].message()


@pytest.mark.parametrize(
    "settings", [{"range": "A1;B2"}, {"range": "C4:A1"}, {"table": "a", "range": "A1:B2"}]
)
def test_wrong_settings(tables: Path, settings: dict[str, object]) -> None:
    assert codes(read(tables, None, None, **settings)) == ["K526"]


def test_a_table_without_a_header_row(file: Path) -> None:
    def table(sheet: Worksheet) -> None:
        made = Table(displayName="T", ref="B1:D2", headerRowCount=0)
        made._initialise_columns()
        for column, name in zip(made.tableColumns, ("staff", "gap", "late"), strict=True):
            column.name = name
        made.headerRowCount = 0
        made.autoFilter = None
        sheet.add_table(made)

    book(file, [[None, "Li", None, 1], [None, "Han", None, 2]], table)
    found = read(file, table="T")
    assert values(found) == {"staff": ["Li", "Han"], "gap": [None, None], "late": [1.0, 2.0]}
    assert rows(found) == [1, 2]


# Several sheets


@pytest.fixture
def months(file: Path) -> Path:
    made = openpyxl.Workbook()
    made.worksheets[0].title = "notes"
    made.worksheets[0].append(["nothing of it"])
    for month, cells in {
        "1月": [["staff", "late", "day"], ["Li", 1, datetime.date(2026, 1, 5)], ["Han", 2, None]],
        "2月": [["January again"], ["late", "staff", "day"], [3, "Li", None], ["#N/A", "Wu", None]],
        "3月": [],
    }.items():
        sheet = made.create_sheet(month)
        for line in cells:
            sheet.append(line)
    made.save(file)
    return file


def test_several_sheets_are_one_table(months: Path) -> None:
    found = read(months, ("staff", "late", "day", "month"), None, sheets="?月", sheet_column="month")
    assert values(found) == {
        "staff": ["Li", "Han", "Li", "Wu"],
        "late": [1.0, 2.0, 3.0, None],
        "day": [datetime.date(2026, 1, 5), None, None, None],
        "month": ["1月", "1月", "2月", "2月"],
    }
    assert [found.cell(index) for index in range(4)] == [
        Cell(str(months), 2, None, "1月"),
        Cell(str(months), 3, None, "1月"),
        Cell(str(months), 3, None, "2月"),
        Cell(str(months), 4, None, "2月"),
    ]
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K730", Cell(str(months), 2, None, "2月")),
        ("K560", Cell(str(months), 4, "late", "2月", "#N/A")),
    ]
    assert values(read(months, ("month",), None, sheets=["1月"], sheet_column="month")) == {
        "month": ["1月"] * 2
    }
    described = describe(ADAPTERS, str(months), settings={"sheets": ["1月"], "sheet_column": "month"})
    assert described.sheets[0].columns == read(months, sheets="1月", sheet_column="month").header


def test_a_folder_of_workbooks_names_each_in_its_messages(tmp_path: Path) -> None:
    for month in ("2026-01", "2026-02"):
        book(
            tmp_path / f"{month}.xlsx",
            [[f"Report of {month}"], ["staff", "late"], ["Li", 1], ["Han", "#N/A"]],
        )
    (tmp_path / "~$2026-01.xlsx").write_bytes(b"\x05user" + bytes(160))  # the mark of a workbook that is open
    found = read(tmp_path, ("staff", "late", "period"), None, period_from="name")
    assert values(found)["period"] == ["2026-01", "2026-01", "2026-02", "2026-02"]
    assert [one.place for one in found.diagnostics if one.is_error] == [
        Cell(str(tmp_path / f"{month}.xlsx"), 4, "late", "Sheet", "#N/A") for month in ("2026-01", "2026-02")
    ]


def test_sheets_of_unlike_columns_or_types(months: Path) -> None:
    made = openpyxl.load_workbook(months)
    made["2月"]["B3"] = 1001
    made["2月"]["C2"] = "date"
    made.save(months)
    found = read(months, ("staff", "late", "day"), None, sheets="?月")
    assert values(found)["staff"] == ["Li", "Han", "1001", "Wu"]
    assert [(one.code, one.place) for one in found.diagnostics if one.code == "K746"] == [
        ("K746", Cell(str(months), None, "day", "2月"))
    ]


def test_sheets_that_are_not_there_or_say_nothing(months: Path) -> None:
    found = read(months, None, None, sheets=["2025-*", "x"])
    assert codes(found) == ["K748"]
    assert "notes, 1月, 2月, 3月" in found.diagnostics[0].help()
    assert codes(read(months, None, None, sheets="3月")) == ["K567"]
    assert "K747" in codes(read(months, None, None, sheets="1月", sheet_column="late"))
    for settings in ({"sheets": "1月", "sheet": "1月"}, {"sheet_column": "x"}):
        assert codes(read(months, None, None, **settings)) == ["K526"]


# What cells hold


def test_newer_errors_are_errors_too(file: Path) -> None:
    cells = row(1, text("A1", "a"), text("B1", "b"))
    for at, error in enumerate(("#SPILL!", "#CALC!", "#FIELD!", "#N/A", "#BLOCKED!"), 2):
        cells += row(at, f'<c r="A{at}" t="e"><v>{error}</v></c>', number(f"B{at}", at))
    found = read(raw(file, cells))
    assert values(found) == {"a": [None] * 5, "b": [2.0, 3.0, 4.0, 5.0, 6.0]}
    assert [(one.code, one.args["value"]) for one in found.diagnostics] == [
        ("K560", "#SPILL!"),
        ("K560", "#CALC!"),
        ("K560", "#FIELD!"),
        ("K560", "#N/A"),
        ("K560", "#BLOCKED!"),
    ]


def test_a_row_of_nothing_but_an_error_is_a_row(file: Path) -> None:
    cells = row(1, text("A1", "a")) + row(2, '<c r="A2" t="e"><v>#N/A</v></c>') + row(3, number("A3", 1))
    found = read(raw(file, cells))
    assert values(found) == {"a": [None, 1.0]}
    assert rows(found) == [2, 3]


@pytest.mark.parametrize("prefix", ["x", "ss"])
def test_prefixed_names(file: Path, prefix: str) -> None:
    cells = row(1, text("A1", "a"), text("B1", "b"))
    cells += '<row r="2" hidden="1">' + number("A2", 1) + '<c r="B2" t="e"><v>#DIV/0!</v></c></row>'
    cells += "".join(row(at, number(f"A{at}", at), number(f"B{at}", 0.5)) for at in range(3, 60_000))
    found = read(raw(file, cells, prefix=prefix))
    assert codes(found) == ["K560", "K733"]
    assert values(found)["a"][:2] == [1.0, 3.0]
    assert len(rows(found)) == 59_998


def test_cells_without_places(file: Path) -> None:
    cells = '<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>'
    cells += '<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row hidden="1"><c/><c><f>A2</f></c></row>'
    found = read(raw(file, cells), ("a",), hidden="read")
    assert values(found) == {"a": [1.0]}
    found = read(file)
    assert [(one.code, one.args.get("cell")) for one in found.diagnostics] == [("K561", "B3")]


def test_strict_workbooks_phonetics_and_escapes(file: Path) -> None:
    strings = (
        "<si><t>課</t><rPh sb='0' eb='1'><t>カ</t></rPh></si><si><r><t>bo</t></r><r><rPr><b/></rPr><t>ld</t></r></si>"
        "<si><t>one_x000D_\ntwo_x005F_x000D_</t></si>"
    )
    cells = row(1, text("A1", "a"), text("B1", "b"), text("C1", "c"), text("D1", "day"))
    cells += row(
        2, *(f'<c r="{at}2" t="s"><v>{n}</v></c>' for n, at in enumerate("ABC")), number("D2", 46027, 1)
    )
    found = read(raw(file, cells, strings=strings, space=STRICT))
    assert values(found) == {
        "a": ["課"],
        "b": ["bold"],
        "c": ["one\r\ntwo_x000D_"],
        "day": [datetime.date(2026, 1, 5)],
    }


def test_dates_from_1904_and_times_past_a_day(file: Path) -> None:
    cells = row(1, text("A1", "day"), text("B1", "clock"), text("C1", "elapsed"), text("D1", "moment"))
    cells += row(
        2, number("A2", 44565, 1), number("B2", 0.25, 2), number("C2", 1.5, 3), number("D2", 44565.5, 1)
    )
    cells += row(3, number("A3", 44566, 1), number("B3", 1.5, 2), number("C3", 1, 3), number("D3", 44566, 1))
    found = read(raw(file, cells, properties='<workbookPr date1904="1"/>'))
    hours = datetime.timedelta(hours=1)
    assert values(found) == {
        "day": [datetime.date(2026, 1, 5), datetime.date(2026, 1, 6)],
        "clock": [6 * hours, 36 * hours],
        "elapsed": [36 * hours, 24 * hours],
        "moment": [datetime.datetime(2026, 1, 5, 12), datetime.datetime(2026, 1, 6)],
    }


def test_times_of_whole_days_are_durations_where_these_are_wanted(file: Path) -> None:
    cells = row(1, text("A1", "spent")) + row(2, number("A2", 1, 2)) + row(3, number("A3", 2.5, 2))
    raw(file, cells)
    hours = datetime.timedelta(hours=1)
    found = read_table(ADAPTERS, str(file), kinds={"spent": "duration"})
    assert values(found) == {"spent": [24 * hours, 60 * hours]}


def test_negative_times_and_endless_numbers_are_errors(file: Path) -> None:
    cells = row(1, text("A1", "t"), text("B1", "n"), text("C1", "d"))
    cells += row(2, number("A2", -0.5, 2), number("B2", -1), number("C2", -0.25, 3))
    cells += row(3, number("A3", 0.5, 2), number("B3", "NaN"), number("C3", 0.25, 3))
    cells += row(4, number("A4", 0.5, 2), number("B4", "1e999"), number("C4", 0.25, 3))
    found = read(raw(file, cells))
    hours = datetime.timedelta(hours=1)
    assert values(found) == {
        "t": [None, 12 * hours, 12 * hours],
        "n": [-1.0, None, None],
        "d": [-6 * hours, 6 * hours, 6 * hours],
    }
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K741", Cell(str(file), 2, "t", "S", "-0.5")),
        ("K742", Cell(str(file), 3, "n", "S", "nan")),
        ("K742", Cell(str(file), 4, "n", "S", "inf")),
    ]


@pytest.mark.parametrize("value", ["1e9", "-1e300", "1E+12", "123456789", "nan", "inf"])
@pytest.mark.parametrize("style", [1, 2, 3])
def test_moments_beyond_all_time_are_errors(file: Path, value: str, style: int) -> None:
    cells = row(1, text("A1", "t")) + row(2, number("A2", value, style)) + row(3, number("A3", 0.5, style))
    found = read(raw(file, cells))
    assert values(found) == {"t": [None, datetime.timedelta(hours=12)]}
    assert [(one.code, one.args["value"]) for one in found.diagnostics] == [("K741", value)]


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("0%", 0.93, 0.93),
        ('"￥"#,##0.00;[Red]"￥"#,##0.00', 1234.5, 1234.5),
        ("# ?/?", 0.25, 0.25),
        ('0.0"天"', 1.5, 1.5),
        ('0"日"', 3, 3.0),
        ("0.00E+00", 12345.678, 12345.678),
        ("000000", 42, 42.0),
        ("@", 5, 5.0),
        ("[$-804]General", 7, 7.0),
        ('yyyy"年"m"月"d"日"', 46027, datetime.date(2026, 1, 5)),
        ("[$-F800]dddd\\, mmmm dd\\, yyyy", 46027, datetime.date(2026, 1, 5)),
        ('上午/下午h"时"mm"分"', 0.5, datetime.timedelta(hours=12)),
        ("mm:ss.0", 0.0015, datetime.timedelta(seconds=129, milliseconds=600)),
        ("[h]:mm", 1.25, datetime.timedelta(hours=30)),
        ("[mm]:ss", 0.5, datetime.timedelta(hours=12)),
        ("yyyy-mm-dd hh:mm", 46027.5, datetime.datetime(2026, 1, 5, 12)),
    ],
)
def test_formats(file: Path, code: str, value: float, expected: object) -> None:
    def look(sheet: Worksheet) -> None:
        sheet["A2"].number_format = code

    found = read(book(file, [["x"], [value]], look))
    assert values(found) == {"x": [expected]}
    assert codes(found) == []


def test_the_shortest_decimal(file: Path) -> None:
    cells = (
        row(1, text("A1", "n")) + row(2, number("A2", "0.93000000000000005")) + row(3, number("A3", "1E-7"))
    )
    assert values(read(raw(file, cells))) == {"n": [0.93, 1e-07]}


def test_numbers_that_a_workbook_cannot_keep(file: Path) -> None:
    book(file, [["id", "n"], [1, 1.5], [320123199001010000, 1e15 - 1], [320123199001010111, 2]])
    found = read(file)
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K744", Cell(str(file), 3, "id", "Sheet"))
    ]
    assert "320123199001010000" in found.diagnostics[0].message()
    assert codes(read(file, ("n",))) == []


def test_long_text(file: Path) -> None:
    long = "长" * 32_767
    assert values(read(book(file, [["a"], [long]]))) == {"a": [long]}


# Reading


def test_chunks_say_how_far_they_are_and_may_be_left(file: Path) -> None:
    book(file, [["id", "n"], *([f"S{at}", at] for at in range(50_000))])
    source = read_source(DataRequest(str(file), XlsxOptions.model_validate({})))
    assert source.schema == pa.schema([("id", pa.string()), ("n", pa.float64())])
    chunks = iter(source.chunks)
    first = next(chunks)
    assert first.batch.num_rows == 20_000
    assert first.done is not None and 0.3 < first.done < 0.5
    assert [chunk.done for chunk in chunks][-1] == 1.0


def test_kinds_of_a_column_are_found_over_all_rows(file: Path) -> None:
    book(file, [["id"], *([at] for at in range(30_000)), ["x"]])
    found = values(read(file))["id"]
    assert found[0] == "0"
    assert found[-2:] == ["29999", "x"]


def test_every_sheet_is_described_though_one_setting_is_wrong(tables: Path) -> None:
    found = describe(ADAPTERS, str(tables), settings={"table": "nobody"})
    assert [sheet.name for sheet in found.sheets] == ["Sheet", "Other's sheet"]
    assert [one.code for one in found.diagnostics][:1] == ["K736"]
