"""Scoring: a policy and a table of facts in, published scores out, equal to the reference on every cell.

The way of a row: the kernels compute all rows in floats and note those they cannot decide; the lanes work
these out in 64-bit whole numbers; what does not fit there goes to rational arithmetic. Numba is imported
when the first row is scored, not before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from kpirules.matrix import (
    MISSING,
    Flags,
    Integers,
    Labels,
    Result,
    ScoreMatrix,
    StaffPeriodMatrix,
    labels_of,
)
from kpirules.model import expressions as e
from kpirules.model.rules import Ruleset
from kpirules.numbers import Rounding, written
from kpirules.periods import PeriodKind, is_shorter
from kpirules.scoring import shorter
from kpirules.scoring.crossing import CROSSINGS, Rows
from kpirules.scoring.encoding import LaneCode, encode
from kpirules.scoring.exact import evaluate
from kpirules.scoring.groups import Items
from kpirules.scoring.inforce import with_parameters
from kpirules.scoring.lowering import Assumed, lower
from kpirules.scoring.machine import MachineCode
from kpirules.scoring.plan import (
    APPRAISED,
    GRADE,
    TOTAL,
    Plan,
    Stage,
    layout,
    outcome_output,
    point_output,
    prepare,
    prepare_values,
)
from kpirules.scoring.program import Kind, Program, Source, Want
from kpirules.scoring.publishing import published
from kpirules.units import Unit

Array = npt.NDArray[Any]
#: From this many rows on, a second thread pays for itself.
_MANY = 1_000_000
_SAMPLE = 512
_TYPES: dict[Kind, type[np.generic]] = {
    Kind.NUMBER: np.float64,
    Kind.TEXT: np.int32,
    Kind.TRUTH: np.int8,
    Kind.WHOLE: np.int64,
}


@dataclass(frozen=True, slots=True)
class Given:
    """The values of one source for the appraised rows; `exact` rows have a value that the array cannot hold."""

    values: Array
    exact: Mapping[int, Fraction] = field(default_factory=dict)


def score(rules: Ruleset, facts: StaffPeriodMatrix, *, threads: int | None = None) -> ScoreMatrix:
    """Every published result of every appraised row.

    threads: how many to use; None: two for a million rows or more, where there are two processors.
    """
    return Scorer(rules, facts).score(facts, threads=threads)


class Scorer:
    """A policy made ready for tables of one layout: score one after the other, into the same buffers if wanted."""

    def __init__(
        self,
        rules: Ruleset,
        facts: StaffPeriodMatrix,
        grain: str | None = None,
        wanted: Mapping[str, e.Expr] | None = None,
    ) -> None:
        """grain, wanted: for a table of shorter periods, their kind and the values to work out instead of results."""
        self.rules = rules
        self.grain = grain
        self._laid = layout(with_parameters(rules, facts))
        self.plan: Plan = (
            prepare(rules, self._laid) if wanted is None else prepare_values(rules, self._laid, wanted)
        )
        self._places: Integers = np.arange(0)
        self._ready: dict[tuple[int, tuple[Assumed, ...]], tuple[MachineCode, LaneCode | None]] = {}

    def score(
        self,
        facts: StaffPeriodMatrix,
        *,
        threads: int | None = None,
        into: Mapping[str, Array] | None = None,
    ) -> ScoreMatrix:
        """Scores of a table laid out as the first one was (same columns, texts and divisors).

        into: buffers by name of the result (`plan.TOTAL`, `plan.point_output(id)`, ...), at least as long as the
        table; results are then views of them. Exactness never depends on what earlier tables were like.
        """
        given, facts = facts, with_parameters(self.rules, facts)
        if layout(facts) != self._laid:
            return Scorer(self.rules, given).score(given, threads=threads, into=into)
        rows = self._appraised(facts, threads)
        run = _Run(self, facts, rows, threads, into or {})
        for number, stage in enumerate(self.plan.stages):
            run.stage(number, stage)
        return published(self._scores(given, self._all(len(facts)) if rows is None else rows, run.results))

    def values(
        self, whole: StaffPeriodMatrix, facts: StaffPeriodMatrix, threads: int | None
    ) -> Mapping[str, Items]:
        """The wanted values for every row of a table of shorter periods inside those of the whole table."""
        run = _Run(self, with_parameters(self.rules, facts), None, threads, {}, whole)
        for number, stage in enumerate(self.plan.stages):
            run.stage(number, stage)
        return run.items

    def _all(self, count: int) -> Integers:
        """The places of all rows: one array for all tables, never written to."""
        if len(self._places) < count:
            self._places = np.arange(count)
            self._places.flags.writeable = False
        return self._places[:count]

    def _appraised(self, facts: StaffPeriodMatrix, threads: int | None) -> Integers | None:
        """The places of the appraised rows, None where all are."""
        if self.plan.appraised is None:
            return None
        run = _Run(self, facts, None, threads, {})
        run.program(-1, self.plan.appraised)
        chosen = run.results[APPRAISED] == 1
        return None if chosen.all() else np.flatnonzero(chosen)

    def ready(
        self, number: int, program: Program, assumed: tuple[Assumed, ...]
    ) -> tuple[MachineCode, LaneCode | None]:
        """The program made ready under these assumptions; kept for the next table."""
        key = (number, assumed)
        if key not in self._ready:
            machine = lower(program, assumed)
            self._ready[key] = machine, encode(program, machine.steps)
        return self._ready[key]

    def _scores(self, facts: StaffPeriodMatrix, rows: Integers, results: Mapping[str, Array]) -> ScoreMatrix:
        rules = self.rules

        def column(name: str, unit: Unit, rounding: Rounding | None) -> Result | Flags | Labels:
            values = results[outcome_output(name)]
            if rounding is not None:
                return Result(values, unit, rounding)
            return labels_of(values, self.plan.words) if unit is Unit.TEXT else Flags(values)

        return ScoreMatrix(
            facts=facts,
            rows=rows,
            points={
                one.id: Result(results[point_output(one.id)], Unit.POINTS, rules.points_rounding)
                for one in rules.indicators
            },
            total=Result(results[TOTAL], Unit.POINTS, rules.total_rounding),
            grade=results[GRADE],
            grades=tuple(grade.id for grade in rules.grades),
            adjustments={
                one.id: column(one.id, one.unit, rules.points_rounding if one.kind != "veto" else None)
                for one in rules.adjustments.lines
            },
            outcomes={one.id: column(one.id, one.unit, one.rounding) for one in rules.outcomes},
        )


class _Run:
    """One table on its way through the stages."""

    def __init__(
        self,
        scorer: Scorer,
        facts: StaffPeriodMatrix,
        rows: Integers | None,
        threads: int | None,
        into: Mapping[str, Array],
        whole: StaffPeriodMatrix | None = None,
    ) -> None:
        self._scorer, self._facts, self._rows, self._into = scorer, facts, rows, into
        self._inner = _Inner(scorer.rules, facts, facts if whole is None else whole, scorer.grain, threads)
        self._count = len(facts) if rows is None else len(rows)
        wanted = (2 if self._count >= _MANY else 1) if threads is None else threads
        self._threads = max(1, min(wanted, os.cpu_count() or 1))
        self.results: dict[str, Array] = {}
        self.items: dict[str, Items] = {}
        self._crossed: dict[str, Given] = {}

    def stage(self, number: int, stage: Stage) -> None:
        self.program(number, stage.program)
        places = np.arange(self._count) if self._rows is None else self._rows
        rows = Rows(self._facts, places, self._scorer.rules.inputs, self._inner)
        for one in stage.crossed:
            items = [self.items[name] for name in one.items]
            delivered = CROSSINGS[type(one.node)].deliver(one.node, one.part, items, rows)
            self._crossed[one.name] = Given(delivered.values, delivered.exact)

    def program(self, number: int, program: Program) -> None:
        """Run one program over all appraised rows."""
        given = [self._given(source) for source in program.sources]
        assumed = tuple(
            assume(source, one.values) for source, one in zip(program.sources, given, strict=True)
        )
        machine, lane_code = self._scorer.ready(number, program, assumed)
        results = [self._buffer(output.name, output.want) for output in program.outputs]
        odd: dict[int, dict[int, Fraction]] = {}
        if self._count:
            doubted = run_kernels(machine, [one.values for one in given], results, self._count, self._threads)
            self._decide(program, machine, lane_code, given, results, doubted, odd)
        for place, output in enumerate(program.outputs):
            if output.want is Want.EXACT:
                self.items[output.name] = Items(results[place], machine.steps[place], odd.get(place, {}))
            else:
                self.results[output.name] = results[place]

    def _given(self, source: Source) -> Given:
        match source.place:
            case "column":
                column = self._facts.columns[source.name]
                return Given(self._chosen(column.values, source.kind), self._chosen_exact(column.exact))
            case "divisor":
                divisor = self._facts.columns[source.name].divisor
                assert divisor is not None
                return Given(self._chosen(divisor, source.kind))
            case "published":
                return Given(self.results[source.name])
            case _:
                return self._crossed[source.name]

    def _chosen(self, values: Array, kind: Kind) -> Array:
        chosen = values if self._rows is None else values[self._rows]
        return np.ascontiguousarray(chosen, _TYPES[kind])

    def _chosen_exact(self, exact: Mapping[int, Fraction]) -> Mapping[int, Fraction]:
        if self._rows is None or not exact:
            return exact
        places = {int(row): place for place, row in enumerate(self._rows)}
        return {places[row]: value for row, value in exact.items() if row in places}

    def _buffer(self, name: str, want: Want) -> Array:
        kind = np.int8 if want in (Want.TRUTH, Want.GRADE) else np.int64
        given = self._into.get(name)
        if given is None:
            return np.empty(self._count, kind)
        assert given.dtype == kind and given.flags.c_contiguous
        return given[: self._count]

    def _decide(
        self,
        program: Program,
        machine: MachineCode,
        lane_code: LaneCode | None,
        given: list[Given],
        results: list[Array],
        doubted: Integers,
        odd: dict[int, dict[int, Fraction]],
    ) -> None:
        """Work out exactly the rows in doubt, and those with a value that an array cannot hold."""
        special = sorted({row for one in given for row in one.exact})
        if special:
            doubted = np.setdiff1d(doubted, np.array(special, np.int64))
        left = doubted
        if lane_code is not None and len(doubted):
            left = run_lanes(lane_code, [one.values for one in given], results, doubted)
        for row in [*special, *(int(row) for row in left)]:
            values = [
                _exact_value(source, one, row) for source, one in zip(program.sources, given, strict=True)
            ]
            slots = evaluate(program, values)
            for place, output in enumerate(program.outputs):
                value = slots[output.slot]
                if output.want in (Want.TRUTH, Want.GRADE):
                    results[place][row] = -1 if value is None else int(value)
                    continue
                steps = None if value is None else value / machine.steps[place]
                if output.want is Want.EXACT and steps is not None and not _is_small_whole(steps):
                    assert value is not None
                    odd.setdefault(place, {})[row] = value
                    steps = None
                results[place][row] = MISSING if steps is None else int(steps)


class _Inner:
    """What is worked out for the shorter periods inside those of a table: a plan of its own for each value."""

    def __init__(
        self,
        rules: Ruleset,
        facts: StaffPeriodMatrix,
        whole: StaffPeriodMatrix,
        grain: str | None,
        threads: int | None,
    ) -> None:
        self._rules, self._facts, self._whole, self._threads = rules, facts, whole, threads
        self._kind = PeriodKind(grain or rules.period)
        self._values: dict[tuple[str, e.Expr], Items] = {}
        self._owners: dict[str, Integers] = {}

    def owners(self, grain: str, rows: Rows) -> Integers:
        if grain not in self._owners:
            self._owners[grain] = shorter.owners(self._part(grain), self._facts, rows.places, self._kind)
        return self._owners[grain]

    def times(self, grain: str) -> Integers:
        return shorter.times(self._part(grain))

    def values(self, grain: str, expr: e.Expr) -> Items:
        key = grain, expr
        if key not in self._values:
            facts = self._part(grain)
            for own, names in self._of_longer(grain, expr).items():
                around = self._whole if own is None else self._whole.parts.get(own)
                if around is not None:
                    facts = shorter.with_columns_of(
                        facts, around, PeriodKind(own or self._rules.period), names
                    )
            scorer = Scorer(self._rules, facts, grain, {"value": expr})
            self._values[key] = scorer.values(self._whole, facts, self._threads)["value"]
        return self._values[key]

    def _of_longer(self, grain: str, expr: e.Expr) -> Mapping[str | None, set[str]]:
        """The inputs of longer periods that the expression reads, by their kind."""
        found: dict[str | None, set[str]] = {}
        waiting, seen = [expr], set[str]()
        while waiting:
            for part in e.walk(waiting.pop()):
                if isinstance(part, e.MeasureOf) and part.name not in seen:
                    seen.add(part.name)
                    waiting.append(self._rules.measures[part.name].value)
                elif isinstance(part, e.Fact) and part.name in self._rules.inputs:
                    own = self._rules.inputs[part.name].grain
                    if own is None or is_shorter(PeriodKind(grain), PeriodKind(own)):
                        found.setdefault(own, set()).add(part.name)
        return found

    def _part(self, grain: str) -> StaffPeriodMatrix:
        none = np.zeros(0, np.int32)
        nothing = StaffPeriodMatrix(none, self._facts.staff_names, none, (), {})
        return self._facts.parts.get(grain, nothing)


def _exact_value(source: Source, given: Given, row: int) -> Fraction | None:
    """The exact value of a source at a row."""
    if row in given.exact:
        return given.exact[row]
    raw = given.values[row]
    match source.kind:
        case Kind.NUMBER:
            return None if np.isnan(raw) else written(float(raw))
        case Kind.TEXT:
            return None if raw < 0 else Fraction(source.codes[raw])
        case Kind.TRUTH:
            return None if raw < 0 else Fraction(int(raw))
        case Kind.WHOLE:
            return None if raw == MISSING else int(raw) * source.step


def _is_small_whole(steps: Fraction) -> bool:
    return steps.denominator == 1 and abs(steps) < 2**62


def assume(source: Source, values: Array) -> Assumed:
    """Range and decimals of a source, from a sample, generously."""
    if source.kind in (Kind.TEXT, Kind.TRUTH) or not len(values):
        return Assumed(0.0, 1.0, 0)
    sample = values[:: max(1, len(values) // _SAMPLE)]
    if source.kind is Kind.WHOLE:
        known = sample[sample != MISSING].astype(np.float64) * float(source.step)
        decimals: int | None = None
    else:
        known = sample[np.isfinite(sample)]
        known = sample[np.isfinite(sample)]
        decimals = _decimals(known)
    size = float(np.abs(known).max(initial=1.0))
    high = 2.0 ** min(int(np.ceil(np.log2(max(size, 1.0)) + 3)), 400)
    return Assumed(0.0 if known.min(initial=0.0) >= 0 else -high, high, decimals)


def _decimals(sample: npt.NDArray[np.float64]) -> int | None:
    """How many decimals the sample has, None for more than nine."""
    if float(np.abs(sample).max(initial=0.0)) > 1e15:
        return None
    for places in range(10):
        scale = 10.0**places
        if np.array_equal(np.rint(sample * scale) / scale, sample):
            return places
    return None


def run_kernels(
    machine: MachineCode, sources: list[Array], results: list[Array], count: int, threads: int
) -> Integers:
    """Run the machine over all rows, in parts if there are threads; the rows in doubt, ascending."""
    from kpirules.scoring import kernels  # late: numba takes half a second to import

    block = kernels.BLOCK
    blocks = -(-count // block)
    cut = [blocks * part // threads * block for part in range(threads)] + [count]
    parts = [(first, last) for first, last in pairwise(cut) if last > first]

    def part(bounds: tuple[int, int]) -> Integers:
        first, last = bounds
        # scratch, aligned to cache lines: constants and working registers, then a byte a row for doubts
        own, wide = len(machine.fills) + machine.scratch, block + _STAGGER
        room = np.zeros(own * wide + 8 + block // 8, np.float64)
        start = -room.ctypes.data % 64 // 8
        working = room[start : start + own * wide].reshape(own, wide)
        working[: len(machine.fills)] = machine.fills[:, None]
        flags = room[start + own * wide :]
        outside = [*sources, *results]
        bases = [array.ctypes.data + first * array.itemsize for array in outside]
        bases += [working.ctypes.data + register * wide * 8 for register in range(own)]
        doubted = np.empty(last - first, np.int64)
        noted = kernels.run_blocks(
            machine.code,
            machine.constants,
            np.array(bases, np.int64),
            machine.strides,
            np.empty(len(bases), np.int64),
            last - first,
            first,
            doubted,
            flags.ctypes.data,
        )
        return doubted[:noted].copy()

    if len(parts) == 1:
        return part(parts[0])
    with ThreadPoolExecutor(len(parts)) as pool:
        return np.concatenate(list(pool.map(part, parts)))


#: Floats between working registers: streams that begin at the same offset of a page slow each other down.
_STAGGER = 40


def run_lanes(lane_code: LaneCode, sources: list[Array], results: list[Array], rows: Integers) -> Integers:
    """Work out the rows in whole numbers; those that do not fit."""
    from kpirules.scoring import lanes  # late: numba takes half a second to import

    size = len(lane_code.code)
    left = np.empty(len(rows), np.int64)
    count = lanes.run_lanes(
        lane_code.code,
        lane_code.args,
        lane_code.constants,
        lane_code.inputs,
        np.array([array.ctypes.data for array in sources] or [0], np.int64),
        lane_code.outputs,
        np.array([array.ctypes.data for array in results] or [0], np.int64),
        rows,
        np.empty((2, size), np.int64),
        np.empty((3, size), np.float64),
        left,
    )
    return left[:count]
