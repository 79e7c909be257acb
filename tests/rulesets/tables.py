"""Seeded tables for the oracles: full of boundaries, ties, blanks and empty denominators."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

import numpy as np

from kpirules.matrix import StaffPeriodMatrix, column
from kpirules.model.rules import Ruleset
from tests.rulesets.oracles import Cell

Row = dict[str, Cell]

_DENOMINATORS = (0, 1, 3, 7, 19, 20, 40, 60, 97, 100, 200, 400, 999, 1000, 10_000)
#: Counts of these make points of few decimals, so that totals lie exactly half-way between two cents.
_ROUND_DENOMINATORS = (40, 100, 400, 1000, 8000, 40_000)
_MANAGER_RATIOS = (
    ("invalid_services", "total_services", (0, 1, 2, 5, 10, 20)),
    ("reports_submitted", "reports_due", (60, 80, 90, 95, 100)),
    ("plm_docs", "total_docs", (80, 85, 90, 95, 100)),
    ("covered_points", "required_points", (80, 100)),
    ("reports_on_time", "reports_expected", (90, 95, 100)),
)
_LOCK_RATIOS = (
    ("returns_done", "returns_due", (65, 90, 92, 95, 100)),
    ("returns_passed", "returns_repaired", (69, 96, 98, 99, 100)),
    ("reports_correct", "reports_made", (88, 95, 97, 98, 100)),
)
_POSTS = ("manager", "customer_service", "other", None)
_DEPARTMENTS = ("north", "south", "east", None)


def manager_rows(seed: int, size: int) -> list[Row]:
    random = Random(seed)
    return [_manager_row(random) for _ in range(size)]


def _manager_row(random: Random) -> Row:
    row: Row = {}
    tie = random.random() < 0.4
    for above, below, edges in _MANAGER_RATIOS:
        row[above], row[below] = _near(random, edges, _ROUND_DENOMINATORS if tie else _DENOMINATORS)
    row["late_replies"] = Fraction(random.choice((0, 1, 2, 5, 7, 19, 20, 21, 30)))
    row["complaints"] = Fraction(random.choice((0, 2, 3, 4, 5, 17, 18, 19)))
    row["failed_trainees"] = Fraction(random.choice((0, 0, 0, 1, 2)))
    row["superior_rating"] = Fraction(random.randrange(4))
    row["cooperation_score"] = random.choice(
        (
            Fraction(9, 10),
            Fraction(random.randrange(101), 100),
            Fraction(random.randrange(8000, 10_001), 10_000),
        )
    )
    if tie:
        row["reports_on_time"] = row["reports_expected"]
        row["superior_rating"] = Fraction(random.choice((0, 3)))
        # a share that makes points in steps of 0.005
        row["cooperation_score"] = Fraction(random.randrange(1600, 2000) * 45, 100_000)
        return row
    return _with_blanks(random, row)


def lock_rows(seed: int, size: int, months: int = 3) -> list[Row]:
    """`size` rows; staff and month follow from the place of the row."""
    random = Random(seed)
    rows = []
    for place in range(size):
        row: Row = {}
        for above, below, edges in _LOCK_RATIOS:
            row[above], row[below] = _near(random, edges)
        row["work_errors"] = Fraction(random.choice((0, 0, 1, 2, 3, 19, 20, 21)))
        row["locks_installed"] = Fraction(random.randrange(40))
        row["locks_repaired"] = Fraction(random.randrange(40))
        row = _with_blanks(random, row)
        row["post"] = random.choices(_POSTS, (3, 3, 3, 1))[0]
        row["department"] = random.choices(_DEPARTMENTS, (5, 5, 5, 1))[0]
        row["on_probation"] = random.random() < 0.15
        row["period"] = f"2026-{place % months + 1:02}"
        rows.append(row)
    return rows


def _near(
    random: Random, edges: Sequence[int], denominators: Sequence[int] = _DENOMINATORS
) -> tuple[Fraction, Fraction]:
    """A count and what it is of: at an edge (in percent) where whole counts can hit it, one off, or anywhere."""
    below = random.choice(denominators)
    kind = random.random()
    if kind < 0.2:
        above = random.randrange(below + 1)
    else:
        above = random.choice(edges) * below // 100 + (0 if kind < 0.7 else random.choice((-1, 1)))
    return Fraction(min(max(above, 0), below)), Fraction(below)


def _with_blanks(random: Random, row: Row) -> Row:
    """Some cells blanked; of some rows nearly all, so that few weights are left to share."""
    chance = random.choice((0.0, 0.05, 0.1, 0.3, 0.9, 1.0) if random.random() < 0.5 else (0.0,))
    return {name: None if random.random() < chance else value for name, value in row.items()}


def matrix(rules: Ruleset, rows: Sequence[Row]) -> StaffPeriodMatrix:
    """The rows as facts, one staff member each; the period is the row's own, where it has one."""
    periods = [str(row.get("period", "2026-Q1")) for row in rows]
    names = sorted(set(periods))
    columns = {
        name: column(name, declared.type.unit, [row[name] for row in rows])
        for name, declared in rules.inputs.items()
    }
    return StaffPeriodMatrix(
        np.arange(len(rows), dtype=np.int32),
        [f"S{place:06}" for place in range(len(rows))],
        np.array([names.index(period) for period in periods], np.int32),
        names,
        columns,
    )
