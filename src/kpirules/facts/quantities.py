"""Columns of amounts: numbers, counts, shares, points, ratings, money, working days and durations.

Whole columns at once; texts that are not plain numbers go through `amounts`, each distinct one once. A value
is the written decimal: a float64 stands for its shortest decimal, and what it cannot carry is kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpirules.diagnostics import Problem, Words
from kpirules.facts import problems
from kpirules.facts.amounts import DURATIONS, amount
from kpirules.facts.bindings import CellRules
from kpirules.facts.cells import Cells, Fault, Mask, coded, faults_by, fold, mask, present, strings
from kpirules.matrix import Floats
from kpirules.numbers import decimal_text, written
from kpirules.units import Type, Unit

#: Amounts at or beyond this are refused: they are typing errors, and would not fit into exact sums.
LARGEST = 10**18
#: Up to here every whole number is a float64 of its own.
WHOLE = 2**53

_PLAIN = r"^[-+]?(\d+\.?\d*|\.\d+)$"


@dataclass(frozen=True, slots=True)
class _Read:
    """values are NaN where missing or wrong; bare: written as a number alone; wrong: no amount at all."""

    values: Floats
    exact: Mapping[int, Fraction]
    bare: Mask
    wrong: Mask


def read_amounts(array: pa.Array, type: Type, rules: CellRules) -> Cells:
    """The column as amounts of the type; durations in microseconds."""
    if type.unit is Unit.MONEY:
        rules = replace(rules, unit=type.currency)
    read = _read(array, type.unit, rules)
    if type.unit is Unit.DURATION and rules.unit is None:
        faults = _without_unit(array, read)
    else:
        faults = faults_by(problems.BAD_CELL, read.wrong, kind=problems.kind_of(type))
    faults += _beyond(read, type)
    there = ~np.isnan(read.values)
    for fault in faults:
        there[fault.rows] = False
    exact = {row: value for row, value in read.exact.items() if there[row]}
    return Cells(type.unit, read.values, there, exact=exact, faults=faults)


def _read(array: pa.Array, unit: Unit, rules: CellRules) -> _Read:
    kind = array.type
    scaled = unit is Unit.DURATION
    if pa.types.is_duration(kind) and scaled:
        return _native(array.cast(pa.int64()), rules)
    if (pa.types.is_floating(kind) or pa.types.is_integer(kind)) and not scaled:
        return _native(array, rules)
    return _texts(strings(array, rules.missing), unit, rules.unit)


def _native(array: pa.Array, rules: CellRules) -> _Read:
    """Numbers as the source holds them; NaN is missing, an infinite one is none."""
    values = array.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy(zero_copy_only=False)
    values = np.array(values, np.float64)
    for marker in rules.missing:
        number = amount(marker.strip(), Unit.NUMBER)
        if number is not None:
            values[values == float(number)] = np.nan
    exact: dict[int, Fraction] = {}
    if pa.types.is_integer(array.type):
        large = np.flatnonzero(np.abs(values) >= WHOLE)
        exact = {int(row): Fraction(array[int(row)].as_py()) for row in large}
        exact = {row: value for row, value in exact.items() if written(float(values[row])) != value}
    wrong = np.isinf(values)
    values[wrong] = np.nan
    return _Read(values, exact, np.ones(len(values), bool), wrong)


def _texts(text: pa.Array, unit: Unit, bare_unit: str | None) -> _Read:
    text = fold(text)
    there = present(text)
    if unit is Unit.DURATION:
        return _by_distinct(text, there, unit, bare_unit)
    try:
        values = _floats(text)
        plain = there
    except pa.ArrowInvalid:
        plain = mask(pc.match_substring_regex(text, _PLAIN))
        values = _floats(pc.if_else(pa.array(plain), text, pa.scalar(None, pa.string())))
    odd = there & (~plain | ~np.isfinite(values))
    plain = plain & ~odd
    exact = _long(text, values, plain)
    wrong = np.zeros(len(values), bool)
    if odd.any():
        rows = np.flatnonzero(odd)
        rest = _by_distinct(text.take(pa.array(rows)), np.ones(len(rows), bool), unit, bare_unit)
        values[rows], wrong[rows] = rest.values, rest.wrong
        exact |= {int(rows[row]): value for row, value in rest.exact.items()}
        plain[rows] = rest.bare
    return _Read(values, exact, plain, wrong)


def _floats(text: pa.Array) -> Floats:
    return np.array(text.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False), np.float64)


def _long(text: pa.Array, values: Floats, plain: Mask) -> dict[int, Fraction]:
    """Numbers of more than 15 digits whose float64 has another shortest decimal."""
    longest = pc.max(pc.binary_length(text)).as_py()
    if longest is None or longest <= 15:
        return {}
    long = mask(pc.greater(pc.binary_length(text), 15)) & plain
    same = mask(pc.equal(pa.array(values).cast(pa.string()), text))
    exact: dict[int, Fraction] = {}
    for row in np.flatnonzero(long & ~same):
        value = Fraction(text[int(row)].as_py())
        if written(float(values[row])) != value:
            exact[int(row)] = value
    return exact


def _by_distinct(text: pa.Array, there: Mask, unit: Unit, bare_unit: str | None) -> _Read:
    """Each distinct text read once."""
    texts = coded(text)
    read = [amount(one, unit, bare_unit) for one in texts.distinct]
    floats = np.array([_float(value) for value in read] + [np.nan])
    none = np.array([value is None for value in read] + [False])
    signs = np.array([one[-1:].isdigit() or one[-1:] == "." for one in texts.distinct] + [False])
    loose = {
        code: value
        for code, value in enumerate(read)
        if value is not None and abs(value) < LARGEST and written(_float(value)) != value
    }
    exact: dict[int, Fraction] = {}
    if loose:
        exact = {
            int(row): loose[int(texts.codes[row])]
            for row in np.flatnonzero(np.isin(texts.codes, list(loose)))
        }
    return _Read(floats[texts.codes], exact, signs[texts.codes], none[texts.codes] & there)


def _float(value: Fraction | None) -> float:
    """The nearest float; beyond the largest amount any large one will do, it is refused later."""
    if value is None:
        return np.nan
    return float(max(min(value, Fraction(LARGEST)), Fraction(-LARGEST)))


def _without_unit(array: pa.Array, read: _Read) -> tuple[Fault, ...]:
    """Wrong durations: those that are plain numbers lack a unit, the others are none at all."""
    numbers = read.wrong.copy()
    rows = np.flatnonzero(numbers)
    text = fold(strings(array.take(pa.array(rows)), ()))
    numbers[rows] = mask(pc.match_substring_regex(text, _PLAIN))
    return (
        *faults_by(problems.NO_UNIT, numbers),
        *faults_by(problems.BAD_CELL, read.wrong & ~numbers, kind=problems.KINDS[Unit.DURATION]),
    )


def _beyond(read: _Read, type: Type) -> tuple[Fault, ...]:
    """Amounts that the type does not allow, each cell under its first fault."""
    values = read.values
    left = ~np.isnan(values)
    faults: list[Fault] = []

    def take(problem: Problem, wrong: Mask, **args: object) -> None:
        faults.extend(faults_by(problem, wrong & left, **args))
        left[wrong] = False

    take(problems.TOO_LARGE, np.abs(values) >= LARGEST)
    if type.unit is Unit.RATIO and (type.high is None or type.high <= 10):
        take(problems.BARE_PERCENT, read.bare & (np.abs(values) > 10))
    low, high = type.lowest, type.high
    below = values < (-np.inf if low is None else float(low))
    above = values > (np.inf if high is None else float(high))
    take(problems.OUT_OF_RANGE, below | above, range=_range(low, high, type.unit))
    if type.unit is Unit.COUNT:
        take(problems.NOT_WHOLE, _fractional(read))
    if type.step is not None and type.low is not None:
        take(
            problems.OFF_STEP,
            _off_step(values, left, type.low, type.step),
            low=decimal_text(type.low),
            step=decimal_text(type.step),
        )
    return tuple(faults)


def _fractional(read: _Read) -> Mask:
    wrong = np.asarray(read.values != np.rint(read.values), bool)
    for row, value in read.exact.items():
        wrong[row] = value.denominator != 1
    return wrong


def _off_step(values: Floats, left: Mask, low: Fraction, step: Fraction) -> Mask:
    distinct, places = np.unique(values[left], return_inverse=True)
    off = np.array([((written(float(one)) - low) / step).denominator != 1 for one in distinct], bool)
    wrong = np.zeros(len(values), bool)
    wrong[left] = off[places] if len(distinct) else False
    return wrong


def _range(low: Fraction | None, high: Fraction | None, unit: Unit) -> Words:
    least, most = ("" if one is None else _bound(one, unit) for one in (low, high))
    if low is None or high is None:
        return (
            Words(f"at most {most}", f"最大 {most}")
            if low is None
            else Words(f"at least {least}", f"最小 {least}")
        )
    return Words(f"{least} to {most}", f"{least} 至 {most}")


def _bound(bound: Fraction, unit: Unit) -> str:
    if unit is Unit.DURATION:
        return f"{decimal_text(bound / DURATIONS['min'])} min"
    return f"{decimal_text(bound * 100)}%" if unit is Unit.RATIO else decimal_text(bound)
