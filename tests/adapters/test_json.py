"""JSON: lists of objects and objects a line; numbers keep every digit, and nothing is guessed."""

from __future__ import annotations

import gzip
import json
import os
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.diagnostics import Cell
from kpirules.plugin import SourceTable, read_table
from kpirules.plugin.columns import as_text
from tests.adapters.reading import ADAPTERS, codes, read, rows, values


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.json"


def of(file: Path, text: str, **settings: object) -> SourceTable:
    file.write_text(text, "utf-8")
    return read(file, None, None, **settings)


def test_pure_columns_are_native(file: Path) -> None:
    found = of(
        file, '[{"i": 1, "f": 0.93, "b": true, "s": "2026-01-05"}, {"i": null, "f": 5, "b": null, "s": ""}]'
    )
    assert values(found) == {"i": [1, None], "f": [0.93, 5.0], "b": [True, None], "s": ["2026-01-05", None]}
    assert found.table is not None
    assert found.table.schema.types == [pa.int64(), pa.float64(), pa.bool_(), pa.string()]
    assert codes(found) == []


def test_mixed_columns_are_text(file: Path) -> None:
    found = of(file, '[{"a": "x"}, {"a": 2.50}, {"a": 5.0}, {"a": true}, {"a": 7}]')
    assert values(found) == {"a": ["x", "2.5", "5", "true", "7"]}


@pytest.mark.parametrize(
    "number", ["12345678901234567890", "0.12345678901234567891", "1e30000", "9007199254740993.5"]
)
def test_no_digit_is_lost(file: Path, number: str) -> None:
    (text,) = values(of(file, f'[{{"a": {number}}}]'))["a"]
    assert isinstance(text, str)
    assert Fraction(text) == Fraction(number)


def test_a_gigantic_number_costs_nothing(file: Path) -> None:
    assert values(of(file, '[{"a": 1e999999999}, {"a": ' + "9" * 5000 + "}]"))["a"] == [
        "1e999999999",
        "9" * 5000,
    ]


def test_keys_missing_here_and_there(file: Path) -> None:
    found = of(file, '[{"a": 1}, {}, {"b": 2, "a": 3}]')
    assert found.header == ("a", "b")
    assert values(found) == {"a": [1, None, 3], "b": [None, None, 2]}
    assert rows(found) == [1, 2, 3]


def test_objects_a_line(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    found = of(file, '{"a": 1}\n\n{"a": }\n[1]\n5\n{"a": {"x": 1}}\n{"a": NaN}\n{"a": 2, "a": 3}\n{"a": 4}')
    assert values(found) == {"a": [1, None, None, None, 4], "a.x": [None, 1, None, None, None]}
    assert rows(found) == [1, 6, 7, 8, 9]
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K550", Cell(str(file), 3)),
        ("K552", Cell(str(file), 4)),
        ("K552", Cell(str(file), 5)),
        ("K554", Cell(str(file), 7, "a")),
        ("K553", Cell(str(file), 8, "a")),
    ]


def test_objects_a_line_under_the_plain_ending(file: Path) -> None:
    assert values(of(file, '{"a": 1}\n{"a": 2}\n')) == {"a": [1, 2]}


def test_elements_that_are_no_objects(file: Path) -> None:
    found = of(file, '[{"a": 1}, [2], {"a": [3]}]')
    assert values(found) == {"a": [1, None]}
    assert rows(found) == [1, 3]
    assert codes(found) == ["K552", "K554"]
    assert "a list" in found.diagnostics[1].message("en")
    assert "列表" in found.diagnostics[1].message("zh")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": [1]}', "K551"),
        ("5", "K551"),
        ('[{"a": 1},', "K550"),
        ('[{"a": 1}] x', "K550"),
        ("[" * 100_000, "K550"),
        ("[]", "K547"),
        ("[{}]", "K547"),
        ("[1]", "K552"),
        ("  \n", "K533"),
    ],
)
def test_refused(file: Path, text: str, code: str) -> None:
    found = of(file, text)
    assert found.table is None
    assert codes(found)[0] == code


def test_the_place_of_a_mistake(file: Path) -> None:
    found = of(file, '[\n{"a": 1},\n{"a": tru}\n]')
    assert "line 3, column 7" in found.diagnostics[0].message("en")
    assert "第 3 行第 7 列" in found.diagnostics[0].message("zh")


def test_encodings(file: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        file.write_bytes('[{"员工": "张三"}]'.encode(encoding))
        assert values(read(file)) == {"员工": ["张三"]}
    file.write_bytes('[\n{"员工": "张三"}]'.encode("gbk"))
    found = read(file)
    assert codes(found) == ["K540"]
    assert "line 2" in found.diagnostics[0].message()


def test_half_a_surrogate_pair_is_no_crash(file: Path) -> None:
    assert values(of(file, r'[{"\ud801": "a\ud800b"}]')) == {"?": ["a?b"]}


def test_names_that_differ_by_spaces(file: Path) -> None:
    found = of(file, '[{"a": 1, " a": 2, "": 3}]')
    assert values(found) == {"a": [1]}
    assert codes(found) == ["K545", "K546"]


def test_too_large(file: Path) -> None:
    assert codes(of(file, '[{"a": "' + "x" * (1 << 20) + '"}]', max_megabytes=1)) == ["K537"]


SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)


@given(st.lists(SCALAR, min_size=1, max_size=6))
def test_every_value_keeps_its_meaning(
    tmp_path_factory: pytest.TempPathFactory, column: list[object]
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_text(json.dumps([{"a": value} for value in column]), "utf-8")
    found = read(file)
    assert codes(found) == []
    assert found.table is not None
    texts = as_text(found.table["a"]).to_pylist()
    for value, text in zip(column, texts, strict=True):
        match value:
            case None | "":
                assert text is None
            case bool():
                assert text == str(value).lower()
            case str():
                assert text == value.encode("utf-8", "replace").decode()
            case int() | float():
                assert text is not None
                assert Fraction(text) == Fraction(repr(value))


# Lists inside, objects inside


def test_a_list_inside_an_object(file: Path) -> None:
    text = '{"total": 2, "data": {"items": [{"a": 1}, {"a": 2}], "pages": [[{"a": 3}]]}}'
    assert values(of(file, text, records="data.items")) == {"a": [1, 2]}
    assert values(of(file, text, records="data.pages.0")) == {"a": [3]}
    unsaid = of(file, text)
    assert (unsaid.table, codes(unsaid)) == (None, ["K715"])
    assert 'records = "data.items"' in unsaid.diagnostics[0].help()
    wrong = of(file, text, records="data.item")
    assert codes(wrong) == ["K716"]
    assert wrong.diagnostics[0].suggestion == "items"
    assert codes(of(file, text, records="total")) == ["K551"]
    assert codes(of(file, text, records="data.pages.7")) == ["K716"]


def test_objects_inside_are_columns_with_dotted_names(file: Path) -> None:
    found = of(
        file,
        '[{"id": 1, "who": {"name": "Li", "team": {"id": 7}}}, {"id": 2, "who": null}, {"id": 3, "who": {}},'
        ' {"id": 4, "who": "Han"}]',
    )
    assert codes(found) == []
    assert values(found) == {
        "id": [1, 2, 3, 4],
        "who.name": ["Li", None, None, None],
        "who.team.id": [7, None, None, None],
        "who": [None, None, None, "Han"],
    }
    assert values(read(file, ("who.name",)))["who.name"][0] == "Li"


def test_a_name_that_comes_about_twice_is_told(file: Path) -> None:
    found = of(file, '[{"a.b": 1, "a": {"b": 2, "c": 3}}, {"a": {"b": 4, "b": 5}}, {"a": {"b": 6}}]')
    assert values(found) == {"a.b": [None, None, 6], "a.c": [3, None, None]}
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K553", Cell(str(file), 1, "a.b")),
        ("K553", Cell(str(file), 2, "a.b")),
    ]


def test_lists_by_setting(file: Path) -> None:
    text = '[{"a": ["x", 2, null, 2.50]}, {"a": []}, {"a": [{"b": 1.10}]}, {"a": "one"}]'
    assert codes(of(file, text)) == ["K554"] * 3
    both = of(file, text, lists="join", join_with="; ")
    assert values(both) == {"a": ["x; 2; 2.5", None, None, "one"]}
    assert [one.place for one in both.diagnostics] == [Cell(str(file), 3, "a")]
    as_json = of(file, text, lists="json")
    assert values(as_json)["a"] == ['["x", 2, null, 2.5]', "[]", '[{"b": 1.1}]', "one"]
    assert codes(as_json) == []


def test_deep_objects_end_somewhere(file: Path) -> None:
    found = of(file, '[{"a": ' + '{"b": ' * 200 + "1" + "}" * 200 + "}]")
    assert codes(found) == ["K554"]


# One object a line, streamed


def test_types_are_those_of_the_whole_file(tmp_path: Path) -> None:
    """A value of another kind in the last chunk makes the column text from its first row on."""
    count = 40_000
    file = tmp_path / "t.jsonl"
    lines = [json.dumps({"a": row, "b": row, "c": None, "d": 1.5}) for row in range(count)]
    file.write_text(
        "\n".join([*lines, '{"a": "x", "b": 0.5, "c": true, "d": 12345678901234567.25}']), "utf-8"
    )
    found = read(file)
    assert found.table is not None
    assert found.table.schema.types == [pa.string(), pa.float64(), pa.bool_(), pa.string()]
    last = {name: column[-1] for name, column in values(found).items()}
    assert last == {"a": "x", "b": 0.5, "c": True, "d": "12345678901234567.25"}
    assert values(found)["a"][:2] == ["0", "1"]
    assert values(found)["d"][0] == "1.5"
    assert rows(found) == list(range(1, count + 2))


def test_progress(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl.gz"
    file.write_bytes(gzip.compress("".join(f'{{"a": {row}}}\n' for row in range(60_000)).encode()))
    shares: list[float] = []
    found = read_table(ADAPTERS, str(file), watch=lambda one: shares.append(one.done or 0.0))
    assert len(rows(found)) == 60_000
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_packed_list(tmp_path: Path) -> None:
    file = tmp_path / "t.json.gz"
    file.write_bytes(gzip.compress(b'[{"a": 1}]'))
    assert values(read(file)) == {"a": [1]}
    file.write_bytes(gzip.compress(os.urandom(4000).hex().encode())[:900])
    assert codes(read(file)) == ["K535"]


def test_lines_that_are_no_text_or_never_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "t.jsonl"
    file.write_bytes(b'{"a": 1}\n{"a": "\xff"}\n')
    found = read(file)
    assert (found.table, codes(found)) == (None, ["K540"])
    assert "line 2" in found.diagnostics[0].message()
    assert "0xFF is the 17th" in found.diagnostics[0].message()
    file.write_bytes(b'{"a": 1}\n{"a": "' + b"x" * (33 << 20))
    assert codes(read(file)) == ["K543"]
    for encoding in ("utf-8-sig", "utf-16"):
        file.write_bytes('{"员工": "张三"}\r\n{"员工": "李四"}\r\n'.encode(encoding))
        assert values(read(file)) == {"员工": ["张三", "李四"]}


def test_records_in_every_line(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text('{"event": {"a": 1}}\n{"other": {}}\n{"event": {"a": 2}}\n')
    found = read(file, records="event")
    assert values(found) == {"a": [1, 2]}
    assert [(one.code, one.place) for one in found.diagnostics] == [("K716", Cell(str(file), 2))]
