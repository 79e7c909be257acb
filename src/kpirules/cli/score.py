"""`kpirules score`: scores of every staff member and period, as a table or a file."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kpirules.cli.alerts import raised
from kpirules.cli.progress import step
from kpirules.cli.running import Options, Ready, prepare, rolled, rollup_option, run_options
from kpirules.cli.terminal import ERRORS, language, language_option, say, several, stop
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import Problems
from kpirules.diagnostics import width as cells
from kpirules.engine import Engine, score_matrix, score_rollup
from kpirules.plugin import installed, write_table, write_text

if TYPE_CHECKING:
    import pyarrow as pa

    from kpirules.matrix import ScoreMatrix
    from kpirules.model.rules import Ruleset

#: A terminal shows this many rows; the rest is for a file.
_SHOWN = 200


_CHINESE = """\
按制度给员工计分。

结果的列：员工、周期、各指标得分、调整、总分、等级，然后是奖金等其他结果。事实缺失或指标不适用于此人时，单元格为空。
触发的预警列在最后。

\b
kpirules score policy.kpi --data facts.xlsx
kpirules score policy.kpi --data facts.csv --set install_price=20 -o scores.xlsx
kpirules score policy.kpi --data tickets=tickets.csv --periods 2026-01..2026-06 -o scores.parquet
"""


@click.command("score", cls=Command, chinese=_CHINESE)
@run_options
@click.option(
    "--engine",
    type=click.Choice(["kernels", "reference"]),
    default="kernels",
    help=both(
        "kernels: fast; reference: slow rational arithmetic. Both give the same.",
        "kernels：快；reference：慢速的有理数算法。两者结果相同。",
    ),
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="OUT",
    help=both(
        "A .csv, .tsv, .parquet, .json, .jsonl or .xlsx file, or an output of the project file; - prints.",
        ".csv、.tsv、.parquet、.json、.jsonl 或 .xlsx 文件，或项目文件中的输出；- 表示打印。",
    ),
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help=both("How many threads may work (default: as the data deserves).", "可用的线程数（默认按数据量）。"),
)
@rollup_option
@language_option
def command(
    options: Options,
    engine: Engine,
    output: str,
    threads: int | None,
    rollup: str | None,
) -> None:
    """Score staff by a policy.

    Columns: staff, period, the points of each indicator, adjustments, total, grade, then amounts and other
    outcomes. A cell is empty where a fact is missing or the indicator is not for that person. Alerts that
    are raised are listed behind.

    \b
    kpirules score policy.kpi --data facts.xlsx
    kpirules score policy.kpi --data facts.csv --set install_price=20 -o scores.xlsx
    kpirules score policy.kpi --data tickets=tickets.csv --periods 2026-01..2026-06 -o scores.parquet
    """
    ready = prepare(replace(options, outputs=(output,)), records=False)
    assert ready.policy.ruleset is not None
    rules = rolled(ready.policy.ruleset, rollup)
    from kpirules.matrix import score_table  # late: numpy

    try:
        with step("scoring", "计分"):
            scores = score_matrix(ready.policy.ruleset, ready.facts.matrix, engine, threads)
            if rollup is not None:
                scores = score_rollup(ready.policy.ruleset, rollup, scores, engine, threads)
            table = score_table(scores)
    except Problems as unfit:
        stop(unfit.diagnostics, ready.policy.sources)
        raise click.exceptions.Exit(ERRORS) from None
    _deliver(table, ready, rules)
    summary(scores, rules, int(scores.facts.asked.sum()))
    for told in raised(scores, rules):
        say(told.en, told.zh)


def _deliver(table: pa.Table, ready: Ready, rules: Ruleset) -> None:
    for one in ready.outlets:
        path = one.at(lambda name: _stands_for(name, table, ready, rules))
        with step("writing", "写入"):
            wrong = write_table(
                installed(), table, path, output=one.output, settings=one.settings, place=one.span
            )
        stop(wrong)
        say(f"{several(table.num_rows, 'row')} written to {path}", f"已写入 {table.num_rows} 行到 {path}")
    if ready.outlets:
        return
    if sys.stdout.isatty():
        print_table(table)
    else:
        stop(write_text(installed(), table, sys.stdout))


def _stands_for(name: str, table: pa.Table, ready: Ready, rules: Ruleset) -> str:
    """What a name in the path of a project's output stands for in this run."""
    from kpirules.results.run import run_id, span_of  # late: numpy

    if name == "run":
        return run_id(rules, ready.policy.sources, table)
    return rules.id if name == "policy" else span_of(table["period"].to_pylist())


def print_table(table: pa.Table, most: int = _SHOWN) -> None:
    """The first rows as a table on the terminal, with as many indicators as its width holds."""
    from rich.console import Console  # late: only a terminal needs it
    from rich.table import Table

    console = Console()
    rows = [[_cell(value) for value in row.values()] for row in table.slice(0, most).to_pylist()]
    shown = _fitting(table.column_names, rows, console.width)
    printed = Table(header_style="bold")
    for place in shown:
        numeric = str(table.schema.field(place).type).startswith("decimal")
        printed.add_column(table.column_names[place], justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        printed.add_row(*(row[place] for place in shown))
    console.print(printed)
    hidden = table.num_columns - len(shown)
    if hidden or table.num_rows > most:
        rest = max(0, table.num_rows - most)
        more = [
            several(count, f"more {word}") for count, word in ((rest, "row"), (hidden, "column")) if count
        ]
        more_zh = [f"{count} {word}" for count, word in ((rest, "行"), (hidden, "列")) if count]
        say(
            f"... and {', '.join(more)}: write them to a file with -o scores.xlsx",
            f"……另有 {'、'.join(more_zh)}：可用 -o scores.xlsx 写入文件",
        )


def _fitting(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The places of the columns that fit side by side: staff, period, total and what follows it go before indicators."""
    widths = [
        max(cells(name), *(cells(row[place]) for row in rows), 0) + 3 for place, name in enumerate(names)
    ]
    total = names.index("total")
    order = [0, 1, *range(total, len(names)), *range(2, total)]
    shown: list[int] = []
    for place in order:
        if sum(widths[one] for one in (*shown, place)) + 1 <= width or place in order[:4]:
            shown.append(place)
    return sorted(shown)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("是" if value else "否") if language() == "zh" else ("yes" if value else "no")
    return str(value)


def summary(scores: ScoreMatrix, rules: Ruleset, rows: int) -> None:
    """Say how many rows were scored, with which grades."""
    counts = Counter(scores.grade.tolist())
    grades = ", ".join(f"{grade.id} {counts[code]}" for code, grade in enumerate(rules.grades))
    grades_zh = "，".join(
        f"{grade.label or grade.id} {counts[code]}" for code, grade in enumerate(rules.grades)
    )
    none = f", none {counts[-1]}" if counts[-1] and grades else ""
    none_zh = f"，无等级 {counts[-1]}" if counts[-1] and grades else ""
    left = rows - len(scores)
    out = f"; this policy is not for {several(left, 'row')}" if left else ""
    out_zh = f"；{left} 行不适用本制度" if left else ""
    say(
        f"{several(len(scores), 'row')} scored{': ' if grades else ''}{grades}{none}{out}",
        f"已计分 {len(scores)} 行{'：' if grades else ''}{grades_zh}{none_zh}{out_zh}",
    )
