"""The single changes that might let a mistyped line be read, the likeliest first, each with its message.

Nothing is tried here: `mending` tries them, and takes the first after which the whole line makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kpirules.diagnostics import Diagnostic, Span, Words, nearest
from kpirules.language import problems
from kpirules.language.habits import (
    LONGEST_WORD,
    Habits,
    Repair,
    mistyped,
    quoted,
    standing,
    terminals_of,
    words_end,
)
from kpirules.language.scanning import QUOTES, WORD, Scan, Scanner

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
#: By what opens a text in quotes of another kind, what may close it.
OTHER_QUOTES = {
    pair[0]: pair[1:]
    for pair in (
        "''",
        "‘’",
        "’’‘",
        "「」",
        "『』",
        "《》",
        "``'",
        "＂＂",
        '„“”"',
        "‚‘’",
        "«»",
        "»«",
        "‹›",
        "〝〞〟",
        "【】",
    )
}
_WORDS_IN_A_LABEL = 6
_WEIGHT_AND_NUMBER = Words('"weight" with a number', "“权重”和一个数")
_CALCULATING = frozenset({"PLUS", "MINUS", "TIMES", "DIVIDE"})
_COMPARING = frozenset({"EQUAL", "NE", "LE", "GE", "LT", "GT"})
_OPERATOR = Words("an operator (+ - * /)", "运算符（+ - * /）")
_COMPARISON = Words("a comparison such as >= or <=", "比较符，例如 >= 或 <=")
_TYPE = Words('":" and a type, such as ": count"', "“：”和类型，例如“：次数”")
_TYPE_AND_SIGN = Words('a type and "=", such as "duration ="', "类型和“=”，例如“时长 =”")
_TYPED = frozenset({"_INPUT", "_ATTRIBUTE", "_PARAMETER", "_AMOUNT"})
_STAFF_WHERE = Words('"staff where"', "“员工 当”")
_OVER_WHAT = Words('"over" and the name of the data or the attribute', "“于”和数据或属性的名称")


@dataclass(slots=True)
class Repairs:
    """Repairs of lines of one text, and the words of the messages about them."""

    scanner: Scanner
    habits: Habits = field(init=False)

    def __post_init__(self) -> None:
        self.habits = Habits(self.scanner)

    # Repairs, the likeliest first

    def all(self, scan: Scan) -> Iterator[Repair]:
        here = len(scan.steps)
        yield from self.habits.all(scan)
        yield from self._without_group(scan)
        yield from self._without_type(scan)
        yield from self._whose(scan)
        yield from self._misspelt(scan, here)
        yield from self._quotes(scan)
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
        yield from self._word_too_many(scan)
        yield from self._replaced(scan, allowed)
        word_here = scan.until > scan.at and WORD.match(self.scanner.text, scan.at) is not None
        words = () if word_here or not scan.steps else tuple(one for one in allowed if one not in VALUES)
        for terminal in (*words, *(one for one in VALUES if one in allowed)):
            if terminal not in _MENDS and terminal not in _NEVER:
                yield replace(self._added(scan, terminal, self.absent(scan, Words())), kind="any")
        yield from self._too_much(scan)

    def _without_type(self, scan: Scan) -> Iterator[Repair]:
        """`parameter price = 20 yuan`, `parameter price : 20 yuan`, `input calls`: of which type?"""
        if not scan.steps or scan.steps[0].token.terminal not in _TYPED:
            return
        advance, span = self.scanner.automaton.advance, self._behind(scan)
        words = _TYPE
        missing = [("_COLON", ":", span), ("TYPE_NUMBER", "number", span)]
        if advance(scan.stack, "_COLON") is None:
            if (
                scan.steps[-1].token.terminal != "_COLON"
                or not self.scanner.text[scan.at : scan.until].isdigit()
            ):
                return
            missing, words = [*missing[1:], ("_EQUAL", "=", span)], _TYPE_AND_SIGN
        elif self.scanner.text[scan.at : scan.until] not in ("=", "＝", ""):
            return
        problem = self.absent(scan, words)
        yield Repair(problem, len(scan.steps), scan.stack, tuple(missing), scan.at, kind="value")

    def _whose(self, scan: Scan) -> Iterator[Repair]:
        """`applies to post = "manager"`: `staff where` is left out, and `post` was taken for the word for whom."""
        if [one.token.terminal for one in scan.steps] == ["_APPLIES_TO", "NAME"]:
            last = scan.steps[-1]
            scan = replace(scan, steps=scan.steps[:-1], stack=last.before, at=last.start, until=last.end)
        if self.scanner.automaton.advance(scan.stack, "_STAFF") is not None and scan.until > scan.at:
            span = self._behind(scan)
            tokens = (("_STAFF", "staff", span), ("_WHERE", "where", span))
            yield Repair(self.absent(scan, _STAFF_WHERE), len(scan.steps), scan.stack, tokens, scan.at)

    def _without_group(self, scan: Scan) -> Iterator[Repair]:
        """`sum of x where ...`: over which records?"""
        automaton = self.scanner.automaton
        over = automaton.advance(scan.stack, "ACROSS")
        named = None if over is None else automaton.advance(over, "NAME")
        if named is None:
            return
        ends = scan.until == scan.at
        where = any(
            automaton.advance(named, one) for one, _ in self.scanner.candidates(scan.at) if one != "NAME"
        )
        if ends or where:
            span = self._behind(scan)
            tokens = (("ACROSS", "over", span), ("NAME", "", span))
            yield Repair(
                self.absent(scan, _OVER_WHAT), len(scan.steps), scan.stack, tokens, scan.at, kind="value"
            )

    def _misspelt(self, scan: Scan, kept: int) -> Iterator[Repair]:
        """A word of the language with a slip in it."""
        stack, start = standing(scan, kept)
        run = WORD.match(self.scanner.text, start)
        if not run:
            return
        spellings = self.spellings(self.scanner.automaton.allowed(stack))
        for count in (3, 2, 1):
            end = words_end(self.scanner.text, start, count)
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
        stack, _ = standing(scan, kept)
        span = self.scanner.span(start, end)
        problem = mistyped(span, self.scanner.text[start:end], meant)
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
            line_end = self.scanner.end_of_line(start)
            ends = [found for one in closing if (found := text.find(one, start + 1, line_end)) > 0]
            if ends:
                yield self._as_text(scan, text[start + 1 : min(ends)], min(ends) + 1)
            return
        for count in range(1, _WORDS_IN_A_LABEL + 1):
            end_of_words = words_end(self.scanner.text, start, count)
            if end_of_words is None:
                return
            yield self._as_text(scan, text[start:end_of_words], end_of_words)

    def _as_text(self, scan: Scan, inner: str, end: int) -> Repair:
        span = self.scanner.span(scan.at, end)
        written = self.scanner.text[scan.at : end]
        meant = f'"{inner}"'
        problem = problems.UNQUOTED.at(span, found=quoted(written), meant=meant)
        return Repair(problem, len(scan.steps), scan.stack, (("STRING", meant, span),), end)

    def _missing_name(self, scan: Scan) -> Iterator[Repair]:
        """`section weight 70`: the word was taken for the name that is missing."""
        if not scan.steps or scan.steps[-1].token.terminal != "NAME":
            return
        last = scan.steps[-1]
        for terminal in terminals_of(self.scanner.words, last.token.text):
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
            for follows in terminals_of(self.scanner.words, last.token.text):
                problem = problems.ABSENT.at(
                    last.token.span, missing=value(["NUMBER", "NAME"]), found=quoted(last.token.text)
                )
                tokens = ((terminal, "", last.token.span), (follows, last.token.text, last.token.span))
                yield Repair(problem, len(scan.steps) - 1, last.before, tokens, last.end, kind="value")

    def _word_too_many(self, scan: Scan) -> Iterator[Repair]:
        """`: from 24 to 30`: a word of the language that was taken for a name, and is not needed."""
        if scan.steps and scan.until > scan.at:
            last = scan.steps[-1]
            if last.token.terminal == "NAME" and last.token.text in self.scanner.words.phrases:
                problem = problems.SURPLUS.at(last.token.span, found=quoted(last.token.text))
                yield Repair(problem, len(scan.steps) - 1, last.before, (), last.end)

    def _replaced(self, scan: Scan, allowed: tuple[str, ...]) -> Iterator[Repair]:
        """A word of the author's own where just one of the language's may stand."""
        found = self.scanner.text[scan.at : scan.until]
        words = [one for one in allowed if one in self.scanner.words.spellings]
        if not found or not found[0].isalpha() or len(words) != 1 or not scan.steps:
            return
        span = self.scanner.span(scan.at, scan.until)
        meant = self.scanner.words.spell(words[0], "en" if found.isascii() else "zh")
        problem = mistyped(span, found, meant)
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

    def spellings(self, allowed: tuple[str, ...]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for terminal in allowed:
            for spelling in self.scanner.words.spellings.get(terminal, ()):
                if spelling[0].isalpha():
                    found.setdefault(spelling, []).append(terminal)
        return found

    # Messages

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
        if allowed[-1] == "_WEIGHT" and set(allowed) <= {"STRING", "_WEIGHT"}:
            return _WEIGHT_AND_NUMBER
        words = self.named(listed)
        return choice(words[:12], more=len(words) > 12)

    def named(self, terminals: list[str]) -> list[Words]:
        """What terminals are called in messages; those that calculate or compare are one thing together."""
        found: list[Words] = []
        for one in terminals:
            words = self.scanner.words.describe(one)
            if {"PLUS", "MINUS"} <= set(terminals) and one in _CALCULATING:
                words = _OPERATOR
            elif {"LE", "GE"} <= set(terminals) and one in _COMPARING:
                words = _COMPARISON
            if words not in found:
                found.append(words)
        return found

    def ordered(self, terminals: list[str]) -> list[str]:
        """As the grammar lists them."""
        order = {name: number for number, name in enumerate(self.scanner.words.spellings)}
        return sorted(terminals, key=lambda one: order.get(one, -1))


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


def choice(words: list[Words], *, more: bool = False) -> Words:
    """One of several things; more: of which these are only the first."""

    def listed(each: list[str], last: str) -> str:
        return each[0] if len(each) == 1 else ", ".join(each[:-1]) + last + each[-1]

    english, chinese = [one.en for one in words], [one.zh for one in words]
    if more:
        return Words(", ".join(english) + " ...", ", ".join(chinese) + " 等")
    return Words(listed(english, " or "), listed(chinese, " 或 "))
