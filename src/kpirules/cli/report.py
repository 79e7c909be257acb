"""`kpirules report`: scores with everything that a reader may ask, written to workbooks, pages and databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kpirules.cli.alerts import raised
from kpirules.cli.progress import step
from kpirules.cli.running import Options, Ready, prepare, rolled, rollup_option, run_options
from kpirules.cli.score import summary
from kpirules.cli.sending import deliver, known_people, wanted
from kpirules.cli.terminal import ERRORS, language_option, say, stop
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import Problems
from kpirules.engine import report, score_matrix, score_rollup

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
    ready = prepare(replace(options, outputs=outputs, everywhere=True))
    scores = _scored(ready, rollup)
    asked = replace(
        wanted(run),
        staff=known_people(staff, scores) if staff else None,
        people=people,
        listed=records,
        next_grade=bool(staff),
    )
    with step("making the report", "生成报告"):
        made = report(ready.policy, ready.facts, scores, asked, rollup)
    stop(deliver(made, ready.outlets))
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
