"""The one way to lay out a policy, and its translation between the two vocabularies.

Works on the tokens, so that comments and the author's spellings stay. Two spaces a level; colons of neighbouring
lines stand below each other; at most one blank line, and one before every block at the top level; signs in ASCII.
Names, labels, texts and comments are never changed. A text with mistakes of writing is not formatted: see `blocking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from kpirules.diagnostics import Diagnostic, Language, width
from kpirules.language import problems
from kpirules.language.automaton import Token
from kpirules.language.parse import Parsed, parse
from kpirules.language.reading import Line
from kpirules.language.rewording import Item, reordered, reworded
from kpirules.language.scanning import nesting
from kpirules.language.vocabulary import MONEY_WORDS, vocabulary

_OPENS = frozenset({"_LPAR", "_LBRACKET", "_DOT"})
_TIGHT_BEFORE = frozenset({"_RPAR", "_RBRACKET", "_COMMA", "_LBRACKET", "_DOT", "PERCENT"})
_OPERAND_ENDS = frozenset(
    [
        *(
            "NAME",
            "NUMBER",
            "STRING",
            "DATE",
            "DATETIME",
            "CLOCK",
            "_RPAR",
            "_RBRACKET",
            "TOTAL",
            "GRADE",
            "YES",
            "NO",
            "ABSENT",
        ),
        *(
            "EVERYONE",
            "LOWEST_FIRST",
            "HIGHEST_FIRST",
            "_IS_PRESENT",
            "_IS_MISSING",
            "WAN",
            "PERCENT",
            "PP",
            "POINT",
            "TIME",
            "SECOND",
            "MINUTE",
        ),
        *("HOUR", "DAY", "WEEK", "WORKDAY", "YUAN", *MONEY_WORDS),
    ]
)
_BLOCKS = frozenset(
    {
        "_RATERS",
        "_HISTORY",
        "_DECISION",
        "_SECTION",
        "_INDICATOR",
        "_GRADES",
        "_TEST",
        "_DATA",
        "_TABLE",
        "_ADJUSTMENTS",
    }
)
# Words before a declaration that changes or adds to another ruleset.
_CHANGED = frozenset({"_REPLACE", "_ADD"})
_COLUMNS = {"_INPUT": "column", "_ATTRIBUTE": "column", "_PARAMETER": "column"}
# What a label may stand behind, besides values and types.
_LABELLED = frozenset({"OPTIONAL", "ZERO", "_TYPE_RATING"})
_INTERVALS = frozenset({"_SINCE", "_UP_TO", "_BELOW", "OVER", "FROM", "_WHEN"})
_CONTINUED = 4


def blocking(parsed: Parsed) -> tuple[Diagnostic, ...]:
    """Why a text cannot be formatted: its mistakes of writing. Tabs alone are no reason, formatting replaces them."""
    return tuple(one for one in parsed.diagnostics if one.is_error and one.code != problems.TABS.code)


def format_text(
    parsed: Parsed, language: Language | None = None, functions: Mapping[str, str] | None = None
) -> str:
    """The text laid out in the one way; with a language, its words in that vocabulary.

    functions: the built-in functions' Chinese names by their English ones. Formatting twice changes nothing more.
    ValueError for a text that is `blocking`.
    """
    if blocking(parsed):
        raise ValueError("a text with mistakes cannot be formatted")
    names = dict(functions or {})
    if language == "en":
        names = {chinese: english for english, chinese in names.items()}
    whole = dict.fromkeys(range(len(parsed.lines)), language)
    kept = _with_words_as_names(parsed) if language is not None else []
    if not kept or parse(_laid_out(parsed, whole, {})).tree == parsed.tree:
        return _laid_out(parsed, whole, names)
    # A name that is also a word of the other vocabulary may be read as that word there: its line keeps its words.
    languages = {number: None if number in kept else language for number in range(len(parsed.lines))}
    return _laid_out(parsed, languages, names)


def one_line(tokens: Sequence[Token], language: Language, functions: Mapping[str, str]) -> str:
    """Some of a line's words in a vocabulary, with its spaces but without its columns and comments.

    functions: the built-in functions' names in that vocabulary by those in the other.
    """
    items = reordered([Item(token) for token in tokens], language)
    worded = reworded(items, language, functions)
    return _text([replace(one, token=token) for one, token in zip(items, worded, strict=True)], [], "", False)


def _laid_out(parsed: Parsed, languages: Mapping[int, Language | None], names: Mapping[str, str]) -> str:
    rows = [_row(line, languages[number], names) for number, line in enumerate(parsed.lines)]
    return _written(_aligned(rows))


def _with_words_as_names(parsed: Parsed) -> list[int]:
    """The numbers of the lines with a name that is a spelling of some word."""
    words = {word for spelled in vocabulary().spellings.values() for word in spelled}
    return [
        number
        for number, line in enumerate(parsed.lines)
        if any(token.terminal == "NAME" and token.text in words for token in line.tokens)
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    """A line as text: `cells` are padded against the neighbours of the same `group` ("" has none)."""

    line: Line
    cells: tuple[str, ...]
    group: str

    @property
    def first(self) -> str:
        return self.line.tokens[0].terminal if self.line.tokens else ""


def _row(line: Line, language: Language | None, names: Mapping[str, str]) -> _Row:
    if not line.tokens:
        return _Row(line, (), "")
    items = [
        Item(
            token,
            tuple(remark for remark in line.remarks if remark.before == number),
            number > 0 and token.span.line > line.tokens[number - 1].span.end_line,
        )
        for number, token in enumerate(line.tokens)
    ]
    items = reordered(items, language)
    items = [
        replace(item, token=token)
        for item, token in zip(items, reworded(items, language, names), strict=True)
    ]
    group, cuts = _cells(items)
    edges = [0, *cuts, len(items)]
    lead = " " * (2 * line.depth + _CONTINUED)
    labels = group in ("column", "field")
    cells = [_text(items[start:end], items[:start], lead, labels) for start, end in pairwise(edges)]
    if any("\n" in cell for cell in cells[:-1]):  # nothing to align
        return _Row(line, (_text(items, [], lead, labels),), "")
    return _Row(line, tuple(cells), group)


def _cells(items: list[Item]) -> tuple[str, tuple[int, ...]]:
    """What a line is aligned with, and before which tokens its columns begin."""
    if not items:
        return "", ()
    terminals = [item.token.terminal for item in items]
    first, depth, colon = terminals[0], 0, None
    for number, terminal in enumerate(terminals):
        depth += nesting(terminal)
        if terminal == "_COLON" and depth == 0:
            colon = number
            break
    if colon is not None and first in _COLUMNS:
        return "column", (colon,)
    if colon is not None and (first in _INTERVALS or first == "_OTHERWISE"):
        return "entry", (colon,)
    if colon is not None and first in ("NAME", "NUMBER", "STRING"):
        return "field" if first == "NAME" else "entry", (colon,)
    if first in ("NUMBER", "STRING", "_OTHERWISE"):
        return "bare", (1,)
    if first == "NAME" and terminals[1:2] != ["_EQUAL"]:  # a grade: name, label, the rest
        return "grade", (1, 2) if terminals[1:2] == ["STRING"] else (1,)
    return "", ()


def _text(items: list[Item], before: list[Item], lead: str, labels: bool) -> str:
    """Tokens with their spaces; where the author broke the line inside parentheses, it stays broken.

    labels: a text at the end labels the line, and stands apart.
    """
    written: list[str] = []
    previous = before[-1] if before else None
    unary = _unary(before[-2] if len(before) > 1 else None, previous)
    for item in items:
        for remark in item.remarks:
            written.append(f"\n{lead}{remark.text}" if remark.alone else f"  {remark.text}")
        if item.remarks or item.broken:
            written.append("\n" + (lead[_CONTINUED:] if item.token.terminal == "_RPAR" else lead))
        elif written and previous is not None and not unary:
            written.append(_space(previous, item, labels))
        written.append(item.token.text)
        unary = _unary(previous, item)
        previous = item
    return "".join(written)


def _unary(before: Item | None, item: Item | None) -> bool:
    """Whether an item is a minus sign that belongs to the value behind it."""
    if item is None or item.token.terminal != "MINUS":
        return False
    return before is None or before.token.terminal not in _OPERAND_ENDS


def _space(left: Item, right: Item, labels: bool) -> str:
    one, other = left.token.terminal, right.token.terminal
    if one in _OPENS or other in _TIGHT_BEFORE or (one == "NAME" and other == "_LPAR"):
        return ""
    if labels and other == "STRING" and (one in _OPERAND_ENDS or one in _LABELLED or one.startswith("TYPE_")):
        return "  "
    ten_thousands = (
        one == "WAN"
        and (other == "YUAN" or other in MONEY_WORDS)
        and not (left.token.text + right.token.text).isascii()
    )
    return "" if ten_thousands else " "  # 5 万元


def _aligned(rows: Iterable[_Row]) -> list[tuple[Line, str]]:
    """Pad the cells of lines that stand together; comments on their own lines do not part them."""
    numbered: list[tuple[int, _Row]] = []
    group = 0
    last: _Row | None = None
    parted = False
    for row in rows:
        alike = last is not None and (row.group, row.line.depth) == (last.group, last.line.depth)
        if row.line.tokens:
            if not alike or not row.group or row.line.after_blank or parted:
                group += 1
            last = row
            parted = False
        else:
            parted = row.line.after_blank
        numbered.append((group, row))
    found: list[tuple[Line, str]] = []
    for _, members in groupby(numbered, key=lambda one: one[0]):
        found.extend(_padded([row for _, row in members]))
    return found


def _padded(rows: list[_Row]) -> list[tuple[Line, str]]:
    most = max((len(row.cells) for row in rows), default=0)
    if rows and rows[0].group == "grade":
        rows = [
            replace(row, cells=(row.cells[0], "", *row.cells[1:])) if 0 < len(row.cells) < most else row
            for row in rows
        ]
    wide = [
        max((width(row.cells[i]) for row in rows if i < len(row.cells) - 1), default=0) for i in range(most)
    ]
    return [
        (
            row.line,
            " ".join(
                cell if number == len(row.cells) - 1 else cell + " " * (wide[number] - width(cell))
                for number, cell in enumerate(row.cells)
            ),
        )
        for row in rows
    ]


def _written(laid: list[tuple[Line, str]]) -> str:
    out: list[str] = []
    depth_before = 0
    for number, (line, text) in enumerate(laid):
        if out and out[-1] != "" and (line.after_blank or _apart(laid, number, depth_before)):
            out.append("")
        indent = "  " * line.depth
        words = "  ".join(part for part in (text, line.comment) if part)
        out.append(f"{indent}{words}")
        depth_before = line.depth
    return "\n".join(out) + "\n" if out else ""


def _apart(laid: list[tuple[Line, str]], number: int, depth_before: int) -> bool:
    """Whether a blank line belongs before this one: before a block, and behind one, at the top level."""
    previous, line = laid[number - 1][0], laid[number][0]
    if line.depth or (not previous.tokens and not depth_before):
        return False  # a comment belongs to what it stands above
    return depth_before > 0 or _opens_block(laid, number)


def _opens_block(laid: list[tuple[Line, str]], number: int) -> bool:
    """Whether this line, or the one that this comment stands above, opens a block at the top level."""
    for at in range(number, len(laid)):
        line = laid[at][0]
        if at > number and line.after_blank:
            return False
        if line.tokens:
            opens = (
                line.tokens[min(1, len(line.tokens) - 1)]
                if line.tokens[0].terminal in _CHANGED
                else line.tokens[0]
            )
            return line.depth == 0 and opens.terminal in _BLOCKS
    return False
