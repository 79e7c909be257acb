"""Indicators: from their written lines to measure, target and a form, with everything that does not fit reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from kpirules.diagnostics import Span, Words
from kpirules.language import tree
from kpirules.model import bands, forms, problems
from kpirules.model import expressions as e
from kpirules.model.resolve import Resolver
from kpirules.model.rules import Absent, Indicator, Missing, TargetRule
from kpirules.model.scope import UNIT_WORDS, Scope
from kpirules.units import PLAIN, Type, Unit, comparable, fits, shown

ONE = Fraction(1)
Line = TypeVar("Line", tree.MeasureLine, tree.TargetLine, tree.Applies, tree.Absence)
_ABOVE = Words("above the target", "在目标之上")
_BELOW = Words("below the target", "在目标之下")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a form is built on: the indicator's measure and target, as far as they are there."""

    indicator: str
    measure: e.Expr | None
    measure_line: tree.MeasureLine | None
    target: TargetRule | None


@dataclass(frozen=True, slots=True)
class IndicatorCheck:
    """Builds the indicators of one ruleset. types: declared types by name, for scales and choices."""

    scope: Scope
    types: dict[str, Type]
    default: Missing | None

    def indicator(self, node: tree.Indicator, section: str | None) -> Indicator | None:
        """The checked indicator, or None where something essential is wrong (and reported)."""
        resolver = Resolver(self.scope, owner=node.name.text)
        weight = resolver.constant(node.weight, Unit.NUMBER, Words("a weight", "权重"))
        measure_line = self._once(node, tree.MeasureLine, "measure", "度量")
        target_line = self._once(node, tree.TargetLine, "target", "目标")
        applies_line = self._once(node, tree.Applies, "applies to", "适用")
        absence = self._once(node, tree.Absence, "missing", "缺失")
        form_line = self._form_line(node)
        measure = (
            None if measure_line is None else replace(resolver, zero_allowed=True).expr(measure_line.value)
        )
        applies = None
        if applies_line is not None and applies_line.condition is not None:
            applies = resolver.condition(applies_line.condition)
        failed = (measure_line is not None and measure is None) or weight is None
        target = None
        if target_line is not None and not (measure_line is not None and measure is None):
            target = self._target(resolver, target_line, measure)
            failed = failed or target is None
        missing = self.missing(resolver, absence) if absence is not None else self.default
        if form_line is None:
            self.scope.report(problems.NO_FORM, node.name.span, indicator=node.name.text)
            return None
        if failed:
            return None
        ground = Ground(node.name.text, measure, measure_line, target)
        built = self._form(resolver, ground, form_line)
        if built is None or weight is None:
            return None
        scored, form = built
        return Indicator(
            id=node.name.text,
            label=node.label.text if node.label else "",
            section=section,
            weight=weight.value if isinstance(weight.value, Fraction) else Fraction(0),
            applies=applies,
            clauses=_notes(node.items, "clause"),
            notes=_notes(node.items, "note"),
            measure=scored,
            target=target,
            form=form,
            missing=missing or Missing(Absent.REDISTRIBUTE),
            span=node.name.span,
            rule_span=form_line.span,
        )

    def missing(self, resolver: Resolver, absence: tree.Absence) -> Missing | None:
        """A written `missing` rule."""
        rule = Absent(absence.rule)
        if absence.value is None:
            return Missing(rule)
        value = resolver.constant(
            absence.value, Unit.POINTS, Words("the points for a missing fact", "缺失时的得分")
        )
        if value is None:
            return None
        return Missing(rule, value.value if isinstance(value.value, Fraction) else Fraction(0))

    def _once(self, node: tree.Indicator, kind: type[Line], en: str, zh: str) -> Line | None:
        """The indicator's only line of a kind."""
        found = [item for item in node.items if isinstance(item, kind)]
        for extra in found[1:]:
            self.scope.report(problems.REPEATED, extra.span, what=Words(en, zh), line=found[0].span.line)
        return found[0] if found else None

    def _form_line(self, node: tree.Indicator) -> tree.Form | None:
        found = [item for item in node.items if isinstance(item, tree.Form)]
        for extra in found[1:]:
            self.scope.report(
                problems.REPEATED,
                extra.span,
                what=Words("how it scores", "计分方式"),
                line=found[0].span.line,
            )
        return found[0] if found else None

    def _target(self, resolver: Resolver, line: tree.TargetLine, measure: e.Expr | None) -> TargetRule | None:
        what = Words("the target", "目标")
        if measure is None:
            value = resolver.numeric(line.value)
        elif measure.unit in (Unit.TEXT, Unit.BOOLEAN):
            self.scope.report(
                problems.WRONG_UNIT,
                measure.span,
                what=Words("a measure with a target", "有目标的度量"),
                wanted=UNIT_WORDS[Unit.NUMBER],
                given=UNIT_WORDS[measure.unit],
                mend=Words("measure a number", "请度量一个数"),
            )
            return None
        else:
            unit = measure.unit
            value = resolver.of(line.value, lambda given: comparable(given, unit), unit, what)
        if value is None:
            return None
        if line.operator == "!=":
            self.scope.report(
                problems.TARGET_SIDE,
                line.span,
                operator="!=",
                side=Words("with a direction", "需要方向"),
                mend=Words("write <= or >=", "请写 <= 或 >="),
            )
            return None
        if not any(
            isinstance(part, e.Fact | e.MeasureOf | e.Aggregate | e.Group | e.Lookup)
            for part in e.walk(value)
        ):
            value = resolver.fold(value, what) or value
        return TargetRule(line.operator, value)

    # Forms

    def _form(self, resolver: Resolver, ground: Ground, line: tree.Form) -> tuple[e.Expr, forms.Form] | None:
        match line:
            case tree.Deduct():
                return self._deduct(resolver, ground, line)
            case tree.Formula():
                return self._formula(resolver, ground, line)
        if ground.measure is None:
            self.scope.report(problems.NO_MEASURE, line.span, indicator=ground.indicator)
            return None
        if not isinstance(line, tree.Levels) and not self._is_number(ground.measure):
            return None
        form: forms.Form | None
        match line:
            case tree.Bands():
                form = self._bands(resolver, ground.indicator, ground.measure, line)
            case tree.Levels():
                form = self._levels(resolver, ground.measure, line)
            case tree.ProRata():
                form = self._pro_rata(resolver, ground, line)
            case tree.AllOrNothing():
                form = forms.AllOrNothing() if self._needs_target(ground, line.span) else None
            case tree.Linear():
                form = self._linear(resolver, ground.measure, line)
        return None if form is None else (ground.measure, form)

    def _is_number(self, measure: e.Expr) -> bool:
        if measure.unit not in (Unit.TEXT, Unit.BOOLEAN, Unit.DATETIME, Unit.DATE):
            return True
        self.scope.report(
            problems.WRONG_UNIT,
            measure.span,
            what=Words("the measure", "度量"),
            wanted=UNIT_WORDS[Unit.NUMBER],
            given=UNIT_WORDS[measure.unit],
            mend=Words("measure a number, or score it with `levels`", "请度量一个数，或用“等级分”计分"),
        )
        return False

    def _needs_target(self, ground: Ground, span: Span) -> bool:
        if ground.target is None:
            self.scope.report(problems.NO_TARGET, span, indicator=ground.indicator)
        return ground.target is not None

    def _deduct(
        self, resolver: Resolver, ground: Ground, line: tree.Deduct
    ) -> tuple[e.Expr, forms.Form] | None:
        per = resolver.constant(line.points, Unit.POINTS, Words("the deduction", "扣分"))
        at_most = self._limit(resolver, line.at_most)
        not_below = self._limit(resolver, line.not_below)
        found = (
            self._counted(resolver, ground, line) if line.measure else self._stepped(resolver, ground, line)
        )
        if line.side is None and ground.target is not None and not line.measure:
            self._step(
                line.span,
                Words(
                    "this deduction does not say on which side of the target", "扣分没有说明在目标的哪一侧"
                ),
                Words("add `above target` or `below target`", "请写“每超出目标”或“每低于目标”"),
            )
            return None
        if line.side is not None and not self._side_fits(ground, line):
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
        form = forms.Deduct(
            per.value if isinstance(per.value, Fraction) else ONE,
            step,
            line.side,
            line.whole,
            at_most,
            not_below or Fraction(0),
        )
        return measure, form

    def _limit(self, resolver: Resolver, node: tree.Expr | None) -> Fraction | None:
        if node is None:
            return None
        found = resolver.constant(node, Unit.POINTS, Words("the limit", "上限或下限"))
        return found.value if found is not None and isinstance(found.value, Fraction) else None

    def _counted(
        self, resolver: Resolver, ground: Ground, line: tree.Deduct
    ) -> tuple[e.Expr, Fraction] | None:
        """`deduct P per NAME`: every unit of the named count costs P."""
        if ground.measure_line is not None and ground.measure_line.value != line.step:
            self.scope.report(
                problems.REPEATED,
                line.step.span,
                what=Words("measure", "度量"),
                line=ground.measure_line.span.line,
            )
            return None
        measure = replace(resolver, zero_allowed=True).expr(line.step)
        if measure is None:
            return None
        if measure.unit not in PLAIN:
            self._step(
                line.step.span,
                Words(
                    f"{UNIT_WORDS[measure.unit].en} cannot be counted one by one",
                    f"{UNIT_WORDS[measure.unit].zh}不能逐个计数",
                ),
                Words(
                    "name it with `measure` and say per how much: `per pp`, `per 30 min`, `per 100 yuan`",
                    "请用“度量”指定，并写明单位：`每 1 个百分点`、`每 30 分钟`、`每 100 元`",
                ),
            )
            return None
        return measure, ONE

    def _stepped(
        self, resolver: Resolver, ground: Ground, line: tree.Deduct
    ) -> tuple[e.Expr, Fraction] | None:
        """`deduct P per 30 min`: every such amount of the measure costs P."""
        if ground.measure is None:
            self.scope.report(problems.NO_MEASURE, line.span, indicator=ground.indicator)
            return None
        if not self._is_number(ground.measure):
            return None
        if isinstance(line.step, tree.Number) and line.step.unit == "PERCENT":
            self._step(
                line.step.span,
                Words("a step of a ratio in % could mean two things", "比率的步长写 % 有两种理解"),
                Words("write percentage points: `1pp`", "请写百分点：`1 个百分点`"),
            )
            return None
        step = resolver.constant(line.step, ground.measure.unit, Words("the step", "步长"))
        if step is None:
            return None
        if isinstance(step.value, Fraction) and step.value <= 0:
            self._step(
                line.step.span,
                Words("a step is a positive amount", "步长须为正数"),
                Words("write for example `per 1pp`", "例如 `每 1 个百分点`"),
            )
            return None
        return ground.measure, step.value if isinstance(step.value, Fraction) else ONE

    def _step(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.STEP, span, what=what, mend=mend)

    def _side_fits(self, ground: Ground, line: tree.Deduct) -> bool:
        if not self._needs_target(ground, line.span):
            return False
        assert ground.target is not None
        above = line.side == "above"
        if ground.target.operator == "=" or ground.target.operator.startswith("<") == above:
            return True
        side, other = (_ABOVE, "below") if above else (_BELOW, "above")
        zh = "每低于目标" if above else "每超出目标"
        self.scope.report(
            problems.TARGET_SIDE,
            line.span,
            operator=ground.target.operator,
            side=side,
            mend=Words(f"write `{other} target`, or turn the target round", f"请写“{zh}”，或改变目标的方向"),
        )
        return False

    def _bands(
        self, resolver: Resolver, indicator: str, measure: e.Expr, line: tree.Bands
    ) -> forms.Form | None:
        unit = measure.unit
        written: list[bands.Written] = []
        outside: list[tuple[Fraction, Span]] = []
        complete = bool(line.bands)
        if not line.bands:
            self.scope.report(problems.EMPTY_BLOCK, line.span, what=Words("`bands`", "“分段”"))
        for node in line.bands:
            built = self._band(resolver, node, unit)
            complete = complete and built is not None
            if built is not None and node.otherwise:
                outside.append((built.at_low, node.span))
            elif built is not None:
                written.append(bands.Written(built, node.span))
        for _, span in outside[1:]:
            self.scope.report(
                problems.REPEATED, span, what=Words("otherwise", "其他"), line=outside[0][1].line
            )
        row = bands.in_row(self.scope, indicator, written, unit)
        if not complete or not row:
            return None
        if not outside:
            self._covered(indicator, row, measure, line.span)
        return forms.Bands(row, outside[0][0] if outside else None)

    def _band(self, resolver: Resolver, node: tree.Band, unit: Unit) -> forms.Band | None:
        """One band; `otherwise` comes back without bounds."""
        bound, points = Words("the bound of a band", "分段界限"), Words("the points of a band", "分段得分")
        low = None if node.low is None else resolver.constant(node.low, unit, bound)
        high = None if node.high is None else resolver.constant(node.high, unit, bound)
        first = resolver.constant(node.points, Unit.POINTS, points)
        second = first if node.points_to is None else resolver.constant(node.points_to, Unit.POINTS, points)
        if node.points_to is not None and (node.low is None or node.high is None):
            self.scope.report(problems.SLOPE, node.span)
            return None
        if (low is None) != (node.low is None) or (high is None) != (node.high is None):
            return None
        if first is None or second is None:
            return None
        return forms.Band(
            _known(low),
            node.low_closed,
            _known(high),
            node.high_closed,
            _known(first) or Fraction(0),
            _known(second) or Fraction(0),
        )

    def _covered(self, indicator: str, row: Sequence[forms.Band], measure: e.Expr, span: Span) -> None:
        """Without `otherwise`, the outermost bands must reach as far as the measure can."""
        type_ = self._type(measure)
        first, last = row[0], row[-1]
        lowest = type_.lowest if type_ else None
        if measure.unit is Unit.COUNT:
            lowest = Fraction(0)
        if first.low is not None and not (
            lowest is not None and (first.low < lowest or (first.low == lowest and first.low_closed))
        ):
            bound = shown(first.low, measure.unit)
            self.scope.report(
                problems.OUTSIDE, span, indicator=indicator, side=Words("below", "低于"), bound=bound
            )
        highest = type_.high if type_ else None
        if last.high is not None and not (
            highest is not None and (last.high > highest or (last.high == highest and last.high_closed))
        ):
            bound = shown(last.high, measure.unit)
            self.scope.report(
                problems.OUTSIDE, span, indicator=indicator, side=Words("above", "高于"), bound=bound
            )

    def _type(self, measure: e.Expr) -> Type | None:
        return self.types.get(measure.name) if isinstance(measure, e.Fact) else None

    def _levels(self, resolver: Resolver, measure: e.Expr, line: tree.Levels) -> forms.Form | None:
        entries: list[tuple[e.Value, Fraction]] = []
        otherwise: Fraction | None = None
        seen: dict[e.Value, int] = {}
        complete = bool(line.entries)
        if not line.entries:
            self.scope.report(problems.EMPTY_BLOCK, line.span, what=Words("`levels`", "“等级分”"))
        for node in line.entries:
            points = resolver.constant(node.value, Unit.POINTS, Words("the points of a level", "等级得分"))
            key = (
                None
                if node.key is None
                else resolver.constant(node.key, measure.unit, Words("a level", "等级"))
            )
            if points is None or (node.key is not None and key is None):
                complete = False
                continue
            if key is None:
                otherwise = _known(points)
            elif key.value in seen:
                self._level(
                    node.span,
                    Words("this level is listed twice", "此等级列了两次"),
                    Words(
                        f"it stands on line {seen[key.value]} too: keep one",
                        f"第 {seen[key.value]} 行已有，请只保留一个",
                    ),
                )
            elif key.value is not None:
                seen[key.value] = node.span.line
                entries.append((key.value, _known(points) or Fraction(0)))
        if not complete or not entries:
            return None
        if line.scaled and max(points for _, points in entries) <= 0:
            self._level(
                line.span,
                Words("scaled levels need a best level above zero", "按比例的等级分需要最高一级大于零"),
                Words("give the best level its marks", "请给最高一级标出分值"),
            )
            return None
        if otherwise is None:
            self._every_level(measure, seen, line.span)
        return forms.Levels(tuple(entries), otherwise, line.scaled)

    def _every_level(self, measure: e.Expr, seen: dict[e.Value, int], span: Span) -> None:
        type_ = self._type(measure)
        known: Sequence[e.Value] | None = bands.scale(type_)
        if type_ is not None and type_.choices:
            known = type_.choices
        if known is None:
            self._level(
                span,
                Words("these levels may not be all that the measure can have", "所列等级可能不完整"),
                Words(
                    "add `otherwise : 0`, or declare the measure as a rating with its scale",
                    "请加上 `其他 : 0`，或把度量声明为有范围的评级",
                ),
            )
            return
        absent = [
            one if isinstance(one, str) else shown(Fraction(one), Unit.NUMBER)
            for one in known
            if one not in seen
        ]
        if absent:
            listed = ", ".join(absent)
            self._level(
                span,
                Words(f"nothing is said for the level {listed}", f"没有说明等级 {listed}"),
                Words("add a line for it, or `otherwise : 0`", "请补上一行，或写 `其他 : 0`"),
            )
        for value, number in seen.items():
            if value not in known:
                level = value if isinstance(value, str) else shown(Fraction(value), Unit.NUMBER)
                self._level(
                    replace(span, line=number, end_line=number),
                    Words(f"the measure never has the level {level}", f"度量不会取到等级 {level}"),
                    Words("remove it, or widen the scale", "请删除，或扩大范围"),
                )

    def _level(self, span: Span, what: Words, mend: Words) -> None:
        self.scope.report(problems.LEVEL, span, what=what, mend=mend)

    def _pro_rata(self, resolver: Resolver, ground: Ground, line: tree.ProRata) -> forms.Form | None:
        if not self._needs_target(ground, line.span):
            return None
        assert ground.target is not None
        if ground.target.operator.startswith("<"):
            self.scope.report(
                problems.TARGET_SIDE,
                line.span,
                operator=ground.target.operator,
                side=_BELOW,
                mend=Words(
                    "write the target with >=, or score it with `bands` or `deduct`",
                    "请把目标写成 >=，或用“分段”或“扣”计分",
                ),
            )
            return None
        value = ground.target.value
        if isinstance(value, e.Constant) and isinstance(value.value, Fraction) and value.value <= 0:
            self.scope.report(problems.TARGET_VALUE, value.span, given=shown(value.value, value.unit))
            return None
        if line.at_most is None:
            return forms.ProRata()
        most = resolver.constant(line.at_most, Unit.RATIO, Words("the cap", "上限"))
        return None if most is None else forms.ProRata(_known(most) or ONE)

    def _linear(self, resolver: Resolver, measure: e.Expr, line: tree.Linear) -> forms.Form | None:
        what, points = Words("an anchor", "端点"), Words("the points of an anchor", "端点得分")
        start = resolver.constant(line.start, measure.unit, what)
        end = resolver.constant(line.end, measure.unit, what)
        at_start = resolver.constant(line.at_start, Unit.POINTS, points)
        at_end = resolver.constant(line.at_end, Unit.POINTS, points)
        if start is None or end is None or at_start is None or at_end is None:
            return None
        first, last = _known(start) or Fraction(0), _known(end) or Fraction(0)
        if first == last:
            if start.value is not None and end.value is not None:
                anchor = shown(first, measure.unit)
                self.scope.report(problems.INVERTED, line.span, low=anchor, high=anchor)
                return None
            last = first + 1
        return forms.Linear(first, _known(at_start) or Fraction(0), last, _known(at_end) or Fraction(0))

    def _formula(
        self, resolver: Resolver, ground: Ground, line: tree.Formula
    ) -> tuple[e.Expr, forms.Form] | None:
        if ground.measure_line is not None:
            self.scope.report(
                problems.REPEATED,
                ground.measure_line.span,
                what=Words("measure", "度量"),
                line=line.span.line,
            )
            return None
        value = resolver.of(
            line.value, lambda unit: fits(unit, Unit.POINTS), Unit.POINTS, Words("the points", "得分")
        )
        return None if value is None else (value, forms.Formula())


def _known(constant: e.Constant | None) -> Fraction | None:
    """The number; while a parameter is not set, anything will do, since nothing is scored then."""
    if constant is None:
        return None
    return constant.value if isinstance(constant.value, Fraction) else Fraction(0)


def _notes(items: Sequence[tree.Item], kind: str) -> tuple[str, ...]:
    return tuple(item.text for item in items if isinstance(item, tree.Note) and item.kind == kind)
