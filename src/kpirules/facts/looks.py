"""What the cells of a column could be read as, and what a project file must say for that. Advice, never a decision.

Tried with the same readers that read facts, on the cells at hand; others may be different.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from kpirules.facts.bindings import CellRules
from kpirules.facts.cells import coded, one_array, strings
from kpirules.facts.columns import read_cells
from kpirules.facts.dateformat import date_format
from kpirules.units import Type, Unit

#: What exports write for "no value".
_MARKERS = (
    "?",
    "-",
    "--",
    "—",
    "/",
    "N/A",
    "n/a",
    "NA",
    "#N/A",
    "NULL",
    "null",
    "None",
    "none",
    "nil",
    "NaN",
    "无",
)
#: Of these, the ones that are told of columns of text too, where a dash or a word may mean something.
_SURE = frozenset({"?", "N/A", "n/a", "#N/A", "NULL", "null", "NaN"})
_ORDERS = ("year first", "day first", "month first")
_NATIVE = (
    (pa.types.is_boolean, Unit.BOOLEAN),
    (pa.types.is_duration, Unit.DURATION),
    (pa.types.is_date, Unit.DATE),
    (pa.types.is_timestamp, Unit.DATETIME),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """unit: what all cells at hand could be read as; TEXT fits always.

    missing: the markers that must be declared for it. orders: the orders of days that fit, where one must be
    declared; more than one: the cells do not tell which. cells: how many there are; filled: how many hold something.
    zoned: moments carry a zone, so that the project file must say whose clock counts.
    """

    unit: Unit
    missing: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    cells: int = 0
    filled: int = 0
    zoned: bool = False


def looks_of(column: pa.Array | pa.ChunkedArray) -> Looks:
    """What the column could be read as."""
    array = one_array(column)
    cells, filled = len(array), len(array) - array.null_count
    for fits, unit in _NATIVE:
        if fits(array.type):
            return Looks(unit, (), (), cells, filled, getattr(array.type, "tz", None) is not None)
    if not pa.types.is_string(array.type):
        return Looks(Unit.NUMBER, (), (), cells, filled)
    texts = strings(array, ())
    filled = len(texts) - texts.null_count
    distinct = coded(texts).distinct
    markers = tuple(one for one in _MARKERS if one in distinct)
    for missing in dict.fromkeys(((), markers)):
        values = [one for one in distinct if one not in missing]
        for unit, orders, zoned in _fitting(pa.array(values, pa.string())) if values else ():
            return Looks(unit, missing, orders, cells, filled, zoned)
    return Looks(Unit.TEXT, tuple(one for one in markers if one in _SURE), (), cells, filled)


def _fitting(values: pa.Array) -> Iterator[tuple[Unit, tuple[str, ...], bool]]:
    """Units that fit all the values, the likeliest first; of days, with the orders that fit and whether they carry a zone."""
    figures = bool(pc.all(pc.match_substring_regex(values, r"\d")).as_py())
    if _fits(values, Unit.BOOLEAN) and not (figures and len(values)):
        yield Unit.BOOLEAN, (), False
    if not figures:
        return
    # A code such as 01960 would lose its zeros as a number.
    if not pc.any(pc.match_substring_regex(values, r"^0\d+$")).as_py():
        yield from (
            (unit, (), False) for unit in (Unit.NUMBER, Unit.RATIO, Unit.MONEY) if _fits(values, unit)
        )
    days = Unit.DATETIME if pc.any(pc.match_substring(values, ":")).as_py() else Unit.DATE
    if _fits(values, days):
        yield days, (), False
    orders = tuple(order for order in _ORDERS if _fits(values, days, order))
    if orders:
        yield days, orders, False
    if _fits(values, Unit.DURATION):
        yield Unit.DURATION, (), False
    if _fits(values, Unit.DATETIME, zone="UTC"):
        yield Unit.DATETIME, (), True


def _fits(values: pa.Array, unit: Unit, order: str | None = None, zone: str | None = None) -> bool:
    rules = CellRules(date_format=None if order is None else date_format(order), timezone=zone)
    return not read_cells(values, Type(unit), rules).faults
