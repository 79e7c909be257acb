"""Whether two checked policies come to the same, wherever they are written and whatever they say to readers only."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache

from kpirules.model.rules import Ruleset

#: Fields that say where something stands, what readers are told, or (`parameter`) where a constant comes from.
_IDLE = frozenset(
    {
        *("span", "rule_span", "path", "label", "clauses", "notes", "version", "in_force", "examples"),
        *("accepted", "parameter"),
    }
)


def alike(one: Ruleset, other: Ruleset) -> bool:
    """Whether both give everybody the same results. No says that they may differ, not that they do."""
    return essence(one) == essence(other)


def essence(rules: Ruleset) -> Hashable:
    """What a policy comes to: two with the same one are alike."""
    return bare(rules)


def bare(value: object, idle: Collection[str] = _IDLE) -> Hashable:
    """A value as it counts, without fields that do not."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = _kept(type(value), frozenset(idle))
        return (type(value).__name__, *(bare(getattr(value, name), idle) for name in kept))
    if isinstance(value, Mapping):
        return frozenset((bare(key, idle), bare(one, idle)) for key, one in value.items())
    if isinstance(value, tuple | list):
        return tuple(bare(one, idle) for one in value)
    if isinstance(value, Hashable):
        return value
    raise TypeError(type(value).__name__)


@cache
def _kept(kind: type, idle: frozenset[str]) -> tuple[str, ...]:
    """The fields that count."""
    unread = idle | {"id"} if kind is Ruleset else idle
    return tuple(one.name for one in fields(kind) if one.name not in unread)
