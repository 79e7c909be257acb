"""Salesforce's query language: what a request asks for, as conditions that never leave out too much.

Names are checked against the object's own fields, values are quoted, never pasted. Texts are compared there without
regard to case, and a day of the request is one of the table's time zone: the answer may hold more than was asked
for. What cannot be asked for safely is not asked for; the caller filters again.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpirules_rest.cells import Kind

from kpirules.plugin import DataRequest, OnlyIn, Within

_NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}", re.ASCII)
_MARGIN = datetime.timedelta(days=1)
_MOST_VALUES = 100
_LONGEST = 6_000  # an address does not grow without end
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_KINDS: Mapping[str, Kind] = {
    "datetime": "moment",
    "date": "day",
    "boolean": "yes",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "int": "whole",
    "long": "whole",
}
_TEXTS = frozenset({"string", "picklist", "combobox", "email", "phone", "url", "id", "reference", "textarea"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object, as the object's description has it. leads_to: the objects that it points to."""

    name: str
    type: str
    filterable: bool
    relation: str | None = None
    leads_to: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        return _KINDS.get(self.type, "text")


def is_name(text: str) -> bool:
    """Whether this can be the name of a field, also of a related object: Owner.Name."""
    return _NAME.fullmatch(text) is not None


def quoted(text: str) -> str:
    """The text as a value."""
    return "'" + "".join(_ESCAPES.get(sign, sign) for sign in text) + "'"


def select(thing: str, columns: Iterable[str], conditions: Sequence[str], inner: Sequence[str] = ()) -> str:
    """The query. inner: queries of what belongs to each record."""
    listed = ", ".join((*columns, *(f"({one})" for one in inner)))
    asked = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {listed} FROM {thing}{asked} ORDER BY Id"


def conditions(request: DataRequest[Any], fields: Mapping[str, Field], where: str | None) -> list[str]:
    """What is asked for: the user's own condition, and the parts of the request that can be asked for."""
    found = [f"({where})"] if where else []
    found += _within(request.period, fields)
    if request.staff is not None:
        found += _one_of(request.staff, fields, or_none=True)
    for wanted in request.where:
        found += _one_of(wanted, fields, or_none=False)
    return found


def _within(period: Within | None, fields: Mapping[str, Field]) -> list[str]:
    field = fields.get(period.column) if period is not None else None
    if period is None or field is None or not field.filterable:
        return []
    name = period.column
    try:
        match field.type:
            case "datetime":
                start, end = (f"{day}T00:00:00Z" for day in (period.start - _MARGIN, period.end + _MARGIN))
            case "date":
                start, end = str(period.start), str(period.end)
            case _:
                return []
    except OverflowError:
        return []
    return [f"(({name} >= {start} AND {name} < {end}) OR {name} = null)"]


def _one_of(wanted: OnlyIn, fields: Mapping[str, Field], *, or_none: bool) -> list[str]:
    field = fields.get(wanted.column)
    if field is None or not field.filterable or field.type not in _TEXTS:
        return []
    values = ", ".join(quoted(one) for one in wanted.values)
    if not wanted.values or len(wanted.values) > _MOST_VALUES or len(values) > _LONGEST:
        return []
    missing = f" OR {wanted.column} = null" if or_none else ""
    return [f"({wanted.column} IN ({values}){missing})"]
