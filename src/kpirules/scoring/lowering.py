"""From a program to machine code, with the proof of what its floats decide.

Each step becomes instructions over registers and a statement of what is known of its register (`bounds`).
Where a decision cannot be proved for every row, an instruction is added that doubts the rows in question;
those are worked out exactly. Reads programs and assumptions about columns, never their rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpirules.model.forms import Piece
from kpirules.numbers import Mode, Rounding
from kpirules.scoring import bounds, curves
from kpirules.scoring.bounds import INF, SLACK, TINY, Known, U
from kpirules.scoring.machine import Code, MachineCode
from kpirules.scoring.program import Entries, Kind, Op, Output, Points, Program, Step, Steps, Want
from kpirules.scoring.registers import Registers

NAN = math.nan
_HALF = Fraction(1, 2)
#: A doubted divisor: nearer to zero than its error times this.
_APART = 2.0**30


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a sample says of a source: range, and decimals (None: no few). Checked row by row where relied on."""

    low: float
    high: float
    decimals: int | None


def lower(program: Program, assumed: Sequence[Assumed]) -> MachineCode:
    """The machine code of a program; `assumed` has an entry for each of its sources."""
    return _Lowering(program, assumed=assumed).code()


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The register of the total (a share of 1), a multiple of 1/fine: `fine` counts the weight present in 1/over."""

    register: int
    fine: int
    over: int


@dataclass(slots=True)
class _Lowering(Registers):
    assumed: Sequence[Assumed] = ()
    values: dict[int, tuple[int, Known]] = field(default_factory=dict)
    guarded: set[int] = field(default_factory=set)
    published: dict[int, int] = field(default_factory=dict)
    uses: dict[int, int] = field(default_factory=dict)
    sums: int | None = None
    scored: dict[int, Known] = field(default_factory=dict)
    lowered: set[int] = field(default_factory=set)
    weighed: _Weighed | None = None
    shares: set[int] = field(default_factory=set)

    def code(self) -> MachineCode:
        self._count_uses()
        self.steps_of = [output.step for output in self.program.outputs]
        for place, output in enumerate(self.program.outputs):
            self._output(output, self._result(place))
        return self._assembled()

    # Which slots are needed, and for how long

    def _count_uses(self) -> None:
        waiting = [output.slot for output in self.program.outputs]
        seen: set[int] = set()
        while waiting:
            slot = waiting.pop()
            if slot not in seen:
                seen.add(slot)
                for arg in self.program.steps[slot].args:
                    self.uses[arg] = self.uses.get(arg, 0) + 1
                    waiting.append(arg)
        self.shares = self._shares(seen)
        for output in self.program.outputs:
            self.uses[output.slot] = self.uses.get(output.slot, 0) + 1

    def _shares(self, needed: set[int]) -> set[int]:
        """Totals that may stay shares of 1: nothing but their rounding reads their size."""
        totals = {slot for slot in needed if self.program.steps[slot].op is Op.TOTAL}
        for slot in needed:
            step = self.program.steps[slot]
            if step.op not in (Op.ROUND, Op.PRESENT):
                totals -= set(step.args)
        return totals - {output.slot for output in self.program.outputs}

    def _used(self, *slots: int) -> None:
        """These slots were read once by a step; a scratch register that nobody reads any more is free again."""
        for slot in slots:
            self.uses[slot] -= 1
            if self.uses[slot] == 0 and slot in self.values:
                register, _ = self.values.pop(slot)
                if register < 0 and register % 2 == 0 and all(r != register for r, _ in self.values.values()):
                    self.free.append(register)

    def _step_done(self, *args: int) -> None:
        self.free.extend(self.temporaries)
        self.temporaries.clear()
        self._used(*args)

    # Values

    def _value(self, slot: int) -> tuple[int, Known]:
        if slot not in self.values:
            step = self.program.steps[slot]
            if slot in self.lowered:  # let go once, and wanted again: so are its arguments
                for arg in step.args:
                    self.uses[arg] += 1
            self.lowered.add(slot)
            self.values[slot] = self._lower(slot, step)
            if step.op not in _OWN_USES:
                self._step_done(*step.args)
        return self.values[slot]

    def _lower(self, slot: int, step: Step) -> tuple[int, Known]:
        match step.op:
            case Op.INPUT:
                assert isinstance(step.datum, int)
                return self._input(step.datum)
            case Op.CONSTANT:
                value = step.datum
                assert value is None or isinstance(value, Fraction)
                return self._fill(NAN if value is None else bounds.nearest(value)), bounds.constant(value)
            case Op.ROUND:
                return self._round(slot, step)
            case Op.TOTAL:
                return self._total(slot, step)
            case Op.POINTS:
                return self._unrounded_points(step)
            case Op.ROUND_BY:
                for arg in step.args:
                    self._value(arg)
                self._emit(Code.DOUBT)
                return self._fill(NAN), bounds.constant(None)
        return self._compute(step, [self._value(arg) for arg in step.args])

    def _compute(self, step: Step, parts: list[tuple[int, Known]]) -> tuple[int, Known]:
        registers = [register for register, _ in parts]
        known = [one for _, one in parts]
        match step.op:
            case Op.NEGATE:
                return self._simple(Code.NEGATE, registers), bounds.negated(known[0])
            case Op.ADD | Op.SUBTRACT | Op.MULTIPLY:
                return self._arithmetic(step.op, parts)
            case Op.DIVIDE:
                return self._divide(parts[0], parts[1])
            case Op.AT_MOST | Op.BELOW | Op.EQUAL:
                return self._compare(step, parts), bounds.TRUTH
            case Op.TABLE:
                assert isinstance(step.datum, Entries)
                return self._table(parts[0], step.datum)
            case Op.STEPS:
                assert isinstance(step.datum, Steps)
                return self._steps(parts[0], step.datum)
            case Op.ABSOLUTE:
                return self._simple(Code.ABSOLUTE, registers), bounds.absolute(known[0])
            case Op.SELECT:
                return self._simple(Code.SELECT, registers), bounds.either(known[1], known[2])
            case Op.LEAST | Op.GREATEST | Op.FALLBACK:
                return self._simple(_SIMPLE[step.op], registers), bounds.either(*known)
            case Op.GATE:
                return self._simple(Code.GATE, registers), known[0]
            case Op.GRADE:
                return registers[0], known[0]
            case _:
                return self._simple(_SIMPLE[step.op], registers), bounds.TRUTH

    def _input(self, number: int) -> tuple[int, Known]:
        source, assumed = self.program.sources[number], self.assumed[number]
        match source.kind:
            case Kind.NUMBER:
                return number, bounds.column(assumed.low, assumed.high, assumed.decimals, number)
            case Kind.TEXT:
                d = self._new()
                self._emit(Code.TEXTS, d, number, k=[float(code) for code in source.codes] or [0.0])
                return d, bounds.whole(0.0, float(max(source.codes, default=0)))
            case Kind.TRUTH:
                d = self._new()
                self._emit(Code.TRUTHS, d, number)
                return d, bounds.TRUTH
            case Kind.WHOLE:
                return self._whole(number, source.step, assumed.low, assumed.high)

    def _whole(self, register: int, step: Fraction, low: float, high: float) -> tuple[int, Known]:
        """A register of whole steps as floats, within a range that is checked unless it is known."""
        d = self._new()
        self._emit(Code.WHOLES, d, register, k=[float(step.numerator), float(step.denominator)])
        if register < len(self.program.sources):
            self._emit(Code.GUARD, a=d, k=[low, high, 0.0])
        return d, bounds.multiples(step, low, high)

    def _rely(self, *known: Known) -> None:
        """From here on a statement rests on these columns' assumptions: check them, once, on every row."""
        for column in sorted(frozenset().union(*(one.columns for one in known)) - self.guarded):
            self.guarded.add(column)
            one = self.assumed[column]
            scale = 0.0 if one.decimals is None else 10.0**one.decimals
            self._emit(Code.GUARD, a=column, k=[one.low, one.high, scale])

    def _settle(self, part: tuple[int, Known]) -> tuple[int, Known]:
        """The same values in a form that decisions can rest on, where their grain allows it."""
        register, known = part
        if known.sure or not bounds.can_settle(known) or known.grain is None:
            return part
        self._rely(known)
        d = self._temporary(self._simple(Code.SNAP, [register], [float(known.grain)]))
        return d, bounds.settled(known)

    # Arithmetic

    def _arithmetic(self, op: Op, parts: list[tuple[int, Known]]) -> tuple[int, Known]:
        (a, left), (b, right) = parts
        self._rely(left, right)
        match op:
            case Op.ADD:
                return self._simple(Code.ADD, [a, b]), bounds.plus(left, right)
            case Op.SUBTRACT:
                return self._simple(Code.SUBTRACT, [a, b]), bounds.plus(left, bounds.negated(right))
            case _:
                return self._simple(Code.MULTIPLY, [a, b]), bounds.times(left, right)

    def _divide(self, above: tuple[int, Known], below: tuple[int, Known]) -> tuple[int, Known]:
        self._rely(above[1], below[1])
        (a, left), (b, right) = above, below
        if left.grain is not None and right.grain is not None:
            scale = math.lcm(left.grain, right.grain)
            if bounds.can_ratio(left, right, scale):
                return self._simple(Code.RATIO, [a, b], [float(scale)]), bounds.ratio(left, right, scale)
        (b, right) = self._settle(below)
        if right.sure and right.grain is not None:
            least = 1.0 / right.grain
        else:
            # Nothing keeps this divisor away from zero: doubt the rows where its error could matter much.
            least = max(right.off * _APART, right.size * 2.0**-60, 2.0**-500)
            if right.written:  # zero is exactly zero then, and very small divisors are doubted
                zero = self._temporary(self._simple(Code.EQUAL, [b, self._fill(0.0)]))
                kept = self._temporary(self._simple(Code.SELECT, [zero, self._fill(INF), b]))
                self._emit(Code.NEAR, a=kept, b=self._fill(0.0), k=[least, 0.0])
            else:
                self._emit(Code.NEAR, a=b, b=self._fill(0.0), k=[least, 0.0])
        d = self._simple(Code.DIVIDE, [a, b])
        known = bounds.quotient(left, right, least)
        if known.size > 2.0**40:
            # Such quotients come from divisors that hardly occur; assume they do not, and check.
            self._emit(Code.GUARD, a=d, k=[-(2.0**40), 2.0**40, 0.0])
            known = replace(known, low=max(known.low, -(2.0**40)), high=min(known.high, 2.0**40))
            if left.error > TINY:
                known = replace(known, error=(left.off / least + 2.0**40 * 4 * (right.relative + U)) * SLACK)
        return d, known

    # Decisions

    def _compare(self, step: Step, parts: list[tuple[int, Known]]) -> int:
        op = _SIMPLE[step.op]
        left, right = (self._settle(part) for part in parts)
        for one, constant_arg, mirrored in ((left, step.args[1], False), (right, step.args[0], True)):
            value = self.program.steps[constant_arg]
            if value.op is Op.CONSTANT and isinstance(value.datum, Fraction):
                return self._compare_constant(step.op, one, value.datum, mirrored)
        (a, x), (b, y) = left, right
        if bounds.same_if_equal(x, y):
            if not (x.written and y.written):
                self._rely(x, y)
        else:
            self._rely(x, y)
            self._emit(Code.NEAR, a=a, b=b, k=[(x.off + y.off) * SLACK, 0.0])
        return self._simple(op, [a, b])

    def _compare_constant(self, op: Op, part: tuple[int, Known], value: Fraction, mirrored: bool) -> int:
        """x against a constant; mirrored: the constant against x."""
        register, known = part
        if op is Op.EQUAL:
            at = bounds.edge(known, value, True)
            before = bounds.edge(known, value, False)
            self._doubt_at(part, at)
            reached = at.at == at.near and before.at != before.near
            return self._simple(
                Code.EQUAL, [register, self._fill(at.near if reached or not known.written else INF)]
            )
        # x <= c, x < c; mirrored c <= x is not (x < c), c < x is not (x <= c)
        closed = (op is Op.AT_MOST) != mirrored
        at = bounds.edge(known, value, closed)
        self._doubt_at(part, at)
        if mirrored:  # not at most the edge: the edge is below
            return self._simple(Code.BELOW, [self._fill(at.at), register])
        return self._simple(Code.AT_MOST, [register, self._fill(at.at)])

    def _doubt_at(self, part: tuple[int, Known], at: bounds.Edge) -> None:
        """Doubt the rows whose float says nothing about which side of the edge the value is on."""
        register, known = part
        if known.sure:
            if not known.written:
                self._rely(known)
            if not at.sure:
                self._emit(Code.NEAR, a=register, b=self._fill(at.near), k=[0.0, 0.0])
        elif math.isfinite(at.near):
            self._rely(known)
            width = min(known.off, (known.error + 2 * known.relative * abs(at.near)) * SLACK)
            self._emit(Code.NEAR, a=register, b=self._fill(at.near), k=[width + TINY, 2 * U])

    def _table(self, part: tuple[int, Known], rule: Entries) -> tuple[int, Known]:
        part = self._settle(part)
        register, known = part
        keys: list[float] = []
        values: list[Fraction] = []
        for key, value in rule.entries:
            at, before = bounds.edge(known, key, True), bounds.edge(known, key, False)
            self._doubt_at(part, at)
            if not known.written or (at.at == at.near and before.at != before.near):
                keys.append(at.near)
                values.append(value)
        other = NAN if rule.other is None else bounds.nearest(rule.other)
        k = [float(len(keys)), other, *keys, *(bounds.nearest(value) for value in values)]
        results = [bounds.constant(value) for value in (*values, rule.other)]
        d = self._new()
        self._emit(Code.TABLE, d, register, k=k)
        return d, bounds.either(*results)

    def _steps(self, part: tuple[int, Known], rule: Steps) -> tuple[int, Known]:
        part = self._settle(part)
        register, known = part
        over = math.lcm(rule.origin.denominator, rule.step.denominator)
        origin, step = rule.origin * over, rule.sign * rule.step * over
        last = rule.origin + rule.sign * rule.step * rule.most
        size = max(abs(rule.origin), abs(last))
        exact = size * over < bounds.WHOLE and rule.most < 2**30 and abs(rule.origin / rule.step) < 2**45
        if not exact or not known.sure:
            if known.sure or rule.most > 64:
                self._emit(Code.DOUBT)
                return self._fill(0.0), bounds.whole(0.0, float(rule.most))
            for r in range(1, rule.most + 1):
                edge = bounds.edge(known, rule.origin + rule.sign * rule.step * r, True)
                self._doubt_at(part, edge)
        sure = known.written and curves.is_short(over, size)
        if known.sure and not sure:
            if known.den is not None:
                self._rely(known)
            sure = known.den is not None and bounds.tells_apart(2 * U * float(size), known.den, over)
        scale = rule.sign / rule.step
        k = [
            float(scale), float(-scale * rule.origin), float(rule.most), float(origin), float(step), float(over),
            float(rule.sign), 1.0 if sure or not known.sure else 0.0,
        ]  # fmt: skip
        d = self._new()
        self._emit(Code.STEPS, d, register, k=k)
        return d, bounds.whole(0.0, float(rule.most))

    # Points

    def _unrounded_points(self, step: Step) -> tuple[int, Known]:
        """Points as a value of their own: needed only where they are rounded in an unusual way."""
        rule = step.datum
        assert isinstance(rule, Points)
        value, (there, _) = self._value(step.args[0]), self._value(step.args[1])
        part = self._settle(value)
        known = part[1]
        if not known.written:
            self._rely(known)
        d = self._curve(part, rule.pieces)
        error = curves.curve_error(known, rule.pieces, rule.weight)
        low, high = self._fill(0.0), self._fill(bounds.nearest(rule.weight))
        d = self._temporary(self._simple(Code.GREATEST, [self._temporary(d), low]))
        d = self._temporary(self._simple(Code.LEAST, [d, high]))
        grain = curves.points_grain(known, rule)
        if rule.instead is not None:
            instead = min(max(rule.instead, Fraction(0)), rule.weight)
            d = self._temporary(self._simple(Code.FALLBACK, [d, self._fill(bounds.nearest(instead))]))
            grain = None if grain is None else math.lcm(grain, instead.denominator)
        d = self._simple(Code.GATE, [d, there])
        return d, Known(0.0, float(rule.weight), error, grain=grain, columns=known.columns)

    def _curve(self, part: tuple[int, Known], pieces: Sequence[Piece]) -> int:
        """The curve at x, of any number of pieces: the last eight first, then seven more before them, and so on."""
        register, _ = part
        rest, tail = list(pieces[:-8]), pieces[-8:]
        d = self._simple(Code.CURVE, [register], [0.0] * 5 + self._packed(part, tail))
        while rest:
            rest, group = rest[:-7], rest[-7:]
            end = self._edge_of(part, group[-1], group, len(group) - 1, doubt=False)
            inner = self._simple(Code.CURVE, [register], [0.0] * 5 + self._packed(part, [*group, group[-1]]))
            before = self._temporary(self._simple(Code.AT_MOST, [register, self._fill(end)]))
            d = self._simple(Code.SELECT, [before, self._temporary(inner), self._temporary(d)])
        for index, piece in enumerate(pieces[:-1]):
            self._edge_of(part, piece, pieces, index, doubt=True)
        return d

    def _packed(self, part: tuple[int, Known], pieces: Sequence[Piece]) -> list[float]:
        """Edges, slopes and intercepts, filled up in front to eight pieces."""
        pad = 8 - len(pieces)
        edges = [self._edge_of(part, piece, pieces, i, doubt=False) for i, piece in enumerate(pieces[:-1])]
        slopes = [bounds.nearest(piece.slope) for piece in pieces]
        intercepts = [bounds.nearest(piece.intercept) for piece in pieces]
        return [-INF] * pad + edges + [0.0] * pad + slopes + [0.0] * pad + intercepts

    def _edge_of(
        self, part: tuple[int, Known], piece: Piece, pieces: Sequence[Piece], index: int, *, doubt: bool
    ) -> float:
        """The edge of a piece on floats. Where the curve jumps there, rows too near to it are doubted."""
        assert piece.high is not None or not doubt
        if piece.high is None:
            return INF
        at = bounds.edge(part[1], piece.high, piece.closed)
        if doubt:
            after = pieces[index + 1]
            jump = (after.slope - piece.slope) * piece.high + after.intercept - piece.intercept
            if jump != 0:
                self._doubt_at(part, at)
        return at.at

    def _round(self, slot: int, step: Step) -> tuple[int, Known]:
        """A rounded value: as whole steps in a result or in scratch, and as a float where something reads it."""
        rounding = step.datum
        assert isinstance(rounding, Rounding)
        published = next(
            (
                self._result(i)
                for i, o in enumerate(self.program.outputs)
                if o.slot == slot and o.want is Want.WHOLE
            ),
            None,
        )
        register = self._new()
        inner = self.program.steps[step.args[0]]
        if inner.op is Op.POINTS and rounding.mode is Mode.HALF_UP and step.args[0] not in self.scored:
            self._score(step.args[0], inner, register, rounding)
            low, high = 0.0, float(_points(inner).weight + rounding.step)
        else:
            value = self._value(step.args[0])
            share = step.args[0] in self.shares
            self._publish(value, rounding, register, Fraction(100) if share else Fraction(1))
            self._step_done(step.args[0])
            widen = float(rounding.step) + value[1].off
            size = 100.0 if share else 1.0
            self.weighed = None
            low, high = size * value[1].low - widen, size * value[1].high + widen
        if published is not None:
            self._emit(Code.STREAM, published, register)
            self.published[slot] = published
        readers = self.uses[slot] - (0 if published is None else 1)
        d, known = register, bounds.constant(None)
        if readers > 0:
            d, known = self._new(), bounds.multiples(rounding.step, low, high)
            k = [float(rounding.step.numerator), float(rounding.step.denominator)]
            self._emit(Code.WHOLES, d, register, k=k)
            self.free.append(register)
        return d, known

    def _sums(self) -> int:
        """The two registers in which points and weights are added up."""
        if self.sums is None:
            self.scratch += 2
            self.sums = -2 * (self.scratch - 1)
            first = [(Code.ZERO, self.sums, 0, 0, 0, 0), (Code.ZERO, self.sums - 2, 0, 0, 0, 0)]
            self.rows[:0] = first
        return self.sums

    def _score(self, slot: int, step: Step, out: int | None, rounding: Rounding) -> None:
        """Points of one indicator, published and added to the sums in one loop."""
        rule = _points(step)
        value = self._value(step.args[0])
        there_step = self.program.steps[step.args[1]]
        there = (
            None if there_step.op is Op.CONSTANT and there_step.datum == 1 else self._value(step.args[1])[0]
        )
        part = self._settle(value)
        instead = None if rule.instead is None else min(max(rule.instead, Fraction(0)), rule.weight)
        z = self._fill(NAN if instead is None else bounds.nearest(instead))
        if there is not None:
            part = self._temporary(self._simple(Code.GATE, [part[0], there])), part[1]
            z = self._temporary(self._simple(Code.GATE, [z, there])) if instead is not None else z
        pieces: Sequence[Piece] = rule.pieces
        known = part[1]
        error = curves.curve_error(known, pieces, rule.weight)
        grain = curves.points_grain(known, rule)
        self.scored[slot] = Known(0.0, float(rule.weight), error, grain=grain, columns=known.columns)
        if len(pieces) > 8:
            d = self._temporary(self._curve(part, pieces))
            part = d, Known(-INF, INF, error, columns=known.columns)
            if all(piece.slope == 0 for piece in pieces):
                part = d, bounds.either(*(bounds.constant(piece.intercept) for piece in pieces))
            pieces = (Piece(None, True, Fraction(1), Fraction(0)),)
            known = part[1]
        else:
            for index, piece in enumerate(pieces[:-1]):
                self._edge_of(part, piece, pieces, index, doubt=True)
        scale = 1 / rounding.step
        shift, window, decimals = self._decide_points(known, pieces, rule, instead, scale, error)
        dummy = self._new() if out is None else out
        head = [bounds.nearest(rule.weight), float(scale), shift, -1.0 if out is None else window, decimals]
        code = Code.SCORE1 if len(pieces) == 1 else Code.SCORE3 if len(pieces) <= 3 else Code.SCORE8
        self._emit(code, dummy, part[0], z, self._sums(), [*head, *self._packed(part, pieces)])
        if out is None:
            self.free.append(dummy)
        self._step_done(*step.args)

    def _decide_points(
        self,
        known: Known,
        pieces: Sequence[Piece],
        rule: Points,
        instead: Fraction | None,
        scale: Fraction,
        error: float,
    ) -> tuple[float, float, float]:
        """Shift, window and decimals of a SCORE: how points near to a rounding edge are decided.

        Either every near value is known to be on the edge (the shift is raised by the error, no window), or
        near values are looked at again: on the edge if x has few decimals, in doubt otherwise.
        """
        delta = (float(scale) * error + 4 * U * (float(scale * rule.weight) + 1)) * SLACK
        flats = [min(max(piece.intercept, Fraction(0)), rule.weight) for piece in pieces if piece.slope == 0]
        flats += [Fraction(0), rule.weight, *([] if instead is None else [instead])]
        if (
            any(0 < curves.to_edge(flat * scale) <= 3 * delta for flat in flats)
            or rule.weight * scale > 2**49
        ):
            self._emit(Code.DOUBT)
            return 0.5, delta, 0.0
        over = 1
        for piece in pieces:
            if piece.slope:
                over = math.lcm(
                    over, (piece.slope * scale).denominator, (piece.intercept * scale + _HALF).denominator
                )
        if (
            known.den is not None
            and not known.columns - self.guarded
            and bounds.tells_apart(delta, known.den, over)
        ):
            return 0.5 + delta, -1.0, 0.0
        if known.written:
            places = next((d for d in range(9, -1, -1) if bounds.tells_apart(delta, 10**d, over)), None)
            return 0.5, delta, 0.0 if places is None else 10.0**places
        self._rely(known)
        if known.den is not None and bounds.tells_apart(delta, known.den, over):
            return 0.5 + delta, -1.0, 0.0
        return 0.5, delta, 0.0

    def _total(self, slot: int, step: Step) -> tuple[int, Known]:
        """Points over weight present: the sums are made by the indicators' SCOREs."""
        weights = step.datum
        assert isinstance(weights, tuple)
        worst, grain, columns = 0.0, 1, frozenset[int]()
        sums = self._sums()
        for arg, weight in zip(step.args, weights, strict=True):
            if arg not in self.scored:
                self._score_for_sums(arg)
            known = self.scored[arg]
            worst = max(worst, known.error / float(weight) if weight else 0.0)
            grain = 0 if known.grain is None else math.lcm(grain, known.grain)
            columns |= known.columns
        d = self._simple(Code.SHARE, [sums, sums - 2])
        error = (worst + (2 * len(weights) + 3) * U) * SLACK
        # A total is a multiple of 1/grain over the weight present: as if of that much finer grain.
        over = math.lcm(*(weight.denominator for weight in weights)) if weights else 1
        heaviest = int(sum(weights) * over)
        self.weighed = _Weighed(d, grain * heaviest, over) if grain else None
        share = Known(0.0, 1.0, error, columns=columns)
        if slot in self.shares:
            return d, share
        hundred = bounds.constant(Fraction(100))
        return self._simple(Code.MULTIPLY, [d, self._fill(100.0)]), bounds.times(share, hundred)

    def _score_for_sums(self, slot: int) -> None:
        """An indicator that is published elsewhere, or rounded in an unusual way: for the total alone."""
        step = self.program.steps[slot]
        self.uses[step.args[0]] += 1
        self.uses[step.args[1]] += 1
        self._score(slot, step, None, Rounding())

    # Publishing

    def _publish(
        self, part: tuple[int, Known], rounding: Rounding, out: int, factor: Fraction = Fraction(1)
    ) -> None:
        """Round the value times a factor to whole steps into `out`."""
        register, known = part
        scale = factor / rounding.step
        halves = rounding.mode in (Mode.HALF_UP, Mode.HALF_EVEN)
        error = (float(scale) * known.error + 2 * U) * SLACK + TINY
        relative = (known.relative + 3 * U) * SLACK
        near = (float(scale) * known.off + relative * float(scale) * known.size + 4 * U) * SLACK
        sure, checks = self._on_edge(register, known, scale, near)
        shift = 0.5 if halves else 0.0
        up = 1.0 if rounding.mode is Mode.UP else 0.0
        even = 1.0 if rounding.mode is Mode.HALF_EVEN else 0.0
        k = [float(scale), shift, error, relative, up, even, 1.0 if sure else 0.0, float(len(checks))]
        if rounding.mode is Mode.UP:
            # floor + 1, but on the edge itself, which is near: so nearness must always be noticed
            k[2] += 2 * U
        at = self._emit(Code.PUBLISH, out, register, k=k + [v for c, s in checks for v in (0.0, s)])
        self.checks.append(([at + 8 + 2 * i for i in range(len(checks))], [c for c, _ in checks]))

    def _on_edge(
        self, register: int, known: Known, scale: Fraction, near: float
    ) -> tuple[bool, list[tuple[int, float]]]:
        """Whether a value near to an edge is on it; and the columns whose decimals must be checked for that."""
        if self.weighed is not None and self.weighed.register == register:
            # scale * total = scale * (m / grain) / (w / over): m whole, w whole and at most the heaviest
            if not bounds.tells_apart(near, 2 * self.weighed.fine, (scale * self.weighed.over).denominator):
                return False, []
            loose = sorted(known.columns - self.guarded)
            found = [self.assumed[column].decimals for column in loose]
            checks = [(c, 10.0**d) for c, d in zip(loose, found, strict=True) if d is not None]
            return True, checks
        den = known.den if known.den is not None else known.grain
        if den is None:
            return False, []
        self._rely(known)
        over = math.lcm(scale.denominator, 2)
        return bounds.tells_apart(near, den, over), []

    # Results

    def _output(self, output: Output, out: int) -> None:
        step = self.program.steps[output.slot]
        match output.want:
            case Want.WHOLE:
                self._value(output.slot)
                if self.published.get(output.slot) != out:
                    value = self._whole_again(output.slot)
                    self._publish(value, Rounding(output.step), out)
            case Want.GRADE:
                lows = step.datum
                assert isinstance(lows, tuple)
                register, known = self._value(output.slot)
                self._grades(out, register, known, step, lows)
            case Want.TRUTH:
                self._emit(Code.FLAGS, out, self._value(output.slot)[0])
            case Want.EXACT:
                self._exact(output, out)
        self._step_done(output.slot)

    def _whole_again(self, slot: int) -> tuple[int, Known]:
        """A value that is published twice, or a constant: as a float, to be published from."""
        if slot not in self.published:
            return self._value(slot)
        rounding = self.program.steps[slot].datum
        assert isinstance(rounding, Rounding)
        k = [float(rounding.step.numerator), float(rounding.step.denominator)]
        d = self._temporary(self._simple(Code.WHOLES, [self.published[slot]], k))
        return d, bounds.multiples(rounding.step, -(2.0**30), 2.0**30)

    def _grades(
        self, out: int, register: int, known: Known, step: Step, lows: tuple[Fraction | None, ...]
    ) -> None:
        at = [-INF if low is None else self._least(step, known, low) for low in lows]
        self._emit(Code.GRADES, out, register, k=[float(len(at)), *at])

    def _least(self, step: Step, known: Known, low: Fraction) -> float:
        """The least published total that reaches a grade."""
        total = self.program.steps[step.args[0]]
        if isinstance(total.datum, Rounding):
            low = -(-low // total.datum.step) * total.datum.step
        return bounds.nearest(low)

    def _exact(self, output: Output, out: int) -> None:
        """A value as whole numbers of the grain it is known to have; without one, every row is in doubt."""
        register, known = self._value(output.slot)
        place = out - len(self.program.sources)
        if known.grain is None or not (known.written or known.den is not None or bounds.can_settle(known)):
            self._emit(Code.DOUBT)
            self._emit(Code.EMIT, out, self._fill(NAN), k=[1.0])
            return
        if known.size * known.grain >= 2.0**50:
            self._emit(Code.DOUBT)
            self._emit(Code.EMIT, out, self._fill(NAN), k=[1.0])
            return
        self._rely(known)
        self._emit(Code.EMIT, out, register, k=[float(known.grain)])
        self.steps_of[place] = Fraction(1, known.grain)


def _points(step: Step) -> Points:
    assert isinstance(step.datum, Points)
    return step.datum


#: These let go of their arguments themselves.
_OWN_USES = frozenset({Op.ROUND, Op.INPUT, Op.CONSTANT})
_SIMPLE = {
    Op.AT_MOST: Code.AT_MOST,
    Op.BELOW: Code.BELOW,
    Op.EQUAL: Code.EQUAL,
    Op.AND: Code.AND,
    Op.OR: Code.OR,
    Op.NOT: Code.NOT,
    Op.PRESENT: Code.PRESENT,
    Op.LEAST: Code.LEAST,
    Op.GREATEST: Code.GREATEST,
    Op.FALLBACK: Code.FALLBACK,
}
