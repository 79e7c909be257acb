"""Formulas that turn back along one of their facts: points of an indicator (K390), bonuses and penalties (K313).

Exact along one fact with the others fixed; the others are tried at a few values only. Which side is better is told by the
outermost values of the fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from kpirules.diagnostics import Words
from kpirules.model import expressions as e
from kpirules.model.forms import Formula
from kpirules.policy.lint import problems
from kpirules.policy.lint.consequences import LINES
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.indicators import SIDES, more, worst_drop
from kpirules.policy.lint.profile import Profile, Segment, clamped
from kpirules.policy.lint.reach import counted
from kpirules.policy.lint.slices import Piece, Slice, Undecided
from kpirules.policy.lint.study import Line, Study
from kpirules.policy.lint.witness import Claim, Facts, Holds, Results
from kpirules.units import NUMERIC, Unit

#: How many sets of other facts are tried.
_STARTS = 3
_WHOLE = Fraction(100)


@dataclass(frozen=True, slots=True)
class Turn:
    """A fact along which a number turns back: where it is greater for the worse value, and the other facts."""

    name: str
    rising: bool
    worse: Segment
    better: Segment
    profile: Profile
    others: Facts

    @property
    def facts(self) -> Iterator[tuple[Facts, Facts]]:
        """The two sets of facts."""
        level = (self.worse.most + self.better.least) / 2
        for one in islice(self.profile.domain.choices(self.worse.above(level)), 3):
            for two in islice(self.profile.domain.choices(self.better.below(level)), 3):
                yield {**self.others, self.name: one}, {**self.others, self.name: two}


def formulas(study: Study) -> Iterator[Finding]:
    """Points by a formula that fall and rise again. Those with one best value in the middle are taken as meant."""
    for line in study.lines:
        indicator = line.indicator
        if not isinstance(indicator.form, Formula) or line.base is None:
            continue
        for turn in _turns(study, indicator.measure, line.base, indicator.weight):
            if _one_peak(turn.profile):
                continue
            claim = study.first(Claim(one, (indicator.id,), more(indicator), two) for one, two in turn.facts)
            if claim is not None:
                args = {"indicator": indicator.id, "better": SIDES[1 if turn.rising else -1]}
                yield Finding(problems.NOT_MONOTONIC, indicator.rule_span, args, claim)
                break


def turning(study: Study) -> Iterator[Finding]:
    """Bonuses and penalties that turn back."""
    # A total is needed for them: an indicator that goes well.
    for adjustment in study.rules.adjustments.lines:
        if adjustment.kind == "veto":
            continue
        scored = next((one for line in study.lines for one in _scored(study, line)), None)
        if scored is None:
            return
        for turn in _turns(study, adjustment.value, study.start or {}, None):
            claim = study.first(
                Claim({**scored, **one}, (adjustment.id,), _greater(adjustment.id), {**scored, **two})
                for one, two in turn.facts
            )
            if claim is not None:
                rises = Words("rises", "升高") if turn.rising else Words("falls", "降低")
                args = {
                    "kind": LINES[adjustment.kind],
                    "name": adjustment.id,
                    "fact": turn.name,
                    "rises": rises,
                }
                yield Finding(problems.TURNS_BACK, adjustment.span, args, claim)
                break


def _scored(study: Study, line: Line) -> Iterator[Facts]:
    if line.profile is not None:
        yield from islice(study.giving(line, line.profile.most), 1)


def _greater(name: str) -> Holds:
    def holds(before: Results, after: Results) -> bool:
        one, two = before.outcomes[name], after.outcomes[name]
        return isinstance(one, Fraction) and isinstance(two, Fraction) and one > two

    return holds


def _turns(study: Study, expr: e.Expr, base: Facts, full: Fraction | None) -> Iterator[Turn]:
    """Every fact along which a number turns back, with the first other facts by which it does."""
    for name, unit in _movable(study, expr):
        for others in islice(_others(study, expr, base, name), _STARTS):
            turn = _turn(study, expr, name, unit, others, full)
            if turn is not None:
                yield turn
                break


def _movable(study: Study, expr: e.Expr) -> Iterator[tuple[str, Unit]]:
    """The numbers that a formula reads and a person may state."""
    rules, units = study.rules, study.reach.units
    for name in sorted(study.reach.leaves(expr)):
        derived = name in rules.measures and not counted(rules.measures[name].value)
        if (
            not derived
            and units.get(name) in NUMERIC
            and not (name in rules.inputs and rules.inputs[name].attribute)
        ):
            yield name, units[name]


def _others(study: Study, expr: e.Expr, base: Facts, name: str) -> Iterator[Facts]:
    units = study.reach.units
    if not study.reach.leaves(expr) - {name, *base}:
        yield base
        return
    for one in study.reach.anything(expr, base):
        if name in one:
            own = {fact: value for fact, value in one.items() if fact != name}
            yield own
            yield {
                fact: _WHOLE if units[fact] is Unit.COUNT and fact not in base else value
                for fact, value in own.items()
            }


def _turn(
    study: Study, expr: e.Expr, name: str, unit: Unit, others: Facts, full: Fraction | None
) -> Turn | None:
    try:
        pieces = Slice(study.reach, name, others).pieces(expr)
    except Undecided:
        return None
    bounds = [bound for one in pieces for bound in (one.values.low, one.values.high) if bound is not None]
    leaf = e.MeasureOf if name in study.rules.measures else e.Fact
    domain = study.reach.domains.meant(leaf(name, unit, study.rules.span), bounds)
    segments = [
        Segment(values, one.slope, one.intercept)
        for piece in pieces
        if piece.known
        for one in _bounded(piece, full)
        if (values := domain.within(one.values)) is not None
    ]
    if not segments or any(
        one.slope and (one.values.low is None or one.values.high is None) for one in segments
    ):
        return None
    profile = Profile(domain, tuple(segments), tuple(bounds))
    trend = segments[-1].ends[1] - segments[0].ends[0]
    drop = worst_drop(profile, (trend > 0) - (trend < 0))
    return None if drop is None else Turn(name, trend > 0, *drop, profile, others)


def _bounded(piece: Piece, full: Fraction | None) -> Iterator[Segment]:
    line = Segment(piece.values, piece.slope, piece.intercept)
    if full is None:
        yield line
    else:
        yield from clamped(line, full)


def _one_peak(profile: Profile) -> bool:
    """Whether the points rise to a best value and fall from there on."""
    ends = [end for one in profile.segments for end in one.ends]
    best = ends.index(max(ends))
    return ends[: best + 1] == sorted(ends[: best + 1]) and ends[best:] == sorted(ends[best:], reverse=True)
