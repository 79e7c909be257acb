"""What is written: exact values, the same from a table or from batches, and formats that other programs read."""

from __future__ import annotations

import datetime
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.adapters.hooks import kpirules_adapters
from kpirules.outputs.hooks import kpirules_outputs
from kpirules.plugin import Plugins, Rows, read_table, write_table, write_text
from kpirules.plugin.columns import as_text

PLUGINS = Plugins(tuple(kpirules_adapters()), tuple(kpirules_outputs()))
ENDINGS = ["csv", "tsv", "json", "jsonl", "parquet", "xlsx"]
DAY = datetime.date(2026, 1, 5)
MOMENT = datetime.datetime(2026, 1, 5, 9, 30)


def decimals(*values: str | None, places: int = 2) -> pa.Array:
    return pa.array([None if v is None else Decimal(v) for v in values], pa.decimal128(20, places))


def scores() -> pa.Table:
    return pa.table(
        {
            "staff": ["=1+1", "张三, Jr.", 'say "hi"\nthere'],
            "total": decimals("93.50", None, "-0.05"),
            "count": pa.array([5, None, 1 << 60], pa.int64()),
            "eligible": [True, False, None],
            "day": pa.array([DAY, None, datetime.date(1899, 1, 1)]),
            "at": pa.array([MOMENT, MOMENT, None], pa.timestamp("us")),
            "time": pa.array(
                [datetime.timedelta(hours=30), datetime.timedelta(seconds=-5), None], pa.duration("us")
            ),
            "grade": pa.array(["good", None, "good"]).dictionary_encode(),
            "share": [0.1, 5.0, None],
        }
    )


def printed(rows: Rows, output: str = "csv", **settings: object) -> str:
    stream = io.StringIO()
    assert write_text(PLUGINS, rows, stream, output=output, settings=settings) == ()
    return stream.getvalue()


def written(folder: Path, rows: Rows, ending: str, **settings: object) -> Path:
    path = folder / f"out.{ending}"
    assert write_table(PLUGINS, rows, str(path), settings=settings) == ()
    return path


CSV = """staff,total,count,eligible,day,at,time,grade,share
=1+1,93.50,5,true,2026-01-05,2026-01-05 09:30:00,30:00:00,good,0.1
"张三, Jr.",,,false,,2026-01-05 09:30:00,-00:00:05,,5
"say ""hi""
there",-0.05,1152921504606846976,,1899-01-01,,,good,
"""


def test_csv_to_the_letter(tmp_path: Path) -> None:
    assert printed(scores()) == CSV
    assert written(tmp_path, scores(), "csv").read_bytes() == CSV.encode()
    assert written(tmp_path, scores(), "csv", bom=True).read_bytes() == b"\xef\xbb\xbf" + CSV.encode()


def test_other_separators_quote_what_they_must(tmp_path: Path) -> None:
    table = pa.table({"a|b": ["x|y", "x,y", "x\ty"]})
    assert printed(table, delimiter="|") == '"a|b"\n"x|y"\nx,y\nx\ty\n'
    assert written(tmp_path, table, "tsv").read_text() == 'a|b\nx|y\nx,y\n"x\ty"\n'


def test_decimals_are_never_written_with_an_exponent() -> None:
    table = pa.table({"a": decimals("0.0000000001", "0", "12", places=10)})
    assert printed(table) == "a\n0.0000000001\n0.0000000000\n12.0000000000\n"
    assert json.loads(printed(table, "json"), parse_float=str) == [
        {"a": "0.0000000001"},
        {"a": "0.0000000000"},
        {"a": "12.0000000000"},
    ]


def test_json_to_the_letter() -> None:
    objects = json.loads(printed(scores(), "json"), parse_float=Decimal)
    assert objects[0] == {
        "staff": "=1+1",
        "total": Decimal("93.50"),
        "count": 5,
        "eligible": True,
        "day": "2026-01-05",
        "at": "2026-01-05 09:30:00",
        "time": "30:00:00",
        "grade": "good",
        "share": Decimal("0.1"),
    }
    assert '"total": 93.50,' in printed(scores(), "json")
    assert objects[1]["total"] is None
    assert objects[2]["staff"] == 'say "hi"\nthere'


def test_json_lines_are_the_same_objects_without_the_list() -> None:
    lines = printed(scores(), "jsonl").splitlines()
    assert len(lines) == scores().num_rows
    assert [json.loads(line) for line in lines] == json.loads(printed(scores(), "json"))
    assert printed(scores().slice(0, 0), "jsonl") == ""


def test_json_has_no_infinity() -> None:
    text = printed(pa.table({"a": [float("inf"), float("nan"), 1.0]}), "json")
    assert json.loads(text) == [{"a": "Infinity"}, {"a": None}, {"a": 1}]


def test_parquet_keeps_types(tmp_path: Path) -> None:
    table = scores()
    assert pq.read_table(written(tmp_path, table, "parquet")).drop(["grade"]).equals(table.drop(["grade"]))
    smaller = written(
        tmp_path, pa.table({"a": ["x" * 50] * 10_000 + ["y"] * 10}), "parquet", compression="zstd"
    )
    assert pq.ParquetFile(smaller).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_workbook_as_a_person_sees_it(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(tmp_path, scores(), "xlsx", sheet="2026-Q1"))["2026-Q1"]
    assert [cell.value for cell in sheet[1]] == scores().column_names
    assert all(cell.font.b for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert (sheet["B2"].value, sheet["B2"].number_format, sheet["B2"].data_type) == (93.5, "0.00", "n")
    assert (sheet["C2"].value, sheet["C2"].number_format) == (5, "0")
    assert (sheet["D2"].value, sheet["D2"].data_type) == (True, "b")
    assert (sheet["E2"].value, sheet["E2"].number_format) == (datetime.datetime(2026, 1, 5), "yyyy-mm-dd")
    assert sheet["F2"].value == MOMENT
    assert sheet["B3"].value is None
    # what a spreadsheet cannot hold exactly is text
    assert (sheet["C4"].value, sheet["C4"].data_type) == (str(1 << 60), "s")
    assert sheet["E4"].value == "1899-01-01"
    assert sheet["G3"].value == "-00:00:05"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "{=1}", "http://x", "mailto:x", "=cmd|' /C calc'!A0"]
)
def test_text_is_never_a_formula_or_a_link(tmp_path: Path, text: str) -> None:
    sheet = openpyxl.load_workbook(written(tmp_path, pa.table({text: [text]}), "xlsx"))["data"]
    for cell in (sheet["A1"], sheet["A2"]):
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("ending", ENDINGS)
def test_batches_and_a_table_write_the_same(tmp_path: Path, ending: str) -> None:
    table = scores()
    whole = written(tmp_path, table, ending).read_bytes()
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=1))
    if ending == "parquet":
        assert pq.read_table(written(tmp_path, reader, ending)).equals(pq.read_table(io.BytesIO(whole)))
    else:
        assert written(tmp_path, reader, ending).read_bytes() == whole
        assert written(tmp_path, table.slice(0), ending).read_bytes() == whole


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_rows_and_no_columns(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, scores().slice(0, 0), ending)
    found = read_table(PLUGINS, str(path))
    assert found.header == (() if ending in ("json", "jsonl") else tuple(scores().column_names))
    if ending in ("json", "jsonl"):
        assert path.read_text() == ("[]\n" if ending == "json" else "")
    else:
        assert found.table is not None
    written(tmp_path, pa.table({}), ending)


TEXT = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs", "Cc"]), max_size=8)


@given(
    st.lists(st.tuples(TEXT, st.decimals(-(10**9), 10**9, places=2)), min_size=1, max_size=6),
    st.sampled_from(ENDINGS),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, Decimal]], ending: str
) -> None:
    table = pa.table({"s": [s for s, _ in pairs], "d": pa.array([d for _, d in pairs], pa.decimal128(20, 2))})
    found = read_table(PLUGINS, str(written(tmp_path_factory.getbasetemp(), table, ending)))
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table["s"].to_pylist() == [s or None for s, _ in pairs]
    assert [Decimal(text) for text in as_text(found.table["d"]).to_pylist()] == [d for _, d in pairs]
