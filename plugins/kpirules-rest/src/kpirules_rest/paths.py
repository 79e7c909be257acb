"""JMESPath expressions as settings: checked when they are given, compiled once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator

_FIRST_NAME = re.compile(r'([A-Za-z_]\w*)|"((?:[^"\\])*)"')


class PathError(ValueError):
    """An expression that cannot be applied to what it found, such as a sum of texts."""


def search(path: str, value: Any) -> Any:
    """What the expression finds; None where there is nothing."""
    names = _names(path)
    if names is not None:  # nearly always, and several times as fast
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value
    try:
        return _compiled(path).search(value)
    except (JMESPathError, TypeError, ValueError) as error:
        raise PathError(" ".join(str(error).split())[:200]) from None


def first_name(path: str) -> str | None:
    """The field of a record that the expression begins with; None where it is not so simple."""
    found = _FIRST_NAME.match(path)
    if found is None or path[found.end() : found.end() + 1] not in ("", ".", "["):
        return None
    return found[1] or found[2]


@lru_cache(512)
def _names(path: str) -> tuple[str, ...] | None:
    """The names in a path of nothing but names (`owner.name`), which mean the same without JMESPath."""
    parts = tuple(path.split("."))
    return parts if all(part.isidentifier() and part.isascii() for part in parts) else None


@lru_cache(512)
def _compiled(path: str) -> Any:
    return jmespath.compile(path)


def _checked(path: str) -> str:
    try:
        _compiled(path)
    except (JMESPathError, ValueError, TypeError, IndexError) as error:
        raise ValueError(f"it is not a JMESPath expression: {' '.join(str(error).split())[:200]}") from None
    return path


#: A setting that is a JMESPath expression.
Path: TypeAlias = Annotated[str, AfterValidator(_checked)]
