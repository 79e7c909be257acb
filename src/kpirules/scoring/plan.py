"""From the checked rule model to a plan: one program per stage, crossings of rows between the stages.

A stage holds everything that can be worked out from a row alone and from the crossings before it; what
comes from one stage to a later one is published results and values across rows. The meaning of each step is `exact`'s,
that of the policy `reference`'s. Nothing here looks at a value of a row, only at how columns are laid out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpirules.matrix import StaffPeriodMatrix
from kpirules.model import expressions as e
from kpirules.model import forms as f
from kpirules.model.functions import FUNCTIONS
from kpirules.model.recent import values_of
from kpirules.model.rules import Absent, Adjustment, Adjustments, Indicator, Ruleset
from kpirules.numbers import Rounding
from kpirules.scoring import adjustment_steps as steps
from kpirules.scoring.crossing import CROSSINGS, HALVED
from kpirules.scoring.exact import meaning
from kpirules.scoring.past import summary
from kpirules.scoring.piecewise import piecewise
from kpirules.scoring.program import (
    Assembler,
    Entries,
    Kind,
    Op,
    Points,
    Program,
    Source,
    Steps,
    Want,
)
from kpirules.scoring.slots import SlotOperations
from kpirules.units import DAY, Unit

TOTAL, GRADE, APPRAISED = "total", "grade", "appraised"


@dataclass(frozen=True, slots=True)
class Laid:
    """How a column arrives: kind, whether it has a divisor, its texts."""

    kind: Kind
    divided: bool
    choices: tuple[str, ...]


Layout = Mapping[str, Laid]


def layout(facts: StaffPeriodMatrix) -> Layout:
    """The layout of a matrix's columns."""
    kinds = {Unit.TEXT: Kind.TEXT, Unit.BOOLEAN: Kind.TRUTH}
    return {
        name: Laid(kinds.get(column.unit, Kind.NUMBER), column.divisor is not None, column.choices)
        for name, column in facts.columns.items()
    }


@dataclass(frozen=True, slots=True)
class Crossed:
    """A part of a value across rows: later stages read it by `name`; `items` are outputs of the stage before."""

    name: str
    node: e.Expr
    part: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A program over rows, and what is made across rows from its results."""

    program: Program
    crossed: tuple[Crossed, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """appraised: the program that says which rows are appraised; None: all are. words: texts by their numbers."""

    appraised: Program | None
    stages: tuple[Stage, ...]
    words: tuple[str, ...] = ()


def point_output(indicator: str) -> str:
    return f"points {indicator}"


def outcome_output(outcome: str) -> str:
    return f"outcome {outcome}"


def prepare(rules: Ruleset, laid: Layout) -> Plan:
    """The plan of a policy for tables of this layout. Cheap: no data is read and nothing compiled."""
    stages = _Stages(rules)
    words: dict[str, int] = {}
    appraised = None
    if rules.applies is not None:
        one = _StageBuilder(rules, laid, stages, 0, words)
        one.code.output(APPRAISED, one.slot(rules.applies), Want.TRUTH)
        appraised = one.code.program()
    last = max([stages.grade, *stages.indicators.values(), *stages.outcomes.values()])
    made = tuple(_StageBuilder(rules, laid, stages, number, words).stage() for number in range(last + 1))
    return Plan(appraised, made, tuple(words))


def prepare_values(rules: Ruleset, laid: Layout, wanted: Mapping[str, e.Expr]) -> Plan:
    """The plan of single values for every row of a table, no results: each leaves as an exact number by its name."""
    rules = replace(
        rules, indicators=(), outcomes=(), grades=(), applies=None, adjustments=Adjustments(), total=None
    )
    stages = _Stages(rules)
    stages.total = stages.grade = -1
    last = max((stages.of(expr) for expr in wanted.values()), default=0)
    words: dict[str, int] = {}
    return Plan(
        None,
        tuple(
            _StageBuilder(rules, laid, stages, number, words, wanted).stage() for number in range(last + 1)
        ),
    )


class _Stages:
    """In which stage each result can be worked out: one later than the crossings it reads."""

    def __init__(self, rules: Ruleset) -> None:
        self._rules = rules
        self._outcome_rules = {one.id: one for one in rules.outcomes}
        self.indicators: dict[str, int] = {}
        self.outcomes: dict[str, int] = {}
        self.crossed: dict[e.Expr, int] = {}
        for one in rules.indicators:
            parts = [one.applies, one.measure, one.target.value if one.target else None]
            self.indicators[one.id] = max(self.of(part) for part in parts if part is not None)
        self.points = max(self.indicators.values(), default=0)
        if rules.total is not None:
            self.points = self.of(rules.total)
        self.total = self.points
        self._adjustments = {one.id: one for one in rules.adjustments.lines}
        self.total = max((self._outcome(name) for name in self._adjustments), default=self.points)
        self.grade = self.total if rules.limited is None else self.of(rules.limited)
        for outcome in rules.outcomes:
            self._outcome(outcome.id)

    def of(self, expr: e.Expr) -> int:
        match expr:
            case e.MeasureOf(name):
                return self.of(self._rules.measures[name].value)
            case e.PublishedGrade() if self._rules.limited is not None:
                return self.of(self._rules.limited)
            case e.PublishedTotal() | e.PublishedGrade() | e.OwnGrade():
                return self.total
            case e.PointsOf(indicator):
                return self._indicator(indicator)
            case e.OutcomeOf(name):
                return self._outcome(name)
            case _ if type(expr) in CROSSINGS:
                items = CROSSINGS[type(expr)].items(expr)
                self.crossed[expr] = max((self.of(item) for item in items), default=0)
                return self.crossed[expr] + 1
            case e.Recent():
                return max(self.of(one) for one in values_of(expr))
            case e.Aggregate():
                return 0
            case _:
                return max((self.of(part) for part in e.children(expr)), default=0)

    def _indicator(self, name: str) -> int:
        if name not in self.indicators:
            one = next(one for one in self._rules.indicators if one.id == name)
            parts = [one.applies, one.measure, one.target.value if one.target else None]
            self.indicators[name] = max(self.of(part) for part in parts if part is not None)
        return self.indicators[name]

    def _outcome(self, name: str) -> int:
        if name not in self.outcomes and name in self._adjustments:  # made only where there is a total
            self.outcomes[name] = max(self.points, self.of(self._adjustments[name].value))
        if name not in self.outcomes:
            self.outcomes[name] = self.of(self._outcome_rules[name].value)
        return self.outcomes[name]


_ARITHMETIC = {"+": Op.ADD, "-": Op.SUBTRACT, "*": Op.MULTIPLY, "/": Op.DIVIDE}


@dataclass(slots=True)
class _StageBuilder:
    """Writes the program of one stage. wanted: values that leave it as exact numbers, besides the results."""

    rules: Ruleset
    laid: Layout
    stages: _Stages
    number: int
    words: dict[str, int]
    wanted: Mapping[str, e.Expr] = field(default_factory=dict)
    code: Assembler = field(default_factory=lambda: Assembler(meaning))

    def stage(self) -> Stage:
        here = [node for node, stage in self.stages.crossed.items() if stage == self.number]
        for name, expr in self.wanted.items():
            if self.stages.of(expr) == self.number:
                self.code.output(name, self.slot(expr), Want.EXACT)
        for one in self.rules.indicators:
            if self.stages.indicators.get(one.id) == self.number:
                slot = self._rounded(self._points(one), self.rules.points_rounding)
                self.code.output(point_output(one.id), slot, Want.WHOLE, self.rules.points_rounding.step)
        if self.stages.total == self.number:
            self.code.output(TOTAL, self._total(), Want.WHOLE, self.rules.total_rounding.step)
        if self.stages.grade == self.number:
            self.code.output(GRADE, self._grade(), Want.GRADE)
        for line in self.rules.adjustments.lines:
            if self.stages.outcomes[line.id] == self.number:
                slot, name = self._outcome(line.id), outcome_output(line.id)
                if line.kind == "veto":
                    self.code.output(name, slot, Want.TRUTH)
                else:
                    self.code.output(name, slot, Want.WHOLE, self.rules.points_rounding.step)
        for outcome in self.rules.outcomes:
            if self.stages.outcomes.get(outcome.id) == self.number:
                slot = self._outcome(outcome.id)
                if outcome.unit is Unit.TEXT:
                    self.code.output(outcome_output(outcome.id), slot, Want.WHOLE)
                elif outcome.rounding is None:
                    self.code.output(outcome_output(outcome.id), slot, Want.TRUTH)
                else:
                    self.code.output(outcome_output(outcome.id), slot, Want.WHOLE, outcome.rounding.step)
        made = [part for node in here for part in self._crossed(node)]
        return Stage(self.code.program(), tuple(made))

    def _crossed(self, node: e.Expr) -> list[Crossed]:
        """The parts of a value across rows; its items leave this stage's program."""
        crossing, name = CROSSINGS[type(node)], self._crossing_name(node)
        items: list[str] = []
        slots = [self.slot(item) for item in crossing.items(node)]
        if type(node) in HALVED:
            slots = [half for slot in slots for half in self.code.halves(slot)]
        elif isinstance(node, e.Rank):
            # A rank compares quotients by their two sides, as whole numbers: no row needs a fraction of its own.
            slots = [side for slot in slots for side in self.code.quotient(slot) or (slot,)]
        for place, slot in enumerate(slots):
            items.append(f"{name}, item {place}")
            self.code.output(items[-1], slot, Want.EXACT)
        return [Crossed(f"{part} of {name}", node, part, tuple(items)) for part in crossing.parts(node)]

    def _crossing_name(self, node: e.Expr) -> str:
        return f"crossing {list(self.stages.crossed).index(node)}"

    def _across(self, node: e.Expr) -> int:
        """The slot of a value that was made across rows before this stage."""
        crossing, name = CROSSINGS[type(node)], self._crossing_name(node)
        parts = [
            self.code.input(Source("crossed", f"{part} of {name}", Kind.NUMBER))
            for part in crossing.parts(node)
        ]
        return crossing.combine(node, self.code, parts)

    # Expressions

    def slot(self, expr: e.Expr) -> int:
        """The slot that holds the expression's value."""
        code = self.code
        match expr:
            case e.Constant(value):
                return code.constant(None if value is None else self._number(value))
            case e.Fact(name) | e.Aggregate(name) | e.InForce(name):
                return self._fact(name)
            case e.MeasureOf(name):
                return self.slot(self.rules.measures[name].value)
            case e.PublishedTotal():
                return self._total()
            case e.PublishedGrade() if self.rules.limited is not None:
                return self._across(self.rules.limited)
            case e.PublishedGrade() | e.OwnGrade():
                lows = steps.lows(self.rules.grades, self.rules.total_rounding)
                return steps.place(self.code, self._graded(), lows)
            case e.PointsOf(indicator):
                return self._published_points(indicator)
            case e.OutcomeOf(name):
                return self._outcome(name)
            case e.Negate(item):
                return code.step(Op.NEGATE, self.slot(item))
            case e.Arithmetic(operator, left, right):
                result = code.step(_ARITHMETIC[operator], self.slot(left), self.slot(right))
                # Dates are held in days, the time between them in microseconds.
                days = left.unit is Unit.DATE
                return code.step(Op.MULTIPLY, result, code.constant(Fraction(DAY))) if days else result
            case e.Compare(operator, left, right):
                return self._compare(operator, self.slot(left), self.slot(right))
            case e.Member(item, choices):
                entries = tuple((self._number(choice), Fraction(1)) for choice in choices)
                return code.step(Op.TABLE, self.slot(item), datum=Entries(entries, Fraction(0)))
            case e.Logic(operator, left, right):
                return code.step(Op.OR if operator == "or" else Op.AND, self.slot(left), self.slot(right))
            case e.Not(item):
                return code.step(Op.NOT, self.slot(item))
            case e.Presence(item, present):
                there = code.step(Op.PRESENT, self.slot(item))
                return there if present else code.step(Op.NOT, there)
            case e.Choice(then, condition, other):
                return code.step(Op.SELECT, self.slot(condition), self.slot(then), self.slot(other))
            case e.Call(function, arguments):
                lowering = FUNCTIONS[function].lowering
                assert lowering is not None, "functions of records have no value for a row"
                return lowering(SlotOperations(code), [self.slot(one) for one in arguments])
            case e.Lookup(name, key):
                table = self.rules.tables[name]
                if table.scale is not None:
                    return piecewise(code, table.scale, self.slot(key))
                entries = tuple((self._number(key), value) for key, value in table.entries.items())
                return code.step(Op.TABLE, self.slot(key), datum=Entries(entries, table.otherwise))
            case e.Recent():
                return summary(expr, code, [self.slot(one) for one in values_of(expr)])
            case e.Field() | e.Followed():
                raise AssertionError("a record's field has no value for a row")
            case _:
                return self._across(expr)

    def _number(self, value: e.Value) -> Fraction:
        """The value as programs carry it: truth as 1 or 0, a text by its number in the vocabulary."""
        if isinstance(value, str):
            return Fraction(self.words.setdefault(value, len(self.words)))
        return Fraction(value)

    def _fact(self, name: str) -> int:
        laid = self.laid.get(name)
        slot = self.code.constant(None) if laid is None else self._column(name, laid)
        declared = self.rules.inputs.get(name)
        if declared is None or declared.missing is None:
            return slot
        return self.code.step(Op.FALLBACK, slot, self.code.constant(self._number(declared.missing)))

    def _column(self, name: str, laid: Laid) -> int:
        if laid.kind is Kind.TEXT:
            codes = tuple(int(self._number(choice)) for choice in laid.choices)
            return self.code.input(Source("column", name, Kind.TEXT, codes=codes))
        slot = self.code.input(Source("column", name, laid.kind))
        if not laid.divided:
            return slot
        return self.code.step(Op.DIVIDE, slot, self.code.input(Source("divisor", name, Kind.NUMBER)))

    def _compare(self, operator: str, left: int, right: int) -> int:
        code = self.code
        match operator:
            case "<=":
                return code.step(Op.AT_MOST, left, right)
            case "<":
                return code.step(Op.BELOW, left, right)
            case ">=":
                return code.step(Op.AT_MOST, right, left)
            case ">":
                return code.step(Op.BELOW, right, left)
        equal = code.step(Op.EQUAL, left, right)
        return equal if operator == "=" else code.step(Op.NOT, equal)

    def _rounded(self, slot: int, rounding: Rounding) -> int:
        return self.code.step(Op.ROUND, slot, datum=rounding)

    def _published(self, name: str, rounding: Rounding) -> int:
        return self.code.input(Source("published", name, Kind.WHOLE, rounding.step))

    def _total(self) -> int:
        if self.stages.total < self.number:
            return self._published(TOTAL, self.rules.total_rounding)
        total = steps.adjusted_total(self.rules.adjustments, self.code, self._base(), self.slot)
        return self._rounded(total, self.rules.total_rounding)

    def _base(self) -> int:
        """Points over weight present, times 100: the total before it is adjusted and rounded."""
        if self.rules.total is not None:
            return self.slot(self.rules.total)
        points = [self._points(one) for one in self.rules.indicators]
        weights = tuple(one.weight for one in self.rules.indicators)
        return self.code.step(Op.TOTAL, *points, datum=weights)

    def _grade(self) -> int:
        """The grade as it is published: by its least total, or, within quotas, by its place in the list."""
        limited = self.rules.limited
        if limited is None:
            lows = tuple(grade.low for grade in self.rules.grades)
            return self.code.step(Op.GRADE, self._graded(), datum=lows)
        backwards = self.code.step(Op.NEGATE, self._across(limited))
        places = tuple(Fraction(-place) for place in range(len(self.rules.grades)))
        return self.code.step(Op.GRADE, backwards, datum=places)

    def _graded(self) -> int:
        """The total from which the grade is given."""
        adjustments = self.rules.adjustments
        if all(one.place is None for one in adjustments.lines):
            return self._total()
        lows = steps.lows(self.rules.grades, self.rules.total_rounding)
        return steps.graded_total(adjustments, self.code, self._total(), self.slot, lows)

    def _published_points(self, name: str) -> int:
        if self.stages.indicators[name] < self.number:
            return self._published(point_output(name), self.rules.points_rounding)
        indicator = next(one for one in self.rules.indicators if one.id == name)
        return self._rounded(self._points(indicator), self.rules.points_rounding)

    def _outcome(self, name: str) -> int:
        line = next((one for one in self.rules.adjustments.lines if one.id == name), None)
        if line is not None:
            return self._adjustment(line)
        outcome = next(one for one in self.rules.outcomes if one.id == name)
        if self.stages.outcomes[name] < self.number:
            if outcome.unit is Unit.TEXT:
                return self._published(outcome_output(name), Rounding(Fraction(1)))
            if outcome.rounding is None:
                return self.code.input(Source("published", outcome_output(name), Kind.TRUTH))
            return self._published(outcome_output(name), outcome.rounding)
        slot = self.slot(outcome.value)
        return slot if outcome.rounding is None else self._rounded(slot, outcome.rounding)

    def _adjustment(self, line: Adjustment) -> int:
        rounding = self.rules.points_rounding
        if self.stages.outcomes[line.id] == self.number:
            return steps.published(line, self.code, self._base(), self.slot, rounding)
        if line.kind == "veto":
            return self.code.input(Source("published", outcome_output(line.id), Kind.TRUTH))
        return self._published(outcome_output(line.id), rounding)

    def _points(self, indicator: Indicator) -> int:
        """The indicator's points before rounding, where it exists and counts."""
        code = self.code
        there = code.constant(Fraction(1)) if indicator.applies is None else self.slot(indicator.applies)
        x, shape = self._scored(indicator)
        identity = (f.Piece(None, True, Fraction(1), Fraction(0)),)
        match shape:
            case f.Curve(pieces):
                pass
            case f.Table(entries, other):
                keyed = tuple((self._number(key), points) for key, points in entries)
                x, pieces = code.step(Op.TABLE, x, datum=Entries(keyed, other)), identity
            case f.Stairs(origin, sign, step, top, per, most):
                enough = int(-(-top // per)) + 1 if per > 0 else 1
                most_steps = enough if most is None else min(int(most), enough)
                x = code.step(Op.STEPS, x, datum=Steps(origin, sign, step, most_steps))
                pieces = (f.Piece(None, True, -per, top),)
        pieces = _without_ends(pieces, indicator.weight)
        rule = Points(pieces, indicator.weight, _instead(indicator), self.rules.indicators.index(indicator))
        return code.step(Op.POINTS, x, there, datum=rule)

    def _scored(self, indicator: Indicator) -> tuple[int, f.Shape]:
        """What is scored and by which shape. A target that depends on the row is moved into the measure."""
        code, form, full = self.code, indicator.form, indicator.weight
        x = self.slot(indicator.measure)
        if indicator.target is None:
            return x, form.shape(None, full)
        operator = indicator.target.operator
        value = self.slot(indicator.target.value)
        if code.is_constant(value):
            target = code.constant_at(value)
            if target is None or (form.entering is f.Entering.QUOTIENT and target <= 0):
                return code.constant(None), f.Curve((f.Piece(None, True, Fraction(0), Fraction(0)),))
            return x, form.shape(f.Target(operator, target), full)
        match form.entering:
            case f.Entering.DIFFERENCE:
                moved = f.Target(operator, Fraction(0))
                return code.step(Op.SUBTRACT, x, value), form.shape(moved, full)
            case f.Entering.QUOTIENT:
                positive = code.step(Op.BELOW, code.constant(Fraction(0)), value)
                share = code.step(Op.GATE, code.step(Op.DIVIDE, x, value), positive)
                return share, form.shape(f.Target(operator, Fraction(1)), full)
            case _:
                moved = f.Target(operator, Fraction(0))
                there = code.step(Op.PRESENT, value)
                return code.step(Op.GATE, x, there), form.shape(moved, full)


def _instead(indicator: Indicator) -> Fraction | None:
    """The points of a missing measure; None: the indicator is left out."""
    match indicator.missing.rule:
        case Absent.ZERO:
            return Fraction(0)
        case Absent.FULL:
            return indicator.weight
        case Absent.VALUE:
            return indicator.missing.value
        case Absent.REDISTRIBUTE | Absent.ERROR:
            return None


def _without_ends(pieces: tuple[f.Piece, ...], weight: Fraction) -> tuple[f.Piece, ...]:
    """The curve without flat ends that the clamp to 0..weight makes anyway: most forms are one line then.

    A flat end at full marks (or nothing) goes where the piece beside it, drawn on, stays beyond them.
    """

    def clamped(end: f.Piece, beside: f.Piece, edge: Fraction, rising_out: bool) -> bool:
        at = beside.slope * edge + beside.intercept
        outward = beside.slope if rising_out else -beside.slope
        if end.slope != 0:
            return False
        return (end.intercept >= weight <= at and outward > 0) or (end.intercept <= 0 >= at and outward < 0)

    kept = list(pieces)
    while len(kept) > 1 and kept[-2].high is not None and clamped(kept[-1], kept[-2], kept[-2].high, True):
        last = kept.pop(-2)
        kept[-1] = f.Piece(None, True, last.slope, last.intercept)
    while len(kept) > 1 and kept[0].high is not None and clamped(kept[0], kept[1], kept[0].high, False):
        kept.pop(0)
    return tuple(kept)
