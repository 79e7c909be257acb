"""`previous X` and summaries over the last periods, checked; and how many periods back a policy reads.

A value may come from any earlier period of the same person. That what it is worked out from ends somewhere is for
`order` to say: a value that reads its own earlier self would need every period there ever was.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems, time_problems
from kpirules.model.order import edges_of, formulas, leads
from kpirules.model.rules import Ruleset
from kpirules.model.scope import A_NUMBER, UNIT_WORDS, Scope
from kpirules.numbers import decimal_text
from kpirules.units import NUMERIC, Unit

#: How many periods `previous` goes back at most, one inside another, and `last` at most.
FURTHEST = 12
LONGEST = 36
_KINDS = {"mean": e.Over.MEAN, "sum": e.Over.SUM, "min": e.Over.MIN, "max": e.Over.MAX}
Resolve = Callable[[tree.Expr], e.Expr | None]


def earlier(scope: Scope, node: tree.Previous, resolve: Resolve) -> e.Earlier | None:
    """`previous X`, of a number or a condition; one inside another goes back further."""
    item = resolve(node.item)
    if item is None:
        return None
    back = 1
    match item:
        case e.Earlier(inner, further):
            item, back = inner, further + 1
    if back > FURTHEST:
        what = Words("how far `previous` goes back", "“上期”所指的周期")
        _number(scope, node.span, what, Fraction(back), FURTHEST)
        return None
    if item.unit not in NUMERIC and item.unit is not Unit.BOOLEAN:
        _wrong(scope, node.item.span, item.unit)
        return None
    return e.Earlier(item, back, item.unit, node.span)


def recent(scope: Scope, node: tree.Recent, resolve: Resolve) -> e.Recent | None:
    """`mean of last 4 X`, `best 2 of last 4 X`."""
    item = resolve(node.item)
    if node.kind not in _KINDS:
        scope.report(time_problems.NOT_OF_LAST, node.span)
        return None
    if item is None:
        return None
    if item.unit not in NUMERIC:
        _wrong(scope, node.item.span, item.unit)
        return None
    count = Words("the number of periods after `last`", "“近”之后的周期数")
    few = Words("the number of values that count", "计入的个数")
    wanted = [(count, node.count, LONGEST)]
    wanted += [(few, one, int(node.count)) for one in (node.best, node.least) if one is not None]
    sound = [_number(scope, node.span, what, value, most) for what, value, most in wanted]
    if not all(sound):
        return None
    kind = _KINDS[node.kind]
    best = None if node.best is None else int(node.best)
    unit = Unit.NUMBER if kind is e.Over.MEAN and item.unit is Unit.COUNT else item.unit
    return e.Recent(kind, best, int(node.count), int(node.least or 1), item, unit, node.span)


def _number(scope: Scope, span: Span, what: Words, value: Fraction, most: int) -> bool:
    if value.denominator == 1 and 1 <= value <= most:
        return True
    scope.report(
        problems.OUT_OF_RANGE,
        span,
        what=what,
        wanted=Words(f"a whole number from 1 to {most}", f"为 1 到 {most} 的整数"),
        given=decimal_text(value),
        mend=Words("write for example `mean of last 4 total`", "例如 `平均 近 4 期 总分`"),
    )
    return False


def _wrong(scope: Scope, span: Span, unit: Unit) -> None:
    scope.report(
        problems.WRONG_UNIT,
        span,
        what=Words("the value of an earlier period", "更早周期的值"),
        wanted=A_NUMBER,
        given=UNIT_WORDS[unit],
        mend=Words(
            'take a number, or ask for it: `previous (post = "A")`', "请取数值，或写条件：`上期 (岗位 = “A”)`"
        ),
    )


def values_of(node: e.Recent) -> tuple[e.Expr, ...]:
    """The value of the period, then those of the periods before it."""
    return (
        node.item,
        *(e.Earlier(node.item, back, node.item.unit, node.span) for back in range(1, node.count)),
    )


def lookback(rules: Ruleset) -> int:
    """How many periods before the one at hand anything that is scored reads. For rules without circles."""
    known = dict(formulas(rules))
    edges = edges_of(rules, known)
    reach: dict[str, int] = {}

    def named(name: str) -> int:
        if name not in reach:
            read = set[str]().union(*(leads(one) for one in known.get(name, ())))
            reach[name] = max(
                [0, *map(back, known.get(name, ())), *map(named, edges.get(name, set()) - read)]
            )
        return reach[name]

    def back(expr: e.Expr) -> int:
        match expr:
            case e.Earlier(item, periods):
                return periods + back(item)
            case e.Recent(_, _, count, _, item):
                return count - 1 + back(item)
        parts = [back(one) for one in e.children(expr)]
        return max(parts or map(named, leads(expr)), default=0)

    return max(map(named, known), default=0)
