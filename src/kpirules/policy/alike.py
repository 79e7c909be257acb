"""Whether two checked policies come to the same, wherever they are written and whatever they say to readers only."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass

from kpirules.model.rules import Ruleset

#: Fields that say where something stands, what readers are told, or (`parameter`) where a constant comes from.
_IDLE = frozenset(
    {"span", "rule_span", "path", "label", "clauses", "notes", "version", "in_force", "examples", "parameter"}
)


def alike(one: Ruleset, other: Ruleset) -> bool:
    """Whether both give everybody the same results. No says that they may differ, not that they do."""
    return _bare(one) == _bare(other)


def _bare(value: object) -> Hashable:
    if is_dataclass(value) and not isinstance(value, type):
        kept = [one.name for one in fields(value) if one.name not in _IDLE]
        if isinstance(value, Ruleset):
            kept.remove("id")
        return (type(value).__name__, *(_bare(getattr(value, name)) for name in kept))
    if isinstance(value, Mapping):
        return frozenset((_bare(key), _bare(one)) for key, one in value.items())
    if isinstance(value, tuple | list):
        return tuple(_bare(one) for one in value)
    if isinstance(value, Hashable):
        return value
    raise TypeError(type(value).__name__)
