"""Values across people: sums and shares of groups, places within them. Resolved here, and checked as a whole.

What must be the same for everybody of a team (where teams are compared, or money is divided) is made sure of
once all formulas are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Protocol

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems, rules
from kpirules.model.histories import of_days
from kpirules.model.scope import KIND_WORDS, Scope
from kpirules.numbers import decimal_text
from kpirules.units import Unit

#: What only records have.
_RECORDS_ONLY = {
    "first": Words("the first value", "首个"),
    "last": Words("the last value", "末个"),
}


class Resolving(Protocol):
    """What resolves the expressions inside (see `resolve.Resolver`)."""

    @property
    def scope(self) -> Scope: ...

    @property
    def data(self) -> str | None: ...

    def expr(self, node: tree.Expr) -> e.Expr | None: ...

    def numeric(self, node: tree.Expr) -> e.Expr | None: ...

    def condition(self, node: tree.Expr) -> e.Expr | None: ...


def over_unit(kind: e.Over, item: Unit) -> Unit:
    """The unit of what is made of values of a unit."""
    match kind:
        case e.Over.COUNT | e.Over.DISTINCT:
            return Unit.COUNT
        case e.Over.SHARE | e.Over.DAY_SHARE:
            return Unit.RATIO
        case e.Over.DAYS:
            return Unit.DURATION
        case e.Over.MEAN | e.Over.MEDIAN | e.Over.DAILY_MEAN:
            return Unit.NUMBER if item is Unit.COUNT else item
        case _:
            return item


def group(resolver: Resolving, node: tree.Over) -> e.Group | None:
    """`sum of x over department`, `headcount over team where ...` and their kin."""
    by = attributes(resolver, node.over)
    where = None if node.where is None else resolver.condition(node.where)
    if by is None or (node.where is not None and where is None):
        return None
    across = " and ".join(by) or "everyone"
    if node.item is None and node.kind == "count":
        mend = Words(f"write `headcount over {across}` for its people", f"要人数请写 `人数 于 {across}`")
        misplaced(resolver.scope, node.over.span, KIND_WORDS["attribute"], mend)
        return None
    if node.kind in _RECORDS_ONLY:
        mend = Words(
            "people have no order: write `least of` or `greatest of`", "人员没有先后：请用最小值或最大值"
        )
        resolver.scope.report(problems.ONLY_RECORDS, node.span, what=_RECORDS_ONLY[node.kind], mend=mend)
        return None
    if of_days(resolver.scope, node) or not sound_percent(resolver.scope, node):
        return None
    kind = e.Over.COUNT if node.kind == "headcount" else e.Over(node.kind)
    item: e.Expr | None = None
    if node.item is not None:
        item = resolver.expr(node.item) if kind is e.Over.DISTINCT else resolver.numeric(node.item)
        if item is None:
            return None
    unit = over_unit(kind, Unit.COUNT if item is None else item.unit)
    if where is not None:
        item = _only_where(e.Constant(Fraction(1), Unit.COUNT, node.span) if item is None else item, where)
    return e.Group(kind, item, by, unit, node.span, node.percent, node.over.between)


def place(resolver: Resolving, node: tree.Place) -> e.Rank | None:
    """`rank of x within team` and `percentile of x within team`."""
    if resolver.data is not None:
        mend = Words("a record has no place among people", "记录在人员中没有名次")
        misplaced(resolver.scope, node.span, Words("a place among people", "人员中的名次"), mend)
        return None
    by = attributes(resolver, node.among)
    item = resolver.numeric(node.item)
    where = None if node.where is None else resolver.condition(node.where)
    if by is None or item is None or (node.where is not None and where is None):
        return None
    kind = e.Place(node.kind)
    unit = {e.Place.AVERAGE: Unit.NUMBER, e.Place.PERCENTILE: Unit.RATIO}.get(kind, Unit.COUNT)
    if where is not None:
        item = _only_where(item, where)
    return e.Rank(kind, item, by, node.lowest, node.among.between, unit, node.span)


def division(resolver: Resolving, node: tree.Division) -> e.Division | None:
    """`divide pool over department by total ...`: the only thing that hands out remainders."""
    scope = resolver.scope
    pool = resolver.numeric(node.pool)
    by = attributes(resolver, node.among)
    share = None if node.share is None else resolver.numeric(node.share)
    if node.remainder is None:
        scope.report(problems.NO_REMAINDER, node.span)
    if node.among.between:
        mend = Words("a pool is divided `over` a group", "请用“于”说明在哪个群体内分配")
        misplaced(scope, node.among.span, Words("`between`", "“组间”"), mend)
    if pool is None or by is None or node.remainder is None or node.among.between:
        return None
    if (node.share is not None and share is None) or (node.step is not None and node.step.value <= 0):
        return None
    step = Fraction(1, 100) if node.step is None else node.step.value
    return e.Division(pool, share, by, step, e.Remainder(node.remainder), pool.unit, node.span)


def _only_where(item: e.Expr, where: e.Expr) -> e.Expr:
    """The item of those who count, missing for everybody else."""
    return e.Choice(item, where, e.Constant(None, item.unit, item.span), item.unit, item.span)


def attributes(resolver: Resolving, node: tree.Across) -> tuple[str, ...] | None:
    """The attributes that people are grouped by; what is none is reported."""
    scope = resolver.scope
    sound = True
    for name in node.names:
        kind = scope.kinds.get(name.text)
        if kind == "attribute":
            scope.used.add(name.text)
            sound = sound and name.text not in scope.broken
        else:
            sound = False
            if name.text not in scope.broken:
                _no_group(scope, name, kind, alone=len(node.names) == 1)
    return tuple(name.text for name in node.names) if sound else None


def _no_group(scope: Scope, over: tree.Name, kind: str | None, *, alone: bool) -> None:
    known = [one for one, what in scope.kinds.items() if what in ("data", "attribute")]
    if kind is None:
        scope.unknown(over, known, problems.NOT_DATA)
        return
    mend = Words("summaries go over a data set, an attribute or `everyone`", "汇总的对象是数据、属性或“全体”")
    if kind == "input":
        mend = Words(
            f"declare it with `attribute` instead of `input` if it describes the person: `attribute {over.text} : ...`",
            f"若它描述人员，请用“属性”而不是“输入”声明：`属性 {over.text} : …`",
        )
    elif kind == "data":
        mend = Words("people are grouped by attributes or `everyone`", "人员按属性分组，或写“全体”")
        if not alone:
            mend = Words("summaries go over one data set alone", "汇总一次只能对一个数据集")
    misplaced(scope, over.span, KIND_WORDS[kind], mend)


def misplaced(scope: Scope, span: Span, what: Words, mend: Words) -> None:
    scope.report(problems.MISPLACED, span, what=what, mend=mend)


def sound_percent(scope: Scope, node: tree.Over) -> bool:
    """Whether a percentile is one; reported otherwise."""
    if node.percent is None or node.percent <= 100:
        return True
    scope.report(
        problems.OUT_OF_RANGE,
        node.span,
        what=Words("a percentile", "百分位"),
        wanted=Words("between 0 and 100", "在 0 到 100 之间"),
        given=decimal_text(node.percent),
        mend=Words("write for example `percentile 90 of ...`", "例如 `百分位 90 之 …`"),
    )
    return False


# The whole


def check_people(scope: Scope, ruleset: rules.Ruleset) -> None:
    """Report values that should be the same for everybody of a group and are not."""
    alike = _Alike({one.id: one.value for one in ruleset.outcomes}, ruleset.measures)
    for expr in _formulas(ruleset):
        for part in e.walk(expr):
            if isinstance(part, e.Group | e.Rank) and part.between and part.item is not None:
                own = next(alike.own(part.item, frozenset(part.by)), None)
                if own is not None:
                    teams = Words(" and ".join(part.by), " 和 ".join(part.by))
                    scope.report(problems.NOT_ALIKE, part.span, what=_called(own), teams=teams)
            if isinstance(part, e.Division):
                own = next(alike.own(part.pool, frozenset(part.by)), None)
                if own is not None:
                    over = Words(" and ".join(part.by) or "everyone", " 和 ".join(part.by) or "全体")
                    group = (
                        Words(f"one {over.en}", f"同一 {over.zh} ")
                        if part.by
                        else Words("the company", "全体")
                    )
                    scope.report(problems.NO_POOL, part.pool.span, what=_called(own), over=over, group=group)


def _formulas(ruleset: rules.Ruleset) -> Iterator[e.Expr]:
    for measure in ruleset.measures.values():
        yield measure.value
    for one in ruleset.indicators:
        yield from (part for part in (one.applies, one.measure) if part is not None)
        if one.target is not None:
            yield one.target.value
    for outcome in ruleset.outcomes:
        yield outcome.value


class _Alike:
    """Which parts of a value may differ between people who share some attributes."""

    def __init__(self, outcomes: Mapping[str, e.Expr], measures: Mapping[str, rules.Measure]) -> None:
        self._outcomes = outcomes
        self._measures = measures

    def own(self, expr: e.Expr, shared: frozenset[str], depth: int = 0) -> Iterator[e.Expr]:
        """The leaves that are a person's own. A circle of definitions, reported elsewhere, is cut short."""
        if depth > 200:
            return
        match expr:
            case e.Constant():
                return
            case e.Group(by=by) | e.Rank(by=by, between=True):
                if not set(by) <= shared:
                    yield expr
            case e.Fact(name):
                if name not in shared:
                    yield expr
            case e.MeasureOf(name) if name in self._measures:
                yield from self.own(self._measures[name].value, shared, depth + 1)
            case e.OutcomeOf(name) if name in self._outcomes:
                yield from self.own(self._outcomes[name], shared, depth + 1)
            case _:
                parts = list(e.children(expr))
                if not parts:
                    yield expr
                for part in parts:
                    yield from self.own(part, shared, depth + 1)


def _called(part: e.Expr) -> Words:
    match part:
        case e.Fact(name) | e.MeasureOf(name) | e.OutcomeOf(name):
            return Words(f'"{name}"', f"“{name}”")
        case e.PublishedTotal():
            return Words("the total", "总分")
        case e.PointsOf(indicator):
            return Words(f'the points of "{indicator}"', f"“{indicator}”的得分")
        case e.Group(by=by) | e.Rank(by=by):
            return Words(
                f"a value over {' and '.join(by) or 'everyone'}", f"按{'和'.join(by) or '全体'}汇总的值"
            )
        case _:
            return Words("the value", "该值")
