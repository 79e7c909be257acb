"""What can be wrong, as values: problems with a code, a place and a mend, and their one renderer.

A *problem* is declared once, in the room that finds it (`problems.py` of each room), in English and
Chinese. A *diagnostic* is one finding of such a problem at one place. Nothing here raises or prints:
rooms return diagnostics, the command line renders them.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Language = Literal["en", "zh"]


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text file. Lines and columns count from 1 in characters; the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: Span) -> Span:
        """From the beginning of this span to the end of the other."""
        return Span(self.path, self.line, self.column, other.end_line, other.end_column)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table: file, sheet (workbooks only), row as a person counts it there, column name."""

    path: str
    row: int | None = None
    column: str | None = None
    sheet: str | None = None
    value: str | None = None


Place = Span | Cell | None


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages; `{name}` is filled from a diagnostic's arguments."""

    en: str = ""
    zh: str = ""

    def say(self, language: Language, args: Mapping[str, object]) -> str:
        spoken = {
            name: value.read(language) if isinstance(value, Words) else value for name, value in args.items()
        }
        return self.read(language).format_map(spoken)

    def read(self, language: Language) -> str:
        """The bare sentence in a language."""
        return (self.zh or self.en) if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Problem:
    """The declaration of something that can be wrong.

    message: what is wrong, in one line. label: the words beside the caret. help: what to do.
    explanation: a paragraph for `kpirules explain CODE`; example: text that has the problem.
    """

    code: str
    severity: Severity
    message: Words
    label: Words
    help: Words
    explanation: Words
    example: str

    def at(self, place: Place, *, suggestion: str | None = None, **args: object) -> Diagnostic:
        """One finding of this problem. `suggestion` is what the reader probably meant."""
        return Diagnostic(self.code, place, args, suggestion)


_PROBLEMS: dict[str, Problem] = {}


def declare(
    code: str,
    severity: Literal["error", "warning", "info"],
    *,
    en: str,
    zh: str,
    label: tuple[str, str] = ("", ""),
    help: tuple[str, str] = ("", ""),
    explain: tuple[str, str],
    example: str = "",
) -> Problem:
    """Declare a problem once; its code is stable for ever. Pairs are (English, Chinese)."""
    if code in _PROBLEMS:
        raise ValueError(f"problem {code} is declared twice")
    problem = Problem(
        code, Severity(severity), Words(en, zh), Words(*label), Words(*help), Words(*explain), example
    )
    _PROBLEMS[code] = problem
    return problem


def problems() -> Mapping[str, Problem]:
    """Every problem declared so far, by code."""
    return dict(sorted(_PROBLEMS.items()))


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a declared problem at a place, with the values its sentences mention. note: an example of it."""

    code: str
    place: Place = None
    args: Mapping[str, object] = field(default_factory=dict)
    suggestion: str | None = None
    note: Words | None = None

    @property
    def problem(self) -> Problem:
        return _PROBLEMS[self.code]

    @property
    def severity(self) -> Severity:
        return self.problem.severity

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def message(self, language: Language = "en") -> str:
        return self.problem.message.say(language, self.args)

    def help(self, language: Language = "en") -> str:
        advice = self.problem.help.say(language, self.args)
        if self.suggestion is None:
            return advice
        meant = (
            f"您是不是想写“{self.suggestion}”？" if language == "zh" else f'did you mean "{self.suggestion}"?'
        )
        return f"{meant} {advice}" if advice else meant


class Problems(Exception):
    """Raised by the engine and the Python face: the diagnostics that stopped the work, all of them."""

    def __init__(self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
        self.diagnostics = in_order(diagnostics)
        self.sources = dict(sources or {})
        super().__init__(self.render())

    def render(self, language: Language = "en") -> str:
        return "\n".join(render(d, self.sources, language) for d in self.diagnostics)


def _position(diagnostic: Diagnostic) -> tuple[str, int, str, int, str]:
    match diagnostic.place:
        case Span(path, line, column):
            return (path, line, "", column, diagnostic.code)
        case Cell(path, row, column_name, sheet):
            return (path, row or 0, f"{sheet or ''}/{column_name or ''}", 0, diagnostic.code)
        case _:
            return ("", 0, "", 0, diagnostic.code)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, each finding once."""
    seen: dict[tuple[object, ...], Diagnostic] = {}
    for one in diagnostics:
        seen.setdefault((_position(one), one.message()), one)
    return tuple(sorted(seen.values(), key=_position))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like the given one, or None when nothing is near: the "did you mean"."""
    folded = {name.casefold(): name for name in known if name}
    word = word.casefold()
    if word in folded:
        return folded[word]
    cutoff = 0.5 if len(word) <= 4 or not word.isascii() else 0.68
    found = difflib.get_close_matches(word, folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def width(text: str) -> int:
    """Terminal cells that the text takes: East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


_SEVERITY_WORDS = {
    "en": {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"},
    "zh": {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"},
}
_PLACE_WORDS = {
    "en": {"sheet": "sheet", "row": "row", "column": "column", "value": "value"},
    "zh": {"sheet": "工作表", "row": "行", "column": "列", "value": "值"},
}


def where(place: Place, language: Language = "en") -> str:
    """The place in one line: `file:line:column`, or file, sheet, row and column of a table."""
    match place:
        case Span(path, line, column):
            return f"{path}:{line}:{column}"
        case Cell(path, row, column_name, sheet):
            words = _PLACE_WORDS[language]
            parts = [path]
            if sheet is not None:
                parts.append(f'{words["sheet"]} "{sheet}"')
            if row is not None:
                parts.append(f"{words['row']} {row}")
            if column_name is not None:
                parts.append(f'{words["column"]} "{column_name}"')
            return ", ".join(parts)
        case _:
            return ""


def render(
    diagnostic: Diagnostic, sources: Mapping[str, str], language: Language = "en", *, before: int = 1
) -> str:
    """The finding as text: message, place, the line with a caret under it, help. No colour."""
    head = (
        f"{_SEVERITY_WORDS[language][diagnostic.severity]}[{diagnostic.code}]: {diagnostic.message(language)}"
    )
    lines = [head]
    place = diagnostic.place
    gutter = 2
    if place is not None:
        lines.append(f"  --> {where(place, language)}")
    if isinstance(place, Span) and place.path in sources:
        text = sources[place.path].split("\n")
        if place.line <= len(text):
            first = max(1, place.line - before)
            gutter = len(str(place.line)) + 1
            lines.append(" " * gutter + "|")
            for number in range(first, place.line + 1):
                if number < place.line and not text[number - 1].strip():
                    continue
                shown = text[number - 1].replace("\t", " ")
                lines.append(f"{number:>{gutter - 1}} | {shown}".rstrip())
            source = text[place.line - 1]
            end = place.end_column if place.end_line == place.line else len(source) + 1
            lead = width(source[: place.column - 1])
            carets = max(1, width(source[place.column - 1 : end - 1]))
            label = diagnostic.problem.label.say(language, diagnostic.args)
            lines.append(f"{' ' * gutter}| {' ' * lead}{'^' * carets} {label}".rstrip())
            lines.append(" " * gutter + "|")
    if diagnostic.note is not None:
        word = "示例" if language == "zh" else "example"
        lines.append(f"{' ' * gutter}= {word}: {diagnostic.note.read(language)}")
    advice = diagnostic.help(language)
    if advice:
        word = "建议" if language == "zh" else "help"
        lines.append(f"{' ' * gutter}= {word}: {advice}")
    return "\n".join(lines) + "\n"


def as_record(diagnostic: Diagnostic, language: Language = "en") -> dict[str, object]:
    """The finding as plain values for `--format json`; places in tables add sheet, row, field and value."""
    message = diagnostic.message(language)
    if diagnostic.note is not None:
        message += f"{'：' if language == 'zh' else ': '}{diagnostic.note.read(language)}"
    record: dict[str, object] = {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "path": None,
        "line": None,
        "column": None,
        "end_line": None,
        "end_column": None,
        "message": message,
        "help": diagnostic.help(language),
    }
    match diagnostic.place:
        case Span(path, line, column, end_line, end_column):
            record |= {
                "path": path,
                "line": line,
                "column": column,
                "end_line": end_line,
                "end_column": end_column,
            }
        case Cell(path, row, column_name, sheet, value):
            record |= {
                "path": path,
                "line": row,
                "sheet": sheet,
                "row": row,
                "field": column_name,
                "value": value,
            }
    return record
