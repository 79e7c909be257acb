"""What the results of a person's spells make together, row by row in exact fractions: the meaning of `split by`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from kpirules.matrix import MISSING, Flags, Labels, Result, ScoreMatrix, labels
from kpirules.model.rules import Ruleset

Column = Result | Flags | Labels


def whole_periods(rules: Ruleset, scores: ScoreMatrix) -> ScoreMatrix:
    """The scores with one row for a person and period, from the published results of its spells."""
    cases: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(scores.rows):
        cases.setdefault(scores.facts.row_name(int(row)), []).append(place)
    days = [scores.facts.columns["days"].value(int(row)) for row in scores.rows]

    def mean(column: Result, spells: Sequence[int]) -> Fraction | None:
        found = [(value, days[one]) for one in spells if (value := column.exact(one)) is not None]
        weight = sum((day for _, day in found if isinstance(day, Fraction)), Fraction(0))
        total = sum((value * day for value, day in found if isinstance(day, Fraction)), Fraction(0))
        return total / weight if found else None

    def added(column: Result, spells: Sequence[int]) -> Fraction | None:
        found = [value for one in spells if (value := column.exact(one)) is not None]
        return sum(found, Fraction(0)) if found else None

    def last(column: Result, spells: Sequence[int]) -> Fraction | None:
        return column.exact(spells[-1])

    def made(column: Column, number: Callable[[Result, Sequence[int]], Fraction | None]) -> Column:
        match column:
            case Result():
                values = [number(column, spells) for spells in cases.values()]
                steps = [MISSING if one is None else column.rounding.steps(one) for one in values]
                return Result(np.array(steps, np.int64), column.unit, column.rounding)
            case Flags():
                found = [{int(column.values[one]) for one in spells} for spells in cases.values()]
                return Flags(np.array([1 if 1 in one else min(one) for one in found], np.int8))
            case Labels():
                return labels([column.text(spells[-1]) for spells in cases.values()])

    def result(column: Result) -> Result:
        found = made(column, mean)
        assert isinstance(found, Result)
        return found

    kinds = {one.id: one.kind for one in rules.outcomes}
    total = result(scores.total)
    adjustments = {name: made(one, mean) for name, one in scores.adjustments.items()}
    return replace(
        scores,
        rows=np.array([scores.rows[spells[0]] for spells in cases.values()], np.int64),
        points={name: result(one) for name, one in scores.points.items()},
        total=total,
        grade=np.array([_grade(rules, total, adjustments, row) for row in range(len(cases))], np.int8),
        adjustments=adjustments,
        outcomes={
            name: made(one, added if kinds[name] in ("amount", "award", "penalty") else last)
            for name, one in scores.outcomes.items()
        },
    )


def _grade(rules: Ruleset, total: Result, adjustments: dict[str, Column], row: int) -> int:
    value = total.exact(row)
    if value is None or not rules.grades:
        return -1
    places = [place for place, one in enumerate(rules.grades) if one.low is None or value >= one.low]
    if not places:
        return -1
    for one in rules.adjustments.lines:
        flags = adjustments.get(one.id)
        if one.place is not None and isinstance(flags, Flags) and flags.values[row] == 1:
            places[0] = max(places[0], one.place)
    return places[0]
