"""What one aspect of a part says in words: its head, and its rows where it is told row by row."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.policy.edits.aspects import aspects, meaning
from kpirules.policy.edits.edit import Detail
from kpirules.policy.edits.pieces import Piece
from kpirules.policy.edits.quoting import Quotes

#: By node, the fields whose parts are told row by row.
_ROWS: Mapping[str, tuple[str, ...]] = {
    "Parameter": ("stretches", "rules"),
    "Data": ("fields", "placed_by", "ties"),
    "History": ("fields", "in_force"),
    "Table": ("entries", "bands"),
    "Raters": ("groups", "counted_by"),
    "Decision": ("rules",),
    "Rollup": ("declarations",),
    "Bands": ("bands",),
    "Levels": ("entries",),
    "Deductions": ("lines",),
}
#: Aspects that are told as the expression or the like that they are; the others as the whole line.
_PIECES = frozenset({"weight", "bound", "formula", "condition", "measure", "target", "rounding"})
NOTHING = Words("(none)", "（无）")


@dataclass(frozen=True, slots=True)
class Row:
    meaning: Hashable
    words: Words


@dataclass(frozen=True, slots=True)
class Said:
    """head: None where the rows say all. bare: what the head means, without labels."""

    head: Words | None
    rows: tuple[Row, ...] = ()


def said(piece: Piece, aspect: str, quotes: Quotes, given: tree.Expr | None = None) -> Said:
    """What a part says. given: a parameter's value as its user set it."""
    node, values = piece.node, aspects(piece.node)[aspect]
    if isinstance(node, tree.Test):
        return Said(None)
    nodes = _nodes(values)
    if aspect in ("label", "version"):
        text = nodes[0].text if nodes else None
        return Said(None if text is None else Words(f'"{text}"', f"“{text}”"))
    if aspect == "notes":
        return Said(None, _rows(nodes, quotes))
    if isinstance(node, tree.Parameter):
        if given is not None:
            return Said(quotes.value(piece.name, given))
        head = quotes.piece(node.default.span) if node.default is not None else None
        return Said(head, _rows((*node.stretches, *node.rules), quotes))
    if aspect == "form":
        return _form(nodes, quotes)
    if type(node).__name__ in _ROWS:
        return Said(quotes.line(piece.place), _rows(_inner(node), quotes))
    if not nodes:
        return Said(None)
    if aspect not in _PIECES:
        return Said(_joined([quotes.line(one.span) for one in nodes]))
    return Said(_joined([_piece(one, quotes) for one in nodes]))


def details(old: Sequence[Row], new: Sequence[Row]) -> tuple[Detail, ...]:
    """The rows that are not the same, in their order; rows in the same place stand against each other."""
    found: list[Detail] = []
    matcher = SequenceMatcher(
        None, [one.meaning for one in old], [one.meaning for one in new], autojunk=False
    )
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            continue
        gone, come = [one.words for one in old[start:end]], [one.words for one in new[first:last]]
        for number in range(max(len(gone), len(come))):
            before = gone[number] if number < len(gone) else None
            after = come[number] if number < len(come) else None
            found.append(Detail(before, after))
    return tuple(found)


def _form(nodes: Sequence[Any], quotes: Quotes) -> Said:
    if not nodes:
        return Said(None)
    rows = _inner(nodes[0]) if type(nodes[0]).__name__ in _ROWS else ()
    return Said(quotes.line(nodes[0].span), _rows(rows, quotes))


def _inner(node: Any) -> tuple[Any, ...]:
    return tuple(one for name in _ROWS[type(node).__name__] for one in getattr(node, name))


def _rows(nodes: Sequence[Any], quotes: Quotes) -> tuple[Row, ...]:
    return tuple(Row(meaning(one, words=True), quotes.line(_span(one))) for one in nodes)


def _span(node: Any) -> Any:
    return node.span if hasattr(node, "span") else node.name.span


def _nodes(values: Sequence[Any]) -> list[Any]:
    """The nodes among some values, however deep they stand in tuples."""
    found: list[Any] = []
    for one in values:
        if isinstance(one, tuple):
            found += _nodes(one)
        elif isinstance(one, tree.Node):
            found.append(one)
    return found


def _piece(node: Any, quotes: Quotes) -> Words:
    if isinstance(node, tree.TargetLine):
        value = quotes.piece(node.value.span)
        return Words(f"{node.operator} {value.en}", f"{node.operator} {value.zh}")
    if isinstance(node, tree.MeasureLine):
        return quotes.piece(node.value.span)
    return quotes.piece(node.span)


def _joined(texts: Sequence[Words]) -> Words:
    kept = list(dict.fromkeys(texts))
    return Words(", ".join(one.en for one in kept), "，".join(one.zh for one in kept))
