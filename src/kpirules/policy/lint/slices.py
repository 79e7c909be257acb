"""A formula as an exact function of one fact, everything else being fixed: straight pieces over all of its values.

Sums, differences, products by what is fixed, least and greatest, conditions and tables of intervals stay straight. What
does not (a product of the fact by itself, a quotient by it, rounding) is not decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model import forms
from kpirules.model.functions import FUNCTIONS
from kpirules.numbers import Mode
from kpirules.policy.lint.intervals import ANY, ONE, ZERO, Interval, beside
from kpirules.policy.lint.reach import Reach
from kpirules.policy.lint.witness import Facts

#: So many pieces are not looked at.
_MOST = 400


class Undecided(Exception):
    """The formula is not made of straight pieces, or of too many."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`slope * x + intercept` over an interval of the fact; missing there where `known` is false."""

    values: Interval
    slope: Fraction
    intercept: Fraction
    known: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whether a condition holds over an interval of the fact; None: unknown."""

    values: Interval
    holds: bool | None


Pieces = list[Piece]


class Slice:
    """Formulas along one fact of one person."""

    def __init__(self, reach: Reach, name: str, facts: Facts) -> None:
        """facts: all but the one that moves."""
        self.reach = reach
        self.name = name
        self.facts = facts

    def pieces(self, expr: e.Expr) -> Pieces:
        """A number, in ascending order of the fact. Raises Undecided."""
        found = self._pieces(expr)
        if len(found) > _MOST:
            raise Undecided
        return found

    def _pieces(self, expr: e.Expr) -> Pieces:
        if self.name not in self.reach.leaves(expr):
            value = self.reach.number(expr, self.facts)
            return [Piece(ANY, ZERO, value or ZERO, value is not None)]
        match expr:
            case e.Fact(name) | e.Aggregate(name) | e.MeasureOf(name) if name == self.name:
                return [Piece(ANY, ONE, ZERO)]
            case e.MeasureOf(name) if name not in self.facts:
                return self.pieces(self.reach.rules.measures[name].value)
            case e.Negate(item):
                return [Piece(one.values, -one.slope, -one.intercept, one.known) for one in self.pieces(item)]
            case e.Arithmetic(operator, left, right):
                return _together(self.pieces(left), self.pieces(right), _OPERATIONS[operator])
            case e.Call(function, arguments) if (lowering := FUNCTIONS[function].lowering) is not None:
                return lowering(_Straight(), [self.pieces(one) for one in arguments])
            case e.Choice(then, condition, other):
                return self._choice(then, condition, other)
            case e.Lookup(table, key) if (scale := self.reach.rules.tables[table].scale) is not None:
                if any(True for _ in scale.limits()):
                    raise Undecided
                return _scaled(self.pieces(key), scale.curve().pieces)
            case _:
                raise Undecided

    def _choice(self, then: e.Expr, condition: e.Expr, other: e.Expr) -> Pieces:
        yes, no = self.pieces(then), self.pieces(other)
        found: Pieces = []
        for one in self.stretches(condition):
            if one.holds is None:
                found.append(Piece(one.values, ZERO, ZERO, False))
            else:
                found += _cut(yes if one.holds else no, one.values)
        return found

    def stretches(self, condition: e.Expr) -> list[Stretch]:
        """A condition, in ascending order of the fact. Raises Undecided."""
        if self.name not in self.reach.leaves(condition):
            value = self.reach.value(condition, self.facts)
            return [Stretch(ANY, value if isinstance(value, bool) else None)]
        match condition:
            case e.Not(item):
                return [
                    Stretch(one.values, None if one.holds is None else not one.holds)
                    for one in self.stretches(item)
                ]
            case e.Logic(operator, left, right):
                return [
                    Stretch(both, _joined(operator, one.holds, other.holds))
                    for one in self.stretches(left)
                    for other in self.stretches(right)
                    if not (both := one.values.common(other.values)).empty
                ]
            case e.Presence(item, present):
                return [Stretch(one.values, one.known == present) for one in self.pieces(item)]
            case e.Compare(operator, left, right):
                difference = _together(self.pieces(left), self.pieces(right), _minus)
                return [two for one in difference for two in _compared(one, operator)]
            case e.MeasureOf(name) if name not in self.facts and name != self.name:
                return self.stretches(self.reach.rules.measures[name].value)
            case _:
                raise Undecided


def _compared(piece: Piece, operator: str) -> Iterator[Stretch]:
    """Where a difference stands in a comparison to zero."""
    if not piece.known:
        yield Stretch(piece.values, None)
        return
    bound = ZERO if piece.slope == 0 else -piece.intercept / piece.slope
    parts = (
        [ANY]
        if piece.slope == 0
        else [Interval(None, bound, True, False), Interval(bound, bound), Interval(bound, None, False)]
    )
    for place, part in enumerate(parts):
        values = piece.values.common(part)
        sign = piece.intercept if piece.slope == 0 else piece.slope * (place - 1)
        if not values.empty:
            yield Stretch(values, any(one.holds(sign) for one in beside(operator, ZERO)))


def _joined(operator: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = operator == "or"
    if decisive in (left, right):
        return decisive
    return None if None in (left, right) else not decisive


Work = Callable[[Piece, Piece, Interval], Iterator[Piece]]


def _together(left: Sequence[Piece], right: Sequence[Piece], work: Work) -> Pieces:
    """What an operation makes of two functions, piece by piece."""
    found: Pieces = []
    for one in left:
        for other in right:
            both = one.values.common(other.values)
            if both.empty:
                continue
            if one.known and other.known:
                found += work(one, other, both)
            else:
                found.append(Piece(both, ZERO, ZERO, False))
    return found


def _scaled(keys: Sequence[Piece], pieces: Sequence[forms.Piece]) -> Pieces:
    """An interval table, looked up by a function."""
    found: Pieces = []
    for key in keys:
        if not key.known or key.slope == 0:
            at = next(
                one
                for one in pieces
                if one.high is None or key.intercept < one.high or (one.closed and key.intercept == one.high)
            )
            found.append(Piece(key.values, ZERO, at.slope * key.intercept + at.intercept, key.known))
            continue
        parts: Pieces = []
        low, closed = None, True
        for one in pieces:
            where = Interval(low, one.high, closed, one.closed).moved(-key.intercept).times(1 / key.slope)
            values = key.values.common(where)
            if not values.empty:
                parts.append(Piece(values, one.slope * key.slope, one.slope * key.intercept + one.intercept))
            low, closed = one.high, not one.closed
        found += parts if key.slope > 0 else reversed(parts)
    return found


def _cut(pieces: Sequence[Piece], values: Interval) -> Pieces:
    return [
        Piece(both, one.slope, one.intercept, one.known)
        for one in pieces
        if not (both := one.values.common(values)).empty
    ]


def _plus(one: Piece, other: Piece, values: Interval) -> Iterator[Piece]:
    yield Piece(values, one.slope + other.slope, one.intercept + other.intercept)


def _minus(one: Piece, other: Piece, values: Interval) -> Iterator[Piece]:
    yield Piece(values, one.slope - other.slope, one.intercept - other.intercept)


def _times(one: Piece, other: Piece, values: Interval) -> Iterator[Piece]:
    if one.slope and other.slope:
        raise Undecided
    straight, factor = (one, other.intercept) if other.slope == 0 else (other, one.intercept)
    yield Piece(values, straight.slope * factor, straight.intercept * factor)


def _over(one: Piece, other: Piece, values: Interval) -> Iterator[Piece]:
    if other.slope:
        raise Undecided
    if other.intercept == 0:
        yield Piece(values, ZERO, ZERO, False)
    else:
        yield Piece(values, one.slope / other.intercept, one.intercept / other.intercept)


def _chosen(least: bool) -> Work:
    def work(one: Piece, other: Piece, values: Interval) -> Iterator[Piece]:
        for part in _compared(next(_minus(one, other, values)), "<=" if least else ">="):
            better = one if part.holds else other
            yield Piece(part.values, better.slope, better.intercept)

    return work


_OPERATIONS: dict[str, Work] = {"+": _plus, "-": _minus, "*": _times, "/": _over}


class _Straight:
    """The operations that functions are made of, on straight pieces."""

    def least(self, one: Pieces, other: Pieces) -> Pieces:
        return _together(one, other, _chosen(True))

    def greatest(self, one: Pieces, other: Pieces) -> Pieces:
        return _together(one, other, _chosen(False))

    def absolute(self, one: Pieces) -> Pieces:
        return self.greatest(one, [Piece(two.values, -two.slope, -two.intercept, two.known) for two in one])

    def fallback(self, one: Pieces, other: Pieces) -> Pieces:
        return [part for piece in one for part in ([piece] if piece.known else _cut(other, piece.values))]

    def rounded(self, one: Pieces, step: Pieces, mode: Mode) -> Pieces:
        raise Undecided
