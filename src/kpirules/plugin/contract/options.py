"""What is held against the options of a plugin: that each says what it is for, and that secrets are typed as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr

_SECRET = re.compile(r"password|passwd|secret|token|api_?key|private_key", re.IGNORECASE)
#: Settings that speak of a secret and are none: an address to fetch a token from, the name of a field.
_ABOUT = re.compile(r"_(url|path|name|field|parameter|header|env|file|seconds)$", re.IGNORECASE)


def unspoken(model: type[BaseModel]) -> list[str]:
    """The settings without a description."""
    return [
        name
        for name, field in every_field(model)
        if not (field.description or "").strip() and not _is_mark(field.annotation)
    ]


def unsafe(model: type[BaseModel]) -> list[str]:
    """The settings that are called like a secret and are not typed as one, or have a secret by default."""
    found = []
    for name, field in every_field(model):
        sounds = _SECRET.search(name.rpartition(".")[2]) and not _ABOUT.search(name)
        if (sounds and str in members(field.annotation)) or isinstance(field.default, SecretStr):
            found.append(name)
    return found


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
