"""From a server to a score: tickets bound in a project file, and `why` names them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.servers.web import Asked, Reply, Server

TICKETS: list[dict[str, Any]] = [
    {"key": "HD-1", "agent": {"name": "Ann"}, "opened": "2026-01-05T01:00:00Z", "replied": "2026-01-05T01:10:00Z", "stars": 5},
    {"key": "HD-2", "agent": {"name": "Ann"}, "opened": "2026-01-06T01:00:00Z", "replied": "2026-01-06T02:00:00Z", "stars": 2},
    {"key": "HD-3", "agent": {"name": "Ann"}, "opened": "2026-01-07T01:00:00Z", "replied": None, "stars": None},
    {"key": "HD-4", "agent": {"name": "Bob"}, "opened": "2026-01-31T15:59:00Z", "replied": "2026-01-31T16:29:00Z", "stars": 4},
    {"key": "HD-5", "agent": {"name": "Bob"}, "opened": "2026-01-31T16:00:00Z", "replied": "2026-01-31T16:40:00Z", "stars": 1},
]  # fmt: skip
PROJECT = """
[inputs]
path = "courses.csv"

[data.tickets]
path = "{address}"
adapter = "rest"
timezone = "Asia/Shanghai"
id = "key"
endpoint = "api/tickets"
records = "items"
key = "key"
auth = {{ kind = "bearer", token = {{ env = "DESK_TOKEN" }} }}
pages = {{ kind = "page", per_page = 2, total = "total" }}
params = {{ from = "{{period_start}}", until = "{{period_end}}" }}
period_column = "opened"

[data.tickets.fields]
key = "key"
agent = "agent.name"
opened = {{ path = "opened", kind = "moment", required = true }}
first_reply = {{ path = "replied", kind = "moment" }}
stars = {{ path = "stars", kind = "number" }}

[data.tickets.columns]
staff = "agent"
survey = "stars"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Desk:
    desk = Desk(tmp_path, monkeypatch)
    monkeypatch.setenv("DESK_TOKEN", "t0p-s3cret")
    desk.put("kpirules.toml", PROJECT.format(address=server.address))
    desk.put("courses.csv", "staff,period,courses\nAnn,2026-01,1\nBob,2026-01,2\n")

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Bearer t0p-s3cret":
            return Reply({"message": "who are you"}, status=401)
        begin, end = asked.params.get("from", ""), asked.params.get("until", "9")
        found = [one for one in TICKETS if begin <= str(one["opened"]) < end]
        page = int(asked.params["page"]) - 1
        return Reply({"items": found[page * 2 : page * 2 + 2], "total": len(found)})

    server.answer = answer
    return desk


def test_scores_come_from_the_server(desk: Desk, server: Server) -> None:
    result = desk.run("score", "desk.kpi", "--periods", "2026-01")
    assert result.exit_code == 0, result.stderr
    # Worked out by hand. Ann: 1 of 2 replies in time (25 of 50), survey 3.5 of 4 (26.25 of 30), 1 of 2 courses (10).
    # Bob: his ticket of 00:00 on 1 February in Shanghai is of the next month, whatever the server's clock says.
    rows = {row["staff"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert float(rows["Ann"]["total"]) == 61.25
    assert float(rows["Bob"]["total"]) == 100
    assert (
        "2025-12-01" < server.asked[0].params["from"] < "2026-01-01"
    )  # no more than the month, and its edges
    assert "t0p-s3cret" not in result.stdout + result.stderr


def test_why_names_the_tickets_and_what_was_asked(desk: Desk, server: Server) -> None:
    result = desk.run("why", "desk.kpi", "--staff", "Ann", "--period", "2026-01")
    assert result.exit_code == 0, result.stderr
    assert "HD-2" in result.stdout
    assert "HD-4" not in result.stdout
    assert "t0p-s3cret" not in result.stdout + result.stderr


def test_a_wrong_value_names_page_and_record(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TICKETS[3], "stars", "four")
    result = desk.run("score", "desk.kpi", "--periods", "2026-01")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "K636" in result.stderr
    assert "record 2 of page 2 (HD-4)" in result.stderr
    chinese = desk.run("score", "desk.kpi", "--periods", "2026-01", "--lang", "zh")
    assert "第 2 页第 2 条记录 (HD-4)" in chinese.stderr


def test_a_server_that_fails_gives_no_score(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_TOKEN", "wr0ng-token")
    result = desk.run("score", "desk.kpi", "--periods", "2026-01")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "K622" in result.stderr
    assert "wr0ng-token" not in result.stderr
