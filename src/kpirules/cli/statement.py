"""`kpirules statement RUN --staff S`: one person's result of an official run, so that it can be redone by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpirules.cli.archives import archive_option, find_run
from kpirules.cli.archiving import end
from kpirules.cli.outlets import outlets_of, unfit
from kpirules.cli.progress import step
from kpirules.cli.sending import deliver, known_people, wanted
from kpirules.cli.terminal import language, language_option, say, stop
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import Problems, Words
from kpirules.engine import report

if TYPE_CHECKING:
    from kpirules.plugin import Report
    from kpirules.records.shelf import Run

_CHINESE = """\
写出正式运行中某人的结果，可据此手工重算：每个扣分的规则、条款、有效目标、事实与记录，以及达到下一等级所需的条件。

RUN 是运行的文件夹、编号（或其开头），或周期。一切取自归档，不需要数据源。

\b
kpirules statement 2026-Q3 --staff E017
kpirules statement archive/2026-Q3/1f0c5a7d2b3e4f60 --staff E017 -o E017.html
"""


@click.command("statement", cls=Command, chinese=_CHINESE)
@click.argument("run")
@click.option(
    "--staff",
    multiple=True,
    required=True,
    metavar="S",
    help=both("Whose result. May be repeated.", "谁的结果。可重复。"),
)
@archive_option
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="OUT",
    help=both(
        "A .html, .pdf, .xlsx or .json file; - prints.", ".html、.pdf、.xlsx 或 .json 文件；- 表示打印。"
    ),
)
@click.option(
    "--records",
    type=click.IntRange(min=0),
    default=10,
    help=both("How many record ids to name for each measure.", "每个度量列出多少条记录的编号。"),
)
@language_option
def command(run: str, staff: tuple[str, ...], archive: Path | None, output: str, records: int) -> None:
    """Write one person's result of an official run: each lost point with its rule, clause, target, facts and records,
    and what the next grade would have taken.

    RUN is the run's folder, its id (or the beginning of it), or a period. Everything comes from the archive; no source
    is needed.

    \b
    kpirules statement 2026-Q3 --staff E017
    kpirules statement archive/2026-Q3/1f0c5a7d2b3e4f60 --staff E017 -o E017.html
    """
    from kpirules.official import scored_again  # late: numpy
    from kpirules.records.archive import open_run

    meant = find_run(run, archive)
    outlets = outlets_of((output,), None)
    stop(unfit(outlets))
    try:
        with step("scoring", "计分"):
            scored = scored_again(open_run(meant.path))
    except Problems as wrong:
        end(wrong)
        raise
    people = known_people(staff, scored.scores)
    asked = replace(wanted(meant.id), staff=people, listed=records, next_grade=True)
    made = report(scored.ready.policy, scored.facts, scored.scores, asked)
    if outlets:
        _say_standing(meant)
        stop(deliver(made, outlets))
        return
    for line in _lines(made, meant):
        click.echo(line)


def _lines(made: Report, run: Run) -> Iterator[str]:
    from kpirules.records.shelf import STANDING  # late: numpy
    from kpirules.results import sources

    state = STANDING[run.standing]
    by = Words() if run.by is None else Words(f" by {run.by}", f"：{run.by}")
    head = Words(f"run {run.id}, {state.en}{by.en}", f"运行 {run.id}，{state.zh}{by.zh}")
    yield head.read(language())
    yield ""
    for row in range(made.table.num_rows):
        yield from (line.read(language()) for line in made.statement(row).text)
        yield ""
    yield from sources.told(made.sources, language())


def _say_standing(run: Run) -> None:
    """That the run no longer holds, or does not yet."""
    if run.by is not None:
        say(f"kpirules: this run was superseded by {run.by}", f"kpirules：该运行已被 {run.by} 取代")
    elif run.standing == "draft":
        say("kpirules: this run is a draft", "kpirules：该运行是草稿")
