"""Hypothesis strategies: checked rulesets and matrices full of ties. Holds no test."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from kpirules.matrix import Column, StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model import forms as f
from kpirules.model import rules as r
from kpirules.numbers import Mode, Rounding
from kpirules.units import Unit
from tests.scales import MARGINAL, SLOPED
from tests.scoring import making as m

F = Fraction
NUMBERS = ("a", "b", "c", "d")
CONSTANTS = st.sampled_from(
    [
        F(x)
        for x in ("0", "1", "2", "3", "0.5", "0.9", "0.95", "0.98", "0.1", "0.05", "12.5", "100", "1/3", "-1")
    ]
)
POSITIVE = st.sampled_from([F(x) for x in ("1", "2", "5", "0.5", "0.01", "0.05", "0.25", "1/3", "3", "10")])
BY = st.sampled_from([(), ("post",), ("leave",), ("d",), ("post", "leave"), ("leave", "d")])
ACROSS = (
    *(e.Over.COUNT, e.Over.SUM, e.Over.MEAN, e.Over.MIN, e.Over.MAX, e.Over.MEDIAN),
    *(e.Over.SHARE, e.Over.DISTINCT, e.Over.PERCENTILE),
)
PERCENTS = st.sampled_from([F(x) for x in ("0", "70", "33.3", "50", "100", "99.99")])
WEIGHTS = st.sampled_from([F(x) for x in ("10", "20", "15", "8", "5", "4", "2.5", "0", "100", "33.3", "1/3")])
ROUNDINGS = st.one_of(
    st.just(Rounding()),
    st.builds(
        Rounding,
        st.sampled_from([F(1, 100), F(1, 10), F(1), F(1, 1000), F(5), F(1, 4)]),
        st.sampled_from(Mode),
    ),
)


#: Tables of intervals that every number may be looked up in.
SCALED = (m.scale("rates", MARGINAL), m.scale("steps", SLOPED))


def _cells(kind: str) -> st.SearchStrategy[float]:
    match kind:
        case "whole":
            return st.integers(-3, 60).map(float)
        case "percents":
            return st.integers(0, 110).map(lambda k: k / 100)
        case "decimals":
            return st.integers(-100, 11_000).map(lambda k: k / 10_000)
        case "quotients":
            return st.builds(lambda k, n: k / n, st.integers(0, 60), st.integers(1, 64))
        case "money":
            return st.integers(-1000, 5_000_000).map(lambda k: k / 100)
        case _:
            return st.one_of(
                st.floats(allow_nan=False, allow_infinity=False),
                st.sampled_from(
                    [-0.0, 0.0, 5e-324, 1e300, -1e300, 1e22, 9007199254740993.0, 0.1 + 0.2, 1 / 3]
                ),
            )


KINDS = ("whole", "percents", "decimals", "quotients", "money", "nasty")


@st.composite
def _number_column(draw: st.DrawFn, name: str, rows: int) -> Column:
    kind = draw(st.sampled_from(KINDS))
    cells = st.one_of(_cells(kind), _cells(kind), _cells(kind), st.none())
    values = draw(st.lists(cells, min_size=rows, max_size=rows))
    divisor = None
    if draw(st.integers(0, 3)) == 0:
        below = st.one_of(st.integers(0, 64).map(float), st.none())
        divisor = draw(st.lists(below, min_size=rows, max_size=rows))
    column = m.column(name, values, divisor)
    if draw(st.integers(0, 9)) == 0 and values[0] is not None:
        long = F(draw(st.integers(0, 10**18)), 10**18)
        column.values[0] = float(long)
        column = Column(name, Unit.NUMBER, column.values, divisor=column.divisor, exact={0: long})
    return column


@st.composite
def matrices(draw: st.DrawFn) -> StaffPeriodMatrix:
    """A few rows: number columns a to d, a text `post`, a truth `leave`, two periods."""
    rows = draw(st.integers(1, 12))
    columns = [draw(_number_column(name, rows)) for name in NUMBERS]
    posts = st.sampled_from(["manager", "clerk", "other", None])
    leaves = st.sampled_from([True, False, None])
    columns.append(m.texts("post", draw(st.lists(posts, min_size=rows, max_size=rows))))
    columns.append(m.truths("leave", draw(st.lists(leaves, min_size=rows, max_size=rows))))
    periods = draw(st.lists(st.integers(0, 1), min_size=rows, max_size=rows))
    return m.matrix(*columns, periods=periods)


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may read: groups and published results only where they cannot make a cycle."""

    groups: bool = False
    results: tuple[str, ...] = ()
    total: bool = False
    points: tuple[str, ...] = ()


@st.composite
def numbers(draw: st.DrawFn, scope: Scope, depth: int = 2) -> e.Expr:
    """A number of a row."""
    leaves: list[st.SearchStrategy[e.Expr]] = [
        st.sampled_from(NUMBERS).map(m.fact),
        CONSTANTS.map(m.number),
    ]
    if scope.total:
        leaves.append(st.just(e.PublishedTotal(Unit.POINTS, m.HERE)))
    if scope.points:
        leaves.append(st.sampled_from(scope.points).map(lambda name: e.PointsOf(name, Unit.POINTS, m.HERE)))
    if scope.results:
        leaves.append(st.sampled_from(scope.results).map(lambda name: e.OutcomeOf(name, Unit.MONEY, m.HERE)))
    if depth == 0:
        return draw(st.one_of(leaves))
    inner = numbers(scope, depth - 1)
    kinds = ["leaf", "leaf", "quotient", "arithmetic", "arithmetic", "negate", "choice", "call", "lookup"]
    if scope.groups:
        kinds += ["group", "group", "between"]
    match draw(st.sampled_from(kinds)):
        case "quotient":
            return m.arithmetic(
                m.fact(draw(st.sampled_from(NUMBERS))), "/", m.fact(draw(st.sampled_from(NUMBERS)))
            )
        case "arithmetic":
            return m.arithmetic(draw(inner), draw(st.sampled_from("+-*/")), draw(inner))
        case "negate":
            return e.Negate(draw(inner), Unit.NUMBER, m.HERE)
        case "choice":
            return e.Choice(draw(inner), draw(conditions(scope, depth - 1)), draw(inner), Unit.NUMBER, m.HERE)
        case "call":
            names = [
                "min",
                "max",
                "abs",
                "fallback",
                "round",
                "round_down",
                "round_up",
                "least_known",
                "greatest_known",
            ]
            name = draw(st.sampled_from(names))
            if name == "abs":
                return m.call(name, draw(inner))
            if name.startswith("round"):
                step = POSITIVE.map(m.number) if draw(st.integers(0, 5)) else inner
                return m.call(name, draw(inner), draw(step))
            return m.call(name, draw(inner), draw(inner))
        case "lookup":
            return e.Lookup(
                draw(st.sampled_from(["levels", "rates", "steps"])), draw(inner), Unit.NUMBER, m.HERE
            )
        case "group":
            by = draw(BY)
            if draw(st.booleans()):
                return m.rank(
                    draw(inner),
                    *by,
                    kind=draw(st.sampled_from(e.Place)),
                    lowest=draw(st.booleans()),
                )
            kind = draw(st.sampled_from(ACROSS))
            item = None if kind is e.Over.COUNT and draw(st.booleans()) else draw(inner)
            if item is not None and draw(st.booleans()):
                nothing = e.Constant(None, Unit.NUMBER, m.HERE)
                item = e.Choice(item, draw(conditions(scope, depth - 1)), nothing, Unit.NUMBER, m.HERE)
            percent = draw(PERCENTS) if kind is e.Over.PERCENTILE else None
            return m.group(kind, item, *by, percent=percent)
        case "between":
            by = draw(BY.filter(bool))
            shared = m.group(draw(st.sampled_from(ACROSS[:6])), draw(inner), *by)
            if draw(st.booleans()):
                return m.rank(shared, *by, kind=draw(st.sampled_from(e.Place)), between=True)
            return m.group(draw(st.sampled_from(ACROSS[:6])), shared, *by, between=True)
        case _:
            return draw(st.one_of(leaves))


@st.composite
def conditions(draw: st.DrawFn, scope: Scope, depth: int = 1) -> e.Expr:
    """A condition on a row."""
    inner = numbers(scope, max(depth - 1, 0))
    kinds = ["compare", "compare", "text", "member", "logic", "not", "truth", "presence"]
    match draw(st.sampled_from([*kinds, "grade"] if scope.total else kinds)):
        case "compare":
            return m.compare(
                draw(inner), draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="])), draw(inner)
            )
        case "text":
            post = m.text(draw(st.sampled_from(["manager", "clerk", "nobody"])))
            return m.compare(m.fact("post", Unit.TEXT), draw(st.sampled_from(["=", "!="])), post)
        case "member":
            return e.Member(m.fact("post", Unit.TEXT), ("manager", "other"), m.HERE)
        case "logic" if depth > 0:
            both = conditions(scope, depth - 1)
            return e.Logic(draw(st.sampled_from(["and", "or"])), draw(both), draw(both), m.HERE)
        case "not" if depth > 0:
            return e.Not(draw(conditions(scope, depth - 1)), m.HERE)
        case "grade":
            place = m.number(draw(st.integers(0, 2)))
            rank = e.PublishedGrade(Unit.NUMBER, m.HERE)
            return m.compare(rank, draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="])), place)
        case "presence":
            return e.Presence(draw(inner), draw(st.booleans()), m.HERE)
        case _:
            return m.fact("leave", Unit.BOOLEAN)


@st.composite
def bands(draw: st.DrawFn, weight: Fraction) -> f.Bands:
    """Bands without gap or overlap, open or closed, sometimes open-ended; points at the bounds may jump."""
    edges = sorted(draw(st.sets(st.sampled_from([F(x, 20) for x in range(-4, 44)]), min_size=2, max_size=11)))
    levels = st.sampled_from([weight * F(x, 10) for x in range(11)] + [F(1), F(5, 2), F(1, 8)])
    closed = draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges)))
    made = [
        f.Band(low, not closed[i], high, closed[i + 1], draw(levels), draw(levels))
        for i, (low, high) in enumerate(pairwise(edges))
    ]
    if draw(st.booleans()):
        flat = draw(levels)
        made.insert(0, f.Band(None, False, edges[0], closed[0], flat, flat))
    if draw(st.booleans()):
        flat = draw(levels)
        made.append(f.Band(edges[-1], not closed[-1], None, False, flat, flat))
    return f.Bands(tuple(made), draw(levels))


@st.composite
def indicators(draw: st.DrawFn, name: str, scope: Scope) -> r.Indicator:
    weight = draw(WEIGHTS)
    goal = draw(st.one_of(st.none(), CONSTANTS.map(m.number), st.sampled_from(NUMBERS).map(m.fact)))
    operator = draw(st.sampled_from(["<=", "<", ">=", ">"]))
    measure = draw(numbers(scope))
    form: f.Form
    match draw(
        st.sampled_from(
            ["deduct", "deduct", "bands", "bands", "levels", "posts", "pro", "all", "linear", "formula"]
        )
    ):
        case "deduct":
            side = None if goal is None else draw(st.sampled_from([None, "above", "below"]))
            cap = draw(st.one_of(st.none(), st.sampled_from([F(1), F(5), F(5, 2)])))
            form = f.Deduct(
                draw(POSITIVE),
                draw(POSITIVE),
                side,
                draw(st.booleans()),
                cap,
                draw(st.sampled_from([F(0), F(0), F(1)])),
            )
        case "bands":
            form = draw(bands(weight))
        case "levels":
            entries = tuple((F(level), F(draw(st.integers(0, 8)))) for level in range(4))
            best = max(points for _, points in entries)
            other = draw(st.one_of(st.none(), st.just(F(1))))
            form = f.Levels(entries, other, scaled=best > 0 and draw(st.booleans()))
        case "posts":
            measure = m.fact("post", Unit.TEXT)
            form = f.Levels(
                (("manager", F(5, 2)), ("clerk", F(1))), draw(st.one_of(st.none(), st.just(F(0))))
            )
            goal = None
        case "pro":
            form = f.ProRata(draw(st.sampled_from([F(1), F(6, 5)])))
            goal = goal if isinstance(goal, e.Fact) else m.number(draw(POSITIVE))
        case "all":
            form = f.AllOrNothing()
            operator = draw(st.sampled_from(["<=", "<", ">=", ">", "="]))
            goal = goal or m.number(draw(CONSTANTS))
        case "linear":
            start, end = draw(st.lists(CONSTANTS, min_size=2, max_size=2, unique=True))
            form = f.Linear(
                start, draw(st.sampled_from([F(0), weight])), end, draw(st.sampled_from([F(1), weight]))
            )
        case _:
            form = f.Formula()
    missing = draw(
        st.sampled_from(
            [
                m.REDISTRIBUTE,
                m.REDISTRIBUTE,
                r.Missing(r.Absent.ZERO),
                r.Missing(r.Absent.FULL),
                r.Missing(r.Absent.VALUE, F(5, 8)),
                r.Missing(r.Absent.ERROR),
            ]
        )
    )
    applies = draw(st.one_of(st.none(), st.none(), conditions(scope)))
    rule = None if goal is None else r.TargetRule(operator, goal)
    return m.indicator(name, weight, measure, form, rule, missing=missing, applies=applies)


@st.composite
def adjustments(draw: st.DrawFn, scope: Scope, grades: int) -> r.Adjustments:
    """Bonuses, penalties and vetoes with and without limits; their facts are missing for some rows."""
    limits = st.one_of(st.none(), st.sampled_from([F(0), F(3), F(5, 2), F(10), F(1, 3)]))
    lines: list[r.Adjustment] = []
    for k in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["bonus", "penalty", "total", "grade"]))
        if kind in ("bonus", "penalty"):
            value = draw(numbers(scope, 1))
            if draw(st.booleans()):
                value = e.Choice(value, draw(conditions(scope)), m.number(0), Unit.POINTS, m.HERE)
            lines.append(m.adjustment(f"x{k}", kind, value, most=draw(limits)))
            continue
        most = draw(st.sampled_from([F(59), F(0), F(79, 2), F(200, 3)])) if kind == "total" else None
        place = draw(st.integers(0, grades - 1)) if kind == "grade" else None
        lines.append(m.adjustment(f"x{k}", "veto", draw(conditions(scope)), most=most, place=place))
    total = draw(st.one_of(st.none(), st.sampled_from([F(110), F(100), F(95), F(200, 3)])))
    return r.Adjustments(tuple(lines), draw(limits), draw(limits), total)


TEXTS = st.sampled_from(["manager", "clerk", "fine", "poor"])


@st.composite
def texts(draw: st.DrawFn, scope: Scope) -> e.Expr:
    """A text of a row: an attribute, or a choice."""
    post = m.fact("post", Unit.TEXT)
    then = draw(st.one_of(TEXTS.map(m.text), st.just(post)))
    other = draw(st.one_of(TEXTS.map(m.text), st.just(post)))
    chosen = e.Choice(then, draw(conditions(scope)), other, Unit.TEXT, m.HERE)
    return chosen if draw(st.booleans()) else e.Call("fallback", (chosen, m.text("none")), Unit.TEXT, m.HERE)


@st.composite
def rulesets(draw: st.DrawFn, *, groups: bool = True) -> r.Ruleset:
    """A policy of a few indicators, with amounts and eligibilities that read each other, the total and groups."""
    count = draw(st.integers(1, 4))
    names = tuple(f"i{k}" for k in range(count))
    adjusting = Scope(groups=groups and draw(st.integers(0, 3)) == 0, points=names)
    adjusted = draw(adjustments(adjusting, 3)) if draw(st.booleans()) else r.Adjustments()
    measured = Scope(groups=groups and draw(st.integers(0, 3)) == 0)
    scored = [draw(indicators(name, measured)) for name in names]
    outcomes: list[r.Outcome] = []
    for k in range(draw(st.integers(0, 3))):
        known = tuple(one.id for one in outcomes if one.rounding is not None)
        known += tuple(one.id for one in adjusted.lines if one.kind != "veto")
        scope = Scope(groups, known, True, names)
        if draw(st.integers(0, 3)) == 0:
            outcomes.append(m.label(f"o{k}", draw(texts(scope))))
        elif draw(st.booleans()):
            outcomes.append(m.amount(f"o{k}", draw(numbers(scope)), draw(ROUNDINGS)))
        else:
            outcomes.append(m.amount(f"o{k}", draw(conditions(scope)), None))
    declared = [
        m.declared("post", Unit.TEXT, draw(st.sampled_from([None, None, "clerk", "absent"]))),
        m.declared("leave", Unit.BOOLEAN, draw(st.sampled_from([None, True]))),
        m.declared("d", Unit.NUMBER, draw(st.sampled_from([None, F(1), F(1, 10)]))),
    ]
    levels = m.table(
        "levels", {F(0): F(1), F(1): F(5, 2), F(1, 2): F(1, 3)}, draw(st.one_of(st.none(), st.just(F(7))))
    )
    return m.ruleset(
        scored,
        outcomes,
        adjusted,
        applies=draw(st.one_of(st.none(), st.none(), conditions(Scope()))),
        inputs=declared,
        tables=[levels, *SCALED],
        points=draw(ROUNDINGS),
        total=draw(ROUNDINGS),
    )


def same(left: object, right: object) -> bool:
    """Whether two arrays are equal."""
    return bool(np.array_equal(np.asarray(left), np.asarray(right)))
