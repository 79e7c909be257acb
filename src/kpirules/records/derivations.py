"""How every published figure came about, row by row, as the reference works it out: exact numbers as text.

A line for each step of each row that is published: its indicators in the policy's order, what they make of the total,
the adjustments, the grade, and what follows from it. Worked out anew here, independently of what scored the run; the
two are held against each other on every published figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pyarrow as pa

from kpirules.matrix import MISSING, Flags, Labels, Result, ScoreMatrix
from kpirules.model.expressions import Value
from kpirules.model.rules import Ruleset
from kpirules.numbers import decimal_text
from kpirules.scoring.reference import Reference

#: row: of the facts. given: what was measured; points: before they are rounded; lost: of the weight.
SCHEMA = pa.schema(
    [("row", pa.int64())]
    + [
        (name, pa.string())
        for name in (
            "staff",
            "period",
            "step",
            "id",
            "state",
            "given",
            "target",
            "weight",
            "points",
            "lost",
            "published",
        )
    ]
)
#: Rows of the facts whose lines are in memory at a time.
_AT_A_TIME = 2_000
Watch = Callable[[int, int], None]


class Disagreement(Exception):
    """What scored the run and what explains it give other figures: a mistake of the program."""


def derivations(rules: Ruleset, scores: ScoreMatrix, watch: Watch | None = None) -> Iterator[pa.Table]:
    """The lines of all rows, a stretch of rows at a time. watch: is told how many of how many rows are done."""
    work = _Lines(rules, scores)
    wanted = np.flatnonzero(scores.facts.asked).tolist()
    for start in range(0, len(wanted), _AT_A_TIME):
        rows = wanted[start : start + _AT_A_TIME]
        for row in rows:
            work.add(row)
        yield work.taken()
        if watch is not None:
            watch(start + len(rows), len(wanted))


class _Lines:
    """The lines of the rows that were added since they were last taken."""

    def __init__(self, rules: Ruleset, scores: ScoreMatrix) -> None:
        self.rules = rules
        self.scores = scores
        self.reference = Reference(rules, scores.facts)
        self.places = {int(row): place for place, row in enumerate(scores.rows)}
        #: Scored in spells, a published figure is of several rows together.
        self.alike = rules.split is None
        self.weights: dict[tuple[str, ...], Fraction] = {}
        self.columns: dict[str, list[object]] = {name: [] for name in SCHEMA.names}
        self.where: tuple[int, str, str] = (0, "", "")

    def taken(self) -> pa.Table:
        table = pa.table(self.columns, schema=SCHEMA)
        for values in self.columns.values():
            values.clear()
        return table

    def add(self, row: int) -> None:
        self.where = (row, *self.scores.facts.row_name(row))
        if not self.reference.is_appraised(row):
            self._line("applies", "", "not for this one")
            return
        self._indicators(row)
        self._total(row)
        self._outcomes(row)
        self.reference.forget(row)

    def _line(
        self,
        step: str,
        id: str,
        state: str | None = None,
        *,
        given: Value | None = None,
        target: str | None = None,
        weight: Fraction | None = None,
        points: Value | None = None,
        lost: Fraction | None = None,
        published: Value | None = None,
    ) -> None:
        written = (_text(given), target, _text(weight), _text(points), _text(lost), _text(published))
        for column, value in zip(
            self.columns.values(), (*self.where, step, id, state, *written), strict=True
        ):
            column.append(value)

    def _indicators(self, row: int) -> None:
        scored = self.reference.indicators(row)
        for one in self.rules.indicators:
            found = scored.get(one.id)
            if found is None:
                self._line("indicator", one.id, "not for this one", weight=one.weight)
                continue
            target = found.target
            published = self.reference.published_points(one.id, row)
            self._agree(row, one.id, self.scores.points[one.id], published)
            self._line(
                "indicator",
                one.id,
                "counted" if not found.absent else "missing" if found.points is None else "scored as missing",
                given=found.measure,
                target=None if target is None else f"{target.operator} {decimal_text(target.value)}",
                weight=one.weight,
                points=found.points,
                lost=None if found.points is None else one.weight - found.points,
                published=published,
            )

    def _total(self, row: int) -> None:
        reference, rules = self.reference, self.rules
        adjusted = reference.adjusted_total(row)
        if rules.total is None:
            present = self._present(row)
            # what the base is made of: points over weight, in percent
            earned = Fraction(0) if adjusted is None else adjusted.base * present / 100
            self._line("total", "earned", points=earned)
            self._line("total", "present", points=present)
        if adjusted is not None and rules.adjustments.lines:
            self._line("total", "before adjustments", points=adjusted.base)
            for one in rules.adjustments.lines:
                value = reference.value(one.value, row)
                published = reference.outcome(one.id, row)
                self._agree(row, one.id, self.scores.adjustments[one.id], published)
                self._line(
                    one.kind,
                    one.id,
                    "lowered" if one in adjusted.vetoed else None,
                    points=value,
                    published=published,
                )
            self._line("total", "bonuses", points=adjusted.bonus)
            self._line("total", "penalties", points=adjusted.penalty)
            self._line("total", "with both", points=adjusted.plain)
            self._line("total", "within the limit", points=adjusted.limited)
        total = reference.total(row)
        self._agree(row, "total", self.scores.total, total)
        unrounded = None if adjusted is None else adjusted.total
        self._line("total", "total", points=unrounded, published=total)
        place, own = reference.grade(row), reference.own_grade(row)
        if self.alike and row in self.places and int(self.scores.grade[self.places[row]]) != place:
            raise Disagreement(f"the grade of {self.where[1]} in {self.where[2]}")
        names = [grade.id for grade in rules.grades]
        self._line(
            "grade",
            "grade",
            given=names[own] if own >= 0 else None,
            published=names[place] if place >= 0 else None,
        )

    def _present(self, row: int) -> Fraction:
        """The weight of the indicators that count for a row."""
        scored = self.reference.indicators(row)
        counted = tuple(name for name, one in scored.items() if one.points is not None)
        if counted not in self.weights:
            weights = {one.id: one.weight for one in self.rules.indicators}
            self.weights[counted] = sum((weights[name] for name in counted), Fraction(0))
        return self.weights[counted]

    def _outcomes(self, row: int) -> None:
        for one in self.rules.outcomes:
            published = self.reference.outcome(one.id, row)
            self._agree(row, one.id, self.scores.outcomes[one.id], published)
            value = self.reference.value(one.value, row)
            self._line("outcome", one.id, points=value, published=published)

    def _agree(self, row: int, what: str, scored: Result | Flags | Labels, published: Value | None) -> None:
        """See to it that the run published what the reference gives."""
        if not self.alike:
            return
        place = self.places.get(row)
        if not (published is None if place is None else _equal(scored, place, published)):
            raise Disagreement(f"{what} of {self.where[1]} in {self.where[2]}: {published} by the reference")


def _equal(scored: Result | Flags | Labels, place: int, published: Value | None) -> bool:
    """Whether a published figure is the value; in whole numbers, since this is asked of every figure."""
    match scored:
        case Result(values, _, rounding):
            steps, step = int(values[place]), rounding.step
            if not isinstance(published, Fraction) or steps == MISSING:
                return published is None and steps == MISSING
            return published.numerator * step.denominator == steps * step.numerator * published.denominator
        case Flags(flags):
            return published is (None if flags[place] < 0 else bool(flags[place]))
        case Labels():
            return published == scored.text(place)


def _text(value: Value | None) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return str(value.numerator) if value.denominator == 1 else decimal_text(value)
