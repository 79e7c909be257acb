"""Whether something that happens once is counted twice: in two indicators, or in an indicator and a penalty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from kpirules.diagnostics import Span
from kpirules.model import expressions as e
from kpirules.model.checklist import Lost
from kpirules.model.coverage import Key, key_of
from kpirules.model.forms import Formula
from kpirules.model.rules import Ruleset
from kpirules.model.wording import named
from kpirules.policy.lint import structure_problems as problems
from kpirules.policy.lint.extremes import at_the_end, short_of_full
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.kinds import kinds
from kpirules.policy.lint.study import Study
from kpirules.policy.lint.witness import Claim


@dataclass(frozen=True, slots=True)
class _Counted:
    """Something that one indicator or penalty counts. key: what it is, whatever it is called."""

    name: str
    what: e.Expr
    key: Key
    span: Span
    penalty: bool


def counted_twice(rules: Ruleset) -> Iterator[Finding]:
    """Whatever counts what an indicator before it counts already, where somebody has both."""
    counted = [*_by_indicators(rules), *_by_penalties(rules)]
    together = _together(rules)
    told: set[str] = set()
    for place, other in enumerate(counted):
        before = (
            one
            for one in counted[:place]
            if one.key == other.key
            and not one.penalty
            and (other.penalty or frozenset((one.name, other.name)) in together)
        )
        one = next(before, None)
        if one is not None and other.name not in told:
            told.add(other.name)
            args = {"one": one.name, "other": other.name, "measure": named(one.what), "line": one.span.line}
            yield Finding(problems.COUNTED_TWICE, other.span, args, _both_change(rules, one, other))


def _by_indicators(rules: Ruleset) -> Iterator[_Counted]:
    for one in rules.indicators:
        if one.weight == 0 or isinstance(one.form, Formula):
            continue  # what a formula makes of its facts is not known
        measures = [line.value for line in one.form.lines] if isinstance(one.form, Lost) else [one.measure]
        for measure in measures:
            yield _counted(rules, one.id, measure, one.span, penalty=False)


def _by_penalties(rules: Ruleset) -> Iterator[_Counted]:
    for line in rules.adjustments.lines:
        if line.kind == "penalty":
            yield _counted(rules, line.id, line.given, line.span, penalty=True)


def _counted(rules: Ruleset, name: str, measure: e.Expr, span: Span, *, penalty: bool) -> _Counted:
    what = _bare(measure)
    return _Counted(name, what, key_of(_written_out(rules, what)), span, penalty)


def _bare(expr: e.Expr) -> e.Expr:
    """What is counted, without the points for each and the limits."""
    match expr:
        case e.Arithmetic("*" | "/", left, e.Constant()) if not isinstance(left, e.Constant):
            return _bare(left)
        case e.Arithmetic("*", e.Constant(), right):
            return _bare(right)
        case e.Call("min" | "max" | "round_down", (inner, e.Constant())):
            return _bare(inner)
        case e.Choice(e.Constant(), condition, e.Constant()):
            return condition
        case _:
            return expr


def _written_out(rules: Ruleset, expr: e.Expr) -> e.Expr:
    """The expression with its measures' definitions in their places."""
    if isinstance(expr, e.MeasureOf):
        measure = rules.measures.get(expr.name)
        plain = measure is not None and expr.name not in rules.raters and expr.name not in rules.decisions
        return _written_out(rules, measure.value) if measure is not None and plain else expr
    if isinstance(expr, e.Aggregate):
        return replace(expr, name="")  # its column's name says nothing
    changed: dict[str, e.Expr] = {}
    for one in fields(expr):
        part = getattr(expr, one.name)
        if isinstance(part, e.Expr):
            changed[one.name] = _written_out(rules, part)
    return replace(expr, **changed) if changed else expr  # type: ignore[arg-type]


def _together(rules: Ruleset) -> set[frozenset[str]]:
    """The pairs of indicators that some person has."""
    found = kinds(rules) or ()
    return {
        frozenset((one.id, other.id))
        for had in {kind.indicators for kind in found}
        for one in had
        for other in had
        if one is not other
    }


def _both_change(rules: Ruleset, one: _Counted, other: _Counted) -> Claim | None:
    """Two sets of facts that differ in what both count, and in the points of both."""
    study = Study(rules)
    indicator = next(two for two in rules.indicators if two.id == one.name)
    start = study.start or {}
    good = at_the_end(study, indicator, start, most=True)
    names = (one.name, other.name)
    worst = at_the_end(study, indicator, start, most=False)
    return study.first(
        Claim(
            good,
            names,
            lambda before, after: all(
                before.of(name) is not None
                and after.of(name) is not None
                and before.of(name) != after.of(name)
                for name in names
            ),
            bad,
        )
        for bad in (*short_of_full(study, indicator), worst)
        if good is not None and bad is not None and bad.keys() == good.keys()
    )
