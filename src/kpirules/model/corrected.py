"""A measure that is corrected for single persons: its value there is a fact, for everybody else what the policy says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset

#: No name of a policy has a space.
_MARK = "corrected "
_INDICATOR = "indicator "


def corrected_name(measure: str) -> str:
    """The column of facts that holds the corrected values of a measure."""
    return f"{_MARK}{measure}"


def is_corrected_name(name: str) -> bool:
    """Whether a column holds corrected values of a measure."""
    return name.startswith(_MARK)


def measure_of_indicator(id: str) -> str:
    """What the measure of an indicator is called, where it has no name of its own."""
    return f"{_INDICATOR}{id}"


def with_corrected(rules: Ruleset, measures: Collection[str]) -> Ruleset:
    """The rules by which these measures are taken from the facts wherever they stand there."""
    named = {
        name: replace(one, value=_corrected(name, one.value)) if name in measures else one
        for name, one in rules.measures.items()
    }
    indicators = tuple(
        replace(one, measure=_corrected(name, one.measure))
        if (name := measure_of_indicator(one.id)) in measures
        else one
        for one in rules.indicators
    )
    return replace(rules, measures=named, indicators=indicators)


def _corrected(name: str, value: e.Expr) -> e.Expr:
    """The value, or the corrected one where there is one; once is enough."""
    if isinstance(value, e.Choice) and isinstance(value.then, e.Fact) and is_corrected_name(value.then.name):
        return value
    there = e.Fact(corrected_name(name), value.unit, value.span)
    return e.Choice(there, e.Presence(there, True, value.span), value, value.unit, value.span)
