"""The source `request_tracker`, on a real Request Tracker."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from kpirules_crm.hooks import RequestTracker as Adapter

from kpirules.plugin import OnlyIn, Plugins, SourceTable, Within, describe, read_table
from kpirules.plugin.contract import SourceContract
from tests.servers.request_tracker import ROOT, RequestTracker

TOKEN: dict[str, object] = {
    "token": {"env": "RT_TOKEN"},
    "limits": {"attempts": 2, "first_wait_seconds": 0.01},
}
JULY = (datetime.date(2026, 7, 1), datetime.date(2026, 8, 1))
#: number: owner, created, first response, first closed, closed, reopened, responses, changes of status
DESK: dict[int, tuple[Any, ...]] = {
    1: ("li", "07-01 01:00", "07-01 01:20", "07-01 03:00", "07-01 03:00", 0, 1, 2),
    2: ("li", "07-02 02:00", "07-02 03:00", "07-03 02:00", "07-04 02:00", 1, 1, 4),
    3: ("li", "07-10 01:00", None, None, None, 0, 0, 0),
    4: ("wang", "07-05 00:00", "07-05 00:25", "07-05 12:00", None, 1, 1, 3),
    5: ("wang", "07-06 00:00", "07-06 00:40", "07-07 00:00", "07-07 00:00", 0, 1, 1),
    7: ("wang", "07-08 00:00", None, "07-08 01:00", "07-08 01:00", 0, 0, 1),
    8: (None, "07-09 00:00", None, None, None, 0, 0, 0),
    10: ("li", "07-11 00:00", "07-11 00:30", "07-11 10:00", "07-11 10:00", 0, 1, 2),
    11: ("li", "07-31 17:00", "07-31 17:10", "07-31 18:00", "07-31 18:00", 0, 1, 2),
}


@pytest.fixture(autouse=True)
def _token(rt: RequestTracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RT_TOKEN", rt.token)
    monkeypatch.setenv("RT_PASSWORD", ROOT[1])
    monkeypatch.setenv("RT_WRONG", "not it")


def read(rt: RequestTracker, settings: dict[str, object] | None = None, **wanted: Any) -> SourceTable:
    given = TOKEN if settings is None else settings
    return read_table(
        Plugins((Adapter(),), ()), rt.address, adapter="request_tracker", settings=given, **wanted
    )


def said(found: SourceTable) -> list[tuple[str, str]]:
    return [(one.code, one.message("en")) for one in found.diagnostics]


def moment(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(f"2026-{text}+00:00")


def test_every_ticket_with_its_history(rt: RequestTracker) -> None:
    found = read(rt)
    assert found.diagnostics == ()
    assert found.table is not None
    names = (
        "Owner",
        "Created",
        "first_response",
        "first_closed",
        "closed",
        "reopened",
        "responses",
        "status_changes",
    )
    came = {row["id"]: tuple(row[name] for name in names) for row in found.table.to_pylist()}
    assert came == {
        number: (owner, *(moment(one) for one in moments), *counts)
        for number, (owner, *rest) in DESK.items()
        for moments, counts in ((rest[:4], rest[4:]),)
    }
    assert found.row_numbers().tolist() == list(range(1, len(DESK) + 1))


def test_fields_of_a_ticket(rt: RequestTracker) -> None:
    found = read(rt)
    assert found.table is not None
    one, *_ = found.table.to_pylist()
    expected = {
        "Subject": "Printer 打印机",
        "Status": "resolved",
        "Queue": "General",
        "Owner.EmailAddress": "li@kpi.test",
        "Owner.RealName": "Li",
        "Requestors": "anna",
        "Due": None,
        "TimeWorked": datetime.timedelta(minutes=15),
        "Priority": 0,
        "CF.{Satis faction}": "5",
        "CF.{标签}": "a, b",
    }
    assert {name: one[name] for name in expected} == expected
    queues = dict(zip(found.table["id"].to_pylist(), found.table["Queue"].to_pylist(), strict=True))
    assert queues[10] == "It's 售后"


def test_a_ticket_that_came_back_is_not_closed(rt: RequestTracker) -> None:
    """Request Tracker keeps the date of the last solution in a ticket that is open again."""
    found = read(rt, columns=("id", "Status", "Resolved", "closed"))
    assert found.table is not None
    rows = {row["id"]: row for row in found.table.to_pylist()}
    assert rows[4]["Status"] == "open"
    assert rows[4]["Resolved"] == moment("07-05 12:00")
    assert rows[4]["closed"] is None


@pytest.mark.parametrize("size", [2, 4])
def test_pages_of_any_size_give_the_same(rt: RequestTracker, size: int) -> None:
    found = read(rt, {**TOKEN, "per_page": size}, columns=("id", "responses"))
    assert found.diagnostics == ()
    assert found.table is not None
    assert dict(zip(*(found.table[name].to_pylist() for name in ("id", "responses")), strict=True)) == {
        number: row[6] for number, row in DESK.items()
    }


def test_an_own_query(rt: RequestTracker) -> None:
    found = read(rt, {**TOKEN, "query": "( Queue = 'General' AND Status = 'resolved' ) OR Owner = 'Nobody'"})
    assert found.table is not None
    assert found.table["id"].to_pylist() == [1, 2, 5, 8, 11]


@pytest.mark.parametrize("query", ["nonsense", "Nope = 'x'"])
def test_a_wrong_query_is_told(rt: RequestTracker, query: str) -> None:
    found = read(rt, {**TOKEN, "query": query})
    assert found.table is None
    ((code, message),) = said(found)
    assert code == "K624"
    assert "status 400" in message


@pytest.mark.parametrize("query", ["id > 0) OR (id > 0", "Subject = 'x", "(id > 0", 'Subject = "a\\"'])
def test_a_query_that_is_not_whole(rt: RequestTracker, query: str) -> None:
    """It would swallow, or break out of, what else is asked for."""
    assert [one.code for one in read(rt, {**TOKEN, "query": query}).diagnostics] == ["K658"]


def test_signs_inside_texts_are_no_parentheses(rt: RequestTracker) -> None:
    found = read(rt, {**TOKEN, "query": """Subject != ':-)' AND Subject != "it's (" """}, columns=("id",))
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table.num_rows == len(DESK)


def test_who_may_not_read(rt: RequestTracker) -> None:
    wrong: dict[str, object] = {"user": "root", "password": {"env": "RT_WRONG"}}
    found = read(rt, wrong)
    assert found.table is None
    ((code, message),) = said(found)
    assert code == "K622"
    assert "401" in message
    assert "not it" not in message


def test_without_credentials(rt: RequestTracker) -> None:
    found = read(rt, {"user": "root"})
    assert [one.code for one in found.diagnostics] == ["K650"]
    assert "token" in found.diagnostics[0].message("en")


def test_a_password_reads_as_well(rt: RequestTracker) -> None:
    found = read(rt, {"user": "root", "password": {"env": "RT_PASSWORD"}}, columns=("id", "responses"))
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table["id"].to_pylist() == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]


def test_a_field_that_no_ticket_has(rt: RequestTracker) -> None:
    found = read(rt, columns=("id", "CF.{Satisfaction}"))
    ((code, message),) = said(found)
    assert code == "K653"
    assert "CF.{Satisfaction}" in message
    assert "CF.{Satis faction}" in found.diagnostics[0].help("en")


def test_nothing_found(rt: RequestTracker) -> None:
    found = read(rt, {**TOKEN, "query": "Subject = 'nobody wrote this'"})
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table.num_rows == 0
    assert "first_response" in found.header


def test_not_request_tracker(rt: RequestTracker) -> None:
    plugins = Plugins((Adapter(),), ())
    found = read_table(plugins, f"{rt.address}/NoAuth", adapter="request_tracker", settings=TOKEN)
    assert found.table is None
    assert all(one.is_error for one in found.diagnostics)


def test_what_was_asked(rt: RequestTracker) -> None:
    """Values in the query are quoted, whatever they are."""
    staff = OnlyIn("Owner", ("li", "x' OR id > 0 OR Subject = '", "back\\", 'quote"'))
    found = read(rt, columns=("id", "Owner"), staff=staff, period=Within("Created", *JULY))
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table["id"].to_pylist() == [1, 2, 3, 8, 10, 11]
    assert found.query is not None
    assert rt.token not in found.query
    again = rt.client.get(found.query, headers={"Authorization": f"token {rt.token}"}).json()
    assert [int(one["id"]) for one in again["items"]] == [1, 2, 3, 8, 10, 11]


@pytest.mark.parametrize("column", ["Created", "Started", "Due", "Resolved"])
def test_a_period_leaves_nothing_out(rt: RequestTracker, column: str) -> None:
    """Whatever the time zones of the account and of the table: every ticket on a day there, and those without one."""
    whole = read(rt, columns=("id", column))
    assert whole.table is not None
    day = datetime.date(2026, 7, 5)
    part = read(rt, columns=("id", column), period=Within(column, day, day + datetime.timedelta(days=1)))
    assert part.table is not None
    came = set(part.table["id"].to_pylist())
    edge = datetime.timedelta(hours=14)
    start = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    for row in whole.table.to_pylist():
        if row[column] is None or start - edge <= row[column] < start + datetime.timedelta(days=1) + edge:
            assert row["id"] in came
    if column == "Created":
        assert {4, 5} <= came
        assert came.isdisjoint({1, 2, 11})


def test_names_that_are_numbers_are_not_asked_for(rt: RequestTracker) -> None:
    """'12' would be taken for the twelfth user; all come, and the caller filters."""
    found = read(rt, columns=("id",), staff=OnlyIn("Owner", ("12", "li")))
    assert found.table is not None
    assert found.table.num_rows == len(DESK)


def test_describe(rt: RequestTracker) -> None:
    found = describe(Plugins((Adapter(),), ()), rt.address, adapter="request_tracker", settings=TOKEN)
    assert found.diagnostics == ()
    assert found.sheets[0].rows == len(DESK)
    assert {"first_response", "CF.{标签}"} <= set(found.sheets[0].columns)


class TestContract(SourceContract):
    adapter = Adapter()
    settings: ClassVar[dict[str, object]] = {
        "user": "root",
        "password": {"env": "RT_PASSWORD"},
        "query": "id < 4",
        "limits": TOKEN["limits"],
    }
    stable_rows = False
    first_row = 1
    missing = "http://127.0.0.1:1/rt"

    @pytest.fixture(autouse=True)
    def _served(self, rt: RequestTracker) -> None:
        type(self)._address = rt.address

    _address: ClassVar[str]

    def sample(self, folder: Path) -> str:
        return self._address

    def sample_rows(self) -> list[dict[str, object]]:
        return [
            {
                "id": number,
                "Owner": row[0],
                "Created": moment(row[1]),
                "first_response": moment(row[2]),
                "reopened": row[5],
                "CF.{Satis faction}": {1: "5", 2: "2", 4: "4"}.get(number),
            }
            for number, row in DESK.items()
            if number < 4
        ]
