"""The words of the language in both vocabularies, read from the grammar file: the grammar is the one source."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kpirules.diagnostics import Language, Words
from kpirules.units import CURRENCIES

GRAMMAR = Path(__file__).parent / "grammar" / "kpi.lark"

_SPELLED = re.compile(r'^(_?[A-Z][A-Z_]*): ("[^"]+"(?: \| "[^"]+")*)$', re.MULTILINE)

#: The unit words of money other than yuan.
MONEY_WORDS = tuple(code for code in CURRENCIES if code != "CNY")
#: What the shapes that are not words are called in messages.
SHAPES = {
    "NUMBER": Words("a number", "一个数"),
    "STRING": Words('a text in quotes ("...")', "引号里的文字（“……”）"),
    "NAME": Words("a name", "一个名称"),
    "DATE": Words("a date (2026-01-31)", "一个日期（2026-01-31）"),
    "DATETIME": Words("a date and time (2026-01-31 09:00)", "一个时刻（2026-01-31 09:00）"),
    "CLOCK": Words("a time of day (09:00)", "一个钟点（09:00）"),
    "_NL": Words("the end of the line", "行末"),
    "_INDENT": Words("an indented line", "缩进的一行"),
    "_DEDENT": Words("the end of the block", "本块结束"),
    "$END": Words("the end of the file", "文件结束"),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """spellings: by terminal, as the grammar lists them. phrases: by first word, longest first.

    signs: by first character, longest first. longest: the most letters that a one-word phrase has.
    """

    spellings: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    signs: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
    longest: int

    def spell(self, terminal: str, language: Language, *, plural: bool = False) -> str:
        """The spelling to write a word or sign with; signs are ASCII in both vocabularies.

        English lists the singular first, then the plural where it has one.
        """
        spellings = self.spellings[terminal]
        if not spellings[0][0].isalpha():
            return spellings[0]
        ours = [one for one in spellings if one.isascii() == (language == "en")] or list(spellings)
        if plural and language == "en":
            return next((one for one in ours if one == ours[0] + "s"), ours[0])
        return ours[0]

    def describe(self, terminal: str) -> Words:
        """The terminal as messages name it, in both languages."""
        if terminal in SHAPES:
            return SHAPES[terminal]
        return Words(f'"{self.spell(terminal, "en")}"', f"“{self.spell(terminal, 'zh')}”")


@cache
def vocabulary() -> Vocabulary:
    """Read the grammar's words once."""
    spellings = {
        terminal: tuple(re.findall(r'"([^"]+)"', listed))
        for terminal, listed in _SPELLED.findall(GRAMMAR.read_text(encoding="utf-8"))
    }
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    signs: dict[str, list[str]] = defaultdict(list)
    for terminal, listed in spellings.items():
        for spelling in listed:
            if spelling[0].isalpha():
                words = tuple(spelling.split())
                phrases[words[0]].append((words, terminal))
            else:
                signs[spelling].append(terminal)
    by_first: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for sign in sorted(signs, key=len, reverse=True):
        by_first[sign[0]].append((sign, tuple(signs[sign])))
    return Vocabulary(
        spellings,
        {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in phrases.items()},
        {first: tuple(found) for first, found in by_first.items()},
        max(len(first) for first, found in phrases.items() if len(found[0][0]) == 1),
    )
