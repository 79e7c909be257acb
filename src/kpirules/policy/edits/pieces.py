"""The pieces of a ruleset's tree that are compared and exchanged one by one, each by what it is and what it is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kpirules.diagnostics import Span
from kpirules.language import tree
from kpirules.model.parts import part_of

#: The list of names that a piece belongs to (what formulas name shares one), and its name.
Key = tuple[str, str]
HEADER: Key = ("header", "")
GRADES: Key = ("grades", "")
#: Kinds whose names are not among those that formulas share.
_APART = frozenset({"indicator", "section", "test", "rollup", "grade", "limit"})


@dataclass(frozen=True, slots=True)
class Piece:
    """kind: the word that declares it. place: the span of its name. section: the one that an indicator stands in."""

    key: Key
    kind: str
    name: str
    node: Any
    section: str | None = None

    @property
    def place(self) -> Span:
        place: Span = getattr(self.node, "name", getattr(self.node, "title", self.node)).span
        return place


def pieces(policy: tree.Ruleset) -> dict[Key, Piece]:
    """Every piece but the header, in writing order; a section, then its indicators."""
    found: dict[Key, Piece] = {}
    for one in _all(policy.declarations):
        key, again = one.key, 1
        while key in found:  # tests may share a title
            again += 1
            key = (one.key[0], f"{one.name} #{again}")
        found[key] = Piece(key, one.kind, one.name, one.node, one.section)
    return found


def _all(declarations: tuple[Any, ...]) -> Iterator[Piece]:
    for node in declarations:
        match node:
            case tree.Section():
                yield _piece(node)
                yield from (_piece(one, node.name.text) for one in node.indicators)
            case tree.Grades(grades):
                yield from (_piece(one) for one in grades)
            case tree.Adjustments(lines):
                yield from (_piece(one) for one in lines)
            case _:
                yield _piece(node)


def _piece(node: Any, section: str | None = None) -> Piece:
    if isinstance(node, tree.Cap):
        return Piece(("limit", node.what), "limit", node.what, node)
    part = part_of(node)
    return Piece((part.kind if part.kind in _APART else "", part.name), part.kind, part.name, node, section)


def in_both(old: Mapping[Key, Piece], new: Mapping[Key, Piece]) -> tuple[Key, ...]:
    """All keys: those of the new one in its order, each that only the old one has behind what it stood behind."""
    behind: dict[Key | None, list[Key]] = {}
    last: Key | None = None
    for key in old:
        if key in new:
            last = key
        else:
            behind.setdefault(last, []).append(key)
    found = list(behind.get(None, ()))
    for key in new:
        found += [key, *behind.get(key, ())]
    return tuple(found)
