"""Rulesets 5 and 11 a second time: plain counting over tickets, person by person, without queries and without the language.

A ticket is a row of text as its file has it, already under the policies' own names; blank is "".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from tests.rulesets.oracles import Published, clamped, percent, published

Ticket = Mapping[str, str]
Inputs = Mapping[str, str]

SERVICE_WEIGHTS = {
    "satisfaction": 15,
    "complaint_rate": 10,
    "response_time": 10,
    "handling_time": 10,
    "resolution_rate": 15,
    "handling_satisfaction": 10,
    "teamwork": 10,
    "communication": 10,
    "learning": 10,
}
CORE_WEIGHTS = {
    "response_time": 20,
    "first_contact_resolution": 20,
    "satisfaction": 25,
    "repeat_complaint_rate": 15,
    "channel_coverage": 10,
    "unit_cost": 10,
}


def service_staff(tickets: Sequence[Ticket], inputs: Inputs, *, closing: bool) -> Published:
    """One person's month. closing: whether anybody's tickets of the month were closed."""
    complained = _share(tickets, "complained", lambda one: one["complained"] == "yes")
    handling = _mean(tickets, "closed")
    positive, feedback = _number(inputs, "positive_feedback"), _number(inputs, "feedback")
    peers, courses = _number(inputs, "peer_rating"), _number(inputs, "courses")
    learned = None if courses is None else courses + 2 * (_number(inputs, "certificates") or 0)
    quick = _share(tickets, "first_reply", lambda one: _time(one, "first_reply") <= timedelta(minutes=30))
    solved = sum(one["closed"] != "" for one in tickets)
    points = {
        "satisfaction": _pro_rata(_share(tickets, "survey", _content("survey")), percent(90), 15),
        "complaint_rate": None if complained is None else _complaints(complained),
        "response_time": None if quick is None else 10 * quick,
        "handling_time": None if handling is None else clamped(10 * (2 - handling / 24), 10),
        "resolution_rate": _pro_rata(_of(solved, len(tickets)), percent(95), 15) if closing else None,
        "handling_satisfaction": _pro_rata(
            _share(tickets, "handling_survey", _content("handling_survey")), percent(90), 10
        ),
        "teamwork": _pro_rata(peers, Fraction(9, 2), 10),
        "communication": _pro_rata(
            None if positive is None or feedback is None or feedback == 0 else positive / feedback,
            percent(80),
            10,
        ),
        "learning": _pro_rata(learned, Fraction(1), 10),
    }
    return published(points, SERVICE_WEIGHTS)


def after_sales_core(
    tickets: Sequence[Ticket], inputs: Inputs | None = None, *, closing: bool, contact_limit: int = 1
) -> Published:
    """One person's month. inputs: what is stated of costs."""
    mean = _mean(tickets, "first_reply")
    repeated = _share(tickets, "reopened", lambda one: float(one["reopened"]) > 0)
    channels = {one["channel"] for one in tickets} - {""}

    def at_first(one: Ticket) -> bool:
        again = one["reopened"] not in ("", "0")
        return one["closed"] != "" and float(one["contacts"]) <= contact_limit and not again

    first = _share(tickets, "contacts", at_first) if closing else None
    points = {
        "response_time": None if mean is None else clamped(20 * (2 - mean * 60 / 5), 20),
        "first_contact_resolution": _pro_rata(first, percent(80), 20),
        "satisfaction": _pro_rata(_share(tickets, "survey", _content("survey")), percent(90), 25),
        "repeat_complaint_rate": None if repeated is None else clamped(15 * (2 - repeated * 20), 15),
        "channel_coverage": _pro_rata(Fraction(len(channels), 3), Fraction(1), 10) if channels else None,
        "unit_cost": _cost(tickets, inputs or {}),
    }
    return published(points, CORE_WEIGHTS)


def _cost(tickets: Iterable[Ticket], inputs: Inputs) -> Fraction | None:
    """Cost per handled ticket and hour against its limit: full marks up to it, none at twice."""
    cost, hours, limit = (_number(inputs, name) for name in ("cost", "hours", "cost_limit"))
    handled = sum(one["closed"] != "" for one in tickets)
    if cost is None or not hours or not limit or not handled:
        return None
    return clamped(10 * (2 - cost / handled / hours / limit), 10)


class _content:
    """Whether the answer to a survey is 4 or 5."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, one: Ticket) -> bool:
        return float(one[self.name]) >= 4


def _share(tickets: Iterable[Ticket], known: str, holds: object) -> Fraction | None:
    """Of the tickets where the field is filled, the share where the condition holds."""
    assert callable(holds)
    those = [one for one in tickets if one[known] != ""]
    return _of(sum(bool(holds(one)) for one in those), len(those))


def _of(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _time(one: Ticket, until: str) -> timedelta:
    return datetime.fromisoformat(one[until]) - datetime.fromisoformat(one["opened"])


def _mean(tickets: Iterable[Ticket], until: str) -> Fraction | None:
    """The mean time from opening, in hours."""
    times = [_time(one, until) // timedelta(microseconds=1) for one in tickets if one[until] != ""]
    return Fraction(sum(times), len(times) * 3_600_000_000) if times else None


def _number(inputs: Inputs, name: str) -> Fraction | None:
    return Fraction(inputs[name]) if inputs.get(name, "") != "" else None


def _pro_rata(measure: Fraction | None, target: Fraction, full: int) -> Fraction | None:
    return None if measure is None else clamped(full * measure / target, full)


def _complaints(share: Fraction) -> Fraction:
    if share < percent(5):
        return Fraction(10)
    return clamped(8 * (percent(10) - share) / percent(5), 8)
