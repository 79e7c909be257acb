"""Indicators: from their written lines to measure, target and a form, with everything that does not fit reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from kpirules.diagnostics import Words
from kpirules.language import tree
from kpirules.model import expressions as e
from kpirules.model import problems
from kpirules.model.declarations import label_of, number_of
from kpirules.model.folding import moving
from kpirules.model.formlines import FormCheck, Ground, within
from kpirules.model.resolve import Resolver
from kpirules.model.rules import Absent, Indicator, Missing, TargetRule
from kpirules.model.scope import A_NUMBER, UNIT_WORDS, Scope
from kpirules.model.subject import check_word
from kpirules.units import NUMERIC, Unit, comparable

WHOLE = Fraction(100)
Line = TypeVar("Line", tree.MeasureLine, tree.TargetLine, tree.Applies, tree.Absence)


@dataclass(frozen=True, slots=True)
class IndicatorCheck:
    """Builds the indicators of one ruleset. default: what the header says a missing fact means."""

    scope: Scope
    default: tree.Absence | None

    def indicator(self, node: tree.Indicator, section: str | None) -> Indicator | None:
        """The checked indicator, or None where something essential is wrong (and reported)."""
        before = len(self.scope.diagnostics)
        found = self._built(node, section)
        if len(self.scope.diagnostics) > before:
            self.scope.waiting.add(node.name.text)  # no more is said about it
        return found

    def _built(self, node: tree.Indicator, section: str | None) -> Indicator | None:
        resolver = Resolver(self.scope, owner=node.name.text)
        weight = self.weight(resolver, node.weight)
        measure_line = self._once(node, tree.MeasureLine, '"measure"', "“度量”")
        target_line = self._once(node, tree.TargetLine, '"target"', "“目标”")
        applies_line = self._once(node, tree.Applies, '"applies to"', "“适用”")
        absence = self._once(node, tree.Absence, '"missing"', "“缺失”")
        form_line = self._form_line(node)
        measure = applies = target = None
        if measure_line is not None:
            measure = replace(resolver, zero_allowed=True).expr(measure_line.value)
        if applies_line is not None:
            check_word(applies_line, self.scope.subject, self.scope)
        if applies_line is not None and applies_line.condition is not None:
            applies = resolver.condition(applies_line.condition)
        unmeasured = measure_line is not None and measure is None
        if target_line is not None and not unmeasured:
            target = self._target(resolver, target_line, measure, levels=isinstance(form_line, tree.Levels))
        full = number_of(weight)
        missing = self.missing(resolver, absence or self.default, full, said_here=absence is not None)
        ground = Ground(node.name.text, measure, measure_line, target, target_line, full)
        work = FormCheck(self.scope, resolver, ground)
        if form_line is None:
            self.scope.report(problems.NO_FORM, node.name.span, indicator=node.name.text)
            return None
        if unmeasured:
            work.alone(form_line)
            return None
        built = work.form(form_line)
        lost = (
            weight is None
            or (target_line is not None and target is None)
            or (applies_line is not None and applies_line.condition is not None and applies is None)
        )
        if built is None or lost:
            return None
        scored, form = built
        return Indicator(
            id=node.name.text,
            label=label_of(node.label),
            section=section,
            weight=full or Fraction(0),
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

    def weight(self, resolver: Resolver, node: tree.Expr) -> e.Constant | None:
        """A weight: a share of 100."""
        what = Words("a weight", "权重")
        found = resolver.constant(node, Unit.NUMBER, what)
        value = number_of(found)
        mend = Words("weights are parts of 100", "权重是 100 中的份额")
        sound = value is None or within(self.scope, node.span, value, what, WHOLE, mend)
        return found if sound else None

    def missing(
        self, resolver: Resolver, absence: tree.Absence | None, full: Fraction | None, *, said_here: bool
    ) -> Missing | None:
        """A written `missing` rule. said_here: it is this indicator's own, else the header's, checked there."""
        if absence is None:
            return None
        rule = Absent(absence.rule)
        if absence.value is None:
            return Missing(rule)
        what = Words("the points for a missing fact", "缺失时的得分")
        if not said_here:
            resolver = replace(resolver, scope=replace(self.scope, diagnostics=[]))
        value = resolver.constant(absence.value, Unit.POINTS, what)
        number = number_of(value)
        if value is None:
            return None
        if number is None:
            return Missing(rule, Fraction(0))
        if not said_here:
            return Missing(rule, number if full is None else min(number, full))
        return Missing(rule, number) if within(self.scope, absence.value.span, number, what, full) else None

    def _once(self, node: tree.Indicator, kind: type[Line], en: str, zh: str) -> Line | None:
        """The indicator's only line of a kind."""
        found = [item for item in node.items if isinstance(item, kind)]
        for extra in found[1:]:
            self.scope.report(problems.REPEATED, extra.span, what=Words(en, zh), line=found[0].span.line)
        return found[0] if found else None

    def _form_line(self, node: tree.Indicator) -> tree.Form | None:
        found = [item for item in node.items if isinstance(item, tree.Form)]
        for extra in found[1:]:
            what = Words("how this indicator scores", "此指标的计分方式")
            self.scope.report(problems.REPEATED, extra.span, what=what, line=found[0].span.line)
        return found[0] if found else None

    def _target(
        self, resolver: Resolver, line: tree.TargetLine, measure: e.Expr | None, *, levels: bool
    ) -> TargetRule | None:
        """levels: the form takes texts too, so that only the target asks for a number."""
        what = Words("the target", "目标")
        if (
            measure is not None
            and measure.unit not in NUMERIC
            and measure.unit not in (Unit.DATE, Unit.DATETIME)
        ):
            if levels:
                mend = Words(
                    "leave the target out: the levels say everything", "请去掉目标：等级分已说明一切"
                )
                what = Words("a measure with a target", "有目标的度量")
                resolver.wrong(measure.span, what, A_NUMBER, UNIT_WORDS[measure.unit], mend)
            return None
        if measure is None:
            value = resolver.numeric(line.value, what)
        else:
            unit = measure.unit
            value = resolver.of(line.value, lambda given: comparable(given, unit), unit, what)
        if value is None:
            return None
        if line.operator == "!=":
            self.scope.report(
                problems.TARGET_SIDE,
                line.span,
                what=Words('a target cannot be "not equal"', "目标不能写成“不等于”"),
                mend=Words("write <=, >= or =", "请写 <=、>= 或 ="),
            )
            return None
        if any(
            isinstance(part, e.PublishedTotal | e.PublishedGrade | e.PointsOf | e.OutcomeOf)
            for part in moving(value)
        ) or not moving(value):
            value = resolver.fold(value, what)
        return None if value is None else TargetRule(line.operator, value)


def _notes(items: Sequence[tree.Item], kind: str) -> tuple[str, ...]:
    return tuple(item.text for item in items if isinstance(item, tree.Note) and item.kind == kind)
