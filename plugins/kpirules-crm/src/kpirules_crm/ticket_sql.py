"""Request Tracker's query language: what a request asks for, as conditions that never leave out too much.

Values are quoted, never pasted. A day there is one of the account's time zone, and a day of the request is one of
the table's; neither is known here, so periods are asked for with two days more on both sides. What cannot be asked
for safely is not asked for: the caller filters again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from kpirules.plugin import DataRequest, OnlyIn, Within

#: Columns that are moments there; those that may hold nothing yet are True.
MOMENTS = {
    "Created": False,
    "LastUpdated": False,
    "Started": True,
    "Starts": True,
    "Due": True,
    "Told": True,
    "Resolved": True,
}
NOBODY = "Nobody"
_TEXTS = frozenset({"Owner", "Queue", "Status"})
_MARGIN = datetime.timedelta(days=2)
_MOST_VALUES = 100  # an address does not grow without end


def quoted(text: str) -> str:
    """The text as a value."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def conditions(request: DataRequest[Any], query: str) -> str:
    """What is asked for: the user's own query, and the parts of the request that can be asked for."""
    parts = [f"( {query} )"]
    if request.period is not None:
        parts += _within(request.period)
    if request.staff is not None:
        parts += _one_of(request.staff, NOBODY if request.staff.column == "Owner" else None)
    for wanted in request.where:
        parts += _one_of(wanted, None)
    return " AND ".join(parts)


def after(query: str, last: int) -> str:
    """The same, beyond a ticket's or transaction's number."""
    return f"{query} AND id > {last}"


def any_ticket(numbers: Iterable[int]) -> str:
    return "( " + " OR ".join(f"TicketId = {number}" for number in numbers) + " )"


def _within(period: Within) -> list[str]:
    nullable = MOMENTS.get(period.column)
    if nullable is None:
        return []
    try:
        start, end = period.start - _MARGIN, period.end + _MARGIN
    except OverflowError:
        return []
    name = period.column
    span = f"{name} >= '{start}' AND {name} < '{end}'"
    return [f"( ( {span} ) OR {name} IS NULL )" if nullable else f"( {span} )"]


def _one_of(wanted: OnlyIn, besides: str | None) -> list[str]:
    """The condition, if all values can be asked for by their names: a number would be taken for an id."""
    values = [*wanted.values, *([besides] if besides else [])]
    safe = all(value and not value.isdigit() and not value.startswith("__") for value in values)
    if wanted.column not in _TEXTS or not values or not safe or len(values) > _MOST_VALUES:
        return []
    return ["( " + " OR ".join(f"{wanted.column} = {quoted(value)}" for value in values) + " )"]
