"""Which statements a report shows, and how they get into the file: some as they are, the others packed."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from kpirules.outputs.html.charts import Fall, waterfall
from kpirules.plugin.report import Report, Statement, StatementLine

#: So many statements stand in the page as they are, for readers without scripts; more would make it slow to open.
OPEN = 20
_PACK = 100
#: Where a statement is cut into pieces: after each tag.
_CUT = re.compile("(?<=>)")


@dataclass(frozen=True, slots=True)
class Other:
    """The same person's row in another period. linked: whether its statement is in the file."""

    row: int
    period: str
    total: Decimal | None
    linked: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """Statements, compressed, in base64; rows: their numbers, with spaces between.

    Inside is JSON: `pieces` of HTML, each once, and for each of the `rows` the numbers of the pieces that it is made of.
    Statements of one policy are nearly the same, but longer than the distance at which deflate sees what is the same.
    """

    rows: str
    text: str


def chosen(report: Report, people: int) -> tuple[int, ...]:
    """The rows that get a statement, at most so many: the latest period first, each in the order of the table."""
    order = {name: place for place, name in enumerate(report.periods)}
    names = report.table["period"].to_pylist()
    rows = sorted(report.told, key=lambda row: (-order.get(names[row], -1), row))
    return tuple(rows[:people])


def others(report: Report, rows: tuple[int, ...]) -> Callable[[int], tuple[Other, ...]]:
    """Of a row: the same person's other periods, in order of time."""
    order = {name: place for place, name in enumerate(report.periods)}
    table = report.table
    names, periods = table.column(0).to_pylist(), table["period"].to_pylist()
    totals = table["total"].to_pylist() if "total" in table.column_names else [None] * table.num_rows
    told = set(rows)
    of_person: defaultdict[str, list[int]] = defaultdict(list)
    for row in sorted(range(len(names)), key=lambda row: order.get(periods[row], -1)):
        of_person[names[row]].append(row)

    def found(row: int) -> tuple[Other, ...]:
        mates = (one for one in of_person[names[row]] if one != row)
        return tuple(Other(one, periods[one], totals[one], one in told) for one in mates)

    return found


Lines = list[tuple[StatementLine, Fall | None]]


def sectioned(statement: Statement) -> Iterator[tuple[str | None, Lines]]:
    """The lines of a statement by section, each with its part of the waterfall."""
    falls = zip(statement.lines, waterfall(statement.lines), strict=True)
    for section, members in groupby(falls, key=lambda pair: pair[0].section):
        yield section, list(members)


@dataclass(frozen=True, slots=True)
class Told:
    """The statements of a file. weights: of rows and indicators whose weight differs from person to person."""

    open: tuple[str, ...]
    packs: tuple[Pack, ...]
    weights: Mapping[tuple[int, str], Decimal]


def told(report: Report, rows: tuple[int, ...], render: Callable[[Statement], str]) -> Told:
    """Renders the statements of the rows one after another, so that few of them are in memory as text."""
    differing = {one.id for one in report.indicators if one.weight is None}
    weights: dict[tuple[int, str], Decimal] = {}
    shown: list[str] = []
    packs: list[Pack] = []
    waiting: list[tuple[int, str]] = []
    for place, row in enumerate(rows):
        statement = report.statement(row)
        for line in statement.lines:
            if line.id in differing and line.applies:
                weights[row, line.id] = line.weight
        text = render(statement)
        if place < OPEN:
            shown.append(text)
            continue
        waiting.append((row, text))
        if len(waiting) == _PACK:
            packs.append(_pack(waiting))
            waiting = []
    if waiting:
        packs.append(_pack(waiting))
    return Told(tuple(shown), tuple(packs), weights)


def _pack(statements: list[tuple[int, str]]) -> Pack:
    numbers: dict[str, int] = {}
    rows = {
        row: [numbers.setdefault(piece, len(numbers)) for piece in _CUT.split(text)]
        for row, text in statements
    }
    inside = json.dumps({"pieces": list(numbers), "rows": rows}, ensure_ascii=False, separators=(",", ":"))
    data = zlib.compress(inside.encode("utf-8"), 9)
    return Pack(" ".join(str(row) for row in rows), base64.b64encode(data).decode("ascii"))
