"""What is asked of a source: the columns that a policy reads, as what, and which rows may be of use.

Everything beyond the columns lets a source send less; rows that come all the same are left out later. A hint is
given only where no row that it keeps away could change a score or be told as a mistake of the periods asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kpirules.facts.bindings import INPUTS, NO_BINDING, Binding
from kpirules.facts.lookback import read_for
from kpirules.facts.titles import PERIOD_TITLES
from kpirules.facts.wanted import fields_wanted
from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.periods import TABLES, Period, PeriodKind
from kpirules.plugin import Kind, OnlyIn, Within
from kpirules.units import NUMERIC, Unit

#: A week belongs to the period of its Thursday, and a moment with a zone to the day of another zone's clock.
_AROUND = datetime.timedelta(days=8)
_KINDS: Mapping[Unit, Kind] = {
    Unit.TEXT: "text",
    Unit.STAFF: "text",
    Unit.BOOLEAN: "yes",
    Unit.DATE: "day",
    Unit.DATETIME: "moment",
    Unit.DURATION: "duration",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a request; see `plugin.DataRequest`. columns None: all."""

    columns: tuple[str, ...] | None = None
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    period: Within | None = None
    where: tuple[OnlyIn, ...] = ()


def ask_for(
    rules: Ruleset, table: str, binding: Binding = NO_BINDING, periods: Collection[Period] | None = None
) -> Asked:
    """What to ask the source of a table. periods: those that will be scored; None: all."""
    if table not in (INPUTS, rules.subject.name, *input_tables(rules), *rules.data):
        return Asked()
    units = _units(rules, table)
    kinds = {
        binding.bound(name).column: "number"
        if unit in NUMERIC and unit is not Unit.DURATION
        else _KINDS[unit]
        for name, unit in units.items()
    }
    columns = tuple(dict.fromkeys((*kinds, *binding.own_columns)))
    where = tuple(OnlyIn(title, texts) for title, texts in binding.where.items())
    return Asked(columns, kinds, _period(rules, table, binding, periods), where)


def together(asked: Iterable[Asked]) -> Asked:
    """What is to be asked so that each of several requests is met."""
    all_asked = list(asked)
    columns: tuple[str, ...] | None = None
    if all(one.columns is not None for one in all_asked):
        columns = tuple(dict.fromkeys(name for one in all_asked for name in one.columns or ()))
    kinds = {name: kind for one in all_asked for name, kind in one.kinds.items()}
    same = {
        name: kind
        for name, kind in kinds.items()
        if all(one.kinds.get(name, kind) == kind for one in all_asked)
    }
    return Asked(columns, same, _hull([one.period for one in all_asked]), all_asked[0].where)


def _hull(days: Sequence[Within | None]) -> Within | None:
    """The days of all; None where any row may be of use to one."""
    known = [one for one in days if one is not None]
    if len(known) < len(days) or len({one.column for one in known}) > 1:
        return None
    return Within(known[0].column, min(one.start for one in known), max(one.end for one in known))


def columns_wanted(rules: Ruleset, table: str, binding: Binding = NO_BINDING) -> tuple[str, ...]:
    """The titles of the columns that will be read from a table; some may be absent there."""
    return ask_for(rules, table, binding).columns or ()


def input_tables(rules: Ruleset) -> dict[str, str]:
    """The tables of inputs for shorter periods (`weeks`), with the kind of period of their rows."""
    return {TABLES[PeriodKind(grain)]: grain for grain in rules.grains if rules.inputs_of(grain)}


def inputs_in(rules: Ruleset, table: str) -> list[str]:
    """The inputs and attributes that a table may have."""
    inner = input_tables(rules)
    if table in inner:
        return list(rules.inputs_of(inner[table]))
    return [one.name for one in rules.inputs_of(None).values() if table == INPUTS or one.attribute]


def _units(rules: Ruleset, table: str) -> dict[str, Unit]:
    """The names that are read from a table, and the unit of each; a name that stands there under another word too."""
    if table in rules.data:
        used = fields_wanted(rules).get(table, frozenset())
        return {one.name: one.type.unit for one in rules.data[table].fields if one.name in used}
    keys = dict.fromkeys((*rules.subject.titles, *PERIOD_TITLES), Unit.TEXT)
    return keys | {name: rules.inputs[name].type.unit for name in inputs_in(rules, table)}


def _period(
    rules: Ruleset, table: str, binding: Binding, periods: Collection[Period] | None
) -> Within | None:
    """The days on which a row of use may lie; None where any row may be of use."""
    wanted = read_for(periods, rules)
    if not wanted:
        return None
    first, last = min(one.first for one in wanted), max(one.last for one in wanted)
    start, end = first - _AROUND, last + _AROUND + datetime.timedelta(days=1)
    if table in rules.data:
        data = rules.data[table]
        own = {one.name for one in data.fields}
        # The last row of a case decides in which period it lies, a partner may, and others may look at records of
        # any period.
        if (
            data.history
            or binding.one_row_per is not None
            or data.placed_by not in own
            or table in _looked_at(rules)
        ):
            return None
        return Within(binding.bound(data.placed_by).column, start, end)
    if table == INPUTS or table in input_tables(rules):
        if binding.period is not None:
            return None
        return Within(binding.bound(PERIOD_TITLES[0]).column, start, end)
    return None


def _looked_at(rules: Ruleset) -> set[str]:
    """Data sets whose records say something about others': those that follow, and partners."""
    followed = {part.data for one in rules.aggregates for part in e.walk(one) if isinstance(part, e.Followed)}
    return followed | {tie.data for data in rules.data.values() for tie in data.ties}
