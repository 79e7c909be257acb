"""What is held against the options of a plugin: that each says what it is for, and that secrets are typed as such."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

#: What secrets are called, wherever it stands in a name.
_SECRET = re.compile(
    r"password|passwd|passphrase|secret|token|credential|api_?key|private_key", re.IGNORECASE
)
#: The same as words of their own: a keyword, an author and a spin are none.
_SECRET_WORD = re.compile(r"(?:^|_)(keys?|pins?|pwd|auth)(?:_|$)", re.IGNORECASE)
#: Settings that speak of a secret and are none: an address to fetch a token from, the name of a field.
_ABOUT = re.compile(r"_(url|path|name|field|column|parameter|header|env|file|seconds)$", re.IGNORECASE)


def unspoken(model: type[BaseModel]) -> list[str]:
    """The settings without a description."""
    return [
        name
        for name, field in every_field(model)
        if not (field.description or "").strip() and not _is_mark(field.annotation)
    ]


def unsafe(model: type[BaseModel], known: Collection[str] = ()) -> list[str]:
    """The settings that are called like a secret and are not typed as one, or have a secret by default.

    known: names of settings that their author says are none.
    """
    return [
        name
        for name, field in every_field(model)
        if isinstance(field.default, SecretStr)
        or (name not in known and _sounds_secret(name, field.annotation))
    ]


def _sounds_secret(name: str, annotation: Any) -> bool:
    last = name.rpartition(".")[2]
    if _ABOUT.search(last):
        return False
    if _SECRET.search(last):
        return str in members(annotation)
    return bool(_SECRET_WORD.search(last)) and str in _choices(annotation)


def _choices(annotation: Any) -> Iterator[Any]:
    """The types between which it chooses: a `str | None` is text, a tuple of texts (the columns of a key) is not."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _choices(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for one in get_args(annotation):
            yield from _choices(one)
    else:
        yield annotation


def _is_mark(annotation: Any) -> bool:
    """Whether it is the one word by which models of a choice are told apart (`kind: Literal["bearer"]`)."""
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def every_field(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting with its name, those of models inside it as `auth.token`."""
    for name, field in model.model_fields.items():
        known = before + (field.alias or name)
        yield known, field
        for one in members(field.annotation):
            if isinstance(one, type) and issubclass(one, BaseModel) and one is not model:
                yield from every_field(one, f"{known}.")


def members(annotation: Any) -> Iterator[Any]:
    """The types of which an annotation is made."""
    parts = get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from members(part)
