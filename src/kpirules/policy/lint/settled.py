"""Conditions that are decided before any fact, by the bounds of the values that they compare."""

from __future__ import annotations

from collections.abc import Iterator

from kpirules.model import expressions as e
from kpirules.model.folding import moving
from kpirules.policy.lint.domain import Domain
from kpirules.policy.lint.intervals import AGAINST, FLIPPED, Interval, beside
from kpirules.policy.lint.study import points_of
from kpirules.policy.lint.totals import Totals
from kpirules.units import NUMERIC, Unit

#: What a value is told apart by: an input, a measure, the total.
Key = tuple[type[e.Expr], str]


class Settled:
    """What can be said of conditions where all of their facts are there."""

    def __init__(self, totals: Totals) -> None:
        self.totals = totals
        self.study = totals.study

    def truth(self, condition: e.Expr) -> bool | None:
        """Whether a condition holds whatever the facts are, or never does; None where that depends on them."""
        if _switched(condition) or not moving(condition):
            return None
        return self._truth(condition)

    def _truth(self, condition: e.Expr) -> bool | None:
        match condition:
            case e.Not(item):
                inner = self._truth(item)
                return None if inner is None else not inner
            case e.Logic(operator, left, right):
                one, other = self._truth(left), self._truth(right)
                decisive = operator == "or"
                if decisive in (one, other) or self._at_odds(condition):
                    return decisive
                return None if None in (one, other) else not decisive
            case e.Compare(operator, left, right):
                return self._compared(operator, left, right)
            case e.MeasureOf(name):
                return self._truth(self.study.rules.measures[name].value)
            case _:
                return None

    def _compared(self, operator: str, left: e.Expr, right: e.Expr) -> bool | None:
        found = _bounded(operator, left, right, self)
        if found is None:
            return None
        expr, wanted, against = found
        domain = self.domain(expr)
        can = any(domain.within(one) is not None for one in wanted)
        can_not = any(domain.within(one) is not None for one in against)
        return None if can and can_not else can

    def _at_odds(self, condition: e.Logic) -> bool:
        """Comparisons of one value that exclude each other (`and`), or that leave nothing out (`or`)."""
        left_over: dict[Key, Interval] = {}
        for part in _parts(condition, condition.operator):
            if not isinstance(part, e.Compare):
                continue
            found = _bounded(part.operator, part.left, part.right, self)
            key = None if found is None else _key(found[0])
            if found is None or key is None:
                continue
            sides = found[1] if condition.operator == "and" else found[2]
            if len(sides) != 1:
                continue
            both = left_over.get(key, Interval()).common(sides[0])
            if self.domain(found[0]).within(both) is None:
                return True
            left_over[key] = both
        return False

    def domain(self, expr: e.Expr) -> Domain:
        """The values that a number can have."""
        step = self.study.rules.total_rounding.step
        match expr:
            case e.PublishedTotal() if self.study.rules.total is None:
                return Domain(self.totals.interval, Unit.POINTS, step)
            case e.PointsOf(name):
                rounds = self.study.rules.points_rounding
                line = next(one for one in self.study.lines if one.indicator.id == name)
                low, high = points_of(line)
                return Domain(Interval(rounds(low), rounds(high)), Unit.POINTS, rounds.step)
            case _:
                return self.study.reach.domains.of(expr)


def _bounded(
    operator: str, left: e.Expr, right: e.Expr, settled: Settled
) -> tuple[e.Expr, list[Interval], list[Interval]] | None:
    """A number compared with a constant: the number, where the comparison holds, and where it does not."""
    bound = settled.study.reach.constant(right)
    if bound is None:
        bound, left, operator = settled.study.reach.constant(left), right, FLIPPED[operator]
    if bound is None or left.unit not in NUMERIC or not moving(left):
        return None
    return left, list(beside(operator, bound)), list(beside(AGAINST[operator], bound))


def _parts(condition: e.Expr, operator: str) -> Iterator[e.Expr]:
    if isinstance(condition, e.Logic) and condition.operator == operator:
        yield from _parts(condition.left, operator)
        yield from _parts(condition.right, operator)
    else:
        yield condition


def _key(expr: e.Expr) -> Key | None:
    match expr:
        case e.Fact(name) | e.MeasureOf(name):
            return type(expr), name
        case e.PublishedTotal():
            return type(expr), ""
        case _:
            return None


def _switched(condition: e.Expr) -> bool:
    """Whether a parameter that is no number takes part: a company switches the condition on and off by it."""
    return any(
        isinstance(part, e.Constant) and part.parameter is not None and part.unit not in NUMERIC
        for part in e.walk(condition)
    )
