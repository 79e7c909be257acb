"""Quotas of grades: `excellent from 90, at most 20% of team, ties out, at least 1`."""

from __future__ import annotations

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import people, problems
from kpirules.model.declarations import number_of
from kpirules.model.resolve import Resolver
from kpirules.numbers import decimal_text
from kpirules.units import Unit

_SHARE = Words("a grade's quota", "等级的名额比例")
_LEAST = Words("the least number of places", "最少名额")


def quota(resolver: Resolver, node: tree.QuotaLine, lowest: bool) -> e.Quota | None:
    """The quota as said; None where it is wrong (and reported), or waits for a parameter."""
    scope = resolver.scope
    share = number_of(resolver.constant(node.share, Unit.RATIO, _SHARE))
    by = people.attributes(resolver, node.of)
    if node.ties is None:
        scope.report(problems.NO_TIES, node.span)
    if lowest:
        scope.report(problems.LOWEST_QUOTA, node.span)
    if share is not None and not 0 <= share <= 1:
        wanted = Words("from 0% to 100%", "在 0% 到 100% 之间")
        _range(
            resolver,
            node.share,
            _SHARE,
            wanted,
            decimal_text(share * 100) + "%",
            Words("at most 20% of team", "最多 20% 于 team"),
        )
        share = None
    least = 0 if node.least is None else node.least.value
    if node.least is not None and node.least.value.denominator != 1:
        wanted = Words("a whole number of people", "为整数")
        _range(
            resolver,
            node.least,
            _LEAST,
            wanted,
            decimal_text(node.least.value),
            Words("at least 1", "至少 1"),
        )
        return None
    if share is None or by is None or node.ties is None or lowest:
        return None
    return e.Quota(share, by, node.ties == "in", int(least))


def _range(
    resolver: Resolver, node: tree.Expr, what: Words, wanted: Words, given: str, example: Words
) -> None:
    mend = Words(f"write for example `{example.en}`", f"例如 `{example.zh}`")
    resolver.scope.report(problems.OUT_OF_RANGE, node.span, what=what, wanted=wanted, given=given, mend=mend)
