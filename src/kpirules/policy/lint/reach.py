"""From a wanted value to facts that give it: the inverse of expressions, by their parts.

What is found is only proposed. Every solution is worked out by the reference before it is given on; where none is
found, that says nothing of whether there is one. Facts are chosen small and round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice

from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.periods import first_period
from kpirules.policy.lint.domain import Domains
from kpirules.policy.lint.intervals import AGAINST, ANY, FLIPPED, POSITIVE, ZERO, Interval, beside, only
from kpirules.policy.lint.witness import Facts, Value, reference_of, units_of
from kpirules.scoring.through_time import in_force
from kpirules.units import DAY, Unit

#: How many solutions of a part are tried before it is given up.
TRIES = 24

#: How often the reference is asked for one rule before what is searched for counts as not found.
BUDGET = 1500
#: Summaries that are the item itself where there is one person alone.
_OF_ONE = (e.Over.SUM, e.Over.MEAN, e.Over.MEDIAN, e.Over.MIN, e.Over.MAX)


class Reach:
    """Finds facts for one policy."""

    def __init__(self, rules: Ruleset) -> None:
        self.rules = rules
        self.domains = Domains(rules)
        self.period = str(first_period(rules.period))
        self.units = units_of(rules)
        self.left = BUDGET
        self._leaves: dict[str, frozenset[str]] = {}

    # What is known

    def value(self, expr: e.Expr, facts: Facts) -> Value:
        """What the reference makes of an expression with these facts."""
        match expr:
            case e.Constant(value):
                return value
            case e.Fact(name) | e.Aggregate(name) if name in facts:
                return facts[name]
            case _:
                self.left -= 1
                own = self.leaves(expr)
                read = {name: value for name, value in facts.items() if name in own}
                return reference_of(self.rules, read).value(expr, 0)

    def leaves(self, expr: e.Expr) -> frozenset[str]:
        """The facts and measures that a formula reads, through measures."""
        found: set[str] = set()
        for part in e.walk(expr):
            match part:
                case e.Fact(name) | e.Aggregate(name):
                    found.add(name)
                case e.MeasureOf(name):
                    if name not in self._leaves:
                        self._leaves[name] = self.leaves(self.rules.measures[name].value) | {name}
                    found |= self._leaves[name]
                case e.Group(by=by) | e.Rank(by=by) | e.Division(by=by):
                    found |= {*by}
                case _:
                    continue
        return frozenset(found)

    def number(self, expr: e.Expr, facts: Facts) -> Fraction | None:
        value = self.value(expr, facts)
        return value if isinstance(value, Fraction) else None

    def settled(self, expr: e.Expr, facts: Facts) -> bool:
        """Whether nothing that an expression reads is still open."""
        match expr:
            case e.Fact(name) | e.Aggregate(name):
                return name in facts
            case e.MeasureOf(name):
                return name in facts or self.settled(self.rules.measures[name].value, facts)
            case e.Constant() | e.InForce():
                return True
            case e.PublishedTotal() | e.PublishedGrade() | e.OwnGrade() | e.LimitedGrade():
                return False
            case e.PointsOf() | e.OutcomeOf() | e.Within() | e.Earlier() | e.Recent():
                return False
            case _:
                return all(self.settled(part, facts) for part in e.children(expr))

    # Numbers

    def find(self, expr: e.Expr, wanted: Interval, facts: Facts) -> Iterator[Facts]:
        """Facts, those given among them, with which a number lies in an interval."""
        if self.settled(expr, facts):
            value = self.number(expr, facts)
            if value is not None and wanted.holds(value):
                yield facts
            return
        for one in islice(self._find(expr, wanted, facts), TRIES):
            if self.left < 0:
                return
            value = self.number(expr, one)
            if value is not None and wanted.holds(value):
                yield one

    def _find(self, expr: e.Expr, wanted: Interval, facts: Facts) -> Iterator[Facts]:
        match expr:
            case e.Fact(name) | e.Aggregate(name) if name in self.units:
                for value in self.domains.of(expr).choices(wanted):
                    yield {**facts, name: value}
            case e.MeasureOf(name):
                measure = self.rules.measures[name]
                found = False
                if not counted(measure.value):
                    for one in self.find(measure.value, wanted, facts):
                        found = True
                        yield one
                if not found and measure.grain is None:
                    for value in self.domains.of(expr).choices(wanted):
                        yield {**facts, name: value}
            case e.Negate(item):
                yield from self.find(item, wanted.times(Fraction(-1)), facts)
            case e.Arithmetic():
                yield from self._arithmetic(expr, wanted, facts)
            case e.Choice(then, condition, other):
                for holds, branch in ((True, then), (False, other)):
                    for one in self.hold(condition, holds, facts):
                        yield from self.find(branch, wanted, one)
            case e.Call(function, arguments):
                yield from self._call(function, arguments, wanted, facts)
            case e.Lookup(table, key):
                yield from self._lookup(table, key, wanted, facts)
            case e.Group(kind, item) if item is not None and kind in _OF_ONE:
                yield from self.find(item, wanted, facts)
            case _:
                return

    def _arithmetic(self, expr: e.Arithmetic, wanted: Interval, facts: Facts) -> Iterator[Facts]:
        left, right = expr.left, expr.right
        if left.unit is Unit.DATE:
            wanted = wanted.times(Fraction(1, DAY))
        if self.settled(left, facts) and not self.settled(right, facts):
            yield from self._right(expr, wanted, facts)
            return
        divides = expr.operator == "/"
        for one in self.find(right, POSITIVE, facts) if divides else self.anything(right, facts):
            value = self.number(right, one)
            if value is None:
                continue
            match expr.operator:
                case "+":
                    yield from self.find(left, wanted.moved(-value), one)
                case "-":
                    yield from self.find(left, wanted.moved(value), one)
                case "*" if value:
                    yield from self.find(left, wanted.times(1 / value), one)
                case "*" if wanted.holds(ZERO):
                    yield from self.anything(left, one)
                case "/" if value:
                    yield from self.find(left, wanted.times(value), one)

    def _right(self, expr: e.Arithmetic, wanted: Interval, facts: Facts) -> Iterator[Facts]:
        """Where the left side is known."""
        value = self.number(expr.left, facts)
        if value is None:
            return
        match expr.operator:
            case "+":
                yield from self.find(expr.right, wanted.moved(-value), facts)
            case "-":
                yield from self.find(expr.right, wanted.times(Fraction(-1)).moved(value), facts)
            case "*" if value:
                yield from self.find(expr.right, wanted.times(1 / value), facts)
            case "*":
                yield from self.anything(expr.right, facts)
            case "/":
                yield from self.find(expr.right, _divisors(value, wanted), facts)

    def _call(
        self, function: str, arguments: Sequence[e.Expr], wanted: Interval, facts: Facts
    ) -> Iterator[Facts]:
        match function, arguments:
            case "min" | "max", (_, _, *_):
                for place, active in enumerate(arguments):
                    others = [one for at, one in enumerate(arguments) if at != place]
                    yield from self._least(function, active, others, wanted, facts)
            case "fallback" | "round" | "round_down" | "round_up" | "clamp", (first, *_):
                yield from self.find(first, wanted, facts)
            case "abs", (item,):
                yield from self.find(item, wanted, facts)
                yield from self.find(item, wanted.times(Fraction(-1)), facts)
            case _:
                return

    def _least(
        self, function: str, active: e.Expr, others: Sequence[e.Expr], wanted: Interval, facts: Facts
    ) -> Iterator[Facts]:
        """The least (or greatest) of several: with the others at some value, one of them decides, or none needs to."""
        for one in self._all(others, facts):
            values = [value for other in others if (value := self.number(other, one)) is not None]
            bound = (min if function == "min" else max)(values, default=None)
            if bound is not None and wanted.holds(bound):
                beyond = Interval(bound, None) if function == "min" else Interval(None, bound)
                yield from self.find(active, beyond, one)
            yield from self.find(active, wanted, one)

    def _all(self, exprs: Sequence[e.Expr], facts: Facts) -> Iterator[Facts]:
        """Facts with which several numbers have any value."""
        if not exprs:
            yield facts
            return
        for one in self.anything(exprs[0], facts):
            yield from self._all(exprs[1:], one)

    def anything(self, expr: e.Expr, facts: Facts) -> Iterator[Facts]:
        """Facts with which a number has some value, whichever."""
        yield from self.find(expr, ANY, facts)

    def _lookup(self, table: str, key: e.Expr, wanted: Interval, facts: Facts) -> Iterator[Facts]:
        rules = self.rules.tables[table]
        if rules.scale is None:
            for entry, value in rules.entries.items():
                if wanted.holds(value):
                    yield from self.be(key, entry, facts)
            if rules.otherwise is not None and wanted.holds(rules.otherwise):
                yield from self.anything(key, facts)
            return
        low: Fraction | None = None
        for piece in rules.scale.curve().pieces:
            part = Interval(low, piece.high)
            low = piece.high
            if piece.slope:
                part = part.common(wanted.moved(-piece.intercept).times(1 / piece.slope))
            if piece.slope or wanted.holds(piece.intercept):
                yield from self.find(key, part, facts)

    # Texts and conditions

    def be(self, expr: e.Expr, value: e.Value, facts: Facts) -> Iterator[Facts]:
        """Facts with which an expression has one value."""
        if isinstance(value, Fraction):
            yield from self.find(expr, only(value), facts)
            return
        if self.settled(expr, facts):
            if self.value(expr, facts) == value:
                yield facts
            return
        if isinstance(value, bool):
            yield from self.hold(expr, value, facts)
            return
        match expr:
            case e.Fact(name) if name in self.units:
                choices = self.rules.inputs[name].type.choices if name in self.rules.inputs else ()
                if not choices or value in choices:
                    yield {**facts, name: value}
            case e.MeasureOf(name) if self.rules.measures[name].grain is None:
                yield {**facts, name: value}
            case _:
                return

    def hold(self, condition: e.Expr, wanted: bool, facts: Facts) -> Iterator[Facts]:
        """Facts with which a condition is known to hold, or not to."""
        if self.settled(condition, facts):
            if self.value(condition, facts) is wanted:
                yield facts
            return
        for one in islice(self._hold(condition, wanted, facts), TRIES):
            if self.left < 0:
                return
            if self.value(condition, one) is wanted:
                yield one

    def _hold(self, condition: e.Expr, wanted: bool, facts: Facts) -> Iterator[Facts]:
        match condition:
            case e.Not(item):
                yield from self.hold(item, not wanted, facts)
            case e.Logic(operator, left, right) if (operator == "and") == wanted:  # both must
                for one in self.hold(left, wanted, facts):
                    yield from self.hold(right, wanted, one)
            case e.Logic(_, left, right):
                yield from self.hold(left, wanted, facts)
                yield from self.hold(right, wanted, facts)
            case e.Compare(operator, left, right):
                yield from self._compare(operator if wanted else AGAINST[operator], left, right, facts)
            case e.Member(item, choices) if wanted:
                for choice in choices:
                    yield from self.be(item, choice, facts)
            case e.Member(item, choices):
                yield from self._not(item, choices, facts)
            case e.Presence(item, present) if present == wanted:
                yield from self._present(item, facts)
            case e.Fact(name) | e.Aggregate(name) if name in self.units:
                yield {**facts, name: wanted}
            case e.MeasureOf(name):
                found = False
                if not counted(self.rules.measures[name].value):
                    for one in self.hold(self.rules.measures[name].value, wanted, facts):
                        found = True
                        yield one
                if not found and self.rules.measures[name].grain is None:
                    yield {**facts, name: wanted}
            case e.Presence() | e.Choice():
                yield facts  # where nothing is delivered it may hold
            case _:
                return

    def _compare(self, operator: str, left: e.Expr, right: e.Expr, facts: Facts) -> Iterator[Facts]:
        if not self.settled(right, facts) and self.settled(left, facts):
            left, right, operator = right, left, FLIPPED[operator]
        for one in [facts] if self.settled(right, facts) else self.anything(right, facts):
            value = self.value(right, one)
            match value:
                case Fraction():
                    for wanted in beside(operator, value):
                        yield from self.find(left, wanted, one)
                case str() | bool() if operator == "=":
                    yield from self.be(left, value, one)
                case str():
                    yield from self._not(left, (value,), one)
                case bool():
                    yield from self.be(left, not value, one)

    def _not(self, item: e.Expr, choices: Sequence[e.Value], facts: Facts) -> Iterator[Facts]:
        """Facts with which a value is none of several."""
        match item:
            case e.Fact(name) if name in self.rules.inputs and item.unit is Unit.TEXT:
                known = self.rules.inputs[name].type.choices or ("other",)
                yield from ({**facts, name: text} for text in known if text not in choices)
            case _ if item.unit is not Unit.TEXT:
                for one in islice(self.anything(item, facts), TRIES):
                    if self.value(item, one) not in choices:
                        yield one

    def _present(self, item: e.Expr, facts: Facts) -> Iterator[Facts]:
        match item.unit:
            case Unit.TEXT:
                yield from self._not(item, (), facts)
            case Unit.BOOLEAN:
                yield from self.hold(item, True, facts)
            case _:
                yield from self.anything(item, facts)

    # Constants

    def constant(self, expr: e.Expr) -> Fraction | None:
        """A number that is the same for everyone, as of the witnesses' period."""
        match expr:
            case e.Constant(Fraction() as value):
                return value
            case e.InForce(name):
                schedule = self.rules.parameters[name].schedule
                now = None if schedule is None else in_force(schedule, self.period)
                return now if isinstance(now, Fraction) else None
            case _:
                return None


def counted(expr: e.Expr) -> bool:
    """Whether a formula counts records itself: such a measure is stated, as tests do."""
    return any(isinstance(part, e.Aggregate) for part in e.walk(expr))


def _divisors(value: Fraction, wanted: Interval) -> Interval:
    """Positive divisors of a number by which the quotient lies in an interval of non-negative numbers."""
    if value <= 0:
        return POSITIVE
    low = None if wanted.high is None or wanted.high <= 0 else value / wanted.high
    high = None if wanted.low is None or wanted.low <= 0 else value / wanted.low
    return Interval(low, high, wanted.high_closed, wanted.low_closed).common(POSITIVE)
