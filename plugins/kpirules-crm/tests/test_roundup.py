"""The source `roundup`, on a real Roundup tracker."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from kpirules_crm.hooks import Roundup as Adapter

from kpirules.plugin import Plugins, SourceTable, Within, describe, read_table
from kpirules.plugin.contract import SourceContract
from tests.servers.roundup import Roundup, roundup

READER: dict[str, object] = {
    "user": "reader",
    "password": {"env": "ROUNDUP_PASSWORD"},
    "limits": {"attempts": 2, "first_wait_seconds": 0.01},
}
#: number: owner, creation, first response, closed, responses, messages
DESK: dict[int, tuple[Any, ...]] = {
    1: ("li", "07-01 01:00", "07-01 01:20", "07-01 03:00", 1, 1),
    2: ("li", "07-02 02:00", "07-02 03:00", "07-04 02:00", 1, 2),
    3: ("wang", "07-05 00:00", "07-05 00:25", None, 1, 2),
    4: (None, "07-09 00:00", None, None, 0, 0),
    5: ("li", "07-31 17:00", "07-31 17:10", "07-31 18:00", 1, 1),
}


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDUP_PASSWORD", "reader")
    monkeypatch.setenv("ROUNDUP_WRONG", "not it")


def read(tracker: Roundup, settings: Mapping[str, object] = READER, **wanted: Any) -> SourceTable:
    plugins = Plugins((Adapter(),), ())
    return read_table(plugins, tracker.address, adapter="roundup", settings=settings, **wanted)


def moment(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(f"2026-{text}+00:00")


@pytest.mark.parametrize("size", [1, 2, 100])
def test_every_issue_with_its_answers(tracker: Roundup, size: int) -> None:
    found = read(tracker, {**READER, "per_page": size})
    assert found.diagnostics == ()
    assert found.table is not None
    names = ("assignedto", "creation", "first_response", "closed_activity", "responses", "messages")
    assert {row["id"]: tuple(row[name] for name in names) for row in found.table.to_pylist()} == {
        number: (owner, moment(made), moment(answered), moment(closed), *counts)
        for number, (owner, made, answered, closed, *counts) in DESK.items()
    }
    one = found.table.to_pylist()[0]
    assert one["title"] == "Printer 打印机"
    assert (one["status"], one["priority"], one["creator"]) == ("resolved", "bug", "anna")
    assert found.row_numbers().tolist() == [1, 2, 3, 4, 5]


def test_lists_of_numbers_in_pages(tracker: Roundup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpirules_crm.roundup._LIST", 2)
    found = read(tracker, columns=("id",))
    assert found.table is not None
    assert found.table["id"].to_pylist() == [1, 2, 3, 4, 5]


def test_many_messages(tracker: Roundup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpirules_crm.roundup._AT_ONCE", 1)
    found = read(tracker, columns=("id", "responses"))
    assert found.table is not None
    assert found.table["responses"].to_pylist() == [row[4] for row in DESK.values()]


def test_a_period(tracker: Roundup) -> None:
    period = Within("creation", datetime.date(2026, 7, 9), datetime.date(2026, 7, 10))
    found = read(tracker, columns=("id",), period=period)
    assert found.table is not None
    assert found.table["id"].to_pylist() == [4]
    assert found.query is not None
    assert "from%202026-07-07%20to%202026-07-12" in found.query
    again = tracker.client.get(found.query, auth=("reader", "reader")).json()
    assert [one["id"] for one in again["data"]["collection"]] == ["4"]


def test_who_may_not_read(tracker: Roundup) -> None:
    for wrong in ({**READER, "password": {"env": "ROUNDUP_WRONG"}}, {"limits": READER["limits"]}):
        found = read(tracker, wrong)
        assert found.table is None
        assert [one.code for one in found.diagnostics] == ["K622"]
        assert "not it" not in found.diagnostics[0].message("en")
    assert [one.code for one in read(tracker, {"user": "reader"}).diagnostics] == ["K650"]


def test_what_the_tracker_does_not_have(tracker: Roundup) -> None:
    (one,) = read(tracker, {**READER, "fields": {"due": "moment"}}).diagnostics
    assert one.code == "K659"
    assert "due" in one.message("en")
    assert [one.code for one in read(tracker, {**READER, "issues": "ticket"}).diagnostics] == ["K623"]


def test_an_own_property(tracker: Roundup) -> None:
    """What stands there as a date is one only when it is said to be."""
    plain = read(tracker, {**READER, "issues": "msg"}, columns=("id", "date"))
    assert plain.table is not None
    assert plain.table["date"].to_pylist()[0] == "2026-07-01.01:20:00"
    dated = read(tracker, {**READER, "issues": "msg", "fields": {"date": "moment"}}, columns=("date",))
    assert dated.table is not None
    assert dated.table["date"].to_pylist()[0] == moment("07-01 01:20")


def test_no_issues(tmp_path: Path) -> None:
    with roundup(tmp_path) as empty:
        found = read(empty)
        assert found.diagnostics == ()
        assert found.table is not None
        assert found.table.num_rows == 0
        assert "first_response" in found.header


def test_a_rate_limit_is_kept(tmp_path: Path) -> None:
    """Eight calls in five seconds, and pulls that need more: they wait as the server says, and lack nothing."""
    with roundup(tmp_path, burst=8) as slow:
        slow.open("2026-07-01 08:00", "anna", "li", "one")
        patient = {**READER, "limits": {"attempts": 30}}
        for _ in range(4):
            found = read(slow, patient, columns=("id", "title"))
            assert not any(one.is_error for one in found.diagnostics)
            assert found.table is not None
            assert found.table.to_pylist() == [{"id": 1, "title": "one"}]
        hasty = {**READER, "limits": {"attempts": 1, "longest_wait_seconds": 0}}
        codes = [one.code for _ in range(5) for one in read(slow, hasty, columns=("id",)).diagnostics]
        assert set(codes) == {"K625"}


def test_describe(tracker: Roundup) -> None:
    found = describe(Plugins((Adapter(),), ()), tracker.address, adapter="roundup", settings=READER)
    assert found.diagnostics == ()
    assert found.sheets[0].rows == 5
    assert {"assignedto", "first_response"} <= set(found.sheets[0].columns)


class TestContract(SourceContract):
    adapter = Adapter()
    settings: ClassVar[dict[str, object]] = READER
    stable_rows = False
    first_row = 1
    missing = "http://127.0.0.1:1/tracker"
    _address: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _served(self, tracker: Roundup) -> None:
        type(self)._address = tracker.address

    def sample(self, folder: Path) -> str:
        return self._address

    def sample_rows(self) -> list[dict[str, object]]:
        return [
            {"id": number, "assignedto": row[0], "creation": moment(row[1]), "first_response": moment(row[2])}
            for number, row in DESK.items()
        ]
