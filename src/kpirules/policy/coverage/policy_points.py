"""All points of a policy, in the order in which it is written, or of one of its roll-ups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpirules.diagnostics import Span, Words
from kpirules.model import expressions as e
from kpirules.model.coverage import key_of
from kpirules.model.grains import PLURAL
from kpirules.model.rules import (
    Absent,
    Adjustment,
    Decision,
    Grade,
    Indicator,
    Measure,
    Raters,
    Ruleset,
    Table,
)
from kpirules.model.wording import named, valued
from kpirules.numbers import decimal_text
from kpirules.policy.coverage.intervals import ZERO, Interval, beside, compare, near, neighbours, together
from kpirules.policy.coverage.points import Mark, Point, Sort
from kpirules.policy.coverage.scoring_points import ScoringPoints, smallest_change
from kpirules.units import Unit

_ABSENT = {
    Absent.REDISTRIBUTE: Words("its weight is shared by the rest", "权重由其余指标分担"),
    Absent.ZERO: Words("it earns nothing", "得零分"),
    Absent.FULL: Words("it earns full marks", "得满分"),
    Absent.VALUE: Words("it earns fixed points", "得固定分"),
    Absent.ERROR: Words("it is an error in the data", "属数据错误"),
}


def policy_points(rules: Ruleset) -> tuple[Point, ...]:
    """Every point once, numbered among those at its place."""
    found: list[Point] = []
    known: set[object] = set()
    counted: Counter[object] = Counter()
    for one in _Points(rules).all():
        place = (one.owner, one.sort, one.span)
        one = replace(one, number=counted[place])
        counted[place] += 1
        said = (one.owner, key_of(one.condition), one.grain, one.mark)
        if said not in known:
            known.add(said)
            found.append(one)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Site:
    """A formula: whose it is, and for which people and periods it is worked out."""

    owner: str
    label: str
    expr: e.Expr
    guard: e.Expr | None = None
    grain: str | None = None


@dataclass(frozen=True, slots=True)
class _Points:
    rules: Ruleset

    def all(self) -> Iterator[Point]:
        yield from self._applying()
        yield from self._defaults()
        for measure in self.rules.measures.values():
            if measure.name in self.rules.decisions:
                yield from self._decision(self.rules.decisions[measure.name])
            elif measure.name in self.rules.raters:
                yield from self._raters(measure, self.rules.raters[measure.name])
            else:
                yield from self._branches(
                    _Site(measure.name, measure.label, measure.value, None, measure.grain)
                )
        for table in self.rules.tables.values():
            yield from self._table(table)
        for indicator in self.rules.indicators:
            yield from self._indicator(indicator)
        if self.rules.total is not None:
            yield from self._branches(_Site("total", "", self.rules.total))
        yield from self._adjustments()
        yield from self._grades()
        yield from self._outcomes()

    # Whom it is about

    def _applying(self) -> Iterator[Point]:
        applies = self.rules.applies
        if applies is None:
            return
        words = Words("not appraised: the policy does not apply", "不适用本制度，不考核")
        yield Point(
            self.rules.id,
            self.rules.label,
            Sort.APPRAISED,
            words,
            applies.span,
            _not_known(applies),
            anyone=True,
        )
        words = Words("appraised: the policy applies", "适用本制度，予以考核")
        yield Point(
            self.rules.id, self.rules.label, Sort.APPRAISED, words, applies.span, applies, anyone=True
        )

    def _defaults(self) -> Iterator[Point]:
        """Inputs for which nothing is given, where the policy says what that stands for."""
        for one in self.rules.inputs.values():
            if one.missing is None or one.grain is not None or one.history is not None:
                continue
            said = valued(one.missing, one.type.unit, self.rules.currency)
            words = Words(f"nothing is given for it: taken as {said.en}", f"未给定，按 {said.zh} 计")
            there = e.Presence(e.Fact(one.name, one.type.unit, one.span), True, one.span)
            yield Point(
                one.name,
                one.label,
                Sort.DEFAULT,
                words,
                one.span,
                there,
                mark=Mark.LEFT_OUT,
            )

    # Formulas

    def _branches(self, site: _Site) -> Iterator[Point]:
        """Both ways of every `when ... otherwise`, each where the one around it leads there."""
        yield from self._choices(site, site.expr, [] if site.guard is None else [site.guard])

    def _choices(self, site: _Site, expr: e.Expr, path: list[e.Expr]) -> Iterator[Point]:
        match expr:
            case e.Choice(then, condition, other) if not isinstance(condition, e.Constant):
                yield from self._choices(site, condition, path)
                said = _said(condition, self.rules.currency)
                ways = (
                    (then, condition, Words(f"when {said.en}", f"当 {said.zh}")),
                    (
                        other,
                        e.Not(condition, condition.span),
                        Words(f"otherwise (not {said.en})", f"否则（非 {said.zh}）"),
                    ),
                )
                for result, holds, words in ways:
                    taken = [*path, holds]
                    found = together(taken)
                    assert found is not None
                    yield Point(
                        site.owner,
                        site.label,
                        Sort.BRANCH,
                        words,
                        expr.span,
                        found,
                        grain=site.grain,
                    )
                    yield from self._choices(site, result, taken)
            case e.Within(_, grain, item, where):
                inner = replace(site, grain=grain, guard=None)
                for part in (where, item):
                    if part is not None:
                        yield from self._choices(inner, part, [])
            case e.Aggregate() | e.Earlier() | e.Recent():
                return  # of single records, or of rows that have their own turn
            case _:
                for part in e.children(expr):
                    yield from self._choices(site, part, path)

    def _raters(self, measure: Measure, raters: Raters) -> Iterator[Point]:
        """Each group of raters with a rating that counts, and without one."""
        for group in raters.groups:
            for present, words in (
                (True, Words(f"the raters {group.name} count", f"评价人“{group.name}”计入")),
                (
                    False,
                    Words(
                        f"the raters {group.name} do not count: none, or too few",
                        f"评价人“{group.name}”不计入：没有或人数不足",
                    ),
                ),
            ):
                counted = e.Presence(group.rating, present, group.span)
                yield Point(measure.name, measure.label, Sort.BRANCH, words, group.span, counted)

    def _decision(self, decision: Decision) -> Iterator[Point]:
        """Every rule where it decides, and `otherwise`."""
        ordered = decision.policy in ("first", "priority")
        before: list[e.Expr] = []
        for place, rule in enumerate(decision.rules):
            assert rule.condition is not None
            reached = together([*before, rule.condition] if ordered else [rule.condition])
            assert reached is not None
            said = _said(rule.condition, self.rules.currency)
            words = Words(f"rule {place + 1}: when {said.en}", f"第 {place + 1} 条：若 {said.zh}")
            yield Point(decision.name, decision.label, Sort.RULE, words, rule.span, reached)
            before.append(e.Not(rule.condition, rule.condition.span))
        if decision.otherwise is not None:
            none = together(before)
            assert none is not None
            words = Words("otherwise: no rule holds", "其余：没有规则成立")
            yield Point(decision.name, decision.label, Sort.RULE, words, decision.otherwise.span, none)
        for rule in (*decision.rules, *([decision.otherwise] if decision.otherwise else [])):
            yield from self._branches(_Site(decision.name, decision.label, rule.result))

    def _table(self, table: Table) -> Iterator[Point]:
        """Every entry of a table, wherever it is looked up."""
        keys: dict[object, e.Lookup] = {}
        for expr in self._formulas():
            for one in e.walk(expr):
                if isinstance(one, e.Lookup) and one.table == table.name:
                    keys.setdefault(key_of(one.key), one)
        sites = [one.key for one in keys.values()]
        if not sites or any(isinstance(one, e.Field) for key in sites for one in e.walk(key)):
            return
        for words, span, of, interval in _entries(table, self.rules.currency, sites[0].unit):
            conditions = [of(key) for key in sites]
            condition = conditions[0]
            for other in conditions[1:]:
                condition = e.Logic("or", condition, other, other.span)
            yield Point(
                table.name,
                table.label,
                Sort.ENTRY if interval is None or not interval.single else Sort.EDGE,
                words,
                span,
                condition,
                sites[0] if len(sites) == 1 else None,
                interval,
            )

    def _formulas(self) -> Iterator[e.Expr]:
        """The formulas of the policy's own periods."""
        rules = self.rules
        yield from (one.value for one in rules.measures.values() if one.grain is None)
        for indicator in rules.indicators:
            yield indicator.measure
            if indicator.target is not None:
                yield indicator.target.value
            if indicator.applies is not None:
                yield indicator.applies
        yield from (one.value for one in rules.adjustments.lines)
        yield from (one.value for one in rules.outcomes)
        if rules.total is not None:
            yield rules.total

    # Indicators

    def _indicator(self, one: Indicator) -> Iterator[Point]:
        yield from self._exists(one)
        for expr in (one.measure, None if one.target is None else one.target.value):
            if expr is not None:
                yield from self._branches(_Site(one.id, one.label, expr, one.applies))
        for point in ScoringPoints(one, self.rules.currency, self._step(one.measure)).points():
            yield point.where(one.applies)
        if one.missing.rule is not Absent.ERROR:
            yield from (point.where(one.applies) for point in self._missing(one))

    def _exists(self, one: Indicator) -> Iterator[Point]:
        if one.applies is None:
            return
        words = Words("the indicator applies", "指标适用")
        yield Point(one.id, one.label, Sort.APPLIES, words, one.applies.span, one.applies)
        words = Words("the indicator does not apply", "指标不适用")
        yield Point(one.id, one.label, Sort.APPLIES, words, one.applies.span, _not_known(one.applies))

    def _missing(self, one: Indicator) -> Iterator[Point]:
        then, at = _ABSENT[one.missing.rule], one.measure.span
        words = Words(f"its value is missing: {then.en}", f"数值缺失：{then.zh}")
        lacking = e.Presence(one.measure, False, at)
        yield Point(one.id, one.label, Sort.MISSING, words, one.span, lacking)
        if one.target is not None and not isinstance(one.target.value, e.Constant | e.InForce):
            words = Words(f"its target is missing: {then.en}", f"目标缺失：{then.zh}")
            lacking = e.Presence(one.target.value, False, at)
            there = e.Presence(one.measure, True, at)
            yield Point(one.id, one.label, Sort.MISSING, words, one.span, e.Logic("and", lacking, there, at))

    def _step(self, measure: e.Expr) -> Fraction | None:
        match measure:
            case e.Fact(name) if name in self.rules.inputs:
                return self.rules.inputs[name].type.step
            case _:
                return None

    # After the indicators

    def _adjustments(self) -> Iterator[Point]:
        lines = self.rules.adjustments.lines
        for one in lines:
            yield from self._veto(one) if one.kind == "veto" else self._adjustment(one)
        for kind, limit in (
            ("bonus", self.rules.adjustments.bonus),
            ("penalty", self.rules.adjustments.penalty),
        ):
            own = [one for one in lines if one.kind == kind]
            if limit is not None and own:
                yield self._all_together(own, kind, limit)
        limit = self.rules.adjustments.total
        if limit is not None and lines:
            total = e.PublishedTotal(Unit.POINTS, self.rules.span)
            given = [
                compare(">", e.OutcomeOf(one.id, Unit.POINTS, one.span), ZERO)
                for one in lines
                if one.kind == "bonus"
            ]
            some = given[0] if given else None
            condition = together([*([some] if some else []), compare("=", total, limit)])
            assert condition is not None
            said = decimal_text(limit)
            words = Words(f"the total is cut to its limit of {said}", f"总分按上限 {said} 截取")
            yield Point("total", "", Sort.LIMIT, words, lines[0].span, condition, mark=Mark.CUT)

    def _veto(self, one: Adjustment) -> Iterator[Point]:
        total = e.Presence(e.PublishedTotal(Unit.POINTS, one.span), True, one.span)
        made = e.Logic("and", one.value, total, one.span)
        yield Point(
            one.id, one.label, Sort.VETO, Words("the veto is made", "一票否决成立"), one.rule_span, made
        )
        not_made = e.Logic("and", _not_known(one.value), total, one.span)
        words = Words("the veto is not made", "一票否决不成立")
        yield Point(one.id, one.label, Sort.VETO, words, one.rule_span, not_made)
        yield from self._branches(_Site(one.id, one.label, one.value))

    def _adjustment(self, one: Adjustment) -> Iterator[Point]:
        there = e.Presence(e.PublishedTotal(Unit.POINTS, one.span), True, one.span)
        kind = Words("bonus", "加分") if one.kind == "bonus" else Words("penalty", "减分")
        given = e.Logic("and", compare(">", one.value, ZERO), there, one.span)
        words = Words(f"the {kind.en} is given", f"有{kind.zh}")
        yield Point(one.id, one.label, Sort.ADJUSTMENT, words, one.rule_span, given)
        none = e.Logic("and", _not_known(compare(">", one.value, ZERO)), there, one.span)
        words = Words(f"the {kind.en} is not given", f"无{kind.zh}")
        yield Point(one.id, one.label, Sort.ADJUSTMENT, words, one.rule_span, none)
        if one.most is not None and one.most > 0:
            said = decimal_text(one.most)
            full = e.Logic("and", compare(">=", one.value, one.most), there, one.span)
            words = Words(f"the {kind.en} reaches its limit of {said}", f"{kind.zh}达到上限 {said}")
            yield Point(one.id, one.label, Sort.LIMIT, words, one.rule_span, full)
        yield from self._branches(_Site(one.id, one.label, one.given, one.condition))

    def _all_together(self, lines: Sequence[Adjustment], kind: str, limit: Fraction) -> Point:
        """All bonuses (or penalties) reach what all of them may come to."""
        zero = e.Constant(ZERO, Unit.POINTS, lines[0].span)
        known: list[e.Expr] = [e.Call("fallback", (one.value, zero), Unit.POINTS, one.span) for one in lines]
        whole = known[0]
        for one in known[1:]:
            whole = e.Arithmetic("+", whole, one, Unit.POINTS, one.span)
        there = e.Presence(e.PublishedTotal(Unit.POINTS, whole.span), True, whole.span)
        said = decimal_text(limit)
        words = (
            Words(f"all bonuses together reach their limit of {said}", f"加分合计达到上限 {said}")
            if kind == "bonus"
            else Words(f"all penalties together reach their limit of {said}", f"减分合计达到上限 {said}")
        )
        condition = e.Logic("and", compare(">=", whole, limit), there, whole.span)
        return Point(kind, "", Sort.LIMIT, words, lines[0].span, condition)

    def _grades(self) -> Iterator[Point]:
        grades = self.rules.grades
        for place, one in enumerate(grades):
            own = e.PublishedGrade(Unit.NUMBER, one.span)
            words = Words("the grade is given", "获得此等级")
            yield Point(one.id, one.label, Sort.GRADE, words, one.span, compare("=", own, Fraction(place)))
            if one.quota is not None:
                words = Words("somebody is moved down by its quota", "有人因名额限制下调")
                yield Point(
                    one.id,
                    one.label,
                    Sort.QUOTA,
                    words,
                    one.span,
                    compare("=", e.OwnGrade(Unit.NUMBER, one.span), Fraction(place)),
                    mark=Mark.LIMITED,
                )
            if one.low is not None and one.low > 0:
                yield from self._bound(one, one.low)

    def _bound(self, grade: Grade, low: Fraction) -> Iterator[Point]:
        """The least total of a grade, and just under it."""
        total, said = e.PublishedTotal(Unit.POINTS, grade.span), decimal_text(low)
        under = beside(low, True, max(near(low, Unit.POINTS), smallest_change(self.rules)))
        far = under.words(Unit.POINTS, self.rules.currency)
        for interval, words in (
            (Interval(low, True, low, True), Words(f"a total of exactly {said}", f"总分恰为 {said}")),
            (
                under,
                Words(f"a total just under {said} ({far.en})", f"总分略低于 {said}（{far.zh}）"),
            ),
        ):
            condition = interval.of(total)
            yield Point(grade.id, grade.label, Sort.EDGE, words, grade.span, condition, total, interval)

    def _outcomes(self) -> Iterator[Point]:
        for one in self.rules.outcomes:
            if one.unit is Unit.BOOLEAN:
                holds = e.OutcomeOf(one.id, Unit.BOOLEAN, one.span)
                yield Point(one.id, one.label, Sort.CONSEQUENCE, Words("yes", "是"), one.span, holds)
                fails = e.Not(holds, one.span)
                yield Point(one.id, one.label, Sort.CONSEQUENCE, Words("no", "否"), one.span, fails)
            yield from self._branches(_Site(one.id, one.label, one.value))


def _not_known(condition: e.Expr) -> e.Expr:
    """A condition that is not known to hold."""
    at = condition.span
    return e.Logic("or", e.Not(condition, at), e.Presence(condition, False, at), at)


def _entries(table: Table, currency: str, unit: Unit) -> Iterator[tuple[Words, Span, _Of, Interval | None]]:
    """The entries of a table: each as a condition on its key."""
    if table.scale is None:
        for key in table.entries:
            said = valued(key, unit, currency)
            words = Words(f"the entry {said.en}", f"条目 {said.zh}")
            yield words, table.span, _Of(choices=(key,)), None
        if table.otherwise is not None:
            words = Words("any other key", "其他键")
            yield words, table.span, _Of(choices=tuple(table.entries), other=True), None
        return
    stretches = [Interval(one.low, one.low_closed, one.high, one.high_closed) for one in table.scale.bands]
    for band, stretch in zip(table.scale.bands, stretches, strict=True):
        said = stretch.words(unit, currency)
        words = Words(f"the interval {said.en}", f"区间 {said.zh}")
        yield words, band.span or table.span, _Of(interval=stretch), stretch
    for (bound, _), band in zip(neighbours(stretches), table.scale.bands[1:], strict=False):
        said = valued(bound, unit, currency)
        at = Interval(bound, True, bound, True)
        words = Words(f"exactly {said.en}", f"恰为 {said.zh}")
        yield words, band.span or table.span, _Of(interval=at), at


@dataclass(frozen=True, slots=True)
class _Of:
    """A condition that a key has to fulfil: to lie in an interval, to be among choices or not to."""

    interval: Interval | None = None
    choices: tuple[e.Value, ...] = ()
    other: bool = False

    def __call__(self, key: e.Expr) -> e.Expr:
        if self.interval is not None:
            return self.interval.of(key)
        listed = e.Member(key, self.choices, key.span)
        return e.Not(listed, key.span) if self.other else listed


def _said(condition: e.Expr, currency: str) -> Words:
    """A condition in words, near to how the policy writes it."""
    match condition:
        case e.Compare(operator, left, right):
            one, other = _side(left, currency), _side(right, currency)
            return Words(f"{one.en} {operator} {other.en}", f"{one.zh} {operator} {other.zh}")
        case e.Logic(operator, left, right):
            one, other = _said(left, currency), _said(right, currency)
            word = "且" if operator == "and" else "或"
            return Words(f"{one.en} {operator} {other.en}", f"{one.zh} {word} {other.zh}")
        case e.Not(item):
            inner = _said(item, currency)
            return Words(f"not {inner.en}", f"非 {inner.zh}")
        case e.Presence(item, present):
            inner = named(item)
            return Words(
                f"{inner.en} is {'present' if present else 'missing'}",
                f"{inner.zh} {'存在' if present else '缺失'}",
            )
        case e.Member(item, choices):
            inner = named(item)
            listed = [valued(one, item.unit, currency) for one in choices]
            return Words(
                f"{inner.en} in ({', '.join(one.en for one in listed)})",
                f"{inner.zh} 属于（{'，'.join(one.zh for one in listed)}）",
            )
        case _:
            return _side(condition, currency)


def _side(expr: e.Expr, currency: str) -> Words:
    match expr:
        case e.Constant(value, unit, _, None):
            return valued(value, unit, currency)
        case e.Within(kind, grain, item, where):
            told = item if item is not None else where
            inner = Words("", "") if told is None else _said(told, currency)
            each = PLURAL[grain]
            return Words(f"{kind} over {each.en} of ({inner.en})", f"{each.zh} {kind}（{inner.zh}）")
        case e.Group(kind, item, by):
            of = Words("people", "人") if item is None else _side(item, currency)
            among = " and ".join(by) or "everyone"
            return Words(f"{kind} of {of.en} over {among}", f"{'、'.join(by) or '全体'} {of.zh} 的 {kind}")
        case _:
            return named(expr)
