"""Request Tracker 5 over its REST 2 interface: a row for each ticket, with what its history says of answers.

Tickets are asked for in the order of their numbers, each page beyond the last number that came: one that changes
meanwhile is neither lost nor doubled. The history of a page's tickets comes in a few further requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from kpirules_crm.histories import Event, History, history
from kpirules_crm.options import RequestTrackerOptions
from kpirules_crm.problems import (
    FEWER,
    NO_LOGIN,
    NO_SUCH_FIELD,
    ODD_ANSWER,
    STANDS_STILL,
    UNCOUNTED,
)
from kpirules_crm.quoting import not_whole
from kpirules_crm.table import Columns, Page, Pages, Values, column, source, text
from kpirules_crm.ticket_sql import NOBODY, after, any_ticket, conditions
from kpirules_rest.client import Client, Params
from kpirules_rest.settings import Auth, Basic, Bearer

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import DataRequest, Description, SheetInfo, Source

_NAME = "Request Tracker"
_REST = "REST/2.0"
_UNSET = "1970-01-01T00:00:00Z"
_MOST = 100  # the server gives no more in one page
_AT_ONCE = 50  # tickets whose history is asked for in one request
_TEXTS = ("Subject", "Status", "Type")
_MOMENTS = ("Created", "Started", "Starts", "Due", "Told", "Resolved", "LastUpdated")
_TIMES = ("TimeWorked", "TimeEstimated", "TimeLeft")
_NUMBERS = ("Priority", "InitialPriority", "FinalPriority")
_PEOPLE = ("Owner", "Creator", "LastUpdatedBy")
_GROUPS = {"Requestors": "Requestor", "Cc": "Cc", "AdminCc": "AdminCc"}
_OF_OWNER = {"Owner.RealName": "RealName", "Owner.EmailAddress": "EmailAddress"}
_OWN_FIELD = "CF.{"
_NO_ONE = frozenset({"RT_System", NOBODY})
_HISTORY: Columns = {
    "first_response": column("first_response", "moment"),
    "last_response": column("last_response", "moment"),
    "responses": column("responses", "whole"),
    "first_closed": column("first_closed", "moment"),
    "reopened": column("reopened", "whole"),
    "status_changes": column("status_changes", "whole"),
}
_COLUMNS: Columns = {
    "id": column("id", "whole", required=True),
    **{name: column(name, "text") for name in (*_TEXTS, "Queue", *_PEOPLE, *_OF_OWNER, *_GROUPS)},
    **{name: column(name, "moment") for name in _MOMENTS},
    **{name: column(name, "duration", unit="min") for name in _TIMES},
    **{name: column(name, "whole") for name in _NUMBERS},
    "closed": column("closed", "moment"),
    **_HISTORY,
}
#: A ticket or transaction as the server gives it.
Item: TypeAlias = Mapping[str, Any]


def describe(location: str, options: RequestTrackerOptions) -> Description:
    opened = _open(location, options)
    if isinstance(opened, Diagnostic):
        return Description((), (opened,))
    pull = _Pull(opened, DataRequest(location, options))
    try:
        seen = pull.ask("tickets", pull.query, pull.fields(), 0)
    finally:
        opened.close()
    if isinstance(seen, Diagnostic):
        return Description((), (seen,))
    return Description((SheetInfo(None, tuple(pull.columns(seen.items)), seen.total),))


def read(request: DataRequest[RequestTrackerOptions]) -> Source:
    opened = _open(request.location, request.options)
    if isinstance(opened, Diagnostic):
        return Source.refused(request.location, opened)
    pull = _Pull(opened, request)
    first = pull.ask("tickets", pull.query, pull.fields(), 0)
    if isinstance(first, Diagnostic):
        opened.close()
        return Source.refused(request.location, first)
    columns = pull.columns(first.items)
    return source(request, columns, pull.pages(first), opened, pull.shown(), "id")


def _open(location: str, options: RequestTrackerOptions) -> Client | Diagnostic:
    auth: Auth
    wrong = not_whole(options.query, "query")
    if wrong is not None:
        return wrong
    if options.token is not None:
        auth = Bearer(token=options.token, word="token")
    elif options.user is not None and options.password is not None:
        auth = Basic(user=options.user, password=options.password)
    else:
        reason = Words("neither a token nor a user with a password is set", "既没有令牌，也没有用户名和密码")
        return NO_LOGIN.at(None, system=_NAME, reason=reason, setting="token")
    bare = location.rstrip("/")
    base = bare if bare.endswith(_REST) else f"{bare}/{_REST}"
    return Client(
        base,
        auth=auth,
        limits=options.limits,
        insecure=options.insecure,
        proxy=options.proxy,
        ca_file=options.ca_file,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """One answer with a list. total: of all that the query finds; None where the account is not told."""

    items: Sequence[Item]
    total: int | None


class _Pull:
    """One pull of tickets."""

    def __init__(self, client: Client, request: DataRequest[RequestTrackerOptions]) -> None:
        self.client, self.request, self.options = client, request, request.options
        self.query = conditions(request, request.options.query)
        self._merged: Mapping[int, int] | None = None

    def shown(self) -> str:
        """The query as a person could ask it again."""
        return self.client.shown("tickets", {"query": self.query, "orderby": "id"})

    def columns(self, seen: Sequence[Item]) -> Columns:
        """All columns: the system's, and its custom fields that are asked for or on the tickets seen."""
        asked = [name for name in self.request.columns or () if _own_field(name)]
        found = {f"{_OWN_FIELD}{one['name']}}}" for item in seen for one in item.get("CustomFields") or ()}
        own = {name: column(name, "text") for name in dict.fromkeys((*sorted(found), *asked))}
        return {**_COLUMNS, **own}

    def fields(self) -> Params:
        """The fields that the wanted columns need, and those of what they point to."""
        wants = self.request.wants
        plain = [name for name in (*_TEXTS, *_MOMENTS, *_TIMES, *_NUMBERS, *_PEOPLE) if wants(name)]
        plain += [field for name, field in _GROUPS.items() if wants(name)]
        plain += ("Status", "Resolved") if wants("closed") else ()
        parts: dict[str, str] = {}
        if wants("Queue"):
            plain.append("Queue")
            parts["fields[Queue]"] = "Name"
        of_owner = [field for name, field in _OF_OWNER.items() if wants(name)]
        if of_owner:
            plain.append("Owner")
            parts["fields[Owner]"] = ",".join(of_owner)
        if any(wants(name) for name in _HISTORY):
            plain.append("Requestor")
        if self.request.columns is None or any(_own_field(name) for name in self.request.columns):
            plain.append("CustomFields")
        return {"fields": ",".join(dict.fromkeys(plain)), **parts}

    def ask(self, path: str, query: str, fields: Params, last: int) -> _Seen | Diagnostic:
        """What comes beyond a number."""
        size = self.options.per_page if path == "tickets" else _MOST
        params = {"query": after(query, last), "orderby": "id", "order": "ASC", "per_page": size, **fields}
        answer = self.client.get_json(path, params)
        if isinstance(answer, Diagnostic):
            return answer
        body = answer.body
        items = body.get("items") if isinstance(body, dict) else None
        if not isinstance(items, list) or not all(_number(one) is not None for one in items):
            return ODD_ANSWER.at(None, address=answer.address, system=_NAME, what=_NO_ITEMS)
        if any(_id(one) <= last for one in items):
            return STANDS_STILL.at(None, address=answer.address, last=last)
        total = body.get("total")
        return _Seen(items, total if isinstance(total, int) else None)

    def every(self, path: str, query: str, fields: Params) -> Iterator[Item | Diagnostic]:
        """All that a query finds."""
        last = 0
        while True:
            seen = self.ask(path, query, fields, last)
            if isinstance(seen, Diagnostic):
                yield seen
                return
            yield from seen.items
            if not seen.items or seen.total == len(seen.items):
                return
            last = _id(seen.items[-1])

    def pages(self, first: _Seen) -> Pages:
        """The tickets, page by page, and what is wrong at the end."""
        seen, count, own = first, 0, set[str]()
        while seen.items:
            own.update(one["name"] for item in seen.items for one in item.get("CustomFields") or ())
            tickets = self.tickets(seen.items)
            if isinstance(tickets, Diagnostic):
                yield tickets
                return
            count += len(tickets)
            yield Page(tickets, None if not first.total else min(count / first.total, 1))
            if seen.total == len(seen.items):
                break
            after_it = self.ask("tickets", self.query, self.fields(), _id(seen.items[-1]))
            if isinstance(after_it, Diagnostic):
                yield after_it
                return
            seen = after_it
        yield from self.told(first.total, count, own)

    def told(self, total: int | None, count: int, own: set[str]) -> Pages:
        """What is to be said at the end of a pull."""
        if total is None:
            yield Page((), None, (UNCOUNTED.at(None, address=self.client.shown("")),))
        elif count < total:
            again = self.ask("tickets", self.query, {"fields": "id"}, 0)
            if isinstance(again, Diagnostic):
                yield again
                return
            if again.total is None or count < again.total:
                yield FEWER.at(None, address=self.shown(), total=again.total or total, count=count)
                return
        asked = [name for name in self.request.columns or () if _own_field(name)]
        nowhere = [name for name in asked if name.removeprefix(_OWN_FIELD)[:-1] not in own]
        if nowhere and count:
            known = ", ".join(f"{_OWN_FIELD}{name}}}" for name in sorted(own)) or "-"
            yield Page(
                (),
                None,
                tuple(NO_SUCH_FIELD.at(None, count=count, column=name, known=known) for name in nowhere),
            )

    def tickets(self, items: Sequence[Item]) -> Sequence[Values] | Diagnostic:
        """The values of a page's tickets."""
        closed = frozenset(self.options.closed_statuses)
        if not any(self.request.wants(name) for name in _HISTORY):
            return [_values(item, closed) for item in items]
        events = self.events([_id(item) for item in items])
        if isinstance(events, Diagnostic):
            return events
        return [
            _values(item, closed)
            | _told(history(events.get(_id(item), ()), _people(item, "Requestor"), closed))
            for item in items
        ]

    def events(self, numbers: Sequence[int]) -> Mapping[int, Sequence[Event]] | Diagnostic:
        """Answers and changes of status of these tickets, and answers in those that were merged into them."""
        merged = self.merged()
        if isinstance(merged, Diagnostic):
            return merged
        wanted = set(numbers)
        asked = [*numbers, *(one for one in merged if _root(one, merged) in wanted)]
        found: dict[int, list[Event]] = {}
        for begin in range(0, len(asked), _AT_ONCE):
            some = asked[begin : begin + _AT_ONCE]
            query = f"{_OF_TICKETS} AND ( Type = 'Correspond' OR Type = 'Status' ) AND {any_ticket(some)}"
            for item in self.every("transactions", query, _EVENT_FIELDS):
                if isinstance(item, Diagnostic):
                    return item
                number = int(item["ObjectId"])
                is_answer = item["Type"] == "Correspond"
                if is_answer or number in wanted:
                    found.setdefault(_root(number, merged), []).append(_event(item, is_answer))
        return found

    def merged(self) -> Mapping[int, int] | Diagnostic:
        """Into which ticket another one was merged."""
        if self._merged is None:
            found: dict[int, int] = {}
            fields = {"fields": "ObjectId,NewValue"}
            query = f"{_OF_TICKETS} AND Type = 'AddLink' AND Field = 'MergedInto'"
            for item in self.every("transactions", query, fields):
                if isinstance(item, Diagnostic):
                    return item
                into = str(item["NewValue"]).rpartition("/")[2]
                if into.isdigit() and int(item["ObjectId"]) != int(into):
                    found[int(item["ObjectId"])] = int(into)
            self._merged = found
        return self._merged


_NO_ITEMS = Words("there is no list of items with numbers", "没有带编号的条目列表")
_OF_TICKETS = "ObjectType = 'RT::Ticket'"
_EVENT_FIELDS: Params = {"fields": "Type,OldValue,NewValue,Creator,Created,ObjectId"}


def _own_field(name: str) -> bool:
    return name.startswith(_OWN_FIELD) and name.endswith("}")


def _number(item: Any) -> int | None:
    written = str(item.get("id", "")) if isinstance(item, dict) else ""
    return int(written) if written.isdigit() else None


def _id(item: Item) -> int:
    return int(item["id"])


def _root(number: int, merged: Mapping[int, int]) -> int:
    """The ticket in which this one has ended up."""
    seen = {number}
    while number in merged and merged[number] not in seen:
        number = merged[number]
        seen.add(number)
    return number


def _values(item: Item, closed: Collection[str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: item.get(name) for name in ("id", *_TEXTS, *_TIMES, *_NUMBERS)}
    found |= {name: None if item.get(name) == _UNSET else item.get(name) for name in _MOMENTS}
    # A ticket that came back keeps the moment of its last closing there.
    found["closed"] = found["Resolved"] if found["Status"] in closed else None
    found |= {name: _person(item.get(name)) for name in _PEOPLE}
    found |= {name: text(_people(item, field)) for name, field in _GROUPS.items()}
    queue, owner = item.get("Queue") or {}, item.get("Owner") or {}
    found["Queue"] = queue.get("Name")
    found |= {name: owner.get(field) if found["Owner"] else None for name, field in _OF_OWNER.items()}
    found |= {f"{_OWN_FIELD}{one['name']}}}": text(one["values"]) for one in item.get("CustomFields") or ()}
    return found


def _person(value: Any) -> str | None:
    name = value.get("id") if isinstance(value, dict) else None
    return None if name == NOBODY else name


def _people(item: Item, field: str) -> list[str]:
    return [str(one["id"]) for one in item.get(field) or ()]


def _event(item: Item, is_answer: bool) -> Event:
    by = _person(item["Creator"])
    return Event(
        str(item["Created"]),
        None if by in _NO_ONE else by,
        is_answer,
        str(item["OldValue"] or ""),
        str(item["NewValue"] or ""),
    )


def _told(found: History) -> dict[str, Any]:
    return {
        "first_response": found.first_response,
        "last_response": found.last_response,
        "responses": found.responses,
        "first_closed": found.first_closed,
        "reopened": found.reopened,
        "status_changes": found.changes,
    }
