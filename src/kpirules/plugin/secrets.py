"""Secrets of a plugin's settings: where they come from, and that they are never said.

A setting that a plugin's model types as `SecretStr` is given in the project file as `{ env = "NAME" }` or
`{ file = "path" }`, never as plain text; other settings may be given that way, too. What was looked up is taken
out of everything that comes back from the plugin: it may quote its settings in an error.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, get_args, get_origin

from kpirules.diagnostics import Cell, Diagnostic, Place, Span, Words
from kpirules.plugin.problems import NO_SECRET, PLAIN_SECRET, SECRET_IN_ADDRESS

_HIDDEN = "***"
#: Shorter secrets are only taken out where they stand as a word: `1` in every number would hide nothing.
_LONG = 4
_WAYS = frozenset({"env", "file"})
#: A name and a password before the host; a port is none, also where an @ follows further behind.
_USER_INFO = re.compile(r"://[^/@\s:]*:(?!\d+(?:[/?#]|$))[^@\s]+@")
_TOKEN = re.compile(
    r"[?&;](?:\w*(?:access|auth|api|secret|private|client)[_-]?(?:key|token|secret)|key|passw(?:or)?d|pwd|pass|secret|token"
    r"|sign|sig|signature)=[^&;\s]+",
    re.IGNORECASE,
)
#: The most that a file with a secret may hold: a device or a wrong file must not fill the memory.
_MOST_BYTES = 1 << 16
#: Of a long secret, stretches of this length are taken out, too: libraries cut values that they quote.
_STRETCH = 16
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
            found = os.environ.get(where) if way == "env" else _in_file(where)
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
        for name, value in _secret_values(options, ""):
            if value not in self.values:
                self.values.append(value)
                self.wrong.append(PLAIN_SECRET.at(self.place, setting=name, name=plugin))

    def check_addresses(self, given: Mapping[str, object], plugin: str) -> None:
        """Notes every setting in which an address with a password was written as plain text."""
        for name, value in given.items():
            if any(has_password(text) and text not in self.values for text in texts_in(value)):
                self.wrong.append(PLAIN_SECRET.at(self.place, setting=name, name=plugin))

    # Taking them out of what is said

    def hide(self, text: str) -> str:
        """The text without any secret, also where it is written in another way or cut off."""
        for value in sorted(self.values, key=len, reverse=True):
            for spelled in sorted(spellings(value), key=len, reverse=True):
                if len(spelled) >= _LONG:
                    text = text.replace(spelled, _HIDDEN)
                else:
                    text = re.sub(rf"(?<!\w){re.escape(spelled)}(?!\w)", _HIDDEN, text)
                if len(spelled) > _STRETCH:
                    text = _without_stretches(text, spelled)
        return text

    def hidden(self, findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The findings without any secret."""
        return tuple(self._hidden(one) for one in findings) if self.values else tuple(findings)

    def _hidden(self, one: Diagnostic) -> Diagnostic:
        args = {name: self._argument(value) for name, value in one.args.items()}
        suggestion = None if one.suggestion is None else self.hide(one.suggestion)
        return Diagnostic(one.code, self._place(one.place), args, suggestion)

    def _place(self, place: Place) -> Place:
        match place:
            case Cell(path, row, column, sheet, value):
                column, sheet, value = (part and self.hide(part) for part in (column, sheet, value))
                return Cell(self.hide(path), row, column, sheet, value)
            case Span():
                return replace(place, path=self.hide(place.path))
            case _:
                return None

    def _argument(self, value: object) -> object:
        if isinstance(value, Words):
            return Words(self.hide(value.en), self.hide(value.zh))
        said = str(value)
        safe = self.hide(said)
        return value if isinstance(value, bool | int | float | None) and safe == said else safe


def secret_in_address(location: str, place: Place) -> Diagnostic | None:
    """An error where an address holds a password or a token, which would show up wherever it is named."""
    found = has_password(location) or _TOKEN.search(location)
    return SECRET_IN_ADDRESS.at(place) if found else None


def has_password(address: str) -> bool:
    """Whether an address names a user with a password."""
    return _USER_INFO.search(address) is not None


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


def texts_in(value: object) -> list[str]:
    """Every text in a setting as it was given."""
    match value:
        case str():
            return [value]
        case Mapping():
            return [text for one in value.values() for text in texts_in(one)]
        case list() | tuple():
            return [text for one in value for text in texts_in(one)]
        case _:
            return []


def holds_secret(annotation: object) -> bool:
    """Whether a setting of this type may hold a secret, at whatever depth."""
    from pydantic import BaseModel, SecretStr  # late: start-up

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        kinds = [field.annotation for field in annotation.model_fields.values()]
        return any(kind is not annotation and holds_secret(kind) for kind in kinds)
    return annotation is SecretStr or any(holds_secret(part) for part in get_args(annotation))


def _secret_values(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Every secret that was given, wherever it stands, by the name of its setting."""
    from pydantic import BaseModel, SecretStr  # late: start-up

    dot = f"{name}." if name else ""
    match value:
        case SecretStr():
            yield name, value.get_secret_value()
        case BaseModel():
            for field_name in value.model_fields_set:
                yield from _secret_values(getattr(value, field_name, None), dot + field_name)
        case dict():
            for key, one in value.items():
                yield from _secret_values(one, f"{dot}{key}")
        case list() | tuple() | set() | frozenset():
            for one in value:
                yield from _secret_values(one, name)
        case _:
            pass


def _in_file(path: str) -> str:
    with open(path, "rb") as file:
        held = file.read(_MOST_BYTES + 1)
    if len(held) > _MOST_BYTES:
        raise ValueError("this is no secret")
    return held.decode("utf-8-sig").rstrip("\r\n")


def _without_stretches(text: str, secret: str) -> str:
    """The text without what is a stretch of the secret."""
    known = {secret[place : place + _STRETCH] for place in range(len(secret) - _STRETCH + 1)}
    kept: list[str] = []
    place = last = 0
    while place <= len(text) - _STRETCH:
        if text[place : place + _STRETCH] not in known:
            place += 1
            continue
        end = place + _STRETCH
        while end < len(text) and text[end - _STRETCH + 1 : end + 1] in known:
            end += 1
        kept += [text[last:place], _HIDDEN]
        place = last = end
    return "".join(kept) + text[last:]


def spellings(value: str) -> Iterator[str]:
    """The value, and how it looks in an address, in JSON, in markup, in Python's, in hexadecimal and in base64.

    Of a value of several lines (a private key), each line by itself as well.
    """
    encoded = value.encode("utf-8", "surrogatepass")
    quoted = [
        urllib.parse.quote(value, safe="", errors="replace"),
        urllib.parse.quote_plus(value, errors="replace"),
    ]
    quoted.append(urllib.parse.quote(value, errors="replace"))
    forms = [
        value,
        *quoted,
        *(re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), one) for one in quoted),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        html.escape(value),
        html.escape(value, quote=False),
        repr(value)[1:-1],
        repr(encoded)[2:-1],
        " ".join(value.split()),
        encoded.hex(),
        *_in_base64(encoded),
        *(line for line in value.splitlines() if len(line) >= _STRETCH),
    ]
    yield from dict.fromkeys(one for one in forms if one)


def _in_base64(value: bytes) -> Iterator[str]:
    """The value in base64, by itself and as it looks behind something else (`user:password` of a header)."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(value).decode()
        for before in range(3):
            # Only the signs that hold nothing but the value: the first and the last may hold bits of others.
            text = encode(b"\0" * before + value).decode().rstrip("=")
            inner = text[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
            if len(inner) >= _LONG:
                yield inner
