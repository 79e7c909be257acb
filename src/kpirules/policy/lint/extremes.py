"""People at the ends of single indicators: all of one's points, none of them, or a few less than all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from kpirules.model.rules import Indicator
from kpirules.policy.lint.intervals import Interval
from kpirules.policy.lint.reach import TRIES
from kpirules.policy.lint.study import Line, Study, points_of
from kpirules.policy.lint.witness import Facts


def line_of(study: Study, indicator: Indicator) -> Line | None:
    """What is known of an indicator; None while its parameters have no value."""
    return next((one for one in study.lines if one.indicator is indicator), None)


def best(study: Study, indicators: Iterable[Indicator], facts: Facts) -> Facts:
    """The facts with those added that give these indicators all they can; those without such facts are left out."""
    for one in indicators:
        facts = at_the_end(study, one, facts, most=True) or facts
    return facts


def at_the_end(study: Study, indicator: Indicator, facts: Facts, *, most: bool) -> Facts | None:
    """The facts with those added that give the indicator its most or its least points."""
    line = line_of(study, indicator)
    return None if line is None else next(study.scored(line, points_of(line)[most], facts), None)


def short_of_full(study: Study, indicator: Indicator) -> Iterator[Facts]:
    """Facts that give the indicator fewer points than its weight: the smallest that are found."""
    line = line_of(study, indicator)
    if line is None:
        return
    if line.profile is None:
        yield from islice(study.giving(line, points_of(line)[0]), TRIES)
        return
    fewer = Interval(None, indicator.weight, True, False)
    for segment in line.profile.segments:
        values = line.profile.domain.within(segment.within(fewer))
        if values is not None:
            yield from study.values(line, values)
