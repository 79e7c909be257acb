"""Zendesk, and what speaks as it does: a row for each ticket, from the incremental export.

The export gives tickets by the time of their last change, so one that changes meanwhile comes again: it counts
once, in its latest state. People, groups and measured times come beside the tickets in the same answers.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from kpirules_crm.options import ZendeskOptions
from kpirules_crm.problems import DELETED, NO_LOGIN, UNMEASURED
from kpirules_rest.answers import Answer
from kpirules_rest.cells import Column, Kind
from kpirules_rest.client import Client, Params
from kpirules_rest.incremental import Incremental
from kpirules_rest.pages import Cursor
from kpirules_rest.problems import MORE_PAGES
from kpirules_rest.settings import Auth, Basic, Bearer
from kpirules_rest.source import RestSource

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import Chunk, DataRequest, Description, SheetInfo, Source

_NAME = "Zendesk"
_PATH = "api/v2/incremental/tickets/cursor.json"
_METRICS = "api/v2/ticket_metrics.json"
_MARGIN = datetime.timedelta(days=1)
_OWN = re.compile(r"custom\.\{(\d+)\}", re.ASCII)
_DELETED = "deleted"
#: Moments that are never later than the last change, and never missing.
_EARLIER = frozenset({"created_at", "updated_at"})
_MEASURED = {
    "reply_time": "reply_time_in_minutes",
    "first_resolution_time": "first_resolution_time_in_minutes",
    "full_resolution_time": "full_resolution_time_in_minutes",
    "agent_wait_time": "agent_wait_time_in_minutes",
    "requester_wait_time": "requester_wait_time_in_minutes",
    "on_hold_time": "on_hold_time_in_minutes",
}
Item: TypeAlias = Mapping[str, Any]


def _columns() -> dict[str, Column]:
    texts = ("subject", "status", "priority", "type", "external_id")
    made = {"id": Column(path="id", kind="whole", required=True)}
    made |= {name: Column(path=name, kind="text") for name in texts}
    made["channel"] = Column(path="via.channel", kind="text")
    made["tags"] = Column(path="join(', ', tags || `[]`)", kind="text")
    made |= {name: Column(path=name, kind="moment") for name in ("created_at", "updated_at", "due_at")}
    for role in ("assignee", "requester"):
        made[role] = Column(path=f"{role}.name", kind="text")
        made[f"{role}.email"] = Column(path=f"{role}.email", kind="text")
        made[f"{role}_id"] = Column(path=f"{role}_id", kind="whole")
    made["group"] = Column(path="group.name", kind="text")
    made["organization_id"] = Column(path="organization_id", kind="whole")
    made["satisfaction"] = Column(path="satisfaction_rating.score", kind="text")
    made["satisfaction.comment"] = Column(path="satisfaction_rating.comment", kind="text")
    return made


def _measured() -> dict[str, Column]:
    """What Zendesk has measured itself. Times run by the calendar; those with `.business` within office hours."""
    kinds: Mapping[str, Kind] = {"reopens": "whole", "replies": "whole", "assignee_stations": "whole"}
    made = {name: Column(path=f"metric_set.{name}", kind=kind) for name, kind in kinds.items()}
    for name in ("solved_at", "assigned_at", "initially_assigned_at", "latest_comment_added_at"):
        made[name] = Column(path=f"metric_set.{name}", kind="moment")
    for name, path in _MEASURED.items():
        made[name] = Column(path=f"metric_set.{path}.calendar", kind="duration", unit="min")
        made[f"{name}.business"] = Column(path=f"metric_set.{path}.business", kind="duration", unit="min")
    made["first_reply_at"] = Column(path="first_reply_at", kind="moment")
    return made


_MEASURES = _measured()
_COLUMNS = _columns() | _MEASURES


def describe(location: str, options: ZendeskOptions) -> Description:
    # Without the cache: what it holds says nothing of whether the server answers.
    made = _source(DataRequest(location, options.model_copy(update={"cache": None})))
    if isinstance(made, Diagnostic):
        return Description((), (made,))
    with made.connect() as client:
        answer = client.get_json(made.path, {**made.params, "per_page": 1})
    if isinstance(answer, Diagnostic):
        return Description((), (answer,))
    return Description((SheetInfo(None, tuple(made.columns or ())),))


def read(request: DataRequest[ZendeskOptions]) -> Source:
    made = _source(request)
    if isinstance(made, Diagnostic):
        return Source.refused(request.location, made)
    # Whether a ticket is deleted is known when all of it has come: it is left out then.
    asked, deleted = request.columns, request.options.deleted
    more = asked if deleted or asked is None or "status" in asked else (*asked, "status")
    found = made.read(replace(request, columns=more))
    if found.schema is None:
        return found
    schema = pa.schema([field for field in found.schema if asked is None or field.name in asked])
    return replace(found, schema=schema, chunks=_Kept(iter(found.chunks), schema, made.tally, deleted))


@dataclass(slots=True)
class _Tally:
    """What one pull found out on the way. listed: measured times that did not come inside the tickets."""

    listed: Mapping[Any, Item] | None = None
    unmeasured: int = 0


@dataclass(slots=True)
class _Kept:
    """The chunks, without deleted tickets if so wanted; what is to be said of all comes at the end."""

    chunks: Iterator[Chunk]
    schema: pa.Schema
    tally: _Tally
    deleted: bool
    dropped: int = 0
    told: bool = False

    def __iter__(self) -> _Kept:
        return self

    def __next__(self) -> Chunk:
        chunk = next(self.chunks, None)
        if chunk is not None:
            return chunk if self.deleted else self._without(chunk)
        notes = () if self.told else self._notes()
        if not notes:
            raise StopIteration
        self.told = True
        return Chunk(pa.RecordBatch.from_pylist([], schema=self.schema), 1, notes)

    def _notes(self) -> tuple[Diagnostic, ...]:
        told = []
        if self.tally.unmeasured:
            told.append(UNMEASURED.at(None, count=self.tally.unmeasured))
        if self.dropped:
            told.append(DELETED.at(None, count=self.dropped))
        return tuple(told)

    def close(self) -> None:
        close = getattr(self.chunks, "close", None)
        if close is not None:
            close()

    def _without(self, chunk: Chunk) -> Chunk:
        batch = chunk.batch
        keep = pc.fill_null(pc.not_equal(batch.column("status"), _DELETED), True)
        self.dropped += batch.num_rows - pc.sum(keep).as_py() if batch.num_rows else 0
        numbers = pa.array(range(batch.num_rows), pa.int64()).filter(keep)
        rows = chunk.rows if isinstance(chunk.rows, int) else 1
        kept = batch.filter(keep).select(self.schema.names)
        return replace(chunk, batch=kept, rows=pc.add(numbers, rows).to_numpy(zero_copy_only=False))


class _Client(Client):
    """Puts people, groups and measured times into the tickets that they belong to."""

    def get_json(
        self, path: str, params: Params | None = None, *, page: int | None = None
    ) -> Answer | Diagnostic:
        answer = super().get_json(path, params, page=page)
        if isinstance(answer, Diagnostic) or not isinstance(answer.body, dict):
            return answer
        tickets = answer.body.get("tickets")
        if not isinstance(tickets, list):
            return answer
        beside = _Beside(
            _by(answer.body, "users", "id"),
            _by(answer.body, "groups", "id"),
            _by(answer.body, "metric_sets", "ticket_id"),
        )
        joined = [beside.joined(one) if isinstance(one, dict) else one for one in tickets]
        return replace(answer, body={**answer.body, "tickets": joined})


@dataclass(frozen=True, kw_only=True)
class _Tickets(RestSource):
    """The export, with what comes beside the tickets put into them."""

    client = _Client

    measured: bool
    tally: _Tally

    def fill(self, client: Client, records: list[dict[str, Any]]) -> list[dict[str, Any]] | Diagnostic:
        """Measured times come with the tickets; where none of a page has any, they are listed elsewhere."""
        if not self.measured:
            return records
        alive = [one for one in records if isinstance(one, dict) and one.get("status") != _DELETED]
        if alive and not any(one.get("metric_set") for one in alive):
            listed = (
                self.tally.listed if self.tally.listed is not None else _listed(client, self.limits.max_pages)
            )
            if isinstance(listed, Diagnostic):
                return listed
            self.tally.listed = listed
            for one in alive:
                one["metric_set"] = listed.get(one.get("id"))
        for one in alive:
            self.tally.unmeasured += not one.get("metric_set")
            one["first_reply_at"] = _later(one.get("created_at"), one.get("metric_set"))
        return records


def _listed(client: Client, most: int) -> Mapping[Any, Item] | Diagnostic:
    """All measured times by the ticket's number."""
    found: dict[Any, Item] = {}
    params = {"page[size]": "100"}
    for _ in range(most):
        answer = client.get_json(_METRICS, params)
        if isinstance(answer, Diagnostic):
            return answer
        body = answer.body if isinstance(answer.body, dict) else {}
        found |= _by(body, "ticket_metrics", "ticket_id")
        meta = body.get("meta")
        mark = meta.get("after_cursor") if isinstance(meta, dict) and meta.get("has_more") else None
        if mark is None or mark == params.get("page[after]"):
            return found
        params = {**params, "page[after]": str(mark)}
    return MORE_PAGES.at(None, address=client.shown(_METRICS), limit=most)


@dataclass(frozen=True, slots=True)
class _Beside:
    users: Mapping[Any, Item]
    groups: Mapping[Any, Item]
    metrics: Mapping[Any, Item]

    def joined(self, ticket: Item) -> dict[str, Any]:
        return {
            **ticket,
            "assignee": self.users.get(ticket.get("assignee_id")),
            "requester": self.users.get(ticket.get("requester_id")),
            "group": self.groups.get(ticket.get("group_id")),
            "metric_set": ticket.get("metric_set") or self.metrics.get(ticket.get("id")),
            "first_reply_at": None,
        }


def _by(body: Item, name: str, key: str) -> Mapping[Any, Item]:
    listed = body.get(name)
    if not isinstance(listed, list):
        return {}
    return {one[key]: one for one in listed if isinstance(one, dict) and key in one}


def _later(created: Any, measured: Any) -> str | None:
    """When the first reply came: so many minutes after the ticket, as it was measured."""
    reply = measured.get("reply_time_in_minutes") if isinstance(measured, dict) else None
    minutes = reply.get("calendar") if isinstance(reply, dict) else None
    if not isinstance(created, str) or isinstance(minutes, bool) or not isinstance(minutes, int):
        return None
    try:
        return (datetime.datetime.fromisoformat(created) + datetime.timedelta(minutes=minutes)).isoformat()
    except (ValueError, OverflowError):
        return None


def _source(request: DataRequest[ZendeskOptions]) -> _Tickets | Diagnostic:
    options = request.options
    if options.token is None:
        reason = Words("no token is set", "没有令牌")
        return NO_LOGIN.at(None, system=_NAME, reason=reason, setting="token")
    auth: Auth = Bearer(token=options.token)
    if options.email is not None:
        auth = Basic(user=f"{options.email}/token", password=options.token)
    asked = [int(found[1]) for name in request.columns or () if (found := _OWN.fullmatch(name))]
    own = {
        f"custom.{{{number}}}": Column(path=f"custom_fields[?id==`{number}`].value | [0]", kind="any")
        for number in dict.fromkeys((*options.custom_fields, *asked))
    }
    start = str(_epoch(options.start))
    kept = None
    if options.cache is not None:
        kept = Incremental(
            folder=options.cache,
            changed="generated_timestamp",
            parameter="start_time",
            write="epoch",
            start=start,
            ordered=True,
            full=options.full,
        )
    since = str(_since(request)) if kept is None else start
    return _Tickets(
        address=request.location,
        path=_PATH,
        params={
            "include": "users,groups,metric_sets",
            "per_page": str(options.per_page),
            **({} if kept is not None else {"start_time": since}),
        },
        auth=auth,
        limits=options.limits,
        insecure=options.insecure,
        proxy=options.proxy,
        ca_file=options.ca_file,
        pages=Cursor(next="after_cursor", parameter="cursor", end="end_of_stream"),
        records="tickets",
        columns=_COLUMNS | own,
        key="id",
        incremental=kept,
        # What is kept for later must be whole.
        measured=kept is not None or any(request.wants(name) for name in _MEASURES),
        tally=_Tally(),
    )


def _since(request: DataRequest[ZendeskOptions]) -> int:
    """From when to ask: a ticket that was made within the period has not changed before it."""
    start, period = _epoch(request.options.start), request.period
    if period is None or period.column not in _EARLIER:
        return start
    try:
        return max(start, _epoch(period.start - _MARGIN))
    except OverflowError:
        return start


def _epoch(day: datetime.date) -> int:
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
