"""Which data sets and which of their fields a policy's measures read."""

from __future__ import annotations

from collections.abc import Mapping

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset


def fields_wanted(rules: Ruleset) -> Mapping[str, frozenset[str]]:
    """The fields to read of every data set that measures need: theirs, those of records that may follow, and those
    that say whose a record is and when.
    """
    found: dict[str, set[str]] = {}
    for aggregate in rules.aggregates:
        _take(found, aggregate.data)
        for part in e.walk(aggregate):
            match part:
                case e.Field(data, name):
                    _take(found, data).add(name)
                case e.Followed(then):
                    _take(found, then)
    for name, fields in found.items():
        fields |= {rules.data[name].staff, rules.data[name].placed_by}
    return {name: frozenset(found[name]) for name in rules.data if name in found}


def _take(found: dict[str, set[str]], data: str) -> set[str]:
    return found.setdefault(data, set())
