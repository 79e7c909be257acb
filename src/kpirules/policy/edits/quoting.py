"""Pieces of a policy as text: laid out in the one way, in either vocabulary. Comments are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kpirules.diagnostics import Language, Span, Words
from kpirules.language import tree
from kpirules.language.automaton import Token
from kpirules.language.format import one_line
from kpirules.language.parse import parse
from kpirules.language.reading import Line
from kpirules.model.literals import literal
from kpirules.model.spellings import SPELLINGS
from kpirules.units import shown

_ENGLISH = {chinese: english for english, chinese in SPELLINGS.items()}


@lru_cache(maxsize=64)
def _lines(path: str, text: str) -> tuple[Line, ...]:
    return parse(text, path).lines


@dataclass(frozen=True, slots=True)
class Quotes:
    """The texts of one policy. sources: path to text; settings: what its user set, as written, by parameter."""

    sources: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)

    def piece(self, span: Span) -> Words:
        """The words inside a span."""
        start, end = (span.line, span.column), (span.end_line, span.end_column)
        return _words(
            token for line in self._lines(span.path) for token in line.tokens if start <= _start(token) < end
        )

    def rest(self, span: Span) -> Words:
        """From the beginning of a span to the end of its line."""
        at = (span.line, span.column)
        for line in self._lines(span.path):
            if line.tokens and _start(line.tokens[0]) <= at <= _end(line.tokens[-1]):
                return _words(token for token in line.tokens if _start(token) >= at)
        return Words()

    def line(self, span: Span) -> Words:
        """The whole line in which a span begins."""
        return next(iter(self.block(span)), Words())

    def block(self, span: Span) -> tuple[Words, ...]:
        """The line in which a span begins, and the lines of its block."""
        lines = [line for line in self._lines(span.path) if line.tokens]
        at = (span.line, span.column)
        first = next(
            (n for n, one in enumerate(lines) if _start(one.tokens[0]) <= at <= _end(one.tokens[-1])), None
        )
        if first is None:
            return ()
        last = first + 1
        while last < len(lines) and lines[last].depth > lines[first].depth:
            last += 1
        return tuple(_words(line.tokens) for line in lines[first:last])

    def value(self, name: str, given: tree.Expr) -> Words:
        """A parameter's value as its user set it."""
        if name in self.settings:
            return Words(self.settings[name], self.settings[name])
        if isinstance(given, tree.Number):
            held, unit = literal(given)
            return Words(shown(held, unit), shown(held, unit, "zh"))
        match given:
            case tree.Truth(value):
                return Words("yes", "是") if value else Words("no", "否")
            case tree.Text(text) | tree.Moment(text):
                return Words(text, text)
            case _:
                return self.piece(given.span)

    def _lines(self, path: str) -> tuple[Line, ...]:
        return _lines(path, self.sources[path]) if path in self.sources else ()


def _start(token: Token) -> tuple[int, int]:
    return token.span.line, token.span.column


def _end(token: Token) -> tuple[int, int]:
    return token.span.end_line, token.span.end_column


def _words(tokens: Iterable[Token]) -> Words:
    given = tuple(tokens)
    return Words(_written(given, "en"), _written(given, "zh"))


def _written(tokens: tuple[Token, ...], language: Language) -> str:
    return one_line(tokens, language, SPELLINGS if language == "zh" else _ENGLISH)
