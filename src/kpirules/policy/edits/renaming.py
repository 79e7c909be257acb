"""Which parts were only given another name, and a tree with the new names.

A part is taken for renamed where one that is gone and one that is new say exactly the same, and no other does. Inputs,
data and what is published are called as tables are: another name there is another column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from kpirules.language import tree
from kpirules.model.parts import with_fields
from kpirules.policy.edits.aspects import WORDING, aspects, meaning
from kpirules.policy.edits.pieces import Key, Piece, pieces

_RENAMED = frozenset({"indicator", "parameter", "measure", "table", "decision", "raters"})


def renamings(old: tree.Ruleset, new: tree.Ruleset) -> dict[Key, Key]:
    """Old key to new key of every part that was renamed."""
    found: dict[Key, Key] = {}
    while True:  # what names a renamed part is the same only under the new names
        before, after = pieces(renamed(old, found)), pieces(new)
        gone = _by_body(one for key, one in before.items() if key not in after)
        come = _by_body(one for key, one in after.items() if key not in before)
        more = {
            gone[body].key: come[body].key
            for body in gone.keys() & come.keys()
            if _free(gone[body], old) and _free(come[body], old)
        }
        if not more:
            return found
        found |= more


def _by_body(parts: Iterator[Piece]) -> dict[Hashable, Piece]:
    """The parts that alone say what they say, by that."""
    bodies = [(_body(one), one) for one in parts if one.kind in _RENAMED]
    count = Counter(body for body, _ in bodies)
    return {body: one for body, one in bodies if count[body] == 1}


def _body(part: Piece) -> Hashable:
    said = aspects(part.node)
    return (part.kind, part.section, *(meaning(said[name]) for name in sorted(said) if name not in WORDING))


def _free(part: Piece, policy: tree.Ruleset) -> bool:
    """Whether a name means this part and nothing else wherever it stands."""
    if part.kind == "indicator":
        return True
    return part.name not in _other_names(policy)


def _other_names(policy: tree.Ruleset) -> set[str]:
    """Names of fields, grades and the like, which formulas may name too."""
    found: set[str] = set()
    for one in policy.declarations:
        match one:
            case tree.Data(fields=fields) | tree.History(fields=fields):
                found |= {field.name.text for field in fields}
            case tree.Grades(grades):
                found |= {grade.name.text for grade in grades}
            case tree.Section(indicators=indicators):
                found |= {one.name.text, *(indicator.name.text for indicator in indicators)}
            case tree.Indicator(name=name):
                found.add(name.text)
    return found


def renamed(policy: tree.Ruleset, names: Mapping[Key, Key]) -> tree.Ruleset:
    """The tree with new names. Nodes that name nothing renamed stay the same objects."""
    if not names:
        return policy
    shared = {old: new for (space, old), (_, new) in names.items() if space == ""}
    indicators = {old: new for (space, old), (_, new) in names.items() if space == "indicator"}
    changed: tree.Ruleset = _renamed(policy, shared, indicators, False)
    return changed


def _renamed(node: Any, shared: Mapping[str, str], indicators: Mapping[str, str], scores: bool) -> Any:
    """scores: names here are of indicators."""
    match node:
        case tuple():
            made = tuple(_renamed(one, shared, indicators, scores) for one in node)
            return made if any(one is not other for one, other in zip(made, node, strict=True)) else node
        case tree.Name(text, span):
            name = indicators.get(text, text) if scores else shared.get(text, text)
            return node if name == text else tree.Name(name, span)
        case tree.Node():
            changed = {}
            for name in node.__match_args__:
                value = getattr(node, name)
                new = _renamed(value, shared, indicators, _of_indicator(node, name))
                if new is not value:
                    changed[name] = new
            if isinstance(node, tree.Test | tree.Person):
                changed["expected"] = tuple(_expected(one, shared, indicators) for one in node.expected)
            return with_fields(node, **changed) if changed else node
        case _:
            return node


def _of_indicator(node: tree.Node, field: str) -> bool:
    return (isinstance(node, tree.PointsOf) and field == "indicator") or (
        isinstance(node, tree.Indicator) and field == "name"
    )


def _expected(one: tree.Setting, shared: Mapping[str, str], indicators: Mapping[str, str]) -> tree.Setting:
    """What a test expects may be an indicator's points."""
    text = one.name.text
    name = tree.Name(indicators.get(text, shared.get(text, text)), one.name.span)
    changed: tree.Setting = with_fields(_renamed(one, shared, indicators, False), name=name)
    return changed
