"""What follows from the total alone, over all totals that there are: whether it moves one way only.

The outcome is worked out by the reference, with the total in the place of a fact. Between the totals that the policy
names (boundaries of grades, bounds that the total is compared with or looked up by) nothing turns round, so that the totals
beside these decide. Where totals are multiplied by each other, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.model.folding import moving
from kpirules.model.rules import Adjustments, Input, Outcome, Ruleset
from kpirules.policy.lint import problems
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.intervals import ZERO, Interval
from kpirules.policy.lint.totals import Totals
from kpirules.policy.lint.witness import Claim, Holds, Results, Value, reference_of
from kpirules.units import Type, Unit

#: The total as an input; no policy can have such a name.
_TOTAL = "total "


def payments(totals: Totals) -> Iterator[Finding]:
    """An amount or entitlement that turns back as totals rise (K308)."""
    rules, best, worst = totals.rules, totals.best, totals.worst
    if best is None or worst is None or totals.study.start is None:
        return
    for outcome in rules.outcomes:
        named = _named(rules, outcome.value, set())
        if outcome.unit is Unit.TEXT or named is None:
            continue
        places = _places(rules, named, worst.total, best.total)
        turn = _turn(_by_total(rules, outcome, places), places)
        if turn is None:
            continue
        low, high, rising = turn
        claim = _people(totals, outcome, low, high, rising)
        if claim is not None:
            args = {"name": outcome.id, "less": Words("less", "更少") if rising else Words("more", "更多")}
            yield Finding(problems.PAYS_LESS, outcome.span, args, claim)


def _named(rules: Ruleset, expr: e.Expr, seen: set[str]) -> set[Fraction] | None:
    """The totals that an expression of the total and the grade names; None where it reads anything else."""
    found: set[Fraction] = set()
    moves = False
    for part in e.walk(expr):
        inner: set[Fraction] | None = set()
        match part:
            case e.PublishedTotal() | e.PublishedGrade() | e.OwnGrade() | e.LimitedGrade():
                moves = True
            case e.MeasureOf(name) if rules.measures[name].grain is None and name not in seen:
                inner = _named(rules, rules.measures[name].value, seen | {name})
                moves = True
            case e.OutcomeOf(name) if name not in seen:
                other = next((one for one in rules.outcomes if one.id == name), None)
                inner = None if other is None else _named(rules, other.value, seen | {name})
                moves = True
            case e.Lookup(table):
                scale = rules.tables[table].scale
                bands = () if scale is None else scale.bands
                inner = {bound for band in bands for bound in (band.low, band.high) if bound is not None}
            case e.Arithmetic("*" | "/", left, right) if moving(left) and moving(right):
                return None
            case e.Constant(Fraction() as value):
                inner = {value}
            case _ if isinstance(part, e.Constant):
                continue
            case _ if moving(part) == [part]:
                return None
        if inner is None:
            return None
        found |= inner
    return found if moves else None


def _places(rules: Ruleset, named: set[Fraction], low: Fraction, high: Fraction) -> list[Fraction]:
    """The totals to look at: the ends, what is named, and the published totals beside these."""
    step = rules.total_rounding.step
    bounds = {grade.low for grade in rules.grades if grade.low is not None} | named | {low, high}
    near = {step * (one // step + by) for one in bounds for by in (-1, 0, 1, 2)}
    return sorted(one for one in near if low <= one <= high)


def _by_total(rules: Ruleset, outcome: Outcome, places: list[Fraction]) -> list[Value]:
    """What the policy makes of each total, without quotas and vetoes."""
    stated = replace(
        rules,
        total=e.Fact(_TOTAL, Unit.POINTS, rules.span),
        inputs={_TOTAL: Input(_TOTAL, Type(Unit.POINTS), "", False, None, rules.span)},
        adjustments=Adjustments(),
        applies=None,
        grades=tuple(replace(one, quota=None) for one in rules.grades),
    )
    return [reference_of(stated, {_TOTAL: one}).outcome(outcome.id, 0) for one in places]


def _turn(values: list[Value], places: list[Fraction]) -> tuple[Interval, Interval, bool] | None:
    """Where the values turn back: the totals before and after the greatest step against the trend, and the trend."""
    known = [
        (place, Fraction(value))
        for place, value in zip(places, values, strict=True)
        if value is not None and not isinstance(value, str)
    ]
    if len(known) < 2 or known[0][1] == known[-1][1]:
        return None
    rising = known[-1][1] > known[0][1]
    sign = 1 if rising else -1
    found, lost = None, ZERO
    peak = known[0]
    for one in known:
        if sign * (peak[1] - one[1]) > lost:
            found, lost = (peak, one), sign * (peak[1] - one[1])
        if sign * (one[1] - peak[1]) > 0:
            peak = one
    if found is None:
        return None
    level = (found[0][1] + found[1][1]) / 2
    first = _stretch(known, found[0], [sign * (value - level) > 0 for _, value in known])
    second = _stretch(known, found[1], [sign * (value - level) < 0 for _, value in known])
    return first, second, rising


def _stretch(
    known: list[tuple[Fraction, Fraction]], around: tuple[Fraction, Fraction], fitting: list[bool]
) -> Interval:
    """The totals around one that do as well."""
    low = high = known.index(around)
    while low > 0 and fitting[low - 1]:
        low -= 1
    while high + 1 < len(known) and fitting[high + 1]:
        high += 1
    return Interval(known[low][0], known[high][0])


def _people(totals: Totals, outcome: Outcome, low: Interval, high: Interval, rising: bool) -> Claim | None:
    """Two people, the second of them with the better total."""
    claims = (
        Claim(one, ("total", outcome.id), _against(outcome, rising), two)
        for one in totals.people(low)
        for two in totals.people(high)
    )
    return totals.study.first(claims)


def _against(outcome: Outcome, rising: bool) -> Holds:
    def holds(before: Results, after: Results) -> bool:
        one, two = before.outcomes[outcome.id], after.outcomes[outcome.id]
        if before.total is None or after.total is None or before.total >= after.total:
            return False
        if one is None or two is None or isinstance(one, str) or isinstance(two, str):
            return False
        return one > two if rising else one < two

    return holds
