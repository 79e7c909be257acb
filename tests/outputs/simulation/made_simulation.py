"""Simulations for tests of their page: a real one, and what is made of it to try the page: hostile, large, bare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

import pyarrow as pa

from kpirules.diagnostics import Words
from kpirules.plugin.simulated import (
    Breakdown,
    FewRecords,
    Figures,
    Group,
    Heads,
    Note,
    Simulation,
)
from tests.policy.simulations import small

#: What gets into every text that is shown.
SPOILT = " <img src=x onerror=alert(1)></script>\u202e\x07{{ 7 * 7 }}' \"&lt;"
#: The same as a reader sees it.
SPOILT_SEEN = SPOILT.replace("\x07", "\ufffd")
#: Texts by which the page looks things up.
_IDENTIFIERS = ("id", "name", "amount", "code", "kind", "parameter", "within", "value", "currency", "unit")


@cache
def real() -> Simulation:
    """As it comes from the engine; with few records told, which made-up data do not have."""
    made = small()
    few = FewRecords("view", Words("superior's view", "上级评价"), 5, 7, 17, (("S007", "2026-01", 2),))
    return replace(made, few=(few,), notes=(*made.notes, Note(Words("a note", "一条说明"), "K825")))


@cache
def pilot() -> Simulation:
    return small(where='department = "north"')


def hostile() -> Simulation:
    """Every name, value and sentence has markup, a control character, a mark that turns writing round, and braces."""
    made = real()
    rows = made.rows
    for place, name in enumerate(rows.column_names):
        if name in ("staff", *(one for one, _ in made.attributes)):
            texts = [None if text is None else text + SPOILT for text in rows[name].to_pylist()]
            rows = rows.set_column(place, name, pa.array(texts))
    spoilt: Simulation = _spoilt(replace(made, rows=rows.slice(0, 0)))
    return replace(spoilt, rows=rows)


def _spoilt(value: Any) -> Any:
    match value:
        case Words():
            return Words(value.en + SPOILT, value.read("zh") + SPOILT) if value.en else value
        case tuple():
            return tuple(_spoilt_text(one) if isinstance(one, str) else _spoilt(one) for one in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{one.name: _of_field(one.name, getattr(value, one.name)) for one in fields(value)}
            )
        case _:
            return value


def _of_field(name: str, value: Any) -> Any:
    if name in ("attributes", "parameters", "given") or name in _IDENTIFIERS:
        return _pairs(value) if name == "attributes" else value
    if isinstance(value, str) and not hasattr(value, "value"):
        return _spoilt_text(value) if name not in ("period",) else value
    return _spoilt(value)


def _pairs(value: Any) -> Any:
    """Attributes: their names are looked up."""
    return tuple((name, _spoilt_text(one) if isinstance(one, str) else _spoilt(one)) for name, one in value)


def _spoilt_text(text: str) -> str:
    return text + SPOILT if text else text


def large(rows: int) -> Simulation:
    """So many rows, and as many groups as a report has at most."""
    made = real()
    table = made.rows
    again = pa.concat_tables([table] * (rows // table.num_rows + 1)).slice(0, rows)
    names = pa.array([f"Person {number:06d}" for number in range(rows)])
    groups = tuple(
        replace(made.by[0].groups[0], value=str(one), label=Words(f"group {one}"), rest=one == 19)
        for one in range(20)
    )
    return replace(
        made,
        rows=again.set_column(0, "staff", names),
        all_rows=rows * 3,
        by=(replace(made.by[0], groups=groups, values=300),) * 4,
    )


def without_edits(made: Simulation) -> Simulation:
    """Nothing was edited: nobody moves for a reason."""
    movers = tuple(
        replace(
            one,
            losses=tuple(replace(move, parts=()) for move in one.losses),
            gains=tuple(replace(move, parts=()) for move in one.gains),
        )
        for one in made.movers
    )
    return replace(
        made, edits=(), parts=(), attribution=(), curves=(), budgets=(), method=Words(), movers=movers
    )


def without_amounts(made: Simulation) -> Simulation:
    """A policy of totals alone: no grades, no amounts, a single period, no attributes."""

    def bare(figures: Figures) -> Figures:
        rows = figures.rows
        return replace(figures, amounts=(), heads=(), grades_old=(rows, 0), grades_new=(rows, 0))

    def broken(by: Breakdown) -> Breakdown:
        return replace(by, groups=tuple(replace(one, figures=bare(one.figures)) for one in by.groups[:1]))

    columns = [name for name in made.rows.column_names if "bonus" not in name]
    return replace(
        without_edits(made),
        levels=made.levels[-2:],
        whole=bare(made.whole),
        transitions=((made.whole.rows, 0), (0, 0)),
        periods=broken(made.periods),
        by=(),
        attributes=(),
        movers=(),
        ranks=(),
        rows=made.rows.select(columns),
    )


def empty(made: Simulation) -> Simulation:
    """Nobody is appraised by either policy."""
    return replace(
        without_amounts(made),
        whole=Figures(
            0,
            replace(made.whole.counts, up=0, down=0, same=0),
            Fraction(0),
            Fraction(0),
            0,
            0,
            (0, 0),
            (0, 0),
            (),
            (),
        ),
        distribution=replace(
            made.distribution, bins=(), changes=(), spread_old=None, spread_new=None, spread_change=None
        ),
        transitions=((0, 0), (0, 0)),
        periods=replace(made.periods, groups=()),
        rows=made.rows.slice(0, 0),
        people=0,
        all_rows=0,
        few=(),
    )


def with_heads(made: Simulation) -> Simulation:
    """With awards, and results that only one of the policies gives."""
    heads = (
        Heads("award", Words("award", "奖励"), "award", None, 4, 7, 5, 2),
        Heads("course", Words("course", "培训"), "result", "basics", 3, 0, 0, 3),
    )
    counts = replace(made.whole.counts, same=made.whole.counts.same - 6, only_old=3, only_new=2, none=1)
    group = Group("", Words("none", "无"), made.by[0].groups[0].figures, missing=True)
    rest = Group("", Words("other", "其他"), made.by[0].groups[0].figures, rest=True)
    return replace(
        made,
        whole=replace(made.whole, heads=heads, counts=counts),
        by=(replace(made.by[0], groups=(*made.by[0].groups, rest, group), values=30), *made.by[1:]),
    )


SHAPES: tuple[Callable[[Simulation], Simulation], ...] = (
    without_edits,
    without_amounts,
    empty,
    with_heads,
)
