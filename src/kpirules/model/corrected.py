"""A measure that is corrected for single persons: its value there is a fact, for everybody else what the policy says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset

#: No name of a policy has a space.
_MARK = "corrected "


def corrected_name(measure: str) -> str:
    """The column of facts that holds the corrected values of a measure."""
    return f"{_MARK}{measure}"


def is_corrected_name(name: str) -> bool:
    """Whether a column holds corrected values of a measure."""
    return name.startswith(_MARK)


def with_corrected(rules: Ruleset, measures: Collection[str]) -> Ruleset:
    """The rules by which these measures are taken from the facts wherever they stand there."""
    changed = dict(rules.measures)
    for name in measures:
        one = changed[name]
        if not is_corrected(one.value):
            unit, span = one.value.unit, one.value.span
            there = e.Fact(corrected_name(name), unit, span)
            value = e.Choice(there, e.Presence(there, True, span), one.value, unit, span)
            changed[name] = replace(one, value=value)
    return replace(rules, measures=changed)


def is_corrected(value: e.Expr) -> bool:
    """Whether a measure's value is one that `with_corrected` made."""
    return (
        isinstance(value, e.Choice) and isinstance(value.then, e.Fact) and is_corrected_name(value.then.name)
    )
