"""What is amiss in one indicator: where its points turn back, jump, stand still or cannot be had.

All of it is decided on the exact curve of points over the values that the measure can have.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise

from kpirules.diagnostics import Words
from kpirules.model.forms import Band, Bands, Deduct, Formula, Levels, Target
from kpirules.model.lint import reach_of
from kpirules.model.problems import UNREACHED
from kpirules.model.rules import Absent, Indicator
from kpirules.model.scope import said
from kpirules.numbers import decimal_text
from kpirules.policy.lint import problems
from kpirules.policy.lint.finding import Finding
from kpirules.policy.lint.intervals import AGAINST, Interval, beside, only
from kpirules.policy.lint.profile import Profile, Segment
from kpirules.policy.lint.study import Line, Study, points_of
from kpirules.policy.lint.witness import Claim, Facts, Holds, Results
from kpirules.units import shown

#: A jump is worth a word from so many of the total's 100 points on.
CLIFF = Fraction(3)
#: And from so many times on of all that the sloped piece beside it gives or takes.
TIMES = 2
#: How near to a bound the other side of a jump is shown: this part of the piece that ends there.
_NEAR = Fraction(1, 100)

#: A value far from zero, where nothing bounds it.
_FAR = Fraction(1000)

SIDES = {1: Words("higher", "高"), -1: Words("lower", "低")}


def monotony(study: Study) -> Iterator[Finding]:
    """A better value that gets fewer points (K390), and points that go against the target altogether (K391)."""
    for line in study.lines:
        drop = None if line.profile is None else worst_drop(line.profile, line.better)
        if line.profile is None or drop is None:
            continue
        worse, better = drop
        level = (worse.most + better.least) / 2
        claim = study.first(
            Claim(one, (line.indicator.id,), more(line.indicator), two)
            for one, two in study.pair(line, worse.above(level), better.below(level))
        )
        if claim is not None:
            against = line.wants and worst_drop(line.profile, -line.better) is None
            problem = problems.AGAINST_TARGET if against else problems.NOT_MONOTONIC
            args = {"indicator": line.indicator.id, "better": SIDES[line.better]}
            yield Finding(problem, line.indicator.rule_span, args, claim)


def worst_drop(profile: Profile, better: int) -> tuple[Segment, Segment] | None:
    """From the worse values to the better: the two segments between which most points are lost; None: nowhere."""
    found, lost = None, Fraction(0)
    peak: Segment | None = None
    for one in profile.segments[::better] if better else ():
        fall = (one.ends[0] - one.ends[1]) * better
        if fall > lost:
            found, lost = (one, one), fall
        if peak is not None and peak.most - one.least > lost:
            found, lost = (peak, one), peak.most - one.least
        if peak is None or one.most > peak.most:
            peak = one
    return found


def cliffs(study: Study) -> Iterator[Finding]:
    """A jump at the end of a sloped piece by more than twice what the whole piece gives or takes (K392)."""
    whole = sum((one.indicator.weight for one in study.lines), Fraction(0))
    for line in study.lines:
        profile = line.profile
        if profile is None or profile.domain.step is not None or whole == 0:
            continue
        for low, high in pairwise(profile.segments):
            jump = abs(high.ends[0] - low.ends[1])
            slopes = [abs(one.ends[1] - one.ends[0]) for one in (low, high) if one.slope]
            if not slopes or jump <= TIMES * max(slopes) or jump * 100 < CLIFF * whole:
                continue
            claim = study.first(
                Claim(one, (line.indicator.id,), _apart(line.indicator, jump), two)
                for one, two in study.pair(line, *_near(low, high))
            )
            if claim is not None:
                bound = high.values.low
                assert bound is not None
                args = {
                    "indicator": line.indicator.id,
                    "bound": said(bound, line.indicator.measure.unit, study.rules.currency),
                    "jump": _plain(jump),
                    "slope": _plain(max(slopes)),
                }
                yield Finding(problems.CLIFF, line.indicator.rule_span, args, claim)


def _near(low: Segment, high: Segment) -> tuple[Interval, Interval]:
    """The values close to the bound between two segments, on either side."""
    bound = high.values.low
    sloped = low if low.slope else high
    assert bound is not None and sloped.values.low is not None and sloped.values.high is not None
    near = (sloped.values.high - sloped.values.low) * _NEAR
    if low.values.high_closed:
        return only(bound), high.values.common(Interval(bound, bound + near, False))
    return low.values.common(Interval(bound - near, bound, True, False)), only(bound)


def _apart(indicator: Indicator, jump: Fraction) -> Holds:
    """The two differ by nearly the jump: what the slope adds or takes on the way is little."""

    def holds(before: Results, after: Results) -> bool:
        one, two = before.exact[indicator.id], after.exact[indicator.id]
        return one is not None and two is not None and abs(one - two) > jump / 2

    return holds


def more(indicator: Indicator) -> Holds:
    """The first case has more points."""

    def holds(before: Results, after: Results) -> bool:
        one, two = before.exact[indicator.id], after.exact[indicator.id]
        return one is not None and two is not None and one > two

    return holds


def _points(indicator: Indicator, wanted: Fraction) -> Holds:
    return lambda before, after: before.exact[indicator.id] == wanted == after.exact[indicator.id]


def stillness(study: Study) -> Iterator[Finding]:
    """A target that is always or never met (K395), or another form by which all values get the same (K393)."""
    for line in study.lines:
        profile, indicator = line.profile, line.indicator
        if profile is None or indicator.weight == 0:
            continue
        always = _always_met(profile)
        if always is not None and profile.target is not None:
            yield from _met(study, line, profile.target, always)
        elif profile.least == profile.most and not profile.domain.interval.single:
            ends = [one.values for one in (profile.segments[0], profile.segments[-1])]
            claim = study.first(
                Claim(one, (indicator.id,), _points(indicator, profile.most), two)
                for one, two in _ends(study, line, ends[0], ends[1])
            )
            if claim is not None:
                args = {"indicator": indicator.id, "points": _plain(profile.most)}
                yield Finding(problems.ALL_THE_SAME, indicator.rule_span, args, claim)


def _ends(study: Study, line: Line, first: Interval, last: Interval) -> Iterator[tuple[Facts, Facts]]:
    """Facts with two values as far apart as can be."""
    low = first if first.low is None else only(first.low)
    high = last if last.high is None else only(last.high)
    if low == high:  # one piece without bounds
        high = Interval(_FAR)
    yield from study.pair(line, low, high)
    yield from study.pair(line, first, last)


def _always_met(profile: Profile) -> bool | None:
    """Whether every value meets the target, or none does; None where that differs."""
    target = profile.target
    if target is None or profile.own:
        return None
    met = any(profile.domain.within(one) is not None for one in beside(target.operator, target.value))
    missed = any(
        profile.domain.within(one) is not None for one in beside(AGAINST[target.operator], target.value)
    )
    return None if met and missed else met


def _met(study: Study, line: Line, target: Target, always: bool) -> Iterator[Finding]:
    """The value that comes nearest to the other side of the target, with its points."""
    profile, indicator = line.profile, line.indicator
    assert profile is not None
    nearest_low = target.operator.startswith(">") == always
    interval = profile.domain.interval
    bound = interval.low if nearest_low else interval.high
    points = None if bound is None else next(_at(profile, bound), None)
    if bound is None or points is None:
        return
    claims = (
        Claim(facts, (indicator.id,), _points(indicator, points)) for facts in study.values(line, only(bound))
    )
    claim = study.first(claims)
    if claim is not None:
        shown = said(target.value, indicator.measure.unit, study.rules.currency)
        args = {
            "indicator": indicator.id,
            "target": Words(f"{target.operator} {shown.en}", f"{target.operator} {shown.zh}"),
            "met": Words("always", "总是") if always else Words("never", "永远不会"),
        }
        yield Finding(problems.TARGET_SETTLED, indicator.rule_span, args, claim)


def _at(profile: Profile, value: Fraction) -> Iterator[Fraction]:
    yield from (one.at(value) for one in profile.segments if one.values.holds(value))


def full_marks(study: Study) -> Iterator[Finding]:
    """Points beyond the weight (K303) and marks that no value earns (K304), with the best that there is."""
    for line in study.lines:
        indicator = line.indicator
        by_form = list(reach_of(indicator))
        best = _best(line)
        own = best is not None and best < indicator.weight and not _told_otherwise(line)
        if best is None or not (by_form or own):
            continue
        claim = study.first(
            Claim(facts, (indicator.id,), _points(indicator, best)) for facts in study.giving(line, best)
        )
        if claim is None:
            continue
        for one in by_form:
            yield Finding(one.problem, indicator.rule_span, one.args, claim)
        if not by_form:
            args = {
                "indicator": indicator.id,
                "best": _plain(best),
                "weight": decimal_text(indicator.weight),
            }
            yield Finding(UNREACHED, indicator.rule_span, args, claim)


def _best(line: Line) -> Fraction | None:
    """The most points that an indicator gives for any value; None where neither a curve nor a list tells."""
    known = line.profile is not None or isinstance(line.indicator.form, Levels)
    return points_of(line)[1] if known else None


def _told_otherwise(line: Line) -> bool:
    """Whether another finding tells already that the indicator cannot give its marks."""
    profile = line.profile
    return profile is not None and (_always_met(profile) is not None or profile.least == profile.most)


def empty_bands(study: Study) -> Iterator[Finding]:
    """A band or level that no value of the measure falls in (K394)."""
    for line in study.lines:
        profile, indicator = line.profile, line.indicator
        if profile is None:
            continue
        unit, currency = indicator.measure.unit, study.rules.currency
        match indicator.form:
            case Bands(bands):
                for band in bands:
                    if profile.domain.within(_values(band)) is None:
                        words = Words(
                            band.interval(partial(shown, unit=unit, currency=currency)).en,
                            band.interval(partial(shown, unit=unit, language="zh", currency=currency)).zh,
                        )
                        yield Finding(
                            problems.EMPTY_BAND,
                            indicator.rule_span,
                            {"indicator": indicator.id, "band": words},
                        )
            case Levels(entries):
                for level, _ in entries:
                    if isinstance(level, Fraction) and profile.domain.within(only(level)) is None:
                        args = {"indicator": indicator.id, "band": said(level, unit, currency)}
                        yield Finding(problems.EMPTY_BAND, indicator.rule_span, args)


def _values(band: Band) -> Interval:
    return Interval(band.low, band.high, band.low_closed, band.high_closed)


def absence(study: Study) -> Iterator[Finding]:
    """A missing fact that scores more than the best value (K396)."""
    for line in study.lines:
        indicator, best = line.indicator, _best(line)
        match indicator.missing.rule:
            case Absent.FULL:
                instead = indicator.weight
            case Absent.VALUE:
                instead = min(max(indicator.missing.value or Fraction(0), Fraction(0)), indicator.weight)
            case _:
                continue
        if best is None or instead <= best or isinstance(indicator.form, Formula):
            continue
        claim = study.first(_without(study, line, best))
        if claim is not None:
            args = {"indicator": indicator.id, "instead": _plain(instead), "best": _plain(best)}
            yield Finding(problems.BETTER_ABSENT, indicator.rule_span, args, claim)


def _without(study: Study, line: Line, best: Fraction) -> Iterator[Claim]:
    """The best facts, and the same with one of them missing, which gives more."""
    greater = more(line.indicator)
    for facts in study.giving(line, best):
        for name in reversed([one for one in facts if one not in (line.base or {})]):
            missing = {fact: None if fact == name else value for fact, value in facts.items()}
            yield Claim(facts, (line.indicator.id,), lambda before, after: greater(after, before), missing)


def rounding(study: Study) -> Iterator[Finding]:
    """Points that differ and are all published as the same number (K397)."""
    rounds = study.rules.points_rounding
    for line in study.lines:
        profile, indicator = line.profile, line.indicator
        if profile is None or profile.least == profile.most or rounds(profile.least) != rounds(profile.most):
            continue
        claim = study.first(
            Claim(best, (indicator.id, "total"), more(indicator), worst)
            for high in profile.giving(profile.most)
            for low in profile.giving(profile.least)
            for best, worst in study.pair(line, high, low)
        )
        if claim is not None:
            args = {
                "indicator": indicator.id,
                "step": decimal_text(rounds.step),
                "points": decimal_text(rounds(profile.most)),
            }
            yield Finding(problems.ROUNDED_AWAY, indicator.rule_span, args, claim)


def limits(study: Study) -> Iterator[Finding]:
    """A limit of the deduction, or a floor under it, that no value comes to (K310)."""
    for line in study.lines:
        profile, form, indicator = line.profile, line.indicator.form, line.indicator
        if profile is None or not isinstance(form, Deduct) or profile.least == profile.most:
            continue
        idle = _idle_limit(form, indicator, profile)
        if idle is None:
            continue
        claim = study.first(
            Claim(facts, (indicator.id,), _points(indicator, profile.least))
            for facts in study.giving(line, profile.least)
        )
        if claim is not None:
            args = {"name": indicator.id, "limit": idle, "least": _plain(profile.least)}
            yield Finding(problems.IDLE_LIMIT, indicator.rule_span, args, claim)


def _idle_limit(form: Deduct, indicator: Indicator, profile: Profile) -> Words | None:
    most_lost = indicator.weight - profile.least
    if form.at_most is not None and form.at_most > most_lost:
        text = decimal_text(form.at_most)
        return Words(f"at most {text}", f"最多 {text}")
    if form.not_below > 0 and form.not_below < profile.least:
        text = decimal_text(form.not_below)
        return Words(f"not below {text}", f"不低于 {text}")
    return None


def weightless(study: Study) -> Iterator[Finding]:
    """An indicator that weighs nothing (K311)."""
    for line in study.lines:
        if line.indicator.weight == 0:
            yield Finding(problems.NO_WEIGHT, line.indicator.span, {"indicator": line.indicator.id})


def _plain(value: Fraction) -> str:
    """As `model.lint` says points: in full where that is short, else to two places."""
    return decimal_text(value, 2) if value.denominator > 100 else decimal_text(value)
