"""Salesforce, and what speaks as it does: a row for each record of an object such as Case.

The object's own description says which fields there are and of which kind; fields of related objects are named
with dots (Owner.Name). The records come by one query, page by page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kpirules_crm.options import SalesforceOptions
from kpirules_crm.problems import NO_LOGIN, NO_SUCH_NAME, ODD_ANSWER, SAID_NO
from kpirules_crm.quoting import not_whole
from kpirules_crm.soql import Field, conditions, is_name, quoted, select
from kpirules_rest.answers import Answer
from kpirules_rest.cells import Column, Kind
from kpirules_rest.client import Client, Params
from kpirules_rest.pages import NextLink
from kpirules_rest.settings import Auth, Bearer, OAuth2
from kpirules_rest.source import RestSource

from kpirules.diagnostics import Diagnostic, Words
from kpirules.plugin import DataRequest, Description, SheetInfo, Source

_NAME = "Salesforce"
_STANDARD = (
    *("Id", "CaseNumber", "Subject", "Status", "Priority", "Origin", "Type", "Reason"),
    *("OwnerId", "Owner.Name", "CreatedDate", "ClosedDate", "IsClosed", "IsEscalated", "LastModifiedDate"),
)
_MILESTONE: Mapping[str, Kind] = {
    "StartDate": "moment",
    "TargetDate": "moment",
    "CompletionDate": "moment",
    "IsCompleted": "yes",
    "IsViolated": "yes",
}
_ERROR = re.compile(r'"errorCode"\s*:\s*"(\w+)"')
_MESSAGE = re.compile(r'"message"\s*:\s*"((?:[^"\\]|\\.)*)"')


def describe(location: str, options: SalesforceOptions) -> Description:
    asked = _asked(DataRequest(location, options))
    if isinstance(asked, Diagnostic):
        return Description((), (asked,))
    return Description((SheetInfo(None, asked.header),))


def read(request: DataRequest[SalesforceOptions]) -> Source:
    asked = _asked(request)
    if isinstance(asked, Diagnostic):
        return Source.refused(request.location, asked)
    return replace(asked.source.read(request), header=asked.header)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for: all columns there are, and the source that reads the wanted ones."""

    header: tuple[str, ...]
    source: RestSource


class _Client(Client):
    """Tells errors as Salesforce words them: a list of codes and messages."""

    def get_json(
        self, path: str, params: Params | None = None, *, page: int | None = None
    ) -> Answer | Diagnostic:
        answer = super().get_json(path, params, page=page)
        if isinstance(answer, Answer):
            return answer
        said = answer.message("en")
        code, message = _ERROR.search(said), _MESSAGE.search(said)
        if code is None:
            return answer
        return SAID_NO.at(None, address=self.shown(path), code=code[1], said=message[1] if message else "")


@dataclass(frozen=True, kw_only=True)
class _Cases(RestSource):
    """A query, with the errors in Salesforce's own words."""

    client = _Client


def _asked(request: DataRequest[SalesforceOptions]) -> _Asked | Diagnostic:
    options = request.options
    wrong = not_whole(options.query, "query")
    source = _source(request) if wrong is None else wrong
    if isinstance(source, Diagnostic):
        return source
    with source.connect() as client:
        objects = _Objects(client, f"services/data/v{options.api_version}/sobjects")
        own = objects.fields(options.object)
        if isinstance(own, Diagnostic):
            return own
        related = [name for name in (*_STANDARD, *options.fields, *(request.columns or ())) if "." in name]
        found = {name: objects.field(options.object, name) for name in related}
        fields = {**own, **{name: field for name, field in found.items() if field is not None}}
        unknown = next((name for name in options.fields if name not in fields), None)
        if unknown is not None:
            return NO_SUCH_NAME.at(
                None, object=options.object, address=source.address, column=unknown, known=_few(fields)
            )
    return _query(request, source, fields)


def _query(
    request: DataRequest[SalesforceOptions], source: RestSource, fields: Mapping[str, Field]
) -> _Asked:
    """The query for the wanted ones of these fields."""
    options = request.options
    offered = dict.fromkeys((*_STANDARD, *options.fields, *(request.columns or ())))
    columns = {name: Column(path=_path(name), kind=fields[name].kind) for name in offered if name in fields}
    milestones = {
        f"Milestone.{{{milestone}}}.{part}": Column(path=_milestone(milestone, part), kind=kind)
        for milestone in options.milestones
        for part, kind in _MILESTONE.items()
    }
    wanted = {name: column for name, column in (columns | milestones).items() if request.wants(name)}
    inner = []
    if wanted.keys() & milestones.keys():
        listed = ", ".join(quoted(name) for name in options.milestones)
        inner = [
            f"SELECT MilestoneType.Name, {', '.join(_MILESTONE)} FROM CaseMilestones"
            f" WHERE MilestoneType.Name IN ({listed}) ORDER BY StartDate"
        ]
    selected = dict.fromkeys(("Id", *(name for name in wanted if name in fields)))
    query = select(options.object, selected, conditions(request, fields, options.query), inner)
    return _Asked(tuple(columns | milestones), replace(source, params={"q": query}, columns=wanted))


def _source(request: DataRequest[SalesforceOptions]) -> RestSource | Diagnostic:
    """The server, without a query as yet."""
    options = request.options
    auth = _auth(request.location.rstrip("/"), options)
    if auth is None:
        reason = Words("neither a token nor an app's credentials are set", "既没有令牌，也没有应用的凭据")
        return NO_LOGIN.at(None, system=_NAME, reason=reason, setting="client_secret")
    return _Cases(
        address=request.location,
        path=f"services/data/v{options.api_version}/query",
        auth=auth,
        limits=options.limits,
        insecure=options.insecure,
        proxy=options.proxy,
        ca_file=options.ca_file,
        pages=NextLink(path="nextRecordsUrl", total="totalSize"),
        records="records",
    )


def _auth(address: str, options: SalesforceOptions) -> Auth | None:
    if options.token is not None:
        return Bearer(token=options.token)
    if options.client_id is None or (options.client_secret is None and options.refresh_token is None):
        return None
    return OAuth2(
        token_url=options.token_url or f"{address}/services/oauth2/token",
        client_id=options.client_id,
        client_secret=options.client_secret,
        refresh_token=options.refresh_token,
    )


class _Objects:
    """The descriptions of objects, each asked for once."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path = client, path
        self._known: dict[str, dict[str, Field] | Diagnostic] = {}

    def fields(self, thing: str) -> dict[str, Field] | Diagnostic:
        if thing not in self._known:
            self._known[thing] = self._described(thing)
        return self._known[thing]

    def field(self, thing: str, name: str) -> Field | None:
        """The field of a dotted name; where one may point to several objects, by the first that has it."""
        first, _, rest = name.partition(".")
        fields = self.fields(thing)
        if not is_name(name) or isinstance(fields, Diagnostic):
            return None
        if not rest:
            return fields.get(name)
        ways = (field.leads_to for field in fields.values() if field.relation == first)
        found = (self.field(other, rest) for way in ways for other in way)
        return next((one for one in found if one is not None), None)

    def _described(self, thing: str) -> dict[str, Field] | Diagnostic:
        answer = self.client.get_json(f"{self.path}/{thing}/describe")
        if isinstance(answer, Diagnostic):
            return answer
        listed = answer.body.get("fields") if isinstance(answer.body, dict) else None
        if not isinstance(listed, list) or not all(isinstance(one, dict) and "name" in one for one in listed):
            return ODD_ANSWER.at(None, address=answer.address, system=_NAME, what=_NO_FIELDS)
        return {str(one["name"]): _field(one) for one in listed}


_NO_FIELDS = Words("the object's description has no fields", "对象说明中没有字段")


def _field(told: Mapping[str, Any]) -> Field:
    relation = told.get("relationshipName")
    return Field(
        str(told["name"]),
        str(told.get("type", "string")),
        bool(told.get("filterable", True)),
        relation if isinstance(relation, str) else None,
        tuple(str(one) for one in told.get("referenceTo") or ()),
    )


def _few(names: Iterable[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:40]) + (" …" if len(listed) > 40 else "")


def _path(name: str) -> str:
    return ".".join(json.dumps(part) for part in name.split("."))


def _milestone(name: str, part: str) -> str:
    literal = json.dumps(name, ensure_ascii=False).replace("`", "\\`")
    return f"CaseMilestones.records[?MilestoneType.Name==`{literal}`] | [0].{part}"
