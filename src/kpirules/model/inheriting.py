"""What of an extended ruleset goes along with the changes made to it: what nothing needs any more, and its tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpirules.language import tree
from kpirules.model.parts import Part, parts

#: Facts and values that something else must read to be of use.
_SERVANTS = frozenset({"input", "attribute", "parameter", "measure", "table", "data", "decision", "raters"})
#: Parts whose change leaves the total as it is, unless something that makes it up reads them.
_BESIDE = _SERVANTS | {"amount", "eligible", "award", "alert", "result", "test"}
#: Header lines that change no score of anybody.
_IDLE = frozenset({"extends", "version", "in_force", "notes"})


def mentions(node: object) -> set[str]:
    """Every name in a piece of the tree; `total` and `grade` where it reads them."""
    if isinstance(node, tree.Name):
        return {node.text}
    if isinstance(node, tuple):
        return set().union(*(mentions(one) for one in node))
    if isinstance(node, tree.Node):
        kind = type(node).__name__.lower()
        own = (
            {"total"}
            if kind == "total"
            else {"grade"}
            if kind.startswith(("grade", "publishedgrade"))
            else set()
        )
        return own.union(*(mentions(getattr(node, one)) for one in node.__match_args__))
    return set()


def _read_by(part: Part) -> set[str]:
    """What a part reads: the names in it but for its own."""
    fields = (getattr(part.node, one) for one in part.node.__match_args__ if one not in ("name", "label"))
    return set().union(*(mentions(one) for one in fields))


def needed(before: Sequence[Any], after: list[Any], header: tree.Header) -> list[Any]:
    """The declarations without those of the base that something used before and nothing does after the changes."""
    own = {id(one) for one in before}
    used = _used([one for one in before if not isinstance(one, tree.Test)])
    tests = {id(one) for one in before if isinstance(one, tree.Test)}
    while True:
        still = _used([one for one in after if id(one) not in tests])
        still |= mentions(header.applies) | mentions(header.missing)
        kept = [
            one
            for one in after
            if id(one) not in own
            or (part := next(iter(parts([one])))).kind not in _SERVANTS
            or part.name in still
            or part.name not in used
        ]
        if len(kept) == len(after):
            return kept
        after = kept


def _used(declarations: Sequence[Any]) -> set[str]:
    """Names that some declaration reads."""
    return set().union(*(_read_by(one) for one in parts(declarations)))


def tests_kept(base: tree.Ruleset, after: Sequence[Any], header: tree.Header) -> set[int]:
    """The base's tests (by identity) that the changes leave as they were."""
    for line in tree.Header.__match_args__:
        said = getattr(header, line)
        if said and line not in _IDLE and said != getattr(base.header, line):
            return set()
    there = {id(part.node) for part in parts(after)}
    former = list(parts(base.declarations))
    old = {id(part.node) for part in former}
    changed = [part for part in former if id(part.node) not in there]
    changed += [part for part in parts(after) if id(part.node) not in old]
    found: set[int] = set()
    parameters = {part.name for part in parts(after) if part.kind == "parameter"}
    for part in former:
        if part.kind == "test":
            given = _given(part.node) & parameters
            # A parameter that the test gives itself is the same for it as before.
            touching = [one for one in changed if one.kind != "parameter" or one.name not in given]
            names = {one.name for one in touching if one.kind != "test"}
            _spread(names, touching, former)
            if not names & mentions(part.node):
                found.add(id(part.node))
    return found


def _given(test: tree.Test) -> set[str]:
    """What a test gives, itself or for one of its people."""
    wholes: tuple[Any, ...] = (test, *test.people)
    return {one.name.text for whole in wholes for one in whole.given if hasattr(one, "name")}


def _spread(names: set[str], changed: Sequence[Part], parts_: Sequence[Part]) -> None:
    """Add what depends on changed names, the total and the grade among them."""
    weighty = {id(part.node) for part in changed if part.kind not in _BESIDE}
    while True:
        before = len(names)
        for part in parts_:
            if part.kind != "test" and names & _read_by(part):
                names.add(part.name)
                if part.kind not in _BESIDE:
                    weighty.add(id(part.node))
        if weighty:
            names |= {"total", "grade"}
        if len(names) == before:
            return
