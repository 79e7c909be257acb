"""Faults on the way to the real ticket systems: a stand-in passes requests on, and now and then does something else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kpirules_crm.hooks import RequestTracker as RequestTrackerAdapter
from kpirules_crm.hooks import Roundup as RoundupAdapter

from kpirules.plugin import Plugins, SourceTable, read_table
from tests.servers.request_tracker import RequestTracker
from tests.servers.roundup import Roundup
from tests.servers.web import Asked, Reply, Server, serving

PLUGINS = Plugins((RequestTrackerAdapter(), RoundupAdapter()), ())
LIMITS = {"attempts": 3, "first_wait_seconds": 0.01}
Change = Callable[[Asked, Any], Any]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def pass_on(server: Server, real: RequestTracker | Roundup, change: Change | None = None) -> None:
    """Lets the real system answer; `change` may put something else in place of its JSON, or of the reply."""

    def answer(asked: Asked) -> Reply:
        # the parameters as they came: some stand there several times
        kept = {"authorization": asked.headers.get("authorization", "")}
        found = real.client.get(f"{real.address}{asked.target}", headers=kept)
        body = found.json()
        changed = body if change is None else change(asked, body)
        return changed if isinstance(changed, Reply) else Reply(changed, found.status_code)

    server.answer = answer


def codes(found: SourceTable) -> list[str]:
    return [one.code for one in found.diagnostics]


class TestRequestTracker:
    @pytest.fixture(autouse=True)
    def _token(self, rt: RequestTracker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RT_TOKEN", rt.token)

    def read(self, server: Server, **more: Any) -> SourceTable:
        settings = {"token": {"env": "RT_TOKEN"}, "limits": LIMITS, **more}
        columns = ("id", "Owner", "first_response")
        return read_table(
            PLUGINS, server.address, adapter="request_tracker", settings=settings, columns=columns
        )

    @pytest.mark.parametrize(
        "fault",
        [
            Reply({"message": "busy"}, 503),
            Reply({}, 429, {"Retry-After": "0"}),
            Reply({"items": []}, cut=4),
            Reply(b'{"items": [', 200),
            Reply(drop=True),
        ],
    )
    def test_a_passing_fault_changes_nothing(self, server: Server, rt: RequestTracker, fault: Reply) -> None:
        pass_on(server, rt)
        whole = self.read(server)
        assert codes(whole) == []
        server.faults = [fault, fault]
        found = self.read(server)
        assert not any(one.is_error for one in found.diagnostics)
        assert found.table is not None
        assert found.table.equals(whole.table)

    @pytest.mark.parametrize("path", ["tickets", "transactions"])
    def test_a_fault_that_stays_is_told(self, server: Server, rt: RequestTracker, path: str) -> None:
        pass_on(server, rt, lambda asked, body: Reply({}, 500) if asked.path.endswith(path) else body)
        assert codes(self.read(server)) == ["K626"]

    def test_a_page_that_is_lost(self, server: Server, rt: RequestTracker) -> None:
        """The third page is empty, as if it were the last; but there are more tickets than came."""
        seen: list[str] = []

        def change(asked: Asked, body: Any) -> Any:
            if asked.path.endswith("tickets"):
                seen.append(asked.path)
                return {**body, "items": [], "count": 0, "total": 0} if len(seen) == 3 else body
            return body

        pass_on(server, rt, change)
        assert codes(self.read(server, per_page=2)) == ["K655"]

    def test_pages_that_go_round(self, server: Server, rt: RequestTracker) -> None:
        first: list[Any] = []

        def change(asked: Asked, body: Any) -> Any:
            if asked.path.endswith("tickets"):
                first.append(body)
                return first[0]
            return body

        pass_on(server, rt, change)
        assert codes(self.read(server, per_page=2)) == ["K657"]

    def test_an_account_that_is_not_told_how_many(self, server: Server, rt: RequestTracker) -> None:
        pass_on(server, rt, lambda asked, body: {**body, "total": None, "pages": None})
        found = self.read(server)
        assert codes(found) == ["K654"]
        assert not found.diagnostics[0].is_error
        assert found.table is not None
        assert found.table.num_rows == 9

    @pytest.mark.parametrize(
        "body", [{}, [], {"items": None}, {"items": [{}]}, {"items": [{"id": "x"}]}, "x", None]
    )
    def test_another_shape(self, server: Server, body: Any) -> None:
        server.answer = lambda asked: Reply(body)
        assert codes(self.read(server)) == ["K656"]

    def test_a_moment_that_is_none(self, server: Server, rt: RequestTracker) -> None:
        def change(asked: Asked, body: Any) -> Any:
            if asked.path.endswith("transactions"):
                return json.loads(json.dumps(body).replace("2026-07-01T01:20:00Z", "just now"))
            return body

        pass_on(server, rt, change)
        found = self.read(server)
        (one,) = found.diagnostics
        assert (one.code, one.is_error) == ("K636", True)
        assert "(1)" in one.message("en")
        assert found.table is not None
        assert found.table["first_response"].to_pylist()[0] is None


class TestRoundup:
    @pytest.fixture(autouse=True)
    def _password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ROUNDUP_PASSWORD", "reader")

    def read(self, server: Server, **more: Any) -> SourceTable:
        settings = {"user": "reader", "password": {"env": "ROUNDUP_PASSWORD"}, "limits": LIMITS, **more}
        columns = ("id", "first_response")
        return read_table(PLUGINS, server.address, adapter="roundup", settings=settings, columns=columns)

    @pytest.mark.parametrize(
        "fault", [Reply({}, 502), Reply({"data": {}}, cut=4), Reply(b"{", 200), Reply(drop=True)]
    )
    def test_a_passing_fault_changes_nothing(self, server: Server, tracker: Roundup, fault: Reply) -> None:
        pass_on(server, tracker)
        whole = self.read(server)
        assert codes(whole) == []
        server.faults = [fault]
        found = self.read(server)
        assert not any(one.is_error for one in found.diagnostics)
        assert found.table is not None
        assert found.table.equals(whole.table)

    @pytest.mark.parametrize("path", ["/issue", "/issue/1", "/msg"])
    def test_a_fault_that_stays_is_told(self, server: Server, tracker: Roundup, path: str) -> None:
        pass_on(server, tracker, lambda asked, body: Reply({}, 500) if asked.path.endswith(path) else body)
        assert codes(self.read(server)) == ["K626"]

    def test_an_issue_that_leaves_the_list(
        self, server: Server, tracker: Roundup, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """While the numbers are read, one of the first page is taken away: it is begun anew, and nothing is missed."""
        monkeypatch.setattr("kpirules_crm.roundup._LIST", 2)
        lists: list[str] = []

        def change(asked: Asked, body: Any) -> Any:
            if asked.params.get("@fields") != "id":
                return body
            lists.append(asked.params["@page_index"])
            if len(lists) == 2:  # one less, and its place taken by the next
                data = body["data"]
                return {
                    "data": {
                        **data,
                        "collection": data["collection"][1:],
                        "@total_size": data["@total_size"] - 3,
                    }
                }
            return body

        pass_on(server, tracker, change)
        found = self.read(server)
        assert codes(found) == []
        assert lists == ["1", "2", "1", "2", "3"]
        assert found.table is not None
        assert found.table["id"].to_pylist() == [1, 2, 3, 4, 5]

    def test_a_list_that_never_holds_still(
        self, server: Server, tracker: Roundup, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kpirules_crm.roundup._LIST", 2)
        pass_on(
            server,
            tracker,
            lambda asked, body: {
                "data": {**body["data"], "@total_size": 9 - int(asked.params.get("@page_index", 1))}
            },
        )
        assert codes(self.read(server)) == ["K665"]

    def test_an_issue_that_is_gone_when_it_is_read(self, server: Server, tracker: Roundup) -> None:
        def change(asked: Asked, body: Any) -> Any:
            if asked.params.get("@fields", "").startswith("id,"):
                kept = [one for one in body["data"]["collection"] if one["id"] != "3"]
                return {"data": {**body["data"], "collection": kept}}
            return body

        pass_on(server, tracker, change)
        found = self.read(server)
        assert codes(found) == ["K664"]
        assert found.table is not None
        assert found.table["id"].to_pylist() == [1, 2, 4, 5]

    def test_messages_that_may_not_be_read(self, server: Server, tracker: Roundup) -> None:
        def change(asked: Asked, body: Any) -> Any:
            return {"data": {**body["data"], "collection": []}} if asked.path.endswith("/msg") else body

        pass_on(server, tracker, change)
        found = self.read(server)
        assert codes(found) == ["K663"]
        assert "6 messages" in found.diagnostics[0].message("en")

    @pytest.mark.parametrize(
        "body", [{}, [], {"data": {}}, {"data": {"collection": [{}], "@total_size": 1}}, None]
    )
    def test_another_shape(self, server: Server, body: Any) -> None:
        server.answer = lambda asked: Reply(body)
        assert codes(self.read(server)) == ["K656"]
