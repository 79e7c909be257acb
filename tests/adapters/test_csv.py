"""CSV files as people's programs write them."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.diagnostics import Cell
from kpirules.plugin import MOST_FINDINGS, SourceTable
from tests.adapters.reading import codes, read, rows, values


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def of(file: Path, data: bytes | str, **settings: object) -> SourceTable:
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read(file, None, None, **settings)


def test_every_cell_is_the_text_as_written(file: Path) -> None:
    found = of(file, "a,b,c,d\n0.930,1e5, x ,NA\n93%,007,true,2026-01-05\n")
    assert values(found) == {
        "a": ["0.930", "93%"],
        "b": ["1e5", "007"],
        "c": [" x ", "true"],
        "d": ["NA", "2026-01-05"],
    }
    assert codes(found) == []


def test_blank_cells_are_null_and_blank_rows_left_out_but_counted(file: Path) -> None:
    found = of(file, 'a,b\n1,""\n\n,\n2,3\n')
    assert values(found) == {"a": ["1", "2"], "b": [None, "3"]}
    assert rows(found) == [2, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(file: Path, end: str, last: bool) -> None:
    found = of(file, end.join(["a,b", "1,2", "3,4"]) + (end if last else ""))
    assert values(found) == {"a": ["1", "3"], "b": ["2", "4"]}
    assert rows(found) == [2, 3]
    assert codes(found) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(file: Path, delimiter: str) -> None:
    text = "staff,share,note\nLi,1.5,x\nHan,2.5,y\n".replace(",", delimiter)
    assert values(of(file, text)) == {"staff": ["Li", "Han"], "share": ["1.5", "2.5"], "note": ["x", "y"]}


def test_quotation_marks_behind_a_sign(file: Path) -> None:
    text = 'a,b "c\n"say \\"hi\\", all","x\\\\y"\nplain\\, too,2\n'
    found = of(file, text.encode(), escape="\\")
    assert codes(found) == []
    assert list(values(found).values()) == [['say "hi", all', "plain, too"], ["x\\y", "2"]]
    unquoted = of(file, b"a|b\nx\\|y|z\n", escape="\\", quote="")
    assert values(unquoted) == {"a": ["x|y"], "b": ["z"]}
    assert codes(of(file, b"a\n1\n", escape="--")) == ["K526"]


def test_a_very_long_first_cell(file: Path) -> None:
    assert values(of(file, b"a,\n" + b"x" * 200_000 + b",1\n")) == {"a": ["x" * 200_000]}


def test_a_decimal_comma_is_no_separator(file: Path) -> None:
    assert values(of(file, "a;b\n1,5;2,5\n3,5;4,5\n")) == {"a": ["1,5", "3,5"], "b": ["2,5", "4,5"]}


def test_a_separator_inside_quotes_does_not_count(file: Path) -> None:
    assert values(of(file, 'a,b\n"x;y;z",1\n"x;y;z",2\n"x;y;z",3\n'))["b"] == ["1", "2", "3"]


def test_separator_and_quote_by_setting(file: Path) -> None:
    assert values(of(file, "a:b\n'x:y':2\n", delimiter=":", quote="'")) == {"a": ["x:y"], "b": ["2"]}
    assert values(of(file, 'a,b\n5" screen,"x\n', quote="")) == {"a": ['5" screen'], "b": ['"x']}


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", []),
        ("utf-32", []),
        ("gb18030", ["K541"]),
        ("gbk", ["K541"]),
    ],
)
def test_encodings_are_found(file: Path, encoding: str, noted: list[str]) -> None:
    found = of(file, "员工,岗位\n张三,售后经理\n".encode(encoding))
    assert values(found) == {"员工": ["张三"], "岗位": ["售后经理"]}
    assert codes(found) == noted


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "latin-1"])
def test_an_encoding_by_setting_needs_no_note(file: Path, encoding: str) -> None:
    name = "café" if encoding == "latin-1" else "張三"
    found = of(file, f"a\n{name}\n".encode(encoding), encoding=encoding)
    assert values(found) == {"a": [name]}
    assert codes(found) == []


def test_multibyte_text_across_blocks(file: Path) -> None:
    names = [f"{'x' * (row % 7)}员工{row}号" for row in range(200_000)]
    found = of(file, ("姓名\n" + "\n".join(names)).encode("gb18030"))
    assert values(found) == {"姓名": names}


def test_bytes_of_no_known_encoding_name_the_row(file: Path) -> None:
    found = of(file, b"a,b\n1,2\n3,\xff\xff\n")
    assert found.table is None
    assert codes(found) == ["K540"]
    assert "line 3" in found.diagnostics[0].message()


def test_the_wrong_encoding_by_setting_is_an_error(file: Path) -> None:
    assert codes(of(file, "a\n张\n".encode("gbk"), encoding="utf-8")) == ["K540"]


def test_ragged_rows_are_reported_with_their_row_and_left_out(file: Path) -> None:
    found = of(file, 'a,b\n1,2\n3\n"x\ny",4\n5,6,7\n8,9\n')
    assert values(found) == {"a": ["1", "x\ny", "8"], "b": ["2", "4", "9"]}
    assert rows(found) == [2, 4, 6]
    assert [one.place for one in found.diagnostics] == [
        Cell(str(file), 3, None, None, "3"),
        Cell(str(file), 5, None, None, "5,6,7"),
    ]
    assert [(one.args["found"], one.args["expected"]) for one in found.diagnostics] == [(1, 2), (3, 2)]


def test_very_many_ragged_rows_are_counted(file: Path) -> None:
    found = of(file, "a,b\n" + "1\n" * 250)
    assert codes(found) == ["K542"] * MOST_FINDINGS + ["K539"]
    assert found.diagnostics[-1].args["count"] == 250 - MOST_FINDINGS


def test_rows_keep_their_numbers_across_blocks(file: Path) -> None:
    lines = [f"S{row},{'x' * 90}" if row % 1000 else f"S{row}" for row in range(2, 200_002)]
    found = of(file, "staff,note\n" + "\n".join(lines) + "\n")
    assert found.table is not None
    staff = found.table["staff"].to_pylist()
    assert len(staff) == 200_000 - 200
    assert [f"S{row}" for row in rows(found)] == staff


@pytest.mark.parametrize("text", ['a,b\n1,2\n3,"4\n5,6\n', 'a,b\n1,2\n"3,4\n5,6\n', 'a,b\n1,2\n3,"4'])
def test_a_quotation_that_never_ends_names_where_it_begins(file: Path, text: str) -> None:
    found = of(file, text)
    assert values(found) == {"a": ["1"], "b": ["2"]}
    assert [(one.code, one.place) for one in found.diagnostics] == [("K544", Cell(str(file), 3))]


def test_a_quotation_longer_than_a_block(file: Path) -> None:
    found = of(file, 'a,b\n1,"' + "2,3\n" * 5_000_000)
    assert codes(found) == ["K543"]


def test_stray_quotes_inside_a_cell_are_text(file: Path) -> None:
    assert values(of(file, 'a,b\n5" screen,2\n7,8\n')) == {"a": ['5" screen', "7"], "b": ["2", "8"]}


@pytest.mark.parametrize("data", [b"", b"\n\n", b" \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file(file: Path, data: bytes) -> None:
    found = of(file, data)
    assert found.table is None
    assert codes(found) == ["K533"]


@pytest.mark.parametrize("data", ["a,b", "a,b\n", "a,b\n\n\n", "\n\na,b\n"])
def test_a_header_alone(file: Path, data: str) -> None:
    found = of(file, data)
    assert values(found) == {"a": [], "b": []}
    assert codes(found) == []


def test_names_are_trimmed_and_the_header_may_come_late(file: Path) -> None:
    found = of(file, "\n staff ,\u3000b\n1,2\n")
    assert found.header == ("staff", "b")
    assert rows(found) == [3]
    found = of(file, "Report of May\n,,\nstaff,b\n1,2\n", header_row=3)
    assert values(found) == {"staff": ["1"], "b": ["2"]}
    assert rows(found) == [4]
    assert codes(of(file, "a,b\n,\n1,2\n", header_row=2)) == ["K547"]
    assert codes(of(file, "a,b\n1,2\n", header_row=9)) == ["K547"]


def test_a_header_over_several_lines(file: Path) -> None:
    found = of(file, '"late\nreplies",b\n1,2\n')
    assert found.header == ("late\nreplies", "b")
    assert rows(found) == [2]


def test_names_twice_and_no_name(file: Path) -> None:
    found = of(file, "a,b,a,,\n1,2,3,4,5\n")
    assert values(found) == {"a": ["1"], "b": ["2"]}
    assert codes(found) == ["K545", "K546"]
    assert "A and C" in found.diagnostics[0].message()
    assert "D, E" in found.diagnostics[1].message()
    assert codes(read(file, columns=("b",))) == []
    assert codes(read(file, columns=("a",))) == ["K545"]


def test_packed_whatever_its_name(tmp_path: Path) -> None:
    for name in ("t.csv.gz", "t.csv"):
        (tmp_path / name).write_bytes(gzip.compress(b"a,b\n1,2\n"))
        assert values(read(tmp_path / name)) == {"a": ["1"], "b": ["2"]}


def test_a_packed_file_cut_off(tmp_path: Path) -> None:
    packed = gzip.compress(os.urandom(5000).hex().encode())
    for end in (10, 30, len(packed) // 2, len(packed) - 4):
        (tmp_path / "t.csv.gz").write_bytes(packed[:end])
        found = read(tmp_path / "t.csv.gz")
        assert found.table is None
        assert codes(found) == ["K535"]


def test_a_packed_bomb(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "t.csv.gz", "wb") as file:
        for _ in range(3):
            file.write(b"a,b\n" * (1 << 18))
    found = read(tmp_path / "t.csv.gz", max_megabytes=2)
    assert found.table is None
    assert codes(found) == ["K537"]


def test_not_text(file: Path) -> None:
    assert codes(of(file, b"a,b\n1,\0\n")) == ["K711"]
    assert codes(of(file, b"PK\x03\x04\0\0")) == ["K713"]


def test_no_such_file_names_a_near_one(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text("a\n1\n")
    found = read(tmp_path / "fact.csv")
    assert codes(found) == ["K530"]
    assert found.diagnostics[0].suggestion == str(tmp_path / "facts.csv")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert codes(read(tmp_path, adapter="csv")) == ["K532"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.csv")
    assert codes(read(tmp_path / "p.csv")) == ["K532"]


def test_a_path_that_no_system_takes() -> None:
    assert codes(read("a\0b.csv")) == ["K530"]
    assert codes(read("x" * 5000 + ".csv")) == ["K530"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(file: Path) -> None:
    file.write_text("a\n1\n")
    file.chmod(0)
    assert codes(read(file)) == ["K531"]


def test_what_the_system_refuses(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    file.write_text("a\n1\n")
    monkeypatch.setattr("builtins.open", refuse)
    assert codes(read(file)) == ["K531"]


CELL = st.text(st.characters(exclude_characters="\0\x1e", exclude_categories=["Cs"]), max_size=6)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=8)
    )
)
def test_what_is_quoted_comes_back(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    width = len(table[0]) if table else 1
    names = [f"c{column}" for column in range(width)]
    quoted = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"' for row in [names, *table]]
    file = tmp_path_factory.getbasetemp() / "quoted.csv"
    file.write_bytes("\n".join(quoted).encode())
    found = read(file, delimiter=",")
    kept = [(number, row) for number, row in enumerate(table, 2) if any(row)]
    assert codes(found) == []
    assert rows(found) == [number for number, _ in kept]
    columns = values(found)
    assert [columns[name] for name in names] == [[row[n] or None for _, row in kept] for n in range(width)]
