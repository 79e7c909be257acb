"""Made-up facts for a policy: tables that look like a department's, for trying a policy before real data are bound.

Everything follows from the policy and the seed. A share stays a share (its upper number is drawn from its lower
one, near to the target that the policy states), ratings stay in their scale, texts are those that the policy
compares with, moments of a record follow one another, most of them within the policy's limits. Where a rule looks at
what follows a record, records reach beyond the last period. Nothing here is a forecast; no score may be read from it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import product
from random import Random

from kpirules.model.rules import Data, DataField, Input, Ruleset
from kpirules.numbers import decimal_text
from kpirules.periods import TABLES, Period, PeriodKind, containing, shorter
from kpirules.policy.hints import AIMED, Goal, Hints, Mark
from kpirules.units import HOUR, MINUTE, Type, Unit

Row = dict[str, str]

_COMPARED: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}

#: The first day of what is made up, and how many periods there are of each kind.
_FIRST = date(2026, 1, 1)
_PERIODS = {"year": 2, "half": 2, "quarter": 4, "month": 3, "week": 4, "day": 5}
_PLACES = ("north", "south", "east", "west")
_SMALL = (0, 0, 0, 1, 1, 2, 3, 5)
_BLANK = 0.04
#: How many times the records of a month a longer period has; and at most how many a person has in one.
_LONGER = {"year": 6, "half": 4, "quarter": 3}
_MOST = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """inputs: a row per person and period; data: rows by data set. Cells as a person would type them.

    periods: the first and the last that are whole, where records reach beyond them.
    """

    inputs: Sequence[Row]
    data: Mapping[str, Sequence[Row]]
    periods: tuple[Period, Period] | None = None


def sample(rules: Ruleset, *, people: int = 24, seed: int = 7, periods: int | None = None) -> Sample:
    """Made-up tables for the policy. The same policy, numbers and seed give the same tables."""
    maker = _Maker(rules, Random(seed), Hints(rules))
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
    hints: Hints

    # Tables

    def tables(self, names: Sequence[str], periods: Sequence[Period]) -> Sample:
        paces = {name: self.random.uniform(0.6, 1.6) for name in names}
        data = {
            one.name: [
                row for name in names for period in periods for row in self._records(one, name, period, paces)
            ]
            for one in self.rules.data.values()
            if not one.history
        }
        data |= {
            one.name: [
                row for place, name in enumerate(names) for row in self._held(one, name, place, periods)
            ]
            for one in self.rules.data.values()
            if one.history
        }
        for name in self.hints.repeats:
            data[name] += self._beyond(self.rules.data[name], paces, periods[-1])
            self._repeat(data[name], name, len(periods) * periods[0].days)
        self._tie(data)
        for grain in self.rules.grains:
            inner = sorted({one for period in periods for one in shorter(period, PeriodKind(grain))})
            if self.rules.inputs_of(grain):
                data[TABLES[PeriodKind(grain)]] = [
                    {self.rules.subject.name: name, "period": str(one), **self._facts(grain)}
                    for one in inner
                    for name in names
                ]
        inputs = self.rules.inputs_of(None).values()
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
        return Sample(rows, data, (periods[0], periods[-1]) if self.hints.repeats else None)

    def _steady(self, declared: Input, place: int) -> str:
        """What describes the person, the same in every period."""
        match declared.type.unit:
            case Unit.BOOLEAN:
                return "yes" if place % 8 == 3 else "no"
            case Unit.TEXT:
                words = declared.type.choices or self.hints.words.get((None, declared.name)) or _PLACES
                return words[place % len(words)]
            case _:
                return self._number(declared.name, declared.type) or ""

    def _facts(self, grain: str | None = None) -> Row:
        """The work of one person in one period; what is a share of something is drawn after it."""
        drawn: dict[str, str] = {}
        for declared in self.rules.inputs_of(grain).values():
            if not declared.attribute:
                self._fact(declared, drawn)
        for name in [name for name in drawn if self.random.random() < _BLANK]:
            drawn[name] = ""
        return {name: drawn[name] for name in self.rules.inputs if name in drawn}

    def _fact(self, declared: Input, drawn: Row, depth: int = 0) -> None:
        name = declared.name
        if name in drawn:
            return
        share = self.hints.shares.get(name)
        if share is None or depth > len(self.hints.shares):
            drawn[name] = self._value(name, declared.type)
            return
        below, goal = share
        self._fact(self.rules.inputs[below], drawn, depth + 1)
        if declared.type.unit is Unit.MONEY:
            drawn[name] = f"{float(drawn[below]) * self.random.triangular(0.7, 1.4, 0.98):.2f}"
        else:
            drawn[name] = str(round(int(drawn[below]) * self._rate(goal)))

    def _rate(self, goal: Goal | None) -> float:
        """A share near to its target, sometimes on the wrong side of it."""
        if goal is None:
            return self.random.uniform(0.6, 1)
        if goal.low:
            return min(1.0, float(goal.value) * self.random.uniform(0, 2.2))
        return max(0.0, min(1.0, float(goal.value) + self.random.triangular(-0.15, 0.08, 0.01)))

    def _value(self, name: str, kind: Type) -> str:
        match kind.unit:
            case Unit.TEXT:
                return self.random.choice(list(kind.choices or self.hints.words.get((None, name)) or _PLACES))
            case Unit.BOOLEAN:
                return "yes" if self.random.random() < 0.15 else "no"
            case _:
                return self._number(name, kind)

    def _number(self, name: str, kind: Type) -> str:
        """A number of the type, near to its target where the policy states one."""
        random, goal = self.random, self.hints.goals.get(name)
        match kind.unit:
            case Unit.RATING:
                return _on_scale(kind, random.triangular(0.2, 1, 0.9))
            case Unit.RATIO:
                return f"{round(self._rate(goal) * 1000) / 10:g}%"
            case Unit.COUNT:
                if goal is not None:
                    return str(round(float(goal.value) * random.uniform(0.4, 1.5)))
                divides = any(below == name for below, _ in self.hints.shares.values())
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

    def _records(self, data: Data, person: str, period: Period, paces: Mapping[str, float]) -> Iterator[Row]:
        for _ in range(self._how_many(data)):
            day = period.first + timedelta(days=self.random.randrange(period.days))
            yield self._record(data, person, day, paces[person])

    def _how_many(self, data: Data) -> int:
        load = self.hints.loads.get(data.name)
        if data.name in self.hints.rare:
            return self.random.choice(_SMALL[:6])
        if load is not None:
            return round(min(float(load), _MOST) * self.random.uniform(0.65, 1.15))
        return self.random.randint(4, 14) * _LONGER.get(self.rules.period, 1)

    def _beyond(self, data: Data, paces: Mapping[str, float], last: Period) -> Iterator[Row]:
        """A record of everybody after the last period, so that all within it have had time to be followed."""
        after, days = last.next().first, self.hints.repeats[data.name].days
        for place, (person, pace) in enumerate(paces.items()):
            day = days + 1 if place == 0 else self.random.randrange(days)
            yield self._record(data, person, after + timedelta(days=day), pace)

    def _repeat(self, rows: Sequence[Row], name: str, days: int) -> None:
        """What records that follow each other have in common comes again in about every twelfth of them."""
        repeat = self.hints.repeats[name]
        different = max(3, len(rows) * 12 * repeat.days // days)
        for row in rows:
            for own in repeat.own:
                row[own] = f"{own[:1].upper()}{self.random.randint(1, different):05}"

    def _record(self, data: Data, person: str, day: date, pace: float) -> Row:
        placed = datetime.combine(day, time(8, 0)) + timedelta(minutes=self.random.randrange(10 * 60))
        moments, row = {data.placed_by: placed}, Row()
        for one in data.fields:
            if one.name == data.staff:
                row[one.name] = person
            elif one.name == data.placed_by:
                row[one.name] = _moment(placed, one.type.unit)
            elif one.type.unit in (Unit.DATETIME, Unit.DATE):
                row[one.name] = self._later(data, one, moments, pace)
            elif one.optional and self.random.random() < 0.12:
                row[one.name] = ""
            else:
                row[one.name] = self._cell(data, one)
        return row

    def _later(self, data: Data, one: DataField, moments: dict[str, datetime], pace: float) -> str:
        """A moment of a record: after an earlier one, mostly within the time that the policy allows; "" where that
        one is missing, and now and then."""
        first, limit = self._allowed(data, one.name, moments)
        if first not in moments or (one.optional and self.random.random() < 0.1):
            return ""
        if limit is None:
            # mostly soon, sometimes days later
            minutes = self.random.lognormvariate(3.2, 1.4)
        else:
            minutes = limit / MINUTE * 0.7 * pace * self.random.lognormvariate(0, 0.5)
        step = 1 if limit is None or limit > 60 * MINUTE else 60
        moments[one.name] = moments[first] + timedelta(minutes=round(minutes * step) / step)
        return _moment(moments[one.name], one.type.unit)

    def _allowed(self, data: Data, name: str, moments: Mapping[str, datetime]) -> tuple[str, float | None]:
        """From which earlier field a moment counts, and the time allowed: its own, or that of a moment still to come."""
        spans = self.hints.spans
        own = spans.get((data.name, name), {})
        if own:
            first = max(own, key=list(moments).index if set(own) <= set(moments) else str)
            return first, float(own[first])
        first = list(moments)[-1]
        later = [limits[first] for (of, _), limits in spans.items() if of == data.name and first in limits]
        return first, float(min(later)) if later else None

    def _held(self, data: Data, person: str, place: int, periods: Sequence[Period]) -> Iterator[Row]:
        """A history of one person: what has long held, for every third something else from a day inside the periods on.

        Where people have several records at once there is one for each word that the policy knows.
        """
        known = [self.hints.words.get((data.name, name), [f"{name} 1"]) for name in data.each]
        changed = periods[len(periods) // 2].first + timedelta(days=14)
        for count, begins in enumerate(
            [_FIRST - timedelta(days=90 + place), changed][: 1 + (place % 3 == 1)]
        ):
            for together in product(*known):
                given = dict(zip(data.each, together, strict=True))
                row = Row()
                for one in data.fields:
                    words = one.type.choices or self.hints.words.get((data.name, one.name))
                    if one.name == data.staff:
                        row[one.name] = person
                    elif one.name == data.placed_by:
                        row[one.name] = _moment(datetime.combine(begins, time()), one.type.unit)
                    elif one.name in given:
                        row[one.name] = given[one.name]
                    elif one.name == data.until or (one.optional and count == 0):
                        row[one.name] = ""
                    elif words:
                        row[one.name] = words[(place + count) % len(words)]
                    elif one.type.unit is Unit.COUNT:  # what is aimed at, not what happens now and then
                        row[one.name] = str(self.random.randint(AIMED - 15, AIMED + 15))
                    else:
                        row[one.name] = self._cell(data, one)
                yield row

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
        mark = self.hints.marks.get((data.name, one.name))
        if mark is not None:
            return self._marked(mark, one.type)
        match one.type.unit:
            case Unit.TEXT:
                known = one.type.choices or self.hints.words.get((data.name, one.name))
                if known:
                    return self.random.choice(list(known))
                few = (data.name, one.name) in self.hints.sorts
                return f"{one.name[:1].upper()}{self.random.randint(1, 4 if few else 400):04}"
            case Unit.BOOLEAN:
                return "yes" if self.random.random() < 0.25 else "no"
            case Unit.COUNT:
                return str(self.random.choice(_SMALL[:6]))
            case _:
                return self._number(one.name, one.type)

    def _marked(self, mark: Mark, kind: Type) -> str:
        """A value of which a condition holds about as often as the policy wants."""
        holds = self.random.random() < (0.25 if mark.goal is None else self._rate(mark.goal))
        if isinstance(mark.value, bool):
            return "yes" if mark.value is holds else "no"
        low, step = kind.low or Fraction(0), kind.step or Fraction(1)
        high = kind.high if kind.high is not None else max(mark.value, Fraction(0)) + 3
        scale = [low + place * step for place in range(int((high - low) / step) + 1)]
        fit = [one for one in scale if _COMPARED[mark.operator](one, mark.value) is holds]
        return decimal_text(self.random.choice(fit or scale))


def _on_scale(kind: Type, share: float) -> str:
    low, high = kind.low or Fraction(0), kind.high or Fraction(5)
    step = kind.step or Fraction(1)
    steps = round((high - low) / step * Fraction(share))
    return decimal_text(low + steps * step)


def _moment(at: datetime, unit: Unit) -> str:
    return at.date().isoformat() if unit is Unit.DATE else f"{at:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
