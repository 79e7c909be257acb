"""A help desk of July 2026, put into the real ticket systems over their own interfaces.

Times are UTC; the desk is in Shanghai, eight hours ahead.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator

import pytest

from tests.servers.request_tracker import RequestTracker, request_tracker
from tests.servers.roundup import Roundup, roundup


@pytest.fixture(scope="session")
def rt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RequestTracker]:
    """Request Tracker with tickets 1 to 12; the table in test_request_tracker says what they are.

    Filling it takes its time: the workers of a parallel run share what the first of them filled.
    """
    own = tmp_path_factory.mktemp("rt")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    filled = shared / "filled"
    with (shared / "filling").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not filled.exists():
            with request_tracker(own / "first") as tracker:
                _fill_request_tracker(tracker)
                tracker.save(filled)
    with request_tracker(own, like=filled) as tracker:
        yield tracker


@pytest.fixture(scope="session")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roundup]:
    """Roundup with issues 1 to 6; the table in test_roundup says what they are."""
    with roundup(tmp_path_factory.mktemp("roundup")) as served:
        _fill_roundup(served)
        yield served


def _fill_request_tracker(rt: RequestTracker) -> None:
    survey = "Satis faction"
    # 1 li: answered after 20 minutes, solved after two hours
    one = rt.open(
        "2026-07-01 01:00", "anna", "li", "Printer 打印机", CustomFields={survey: "5", "标签": ["a", "b"]}
    )
    rt.reply("2026-07-01 01:20", one, "li", minutes=15)
    rt.change("2026-07-01 03:00", one, "li", Status="resolved")
    # 2 li: answered after an hour, solved, came back by the customer's reply, solved again after 48 hours
    two = rt.open("2026-07-02 02:00", "bob", "li", "Screen", CustomFields={survey: "2"})
    rt.reply("2026-07-02 03:00", two, "li")
    rt.change("2026-07-03 02:00", two, "li", Status="resolved")
    rt.reply("2026-07-03 08:00", two, "bob")
    rt.change("2026-07-04 02:00", two, "li", Status="resolved")
    # 3 li: never answered, open
    rt.open("2026-07-10 01:00", "anna", "li", "Quotes \"' and = formulas")
    # 4 wang: the customer writes first, wang after 25 minutes; solved after twelve hours, came back, still open
    four = rt.open("2026-07-05 00:00", "anna", "wang", "Mouse", CustomFields={survey: "4"})
    rt.reply("2026-07-05 00:05", four, "anna")
    rt.reply("2026-07-05 00:25", four, "wang")
    rt.change("2026-07-05 12:00", four, "wang", Status="resolved")
    rt.reply("2026-07-06 00:00", four, "anna")
    # 5 wang, with 6 merged into it: answered in 6, ten minutes after 6 came and forty after 5 did
    five = rt.open("2026-07-06 00:00", "anna", "wang", "Network")
    six = rt.open("2026-07-06 00:30", "bob", "wang", "Network, too")
    rt.reply("2026-07-06 00:40", six, "wang")
    rt.change("2026-07-06 01:00", six, MergeInto=five)
    rt.change("2026-07-07 00:00", five, "wang", Status="resolved")
    # 7 wang: rejected without an answer
    seven = rt.open("2026-07-08 00:00", "bob", "wang", "Spam")
    rt.change("2026-07-08 01:00", seven, "wang", Status="rejected")
    # 8 nobody's, 9 in a queue that the reader does not see
    rt.open("2026-07-09 00:00", "bob", "Nobody", "Whose?")
    rt.open("2026-07-09 00:00", "bob", "li", "Hidden", Queue="Secret")
    # 10 li, another queue: answered after just half an hour
    ten = rt.open("2026-07-11 00:00", "anna", "li", "键盘", Queue="It's 售后")
    rt.reply("2026-07-11 00:30", ten, "li")
    rt.change("2026-07-11 10:00", ten, "li", Status="resolved")
    # 11 li: the 31st of July there, the 1st of August in Shanghai
    eleven = rt.open("2026-07-31 17:00", "anna", "li", "August")
    rt.reply("2026-07-31 17:10", eleven, "li")
    rt.change("2026-07-31 18:00", eleven, "li", Status="resolved")
    # 12 deleted
    twelve = rt.open("2026-07-12 00:00", "bob", "wang", "Deleted")
    rt.change("2026-07-12 01:00", twelve, Status="deleted")


def _fill_roundup(served: Roundup) -> None:
    # 1 li: answered after 20 minutes, solved after two hours
    one = served.open("2026-07-01 01:00", "anna", "li", "Printer 打印机", keyword=[])
    served.reply("2026-07-01 01:20", one, "li")
    served.change("2026-07-01 03:00", one, "li", status="resolved")
    # 2 li: answered after an hour; the customer thanks; solved after 48 hours
    two = served.open("2026-07-02 02:00", "bob", "li", "Screen")
    served.reply("2026-07-02 03:00", two, "li")
    served.reply("2026-07-02 04:00", two, "bob")
    served.change("2026-07-04 02:00", two, "li", status="resolved", priority="urgent")
    # 3 wang: the customer writes first, wang after 25 minutes; open
    three = served.open("2026-07-05 00:00", "anna", "wang", "Mouse")
    served.reply("2026-07-05 00:05", three, "anna")
    served.reply("2026-07-05 00:25", three, "wang")
    # 4 nobody's
    served.open("2026-07-09 00:00", "bob", None, "Whose?")
    # 5 li: the 31st of July there, the 1st of August in Shanghai
    five = served.open("2026-07-31 17:00", "anna", "li", "August")
    served.reply("2026-07-31 17:10", five, "li")
    served.change("2026-07-31 18:00", five, "li", status="resolved")
    # 6 taken away
    six = served.open("2026-07-12 00:00", "bob", "wang", "Retired")
    served.retire("2026-07-12 01:00", six)
