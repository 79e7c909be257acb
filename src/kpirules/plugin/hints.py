"""What a hint of a request may be asked about a row, where an adapter leaves out rows by itself."""

from __future__ import annotations

import datetime

from kpirules.plugin.exchange import Within

#: The clocks of the world show so much less and more than UTC.
_BEHIND, _AHEAD = datetime.timedelta(hours=12), datetime.timedelta(hours=14)


def may_lie_within(period: Within | None, column: str, value: object) -> bool:
    """Whether a row with this value in the column may belong to the period; False: it may be left out (law 8).

    Every row may where there is no period, or one of another column, and every row whose value is missing or is no
    date or datetime. A moment with a zone may lie on any day that some clock of the world shows at it.
    """
    if period is None or period.column != column:
        return True
    match value:
        case datetime.datetime(tzinfo=None):
            return period.start <= value.date() < period.end
        case datetime.datetime():
            return _day(value, _AHEAD) >= period.start and _day(value, -_BEHIND) < period.end
        case datetime.date():
            return period.start <= value < period.end
        case _:
            return True


def _day(moment: datetime.datetime, ahead: datetime.timedelta) -> datetime.date:
    """The day that a clock so far ahead of UTC shows; at the ends of the calendar, the last one there is."""
    try:
        return (moment.replace(tzinfo=None) - (moment.utcoffset() or datetime.timedelta()) + ahead).date()
    except OverflowError:
        return moment.date()
