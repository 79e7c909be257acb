"""The parser's tables in plain form, walked with or without building anything.

Made from the grammar by `parse` (which alone knows lark) and kept between runs. Without building, they tell which
word may stand where; with building, they turn tokens into branches that `build` makes the syntax tree of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kpirules.diagnostics import Span

Stack = tuple[int, ...]
#: origin; how many symbols; the branch's name ("" for none of its own: its parts go to the branch above);
#: whether a single part stands for the branch; which symbols are parts: (number, inlined, left-out parts before it);
#: left-out parts at the end.
Rule = tuple[str, int, str, bool, tuple[tuple[int, bool, int], ...], int]


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign, number or text, with the terminal it was read as. `mended` ones are not in the text."""

    terminal: str
    text: str
    span: Span
    mended: bool = False


class Branch:
    """A rule of the grammar as it was applied. Parts: branches, tokens, and None for what was left out."""

    __slots__ = ("children", "data", "span")

    def __init__(self, data: str, children: list[Any], span: Span) -> None:
        self.data = data
        self.children = children
        self.span = span


@dataclass(frozen=True, slots=True)
class Automaton:
    """actions: by state and symbol, a state to go on with, or -1 - the number of the rule that is complete there."""

    actions: list[dict[str, int]]
    rules: list[Rule]
    start: int

    def advance(self, stack: Stack, terminal: str) -> Stack | None:
        """The stack after reading a terminal, or None where it may not stand."""
        actions, rules = self.actions, self.rules
        action = actions[stack[-1]].get(terminal)
        if action is None:
            return None
        if action >= 0:
            return (*stack, action)
        work = list(stack)
        while action < 0:
            rule = rules[-1 - action]
            if rule[1]:
                del work[-rule[1] :]
            work.append(actions[work[-1]][rule[0]])
            found = actions[work[-1]].get(terminal)
            if found is None:
                return None
            action = found
        work.append(action)
        return tuple(work)

    def allowed(self, stack: Stack) -> tuple[str, ...]:
        """Every terminal that may stand next, by name."""
        listed = (
            name for name in sorted(self.actions[stack[-1]]) if name.lstrip("_").isupper() or name == "$END"
        )
        return tuple(name for name in listed if name == "$END" or self.advance(stack, name) is not None)

    def parse(self, tokens: tuple[Token, ...]) -> Branch:
        """The branch of the whole text. The tokens must be such that each may stand where it does."""
        states, values = [self.start], list[tuple[Any, Span | None]]()
        end = tokens[-1].span if tokens else Span("", 1, 1, 1, 1)
        for token in (*tokens, Token("$END", "", end)):
            action = self.actions[states[-1]][token.terminal]
            while action < 0:
                rule = self.rules[-1 - action]
                size = rule[1]
                parts = values[-size:] if size else []
                if size:
                    del values[-size:], states[-size:]
                values.append(_applied(rule, parts))
                if rule[0] == "start":
                    found: Branch = values[0][0]
                    return found
                states.append(self.actions[states[-1]][rule[0]])
                action = self.actions[states[-1]][token.terminal]
            states.append(action)
            values.append((token, token.span))
        raise AssertionError("the end of the text completes it")


def _applied(rule: Rule, parts: list[tuple[Any, Span | None]]) -> tuple[Any, Span | None]:
    """What a complete rule makes of its symbols, and the text that it covers."""
    name, single, taken, left_out = rule[2:]
    children: list[Any] = []
    for number, inlined, before in taken:
        children.extend([None] * before)
        if inlined:
            if not children:
                children = parts[number][0]  # a list that grows on the left is never copied
            else:
                children.extend(parts[number][0])
        else:
            children.append(parts[number][0])
    children.extend([None] * left_out)
    first = next((span for _, span in parts if span is not None), None)
    last = next((span for _, span in reversed(parts) if span is not None), None)
    span = None if first is None or last is None else first.to(last)
    if not name:
        return children, span
    if single and len(children) == 1:
        return children[0], span
    return Branch(name, children, span or Span("", 1, 1, 1, 1)), span
