"""Roundup 2 over its REST interface: a row for each issue, with when its messages were written.

First the numbers of all issues are asked for, then the issues by their numbers, so that one that changes or leaves
the list meanwhile moves no other. Roundup's interface does not give the history of an issue: it says when an issue
last changed (`activity`), not when it was closed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from kpirules_crm.histories import Event, history
from kpirules_crm.options import RoundupOptions
from kpirules_crm.problems import GONE, HIDDEN_PART, NO_LOGIN, NO_SUCH_NAME, ODD_ANSWER, SHRANK
from kpirules_crm.table import Columns, Page, Pages, Values, column, source, text
from kpirules_rest.client import Client, Params
from kpirules_rest.settings import Anonymous, Auth, Basic

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import DataRequest, Description, SheetInfo, Source, Within

_NAME = "Roundup"
_REST = "rest/data"
_LIST = 2_000  # numbers asked for at once
_ATTEMPTS = 3
_MARGIN = datetime.timedelta(days=2)
_AT_ONCE = 100  # messages asked for at once: an address does not grow without end
_WRITTEN = {"format": "%Y-%m-%d.%H:%M:%S", "zone": "UTC"}
_MOMENTS = ("creation", "activity")
_ANSWERS = ("first_response", "last_response", "responses", "messages")
_COLUMNS: Columns = {
    "id": column("id", "whole", required=True),
    **{name: column(name, "text") for name in ("title", "status", "assignedto", "priority", "keyword")},
    **{name: column(name, "text") for name in ("creator", "actor", "nosy", "superseder")},
    **{name: column(name, "moment", **_WRITTEN) for name in _MOMENTS},
    "closed_activity": column("closed_activity", "moment", **_WRITTEN),
    "first_response": column("first_response", "moment", **_WRITTEN),
    "last_response": column("last_response", "moment", **_WRITTEN),
    "responses": column("responses", "whole"),
    "messages": column("messages", "whole"),
}
#: What a derived column is made of, beside itself.
_NEEDS = {
    "closed_activity": ("activity", "status"),
    **dict.fromkeys(_ANSWERS, ("messages", "creator")),
}
#: Properties that the server has but that are no columns.
_NO_COLUMNS = frozenset({"files", "link"})
Item: TypeAlias = Mapping[str, Any]


def describe(location: str, options: RoundupOptions) -> Description:
    pull = _pull(DataRequest(location, options))
    if isinstance(pull, Diagnostic):
        return Description((), (pull,))
    with pull.client:
        ready = pull.ready()
    if isinstance(ready, Diagnostic):
        return Description((), (ready,))
    return Description((SheetInfo(None, tuple(pull.columns), len(pull.numbers)),))


def read(request: DataRequest[RoundupOptions]) -> Source:
    pull = _pull(request)
    if isinstance(pull, Diagnostic):
        return Source.refused(request.location, pull)
    wrong = pull.ready()
    if wrong is not None:
        pull.client.close()
        return Source.refused(request.location, wrong)
    return source(request, pull.columns, pull.pages(), pull.client, pull.shown(), "id")


def _pull(request: DataRequest[RoundupOptions]) -> _Pull | Diagnostic:
    options = request.options
    auth: Auth = Anonymous()
    if options.user is not None and options.password is not None:
        auth = Basic(user=options.user, password=options.password)
    elif options.user is not None or options.password is not None:
        reason = Words("a user and a password go together", "用户名和密码须同时给出")
        return NO_LOGIN.at(None, system=_NAME, reason=reason, setting="password")
    bare = request.location.rstrip("/")
    client = Client(
        bare if bare.endswith(_REST) else f"{bare}/{_REST}",
        auth=auth,
        limits=options.limits,
        insecure=options.insecure,
        proxy=options.proxy,
        ca_file=options.ca_file,
    )
    return _Pull(client, request)


class _Pull:
    """One pull of issues. `ready` asks for their numbers and properties; then there are `columns` and `pages`."""

    def __init__(self, client: Client, request: DataRequest[RoundupOptions]) -> None:
        self.client, self.request, self.options = client, request, request.options
        self.filter: Params = _filter(request.period)
        self.numbers: Sequence[int] = ()
        self.columns: Columns = _COLUMNS
        self.hidden = self.gone = 0

    def shown(self) -> str:
        return self.client.shown(self.options.issues, {"@verbose": "2", **self.filter})

    def ready(self) -> Diagnostic | None:
        numbers = self._all_numbers()
        if isinstance(numbers, Diagnostic):
            return numbers
        self.numbers = numbers
        if numbers:
            params = {"@protected": "true", "@verbose": "2"}
            answer = self.client.get_json(f"{self.options.issues}/{numbers[0]}", params)
            if isinstance(answer, Diagnostic):
                return answer
            there = _part(answer.body, "attributes")
            if not isinstance(there, dict):
                return ODD_ANSWER.at(None, address=answer.address, system=_NAME, what=_NO_PROPERTIES)
            wrong = next((name for name in self.options.fields if name not in there), None)
            if wrong is not None:
                return NO_SUCH_NAME.at(
                    None,
                    object=self.options.issues,
                    address=self.client.shown(""),
                    column=wrong,
                    known=", ".join(there),
                )
            self.columns = self._columns(there)
        return None

    def _columns(self, there: Item) -> Columns:
        """The columns that a tracker with these properties has."""
        kept = {
            name: one
            for name, one in _COLUMNS.items()
            if all(part in there or part == "id" for part in _NEEDS.get(name, (name,)))
        }
        own = [name for name in there if name not in _COLUMNS and name not in _NO_COLUMNS]
        kinds = self.options.fields
        more = {
            name: column(name, kind, **(_WRITTEN if kind == "moment" else {}))
            for name in dict.fromkeys((*own, *kinds))
            for kind in (kinds.get(name, "text"),)
        }
        return {**kept, **more}

    def _all_numbers(self) -> Sequence[int] | Diagnostic:
        """The numbers of all issues; begun anew where one left the list meanwhile."""
        for _ in range(_ATTEMPTS):
            found: dict[int, None] = {}
            before = 0
            index = 1
            while True:
                params: Params = {
                    "@fields": "id",
                    "@sort": "id",
                    "@page_size": str(_LIST),
                    "@page_index": str(index),
                    **self.filter,
                }
                items = self._items(self.options.issues, params)
                if isinstance(items, Diagnostic):
                    return items
                listed, total = items
                if total < before:
                    break
                found |= dict.fromkeys(int(one["id"]) for one in listed)
                before = total
                if len(listed) < _LIST:
                    return list(found)
                index += 1
        return SHRANK.at(None, address=self.client.shown(self.options.issues))

    def _items(self, path: str, params: Params) -> tuple[Sequence[Item], int] | Diagnostic:
        """The items of a collection, and how many there are by now."""
        answer = self.client.get_json(path, params)
        if isinstance(answer, Diagnostic):
            return answer
        items = _part(answer.body, "collection")
        total = _part(answer.body, "@total_size")
        sound = isinstance(items, list) and all(str(one.get("id", "")).isdigit() for one in items)
        if not sound or not isinstance(total, int):
            return ODD_ANSWER.at(None, address=answer.address, system=_NAME, what=_NO_COLLECTION)
        return items, total

    def pages(self) -> Pages:
        step = self.options.per_page
        fields = self._fields()
        for begin in range(0, len(self.numbers), step):
            some = self.numbers[begin : begin + step]
            found = self._items(self.options.issues, {"@fields": fields, "@verbose": "2", **_by_id(some)})
            if isinstance(found, Diagnostic):
                yield found
                return
            issues = {int(one["id"]): one for one in found[0]}
            self.gone += len(some) - len(issues)
            rows = self._rows([issues[number] for number in some if number in issues])
            if isinstance(rows, Diagnostic):
                yield rows
                return
            yield Page(rows, (begin + len(some)) / len(self.numbers))
        yield from self._told()

    def _told(self) -> Iterator[Page]:
        notes = []
        if self.hidden:
            notes.append(HIDDEN_PART.at(None, count=self.hidden))
        if self.gone:
            notes.append(GONE.at(None, count=self.gone))
        if notes:
            yield Page((), None, tuple(notes))

    def _fields(self) -> str:
        """The properties that the wanted columns need."""
        wanted = [name for name in self.columns if self.request.wants(name)]
        return ",".join(dict.fromkeys(part for name in ("id", *wanted) for part in _NEEDS.get(name, (name,))))

    def _rows(self, issues: Sequence[Item]) -> Sequence[Values] | Diagnostic:
        """The values of these issues."""
        answers = any(self.request.wants(name) for name in _ANSWERS)
        written = self._messages(issues) if answers else {}
        if isinstance(written, Diagnostic):
            return written
        return [self._row(issue, written) for issue in issues]

    def _row(self, issue: Item, written: Mapping[str, Item]) -> Values:
        found: dict[str, Any] = {name: _value(issue.get(name)) for name in self.columns}
        closed = found.get("status") in self.options.closed_statuses
        found["closed_activity"] = issue.get("activity") if closed else None
        listed = issue.get("messages") or ()
        found["messages"] = len(listed)
        events = [
            Event(str(one["date"]), _label(one.get("author")), answer=True)
            for one in (written.get(str(message["id"])) for message in listed)
            if one is not None and one.get("date")
        ]
        told = history(events, {str(found.get("creator"))}, ())
        found["first_response"], found["last_response"] = told.first_response, told.last_response
        found["responses"] = told.responses
        return found

    def _messages(self, issues: Sequence[Item]) -> Mapping[str, Item] | Diagnostic:
        """Author and date of the messages of these issues, by number."""
        wanted = [int(one["id"]) for issue in issues for one in issue.get("messages") or ()]
        found: dict[str, Item] = {}
        for begin in range(0, len(wanted), _AT_ONCE):
            some = wanted[begin : begin + _AT_ONCE]
            items = self._items("msg", {"@fields": "author,date", "@verbose": "2", **_by_id(some)})
            if isinstance(items, Diagnostic):
                return items
            found |= {str(one["id"]): one for one in items[0]}
        self.hidden += sum(not found.get(str(one), {}).get("date") for one in set(wanted))
        return found


_NO_PROPERTIES = Words("an issue has no attributes", "工单没有属性")
_NO_COLLECTION = Words("there is no collection with numbers and a total", "没有带编号和总数的列表")


def _filter(period: Within | None) -> Params:
    """The period, if it can be asked for. A day is one of the account's time zone: two days more on both sides."""
    if period is None or period.column not in _MOMENTS:
        return {}
    try:
        return {period.column: f"from {period.start - _MARGIN} to {period.end + _MARGIN}"}
    except OverflowError:
        return {}


def _by_id(numbers: Sequence[int]) -> Params:
    return {"id": [str(number) for number in numbers]}


def _part(body: Any, name: str) -> Any:
    """A part of what the interface answers."""
    data = body.get("data") if isinstance(body, dict) else None
    return data.get(name) if isinstance(data, dict) else None


def _value(value: Any) -> Any:
    """A property's value; links by what names them."""
    match value:
        case dict():
            return _label(value)
        case list():
            return text([_value(one) for one in value])
        case _:
            return value


def _label(link: Any) -> str | None:
    """What names a linked thing."""
    if not isinstance(link, dict):
        return None
    return next((str(value) for name, value in link.items() if name not in ("id", "link")), link.get("id"))
