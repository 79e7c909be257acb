"""`kpirules fmt`: the one layout of a policy, and its words in the other vocabulary."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import click

from kpirules.cli.policies import STDIN, policy_files, read_all
from kpirules.cli.terminal import ERRORS, UNUSABLE, print_diagnostics, say, unreadable
from kpirules.diagnostics import Language
from kpirules.engine import Policy
from kpirules.language.format import blocking, format_text
from kpirules.model.spellings import SPELLINGS


@click.command("fmt")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--check", is_flag=True, help="Change nothing; list files that are not laid out so (exit status 1)."
)
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@click.option(
    "--lang", "vocabulary", type=click.Choice(["en", "zh"]), help="Write the words in this vocabulary."
)
@click.option("--messages", "messages", type=click.Choice(["en", "zh"]), help="Language of messages.")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    check: bool,
    diff: bool,
    vocabulary: Language | None,
    messages: str | None,
) -> None:
    """Lay policies out in the one way, or translate their words; comments, names and labels stay.

    FILES are changed in place; - reads standard input and prints. A file with mistakes of writing is left alone.

    \b
    kpirules fmt policy.kpi
    kpirules fmt --check rulesets/
    kpirules fmt --lang zh policy.kpi
    """
    if messages is not None:
        ctx.find_root().obj = messages
    policies, failed = read_all(policy_files(files))
    changed = broken = 0
    for policy in policies:
        parsed = policy.parsed
        stops = policy.diagnostics if parsed is None else blocking(parsed)
        if parsed is None or stops:
            print_diagnostics(stops, policy.sources, err=True)
            broken += 1
            continue
        text = format_text(parsed, vocabulary, functions=SPELLINGS)
        if policy.path == "<stdin>":
            click.echo(text, nl=False)
        elif text != policy.text:
            changed += 1
            failed = _deliver(policy, text, check, diff) or failed
    if check or diff:
        say(
            f"{changed} of {len(policies)} files would change",
            f"{len(policies)} 个文件中 {changed} 个需要调整",
        )
    elif STDIN not in files:
        say(f"{changed} of {len(policies)} files changed", f"{len(policies)} 个文件中 {changed} 个已调整")
    if failed:
        raise click.exceptions.Exit(UNUSABLE)
    if broken or (check and changed):
        raise click.exceptions.Exit(ERRORS)


def _deliver(policy: Policy, text: str, check: bool, diff: bool) -> bool:
    """List, show or write one file's new text; whether writing failed."""
    if diff:
        lines = difflib.unified_diff(
            policy.text.splitlines(keepends=True), text.splitlines(keepends=True), policy.path, policy.path
        )
        click.echo("".join(lines), nl=False)
    if check and not diff:
        click.echo(policy.path)
    if check or diff:
        return False
    path = Path(policy.path)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.chmod(path.stat().st_mode)
        os.replace(beside, path)
    except OSError as wrong:
        beside.unlink(missing_ok=True)
        unreadable(policy.path, wrong)
        return True
    return False
