"""The source `zendesk`, on a stand-in that answers in the documented shapes."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from kpirules_crm.hooks import Zendesk as Adapter

from kpirules.plugin import Plugins, SourceTable, Within, describe, read_table
from kpirules.plugin.contract import SourceContract
from tests.servers.web import Asked, Reply, Server, serving

Ticket = dict[str, Any]
TOKEN: dict[str, object] = {
    "email": "reader@kpi.test",
    "token": {"env": "ZENDESK_TOKEN"},
    "limits": {"attempts": 3, "first_wait_seconds": 0.01},
    "custom_fields": [360001],
}
USERS = [
    {"id": 11, "name": "Li", "email": "li@kpi.test"},
    {"id": 12, "name": "Wang 王", "email": "wang@kpi.test"},
    {"id": 21, "name": "Anna", "email": "anna@customer.test"},
]


def ticket(
    number: int, agent: int | None, created: str, changed: str, status: str = "open", **more: Any
) -> Ticket:
    made, updated = (f"2026-{one}:00Z" for one in (created, changed))
    return {
        "id": number,
        "url": f"https://x.zendesk.com/api/v2/tickets/{number}.json",
        "subject": f"Ticket {number}",
        "status": status,
        "priority": None,
        "type": "incident",
        "external_id": None,
        "via": {"channel": "email"},
        "tags": ["vip", "printer"] if number == 1 else [],
        "created_at": made,
        "updated_at": updated,
        "due_at": None,
        "assignee_id": agent,
        "requester_id": 21,
        "group_id": 5,
        "organization_id": None,
        "satisfaction_rating": {"score": "unoffered"},
        "custom_fields": [
            {"id": 360001, "value": "5" if number == 1 else None},
            {"id": 360002, "value": True},
        ],
        "generated_timestamp": int(datetime.datetime.fromisoformat(updated).timestamp()),
        **more,
    }


def measured(reply: int | None, full: int | None, reopens: int, solved: str | None) -> Ticket:
    minutes = {"calendar": full, "business": None if full is None else full // 2}
    return {
        "metric_set": {
            "reopens": reopens,
            "replies": 1,
            "assignee_stations": 1,
            "solved_at": solved and f"2026-{solved}:00Z",
            "assigned_at": None,
            "initially_assigned_at": None,
            "latest_comment_added_at": None,
            "reply_time_in_minutes": {"calendar": reply, "business": reply},
            "first_resolution_time_in_minutes": minutes,
            "full_resolution_time_in_minutes": minutes,
            "agent_wait_time_in_minutes": {"calendar": None, "business": None},
            "requester_wait_time_in_minutes": {"calendar": 0, "business": 0},
            "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
        }
    }


TICKETS = [
    ticket(
        1,
        11,
        "07-01T01:00",
        "07-01T03:00",
        "solved",
        subject="Printer 打印机",
        **measured(20, 120, 0, "07-01T03:00"),
    ),
    ticket(2, 12, "07-02T02:00", "07-04T02:00", "solved", **measured(60, 2880, 1, "07-04T02:00")),
    ticket(3, None, "07-05T00:00", "07-05T00:00", "new", **measured(None, None, 0, None)),
    ticket(4, 12, "07-06T00:00", "07-06T00:30", "deleted", **measured(None, None, 0, None)),
    ticket(5, 11, "07-09T00:00", "07-09T08:00", "open", **measured(30, None, 0, None)),
]


@dataclass
class Desk:
    """The stand-in: tickets by the time of their change, in pages of two, whatever is asked for."""

    tickets: list[Ticket] = field(default_factory=lambda: list(TICKETS))
    size: int = 2
    asked: list[Asked] = field(default_factory=list)
    sideloads: str = "inside"  # or "beside" the tickets, or "none"

    def _metrics(self, asked: Asked) -> Reply:
        """One ticket a page; archived tickets (here, the second) are not among them."""
        listed = [self._set(one) for one in self.tickets if one["id"] != 2]
        begin = int(asked.params.get("page[after]", 0))
        meta = {"has_more": begin + 1 < len(listed), "after_cursor": str(begin + 1)}
        return Reply({"ticket_metrics": listed[begin : begin + 1], "meta": meta})

    def _set(self, one: Ticket) -> Ticket:
        return {"id": 900 + one["id"], "ticket_id": one["id"], **one["metric_set"]}

    def answer(self, asked: Asked) -> Reply:
        word, _, code = asked.headers.get("authorization", "").partition(" ")
        if (word, code) != ("Basic", base64.b64encode(b"reader@kpi.test/token:t0ken").decode()):
            return Reply({"error": "Couldn't authenticate you"}, 401)
        if asked.path == "/api/v2/ticket_metrics.json":
            return self._metrics(asked)
        if asked.path != "/api/v2/incremental/tickets/cursor.json":
            return Reply({"error": "InvalidEndpoint", "description": "Not found"}, 404)
        self.asked.append(asked)
        in_order = sorted(self.tickets, key=lambda one: (one["generated_timestamp"], one["id"]))
        if "cursor" in asked.params:
            after = tuple(map(int, base64.b64decode(asked.params["cursor"]).decode().split("|")))
            rest = [one for one in in_order if (one["generated_timestamp"], one["id"]) > after]
        elif "start_time" in asked.params:
            rest = [one for one in in_order if one["generated_timestamp"] >= int(asked.params["start_time"])]
        else:
            return Reply({"error": "StartTimeMissing"}, 422)
        page = rest[: self.size]
        last = page[-1] if page else {"generated_timestamp": 0, "id": 0}
        cursor = base64.b64encode(f"{last['generated_timestamp']}|{last['id']}".encode()).decode()
        return Reply(
            {
                "tickets": [
                    one
                    if self.sideloads == "inside"
                    else {name: one[name] for name in one if name != "metric_set"}
                    for one in page
                ],
                "users": [
                    one
                    for one in USERS
                    if any(one["id"] in (t["assignee_id"], t["requester_id"]) for t in page)
                ],
                "groups": [{"id": 5, "name": "Support"}],
                **({"metric_sets": [self._set(one) for one in page]} if self.sideloads == "beside" else {}),
                "after_cursor": cursor if page else None,
                "after_url": None,
                "before_cursor": None,
                "end_of_stream": len(rest) <= self.size,
            }
        )


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("ZENDESK_TOKEN", "t0ken")
    return Desk()


@pytest.fixture
def server(desk: Desk) -> Iterator[Server]:
    with serving() as one:
        one.answer = desk.answer
        yield one


def read(server: Server, settings: Mapping[str, object] = TOKEN, **wanted: Any) -> SourceTable:
    plugins = Plugins((Adapter(),), ())
    return read_table(plugins, server.address, adapter="zendesk", settings=settings, **wanted)


def codes(found: SourceTable) -> list[str]:
    return [one.code for one in found.diagnostics]


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"2026-{text}+00:00")


def test_tickets_with_what_comes_beside(server: Server) -> None:
    found = read(server)
    assert codes(found) == ["K661"]
    assert "1 deleted" in found.diagnostics[0].message("en")
    assert found.table is not None
    rows = {row["id"]: row for row in found.table.to_pylist()}
    assert list(rows) == [1, 2, 3, 5]
    expected = {
        "subject": "Printer 打印机",
        "status": "solved",
        "channel": "email",
        "tags": "vip, printer",
        "assignee": "Li",
        "assignee.email": "li@kpi.test",
        "assignee_id": 11,
        "requester": "Anna",
        "group": "Support",
        "satisfaction": "unoffered",
        "custom.{360001}": "5",
        "created_at": utc("07-01T01:00"),
        "solved_at": utc("07-01T03:00"),
        "first_reply_at": utc("07-01T01:20"),
        "reply_time": datetime.timedelta(minutes=20),
        "full_resolution_time": datetime.timedelta(hours=2),
        "full_resolution_time.business": datetime.timedelta(hours=1),
        "reopens": 0,
    }
    assert {name: rows[1][name] for name in expected} == expected
    assert (rows[2]["reopens"], rows[2]["assignee"]) == (1, "Wang 王")
    assert (rows[3]["assignee"], rows[3]["first_reply_at"], rows[3]["reply_time"]) == (None, None, None)


def test_deleted_tickets_if_wanted(server: Server) -> None:
    found = read(server, {**TOKEN, "deleted": True}, columns=("id", "status"))
    assert codes(found) == []
    assert found.table is not None
    assert (
        dict(zip(*(found.table[name].to_pylist() for name in ("id", "status")), strict=True))[4] == "deleted"
    )


def test_whether_it_is_deleted_is_not_among_the_columns(server: Server) -> None:
    found = read(server, columns=("id",))
    assert found.table is not None
    assert found.table.column_names == ["id"]
    assert found.table["id"].to_pylist() == [1, 2, 3, 5]
    assert len(found.row_numbers()) == 4


def test_a_ticket_that_changes_meanwhile_counts_once(server: Server, desk: Desk) -> None:
    """It comes again, further on in the export."""
    answer = server.answer

    def busy(asked: Asked) -> Reply:
        reply = answer(asked)
        if "start_time" in asked.params:
            desk.tickets[0] = ticket(
                1, 12, "07-01T01:00", "07-20T00:00", "closed", **measured(20, 120, 2, None)
            )
        return reply

    server.answer = busy
    found = read(server, columns=("id", "status", "reopens", "assignee"))
    assert found.table is not None
    rows = {row["id"]: row for row in found.table.to_pylist()}
    assert found.table.num_rows == len(rows) == 4
    assert rows[1] == {"id": 1, "status": "closed", "reopens": 2, "assignee": "Wang 王"}
    assert "K644" in codes(found)


def test_a_ticket_that_is_deleted_meanwhile(server: Server, desk: Desk) -> None:
    answer = server.answer

    def busy(asked: Asked) -> Reply:
        reply = answer(asked)
        if "start_time" in asked.params:
            desk.tickets[0] = ticket(
                1, 11, "07-01T01:00", "07-20T00:00", "deleted", **measured(20, 120, 0, None)
            )
        return reply

    server.answer = busy
    found = read(server, columns=("id",))
    assert found.table is not None
    assert sorted(found.table["id"].to_pylist()) == [2, 3, 5]


@pytest.mark.parametrize(
    "fault",
    [
        Reply({"error": "Rate limit"}, 429, {"Retry-After": "0"}),
        Reply({"error": "internal"}, 500),
        Reply({"tickets": []}, cut=5),
        Reply(b'{"tickets": [{"id": 1', 200),
        Reply(drop=True),
    ],
)
def test_a_passing_fault_changes_nothing(server: Server, fault: Reply) -> None:
    whole = read(server).table
    server.faults = [fault]
    found = read(server)
    assert not any(one.is_error for one in found.diagnostics)
    assert found.table is not None
    assert found.table.equals(whole)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply({"error": "internal"}, 500), "K626"),
        (Reply({"error": "Rate limit"}, 429, {"Retry-After": "9999"}), "K625"),
        (Reply(b"<html>log in</html>", 200, {"Content-Type": "text/html"}), "K628"),
        (Reply({"tickets": None}, 200), "K634"),
    ],
)
def test_a_fault_that_stays_is_told(server: Server, reply: Reply, code: str) -> None:
    """Also in the middle: half of the tickets are no result."""
    answer: Callable[[Asked], Reply] = server.answer
    server.answer = lambda asked: reply if "cursor" in asked.params else answer(asked)
    found = read(server)
    assert [one.code for one in found.diagnostics if one.is_error] == [code]


def test_a_cursor_that_goes_round(server: Server) -> None:
    answer = server.answer

    def round_and_round(asked: Asked) -> Reply:
        reply = answer(asked)
        return Reply({**reply.body, "end_of_stream": False, "after_cursor": "MHww"})

    server.answer = round_and_round
    assert [one.code for one in read(server).diagnostics if one.is_error] == ["K640"]


def test_a_period_is_asked_for_from_its_start(server: Server, desk: Desk) -> None:
    period = Within("created_at", datetime.date(2026, 7, 5), datetime.date(2026, 8, 1))
    found = read(server, columns=("id",), period=period)
    assert found.table is not None
    assert found.table["id"].to_pylist() == [2, 3, 5]
    assert desk.asked[0].params["start_time"] == str(int(utc("07-04T00:00").timestamp()))
    assert found.query is not None
    assert "start_time=" in found.query


def test_with_a_cache_only_changes_are_asked_for(server: Server, desk: Desk, tmp_path: Path) -> None:
    kept = {**TOKEN, "cache": str(tmp_path / "cache")}
    first = read(server, kept, columns=("id", "status"))
    assert first.table is not None
    assert first.table["id"].to_pylist() == [1, 2, 3, 5]
    desk.asked.clear()
    desk.tickets[4] = ticket(5, 11, "07-09T00:00", "07-21T00:00", "deleted", **measured(30, None, 0, None))
    desk.tickets.append(ticket(6, 12, "07-20T00:00", "07-20T01:00", "open", **measured(5, None, 0, None)))
    second = read(server, kept, columns=("id", "status"))
    assert second.table is not None
    assert sorted(second.table["id"].to_pylist()) == [1, 2, 3, 6]
    assert int(desk.asked[0].params["start_time"]) > int(utc("07-08T00:00").timestamp())
    assert len(desk.asked) == 1
    files = [one for one in (tmp_path / "cache").rglob("*") if one.is_file()]
    assert files
    assert not any(b"t0ken" in one.read_bytes() for one in files)


def test_an_interrupted_pull_goes_on(server: Server, desk: Desk, tmp_path: Path) -> None:
    kept = {**TOKEN, "cache": str(tmp_path / "cache")}
    answer = server.answer
    server.answer = lambda asked: Reply({}, 500) if len(desk.asked) >= 2 else answer(asked)
    assert any(one.is_error for one in read(server, kept).diagnostics)
    server.answer = answer
    desk.asked.clear()
    found = read(server, kept, columns=("id",))
    assert found.table is not None
    assert found.table["id"].to_pylist() == [1, 2, 3, 5]
    assert int(desk.asked[0].params["start_time"]) > int(utc("07-05T00:00").timestamp())
    assert len(desk.asked) == 1


def test_measured_times_beside_the_tickets(server: Server, desk: Desk) -> None:
    inside = read(server).table
    desk.sideloads = "beside"
    found = read(server)
    assert codes(found) == ["K661"]
    assert found.table is not None
    assert found.table.equals(inside)
    assert {one.path for one in server.asked} == {"/api/v2/incremental/tickets/cursor.json"}


def test_measured_times_from_their_own_list(server: Server, desk: Desk) -> None:
    """Where they do not come inside the tickets; what is not in the list is missing, and told."""
    desk.sideloads = "none"
    found = read(server, columns=("id", "reopens", "first_reply_at"))
    assert codes(found) == ["K666", "K661"]
    assert "of 1 tickets" in found.diagnostics[0].message("en")
    assert found.table is not None
    rows = {row["id"]: row for row in found.table.to_pylist()}
    assert rows[1]["first_reply_at"] == utc("07-01T01:20")
    assert (rows[1]["reopens"], rows[2]["reopens"], rows[5]["reopens"]) == (0, None, 0)
    asked = len(server.asked)
    assert codes(read(server, columns=("id", "subject"))) == ["K661"]
    assert len(server.asked) - asked == 3  # the tickets alone


def test_a_list_of_measured_times_that_fails(server: Server, desk: Desk) -> None:
    desk.sideloads = "none"
    answer = server.answer
    server.answer = lambda asked: Reply({}, 500) if "metrics" in asked.path else answer(asked)
    assert [one.code for one in read(server).diagnostics if one.is_error] == ["K626"]


def test_who_may_not_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENDESK_TOKEN", "wrong one")
    found = read(server)
    assert codes(found) == ["K622"]
    assert "wrong one" not in found.diagnostics[0].message("en")
    assert codes(read(server, {"email": "reader@kpi.test"})) == ["K650"]


def test_a_wrong_value_names_its_ticket(server: Server, desk: Desk) -> None:
    desk.tickets = [ticket(7, 11, "07-01T01:00", "07-01T03:00", due_at="soon", **measured(1, 1, 0, None))]
    found = read(server, columns=("id", "due_at"))
    (one,) = [one for one in found.diagnostics if one.is_error]
    assert one.code == "K636"
    assert "(7)" in one.message("en")


@pytest.mark.parametrize("more", [{}, {"cache": "kept"}])
def test_describe(server: Server, more: dict[str, object]) -> None:
    settings = {**TOKEN, **more}
    found = describe(Plugins((Adapter(),), ()), server.address, adapter="zendesk", settings=settings)
    assert found.diagnostics == ()
    assert {"assignee", "reply_time.business", "custom.{360001}"} <= set(found.sheets[0].columns)


class TestContract(SourceContract):
    adapter = Adapter()
    settings: ClassVar[dict[str, object]] = {**TOKEN, "deleted": True}
    stable_rows = False
    first_row: ClassVar[int | None] = 1
    shown = frozenset({"columns", "period"})
    missing = "http://127.0.0.1:1/desk"
    _address: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _served(self, server: Server) -> None:
        type(self)._address = server.address

    def sample(self, folder: Path) -> str:
        return self._address

    def sample_rows(self) -> list[dict[str, object]]:
        names = {one["id"]: one["name"] for one in USERS}
        return [
            {
                "id": one["id"],
                "subject": one["subject"],
                "assignee": names.get(one["assignee_id"]),
                "created_at": datetime.datetime.fromisoformat(one["created_at"]),
                "reopens": one["metric_set"]["reopens"],
            }
            for one in TICKETS
            if self.settings.get("deleted") or one["status"] != "deleted"
        ]


class TestContractWithoutDeleted(TestContract):
    first_row = None
    settings: ClassVar[dict[str, object]] = TOKEN
