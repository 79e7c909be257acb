"""What a policy says about its facts, for making some up: targets, limits of time, the words that it compares with.

Read from the checked formulas alone. A hint is never a rule: whatever is made up may lie on either side of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.rules import Indicator, Ruleset
from kpirules.units import DAY, Unit

#: How much is aimed at where records of a history say how much, about.
AIMED = 35

#: A field of a data set.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Goal:
    """A target that the policy states for a fact: the side that is wanted, and the value."""

    operator: str
    value: Fraction

    @property
    def low(self) -> bool:
        return self.operator.startswith("<")


@dataclass(frozen=True, slots=True)
class Mark:
    """A condition on one field of a record, and how often the policy wants it to hold."""

    operator: str
    value: Fraction | bool
    goal: Goal | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Records that may follow each other: what both have in common, and the time between them in days."""

    own: tuple[str, ...]
    days: int


@dataclass(slots=True)
class Hints:
    """goals: of inputs. shares: an input that is a part of another. words: of a data set's field, or of an input
    (None). spans: the time to a field from an earlier one. marks: conditions on fields. loads: how many records a
    person should have in a period. rare: data sets of what only costs points. repeats: by data set. sorts: text
    fields of which different values are counted, and how many are wanted.
    """

    rules: Ruleset
    goals: dict[str, Goal] = field(default_factory=dict)
    shares: dict[str, tuple[str, Goal | None]] = field(default_factory=dict)
    words: dict[tuple[str | None, str], list[str]] = field(default_factory=dict)
    spans: dict[Place, dict[str, Fraction]] = field(default_factory=dict)
    marks: dict[Place, Mark] = field(default_factory=dict)
    loads: dict[str, Fraction] = field(default_factory=dict)
    rare: set[str] = field(default_factory=set)
    repeats: dict[str, Repeat] = field(default_factory=dict)
    sorts: set[Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        for indicator in self.rules.indicators:
            self._learn(indicator.measure, _goal(indicator))
            self._learn_own_target(indicator)
        formulas = list(_formulas(self.rules))
        for expr in formulas:
            for part in e.walk(expr):
                self._learn_words(part)
                self._learn_condition(part)
                self._learn_share(part, None)
        self.rare = self._only_costing()

    # From a target down to what is delivered

    def _learn(self, measure: e.Expr, goal: Goal | None) -> None:
        match measure:
            case e.MeasureOf(name):
                self._learn(self.rules.measures[name].value, goal)
            case e.Fact(name) if name in self._aggregates:
                self._learn_records(self._aggregates[name], goal)
            case e.Fact(name) if goal is not None:
                self.goals.setdefault(name, goal)
            case e.Aggregate():
                self._learn_records(measure, goal)
            case e.Within(_, _, item, where):
                if item is not None:
                    self._learn(item, goal)
                if where is not None:
                    self._learn_condition(where)
            case e.Call("min" | "max" | "fallback", arguments):
                for one in arguments:
                    self._learn(one, goal)
            case e.Arithmetic("/", above, e.Constant(Fraction() as value)):
                self._learn(above, Goal(">=", value))
            case e.Arithmetic("/", above, e.Choice(e.Constant(Fraction() as value))):
                self._learn(above, Goal(">=", value))
            case _:
                self._learn_share(measure, goal)

    @property
    def _aggregates(self) -> dict[str, e.Aggregate]:
        return {one.name: one for one in self.rules.aggregates}

    def _learn_own_target(self, indicator: Indicator) -> None:
        """`measure a`, `target >= b`, both delivered: a is drawn from b."""
        if indicator.target is None:
            return
        match indicator.measure, indicator.target.value:
            case e.Fact(name), e.Fact(own) if name != own:
                self.shares.setdefault(name, (own, Goal(indicator.target.operator, Fraction(1))))
            case e.Fact(name), e.MeasureOf(_, Unit.COUNT):
                # a target that records hold: as many as the sampler draws for those
                self.goals.setdefault(name, Goal(indicator.target.operator, Fraction(AIMED)))

    def _learn_share(self, part: e.Expr, goal: Goal | None) -> None:
        """`a / b`, also `a / (b * target)`: a is drawn from b. `abs(a - b)`: a is drawn near b."""
        match part:
            case e.Arithmetic("/", e.Fact(above), e.Fact(below)):
                self._share(above, below, goal)
            case e.Arithmetic(
                "/", e.Fact(above), e.Arithmetic("*", e.Fact(below), e.Constant(Fraction() as value))
            ):
                self._share(above, below, Goal(">=", value))
            case e.Call("abs", (e.Arithmetic("-", e.Fact(above), e.Fact(below)),)):
                self._share(above, below, Goal("<=", Fraction(1)))

    def _share(self, above: str, below: str, goal: Goal | None) -> None:
        kinds = {self._unit(above), self._unit(below)}
        fit = kinds in ({Unit.COUNT}, {Unit.MONEY})
        if fit and above != below and (above not in self.shares or self.shares[above][1] is None):
            self.shares[above] = below, goal

    def _unit(self, name: str) -> Unit | None:
        declared = self.rules.inputs.get(name)
        return None if declared is None else declared.type.unit

    def _learn_records(self, made: e.Aggregate, goal: Goal | None) -> None:
        match made.kind:
            case e.Over.SHARE if made.where is not None:
                for one in _parts(made.where):
                    self._learn_mark(one, goal)
            case e.Over.DISTINCT:
                if isinstance(made.item, e.Field):
                    self.sorts.add((made.item.data, made.item.name))
            case e.Over.COUNT | e.Over.SUM:
                if goal is not None:
                    self.loads.setdefault(made.data, goal.value / self._worth(made.item))
            case _:
                if made.item is not None and goal is not None:
                    self._learn_time(made.item, goal.value)

    def _worth(self, item: e.Expr | None) -> Fraction:
        """What one record adds to a sum, about."""
        match item:
            case e.Lookup(table):
                values = list(self.rules.tables[table].entries.values())
                return sum(values, Fraction(0)) / len(values) if values else Fraction(1)
        return Fraction(1)

    def _learn_time(self, item: e.Expr, limit: Fraction) -> None:
        match item:
            case e.Arithmetic("-", e.Field(data, then), e.Field(other, first)) if data == other:
                self.spans.setdefault((data, then), {}).setdefault(first, limit)
            case e.Arithmetic("/", of, e.Lookup(table)):
                values = list(self.rules.tables[table].entries.values())
                self._learn_time(of, sum(values, Fraction(0)) / len(values) * limit)

    # From conditions

    def _learn_mark(self, condition: e.Expr, goal: Goal | None) -> None:
        match condition:
            case e.Field(data, name):
                self.marks.setdefault((data, name), Mark("=", True, goal))
            case e.Not(e.Field(data, name)):
                self.marks.setdefault((data, name), Mark("=", False, goal))
            case e.Compare(operator, e.Field(data, name), e.Constant(Fraction() as value)):
                self.marks.setdefault((data, name), Mark(operator, value, goal))

    def _learn_condition(self, part: e.Expr) -> None:
        match part:
            case e.Compare("<" | "<=" | ">" | ">=" as operator, left, e.Constant(Fraction() as value)):
                if operator.startswith("<"):
                    self._learn_time(left, value)
                if isinstance(left, e.MeasureOf):
                    # A limit that something is compared with: `weekly_reply <= 3 min`, `monthly_solved < 90%`.
                    self._learn(left, Goal("<=" if left.unit is Unit.DURATION else ">=", value))
            case e.Followed(data, within, own):
                fields = tuple(one.name for one in own if isinstance(one, e.Field) and one.data == data)
                if len(fields) == len(own) and isinstance(within.value, Fraction):
                    self.repeats[data] = Repeat(fields, -(-int(within.value) // DAY))

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
                declared = self.rules.inputs.get(name)
                # an attribute that a history holds is drawn there
                known = self.words.setdefault((declared.history if declared else None, name), [])
            case e.Field(data, name):
                known = self.words.setdefault((data, name), [])
            case _:
                return
        if word not in known:
            known.append(word)

    # Which records cost points

    def _only_costing(self) -> set[str]:
        costing = [one.value for one in self.rules.adjustments.lines if one.kind != "bonus"]
        earning = [one.measure for one in self.rules.indicators]
        earning += [one.value for one in self.rules.adjustments.lines if one.kind == "bonus"]
        found = set().union(*map(self._sources, costing)) if costing else set()
        return found - set().union(*map(self._sources, earning))

    def _sources(self, expr: e.Expr) -> set[str]:
        """The data sets that a formula rests on."""
        found: set[str] = set()
        for part in e.walk(expr):
            match part:
                case e.MeasureOf(name):
                    found |= self._sources(self.rules.measures[name].value)
                case e.Aggregate():
                    found.add(part.data)
                case e.Fact(name) if name in self._aggregates:
                    found.add(self._aggregates[name].data)
        return found


def _goal(indicator: Indicator) -> Goal | None:
    target = indicator.target
    match target.value if target is not None else None:
        case e.Constant(Fraction() as value) if target is not None:
            return Goal(target.operator, value)
        case _:
            return None


def _parts(condition: e.Expr) -> Iterator[e.Expr]:
    """The conditions that an `and` holds together."""
    match condition:
        case e.Logic("and", left, right):
            yield from _parts(left)
            yield from _parts(right)
        case _:
            yield condition


def _formulas(rules: Ruleset) -> Iterator[e.Expr]:
    """Every formula of the policy."""
    if rules.applies is not None:
        yield rules.applies
    for one in rules.indicators:
        yield one.measure
        if one.applies is not None:
            yield one.applies
    yield from (measure.value for measure in rules.measures.values())
    yield from (line.value for line in rules.adjustments.lines)
    yield from (outcome.value for outcome in rules.outcomes)
    for aggregate in rules.aggregates:
        yield from (part for part in (aggregate.item, aggregate.where, aggregate.among) if part is not None)
