"""Adjustments that work against an indicator: they read the same facts, and a better value lowers the total (K309).

One fact is moved over the values at which the indicator or the adjustment bends, everything else being equal, and the
reference says what becomes of the total. This finds what it finds; where it finds nothing, nothing is proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice

from kpirules.model import expressions as e
from kpirules.model.rules import Adjustment
from kpirules.policy.lint import problems
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.indicators import worst_drop
from kpirules.policy.lint.intervals import ONE, POSITIVE, ZERO, Interval, only
from kpirules.policy.lint.study import Line
from kpirules.policy.lint.totals import Totals
from kpirules.policy.lint.witness import Claim, Facts, Results, Value, results_of
from kpirules.units import Unit

#: How many starting points are moved from.
_STARTS = 3
#: A whole that parts are taken of, large enough for values close to each other.
_WHOLE = Fraction(100)


def opposing(totals: Totals) -> Iterator[Finding]:
    """A better value of an indicator that an adjustment turns into a lower total."""
    for adjustment in totals.rules.adjustments.lines:
        read = totals.study.reach.leaves(adjustment.value)
        if adjustment.place is not None:
            continue  # the total stays as it is
        for line in totals.study.lines:
            profile = line.profile
            if profile is None or not line.better or worst_drop(profile, line.better) is not None:
                continue
            shared = read & totals.study.reach.leaves(line.indicator.measure)
            claims = (_falling(totals, adjustment, line, name) for name in sorted(shared))
            claim = next((one for one in claims if one is not None), None)
            if claim is not None:
                args = {"indicator": line.indicator.id, "name": adjustment.id}
                yield Finding(problems.TOTAL_FALLS, adjustment.span, args, claim)


def _falling(totals: Totals, adjustment: Adjustment, line: Line, name: str) -> Claim | None:
    """The pair of values of one fact between which the total falls most though the measure gets better."""
    reach, indicator = totals.study.reach, line.indicator
    told = (indicator.id, adjustment.id, "total")
    for start in islice(_starts(totals, adjustment, line), _STARTS):
        if name not in start:
            continue
        found: list[tuple[Fraction, Fraction, Facts]] = []
        for facts in _moved(totals, adjustment, line, start, name):
            measure, results = reach.number(indicator.measure, facts), results_of(totals.rules, facts)
            if measure is not None and results is not None and results.total is not None:
                found.append((measure * line.better, results.total, facts))
        found.sort(key=lambda one: one[0])
        pairs = [
            (worse[1] - better[1], worse[2], better[2])
            for place, worse in enumerate(found)
            for better in found[place + 1 :]
            if worse[0] < better[0] and worse[1] > better[1]
        ]
        if pairs:
            _, before, after = max(pairs, key=lambda one: one[0])
            return Claim(before, told, _lower, after)
    return None


def _lower(before: Results, after: Results) -> bool:
    return before.total is not None and after.total is not None and before.total > after.total


def _starts(totals: Totals, adjustment: Adjustment, line: Line) -> Iterator[Facts]:
    """Facts with which the adjustment is made and the indicator scored; wholes of which parts are taken are large."""
    reach = totals.study.reach
    if line.base is None:
        return
    made = (
        reach.hold(adjustment.value, True, line.base)
        if adjustment.kind == "veto"
        else reach.find(adjustment.value, POSITIVE, line.base)
    )
    for one in made:
        for facts in islice(totals.study.values(line, Interval(), one), 1):
            counts = {name for name in facts if reach.units[name] is Unit.COUNT and name not in line.base}
            yield {name: _WHOLE if name in counts else value for name, value in facts.items()}
            yield facts


def _moved(
    totals: Totals, adjustment: Adjustment, line: Line, start: Facts, name: str
) -> Iterator[Mapping[str, Value]]:
    """The start with one fact moved to where the indicator or the adjustment bends, and to both sides of it."""
    assert line.profile is not None
    others = {fact: value for fact, value in start.items() if fact != name}
    bounds = {part.value for part in e.walk(adjustment.value) if isinstance(part, e.Constant)}
    numbers = [one for one in bounds if isinstance(one, Fraction)]
    wanted = [one.values for one in line.profile.segments]
    for bound in numbers:
        wanted += [only(bound), Interval(bound, None, False), Interval(None, bound, True, False)]
    for values in wanted:
        for facts in islice(totals.study.values(line, values, others), 2):
            if facts.keys() == start.keys():
                yield facts
    domain = totals.study.reach.domains.of(e.Fact(name, totals.study.reach.units[name], totals.rules.span))
    for bound in numbers:
        for value in (bound - ONE, bound, bound + ONE):
            if value >= ZERO and domain.within(only(value)) is not None:
                yield {**others, name: value}
