"""What a workbook is, whatever format holds it: sheets, names, and the grid of one sheet with what its values hide.

Rows count from 1 and columns from 0, as they stand in the sheet. Plain records; reading is the formats' work.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from kpirules.adapters.header import letters
from kpirules.diagnostics import Diagnostic

#: The last row and column that a worksheet can have.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_383

#: `A5:F40`, or open: `A5:F`, `A:F`, `5:40`; with or without the signs of absolute references.
RANGE = re.compile(r"\$?([A-Z]{1,3})?\$?([0-9]{1,7})?:\$?([A-Z]{1,3})?\$?([0-9]{1,7})?")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, its borders included."""

    top: int = 1
    left: int = 0
    bottom: int = LAST_ROW
    right: int = LAST_COLUMN


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, whether a person sees it, and where its format keeps it."""

    name: str
    visible: bool
    part: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A table or a named range. area None: the name stands for something else, as `formula` says.

    titles: the names of the columns of a table that shows no header row.
    """

    name: str
    sheet: str
    area: Area | None
    formula: str = ""
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet. rows: a fresh pass over number and cells of each row; "" is an empty cell.

    left: the column of each row's first cell. errors: row, column and text of error cells; uncalculated: how many
    formulas without a value a column has, with the row of the first. formulas: whether there are any. epoch: the
    moment from which its times count.
    """

    rows: Callable[[], Iterator[tuple[int, list[Any]]]]
    left: int
    height: int
    epoch: datetime.datetime
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: tuple[tuple[int, int, str], ...] = ()
    no_moments: tuple[tuple[int, int, str], ...] = ()
    uncalculated: Counter[int] = field(default_factory=Counter)
    first_uncalculated: Mapping[int, int] = field(default_factory=dict)
    formulas: bool = False


class Workbook(Protocol):
    """An opened workbook. stale: it asks to be calculated again when opened."""

    @property
    def path(self) -> str: ...
    @property
    def sheets(self) -> tuple[Sheet, ...]: ...
    @property
    def names(self) -> tuple[Named, ...]: ...
    @property
    def stale(self) -> bool: ...

    def grid(self, sheet: Sheet) -> Grid | Diagnostic:
        """The cells of a sheet, or what keeps them from being read."""
        ...


def column_number(name: str) -> int:
    """The position, from 0, of a column by its letters."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cells_text(area: Area) -> str:
    """The rectangle as a spreadsheet writes it."""
    return f"{letters(area.left)}{area.top}:{letters(area.right)}{area.bottom}"


def area_of(text: str) -> Area | None:
    """The rectangle that a spreadsheet writes like this; None where it is none."""
    text = text.strip().upper()
    found = RANGE.fullmatch(text if ":" in text else f"{text}:{text}")
    if found is None or not any(found.groups()):
        return None
    left, top, right, bottom = found.groups()
    area = Area(
        int(top) if top else 1,
        column_number(left) if left else 0,
        int(bottom) if bottom else LAST_ROW,
        column_number(right) if right else LAST_COLUMN,
    )
    return area if 0 < area.top <= area.bottom and area.left <= area.right else None
