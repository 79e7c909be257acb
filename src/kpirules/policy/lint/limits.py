"""Limits of all bonuses, of all penalties and of the total that nothing can come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpirules.diagnostics import Words
from kpirules.model.rules import Adjustment, Ruleset
from kpirules.numbers import decimal_text
from kpirules.policy.lint import problems
from kpirules.policy.lint.extremes import best
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.intervals import ZERO, only
from kpirules.policy.lint.study import Study
from kpirules.policy.lint.totals import Totals
from kpirules.policy.lint.witness import Claim, Facts, Results, Value

WHOLE = Fraction(100)
_NAMES = {
    "bonus": Words("all bonuses", "全部加分"),
    "penalty": Words("all penalties", "全部减分"),
    "total": Words("the total", "总分"),
}


def limits_of_all(rules: Ruleset) -> Iterator[Finding]:
    """Each limit of all lines together above the most that they come to (K310, as for the limit of one line)."""
    limits, spans = rules.adjustments, dict(rules.adjustments.spans)
    if not spans:
        return
    totals = Totals(Study(rules))
    for kind, limit in (("bonus", limits.bonus), ("penalty", limits.penalty), ("total", limits.total)):
        lines = [one for one in limits.lines if one.kind == ("bonus" if kind == "total" else kind)]
        reach = _reach(totals, lines)
        if limit is None or reach is None:
            continue
        if kind == "total":
            reach = WHOLE + (reach if limits.bonus is None else min(reach, limits.bonus))
        if reach < limit:
            text = decimal_text(limit)
            args = {
                "name": _NAMES[kind],
                "limit": Words(f"at most {text}", f"最多 {text}"),
                "least": decimal_text(reach),
            }
            claim = _at_most(totals, lines, reach, of_total=kind == "total")
            yield Finding(problems.IDLE_LIMIT, spans[kind], args, claim)


def _reach(totals: Totals, lines: Sequence[Adjustment]) -> Fraction | None:
    """The most that the lines come to together; None where one has no end."""
    highs = [totals.high(one) for one in lines]
    known = [one for one in highs if one is not None]
    return sum(known, ZERO) if len(known) == len(highs) else None


def _at_most(totals: Totals, lines: Sequence[Adjustment], reach: Fraction, *, of_total: bool) -> Claim | None:
    """Somebody with all that the lines can give, and full marks."""
    study = totals.study
    facts: Facts | None = study.start
    for line in lines:
        high = totals.high(line)
        if facts is not None and high is not None:
            facts = next(study.reach.find(line.value, only(high), facts), None)
    if facts is None:
        return None
    names = tuple(one.id for one in lines)

    def holds(person: Results, _: Results) -> bool:
        given = [person.outcomes[name] for name in names]
        return person.total == reach if of_total else sum(map(_number, given), ZERO) == reach

    everyone = [one for one in study.rules.indicators if one.applies is None]
    told = (*names, "total")
    return study.first(Claim(one, told, holds) for one in (best(study, everyone, facts), facts))


def _number(value: Value) -> Fraction:
    return value if isinstance(value, Fraction) else ZERO
