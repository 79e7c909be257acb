"""Every way of splitting a list over pages; and lists that would never end, come twice or come short."""

from __future__ import annotations

from typing import Any

import pytest
from kpirules_rest.hooks import RestAdapter
from kpirules_rest.pages import next_of

from kpirules.plugin import Plugins, SourceTable, read_table
from tests.servers.web import Asked, Reply, Server, serving

PLUGINS = Plugins((RestAdapter(),), ())
ITEMS = [{"id": n} for n in range(1, 26)]


def pull(server: Server, pages: dict[str, object], **settings: Any) -> SourceTable:
    given: dict[str, object] = {
        "endpoint": "v1/list",
        "records": "items",
        "fields": {"id": {"path": "id", "kind": "whole"}},
        "pages": pages,
        "limits": {"attempts": 2, "first_wait_seconds": 0.01, "connect_seconds": 5},
    }
    return read_table(PLUGINS, server.address, adapter="rest", settings=given | settings)


def ids(found: SourceTable) -> list[int]:
    assert found.table is not None, found.diagnostics
    assert not [one for one in found.diagnostics if one.is_error], found.diagnostics
    return [int(one) for one in found.table["id"].to_pylist()]


def codes(found: SourceTable) -> list[str]:
    return [one.code for one in found.diagnostics]


EVERY = list(range(1, 26))


def stretch(begin: int, size: int = 10) -> list[dict[str, int]]:
    return ITEMS[begin : begin + size]


def test_by_number_until_a_page_is_empty(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": stretch((int(asked.params["p"]) - 1) * 10)})
    assert ids(pull(server, {"kind": "page", "number": "p", "per_page": 10})) == EVERY
    assert [one.params for one in server.asked] == [{"p": str(n), "per_page": "10"} for n in (1, 2, 3, 4)]


def test_a_server_that_gives_smaller_pages_than_asked_for_is_not_cut(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": stretch((int(asked.params["page"]) - 1) * 10)})
    assert ids(pull(server, {"kind": "page", "per_page": 1000})) == EVERY


def test_by_number_as_far_as_the_server_says(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": stretch(int(asked.params["page"]) * 10), "pages": 3})
    assert ids(pull(server, {"kind": "page", "begin": 0, "pages": "pages"})) == EVERY
    assert len(server.asked) == 3


def test_a_short_page_is_the_last_if_said_so(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": stretch((int(asked.params["page"]) - 1) * 10)})
    assert ids(pull(server, {"kind": "page", "per_page": 10, "short_ends": True})) == EVERY
    assert len(server.asked) == 3


def test_by_offset(server: Server) -> None:
    server.answer = lambda asked: Reply(
        {"items": stretch(int(asked.params["start"]), int(asked.params["max"]))}
    )
    assert ids(pull(server, {"kind": "offset", "offset": "start", "size": "max", "per_page": 7})) == EVERY


@pytest.mark.parametrize(
    ("pages", "body"),
    [
        ({"next": "meta.next"}, lambda items, mark: {"items": items, "meta": {"next": mark}}),
        (
            {"next": "meta.next"},
            lambda items, mark: {"items": items, "meta": {} if mark is None else {"next": mark}},
        ),
        (
            {"next": "after", "more": "more"},
            lambda items, mark: {"items": items, "after": mark or 25, "more": mark is not None},
        ),
        (
            {"next": "after", "end": "end_of_stream"},
            lambda items, mark: {"items": items, "after": mark or 25, "end_of_stream": mark is None},
        ),
    ],
    ids=["null ends", "absent ends", "more", "end"],
)
def test_by_mark(server: Server, pages: dict[str, object], body: Any) -> None:
    def answer(asked: Asked) -> Reply:
        assert asked.params.get("kind") == "x"
        begin = int(asked.params.get("cursor", "0"))
        return Reply(body(stretch(begin), begin + 10 if begin + 10 < 25 else None))

    server.answer = answer
    assert ids(pull(server, {"kind": "cursor", **pages}, params={"kind": "x"})) == EVERY


def test_an_empty_page_in_between_is_not_the_end_of_a_stream(server: Server) -> None:
    pages = {"0": (stretch(0), "1"), "1": ([], "2"), "2": (stretch(10, 15), None)}

    def answer(asked: Asked) -> Reply:
        items, mark = pages[asked.params.get("cursor", "0")]
        return Reply({"items": items, "next": mark})

    server.answer = answer
    assert ids(pull(server, {"kind": "cursor", "next": "next"})) == EVERY


@pytest.mark.parametrize("form", ["whole", "from the root", "beside", "parameters"])
def test_by_link_in_the_body(server: Server, form: str) -> None:
    def answer(asked: Asked) -> Reply:
        begin = int(asked.params.get("from", "0"))
        assert asked.path == "/v1/list"
        link = {
            "whole": f"{server.address}/v1/list?from={begin + 10}",
            "from the root": f"/v1/list?from={begin + 10}",
            "beside": f"list?from={begin + 10}",
            "parameters": f"?from={begin + 10}",
        }[form]
        return Reply({"items": stretch(begin), "next": link if begin + 10 < 25 else None, "count": 25})

    server.answer = answer
    assert ids(pull(server, {"kind": "next_link", "path": "next", "total": "count"})) == EVERY


def test_by_link_in_the_header(server: Server) -> None:
    def answer(asked: Asked) -> Reply:
        begin = int(asked.params.get("from", "0"))
        link = f'</v1/list?from=0>; rel="first", <{server.address}/v1/list?from={begin + 10}>; rel="next"'
        return Reply({"items": stretch(begin)}, headers={"Link": link} if begin + 10 < 25 else {})

    server.answer = answer
    assert ids(pull(server, {"kind": "next_link"})) == EVERY


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('<https://h/a?x=1,2>; rel="next"', "https://h/a?x=1,2"),
        ('<a>; rel="prev", <b>; title="x, y"; rel=next', "b"),
        ('<a>; rel="last next"', "a"),
        ('<a>; rel="nextish"', None),
        ("", None),
        ("garbage", None),
    ],
)
def test_link_headers(header: str, link: str | None) -> None:
    assert next_of(header) == link


def test_by_the_last_record(server: Server) -> None:
    def answer(asked: Asked) -> Reply:
        after = int(asked.params.get("since_id", "0"))
        return Reply({"items": stretch(after)})

    server.answer = answer
    assert ids(pull(server, {"kind": "keyset", "value": "id"})) == EVERY


# Lists that would go wrong


def test_a_server_that_ignores_the_page_is_found_out(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": stretch(0)})
    found = pull(server, {"kind": "page"})
    assert codes(found)[-1] == "K640"
    assert "page 2 holds the same records as page 1" in found.diagnostics[-1].message("en")


def test_a_circle_of_marks_is_found_out(server: Server) -> None:
    marks = {"a": "b", "b": "c", "c": "b"}
    count = iter(range(1000))

    def answer(asked: Asked) -> Reply:
        return Reply({"items": [{"id": next(count)}], "next": marks[asked.params.get("cursor", "a")]})

    server.answer = answer
    assert codes(pull(server, {"kind": "cursor", "next": "next"}))[-1] == "K640"
    assert len(server.asked) < 5


def test_a_list_without_end_is_an_error_not_a_cut(server: Server) -> None:
    count = iter(range(1000))
    server.answer = lambda asked: Reply({"items": [{"id": next(count)}]})
    limits = {"max_pages": 20, "attempts": 1}
    assert codes(pull(server, {"kind": "page"}, limits=limits))[-1] == "K642"
    assert len(server.asked) == 20


@pytest.mark.parametrize("key", [None, "id"])
def test_fewer_than_the_server_says(server: Server, key: str | None) -> None:
    server.answer = lambda asked: Reply({"items": stretch(int(asked.params["offset"])), "total": 26})
    found = pull(server, {"kind": "offset", "total": "total"}, **({"key": key} if key else {}))
    assert codes(found)[-1] == "K641"
    assert "26" in found.diagnostics[-1].message("en")
    assert "25" in found.diagnostics[-1].message("en")


def test_a_record_moved_between_pages_is_missed_and_told(server: Server) -> None:
    """25 came, but one of them twice: with a key that is known, and one is missing."""
    moved = {"0": stretch(0), "10": stretch(9, 10), "20": stretch(19, 5)}
    server.answer = lambda asked: Reply({"items": moved[asked.params["offset"]], "total": 25})
    found = pull(server, {"kind": "offset", "total": "total"}, key="id")
    assert codes(found) == ["K641"]


def test_a_next_page_on_another_host_is_not_asked_for(server: Server) -> None:
    with serving() as other:
        server.answer = lambda asked: Reply({"items": stretch(0), "next": f"{other.address}/v1/list?from=10"})
        found = pull(server, {"kind": "next_link", "path": "next"})
        assert codes(found)[-1] == "K630"
        assert other.address in found.diagnostics[-1].message("en")
        assert other.asked == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"items": [{"id": 1}], "error": {"message": "quota used up"}}, "K633"),
        ({"items": [1, None, {"id": 2}, "x"]}, "K635"),
        ({"items": "none"}, "K634"),
        ([], "K634"),
        ("text", "K634"),
        (None, "K634"),
    ],
)
def test_what_is_no_list_of_records(server: Server, body: Any, code: str) -> None:
    server.answer = lambda asked: Reply(body)
    found = pull(server, {"kind": "none"}, error_path="error")
    assert set(codes(found)) == {code}
    if code == "K633":
        assert "quota used up" in found.diagnostics[0].message("en")
    if code == "K635":
        assert len(found.diagnostics) == 3
        assert "record 2 of page 1" in found.diagnostics[1].message("en")
        assert found.table is not None
        assert found.table["id"].to_pylist() == [2]


def test_many_wrong_records_are_counted(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": ["x"] * 250})
    found = pull(server, {"kind": "none"})
    assert len(found.diagnostics) == 101
    assert "150" in found.diagnostics[-1].message("en")


def test_a_path_that_leads_nowhere_is_told(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": [{"id": 1, "subject": "x"}]})
    found = pull(server, {"kind": "none"}, fields={"id": "id", "title": "subjct"})
    assert codes(found) == ["K638"]
    assert 'did you mean "subject"?' in found.diagnostics[0].help("en")


def test_without_a_record_there_are_no_columns(server: Server) -> None:
    server.answer = lambda asked: Reply({"items": []})
    assert codes(pull(server, {"kind": "none"}, fields=None)) == ["K639"]
    assert ids(pull(server, {"kind": "none"})) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"records": "items["}, "JMESPath"),
        ({"fields": {}}, "at least one column"),
        ({"fields": {" a": "a"}}, "name of a column"),
        ({"fields": {"a": {"path": "a", "unit": "s"}}}, "duration"),
        ({"fields": {"a": {"path": "a", "kind": "moment", "zone": "Mars/Base"}}}, "no time zone"),
        ({"params": {"from": "{period_start}"}}, "period_column"),
        ({"incremental": {"folder": "x", "changed": "u", "parameter": "since"}}, "key"),
        ({"pages": {"kind": "scroll"}}, "none"),
        ({"auth": {"kind": "bearer", "token": "plain"}}, "token"),
    ],
)
def test_wrong_settings(server: Server, settings: dict[str, Any], said: str) -> None:
    found = pull(server, settings.pop("pages", {"kind": "none"}), **settings)
    assert found.table is None
    assert said in " ".join(one.message("en") + one.help("en") for one in found.diagnostics)
    assert server.asked == []
