"""From text to tokens: lines, blocks by indentation, and what is wrong with either.

A file is read in one pass and all its mistakes are found: what can be mended is mended (see `mending`) and reading
goes on; what cannot is left out with the lines under it. The tokens that come out always suit the parser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpirules.diagnostics import Diagnostic, Span, Words
from kpirules.language import problems
from kpirules.language.automaton import Automaton, Stack, Token
from kpirules.language.mending import Mender, Reread
from kpirules.language.repairs import Repairs
from kpirules.language.scanning import (
    BLANKS,
    COMMENT_SIGNS,
    WORD,
    Remark,
    Scanner,
    columns,
)
from kpirules.language.vocabulary import Vocabulary

MOST_CHARACTERS = 20_000
MOST_MISTAKES = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: its depth of indentation, its tokens, and the comment at its end (or alone, without tokens).

    remarks: the comments between its tokens, where it goes on over several lines inside parentheses.
    """

    number: int
    depth: int
    tokens: tuple[Token, ...]
    comment: str | None
    after_blank: bool
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All lines; the tokens for the parser (structure included); what was wrong; names in skipped lines."""

    lines: tuple[Line, ...]
    tokens: tuple[Token, ...]
    diagnostics: tuple[Diagnostic, ...]
    skipped: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Level:
    """A block's indentation. known: the parser knows of it. guessed: its lines are not indented as they should be.

    first: the number of its first line.
    """

    indent: int
    known: bool
    guessed: bool = False
    first: int = 0


@dataclass(frozen=True, slots=True)
class _Comment:
    number: int
    indent: int
    text: str
    after_blank: bool


@dataclass(slots=True)
class Reader:
    """Reads one file. Positions are offsets into the text, whose lines end in a bare line feed."""

    text: str
    path: str
    automaton: Automaton
    words: Vocabulary
    shapes: Mapping[str, re.Pattern[str]]
    lines: list[Line] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    comments: list[_Comment] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=lambda: [_Level(0, False)])
    stack: Stack = ()
    no_ruleset: bool = False
    unaligned: int | None = None
    physical: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scanner = Scanner(self.text, self.path, self.automaton, self.words, self.shapes)
        self.mender = Mender(self.scanner, Repairs(self.scanner))

    scanner: Scanner = field(init=False)
    mender: Mender = field(init=False)

    def read(self) -> Reading:
        """Read the whole file, once."""
        self.stack = (self.automaton.start,)
        physical = self.physical = self.text.split("\n")
        number, blank, tabs = 0, False, False
        deeper_than: int | None = None  # lines under one that could not be read
        while number < len(physical):
            line, offset = physical[number], self.scanner.starts[number]
            number += 1
            body = line.lstrip(BLANKS)
            if not body:
                blank = True
                continue
            lead = line[: len(line) - len(body)]
            indent = columns(lead, self.scanner.tab)
            if body[0] in COMMENT_SIGNS:
                self.comments.append(_Comment(number, indent, body.rstrip(), blank))
                blank = False
                continue
            if deeper_than is not None and indent > deeper_than:
                self._skip(offset, offset + len(line))
                continue
            deeper_than = None
            if len(self.diagnostics) >= MOST_MISTAKES:
                self.diagnostics.append(problems.MANY.at(self._whole(offset, line), most=MOST_MISTAKES))
                self._skip(offset, len(self.text))
                break
            if "\t" in lead and not tabs:
                tabs = True  # once: where one line has tabs, all have
                self.diagnostics.append(problems.TABS.at(self.scanner.span(offset, offset + len(lead))))
            before = tuple(self.levels)
            indent = self._indent(indent, self._whole(offset, line))
            self._place_comments(before)
            start = offset + len(lead)
            if len(line) > MOST_CHARACTERS:
                what = Words("characters", "字符数")
                span = self.scanner.span(start, start + 1)
                read = Reread((), (), None, None, offset + len(line), ())
                self.diagnostics.append(problems.COMPLEX.at(span, most=MOST_CHARACTERS, what=what))
            else:
                read = self._line(start, indent)
            number = self.scanner.line_number(read.end)
            self.diagnostics.extend(read.diagnostics)
            if read.after is None:
                deeper_than = indent
                self._skip(offset, read.end)
                continue
            first = self.scanner.line_number(offset)
            self.lines.append(
                Line(first, _depth(self.levels), read.tokens, read.comment, blank, read.remarks)
            )
            self.tokens.extend((*read.tokens, self._structure("_NL", self.scanner.span(read.end, read.end))))
            self.stack = read.after
            blank = False
        before = tuple(self.levels)
        end = self.scanner.span(len(self.text), len(self.text))
        while len(self.levels) > 1:
            self._close(end)
        self._place_comments(before)
        return Reading(
            tuple(self.lines), tuple(self.tokens), tuple(self.diagnostics), frozenset(self.skipped)
        )

    # Lines

    def _line(self, start: int, indent: int) -> Reread:
        """Read one logical line, in the block it stands in or in the one it was meant for."""
        if self.stack == (self.automaton.start,):
            early = self._first_line(start, indent)
            if early is not None:
                return early
            if self.no_ruleset:  # said once
                scan = self.scanner.scan(start, self.stack, indent)
                return self.mender.unchanged(scan)
        scan = self.scanner.scan(start, self.stack, indent)
        if scan.after is not None:
            return self.mender.unchanged(scan)
        read = self._in_guessed_block(start, indent) or self.mender.other_words(scan, indent)
        read = read or self.mender.mend(scan, indent, 1)
        read = read or self._further_left(start, indent)
        read = read or self.mender.mend(scan, indent, 2)
        if read is None and self.stack == (self.automaton.start,):
            self.no_ruleset = True
            return Reread((), (), None, None, scan.end, (problems.EMPTY.at(self._span_of(start)),))
        return read or self.mender.refuse(scan)

    def _first_line(self, start: int, indent: int) -> Reread | None:
        """A file whose first line is not `ruleset`: say so once, and read on as if it were there."""
        place = self.scanner.span(start, start + 1)
        supposed = [self._structure(name, place) for name in ("_RULESET", "NAME", "_NL")]
        stack: Stack | None = self.stack
        for token in supposed:
            stack = None if stack is None else self.automaton.advance(stack, token.terminal)
        assert stack is not None
        for within in (stack, self.automaton.advance(stack, "_INDENT")):
            assert within is not None
            scan = self.scanner.scan(start, within, indent)
            if scan.after is not None:
                self.diagnostics.append(problems.EMPTY.at(place))
                self.tokens.extend(supposed)
                self.stack = stack
                if within != stack:
                    self._open(indent, place, guessed=True)
                return self.mender.unchanged(scan)
        return None

    def _in_guessed_block(self, start: int, indent: int) -> Reread | None:
        """The line in the block above it that it should be indented under, or behind such a block's end."""
        if self.levels[-1].guessed:
            outer = self.automaton.advance(self.stack, "_DEDENT")
            assert outer is not None, "a block can always end"
            scan = self.scanner.scan(start, outer, indent)
            if scan.after is not None:
                self._close(self.scanner.span(start, start))
                return self.mender.unchanged(scan)
        inner = self.automaton.advance(self.stack, "_INDENT")
        if inner is None:
            return None
        scan = self.scanner.scan(start, inner, indent)
        if scan.after is None:
            return None
        self.diagnostics.append(problems.UNINDENTED.at(self._span_of(start)))
        self._open(indent, self.scanner.span(start, start), guessed=True)
        return self.mender.unchanged(scan)

    def _further_left(self, start: int, indent: int) -> Reread | None:
        """The line in one of the blocks around the one that it stands in."""
        stack: Stack | None = self.stack
        for count in range(1, len(self.levels)):
            if self.levels[-count].known:
                stack = None if stack is None else self.automaton.advance(stack, "_DEDENT")
            if stack is None:
                return None
            scan = self.scanner.scan(start, stack, indent)
            if scan.after is not None:
                self.diagnostics.append(problems.TOO_DEEP.at(self._span_of(start)))
                for _ in range(count):
                    self._close(self.scanner.span(start, start))
                self.levels.append(_Level(indent, False))
                return self.mender.unchanged(scan)
        return None

    # Blocks

    def _indent(self, indent: int, line: Span) -> int:
        """Open or close blocks for a line at this indentation; returns the one that it is read as having."""
        edge = Span(line.path, line.line, line.column, line.line, line.column)
        shown = Span(line.path, line.line, 1, line.line, max(2, line.column))
        while self.levels[-1].guessed and indent < self.levels[-1].indent:
            self._close(edge)
        level = self.levels[-1]
        if indent > level.indent:
            if self.automaton.advance(self.stack, "_INDENT") is not None:
                common = self._common_indent(line.line, level.indent, indent)
                if common != indent:
                    self._uneven(shown, indent, common)
                self._open(common, edge)
                return common
            if self._first_is_odd(level, line.line):
                if not level.guessed:  # else that it is not indented at all has been said
                    self._uneven(self._lead(level.first), level.indent, indent)
                self.levels[-1] = replace(level, indent=indent)
                return indent
            self.diagnostics.append(problems.INDENTED.at(shown))
            self.levels.append(_Level(indent, False))
            return indent
        while indent < self.levels[-1].indent:
            if indent > self.levels[-2].indent:
                if self.unaligned != indent:  # once for the lines that stand alike
                    self.diagnostics.append(problems.UNALIGNED.at(shown))
                self.unaligned = indent
                return indent  # read as if it stood at the deeper of the two levels
            self._close(edge)
        self.unaligned = None
        return indent

    def _first_is_odd(self, level: _Level, number: int) -> bool:
        """Whether the line above is the first of its block, and no other line of it stands as that one does."""
        if not level.first or level.first != self._line_above(number):
            return False
        if level.guessed:
            return True
        usual = level.indent == self.levels[-2].indent + self.scanner.tab
        return not usual and level.indent not in self._following(number, level.indent - 1)

    def _common_indent(self, number: int, outside: int, indent: int) -> int:
        """The indentation of a block that this line opens: its own, unless others in it stand further left.

        A line between this one and what is outside is never right; which of the two is odd, the text's usual
        indentation tells.
        """
        if indent == outside + self.scanner.tab:
            return indent
        return min([indent, *self._following(number, outside)])

    def _following(self, number: int, outside: int) -> list[int]:
        """The indentations of the lines behind this one, as long as they are more than one outside."""
        found: list[int] = []
        for line in self.physical[number:]:
            body = line.lstrip(BLANKS)
            if body and body[0] not in COMMENT_SIGNS:
                indent = columns(line[: len(line) - len(body)], self.scanner.tab)
                if indent <= outside:
                    break
                found.append(indent)
        return found

    def _uneven(self, place: Span, indent: int, common: int) -> None:
        self.diagnostics.append(problems.UNEVEN.at(place, this=indent + 1, these=common + 1))

    def _lead(self, number: int) -> Span:
        """The blanks before a line."""
        line, start = self.physical[number - 1], self.scanner.starts[number - 1]
        return self.scanner.span(start, start + max(1, len(line) - len(line.lstrip(BLANKS))))

    def _line_above(self, number: int) -> int:
        """The number of the line above that is neither blank nor a comment."""
        for above in range(number - 1, 0, -1):
            body = self.physical[above - 1].lstrip(BLANKS)
            if body and body[0] not in COMMENT_SIGNS:
                return above
        return 0

    def _open(self, indent: int, edge: Span, guessed: bool = False) -> None:
        opened = self.automaton.advance(self.stack, "_INDENT")
        assert opened is not None
        self.stack = opened
        self.tokens.append(self._structure("_INDENT", edge))
        self.levels.append(_Level(indent, True, guessed, edge.line))

    def _close(self, edge: Span) -> None:
        if self.levels.pop().known:
            closed = self.automaton.advance(self.stack, "_DEDENT")
            assert closed is not None, "a block can always end"
            self.stack = closed
            self.tokens.append(self._structure("_DEDENT", edge))

    def _place_comments(self, before: tuple[_Level, ...]) -> None:
        """Comments alone on their line belong to the block above or below them, by their indentation."""
        least = min(_depth(before), _depth(self.levels))
        for one in self.comments:
            by_indent = (
                sum(level.known and level.indent <= one.indent for level in levels)
                for levels in (before, self.levels)
            )
            self.lines.append(Line(one.number, max(least, *by_indent), (), one.text, one.after_blank))
        self.comments.clear()

    # Places

    def _whole(self, offset: int, line: str) -> Span:
        """A line's words, without its indentation and trailing blanks."""
        start = offset + len(line) - len(line.lstrip(BLANKS))
        return self.scanner.span(start, max(start + 1, offset + len(line.rstrip())))

    def _span_of(self, start: int) -> Span:
        end = self.scanner.end_of_line(start)
        return self._whole(start, self.text[start:end])

    def _skip(self, start: int, end: int) -> None:
        self.skipped.update(WORD.findall(self.text[start:end]))

    @staticmethod
    def _structure(terminal: str, span: Span) -> Token:
        return Token(terminal, "", span, mended=terminal in ("_RULESET", "NAME"))


def _depth(levels: Sequence[_Level]) -> int:
    return sum(level.known for level in levels)
