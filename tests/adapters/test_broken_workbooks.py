"""Broken workbooks: each ends in a message that names the place and the cause, within bounded memory."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
import xlwt
from openpyxl.chart import BarChart
from xlwt.CompoundDoc import XlsDoc

from kpirules.diagnostics import Cell, render
from kpirules.plugin import describe
from tests.adapters.books import book, number, raw, row, text
from tests.adapters.reading import ADAPTERS, codes, read, values
from tests.adapters.test_broken_files import measured

PAGE = "<html><head><meta charset='gbk'></head><table><tr><td>员工</td></tr></table></html>"
XML_2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'


def sound() -> bytes:
    made = io.BytesIO()
    workbook = openpyxl.Workbook()
    for cells in (["staff", "late"], *([f"S{at}", at] for at in range(500))):
        workbook.worksheets[0].append(cells)
    workbook.save(made)
    return made.getvalue()


def old() -> bytes:
    made = io.BytesIO()
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("data")
    for at in range(500):
        sheet.write(at, 0, f"S{at}")
    workbook.save(made)
    return made.getvalue()


def locked() -> bytes:
    """A new workbook that a password opens."""
    made = io.BytesIO()
    file = msoffcrypto.OfficeFile(io.BytesIO(sound()))
    file.encrypt("secret", made)
    return made.getvalue()


def old_and_locked() -> bytes:
    """An old workbook that says, behind its first record, that what follows is encrypted."""
    workbook = xlwt.Workbook()
    workbook.add_sheet("data").write(0, 0, "a")
    stream = workbook.get_biff_data()
    first = 4 + int.from_bytes(stream[2:4], "little")
    made = io.BytesIO()
    XlsDoc().save(made, stream[:first] + b"\x2f\0\x06\0\0\0\x01\x02\x03\x04" + stream[first:])
    return made.getvalue()


def of_parts(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


def mended(change: Callable[[str, bytes], bytes]) -> bytes:
    """The sound workbook with its parts changed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sound())) as package,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in package.namelist():
            new.writestr(name, change(name, package.read(name)))
    return made.getvalue()


def in_part(part: str, before: bytes, after: bytes) -> bytes:
    return mended(lambda name, data: data.replace(before, after) if name.endswith(part) else data)


def charts_only() -> bytes:
    made = io.BytesIO()
    workbook = openpyxl.Workbook()
    workbook.create_chartsheet("chart").add_chart(BarChart())
    workbook.remove(workbook.worksheets[0])
    workbook.save(made)
    return made.getvalue()


#: A name of a file, what is in it, the code, and words of the message or its advice.
CASES: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "cut off": ("t.xlsx", lambda: sound()[:-200], "K535", "damaged"),
    "cut off early": ("t.xlsx", lambda: sound()[:40], "K535", "damaged"),
    "no bytes": ("t.xlsx", lambda: b"", "K533", "empty"),
    "zeros": ("t.xlsx", lambda: bytes(5000), "K536", "save it as .xlsx"),
    "a PDF": ("t.xlsx", lambda: b"%PDF-1.7 \xff\0", "K739", "PDF"),
    "a picture": ("t.xls", lambda: b"\x89PNG\r\n\x1a\n\0\0", "K739", "an image"),
    "a web page": ("t.xls", PAGE.encode, "K739", "a web page"),
    "a web page in GBK": ("t.xls", lambda: PAGE.encode("gbk"), "K739", "a web page"),
    "an XML spreadsheet": ("t.xls", XML_2003.encode, "K739", "XML Spreadsheet 2003"),
    "text": ("t.xls", lambda: "员工\t迟到\n李\t1\n".encode("gbk"), "K739", 'adapter = "csv"'),
    "text in UTF-16": ("t.xls", lambda: "员工\t迟到\n李\t1\n".encode("utf-16"), "K739", 'adapter = "csv"'),
    "commas": ("t.xlsx", lambda: b"a,b\n1,2\n", "K739", "plain text"),
    "a new one under the old ending": ("t.xls", sound, "K739", 'format = "xlsx"'),
    "an old one under the new ending": ("t.xlsx", old, "K739", 'format = "xls"'),
    "a password": ("t.xlsx", locked, "K738", "password"),
    "a password, old": ("t.xls", old_and_locked, "K738", "password"),
    "an OpenDocument": ("t.xlsx", lambda: of_parts(content_dot_xml="<x/>"), "K739", "OpenDocument"),
    "a binary workbook": ("t.xlsx", lambda: of_parts(xl__workbook_dot_bin=""), "K739", ".xlsb"),
    "a letter": ("t.xlsx", lambda: of_parts(word__document_dot_xml=""), "K739", ".docx"),
    "some archive": ("t.xlsx", lambda: of_parts(readme="hello"), "K536", "save it as .xlsx"),
    "charts only": ("t.xlsx", charts_only, "K565", "no worksheet"),
    "a sheet that is missing": (
        "t.xlsx",
        lambda: in_part("workbook.xml.rels", b"sheet1.xml", b"sheet9.xml"),
        "K535",
        "missing",
    ),
    "broken XML": (
        "t.xlsx",
        lambda: in_part("xl/workbook.xml", b"</sheets>", b"</sheet>"),
        "K535",
        "damaged",
    ),
    "entities": (
        "t.xlsx",
        lambda: in_part("xl/workbook.xml", b"<workbook ", b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook "),
        "K535",
        "entities",
    ),
    "a word that is not in the list": (
        "t.xlsx",
        lambda: in_part("sheet1.xml", b't="inlineStr"><is><t>S1</t></is>', b't="s"><v>99999</v>'),
        "K535",
        "damaged",
    ),
    "a sheet in UTF-16": (
        "t.xlsx",
        lambda: mended(
            lambda name, data: data.decode().encode("utf-16") if name.endswith("sheet1.xml") else data
        ),
        "K535",
        "damaged",
    ),
    "a cell beyond all places": (
        "t.xlsx",
        lambda: in_part("sheet1.xml", b'<c r="B501"', b'<c r="ZZZ99999999"'),
        "K535",
        "sheet1.xml",
    ),
    "a row beyond all places": (
        "t.xlsx",
        lambda: in_part("sheet1.xml", b'<row r="501"><c r="A501"', b'<row r="99999999"><c'),
        "K535",
        "sheet1.xml",
    ),
    "an encoding that is none": (
        "t.xlsx",
        lambda: mended(
            lambda name, data: (
                b'<?xml version="1.0" encoding="none"?>' + data[data.index(b"<workbook") :]
                if name == "xl/workbook.xml"
                else data
            )
        ),
        "K535",
        "encoding",
    ),
    "an old one cut off": ("t.xls", lambda: old()[:3000], "K535", "damaged"),
    "an old one with junk": ("t.xls", lambda: old()[:512] + bytes(9000), "K535", "damaged"),
    "a stray cell": (
        "t.xlsx",
        lambda: in_part("sheet1.xml", b'<c r="B501"', b'<c r="XFD1048576"'),
        "K566",
        "delete stray cells",
    ),
    "formulas never calculated": (
        "t.xlsx",
        lambda: in_part("sheet1.xml", b'<c r="B501" t="n"><v>499</v>', b'<c r="B501"><f>B1</f>'),
        "K561",
        "B501",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_workbook_is_refused_with_its_cause(name: str, tmp_path: Path) -> None:
    file, make, code, words = CASES[name]
    path = tmp_path / file
    path.write_bytes(make())
    found = read(path)
    assert found.table is None
    assert codes(found) == [code]
    (told,) = found.diagnostics
    assert words in told.message() + told.help()
    assert render(told, {}, "zh") != render(told, {}, "en")
    assert [one.code for one in describe(ADAPTERS, str(path)).diagnostics] == [code]


def test_what_an_ending_hides_is_read_once_it_is_said(tmp_path: Path) -> None:
    for file, make, format in (("t.xls", sound, "xlsx"), ("t.xlsx", old, "xls")):
        path = tmp_path / file
        path.write_bytes(make())
        assert read(path, None, None, format=format).table is not None
    path = tmp_path / "t.dat"  # an ending that says nothing
    path.write_bytes(old())
    assert read(path, None, "xlsx").table is not None


# Wrong in places: the rest is read


def test_wrong_places_are_all_told(tmp_path: Path) -> None:
    path = book(
        tmp_path / "t.xlsx",
        [
            ["staff", "late", "late", None, "rate"],
            ["Li", 1, 2, "x", "#DIV/0!"],
            ["Han", "#N/A", 2, None, 0.5],
        ],
    )
    found = read(path)
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K545", Cell(str(path), 1, "late", "Sheet")),
        ("K546", Cell(str(path), 1, None, "Sheet")),
        ("K560", Cell(str(path), 2, "rate", "Sheet", "#DIV/0!")),
        ("K560", Cell(str(path), 3, "late", "Sheet", "#N/A")),
    ]
    assert values(found) == {"staff": ["Li", "Han"], "late": [1.0, None], "rate": [None, 0.5]}


def test_dates_as_text_stay_text_in_any_order(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", [["day"], ["2026-01-05"], ["05/06/2026"], ["6.5.2026"]])
    assert values(read(path)) == {"day": ["2026-01-05", "05/06/2026", "6.5.2026"]}


def test_dates_among_texts_that_look_like_dates_are_doubted(tmp_path: Path) -> None:
    """What a program makes of 05/06, 25/06 and 7/6 when it takes the month to come first."""
    day = datetime.date(2026, 5, 6)
    path = book(tmp_path / "t.xlsx", [["day", "n"], [day, 1], ["25/06/2026", 2], [day, 3], ["n/a", 4]])
    found = read(path)
    assert values(found)["day"] == ["2026-05-06", "25/06/2026", "2026-05-06", "n/a"]
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K745", Cell(str(path), 3, "day", "Sheet", "25/06/2026"))
    ]
    assert codes(read(book(path, [["day"], [day], ["n/a"]]))) == []


def test_a_hundred_errors_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", [["a", "b"], *(["x", "#REF!"] for _ in range(300))])
    found = read(path)
    assert codes(found) == ["K560"] * 100 + ["K539"]
    assert found.diagnostics[-1].args["count"] == 200


# Bombs and size: in a process of its own, whose peak of memory is measured

#: Megabytes that the program and its libraries take, and what refusing needs.
REFUSED = 300
#: The largest sheet, of three columns.
LARGEST = 620


def packed(path: Path, part: str, start: bytes, block: bytes, times: int, end: bytes = b"") -> None:
    """A small workbook one part of which is made long."""
    raw(path, row(1, text("A1", "a"), text("B1", "b")))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, content in parts.items():
            if name != part:
                made.writestr(name, content)
        with made.open(part, "w", force_zip64=True) as file:
            file.write(start)
            for _ in range(times):
                file.write(block)
            file.write(end)


def bomb_of_spaces(path: Path) -> None:
    packed(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>", b" " * (1 << 20), 500)


def bomb_of_words(path: Path) -> None:
    packed(path, "xl/sharedStrings.xml", b"<sst>", b"<si><t>a</t></si>" * 61_680, 500, b"</sst>")


def huge(path: Path) -> None:
    packed(path, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>", b"x" * (1 << 20), 1100)


def lying(path: Path) -> None:
    """A part that says it is small, and goes on."""
    packed(path, "xl/sharedStrings.xml", b"<sst>", b"<si><t>a</t></si>" * 61_680, 300, b"</sst>")
    data = bytearray(path.read_bytes())
    size = (5 + 17 * 61_680 * 300 + 6).to_bytes(4, "little")
    place = data.rfind(b"PK\x01\x02")
    assert size in data[place:]
    at = data.index(size, place)
    data[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(data)


def endless_cell(path: Path) -> None:
    with zipfile.ZipFile(raw(path, ""), "a") as package:
        assert package.namelist()
    noise = bytes((at * 7919) % 89 + 35 for at in range(1 << 20)).replace(b"<", b".").replace(b"&", b".")
    packed(path, "xl/worksheets/sheet1.xml", b'<worksheet><sheetData><row r="1"><c r="A1"><v>', noise, 100)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (bomb_of_spaces, "K740"),
        (bomb_of_words, "K740"),
        (huge, "K537"),
        (lying, "K535"),
        (endless_cell, "K740"),
    ],
)
def test_bombs_are_refused_before_they_go_off(
    make: Callable[[Path], None], code: str, tmp_path: Path
) -> None:
    path = tmp_path / "t.xlsx"
    make(path)
    assert path.stat().st_size < 8 << 20
    found, _, count, peak = measured(path)
    assert (found, count) == (code, -1)
    assert peak < REFUSED


def sheet_of(path: Path, count: int, cells: Callable[[int], str]) -> None:
    raw(path, "")
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    part = "xl/worksheets/sheet1.xml"
    before, after = parts[part].split(b"<sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in parts.items():
            if name != part:
                made.writestr(name, content)
        with made.open(part, "w", force_zip64=True) as file:
            file.write(before + b"<sheetData>")
            for start in range(1, count + 1, 5000):
                file.write("".join(cells(at) for at in range(start, min(start + 5000, count + 1))).encode())
            file.write(after)


def test_the_largest_sheet(tmp_path: Path) -> None:
    def cells(at: int) -> str:
        if at == 1:
            return row(1, text("A1", "staff"), text("B1", "late"), text("C1", "share"))
        wrong = f'<c r="C{at}" t="e"><v>#DIV/0!</v></c>' if at == 1_048_576 else number(f"C{at}", at / 1e6)
        return row(at, text(f"A{at}", f"S{at % 5000}"), number(f"B{at}", at % 7), wrong)

    path = tmp_path / "t.xlsx"
    sheet_of(path, 1_048_576, cells)
    code, place, count, peak = measured(path)
    assert (code, place, count) == ("K560", "1048576", 1_048_575)
    assert peak < LARGEST


def test_formatted_cells_without_content_count_for_nothing(tmp_path: Path) -> None:
    """People format whole columns: a million rows of nothing are no stray cells."""

    def cells(at: int) -> str:
        blank = "".join(f'<c r="{column}{at}" s="1"/>' for column in ("C", "XFD"))
        return (
            row(at, number(f"A{at}", at) if at > 1 else text("A1", "n"), blank) if at < 9 else row(at, blank)
        )

    path = tmp_path / "t.xlsx"
    sheet_of(path, 200_000, cells)
    found = read(path)
    assert codes(found) == []
    assert values(found) == {"n": [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]}


def test_nothing_of_any_depth_goes_wrong(tmp_path: Path) -> None:
    """Links that go in circles and parts that link to nothing."""
    path = raw(tmp_path / "t.xlsx", row(1, text("A1", "a")) + row(2, number("A2", 1)))
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="x/table" Target="../tables/none.xml"/>'
        '<Relationship Id="b" Type="x/table" Target="https://example.com/" TargetMode="External"/></Relationships>'
    )
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/worksheets/_rels/sheet1.xml.rels", links)
    found = read(path)
    assert found.table is not None or codes(found) == ["K535"]


def test_a_hidden_trap_of_names(tmp_path: Path) -> None:
    """Names of people that are no text: numbers and dates stay what they are."""
    made: list[list[Any]] = [["staff", "n"], [1001, 1], ["1002", 2]]
    assert values(read(book(tmp_path / "t.xlsx", made))) == {"staff": ["1001", "1002"], "n": [1.0, 2.0]}
