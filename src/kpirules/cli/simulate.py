"""`kpirules simulate OLD NEW`: what a change of policy does to people and to costs, before it is made."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from kpirules.cli.policies import STDIN
from kpirules.cli.running import Options, rollup_option, run_options
from kpirules.cli.simulating import Asked, run_once
from kpirules.cli.terminal import language_option
from kpirules.cli.watching import run_again
from kpirules.cli.wording import Command, Misuse, both

_CHINESE = """\
模拟制度变更：在施行之前看清谁增谁减、为什么、花费多少。

给出新旧两份文件；或只给一份，用 --set 说明新的参数值。两份制度按同一份数据计分。报告：增减人数、分布、等级转移、名次、
每项金额的费用、各属性的情况、变动最大的人及原因，以及每处改动各自的作用（合计与总变化分毫不差）。

\b
kpirules simulate old.kpi new.kpi --data facts.csv -o report.html
kpirules simulate policy.kpi --set bonus_share=12% --data facts.csv --budget bonus=500000
kpirules simulate policy.kpi --sweep "allowance=0..5 step 1" --data facts.csv
kpirules simulate old.kpi new.kpi --data facts.csv --where '部门 = "北区"' --rows moves.csv
"""


@click.command("simulate", cls=Command, chinese=_CHINESE)
@partial(run_options, policy="OLD")
@click.argument("new", metavar="[NEW]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--with",
    "shared",
    multiple=True,
    metavar="PARAM=VALUE",
    help=both("Set a parameter of both policies. May be repeated.", "设置两份制度共同的参数。可重复。"),
)
@click.option(
    "--where",
    "condition",
    metavar="CONDITION",
    help=both(
        "A pilot: the new policy applies where this holds, the old one elsewhere.",
        "试点：满足条件者适用新制度，其余仍按旧制度。",
    ),
)
@click.option(
    "--sweep",
    "sweeps",
    multiple=True,
    metavar='"PARAM=A..B step C"',
    help=both(
        "Try a parameter's values in the new policy. May be repeated.", "试取新制度某参数的各个值。可重复。"
    ),
)
@click.option(
    "--budget",
    "budgets",
    multiple=True,
    metavar="AMOUNT=SUM",
    help=both(
        "Say where an amount stays within a sum. May be repeated.", "指出某项金额在何处不超预算。可重复。"
    ),
)
@click.option(
    "--fail-over",
    "limits",
    multiple=True,
    metavar="AMOUNT=SUM",
    help=both("The same, and exit with 1 where it does not.", "同上，超出时以状态 1 结束。"),
)
@click.option(
    "--by",
    "by",
    multiple=True,
    metavar="COLUMN",
    help=both(
        "Another column of the staff or inputs table to break down by.", "另按员工表或输入表中的某列分组。"
    ),
)
@click.option(
    "--within",
    metavar="ATTRIBUTE",
    help=both("Tell ranks within the groups of this attribute, too.", "另按此属性分组比较名次。"),
)
@click.option(
    "--few",
    type=click.IntRange(1),
    default=5,
    help=both("Fewer records than this are few (default: 5).", "少于此数的记录算少（默认 5）。"),
)
@click.option(
    "--most",
    type=click.IntRange(1, 1000),
    default=20,
    help=both("How many of the largest moves to keep (default: 20).", "保留多少个最大变动（默认 20）。"),
)
@click.option(
    "--attribute",
    type=click.Choice(["auto", "all", "none"]),
    default="auto",
    help=both(
        "Work out what each edit does: where it is affordable, always, or never.",
        "计算每处改动的作用：负担得起时、总是、从不。",
    ),
)
@click.option(
    "--rows",
    metavar="FILE",
    help=both("Write every row, before and after, into a file.", "把每一行的前后结果写入文件。"),
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help=both(
        "A file for the report: .html, a page to read and to print, or .json; - prints.",
        "报告文件：.html 为可阅读、打印的网页，或 .json；- 表示打印。",
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print it.", "输出形式。"),
)
@click.option(
    "--watch",
    is_flag=True,
    help=both(
        "Run again whenever a policy is saved; Ctrl-C ends.", "制度保存后自动重新运行；按 Ctrl-C 结束。"
    ),
)
@rollup_option
@language_option
def command(
    options: Options,
    new: Path | None,
    shared: tuple[str, ...],
    condition: str | None,
    sweeps: tuple[str, ...],
    budgets: tuple[str, ...],
    limits: tuple[str, ...],
    by: tuple[str, ...],
    within: str | None,
    few: int,
    most: int,
    attribute: str,
    rows: str | None,
    output: str,
    form: str,
    watch: bool,
    rollup: str | None,
) -> None:
    """Simulate a change of policy: who gains, who loses, why, and what it costs, before it is made.

    Give both files; or one, and say with --set what changes. Both are scored on the same data. The report has
    winners and losers, distributions, how grades move, ranks, the cost of every amount, all of it by staff attribute,
    the largest moves with their reason, and what each edit does, in parts that add up exactly.

    \b
    kpirules simulate old.kpi new.kpi --data facts.csv -o report.html
    kpirules simulate policy.kpi --set bonus_share=12% --data facts.csv --budget bonus=500000
    kpirules simulate policy.kpi --sweep "allowance=0..5 step 1" --data facts.csv
    kpirules simulate old.kpi new.kpi --data facts.csv --where 'department = "north"' --rows moves.csv
    """
    asked = Asked(
        options=replace(options, outputs=tuple(one for one in (output, rows) if one is not None)),
        new=options.ruleset if new is None else new,
        shared=shared,
        condition=condition,
        sweeps=sweeps,
        budgets=(*((one, False) for one in budgets), *((one, True) for one in limits)),
        by=by,
        within=within,
        few=few,
        most=most,
        attribute={"auto": None, "all": True, "none": False}[attribute],
        rows=rows,
        output=output,
        form=form,
        rollup=rollup,
    )
    if STDIN in (asked.new, options.ruleset):
        raise Misuse("give the policies as files", "请以文件给出制度")
    if condition is not None and rollup is not None:
        raise Misuse(
            "--where and --rollup: a pilot is simulated by the policy's own periods",
            "--where 与 --rollup：试点按制度自身的周期模拟",
        )
    if new is None and not (options.settings or sweeps or watch):
        raise Misuse(
            "give the new policy as a second file, or say with --set or --sweep what changes",
            "请以第二个文件给出新制度，或用 --set 或 --sweep 说明改动",
        )
    if watch:
        run_again(asked)
    raise click.exceptions.Exit(run_once(asked))
