"""Rules about how a policy is made up: how many indicators, how they weigh, what they rest on, how long the period is.

Everything is decided from types, conditions and the shape of formulas. Labels are not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.model.rules import Indicator, Ruleset
from kpirules.numbers import decimal_text
from kpirules.policy.lint import structure_problems as problems
from kpirules.policy.lint.extremes import at_the_end, best
from kpirules.policy.lint.finding import Finding, Rule
from kpirules.policy.lint.grounds import ground_of
from kpirules.policy.lint.kinds import Kind, kinds
from kpirules.policy.lint.study import Study
from kpirules.policy.lint.witness import Claim, Facts
from kpirules.units import DAY, Unit, shown

FEWEST, MOST = 3, 12
HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
#: The longest period of each kind, in days.
_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half": 184, "year": 366}
_PERIODS = {
    "day": Words("day", "日"),
    "week": Words("week", "周"),
    "month": Words("month", "月"),
    "quarter": Words("quarter", "季度"),
    "half": Words("half-year", "半年"),
    "year": Words("year", "年"),
}
_LONG = frozenset({"half", "year"})


def number_of_indicators(rules: Ruleset) -> Iterator[Finding]:
    """Too few or too many for one person."""
    found = [one for one in kinds(rules) or () if one.indicators]
    if not found:
        return
    least = min(found, key=lambda one: len(one.indicators))
    most = max(found, key=lambda one: len(one.indicators))
    if len(least.indicators) < FEWEST:
        number = len(least.indicators)
        only = Words("one indicator" if number == 1 else f"{number} indicators", f"只有 {number} 个指标")
        yield Finding(problems.FEW, rules.span, {"only": only, "whom": _whom(rules, least, found)})
    if len(most.indicators) > MOST:
        number = len(most.indicators)
        yield Finding(problems.MANY, rules.span, {"number": number, "whom": _whom(rules, most, found)})


def weight_of_one(rules: Ruleset) -> Iterator[Finding]:
    """An indicator that weighs more than all others together."""
    told: set[str] = set()
    found = kinds(rules) or ()
    for kind in found:
        whole = _weight(kind.indicators)
        for one in kind.indicators if len(kind.indicators) > 1 else ():
            if one.weight > whole * HALF and one.id not in told:
                told.add(one.id)
                args = {
                    "indicator": one.id,
                    "weight": decimal_text(one.weight),
                    "all": decimal_text(whole),
                    "whom": _whom(rules, kind, found),
                }
                claim = _falls(rules, kind, [one])
                yield Finding(problems.HEAVY, one.span, args, claim)


def weight_of_opinion(rules: Ruleset) -> Iterator[Finding]:
    """More than half of the weight from opinion; else more than a quarter from that of one side."""
    grounds = {one.id: ground_of(rules, one) for one in rules.indicators}
    found = kinds(rules) or ()
    for problem, limit in ((problems.OPINION, HALF), (problems.ONE_SIDED, QUARTER)):
        for kind in found:
            judged = [one for one in kind.indicators if grounds[one.id].judged]
            whole = _weight(kind.indicators)
            if _weight(judged) <= whole * limit:
                continue
            if problem is problems.ONE_SIDED and any(_of_several(rules, one) for one in judged):
                continue
            args = {
                "share": decimal_text(_weight(judged)),
                "all": decimal_text(whole),
                "whom": _whom(rules, kind, found),
            }
            yield Finding(problem, judged[0].span, args, _falls(rules, kind, judged))
            return


def results_and_process(rules: Ruleset) -> Iterator[Finding]:
    """All indicators look at results, or none does."""
    grounds = [ground_of(rules, one) for one in rules.indicators if one.weight > 0]
    if len(grounds) < 2:
        return
    if all(one.result for one in grounds):
        yield Finding(problems.ONLY_RESULTS, rules.span)
    if all(one.process for one in grounds):
        yield Finding(problems.ONLY_PROCESS, rules.span)


def for_nobody(rules: Ruleset) -> Iterator[Finding]:
    """An indicator that nobody who is appraised can have."""
    found = kinds(rules)
    if found is None:
        return
    had = {one.id for kind in found for one in kind.indicators}
    for one in rules.indicators:
        if one.applies is not None and one.weight > 0 and one.id not in had:
            yield Finding(problems.NOBODY, one.span, {"indicator": one.id})


def length_of_period(rules: Ruleset) -> Iterator[Finding]:
    """A period that single records outlast, or one over which nobody looks at them."""
    period = _PERIODS[rules.period]
    longest = Fraction(_LONGEST[rules.period] * DAY)
    waits = [one for aggregate in rules.aggregates for one in _waits(aggregate) if one.value >= longest]
    if waits:
        one = max(waits, key=lambda wait: wait.value)
        limit = Words(*(shown(one.value, Unit.DURATION, language) for language in ("en", "zh")))
        yield Finding(problems.TOO_SHORT, one.expr.span, {"period": period, "limit": limit})
    records = [one for one in rules.aggregates if _comes_daily(rules, one.data)]
    if rules.period in _LONG and records and not rules.grains:
        first = min(records, key=lambda one: one.span)
        yield Finding(problems.TOO_LONG, first.span, {"period": period})


def are_settled(rules: Ruleset) -> bool:
    """Whether all weights are known, though some parameters may have no value yet."""
    return all(_weight(one.indicators) == 100 for one in kinds(rules) or () if one.indicators)


# Parts


def _weight(indicators: Iterable[Indicator]) -> Fraction:
    return sum((one.weight for one in indicators), Fraction(0))


def _whom(rules: Ruleset, kind: Kind, among: Sequence[Kind]) -> Words:
    """Whom it is about; nothing where it is everyone, or every kind has the same indicators."""
    return Words() if len({one.indicators for one in among}) == 1 else kind.words(rules)


def _of_several(rules: Ruleset, indicator: Indicator) -> bool:
    """Whether an opinion is that of raters of two groups or more."""
    named = {one.name for one in e.walk(indicator.measure) if isinstance(one, e.MeasureOf)}
    return any(len(rules.raters[name].groups) > 1 for name in named & rules.raters.keys())


def _falls(rules: Ruleset, kind: Kind, bad: Sequence[Indicator]) -> Claim | None:
    """Full marks but for these indicators, which give as little as they can: the total falls by what they weigh."""
    if rules.unset:
        return None
    study = Study(rules)
    good: Facts | None = best(study, [one for one in kind.indicators if one not in bad], kind.attributes)
    none = good
    for one in bad:
        good = None if good is None else at_the_end(study, one, good, most=True)
        none = None if none is None else at_the_end(study, one, none, most=False)
    if good is None or none is None:
        return None
    least = 100 * _weight(bad) / _weight(kind.indicators) - rules.total_rounding.step
    claim = Claim(
        good,
        ("total",),
        lambda full, left: full.total == 100 and left.total is not None and left.total <= 100 - least,
        none,
    )
    return study.first(iter((claim,)))


@dataclass(frozen=True, slots=True)
class _Wait:
    """A time that single records are judged by, where it stands."""

    expr: e.Expr
    value: Fraction


def _waits(aggregate: e.Aggregate) -> Iterator[_Wait]:
    for part in e.walk(aggregate):
        match part:
            case e.Followed(_, e.Constant(Fraction() as value) as within):
                yield _Wait(within, value)
            case e.Compare(
                "<" | "<=" | ">" | ">=", _, e.Constant(Fraction() as value, Unit.DURATION) as limit
            ) | e.Compare(
                "<" | "<=" | ">" | ">=", e.Constant(Fraction() as value, Unit.DURATION) as limit, _
            ):
                yield _Wait(limit, value)


def _comes_daily(rules: Ruleset, data: str) -> bool:
    """Whether a data set has records of the work itself."""
    return not rules.data[data].history and data not in rules.confidential


STRUCTURE: tuple[Rule, ...] = (
    number_of_indicators,
    weight_of_one,
    weight_of_opinion,
    results_and_process,
    for_nobody,
    length_of_period,
)
