"""What a policy makes of one person, by the public face and the kernels: an evaluation that shares nothing with the lint's own.

A measure that the facts state becomes an input of the same unit, by editing the text; records that are still asked for are
given as tables without rows. Holds no test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

import kpirules
from kpirules.engine import policy_of
from kpirules.model.expressions import Value
from kpirules.units import Unit

Facts = Mapping[str, Value | None]
_WORDS = {
    Unit.NUMBER: "number",
    Unit.COUNT: "count",
    Unit.RATIO: "ratio",
    Unit.POINTS: "points",
    Unit.RATING: "number",
    Unit.DURATION: "duration",
    Unit.MONEY: "money",
    Unit.BOOLEAN: "boolean",
    Unit.TEXT: "text",
}
_PERIODS = {
    "day": "2026-01-01",
    "week": "2026-W01",
    "month": "2026-01",
    "quarter": "2026Q1",
    "half": "2026H1",
    "year": "2026",
}


def scores(text: str, path: str, settings: Mapping[str, str], facts: Facts) -> dict[str, object]:
    """Every published result of one person with these facts, by the name of its column."""
    stated = policy_of(text, path, settings).ruleset
    assert stated is not None
    for name in facts:
        if name in stated.measures:
            unit = stated.measures[name].value.unit
            declared = f"input {name} : {_WORDS[unit]}"
            text, found = re.subn(
                rf"^(measure|raters) {name} .*(\n  .*)*$", declared, text, flags=re.MULTILINE
            )
            assert found == 1, name
    rules = kpirules.load(text, parameters=settings)
    ruleset = rules.ruleset
    columns = {"staff": pa.array(["one"]), "period": pa.array([_PERIODS[ruleset.period]])}
    attributes = {"staff": pa.array(["one"])}
    for name, one in ruleset.delivered.items():
        into = attributes if one.attribute else columns
        into[name] = _cell(facts.get(name, one.missing), one.type.unit)
    data = {
        one.name: pa.table({field.name: pa.array([], pa.string()) for field in one.fields})
        for one in ruleset.data.values()
    }
    named = {"staff": pa.table(attributes)} if len(attributes) > 1 else {}
    scored = rules.score(pa.table(columns), **named, **data)
    assert len(scored) == 1
    return {name: values[0] for name, values in scored.table.to_pydict().items()}


def _cell(value: Value | None, unit: Unit) -> pa.Array:
    match value:
        case None:
            return pa.array([None], pa.string())
        case Fraction() if unit is Unit.DURATION:
            assert value.denominator == 1
            return pa.array([value.numerator], pa.duration("us"))
        case Fraction():
            exact = Decimal(value.numerator) / Decimal(value.denominator)
            assert Fraction(exact) == value, f"{value} cannot be written in a table"
            return pa.array([str(exact)])
        case _:
            return pa.array([value])
