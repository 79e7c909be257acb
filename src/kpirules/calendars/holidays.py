"""Public holidays of China and their make-up workdays, from the holiday data package; nothing else uses it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache


@cache
def days_of_china(year: int) -> Mapping[date, bool] | None:
    """The days of a year that differ from a plain week: True for a make-up workday, False for a holiday.

    None for a year that the data do not cover.
    """
    import chinese_calendar  # late: most policies never ask

    days: dict[date, bool] = {}
    day = date(year, 1, 1)
    try:
        while day.year == year:
            rest, name = chinese_calendar.get_holiday_detail(day)
            if name is not None:
                days[day] = not rest
            day += timedelta(days=1)
    except NotImplementedError:  # its way to say that it does not know the year
        return None
    return days


def years_of_china() -> tuple[int, ...]:
    """All years that the data cover."""
    return tuple(year for year in range(1990, 2101) if days_of_china(year) is not None)
