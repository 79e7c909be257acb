"""A ruleset's tree as the things that its authors speak of: an indicator's weight, its target, a parameter's value.

`aspects` takes a declaration (or the header) apart, `with_aspects` puts one together again from the aspects of two.
`meaning` is what two pieces are compared by: not where they stand, how they are laid out or in which vocabulary, and
a value by what it is (`30 min` is `0.5 h`).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from kpirules.language import tree
from kpirules.model.literals import literal
from kpirules.model.parts import with_fields
from kpirules.model.spellings import SPELLINGS

#: What an item of an indicator says, by its node; everything else is the form.
_ITEMS = {
    "Note": "notes",
    "Applies": "applies",
    "Absence": "missing",
    "MeasureLine": "measure",
    "TargetLine": "target",
}
#: The aspects of each node and the fields that say them. Fields not named here stand in blocks of their own.
_FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Header": {
        "subject": ("subject",),
        "currency": ("currency",),
        "in force": ("in_force",),
        "period": ("period",),
        "applies": ("applies",),
        "missing": ("missing",),
        "calendar": ("calendar", "weekend", "working_hours"),
        "rounding": ("rounding",),
        "split": ("split",),
        "version": ("version",),
        "notes": ("notes",),
    },
    "Parameter": {"value": ("type", "default", "stretches", "rules"), "label": ("label",)},
    "Input": {"column": ("type", "missing", "attribute", "grain", "taken_from"), "label": ("label",)},
    "Data": {"fields": ("fields", "placed_by", "ties"), "label": ("label",)},
    "History": {"fields": ("fields", "in_force"), "label": ("label",)},
    "Table": {"entries": ("type", "key", "marginal", "entries", "bands"), "label": ("label",)},
    "MeasureDefinition": {"formula": ("grain", "value"), "label": ("label",)},
    "Raters": {"groups": ("rated", "groups", "counted_by", "unshared"), "label": ("label",)},
    "Decision": {
        "rules": ("type", "policy", "priorities", "collected", "rules"),
        "label": ("label",),
        "notes": ("notes",),
    },
    "Section": {"weight": ("weight",), "label": ("label",), "notes": ("notes",)},
    "Grade": {"bound": ("low",), "quota": ("quota",), "label": ("label",)},
    "Adjusted": {
        "points": ("points", "whole", "size", "measure", "condition", "at_most"),
        "label": ("label",),
        "notes": ("notes",),
    },
    "Veto": {"limit": ("condition", "total", "grade"), "label": ("label",), "notes": ("notes",)},
    "Cap": {"limit": ("value",)},
    "Amount": {
        "formula": ("type", "value"),
        "rounding": ("step", "mode"),
        "label": ("label",),
        "notes": ("notes",),
    },
    "Eligible": {"condition": ("condition",), "label": ("label",), "notes": ("notes",)},
    "Consequence": {
        "condition": ("condition",),
        "formula": ("type", "value"),
        "rounding": ("step", "mode"),
        "level": ("level",),
        "label": ("label",),
        "notes": ("notes",),
    },
    "Rollup": {"formula": ("totals", "required"), "consequences": ("declarations",), "label": ("label",)},
    "Test": {"test": ("rollup", "given", "expected", "people", "periods")},
}
#: Aspects that say something to readers and score nobody differently.
WORDING = frozenset({"label", "notes", "version", "in force", "test"})
#: Fields that are words to readers wherever they stand.
_WORDS = frozenset({"label", "reason", "notes"})
#: Rows whose order says nothing: each holds for values of its own.
_UNORDERED = frozenset(
    {
        ("Bands", "bands"),
        ("Levels", "entries"),
        ("Table", "entries"),
        ("Table", "bands"),
        ("Data", "fields"),
        ("History", "fields"),
    }
)
_ENGLISH = {chinese: english for english, chinese in SPELLINGS.items()}


def aspects(node: Any) -> dict[str, tuple[Any, ...]]:
    """What a declaration says, by aspect; the names are those of `Kind` in `edits`."""
    kind = type(node).__name__
    if isinstance(node, tree.Indicator):
        found: dict[str, tuple[Any, ...]] = {"weight": (node.weight,), "label": (node.label,)}
        for aspect in (*_ITEMS.values(), "form"):
            found[aspect] = tuple(one for one in node.items if _aspect_of(one) == aspect)
        return found
    return {name: tuple(getattr(node, one) for one in fields) for name, fields in _FIELDS[kind].items()}


def with_aspects(node: Any, changed: Mapping[str, tuple[Any, ...]]) -> Any:
    """The declaration with some aspects as another one has them."""
    if not changed:
        return node
    if isinstance(node, tree.Indicator):
        whole = aspects(node) | dict(changed)
        items = tuple(one for name in (*_ITEMS.values(), "form") for one in whole[name])
        return with_fields(node, weight=whole["weight"][0], label=whole["label"][0], items=items)
    fields = _FIELDS[type(node).__name__]
    return with_fields(
        node,
        **{
            field: value
            for name, values in changed.items()
            for field, value in zip(fields[name], values, strict=True)
        },
    )


def _aspect_of(item: tree.Item) -> str:
    return _ITEMS.get(type(item).__name__, "form")


def meaning(piece: object, *, words: bool = False, unordered: bool = True) -> Hashable:
    """What a piece of the tree says. words: with what it says to readers only, such as labels.

    unordered: rows each of which holds for values of its own are alike in any order.
    """
    match piece:
        case tuple():
            return tuple(meaning(one, words=words, unordered=unordered) for one in piece)
        case tree.Number():
            return ("value", *literal(piece))
        case tree.Negate(tree.Number() as number):
            value, unit = literal(number)
            return ("value", -value, unit)
        case tree.Call() | tree.ScoreBy():
            name, arguments = piece.__match_args__[:2]
            called = getattr(piece, name).text
            rest = meaning(getattr(piece, arguments), words=words, unordered=unordered)
            return (type(piece).__name__, _ENGLISH.get(called, called), rest)
        case tree.Node():
            return (
                type(piece).__name__,
                *(_field(piece, one, words, unordered) for one in piece.__match_args__),
            )
        case Hashable():
            return piece
    raise TypeError(type(piece).__name__)


def _field(node: tree.Node, name: str, words: bool, unordered: bool) -> Hashable:
    if name == "span" or (name in _WORDS and not words):
        return None
    value = getattr(node, name)
    if unordered and (type(node).__name__, name) in _UNORDERED:
        return frozenset(meaning(one, words=words) for one in value)
    return meaning(value, words=words, unordered=unordered)


def fixed(value: tree.Expr | None, type_: tree.TypeName) -> tree.Expr | None:
    """A value of a declared type, with the unit that the type leaves no doubt of: `0.95` of a ratio is `95%`."""
    if not isinstance(value, tree.Number):
        return value
    if type_.unit in _PLAIN and value.unit in ("TIME", "POINT"):
        return tree.Number(value.value, None, value.span)
    if value.unit is None and type_.unit in _UNITS:
        word, many = _UNITS[type_.unit]
        return tree.Number(value.value * many, word, value.span)
    return value


_PLAIN = frozenset({"number", "count", "points", "rating"})
#: By declared type, the word of the unit that a bare number has there and how many of it the number is.
_UNITS: Mapping[str, tuple[str, int]] = {
    "money": ("YUAN", 1),
    "workdays": ("WORKDAY", 1),
    "ratio": ("PERCENT", 100),
    "duration": ("SECOND", 1),
}
