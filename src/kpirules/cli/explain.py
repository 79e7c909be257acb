"""`kpirules explain CODE`: more about a message."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import partial
from importlib.metadata import entry_points

import click

import kpirules
from kpirules.cli.terminal import UNUSABLE, heading, language, language_option, say
from kpirules.cli.wording import Command
from kpirules.diagnostics import Problem, Severity, Words, problems
from kpirules.plugin.guarding import guarded
from kpirules.plugin.registry import GROUP

_CHINESE = """\
详细解释一条消息：含义、原因和例子。不写 CODE 时列出全部消息。

\b
kpirules explain K203
kpirules explain
"""
_SEVERITIES = {
    Severity.ERROR: Words("error", "错误"),
    Severity.WARNING: Words("warning", "警告"),
    Severity.INFO: Words("info", "提示"),
}


def all_problems() -> dict[str, Problem]:
    """Every problem of every room, by code; loads the rooms' lists of problems and nothing else of them."""
    for found in pkgutil.walk_packages(kpirules.__path__, "kpirules."):
        if found.name.endswith("problems"):
            importlib.import_module(found.name)
    return dict(problems())


@click.command("explain", cls=Command, chinese=_CHINESE)
@click.argument("code", required=False)
@language_option
def command(code: str | None) -> None:
    """Say more about a message: what it means, why it matters, an example. Without CODE: the list of all.

    \b
    kpirules explain K203
    kpirules explain
    """
    known = all_problems()
    if code is None:
        for one in known.values():
            severity = _SEVERITIES[one.severity].read(language())
            click.echo(f"{one.code}  {severity:<7}  {_plain(one.message)}")
        return
    problem = known.get(code.strip().upper()) or _of_a_plugin(code.strip())
    if problem is None:
        say(
            f"kpirules: there is no message {code}; `kpirules explain` lists them all",
            f"kpirules：没有编号为 {code} 的消息；`kpirules explain` 列出全部消息",
        )
        raise click.exceptions.Exit(UNUSABLE)
    heading(f"{problem.code} ({_SEVERITIES[problem.severity].read(language())})")
    click.echo(f"\n{_plain(problem.message)}\n\n{problem.explanation.read(language())}")
    if problem.example:
        say("\nFor example:\n", "\n例如：\n", err=False)
        click.echo("\n".join(f"    {line}" for line in problem.example.rstrip().splitlines()))


def _of_a_plugin(code: str) -> Problem | None:
    """A problem that an installed plugin declares, in its `problems` beside its hooks; in whatever spelling."""
    for point in entry_points(group=GROUP):
        package = point.module.rpartition(".")[0]
        guarded(
            point.name, partial(importlib.import_module, f"{package}.problems" if package else point.module)
        )
    found = {one.code.upper(): one for one in problems().values()}
    return found.get(code.upper())


def _plain(message: Words) -> str:
    """The sentence with dots for what differs from case to case."""
    return re.sub(r"\{[^{}]*\}", "…", message.read(language()))
