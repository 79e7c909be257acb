"""JSON text as Python values: numbers keep every digit that is written, and keys that stand twice are noted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin.problems import JSON_SYNTAX

_LARGEST_EXPONENT = 400  # beyond it, a number is left as it is written
_DEEPEST = 32  # objects inside objects that are taken apart
_LIST = Words("a list", "列表")
_OBJECT = Words("an object", "对象")
_SCALAR = Words("a single value", "单个值")
_TOO_DEEP = Words("it is nested too deeply", "嵌套过深")
_REASONS = {
    "Expecting value": "此处应有一个值",
    "Expecting ',' delimiter": "此处应有逗号",
    "Expecting ':' delimiter": "此处应有冒号",
    "Expecting property name enclosed in double quotes": "此处应有带双引号的键名",
    "Illegal trailing comma before end of object": "对象末尾有多余的逗号",
    "Illegal trailing comma before end of array": "列表末尾有多余的逗号",
    "Extra data": "结尾之后还有内容",
    "Unterminated string starting at": "此处开始的字符串没有结束",
    "Invalid control character at": "此处有不允许的控制字符",
}


class Twice(dict[str, Any]):
    """An object that names a key more than once."""

    twice: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Odd:
    """A number that JSON does not know: NaN or infinity."""

    written: str


#: Types of values that do not fit into a cell.
NOT_CELLS = frozenset({dict, Twice, list, Odd})


def decode(text: str) -> Any:
    """The value that the text writes. Raises JSONDecodeError and RecursionError."""
    return _DECODER.decode(text)


def kind(value: object) -> Words:
    """What a value that is no cell is called."""
    return _OBJECT if isinstance(value, dict) else _LIST if isinstance(value, list) else _SCALAR


def syntax(path: str, error: json.JSONDecodeError | RecursionError, before: int = 0) -> Diagnostic:
    """What the decoder found wrong; before: lines of the file that stand before its text."""
    if isinstance(error, RecursionError):
        line = before + 1
        return JSON_SYNTAX.at(Cell(path, line), path=path, line=line, column=1, reason=_TOO_DEEP)
    line = error.lineno + before
    reason = Words(error.msg[:1].lower() + error.msg[1:], _REASONS.get(error.msg, error.msg))
    return JSON_SYNTAX.at(Cell(path, line), path=path, line=line, column=error.colno, reason=reason)


def flat(one: dict[str, Any]) -> dict[str, Any]:
    """The object with what stands in objects inside it under dotted names: `requester.name`."""
    if NOT_CELLS.isdisjoint(map(type, one.values())):
        return one
    found: dict[str, Any] = {}
    twice: set[str] = set()
    _take(found, twice, one, "", 0)
    if not twice:
        return found
    odd = Twice(found)
    odd.twice = frozenset(name for name in found if any(f"{name}.".startswith(f"{key}.") for key in twice))
    return odd


def _take(found: dict[str, Any], twice: set[str], one: dict[str, Any], before: str, depth: int) -> None:
    """Puts the values of an object, and of those inside it, under their dotted names; notes names given twice."""
    if type(one) is Twice:
        twice.update(before + key for key in one.twice)
    for key, value in one.items():
        name = before + key
        if isinstance(value, dict) and value and depth < _DEEPEST:
            _take(found, twice, value, f"{name}.", depth + 1)
            continue
        if name in found:
            twice.add(name)
        found[name] = value


def joined(values: Iterable[Any], between: str) -> str | None:
    """The single values of a list as one text; None where it holds none, ValueError where one is not single."""
    texts: list[str] = []
    for value in values:
        if type(value) in NOT_CELLS:
            raise ValueError
        if value is not None:
            texts.append(written(value) if not isinstance(value, str) else value)
    return between.join(texts) or None


def written(value: Any) -> str:
    """A value as JSON text, numbers as they were written."""
    match value:
        case Decimal():
            return format(value, "f")
        case Odd(text):
            return text
        case dict():
            return "{" + ", ".join(f"{written(key)}: {written(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(written(one) for one in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    keys = [key for key, _ in pairs]
    odd = Twice(made)
    odd.twice = frozenset(key for key in keys if keys.count(key) > 1)
    return odd


def _decimal(number: str) -> float | Decimal | str:
    """A float where its shortest decimal is what is written, else the decimal itself: no digit is lost."""
    near = float(number)
    if repr(near) == number:  # nearly always
        return near
    exact = Decimal(number)
    if abs(exact.adjusted()) > _LARGEST_EXPONENT:
        return number
    return near if Decimal(repr(near)) == exact else exact


def _whole(number: str) -> int | str:
    return int(number) if len(number) <= _LARGEST_EXPONENT else number


_DECODER = json.JSONDecoder(
    parse_float=_decimal, parse_int=_whole, parse_constant=Odd, object_pairs_hook=_object
)
