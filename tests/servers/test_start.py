"""The real ticket systems of the tests: they come up, keep the clock that they are given, and are gone afterwards."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from tests.servers.request_tracker import READER, request_tracker
from tests.servers.roundup import ADMIN, roundup


def test_request_tracker(tmp_path: Path) -> None:
    with request_tracker(tmp_path) as tracker:
        ticket = tracker.open("2026-07-01 08:00", "anna@customer.test", "li", "打印机")
        tracker.reply("2026-07-01 08:20", ticket, "li", minutes=15)
        tracker.change("2026-07-02 09:00", ticket, "li", Status="resolved")
        found = tracker.client.get(f"{tracker.address}/REST/2.0/ticket/{ticket}", auth=READER).json()
        assert [found[name] for name in ("Created", "Started", "Resolved")] == [
            "2026-07-01T08:00:00Z",
            "2026-07-01T08:20:00Z",
            "2026-07-02T09:00:00Z",
        ]
        assert (found["Subject"], found["TimeWorked"], found["Owner"]["id"]) == ("打印机", "15", "li")
        secret = tracker.open("2026-07-03 08:00", "anna@customer.test", "li", "x", Queue="Secret")
        token = {"Authorization": f"token {tracker.token}"}
        assert (
            tracker.client.get(f"{tracker.address}/REST/2.0/ticket/{secret}", headers=token).status_code
            == 403
        )
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{tracker.address}/REST/2.0/rt")


def test_roundup(tmp_path: Path) -> None:
    with roundup(tmp_path, burst=6) as tracker:
        issue = tracker.open("2026-07-01 08:00", "anna", "li", "打印机")
        tracker.reply("2026-07-01 08:20", issue, "li")
        tracker.change("2026-07-02 09:00", issue, "li", status="resolved")
        path = f"{tracker.address}/rest/data/issue/{issue}"
        found = tracker.client.get(path, params={"@verbose": "2", "@protected": "true"}, auth=ADMIN).json()
        told = found["data"]["attributes"]
        assert (told["creation"], told["activity"]) == ("2026-07-01.08:00:00", "2026-07-02.09:00:00")
        assert told["messages"][0]["activity"] == "2026-07-01.08:20:00"
        assert (told["title"], told["assignedto"]["username"]) == ("打印机", "li")
        statuses = {tracker.client.get(path, auth=ADMIN).status_code for _ in range(60)}
        assert statuses == {200, 429}
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(path)
