"""From the text of a policy to its syntax tree: the only module that uses lark, and where the grammar is read.

`parse` never raises for what a text contains: it returns what could be read and everything that is wrong.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import lark
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Shift

from kpirules.diagnostics import Diagnostic, Span, in_order
from kpirules.language import problems, tree
from kpirules.language.build import Builder
from kpirules.language.reading import SHAPE_NAMES, Automaton, Line, Reader
from kpirules.language.vocabulary import GRAMMAR, vocabulary


@dataclass(frozen=True, slots=True)
class Parsed:
    """A policy's text as read.

    tree: None where there is no ruleset at all. complete: every line was understood (perhaps after a mend).
    skipped: the words of lines that were not; names among them must not be called unknown.
    """

    path: str
    text: str
    tree: tree.Ruleset | None
    lines: tuple[Line, ...]
    diagnostics: tuple[Diagnostic, ...]
    skipped: frozenset[str]

    @property
    def complete(self) -> bool:
        return self.tree is not None and not self.skipped


def parse(text: str, path: str = "<text>") -> Parsed:
    """Read a policy. Diagnostics are sorted by position."""
    grammar = _grammar()
    reading = Reader(
        text.removeprefix("\ufeff").replace("\r\n", "\n"),
        path,
        grammar.automaton,
        vocabulary(),
        grammar.shapes,
    ).read()
    found = list(reading.diagnostics)
    built: tree.Ruleset | None = None
    if any(token.terminal == "_RULESET" for token in reading.tokens):
        session = grammar.lark.parse_interactive("")
        for token in reading.tokens:
            at = token.span
            session.feed_token(
                lark.Token(token.terminal, token.text, 0, at.line, at.column, at.end_line, at.end_column, 0)
            )
        built = Builder(path).ruleset(session.feed_eof().children[0])  # type: ignore[no-untyped-call]
    elif not found:
        found.append(problems.EMPTY.at(reading_start(path)))
    return Parsed(path, text, built, reading.lines, in_order(found), reading.skipped)


def reading_start(path: str) -> Span:
    """The very beginning of a file."""
    return Span(path, 1, 1, 1, 2)


def decode(data: bytes, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a policy file's bytes, or why they are not text. A byte order mark is dropped."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return "", (problems.UNREADABLE.at(reading_start(path), offset=wrong.start + 1),)
    if "\0" in text:
        return "", (problems.UNREADABLE.at(reading_start(path), offset=data.index(b"\0") + 1),)
    return text, ()


@dataclass(frozen=True, slots=True)
class _Grammar:
    lark: lark.Lark
    automaton: Automaton
    shapes: dict[str, re.Pattern[str]]


class _NoLexer(Lexer):
    """The reader delivers the tokens; lark only parses."""

    __future_interface__ = 2

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, lexer_state: object, parser_state: object) -> Iterator[lark.Token]:
        return iter(())


@cache
def _grammar() -> _Grammar:
    engine = _load(GRAMMAR.read_bytes())
    session = engine.parse_interactive("")
    state = session.parser_state
    shapes = {t.name: re.compile(t.pattern.value) for t in engine.terminals if t.name in SHAPE_NAMES}
    return _Grammar(engine, Automaton(state.parse_conf.states, Shift, state.parse_conf.start_state), shapes)


def _load(grammar: bytes) -> lark.Lark:
    """The parser's tables, made once per grammar and kept in the user's cache folder (making them takes half a second)."""
    key = hashlib.sha256(grammar + lark.__version__.encode() + sys.version.encode()).hexdigest()[:24]
    kept = _cache_folder() / f"grammar-{key}.lark"
    try:
        with kept.open("rb") as file:
            return lark.Lark.load(file)
    except Exception:  # absent, cut short or from elsewhere: any reason to make it anew will do
        pass
    engine = lark.Lark(
        grammar.decode("utf-8"),
        parser="lalr",
        lexer=_NoLexer,
        propagate_positions=True,
        maybe_placeholders=True,
    )
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as fresh:
            engine.save(fresh)
        os.replace(fresh.name, kept)
    except OSError:
        pass  # a read-only home only costs time
    return engine


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kpirules"
