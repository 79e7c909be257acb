"""Whatever bytes a file holds, reading it ends in a table or in findings of its own, never in a plugin's failure."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from kpirules.diagnostics import render
from kpirules.plugin import describe
from tests.adapters.reading import ADAPTERS, read

ENDINGS = (".csv", ".tsv", ".csv.gz", ".json", ".jsonl", ".jsonl.gz", ".parquet", ".xlsx", ".xlsm", ".xls")
STARTS = (
    b"",
    b"PK\x03\x04",
    b"PAR1",
    b"\x1f\x8b\x08\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xd0\xcf\x11\xe0",
    b'[{"a": ',
    b"a,b\n1,",
)


def survives(path: Path) -> None:
    for found in (read(path), describe(ADAPTERS, str(path))):
        assert "K523" not in [one.code for one in found.diagnostics], found.diagnostics
        for one in found.diagnostics:
            assert render(one, {}, "en")
            assert render(one, {}, "zh")
    again = read(path)
    assert again.table is not None or any(one.is_error for one in again.diagnostics)


@given(st.sampled_from(ENDINGS), st.sampled_from(STARTS), st.binary(max_size=300))
def test_random_bytes(
    tmp_path_factory: pytest.TempPathFactory, ending: str, start: bytes, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"random{ending}"
    path.write_bytes(start + data)
    survives(path)


@given(
    st.sampled_from((".csv", ".tsv", ".json", ".jsonl")),
    st.text('ab,;\t|"\r\n{}[]:0.9e-tru张\\ ', max_size=80),
)
def test_random_text(tmp_path_factory: pytest.TempPathFactory, ending: str, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"text{ending}"
    path.write_text(text, "utf-8", newline="")
    survives(path)


def samples() -> dict[str, bytes]:
    """A sound file of each ending."""
    table = pa.table(
        {"staff": ["Li", "Han", None] * 20, "late": pa.array(range(60), pa.int64()), "x": [0.5] * 60}
    )
    parquet, workbook = io.BytesIO(), io.BytesIO()
    pq.write_table(table, parquet)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(table.column_names)
    for row in table.to_pylist():
        sheet.append(list(row.values()))
    sheet["B3"] = "#N/A"
    book.save(workbook)
    old = io.BytesIO()
    written = xlwt.Workbook()
    page = written.add_sheet("data")
    for number, line in enumerate((table.column_names, *(list(row.values()) for row in table.to_pylist()))):
        for column, value in enumerate(line):
            page.write(number, column, value)
    page.merge(70, 72, 1, 2)
    written.save(old)
    text = "staff,late\n" + "Li,1\nHan,2\n" * 50
    return {
        ".csv.gz": gzip.compress(text.encode()),
        ".csv": text.encode(),
        ".json": json.dumps(table.to_pylist()).encode(),
        ".parquet": parquet.getvalue(),
        ".xls": old.getvalue(),
        ".xlsx": workbook.getvalue(),
    }


SAMPLES = samples()


@given(st.data())
def test_sound_files_with_a_few_bytes_changed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    ending = data.draw(st.sampled_from(sorted(SAMPLES)))
    content = bytearray(SAMPLES[ending])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(content)) | st.just(len(content)))
    path = tmp_path_factory.getbasetemp() / f"changed{ending}"
    path.write_bytes(bytes(content[:end]))
    survives(path)


@given(st.binary(min_size=1, max_size=40), st.integers(0, 10_000))
@settings(max_examples=100)
def test_a_sheet_with_strange_xml(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int) -> None:
    path = tmp_path_factory.getbasetemp() / "strange.xlsx"
    with zipfile.ZipFile(io.BytesIO(SAMPLES[".xlsx"])) as package, zipfile.ZipFile(path, "w") as made:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith(("sheet1.xml", "workbook.xml", "styles.xml", "sharedStrings.xml", ".rels")):
                place = at % (len(content) + 1)
                content = content[:place] + junk + content[place + len(junk) // 2 :]
            made.writestr(name, content)
    survives(path)
