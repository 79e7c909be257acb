"""One logical line of text as tokens, told apart by what the grammar allows at their place.

The scanner walks the parser's automaton without building anything, so that a word is a keyword only where one
may stand. It stops at the first thing that may not stand there; mending that is `mending`'s work.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from kpirules.diagnostics import Span
from kpirules.language.automaton import Automaton, Stack, Token
from kpirules.language.vocabulary import Vocabulary

WORD = re.compile(r"[^\W\d]\w*")
#: Signs without width that come along with pasted text: they mean nothing.
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
#: What parts words: blanks of every width, as word processors and Chinese keyboards write them.
BLANKS = (
    " \t\r\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    + _UNSEEN
)
SPACE = re.compile(f"[{BLANKS}]*")
_NO_WIDTH = dict.fromkeys(map(ord, _UNSEEN))
_LETTER_SHAPES = ("DATETIME", "DATE", "CLOCK", "NUMBER")
SHAPE_NAMES = ("STRING", *_LETTER_SHAPES)
QUOTES = '"“”'
COMMENT_SIGNS = "#＃"
#: What can make an expression deep without parentheses.
_NESTING = frozenset(
    [
        "PLUS",
        "MINUS",
        "TIMES",
        "DIVIDE",
        "_AND",
        "_OR",
        "_NOT",
        "_WHEN",
        "_IN",
        "_NOT_IN",
        "WORKING_TIME_FROM",
        "WORKDAYS_FROM",
        "_COUNT_OF",
        "_SHARE_OF",
        "SUM_OF",
        "MEAN_OF",
        "MIN_OF",
        "MAX_OF",
        "MEDIAN_OF",
        "DISTINCT_OF",
        "FIRST_OF",
        "LAST_OF",
        "_HEADCOUNT",
        "_PERCENTILE",
        "_FOLLOWED_WITHIN",
        "_SHARE_OF_PEOPLE",
        "RANK_OF",
        "DENSE_RANK_OF",
        "AVERAGE_RANK_OF",
        "STANDING_OF",
    ]
)
MOST_OPERATORS = 150
MOST_PARENTHESES = 40
MOST_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment inside parentheses that go on over several lines: it stands before the token of this number.

    alone: on a line of its own, not behind a token.
    """

    before: int
    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A token as read: the stack before it, and the offsets it stands between."""

    token: Token
    before: Stack
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """How far a line could be read.

    after: the stack behind the whole line, or None where it makes no sense at offset `at`, with `stack` there and
    `until` as the end of what stands there (`at` itself at the end of the line). end: where the line ends.
    too_complex: the limit that was passed ("operators", "parentheses" or "digits"), if any; nothing can be mended then.
    """

    steps: tuple[Step, ...]
    remarks: tuple[Remark, ...]
    comment: str | None
    after: Stack | None
    stack: Stack
    at: int
    until: int
    end: int
    too_complex: str | None = None

    @property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(step.token for step in self.steps)


@dataclass(slots=True)
class Scanner:
    """Reads lines of one text.

    work: how many tokens were read, so that mending can be kept within bounds. as_names: words of the language that
    are names in the line at hand, wherever they may be. tab: by how many columns blocks are indented, and a tab
    indents.
    """

    text: str
    path: str
    automaton: Automaton
    words: Vocabulary
    shapes: Mapping[str, re.Pattern[str]]
    starts: list[int] = field(default_factory=list)
    work: int = 0
    as_names: set[str] = field(default_factory=set)
    tab: int = 2

    def __post_init__(self) -> None:
        self.tab = _indentation(self.text)
        self.starts = [0]
        for line in self.text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    # Reading

    def scan(
        self,
        at: int,
        stack: Stack,
        indent: int,
        steps: tuple[Step, ...] = (),
        remarks: tuple[Remark, ...] = (),
    ) -> Scan:
        """Read from an offset to the end of the logical line, which begins with `steps` and stands at `indent`."""
        read, said = list(steps), list(remarks)
        depth = sum(nesting(step.token.terminal) for step in read)
        operators = sum(step.token.terminal in _NESTING for step in read)
        advance = self.automaton.advance
        while True:
            at = self._next(at, depth, indent, len(read), said)
            if at >= len(self.text) or self.text[at] in "\n#＃":
                end = self.end_of_line(at)
                comment = self.text[at:end].rstrip() or None
                return Scan(tuple(read), tuple(said), comment, advance(stack, "_NL"), stack, at, at, end)
            self.work += 1
            furthest = at + 1
            for terminal, end in self.candidates(at):
                after = advance(stack, terminal)
                if after is not None:
                    break
                furthest = max(furthest, end)
            else:
                end = self.end_of_line(at)
                return Scan(tuple(read), tuple(said), None, None, stack, at, furthest, end)
            read.append(Step(Token(terminal, self.text[at:end], self.span(at, end)), stack, at, end))
            depth += nesting(terminal)
            operators += terminal in _NESTING
            limit = _passed(operators, depth, end - at if terminal == "NUMBER" else 0)
            if limit is not None:
                line_end = self.end_of_line(at)
                return Scan(tuple(read), tuple(said), None, None, stack, at, end, line_end, limit)
            stack, at = after, end

    def candidates(self, at: int) -> Iterator[tuple[str, int]]:
        """What the text at an offset could be, most likely first: phrases before names, longer before shorter."""
        text = self.text
        first = text[at]
        if first.isalpha() or first == "_":
            yield from self._word_candidates(at)
            return
        if first.isdigit():
            for shape in _LETTER_SHAPES:
                found = self.shapes[shape].match(text, at)
                if found:
                    yield shape, found.end()
        elif first in QUOTES:
            found = self.shapes["STRING"].match(text, at)
            if found:
                yield "STRING", found.end()
        for sign, terminals in self.words.signs.get(first, ()):
            if text.startswith(sign, at):
                for terminal in terminals:
                    yield terminal, at + len(sign)

    def _word_candidates(self, at: int) -> Iterator[tuple[str, int]]:
        text, phrases = self.text, self.words.phrases
        word = WORD.match(text, at)
        if not word:
            return
        run = word.group()
        if run in self.as_names:
            yield "NAME", word.end()
        for words, terminal in phrases.get(run, ()):
            end = word.end()
            for more in words[1:]:
                space = SPACE.match(text, end)
                following = WORD.match(text, space.end() if space else end)
                if not following or following.group() != more:
                    break
                end = following.end()
            else:
                yield terminal, end
        yield "NAME", word.end()
        if run[0].isascii():
            return
        for size in range(
            min(len(run) - 1, self.words.longest), 0, -1
        ):  # 每超出目标1次扣1分 stands close together
            for words, terminal in phrases.get(run[:size], ()):
                if len(words) == 1:
                    yield terminal, at + size

    # Places

    def _next(self, at: int, depth: int, indent: int, number: int, remarks: list[Remark]) -> int:
        """Past blanks; inside parentheses past line ends and comments too, to a line that stands deeper.

        A line that begins with the closing parenthesis may stand as far left as the one it ends.
        """
        text = self.text
        at = self._past_blanks(at)
        if depth <= 0 or at >= len(text) or text[at] not in "\n#＃":
            return at
        passed: list[Remark] = []
        here = line = at
        while here < len(text) and text[here] in "\n#＃":
            end = self.end_of_line(here)
            if end > here:
                passed.append(Remark(number, text[here:end].rstrip(), here != at))
            line = end + 1
            here = self._past_blanks(line)
        if here >= len(text) or columns(text[line:here], self.tab) + (text[here] in ")）") <= indent:
            return at
        remarks.extend(passed)
        return here

    def _past_blanks(self, at: int) -> int:
        space = SPACE.match(self.text, at)
        return space.end() if space else at

    def end_of_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def line_number(self, offset: int) -> int:
        """The line (from 1) of an offset."""
        return min(bisect_right(self.starts, offset), len(self.starts) - 1)

    def span(self, start: int, end: int) -> Span:
        line = bisect_right(self.starts, start)
        last = line if end < self.starts[line] else self.line_number(end)
        return Span(self.path, line, start - self.starts[line - 1] + 1, last, end - self.starts[last - 1] + 1)


def _passed(operators: int, depth: int, digits: int) -> str | None:
    """Which limit a line has passed, if any."""
    if operators > MOST_OPERATORS:
        return "operators"
    if depth > MOST_PARENTHESES:
        return "parentheses"
    return "digits" if digits > MOST_DIGITS else None


def nesting(terminal: str) -> int:
    """+1 for an opening bracket, -1 for a closing one."""
    if terminal in ("_LPAR", "_LBRACKET"):
        return 1
    return -1 if terminal in ("_RPAR", "_RBRACKET") else 0


def columns(blank: str, tab: int = 2) -> int:
    """How wide leading blanks are: a full-width one is two columns, a tab goes on to the next multiple of `tab`."""
    return len(blank.translate(_NO_WIDTH).replace("\u3000", "  ").expandtabs(tab))


def _indentation(text: str) -> int:
    """How far most blocks of a text are indented where spaces do it: a tab stands for that much."""
    leads = [len(lead) for lead in re.findall(r"^( *)[^\s#＃]", text, re.MULTILINE)]
    deeper = Counter(inner - outer for outer, inner in pairwise(leads) if inner > outer + 1)
    return min(deeper, key=lambda one: (-deeper[one], one), default=2)
