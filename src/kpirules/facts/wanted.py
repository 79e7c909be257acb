"""Which data sets and which of their fields a policy's measures read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset, Tie


def fields_wanted(rules: Ruleset) -> Mapping[str, frozenset[str]]:
    """The fields to read of every data set that measures need: theirs, those of records that may follow, those that say
    whose such a record is and when, and those of partners.
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
    taken = {one.history for one in rules.inputs.values()}
    for one in rules.data.values():
        if one.history and (one.name in found or one.name in taken):
            # whatever else a record of a history says is shown beside what it holds
            _take(found, one.name).update(field.name for field in one.fields)
    for name, fields in found.items():
        fields |= {rules.data[name].staff, rules.data[name].placed_by}
    for name in list(found):
        for tie in rules.data[name].ties:
            partners = partners_fields(tie, found[name])
            if partners:
                found[name].add(tie.own)
                _take(found, tie.data).update((tie.other, *partners))
    return {name: frozenset(found[name]) for name in rules.data if name in found}


def partners_fields(tie: Tie, fields: Collection[str]) -> list[str]:
    """Those of the fields that are a partner's, by their names there."""
    return sorted(one.removeprefix(f"{tie.data}.") for one in fields if one.startswith(f"{tie.data}."))


def _take(found: dict[str, set[str]], data: str) -> set[str]:
    return found.setdefault(data, set())
