"""`kpirules check`: every mistake of every file and what deserves a second look, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from kpirules.cli.policies import policy_files, read_all
from kpirules.cli.terminal import (
    ERRORS,
    UNUSABLE,
    count_of,
    language,
    language_option,
    print_diagnostics,
    print_json,
    say,
    several,
)
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import in_order, where
from kpirules.engine import Policy, lint
from kpirules.policy.lint.accepting import Known

_CHINESE = """\
在任何人被计分之前找出制度中的错误。

FILES 是制度文件（.kpi）、含制度的文件夹，或表示标准输入的 -。没有错误时退出状态为 0，有错误（用 --strict 时也包括警告）为 1，
文件无法读取为 2。制度写明容许的发现（`容许 K303 “理由”`）只计数，用 --accepted 显示。

\b
kpirules check policy.kpi
kpirules check policy.kpi --strict
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
@click.option(
    "--strict", is_flag=True, help=both("Warnings count as errors.", "把警告当作错误（退出状态为 1）。")
)
@click.option(
    "--no-lint",
    is_flag=True,
    help=both("Look for errors, and not at what a policy does.", "只找错误，不分析制度的实际效果。"),
)
@click.option(
    "--accepted",
    is_flag=True,
    help=both("Show the findings that policies accept, too.", "同时显示制度写明容许的发现。"),
)
@language_option
def command(files: tuple[Path, ...], form: str, strict: bool, no_lint: bool, accepted: bool) -> None:
    """Find the mistakes in policies before anyone is scored by them.

    FILES are policies (.kpi), folders of them, or - for standard input. The exit status is 0 without
    errors, 1 with errors (with --strict: or warnings), 2 where a file cannot be read. Findings that a
    policy accepts (`accept K303 "the reason"`) are counted; --accepted shows them.

    \b
    kpirules check policy.kpi
    kpirules check policy.kpi --strict
    kpirules check rulesets/ --format json
    kpirules check policy.kpi --lang zh
    """
    policies, failed = read_all(policy_files(files))
    if not no_lint:
        policies = [lint(policy) for policy in policies]
    found = in_order(one for policy in policies for one in policy.diagnostics)
    every = (one for policy in policies for one in policy.known)
    known = [*{(one.finding.code, one.finding.place): one for one in every}.values()]
    errors, warnings = count_of(found)
    if form == "json":
        print_json(found, [(one.finding, one.line.reason) for one in known] if accepted else [])
    else:
        sources = {path: text for policy in policies for path, text in policy.sources.items()}
        print_diagnostics(found, sources)
        if accepted:
            _print_known(known, sources)
        _sum_up(policies, errors, warnings, len(known))
    if failed:
        raise click.exceptions.Exit(UNUSABLE)
    if errors or (strict and warnings):
        raise click.exceptions.Exit(ERRORS)


def _print_known(known: Iterable[Known], sources: Mapping[str, str]) -> None:
    """Findings that are accepted, each with the line that does so."""
    for one in known:
        print_diagnostics([one.finding], sources)
        place = where(one.line.span, language())
        say(
            f"  accepted ({place}): {one.line.reason}\n",
            f"  已容许（{place}）：{one.line.reason}\n",
            err=False,
        )


def _sum_up(policies: Sequence[Policy], errors: int, warnings: int, known: int) -> None:
    en = f"{several(len(policies), 'file')}: {several(errors, 'error')}, {several(warnings, 'warning')}"
    zh = f"{len(policies)} 个文件：{errors} 个错误，{warnings} 个警告"
    if known:
        en += f", {several(known, 'finding')} accepted"
        zh += f"，容许 {known} 项发现"
    say(en, zh)
