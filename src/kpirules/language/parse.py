"""From the text of a policy to its syntax tree: the only module that uses lark, and where the grammar is read.

`parse` never raises for what a text contains: it returns what could be read and everything that is wrong.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kpirules.diagnostics import Diagnostic, Span, in_order
from kpirules.language import problems, tree
from kpirules.language.automaton import Automaton, Rule
from kpirules.language.build import Builder
from kpirules.language.reading import Line, Reader
from kpirules.language.scanning import SHAPE_NAMES
from kpirules.language.vocabulary import GRAMMAR, vocabulary

# Part of the name of what is kept: to be raised when the form of the tables changes.
_FORM = 1
# What ends a line, also in text that comes from a word processor or an old editor.
_ODD_LINE_END = re.compile("\r(?!\n)|[\v\f\x85\u2028\u2029]")


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
    text = _ODD_LINE_END.sub("\n", text)
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
        built = Builder(path).ruleset(grammar.automaton.parse(reading.tokens).children[0])
    elif not found:
        found.append(problems.EMPTY.at(reading_start(path)))
    return Parsed(path, text, built, reading.lines, in_order(found), reading.skipped)


def reading_start(path: str) -> Span:
    """The very beginning of a file."""
    return Span(path, 1, 1, 1, 2)


def decode(data: bytes, path: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a policy file's bytes, or why they are not text.

    A byte order mark is dropped; lines that end otherwise than with a line feed do so after this (CRLF stays).
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return "", (problems.UNREADABLE.at(reading_start(path), offset=wrong.start + 1),)
    if "\0" in text:
        return "", (problems.UNREADABLE.at(reading_start(path), offset=data.index(b"\0") + 1),)
    return _ODD_LINE_END.sub("\n", text), ()


@dataclass(frozen=True, slots=True)
class _Grammar:
    automaton: Automaton
    shapes: dict[str, re.Pattern[str]]


@cache
def _grammar() -> _Grammar:
    actions, rules, start, shapes = _tables(GRAMMAR.read_bytes())
    patterns = {name: re.compile(pattern) for name, pattern in shapes.items()}
    return _Grammar(Automaton(actions, rules, start), patterns)


_Tables = tuple[list[dict[str, int]], list[Rule], int, dict[str, str]]


def _tables(grammar: bytes) -> _Tables:
    """The parser's tables: made once per grammar and kept in the user's cache folder, since making takes a second."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    kept = _cache_folder() / f"grammar-{_FORM}-{version}-{len(grammar)}-{zlib.crc32(grammar):08x}.tables"
    try:
        checked, tables = marshal.loads(kept.read_bytes())
        if checked == grammar:
            found: _Tables = tables
            return found
    except Exception:  # absent, cut short or from elsewhere: any reason to make it anew will do
        pass
    made = _made(grammar)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(marshal.dumps((grammar, made)))
        os.replace(fresh, kept)
    except OSError:
        pass  # a read-only home only costs time
    return made


def _made(grammar: bytes) -> _Tables:
    """The tables as lark makes them, in plain form."""
    import lark  # late: only needed when the grammar has changed
    from lark.parsers.lalr_analysis import Shift

    engine = lark.Lark(grammar.decode("utf-8"), parser="lalr", lexer="basic", maybe_placeholders=True)
    conf = engine.parse_interactive("").parser_state.parse_conf
    numbers: dict[Any, int] = {}
    actions = [
        {
            sys.intern(symbol): argument
            if action is Shift
            else -1 - numbers.setdefault(argument, len(numbers))
            for symbol, (action, argument) in conf.states[state].items()
        }
        for state in range(len(conf.states))
    ]
    shapes = {one.name: one.pattern.value for one in engine.terminals if one.name in SHAPE_NAMES}
    return actions, [_rule(one) for one in numbers], conf.start_state, shapes


def _rule(rule: Any) -> Rule:
    """A rule of lark's in plain form: which of its symbols the tree keeps, after lark's own conventions."""
    taken: list[tuple[int, bool, int]] = []
    # for each symbol, and behind the last, how many optional ones were left out before it
    left_out = [0] * (len(rule.expansion) + 1)
    at = 0
    for absent in rule.options.empty_indices or ():
        if absent:
            left_out[at] += 1
        else:
            at += 1
    before = 0
    for number, symbol in enumerate(rule.expansion):
        before += left_out[number]
        if rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out):
            inlined = not symbol.is_term and symbol.name.startswith("_")
            taken.append((number, inlined, before))
            before = 0
    name = rule.alias or rule.origin.name
    single = bool(rule.options.expand1) and not rule.alias
    return (
        sys.intern(str(rule.origin.name)),
        len(rule.expansion),
        "" if name.startswith("_") else str(name),
        single,
        tuple(taken),
        before + left_out[-1],
    )


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kpirules"
