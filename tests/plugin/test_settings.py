"""Settings are checked with words in both languages, all of them at once."""

from __future__ import annotations

import pytest

from kpirules.adapters.hooks import CsvAdapter, XlsxAdapter
from kpirules.adapters.options import CsvOptions
from kpirules.diagnostics import Cell
from kpirules.outputs.hooks import ParquetOutput
from kpirules.plugin.settings import check_settings


def test_good_settings_become_options() -> None:
    options, wrong = check_settings(CsvAdapter(), {"delimiter": "tab", "header_row": "3"})
    assert wrong == ()
    assert isinstance(options, CsvOptions)
    assert (options.delimiter, options.header_row, options.encoding) == ("\t", 3, None)


def test_all_wrong_ones_are_told_at_once() -> None:
    place = Cell("kpirules.toml", 7)
    options, wrong = check_settings(CsvAdapter(), {"delimitr": ";", "quote": "ab", "header_row": 0}, place)
    assert options is None
    assert {str(one.args["setting"]) for one in wrong} == {"delimitr", "quote", "header_row"}
    assert all(one.code == "K526" and one.place == place for one in wrong)
    assert [one.suggestion for one in wrong if one.args["setting"] == "delimitr"] == ["delimiter"]


@pytest.mark.parametrize(
    ("settings", "en", "zh"),
    [
        ({"header_row": "x"}, "integer", "应为整数"),
        ({"header_row": 0}, "greater than or equal to 1", "应不小于 1"),
        ({"sheet": 5}, "string", "应为文本"),
        ({"leaf": "a"}, "no such setting", "没有这项设置"),
    ],
)
def test_the_reason_in_both_languages(settings: dict[str, object], en: str, zh: str) -> None:
    _, (wrong,) = check_settings(XlsxAdapter(), settings)
    assert en in wrong.message("en")
    assert zh in wrong.message("zh")


def test_a_choice_lists_the_choices() -> None:
    _, (wrong,) = check_settings(ParquetOutput(), {"compression": "zip"})
    assert "'zstd'" in wrong.message("en")
    assert "'zstd'" in wrong.message("zh")


@pytest.mark.parametrize("encoding", ["nonsense", "hex", "rot13", "", "a\0b"])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    options, wrong = check_settings(CsvAdapter(), {"encoding": encoding})
    assert options is None
    assert [one.code for one in wrong] == ["K526"]


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "，"])
def test_an_unusable_delimiter_is_refused(delimiter: str) -> None:
    options, wrong = check_settings(CsvAdapter(), {"delimiter": delimiter})
    assert options is None
    assert [one.code for one in wrong] == ["K526"]
