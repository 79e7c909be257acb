"""Facts for witnesses: which inputs give an indicator a wanted measure, and which measures give it which points.

What is found here is a proposal. A witness is what the reference makes of it (`witness.confirm`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise

from kpirules.model import expressions as e
from kpirules.model.folding import fold, moving
from kpirules.model.forms import Curve, Stairs, Table, Target
from kpirules.model.ranges import of_type
from kpirules.model.rules import Indicator, Ruleset
from kpirules.units import HOUR, Unit

Facts = Mapping[str, e.Value]
ZERO, ONE = Fraction(0), Fraction(1)
#: How many ways to state one measure are tried.
_MOST_WAYS = 8
#: A target of each person's own that is easy to take a share of.
_OWN_TARGET = Fraction(100)


@dataclass(frozen=True, slots=True)
class Stated:
    """Facts that give an indicator its points, as its form says."""

    points: Fraction
    measure: e.Value
    facts: Facts


def together(parts: Iterable[Facts]) -> Facts | None:
    """All facts at once; None where two of them differ."""
    found: dict[str, e.Value] = {}
    for part in parts:
        for name, value in part.items():
            if found.setdefault(name, value) != value:
                return None
    return found


def stated(rules: Ruleset, expr: e.Expr, wanted: e.Value) -> Iterator[Facts]:
    """Facts under which an expression has a value: inputs where possible, else the measure itself as a test states it."""
    yield from islice(_ways(rules, expr, wanted), _MOST_WAYS)


def _ways(rules: Ruleset, expr: e.Expr, wanted: e.Value) -> Iterator[Facts]:
    match expr, wanted:
        case e.Fact(name), _ if name in rules.inputs and _fits(rules, name, wanted):
            yield {name: wanted}
        case e.MeasureOf(name), _ if name in rules.measures and rules.measures[name].grain is None:
            yield from _ways(rules, rules.measures[name].value, wanted)
            if not isinstance(wanted, Fraction) or _possible(expr.unit, wanted):
                yield {name: wanted}
        case e.Arithmetic(), Fraction():
            yield from _operands(rules, expr, wanted)
        case e.Call("max" | "min" | "fallback" | "round_down", arguments), _:
            changing = [one for one in arguments if moving(one)]
            if len(changing) == 1 or expr.function == "fallback":
                yield from _ways(rules, changing[0], wanted)


def _operands(rules: Ruleset, expr: e.Arithmetic, wanted: Fraction) -> Iterator[Facts]:
    left, right = expr.left, expr.right
    fixed_left, fixed_right = _fixed(left), _fixed(right)
    pairs: list[tuple[Fraction, Fraction]] = []
    match expr.operator:
        case "/" if fixed_right:
            yield from _ways(rules, left, wanted * fixed_right)
            return
        case "*" if fixed_left or fixed_right:
            moved, factor = (right, fixed_left) if fixed_left else (left, fixed_right)
            assert factor is not None
            yield from _ways(rules, moved, wanted / factor)
            return
        case "/" if wanted >= 0:
            scale = HOUR if left.unit is Unit.DURATION and right.unit is Unit.DURATION else 1
            for times in (1, 2, 10, 100):
                by = scale * times
                pairs.append((Fraction(wanted.numerator * by), Fraction(wanted.denominator * by)))
        case "+" if fixed_left is None and fixed_right is None:
            pairs = [(wanted / 2, wanted / 2), (wanted, ZERO)]
        case "-" if fixed_left is None and fixed_right is None:
            pairs = [(wanted, ZERO)]
    for one, other in pairs:
        for first in _ways(rules, left, one):
            for second in _ways(rules, right, other):
                both = together((first, second))
                if both is not None:
                    yield both


def _fixed(expr: e.Expr) -> Fraction | None:
    """The value of a part that is the same for everyone."""
    value = None if moving(expr) else fold(expr)
    return value if isinstance(value, Fraction) else None


def _fits(rules: Ruleset, name: str, value: e.Value) -> bool:
    """Whether the declared type allows the value."""
    type_ = rules.inputs[name].type
    if not isinstance(value, Fraction):
        return not type_.choices or value in type_.choices
    known = of_type(type_)
    if (known.low is not None and value < known.low) or (known.high is not None and value > known.high):
        return False
    return known.step is None or ((value - (known.low or ZERO)) / known.step).denominator == 1


def _possible(unit: Unit, value: Fraction) -> bool:
    """Whether a measure of this unit may have the value, as far as the unit tells."""
    return value >= 0 and (unit is not Unit.COUNT or value.denominator == 1)


# Points


def ways_to_score(rules: Ruleset, indicator: Indicator) -> list[Stated]:
    """Facts for the measures at which the form bends or jumps, simple ones first."""
    own = indicator.target
    target, facts_of_target = None, [dict[str, e.Value]()]
    if own is not None:
        fixed = _fixed(own.value)
        value = _OWN_TARGET if fixed is None else fixed
        target = Target(own.operator, value)
        if fixed is None:
            facts_of_target = [dict(one) for one in stated(rules, own.value, value)]
    found: list[Stated] = []
    for measure in _telling(indicator, target):
        points = indicator.form.points(measure, target, indicator.weight)
        if points is None:
            continue
        for facts in stated(rules, indicator.measure, measure):
            for aside in facts_of_target:
                both = together((facts, aside))
                if both is not None:
                    kept = min(max(points, ZERO), indicator.weight)
                    found.append(Stated(kept, measure, both))
    return found


def best(rules: Ruleset, indicators: Iterable[Indicator]) -> Facts:
    """Facts that give these indicators as much as they can have; those for which none were found are left out."""
    facts: Facts = {}
    for one in indicators:
        facts = at_the_end(rules, one, facts, max) or facts
    return facts


def at_the_end(
    rules: Ruleset, indicator: Indicator, facts: Facts, end: Callable[[list[Fraction]], Fraction]
) -> Facts | None:
    """The facts with those added that give the indicator its most (`max`) or its least points."""
    ways = ways_to_score(rules, indicator)
    wanted = end([way.points for way in ways]) if ways else None
    joined = (together((facts, way.facts)) for way in ways if way.points == wanted)
    return next((both for both in joined if both is not None), None)


def _telling(indicator: Indicator, target: Target | None) -> list[e.Value]:
    """Measures at which something can be told: the ends of the form's pieces, and points between and beyond them."""
    try:
        shape = indicator.form.shape(target, indicator.weight)
    except (AssertionError, ZeroDivisionError):  # a target that leaves no shape
        return []
    match shape:
        case Table(entries):
            return [key for key, _ in entries]
        case Stairs(origin, sign, step, top, per, most):
            steps = -(-top // per) if most is None else most
            ends = [origin, origin + sign * step, origin + sign * step * steps]
        case Curve(pieces):
            ends = [piece.high for piece in pieces if piece.high is not None]
    ends = sorted({*ends, ZERO, ONE, *([] if target is None else [target.value])})
    numbers = [*ends, *((low + high) / 2 for low, high in pairwise(ends)), ends[-1] * 2, ends[-1] + 1]
    return [*sorted({one for one in numbers if one >= 0}, key=lambda one: (one.denominator, one))]
