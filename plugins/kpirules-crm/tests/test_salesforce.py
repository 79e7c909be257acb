"""The source `salesforce`, on a stand-in that answers in the documented shapes and understands the SOQL it is sent."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from kpirules_crm.hooks import Salesforce as Adapter

from kpirules.plugin import OnlyIn, Plugins, SourceTable, Within, describe, read_table
from kpirules.plugin.contract import SourceContract
from tests.servers.web import Asked, Reply, Server, serving

Case = dict[str, Any]
APP: dict[str, object] = {
    "client_id": "app",
    "client_secret": {"env": "SF_SECRET"},
    "limits": {"attempts": 3, "first_wait_seconds": 0.01},
}
FIELDS: dict[str, dict[str, tuple[str, str | None, list[str]]]] = {
    "Case": {
        "Id": ("id", None, []),
        "CaseNumber": ("string", None, []),
        "Subject": ("string", None, []),
        "Status": ("picklist", None, []),
        "OwnerId": ("reference", "Owner", ["Group", "User"]),
        "AccountId": ("reference", "Account", ["Account"]),
        "CreatedDate": ("datetime", None, []),
        "ClosedDate": ("datetime", None, []),
        "IsClosed": ("boolean", None, []),
        "Due__c": ("date", None, []),
        "Score__c": ("double", None, []),
        "Notes__c": ("textarea", None, []),
    },
    "Group": {"Id": ("id", None, []), "Name": ("string", None, [])},
    "User": {"Id": ("id", None, []), "Name": ("string", None, []), "Email": ("email", None, [])},
    "Account": {
        "Id": ("id", None, []),
        "Name": ("string", None, []),
        "OwnerId": ("reference", "Owner", ["User"]),
    },
}


def case(number: int, owner: str | None, created: str, closed: str | None = None, **more: Any) -> Case:
    return {
        "attributes": {"type": "Case", "url": f"/services/data/v60.0/sobjects/Case/500{number:015}"},
        "Id": f"500{number:015}",
        "CaseNumber": f"{number:08}",
        "Subject": f"Case {number}",
        "Status": "Closed" if closed else "New",
        "OwnerId": "005",
        "Owner": None
        if owner is None
        else {"attributes": {"type": "User"}, "Name": owner, "Email": f"{owner}@kpi.test"},
        "Account": None,
        "CreatedDate": f"2026-{created}:00.000+0000",
        "ClosedDate": closed and f"2026-{closed}:00.000+0000",
        "IsClosed": closed is not None,
        "Due__c": None,
        "Score__c": None,
        "Notes__c": None,
        "CaseMilestones": None,
        **more,
    }


def milestone(kind: str, start: str, done: str | None, violated: bool) -> Case:
    return {
        "attributes": {"type": "CaseMilestone"},
        "MilestoneType": {"attributes": {"type": "MilestoneType"}, "Name": kind},
        "StartDate": f"2026-{start}:00.000+0000",
        "TargetDate": f"2026-{start}:00.000+0000",
        "CompletionDate": done and f"2026-{done}:00.000+0000",
        "IsCompleted": done is not None,
        "IsViolated": violated,
    }


CASES = [
    case(
        1,
        "Li",
        "07-01T01:00",
        "07-01T03:00",
        Due__c="2026-07-03",
        Score__c=4.5,
        CaseMilestones={
            "totalSize": 2,
            "done": True,
            "records": [
                milestone("First Response", "07-01T01:00", "07-01T01:20", False),
                milestone("First Response", "07-01T02:00", "07-01T02:50", True),
            ],
        },
    ),
    case(2, "O'Brien \\ Söhne", "07-02T02:00", Subject="Quotes \" ' 打印机"),
    case(3, None, "07-05T00:00", "07-05T12:00"),
    case(4, "Li", "07-09T00:00", Account={"attributes": {"type": "Account"}, "Name": "ACME"}),
    case(5, "li", "07-31T17:00", "07-31T18:00"),
]


@dataclass
class Org:
    """The stand-in: cases, pages of two, access tokens that last for so many requests."""

    cases: list[Case] = field(default_factory=lambda: list(CASES))
    lasts: int = 1000
    size: int = 2
    tokens: int = 0
    used: int = 0
    overstated: int = 0
    queries: list[str] = field(default_factory=list)
    results: dict[str, list[Case]] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/services/oauth2/token":
            return self._token(asked)
        if self.used >= self.lasts or asked.headers.get("authorization") != f"Bearer session{self.tokens}":
            return refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        self.used += 1
        if found := re.fullmatch(r"/services/data/v60\.0/sobjects/(\w+)/describe", asked.path):
            return self._describe(found[1])
        if asked.path == "/services/data/v60.0/query":
            return self._first(asked.params["q"])
        if found := re.fullmatch(r"/services/data/v60\.0/query/(\w+)-(\d+)", asked.path):
            return self._page(found[1], int(found[2]))
        return refused(404, "NOT_FOUND", "The requested resource does not exist")

    def _token(self, asked: Asked) -> Reply:
        form = parse_qs(asked.body.decode())
        if form.get("client_secret") != ["s3cret"]:
            return Reply({"error": "invalid_client", "error_description": "invalid client credentials"}, 400)
        self.tokens += 1
        self.used = 0
        return Reply({"access_token": f"session{self.tokens}", "token_type": "Bearer", "scope": "api"})

    def _describe(self, name: str) -> Reply:
        if name not in FIELDS:
            return refused(404, "NOT_FOUND", "The requested resource does not exist")
        told = [
            {
                "name": one,
                "type": kind,
                "filterable": kind != "textarea",
                "relationshipName": relation,
                "referenceTo": leads,
            }
            for one, (kind, relation, leads) in FIELDS[name].items()
        ]
        return Reply({"name": name, "fields": told})

    def _first(self, query: str) -> Reply:
        self.queries.append(query)
        parts = re.fullmatch(r"SELECT (.+?) FROM Case(?: WHERE (.*?))? ORDER BY Id", query, re.DOTALL)
        if parts is None:
            return refused(400, "MALFORMED_QUERY", f"unexpected token: {query}")
        try:
            wanted = _Soql(parts[2]).condition() if parts[2] else lambda one: True
        except ValueError as wrong:
            return refused(400, "MALFORMED_QUERY", str(wrong))
        columns = {
            name.partition(".")[0] for name in re.sub(r"\(.*\)", "CaseMilestones", parts[1]).split(", ")
        }
        found = [
            {name: value for name, value in one.items() if name in columns or name == "attributes"}
            for one in self.cases
            if wanted(one)
        ]
        name = f"01g{len(self.results)}"
        self.results[name] = found
        return self._page(name, 0)

    def _page(self, name: str, begin: int) -> Reply:
        found = self.results[name]
        end = begin + self.size
        body: dict[str, Any] = {
            "totalSize": len(found) + self.overstated,
            "done": end >= len(found),
            "records": found[begin:end],
        }
        if end < len(found):
            body["nextRecordsUrl"] = f"/services/data/v60.0/query/{name}-{end}"
        return Reply(body)


def refused(status: int, code: str, message: str) -> Reply:
    return Reply([{"message": message, "errorCode": code}], status)


class _Soql:
    """Conditions of SOQL, read independently of how they are made."""

    _SIGNS = re.compile(r"\s*('(?:[^'\\]|\\.)*'|>=|[()<,=]|[\w.:+-]+)")

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            found = self._SIGNS.match(text, place)
            if found is None:
                raise ValueError(f"unexpected token at {place}")
            self.tokens.append(found[1])
            place = found.end()

    def condition(self) -> Callable[[Case], bool]:
        found = self._either()
        if self.tokens:
            raise ValueError(f"unexpected token: {self.tokens[0]}")
        return found

    def _either(self) -> Callable[[Case], bool]:
        parts = [self._both()]
        while self.tokens[:1] == ["OR"]:
            self.tokens.pop(0)
            parts.append(self._both())
        return lambda one: any(part(one) for part in parts)

    def _both(self) -> Callable[[Case], bool]:
        parts = [self._single()]
        while self.tokens[:1] == ["AND"]:
            self.tokens.pop(0)
            parts.append(self._single())
        return lambda one: all(part(one) for part in parts)

    def _single(self) -> Callable[[Case], bool]:
        if self.tokens[0] == "(":
            self._take("(")
            inner = self._either()
            self._take(")")
            return inner
        name, sign = self.tokens.pop(0), self.tokens.pop(0)
        if sign == "IN":
            self._take("(")
            values = []
            while self.tokens[0] != ")":
                values.append(self._value())
                if self.tokens[0] == ",":
                    self._take(",")
            self._take(")")
            return lambda one: _found(one, name) in values
        value = self._value()
        match sign:
            case "=":
                return lambda one: _found(one, name) == value
            case ">=":
                return lambda one: _found(one, name) is not None and _found(one, name) >= value
            case "<":
                return lambda one: _found(one, name) is not None and _found(one, name) < value
            case _:
                raise ValueError(f"unexpected token: {sign}")

    def _take(self, sign: str) -> None:
        if self.tokens.pop(0) != sign:
            raise ValueError(f"expecting {sign}")

    def _value(self) -> Any:
        text = self.tokens.pop(0)
        if text == "null":
            return None
        return re.sub(r"\\(.)", r"\1", text[1:-1]).lower() if text[0] == "'" else text


def _found(one: Case, name: str) -> Any:
    value: Any = one
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value.lower() if isinstance(value, str) and not value.startswith("2026-") else value


@pytest.fixture
def org(monkeypatch: pytest.MonkeyPatch) -> Org:
    monkeypatch.setenv("SF_SECRET", "s3cret")
    return Org()


@pytest.fixture
def server(org: Org) -> Iterator[Server]:
    with serving() as one:
        one.answer = org.answer
        yield one


def read(server: Server, settings: Mapping[str, object] = APP, **wanted: Any) -> SourceTable:
    plugins = Plugins((Adapter(),), ())
    return read_table(plugins, server.address, adapter="salesforce", settings=settings, **wanted)


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"2026-{text}+00:00")


def test_cases(server: Server) -> None:
    found = read(server)
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table.num_rows == 5
    one, two, three, *_ = found.table.to_pylist()
    assert one["CaseNumber"] == "00000001"
    assert one["CreatedDate"] == utc("07-01T01:00")
    assert one["ClosedDate"] == utc("07-01T03:00")
    assert (one["IsClosed"], one["Owner.Name"]) == (True, "Li")
    assert (two["Owner.Name"], two["Subject"], two["ClosedDate"]) == (
        "O'Brien \\ Söhne",
        "Quotes \" ' 打印机",
        None,
    )
    assert three["Owner.Name"] is None


def test_fields_of_their_kinds(server: Server) -> None:
    names = ("Due__c", "Score__c", "Account.Name", "Owner.Email", "Milestone.{First Response}.CompletionDate")
    settings = {**APP, "milestones": ["First Response"], "fields": ["Account.Name"]}
    found = read(
        server, settings, columns=(*names, "Milestone.{First Response}.IsViolated", "Nope", "Owner.Nope")
    )
    assert found.diagnostics == ()
    assert found.table is not None
    one, *_, four, _ = found.table.to_pylist()
    assert one == {
        "Account.Name": None,
        "Due__c": datetime.date(2026, 7, 3),
        "Score__c": 4.5,
        "Owner.Email": "Li@kpi.test",
        "Milestone.{First Response}.CompletionDate": utc("07-01T01:20"),
        "Milestone.{First Response}.IsViolated": False,
    }
    assert four["Account.Name"] == "ACME"
    assert four["Milestone.{First Response}.CompletionDate"] is None


def test_names_are_never_pasted(server: Server, org: Org) -> None:
    read(server, columns=("Id FROM User --", "(SELECT Id FROM Contacts)", "Subject"))
    assert org.queries == ["SELECT Id, Subject FROM Case ORDER BY Id"]


def test_less_is_asked_for(server: Server, org: Org) -> None:
    staff = OnlyIn("Owner.Name", ("O'Brien \\ Söhne", "x' OR Id != '"))
    period = Within("CreatedDate", datetime.date(2026, 7, 1), datetime.date(2026, 8, 1))
    found = read(
        server,
        {**APP, "query": "IsClosed = false OR Status = 'New'"},
        columns=("Id",),
        staff=staff,
        period=period,
    )
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table.num_rows == 1
    assert "(IsClosed = false OR Status = 'New') AND ((CreatedDate >= 2026-06-30T00:00:00Z" in org.queries[0]
    assert r"'O\'Brien \\ Söhne', 'x\' OR Id != \''" in org.queries[0]
    assert found.query is not None
    assert "query?q=SELECT" in found.query


def test_a_condition_that_is_not_whole(server: Server) -> None:
    found = read(server, {**APP, "query": "Id != null) OR (Id != null"})
    assert [one.code for one in found.diagnostics] == ["K658"]


def test_an_expired_session_is_renewed(server: Server, org: Org) -> None:
    org.lasts, org.size = 5, 1
    found = read(server, columns=("Id",))
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table.num_rows == 5
    assert org.tokens >= 2


def test_a_session_that_never_works(server: Server, org: Org) -> None:
    org.lasts = 0
    found = read(server)
    assert found.table is None
    ((code, message),) = [(one.code, one.message("en")) for one in found.diagnostics]
    assert code == "K660"
    assert "INVALID_SESSION_ID" in message


def test_wrong_credentials(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SF_SECRET", "wrong one")
    found = read(server)
    assert found.table is None
    assert len(found.diagnostics) == 1
    assert "wrong one" not in found.diagnostics[0].message("en")
    assert [one.code for one in read(server, {"client_id": "app"}).diagnostics] == ["K650"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), "REQUEST_LIMIT_EXCEEDED"),
        (refused(400, "INVALID_FIELD", "No such column 'x' on entity 'Case'"), "No such column 'x'"),
    ],
)
def test_errors_in_its_own_words(server: Server, reply: Reply, said: str) -> None:
    server.faults = [Reply({"access_token": "session"}), reply, reply, reply]
    found = read(server)
    assert found.table is None
    assert [one.code for one in found.diagnostics] == ["K660"]
    assert said in found.diagnostics[0].message("en")
    assert said in found.diagnostics[0].message("zh")


@pytest.mark.parametrize(
    "fault",
    [
        Reply([{"message": "busy", "errorCode": "SERVER_UNAVAILABLE"}], 503),
        Reply({}, 429, {"Retry-After": "0"}),
        Reply({"totalSize": 5, "done": True, "records": []}, cut=10),
        Reply(b'{"totalSize": 5, "done"', 200),
        Reply(drop=True),
    ],
)
def test_a_passing_fault_changes_nothing(server: Server, org: Org, fault: Reply) -> None:
    whole = read(server).table
    answer = server.answer
    failed: list[str] = []

    def sometimes(asked: Asked) -> Reply:
        if "query/" in asked.path and asked.path not in failed:
            failed.append(asked.path)
            return fault
        return answer(asked)

    server.answer = sometimes
    found = read(server)
    assert not any(one.is_error for one in found.diagnostics)
    assert found.table is not None
    assert found.table.equals(whole)
    assert len(failed) == 2


def test_a_fault_that_stays_is_told(server: Server) -> None:
    answer = server.answer
    server.answer = lambda asked: Reply({}, 500) if "query/" in asked.path else answer(asked)
    found = read(server)
    assert [one.code for one in found.diagnostics if one.is_error] == ["K626"]


def test_fewer_than_it_says(server: Server, org: Org) -> None:
    org.overstated = 1
    found = read(server)
    assert [one.code for one in found.diagnostics if one.is_error] == ["K641"]


def test_a_field_that_is_not_there(server: Server) -> None:
    (one,) = read(server, {**APP, "fields": ["Score"]}).diagnostics
    assert one.code == "K659"
    assert "Score__c" in one.help("en")
    assert [one.code for one in read(server, {**APP, "object": "Nope"}).diagnostics] == ["K660"]


def test_a_wrong_value_names_its_case(server: Server, org: Org) -> None:
    org.cases = [*CASES[:2], case(3, "Li", "07-05T00:00", Score__c="many")]
    found = read(server, columns=("CaseNumber", "Score__c"))
    assert found.table is not None
    assert found.table["Score__c"].to_pylist() == [4.5, None, None]
    (one,) = found.diagnostics
    assert (one.code, one.is_error) == ("K636", True)
    assert "many" in one.message("en")


def test_nothing_found(server: Server, org: Org) -> None:
    org.cases = []
    found = read(server)
    assert found.diagnostics == ()
    assert found.table is not None
    assert found.table.num_rows == 0


def test_describe(server: Server) -> None:
    settings = {**APP, "milestones": ["First Response"]}
    found = describe(Plugins((Adapter(),), ()), server.address, adapter="salesforce", settings=settings)
    assert found.diagnostics == ()
    assert {"Owner.Name", "Milestone.{First Response}.IsViolated"} <= set(found.sheets[0].columns)


class TestContract(SourceContract):
    adapter = Adapter()
    settings: ClassVar[dict[str, object]] = APP
    stable_rows = False
    first_row = 1
    missing = "http://127.0.0.1:1/org"
    _address: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _served(self, server: Server) -> None:
        type(self)._address = server.address

    def sample(self, folder: Path) -> str:
        return self._address

    def sample_rows(self) -> list[dict[str, object]]:
        return [
            {
                "CaseNumber": one["CaseNumber"],
                "Subject": one["Subject"],
                "Owner.Name": one["Owner"] and one["Owner"]["Name"],
                "CreatedDate": datetime.datetime.fromisoformat(one["CreatedDate"]),
                "IsClosed": one["IsClosed"],
            }
            for one in CASES
        ]


def test_the_stand_in_reads_soql() -> None:
    """What holds the source to account must itself be right."""
    assert [
        one["CaseNumber"][-1]
        for one in CASES
        if _Soql("(Owner.Name IN ('LI') OR Owner.Name = null)").condition()(one)
    ] == [
        "1",
        "3",
        "4",
        "5",
    ]
    assert json.dumps([_Soql("(IsClosed = x AND Id >= a)").condition()(CASES[0])]) == "[false]"
