"""Why a person has these points: the derivation of one row, from facts to grade and amounts.

Every number here is the reference's own. Records behind a measure are looked up by whoever holds the data
(`Evidence`); words are in both languages, exact values are kept beside the shown ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from kpirules.diagnostics import Cell, Span, Words
from kpirules.matrix import StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model.bracketing import in_words
from kpirules.model.checklist import Lost
from kpirules.model.corrected import is_corrected_name, measure_of_indicator
from kpirules.model.rules import Absent, Indicator, Missing, Outcome, Ruleset, Subject
from kpirules.model.schedule import InPeriod, Part
from kpirules.numbers import Mode, Rounding, decimal_text
from kpirules.periods import parse
from kpirules.scoring.adjustments import Adjusted
from kpirules.scoring.earlier import told
from kpirules.scoring.explain_adjustments import AdjustmentLine, line
from kpirules.scoring.opinions import opinions, sum_in_words
from kpirules.scoring.reference import Reference, Scored
from kpirules.scoring.series import Series, behind, own_parts
from kpirules.units import Unit, shown


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which one record of a history is in force, with its value and its texts; counted: the measure takes them."""

    first: date
    last: date
    counted: bool
    value: e.Value | None
    said: tuple[str, ...]

    def words(self) -> Words:
        """How many days, what the record says, and whether it counts."""
        days = (self.last - self.first).days + 1
        said = "".join(f', "{one}"' for one in self.said)
        said_zh = "".join(f"，“{one}”" for one in self.said)
        left = Words() if self.counted else Words("; not counted", "；不计")
        return Words(f"{days} day{'s' if days > 1 else ''}{said}{left.en}", f"{days} 天{said_zh}{left.zh}")


@dataclass(frozen=True, slots=True)
class Records:
    """The records behind an aggregate: how many count, of how many, and the ids (or rows) of the first that count.

    held: of a history, the stretches of days in which they are in force.
    """

    count: int
    of: int
    ids: tuple[str, ...]
    held: tuple[Stretch, ...] = ()


Evidence = Callable[[str, int], Records | None]
#: Where an input or an attribute of a row stands.
Origins = Callable[[str, int], Cell | None]
#: What is to be said of a fact or a measure of a row that was corrected.
Remarks = Callable[[str, int], Words | None]


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact that a rule reads: an input, an attribute, a parameter, a measure or an amount.

    formula: where the policy says how it is worked out, for measures, for what is taken across people, and for
    records that count otherwise than others of the same name.
    detail: what else belongs to it: of a group of raters, how many there were and how much it counts; of a value
    across people, how many take part.
    rules: the lines of a decision that decided it (none where it is missing).
    grain, series: of what is measured by a shorter period, its kind and the value for each of them.
    in_force: the stretches of the period, of a parameter that changes on certain days, and what the period goes by.
    origin: where an input or an attribute stands.
    """

    kind: str
    name: str
    label: str
    value: e.Value | None
    unit: Unit
    records: Records | None = None
    formula: Span | None = None
    detail: Words | None = None
    rules: tuple[Span, ...] = ()
    grain: str | None = None
    series: tuple[tuple[str, e.Value | None], ...] = ()
    in_force: tuple[InPeriod, tuple[Part, ...]] | None = None
    origin: Cell | None = None


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator of one person.

    points: unrounded, None where missing and left out. published: rounded. lost: weight less points.
    because: why, in words. rule and measured: spans of the policy's own text.
    """

    id: str
    label: str
    section: str | None
    weight: Fraction
    applies: bool
    clauses: tuple[str, ...]
    notes: tuple[str, ...]
    rule: Span
    measured: Span
    measure: e.Value | None
    unit: Unit
    target: tuple[str, Fraction | None, str | None] | None
    facts: tuple[FactLine, ...]
    absent: bool
    points: Fraction | None
    published: Fraction | None
    lost: Fraction | None
    because: Words


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    id: str
    label: str
    unit: Unit
    formula: Span
    facts: tuple[FactLine, ...]
    unrounded: e.Value | None
    published: e.Value | None
    rounding: Words


@dataclass(frozen=True, slots=True)
class Derivation:
    """Everything about one staff member's result for one period.

    rolled: of a roll-up the formula of its total, which then is not made of points and weights.
    adjustments: the lines with the facts that each reads; adjusted: what they make of the total, step by step.

    earned, present: unrounded points and weights that counted. grade_from: the total from which the grade is given.
    """

    ruleset: str
    label: str
    version: str | None
    staff: str
    period: str
    appraised: bool
    attributes: tuple[FactLine, ...]
    indicators: tuple[IndicatorLine, ...]
    earned: Fraction
    present: Fraction
    unrounded_total: Fraction | None
    total: Fraction | None
    total_rounding: Words
    points_rounding: Words
    grade: str | None
    grade_label: str
    grade_from: Fraction | None
    quotas: tuple[Words, ...]
    outcomes: tuple[OutcomeLine, ...]
    adjustments: tuple[tuple[AdjustmentLine, tuple[FactLine, ...]], ...]
    adjusted: Adjusted | None
    limits: tuple[Fraction | None, Fraction | None, Fraction | None]
    subject: Subject
    currency: str
    rolled: OutcomeLine | None = None


def explain(
    rules: Ruleset,
    facts: StaffPeriodMatrix,
    row: int,
    evidence: Evidence = lambda name, row: None,
    origins: Origins = lambda name, row: None,
) -> Derivation:
    """The derivation of one row of the facts."""
    return Explainer(rules, facts, evidence, origins).derivation(row)


class Explainer:
    """Explains rows of one table of facts; what they need of each other is worked out once for all of them."""

    def __init__(
        self,
        rules: Ruleset,
        facts: StaffPeriodMatrix,
        evidence: Evidence = lambda name, row: None,
        origins: Origins = lambda name, row: None,
        remarks: Remarks = lambda name, row: None,
    ) -> None:
        self._rules = rules
        self._facts = facts
        self._evidence = evidence
        self._origins = origins
        self._remarks = remarks
        self.reference = Reference(rules, facts)

    def derivation(self, row: int) -> Derivation:
        """The derivation of a row of the facts."""
        known = self._evidence, self._origins, self._remarks
        return _Row(self._rules, self.reference, self._facts, row, *known).derivation()


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that is explained."""

    rules: Ruleset
    reference: Reference
    facts: StaffPeriodMatrix
    row: int
    evidence: Evidence
    origins: Origins
    remarks: Remarks

    def derivation(self) -> Derivation:
        rules, reference, row = self.rules, self.reference, self.row
        appraised = reference.is_appraised(row)
        scored = reference.indicators(row) if appraised else {}
        lines = (
            tuple(self._indicator(one, scored.get(one.id)) for one in rules.indicators) if appraised else ()
        )
        counted = [line for line in lines if line.points is not None]
        code = reference.grade(row) if appraised else -1
        grade = rules.grades[code] if code >= 0 else None
        staff, period = self.facts.row_name(row)
        adjusted = reference.adjusted_total(row) if appraised and rules.adjustments.lines else None
        return Derivation(
            ruleset=rules.id,
            label=rules.label,
            version=rules.version,
            staff=staff,
            period=period,
            appraised=appraised,
            attributes=tuple(
                self._fact(e.Fact(one.name, one.type.unit, one.span))
                for one in rules.inputs.values()
                if one.attribute
            ),
            indicators=lines,
            earned=sum((line.points for line in counted if line.points is not None), Fraction(0)),
            present=sum((line.weight for line in counted), Fraction(0)),
            unrounded_total=reference.unrounded_total(row) if appraised else None,
            total=reference.total(row) if appraised else None,
            total_rounding=rounding_words(rules.total_rounding),
            points_rounding=rounding_words(rules.points_rounding),
            grade=grade.id if grade else None,
            grade_label=grade.label if grade else "",
            grade_from=grade.low if grade else None,
            quotas=tuple(self._quotas()) if appraised else (),
            outcomes=tuple(self._outcome(one) for one in rules.outcomes) if appraised else (),
            adjustments=()
            if adjusted is None
            else tuple(
                (line(reference, one, row), tuple(self._facts([one.value])))
                for one in rules.adjustments.lines
            ),
            adjusted=adjusted,
            limits=(rules.adjustments.bonus, rules.adjustments.penalty, rules.adjustments.total),
            subject=rules.subject,
            currency=rules.currency,
            rolled=None if rules.total is None else self._rolled(rules.total),
        )

    def _rolled(self, total: e.Expr) -> OutcomeLine:
        """How the total of a roll-up comes about."""
        return OutcomeLine(
            id="total",
            label="",
            unit=Unit.POINTS,
            formula=total.span,
            facts=tuple(self._facts([total])),
            unrounded=self.reference.unrounded_total(self.row),
            published=self.reference.total(self.row),
            rounding=rounding_words(self.rules.total_rounding),
        )

    def _quotas(self) -> Iterator[Words]:
        """What each quota that the person met says, from the best grade down."""
        limited = self.rules.limited
        for one in self.reference.people.seats(limited, self.row) if limited is not None else ():
            grade = self.rules.grades[one.place].id
            rank = f"{one.ahead + 1}" if one.tied == 1 else f"{one.ahead + 1}-{one.ahead + one.tied}"
            kept = Words("a place", "有名额") if one.kept else Words("no place", "没有名额")
            yield Words(
                f"quota of {grade}: {one.places} of {one.people} people; place {rank} by total: {kept.en}",
                f"{grade} 的名额：{one.people} 人中 {one.places} 个；按总分第 {rank}：{kept.zh}",
            )

    def _indicator(self, indicator: Indicator, scored: Scored | None) -> IndicatorLine:
        target = None
        if indicator.target is not None:
            written = indicator.target.value
            value = scored.target.value if scored is not None and scored.target is not None else None
            target = (
                indicator.target.operator,
                value,
                _parameter(written),
            )
        points = scored.points if scored is not None else None
        parts = [indicator.measure] + ([indicator.target.value] if indicator.target else [])
        return IndicatorLine(
            id=indicator.id,
            label=indicator.label,
            section=indicator.section,
            weight=indicator.weight,
            applies=scored is not None,
            clauses=indicator.clauses,
            notes=indicator.notes,
            rule=indicator.rule_span,
            measured=indicator.measure.span,
            measure=scored.measure if scored is not None else None,
            unit=indicator.measure.unit,
            target=target,
            facts=tuple(self._behind(indicator, parts)) if scored is not None else (),
            absent=scored.absent if scored is not None else False,
            points=points,
            published=None if points is None else self.rules.points_rounding(points),
            lost=None if points is None else indicator.weight - points,
            because=self._because(indicator, scored),
        )

    def _behind(self, indicator: Indicator, parts: list[e.Expr]) -> Iterator[FactLine]:
        """The facts of an indicator; of a measure that was corrected, that it was."""
        name = measure_of_indicator(indicator.id)
        if (remark := self.remarks(name, self.row)) is not None:
            value, unit = self._value(indicator.measure), indicator.measure.unit
            yield FactLine("measure", indicator.id, indicator.label, value, unit, detail=remark)
            parts = parts[1:]
        yield from self._lost(indicator)
        yield from self._facts(parts)

    def _lost(self, indicator: Indicator) -> Iterator[FactLine]:
        """What each line of a list of deductions takes."""
        if isinstance(indicator.form, Lost):
            for line in indicator.form.lines:
                value = self.reference.value(line.value, self.row)
                yield FactLine("lost", "", line.label, value, Unit.POINTS, formula=line.span)

    def _because(self, indicator: Indicator, scored: Scored | None) -> Words:
        if scored is None:
            return Words(
                f"this indicator is not for this {self.rules.subject.this.en}",
                f"此指标不适用于该{self.rules.subject.this.zh}",
            )
        if scored.absent or scored.measure is None:
            return _absence(indicator.missing)
        unit = indicator.measure.unit
        form, weight, currency = indicator.form, indicator.weight, self.rules.currency
        why = Words(
            form.because(
                scored.measure, scored.target, weight, lambda value: shown(value, unit, "en", currency)
            ).en,
            form.because(
                scored.measure, scored.target, weight, lambda value: shown(value, unit, "zh", currency)
            ).zh,
        )
        raw = indicator.form.points(scored.measure, scored.target, indicator.weight)
        if raw is not None and raw < 0:
            return Words(f"{why.en}; never below 0", f"{why.zh}；最低 0 分")
        if raw is not None and raw > indicator.weight:
            return Words(f"{why.en}; never above the weight", f"{why.zh}；不超过权重")
        return why

    def _facts(self, exprs: list[e.Expr]) -> Iterator[FactLine]:
        """The facts and parameters that expressions read, each once, named measures opened up."""
        seen: set[object] = set()
        waiting = list(exprs)
        while waiting:
            for part in own_parts(waiting.pop(0)):
                if isinstance(part, e.Within) and part not in seen:
                    seen.add(part)
                    yield from self._inside(part)
                    continue
                line = self._leaf(part)
                # Two aggregates may read alike ("count of tickets") and count different records.
                key: object = part.name if isinstance(part, e.Aggregate) else line and (line.kind, line.name)
                if isinstance(part, e.Group | e.Rank | e.Division | e.Earlier | e.Recent):
                    key = part.span
                if line is None or key in seen:
                    continue
                seen.add(key)
                if line.kind == "records":
                    alike = ("records", line.name)
                    line = replace(line, formula=part.span) if alike in seen else line
                    seen.add(alike)
                yield line
                for one in line.records.held if line.records is not None else ():
                    days = f"{one.first} to {one.last}"
                    yield FactLine("stretch", days, "", one.value, line.unit, detail=one.words())
                if isinstance(part, e.MeasureOf) and self.remarks(part.name, self.row) is None:
                    if part.name in self.rules.raters:
                        for group in opinions(self.rules.raters[part.name], self._value):
                            yield FactLine(
                                "raters", group.name, "", group.value, group.unit, detail=group.words
                            )
                    else:
                        waiting.append(self.rules.measures[part.name].value)

    def _value(self, expr: e.Expr) -> e.Value | None:
        return self.reference.value(expr, self.row)

    def _inside(self, summary: e.Within) -> Iterator[FactLine]:
        """A summary over shorter periods, and the values that it is made of."""
        value = self.reference.value(summary, self.row)
        name = f"{summary.kind} of {summary.grain}s"
        yield FactLine("within", name, "", value, summary.unit, formula=summary.span, grain=summary.grain)
        for one in behind(summary, self.rules, self.reference, [self.row]):
            line = self._series(one) if isinstance(one, Series) else self._leaf(one)
            if line is not None:
                yield line

    def _series(self, one: Series) -> FactLine:
        """A measure, an input or a summary of records with its value for every shorter period."""
        label = ""
        formula: Span | None = None
        records: Records | None = None
        match one.part:
            case e.MeasureOf(name):
                measure = self.rules.measures[name]
                kind, label, formula = "measure", measure.label, measure.value.span
                if isinstance(measure.value, e.Aggregate):
                    records = self._records(measure.value.name, one.rows)
            case e.Aggregate(column, over, data):
                kind, name, label = "records", f"{over} of {data}", self.rules.data[data].label
                records = self._records(column, one.rows)
            case e.Fact(name):
                kind, label = "input", self.rules.inputs[name].label if name in self.rules.inputs else ""
        told = [words for row in one.rows if (words := self.remarks(name, row)) is not None]
        detail = Words("; ".join(two.en for two in told), "；".join(two.zh for two in told)) if told else None
        return FactLine(
            kind, name, label, None, one.unit, records, formula, detail, grain=one.grain, series=one.values
        )

    def _records(self, name: str, rows: tuple[int, ...]) -> Records | None:
        """The records behind a measure's values in several shorter periods, together."""
        found = [one for row in rows if (one := self.evidence(name, row)) is not None]
        if not found:
            return None
        ids = tuple(id for one in found for id in one.ids)
        most = max(len(one.ids) for one in found)
        return Records(sum(one.count for one in found), sum(one.of for one in found), ids[: max(most, 10)])

    def _leaf(self, part: e.Expr) -> FactLine | None:
        match part:
            case e.Fact(name):
                return None if is_corrected_name(name) else self._fact(part)
            case e.MeasureOf(name, unit) if (remark := self.remarks(name, self.row)) is not None:
                label = self.rules.measures[name].label
                return FactLine("measure", name, label, self._value(part), unit, detail=remark)
            case e.Constant(value, unit, _, parameter) if parameter is not None:
                return FactLine("parameter", parameter, self.rules.parameters[parameter].label, value, unit)
            case e.MeasureOf(name, unit) if name in self.rules.raters:
                how = sum_in_words(self.rules.raters[name], self._value)
                return FactLine(
                    "measure", name, self.rules.measures[name].label, self._value(part), unit, detail=how
                )
            case e.InForce(name, unit):
                return self._in_force(part)
            case e.MeasureOf(name, unit):
                value = self.reference.value(part, self.row)
                measure = self.rules.measures[name]
                if name in self.rules.decisions:
                    return self._decision(name, value)
                return FactLine("measure", name, measure.label, value, unit, formula=measure.value.span)
            case e.Aggregate(name, kind, data, _, _, _, _, unit):
                value = self.reference.value(part, self.row)
                label = self.rules.data[data].label
                return FactLine(
                    "records", f"{kind} of {data}", label, value, unit, self.evidence(name, self.row)
                )
            case e.Group() | e.Rank() | e.Division():
                value = self.reference.value(part, self.row)
                heads = isinstance(part, e.Group) and part.item is None
                detail = None if heads else self.reference.people.detail(part, self.row)
                return FactLine(
                    "group", _across(part), "", value, part.unit, formula=part.span, detail=detail
                )
            case e.Earlier() | e.Recent():
                value, how = self.reference.value(part, self.row), told(self.reference, part, self.row)
                which = "previous" if isinstance(part, e.Earlier) else "recent"
                return FactLine(which, _past_name(part), "", value, part.unit, formula=part.span, detail=how)
            case e.Lookup(name) if self.rules.tables[name].scale is not None and _of_row(part):
                return self._scale(part)
            case e.PublishedTotal(unit):
                return FactLine("total", "total", "", self.reference.total(self.row), unit)
            case e.PublishedGrade():
                place = self.reference.grade(self.row)
                grade = self.rules.grades[place].id if place >= 0 else None
                return FactLine("grade", "grade", "", grade, Unit.TEXT)
            case e.OutcomeOf(name, unit):
                labels = {one.id: one.label for one in self.rules.outcomes}
                labels |= {one.id: one.label for one in self.rules.adjustments.lines}
                return FactLine("amount", name, labels[name], self.reference.outcome(name, self.row), unit)
            case e.PointsOf(indicator, unit):
                return FactLine(
                    "points", indicator, "", self.reference.published_points(indicator, self.row), unit
                )
            case _:
                return None

    def _scale(self, part: e.Lookup) -> FactLine:
        """What an interval table gives: the interval that holds the key, or the parts that a marginal one adds up."""
        table = self.rules.tables[part.table]
        key = self.reference.value(part.key, self.row)
        detail = in_words(table, key, self.rules.currency) if isinstance(key, Fraction) else None
        value = self.reference.value(part, self.row)
        return FactLine("table", part.table, table.label, value, part.unit, detail=detail)

    def _decision(self, name: str, value: e.Value | None) -> FactLine:
        """A decision with the rules that decided it: all that hold for `collect`, else the first that gives the result."""
        decision = self.rules.decisions[name]
        holding = [
            rule
            for rule in decision.rules
            if rule.condition is not None and self.reference.value(rule.condition, self.row) is True
        ]
        if decision.policy != "collect":
            holding = holding[:1]
        if not holding and decision.otherwise is not None:
            holding = [decision.otherwise]
        spans = tuple(rule.span for rule in holding) if value is not None else ()
        return FactLine("decision", name, decision.label, value, decision.unit, rules=spans)

    def _in_force(self, part: e.InForce) -> FactLine:
        """A parameter that changes on certain days, with its stretches of this period."""
        parameter = self.rules.parameters[part.name]
        period = parse(self.facts.row_name(self.row)[1])
        parts = None
        if parameter.schedule is not None and period is not None:
            parts = (parameter.schedule.rule, parameter.schedule.parts(period))
        value = self.reference.value(part, self.row)
        return FactLine("parameter", part.name, parameter.label, value, part.unit, in_force=parts)

    def _fact(self, fact: e.Fact) -> FactLine:
        declared = self.rules.inputs.get(fact.name)
        kind = "attribute" if declared is not None and declared.attribute else "input"
        label = declared.label if declared is not None else ""
        value = self.reference.fact(fact.name, self.row)
        origin, remark = self.origins(fact.name, self.row), self.remarks(fact.name, self.row)
        return FactLine(kind, fact.name, label, value, fact.unit, detail=remark, origin=origin)

    def _outcome(self, outcome: Outcome) -> OutcomeLine:
        return OutcomeLine(
            id=outcome.id,
            label=outcome.label,
            unit=outcome.unit,
            formula=outcome.value.span,
            facts=tuple(self._facts([outcome.value])),
            unrounded=self.reference.value(outcome.value, self.row),
            published=self.reference.outcome(outcome.id, self.row),
            rounding=Words() if outcome.rounding is None else rounding_words(outcome.rounding),
        )


def _across(part: e.Group | e.Rank | e.Division) -> str:
    """A value across people by a short name."""
    if isinstance(part, e.Division):
        return f"divide over {' and '.join(part.by) or 'everyone'}"
    kind = "headcount" if isinstance(part, e.Group) and part.item is None else str(part.kind)
    return f"{kind} {'between' if part.between else 'over'} {' and '.join(part.by) or 'everyone'}"


def _past_name(part: e.Earlier | e.Recent) -> str:
    """A value of earlier periods by a short name."""
    if isinstance(part, e.Earlier):
        return f"{part.back} back"
    return f"{part.kind if part.best is None else f'best {part.best}'} of last {part.count}"


def _parameter(written: e.Expr) -> str | None:
    """The parameter that a target is, if it is one."""
    match written:
        case e.Constant(_, _, _, parameter):
            return parameter
        case e.InForce(name):
            return name
        case _:
            return None


def _of_row(part: e.Lookup) -> bool:
    """Whether a lookup is one of the person's own, and not of single records."""
    return not any(isinstance(inner, e.Field) for inner in e.walk(part.key))


_MODES = {
    Mode.HALF_UP: Words("half up", "四舍五入"),
    Mode.HALF_EVEN: Words("half to even", "四舍六入五成双"),
    Mode.DOWN: Words("cut", "舍去"),
    Mode.UP: Words("raised", "进位"),
}


def rounding_words(rounding: Rounding) -> Words:
    """A rounding in words."""
    step, mode = decimal_text(rounding.step), _MODES[rounding.mode]
    return Words(f"rounded to {step}, {mode.en}", f"按 {step} {mode.zh}")


def _absence(missing: Missing) -> Words:
    match missing.rule:
        case Absent.REDISTRIBUTE:
            return Words(
                "the fact is missing: left out, and its weight shared by the others",
                "事实缺失：不计，权重由其余指标分担",
            )
        case Absent.ZERO:
            return Words("the fact is missing: scored 0, as the policy says", "事实缺失：按制度记 0 分")
        case Absent.FULL:
            return Words("the fact is missing: full marks, as the policy says", "事实缺失：按制度记满分")
        case Absent.VALUE:
            value = decimal_text(missing.value or Fraction(0))
            return Words(
                f"the fact is missing: {value} points, as the policy says", f"事实缺失：按制度记 {value} 分"
            )
        case Absent.ERROR:
            return Words(
                "the fact is missing, and the policy calls that an error", "事实缺失，制度规定为错误"
            )
