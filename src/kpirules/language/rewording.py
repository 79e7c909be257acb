"""A line's words in the other vocabulary, and the other word order of points per something. Meaning never changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kpirules.diagnostics import Language
from kpirules.language.automaton import Token
from kpirules.language.scanning import Remark, nesting
from kpirules.language.vocabulary import MONEY_WORDS, Vocabulary, vocabulary

_SHAPES = frozenset({"NUMBER", "DATE", "DATETIME", "CLOCK"})
_UNITS = frozenset(
    {"POINT", "TIME", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "WORKDAY", "YUAN", *MONEY_WORDS, "PP"}
)
# What a text stands behind when it is a value and no label.
_GOES_ON = frozenset({"EQUAL", "NE", "LE", "GE", "LT", "GT", "_DEDUCT", "_WHEN_LOST", "_AND", "_OR", "_NOT"})
_LOST_WORDS = frozenset({"_PER_LOST", "_WHEN_LOST"})
_LIMITS = frozenset({"_COMMA", "_AT_MOST", "_NOT_BELOW"})
_TAILS = _LIMITS | {"_WHEN"}
_POINTS_WORDS = {"_BONUS": "_GIVES", "_MALUS": "_DEDUCT"}
_SIDES = {"ABOVE": "PER_OVER_TARGET", "BELOW": "PER_UNDER_TARGET"}
_SIDES_BACK = {over: side for side, over in _SIDES.items()}
_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


@dataclass(frozen=True, slots=True)
class Item:
    """A token with the comments before it; broken: it begins a new line of text."""

    token: Token
    remarks: tuple[Remark, ...] = ()
    broken: bool = False


def reordered(items: list[Item], language: Language | None) -> list[Item]:
    """`deduct 1 point per time above target` is `每超出目标 1 次 扣 1 分`: the line in the language's own order."""
    if not items or language is None:
        return items
    first = items[0].token.terminal
    if language == "zh" and first == "_DEDUCT":
        return _step_first(items)
    if language == "en" and first in ("_PER", *_SIDES_BACK):
        return _points_first(items)
    if any(item.token.terminal in _LOST_WORDS for item in items):
        return _lost(items, language)
    if first in _POINTS_WORDS:
        return _adjusted(items, language, _POINTS_WORDS[first])
    return items


def _lost(items: list[Item], language: Language) -> list[Item]:
    """`2 points per case` in a list of deductions is `每 case 扣 2 分`."""
    items, label = _labelled(items)
    at = next(number for number, item in enumerate(items) if item.token.terminal in _LOST_WORDS)
    if language == "zh" and at > 0:
        what, tail = _before(items[at + 1 :], _LIMITS)
        items = [items[at], *what, _made("_DEDUCT", items[at]), *items[:at], *tail]
    elif language == "en" and at == 0:
        what, tail = _before(items[1:], frozenset({"_DEDUCT"}))
        points, tail = _before(tail[1:], _LIMITS)
        items = [*points, items[0], *what, *tail]
    return [*items, *label]


def _labelled(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """A line of a list of deductions without the label at its end, and the label."""
    terminals = [item.token.terminal for item in items]
    if terminals[-1] != "STRING" or len(items) < 2 or terminals[-2] in _GOES_ON:
        return items, []
    return items[:-1], items[-1:]


def _adjusted(items: list[Item], language: Language, gives: str) -> list[Item]:
    """`2 points per call` of a bonus or penalty is `每 call 加 2 分`."""
    terminals = [item.token.terminal for item in items]
    if "_COLON" not in terminals or "_PER" not in terminals:
        return items
    colon, per = terminals.index("_COLON") + 1, terminals.index("_PER")
    head, tail = items[:colon], items[per + 1 :]
    if language == "zh" and per > colon:
        counted, tail = _before(tail, _TAILS)
        return [*head, items[per], *counted, _made(gives, items[per]), *items[colon:per], *tail]
    if language == "en" and per == colon:
        counted, tail = _before(tail, frozenset({"_GIVES", "_DEDUCT"}))
        points, tail = _before(tail[1:], _TAILS)
        return [*head, *points, items[per], *counted, *tail]
    return items


def _step_first(items: list[Item]) -> list[Item]:
    per = next(number for number, item in enumerate(items) if item.token.terminal == "_PER")
    rest, limits = _before(items[per + 1 :], _LIMITS)
    side = None
    if len(rest) > 1 and rest[-1].token.terminal == "_TARGET":
        side = _SIDES[rest[-2].token.terminal]
        rest = rest[:-2]
    if side is None:
        opening = items[per]
    else:
        opening = _made(side, items[per])
        at = int(rest[0].token.terminal == "WHOLE")
        if rest[at].token.terminal in _UNITS or rest[at].token.terminal == "PERCENT":
            rest.insert(at, _made("NUMBER", rest[at], "1"))
    return [opening, *rest, items[0], *items[1:per], *limits]


def _points_first(items: list[Item]) -> list[Item]:
    deduct = next(number for number, item in enumerate(items) if item.token.terminal == "_DEDUCT")
    step = items[1:deduct]
    points, limits = _before(items[deduct + 1 :], _LIMITS)
    at = int(step[0].token.terminal == "WHOLE")
    counted = len(step) == at + 2 and step[at].token.terminal == "NUMBER"
    if counted and step[at + 1].token.terminal in _UNITS and float(_ascii(step[at].token.text)) == 1:
        del step[at]
    first = items[0]
    side = _SIDES_BACK.get(first.token.terminal)
    per = first if side is None else _made("_PER", first)
    behind = [] if side is None else [_made(side, first), _made("_TARGET", first)]
    return [items[deduct], *points, per, *step, *behind, *limits]


def _before(items: list[Item], ends: frozenset[str]) -> tuple[list[Item], list[Item]]:
    """What stands before the first of these words outside of parentheses, and the rest."""
    depth = 0
    for number, item in enumerate(items):
        if depth == 0 and item.token.terminal in ends:
            return items[:number], items[number:]
        depth += nesting(item.token.terminal)
    return items, []


def _made(terminal: str, beside: Item, text: str = "") -> Item:
    """A token that the other word order needs; its spelling follows from its terminal."""
    return Item(Token(terminal, text, beside.token.span, mended=True))


def reworded(items: list[Item], language: Language | None, names: Mapping[str, str]) -> list[Token]:
    """The tokens with their text as it is to be written. names: what functions are called in the language."""
    words = vocabulary()
    found: list[Token] = []
    for number, item in enumerate(items):
        token = item.token
        called = number + 1 < len(items) and items[number + 1].token.terminal == "_LPAR"
        if token.terminal == "NAME":
            text = names.get(token.text, token.text) if called and language is not None else token.text
        elif token.terminal == "STRING":
            text = _quoted(token.text)
        elif token.terminal in _SHAPES:
            text = _shape(token, language)
        else:
            text = _word(token, language, _many(items, number), words)
        found.append(replace(token, text=text))
    return found


def _word(token: Token, language: Language | None, many: bool, words: Vocabulary) -> str:
    own = " ".join(token.text.split())
    spellings = words.spellings[token.terminal]
    if not spellings[0][0].isalpha() or (not own and language is None):
        return words.spell(token.terminal, language or "en")
    ours = own in spellings and own.isascii() == (language == "en")
    if language is None:
        return own
    if not ours:
        return words.spell(token.terminal, language, plural=many)
    if language == "zh":
        return own
    single = own.removesuffix("s") if own.removesuffix("s") in spellings else own
    return single + "s" if many and single + "s" in spellings else single


def _many(items: list[Item], number: int) -> bool:
    """Whether a unit follows a number other than one."""
    at = number - 1
    if at >= 0 and items[at].token.terminal == "WAN":
        return True
    return at >= 0 and items[at].token.terminal == "NUMBER" and float(_ascii(items[at].token.text)) != 1


def _shape(token: Token, language: Language | None) -> str:
    text = unicodedata.normalize("NFKC", token.text)
    chinese = _CHINESE_DATE.fullmatch(text)
    if chinese and language == "en":
        year, month, day = chinese.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    return text


def _ascii(number: str) -> str:
    return unicodedata.normalize("NFKC", number).replace(",", "")


def _quoted(text: str) -> str:
    inner = text[1:-1]
    return f"“{inner}”" if '"' in inner else f'"{inner}"'
