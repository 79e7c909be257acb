"""Working days and working time: weekends, public holidays with their make-up workdays, and a company's own days.

Nothing here reads files or knows the current date. A year that nobody has described is never guessed: every
question about it is answered with `UnknownYears`.
"""

from kpirules.calendars.calendar import CALENDARS, Calendar, UnknownYears, WorkdayTable, hours_in_order
from kpirules.calendars.overrides import NO_OVERRIDES, Overrides, parse_overrides

__all__ = [
    "CALENDARS",
    "NO_OVERRIDES",
    "Calendar",
    "Overrides",
    "UnknownYears",
    "WorkdayTable",
    "hours_in_order",
    "parse_overrides",
]
