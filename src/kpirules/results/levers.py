"""What could have been otherwise for a person: facts that indicators and adjustments read, and values that they may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from kpirules.diagnostics import Span
from kpirules.matrix import StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.forms import Curve, Stairs, Table, Target
from kpirules.model.rules import Indicator, Ruleset
from kpirules.numbers import decimal_text
from kpirules.results.trial import exprs_of, opened, reads
from kpirules.scoring.reference import Reference
from kpirules.scoring.series import own_parts
from kpirules.units import HOUR, MINUTE, NUMERIC, SECOND, Type, Unit

#: Values are tried to so many decimal places at most; ratios to one more than they are shown with.
_PLACES, _RATIO_PLACES = 2, 3


@dataclass(frozen=True, slots=True)
class Grid:
    """The values that a number may have: `origin + k * step` between two bounds (None: none)."""

    step: Fraction
    low: Fraction | None = None
    high: Fraction | None = None
    origin: Fraction = Fraction(0)

    def below(self, value: Fraction) -> int:
        """The place of the greatest value that is not above."""
        return int((value - self.origin) // self.step)

    def above(self, value: Fraction) -> int:
        """The place of the least value that is not below."""
        return -int(-(value - self.origin) // self.step)

    def at(self, place: int) -> Fraction:
        return self.origin + place * self.step

    def holds(self, value: Fraction) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Lever:
    """A fact of a person, or the whole measure of an indicator (`fact` None).

    entered: the indicators that it enters; adjusts: whether it also enters an adjustment, or who is appraised.
    choices: its values, where it is no number. edges: values at which a form goes over from one piece to the next.
    label, formula: how readers call it; a formula where it has no name. of: of a share, of how many records it is.
    """

    fact: str | None
    measure: e.Expr
    unit: Unit
    now: e.Value
    entered: frozenset[str]
    adjusts: bool
    grid: Grid
    choices: tuple[e.Value, ...]
    edges: tuple[Fraction, ...]
    label: str
    formula: Span | None
    of: int | None = None


def facts_for(rules: Ruleset, reference: Reference, row: int) -> Iterator[Lever]:
    """The facts of a row that by themselves may change its total, each once, in the order of the policy."""
    entering = {one.id: reads(rules, *exprs_of(one)) for one in rules.indicators}
    adjustments = [one.value for one in rules.adjustments.lines]
    elsewhere = reads(rules, *adjustments, *(() if rules.applies is None else (rules.applies,)))
    read = [one.measure for one in rules.indicators if one.id in reference.indicators(row)]
    # How much work there was is no way to a better grade, only how it was done.
    seen = _divisors(rules, [*read, *adjustments])
    for part in _leaves(rules, [*read, *adjustments]):
        now = reference.fact(part.name, row)
        if part.name in seen or now is None or not _can_differ(rules, part):
            continue
        seen.add(part.name)
        entered = frozenset(id for id, names in entering.items() if part.name in names)
        share = _share(part, reference.facts, row)
        edges = tuple(_edges(rules, reference, row, part))
        grid = Grid(Fraction(1, share), Fraction(0), Fraction(1)) if share else _grid(rules, part, now, edges)
        yield Lever(
            part.name,
            part,
            part.unit,
            now,
            entered,
            part.name in elsewhere,
            grid,
            _choices(rules, part, now),
            edges,
            _label(rules, part),
            part.span if isinstance(part, e.Aggregate) else None,
            share,
        )


def measure_of(reference: Reference, row: int, one: Indicator) -> Lever | None:
    """The measure of an indicator as a whole; None where it is missing or no number."""
    scored = reference.indicators(row).get(one.id)
    if scored is None or not isinstance(scored.measure, Fraction) or one.measure.unit not in NUMERIC:
        return None
    now, unit = scored.measure, one.measure.unit
    edges = tuple(edges_of(one, scored.target))
    low = Fraction(0) if unit in (Unit.COUNT, Unit.DURATION, Unit.WORKDAYS, Unit.RATIO) else None
    grid = Grid(_step(unit, now), low, whole(unit, now, edges))
    return Lever(
        None, one.measure, unit, now, frozenset({one.id}), False, grid, (), edges, one.label or one.id, None
    )


def _leaves(rules: Ruleset, exprs: list[e.Expr]) -> Iterator[e.Fact | e.Aggregate]:
    """Facts of the person's own period; what raters say is not taken apart."""
    waiting = list(exprs)
    while waiting:
        for part in own_parts(waiting.pop(0)):
            match part:
                case e.Fact() | e.Aggregate():
                    yield part
                case e.MeasureOf(name) if name not in rules.raters:
                    waiting.append(rules.measures[name].value)
                case _:
                    pass


def _divisors(rules: Ruleset, exprs: list[e.Expr]) -> set[str]:
    """The facts by which anything is divided."""
    return {
        leaf.name
        for part in opened(rules, *exprs)
        if isinstance(part, e.Arithmetic) and part.operator == "/"
        for leaf in _leaves(rules, [part.right])
    }


def _can_differ(rules: Ruleset, part: e.Fact | e.Aggregate) -> bool:
    """Whether it tells of the person's work in the period, as a value that one can name."""
    if isinstance(part, e.Aggregate):
        return part.grain is None and part.unit in NUMERIC
    declared = rules.inputs.get(part.name)
    if declared is None or declared.attribute or declared.grain is not None or declared.history is not None:
        return False
    return part.unit in NUMERIC or part.unit is Unit.BOOLEAN or part.unit is Unit.TEXT


def _choices(rules: Ruleset, part: e.Fact | e.Aggregate, now: e.Value) -> tuple[e.Value, ...]:
    if isinstance(now, bool):
        return (not now,)
    if not isinstance(now, str):
        return ()
    declared = rules.inputs[part.name].type.choices
    known = [level for one in rules.indicators if _is(rules, one.measure, part) for level in _levels(one)]
    return tuple(one for one in dict.fromkeys((*declared, *known)) if one != now)


def _levels(one: Indicator) -> Iterator[e.Value]:
    shape = one.form.shape(None, one.weight) if one.target is None else None
    if isinstance(shape, Table):
        yield from (level for level, _ in shape.entries)


def _is(rules: Ruleset, expr: e.Expr, part: e.Fact | e.Aggregate) -> bool:
    """Whether an expression is nothing but that fact."""
    while isinstance(expr, e.MeasureOf):
        expr = rules.measures[expr.name].value
    return isinstance(expr, e.Fact | e.Aggregate) and expr.name == part.name


def _edges(rules: Ruleset, reference: Reference, row: int, part: e.Fact | e.Aggregate) -> Iterator[Fraction]:
    for one in rules.indicators:
        scored = reference.indicators(row).get(one.id)
        if scored is not None and _is(rules, one.measure, part):
            yield from edges_of(one, scored.target)


def edges_of(one: Indicator, target: Target | None) -> Iterator[Fraction]:
    if one.target is not None and (target is None or target.value <= 0):
        return
    match one.form.shape(target, one.weight):
        case Curve(pieces):
            yield from (piece.high for piece in pieces if piece.high is not None)
        case Table(entries):
            yield from (level for level, _ in entries if isinstance(level, Fraction))
        case Stairs(origin):
            yield origin


def _label(rules: Ruleset, part: e.Fact | e.Aggregate) -> str:
    """How readers call a fact; of records, the measure or the indicator that is nothing else."""
    if isinstance(part, e.Fact):
        return rules.inputs[part.name].label or part.name
    named = [one.label or one.name for one in rules.measures.values() if _is(rules, one.value, part)]
    named += [one.label or one.id for one in rules.indicators if _is(rules, one.measure, part)]
    return named[0] if named else ""


def _share(part: e.Fact | e.Aggregate, facts: StaffPeriodMatrix, row: int) -> int | None:
    """Of a share, of how many records it is."""
    if not isinstance(part, e.Aggregate) or part.kind is not e.Over.SHARE:
        return None
    column = facts.columns.get(part.name)
    below = None if column is None or column.divisor is None else column.divisor[row]
    return None if below is None or np.isnan(below) or below != int(below) or below < 1 else int(below)


def _grid(rules: Ruleset, part: e.Fact | e.Aggregate, now: e.Value, edges: tuple[Fraction, ...]) -> Grid:
    if not isinstance(now, Fraction):
        return Grid(Fraction(1))
    declared = rules.inputs[part.name].type if isinstance(part, e.Fact) else Type(part.unit)
    low = declared.lowest
    high = whole(part.unit, now, edges) if declared.high is None else declared.high
    if part.unit in (Unit.NUMBER, Unit.MONEY, Unit.RATIO) and low is None and now >= 0:
        low = Fraction(0)  # nobody asks what less than nothing would have given
    if declared.step is not None:
        return Grid(declared.step, low, high, declared.low or Fraction(0))
    return Grid(_step(part.unit, now), low, high)


def whole(unit: Unit, now: Fraction, edges: tuple[Fraction, ...]) -> Fraction | None:
    """A ratio that is no more than the whole stays so, unless the policy scores by more."""
    return Fraction(1) if unit is Unit.RATIO and max(now, *edges, Fraction(0)) <= 1 else None


def _step(unit: Unit, now: Fraction) -> Fraction:
    """How far apart values are that a person would name."""
    match unit:
        case Unit.COUNT:
            return Fraction(1)
        case Unit.DURATION:
            return Fraction(MINUTE if now >= HOUR or (now and now % MINUTE == 0) else SECOND)
        case Unit.RATIO:
            return Fraction(1, 10 ** max(_places(now, _RATIO_PLACES + 1), _RATIO_PLACES))
        case _:
            return Fraction(1, 10 ** _places(now, _PLACES))


def _places(value: Fraction, most: int) -> int:
    """Decimal places of a value, so many at most."""
    text = decimal_text(value)
    return most if "/" in text else min(most, len(text.partition(".")[2]))
