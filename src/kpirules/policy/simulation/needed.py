"""What a policy needs of the facts, as a key: policies with the same key may share one table of facts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.policy.alike import bare

#: Where something stands says nothing of what it needs. Labels do: a column may be called so.
_PLACES = frozenset({"span", "rule_span"})


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
        ),
        _PLACES,
    )


def _tables(part: e.Expr) -> Iterator[str]:
    if isinstance(part, e.Lookup):
        yield part.table
