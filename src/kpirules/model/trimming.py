"""`mean of X over DATA trimmed 10%`: how much of a mean's values may be left out at each end."""

from __future__ import annotations

from dataclasses import replace

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.scope import Scope
from kpirules.numbers import decimal_text

_MEND = Words(
    "write for example `mean of stars over ratings trimmed 10%` or `... trimmed 1`",
    "例如 `平均 stars 于 ratings 去掉两端 10%` 或 `… 去掉两端 1`",
)
_WHAT = Words("what is left out at each end", "两端各去掉的部分")


def trimmed(scope: Scope, node: tree.Trimmed, mean: e.Expr) -> e.Aggregate | None:
    """The mean, trimmed: it takes the mean's place among the aggregates."""
    if not isinstance(mean, e.Aggregate) or mean.kind is not e.Over.MEAN:
        scope.report(problems.ONLY_MEANS, node.span, mend=_MEND)
        return None
    wanted = Words("a percentage from 0% to below 50%", "在 0% 到 50%（不含）之间")
    sound = node.amount < 50
    if not node.percent:
        wanted, sound = Words("a whole number of values", "是整数个值"), node.amount.denominator == 1
    if not sound:
        given = decimal_text(node.amount) + ("%" if node.percent else "")
        scope.report(problems.OUT_OF_RANGE, node.span, what=_WHAT, wanted=wanted, given=given, mend=_MEND)
        return None
    trim = e.Trim(share=node.amount / 100) if node.percent else e.Trim(count=int(node.amount))
    found = replace(mean, kind=e.Over.TRIMMED, trim=trim, span=node.span)
    scope.aggregates[scope.aggregates.index(mean)] = found
    return found
