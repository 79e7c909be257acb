"""The records behind a measure as a statement names them: how many count, of how many, and the first of their ids."""

from __future__ import annotations

from kpirules.facts.build import Facts
from kpirules.facts.evidence import Follower, Record
from kpirules.scoring.explain import Evidence, Records, Stretch


def evidence_in(facts: Facts, listed: int, together: bool = False) -> Evidence:
    """Looks records up in the facts of a run; names so many of those that count. together: for many rows."""
    lookup = facts.lookup(listed, together)

    def evidence(name: str, row: int) -> Records | None:
        found = lookup(name, row)
        if found is None:
            return None
        counted = [one for one in found.records if one.counted]
        ids = tuple(_named(one) for one in counted[:listed])
        held = tuple(Stretch(one.first, one.last, one.counted, one.value, one.said) for one in found.held)
        return Records(found.count, found.of, ids, held)

    return evidence


def _named(record: Record) -> str:
    """A record by its id, or its row in the file, and those that follow it."""
    chain: tuple[Record | Follower, ...] = (record, *record.followers)
    return " → ".join(one.id or _row(one) for one in chain)


def _row(one: Record | Follower) -> str:
    return f"row {one.row}" if one.file is None else f"{one.file} row {one.row}"
