"""The words of the language in both vocabularies, read from the grammar file: the grammar is the one source."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kpirules.diagnostics import Language, Words

GRAMMAR = Path(__file__).parent / "grammar" / "kpi.lark"

_SPELLED = re.compile(r'^(_?[A-Z][A-Z_]*): ("[^"]+"(?: \| "[^"]+")*)$', re.MULTILINE)

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
    """spellings: by terminal, as the grammar lists them. phrases: by first word, longest first. signs: longest first."""

    spellings: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    signs: tuple[tuple[str, tuple[str, ...]], ...]

    def spell(self, terminal: str, language: Language, *, plural: bool = False) -> str:
        """The spelling to write a word with. English lists the singular first, then the plural where it has one."""
        ours = [one for one in self.spellings[terminal] if one.isascii() == (language == "en")]
        found = ours or list(self.spellings[terminal])
        if plural and language == "en":
            return next((one for one in found if one == found[0] + "s"), found[0])
        return found[0]

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
    return Vocabulary(
        spellings,
        {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in phrases.items()},
        tuple((sign, tuple(signs[sign])) for sign in sorted(signs, key=len, reverse=True)),
    )
