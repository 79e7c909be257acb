"""A finished report to its outputs: where one fails, the others are written all the same."""

from __future__ import annotations

import datetime
import importlib.metadata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kpirules.cli.outlets import Outlet
from kpirules.cli.progress import step
from kpirules.cli.terminal import ERRORS, language, say, several, tell
from kpirules.diagnostics import Diagnostic, Words, nearest
from kpirules.plugin import Report, installed, write_report

if TYPE_CHECKING:
    from kpirules.matrix import ScoreMatrix
    from kpirules.results.report import Wanted


def wanted(run: str | None = None) -> Wanted:
    """A report as commands write it: by this version, now, in the reader's language. run: what names it."""
    from kpirules.results.report import Wanted  # late: numpy

    return Wanted(
        engine=f"kpirules {importlib.metadata.version('kpirules')}",
        language=language(),
        run=run,
        made=datetime.datetime.now().astimezone().replace(microsecond=0),
    )


def deliver(made: Report, outlets: Sequence[Outlet]) -> tuple[Diagnostic, ...]:
    """Write to each place, and say so."""
    found: list[Diagnostic] = []
    for one in outlets:
        path = one.at(lambda name: _stands_for(name, made))
        with step(f"writing {path}", f"写入 {path}"):
            told = write_report(
                installed(), made, path, output=one.output, settings=one.settings, place=one.span
            )
        found += told
        fields = {"output": one.given, "path": path, "rows": made.table.num_rows}
        if any(diagnostic.is_error for diagnostic in told):
            words = Words(f"nothing written to {path}", f"未写入 {path}")
            tell("output failed", words, "error", **fields)
        else:
            rows = several(made.table.num_rows, "row")
            words = Words(f"{rows} reported in {path}", f"已将 {made.table.num_rows} 行写入报告 {path}")
            tell("output written", words, **fields)
    return tuple(found)


def _stands_for(name: str, made: Report) -> str:
    """What a name in the path of a project's output stands for in this run."""
    from kpirules.results.run import span_of  # late: numpy

    values = {"run": made.run, "policy": made.policy.id, "period": span_of(made.periods)}
    return values[name]


def known_people(staff: Sequence[str], scores: ScoreMatrix) -> tuple[str, ...]:
    """The people asked for; ends the command where one of them has no scores."""
    names = {scores.facts.row_name(int(row))[0] for row in scores.rows}
    asked = tuple(one.strip() for one in staff)
    unknown = [one for one in asked if one not in names]
    for one in unknown:
        meant = nearest(one, names)
        hint, hint_zh = (f'; did you mean "{meant}"?', f"；您是不是想写“{meant}”？") if meant else ("", "")
        say(f'kpirules: there are no scores of "{one}"{hint}', f"kpirules：没有“{one}”的得分{hint_zh}")
    if unknown:
        raise click.exceptions.Exit(ERRORS)
    return asked
