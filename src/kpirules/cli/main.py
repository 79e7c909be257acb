"""The `kpirules` command: its subcommands are loaded when one is called, so that each starts as fast as it can."""

from __future__ import annotations

import importlib

import click

from kpirules.cli.terminal import language_option

_COMMANDS = {
    "check": "find the mistakes in policies before anyone is scored by them",
    "fmt": "lay a policy out, or translate its words",
    "explain": "say more about a message (K203)",
    "test": "run the tests written in policies",
    "score": "score staff by a policy",
    "why": "show how one person's result comes about",
    "needs": "list the data and parameters a policy needs",
    "demo": "make a department, score it and show the results",
}


class _Commands(click.Group):
    """Loads `kpirules.cli.NAME` for the subcommand NAME."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"kpirules.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from kpirules.diagnostics import nearest  # late: only a mistyped command needs it

            meant = nearest(args[0], _COMMANDS)
            hint = f' Did you mean "{meant}"?' if meant else ""
            raise click.UsageError(f'No such command "{args[0]}".{hint}', ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kpirules")
@language_option
def main() -> None:
    """Score staff by policies written as they read.

    \b
    kpirules check policy.kpi
    kpirules score policy.kpi --data facts.xlsx -o scores.xlsx
    kpirules why policy.kpi --data facts.xlsx --staff E017 --period 2026-Q3
    """
