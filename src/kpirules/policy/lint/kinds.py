"""The kinds of people that a policy tells apart by their attributes, and the indicators that each kind has."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.model.folding import holds_for
from kpirules.model.rules import Indicator, Ruleset
from kpirules.model.weights import MOST_KINDS, choices_of, mentions
from kpirules.model.wording import valued


@dataclass(frozen=True, slots=True)
class Kind:
    """People with these attributes. A text of "" stands for all values that the policy does not name."""

    attributes: Mapping[str, e.Value]
    indicators: tuple[Indicator, ...]

    def words(self, rules: Ruleset) -> Words:
        """Behind a number or a name: "" for everyone, else ` where post is "manager"`."""
        if not self.attributes:
            return Words()
        parts = [
            (name, Words("any other", "其他") if value == "" else valued(value, rules.inputs[name].type.unit))
            for name, value in self.attributes.items()
        ]
        return Words(
            " where " + " and ".join(f"{name} is {value.en}" for name, value in parts),
            "（" + "、".join(f"{name} 为{value.zh}" for name, value in parts) + "）",
        )


def kinds(rules: Ruleset) -> tuple[Kind, ...] | None:
    """All kinds of people who may be appraised, those without any indicator included; None where there are too many."""
    mentioned: dict[str, set[e.Value]] = {}
    for condition in (rules.applies, *(one.applies for one in rules.indicators)):
        if condition is not None:
            mentions(condition, rules.inputs, mentioned)
    choices = [choices_of(rules.inputs[name], values) for name, values in mentioned.items()]
    if prod(len(one) for one in choices) > MOST_KINDS:
        return None
    return tuple(
        Kind(attributes, _had_by(rules, attributes))
        for values in itertools.product(*choices)
        if _may_apply(rules.applies, attributes := dict(zip(mentioned, values, strict=True)))
    )


def _had_by(rules: Ruleset, attributes: dict[str, e.Value]) -> tuple[Indicator, ...]:
    return tuple(
        one
        for one in rules.indicators
        if one.weight > 0 and (one.applies is None or holds_for(one.applies, attributes) is not False)
    )


def _may_apply(condition: e.Expr | None, attributes: dict[str, e.Value]) -> bool:
    return condition is None or holds_for(condition, attributes) is not False
