"""Values of earlier periods: a crossing that takes each row the value of the same person's earlier row.

A value leaves and arrives as a quotient of two whole numbers, so that shares and means stay exact without a loop.
Summaries over the last periods are steps of a program over such values.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from kpirules.matrix import MISSING, Integers
from kpirules.model import expressions as e
from kpirules.scoring.groups import Delivered, Items
from kpirules.scoring.program import Assembler, Op
from kpirules.units import Unit

ABOVE, BELOW = "above", "below"
#: Whole numbers up to here are floats.
_EXACT = 2.0**53


def item_of(node: e.Earlier) -> e.Expr:
    """What must be known of every row: the value itself, truth as 1 and 0."""
    if node.unit is not Unit.BOOLEAN:
        return node.item
    one, none = (e.Constant(Fraction(value), Unit.NUMBER, node.span) for value in (1, 0))
    return e.Choice(one, node.item, none, Unit.NUMBER, node.span)


def together(node: e.Earlier, code: Assembler, parts: Sequence[int]) -> int:
    """The value, from its two parts."""
    value = code.step(Op.DIVIDE, *parts)
    return code.step(Op.EQUAL, value, code.constant(Fraction(1))) if node.unit is Unit.BOOLEAN else value


def taken(part: str, items: Sequence[Items], rows: Integers) -> Delivered:
    """One part of the quotient, from the rows at these places (-1: none).

    items: the numbers above and below the line; both are scaled by the same whole number.
    """
    scale = lcm(*(one.step.denominator for one in items))
    one = items[0] if part == ABOVE else items[1]
    there = rows >= 0
    values = one.values[np.where(there, rows, 0)]
    known = there & (values != MISSING)
    factor = int(one.step * scale)
    floats = np.where(known, values, 0).astype(np.float64) * factor
    long = known & (np.abs(floats) >= _EXACT)
    exact = {int(row): int(values[row]) * one.step * scale for row in np.flatnonzero(long)}
    if one.odd:
        odd = there & np.isin(rows, np.fromiter(one.odd, np.int64, len(one.odd)))
        exact |= {int(row): one.odd[int(rows[row])] * scale for row in np.flatnonzero(odd)}
    floats[~known] = np.nan
    for row, value in exact.items():
        floats[row] = _near(value)
    return Delivered(floats, exact)


def _near(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def places_before(staff: Integers, periods: Sequence[int | None], period: Integers, back: int) -> Integers:
    """For each row the place of the same person's row so many periods before, -1 where there is none.

    periods: the number of each code of the period axis, None where it is no period.
    """
    count = len(staff)
    known = [one for one in periods if one is not None]
    result = np.full(count, -1, np.int64)
    if not count or not known:
        return result
    first, span = min(known), max(known) - min(known) + 1
    numbers = np.array([-1 if one is None else one - first for one in periods], np.int64)[period]
    dated = np.flatnonzero(numbers >= 0)
    keys = staff[dated].astype(np.int64) * span + numbers[dated]
    asked = np.flatnonzero(numbers >= back)
    wanted = staff[asked].astype(np.int64) * span + numbers[asked] - back
    size = (int(staff.max()) + 1) * span
    if size <= 8 * count + 1_000_000:
        place = np.full(size, -1, np.int64)
        place[keys[::-1]] = dated[::-1]  # backwards, so that a person's first row of a period stays
        result[asked] = place[wanted]
        return result
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    at = np.minimum(np.searchsorted(ranked, wanted), len(ranked) - 1)
    found = ranked[at] == wanted
    result[asked[found]] = dated[order[at[found]]]
    return result


def summary(node: e.Recent, code: Assembler, values: Sequence[int]) -> int:
    """The slot of a summary, from the slots of the period's value and the earlier ones."""
    presents = [code.step(Op.PRESENT, one) for one in values]
    known = _added(code, presents)
    enough = code.step(Op.AT_MOST, code.constant(Fraction(node.least)), known)
    if node.best is not None:
        values = _greatest(code, values, node.best)
        known = _added(code, [code.step(Op.PRESENT, one) for one in values])
    match node.kind:
        case e.Over.MIN | e.Over.MAX:
            result = values[0]
            op = Op.LEAST if node.kind is e.Over.MIN else Op.GREATEST
            for one in values[1:]:
                result = _of_both(code, op, result, one)
        case _:
            zero = code.constant(Fraction(0))
            result = _added(code, [code.step(Op.FALLBACK, one, zero) for one in values])
            if node.kind is e.Over.MEAN:
                result = code.step(Op.DIVIDE, result, known)
    return code.step(Op.GATE, result, enough)


def _added(code: Assembler, slots: Sequence[int]) -> int:
    result = slots[0]
    for one in slots[1:]:
        result = code.step(Op.ADD, result, one)
    return result


def _of_both(code: Assembler, op: Op, left: int, right: int) -> int:
    """The least or greatest of two values; the one that is known where the other is missing."""
    return code.step(Op.FALLBACK, code.step(op, left, right), code.step(Op.FALLBACK, left, right))


def _greatest(code: Assembler, values: Sequence[int], most: int) -> list[int]:
    """The greatest values, missing ones behind all others: each value is passed down a row of places."""
    places: list[int] = []
    for one in values:
        for number, place in enumerate(places):
            places[number], one = _of_both(code, Op.GREATEST, place, one), code.step(Op.LEAST, place, one)
        if len(places) < most:
            places.append(one)
    return places
