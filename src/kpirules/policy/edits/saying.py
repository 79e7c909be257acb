"""What one aspect of a part says in words: its head, and its rows where it is told row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model.parts import word
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
#: Aspects of such nodes whose rows these are.
_BY_ROWS = frozenset({"value", "fields", "entries", "groups", "rules", "consequences", "form"})
#: By node, the fields that say which row it is.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "Band": ("low", "low_closed", "high", "high_closed", "otherwise"),
    "Entry": ("key",),
    "Decided": ("condition",),
    "Lost": ("size", "measure", "condition"),
    "Stretch": ("first",),
    "RaterGroup": ("key",),
}


@dataclass(frozen=True, slots=True)
class Row:
    """key: what tells it from the other rows while its values change."""

    key: Hashable
    meaning: Hashable
    words: Words


@dataclass(frozen=True, slots=True)
class Said:
    """head: None where nothing is said, or all of it in rows. meaning: of the head."""

    head: Words | None
    meaning: Hashable = None
    rows: tuple[Row, ...] = ()


def said(piece: Piece, aspect: str, quotes: Quotes, given: tree.Expr | None = None) -> Said:
    """What a part says. given: a parameter's value as its user set it."""
    node, values = piece.node, aspects(piece.node)[aspect]
    nodes = _nodes(values)
    types = [one for one in nodes if isinstance(one, tree.TypeName)] if aspect != "column" else []
    if isinstance(node, tree.Test):
        return Said(None)
    if aspect in ("label", "version"):
        text = nodes[0].text if nodes else None
        return Said(None if text is None else Words(f'"{text}"', f"“{text}”"), text)
    if aspect == "notes":
        return Said(None, None, rows_of(nodes, quotes))
    rows = [Row("type", meaning(one), quotes.piece(one.span)) for one in types]
    whole = nodes[0] if aspect == "form" and nodes else node
    inner = _ROWS.get(type(whole).__name__, ()) if aspect in _BY_ROWS else ()
    if given is None:
        rows += rows_of([one for name in inner for one in getattr(whole, name)], quotes)
    if isinstance(node, tree.Parameter):
        if given is not None:
            return Said(quotes.value(piece.name, given), meaning((given,)), tuple(rows))
        head = quotes.piece(node.default.span) if node.default is not None else None
        return Said(head, meaning((node.default,)), tuple(rows))
    rest = [one for one in whole.__match_args__ if one not in (*inner, "name", "span", "label", "notes")]
    what = meaning(tuple(getattr(whole, one) for one in rest)) if inner else meaning(values)
    return Said(_head(piece, aspect, [one for one in nodes if one not in types], quotes), what, tuple(rows))


def details(old: Sequence[Row], new: Sequence[Row]) -> tuple[Detail, ...]:
    """The rows that are not the same, in the order of the new ones; those with one key stand against each other."""
    gone, come = _without(old, new), _without(new, old)
    if not gone and not come:
        return _reordered(old, new)
    pairs: dict[int, Row] = {}
    left = list(gone)
    for number, row in enumerate(come):
        same = next((one for one in left if one.key == row.key), None)
        if same is not None:
            pairs[number] = same
            left.remove(same)
    unpaired = [number for number in range(len(come)) if number not in pairs]
    if len(unpaired) == len(left):  # the keys themselves were edited
        pairs |= dict(zip(unpaired, left, strict=True))
        left = []
    found = [Detail(pairs[n].words if n in pairs else None, row.words) for n, row in enumerate(come)]
    return (*(Detail(one.words, None) for one in left), *found)


def _without(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """The rows that say what no other row says, each as often as it is there more often."""
    count = Counter(one.meaning for one in others)
    found = []
    for one in rows:
        if count[one.meaning] > 0:
            count[one.meaning] -= 1
        else:
            found.append(one)
    return found


def _reordered(old: Sequence[Row], new: Sequence[Row]) -> tuple[Detail, ...]:
    """The same rows in another order: what went and where it came."""
    found: list[Detail] = []
    matcher = SequenceMatcher(
        None, [one.meaning for one in old], [one.meaning for one in new], autojunk=False
    )
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag != "equal":
            found += [Detail(one.words, None) for one in old[start:end]]
            found += [Detail(None, one.words) for one in new[first:last]]
    return tuple(found)


def rows_of(nodes: Iterable[Any], quotes: Quotes) -> tuple[Row, ...]:
    """Nodes that have a line each."""
    return tuple(Row(_key(one), meaning(one, words=True), quotes.line(_span(one))) for one in nodes)


def _key(node: Any) -> Hashable:
    kind = type(node).__name__
    if kind in _KEYS:
        return kind, *(meaning(getattr(node, one)) for one in _KEYS[kind])
    return kind, meaning(getattr(node, "name", None))


def _span(node: Any) -> Span:
    span: Span = node.span if hasattr(node, "span") else node.name.span
    return span


def _head(piece: Piece, aspect: str, nodes: Sequence[Any], quotes: Quotes) -> Words | None:
    """What is said besides rows, as it is written."""
    node = piece.node
    match node:
        case tree.Data() | tree.History() | tree.Rollup() if aspect in _BY_ROWS:
            return None
        case tree.Table() | tree.Raters() | tree.Decision() | tree.Input():
            return quotes.line(piece.place)
        case tree.Adjusted() | tree.Veto():
            return quotes.piece(node.span)
        case tree.Consequence(level=level) if aspect == "level":
            return word(level) if level is not None else None
        case tree.Amount(step=step) | tree.Consequence(step=step) if aspect == "rounding":
            return quotes.rest(step.span) if step is not None else None
        case tree.Header(weekend=weekend) if aspect == "calendar":
            lines = [quotes.line(one.span) for one in nodes]
            days = [word(day) for line in weekend for day in line]
            free = (
                [Words(f"weekend {_joined(days, ' ').en}", f"周末 {_joined(days, ' ').zh}")] if days else []
            )
            return _joined([*lines, *free]) if lines or free else None
        case tree.Header():
            return _joined([quotes.line(one.span) for one in nodes]) if nodes else None
    if not nodes:
        return None
    if aspect in ("form", "missing", "applies"):
        return quotes.line(nodes[0].span)
    return _joined([_piece(one, quotes) for one in nodes])


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
    match node:
        case tree.TargetLine(operator, value):
            written = quotes.piece(value.span)
            return Words(f"{operator} {written.en}", f"{operator} {written.zh}")
        case tree.MeasureLine(value):
            return quotes.piece(value.span)
        case _:
            return quotes.piece(node.span)


def _joined(texts: Iterable[Words], between: str = "; ") -> Words:
    kept = list(dict.fromkeys(texts))
    return Words(between.join(one.en for one in kept), between.join(one.zh for one in kept))
