"""`kpirules test`: run the tests written in policies."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from kpirules.cli.policies import policy_files, read_all
from kpirules.cli.terminal import ERRORS, UNUSABLE, language, language_option, print_diagnostics, say, several
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import where
from kpirules.engine import Policy, UnfitSettings, run_tests
from kpirules.model.expressions import Value
from kpirules.numbers import decimal_text

_CHINESE = """\
运行制度中写的测试，列出期望值与实际值。

有期望不成立或制度有错误时，退出状态为 1。

\b
kpirules test policy.kpi
kpirules test rulesets/ -v
"""


@click.command("test", cls=Command, chinese=_CHINESE)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-v", "--verbose", is_flag=True, help=both("List the expectations that hold too.", "成立的期望也列出。")
)
@language_option
def command(files: tuple[Path, ...], verbose: bool) -> None:
    """Run the tests written in policies, and show what was expected and what came out.

    The exit status is 1 where an expectation fails or a policy has errors.

    \b
    kpirules test policy.kpi
    kpirules test rulesets/ -v
    """
    policies, failed = read_all(policy_files(files))
    passed = wrong = invalid = 0
    for policy in policies:
        if policy.ruleset is None:
            print_diagnostics(policy.diagnostics, policy.sources, err=True)
            invalid += 1
            continue
        good, bad = _run(policy, verbose)
        passed, wrong = passed + good, wrong + bad
    say(
        f"{several(passed + wrong, 'expectation')} in {several(len(policies), 'file')}: {passed} hold, {wrong} fail"
        + (f"; {several(invalid, 'file')} with errors" if invalid else ""),
        f"{len(policies)} 个文件共 {passed + wrong} 项期望：{passed} 项成立，{wrong} 项不成立"
        + (f"；{invalid} 个文件有错误" if invalid else ""),
        err=False,
    )
    if failed:
        raise click.exceptions.Exit(UNUSABLE)
    if wrong or invalid:
        raise click.exceptions.Exit(ERRORS)


def _run(policy: Policy, verbose: bool) -> tuple[int, int]:
    good = bad = 0
    try:
        for one in run_tests(policy):
            good, bad = good + one.passed, bad + (not one.passed)
            if one.passed and not verbose:
                continue
            whom = f" ({one.person})" if one.person else ""
            head = f'{where(one.span)}: "{one.test}"{whom}'
            if one.passed:
                say(
                    f"{head}: {one.name} = {_text(one.actual)}",
                    f"{head}：{one.name} = {_text(one.actual)}",
                    err=False,
                )
            else:
                say(
                    f"{head}: expected {one.name} = {_text(one.expected)}, got {_text(one.actual)}",
                    f"{head}：期望 {one.name} = {_text(one.expected)}，得到 {_text(one.actual)}",
                    err=False,
                )
    except UnfitSettings as unfit:
        print_diagnostics(unfit.diagnostics, policy.sources, err=True)
        return good, bad + 1
    return good, bad


def _text(value: Value | None) -> str:
    chinese = language() == "zh"
    match value:
        case None:
            return "缺失" if chinese else "missing"
        case bool():
            return ("是" if value else "否") if chinese else ("yes" if value else "no")
        case Fraction():
            return decimal_text(value)
        case _:
            return value
