"""What is worked out from what: an order without circles, and how deep one value rests on others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from kpirules.diagnostics import Span, Words
from kpirules.model import expressions as e
from kpirules.model import problems, time_problems
from kpirules.model.rules import Ruleset
from kpirules.model.scope import Scope

#: How many steps one value may rest on, one inside another. Interpreters of the model recurse as deep.
DEEPEST = 250
_TOTAL, _GRADE, _APPLIES = "total", "grade", "applies to"


def in_order(edges: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Every name alone, after those it leads to; but a circle as its names, with the first one again at its end.

    Works without recursion, since chains of definitions may be long.
    """
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        path = [start]
        ways = [iter(sorted(edges[start]))]
        while path:
            for other in ways[-1]:
                if other in done:
                    continue
                if other in path:
                    circle = (*path[path.index(other) :], other)
                    done.update(circle)
                    yield circle
                elif other in edges:
                    path.append(other)
                    ways.append(iter(sorted(edges[other])))
                    break
            else:
                ways.pop()
                name = path.pop()
                if name not in done:
                    done.add(name)
                    yield (name,)


def check_order(scope: Scope, ruleset: Ruleset) -> None:
    """Report results that are worked out from themselves, and those that rest on too many others."""
    parts = dict(formulas(ruleset))
    spans = dict(_spans(ruleset))
    edges, now = edges_of(ruleset, parts), edges_of(ruleset, parts, now=True)
    depths: dict[str, int] = {}
    for found in in_order(edges):
        if len(found) > 1:
            circle = _from_a_formula(found)
            endless = not all(other in now[name] for name, other in pairwise(circle))
            names = Words(" -> ".join(circle), " -> ".join(_chinese(one) for one in circle))
            name = Words(circle[0], _chinese(circle[0]))
            problem = time_problems.ENDLESS if endless else problems.CYCLE
            scope.report(problem, spans[circle[0]], name=name, names=names)
            depths.update(dict.fromkeys(found, 0))
            continue
        name_ = found[0]
        below = max((depths.get(one, 0) for one in edges[name_]), default=0)
        # what has no formula of its own (the total, the grade) only passes on what it rests on
        own = max((_depth(one) + 2 for one in parts[name_]), default=1)
        depths[name_] = below + own
        if depths[name_] > DEEPEST:
            what = Words(name_, _chinese(name_))
            scope.report(problems.DEEP, spans[name_], name=what, most=DEEPEST)
            depths[name_] = 0  # what rests on it is told nothing more


def check_applies(scope: Scope, ruleset: Ruleset) -> None:
    """Report a condition on who is appraised that reads other rows: those are the appraised ones."""
    if ruleset.applies is None:
        return
    waiting, seen = [ruleset.applies], set[str]()
    while waiting:
        for part in e.walk(waiting.pop()):
            match part:
                case e.MeasureOf(name) if name in ruleset.measures and name not in seen:
                    seen.add(name)
                    waiting.append(ruleset.measures[name].value)
                case e.Group() | e.Rank() | e.Division() | e.Within() | e.Earlier() | e.Recent():
                    scope.report(time_problems.APPRAISED, ruleset.applies.span)
                    return


def _from_a_formula(circle: tuple[str, ...]) -> tuple[str, ...]:
    """The circle told from a place where a formula stands: the total has none."""
    names = circle[:-1]
    at = next((i for i, name in enumerate(names) if name not in (_TOTAL, _GRADE)), 0)
    return (*names[at:], *names[:at], names[at])


def _points(indicator: str) -> str:
    return f"points of {indicator}"


def _chinese(name: str) -> str:
    if name.startswith("points of "):
        return "指标得分 " + name.removeprefix("points of ")
    return {_TOTAL: "总分", _GRADE: "等级", _APPLIES: "适用"}.get(name, name)


def formulas(rules: Ruleset) -> Iterator[tuple[str, list[e.Expr]]]:
    """The formulas behind each name."""
    for name, measure in rules.measures.items():
        yield name, [measure.value]
    for one in rules.indicators:
        parts = [one.measure, one.applies, one.target.value if one.target else None]
        yield _points(one.id), [part for part in parts if part is not None]
    for outcome in rules.outcomes:
        yield outcome.id, [outcome.value]
    if rules.applies is not None:
        yield _APPLIES, [rules.applies]
    for line in rules.adjustments.lines:
        yield line.id, [line.value]
    yield _TOTAL, []
    yield _GRADE, []


def _spans(rules: Ruleset) -> Iterator[tuple[str, Span]]:
    yield from ((name, measure.span) for name, measure in rules.measures.items())
    yield from ((_points(one.id), one.span) for one in rules.indicators)
    yield from ((outcome.id, outcome.span) for outcome in rules.outcomes)
    yield from ((line.id, line.span) for line in rules.adjustments.lines)
    yield _TOTAL, rules.span
    yield _GRADE, rules.span
    if rules.applies is not None:
        yield _APPLIES, rules.applies.span


def edges_of(
    rules: Ruleset, parts: Mapping[str, Sequence[e.Expr]], *, now: bool = False
) -> dict[str, set[str]]:
    """What each name is worked out from. now: without what earlier periods give."""
    edges = {name: set().union(*(leads(one, now=now) for one in found)) for name, found in parts.items()}
    points = {_points(one.id) for one in rules.indicators}
    edges[_TOTAL] |= points | ({_APPLIES} & edges.keys())
    edges[_GRADE].add(_TOTAL)
    for one in rules.adjustments.lines:  # made where the indicators give a total
        edges[one.id] |= points
        edges[_TOTAL if one.place is None else _GRADE].add(one.id)
    return edges


def leads(expr: e.Expr, *, now: bool = False) -> set[str]:
    """What a value is worked out from, as far as circles are concerned. now: without what earlier periods give."""
    found: set[str] = set()
    for part in _walk_now(expr) if now else e.walk(expr):
        match part:
            case e.MeasureOf(name) | e.OutcomeOf(name):
                found.add(name)
            case e.PointsOf(indicator):
                found.add(_points(indicator))
            case e.PublishedTotal():
                found.add(_TOTAL)
            case e.PublishedGrade():
                found.add(_GRADE)
    return found


def _walk_now(expr: e.Expr) -> Iterator[e.Expr]:
    """The parts that are of the period at hand."""
    yield expr
    if not isinstance(expr, e.Earlier):
        for part in e.children(expr):
            yield from _walk_now(part)


def _depth(expr: e.Expr) -> int:
    return 1 + max((_depth(part) for part in e.children(expr)), default=0)
