"""Broken text tables: each ends in a message that names the place, without garbage and within bounded memory."""

from __future__ import annotations

import gzip
import os
import random
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from kpirules.diagnostics import Cell, Diagnostic, render
from kpirules.plugin import SourceTable
from tests.adapters.reading import codes, read, values

NAMES = "员工,岗位\n" + "张三,售后经理\n李四,客服专员\n" * 20


def packed(data: bytes) -> bytes:
    return gzip.compress(data)


#: What is in the file; the code, the row (None: the file as a whole) and words of the message.
CASES: dict[str, tuple[bytes, str, int | None, str]] = {
    "cut off while packed": (packed(os.urandom(9000).hex().encode())[:6000], "K535", 1, "too early"),
    "packed and damaged": (
        packed(NAMES.encode())[:40] + b"\0\1\2" + packed(NAMES.encode())[43:],
        "K535",
        1,
        "",
    ),
    "cut off within a quotation": (b'a,b\n1,"2\n3,4\n', "K544", 2, "ends inside"),
    "Latin-1": ("name,n\nMüller,1\nJosé,2\n".encode("latin-1"), "K540", 2, "0xFC is the 9th"),
    "Big5 that nobody declared": (("姓名,部門\n" + "張偉,客戶服務處\n" * 9).encode("big5"), "K540", 1, "UTF-8, GB18030"),
    "Russian": ("имя,отдел\nИванов,продажи\n".encode("cp1251"), "K540", 1, "UTF-8, GB18030"),
    "Shift-JIS": ("氏名,部署\nさとう,サポート\n".encode("shift-jis"), "K540", 1, ""),
    "rows of UTF-8 after rows of GBK": (
        NAMES.encode("gbk") + "王五,技术支持\n".encode(),
        "K710",
        1,
        "line 42 is UTF-8",
    ),
    "rows of GBK after rows of UTF-8": (
        NAMES.encode() + "王五,技术支持\n".encode("gbk"),
        "K710",
        42,
        "line 1 is UTF-8",
    ),
    "an odd byte in UTF-8": (b"a,b\n1,2\n3,\xe5\xbc\n", "K540", 3, "0xE5 is the 11th"),
    "a UTF-16 file cut in half a sign": ("a,b\n1,2\n".encode("utf-16")[:-1], "K540", 2, "utf-16"),
    "NUL bytes": (b"a,b\n1,2\n3,\0\0\0\n", "K711", 3, "NUL"),
    "a file of zeros": (bytes(1000), "K711", 1, "NUL"),
    "two rows of names": (b"Person,,Calls,\nname,team,late,answered\nLi,north,1,2\n", "K714", 2, "header_row = 2"),
    "names twice": (b"a,b,a\n1,2,3\n", "K545", 1, "A and C"),
    "rows of other lengths": (b"a,b\n1,2\n3\n4,5,6\n", "K542", 3, "1 cells"),
    "blanks alone": (b"\n\n  \n", "K533", None, ""),
    "no bytes": (b"", "K533", None, ""),
    "a workbook": (b"PK\x03\x04" + bytes(60), "K713", None, 'adapter = "xlsx"'),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "K713", None, "PDF"),
    "a web page": (b"\n<!DOCTYPE html><html><table><tr><td>a", "K713", None, "web page"),
    "JSON": (b'[{"a": 1, "b": 2}]', "K713", None, 'adapter = "json"'),
    "Parquet": (b"PAR1\x15\x04", "K713", None, "Parquet"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "K713", None, "image"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_broken_file_says_what_and_where(name: str, tmp_path: Path) -> None:
    data, code, row, words = CASES[name]
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    found = read(path)
    (told,) = [one for one in found.diagnostics if one.code == code][:1]
    assert words in told.message() + told.help()
    assert str(path) in render(told, {}, "en")
    assert str(path) in render(told, {}, "zh")
    assert (told.place.row if isinstance(told.place, Cell) else None) == row
    if told.is_error and code not in ("K542", "K544", "K545"):
        assert found.table is None
        assert codes(found) == [code]


def test_a_folder_that_is_called_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    found = read(tmp_path / "t.csv")
    assert codes(found) == ["K590"]
    assert "t.csv" in found.diagnostics[0].message()


def test_names_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n")
    found = read(path)
    assert found.table is not None
    assert (found.table.num_rows, found.header, codes(found)) == (0, ("a", "b"), [])


# What is right stays right


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["a,b\nx,y\n", NAMES])
def test_utf16_without_a_mark(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    assert codes(read(path)) == []
    assert values(read(path)) == values(utf8(tmp_path, text))


def utf8(folder: Path, text: str) -> SourceTable:
    path = folder / "utf8.csv"
    path.write_text(text, encoding="utf-8")
    return read(path)


@pytest.mark.parametrize(
    "text",
    [
        "姓名\n女\n男\n联通\n",  # pairs that happen to be UTF-8 of another alphabet
        "员工,备注\n鑫,\n淼,客户满意\n龚,已回访\n",
        "名前,a\n" + "，。！（）【】《》\n" * 3,
        NAMES * 3000,  # several blocks
    ],
)
def test_gb18030_is_still_found(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    text = text.replace("名前,a", "名称")
    path.write_bytes(text.encode("gb18030"))
    assert codes(read(path)) == ["K541"]
    assert values(read(path)) == values(utf8(tmp_path, text))


def test_no_line_of_gb18030_is_taken_for_utf8(tmp_path: Path) -> None:
    """Names of three ideographs, one in ten of them rare, as they come: thousands happen to look a little like UTF-8."""
    chance = random.Random(7)
    common, rare = (
        [sign for lead in leads for trail in range(0xA1, 0xFF) if (sign := bytes((lead, trail)).decode("gb2312", "ignore"))]
        for leads in (range(0xB0, 0xD8), range(0xD8, 0xF8))
    )  # fmt: skip
    names = [
        "".join(chance.choice(common if chance.random() < 0.9 else rare) for _ in range(3))
        for _ in range(60_000)
    ]
    path = tmp_path / "t.csv"
    path.write_bytes(("姓名\n" + "\n".join(names) + "\n").encode("gb18030"))
    found = read(path)
    assert codes(found) == ["K541"]
    assert values(found)["姓名"] == names
    one = names[30_000].encode() + b"\n"
    path.write_bytes(path.read_bytes() + one)
    assert codes(read(path)) == ["K710"]


def test_latin_1_and_big5_once_declared(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for encoding, text in (("cp1252", "name\nMüller\n"), ("big5", "姓名\n張偉\n"), ("cp1251", "имя\nИван\n")):
        path.write_bytes(text.encode(encoding))
        assert values(read(path, encoding=encoding)) == values(utf8(tmp_path, text))


# Bounded memory: in a process of its own, whose peak is measured (as Linux tells it)

needs_linux = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak of memory is told by Linux only"
)

#: Megabytes at most: the program and its libraries take 80; and where a table of 225 MB is really read.
PEAK, PEAK_OF_A_TABLE = 200, 420

MEASURE = """
import re, sys
from pathlib import Path
from kpirules.plugin import installed, read_table
found = read_table(installed(found=[]), sys.argv[1], columns=tuple(sys.argv[2:]) or None)
told = found.diagnostics[0] if found.diagnostics else None
place = told.place.row if told and told.place else None
rows = -1 if found.table is None else found.table.num_rows
# Not ru_maxrss, in which that of the process which started this one lives on.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(told.code if told else "", place, rows, peak)
"""


def measured(path: Path, *columns: str) -> tuple[str, str, int, int]:
    """The first finding's code and row, how many rows came, and the peak of memory in megabytes."""
    command = [sys.executable, "-c", textwrap.dedent(MEASURE), str(path), *columns]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    code, row, rows, peak = done.stdout.rsplit("\n", 1)[0].split(" ")
    return code, row, int(rows), int(peak)


def in_blocks(path: Path, start: bytes, block: bytes, times: int) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(start)
        for _ in range(times):
            file.write(block)


def long_line(path: Path) -> None:
    in_blocks(path, b"a,b\n1,", b"x" * (1 << 20), 2048)


def endless_header(path: Path) -> None:
    in_blocks(path, b"", b"name,x," * (1 << 17), 2048)


def open_quotation(path: Path) -> None:
    in_blocks(path, b'a,b\n1,"', b"some words\n" * (1 << 16), 64)


def bomb(path: Path) -> None:
    in_blocks(path, b"a,b\n", b"1,2\n" * (1 << 18), 700)


def lines_bomb(path: Path) -> None:
    in_blocks(path.with_name("t.jsonl.gz"), b"", b'{"a": 1}\n' * (1 << 17), 700)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 << 30)


@needs_linux
@pytest.mark.parametrize(
    ("make", "code", "row"),
    [
        (long_line, "K543", "2"),
        (endless_header, "K543", "1"),
        (open_quotation, "K543", "2"),
        (bomb, "K712", "None"),
        (lines_bomb, "K712", "None"),
        (sparse, "K711", "1"),
    ],
)
def test_memory_is_bounded_by_no_file(
    make: Callable[[Path], None], code: str, row: str, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    make(path)
    (made,) = tmp_path.iterdir()
    found, place, rows, peak = measured(made)
    assert (found, place) == (code, row)
    assert rows <= 0
    assert 20 < peak < PEAK


@needs_linux
def test_a_million_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("w") as file:
        file.write("id,staff," + ",".join(f"c{n}" for n in range(18)) + "\n")
        for row in range(1_000_000):
            file.write(f"T{row},S{row % 977}" + ",some words" * 18 + "\n")
    assert path.stat().st_size > 200 << 20
    code, _, rows, peak = measured(path, "id", "staff")
    assert (code, rows) == ("", 1_000_000)
    assert peak < PEAK_OF_A_TABLE


def test_a_table_of_one_wide_row_for_each_person_is_no_bomb(tmp_path: Path) -> None:
    """Monotonous but honest: a column of zeros packs to a fiftieth."""
    path = tmp_path / "t.csv.gz"
    path.write_bytes(packed(b"a,b\n" + b"0,0\n" * 200_000))
    found = read(path)
    assert codes(found) == []
    assert found.table is not None
    assert found.table.num_rows == 200_000


def test_every_message_has_both_languages() -> None:
    told = Diagnostic("K710", None, {"path": "x", "first": 1, "row": 2, "byte": "0xE5", "at": "3"})
    assert told.message("en") != told.message("zh")
