"""What authors write out of habit, where it stands in a line that makes no sense, and what the language says instead.

The first repairs that are tried; those for slips and for what is left out or too much are `repairs`' work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kpirules.diagnostics import Diagnostic, Language, Span, Words
from kpirules.language import problems
from kpirules.language.automaton import Stack
from kpirules.language.idioms import meanings
from kpirules.language.instead import INSTEAD
from kpirules.language.scanning import BLANKS, QUOTES, SPACE, WORD, Scan, Scanner
from kpirules.language.vocabulary import Vocabulary

LONGEST_WORD = 40
_END_OF_LINE = Words("the end of the line", "行末")
_SIGN_RUN = re.compile(r"[<>=!＜＞＝！≤≥&|*:：;；~～–—‑→^+\-－·•]+(?:[ \t]+[<>=＜＞＝]+)*")
_ODD_DATE = re.compile(r"([0-9]{4})\s*[/.–—‑−]\s*([0-9]{1,2})\s*[/.–—‑−]\s*([0-9]{1,2})(?![0-9])")
_FULL_WIDTH = str.maketrans("＜＞＝！－：；", "<>=!-:;")
_NAMING = frozenset(
    [
        *("_RULESET", "_INPUT", "_ATTRIBUTE", "_PARAMETER", "_MEASURE", "_SECTION"),
        *("_INDICATOR", "_TABLE", "_DATA", "_HISTORY", "_RATERS", "_AMOUNT", "_ELIGIBLE"),
    ]
)
_NAME_IN_DECLARATION = 1
_NAME_WITH_HYPHENS = re.compile(r"[^\W\d]\w*(?:[-‑–][^\W_]\w*)+")
_NAME_WITH_BLANKS = re.compile(rf"[^\W\d]\w*(?:[{BLANKS}]+[^\W\d]\w*){{1,4}}(?=[{BLANKS}]*[\"“:：=])")
_LIST_NUMBER = re.compile(
    r"(?:(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})[.．、)）]"
    r"|[(（](?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})[)）]|[①-⑳]|[-*•●○■□◆▪‣·–—])"
    rf"[{BLANKS}]*"
)
_LONGEST_IDIOM = 12  # tokens


@dataclass(frozen=True, slots=True)
class Repair:
    """Keep the first `kept` tokens, put `tokens` there (none: leave something out), and read on at `resume`."""

    problem: Diagnostic
    kept: int
    stack: Stack
    tokens: tuple[tuple[str, str, Span], ...]
    resume: int
    kind: str = ""


@dataclass(slots=True)
class Habits:
    """Repairs of lines of one text. language: its first word's. joined: its names with `_` in them."""

    scanner: Scanner
    language: Language = field(init=False)
    joined: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        words = WORD.findall(self.scanner.text)
        ruleset = self.scanner.words.spellings["_RULESET"]
        first = next((one for one in words if one in ruleset), "ruleset")
        self.language = "en" if first.isascii() else "zh"
        self.joined = frozenset(one for one in words if "_" in one)

    def all(self, scan: Scan) -> Iterator[Repair]:
        """The likeliest first: longer phrases before single words."""
        here = len(scan.steps)
        yield from self._numbered(scan)
        yield from self._idiom(scan)
        yield from self._parted_name(scan)
        yield from self._quoted_name(scan)
        yield from self._sign(scan)
        yield from self._date(scan)
        for back in range(3):
            if here - back >= 0:
                yield from self._habit(scan, here - back)
        yield from self._needless_sign(scan)

    def _idiom(self, scan: Scan) -> Iterator[Repair]:
        """A phrase in the author's own way, which may begin some tokens before the place where sense ends."""
        text, here = self.scanner.text, len(scan.steps)
        for kept in range(here, max(-1, here - _LONGEST_IDIOM), -1):
            stack, start = standing(scan, kept)
            for end, meant in meanings(text, start, self._language(scan)):
                if end <= scan.at and (kept == here or end < scan.steps[-1].end):
                    continue
                span = self.scanner.span(start, end)
                if not meant:
                    problem = problems.SURPLUS.at(span, found=quoted(text[start:end]))
                    yield Repair(problem, kept, stack, (), end)
                    continue
                tokens = self._as_tokens(meant, stack, span)
                if tokens is not None:
                    problem = mistyped(span, text[start:end].strip(), meant.strip())
                    yield Repair(problem, kept, stack, tokens, end)

    def _as_tokens(self, meant: str, stack: Stack, span: Span) -> tuple[tuple[str, str, Span], ...] | None:
        """The tokens of a piece of a line, or None where it may not stand there."""
        ours = self.scanner
        scan = Scanner(meant, ours.path, ours.automaton, ours.words, ours.shapes).scan(0, stack, 0)
        as_names = [one.token.text for one in scan.steps if one.token.terminal == "NAME"]
        if scan.at < len(meant) or any(one in ours.words.phrases for one in as_names):
            return None
        return tuple((one.token.terminal, one.token.text, span) for one in scan.steps)

    def _numbered(self, scan: Scan) -> Iterator[Repair]:
        """`1. `, `（二）`, `③`, `• `: a list's number or bullet before the line's first word."""
        stack, start = standing(scan, 0)
        found = _LIST_NUMBER.match(self.scanner.text, start)
        if found and found.end() > scan.at:
            problem = problems.SURPLUS.at(self.scanner.span(start, found.end()), found=quoted(found.group()))
            yield Repair(problem, 0, stack, (), found.end())

    def _quoted_name(self, scan: Scan) -> Iterator[Repair]:
        """A label, or a name in quotes, where the name belongs."""
        text = self.scanner.text
        found = self.scanner.shapes["STRING"].match(text, scan.at)
        if not found or self.scanner.automaton.advance(scan.stack, "NAME") is None:
            return
        if scan.steps and scan.steps[-1].token.terminal in _NAMING:  # the label of something without a name
            return
        inner, span = found.group()[1:-1].strip(), self.scanner.span(scan.at, found.end())
        labelled = re.findall(rf"([^\W\d]\w*)[{BLANKS}]*[\"“]{re.escape(inner)}[\"”]", text)
        names = [one for one in labelled if one not in self.scanner.words.phrases]
        if not names and WORD.findall(text).count(inner) > 1:
            names = [inner]
        for name in names[:1]:
            shown = Words(f"the text {found.group()}", f"文字{found.group()}")
            problem = problems.MISTYPED.at(span, suggestion=name, found=shown, meant=quoted(name))
            yield Repair(problem, len(scan.steps), scan.stack, (("NAME", name, span),), found.end())

    def _parted_name(self, scan: Scan) -> Iterator[Repair]:
        """`in time` for the name `in_time`, and a declared name with blanks or hyphens in it."""
        text, here = self.scanner.text, len(scan.steps)
        if here and scan.steps[-1].token.terminal == "NAME" and here - 1 <= _NAME_IN_DECLARATION:
            kept = here - 1
            stack, start = standing(scan, kept)
            found = _NAME_WITH_HYPHENS.match(text, start)
            if not found and text[start - 1] in BLANKS:  # not within a run-together `指标项 成本`
                found = _NAME_WITH_BLANKS.match(text, start)
            if found and kept and scan.steps[kept - 1].token.terminal in _NAMING and found.end() > scan.at:
                name = "_".join(WORD.findall(found.group()))
                span = self.scanner.span(start, found.end())
                problem = mistyped(span, found.group(), name)
                yield Repair(problem, kept, stack, (("NAME", name, span),), found.end())
        for kept in range(here, max(-1, here - 3), -1):
            stack, start = standing(scan, kept)
            for count in (3, 2):
                end = words_end(self.scanner.text, start, count)
                if end is None or end <= scan.at:
                    continue
                name = "_".join(text[start:end].split())
                if name in self.joined:
                    span = self.scanner.span(start, end)
                    problem = mistyped(span, text[start:end], name)
                    yield Repair(problem, kept, stack, (("NAME", name, span),), end)

    def _needless_sign(self, scan: Scan) -> Iterator[Repair]:
        """`weight = 25`, `target: >= 95%`: a sign behind a word that needs none."""
        found = self.scanner.text[scan.at : scan.at + 1]
        if found and found in "=＝:：" and scan.steps and scan.steps[-1].token.text[:1].isalpha():
            span = self.scanner.span(scan.at, scan.at + 1)
            problem = problems.SURPLUS.at(span, found=quoted(found))
            yield Repair(problem, len(scan.steps), scan.stack, (), scan.at + 1)

    def _sign(self, scan: Scan) -> Iterator[Repair]:
        """`=<`, `< =`, `==`, `;` and the like, which may begin one token before the place where sense ends."""
        for kept in range(len(scan.steps), max(-1, len(scan.steps) - 3), -1):
            stack, start = standing(scan, kept)
            found = _SIGN_RUN.match(self.scanner.text, start)
            if not found or found.end() <= scan.at:
                continue
            written = (
                re.sub(r"\s", "", found.group()).translate(_FULL_WIDTH).replace("≤", "<=").replace("≥", ">=")
            )
            span = self.scanner.span(start, found.end())
            for meant in INSTEAD.get(written, ()):
                for terminal in terminals_of(self.scanner.words, meant):
                    shown = self._spelt_alike(scan, meant, terminal)
                    problem = mistyped(span, found.group(), shown)
                    yield Repair(problem, kept, stack, ((terminal, shown, span),), found.end())

    def _habit(self, scan: Scan, kept: int) -> Iterator[Repair]:
        """A word that authors use for one of the language's."""
        stack, start = standing(scan, kept)
        for count in (3, 2, 1):
            end = words_end(self.scanner.text, start, count)
            if end is None or (end <= scan.at and scan.steps and end < scan.steps[-1].end):
                continue
            written = " ".join(self.scanner.text[start:end].split())
            span = self.scanner.span(start, end)
            for meant in INSTEAD.get(written.casefold(), ()):
                for terminal in terminals_of(self.scanner.words, meant):
                    shown = self._spelt_alike(scan, meant, terminal)
                    problem = mistyped(span, written, shown)
                    yield Repair(problem, kept, stack, ((terminal, shown, span),), end)
        run = WORD.match(self.scanner.text, start)
        if run and not run.group()[0].isascii() and kept == len(scan.steps):
            for size in range(min(4, len(run.group()) - 1), 0, -1):
                written = run.group()[:size]
                for meant in INSTEAD.get(written, ()):
                    span = self.scanner.span(start, start + size)
                    for terminal in terminals_of(self.scanner.words, meant):
                        shown = self._spelt_alike(scan, meant, terminal)
                        problem = mistyped(span, written, shown)
                        yield Repair(problem, kept, stack, ((terminal, shown, span),), start + size)

    def _date(self, scan: Scan) -> Iterator[Repair]:
        for kept in range(len(scan.steps), max(-1, len(scan.steps) - 4), -1):
            stack, start = standing(scan, kept)
            found = _ODD_DATE.match(self.scanner.text, start)
            if found and found.end() > scan.at:
                year, month, day = found.groups()
                meant = f"{year}-{int(month):02}-{int(day):02}"
                span = self.scanner.span(start, found.end())
                problem = mistyped(span, found.group(), meant)
                yield Repair(problem, kept, stack, (("DATE", meant, span),), found.end())

    def _language(self, scan: Scan) -> Language:
        """The vocabulary of the line's own words, else of the file's first."""
        for step in scan.steps:
            token = step.token
            if token.terminal in self.scanner.words.spellings and token.text[:1].isalpha():
                return "en" if token.text.isascii() else "zh"
        return self.language

    def _spelt_alike(self, scan: Scan, meant: str, terminal: str) -> str:
        """A word of the language in the line's own vocabulary; signs are the same in both."""
        language = self._language(scan)
        if not meant[0].isalpha() or meant.isascii() == (language == "en"):
            return meant
        return self.scanner.words.spell(terminal, language)


# Places and words


def standing(scan: Scan, kept: int) -> tuple[Stack, int]:
    """The stack and the offset where a token stands, or where sense ends."""
    if kept == len(scan.steps):
        return scan.stack, scan.at
    return scan.steps[kept].before, scan.steps[kept].start


def words_end(text: str, start: int, count: int) -> int | None:
    """Where so many words from an offset end, or None where there are fewer."""
    end = start
    for number in range(count):
        space = SPACE.match(text, end)
        word = WORD.match(text, space.end() if space and number else end)
        if not word:
            return None
        end = word.end()
    return end


def terminals_of(words: Vocabulary, spelling: str) -> list[str]:
    """The terminals with this spelling."""
    return [name for name, spellings in words.spellings.items() if spelling in spellings]


def mistyped(span: Span, found: str, meant: str) -> Diagnostic:
    return problems.MISTYPED.at(span, suggestion=meant, found=quoted(found), meant=quoted(meant))


def quoted(found: str) -> Words:
    if not found:
        return _END_OF_LINE
    shown = found if len(found) <= LONGEST_WORD else found[:LONGEST_WORD] + "…"
    return Words(shown, shown) if any(one in shown for one in QUOTES) else Words(f'"{shown}"', f"“{shown}”")
