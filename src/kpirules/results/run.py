"""What names a run: a short digest of policy, parameters and scores, the same wherever and whenever it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from kpirules.model.rules import Ruleset
from kpirules.periods import parse
from kpirules.plugin.columns import spell

_LENGTH = 12


def run_id(rules: Ruleset, sources: Mapping[str, str], table: pa.Table) -> str:
    """Twelve hexadecimal digits. sources: the policy's texts; where they lie does not matter."""
    digest = hashlib.sha256()
    for part in _parts(rules, sources, table):
        written = part.encode()
        digest.update(len(written).to_bytes(8, "big"))
        digest.update(written)
    return digest.hexdigest()[:_LENGTH]


def span_of(periods: Iterable[str]) -> str:
    """The periods of a run as a name: the only one, or the first and the last."""
    found = {name: one for name in periods if (one := parse(name)) is not None}
    names = sorted(found, key=lambda name: (found[name].first, found[name].last))
    return "" if not names else names[0] if len(names) == 1 else f"{names[0]}..{names[-1]}"


def _parts(rules: Ruleset, sources: Mapping[str, str], table: pa.Table) -> Iterator[str]:
    yield from sorted(sources.values())
    for name, one in sorted(rules.parameters.items()):
        yield f"{name}={one.value!r}"
        if one.schedule is not None:
            yield str(one.schedule.rule)
            yield from (f"{stretch.first} {stretch.value!r}" for stretch in one.schedule.stretches)
    for name in table.column_names:
        yield name
        for value in table[name].to_pylist():
            yield "" if value is None else f"={spell(value)}"
