"""Incremental pulls: only changes are asked for, interrupted pulls are taken up, nothing is doubled or lost."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from kpirules_rest.hooks import RestAdapter

from kpirules.plugin import Plugins, SourceTable, read_table
from tests.servers.web import Asked, Reply, Server

PLUGINS = Plugins((RestAdapter(),), ())
QUICK = {"attempts": 1, "connect_seconds": 5}
PAGE = 10


@dataclass
class Desk:
    """A ticket system: tickets by id, listed by when they changed, in pages by a mark or by number."""

    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken_at: int | None = None
    newest_first: bool = False
    totals: bool = True
    date: str | None = None

    def put(self, id: str, minute: int, **values: Any) -> None:
        self.tickets[id] = {
            "id": id,
            "updated_at": f"2026-07-01T{minute // 60:02}:{minute % 60:02}:00Z",
            **values,
        }

    def answer(self, asked: Asked) -> Reply:
        since = asked.params.get("since", "")
        found = sorted(
            self.tickets.values(), key=lambda one: str(one["updated_at"]), reverse=self.newest_first
        )
        found = [one for one in found if str(one["updated_at"]) >= since]
        mark = asked.params.get("cursor", asked.params.get("page", "1"))
        number = int(mark.removeprefix("p"))
        if number == self.broken_at:
            return Reply({"message": "out of order"}, status=500)
        page = found[(number - 1) * PAGE : number * PAGE]
        more = len(found) > number * PAGE
        body = {"items": page, "next": f"p{number + 1}" if more else None}
        headers = {} if self.date is None else {"Date": self.date}
        return Reply(body | ({"total": len(found)} if self.totals else {}), headers=headers)


@pytest.fixture
def desk(server: Server) -> Desk:
    desk = Desk()
    server.answer = desk.answer
    for n in range(35):
        desk.put(f"T{n}", n, owner=f"S{n % 4}")
    return desk


def settings(folder: Path, *, pages: dict[str, object] | None = None, **more: object) -> dict[str, object]:
    return {
        "endpoint": "tickets",
        "records": "items",
        "key": "id",
        "fields": {"id": "id", "owner": "owner", "changed": {"path": "updated_at", "kind": "moment"}},
        "pages": pages or {"kind": "cursor", "next": "next", "total": "total"},
        "incremental": {
            "folder": str(folder),
            "changed": "updated_at",
            "parameter": "since",
            "overlap_seconds": 60,
        }
        | more,
        "limits": QUICK,
    }


def pull(server: Server, given: dict[str, object]) -> SourceTable:
    server.asked.clear()
    return read_table(PLUGINS, server.address, adapter="rest", settings=given)


def ids(found: SourceTable) -> list[str]:
    assert found.table is not None, found.diagnostics
    return [str(one) for one in found.table["id"].to_pylist()]


def codes(found: SourceTable) -> list[str]:
    return [one.code for one in found.diagnostics]


ALL = [f"T{n}" for n in range(35)]
NUMBERED: dict[str, object] = {"kind": "page", "total": "total"}


@pytest.mark.parametrize("pages", [None, NUMBERED], ids=["by mark", "by number"])
def test_only_changes_are_asked_for(
    server: Server, desk: Desk, tmp_path: Path, pages: dict[str, object] | None
) -> None:
    given = settings(tmp_path, pages=pages)
    assert ids(pull(server, given)) == ALL
    assert len(server.asked) == 4
    desk.put("T3", 40, owner="somebody else")
    desk.put("T35", 41, owner="S1")
    found = pull(server, given)
    assert found.diagnostics == ()
    assert ids(found) == [*ALL, "T35"]
    assert found.table is not None
    assert found.table["owner"].to_pylist()[3] == "somebody else"
    assert [one.params.get("since") for one in server.asked] == ["2026-07-01T00:33:00Z"]
    assert "since=2026-07-01T00%3A33%3A00Z" in (found.query or "")
    again = pull(server, given)
    assert ids(again) == [*ALL, "T35"]
    assert [one.params.get("since") for one in server.asked] == ["2026-07-01T00:40:00Z"]


def test_an_interrupted_pull_is_taken_up(server: Server, desk: Desk, tmp_path: Path) -> None:
    given = settings(tmp_path)
    desk.broken_at = 3
    broken = pull(server, given)
    assert codes(broken) == ["K626"]
    assert broken.table is None or broken.table.num_rows == 0
    desk.broken_at = None
    found = pull(server, given)
    assert codes(found) == ["K648"]
    assert "20 records" in found.diagnostics[0].message("en")
    assert ids(found) == ALL
    assert [one.params.get("cursor") for one in server.asked] == ["p3", "p4"]
    assert ids(pull(server, given)) == ALL


def test_a_mark_that_the_server_forgot_begins_anew(server: Server, desk: Desk, tmp_path: Path) -> None:
    given = settings(tmp_path)
    desk.broken_at = 3
    pull(server, given)
    desk.broken_at = None
    server.faults = [Reply({"message": "cursor expired"}, status=400)]
    found = pull(server, given)
    assert found.diagnostics == ()
    assert ids(found) == ALL
    assert len(server.asked) == 5


def test_by_number_an_interrupted_pull_begins_anew(server: Server, desk: Desk, tmp_path: Path) -> None:
    """Page 3 of an hour ago is another page now: only marks and links can be taken up."""
    given = settings(tmp_path, pages=NUMBERED)
    desk.broken_at = 3
    pull(server, given)
    desk.broken_at = None
    del desk.tickets["T0"]
    found = pull(server, given)
    assert sorted(ids(found)) == sorted(ALL)  # T0 came before it was deleted: only `full` forgets it
    assert len(server.asked) == 4


def test_oldest_first_goes_on_from_the_last_change(server: Server, desk: Desk, tmp_path: Path) -> None:
    given = settings(tmp_path, pages=NUMBERED, ordered=True)
    desk.broken_at = 3
    pull(server, given)
    desk.broken_at = None
    found = pull(server, given)
    assert ids(found) == ALL
    assert server.asked[0].params["since"] == "2026-07-01T00:18:00Z"


@pytest.mark.parametrize("newest_first", [False, True])
def test_killed_half_way_it_goes_on(server: Server, desk: Desk, tmp_path: Path, newest_first: bool) -> None:
    desk.newest_first = newest_first
    reached = threading.Event()
    plain = desk.answer

    def hangs(asked: Asked) -> Reply:
        if asked.params.get("cursor") == "p3":
            reached.set()
            return Reply({}, silent=2)
        return plain(asked)

    given = settings(tmp_path)
    server.answer = hangs
    program = (
        "import json, sys\n"
        "from kpirules.plugin import Plugins, read_table\n"
        "from kpirules_rest.hooks import RestAdapter\n"
        "read_table(Plugins((RestAdapter(),), ()), sys.argv[1], adapter='rest', settings=json.loads(sys.argv[2]))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program, server.address, json.dumps(given)])
    try:
        assert reached.wait(60)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    server.answer = plain
    found = pull(server, given)
    assert codes(found) == ["K648"]
    assert sorted(ids(found)) == sorted(ALL)
    assert [one.params.get("cursor") for one in server.asked] == ["p3", "p4"]


def test_deleted_records(server: Server, desk: Desk, tmp_path: Path) -> None:
    """One that says so is left out at once; one that just is no longer there, when everything is taken anew."""
    given = settings(tmp_path, deleted="deleted")
    pull(server, given)
    desk.put("T5", 50, deleted=True)
    del desk.tickets["T6"]
    found = pull(server, given)
    assert ids(found) == [one for one in ALL if one != "T5"]
    found = pull(server, settings(tmp_path, deleted="deleted", full=True))
    assert sorted(ids(found)) == sorted(one for one in ALL if one not in ("T5", "T6"))
    assert "since" not in server.asked[0].params
    assert sorted(ids(pull(server, given))) == sorted(one for one in ALL if one not in ("T5", "T6"))
    assert len(server.asked) == 1


def test_a_deletion_that_cannot_be_worked_out_is_told(server: Server, desk: Desk, tmp_path: Path) -> None:
    found = pull(server, settings(tmp_path, deleted="starts_with(state, 'del')"))
    assert codes(found) == ["K636"]
    assert "record 1 of page 1 (T0)" in found.diagnostics[0].message("en")


def test_a_full_pull_that_fails_leaves_the_old(server: Server, desk: Desk, tmp_path: Path) -> None:
    given = settings(tmp_path, pages=NUMBERED)
    pull(server, given)
    desk.broken_at = 2
    assert codes(pull(server, settings(tmp_path, pages=NUMBERED, full=True))) == ["K626"]
    desk.broken_at = None
    assert ids(pull(server, given)) == ALL
    assert len(server.asked) == 1


def test_a_record_that_comes_twice_counts_once(server: Server, desk: Desk, tmp_path: Path) -> None:
    pages = {
        "1": {"items": [{"id": "a", "v": 1}, {"id": "b", "v": 1}], "next": "2"},
        "2": {"items": [{"id": "c", "v": 1}, {"id": "a", "v": 2}], "next": None},
    }
    server.answer = lambda asked: Reply(pages[asked.params.get("cursor", "1")])
    given = settings(tmp_path) | {"fields": {"id": "id", "v": {"path": "v", "kind": "whole"}}}
    del given["incremental"]
    found = pull(server, given)
    assert codes(found) == ["K644"]
    assert found.table is not None
    assert found.table.to_pylist() == [{"id": "a", "v": 2}, {"id": "b", "v": 1}, {"id": "c", "v": 1}]


def test_fewer_than_the_server_says_is_an_error(server: Server, desk: Desk, tmp_path: Path) -> None:
    given = settings(tmp_path)
    pull(server, given)
    desk.put("T40", 60)
    server.faults = [Reply({"items": [desk.tickets["T40"]], "next": None, "total": 2})]
    found = pull(server, given)
    assert codes(found) == ["K641"]
    assert found.table is None or found.table.num_rows == 0
    assert ids(pull(server, given)) == [*ALL, "T40"]
    assert server.asked[0].params["since"] == "2026-07-01T00:33:00Z"  # what failed did not move it


def test_a_change_during_the_pull_is_asked_for_again(server: Server, desk: Desk, tmp_path: Path) -> None:
    """The pull is complete up to when it began, by the server's own clock, not up to the latest it saw."""
    desk.put("T35", 23 * 60)
    desk.date = formatdate(1782867600, usegmt=True)  # 2026-07-01 01:00:00
    given = settings(tmp_path)
    pull(server, given)
    pull(server, given)
    assert server.asked[0].params["since"] == "2026-07-01T00:59:00Z"


def test_the_first_pull_may_begin_somewhere(server: Server, desk: Desk, tmp_path: Path) -> None:
    found = pull(server, settings(tmp_path, start="2026-07-01T00:30:00Z"))
    assert ids(found) == ALL[30:]


def test_marks_as_numbers(server: Server, tmp_path: Path) -> None:
    tickets: list[dict[str, Any]] = [{"id": str(n), "seq": n} for n in (8, 9, 10, 11)]
    server.answer = lambda asked: Reply(
        [one for one in tickets if one["seq"] >= int(asked.params.get("since", 0))]
    )
    given = settings(tmp_path, changed="seq", write="as_is", overlap_seconds=0) | {
        "records": "@",
        "pages": {"kind": "none"},
        "fields": {"id": "id"},
    }
    assert ids(pull(server, given)) == ["8", "9", "10", "11"]
    tickets.append({"id": "12", "seq": 12})
    assert ids(pull(server, given)) == ["8", "9", "10", "11", "12"]
    assert server.asked[0].params["since"] == "11"  # not 9, as text would have it


def test_other_columns_start_anew(server: Server, desk: Desk, tmp_path: Path) -> None:
    pull(server, settings(tmp_path))
    given = settings(tmp_path) | {"fields": {"id": "id", "who": "owner"}}
    found = pull(server, given)
    assert ids(found) == ALL
    assert found.table is not None
    assert found.table["who"].null_count == 0
    assert "since" not in server.asked[0].params


def test_without_declared_columns(server: Server, desk: Desk, tmp_path: Path) -> None:
    given = settings(tmp_path)
    del given["fields"]
    pull(server, given)
    desk.put("T7", 45, owner="S9", more={"deep": [1]})
    found = pull(server, given)
    assert found.header == ("id", "updated_at", "owner", "more.deep")
    assert ids(found) == ALL
    assert found.table is not None
    assert found.table.to_pylist()[7] == {
        "id": "T7",
        "updated_at": "2026-07-01T00:45:00Z",
        "owner": "S9",
        "more.deep": "[1]",
    }


def test_wrong_values_are_told_every_time(server: Server, desk: Desk, tmp_path: Path) -> None:
    desk.tickets["T9"]["owner"] = {"name": "nested"}
    given = settings(tmp_path) | {"fields": {"id": "id", "owner": {"path": "owner", "kind": "text"}}}
    first, second = pull(server, given), pull(server, given)
    assert codes(first) == codes(second) == ["K636"]
    assert "record 10 of page 1 (T9)" in first.diagnostics[0].message("en")
    assert "record T9" in second.diagnostics[0].message("en")
    assert ids(second) == ALL


def test_the_cache_holds_no_secret_and_is_private(
    server: Server, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_TOKEN", "s3cr3t-t0ken")

    def with_links(asked: Asked) -> Reply:
        page = int(asked.params.get("n", "1"))
        if page == 3:
            return Reply(status=500)
        link = f"/tickets?n={page + 1}&key={asked.params['key']}"
        return Reply({"items": [{"id": f"{page}"}], "next": link})

    server.answer = with_links
    given = settings(tmp_path / "kept", pages={"kind": "next_link", "path": "next"}) | {
        "auth": {"kind": "query", "name": "key", "value": {"env": "THE_TOKEN"}},
        "fields": {"id": "id"},
    }
    found = pull(server, given)
    assert codes(found) == ["K626"]
    assert "s3cr3t" not in " ".join(one.message("en") for one in found.diagnostics)
    (file,) = (tmp_path / "kept").iterdir()
    assert b"s3cr3t" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("by_link", [True, False])
def test_parameters_that_are_given_do_not_lie_in_the_cache(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_link: bool
) -> None:
    """They may be secrets that the project file takes from elsewhere; an interrupted pull is taken up all the same."""
    monkeypatch.setenv("THE_KEY", "s3cr3t-k3y")
    broken = True

    def answer(asked: Asked) -> Reply:
        assert asked.params["key"] == "s3cr3t-k3y"
        page = int(asked.params.get("n", "1"))
        if page == 3 and broken:
            return Reply(status=500)
        mark = f"?n={page + 1}&key={asked.params['key']}" if by_link else str(page + 1)
        return Reply({"items": [{"id": f"{page}"}], "next": mark if page < 4 else None})

    server.answer = answer
    pages: dict[str, object] = (
        {"kind": "next_link", "path": "next"}
        if by_link
        else {"kind": "cursor", "next": "next", "parameter": "n"}
    )
    given = settings(tmp_path, pages=pages) | {"params": {"key": {"env": "THE_KEY"}}, "fields": {"id": "id"}}
    assert codes(pull(server, given)) == ["K626"]
    assert not any(b"s3cr3t" in one.read_bytes() for one in tmp_path.iterdir())
    broken = False
    found = pull(server, given)
    assert codes(found) == ["K648"]
    assert ids(found) == ["1", "2", "3", "4"]
    assert len(server.asked) == 2


class TestAnUnusableCache:
    def file(self, server: Server, tmp_path: Path) -> Path:
        pull(server, settings(tmp_path))
        (file,) = (one for one in tmp_path.iterdir() if one.suffix == ".sqlite")
        return file

    def test_in_use(self, server: Server, desk: Desk, tmp_path: Path) -> None:
        other = sqlite3.connect(self.file(server, tmp_path), isolation_level=None)
        other.execute("begin exclusive")
        assert codes(pull(server, settings(tmp_path))) == ["K647"]
        other.close()
        assert ids(pull(server, settings(tmp_path))) == ALL

    @pytest.mark.parametrize("content", [b"this is no database" * 500, b"SQLite format 3\0" + b"\xff" * 4000])
    def test_no_database(self, server: Server, desk: Desk, tmp_path: Path, content: bytes) -> None:
        file = self.file(server, tmp_path)
        file.write_bytes(content)
        found = pull(server, settings(tmp_path))
        assert codes(found) == ["K646"]
        assert str(file) in found.diagnostics[0].message("en")

    def test_of_another_layout(self, server: Server, desk: Desk, tmp_path: Path) -> None:
        file = self.file(server, tmp_path)
        with sqlite3.connect(file) as database:
            database.execute("update state set layout = 99")
        database.close()
        assert codes(pull(server, settings(tmp_path))) == ["K646"]

    def test_of_another_content(self, server: Server, desk: Desk, tmp_path: Path) -> None:
        file = self.file(server, tmp_path)
        with sqlite3.connect(file) as database:
            database.execute("update state set content = '{\"x\": 1}'")
        database.close()
        assert codes(pull(server, settings(tmp_path))) == ["K646"]

    def test_a_folder_that_cannot_be_made(self, server: Server, desk: Desk, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        assert codes(pull(server, settings(tmp_path / "file"))) == ["K646"]
