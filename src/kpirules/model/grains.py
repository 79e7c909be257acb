"""Finer time inside a period: what is measured by day, week or month, and its summary over a longer period.

Says which shorter periods a summary goes over, and reports what is used at the wrong length of period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import problems
from kpirules.model.functions import BY_CHINESE, FUNCTIONS
from kpirules.model.scope import Named, Scope
from kpirules.periods import TABLES, PeriodKind, is_shorter

WORDS = {
    "day": Words("day", "日"),
    "week": Words("week", "周"),
    "month": Words("month", "月"),
    "quarter": Words("quarter", "季度"),
    "half": Words("half-year", "半年"),
    "year": Words("year", "年"),
}
#: How a declaration says it, and a summary names them.
BY = {
    "day": Words("by day", "每日"),
    "week": Words("by week", "每周"),
    "month": Words("by month", "每月"),
    "quarter": Words("by quarter", "每季度"),
    "half": Words("by half", "每半年"),
}
PLURAL = {
    "day": Words("days", "各日"),
    "week": Words("weeks", "各周"),
    "month": Words("months", "各月"),
    "quarter": Words("quarters", "各季度"),
    "half": Words("halves", "各半年"),
}
#: Summaries over shorter periods.
KINDS = frozenset({"count", "share", "sum", "mean", "min", "max", "median", "first", "last"})


def in_length(grains: Iterable[str]) -> tuple[str, ...]:
    """Kinds of periods, the shortest first."""
    return tuple(kind.value for kind in reversed(PeriodKind) if kind.value in set(grains))


def shorter(grain: str | None, than: str | None, period: str) -> bool:
    """Whether one length is shorter than another; None is the policy's own period."""
    return is_shorter(PeriodKind(grain or period), PeriodKind(than or period))


def declared(scope: Scope, grain: str | None, span: Span) -> str | None:
    """The length of a declaration `by week`; reported where it is not shorter than the policy's period."""
    if grain is None or not scope.period:
        return grain
    if not shorter(grain, None, scope.period):
        scope.report(problems.NOT_SHORTER, span, grain=WORDS[grain], period=WORDS[scope.period], by=BY[grain])
        return None
    scope.grains.add(grain)
    return grain


def free_table(scope: Scope, grain: str | None) -> None:
    """Report a data set that has the name of the table of these inputs."""
    table = "" if grain is None else TABLES[PeriodKind(grain)]
    if scope.kinds.get(table) == "data":
        scope.report(problems.RESERVED, scope.first[table].span, name=table)


def fits(scope: Scope, node: tree.Name, named: Named, grain: str | None) -> bool:
    """Whether a name may be used at this length of period; what may not is reported.

    Inputs and attributes of a longer period hold in every shorter one inside it; nothing else does.
    """
    if named.kind == "parameter" or named.grain == grain or not scope.period:
        return True
    name, own = node.text, named.grain or scope.period
    if shorter(named.grain, grain, scope.period):
        scope.report(
            problems.FINER,
            node.span,
            name=name,
            grain=WORDS[own],
            period=WORDS[grain or scope.period],
            plural=PLURAL[own],
        )
        return False
    if named.kind in ("input", "attribute"):
        return True
    longer(scope, node.span, Words(f'"{name}"', f"“{name}”"), own, grain or scope.period)
    return False


def longer(scope: Scope, span: Span, what: Words, own: str, grain: str) -> None:
    """Report what belongs to a longer period than the one at hand; without any period that is the mistake to tell."""
    if own and grain:
        scope.report(problems.COARSER, span, what=what, grain=WORDS[own], period=WORDS[grain])


def inside(scope: Scope, node: tree.Within, grain: str | None) -> str | None:
    """The length of the periods that a summary goes over, inside periods of the length `grain`; None if reported."""
    around = grain or scope.period
    if node.kind not in KINDS:
        what = Words("a number of distinct values", "去重计数")
        mend = Words(
            "days, weeks and months are summarised with `mean of`, `sum of`, `least of`, `greatest of`,"
            " `median of`, `first of`, `last of`, `share of weeks where`, `count of weeks where`",
            "对日、周、月可用“平均”“合计”“最小值”“最大值”“中位数”“首个”“末个”“占比 各周 其中”“计数 各周 其中”",
        )
        scope.report(problems.MISPLACED, node.span, what=what, mend=mend)
        return None
    if node.grain is not None:
        if scope.period and not is_shorter(PeriodKind(node.grain), PeriodKind(around)):
            scope.report(
                problems.NOT_SHORTER,
                node.span,
                grain=WORDS[node.grain],
                period=WORDS[around],
                by=PLURAL[node.grain],
            )
            return None
        scope.grains.add(node.grain)
        return node.grain
    parts = [part for part in (node.item, node.where) if part is not None]
    names = [name for part in parts for name in _names(part)]
    found = {
        named.grain
        for name in names
        if (named := scope.names.get(name.text)) is not None
        and named.grain is not None
        and scope.period
        and shorter(named.grain, grain, scope.period)
    }
    if not found:
        _nothing_inside(scope, node, names)
        return None
    return min(found, key=lambda one: list(PeriodKind).index(PeriodKind(one)))


def _nothing_inside(scope: Scope, node: tree.Within, names: list[tree.Name]) -> None:
    """Report a summary that says neither its records nor its people, and has nothing of shorter periods in it."""
    if any(name.text in scope.broken or name.text in scope.skipped for name in names):
        return
    known = set(FUNCTIONS) | set(BY_CHINESE) | scope.kinds.keys() | scope.names.keys()
    known |= {name for fields in scope.fields.values() for name in fields}
    strange = next((name for name in names if name.text not in known), None)
    if strange is not None:
        scope.unknown(strange, scope.names)
        return
    data = next((d for d, fields in scope.fields.items() if any(n.text in fields for n in names)), None)
    mend = Words(
        "say of what: `... over DATA` for records, `... over department` for people, or name a measure `by week`",
        "请说明对象：记录写“… 于 数据”，人员写“… 于 部门”，或使用“每周”的度量",
    )
    if data is not None:
        mend = Words(f"add `over {data}`", f"请加上 `于 {data}`")
    scope.report(problems.OF_NOTHING, node.span, mend=mend)


def _names(node: object) -> Iterator[tree.Name]:
    if isinstance(node, tree.Name):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from _names(one)
    elif isinstance(node, tree.Node):
        for field in node.__match_args__:
            yield from _names(getattr(node, field))
