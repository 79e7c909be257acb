"""Finds the row, or the rows, that name the columns of a sheet, and makes the names.

Never guessed: the wanted names say where the header stands, or it is the first row that is not blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kpirules.adapters.workbook_problems import HEADER_BELOW, TITLE_ROW, TWO_ROWS
from kpirules.adapters.workbooks import Area
from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin.columns import spell

#: Rows from the top among which a header is looked for.
LOOKED_AT = 200
_BETWEEN = " / "
_LISTED = 4

#: A row's number and its cells within the table's columns; "" is an empty cell.
Row = tuple[int, list[Any]]


@dataclass(frozen=True, slots=True)
class Head:
    """last: the row below which data begin. titles: by the place of the column, None where there is none."""

    first: int
    last: int
    titles: tuple[str | None, ...]
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Looking:
    """What is known of the header before it is found. place: the sheet, for findings. left: the column of each row's
    first cell. row, rows: as the settings say, None where they do not.
    """

    place: Cell
    left: int
    merged: tuple[Area, ...]
    wanted: frozenset[str] | None
    row: int | None
    rows: int | None


def find_header(rows: Sequence[Row], looking: Looking) -> Head | Diagnostic | None:
    """The header among the first rows; a diagnostic where it needs a setting; None where there is none.

    rows: those that are not blank.
    """
    depth = looking.rows or 1
    if looking.row is not None:
        place = next((place for place, (row, _) in enumerate(rows) if row == looking.row), None)
        if place is None:
            return None
        return _two_rows(rows, (place,), looking) or _head(rows, place, depth, looking)
    if not rows:
        return None
    place = _most_wanted(rows, depth, looking)
    found = place or 0
    head = _head(rows, found, depth, looking)
    two = _two_rows(rows, (found, found - 1), looking)
    if two:
        return two
    if found:
        told: Diagnostic | None = HEADER_BELOW.at(_at(looking, head.first), row=head.first)
    else:
        told = _title(rows, looking) if place is None else None
    return Head(head.first, head.last, head.titles, (told,)) if told else head


def title_of(cell: Any) -> str:
    """The name that a cell gives to a column: one line, single spaces."""
    return " ".join(spell(cell).split())


def compact(title: str) -> str:
    """The title without any space: people break titles into lines to make columns narrow."""
    return "".join(title.split())


def _at(looking: Looking, row: int) -> Cell:
    return Cell(looking.place.path, row, None, looking.place.sheet)


def _most_wanted(rows: Sequence[Row], depth: int, looking: Looking) -> int | None:
    """The place of the first row that holds the most wanted names (two, unless fewer are wanted); None where none does."""
    if not looking.wanted:
        return None
    wanted = {compact(name) for name in looking.wanted}
    best, found = min(2, len(wanted)) - 1, None
    for place in range(len(rows)):
        titles = {compact(one) for one in _titles(rows, place, depth, looking) if one}
        count = len(titles & wanted)
        if place == 0 and count:  # the first row needs less to be believed
            best, found = max(best, count), 0
        elif count > best:
            best, found = count, place
    return found


def _head(rows: Sequence[Row], place: int, depth: int, looking: Looking) -> Head:
    first = rows[place][0]
    return Head(first, first + depth - 1, tuple(_titles(rows, place, depth, looking)))


def _titles(rows: Sequence[Row], place: int, depth: int, looking: Looking) -> list[str | None]:
    """The names that rows give, from the one at this place on: the parts of a group and its members with a slash."""
    first = rows[place][0]
    members = {number: cells for number, cells in rows[place : place + depth] if number < first + depth}
    if depth == 1:
        return [title_of(cell) or None for cell in members[first]]
    names: list[str | None] = []
    for column in range(len(members[first])):
        parts: list[str] = []
        for row in range(first, first + depth):
            part = title_of(_shown(members, row, column, looking))
            if part and part not in parts[-1:]:
                parts.append(part)
        names.append(_BETWEEN.join(parts) or None)
    return names


def _shown(members: dict[int, list[Any]], row: int, column: int, looking: Looking) -> Any:
    """The value of a header's cell, or of the merged cells of which it is one."""
    value = members[row][column] if row in members else ""
    if value != "":
        return value
    position = column + looking.left
    for one in looking.merged:
        if one.top <= row <= one.bottom and one.left <= position <= one.right and one.top in members:
            inside = one.left - looking.left
            return members[one.top][inside] if inside >= 0 else ""
    return ""


def _two_rows(rows: Sequence[Row], places: Iterable[int], looking: Looking) -> Diagnostic | None:
    """What to do where nothing was said and the header at one of these places is plainly the upper row of two."""
    if looking.rows is not None:
        return None
    for upper in places:
        if 0 <= upper < len(rows) - 1 and rows[upper + 1][0] == rows[upper][0] + 1:
            told = _groups(rows[upper], rows[upper + 1], looking)
            if told:
                return told
    return None


def _groups(upper: Row, lower: Row, looking: Looking) -> Diagnostic | None:
    """Titles merged over several columns, each with different words under it, and no column named twice elsewhere."""
    row, over = upper
    below = lower[1]
    spread = [one for one in looking.merged if one.top == one.bottom == row and one.right > one.left]
    grouped: set[int] = set()
    for one in spread:
        columns = range(one.left - looking.left, one.right - looking.left + 1)
        words = [below[column] for column in columns if 0 <= column < len(below)]
        if over[columns[0]] == "" or not all(isinstance(word, str) and word.strip() for word in words):
            return None
        if len(set(words)) < len(words):
            return None
        grouped |= set(columns)
    alone = [column for column in range(len(over)) if column not in grouped]
    if not grouped or any(over[column] != "" and below[column] != "" for column in alone):
        return None
    group = min(grouped)
    name, members = title_of(over[group]), [title_of(below[column]) for column in sorted(grouped)][:_LISTED]
    return TWO_ROWS.at(
        _at(looking, row),
        row=row,
        next=lower[0],
        group=Words(f'"{name}"', f"“{name}”"),
        names=Words(", ".join(f'"{one}"' for one in members), "、".join(f"“{one}”" for one in members)),
        sample=f"{name}{_BETWEEN}{members[0]}",
    )


def _title(rows: Sequence[Row], looking: Looking) -> Diagnostic | None:
    """A first row of one cell over rows of several is probably a title."""
    row, cells = rows[0]
    filled = [cell for cell in cells if cell != ""]
    if len(filled) != 1:
        return None
    below = next((one for one, cells in rows[1:] if sum(cell != "" for cell in cells) > 1), None)
    if below is None:
        return None
    return TITLE_ROW.at(_at(looking, row), row=row, text=title_of(filled[0])[:60], next=below)
