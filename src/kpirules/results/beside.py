"""What stands beside the scores of a report, row by row: people's attributes, inputs and measures, as Arrow tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Context, Decimal
from fractions import Fraction

import pyarrow as pa

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.plugin.report import ColumnInfo
from kpirules.results.exactly import kind_of
from kpirules.scoring.reference import Reference
from kpirules.units import Unit

#: Facts are shown to so many places.
_PLACES = 6
_DIGITS = Context(prec=40)
#: What people call the attribute by which they compare each other, if the policy itself compares by none.
_USUAL = ("team", "group", "department", "dept", "unit", "office", "团队", "班组", "部门", "小组", "组")


def attributes_of(
    rules: Ruleset, reference: Reference, rows: Sequence[int]
) -> tuple[pa.Table, tuple[ColumnInfo, ...]]:
    """The attributes of the people in these rows of the facts."""
    own = [one for one in rules.inputs.values() if one.attribute and one.grain is None]
    columns = {
        one.name: _array([reference.fact(one.name, row) for row in rows], one.type.unit) for one in own
    }
    return _table(columns, len(rows)), tuple(
        ColumnInfo(one.name, one.label, kind_of(one.type.unit)) for one in own
    )


def facts_of(
    rules: Ruleset, reference: Reference, rows: Sequence[int]
) -> tuple[pa.Table, tuple[ColumnInfo, ...]]:
    """The inputs and named measures of these rows; what is measured by shorter periods is left out."""
    columns: dict[str, pa.Array] = {}
    told: list[ColumnInfo] = []
    for one in rules.inputs.values():
        if not one.attribute and one.grain is None:
            columns[one.name] = _array([reference.fact(one.name, row) for row in rows], one.type.unit)
            told.append(ColumnInfo(one.name, one.label, kind_of(one.type.unit)))
    for measure in rules.measures.values():
        if measure.grain is None and measure.name not in columns:
            unit = measure.value.unit
            columns[measure.name] = _array([reference.value(measure.value, row) for row in rows], unit)
            told.append(ColumnInfo(measure.name, measure.label, kind_of(unit), measure=True))
    return _table(columns, len(rows)), tuple(told)


def group_of(rules: Ruleset, attributes: pa.Table, columns: Sequence[ColumnInfo]) -> str | None:
    """The attribute by which people are compared: the policy's own, else one with a usual name, else none."""
    texts = [one for one in columns if one.kind == "text"]
    fitting = [one for one in texts if 2 <= len(attributes[one.name].unique().drop_null()) <= 60]
    used = Counter(_compared_by(rules))
    for one in sorted(fitting, key=lambda one: -used[one.name]):
        if used[one.name]:
            return one.name
    for usual in _USUAL:
        for one in fitting:
            if usual in (one.name.lower(), one.label.lower()):
                return one.name
    return None


def _compared_by(rules: Ruleset) -> Iterator[str]:
    """The attributes that anything across people goes by, as often as they occur."""
    tops = [one.measure for one in rules.indicators] + [one.value for one in rules.outcomes]
    for top in (*tops, *(one.value for one in rules.measures.values())):
        for part in e.walk(top):
            if isinstance(part, e.Group | e.Rank | e.Division):
                yield from part.by
    for grade in rules.grades:
        yield from grade.quota.by if grade.quota is not None else ()


def _table(columns: dict[str, pa.Array], rows: int) -> pa.Table:
    if columns:
        return pa.table(columns)
    return pa.table({"": pa.nulls(rows)}).select([])


def _array(values: Sequence[e.Value | None], unit: Unit) -> pa.Array:
    """Exact values as a column of the seam's types."""
    numbers = [value if isinstance(value, Fraction) else None for value in values]
    match unit:
        case Unit.TEXT | Unit.STAFF:
            return pa.array([None if value is None else str(value) for value in values], pa.string())
        case Unit.BOOLEAN:
            return pa.array([None if value is None else bool(value) for value in values], pa.bool_())
        case Unit.DURATION:
            return _whole(numbers, pa.duration("us"))
        case Unit.DATETIME:
            return _whole(numbers, pa.timestamp("us"))
        case Unit.DATE:
            return _whole(numbers, pa.int32()).cast(pa.date32())
        case _:
            return _decimals(numbers)


def _whole(values: Sequence[Fraction | None], kind: pa.DataType) -> pa.Array:
    whole: Callable[[Fraction], int] = round
    return pa.array([None if value is None else whole(value) for value in values], kind)


def _decimals(values: Sequence[Fraction | None]) -> pa.Array:
    """To as many places as any of them needs, six at most; floats where a decimal has not digits enough."""
    steps = [None if value is None else _steps(value) for value in values]
    known = [one for one in steps if one]
    places = _PLACES
    while places and all(one % 10 ** (_PLACES - places + 1) == 0 for one in known):
        places -= 1
    if any(abs(one) >= 10**38 for one in known):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    factor = 10 ** (_PLACES - places)
    cut = [None if one is None else Decimal(one // factor).scaleb(-places, _DIGITS) for one in steps]
    return pa.array(cut, pa.decimal128(38, places))


def _steps(value: Fraction) -> int:
    """The value in steps of the last place, half up, in whole numbers: there are many of them."""
    above, below = abs(value.numerator) * 10**_PLACES, value.denominator
    steps: int = (2 * above + below) // (2 * below)
    return -steps if value < 0 else steps
