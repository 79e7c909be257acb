"""JSON as servers send it, to Python values: no digit of a number is lost, and nothing outside JSON is let in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

_MOST_DIGITS = 400  # beyond, a number stays as it is written


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered. address: what was asked, as it may be shown; link: the same in full."""

    body: Any
    address: str
    link: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def header(self, name: str) -> str | None:
        return self.headers.get(name.lower())


def parse(body: bytes) -> Any:
    """The value of a JSON text in UTF-8. ValueError or RecursionError where it is none."""
    text = body.decode("utf-8-sig")
    return json.loads(text, parse_float=_number, parse_int=_whole, parse_constant=_no_constant)


def _number(written: str) -> float | Decimal | str:
    """A float where its shortest decimal is what is written, else the decimal itself."""
    near = float(written)
    if repr(near) == written:  # nearly always
        return near
    exact = Decimal(written)
    if abs(exact.adjusted()) > _MOST_DIGITS:
        return written
    return near if Decimal(repr(near)) == exact else exact


def _whole(written: str) -> int | str:
    return int(written) if len(written) <= _MOST_DIGITS else written


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
