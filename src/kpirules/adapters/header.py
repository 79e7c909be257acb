"""Column names from a header row: trimmed, unique, those wanted; and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpirules.diagnostics import Cell, Diagnostic
from kpirules.plugin.problems import NAME_BLANK, NAME_TWICE

_NAMED = 8  # nameless columns that a finding lists


@dataclass(frozen=True, slots=True)
class Header:
    """names: of all columns, each once. kept: position (from 0) and name of those wanted, in the source's order."""

    names: tuple[str, ...]
    kept: tuple[tuple[int, str], ...]
    diagnostics: tuple[Diagnostic, ...]


def letters(position: int) -> str:
    """The column's letters in a spreadsheet; positions count from 0."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def name_columns(
    cells: Sequence[str | None],
    wanted: tuple[str, ...] | None,
    place: Cell,
    *,
    blank: Sequence[int] | None = None,
) -> Header:
    """The header of these cells. blank: nameless columns worth a warning (None: all of them).

    Only wanted columns are complained about: a table may have what it likes beside them.
    """
    first: dict[str, int] = {}
    findings: list[Diagnostic] = []
    nameless: list[int] = []
    for position, cell in enumerate(cells):
        name = (cell or "").strip()
        if not name:
            nameless.append(position)
        elif name not in first:
            first[name] = position
        elif wanted is None or name in wanted:
            at = Cell(place.path, place.row, name, place.sheet)
            findings.append(
                NAME_TWICE.at(at, column=name, first=letters(first[name]), second=letters(position))
            )
    if wanted is None:
        findings += _nameless(nameless if blank is None else [p for p in nameless if p in blank], place)
    kept = tuple((position, name) for name, position in first.items() if wanted is None or name in wanted)
    return Header(tuple(first), kept, tuple(findings))


def _nameless(positions: Sequence[int], place: Cell) -> list[Diagnostic]:
    if not positions:
        return []
    listed = ", ".join(letters(position) for position in positions[:_NAMED])
    more = ", …" if len(positions) > _NAMED else ""
    return [NAME_BLANK.at(Cell(place.path, place.row, None, place.sheet), positions=listed + more)]
