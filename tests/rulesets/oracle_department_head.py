"""Ruleset 4 a second time: the yearly indicators of the head of the department, in plain rational arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tests.rulesets.oracles import (
    Cells,
    Published,
    clamped,
    falling,
    number,
    percent,
    pro_rata,
    published,
    share,
)

WEIGHTS = {
    "regulation_quality": 10,
    "plan_completion": 15,
    "work_quality": 15,
    "satisfaction": 10,
    "complaint_rate": 10,
    "complaint_days": 10,
    "compensation": 5,
    "budget_deviation": 10,
    "expense_income_ratio": 10,
    "routine_work": 5,
}


@dataclass(frozen=True, slots=True)
class Blanks:
    """The three limits that the document leaves blank."""

    complaint_rate: Fraction
    complaint_days: Fraction
    compensation: Fraction


def head(cells: Cells, blanks: Blanks) -> Published:
    routine = number(cells, "routine_rating")
    complained = share(cells, "complaints", "customers_served")
    points = {
        "regulation_quality": _regulations(cells),
        "plan_completion": pro_rata(share(cells, "tasks_completed", "tasks_planned"), Fraction(1), 15),
        "work_quality": _work(cells),
        "satisfaction": pro_rata(share(cells, "satisfied_customers", "surveyed_customers"), percent(90), 10),
        "complaint_rate": _limited(complained, blanks.complaint_rate, 10),
        "complaint_days": _limited(number(cells, "settlement_days"), blanks.complaint_days, 10),
        "compensation": _limited(number(cells, "compensation_paid"), blanks.compensation, 5),
        "budget_deviation": falling(_off_budget(cells), percent(5), percent(25), 10),
        "expense_income_ratio": falling(_off_ratio(cells), percent(5), percent(50), 10),
        "routine_work": None if routine is None else routine,  # five points for a rating of five
    }
    return published(points, WEIGHTS)


def _limited(measure: Fraction | None, limit: Fraction, full: int) -> Fraction | None:
    """In full up to the limit, nothing at twice the limit."""
    return falling(measure, limit, 2 * limit, full)


def _regulations(cells: Cells) -> Fraction | None:
    """Two ratings of up to five, ten points together."""
    design, practice = number(cells, "regulation_design"), number(cells, "regulation_practice")
    return None if design is None or practice is None else design + practice


def _work(cells: Cells) -> Fraction | None:
    """Half for nine good jobs of ten, half for few bad ones: all of it to 5%, none from 10% on."""
    good, bad = share(cells, "jobs_good", "jobs_done"), share(cells, "jobs_defective", "jobs_done")
    if good is None or bad is None:
        return None
    half = Fraction(15, 2)
    return half * clamped(good / percent(90), 1) + half * clamped((percent(10) - bad) / percent(5), 1)


def _off_budget(cells: Cells) -> Fraction | None:
    expense, budget = number(cells, "expense"), number(cells, "budget")
    return None if expense is None or budget is None or budget == 0 else abs(expense - budget) / budget


def _off_ratio(cells: Cells) -> Fraction | None:
    """How far expense / income lies from its target, as a share of the target."""
    expense, income, target = (number(cells, name) for name in ("expense", "income", "expense_ratio_target"))
    if expense is None or income is None or target is None or income == 0 or target == 0:
        return None
    return abs(expense / income - target) / target
