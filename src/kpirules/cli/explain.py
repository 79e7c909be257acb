"""`kpirules explain CODE`: more about a message."""

from __future__ import annotations

import importlib
import pkgutil

import click

import kpirules
from kpirules.cli.terminal import UNUSABLE, language, language_option, say
from kpirules.diagnostics import Problem, nearest, problems


def all_problems() -> dict[str, Problem]:
    """Every problem of every room, by code; loads the rooms' lists of problems and nothing else of them."""
    for found in pkgutil.walk_packages(kpirules.__path__, "kpirules."):
        if found.name.endswith(".problems"):
            importlib.import_module(found.name)
    return dict(problems())


@click.command("explain")
@click.argument("code", required=False)
@language_option
def command(code: str | None) -> None:
    """Say more about a message: what it means, why it matters, an example. Without CODE: the list of all.

    \b
    kpirules explain K203
    """
    known = all_problems()
    if code is None:
        for one in known.values():
            click.echo(f"{one.code}  {one.severity:<7}  {one.explanation.read(language()).split('. ')[0].split('。')[0]}")
        return
    problem = known.get(code.upper())
    if problem is None:
        meant = nearest(code.upper(), known)
        say(
            f'kpirules: there is no message {code}{f"; did you mean {meant}?" if meant else ""}',
            f"kpirules：没有编号 {code}{f'，您是不是想看 {meant}？' if meant else ''}",
        )
        raise click.exceptions.Exit(UNUSABLE)
    click.echo(click.style(f"{problem.code} ({problem.severity})", bold=True))
    click.echo(f"\n{problem.message.read(language())}\n\n{problem.explanation.read(language())}")
    if problem.example:
        say("\nFor example:\n", "\n例如：\n", err=False)
        click.echo("\n".join(f"    {line}" for line in problem.example.rstrip().splitlines()))
