"""How far the tests of policies reach, for a reader: what is reached, and of the rest where, why, and what to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby

import click

from kpirules.cli.terminal import language, say
from kpirules.engine import Policy
from kpirules.numbers import decimal_text
from kpirules.policy.coverage.reached import Coverage, Reached


def print_coverage(
    policy: Policy, coverage: Coverage, hints: Mapping[Reached, str], verbose: bool, *, err: bool
) -> None:
    """The count, then the points that are not reached, by what they belong to; with verbose the others too."""
    click.echo(_count(policy.path, coverage), err=err)
    shown = [one for one in coverage.points if verbose or not one.tests]
    for owner, points in groupby(shown, key=lambda one: (one.rollup, one.point.owner)):
        group = list(points)
        click.echo(f"  {_owner(owner, group)}", err=err)
        for one in group:
            _print_point(one, hints.get(one), err)


def _count(path: str, coverage: Coverage) -> str:
    share = percent(coverage)
    reached, possible, impossible = coverage.reached, coverage.possible, coverage.impossible
    if language() == "zh":
        beside = f"；另有 {impossible} 个无法触及" if impossible else ""
        return f"{path}：触及 {possible} 个要点中的 {reached} 个（{share}）{beside}"
    beside = f"; {impossible} more cannot be reached" if impossible else ""
    return f"{path}: {reached} of {possible} points reached ({share}){beside}"


def percent(coverage: Coverage) -> str:
    """The share that is reached, cut to one decimal so that only all of them are 100%."""
    tenths = coverage.share * 1000
    return f"{decimal_text(Fraction(tenths.numerator // tenths.denominator, 10))}%"


def _owner(owner: tuple[str | None, str], points: Sequence[Reached]) -> str:
    rollup, name = owner
    label = points[0].point.label
    inside = "" if rollup is None else f"rollup {rollup}: " if language() == "en" else f"汇总（{rollup}）："
    return f'{inside}{name} "{label}"' if label else f"{inside}{name}"


def _print_point(one: Reached, hint: str | None, err: bool) -> None:
    span = one.point.span
    words = one.point.words.read(language())
    click.echo(f"    {span.path}:{span.line}: {words}", err=err)
    if one.tests:
        titles = ", ".join(f'"{title}"' for title in one.tests[:3])
        more = len(one.tests) - 3
        also_en, also_zh = (f" and {more} more", f" 等 {more + 3} 个") if more > 0 else ("", "")
        say(f"      reached by {titles}{also_en}", f"      已由 {titles}{also_zh} 触及", err=err)
    if one.why is not None:
        click.echo(f"      {one.why.words.read(language())}", err=err)
    if hint is not None:
        say(f"      try: {hint}", f"      可写：{hint}", err=err)
