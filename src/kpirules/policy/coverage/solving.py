"""Finds facts with which a condition holds, by turning formulas round rather than by trying.

`a / b = 94%` becomes `b = 100, a = 94`; a band becomes a value inside it; a total becomes points of the indicators,
and these values of what they measure. Where several ways lead on, all are tried in turn, within a limit. What is found
keeps the declared types, can be written in a policy, and is a proposal: the reference has the last word.

What cannot be turned round to inputs (records, and what other people decide) is given as the measure itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.advice import allowed
from kpirules.model.bands import scale
from kpirules.model.rules import Outcome, Ruleset
from kpirules.periods import Period, PeriodKind, shorter
from kpirules.policy.coverage.intervals import ONE, ZERO, Interval, compare, near
from kpirules.policy.coverage.inverses import constants_in, keys_of, left_of, right_of
from kpirules.policy.coverage.others import Others
from kpirules.policy.coverage.points import Mark, Point
from kpirules.policy.coverage.possible import Possible, bounded, conjuncts, stretches
from kpirules.policy.coverage.stated import HERE, NOTHING, At, Facts, Open, Stated, with_fact
from kpirules.policy.coverage.totals import Totals
from kpirules.policy.coverage.values import inside, typical, writable
from kpirules.units import DAY, MINUTE, Type, Unit

_NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
#: A search that has taken so many steps is given up.
MOST_STEPS = 6000
_MOST_BACK = 12
_ACROSS = (e.Aggregate, e.Group, e.Rank, e.Division)


class Spent(Exception):
    """The search has taken as many steps as it may."""


class _Unsettled:
    """Stands for a value that is not settled yet."""


_UNSETTLED = _Unsettled()


@dataclass(slots=True)
class Solver:
    """Looks for facts of one policy (or roll-up) in one period. unstated: measures that must not be given themselves."""

    rules: Ruleset
    period: Period
    unstated: frozenset[str] = frozenset()
    steps: int = MOST_STEPS
    _possible: Possible = field(init=False)
    _spent: int = 0

    def __post_init__(self) -> None:
        self._possible = Possible(self.rules)

    def reaching(self, point: Point) -> Iterator[Facts]:
        """Facts that should reach a point, with everything that people to whom the policy applies need for that."""
        self._spent = 0
        try:
            yield from self._reaching(point)
        except Spent:
            return

    def _reaching(self, point: Point) -> Iterator[Facts]:
        begun = NOTHING
        if point.mark is Mark.LEFT_OUT:
            begun = with_fact(NOTHING, HERE, point.owner, None)
        applying = [begun] if point.anyone else self.applying(begun, HERE)
        for facts in applying:
            match point.mark:
                case Mark.LEFT_OUT:
                    yield from Totals(self).total(Interval(), facts, HERE)
                case Mark.LIMITED:
                    place = next(at for at, one in enumerate(self.rules.grades) if one.id == point.owner)
                    yield from Others(self).crowded(place, facts)
                case _:
                    at = replace(HERE, grain=point.grain)
                    yield from self.holding(point.condition, True, facts, at)

    def known(self, expr: e.Expr, facts: Facts, at: At) -> e.Value | _Unsettled | None:
        """The value of an expression as far as it is settled."""
        try:
            return Stated(self.rules, facts, at, self.period).value(expr, at.person)
        except Open:
            return _UNSETTLED

    def spend(self) -> None:
        """One more step; raises Spent after the last."""
        self._spent += 1
        if self._spent > self.steps:
            raise Spent

    # Conditions

    def holding(self, expr: e.Expr, want: bool, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which a condition is known to hold, or known not to."""
        self.spend()
        known = self.known(expr, facts, at)
        if not isinstance(known, _Unsettled):
            if known is want:
                yield facts
            return
        match expr:
            case e.Logic(operator, left, right):
                if (operator == "and") == want:
                    parts = [expr] if want else [e.Not(left, left.span), e.Not(right, right.span)]
                    yield from self._all([one for part in parts for one in conjuncts(part)], facts, at)
                else:
                    yield from self.holding(left, want, facts, at)
                    yield from self.holding(right, want, facts, at)
            case e.Not(item):
                yield from self.holding(item, not want, facts, at)
            case e.Compare():
                turned = expr if want else replace(expr, operator=_NEGATED[expr.operator])
                yield from self._comparing(turned, facts, at)
            case e.Member(item, choices):
                for value in choices if want else self._others(item, choices):
                    yield from self.valued(item, value, facts, at)
            case e.Presence(item, present):
                yield from self.present(item, facts, at) if present is want else self.missing(item, facts, at)
            case _:
                yield from self.valued(expr, want, facts, at)

    def _all(self, conditions: Sequence[e.Expr], facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which all of the conditions hold; what bounds one value from both sides is taken together."""
        open_: list[e.Expr] = []
        for one in conditions:
            known = self.known(one, facts, at)
            if isinstance(known, _Unsettled):
                open_.append(one)
            elif known is not True:
                return
        if not open_:
            yield facts
            return
        first, rest = self._first(open_)
        for found in first(facts, at):
            yield from self._all(rest, found, at)

    def _first(self, conditions: list[e.Expr]) -> tuple[_Way, list[e.Expr]]:
        """What to settle first: the conditions that leave least choice, those on results last."""
        ordered = sorted(conditions, key=_lateness)
        one = ordered[0]
        bound = bounded(one)
        if bound is None or bound[0].unit in (Unit.TEXT, Unit.BOOLEAN):
            return _Way(self, one, None), ordered[1:]
        together = [other for other in ordered if _same_side(other, one)]
        expr, interval = next(iter(stretches(together).values()))
        return _Way(self, expr, interval), [other for other in ordered if other not in together]

    def within(self, expr: e.Expr, interval: Interval, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which an expression lies in a stretch."""
        self.spend()
        match expr:
            case e.PublishedTotal():
                yield from Totals(self).total(interval, facts, at)
            case e.PublishedGrade() | e.OwnGrade():
                yield from Totals(self).grade(interval, facts, at)
            case e.OutcomeOf(name) if (outcome := self._consequence(name)) is not None:
                yield from self._in_stretch(outcome.value, interval, facts, at)
            case e.PointsOf(indicator) if not interval.single:
                yield from Totals(self).points_within(indicator, interval, facts, at)
            case e.Choice(then, condition, other):
                for result, want in ((then, True), (other, False)):
                    for found in self._in_stretch(result, interval, facts, at):
                        yield from self.holding(condition, want, found, at)
            case e.MeasureOf(name) if not _crossing(self.rules.measures[name].value):
                yield from self._in_stretch(self.rules.measures[name].value, interval, facts, at)
            case _:
                for value in self._candidates(expr, interval, at):
                    yield from self.valued(expr, value, facts, at)

    def _in_stretch(self, expr: e.Expr, interval: Interval, facts: Facts, at: At) -> Iterator[Facts]:
        known = self.known(expr, facts, at)
        if isinstance(known, _Unsettled):
            yield from self.within(expr, interval, facts, at)
        elif isinstance(known, Fraction) and known in interval:
            yield facts

    def _comparing(self, expr: e.Compare, facts: Facts, at: At) -> Iterator[Facts]:
        left, operator, right = expr.left, expr.operator, expr.right
        known = self.known(right, facts, at)
        if isinstance(known, _Unsettled):
            other = self.known(left, facts, at)
            if not isinstance(other, _Unsettled):
                left, operator, right, known = right, _MIRRORED[operator], left, other
        if isinstance(known, _Unsettled):
            for value in self.typical(right):
                for found in self.valued(right, value, facts, at):
                    yield from self._against(left, operator, value, found, at)
        elif known is not None:
            yield from self._against(left, operator, known, facts, at)

    def _against(self, left: e.Expr, operator: str, known: e.Value, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which an expression compares so with a value."""
        if not isinstance(known, Fraction):
            for value in [known] if operator == "=" else self._others(left, (known,)):
                yield from self.valued(left, value, facts, at)
            return
        if operator == "!=":
            stretches_ = [Interval(known, False, None, True), Interval(None, True, known, False)]
        else:
            bound = bounded(compare(operator, left, known))
            assert bound is not None
            stretches_ = [bound[1]]
        for stretch in stretches_:
            yield from self._in_stretch(left, stretch, facts, at)

    # Values

    def valued(self, expr: e.Expr, value: e.Value, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which an expression has a value."""
        self.spend()
        known = self.known(expr, facts, at)
        if not isinstance(known, _Unsettled):
            if known == value and isinstance(known, bool) == isinstance(value, bool):
                yield facts
            return
        match expr:
            case e.Fact(name):
                yield from self._given(name, value, facts, at)
            case e.MeasureOf(name):
                yield from self._measured(name, value, facts, at)
            case e.Choice(then, condition, other):
                for result, want in ((then, True), (other, False)):
                    for found in self.valued(result, value, facts, at):
                        yield from self.holding(condition, want, found, at)
            case e.Earlier(item, back) if at.back + back <= _MOST_BACK:
                yield from self.valued(item, value, facts, replace(at, back=at.back + back))
            case e.OutcomeOf(name):
                yield from self._outcome(name, value, facts, at)
            case e.Logic() | e.Not() | e.Compare() | e.Member() | e.Presence():
                if isinstance(value, bool):
                    yield from self.holding(expr, value, facts, at)
            case _ if isinstance(value, Fraction):
                yield from self._number(expr, value, facts, at)

    def _number(self, expr: e.Expr, value: Fraction, facts: Facts, at: At) -> Iterator[Facts]:
        match expr:
            case e.Negate(item):
                yield from self.valued(item, -value, facts, at)
            case e.Arithmetic():
                yield from self._calculated(expr, value, facts, at)
            case e.Call():
                yield from self._called(expr, value, facts, at)
            case e.Lookup(table, key):
                for wanted in keys_of(self.rules.tables[table], value, key.unit):
                    yield from self.valued(key, wanted, facts, at)
            case e.Group() | e.Division():
                yield from Others(self).grouped(expr, value, facts, at)
            case e.Rank():
                yield from Others(self).ranked(expr, value, facts, at)
            case e.Within():
                yield from self._over(expr, value, facts, at)
            case e.Recent():
                yield from self._recent(expr, value, facts, at)
            case e.PublishedTotal():
                yield from Totals(self).total(Interval(value, True, value, True), facts, at)
            case e.PointsOf(indicator):
                yield from Totals(self).points(indicator, value, facts, at)
            case e.PublishedGrade() | e.OwnGrade():
                yield from Totals(self).grade(Interval(value, True, value, True), facts, at)
            case _:
                return

    def _given(self, name: str, value: e.Value, facts: Facts, at: At) -> Iterator[Facts]:
        declared = self.rules.inputs.get(name)
        if declared is None or declared.grain != at.grain or not name.isidentifier():
            return
        own = replace(at, back=0) if declared.attribute else at
        if allowed(value, declared.type) and self._sensible(value, declared.type):
            yield with_fact(facts, own, name, value)

    def _sensible(self, value: e.Value, type_: Type) -> bool:
        """Whether a value can be written, and is none that a person would stumble over."""
        if not isinstance(value, Fraction):
            return True
        if value < 0 and type_.lowest is None and type_.unit not in (Unit.DATE, Unit.DATETIME):
            return False
        return writable(value, type_.unit)

    def _measured(self, name: str, value: e.Value, facts: Facts, at: At) -> Iterator[Facts]:
        """Through the definition of a measure where that leads anywhere; else as the measure itself."""
        definition = self.rules.measures[name].value
        if name in self.unstated or not any(isinstance(one, e.Aggregate) for one in e.walk(definition)):
            yield from self.valued(definition, value, facts, at)
        if name not in self.unstated and _crossing(definition):
            alone = e.MeasureOf(name, definition.unit, definition.span)
            if isinstance(value, Fraction) and self._possible.never(compare("=", alone, value)):
                return
            if self.rules.measures[name].grain == at.grain and self._sensible(value, Type(definition.unit)):
                yield with_fact(facts, at, name, value)

    def _outcome(self, name: str, value: e.Value, facts: Facts, at: At) -> Iterator[Facts]:
        """A consequence, or an adjustment, which needs a total to adjust."""
        outcome = self._consequence(name)
        if outcome is not None:
            yield from self.valued(outcome.value, value, facts, at)
        for line in self.rules.adjustments.lines:
            if line.id == name:
                for found in self.valued(line.value, value, facts, at):
                    yield from Totals(self).total(Interval(), found, at)

    def _consequence(self, name: str) -> Outcome | None:
        return next((one for one in self.rules.outcomes if one.id == name), None)

    # Arithmetic

    def _calculated(self, expr: e.Arithmetic, value: Fraction, facts: Facts, at: At) -> Iterator[Facts]:
        """One side turned round where the other is settled; else the other is settled first."""
        left, right = (self.known(one, facts, at) for one in (expr.left, expr.right))
        if expr.left.unit is Unit.DATE:
            value /= DAY
        if isinstance(right, Fraction):
            for wanted in left_of(expr.operator, value, right):
                yield from self.valued(expr.left, wanted, facts, at)
        elif isinstance(left, Fraction):
            for wanted in right_of(expr.operator, value, left):
                yield from self.valued(expr.right, wanted, facts, at)
        elif isinstance(left, _Unsettled) and isinstance(right, _Unsettled):
            for number in self._others_side(expr, value):
                for wanted in left_of(expr.operator, value, number):
                    for found in self.valued(expr.left, wanted, facts, at):
                        yield from self.valued(expr.right, number, found, at)
            for number in (ZERO, ONE) if expr.operator in ("+", "*") else ():
                for found in self.valued(expr.left, number, facts, at):
                    for wanted in right_of(expr.operator, value, number):
                        yield from self.valued(expr.right, wanted, found, at)

    def _others_side(self, expr: e.Arithmetic, value: Fraction) -> Iterator[Fraction]:
        """Values for the right side, while nothing is settled: of a quotient those that leave a whole number above."""
        unit = expr.right.unit
        size = {Unit.DURATION: MINUTE}.get(unit, 1)
        if expr.operator == "/":
            below = value.denominator
            round_ones = [number for number in (100, 10, 20, 50, 1000) if number % below == 0]
            for number in dict.fromkeys([*round_ones, below, below * 10, below * 100, 1]):
                yield Fraction(number * size)
            yield from constants_in(expr.right)
        elif expr.operator == "*":
            for one in self.typical(expr.right):
                if isinstance(one, Fraction) and one != 0:
                    yield one
        else:
            yield from (ZERO, value / 2)
            yield from (one for one in self.typical(expr.right) if isinstance(one, Fraction))

    def _called(self, expr: e.Call, value: Fraction, facts: Facts, at: At) -> Iterator[Facts]:
        """One argument gets the value, the others follow; what the function makes of them is looked at afterwards."""
        arguments = expr.arguments
        if expr.function == "fallback":
            yield from self.valued(arguments[0], value, facts, at)
            if len(arguments) > 1:
                rest = replace(expr, arguments=arguments[1:])
                for found in self.missing(arguments[0], facts, at):
                    yield from self.valued(rest, value, found, at)
            return
        open_ = [one for one in arguments if isinstance(self.known(one, facts, at), _Unsettled)]
        for number in (value, -value) if expr.function == "abs" and value else (value,):
            for one in open_:
                others = [other for other in open_ if other is not one]
                for found in self.valued(one, number, facts, at):
                    yield from self._following(expr, value, others, found, at)

    def _following(
        self, expr: e.Call, value: Fraction, others: Sequence[e.Expr], facts: Facts, at: At
    ) -> Iterator[Facts]:
        """The other arguments get the value too, as far as they are not settled by now."""
        if not others:
            known = self.known(expr, facts, at)
            if known == value or isinstance(known, _Unsettled):
                yield facts
        elif isinstance(self.known(others[0], facts, at), _Unsettled):
            for found in self.valued(others[0], value, facts, at):
                yield from self._following(expr, value, others[1:], found, at)
        else:
            yield from self._following(expr, value, others[1:], facts, at)

    def applying(self, facts: Facts, at: At) -> Iterator[Facts]:
        """The policy applies to the person."""
        if self.rules.applies is None:
            yield facts
        else:
            yield from self.holding(self.rules.applies, True, facts, at)

    # Time

    def _over(self, expr: e.Within, value: Fraction, facts: Facts, at: At) -> Iterator[Facts]:
        """The same in each of the shorter periods; of a count in as many as are wanted."""
        count = len(shorter(self.period, PeriodKind(expr.grain)))
        if expr.item is None:
            assert expr.where is not None
            if expr.kind is e.Over.COUNT and value.denominator == 1 and 0 < value <= count:
                first = int(value) if value < count else None
                yield from self.holding(expr.where, True, facts, replace(at, grain=expr.grain, first=first))
            elif expr.kind is e.Over.SHARE and value == 1:
                yield from self.holding(expr.where, True, facts, replace(at, grain=expr.grain))
            elif value == 0:
                yield from self.holding(expr.where, False, facts, replace(at, grain=expr.grain))
            return
        ways = [(None, value / count), (1, value)] if expr.kind is e.Over.SUM else [(None, value)]
        for first, each in ways:
            inside_ = replace(at, grain=expr.grain, first=first)
            for found in self.valued(expr.item, each, facts, inside_):
                if expr.where is None:
                    yield found
                else:
                    yield from self.holding(expr.where, True, found, inside_)

    def _recent(self, expr: e.Recent, value: Fraction, facts: Facts, at: At) -> Iterator[Facts]:
        """The same value in as many periods as are wanted, from this one back."""
        each = value / max(expr.least, 1) if expr.kind is e.Over.SUM else value
        if expr.kind not in (e.Over.SUM, e.Over.MEAN, e.Over.MIN, e.Over.MAX):
            return
        yield from self._back(expr.item, each, max(expr.least, 1), facts, at)

    def _back(self, item: e.Expr, value: Fraction, periods: int, facts: Facts, at: At) -> Iterator[Facts]:
        if periods == 0:
            yield facts
            return
        for found in self.valued(item, value, facts, at):
            yield from self._back(item, value, periods - 1, found, replace(at, back=at.back + 1))

    # Missing, or there

    def missing(self, expr: e.Expr, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which an expression has no value."""
        self.spend()
        known = self.known(expr, facts, at)
        if not isinstance(known, _Unsettled):
            if known is None:
                yield facts
            return
        match expr:
            case e.Fact(name) if name in self.rules.inputs:
                if self.rules.inputs[name].missing is None:
                    yield with_fact(facts, at, name, None)
            case e.Fact() | e.Aggregate() | e.PublishedTotal() | e.OutcomeOf() | e.PublishedGrade():
                yield facts
            case e.MeasureOf(name):
                definition = self.rules.measures[name].value
                yield from self.missing(definition, facts, at)
                if name not in self.unstated and _crossing(definition):
                    yield with_fact(facts, at, name, None)
            case e.Choice(then, condition, other):
                for result, want in ((then, True), (other, False)):
                    for found in self.missing(result, facts, at):
                        yield from self.holding(condition, want, found, at)
                yield from self.missing(condition, facts, at)
            case e.Arithmetic("/", left, right):
                yield from self.missing(left, facts, at)
                yield from self.missing(right, facts, at)
                yield from self.valued(right, ZERO, facts, at)
            case e.PointsOf(indicator):
                own = next(one for one in self.rules.indicators if one.id == indicator)
                yield from self.missing(own.measure, facts, at)
            case e.Call("fallback" | "least_known" | "greatest_known", arguments):
                yield from self._all([e.Presence(one, False, one.span) for one in arguments], facts, at)
            case e.Within(_, grain, item) if item is not None:
                yield from self.missing(item, facts, replace(at, grain=grain))
            case e.Earlier() | e.Recent():
                yield facts
            case e.Presence() | e.Group(e.Over.COUNT | e.Over.SUM | e.Over.DISTINCT):
                return
            case _:
                for part in e.children(expr):
                    yield from self.missing(part, facts, at)

    def present(self, expr: e.Expr, facts: Facts, at: At) -> Iterator[Facts]:
        """Facts with which an expression has a value, whatever it is."""
        self.spend()
        known = self.known(expr, facts, at)
        if not isinstance(known, _Unsettled):
            if known is not None:
                yield facts
            return
        if isinstance(expr, e.PublishedTotal):
            yield from Totals(self).total(Interval(), facts, at)
            return
        for value in self.typical(expr):
            yield from self.valued(expr, value, facts, at)

    # Values to begin with

    def _type(self, expr: e.Expr) -> Type:
        match expr:
            case e.Fact(name) if name in self.rules.inputs:
                return self.rules.inputs[name].type
            case e.MeasureOf(name):
                return self._type(self.rules.measures[name].value)
            case _:
                return Type(expr.unit)

    def typical(self, expr: e.Expr) -> Iterator[e.Value]:
        """Values that an expression may well have."""
        if isinstance(expr, e.PublishedTotal):
            yield from (Fraction(100), Fraction(90), Fraction(80), Fraction(50), ZERO)
            return
        yield from typical(self._type(expr), self.period.first)

    def _others(self, expr: e.Expr, without: Sequence[e.Value]) -> Iterator[e.Value]:
        """Values other than some."""
        yield from (one for one in self.typical(expr) if one not in without)
        if expr.unit is Unit.TEXT and not self._type(expr).choices:
            yield next(f"{number}" for number in range(len(without) + 2) if f"{number}" not in without)
        numbers = [one for one in without if isinstance(one, Fraction)]
        for number in numbers:
            yield number + near(number, expr.unit, self._type(expr).step)

    def _candidates(self, expr: e.Expr, interval: Interval, at: At) -> Iterator[Fraction]:
        """Values in a stretch: those of a scale, or those at its bounds and just beside them."""
        values = scale(self._type(expr))
        if values is not None:
            yield from (one for one in values if one in interval)
            return
        if isinstance(expr, e.Within) and expr.item is None:
            count = len(shorter(self.period, PeriodKind(expr.grain)))
            places = [count, 0, *range(1, count)] if expr.kind is e.Over.COUNT else [1, 0]
            yield from (one for one in map(Fraction, places) if one in interval)
            return
        yield from inside(interval, expr.unit)


@dataclass(frozen=True, slots=True)
class _Way:
    """What is settled next: a condition, or a value that lies in a stretch."""

    solver: Solver
    expr: e.Expr
    interval: Interval | None

    def __call__(self, facts: Facts, at: At) -> Iterator[Facts]:
        if self.interval is None:
            return self.solver.holding(self.expr, True, facts, at)
        return self.solver.within(self.expr, self.interval, facts, at)


def _crossing(definition: e.Expr) -> bool:
    """Whether records or other people have a say in what a formula itself works out."""
    return any(isinstance(one, _ACROSS) for one in e.walk(definition))


def _lateness(condition: e.Expr) -> int:
    """Facts before counts over periods, these before points, and those before totals and grades."""
    kinds = {type(one) for one in e.walk(condition)}
    if kinds & {e.PublishedTotal, e.PublishedGrade, e.OwnGrade}:
        return 3
    if kinds & {e.PointsOf, e.OutcomeOf}:
        return 2
    return 1 if e.Within in kinds else 0


def _same_side(one: e.Expr, other: e.Expr) -> bool:
    """Whether both bound the same value."""
    return bounded(one) is not None and stretches([one]).keys() == stretches([other]).keys()
