"""Columns by which a simulation is broken down, though the policy does not read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpirules.model.rules import Input, Ruleset
from kpirules.units import Type, Unit


def with_attributes(rules: Ruleset, names: Sequence[str]) -> Ruleset:
    """The policy with these columns among its attributes; one that it declares as an input is one, too."""
    if not names:
        return rules
    inputs = dict(rules.inputs)
    for name in names:
        known = inputs.get(name)
        inputs[name] = (
            Input(name, Type(Unit.TEXT), "", True, None, rules.span)
            if known is None
            else replace(known, attribute=True)
        )
    return replace(rules, inputs=inputs)
