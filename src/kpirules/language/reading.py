"""From text to tokens: lines, indentation, and words told apart by what the grammar allows at their place.

The reader walks the parser's automaton without building anything, so that a word is a keyword only where one
may stand, and so that a mistake can be mended on the spot (one word or sign changed, added or left out) and
reading goes on: all mistakes of a file are found in one pass. What cannot be mended is skipped, line and block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kpirules.diagnostics import Diagnostic, Span, nearest
from kpirules.language import problems
from kpirules.language.vocabulary import Vocabulary
from kpirules.diagnostics import Words

SHAPE_NAMES = ("STRING", "DATETIME", "DATE", "CLOCK", "NUMBER")
_WORD = re.compile(r"[^\W\d]\w*")
_SPACE = re.compile(r"[ \t\u3000\u00a0]*")
_OPERATORS = frozenset({"PLUS", "MINUS", "TIMES", "DIVIDE", "_AND", "_OR", "_NOT", "_WHEN"})
_MOST = {"operators": 150, "parentheses": 40, "characters": 20_000}
_COMPLEX_WORDS = {
    "operators": Words("operators", "运算符"),
    "parentheses": Words("levels of parentheses", "层括号"),
    "characters": Words("characters", "字符"),
}
# Tried in this order when something seems left out; values last, since they cannot be guessed.
_MENDS = (
    "_COLON",
    "_TO",
    "_RPAR",
    "_LPAR",
    "_EQUAL",
    "_WEIGHT",
    "_PER",
    "_COMMA",
    "OVER",
    "_FROM",
    "FROM",
    "_BY",
    "_OF",
    "_TARGET",
    "_RBRACKET",
    "_WHERE",
    "_STAFF",
)
Stack = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign, number or text, with the terminal it was read as. `mended` ones are not in the text."""

    terminal: str
    text: str
    span: Span
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: its depth of indentation, its tokens, and the comment at its end (or alone, without tokens)."""

    number: int
    depth: int
    tokens: tuple[Token, ...]
    comment: str | None
    after_blank: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """All lines; the tokens for the parser (structure included); what was wrong; names in skipped lines."""

    lines: tuple[Line, ...]
    tokens: tuple[Token, ...]
    diagnostics: tuple[Diagnostic, ...]
    skipped: frozenset[str]


@dataclass(frozen=True, slots=True)
class Automaton:
    """The parser's table, walked without building anything."""

    states: Mapping[int, Mapping[str, tuple[Any, Any]]]
    shift: object
    start: int

    def advance(self, stack: Stack, terminal: str) -> Stack | None:
        """The stack after reading a terminal, or None where it may not stand."""
        work = list(stack)
        while True:
            found = self.states[work[-1]].get(terminal)
            if found is None:
                return None
            action, argument = found
            if action is self.shift:
                work.append(argument)
                return tuple(work)
            size = len(argument.expansion)
            if size:
                del work[-size:]
            work.append(self.states[work[-1]][argument.origin.name][1])

    def allowed(self, stack: Stack) -> tuple[str, ...]:
        """Every terminal that may stand next."""
        listed = (name for name in self.states[stack[-1]] if name.lstrip("_").isupper() or name == "$END")
        return tuple(name for name in listed if name == "$END" or self.advance(stack, name) is not None)


@dataclass(slots=True)
class Reader:
    """Reads one file. Positions are offsets into the text."""

    text: str
    path: str
    automaton: Automaton
    words: Vocabulary
    shapes: Mapping[str, re.Pattern[str]]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    starts: list[int] = field(default_factory=list)
    indent: int = 0

    # Lines

    def read(self) -> Reading:
        lines: list[Line] = []
        tokens: list[Token] = []
        stack: Stack = (self.automaton.start,)
        levels: list[tuple[int, bool]] = [(0, False)]  # indentation, and whether the parser knows of the block
        skip_deeper: int | None = None
        offset, number, blank = 0, 0, False
        pending: list[tuple[int, int, str, bool]] = []
        physical = self.text.split("\n")
        self.starts = [0]
        for one in physical:
            self.starts.append(self.starts[-1] + len(one) + 1)
        while number < len(physical):
            line = physical[number]
            offset = self.starts[number]
            number += 1
            body = line.lstrip(" \t\u3000\ufeff")
            if not body.strip():
                blank = True
                continue
            indent = len(line) - len(body)
            if body[0] in "#＃":
                pending.append((number, indent, body.rstrip(), blank))
                blank = False
                continue
            if len(line) > _MOST["characters"]:
                self._complex("characters", self._span(offset, offset + 1))
                continue
            if "\t" in line[:indent]:
                self.diagnostics.append(problems.TABS.at(self._span(offset, offset + indent)))
                indent = len(line[:indent].expandtabs(4))
            if skip_deeper is not None and indent > skip_deeper:
                self._skip(offset, offset + len(line))
                continue
            skip_deeper = None
            stack = self._indent(indent, levels, stack, tokens, self._span(offset, offset + len(line)))
            depth = sum(known for _, known in levels)
            for at, comment_indent, alone, after in pending:
                known = [known for level, known in levels if level <= comment_indent]
                lines.append(Line(at, min(depth, sum(known)), (), alone, after))
            pending.clear()
            self.indent = len(line) - len(body)
            end, read, after_line = self._line(offset + self.indent, stack)
            number = self._line_number(end)
            if after_line is None:
                skip_deeper = indent
                self._skip(offset, end)
                continue
            own, comment = read
            lines.append(Line(self._line_number(offset), depth, own, comment, blank))
            blank = False
            ending = self._span(end, end)
            tokens.extend((*own, Token("_NL", "", ending)))
            stack = after_line
        lines.extend(Line(at, 0, (), comment, after) for at, _, comment, after in pending)
        end_span = self._span(len(self.text), len(self.text))
        self._indent(0, levels, stack, tokens, end_span)
        return Reading(tuple(lines), tuple(tokens), tuple(self.diagnostics), frozenset(self.skipped))

    def _indent(
        self, indent: int, levels: list[tuple[int, bool]], stack: Stack, tokens: list[Token], span: Span
    ) -> Stack:
        """Open or close blocks for a line at this indentation."""
        edge = replace(span, end_line=span.line, end_column=span.column)
        if indent > levels[-1][0]:
            opened = self.automaton.advance(stack, "_INDENT")
            if opened is None:
                self.diagnostics.append(problems.INDENTED.at(replace(span, end_column=span.column + indent)))
                levels.append((indent, False))
                return stack
            tokens.append(Token("_INDENT", "", edge))
            levels.append((indent, True))
            return opened
        while indent < levels[-1][0]:
            below = levels[-2][0]
            if indent > below:
                self.diagnostics.append(problems.UNALIGNED.at(replace(span, end_column=span.column + indent)))
                break  # read as if it stood at the deeper of the two levels
            _, known = levels.pop()
            if known:
                closed = self.automaton.advance(stack, "_DEDENT")
                assert closed is not None, "a block can always end"
                tokens.append(Token("_DEDENT", "", edge))
                stack = closed
        return stack

    def _line(self, offset: int, stack: Stack) -> tuple[int, tuple[tuple[Token, ...], str | None], Stack | None]:
        """Read one logical line: where it ends, its tokens and comment, and the stack after it (None: not read)."""
        attempt = self._run(offset, stack, (), mends=2)
        self.diagnostics.extend(attempt.diagnostics)
        return attempt.end, (attempt.tokens, attempt.comment), attempt.stack

    def _skip(self, start: int, end: int) -> None:
        self.skipped.update(_WORD.findall(self.text[start:end]))

    # Tokens

    def _run(self, at: int, stack: Stack, before: tuple[Token, ...], mends: int) -> _Attempt:
        """Read from an offset to the end of the logical line, mending up to `mends` mistakes."""
        tokens = list(before)
        depth = sum((t.terminal == "_LPAR") - (t.terminal == "_RPAR") for t in tokens)
        operators = sum(t.terminal in _OPERATORS for t in tokens)
        while True:
            at = self._past_space(at, depth)
            end_of_line = at >= len(self.text) or self.text[at] in "\n#＃"
            if end_of_line:
                closed = self.automaton.advance(stack, "_NL")
                end = self._end_of_line(at)
                if closed is not None:
                    comment = self.text[at:end].rstrip() or None
                    return _Attempt(end, tuple(tokens), comment, closed, ())
                return self._mend(at, at, stack, tokens, mends)
            token, after, problem = self._token(at, stack)
            if problem is not None:
                rest = self._run(after, stack if token is None else self._must(stack, token), (
                    *tokens, *(() if token is None else (token,))
                ), mends)
                return rest.with_problem(problem)
            if token is None:
                return self._mend(at, after, stack, tokens, mends)
            advanced = self.automaton.advance(stack, token.terminal)
            assert advanced is not None
            stack = advanced
            tokens.append(token)
            at = after
            depth += (token.terminal == "_LPAR") - (token.terminal == "_RPAR")
            operators += token.terminal in _OPERATORS
            for what, count in (("operators", operators), ("parentheses", depth)):
                if count > _MOST[what]:
                    self._complex(what, token.span)
                    return _Attempt(self._end_of_line(at), tuple(tokens), None, None, ())

    def _must(self, stack: Stack, token: Token) -> Stack:
        advanced = self.automaton.advance(stack, token.terminal)
        assert advanced is not None
        return advanced

    def _token(self, at: int, stack: Stack) -> tuple[Token | None, int, Diagnostic | None]:
        """The token at an offset that may stand there; without one, how far the thing that stands there reaches."""
        text = self.text
        candidates = list(self._candidates(at))
        for terminal, end in candidates:
            if self.automaton.advance(stack, terminal) is not None:
                return Token(terminal, text[at:end], self._span(at, end)), end, None
        if text[at] in '"“”' and not any(terminal == "STRING" for terminal, _ in candidates):
            end = self._end_of_line(at)
            problem = problems.UNCLOSED.at(self._span(at, end))
            if self.automaton.advance(stack, "STRING") is not None:
                return Token("STRING", text[at:end].rstrip() + '"', self._span(at, end)), end, problem
            return None, end, problem
        if not candidates:
            return None, at + 1, problems.FOREIGN.at(self._span(at, at + 1), sign=text[at])
        return None, max(end for _, end in candidates), None

    def _candidates(self, at: int) -> Iterator[tuple[str, int]]:
        """What the text at an offset could be, most likely first: phrases before names, longer before shorter."""
        text = self.text
        for shape in SHAPE_NAMES:
            found = self.shapes[shape].match(text, at)
            if found:
                yield shape, found.end()
        for sign, terminals in self.words.signs:
            if text.startswith(sign, at):
                for terminal in terminals:
                    yield terminal, at + len(sign)
        word = _WORD.match(text, at)
        if not word:
            return
        run = word.group()
        for words, terminal in self.words.phrases.get(run, ()):
            end = word.end()
            for more in words[1:]:
                space = _SPACE.match(text, end)
                following = _WORD.match(text, space.end() if space else end)
                if not following or following.group() != more:
                    break
                end = following.end()
            else:
                yield terminal, end
        yield "NAME", word.end()
        if not run.isascii():  # Chinese words may stand close together: 每超出目标1次扣1分
            for size in range(len(run) - 1, 0, -1):
                for words, terminal in self.words.phrases.get(run[:size], ()):
                    if len(words) == 1 and not run[:size].isascii():
                        yield terminal, at + size

    # Mends

    def _mend(self, at: int, end: int, stack: Stack, tokens: list[Token], mends: int) -> _Attempt:
        """The line stops making sense here: try the single changes that would let all of it be read."""
        allowed = self.automaton.allowed(stack)
        found = self.text[at:end]
        span = self._span(at, max(end, at + 1)) if found else self._after(tokens, at)
        if mends:
            for repaired, resume, problem in self._repairs(found, at, end, span, allowed):
                work, read = stack, list(tokens)
                for token in repaired:
                    work = self._must(work, token)
                    read.append(token)
                attempt = self._run(resume, work, tuple(read), mends - 1)
                if attempt.stack is not None and (mends == 2 or not attempt.diagnostics):
                    return attempt.with_problem(problem)
        expected = self._expected(allowed)
        meant = nearest(found, self._spellings(allowed)) if found else None
        shown = Words(f'"{found}"', f"“{found}”") if found else Words("the end of the line", "行末")
        problem = problems.UNEXPECTED.at(span, suggestion=meant, found=shown, expected=expected)
        return _Attempt(self._end_of_line(end), tuple(tokens), None, None, (problem,))

    def _repairs(
        self, found: str, at: int, end: int, span: Span, allowed: tuple[str, ...]
    ) -> Iterator[tuple[tuple[Token, ...], int, Diagnostic]]:
        """Single changes at a place: a word spelt right, something added, something left out."""
        shown = Words(f'"{found}"', f"“{found}”") if found else Words("the end of the line", "行末")
        if found and found[0].isalpha():
            spelt = self._spellings(allowed)
            meant = nearest(found, spelt)
            if meant is not None:
                token = Token(spelt[meant], meant, span)
                yield (token,), end, problems.MISTYPED.at(span, suggestion=meant, found=shown, meant=f'"{meant}"')
        for terminal in _MENDS:
            if terminal in allowed:
                added = Token(terminal, self.words.spell(terminal, "en"), span, mended=True)
                missing = self.words.describe(terminal)
                yield (added,), at, problems.ABSENT.at(span, missing=missing, found=shown)
        if found:
            yield (), end, problems.SURPLUS.at(span, found=shown)

    def _spellings(self, allowed: tuple[str, ...]) -> dict[str, str]:
        return {
            spelling: terminal
            for terminal in allowed
            for spelling in self.words.spellings.get(terminal, ())
            if spelling[0].isalpha()
        }

    def _expected(self, allowed: tuple[str, ...]) -> Words:
        """What may stand here, shortly: a value where one fits, else up to eight things."""
        value = {"NUMBER", "NAME", "_LPAR"} <= set(allowed)
        words = [Words("a value", "一个值")] if value else []
        order = list(self.words.spellings)
        listed = [one for one in allowed if one not in ("$END", "_INDENT", "_DEDENT")]
        rest = [] if value else sorted(listed, key=lambda one: order.index(one) if one in order else -1)
        words += [self.words.describe(one) for one in rest[:8]]
        if not words:
            return self.words.describe("$END" if "$END" in allowed else "_NL")
        more = Words(" or another such line", " 等") if len(rest) > 8 else Words()
        return Words(
            _listed([one.en for one in words], " or ") + more.en, _listed([one.zh for one in words], " 或 ") + more.zh
        )

    # Places

    def _past_space(self, at: int, depth: int) -> int:
        """Past blanks; inside parentheses past line ends and comments too."""
        while True:
            space = _SPACE.match(self.text, at)
            at = space.end() if space else at
            if at < len(self.text) and self.text[at] == "\r":
                at += 1
                continue
            if depth <= 0 or at >= len(self.text) or self.text[at] not in "\n#＃":
                return at
            after = self._end_of_line(at) + 1
            if after >= len(self.text) or not self._continues(after):
                return at
            at = after

    def _continues(self, at: int) -> bool:
        """Whether a line may continue the parenthesis above: it must stand deeper than the line it continues."""
        space = _SPACE.match(self.text, at)
        start = space.end() if space else at
        return start - at > self.indent and start < len(self.text)

    def _end_of_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _line_number(self, offset: int) -> int:
        """The line (from 1) of an offset."""
        low, high = 0, len(self.starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return min(low + 1, len(self.starts) - 1)

    def _span(self, start: int, end: int) -> Span:
        line, last = self._line_number(start), self._line_number(end)
        return Span(
            self.path, line, start - self.starts[line - 1] + 1, last, end - self.starts[last - 1] + 1
        )

    def _after(self, tokens: list[Token], at: int) -> Span:
        """The place just behind the last word of the line."""
        if not tokens:
            return self._span(at, at)
        last = tokens[-1].span
        return Span(self.path, last.end_line, last.end_column, last.end_line, last.end_column + 1)

    def _complex(self, what: str, span: Span) -> None:
        self.diagnostics.append(problems.COMPLEX.at(span, most=_MOST[what], what=_COMPLEX_WORDS[what]))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A reading of one line: stack None means that it could not be read."""

    end: int
    tokens: tuple[Token, ...]
    comment: str | None
    stack: Stack | None
    diagnostics: tuple[Diagnostic, ...]

    def with_problem(self, problem: Diagnostic) -> _Attempt:
        return replace(self, diagnostics=(problem, *self.diagnostics))


def _listed(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + last + words[-1]
