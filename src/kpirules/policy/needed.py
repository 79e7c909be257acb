"""What a policy needs of the facts, as a key: policies with the same key may share one table of facts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from kpirules.diagnostics import Span
from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset


def needed(rules: Ruleset) -> Hashable:
    """Everything of a policy by which its facts are made of tables, wherever in the file it stands."""
    used = {name for one in rules.aggregates for part in e.walk(one) for name in _tables(part)}
    return bare(
        (
            rules.period,
            rules.working,
            rules.inputs,
            rules.data,
            rules.aggregates,
            {name: rules.tables[name] for name in sorted(used)},
            rules.grains,
            rules.lookback,
            rules.subject,
            rules.split,
        )
    )


def _tables(part: e.Expr) -> Iterator[str]:
    if isinstance(part, e.Lookup):
        yield part.table


def bare(value: object) -> Hashable:
    """A value without the places in files that its parts have: two that mean the same are equal."""
    if isinstance(value, Mapping):
        return tuple((bare(key), bare(one)) for key, one in value.items())
    if isinstance(value, tuple | list):
        return tuple(bare(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = (getattr(value, one.name) for one in fields(value))
        return (type(value).__name__, *(bare(part) for part in parts if not isinstance(part, Span)))
    assert isinstance(value, Hashable)
    return value
