"""The long list of a page: the rows of a simulation with the largest changes, as far as a browser can hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from kpirules.diagnostics import Words
from kpirules.outputs.html.simulation.writing import cell
from kpirules.plugin.simulated import Amount, Level, Simulation

#: The list holds so many rows at most; a browser is slow with more.
MOST_ROWS = 1500
#: Attributes and amounts that have a column of their own.
_ATTRIBUTES, _AMOUNTS = 4, 3
#: An attribute of more values is found by the search alone.
_VALUES = 40


@dataclass(frozen=True, slots=True)
class Row:
    """fate: up, down, same, only_old, only_new or none. grades: places in `Simulation.levels`, None where there is none.

    attributes: a value of each of `Listing.attributes`; amounts: before, after and the change, each of `Listing.amounts`.
    """

    staff: str
    period: str
    attributes: tuple[str, ...]
    fate: str
    old_total: Words
    new_total: Words
    change: Words
    falls: bool
    grades: tuple[int | None, int | None]
    amounts: tuple[tuple[Words, Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """values: those to choose from, in the rows; none where they are too many. place: the column."""

    name: str
    label: Words
    values: tuple[str, ...]
    place: int


@dataclass(frozen=True, slots=True)
class GradeMove:
    """A change of grade that is among the rows. code: the two places."""

    code: str
    old: Words
    new: Words


@dataclass(frozen=True, slots=True)
class Listing:
    rows: tuple[Row, ...]
    attributes: tuple[Attribute, ...]
    amounts: tuple[Amount, ...]
    moves: tuple[GradeMove, ...]


def listing(simulation: Simulation) -> Listing:
    table = simulation.rows.slice(0, MOST_ROWS)
    named = [
        (name, label, title)
        for name, label in simulation.attributes
        if (title := _title(table, name)) is not None
    ]
    columns = [_texts(table[title]) for _, _, title in named[:_ATTRIBUTES]]
    amounts = sorted(simulation.whole.amounts, key=lambda one: not one.cost)[:_AMOUNTS]
    rows = tuple(_rows(simulation, table, columns, amounts))
    attributes = tuple(
        Attribute(name, label, _choice(columns[place]), place)
        for place, (name, label, _) in enumerate(named[:_ATTRIBUTES])
    )
    return Listing(rows, attributes, tuple(amounts), tuple(_moves(simulation.levels, rows)))


def _title(table: pa.Table, name: str) -> str | None:
    """The column of an attribute: called as it is, but for one that is called like another column."""
    return next((one for one in (f"attribute_{name}", name) if one in table.column_names), None)


def _texts(column: pa.ChunkedArray) -> list[str]:
    return ["" if value is None else str(value) for value in column.to_pylist()]


def _choice(values: Sequence[str]) -> tuple[str, ...]:
    found = sorted(set(values) - {""})
    return tuple(found) if 1 < len(found) <= _VALUES else ()


def _rows(
    simulation: Simulation, table: pa.Table, columns: Sequence[Sequence[str]], amounts: Sequence[Amount]
) -> Iterator[Row]:
    places = {level.id: place for place, level in enumerate(simulation.levels[:-2])}
    totals = [_numbers(table, f"{side}_total") for side in ("old", "new")]
    sums = [[_numbers(table, f"{side}_{one.id}") for side in ("old", "new")] for one in amounts]
    grades = [_grades(table, f"{side}_grade") for side in ("old", "new")]
    heads = zip(
        table.column(0).to_pylist(), table["period"].to_pylist(), table["change"].to_pylist(), strict=True
    )
    for row, (staff, period, fate) in enumerate(heads):
        old, new = totals[0][row], totals[1][row]
        change = None if old is None or new is None else new - old
        yield Row(
            str(staff),
            str(period),
            tuple(column[row] for column in columns),
            fate,
            cell(simulation.total, old),
            cell(simulation.total, new),
            cell(simulation.total, change, signed=True),
            change is not None and change < 0,
            (places.get(grades[0][row]), places.get(grades[1][row])),
            tuple(
                _amount(one, before[row], after[row])
                for one, (before, after) in zip(amounts, sums, strict=True)
            ),
        )


def _amount(one: Amount, old: Fraction | None, new: Fraction | None) -> tuple[Words, Words, Words]:
    """A missing amount counts as nothing, as it does in sums."""
    by = None if old is None and new is None else (new or Fraction(0)) - (old or Fraction(0))
    return cell(one.notation, old), cell(one.notation, new), cell(one.notation, by, signed=True)


def _numbers(table: pa.Table, name: str) -> list[Fraction | None]:
    if name not in table.column_names:
        return [None] * table.num_rows
    return [None if value is None else Fraction(value) for value in table[name].to_pylist()]


def _grades(table: pa.Table, name: str) -> list[str]:
    """ "" is no grade's id."""
    return _texts(table[name])


def _moves(levels: Sequence[Level], rows: Sequence[Row]) -> Iterator[GradeMove]:
    none = Words("–", "–")
    seen = {row.grades for row in rows if row.grades[0] != row.grades[1]}
    for old, new in sorted(seen, key=lambda pair: [len(levels) if one is None else one for one in pair]):
        yield GradeMove(
            grade_code((old, new)),
            none if old is None else levels[old].label,
            none if new is None else levels[new].label,
        )


def grade_code(grades: tuple[int | None, int | None]) -> str:
    """ "0-1" for the first grade becoming the second; "-" for none."""
    return "-".join("x" if one is None else str(one) for one in grades)
