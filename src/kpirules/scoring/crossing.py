"""What crosses rows: a value of one row that is made from other rows of the table (a group's sum, a rank ...).

A plan is a chain of stages. Within a stage every value comes from its own row; between two stages stand the
crossings: each takes *items* (values of every row, worked out by the stage before) and delivers *parts*
(columns that the next stage reads like facts), and says how a row puts the parts together. A new kind of
crossing is one expression node, its meaning in the reference, and one entry of `CROSSINGS`; plan and run
know crossings only through these four questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from kpirules.diagnostics import Span
from kpirules.matrix import Floats, Integers, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.rules import Input
from kpirules.periods import parse
from kpirules.scoring import groups, past, pools, ranking, shorter
from kpirules.scoring.groups import Delivered, Items
from kpirules.scoring.program import Assembler, Op
from kpirules.units import Unit


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that take part: the appraised ones, as places in the matrix; `inputs` declares its columns.

    inner: works out values for the shorter periods inside those of the rows.
    """

    facts: StaffPeriodMatrix
    places: Integers
    inputs: Mapping[str, Input]
    inner: Inner | None = None

    def groups(self, by: tuple[str, ...]) -> Integers:
        """The group of each row: a number for each period and value of the attributes, -1 for none."""
        if not by:
            return self.periods
        return groups.together([self._groups(name) for name in by])

    def _groups(self, by: str) -> Integers:
        column = self.facts.columns.get(by)
        declared = self.inputs.get(by)
        missing = None if declared is None else declared.missing
        if column is None:
            return groups.without(missing, self.facts.period, self.places)
        return groups.grouping(column, missing, self.facts.period, self.places)

    def by_name(self) -> Integers:
        """Where each row's staff member stands in the order of names."""
        names = self.facts.staff_names
        places = np.empty(len(names), np.int64)
        places[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        return places[np.asarray(self.facts.staff)[self.places]]

    def before(self, periods: int) -> Integers:
        """The place among these rows of the same person's row so many periods before, -1 where there is none."""
        known = [parse(name) for name in self.facts.period_names]
        numbers = [None if one is None else one.number for one in known]
        return past.places_before(
            np.asarray(self.facts.staff, np.int64)[self.places], numbers, self.periods, periods
        )

    @property
    def periods(self) -> Integers:
        """The period of each row, as a code into the matrix's periods."""
        return np.asarray(self.facts.period, np.int64)[self.places]


class Inner(Protocol):
    """Values for the shorter periods inside those of the rows."""

    def owners(self, grain: str, rows: Rows) -> Integers:
        """For every row of the table of shorter periods the place among these rows that it belongs to, or -1."""
        ...

    def values(self, grain: str, expr: e.Expr) -> Items:
        """The expression for every row of the table of shorter periods."""
        ...

    def times(self, grain: str) -> Integers:
        """The period of every row of that table, as a number that grows with time."""
        ...


class Crossing(Protocol):
    """One kind of value across rows; `node` is its expression (of the type that it is registered for)."""

    def items(self, node: Any) -> tuple[e.Expr, ...]:
        """What must be known of every row first. Numbers; truth comes as 1 and 0."""
        ...

    def parts(self, node: Any) -> tuple[str, ...]:
        """The columns that are delivered, by name. A quotient is two parts, so that it stays a quotient."""
        ...

    def combine(self, node: Any, code: Assembler, parts: Sequence[int]) -> int:
        """The slot of the value, from the slots of the parts."""
        ...

    def deliver(self, node: Any, part: str, items: Sequence[Items], rows: Rows) -> Delivered:
        """One part for every row. Vectorised: no loop over rows."""
        ...


def _summed_up(kind: e.Over, code: Assembler, parts: Sequence[int]) -> int:
    """The slot of a summary: a quotient of two parts, the middle of two, or the one part there is."""
    match kind:
        case e.Over.MEAN | e.Over.SHARE:
            return code.step(Op.DIVIDE, *parts)
        case e.Over.MEDIAN:
            both = code.step(Op.ADD, *parts)
            return code.step(Op.MULTIPLY, both, code.constant(Fraction(1, 2)))
        case _:
            return parts[0]


class Grouped:
    """`sum of x over department` and its kin."""

    def items(self, node: e.Group) -> tuple[e.Expr, ...]:
        return () if node.item is None else (node.item,)

    def parts(self, node: e.Group) -> tuple[str, ...]:
        match node.kind:
            case e.Over.MEAN:
                return (e.Over.SUM, e.Over.COUNT)
            case e.Over.MEDIAN:
                return (e.Over.FIRST, e.Over.LAST)
            case e.Over.SHARE:
                return (e.Over.COUNT, _HEADS)
            case kind:
                return (kind,)

    def combine(self, node: e.Group, code: Assembler, parts: Sequence[int]) -> int:
        return _summed_up(node.kind, code, parts)

    def deliver(self, node: e.Group, part: str, items: Sequence[Items], rows: Rows) -> Delivered:
        members = rows.groups(node.by)
        item = None if part == _HEADS or not items else items[0]
        kind = e.Over.COUNT if part == _HEADS else e.Over(part)
        if not node.between:
            return groups.over(kind, item, members, node.percent)
        chosen = groups.one_of_each(members)
        teams = rows.periods[chosen]
        item = None if item is None else groups.chosen(item, chosen)
        made = groups.over(kind, item, teams, node.percent)
        return groups.spread(made, chosen, members)


_HEADS = "heads"


class Ranked:
    """`rank of x within department` and its kin."""

    def items(self, node: e.Rank) -> tuple[e.Expr, ...]:
        return (node.item,)

    def parts(self, node: e.Rank) -> tuple[str, ...]:
        return (_BEHIND, _RANKED) if node.kind is e.Place.PERCENTILE else (node.kind,)

    def combine(self, node: e.Rank, code: Assembler, parts: Sequence[int]) -> int:
        return code.step(Op.DIVIDE, *parts) if node.kind is e.Place.PERCENTILE else parts[0]

    def deliver(self, node: e.Rank, part: str, items: Sequence[Items], rows: Rows) -> Delivered:
        members = rows.groups(node.by)
        if not node.between:
            return Delivered(
                _placed(part, ranking.standings(ranking.single(items), members, node.lowest)), {}
            )
        chosen = groups.one_of_each(members)
        of_each = ranking.single([groups.chosen(one, chosen) for one in items])
        found = ranking.standings(of_each, rows.periods[chosen], node.lowest)
        return groups.spread(Delivered(_placed(part, found), {}), chosen, members)


_BEHIND, _RANKED = "behind", "ranked"


def _placed(part: str, found: ranking.Standings) -> Floats:
    match part:
        case e.Place.DENSE:
            return found.dense()
        case e.Place.AVERAGE:
            return found.average()
        case e.Place.RANK:
            return found.rank()
        case "behind":
            return found.behind()
        case _:
            return found.ranked()


class Inside:
    """`mean of x`, `share of weeks where c`: from the shorter periods inside the row's own."""

    def items(self, node: e.Within) -> tuple[e.Expr, ...]:
        return ()  # they are no values of these rows

    def parts(self, node: e.Within) -> tuple[str, ...]:
        match node.kind:
            case e.Over.MEAN | e.Over.SHARE:
                return (e.Over.SUM, e.Over.COUNT)
            case e.Over.MEDIAN:
                return ("lower", "upper")
            case kind:
                return (kind,)

    def combine(self, node: e.Within, code: Assembler, parts: Sequence[int]) -> int:
        return _summed_up(node.kind, code, parts)

    def deliver(self, node: e.Within, part: str, items: Sequence[Items], rows: Rows) -> Delivered:
        inner = rows.inner
        assert inner is not None
        owners = inner.owners(node.grain, rows)
        if node.item is None:
            holds = node.where if node.where is not None else _ALWAYS
            # Truth counts as 1, so that its sum is how often it holds; what is unknown is missing.
            kind = e.Over.COUNT if (part, node.kind) == (e.Over.COUNT, e.Over.SHARE) else e.Over.SUM
            return shorter.over(kind, inner.values(node.grain, holds), owners, len(rows.places))
        known = inner.values(node.grain, node.item)
        if node.where is not None:
            known = shorter.where(known, inner.values(node.grain, node.where))
        if node.best is not None:
            known = shorter.greatest(known, owners, node.best)
        if part in (e.Over.FIRST, e.Over.LAST):
            times = inner.times(node.grain)
            known = shorter.outermost(known, owners, times, last=part == e.Over.LAST)
            return shorter.over(e.Over.MIN, known, owners, len(rows.places))
        kind = {"lower": e.Over.FIRST, "upper": e.Over.LAST}.get(part) or e.Over(part)
        return shorter.over(kind, known, owners, len(rows.places))


class Past:
    """`previous x`: what leaves is a quotient, as two items."""

    def items(self, node: e.Earlier) -> tuple[e.Expr, ...]:
        return (past.item_of(node),)

    def parts(self, node: e.Earlier) -> tuple[str, ...]:
        return past.ABOVE, past.BELOW

    def combine(self, node: e.Earlier, code: Assembler, parts: Sequence[int]) -> int:
        return past.together(node, code, parts)

    def deliver(self, node: e.Earlier, part: str, items: Sequence[Items], rows: Rows) -> Delivered:
        return past.taken(part, items, rows.before(node.back))


_ALWAYS = e.Constant(True, Unit.BOOLEAN, Span("", 1, 1, 1, 1))


class Divided:
    """`divide pool over department by x`."""

    def items(self, node: e.Division) -> tuple[e.Expr, ...]:
        return (node.pool,) if node.share is None else (node.pool, node.share)

    def parts(self, node: e.Division) -> tuple[str, ...]:
        return ("part",)

    def combine(self, node: e.Division, code: Assembler, parts: Sequence[int]) -> int:
        return parts[0]

    def deliver(self, node: e.Division, part: str, items: Sequence[Items], rows: Rows) -> Delivered:
        share = None if node.share is None else items[1]
        return pools.divided(items[0], share, rows.groups(node.by), node.step, node.remainder, rows.by_name)


class Limited:
    """Grades within quotas."""

    def items(self, node: e.LimitedGrade) -> tuple[e.Expr, ...]:
        return (e.PublishedTotal(Unit.POINTS, node.span), e.OwnGrade(Unit.NUMBER, node.span))

    def parts(self, node: e.LimitedGrade) -> tuple[str, ...]:
        return ("place",)

    def combine(self, node: e.LimitedGrade, code: Assembler, parts: Sequence[int]) -> int:
        return parts[0]

    def deliver(self, node: e.LimitedGrade, part: str, items: Sequence[Items], rows: Rows) -> Delivered:
        groups_of = {quota.by: rows.groups(quota.by) for quota in node.quotas if quota is not None}
        places = ranking.limited(node.quotas, items[0], ranking.whole(items[1]), groups_of)
        return groups.in_steps(places, Fraction(1))


#: Every kind of value across rows, by its expression's type.
CROSSINGS: Mapping[type, Crossing] = {
    e.Group: Grouped(),
    e.Rank: Ranked(),
    e.Division: Divided(),
    e.LimitedGrade: Limited(),
    e.Within: Inside(),
    e.Earlier: Past(),
}
#: Those whose items leave as two each: what stands above and below the line of a quotient.
HALVED: frozenset[type] = frozenset({e.Earlier})
