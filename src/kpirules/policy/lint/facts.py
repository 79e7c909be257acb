"""Rules about single facts: what an empty cell is worth, and how much one of them can add."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpirules.model import expressions as e
from kpirules.model.ranges import of_type
from kpirules.model.rules import Absent, Indicator, Ruleset
from kpirules.model.wording import valued
from kpirules.numbers import decimal_text
from kpirules.policy.lint import structure_problems as problems
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.stating import best, stated, together, ways_to_score
from kpirules.policy.lint.witness import Claim, confirm


def perfect_absence(rules: Ruleset) -> Iterator[Finding]:
    """An input whose empty cells stand for the value that gives an indicator full marks, where others do not."""
    for indicator in rules.indicators:
        for name in sorted(_facts(rules, indicator.measure, set())):
            declared = rules.inputs.get(name)
            if declared is None or declared.attribute or not isinstance(declared.missing, Fraction):
                continue
            claim = _only_then_full(rules, indicator, name, declared.missing)
            if claim is not None:
                value = valued(declared.missing, declared.type.unit, rules.currency)
                args = {"input": name, "value": value, "indicator": indicator.id}
                yield Finding(problems.ABSENCE_PERFECT, declared.span, args, claim)


def _facts(rules: Ruleset, expr: e.Expr, seen: set[str]) -> set[str]:
    """The facts that an expression reads, through measures."""
    found: set[str] = set()
    for part in e.walk(expr):
        if isinstance(part, e.Fact):
            found.add(part.name)
        elif isinstance(part, e.MeasureOf) and part.name in rules.measures and part.name not in seen:
            seen.add(part.name)
            found |= _facts(rules, rules.measures[part.name].value, seen)
    return found


def _only_then_full(rules: Ruleset, indicator: Indicator, name: str, absent: Fraction) -> Claim | None:
    """The absent value gives full marks and another value of the same input gives fewer, all else being equal."""
    for bad in ways_to_score(rules, indicator):
        if bad.points == indicator.weight or name not in bad.facts or bad.facts[name] == absent:
            continue
        claim = Claim(
            {**bad.facts, name: absent},
            (indicator.id,),
            lambda before, after: (
                before.exact[indicator.id] == indicator.weight
                and (after.exact[indicator.id] or 0) < indicator.weight
            ),
            bad.facts,
        )
        if confirm(rules, claim) is not None:
            return claim
    return None


def silence_in_full(rules: Ruleset) -> Iterator[Finding]:
    """An indicator whose missing facts give full marks, where facts that are there may give fewer."""
    for indicator in rules.indicators:
        missing = indicator.missing
        instead = indicator.weight if missing.rule is Absent.FULL else missing.value
        if missing.rule not in (Absent.FULL, Absent.VALUE) or instead != indicator.weight or not instead:
            continue
        claim = _better_unsaid(rules, indicator)
        if claim is not None:
            args = {"indicator": indicator.id, "weight": decimal_text(indicator.weight)}
            yield Finding(problems.MISSING_IN_FULL, indicator.span, args, claim)


def _better_unsaid(rules: Ruleset, indicator: Indicator) -> Claim | None:
    """Facts with fewer points than without them, while the best of them give full marks as well."""
    ways = ways_to_score(rules, indicator)
    if all(one.points < indicator.weight for one in ways):
        return None  # that not even the best value has as many is another finding
    for bad in ways:
        if bad.points == indicator.weight:
            continue
        claim = Claim(
            bad.facts,
            (indicator.id, "total"),
            lambda said, unsaid: (
                (said.exact[indicator.id] or 0) < indicator.weight == unsaid.exact[indicator.id]
            ),
            dict.fromkeys(bad.facts),
        )
        if confirm(rules, claim) is not None:
            return claim
    return None


def unlimited_bonus(rules: Ruleset) -> Iterator[Finding]:
    """A bonus for each of something that nothing limits."""
    limits = rules.adjustments
    if limits.bonus is not None or limits.total is not None:
        return
    for line in limits.lines:
        if line.kind != "bonus" or line.most is not None or not _grows(rules, line.given):
            continue
        yield Finding(problems.UNLIMITED, line.span, {"name": line.id}, _makes_up(rules, line.id, line.given))


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


def _makes_up(rules: Ruleset, name: str, given: e.Expr) -> Claim | None:
    """Nothing of the bonus, and so much of it that the total is twice what all indicators can give."""
    counted = _facts(rules, given, set())
    full = best(
        rules,
        [
            one
            for one in rules.indicators
            if one.applies is None and not counted & _facts(rules, one.measure, set())
        ],
    )
    if full is None:
        return None
    for without in stated(rules, given, Fraction(0)):
        for with_much in stated(rules, given, Fraction(100)):
            before, after = together((full, without)), together((full, with_much))
            if before is None or after is None:
                continue
            claim = Claim(
                before,
                (name, "total"),
                lambda good, better: (
                    good.total is not None and better.total is not None and better.total >= good.total + 100
                ),
                after,
            )
            if confirm(rules, claim) is not None:
                return claim
    return None
