"""JSON: lists of objects and objects a line; numbers keep every digit, and nothing is guessed."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpirules.diagnostics import Cell
from kpirules.plugin import SourceTable
from kpirules.plugin.columns import as_text
from tests.adapters.reading import codes, read, rows, values


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
    assert values(found) == {"a": [1, None, None, None, 4]}
    assert rows(found) == [1, 6, 7, 8, 9]
    assert [(one.code, one.place) for one in found.diagnostics] == [
        ("K550", Cell(str(file), 3)),
        ("K552", Cell(str(file), 4)),
        ("K552", Cell(str(file), 5)),
        ("K554", Cell(str(file), 6, "a")),
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
