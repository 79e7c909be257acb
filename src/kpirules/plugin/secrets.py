"""Secrets of a plugin's settings: where they come from, and that they are never said.

A setting that a plugin's model types as `SecretStr` is given in the project file as `{ env = "NAME" }` or
`{ file = "path" }`, never as plain text; other settings may be given that way, too. What was looked up is taken
out of everything that comes back from the plugin: it may quote its settings in an error.
"""

from __future__ import annotations

import base64
import json
import os
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from kpirules.diagnostics import Cell, Diagnostic, Place, Words
from kpirules.plugin.problems import NO_SECRET, PLAIN_SECRET, SECRET_IN_ADDRESS

_HIDDEN = "***"
#: Shorter secrets are only taken out where they stand as a word: `1` in every number would hide nothing.
_LONG = 4
_WAYS = frozenset({"env", "file"})
_USER_INFO = re.compile(r"://[^/@\s]*:[^/@\s]+@")
_TOKEN = re.compile(
    r"[?&](?:access_token|api_?key|key|password|pwd|secret|token|sign)=[^&\s]+", re.IGNORECASE
)
T = TypeVar("T")


@dataclass(slots=True)
class Secrets:
    """The secret values of one use of a plugin; `wrong` says which could not be had."""

    place: Place = None
    values: list[str] = field(default_factory=list)
    wrong: list[Diagnostic] = field(default_factory=list)

    def resolved(self, value: object, annotation: object, name: str) -> object:
        """The setting with everything that is written as `{ env = ... }` or `{ file = ... }` looked up."""
        if isinstance(value, Mapping):
            inner = _below(annotation)
            if inner is None and len(value) == 1 and _WAYS.issuperset(value):
                ((way, where),) = value.items()
                return self._looked_up(str(way), str(where), name)
            return {
                key: self.resolved(
                    one, None if inner is None else inner.get(str(key), inner.get("*")), f"{name}.{key}"
                )
                for key, one in value.items()
            }
        if isinstance(value, list):
            parts = get_args(annotation)
            return [self.resolved(one, parts[0] if parts else None, name) for one in value]
        return value

    def _looked_up(self, way: str, where: str, name: str) -> str | None:
        try:
            found = os.environ.get(where) if way == "env" else Path(where).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeError, ValueError):
            found = None
        if not found:
            what = (
                Words("the environment variable", "环境变量") if way == "env" else Words("the file", "文件")
            )
            self.wrong.append(NO_SECRET.at(self.place, setting=name, what=what, where=where))
            return None
        self.values.append(found)
        return found

    def check_plain(self, options: Any, plugin: str) -> None:
        """Notes every secret of the plugin's options that was written as plain text."""
        for name, value in _secret_fields(options):
            if value not in self.values:
                self.values.append(value)
                self.wrong.append(PLAIN_SECRET.at(self.place, setting=name, name=plugin))

    # Taking them out of what is said

    def hide(self, text: str) -> str:
        """The text without any secret, also where it is written in another way."""
        for value in sorted(self.values, key=len, reverse=True):
            for spelled in spellings(value):
                if len(spelled) >= _LONG:
                    text = text.replace(spelled, _HIDDEN)
                else:
                    text = re.sub(rf"(?<!\w){re.escape(spelled)}(?!\w)", _HIDDEN, text)
        return text

    def hidden(self, findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The findings without any secret."""
        return tuple(self._hidden(one) for one in findings) if self.values else tuple(findings)

    def _hidden(self, one: Diagnostic) -> Diagnostic:
        place = one.place
        if isinstance(place, Cell):
            sheet, column, value = (
                part and self.hide(part) for part in (place.sheet, place.column, place.value)
            )
            place = Cell(self.hide(place.path), place.row, column, sheet, value)
        args = {name: self._argument(value) for name, value in one.args.items()}
        return replace(one, place=place, args=args, suggestion=one.suggestion and self.hide(one.suggestion))

    def _argument(self, value: object) -> object:
        match value:
            case Words(en, zh):
                return Words(self.hide(en), self.hide(zh))
            case bool() | int() | float() | None:
                return value
            case _:
                return self.hide(str(value))


def secret_in_address(location: str, place: Place) -> Diagnostic | None:
    """An error where an address holds a password or a token, which would show up wherever it is named."""
    found = _USER_INFO.search(location) or _TOKEN.search(location)
    return None if found is None else SECRET_IN_ADDRESS.at(place)


def _below(annotation: object) -> Mapping[str, object] | None:
    """The types of what stands inside a setting of this type by key (`*`: any key); None where it is one value."""
    from pydantic import BaseModel  # late: start-up

    found: dict[str, object] = {}
    nested = False
    for one in _members(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            nested = True
            found |= {field.alias or name: field.annotation for name, field in one.model_fields.items()}
        elif get_origin(one) in (dict, Mapping) or one in (dict, Mapping):
            nested = True
            found["*"] = (*get_args(one), None, None)[1]
    return found if nested else None


def _members(annotation: object) -> Iterator[object]:
    """The types of which an annotation is made: the members of unions, and what Annotated wraps."""
    parts = get_args(annotation)
    origin = get_origin(annotation)
    if parts and (origin is None or str(origin) in ("typing.Union", "<class 'types.UnionType'>")):
        for part in parts:
            yield from _members(part)
    elif hasattr(annotation, "__metadata__"):
        yield from _members(parts[0])
    else:
        yield annotation


def _secret_fields(options: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Every secret that was given, by the name of its setting."""
    from pydantic import BaseModel, SecretStr  # late: start-up

    for name in options.model_fields_set:
        value = getattr(options, name, None)
        match value:
            case SecretStr():
                yield before + name, value.get_secret_value()
            case BaseModel():
                yield from _secret_fields(value, f"{before}{name}.")
            case dict():
                for key, one in value.items():
                    if isinstance(one, SecretStr):
                        yield f"{before}{name}.{key}", one.get_secret_value()
            case _:
                pass


def spellings(value: str) -> Iterator[str]:
    """The value, and how it looks in an address, in JSON, in Python's and in base64."""
    encoded = value.encode("utf-8", "surrogatepass")
    forms = (
        value,
        urllib.parse.quote(value, safe=""),
        urllib.parse.quote_plus(value),
        urllib.parse.quote(value),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
        base64.b64encode(encoded).decode(),
        base64.urlsafe_b64encode(encoded).decode(),
    )
    yield from dict.fromkeys(one for one in forms if one)
