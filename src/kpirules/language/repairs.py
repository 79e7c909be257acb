"""The single changes that might let a mistyped line be read, the likeliest first, each with its message.

Nothing is tried here: `mending` tries them, and takes the first after which the whole line makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kpirules.diagnostics import Diagnostic, Span, Words, nearest
from kpirules.language import problems
from kpirules.language.automaton import Stack
from kpirules.language.instead import INSTEAD
from kpirules.language.scanning import QUOTES, SPACE, WORD, Scan, Scanner

_END_OF_LINE = Words("the end of the line", "行末")
_NEW_LINE = Words("a new line", "换行")
# Tried in this order when something seems left out.
_MENDS = (
    "_COLON",
    "_TO",
    "_RPAR",
    "_RBRACKET",
    "_EQUAL",
    "_WEIGHT",
    "_PER",
    "_COMMA",
    "_OF",
    "ACROSS",
    "FROM",
    "_BY",
    "_TARGET",
    "_WHERE",
    "_STAFF",
    "_LPAR",
    "_NL",
)
VALUES = ("NUMBER", "NAME", "STRING", "DATE", "DATETIME", "CLOCK")
_NEVER = frozenset({"$END", "_INDENT", "_DEDENT"})
_SIGN_RUN = re.compile(r"[<>=!＜＞＝！≤≥&|*:：;；~～–—→^+\-－]+(?:[ \t]+[<>=＜＞＝]+)*")
OTHER_QUOTES = {"'": "'", "‘": "’", "’": "’", "「": "」", "『": "』", "《": "》", "`": "`", "＂": "＂"}
_ODD_DATE = re.compile(r"([0-9]{4})\s*[/.]\s*([0-9]{1,2})\s*[/.]\s*([0-9]{1,2})(?![0-9])")
_FULL_WIDTH = str.maketrans("＜＞＝！－：；", "<>=!-:;")
_WORDS_IN_A_LABEL = 6
LONGEST_WORD = 40


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
class Repairs:
    """Repairs of lines of one text, and the words of the messages about them."""

    scanner: Scanner

    # Repairs, the likeliest first

    def all(self, scan: Scan) -> Iterator[Repair]:
        here = len(scan.steps)
        yield from self._sign(scan)
        for back in range(3):
            if here - back >= 0:
                yield from self._habit(scan, here - back)
        yield from self._misspelt(scan, here)
        yield from self._quotes(scan)
        yield from self._date(scan)
        yield from self._missing_name(scan)
        yield from self._run_together(scan)
        allowed = self.scanner.automaton.allowed(scan.stack)
        for terminal in _MENDS:
            if terminal in allowed:
                missing = _NEW_LINE if terminal == "_NL" else self.scanner.words.describe(terminal)
                added = self._added(scan, terminal, self.absent(scan, missing))
                yield added
                if terminal == "_NL":  # the rest belongs under this line
                    block = ("_INDENT", "", added.tokens[0][2])
                    yield replace(added, tokens=(*added.tokens, block), kind="value")
        for back in (1, 2, 3):
            if here - back >= 0:
                yield from self._misspelt(scan, here - back)
        yield from self._value_before(scan)
        yield from self._replaced(scan, allowed)
        word_here = scan.until > scan.at and WORD.match(self.scanner.text, scan.at) is not None
        words = () if word_here or not scan.steps else tuple(one for one in allowed if one not in VALUES)
        for terminal in (*words, *(one for one in VALUES if one in allowed)):
            if terminal not in _MENDS and terminal not in _NEVER:
                yield replace(self._added(scan, terminal, self.absent(scan, Words())), kind="any")
        yield from self._too_much(scan)

    def _sign(self, scan: Scan) -> Iterator[Repair]:
        """`=<`, `< =`, `==`, `;` and the like, which may begin one token before the place where sense ends."""
        for kept in range(len(scan.steps), max(-1, len(scan.steps) - 3), -1):
            stack, start = self._at(scan, kept)
            found = _SIGN_RUN.match(self.scanner.text, start)
            if not found or found.end() <= scan.at:
                continue
            written = (
                re.sub(r"\s", "", found.group()).translate(_FULL_WIDTH).replace("≤", "<=").replace("≥", ">=")
            )
            span = self.scanner.span(start, found.end())
            for meant in INSTEAD.get(written, ()):
                for terminal in self._terminals(meant):
                    problem = self._mistyped(span, found.group(), meant)
                    yield Repair(problem, kept, stack, ((terminal, meant, span),), found.end())

    def _habit(self, scan: Scan, kept: int) -> Iterator[Repair]:
        """A word that authors use for one of the language's."""
        stack, start = self._at(scan, kept)
        for count in (3, 2, 1):
            end = self._words_end(start, count)
            if end is None or (end <= scan.at and kept < len(scan.steps) - 1):
                continue
            written = " ".join(self.scanner.text[start:end].split()).casefold()
            span = self.scanner.span(start, end)
            for meant in INSTEAD.get(written, ()):
                for terminal in self._terminals(meant):
                    problem = self._mistyped(span, written, meant)
                    yield Repair(problem, kept, stack, ((terminal, meant, span),), end)
        run = WORD.match(self.scanner.text, start)
        if run and not run.group()[0].isascii() and kept == len(scan.steps):
            for size in range(min(4, len(run.group()) - 1), 0, -1):
                written = run.group()[:size]
                for meant in INSTEAD.get(written, ()):
                    span = self.scanner.span(start, start + size)
                    for terminal in self._terminals(meant):
                        problem = self._mistyped(span, written, meant)
                        yield Repair(problem, kept, stack, ((terminal, meant, span),), start + size)

    def _misspelt(self, scan: Scan, kept: int) -> Iterator[Repair]:
        """A word of the language with a slip in it."""
        stack, start = self._at(scan, kept)
        run = WORD.match(self.scanner.text, start)
        if not run:
            return
        spellings = self.spellings(self.scanner.automaton.allowed(stack))
        for count in (3, 2, 1):
            end = self._words_end(start, count)
            if end is None or end - start > LONGEST_WORD:
                continue
            written = " ".join(self.scanner.text[start:end].split())
            squeezed = written.replace(" ", "").casefold()
            for one, terminals in spellings.items():  # `upto`, `rule set`
                if one != written and one.replace(" ", "") == squeezed:
                    yield from self._spelt(scan, kept, start, end, one, terminals)
            alike = {one: terminals for one, terminals in spellings.items() if len(one.split()) == count}
            meant = nearest(written, alike)
            short = meant is not None and written.isascii() and len(written) <= 2
            if meant is not None and meant != written and not (short and sorted(written) != sorted(meant)):
                yield from self._spelt(scan, kept, start, end, meant, alike[meant])
        word = run.group()
        if not word[0].isascii():
            for meant, terminals in spellings.items():
                start_of_run = word[: len(meant)]
                if (
                    meant.isascii()
                    or start_of_run == meant
                    or len(start_of_run) < len(meant)
                    or len(word) == len(meant)
                ):
                    continue
                if sum(a == b for a, b in zip(meant, start_of_run, strict=True)) * 2 >= len(meant) > 1:
                    yield from self._spelt(scan, kept, start, start + len(meant), meant, terminals)

    def _spelt(
        self, scan: Scan, kept: int, start: int, end: int, meant: str, terminals: list[str]
    ) -> Iterator[Repair]:
        stack, _ = self._at(scan, kept)
        span = self.scanner.span(start, end)
        problem = self._mistyped(span, self.scanner.text[start:end], meant)
        for terminal in terminals:
            yield Repair(problem, kept, stack, ((terminal, meant, span),), end)

    def _quotes(self, scan: Scan) -> Iterator[Repair]:
        """A text with one quote only, in quotes of another kind, or in none."""
        text, start, here = self.scanner.text, scan.at, len(scan.steps)
        if start >= len(text) or text[start] == "\n":
            return
        if text[start] in QUOTES:
            rest = self.rest(start)
            ends = [
                start + len(rest),
                *(start + found.start() for found in reversed([*re.finditer(r"\s+", rest)])),
            ]
            for end in ends[:30]:
                span = self.scanner.span(start, end)
                token = ("STRING", text[start:end] + '"', span)
                yield Repair(problems.UNCLOSED.at(span), here, scan.stack, (token,), end)
            return
        closing = OTHER_QUOTES.get(text[start])
        if closing is not None:
            end = text.find(closing, start + 1, self.scanner.end_of_line(start))
            if end > start:
                yield self._as_text(scan, text[start + 1 : end], end + 1)
            return
        for count in range(1, _WORDS_IN_A_LABEL + 1):
            end_of_words = self._words_end(start, count)
            if end_of_words is None:
                return
            yield self._as_text(scan, text[start:end_of_words], end_of_words)

    def _as_text(self, scan: Scan, inner: str, end: int) -> Repair:
        span = self.scanner.span(scan.at, end)
        written = self.scanner.text[scan.at : end]
        meant = f'"{inner}"'
        problem = problems.UNQUOTED.at(span, found=quoted(written), meant=meant)
        return Repair(problem, len(scan.steps), scan.stack, (("STRING", meant, span),), end)

    def _date(self, scan: Scan) -> Iterator[Repair]:
        for kept in range(len(scan.steps), max(-1, len(scan.steps) - 4), -1):
            stack, start = self._at(scan, kept)
            found = _ODD_DATE.match(self.scanner.text, start)
            if found and found.end() > scan.at:
                year, month, day = found.groups()
                meant = f"{year}-{int(month):02}-{int(day):02}"
                span = self.scanner.span(start, found.end())
                problem = self._mistyped(span, found.group(), meant)
                yield Repair(problem, kept, stack, (("DATE", meant, span),), found.end())

    def _missing_name(self, scan: Scan) -> Iterator[Repair]:
        """`section weight 70`: the word was taken for the name that is missing."""
        if not scan.steps or scan.steps[-1].token.terminal != "NAME":
            return
        last = scan.steps[-1]
        for terminal in self._terminals(last.token.text):
            named = self.scanner.automaton.advance(last.before, "NAME")
            if named is not None and self.scanner.automaton.advance(named, terminal) is not None:
                found = quoted(last.token.text)
                missing = self.scanner.words.describe("NAME")
                problem = problems.ABSENT.at(last.token.span, missing=missing, found=found)
                tokens = (
                    ("NAME", last.token.text, last.token.span),
                    (terminal, last.token.text, last.token.span),
                )
                yield Repair(problem, len(scan.steps) - 1, last.before, tokens, last.end)

    def _run_together(self, scan: Scan) -> Iterator[Repair]:
        """`答复次数扣1分`: a name and a word of the language without a space between them."""
        for kept in range(len(scan.steps) - 1, max(-1, len(scan.steps) - 7), -1):
            step = scan.steps[kept]
            name = step.token.text
            if step.token.terminal != "NAME" or name.isascii() or len(name) > LONGEST_WORD:
                continue
            after_name = self.scanner.automaton.advance(step.before, "NAME")
            assert after_name is not None
            for cut in range(1, len(name)):
                for terminal, end in self.scanner.candidates(step.start + cut):
                    if terminal == "NAME" or self.scanner.automaton.advance(after_name, terminal) is None:
                        continue
                    split = step.start + cut
                    span = self.scanner.span(step.start, step.end)
                    word = self.scanner.text[split:end]
                    problem = problems.TOGETHER.at(span, found=quoted(name), word=quoted(word))
                    tokens = (
                        ("NAME", name[:cut], self.scanner.span(step.start, split)),
                        (terminal, word, self.scanner.span(split, end)),
                    )
                    yield Repair(problem, kept, step.before, tokens, end)

    def _added(self, scan: Scan, terminal: str, problem: Diagnostic) -> Repair:
        span = self._behind(scan)
        spelt = self.scanner.words.spell(terminal, "en") if terminal in self.scanner.words.spellings else ""
        token = (terminal, spelt, span)
        return Repair(
            problem, len(scan.steps), scan.stack, (token,), scan.steps[-1].end if scan.steps else scan.at
        )

    def _value_before(self, scan: Scan) -> Iterator[Repair]:
        """A value left out where what follows was taken for one."""
        if not scan.steps or scan.steps[-1].token.terminal != "NAME":
            return
        last = scan.steps[-1]
        for terminal in ("NUMBER", "NAME"):
            for follows in self._terminals(last.token.text):
                problem = problems.ABSENT.at(
                    last.token.span, missing=value(["NUMBER", "NAME"]), found=quoted(last.token.text)
                )
                tokens = ((terminal, "", last.token.span), (follows, last.token.text, last.token.span))
                yield Repair(problem, len(scan.steps) - 1, last.before, tokens, last.end, kind="value")

    def _replaced(self, scan: Scan, allowed: tuple[str, ...]) -> Iterator[Repair]:
        """A word of the author's own where just one of the language's may stand."""
        found = self.scanner.text[scan.at : scan.until]
        words = [one for one in allowed if one in self.scanner.words.spellings]
        if not found or not found[0].isalpha() or len(words) != 1 or not scan.steps:
            return
        span = self.scanner.span(scan.at, scan.until)
        meant = self.scanner.words.spell(words[0], "en" if found.isascii() else "zh")
        problem = self._mistyped(span, found, meant)
        yield Repair(problem, len(scan.steps), scan.stack, ((words[0], meant, span),), scan.until)

    def _too_much(self, scan: Scan) -> Iterator[Repair]:
        """Something that is not needed: what stands here, or the word before it."""
        found = self.scanner.text[scan.at : scan.until]
        if found:
            foreign = not any(self.scanner.candidates(scan.at))
            problem = (problems.FOREIGN if foreign else problems.SURPLUS).at(
                self.place(scan), found=quoted(found), sign=quoted(found)
            )
            yield Repair(problem, len(scan.steps), scan.stack, (), scan.until)
        if scan.steps:
            last = scan.steps[-1]
            problem = problems.SURPLUS.at(last.token.span, found=quoted(last.token.text))
            yield Repair(problem, len(scan.steps) - 1, last.before, (), last.end)

    # Places and words

    def _at(self, scan: Scan, kept: int) -> tuple[Stack, int]:
        """The stack and the offset where a token stands, or where sense ends."""
        if kept == len(scan.steps):
            return scan.stack, scan.at
        return scan.steps[kept].before, scan.steps[kept].start

    def place(self, scan: Scan) -> Span:
        return self.scanner.span(scan.at, scan.until) if scan.until > scan.at else self._behind(scan)

    def _behind(self, scan: Scan) -> Span:
        """The place just behind the last word that made sense."""
        if not scan.steps:
            return self.scanner.span(scan.at, scan.at)
        last = scan.steps[-1].token.span
        return Span(last.path, last.end_line, last.end_column, last.end_line, last.end_column + 1)

    def rest(self, start: int) -> str:
        return self.scanner.text[start : self.scanner.end_of_line(start)].rstrip()

    def _words_end(self, start: int, count: int) -> int | None:
        """Where so many words from an offset end, or None where there are fewer."""
        end = start
        for number in range(count):
            space = SPACE.match(self.scanner.text, end)
            word = WORD.match(self.scanner.text, space.end() if space and number else end)
            if not word:
                return None
            end = word.end()
        return end

    def _terminals(self, spelling: str) -> list[str]:
        return [name for name, spellings in self.scanner.words.spellings.items() if spelling in spellings]

    def spellings(self, allowed: tuple[str, ...]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for terminal in allowed:
            for spelling in self.scanner.words.spellings.get(terminal, ()):
                if spelling[0].isalpha():
                    found.setdefault(spelling, []).append(terminal)
        return found

    # Messages

    def _mistyped(self, span: Span, found: str, meant: str) -> Diagnostic:
        return problems.MISTYPED.at(span, suggestion=meant, found=quoted(found), meant=quoted(meant))

    def absent(self, scan: Scan, missing: Words) -> Diagnostic:
        """Something left out: shown before the word that does not fit, or behind the line's last one."""
        found = self.scanner.text[scan.at : scan.until]
        return problems.ABSENT.at(self.place(scan), missing=missing, found=quoted(found))

    def expected(self, allowed: tuple[str, ...]) -> Words:
        """What may stand here, shortly: a value where one fits, else up to twelve things."""
        if {"NUMBER", "NAME", "_LPAR"} <= set(allowed):
            return value(["NUMBER", "NAME"])
        listed = self.ordered([one for one in allowed if one not in _NEVER])
        if not listed:
            return self.scanner.words.describe("$END")
        words = [self.scanner.words.describe(one) for one in listed[:12]]
        more = Words(" or another such line", " 等") if len(listed) > 12 else Words()
        return choice(words, more)

    def ordered(self, terminals: list[str]) -> list[str]:
        """As the grammar lists them."""
        order = {name: number for number, name in enumerate(self.scanner.words.spellings)}
        return sorted(terminals, key=lambda one: order.get(one, -1))


def quoted(found: str) -> Words:
    if not found:
        return _END_OF_LINE
    shown = found if len(found) <= LONGEST_WORD else found[:LONGEST_WORD] + "…"
    return Words(shown, shown) if '"' in shown else Words(f'"{shown}"', f"“{shown}”")


def value(terminals: list[str]) -> Words:
    if set(terminals) & {"NUMBER"} and "NAME" in terminals:
        return Words("a value", "一个值")
    if terminals[0] == "NUMBER":
        return Words("a number", "一个数")
    if terminals[0] == "NAME":
        return Words("a name", "一个名称")
    if terminals[0] == "STRING":
        return Words('a text in quotes ("...")', "引号里的文字（“……”）")
    return Words("a date or time", "一个日期或时刻")


def choice(words: list[Words], more: Words = Words()) -> Words:  # noqa: B008 - frozen
    def listed(each: list[str], last: str) -> str:
        return each[0] if len(each) == 1 else ", ".join(each[:-1]) + last + each[-1]

    return Words(
        listed([one.en for one in words], " or ") + more.en,
        listed([one.zh for one in words], " 或 ") + more.zh,
    )
