"""Ruleset 10 a second time: the index of after-sales service, in plain rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

from tests.rulesets.oracles import Cells, Published, falling, number, percent, pro_rata, published, share

HOUR = Fraction(3_600_000_000)
WEIGHTS = {
    "repair_cycle": 12,
    "return_exchange_time": 10,
    "complaint_response_time": 8,
    "complaint_resolution_time": 10,
    "repair_pass_rate": 10,
    "first_time_fix_rate": 10,
    "return_rate": 8,
    "satisfaction": 12,
    "repeat_customers": 5,
    "cost": 15,
}


def index(cells: Cells) -> Published:
    def time(name: str, hours: int, full: int) -> Fraction | None:
        """In full up to the limit, nothing at twice the limit."""
        return falling(number(cells, name), hours * HOUR, 2 * hours * HOUR, full)

    def rate(above: str, below: str, target: int, full: int) -> Fraction | None:
        return pro_rata(share(cells, above, below), percent(target), full)

    returned = share(cells, "products_returned", "products_sold")
    spent = share(cells, "service_cost", "service_budget")
    points = {
        "repair_cycle": time("repair_time", 72, 12),
        "return_exchange_time": time("return_exchange_duration", 7 * 24, 10),
        "complaint_response_time": time("complaint_response", 2, 8),
        "complaint_resolution_time": time("complaint_resolution", 48, 10),
        "repair_pass_rate": rate("repairs_passed", "repairs_done", 98, 10),
        "first_time_fix_rate": rate("fixed_first_time", "repairs_done", 85, 10),
        "return_rate": falling(returned, percent(3), percent(6), 8),
        "satisfaction": rate("satisfied_customers", "surveyed_customers", 90, 12),
        "repeat_customers": rate("returning_customers", "customers", 40, 5),
        "cost": falling(spent, Fraction(1), percent(150), 15),
    }
    return published(points, WEIGHTS)
