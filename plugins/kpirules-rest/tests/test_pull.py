"""Pulls against a real server: what comes out, and that a server that fails is told, never half a table."""

from __future__ import annotations

import datetime
import gzip
import tracemalloc
from typing import Any

import pytest
from kpirules_rest.hooks import RestAdapter

from kpirules.plugin import OnlyIn, Plugins, SourceTable, Within, read_table
from tests.servers.web import Asked, Reply, Server

PLUGINS = Plugins((RestAdapter(),), ())
QUICK = {"attempts": 3, "first_wait_seconds": 0.01, "connect_seconds": 5}
TICKETS = [
    {
        "id": f"T-{n}",
        "owner": {"name": f"员工{n % 3}"},
        "at": f"2026-07-{n % 28 + 1:02}T09:30:00+08:00",
        "spent": n / 4,
    }
    for n in range(1, 26)
]
COLUMNS: dict[str, object] = {
    "id": "id",
    "staff": "owner.name",
    "opened": {"path": "at", "kind": "moment"},
    "spent": {"path": "spent", "kind": "number"},
}
PAGED: dict[str, object] = {
    "endpoint": "api/tickets",
    "records": "items",
    "fields": COLUMNS,
    "pages": {"kind": "page", "per_page": 10, "total": "total"},
    "limits": QUICK,
}


def pull(server: Server, settings: dict[str, object], **request: Any) -> SourceTable:
    return read_table(PLUGINS, server.address, adapter="rest", settings=settings, **request)


def by_number(asked: Asked) -> Reply:
    begin = (int(asked.params.get("page", "1")) - 1) * 10
    return Reply({"items": TICKETS[begin : begin + 10], "total": len(TICKETS)})


def codes(found: SourceTable) -> list[str]:
    return [one.code for one in found.diagnostics]


def test_declared_columns_have_their_kinds(server: Server) -> None:
    server.answer = by_number
    found = pull(server, PAGED)
    assert found.diagnostics == ()
    assert found.table is not None
    rows = found.table.to_pylist()
    assert [row["id"] for row in rows] == [one["id"] for one in TICKETS]
    assert rows[0]["staff"] == "员工1"
    assert rows[0]["opened"] == datetime.datetime(2026, 7, 2, 1, 30, tzinfo=datetime.UTC)
    assert rows[2]["spent"] == 0.75
    assert found.path == f"{server.address}/api/tickets"
    assert found.query == f"{server.address}/api/tickets?per_page=10&page=1"
    assert [one.params["page"] for one in server.asked] == ["1", "2", "3"]


@pytest.mark.parametrize("key", [None, "id"])
@pytest.mark.parametrize(
    "fault",
    [
        Reply("busy", status=503),
        Reply({"error": "x"}, status=500),
        Reply(status=502),
        Reply(status=429, headers={"Retry-After": "0"}),
        Reply({"items": TICKETS[:10], "total": 25}, cut=40),
        Reply({"items": TICKETS[:10], "total": 25}, cut=40, chunked=True),
        Reply(b'{"items": [', chunked=True),
        Reply(drop=True),
    ],
    ids=["503", "500", "502", "429", "half", "half chunked", "wrong JSON", "dropped"],
)
def test_a_passing_fault_costs_and_doubles_nothing(server: Server, fault: Reply, key: str | None) -> None:
    server.answer = by_number
    server.faults = [fault]
    found = pull(server, PAGED | ({"key": key} if key else {}))
    assert codes(found) == ["K645"]
    assert found.table is not None
    assert found.table["id"].to_pylist() == [one["id"] for one in TICKETS]


@pytest.mark.parametrize(
    ("fault", "code", "requests"),
    [
        (Reply("busy", status=503), "K626", 3),
        (Reply({"error": "oh no"}, status=500), "K626", 3),
        (Reply(status=429, headers={"Retry-After": "0"}), "K625", 3),
        (Reply(status=429, headers={"Retry-After": "86400"}), "K625", 1),
        (Reply({"items": TICKETS[:10]}, cut=40), "K627", 3),
        (Reply({"items": TICKETS[:10]}, cut=40, chunked=True), "K627", 3),
        (Reply(b'{"items": ['), "K628", 3),
        (Reply(b""), "K628", 3),
        (Reply(b'{"items": NaN}'), "K628", 3),
        (Reply(b"<!DOCTYPE html><title>Log in</title>", headers={"Content-Type": "text/html"}), "K628", 1),
        (Reply({"message": "who are you"}, status=401), "K622", 1),
        (Reply({"message": "you may not"}, status=403), "K622", 1),
        (Reply({"message": "no such thing"}, status=404), "K623", 1),
        (Reply({"message": "bad filter"}, status=400), "K624", 1),
        (Reply(drop=True), "K620", 3),
        (Reply({"data": []}), "K634", 1),
        (Reply({"items": {"a": 1}}), "K634", 1),
        (Reply(b"", status=302, headers={"Location": "http://example.com/login"}), "K630", 1),
    ],
    ids=lambda value: getattr(value, "status", value),
)
@pytest.mark.parametrize("pages_before", [0, 1])
def test_a_lasting_fault_is_told_with_its_cause(
    server: Server, fault: Reply, code: str, requests: int, pages_before: int
) -> None:
    def answer(asked: Asked) -> Reply:
        return by_number(asked) if int(asked.params["page"]) <= pages_before else fault

    server.answer = answer
    found = pull(server, PAGED | {"key": "id"})
    assert [one for one in codes(found) if one != "K645"] == [code]
    (told,) = (one for one in found.diagnostics if one.code == code)
    assert server.address in told.message("en")
    assert server.address in told.message("zh")
    if code not in ("K620",):
        assert f"page {pages_before + 1}" in told.message("en")
    assert found.table is None or found.table.num_rows == 0
    assert len(server.asked) == pages_before + requests
    assert told.is_error


def test_what_the_server_says_is_told(server: Server) -> None:
    server.faults = [Reply({"message": "the filter `creatd` is unknown"}, status=422)]
    (told,) = pull(server, PAGED).diagnostics
    assert "the filter `creatd` is unknown" in told.message("en")


def test_silence_ends_in_time(server: Server) -> None:
    server.answer = lambda asked: Reply([], silent=5)
    found = pull(server, PAGED | {"limits": {**QUICK, "attempts": 1, "silence_seconds": 0.2}})
    assert codes(found) == ["K621"]
    assert "0.2" in found.diagnostics[0].message("en")


def test_a_slow_drip_ends_in_time(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": TICKETS}, drip=0.02)
    found = pull(server, PAGED | {"limits": {**QUICK, "attempts": 1, "answer_seconds": 0.3}})
    assert codes(found) == ["K621"]


def test_a_huge_answer_is_refused(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": ["x" * 3_000_000]})
    found = pull(server, PAGED | {"limits": {**QUICK, "max_megabytes": 1}})
    assert codes(found) == ["K629"]


def test_an_answer_that_unpacks_without_end_is_refused(server: Server) -> None:
    packed = gzip.compress(b"[" + b" " * 200_000_000 + b"]", 1)
    server.answer = lambda asked: Reply(packed, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        found = pull(server, PAGED | {"limits": {**QUICK, "max_megabytes": 1}})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert codes(found) == ["K629"]
    assert peak < 100 * 2**20  # one stretch of 64 KB unpacks to at most 64 MB


def test_parameters_of_every_kind(server: Server) -> None:
    server.answer = by_number
    pull(server, PAGED | {"params": {"archived": False, "limit": 5, "fields": ["a", "b"]}})
    assert "archived=false&limit=5&fields=a&fields=b" in server.asked[0].target


def test_an_address_needs_no_adapter_named(server: Server) -> None:
    server.answer = by_number
    found = read_table(PLUGINS, server.address, settings=PAGED)
    assert found.adapter == "rest"


def test_period_templates(server: Server) -> None:
    server.answer = by_number
    settings = PAGED | {
        "params": {"from": "{period_start}", "to": "{period_last}", "kind": "x"},
        "period_column": "opened",
    }
    july = Within("opened", datetime.date(2026, 7, 1), datetime.date(2026, 8, 1))
    found = pull(server, settings, period=july)
    assert server.asked[0].params.items() >= {"from": "2026-06-30", "to": "2026-08-01", "kind": "x"}.items()
    assert "from=2026-06-30" in (found.query or "")
    server.asked.clear()
    pull(server, settings, period=Within("closed", july.start, july.end), staff=OnlyIn("staff", ("a",)))
    assert "from" not in server.asked[0].params
