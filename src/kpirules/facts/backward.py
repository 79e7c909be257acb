"""Times that run backwards: records in which a difference of two moments that a measure uses is negative.

A record counts only where the measure would use it: the conditions beside the difference must hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kpirules.facts import problems
from kpirules.facts.bindings import Binding
from kpirules.facts.query import ask
from kpirules.facts.recordset import PLACE, RecordSet
from kpirules.facts.sql import Compiler, NotOfRecords, positive
from kpirules.facts.titles import bound_to
from kpirules.matrix import Integers
from kpirules.model import expressions as e
from kpirules.model.rules import Table
from kpirules.units import Unit

_MOMENTS = (Unit.DATETIME, Unit.DATE)


@dataclass(frozen=True, slots=True)
class _Difference:
    """A time from one moment to another, and the conditions under which it is used."""

    expr: e.Expr
    start: e.Expr
    end: e.Expr
    guards: tuple[e.Expr, ...]


def find_backward(
    records: RecordSet, aggregates: Sequence[e.Aggregate], tables: Mapping[str, Table], binding: Binding
) -> Integers:
    """Notes every such record among the findings of its table; gives their places among the records, ascending."""
    wrong: set[int] = set()
    asked: set[tuple[str, tuple[tuple[str, object], ...]]] = set()
    for one in (d for aggregate in aggregates for d in differences_of(aggregate)):
        compiler = Compiler(records.columns, tables)
        try:
            time = positive(compiler.number(one.expr))
            holds = " AND ".join(compiler.condition(guard) for guard in (None, *one.guards))
        except (NotOfRecords, OverflowError):
            continue  # `measure` says so
        sql = f"SELECT {PLACE} FROM records WHERE {time.top} < 0 AND {holds} ORDER BY {PLACE}"
        key = (sql, tuple(sorted(compiler.parameters.items())))
        if key in asked:
            continue
        asked.add(key)
        places = ask(sql, compiler.parameters, records.table)[PLACE].to_numpy()
        _note(records, one, places[~np.isin(places, list(wrong))], binding)
        wrong.update(places.tolist())
    return np.array(sorted(wrong), np.int64)


def _note(records: RecordSet, one: _Difference, places: Integers, binding: Binding) -> None:
    findings = records.records.findings
    end, start = _name(one.end, "the later moment"), _name(one.start, "the earlier moment")
    title = bound_to(binding, end, findings.source.header).column if isinstance(one.end, e.Field) else None
    title = None if "." in end else title  # a partner's field
    findings.add(problems.BACKWARD, records.records.rows[places], title, args={"to": end, "start": start})


def _name(moment: e.Expr, otherwise: str) -> str:
    return moment.name if isinstance(moment, e.Field) else otherwise


def differences_of(aggregate: e.Aggregate) -> Iterator[_Difference]:
    """The differences in every part of an aggregate, each under the conditions of the other parts."""
    conditions = (*_conjuncts(aggregate.among), *_conjuncts(aggregate.where))
    if aggregate.item is not None:
        yield from _differences(aggregate.item, _plain(conditions))
    for place, condition in enumerate(conditions):
        others = conditions[:place] + conditions[place + 1 :]
        yield from _differences(condition, _plain(others))


def _differences(expr: e.Expr, guards: tuple[e.Expr, ...]) -> Iterator[_Difference]:
    match expr:
        case e.Arithmetic("-", left, right) if left.unit in _MOMENTS and right.unit in _MOMENTS:
            yield _Difference(expr, right, left, guards)
        case e.Call("working_time" | "workdays", (start, end)):
            yield _Difference(expr, start, end, guards)
        case e.Choice(then, condition, other):
            yield from _differences(condition, guards)
            yield from _differences(then, (*guards, condition))
            yield from _differences(other, (*guards, e.Not(condition, condition.span)))
        case e.Logic("and"):
            parts = _conjuncts(expr)
            for place, part in enumerate(parts):
                yield from _differences(part, (*guards, *_plain(parts[:place] + parts[place + 1 :])))
        case e.Followed():
            return  # what it asks of the record that follows is no matter of this one
        case _:
            for part in e.children(expr):
                yield from _differences(part, guards)


def _conjuncts(condition: e.Expr | None) -> tuple[e.Expr, ...]:
    """The conditions that must hold together."""
    match condition:
        case None:
            return ()
        case e.Logic("and", left, right):
            return (*_conjuncts(left), *_conjuncts(right))
        case _:
            return (condition,)


def _plain(conditions: Sequence[e.Expr]) -> tuple[e.Expr, ...]:
    """Those that measure no time themselves: a wrong time must not excuse another."""
    return tuple(one for one in conditions if not any(True for _ in _differences(one, ())))
