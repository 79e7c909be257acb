"""`kpirules report`: scores with everything that a reader may ask, written to workbooks, pages and databases."""

from __future__ import annotations

import datetime
import importlib.metadata
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kpirules.cli.alerts import raised
from kpirules.cli.outlets import Outlet
from kpirules.cli.progress import step
from kpirules.cli.running import Options, Ready, prepare, rolled, rollup_option, run_options
from kpirules.cli.score import summary
from kpirules.cli.terminal import ERRORS, language, language_option, say, several, stop
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import Diagnostic, Problems, nearest
from kpirules.engine import report, score_matrix, score_rollup
from kpirules.plugin import Report, installed, write_report

if TYPE_CHECKING:
    from kpirules.matrix import ScoreMatrix

_CHINESE = """\
写出计分报告：汇总、得分、每人的说明（扣分及其原因）、参数、数据来源。

\b
kpirules report policy.kpi --data facts.xlsx -o report.xlsx
kpirules report policy.kpi --data facts.csv -o report.xlsx -o scores.parquet
kpirules report policy.kpi --data facts.csv --staff E017 -o E017.xlsx
"""


@click.command("report", cls=Command, chinese=_CHINESE)
@run_options
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="OUT",
    help=both(
        "A file, or an output of the project file (default: all of them). May be repeated.",
        "文件，或项目文件中的输出（默认：全部）。可重复。",
    ),
)
@click.option(
    "--staff",
    multiple=True,
    metavar="S",
    help=both(
        "An extract about this person alone, to hand on. May be repeated.",
        "只含此人的摘录，可交给本人。可重复。",
    ),
)
@click.option(
    "--people",
    type=click.IntRange(min=0),
    metavar="N",
    help=both(
        "Statements of the first N people only; all scores are in the report.",
        "只写前 N 人的说明；报告仍含全部得分。",
    ),
)
@click.option(
    "--run",
    metavar="ID",
    help=both(
        "What names the run (default: a digest of policy, parameters and scores).",
        "本次计分的名称（默认：制度、参数与得分的摘要）。",
    ),
)
@click.option(
    "--records",
    type=click.IntRange(min=0),
    default=10,
    help=both("How many record ids to name for each measure.", "每个度量列出多少条记录的编号。"),
)
@rollup_option
@language_option
def command(
    options: Options,
    outputs: tuple[str, ...],
    staff: tuple[str, ...],
    people: int | None,
    run: str | None,
    records: int,
    rollup: str | None,
) -> None:
    """Write reports on scores: a summary, the scores, everybody's statement with points lost and why, parameters, sources.

    \b
    kpirules report policy.kpi --data facts.xlsx -o report.xlsx
    kpirules report policy.kpi --data facts.csv -o report.xlsx -o scores.parquet
    kpirules report policy.kpi --data facts.csv --staff E017 -o E017.xlsx
    """
    from kpirules.results.report import Wanted  # late: numpy

    ready = prepare(replace(options, outputs=outputs, everywhere=True))
    scores = _scored(ready, rollup)
    wanted = Wanted(
        engine=f"kpirules {importlib.metadata.version('kpirules')}",
        language=language(),
        run=run,
        made=datetime.datetime.now().astimezone().replace(microsecond=0),
        staff=_known(staff, scores) if staff else None,
        people=people,
        listed=records,
        next_grade=bool(staff),
    )
    with step("making the report", "生成报告"):
        made = report(ready.policy, ready.facts, scores, wanted, rollup)
    stop(_deliver(made, ready.outlets))
    assert ready.policy.ruleset is not None
    rules = rolled(ready.policy.ruleset, rollup)
    summary(scores, rules, int(scores.facts.asked.sum()))
    for told in raised(scores, rules):
        say(told.en, told.zh)


def _scored(ready: Ready, rollup: str | None) -> ScoreMatrix:
    assert ready.policy.ruleset is not None
    rolled(ready.policy.ruleset, rollup)
    try:
        with step("scoring", "计分"):
            scores = score_matrix(ready.policy.ruleset, ready.facts.matrix)
            return scores if rollup is None else score_rollup(ready.policy.ruleset, rollup, scores)
    except Problems as unfit:
        stop(unfit.diagnostics, ready.policy.sources)
        raise click.exceptions.Exit(ERRORS) from None


def _known(staff: Sequence[str], scores: ScoreMatrix) -> tuple[str, ...]:
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


def _deliver(made: Report, outlets: Sequence[Outlet]) -> tuple[Diagnostic, ...]:
    """Write to each place; where one fails, the others are written all the same."""
    found: list[Diagnostic] = []
    for one in outlets:
        path = one.at(lambda name: _stands_for(name, made))
        with step(f"writing {path}", f"写入 {path}"):
            told = write_report(
                installed(), made, path, output=one.output, settings=one.settings, place=one.span
            )
        found += told
        if not any(diagnostic.is_error for diagnostic in told):
            rows = several(made.table.num_rows, "row")
            say(f"{rows} reported in {path}", f"已将 {made.table.num_rows} 行写入报告 {path}")
    return tuple(found)


def _stands_for(name: str, made: Report) -> str:
    """What a name in the path of a project's output stands for in this run."""
    from kpirules.results.run import span_of  # late: numpy

    values = {"run": made.run, "policy": made.policy.id, "period": span_of(made.periods)}
    return values[name]
