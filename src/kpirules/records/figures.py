"""The facts of a run as a table: every column exact, and no more than a file of Parquet to read it with.

A number stands as the matrix has it: the shortest decimal of its float is meant. Beside it, where there are any, stand
`NAME:divisor` (the fact is the number over it) and `NAME:exact` (the number itself where no float is written as it).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from kpirules.matrix import Column, StaffPeriodMatrix
from kpirules.numbers import decimal_text
from kpirules.units import Unit

#: Facts are read for these periods, and nothing is published of them.
EARLIER = "only_read"


def measures(facts: StaffPeriodMatrix) -> pa.Table:
    """The table of the facts of a matrix, without its parts."""
    columns: dict[str, pa.Array] = {
        facts.subject: _named(facts.staff_names, facts.staff),
        "period": _named(facts.period_names, facts.period),
    }
    fields = [pa.field(name, pa.string()) for name in columns]
    if facts.earlier:
        columns[EARLIER] = pa.array(~facts.asked)
        fields.append(pa.field(EARLIER, pa.bool_()))
    for name, column in facts.columns.items():
        for suffix, array in _arrays(column):
            place = f"{name}{suffix}"
            columns[place] = array
            fields.append(pa.field(place, array.type, metadata={"unit": str(column.unit.name).lower()}))
    return pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields))


def every_measure(facts: StaffPeriodMatrix) -> Iterator[tuple[str, pa.Table]]:
    """The facts, and those of shorter periods, by file."""
    yield "measures.parquet", measures(facts)
    for grain, part in sorted(_parts(facts).items()):
        yield f"measures-{grain}.parquet", measures(part)


def _parts(facts: StaffPeriodMatrix) -> dict[str, StaffPeriodMatrix]:
    """The parts of every length, those inside of parts as well."""
    found: dict[str, StaffPeriodMatrix] = {}
    for grain, part in facts.parts.items():
        found[grain] = part
        found.update(_parts(part))
    return found


def _named(names: object, codes: object) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(codes))


def _arrays(column: Column) -> Iterator[tuple[str, pa.Array]]:
    values = column.values
    match column.unit:
        case Unit.TEXT:
            yield "", pa.array(column.choices, pa.string()).take(pa.array(values, mask=values < 0))
            return
        case Unit.BOOLEAN:
            yield "", pa.array(values == 1, mask=values < 0)
            return
    numbers = np.asarray(values, np.float64)
    yield "", pa.array(numbers, mask=np.isnan(numbers))
    if column.divisor is not None:
        yield ":divisor", pa.array(column.divisor, mask=np.isnan(column.divisor))
    if column.exact:
        exact: list[str | None] = [None] * len(numbers)
        for row, value in column.exact.items():
            exact[row] = decimal_text(value)
        yield ":exact", pa.array(exact, pa.string())
