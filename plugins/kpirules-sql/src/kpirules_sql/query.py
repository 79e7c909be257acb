"""The user's query, made safe to stand between brackets: one statement, its `:name` values bound.

Knows quotes, comments and dollar quotes well enough to tell text from code; what is wrong beyond that the database says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kpirules.diagnostics import Cell, Words
from kpirules_sql.asking import MARK, Asked, Value
from kpirules_sql.problems import QUERY_FORM
from kpirules_sql.sessions import Trouble

_PIECES = re.compile(
    r"""
      (?P<quoted> '(?:[^'\\]|''|\\.)*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
    | (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<cast> :: | := )
    | :(?P<name>[A-Za-z_]\w*)
    | (?P<end> ; )
    | (?P<bracket> [()] )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)


def as_table(query: str, parameters: Mapping[str, Value], location: str) -> Asked:
    """The query between brackets, on lines of its own: a comment at its end closes there."""
    if MARK in query:
        raise _wrong(location, Words("it holds a character of code 0", "含有编码为 0 的字符"))
    body = query.rstrip().rstrip(";").rstrip()
    used: set[str] = set()
    whole = Asked("")
    for piece in _bound(body, parameters, used, location):
        whole = whole + piece
    spare = [name for name in parameters if name not in used]
    if spare:
        names = ", ".join(spare)
        raise _wrong(location, Words(f"it has no place for {names}", f"其中没有用到 {names}"))
    return "(\n" + whole + "\n) AS kpirules_source"


def _bound(query: str, parameters: Mapping[str, Value], used: set[str], location: str) -> Iterator[Asked]:
    depth = 0
    for piece in _PIECES.finditer(query):
        name = piece["name"]
        if name is not None:
            if name not in parameters:
                raise _wrong(location, Words(f"there is no value for :{name}", f"没有给出 :{name} 的值"))
            used.add(name)
            yield Asked(MARK, (parameters[name],))
            continue
        if piece["end"]:
            raise _wrong(location, Words("it is more than one statement", "包含多条语句"))
        if piece["bracket"]:
            depth += 1 if piece["bracket"] == "(" else -1
            if depth < 0:
                raise _wrong(
                    location, Words("it closes a bracket that it did not open", "右括号没有对应的左括号")
                )
        yield Asked(piece[0])


def _wrong(location: str, reason: Words) -> Trouble:
    return Trouble(QUERY_FORM.at(Cell(location), reason=reason))
