"""The parser's tables: kept between runs, made anew when they are not usable, and the same as lark's own tree."""

from pathlib import Path
from typing import Any

import lark
import pytest
from hypothesis import given, settings

from kpirules.language import parse as parsing
from kpirules.language.automaton import Branch, Token
from kpirules.language.reading import Reader
from kpirules.language.vocabulary import GRAMMAR, vocabulary
from kpirules.units import CURRENCIES
from tests.strategies import policies


def lark_shape(item: Any) -> Any:
    if isinstance(item, lark.Tree):
        return (str(item.data), [lark_shape(one) for one in item.children])
    return None if item is None else (item.type, str(item))


def shape(item: Any) -> Any:
    if isinstance(item, Branch):
        return (item.data, [shape(one) for one in item.children])
    return None if not isinstance(item, Token) else (item.terminal, item.text)


ENGINE = lark.Lark(GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer="basic", maybe_placeholders=True)


@settings(max_examples=max(40, settings().max_examples // 6))
@given(policies())
def test_branches_are_what_lark_builds(text: str) -> None:
    grammar = parsing._grammar()
    text = text.replace("\r\n", "\n")
    tokens = Reader(text, "x", grammar.automaton, vocabulary(), grammar.shapes).read().tokens
    session = ENGINE.parse_interactive("")
    for token in tokens:
        session.feed_token(lark.Token(token.terminal, token.text))
    expected = session.feed_eof()  # type: ignore[no-untyped-call]
    assert shape(grammar.automaton.parse(tokens)) == lark_shape(expected)


def test_tables_are_kept_and_damage_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    data = GRAMMAR.read_bytes()
    made = parsing._tables(data)
    (kept,) = (tmp_path / "kpirules").iterdir()
    monkeypatch.setattr(parsing, "_made", lambda _: pytest.fail("the tables were kept"))
    assert parsing._tables(data) == made
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for damage in (b"", b"garbage", kept.read_bytes()[:1000]):
        kept.write_bytes(damage)
        assert parsing._tables(data)[3] == made[3]


def test_a_folder_that_cannot_be_written_only_costs_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kpirules").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert parsing._tables(GRAMMAR.read_bytes())[3].keys() == set(parsing._grammar().shapes)


def test_every_currency_has_its_words_in_the_grammar() -> None:
    spellings = vocabulary().spellings
    for code, words in CURRENCIES.items():
        terminal = "YUAN" if code == "CNY" else code
        assert {code, words.en, words.zh} <= set(spellings[terminal])
