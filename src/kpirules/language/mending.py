"""Mistakes in a line: the one change, or the two, that would let all of it be read, and the message that says so.

A change is taken only when the whole line then makes sense, the likeliest first; so the file is checked on as if
it were written right, and one mistake gives one message. A line that no such change mends is reported where it
stops making sense, and left out. The work is bounded by `Mender.budget`, whatever the text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kpirules.diagnostics import Diagnostic, Words, nearest
from kpirules.language import problems
from kpirules.language.automaton import Stack, Token
from kpirules.language.habits import LONGEST_WORD, Repair, quoted
from kpirules.language.instead import INSTEAD
from kpirules.language.repairs import OTHER_QUOTES, VALUES, Repairs, choice, value
from kpirules.language.scanning import (
    MOST_DIGITS,
    MOST_OPERATORS,
    MOST_PARENTHESES,
    QUOTES,
    Remark,
    Scan,
    Scanner,
    Step,
)

_LIMITS = {
    "operators": (Words("operators", "运算符个数"), MOST_OPERATORS),
    "parentheses": (Words("levels of parentheses", "括号层数"), MOST_PARENTHESES),
    "digits": (Words("digits in one number", "数字位数"), MOST_DIGITS),
}
_LINE_BUDGET = 20_000
_WORDS_TAKEN_OTHERWISE = 6


@dataclass(frozen=True, slots=True)
class Reread:
    """A line as understood, perhaps after mends. after: the stack behind it, or None where it could not be read."""

    tokens: tuple[Token, ...]
    remarks: tuple[Remark, ...]
    comment: str | None
    after: Stack | None
    end: int
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class Mender:
    scanner: Scanner
    repairs: Repairs
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
        span = self.repairs.place(scan)
        if not found:
            return Reread(
                (), (), None, None, scan.end, (self.repairs.absent(scan, self.repairs.expected(allowed)),)
            )
        foreign = not any(self.scanner.candidates(scan.at))
        if foreign and found not in QUOTES and found not in INSTEAD and found not in OTHER_QUOTES:
            problem = problems.FOREIGN.at(span, sign=quoted(found))
        elif foreign and found in QUOTES:
            problem = problems.UNCLOSED.at(
                self.scanner.span(scan.at, len(self.repairs.rest(scan.at)) + scan.at)
            )
        else:
            short = 0 < len(found) <= LONGEST_WORD and found[0].isalpha()
            meant = nearest(found, self.repairs.spellings(allowed)) if short else None
            problem = problems.UNEXPECTED.at(
                span, suggestion=meant, found=quoted(found), expected=self.repairs.expected(allowed)
            )
        return Reread((), (), None, None, scan.end, (problem,))

    # Search

    def _mend(self, scan: Scan, indent: int, changes: int, limit: int) -> Reread | None:
        if scan.too_complex is not None:
            return None
        partly: list[tuple[int, int, Repair, Scan]] = []
        loose: list[tuple[Repair, Scan]] = []
        for order, repair in enumerate(self.repairs.all(scan)):
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
            if (
                repair.kind == "any"
            ):  # one of several words that would do: only for a line that then makes sense
                continue
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

    def _with(self, read: Reread, repair: Repair) -> Reread:
        """A line read after a repair; without its value, it is told what it lacks but stays out."""
        read = replace(read, diagnostics=(repair.problem, *read.diagnostics))
        return read if repair.kind != "value" else replace(read, tokens=(), after=None)

    def _left_out(self, scan: Scan, loose: list[tuple[Repair, Scan]]) -> Reread:
        """One message for all the words of which one is missing; if there is but one word, it is taken."""
        terminals = [repair.tokens[0][0] for repair, _ in loose]
        left_out = [one for one in self.repairs.ordered(terminals) if one not in VALUES]
        words = self.repairs.named(left_out)[:6]
        any_value = not words or {"NUMBER", "NAME"} <= set(terminals)
        if any_value:
            words = [value(terminals)]
        problem = self.repairs.absent(scan, choice(words))
        _, again = loose[0]
        if any_value or len(left_out) > 1:  # which one it should be, nobody can tell
            return Reread((), (), None, None, again.end, (problem,))
        return replace(self.unchanged(again), diagnostics=(problem,))

    def _apply(self, scan: Scan, repair: Repair, indent: int) -> Scan | None:
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

    def _complex(self, scan: Scan) -> Diagnostic:
        what, most = _LIMITS[scan.too_complex or "operators"]
        return problems.COMPLEX.at(self.repairs.place(scan), most=most, what=what)
