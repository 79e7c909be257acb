"""The parts of a ruleset that another one may change by name: declarations, and what stands in their blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.language.vocabulary import vocabulary

#: Declarations whose block holds parts with names of their own, and the field that has them.
INNER = {"Section": "indicators", "Adjustments": "lines"}
#: What a part's word is where the node's name is another.
_KINDS = {"MeasureDefinition": "measure"}
#: Kinds with names of their own; all others share one list of names, as formulas see them.
_APART = frozenset({"indicator", "section", "test", "grades", "adjustments", "rollup"})
#: Parts that have no name but what they are.
BLOCKS = frozenset({"grades", "adjustments"})


@dataclass(frozen=True, slots=True)
class Part:
    """kind: the word that declares it. inside: the declaration in whose block it stands."""

    kind: str
    name: str
    node: Any
    inside: Any = None

    @property
    def key(self) -> tuple[str, str]:
        """What no second part may share: the list of names it belongs to, and its name."""
        return (self.kind if self.kind in _APART else "", self.name)

    @property
    def words(self) -> Words:
        return words_of(self.kind, self.name)

    @property
    def place(self) -> Any:
        """The span of its name."""
        return getattr(self.node, "name", getattr(self.node, "title", self.node)).span


def words_of(kind: str, name: str) -> Words:
    """A part as messages name it."""
    english, chinese = word(kind).en, word(kind).zh
    return (
        Words(english, chinese)
        if kind in BLOCKS and name == kind
        else Words(f'{english} "{name}"', f"{chinese}“{name}”")
    )


def word(kind: str) -> Words:
    """The word that declares a part of this kind, in both vocabularies."""
    terminal = f"_{kind.upper()}"
    known = vocabulary().spellings
    terminal = terminal if terminal in known else kind.upper()
    if terminal not in known:
        return Words(kind, kind)
    return Words(vocabulary().spell(terminal, "en"), vocabulary().spell(terminal, "zh"))


def part_of(node: Any, inside: Any = None) -> Part:
    """A declaration as a part."""
    kind = type(node).__name__
    kind = _KINDS.get(kind, kind.lower())
    if isinstance(node, tree.Input) and node.attribute:
        kind = "attribute"
    if isinstance(node, tree.Adjusted | tree.Consequence):
        kind = node.kind
    if isinstance(node, tree.Cap):  # a limit of all lines belongs to the block, by what it limits
        return Part("adjustments", f"{node.what} at most", node, inside)
    if isinstance(node, tree.Rollup):  # called by the period that it makes
        return Part(kind, node.kind, node, inside)
    if hasattr(node, "name"):
        return Part(kind, node.name.text, node, inside)
    return Part(kind, node.title.text if hasattr(node, "title") else kind, node, inside)


def parts(declarations: Sequence[Any]) -> Iterator[Part]:
    """Every part in writing order; what stands in a block comes after the block's own."""
    for one in declarations:
        yield part_of(one)
        for inner in getattr(one, INNER.get(type(one).__name__, ""), ()):
            yield part_of(inner, one)


def with_fields(node: Any, **fields: Any) -> Any:
    """A node of the tree with some of its fields changed."""
    kept = {name: getattr(node, name) for name in node.__match_args__}
    return type(node)(**(kept | fields))
