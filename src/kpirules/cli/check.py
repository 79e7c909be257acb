"""`kpirules check`: every mistake of every file, as text or JSON."""

from __future__ import annotations

from pathlib import Path

import click

from kpirules.cli.policies import policy_files, read_all
from kpirules.cli.terminal import (
    ERRORS,
    UNUSABLE,
    count_of,
    language_option,
    print_diagnostics,
    print_json,
    say,
    several,
)
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import in_order

_CHINESE = """\
在任何人被计分之前找出制度中的错误。

FILES 是制度文件（.kpi）、含制度的文件夹，或表示标准输入的 -。没有错误时退出状态为 0，有错误为 1，文件无法读取为 2。

\b
kpirules check policy.kpi
kpirules check rulesets/ --format json
kpirules check policy.kpi --lang zh
"""


@click.command("check", cls=Command, chinese=_CHINESE)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print findings.", "输出形式。"),
)
@language_option
def command(files: tuple[Path, ...], form: str) -> None:
    """Find the mistakes in policies before anyone is scored by them.

    FILES are policies (.kpi), folders of them, or - for standard input. The exit status is 0 without
    errors, 1 with errors, 2 where a file cannot be read.

    \b
    kpirules check policy.kpi
    kpirules check rulesets/ --format json
    kpirules check policy.kpi --lang zh
    """
    policies, failed = read_all(policy_files(files))
    found = in_order(one for policy in policies for one in policy.diagnostics)
    errors, warnings = count_of(found)
    if form == "json":
        print_json(found)
    else:
        print_diagnostics(found, {path: text for policy in policies for path, text in policy.sources.items()})
        say(
            f"{several(len(policies), 'file')}: {several(errors, 'error')}, {several(warnings, 'warning')}",
            f"{len(policies)} 个文件：{errors} 个错误，{warnings} 个警告",
        )
    if failed:
        raise click.exceptions.Exit(UNUSABLE)
    if errors:
        raise click.exceptions.Exit(ERRORS)
