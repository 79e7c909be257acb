"""Mistakes in a line: the one change, or the two, that would let all of it be read, and the message that says so.

A change is taken only when the whole line then makes sense, the likeliest first; so the file is checked on as if
it were written right, and one mistake gives one message. A line that no such change mends is reported where it
stops making sense, and left out. The work is bounded by `Mender.budget`, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kpirules.diagnostics import Diagnostic, Span, Words, nearest
from kpirules.language import problems
from kpirules.language.automaton import Stack, Token
from kpirules.language.instead import INSTEAD
from kpirules.language.scanning import (
    MOST_DIGITS,
    MOST_OPERATORS,
    MOST_PARENTHESES,
    QUOTES,
    SPACE,
    WORD,
    Remark,
    Scan,
    Scanner,
    Step,
)

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
_LIMITS = {
    "operators": (Words("operators", "运算符个数"), MOST_OPERATORS),
    "parentheses": (Words("levels of parentheses", "括号层数"), MOST_PARENTHESES),
    "digits": (Words("digits in one number", "数字位数"), MOST_DIGITS),
}
_VALUES = ("NUMBER", "NAME", "STRING", "DATE", "DATETIME", "CLOCK")
_NEVER = frozenset({"$END", "_INDENT", "_DEDENT"})
_SIGN_RUN = re.compile(r"[<>=!＜＞＝！≤≥&|*:：;；~～–—→^+\-－]+(?:[ \t]+[<>=＜＞＝]+)*")
_OTHER_QUOTES = {"'": "'", "‘": "’", "’": "’", "「": "」", "『": "』", "《": "》", "`": "`", "＂": "＂"}
_ODD_DATE = re.compile(r"([0-9]{4})\s*[/.]\s*([0-9]{1,2})\s*[/.]\s*([0-9]{1,2})(?![0-9])")
_FULL_WIDTH = str.maketrans("＜＞＝！－：；", "<>=!-:;")
_LINE_BUDGET = 20_000
_WORDS_TAKEN_OTHERWISE = 6
_WORDS_IN_A_LABEL = 6
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Reread:
    """A line as understood, perhaps after mends. after: the stack behind it, or None where it could not be read."""

    tokens: tuple[Token, ...]
    remarks: tuple[Remark, ...]
    comment: str | None
    after: Stack | None
    end: int
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Repair:
    """Keep the first `kept` tokens, put `tokens` there (none: leave something out), and read on at `resume`."""

    problem: Diagnostic
    kept: int
    stack: Stack
    tokens: tuple[tuple[str, str, Span], ...]
    resume: int
    kind: str = ""


@dataclass(slots=True)
class Mender:
    scanner: Scanner
    budget: int = 300_000

    def unchanged(self, scan: Scan) -> Reread:
        """A scan that needed nothing."""
        return Reread(scan.tokens, scan.remarks, scan.comment, scan.after, scan.end)

    def other_words(self, scan: Scan, indent: int) -> Reread | None:
        """The same text with a few of its words taken otherwise (a name for a word, or run-together Chinese split)."""
        before = self.scanner.work
        found = self._other_words(
            scan, indent, _WORDS_TAKEN_OTHERWISE, before + min(_LINE_BUDGET, self.budget)
        )
        self.scanner.as_names.clear()
        self.budget -= self.scanner.work - before
        return found

    def _other_words(self, scan: Scan, indent: int, changes: int, limit: int) -> Reread | None:
        if scan.too_complex is not None:
            return None
        advance = self.scanner.automaton.advance
        for kept in range(len(scan.steps) - 1, -1, -1):
            step = scan.steps[kept]
            first = step.token.text[:1]
            if not (first.isalpha() or first == "_"):
                continue
            for terminal, end in self.scanner.candidates(step.start):
                if (terminal, end) == (step.token.terminal, step.end):
                    continue
                stack = advance(step.before, terminal)
                if stack is None:
                    continue
                token = Token(
                    terminal, self.scanner.text[step.start : end], self.scanner.span(step.start, end)
                )
                steps = (*scan.steps[:kept], Step(token, step.before, step.start, end))
                names = self.scanner.as_names
                here = {token.text} - names if terminal == "NAME" else set()
                names |= here
                again = self.scanner.scan(end, stack, indent, steps, self._remarks(scan, kept))
                if again.after is not None:
                    return self.unchanged(again)
                if again.at > scan.at and changes > 1:
                    deeper = self._other_words(again, indent, changes - 1, limit)
                    if deeper is not None:
                        return deeper
                names -= here
                if self.scanner.work > limit:
                    return None
        return None

    def mend(self, scan: Scan, indent: int, changes: int) -> Reread | None:
        """The line with up to so many changes, or None where they do not make it readable."""
        limit = self.scanner.work + min(_LINE_BUDGET, self.budget)
        before = self.scanner.work
        found = self._mend(scan, indent, changes, limit)
        self.budget -= self.scanner.work - before
        return found

    def refuse(self, scan: Scan) -> Reread:
        """The message for a line that cannot be read."""
        if scan.too_complex is not None:
            return Reread((), (), None, None, scan.end, (self._complex(scan),))
        allowed = self.scanner.automaton.allowed(scan.stack)
        found = self.scanner.text[scan.at : scan.until]
        span = self._place(scan)
        if not found:
            return Reread((), (), None, None, scan.end, (self._absent(scan, self._expected(allowed)),))
        foreign = not any(self.scanner.candidates(scan.at))
        if foreign and found not in QUOTES and found not in INSTEAD and found not in _OTHER_QUOTES:
            problem = problems.FOREIGN.at(span, sign=_quoted(found))
        elif foreign and found in QUOTES:
            problem = problems.UNCLOSED.at(self.scanner.span(scan.at, len(self._rest(scan.at)) + scan.at))
        else:
            short = 0 < len(found) <= _LONGEST_WORD and found[0].isalpha()
            meant = nearest(found, self._spellings(allowed)) if short else None
            problem = problems.UNEXPECTED.at(
                span, suggestion=meant, found=_quoted(found), expected=self._expected(allowed)
            )
        return Reread((), (), None, None, scan.end, (problem,))

    # Search

    def _mend(self, scan: Scan, indent: int, changes: int, limit: int) -> Reread | None:
        if scan.too_complex is not None:
            return None
        partly: list[tuple[int, int, _Repair, Scan]] = []
        loose: list[tuple[_Repair, Scan]] = []
        for order, repair in enumerate(self._repairs(scan)):
            if self.scanner.work > limit:
                return None
            if loose and repair.kind != "any":
                break
            again = self._apply(scan, repair, indent)
            if again is None:
                continue
            if again.after is not None:
                if repair.kind == "any":
                    loose.append((repair, again))
                    continue
                return self._with(self.unchanged(again), repair)
            if again.at > scan.until or (repair.tokens and again.at > scan.at):
                partly.append((-again.at, order, repair, again))
        if loose:
            return self._left_out(scan, loose)
        if changes > 1:
            partly.sort(key=lambda one: one[:2])
            for _, _, repair, again in partly[:4]:
                rest = self._mend(again, indent, changes - 1, limit)
                if rest is not None:
                    return self._with(rest, repair)
        return None

    def _with(self, read: Reread, repair: _Repair) -> Reread:
        """A line read after a repair; without its value, it is told what it lacks but stays out."""
        read = replace(read, diagnostics=(repair.problem, *read.diagnostics))
        return read if repair.kind != "value" else replace(read, tokens=(), after=None)

    def _left_out(self, scan: Scan, loose: list[tuple[_Repair, Scan]]) -> Reread:
        """One message for all the words of which one is missing; if there is but one word, it is taken."""
        terminals = [repair.tokens[0][0] for repair, _ in loose]
        words = [self.scanner.words.describe(one) for one in self._ordered(terminals) if one not in _VALUES][
            :6
        ]
        any_value = not words or {"NUMBER", "NAME"} <= set(terminals)
        if any_value:
            words = [_value(terminals)]
        problem = self._absent(scan, _choice(words))
        _, again = loose[0]
        if any_value or len(words) > 1:  # which one it should be, nobody can tell
            return Reread((), (), None, None, again.end, (problem,))
        return replace(self.unchanged(again), diagnostics=(problem,))

    def _apply(self, scan: Scan, repair: _Repair, indent: int) -> Scan | None:
        stack, steps = repair.stack, list(scan.steps[: repair.kept])
        for terminal, text, span in repair.tokens:
            after = self.scanner.automaton.advance(stack, terminal)
            if after is None:
                return None
            steps.append(Step(Token(terminal, text, span, mended=True), stack, repair.resume, repair.resume))
            stack = after
        remarks = self._remarks(scan, repair.kept)
        return self.scanner.scan(repair.resume, stack, indent, tuple(steps), remarks)

    def _remarks(self, scan: Scan, kept: int) -> tuple[Remark, ...]:
        return tuple(one for one in scan.remarks if one.before <= kept)

    # Repairs, the likeliest first

    def _repairs(self, scan: Scan) -> Iterator[_Repair]:
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
                added = self._added(scan, terminal, self._absent(scan, missing))
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
        words = () if word_here or not scan.steps else tuple(one for one in allowed if one not in _VALUES)
        for terminal in (*words, *(one for one in _VALUES if one in allowed)):
            if terminal not in _MENDS and terminal not in _NEVER:
                yield replace(self._added(scan, terminal, self._absent(scan, Words())), kind="any")
        yield from self._too_much(scan)

    def _sign(self, scan: Scan) -> Iterator[_Repair]:
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
                    yield _Repair(problem, kept, stack, ((terminal, meant, span),), found.end())

    def _habit(self, scan: Scan, kept: int) -> Iterator[_Repair]:
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
                    yield _Repair(problem, kept, stack, ((terminal, meant, span),), end)
        run = WORD.match(self.scanner.text, start)
        if run and not run.group()[0].isascii() and kept == len(scan.steps):
            for size in range(min(4, len(run.group()) - 1), 0, -1):
                written = run.group()[:size]
                for meant in INSTEAD.get(written, ()):
                    span = self.scanner.span(start, start + size)
                    for terminal in self._terminals(meant):
                        problem = self._mistyped(span, written, meant)
                        yield _Repair(problem, kept, stack, ((terminal, meant, span),), start + size)

    def _misspelt(self, scan: Scan, kept: int) -> Iterator[_Repair]:
        """A word of the language with a slip in it."""
        stack, start = self._at(scan, kept)
        run = WORD.match(self.scanner.text, start)
        if not run:
            return
        spellings = self._spellings(self.scanner.automaton.allowed(stack))
        for count in (3, 2, 1):
            end = self._words_end(start, count)
            if end is None or end - start > _LONGEST_WORD:
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
    ) -> Iterator[_Repair]:
        stack, _ = self._at(scan, kept)
        span = self.scanner.span(start, end)
        problem = self._mistyped(span, self.scanner.text[start:end], meant)
        for terminal in terminals:
            yield _Repair(problem, kept, stack, ((terminal, meant, span),), end)

    def _quotes(self, scan: Scan) -> Iterator[_Repair]:
        """A text with one quote only, in quotes of another kind, or in none."""
        text, start, here = self.scanner.text, scan.at, len(scan.steps)
        if start >= len(text) or text[start] == "\n":
            return
        if text[start] in QUOTES:
            rest = self._rest(start)
            ends = [
                start + len(rest),
                *(start + found.start() for found in reversed([*re.finditer(r"\s+", rest)])),
            ]
            for end in ends[:30]:
                span = self.scanner.span(start, end)
                token = ("STRING", text[start:end] + '"', span)
                yield _Repair(problems.UNCLOSED.at(span), here, scan.stack, (token,), end)
            return
        closing = _OTHER_QUOTES.get(text[start])
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

    def _as_text(self, scan: Scan, inner: str, end: int) -> _Repair:
        span = self.scanner.span(scan.at, end)
        written = self.scanner.text[scan.at : end]
        meant = f'"{inner}"'
        problem = problems.UNQUOTED.at(span, found=_quoted(written), meant=meant)
        return _Repair(problem, len(scan.steps), scan.stack, (("STRING", meant, span),), end)

    def _date(self, scan: Scan) -> Iterator[_Repair]:
        for kept in range(len(scan.steps), max(-1, len(scan.steps) - 4), -1):
            stack, start = self._at(scan, kept)
            found = _ODD_DATE.match(self.scanner.text, start)
            if found and found.end() > scan.at:
                year, month, day = found.groups()
                meant = f"{year}-{int(month):02}-{int(day):02}"
                span = self.scanner.span(start, found.end())
                problem = self._mistyped(span, found.group(), meant)
                yield _Repair(problem, kept, stack, (("DATE", meant, span),), found.end())

    def _missing_name(self, scan: Scan) -> Iterator[_Repair]:
        """`section weight 70`: the word was taken for the name that is missing."""
        if not scan.steps or scan.steps[-1].token.terminal != "NAME":
            return
        last = scan.steps[-1]
        for terminal in self._terminals(last.token.text):
            named = self.scanner.automaton.advance(last.before, "NAME")
            if named is not None and self.scanner.automaton.advance(named, terminal) is not None:
                found = _quoted(last.token.text)
                missing = self.scanner.words.describe("NAME")
                problem = problems.ABSENT.at(last.token.span, missing=missing, found=found)
                tokens = (
                    ("NAME", last.token.text, last.token.span),
                    (terminal, last.token.text, last.token.span),
                )
                yield _Repair(problem, len(scan.steps) - 1, last.before, tokens, last.end)

    def _run_together(self, scan: Scan) -> Iterator[_Repair]:
        """`答复次数扣1分`: a name and a word of the language without a space between them."""
        for kept in range(len(scan.steps) - 1, max(-1, len(scan.steps) - 7), -1):
            step = scan.steps[kept]
            name = step.token.text
            if step.token.terminal != "NAME" or name.isascii() or len(name) > _LONGEST_WORD:
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
                    problem = problems.TOGETHER.at(span, found=_quoted(name), word=_quoted(word))
                    tokens = (
                        ("NAME", name[:cut], self.scanner.span(step.start, split)),
                        (terminal, word, self.scanner.span(split, end)),
                    )
                    yield _Repair(problem, kept, step.before, tokens, end)

    def _added(self, scan: Scan, terminal: str, problem: Diagnostic) -> _Repair:
        span = self._behind(scan)
        spelt = self.scanner.words.spell(terminal, "en") if terminal in self.scanner.words.spellings else ""
        token = (terminal, spelt, span)
        return _Repair(
            problem, len(scan.steps), scan.stack, (token,), scan.steps[-1].end if scan.steps else scan.at
        )

    def _value_before(self, scan: Scan) -> Iterator[_Repair]:
        """A value left out where what follows was taken for one."""
        if not scan.steps or scan.steps[-1].token.terminal != "NAME":
            return
        last = scan.steps[-1]
        for terminal in ("NUMBER", "NAME"):
            for follows in self._terminals(last.token.text):
                problem = problems.ABSENT.at(
                    last.token.span, missing=_value(["NUMBER", "NAME"]), found=_quoted(last.token.text)
                )
                tokens = ((terminal, "", last.token.span), (follows, last.token.text, last.token.span))
                yield _Repair(problem, len(scan.steps) - 1, last.before, tokens, last.end, kind="value")

    def _replaced(self, scan: Scan, allowed: tuple[str, ...]) -> Iterator[_Repair]:
        """A word of the author's own where just one of the language's may stand."""
        found = self.scanner.text[scan.at : scan.until]
        words = [one for one in allowed if one in self.scanner.words.spellings]
        if not found or not found[0].isalpha() or len(words) != 1 or not scan.steps:
            return
        span = self.scanner.span(scan.at, scan.until)
        meant = self.scanner.words.spell(words[0], "en" if found.isascii() else "zh")
        problem = self._mistyped(span, found, meant)
        yield _Repair(problem, len(scan.steps), scan.stack, ((words[0], meant, span),), scan.until)

    def _too_much(self, scan: Scan) -> Iterator[_Repair]:
        """Something that is not needed: what stands here, or the word before it."""
        found = self.scanner.text[scan.at : scan.until]
        if found:
            foreign = not any(self.scanner.candidates(scan.at))
            problem = (problems.FOREIGN if foreign else problems.SURPLUS).at(
                self._place(scan), found=_quoted(found), sign=_quoted(found)
            )
            yield _Repair(problem, len(scan.steps), scan.stack, (), scan.until)
        if scan.steps:
            last = scan.steps[-1]
            problem = problems.SURPLUS.at(last.token.span, found=_quoted(last.token.text))
            yield _Repair(problem, len(scan.steps) - 1, last.before, (), last.end)

    # Places and words

    def _at(self, scan: Scan, kept: int) -> tuple[Stack, int]:
        """The stack and the offset where a token stands, or where sense ends."""
        if kept == len(scan.steps):
            return scan.stack, scan.at
        return scan.steps[kept].before, scan.steps[kept].start

    def _place(self, scan: Scan) -> Span:
        return self.scanner.span(scan.at, scan.until) if scan.until > scan.at else self._behind(scan)

    def _behind(self, scan: Scan) -> Span:
        """The place just behind the last word that made sense."""
        if not scan.steps:
            return self.scanner.span(scan.at, scan.at)
        last = scan.steps[-1].token.span
        return Span(last.path, last.end_line, last.end_column, last.end_line, last.end_column + 1)

    def _rest(self, start: int) -> str:
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

    def _spellings(self, allowed: tuple[str, ...]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for terminal in allowed:
            for spelling in self.scanner.words.spellings.get(terminal, ()):
                if spelling[0].isalpha():
                    found.setdefault(spelling, []).append(terminal)
        return found

    # Messages

    def _mistyped(self, span: Span, found: str, meant: str) -> Diagnostic:
        return problems.MISTYPED.at(span, suggestion=meant, found=_quoted(found), meant=_quoted(meant))

    def _absent(self, scan: Scan, missing: Words) -> Diagnostic:
        """Something left out: shown before the word that does not fit, or behind the line's last one."""
        found = self.scanner.text[scan.at : scan.until]
        return problems.ABSENT.at(self._place(scan), missing=missing, found=_quoted(found))

    def _complex(self, scan: Scan) -> Diagnostic:
        what, most = _LIMITS[scan.too_complex or "operators"]
        return problems.COMPLEX.at(self._place(scan), most=most, what=what)

    def _expected(self, allowed: tuple[str, ...]) -> Words:
        """What may stand here, shortly: a value where one fits, else up to twelve things."""
        if {"NUMBER", "NAME", "_LPAR"} <= set(allowed):
            return _value(["NUMBER", "NAME"])
        listed = self._ordered([one for one in allowed if one not in _NEVER])
        if not listed:
            return self.scanner.words.describe("$END")
        words = [self.scanner.words.describe(one) for one in listed[:12]]
        more = Words(" or another such line", " 等") if len(listed) > 12 else Words()
        return _choice(words, more)

    def _ordered(self, terminals: list[str]) -> list[str]:
        """As the grammar lists them."""
        order = {name: number for number, name in enumerate(self.scanner.words.spellings)}
        return sorted(terminals, key=lambda one: order.get(one, -1))


def _quoted(found: str) -> Words:
    if not found:
        return _END_OF_LINE
    shown = found if len(found) <= _LONGEST_WORD else found[:_LONGEST_WORD] + "…"
    return Words(shown, shown) if '"' in shown else Words(f'"{shown}"', f"“{shown}”")


def _value(terminals: list[str]) -> Words:
    if set(terminals) & {"NUMBER"} and "NAME" in terminals:
        return Words("a value", "一个值")
    if terminals[0] == "NUMBER":
        return Words("a number", "一个数")
    if terminals[0] == "NAME":
        return Words("a name", "一个名称")
    if terminals[0] == "STRING":
        return Words('a text in quotes ("...")', "引号里的文字（“……”）")
    return Words("a date or time", "一个日期或时刻")


def _choice(words: list[Words], more: Words = Words()) -> Words:  # noqa: B008 - frozen
    def listed(each: list[str], last: str) -> str:
        return each[0] if len(each) == 1 else ", ".join(each[:-1]) + last + each[-1]

    return Words(
        listed([one.en for one in words], " or ") + more.en,
        listed([one.zh for one in words], " 或 ") + more.zh,
    )
