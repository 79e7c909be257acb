"""What an indicator rests on: which facts, and what their types tell of them.

Labels are not read. What a type cannot tell (whether a share of good jobs is a result or a habit) stays undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kpirules.model import expressions as e
from kpirules.model.checklist import Lost
from kpirules.model.forms import Deduct
from kpirules.model.rules import Indicator, Ruleset
from kpirules.units import Unit

_TIME = frozenset({Unit.DURATION, Unit.WORKDAYS, Unit.DATETIME, Unit.DATE})


@dataclass(frozen=True, slots=True)
class Ground:
    """opinion: marks that people give (raters, and ratings delivered as such). data: everything else that is counted or
    measured, ratings in single records included. time: durations, working days or moments are looked at.
    lapses: points are lost for each of something.
    """

    opinion: bool
    data: bool
    time: bool
    lapses: bool

    @property
    def judged(self) -> bool:
        """Whether it rests on opinion alone."""
        return self.opinion and not self.data

    @property
    def process(self) -> bool:
        """Whether it looks at how the work is done: how long it takes, lapses, or somebody's judgement of the conduct."""
        return self.time or self.lapses or self.judged

    @property
    def result(self) -> bool:
        """Whether it looks at what came of the work alone."""
        return self.data and not self.process


def ground_of(rules: Ruleset, indicator: Indicator) -> Ground:
    """What the indicator's measure rests on."""
    parts = list(_parts(rules, indicator.measure, set()))
    opinion = any(_is_opinion(rules, one) for one in parts)
    data = any(_is_data(rules, one) for one in parts)
    time = any(one.unit in _TIME for one in parts)
    lapses = isinstance(indicator.form, Lost) or (
        isinstance(indicator.form, Deduct)
        and indicator.form.side != "below"
        and indicator.measure.unit is Unit.COUNT
    )
    return Ground(opinion, data, time, lapses)


def _parts(rules: Ruleset, expr: e.Expr, seen: set[str]) -> Iterator[e.Expr]:
    """Everything that an expression is made of, through measures and into records. Whether something is there is no part."""
    if isinstance(expr, e.Presence):
        return
    yield expr
    if isinstance(expr, e.MeasureOf) and expr.name not in rules.raters and expr.name not in seen:
        seen.add(expr.name)
        yield from _parts(rules, rules.measures[expr.name].value, seen)
    for part in e.children(expr):
        yield from _parts(rules, part, seen)


def _is_opinion(rules: Ruleset, part: e.Expr) -> bool:
    match part:
        case e.MeasureOf(name):
            return name in rules.raters
        case e.Fact(name) if name in rules.inputs:
            return not rules.inputs[name].attribute and rules.inputs[name].type.unit is Unit.RATING
        case _:
            return False


def _is_data(rules: Ruleset, part: e.Expr) -> bool:
    match part:
        case e.Aggregate():
            return True
        case e.Fact(name) if name in rules.inputs:
            return not rules.inputs[name].attribute and rules.inputs[name].type.unit is not Unit.RATING
        case _:
            return False
