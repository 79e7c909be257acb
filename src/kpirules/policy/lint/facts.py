"""Rules about single facts: what an empty cell is worth, and how much one of them can give, whatever the others are."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.ranges import of_type
from kpirules.model.rules import Absent, Indicator, Ruleset
from kpirules.model.wording import valued
from kpirules.numbers import decimal_text
from kpirules.policy.lint import structure_problems as problems
from kpirules.policy.lint.extremes import at_the_end, best, short_of_full
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.intervals import ZERO, only
from kpirules.policy.lint.study import Line, Study, points_of
from kpirules.policy.lint.witness import Claim

HALF = Fraction(1, 2)
#: Points that a bonus without a limit is shown to reach: as many as all indicators.
_AS_MUCH = Fraction(100)


def perfect_absence(rules: Ruleset) -> Iterator[Finding]:
    """An input whose empty cells stand for the value that gives an indicator full marks, where others do not."""
    study = Study(rules)
    for indicator in rules.indicators:
        for name in sorted(study.reach.leaves(indicator.measure)):
            declared = rules.inputs.get(name)
            if declared is None or declared.attribute or not isinstance(declared.missing, Fraction):
                continue
            claim = _only_then_full(study, indicator, name, declared.missing)
            if claim is not None:
                value = valued(declared.missing, declared.type.unit, rules.currency)
                args = {"input": name, "value": value, "indicator": indicator.id}
                yield Finding(problems.ABSENCE_PERFECT, declared.span, args, claim)


def _only_then_full(study: Study, indicator: Indicator, name: str, absent: Fraction) -> Claim | None:
    """The absent value gives full marks and another value of the same input gives fewer, all else being equal."""
    return study.first(
        Claim(
            {**bad, name: absent},
            (indicator.id,),
            lambda before, after: (
                before.exact[indicator.id] == indicator.weight
                and (after.exact[indicator.id] or 0) < indicator.weight
            ),
            bad,
        )
        for bad in short_of_full(study, indicator)
        if bad.get(name) not in (None, absent)
    )


def silence_in_full(rules: Ruleset) -> Iterator[Finding]:
    """An indicator whose missing facts give full marks, where facts that are there may give fewer."""
    study = Study(rules)
    for line in study.lines:
        indicator, missing = line.indicator, line.indicator.missing
        instead = indicator.weight if missing.rule is Absent.FULL else missing.value
        if missing.rule not in (Absent.FULL, Absent.VALUE) or instead != indicator.weight or not instead:
            continue
        if points_of(line)[1] < indicator.weight:
            continue  # that not even the best value gives as many is another finding
        claim = _better_unsaid(study, line)
        if claim is not None:
            args = {"indicator": indicator.id, "weight": decimal_text(indicator.weight)}
            yield Finding(problems.MISSING_IN_FULL, indicator.span, args, claim)


def _better_unsaid(study: Study, line: Line) -> Claim | None:
    """Facts with fewer points than without them."""
    indicator, base = line.indicator, line.base or {}
    return study.first(
        Claim(
            bad,
            (indicator.id, "total"),
            lambda said, unsaid: (
                (said.exact[indicator.id] or 0) < indicator.weight == unsaid.exact[indicator.id]
            ),
            {name: value if name in base else None for name, value in bad.items()},
        )
        for bad in short_of_full(study, indicator)
    )


def given_to_everyone(rules: Ruleset) -> Iterator[Finding]:
    """An indicator that gives more than half of its weight to the worst, and more to the best."""
    study = Study(rules)
    for line in study.lines:
        indicator = line.indicator
        least, most = points_of(line)
        if line.profile is None or not indicator.weight * HALF < least < most:
            continue
        claim = _worst(study, line, least)
        if claim is not None:
            args = {
                "indicator": indicator.id,
                "least": decimal_text(least, 2) if least.denominator > 100 else decimal_text(least),
                "weight": decimal_text(indicator.weight),
            }
            yield Finding(problems.GIVEN, indicator.rule_span, args, claim)


def _worst(study: Study, line: Line, least: Fraction) -> Claim | None:
    """Somebody with the least points that there are."""
    indicator = line.indicator
    worst = at_the_end(study, indicator, line.base or {}, most=False)
    if worst is None:
        return None
    claim = Claim(worst, (indicator.id,), lambda before, _: before.exact[indicator.id] == least)
    return study.first(iter((claim,)))


def unlimited_bonus(rules: Ruleset) -> Iterator[Finding]:
    """A bonus for each of something that nothing limits."""
    limits = rules.adjustments
    if limits.bonus is not None or limits.total is not None:
        return
    for line in limits.lines:
        if line.kind == "bonus" and line.most is None and _grows(rules, line.given):
            claim = _makes_up(Study(rules), line.id, line.given)
            yield Finding(problems.UNLIMITED, line.span, {"name": line.id}, claim)


def _grows(rules: Ruleset, expr: e.Expr) -> bool:
    """Whether points are given for each of something without a highest value."""
    match expr:
        case e.Arithmetic("*", e.Constant(), other) | e.Arithmetic("*" | "/", other, e.Constant()):
            return _grows(rules, other)
        case e.Call("round_down", (inner, e.Constant())):
            return _grows(rules, inner)
        case e.Choice(then, _, e.Constant()):
            return _grows(rules, then)
        case e.Fact(name) if name in rules.inputs:
            return of_type(rules.inputs[name].type).high is None
        case e.Aggregate(_, kind):
            return kind in (e.Over.COUNT, e.Over.SUM, e.Over.DISTINCT)
        case e.MeasureOf(name) if name in rules.measures:
            return _grows(rules, rules.measures[name].value)
        case _:
            return False


def _makes_up(study: Study, name: str, given: e.Expr) -> Claim | None:
    """Nothing of the bonus, and so much of it that the total is twice what all indicators can give."""
    if study.start is None:
        return None
    counted = study.reach.leaves(given)
    others = [one for one in study.rules.indicators if not counted & study.reach.leaves(one.measure)]
    full = best(study, others, study.start)
    return study.first(
        Claim(
            before,
            (name, "total"),
            lambda good, better: (
                good.total is not None and better.total is not None and better.total >= good.total + _AS_MUCH
            ),
            after,
        )
        for before in study.reach.find(given, only(ZERO), full)
        for after in study.reach.find(given, only(_AS_MUCH), full)
    )
