"""The ways to score, as written: from their lines to `forms`, with everything that does not fit reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpirules.diagnostics import Span, Words, nearest
from kpirules.language import tree
from kpirules.language.idioms import number_written_as
from kpirules.model import bands, forms, problems
from kpirules.model import expressions as e
from kpirules.model.advice import promise
from kpirules.model.called import CalledCheck
from kpirules.model.checklist import Checklist, Lost, sum_of
from kpirules.model.declarations import number_of
from kpirules.model.ranges import range_of
from kpirules.model.resolve import Resolver
from kpirules.model.rules import TargetRule
from kpirules.model.scope import A_NUMBER, UNIT_WORDS, Range, Scope, said
from kpirules.numbers import decimal_text
from kpirules.units import NUMERIC, PLAIN, Unit, fits

ZERO, ONE = Fraction(0), Fraction(1)
Built = tuple[e.Expr, forms.Form]
_LEVELLED = PLAIN | {Unit.TEXT}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a form is built on: the indicator's measure and target, as far as they are there, and its weight."""

    indicator: str
    measure: e.Expr | None
    measure_line: tree.MeasureLine | None
    target: TargetRule | None
    target_line: tree.TargetLine | None
    weight: Fraction | None


@dataclass(frozen=True, slots=True)
class FormCheck:
    """Builds the form of one indicator; every method returns None after it has reported why."""

    scope: Scope
    resolver: Resolver
    ground: Ground

    def form(self, line: tree.Form) -> Built | None:
        """What is scored, and how."""
        match line:
            case tree.Deduct():
                return self._deduct(line)
            case tree.Formula():
                return self._formula(line)
            case tree.Deductions():
                return self._deductions(line)
            case tree.ScoreBy():
                return self._called(line)
        measure = self.ground.measure
        needs_target = isinstance(line, tree.ProRata | tree.AllOrNothing)
        if measure is None:
            self.scope.report(problems.NO_MEASURE, line.span, indicator=self.ground.indicator)
            if needs_target:
                self._needs_target(line.span)
            return None
        if not isinstance(line, tree.Levels) and not self._is_number(measure):
            return None
        form: forms.Form | None
        match line:
            case tree.Bands():
                form = self._bands(measure, line)
            case tree.Levels():
                form = self._levels(measure, line)
            case tree.ProRata():
                form = self._pro_rata(line)
            case tree.AllOrNothing():
                form = forms.AllOrNothing() if self._needs_target(line.span) else None
            case tree.Linear():
                form = self._linear(measure, line)
        return None if form is None else (measure, form)

    def alone(self, line: tree.Form) -> None:
        """Check what can be checked of a form whose measure is wrong: the order of its bands."""
        if not isinstance(line, tree.Bands):
            return
        quiet = replace(self.resolver, scope=replace(self.scope, diagnostics=[]))
        bounds = (bound for one in line.bands for bound in (one.low, one.high) if bound is not None)
        units = [found.unit for bound in bounds if (found := quiet.expr(bound)) is not None]
        if units and units[0] in NUMERIC:
            unknown = e.Fact("", units[0], line.span)
            self._bands(unknown, line, whole=False)

    def _is_number(self, measure: e.Expr) -> bool:
        if measure.unit in NUMERIC:
            return True
        mend = {
            Unit.TEXT: Words("measure a number, or score it with `levels`", "请度量一个数，或用“等级分”计分"),
            Unit.BOOLEAN: Words(
                "score it with a formula: `points = 10 when ... otherwise 0`",
                "请用公式计分：`得分 = 10 当 … 否则 0`",
            ),
        }.get(measure.unit, Words("measure a number or a duration", "请度量一个数或时长"))
        what = Words("the measure", "度量")
        self.resolver.wrong(measure.span, what, A_NUMBER, UNIT_WORDS[measure.unit], mend)
        return False

    def _needs_target(self, span: Span) -> bool:
        if self.ground.target_line is None:
            self.scope.report(problems.NO_TARGET, span, indicator=self.ground.indicator)
        return self.ground.target is not None

    # Forms by name

    def _called(self, line: tree.ScoreBy) -> Built | None:
        work = CalledCheck(self.scope, self.resolver, self.ground.weight)
        declared = work.declared(line)
        if declared is None:
            return None
        measure = self.ground.measure
        if measure is None:
            self.scope.report(problems.NO_MEASURE, line.span, indicator=self.ground.indicator)
        if declared.operators and not self._needs_target(line.span):
            return None
        if measure is None or not self._is_number(measure):
            return None
        form = work.form(line, declared, measure, self.ground.target)
        return None if form is None else (measure, form)

    # Deductions

    def _deductions(self, line: tree.Deductions) -> Built | None:
        for written, what in (
            (self.ground.measure_line, Words("this measure", "此度量")),
            (self.ground.target_line, Words("this target", "此目标")),
        ):
            if written is not None:
                why = Words("the list of deductions says what is counted", "扣分项已说明计什么")
                mend = Words("leave the line out", "请删除此行")
                self.scope.report(problems.NO_USE, written.span, what=what, why=why, mend=mend)
        at_most = self._limit(line.at_most, Words("the most that is deducted", "扣分上限"), None)
        not_below = self._limit(line.not_below, Words("the least that is left", "保底分"), self.ground.weight)
        lines = Checklist(self.scope, self.resolver).lines(line)
        if lines is None:
            return None
        return sum_of(lines, line.span), Lost(at_most, not_below or ZERO, lines)

    def _deduct(self, line: tree.Deduct) -> Built | None:
        per = self.resolver.constant(line.points, Unit.POINTS, Words("the deduction", "扣分"))
        at_most = self._limit(line.at_most, Words("the most that is deducted", "扣分上限"), None)
        not_below = self._limit(line.not_below, Words("the least that is left", "保底分"), self.ground.weight)
        found = self._counted(line) if line.measure else self._stepped(line)
        if (
            line.side is None
            and self.ground.target_line is not None
            and not line.measure
            and found is not None
        ):
            self._step(
                line.span,
                Words(
                    "this deduction does not say on which side of the target", "扣分没有说明在目标的哪一侧"
                ),
                Words("add `above target` or `below target`", "请写“每超出目标”或“每低于目标”"),
            )
            return None
        if line.side is not None and not self._side_fits(line):
            return None
        if per is None or found is None:
            return None
        if isinstance(per.value, Fraction) and per.value <= 0:
            self._step(
                line.points.span,
                Words("a deduction is a positive number of points", "扣分须为正数"),
                Words("write for example `deduct 1 point`", "例如 `扣 1 分`"),
            )
            return None
        measure, step = found
        lost = number_of(per) or ONE
        return measure, forms.Deduct(lost, step, line.side, line.whole, at_most, not_below or ZERO)

    def _limit(self, node: tree.Expr | None, what: Words, most: Fraction | None) -> Fraction | None:
        if node is None:
            return None
        value = number_of(self.resolver.constant(node, Unit.POINTS, what))
        if value is None:
            return None
        return value if within(self.scope, node.span, value, what, most) else None

    def _counted(self, line: tree.Deduct) -> tuple[e.Expr, Fraction] | None:
        """`deduct P per NAME`: every unit of the named count costs P."""
        measured = self.ground.measure_line
        if isinstance(line.step, tree.Name) and self._no_unit(line.step):
            return None
        if measured is not None and measured.value != line.step:
            what = Words("what is measured", "度量")
            self.scope.report(problems.REPEATED, line.step.span, what=what, line=measured.span.line)
            return None
        measure = replace(self.resolver, zero_allowed=True).expr(line.step)
        if measure is None:
            return None
        if measure.unit not in PLAIN:
            unit = UNIT_WORDS[measure.unit]
            mend = Words(
                "name it with `measure` and say per how much: `per pp`, `per 30 min`, `per 100 yuan`",
                "请用“度量”指定，并写明单位：`每 1 个百分点`、`每 30 分钟`、`每 100 元`",
            )
            if measure.unit not in NUMERIC:
                mend = Words(
                    "deduct per count, such as `per complaints`", "请按次数扣分，例如 `每 投诉次数 扣 1 分`"
                )
            self._step(
                line.step.span,
                Words(f"{unit.en} cannot be counted one by one", f"{unit.zh}不能逐个计数"),
                mend,
            )
            return None
        return measure, ONE

    def _no_unit(self, step: tree.Name) -> bool:
        """Report a word behind `per` that is neither a name nor a unit."""
        scope = self.scope
        if step.text in scope.indicators and step.text not in scope.first:
            known = [name for name, what in scope.names.items() if what.unit in PLAIN]
            if nearest(step.text, known) is not None:  # `per complaint` for the input `complaints`
                scope.unknown(step, known, thing=Words("no input or measure", "输入或度量"))
                return True
        if step.text in scope.names or step.text in scope.kinds or step.text in scope.broken:
            return False
        if step.text in scope.skipped:
            return False
        if number_written_as(step.text) is not None:
            scope.unknown(step, ())
            return True
        if self.ground.measure_line is None or nearest(step.text, scope.names) is not None:
            return False
        units = {Unit.RATIO: Words("`per pp`", "`每 1 个百分点`")}
        example = Words("`per time`, `per 30 min`, `per 100 yuan`", "`每 1 次`、`每 30 分钟`、`每 100 元`")
        if self.ground.measure is not None:
            example = units.get(self.ground.measure.unit, example)
        advice = Words(f"write a unit: {example.en}", f"请写单位：{example.zh}")
        scope.unknown(step, (), advice=advice)
        return True

    def _stepped(self, line: tree.Deduct) -> tuple[e.Expr, Fraction] | None:
        """`deduct P per 30 min`: every such amount of the measure costs P."""
        measure = self.ground.measure
        if measure is None:
            self.scope.report(problems.NO_MEASURE, line.span, indicator=self.ground.indicator)
            return None
        if not self._is_number(measure):
            return None
        if (
            isinstance(line.step, tree.Number)
            and measure.unit is Unit.RATIO
            and line.step.unit in ("PERCENT", None)
        ):
            number = decimal_text(line.step.value)
            self._step(
                line.step.span,
                Words("a step of a ratio is a number of percentage points", "比率的步长是百分点"),
                Words(f"write `{number}pp`", f"请写 `{number} 个百分点`"),
            )
            return None
        what = Words("the step", "步长")
        if measure.unit is Unit.RATIO and isinstance(line.step, tree.Number) and line.step.unit != "PP":
            mend = Words("write a number of percentage points: `1pp`", "请写百分点：`1 个百分点`")
            given = self.resolver.expr(line.step)
            if given is not None:
                self.resolver.wrong(
                    line.step.span, what, UNIT_WORDS[Unit.RATIO], UNIT_WORDS[given.unit], mend
                )
            return None
        step = self.resolver.constant(line.step, measure.unit, what)
        if step is None:
            return None
        if isinstance(step.value, Fraction) and step.value <= 0:
            mend = Words(
                "write for example `per 1pp` or `per 30 min`", "例如 `每 1 个百分点` 或 `每 30 分钟`"
            )
            self._step(line.step.span, Words("a step is a positive amount", "步长须为正数"), mend)
            return None
        return measure, number_of(step) or ONE

    def _step(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.STEP, span, what=what, mend=mend)

    def _side_fits(self, line: tree.Deduct) -> bool:
        if not self._needs_target(line.span):
            return False
        target = self.ground.target
        assert target is not None
        above = line.side == "above"
        if target.operator == "=" or target.operator.startswith("<") == above:
            return True
        side, other = ("above", "below") if above else ("below", "above")
        turned = "低于" if above else "超出"
        operator = target.operator.replace(">", "<") if above else target.operator.replace("<", ">")
        self.scope.report(
            problems.TARGET_SIDE,
            line.span,
            what=Words(
                f"the target {target.operator} is missed {other} it, and this deducts {side} it",
                f"目标 {target.operator} 在{'低于' if above else '高于'}它时才未达标，这里却在{'高于' if above else '低于'}它时扣分",
            ),
            mend=Words(
                f"write `{other} target`, or the target with {operator}",
                f"请写“每{turned}目标”，或把目标写成 {operator}",
            ),
        )
        return False

    # Bands

    def _bands(self, measure: e.Expr, line: tree.Bands, whole: bool = True) -> forms.Form | None:
        """whole: the measure is known, so that what lies outside the bands can be judged."""
        written: list[bands.Written] = []
        outside: list[tuple[Fraction, Span]] = []
        complete, settled = bool(line.bands), True
        if not line.bands:
            mend = Words(
                "add lines such as `from 95% : 10` below, indented",
                "请在下面缩进写出各段，例如 `自 95% : 10`",
            )
            self.scope.report(problems.EMPTY_BLOCK, line.span, what=Words('"bands"', "“分段”"), mend=mend)
        for node in line.bands:
            built = self._band(node, measure.unit)
            complete = complete and built is not None
            if built is None:
                continue
            band, known = built
            settled = settled and known
            if node.otherwise:
                outside.append((band.at_low, node.span))
            else:
                written.append(bands.Written(band, node.span))
        for _, span in outside[1:]:
            what = Words('"otherwise"', "“其他”")
            self.scope.report(problems.REPEATED, span, what=what, line=outside[0][1].line)
        if not settled:  # a bound waits for a parameter: nothing can be scored before it is set
            return forms.Bands((forms.Band(None, False, None, False, ZERO, ZERO),), None)
        known_range = range_of(measure, self.scope) if whole else Range()
        row = bands.Row(self.scope, self.ground.indicator, measure.unit, known_range).of(written)
        if not complete:
            return None
        if not row:
            what = Words("every band but `otherwise`", "除“其他”外的分段")
            mend = Words("add lines such as `from 95% : 10`", "请加上各段，例如 `自 95% : 10`")
            self.scope.report(problems.EMPTY_BLOCK, line.span, what=what, mend=mend)
            return None
        if not outside and whole:
            self._covered(row, measure, known_range, line.span)
        return forms.Bands(row, *outside[0]) if outside else forms.Bands(row, None)

    def _band(self, node: tree.Band, unit: Unit) -> tuple[forms.Band, bool] | None:
        """One band, and whether its bounds are set; `otherwise` comes back without bounds."""
        bound, points = Words("the bound of a band", "分段界限"), Words("the points of a band", "分段得分")
        resolver = self.resolver
        low = None if node.low is None else resolver.constant(node.low, unit, bound)
        high = None if node.high is None else resolver.constant(node.high, unit, bound)
        left, right = self._dashed(node.points) or (node.points, node.points_to)
        first = resolver.constant(left, Unit.POINTS, points)
        second = first if right is None else resolver.constant(right, Unit.POINTS, points)
        if right is not None and (node.low is None or node.high is None):
            self.scope.report(problems.SLOPE, node.span)
            return None
        if (low is None) != (node.low is None) or (high is None) != (node.high is None):
            return None
        if first is None or second is None:
            return None
        band = forms.Band(
            number_of(low),
            node.low_closed,
            number_of(high),
            node.high_closed,
            number_of(first) or ZERO,
            number_of(second) or ZERO,
            node.span,
        )
        return band, all(one is None or one.value is not None for one in (low, high))

    def _dashed(self, points: tree.Expr) -> tuple[tree.Expr, tree.Expr] | None:
        """Report `24-30` as the points of a band, which would be a subtraction, and take it for `24 to 30`."""
        match points:
            case tree.Binary("-", tree.Number() as first, tree.Number() as second):
                start, end = decimal_text(first.value), decimal_text(second.value)
                mend = Words(f"write `{start} to {end}`", f"请写 `{start} 至 {end}`")
                what = Words("a subtraction", "减法")
                self.scope.report(problems.MISPLACED, points.span, what=what, mend=mend)
                return first, second
        return None

    def _covered(self, row: Sequence[forms.Band], measure: e.Expr, known: Range, span: Span) -> None:
        """Without `otherwise`, the outermost bands must reach as far as the measure can."""
        first, last = row[0], row[-1]
        open_: list[Words] = []
        if first.low is not None and not (
            known.low is not None and (first.low < known.low or (first.low == known.low and first.low_closed))
        ):
            bound = self.scope.said(first.low, measure.unit)
            open_.append(Words(f"below {bound.en}", f"低于 {bound.zh}"))
        if last.high is not None and not (
            known.high is not None
            and (last.high > known.high or (last.high == known.high and last.high_closed))
        ):
            bound = self.scope.said(last.high, measure.unit)
            open_.append(Words(f"above {bound.en}", f"高于 {bound.zh}"))
        if open_:
            sides = Words(" or ".join(one.en for one in open_), "或".join(one.zh for one in open_))
            self.scope.report(problems.OUTSIDE, span, indicator=self.ground.indicator, side=sides)

    # Levels

    def _levels(self, measure: e.Expr, line: tree.Levels) -> forms.Form | None:
        if measure.unit not in _LEVELLED:
            mend = Words("score it with `bands`", "请用“分段”计分")
            if measure.unit is Unit.BOOLEAN:
                mend = Words(
                    "score it with a formula: `points = 10 when ... otherwise 0`",
                    "请用公式计分：`得分 = 10 当 … 否则 0`",
                )
            what, wanted = (
                Words("a measure with levels", "用等级分计分的度量"),
                Words("a rating, a count or a text", "评级、次数或文字"),
            )
            self.resolver.wrong(measure.span, what, wanted, UNIT_WORDS[measure.unit], mend)
            return None
        if not line.entries:
            mend = Words("add lines such as `3 : 10` below, indented", "请在下面缩进写出各级，例如 `3 : 10`")
            self.scope.report(problems.EMPTY_BLOCK, line.span, what=Words('"levels"', "“等级分”"), mend=mend)
            return None
        entries: list[tuple[e.Value, Fraction]] = []
        spans: list[Span] = []
        otherwise: Fraction | None = None
        seen: dict[e.Value | None, Span] = {}
        complete = True
        for node in line.entries:
            points = self.resolver.constant(
                node.value, Unit.POINTS, Words("the points of a level", "等级得分")
            )
            key = None
            if node.key is not None:
                key = self.resolver.constant(node.key, measure.unit, Words("a level", "等级"))
            complete = complete and points is not None and (key is not None or node.key is None)
            if node.key is not None and key is None:
                continue
            level = None if key is None else key.value
            if level in seen:
                self._twice(node, seen[level].line)
            elif level is None:
                otherwise = number_of(points) or ZERO
            else:
                entries.append((level, number_of(points) or ZERO))
                spans.append(node.span)
            seen.setdefault(level, node.span if node.key is None else node.key.span)
        if not complete or not entries:
            return None
        waits = self.ground.indicator in self.scope.waiting
        if line.scaled and not waits and max(points for _, points in entries) <= 0:
            self._level(
                line.span,
                Words("scaled levels need a best level above zero", "按比例的等级分需要最高一级大于零"),
                Words("give the best level its marks", "请给最高一级标出分值"),
            )
            return None
        self._every_level(measure, seen, line.span)
        last = [seen[None]] if None in seen else []
        return forms.Levels(tuple(entries), otherwise, line.scaled and not waits, (*spans, *last))

    def _twice(self, node: tree.Entry, line: int) -> None:
        self._level(
            node.span,
            Words("this level is listed twice", "此等级列了两次"),
            Words(f"it stands on line {line} too: keep one", f"第 {line} 行已有，请只保留一个"),
        )

    def _every_level(self, measure: e.Expr, seen: dict[e.Value | None, Span], span: Span) -> None:
        """Levels are values that the measure can have, and without `otherwise` all of them."""
        type_ = self.resolver.type_of(measure)
        known: Sequence[e.Value] | None = bands.values_of(range_of(measure, self.scope))
        if type_ is not None and type_.choices:
            known = type_.choices
        if known is None:
            if None not in seen:
                self._level(
                    span,
                    Words("these levels may not be all that the measure can have", "所列等级可能不完整"),
                    _open(measure),
                )
            return
        strange = {level: place for level, place in seen.items() if level is not None and level not in known}
        for level, place in strange.items():
            name = _said(level, measure.unit, self.scope.currency)
            mend = promise(type_) if type_ is not None else Words("remove this line", "请删除此行")
            self._level(place, Words(f"the measure is never {name.en}", f"度量不会是 {name.zh}"), mend)
        absent = [one for one in known if one not in seen]
        if None in seen or len(absent) <= len(strange):
            return  # a level that is misspelt leaves another one out: one slip
        names = [_said(one, measure.unit, self.scope.currency) for one in absent]
        more = len(names) > 12
        levels = Words(", ".join(one.en for one in names[:12]), "、".join(one.zh for one in names[:12]))
        several = "levels" if len(names) > 1 else "level"
        self._level(
            span,
            Words(
                f"nothing is said for the {several} {levels.en}{' ...' * more}",
                f"没有说明等级 {levels.zh}{' 等' * more}",
            ),
            Words("add a line for each, or `otherwise : 0`", "请逐一补上，或写 `其他 : 0`"),
        )

    def _level(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.LEVEL, span, what=what, mend=mend)

    # Lines and shares

    def _pro_rata(self, line: tree.ProRata) -> forms.Form | None:
        if not self._needs_target(line.span):
            return None
        target = self.ground.target
        assert target is not None
        if target.operator.startswith("<"):
            self.scope.report(
                problems.TARGET_SIDE,
                line.span,
                what=Words(
                    f"the target {target.operator} wants little, and pro rata gives more for more",
                    f"目标 {target.operator} 是越低越好，而按目标比例是越高分越多",
                ),
                mend=Words(
                    "write the target with >=, or score it with `bands` or `deduct`",
                    "请把目标写成 >=，或用“分段”或“扣”计分",
                ),
            )
            return None
        value = target.value
        if isinstance(value, e.Constant) and isinstance(value.value, Fraction) and value.value <= 0:
            self.scope.report(
                problems.TARGET_VALUE, value.span, given=self.scope.said(value.value, value.unit)
            )
            return None
        if line.at_most is None:
            return forms.ProRata()
        what = Words("the cap", "上限")
        most = self.resolver.constant(line.at_most, Unit.RATIO, what)
        if most is None:
            return None
        cap = number_of(most)
        if cap is not None and cap <= 0:
            wanted, mend = (
                Words("above 0%", "大于 0%"),
                Words("write for example `up to 100%`", "例如 `至多 100%`"),
            )
            given = self.scope.said(cap, Unit.RATIO)
            self.scope.report(
                problems.OUT_OF_RANGE, line.at_most.span, what=what, wanted=wanted, given=given, mend=mend
            )
            return None
        return forms.ProRata(ONE if cap is None else cap)

    def _linear(self, measure: e.Expr, line: tree.Linear) -> forms.Form | None:
        what, points = Words("an anchor", "端点"), Words("the points of an anchor", "端点得分")
        start = self.resolver.constant(line.start, measure.unit, what)
        end = self.resolver.constant(line.end, measure.unit, what)
        at_start = self.resolver.constant(line.at_start, Unit.POINTS, points)
        at_end = self.resolver.constant(line.at_end, Unit.POINTS, points)
        if start is None or end is None or at_start is None or at_end is None:
            return None
        first, last = number_of(start) or ZERO, number_of(end) or ZERO
        if start.value is None or end.value is None:
            first, last = ZERO, ONE  # waits for a parameter
        if first == last:
            anchor = self.scope.said(first, measure.unit)
            mend = Words("give the two ends different values", "请给两端写不同的值")
            self.scope.report(problems.INVERTED, line.span, low=anchor, high=anchor, mend=mend)
            return None
        return forms.Linear(first, number_of(at_start) or ZERO, last, number_of(at_end) or ZERO)

    def _formula(self, line: tree.Formula) -> Built | None:
        measured = self.ground.measure_line
        if measured is not None:
            self.scope.report(
                problems.NO_USE,
                measured.span,
                what=Words("this measure", "此度量"),
                why=Words(
                    f"the points are worked out by the formula on line {line.span.line}",
                    f"得分由第 {line.span.line} 行的公式算出",
                ),
                mend=Words(
                    "leave the line out, and use the measure in the formula",
                    "请删除此行，并在公式中使用该度量",
                ),
            )
        value = self.resolver.of(
            line.value,
            lambda unit: fits(unit, Unit.POINTS),
            Unit.POINTS,
            Words("the result of this formula", "此公式的结果"),
        )
        return None if value is None else (value, forms.Formula())


_POINTS_RANGE = Words("points run from 0 to the weight", "得分在 0 到权重之间")


def within(
    scope: Scope, span: Span, value: Fraction, what: Words, most: Fraction | None, mend: Words = _POINTS_RANGE
) -> bool:
    """Whether points lie between zero and the most that makes sense (None: no bound); reported otherwise."""
    if value >= 0 and (most is None or value <= most):
        return True
    wanted = Words("zero or more", "不小于零")
    if most is not None:
        wanted = Words(f"between 0 and {decimal_text(most)}", f"在 0 到 {decimal_text(most)} 之间")
    scope.report(problems.OUT_OF_RANGE, span, what=what, wanted=wanted, given=decimal_text(value), mend=mend)
    return False


def _said(level: e.Value, unit: Unit, currency: str) -> Words:
    return (
        Words(f'"{level}"', f"“{level}”") if isinstance(level, str) else said(Fraction(level), unit, currency)
    )


def _open(measure: e.Expr) -> Words:
    if measure.unit is Unit.TEXT:
        return Words(
            'add `otherwise : 0`, or declare all its values: `text one of ("...", "...")`',
            "请加上 `其他 : 0`，或声明其全部取值：`文本 取自 (“…”, “…”)`",
        )
    return Words(
        "add `otherwise : 0`, or measure a rating with its scale: `rating 0 to 3`",
        "请加上 `其他 : 0`，或度量有范围的评级：`评级 0 至 3`",
    )
