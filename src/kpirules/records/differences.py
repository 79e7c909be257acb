"""What corrections changed: every published figure that differs, of those who were corrected and of everybody else.

A figure of somebody who was not corrected changes through others: ranks, groups, pools, quotas, or earlier periods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kpirules.facts.corrected import Correction
from kpirules.matrix import ScoreMatrix, score_table
from kpirules.model.expressions import Value
from kpirules.numbers import decimal_text
from kpirules.plugin.columns import spell
from kpirules.records.manifest import canonical

#: The file in the archive.
DIFFERENCES = "differences.json"
#: Columns that say whose a row is.
_KEYS = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One figure. name: of its column; old, new: as published, None where there was or is none."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """All changed figures of one person and period. corrected: one of their own facts was."""

    staff: str
    period: str
    corrected: bool
    changes: tuple[Change, ...]


def differences(old: ScoreMatrix, new: ScoreMatrix, made: Sequence[Correction]) -> tuple[Difference, ...]:
    """Everybody whose figures differ: first those who were corrected, each in the order of the scores."""
    before, after = _rows(old), _rows(new)
    people = {one.staff for one in made}
    found = [
        Difference(staff, period, staff in people, changes)
        for staff, period in dict.fromkeys((*after, *before))
        if (changes := tuple(_changes(before.get((staff, period), {}), after.get((staff, period), {}))))
    ]
    return tuple(sorted(found, key=lambda one: not one.corrected))


def _rows(scores: ScoreMatrix) -> dict[tuple[str, str], Mapping[str, Any]]:
    table = score_table(scores)
    rows = [list(row.items()) for row in table.to_pylist()]
    return {(str(row[0][1]), str(row[1][1])): dict(row[_KEYS:]) for row in rows}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield Change(name, _text(old), _text(new))


def _text(value: object) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:f}"  # with the places that are published
    return None if value is None else spell(value)


def record(made: Sequence[Correction], found: Sequence[Difference]) -> dict[str, object]:
    """Corrections and what they changed, as plain values."""
    return {
        "corrections": [
            {
                "staff": one.staff,
                "period": one.period,
                "fact": one.fact,
                "old": _exact(one.old),
                "new": _exact(one.new),
                "reason": one.reason,
                "evidence": one.evidence,
            }
            for one in made
        ],
        "differences": [
            {
                "staff": one.staff,
                "period": one.period,
                "corrected": one.corrected,
                "figures": {change.name: [change.old, change.new] for change in one.changes},
            }
            for one in found
        ],
    }


def differences_file(made: Sequence[Correction], found: Sequence[Difference]) -> bytes:
    """The file of the archive."""
    return canonical(record(made, found))


def _exact(value: Value | None) -> str | bool | None:
    return decimal_text(value) if isinstance(value, Fraction) else value
