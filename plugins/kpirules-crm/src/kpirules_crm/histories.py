"""What a ticket's history says: when the customer was answered, when it was closed, how often it came back.

An answer is what somebody other than the customer writes to the customer. A ticket is closed by a change into a
closed status, and reopened by a change from a closed one into one that is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a ticket. at: ISO 8601 in UTC, so that order in time is order of text.

    by: who did it; None for the system itself. answer: somebody wrote; else its status changed from old to new.
    """

    at: str
    by: str | None
    answer: bool
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What the events of a ticket come to; None where it never happened."""

    first_response: str | None
    last_response: str | None
    responses: int
    first_closed: str | None
    reopened: int
    changes: int


def history(events: Iterable[Event], customers: Collection[str], closed: Collection[str]) -> History:
    """customers: who asked; closed: the statuses in which a ticket is closed."""
    in_order = sorted(events, key=lambda one: one.at)  # stable: what came first stays first
    answers = [one.at for one in in_order if one.answer and one.by is not None and one.by not in customers]
    changes = [one for one in in_order if not one.answer]
    closings = [one.at for one in changes if one.new in closed and one.old not in closed]
    reopened = sum(one.old in closed and one.new not in closed for one in changes)
    return History(
        answers[0] if answers else None,
        answers[-1] if answers else None,
        len(answers),
        closings[0] if closings else None,
        reopened,
        len(changes),
    )
