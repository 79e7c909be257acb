"""`kpirules test`: run the tests written in policies, say how far they reach, and write those that are missing."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import click

from kpirules.cli.policies import STDIN
from kpirules.cli.terminal import language_option
from kpirules.cli.wording import Command, Misuse, both

_CHINESE = """\
运行制度中写的测试，列出期望值与实际值。

--coverage 列出没有测试触及的分段、边界、等级、分支、限额、否决、评定等级与缺失情形，并说明原因。--suggest 写出缺少的测试，
期望值是制度目前给出的结果，须由人确认。

有期望不成立、制度有错误或低于 --fail-under 时，退出状态为 1。

\b
kpirules test policy.kpi
kpirules test policy.kpi --coverage --fail-under 90%
kpirules test policy.kpi --suggest --write
kpirules test rulesets/ --junit tests.xml
"""


@click.command("test", cls=Command, chinese=_CHINESE)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help=both(
        "List the expectations that hold too, and the points that are reached.",
        "成立的期望与已触及的要点也列出。",
    ),
)
@click.option(
    "--coverage",
    is_flag=True,
    help=both("Say which parts of the policy no test reaches, and why.", "列出没有测试触及的部分及原因。"),
)
@click.option(
    "--fail-under",
    "least",
    metavar="SHARE",
    help=both(
        "Fail where fewer of the points are reached, such as 90%.", "触及的要点低于此比例即失败，如 90%。"
    ),
)
@click.option(
    "--suggest",
    is_flag=True,
    help=both("Write the tests that are missing, for a person to confirm.", "写出缺少的测试，供人确认。"),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help=both("Write the suggested tests into this file.", "把写出的测试存入此文件。"),
)
@click.option(
    "--write",
    is_flag=True,
    help=both("Add the suggested tests to the policies themselves.", "把写出的测试追加到制度文件。"),
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    help=both("Write the results as JUnit XML too.", "另把结果写成 JUnit XML 文件。"),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print the results.", "输出形式。"),
)
@language_option
def command(
    files: tuple[Path, ...],
    verbose: bool,
    coverage: bool,
    least: str | None,
    suggest: bool,
    output: Path | None,
    write: bool,
    junit: Path | None,
    form: str,
) -> None:
    """Run the tests written in policies, and show what was expected and what came out.

    --coverage lists the bands, edges, levels, branches, limits, vetoes, grades and missing cases that no test reaches,
    and says why. --suggest writes the missing tests; they expect what the policy gives now, and a person has to
    confirm them.

    The exit status is 1 where an expectation fails, a policy has errors, or less is reached than --fail-under asks for.

    \b
    kpirules test policy.kpi
    kpirules test policy.kpi --coverage --fail-under 90%
    kpirules test policy.kpi --suggest --write
    kpirules test rulesets/ --junit tests.xml
    """
    share = None if least is None else _share(least)
    if (output is not None or write) and not suggest:
        option = "--write" if write else "-o"
        raise Misuse(f"{option} is of use with --suggest alone", f"{option} 只能与 --suggest 一起使用")
    if output is not None and write:
        raise Misuse("-o and --write exclude each other", "-o 与 --write 不能同时使用")
    if write and STDIN in files:
        raise Misuse(
            "--write needs a file: standard input is no place to write to",
            "--write 需要文件，不能写入标准输入",
        )
    from kpirules.cli.trial import Asked, try_policies  # late: numpy

    asked = Asked(
        verbose, coverage or share is not None, share, suggest, output, write, junit, form == "json"
    )
    try_policies(files, asked)


def _share(written: str) -> Fraction:
    """A share as `90%` or `0.9`."""
    text = written.strip()
    try:
        number = Fraction(Decimal(text.removesuffix("%")))
    except (InvalidOperation, ValueError, OverflowError):
        number = Fraction(-1)
    share = number / 100 if text.endswith("%") else number
    if not 0 <= share <= 1:
        raise Misuse(
            f'--fail-under: write a share from 0% to 100%, such as 90%, not "{written}"',
            f"--fail-under：请写 0% 至 100% 的比例，例如 90%，而不是“{written}”",
        )
    return share
