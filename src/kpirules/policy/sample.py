"""Made-up facts for a policy: tables that look like a department's, for trying a policy before real data are bound.

Everything follows from the policy and the seed. A share stays a share (its upper number is drawn from its lower
one, near to the target that the policy states), ratings stay in their scale, texts are those that the policy
compares with, moments of a record follow one another. Nothing here is a forecast; no score may be read from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random

from kpirules.model import expressions as e
from kpirules.model.rules import Data, DataField, Indicator, Input, Ruleset
from kpirules.numbers import decimal_text
from kpirules.periods import Period, PeriodKind, containing
from kpirules.units import HOUR, MINUTE, Type, Unit

Row = dict[str, str]

#: The first day of what is made up, and how many periods there are of each kind.
_FIRST = date(2026, 1, 1)
_PERIODS = {"year": 2, "half": 2, "quarter": 4, "month": 3, "week": 4, "day": 5}
_PLACES = ("north", "south", "east", "west")
_SMALL = (0, 0, 0, 1, 1, 2, 3, 5)
_BLANK = 0.04


@dataclass(frozen=True, slots=True)
class Goal:
    """A target that the policy states for a fact: the side that is wanted, and the value."""

    operator: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Sample:
    """inputs: a row per person and period; data: rows by data set. Cells as a person would type them."""

    inputs: Sequence[Row]
    data: Mapping[str, Sequence[Row]]


def sample(rules: Ruleset, *, people: int = 24, seed: int = 7, periods: int | None = None) -> Sample:
    """Made-up tables for the policy. The same policy, numbers and seed give the same tables."""
    maker = _Maker(rules, Random(seed))
    names = [f"S{number:03}" for number in range(1, people + 1)]
    return maker.tables(names, _periods(rules.period, periods))


def _periods(kind: str, count: int | None) -> list[Period]:
    found = [containing(_FIRST, PeriodKind(kind))]
    while len(found) < (count or _PERIODS[kind]):
        found.append(found[-1].next())
    return found


@dataclass(slots=True)
class _Maker:
    rules: Ruleset
    random: Random
    shares: dict[str, tuple[str, Goal | None]] = field(default_factory=dict)
    goals: dict[str, Goal] = field(default_factory=dict)
    words: dict[tuple[str | None, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for indicator in self.rules.indicators:
            self._learn(indicator.measure, _goal(indicator))
        for expr in _expressions(self.rules):
            for part in e.walk(expr):
                self._learn_share(part, None)
                self._learn_words(part)

    # What the policy says about its facts

    def _learn(self, measure: e.Expr, goal: Goal | None) -> None:
        match measure:
            case e.MeasureOf(name):
                self._learn(self.rules.measures[name].value, goal)
            case e.Fact(name) if goal is not None:
                self.goals.setdefault(name, goal)
            case _:
                self._learn_share(measure, goal)

    def _learn_share(self, part: e.Expr, goal: Goal | None) -> None:
        """`a / b` of two counts: a is drawn from b."""
        match part:
            case e.Arithmetic("/", e.Fact(above), e.Fact(below)):
                kinds = {self._unit(above), self._unit(below)}
                if kinds == {Unit.COUNT} and above not in self.shares and above != below:
                    self.shares[above] = below, goal

    def _learn_words(self, part: e.Expr) -> None:
        match part:
            case e.Compare(_, left, e.Constant(str(word))):
                self._word(left, word)
            case e.Member(item, choices):
                for choice in choices:
                    if isinstance(choice, str):
                        self._word(item, choice)
            case e.Lookup(table, key):
                for entry in self.rules.tables[table].entries:
                    if isinstance(entry, str):
                        self._word(key, entry)

    def _word(self, place: e.Expr, word: str) -> None:
        match place:
            case e.Fact(name):
                known = self.words.setdefault((None, name), [])
            case e.Field(data, name):
                known = self.words.setdefault((data, name), [])
            case _:
                return
        if word not in known:
            known.append(word)

    def _unit(self, name: str) -> Unit | None:
        declared = self.rules.inputs.get(name)
        return None if declared is None else declared.type.unit

    # Tables

    def tables(self, names: Sequence[str], periods: Sequence[Period]) -> Sample:
        data = {
            one.name: [
                row for name in names for period in periods for row in self._records(one, name, period)
            ]
            for one in self.rules.data.values()
        }
        self._tie(data)
        inputs = self.rules.inputs.values()
        steady = {
            name: {one.name: self._steady(one, place) for one in inputs if one.attribute}
            for place, name in enumerate(names)
        }
        rows = [
            {self.rules.subject.name: name, "period": str(period), **steady[name], **self._facts()}
            for period in periods
            for name in names
            if inputs
        ]
        return Sample(rows, data)

    def _steady(self, declared: Input, place: int) -> str:
        """What describes the person, the same in every period."""
        match declared.type.unit:
            case Unit.BOOLEAN:
                return "yes" if self.random.random() < 0.08 else "no"
            case Unit.TEXT:
                words = declared.type.choices or self.words.get((None, declared.name)) or _PLACES
                return words[place % len(words)]
            case _:
                return self._number(declared.name, declared.type) or ""

    def _facts(self) -> Row:
        """The work of one person in one period; what is a share of something is drawn after it."""
        drawn: dict[str, str] = {}
        for declared in self.rules.inputs.values():
            if not declared.attribute:
                self._fact(declared, drawn)
        for name in [name for name in drawn if self.random.random() < _BLANK]:
            drawn[name] = ""
        return {name: drawn[name] for name in self.rules.inputs if name in drawn}

    def _fact(self, declared: Input, drawn: Row, depth: int = 0) -> None:
        name = declared.name
        if name in drawn:
            return
        share = self.shares.get(name)
        if share is None or depth > len(self.shares):
            drawn[name] = self._value(name, declared.type)
            return
        below, goal = share
        self._fact(self.rules.inputs[below], drawn, depth + 1)
        drawn[name] = str(round(int(drawn[below]) * self._rate(goal)))

    def _rate(self, goal: Goal | None) -> float:
        """A share near to its target, sometimes on the wrong side of it."""
        if goal is None:
            return self.random.uniform(0.6, 1)
        if goal.operator.startswith("<"):
            return min(1.0, float(goal.value) * self.random.uniform(0, 2.2))
        return max(0.0, min(1.0, float(goal.value) + self.random.triangular(-0.15, 0.08, 0.01)))

    def _value(self, name: str, kind: Type) -> str:
        match kind.unit:
            case Unit.TEXT:
                return self.random.choice(list(kind.choices or self.words.get((None, name)) or _PLACES))
            case Unit.BOOLEAN:
                return "yes" if self.random.random() < 0.15 else "no"
            case _:
                return self._number(name, kind)

    def _number(self, name: str, kind: Type) -> str:
        """A number of the type, near to its target where the policy states one."""
        random, goal = self.random, self.goals.get(name)
        match kind.unit:
            case Unit.RATING:
                return _on_scale(kind, random.triangular(0.2, 1, 0.9))
            case Unit.RATIO:
                return f"{round(self._rate(goal) * 1000) / 10:g}%"
            case Unit.COUNT:
                if goal is not None:
                    return str(round(float(goal.value) * random.uniform(0.4, 1.5)))
                divides = any(below == name for below, _ in self.shares.values())
                return str(random.randint(20, 200) if divides else random.choice(_SMALL))
            case Unit.DURATION:
                about = float(goal.value) if goal is not None else 2 * HOUR
                return f"{max(1, round(about * random.uniform(0.4, 1.7) / MINUTE))} min"
            case Unit.MONEY:
                about = float(goal.value) if goal is not None else 6000
                return f"{about * random.uniform(0.5, 1.5):.2f}"
            case Unit.DATE | Unit.DATETIME:
                return (_FIRST + timedelta(days=random.randint(0, 80))).isoformat()
            case _:
                about = float(goal.value) if goal is not None else 20
                return f"{about * random.uniform(0.5, 1.4):.1f}"

    # Records

    def _records(self, data: Data, person: str, period: Period) -> Iterator[Row]:
        for _ in range(self.random.randint(4, 14)):
            yield self._record(data, person, period)

    def _record(self, data: Data, person: str, period: Period) -> Row:
        day = period.first + timedelta(days=self.random.randrange(period.days))
        placed = datetime.combine(day, time(8, 0)) + timedelta(minutes=self.random.randrange(10 * 60))
        moment, row = placed, {}
        for one in data.fields:
            if one.name == data.staff:
                row[one.name] = person
            elif one.name == data.placed_by:
                row[one.name] = _moment(placed, one.type.unit)
            elif one.optional and self.random.random() < 0.12:
                row[one.name] = ""
            elif one.type.unit in (Unit.DATETIME, Unit.DATE):
                # mostly soon, sometimes days later: what comes first in the policy comes first in time
                moment += timedelta(minutes=round(self.random.lognormvariate(3.2, 1.4)))
                row[one.name] = _moment(moment, one.type.unit)
            else:
                row[one.name] = self._cell(data, one)
        return row

    def _tie(self, data: Mapping[str, Sequence[Row]]) -> None:
        """Gives every partner a key of its own, and every tied record the key of one."""
        for declared in self.rules.data.values():
            for tie in declared.ties:
                unit = next(
                    one.type.unit for one in self.rules.data[tie.data].fields if one.name == tie.other
                )
                for number, row in enumerate(data[tie.data], 1):
                    row[tie.other] = (
                        f"{tie.other[:1].upper()}{number:05}" if unit is Unit.TEXT else str(number)
                    )
                for row in data[declared.name]:
                    row[tie.own] = self.random.choice(data[tie.data])[tie.other]

    def _cell(self, data: Data, one: DataField) -> str:
        match one.type.unit:
            case Unit.TEXT:
                known = one.type.choices or self.words.get((data.name, one.name))
                if known:
                    return self.random.choice(list(known))
                return f"{one.name[:1].upper()}{self.random.randint(1, 400):04}"
            case Unit.BOOLEAN:
                return "yes" if self.random.random() < 0.25 else "no"
            case Unit.COUNT:
                return str(self.random.choice(_SMALL[:6]))
            case _:
                return self._number(one.name, one.type)


def _goal(indicator: Indicator) -> Goal | None:
    target = indicator.target
    match target.value if target is not None else None:
        case e.Constant(Fraction() as value) if target is not None:
            return Goal(target.operator, value)
        case _:
            return None


def _expressions(rules: Ruleset) -> Iterator[e.Expr]:
    """Every formula of the policy."""
    if rules.applies is not None:
        yield rules.applies
    for one in rules.indicators:
        yield one.measure
        if one.applies is not None:
            yield one.applies
    yield from (measure.value for measure in rules.measures.values())
    yield from (outcome.value for outcome in rules.outcomes)
    for aggregate in rules.aggregates:
        yield from (part for part in (aggregate.item, aggregate.where, aggregate.among) if part is not None)


def _on_scale(kind: Type, share: float) -> str:
    low, high = kind.low or Fraction(0), kind.high or Fraction(5)
    step = kind.step or Fraction(1)
    steps = round((high - low) / step * Fraction(share))
    return decimal_text(low + steps * step)


def _moment(at: datetime, unit: Unit) -> str:
    return at.date().isoformat() if unit is Unit.DATE else at.strftime("%Y-%m-%d %H:%M")
