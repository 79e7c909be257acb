"""One column of a table, read by its declared type: the dispatch over kinds, texts and yes/no cells."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kpirules.diagnostics import nearest
from kpirules.facts import problems
from kpirules.facts.bindings import CellRules
from kpirules.facts.cells import Cells, Fault, coded, faults_by, fold, one_array, strings
from kpirules.facts.moments import read_dates
from kpirules.facts.quantities import read_amounts
from kpirules.units import Type, Unit

_YES = frozenset({"true", "yes", "y", "1", "是", "对", "√"})
_NO = frozenset({"false", "no", "n", "0", "否", "不", "×"})


def read_cells(column: pa.Array | pa.ChunkedArray, type: Type, rules: CellRules) -> Cells:
    """The column by its declared type: every cell is a value, missing, or part of a fault."""
    array = one_array(column)
    match type.unit:
        case Unit.TEXT | Unit.STAFF:
            return _texts(array, type, rules)
        case Unit.BOOLEAN:
            return _booleans(array, rules)
        case Unit.DATETIME | Unit.DATE:
            return read_dates(array, type.unit, rules)
        case _:
            return read_amounts(array, type, rules)


def _texts(array: pa.Array, type: Type, rules: CellRules) -> Cells:
    texts = coded(strings(array, rules.missing))
    there = texts.codes >= 0
    if not type.choices:
        return Cells(type.unit, texts.codes, there, texts.distinct)
    choices = ", ".join(type.choices)
    faults: list[Fault] = []
    for code, text in enumerate(texts.distinct):
        if text not in type.choices:
            wrong = texts.codes == code
            there &= ~wrong
            near = nearest(text, type.choices)
            faults += faults_by(problems.NOT_A_CHOICE, wrong, choices=choices, suggestion=near)
    return Cells(type.unit, texts.codes, there, texts.distinct, faults=tuple(faults))


def _booleans(array: pa.Array, rules: CellRules) -> Cells:
    texts = coded(fold(strings(array, rules.missing)))
    meaning = [1 if t.lower() in _YES else 0 if t.lower() in _NO else -1 for t in texts.distinct]
    values = np.array([*meaning, -1], np.int8)[texts.codes]
    faults = faults_by(
        problems.BAD_CELL, (texts.codes >= 0) & (values < 0), kind=problems.KINDS[Unit.BOOLEAN]
    )
    return Cells(Unit.BOOLEAN, values, values >= 0, faults=faults)
