"""What is amiss in totals, grades, adjustments and in what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.model import expressions as e
from kpirules.model.problems import NEVER_GIVEN
from kpirules.model.rules import Adjustment
from kpirules.numbers import decimal_text
from kpirules.policy.lint import problems
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.intervals import Interval
from kpirules.policy.lint.settled import Settled
from kpirules.policy.lint.totals import Totals
from kpirules.policy.lint.witness import Claim, Facts, Holds
from kpirules.units import NUMERIC

#: The words for lines of adjustments.
LINES = {
    "bonus": Words("bonus", "加分"),
    "penalty": Words("penalty", "减分"),
    "veto": Words("veto", "否决"),
}


def grades(totals: Totals) -> Iterator[Finding]:
    """Grades outside of the totals that there are (K398), and the one below a grade from zero (K305)."""
    rules = totals.rules
    best, worst = totals.best, totals.worst
    lowered = rules.limited is not None or any(one.place is not None for one in rules.adjustments.lines)
    for place, grade in enumerate(rules.grades):
        above = rules.grades[place - 1].low if place else None
        if above == 0:
            args = {"name": grade.id, "above": rules.grades[place - 1].id}
            yield Finding(NEVER_GIVEN, grade.span, args, _lowest(totals))
        elif best is not None and grade.low is not None and grade.low > best.total:
            low = decimal_text(grade.low)
            where = Words(f"it begins at {low}", f"其界限为 {low}")
            yield from _beyond(totals, grade.id, grade.span, where, 1)
        elif worst is not None and above is not None and above <= worst.total and not lowered:
            low = decimal_text(above)
            where = Words(f"it is for totals below {low}", f"其总分须低于 {low}")
            yield from _beyond(totals, grade.id, grade.span, where, -1)


def _lowest(totals: Totals) -> Claim | None:
    """The person with the least total, whose grade is not the last one."""
    facts, worst = totals.worst_person, totals.worst
    if facts is None or worst is None or not totals.rules.grades:
        return None
    last = totals.rules.grades[-1].id
    claim = Claim(facts, ("total", "grade"), lambda before, after: before.grade not in (None, last))
    return totals.study.first(iter((claim,)))


def _beyond(totals: Totals, name: str, span: Span, where: Words, side: int) -> Iterator[Finding]:
    end = totals.best if side > 0 else totals.worst
    facts = totals.best_person if side > 0 else totals.worst_person
    if end is None or facts is None:
        return
    total = end.total
    args = {
        "grade": name,
        "where": where,
        "end": Words("best", "最高") if side > 0 else Words("worst", "最低"),
        "total": decimal_text(total),
    }
    claim = Claim(
        facts, ("total", "grade"), lambda before, after: before.total == total and before.grade != name
    )
    yield Finding(problems.GRADE_BEYOND, span, args, claim)


# Conditions


def conditions(totals: Totals) -> Iterator[Finding]:
    """Conditions that always hold or never do (K399)."""
    settled = Settled(totals)
    for outcome in totals.rules.outcomes:
        if outcome.kind in ("eligible", "award", "penalty", "alert"):
            truth = settled.truth(outcome.value)
            if truth is not None:
                claim = totals.study.first(_seen(totals, outcome.value, outcome.id, truth))
                yield _settled(outcome.id, outcome.span, truth, claim)
        else:
            yield from _branches(settled, outcome.id, outcome.value)
    for line in totals.rules.adjustments.lines:
        condition = line.value if line.kind == "veto" else line.condition
        truth = None if condition is None else settled.truth(condition)
        if condition is not None and truth is not None:
            claim = (
                totals.study.first(_seen(totals, condition, line.id, truth)) if line.kind == "veto" else None
            )
            yield _settled(line.id, line.span, truth, claim)
    for name, measure in totals.rules.measures.items():
        if name not in totals.rules.decisions:
            yield from _branches(settled, name, measure.value)


def _settled(name: str, span: Span, truth: bool, claim: Claim | None) -> Finding:
    holds = Words("always holds", "成立") if truth else Words("never holds", "不成立")
    return Finding(problems.CONDITION_SETTLED, span, {"name": name, "holds": holds}, claim)


def _branches(settled: Settled, name: str, expr: e.Expr) -> Iterator[Finding]:
    """The conditions of `when ... otherwise` inside a formula."""
    for part in e.walk(expr):
        if isinstance(part, e.Choice):
            truth = settled.truth(part.condition)
            if truth is not None:
                yield _settled(name, part.condition.span, truth, None)


def _seen(totals: Totals, condition: e.Expr, name: str, truth: bool) -> Iterator[Claim]:
    """People at the ends of what the condition compares, for whom it comes out as it always does."""
    people: list[Facts | None] = [totals.best_person, totals.worst_person]
    if not any(isinstance(part, e.PublishedTotal) for part in e.walk(condition)):
        people = []
    for part in e.walk(condition):
        if isinstance(part, e.Compare) and part.left.unit in NUMERIC and totals.study.start is not None:
            people += list(_extremes(totals, part.left))
    told = (name,) if not people or people[0] is not totals.best_person else ("total", name)
    for facts in people:
        if facts is not None:
            yield Claim(facts, told, lambda before, after: before.outcomes[name] is truth)


def _extremes(totals: Totals, expr: e.Expr) -> Iterator[Facts]:
    """Facts with the greatest and the least value of a number."""
    interval = totals.study.reach.domains.of(expr).interval
    for bound in (interval.high, interval.low):
        if bound is not None and totals.study.start is not None:
            yield from totals.study.reach.find(expr, Interval(bound, bound), totals.study.start)


# Adjustments


def adjustments(totals: Totals) -> Iterator[Finding]:
    """Adjustments without an effect (K312), and limits that nothing comes to (K310)."""
    rules = totals.rules
    for line in rules.adjustments.lines:
        kind = {"kind": LINES[line.kind], "name": line.id}
        if line.kind != "veto":
            if totals.high(line) == 0:
                why = Words("it is always 0", "恒为 0")
                yield Finding(problems.NO_EFFECT, line.span, kind | {"why": why})
            elif line.most is not None:
                yield from _idle(totals, line, line.most)
        elif line.place == 0:
            best = rules.grades[0].id
            why = Words(f'"{best}" is the best grade there is', f"“{best}”本来就是最好的等级")
            yield Finding(problems.NO_EFFECT, line.span, kind | {"why": why}, _harmless(totals, line))
        elif line.most is not None and totals.best is not None and line.most >= totals.best.total:
            total = decimal_text(totals.best.total)
            if (
                totals.study.reach.domains.scope.highest is None
                or line.most < totals.study.reach.domains.scope.highest
            ):
                why = Words(f"the best total is {total}", f"最高的总分为 {total}")
                yield Finding(problems.NO_EFFECT, line.span, kind | {"why": why}, _harmless(totals, line))


def _idle(totals: Totals, line: Adjustment, most: Fraction) -> Iterator[Finding]:
    """The limit of one bonus or penalty, where it gives less than that by itself."""
    high = totals.study.reach.domains.of(line.given).interval.high
    if high is None or high >= most or high <= 0:
        return
    text = decimal_text(most)
    args = {"name": line.id, "limit": Words(f"at most {text}", f"最多 {text}"), "least": decimal_text(high)}
    people = totals.study.reach.find(line.value, Interval(high, high), totals.study.start or {})
    claim = next((Claim(one, (line.id,), _given(line, high)) for one in people), None)
    yield Finding(
        problems.IDLE_LIMIT,
        line.rule_span,
        args,
        None if claim is None else totals.study.first(iter((claim,))),
    )


def _given(line: Adjustment, high: Fraction) -> Holds:
    return lambda before, after: before.outcomes[line.id] == high


def _harmless(totals: Totals, line: Adjustment) -> Claim | None:
    """The best person for whom the veto holds all the same, with the best total or grade."""
    best = totals.best_person
    if best is None:
        return None
    open_facts = [one for one in best if one not in (totals.study.start or {})]
    for facts in totals.study.reach.hold(line.value, True, totals.study.start or {}):
        both = {**{name: best[name] for name in open_facts}, **facts}
        claim = Claim(
            both, ("total", "grade", line.id), lambda before, after: before.outcomes[line.id] is True
        )
        if totals.study.first(iter((claim,))) is not None:
            return claim
    return None
