"""What stands behind a summary over shorter periods: the values of its measures, period by period.

Every number is the reference's own. Records behind a value are looked up by whoever holds the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.scoring.reference import Reference
from kpirules.units import Unit


@dataclass(frozen=True, slots=True)
class Series:
    """A measure, input or summary of records, for every shorter period. rows: of the table of these periods."""

    part: e.Fact | e.MeasureOf | e.Aggregate
    grain: str
    unit: Unit
    rows: tuple[int, ...]
    values: tuple[tuple[str, e.Value | None], ...]


def own_parts(expr: e.Expr) -> Iterator[e.Expr]:
    """The parts of an expression that are worked out for the row's own period: not what a summary goes over, nor the past."""
    yield expr
    if not isinstance(expr, e.Within | e.Earlier | e.Recent):
        for part in e.children(expr):
            yield from own_parts(part)


def behind(
    summary: e.Within, rules: Ruleset, reference: Reference, rows: Sequence[int]
) -> Iterator[Series | e.Expr]:
    """The series behind a summary for these rows of the reference, each once; and its parameters and longer facts."""
    seen: set[object] = set()
    waiting = [(summary, reference, tuple(rows))]
    while waiting:
        one, around, outer = waiting.pop(0)
        inner = around.shorter(one.grain)
        inside = tuple(dict.fromkeys(row for at in outer for row in around.shorter_rows(one.grain, at)))
        exprs = [part for part in (one.item, one.where) if part is not None]
        while exprs:
            for part in own_parts(exprs.pop(0)):
                match part:
                    case e.Within():
                        waiting.append((part, inner, inside))
                        continue
                    case e.Fact(name) if _is_of(rules, name, one.grain):
                        pass
                    case e.MeasureOf(name):
                        value = rules.measures[name].value
                        # a measure that is nothing but a summary of records has the same values as that
                        if ("measure", name) not in seen and not isinstance(value, e.Aggregate):
                            exprs.append(value)
                    case e.Aggregate(name):
                        pass
                    case e.Fact(name) | e.Constant(parameter=str() as name):
                        if ("once", name) not in seen:
                            seen.add(("once", name))
                            yield part
                        continue
                    case _:
                        continue
                key = "measure" if isinstance(part, e.MeasureOf) else "fact", name
                if key not in seen:
                    seen.add(key)
                    yield _series(part, one.grain, inner, inside)


def _is_of(rules: Ruleset, name: str, grain: str) -> bool:
    declared = rules.inputs.get(name)
    # what a test states of a measure is a fact without a declaration
    return declared is None or declared.grain == grain


def _series(
    part: e.Fact | e.MeasureOf | e.Aggregate, grain: str, reference: Reference, rows: tuple[int, ...]
) -> Series:
    names: Callable[[int], str] = lambda row: reference.facts.row_name(row)[1]  # noqa: E731
    values = tuple((names(row), reference.value(part, row)) for row in rows)
    return Series(part, grain, part.unit, rows, values)
