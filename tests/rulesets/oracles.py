"""Rulesets 1 and 2 a second time, in plain rational arithmetic: what their documents say, without the language.

Nothing here knows the rule model or the reference; a disagreement means that one of the two misread the document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Cell = Fraction | str | bool | None
Cells = Mapping[str, Cell]

GRADES = (("excellent", 90), ("good", 80), ("pass", 60), ("fail", 0))


@dataclass(frozen=True, slots=True)
class Published:
    """What is published of one person and period; None where nothing is."""

    points: Mapping[str, Fraction | None]
    total: Fraction | None
    grade: str | None
    amounts: Mapping[str, Fraction | None] = field(default_factory=dict)
    flags: Mapping[str, bool | None] = field(default_factory=dict)


def cents(value: Fraction) -> Fraction:
    """Rounded to two places, a half up; for values of zero and more."""
    return Fraction((value * 200 + 1) // 2, 100)


def percent(number: int) -> Fraction:
    return Fraction(number, 100)


def number(cells: Cells, name: str) -> Fraction | None:
    value = cells[name]
    assert value is None or isinstance(value, Fraction)
    return value


def share(cells: Cells, above: str, below: str) -> Fraction | None:
    k, n = number(cells, above), number(cells, below)
    return None if k is None or n is None or n == 0 else k / n


def clamped(points: Fraction, full: int) -> Fraction:
    return max(Fraction(0), min(points, Fraction(full)))


def between(x: Fraction, low: int, high: int, at_low: int, at_high: int) -> Fraction:
    """The points at x on the line through two percentages."""
    return at_low + (x - percent(low)) / (percent(high) - percent(low)) * (at_high - at_low)


def published(points: Mapping[str, Fraction | None], weights: Mapping[str, int]) -> Published:
    """Points rounded, the total from the unrounded ones, the grade from the rounded total."""
    rounded = {name: None if value is None else cents(value) for name, value in points.items()}
    exact = exact_total(points, weights)
    if exact is None:
        return Published(rounded, None, None)
    total = cents(exact)
    return Published(rounded, total, next(name for name, least in GRADES if total >= least))


def exact_total(points: Mapping[str, Fraction | None], weights: Mapping[str, int]) -> Fraction | None:
    """Points earned over weight present, times 100."""
    present = sum(weights[name] for name, value in points.items() if value is not None)
    earned = sum((value for value in points.values() if value is not None), Fraction(0))
    return None if present == 0 else earned / present * 100


def pro_rata(measure: Fraction | None, target: Fraction, full: int) -> Fraction | None:
    """In proportion to the target, in full from it on."""
    return None if measure is None else clamped(full * measure / target, full)


def falling(measure: Fraction | None, limit: Fraction, worst: Fraction, full: int) -> Fraction | None:
    """In full up to the limit, nothing from the worst on, on the straight line between."""
    return None if measure is None else clamped(full * (worst - measure) / (worst - limit), full)


def every(*conditions: bool | None) -> bool | None:
    """All hold: no if one does not, unknown if one of the rest is."""
    if False in conditions:
        return False
    return None if None in conditions else True


def some(*conditions: bool | None) -> bool | None:
    """One holds: yes if one does, unknown if one of the rest is."""
    if True in conditions:
        return True
    return None if None in conditions else False


# 1 after_sales_manager

MANAGER_WEIGHTS = {
    "response_speed": 20,
    "invalid_service": 10,
    "report_punctuality": 15,
    "complaints": 15,
    "plm_usage": 10,
    "training_coverage": 3,
    "trainee_pass": 4,
    "assigned_tasks": 8,
    "periodic_reports": 5,
    "internal_cooperation": 10,
}


def manager(cells: Cells) -> Published:
    return published(manager_points(cells), MANAGER_WEIGHTS)


def manager_points(cells: Cells) -> dict[str, Fraction | None]:
    """Points before rounding."""
    late, many, failed = (number(cells, name) for name in ("late_replies", "complaints", "failed_trainees"))
    covered = share(cells, "covered_points", "required_points")
    rating = number(cells, "superior_rating")
    on_time, cooperation = (
        share(cells, "reports_on_time", "reports_expected"),
        number(cells, "cooperation_score"),
    )
    return {
        "response_speed": None if late is None else clamped(20 - late, 20),
        "invalid_service": _invalid(share(cells, "invalid_services", "total_services")),
        "report_punctuality": _punctuality(share(cells, "reports_submitted", "reports_due")),
        "complaints": None if many is None else clamped(15 - max(many - 3, Fraction(0)), 15),
        "plm_usage": _plm(share(cells, "plm_docs", "total_docs")),
        "training_coverage": None if covered is None else Fraction(3 if covered >= percent(80) else 0),
        "trainee_pass": None if failed is None else clamped(4 - 5 * failed, 4),
        "assigned_tasks": None if rating is None else rating / 3 * 8,
        "periodic_reports": None if on_time is None else clamped(5 * on_time / percent(95), 5),
        "internal_cooperation": None if cooperation is None else clamped(10 * cooperation / percent(90), 10),
    }


def _invalid(x: Fraction | None) -> Fraction | None:
    if x is None:
        return None
    if x <= percent(1):
        return Fraction(10)
    if x <= percent(2):
        return between(x, 1, 2, 10, 8)
    if x <= percent(5):
        return between(x, 2, 5, 7, 5)
    if x <= percent(10):
        return between(x, 5, 10, 4, 2)
    return between(x, 10, 20, 1, 0) if x <= percent(20) else Fraction(0)


def _punctuality(x: Fraction | None) -> Fraction | None:
    if x is None:
        return None
    if x >= percent(95):
        return Fraction(15)
    if x >= percent(90):
        return between(x, 90, 95, 12, 15)
    if x >= percent(80):
        return between(x, 80, 90, 8, 12)
    return between(x, 60, 80, 0, 8) if x >= percent(60) else Fraction(0)


def _plm(x: Fraction | None) -> Fraction | None:
    if x is None:
        return None
    if x >= percent(95):
        return Fraction(10)
    if x >= percent(90):
        return between(x, 90, 95, 8, 10)
    if x >= percent(85):
        return between(x, 85, 90, 5, 7)
    return between(x, 80, 85, 2, 4) if x >= percent(80) else Fraction(0)


# 2 monthly_lock_service

LOCK_WEIGHTS = {"return_completion": 30, "return_quality": 30, "superior_view": 60, "report_accuracy": 10}


def lock_service(rows: Sequence[Cells], install: Fraction, repair: Fraction) -> list[Published | None]:
    """One result for each row, None for those who are not appraised. A row's month stands under `period`."""
    pools: dict[tuple[Cell, Cell], Fraction] = defaultdict(Fraction)
    heads: dict[tuple[Cell, Cell], int] = defaultdict(int)
    for cells in rows:
        if cells["on_probation"] is True:
            continue
        pool = cells["period"], cells["department"]
        heads[pool] += 1
        pools[pool] += (number(cells, "locks_installed") or 0) * install
        pools[pool] += (number(cells, "locks_repaired") or 0) * repair
    found: list[Published | None] = []
    for cells in rows:
        if cells["on_probation"] is True:
            found.append(None)
            continue
        result = published(_lock_points(cells), LOCK_WEIGHTS)
        pool = cells["period"], cells["department"]
        # a person without a department has no pool to share
        base = None if cells["department"] is None else cents(pools[pool] / heads[pool])
        bonus = None if base is None or result.total is None else cents(base * result.total / 100)
        found.append(
            Published(result.points, result.total, result.grade, {"bonus_base": base, "bonus": bonus})
        )
    return found


def _lock_points(cells: Cells) -> dict[str, Fraction | None]:
    done, passed = (
        share(cells, "returns_done", "returns_due"),
        share(cells, "returns_passed", "returns_repaired"),
    )
    errors = number(cells, "work_errors")
    return {
        "return_completion": _whole_points(done, 95, 30) if cells["post"] in ("manager", "other") else None,
        "return_quality": _whole_points(passed, 99, 30) if cells["post"] == "customer_service" else None,
        "superior_view": None if errors is None else clamped(60 - 3 * errors, 60),
        "report_accuracy": _whole_points(share(cells, "reports_correct", "reports_made"), 98, 10),
    }


def _whole_points(x: Fraction | None, target: int, full: int) -> Fraction | None:
    """One point less for each full percentage point below the target."""
    if x is None:
        return None
    below = (percent(target) - x) * 100
    return clamped(Fraction(full) - (below // 1 if below > 0 else 0), full)
