"""What commands that score share: their options, and the way from options to a policy and its facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kpirules.cli.policies import read_valid, settings_of
from kpirules.cli.progress import step
from kpirules.cli.terminal import ERRORS, UNUSABLE, say, stop, unreadable
from kpirules.engine import Policy, Work, gather, open_project
from kpirules.periods import Period, periods_between

if TYPE_CHECKING:
    from kpirules.facts.build import Facts
    from kpirules.facts.project import Project

PROJECT = "kpirules.toml"
_NAMED = re.compile(r"(?P<name>[^\W\d]\w*)=(?P<path>.+)", re.DOTALL)
_Decorated = TypeVar("_Decorated", bound=Callable[..., object])


def run_options(command: _Decorated) -> _Decorated:
    """The options by which a command finds policy, parameters, data and periods."""
    for option in reversed(
        (
            click.argument("ruleset", type=click.Path(path_type=Path)),
            click.option(
                "--data",
                "data",
                multiple=True,
                metavar="[NAME=]FILE",
                help="The table of inputs (no NAME), a data set of the policy, or staff=FILE. May be repeated.",
            ),
            click.option(
                "--set",
                "settings",
                multiple=True,
                metavar="PARAM=VALUE",
                help="Set a parameter of the policy.",
            ),
            click.option(
                "--periods", metavar="FROM..TO", help="Only these periods: 2026-Q1..2026-Q3, or 2026-07."
            ),
            click.option(
                "--project",
                type=click.Path(path_type=Path),
                help="A project file that binds data (default: kpirules.toml beside the policy or here, if there is one).",
            ),
            click.option(
                "--missing",
                multiple=True,
                metavar="TEXT",
                help='A cell that means "no value", such as ? or N/A.',
            ),
            click.option(
                "--reject",
                type=click.Path(path_type=Path),
                help="Set rows with problems aside into FILE and go on.",
            ),
        )
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Options:
    """The options as given."""

    ruleset: Path
    data: tuple[str, ...]
    settings: tuple[str, ...]
    periods: str | None
    project: Path | None
    missing: tuple[str, ...]
    reject: Path | None


@dataclass(frozen=True, slots=True)
class Ready:
    """A policy and its facts, ready to be scored."""

    policy: Policy
    facts: Facts


def prepare(options: Options) -> Ready:
    """Read project, policy and data; ends the command with every finding where one is an error."""
    project = _project(options)
    settings = {name: one.text for name, one in project.parameters.items()} if project is not None else {}
    policy = read_valid(options.ruleset, settings | settings_of(options.settings))
    assert policy.ruleset is not None
    stop((*policy.diagnostics, *policy.missing_settings()), {policy.path: policy.text})
    work = Work(
        rules=policy.ruleset,
        tables=_tables(options.data),
        project=project,
        periods=_periods(options.periods),
        missing=options.missing,
        reject=options.reject is not None,
    )
    try:
        with step("reading the data", "读取数据"):
            facts, found = gather(work)
    except OSError as wrong:
        unreadable(str(wrong.filename), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    stop(
        found,
        {policy.path: policy.text} | _text_of(options.project or (Path(project.path) if project else None)),
    )
    if options.reject is not None:
        _set_aside(facts, options.reject)
    return Ready(policy, facts)


def _project(options: Options) -> Project | None:
    """The project file named; or the one beside the policy, or here, unless it is another policy's."""
    path = options.project
    if path is None:
        near = (options.ruleset.parent / PROJECT, Path(PROJECT))
        path = next((one for one in near if one.is_file()), None)
    if path is None:
        return None
    try:
        project, found = open_project(path)
    except OSError as wrong:
        unreadable(str(path), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    if options.project is None and not _is_of(project, options.ruleset):
        return None
    stop(found, _text_of(path))
    return project


def _is_of(project: Project, policy: Path) -> bool:
    """Whether a project is for this policy, or does not say for which."""
    return project.ruleset is None or Path(project.ruleset).resolve() == policy.resolve()


def _text_of(path: Path | None) -> dict[str, str]:
    try:
        return {} if path is None else {str(path): path.read_text(encoding="utf-8", errors="replace")}
    except OSError:
        return {}


def _tables(data: Sequence[str]) -> dict[str, str]:
    """Locations by table name; a location without a name is the table of inputs."""
    found: dict[str, str] = {}
    for one in data:
        named = None if Path(one).exists() else _NAMED.fullmatch(one)
        name, location = (named["name"], named["path"]) if named else ("inputs", one)
        if name in found:
            raise click.BadParameter(f'"{name}" is given twice', param_hint="--data")
        found[name] = location
    return found


def _periods(text: str | None) -> tuple[Period, ...] | None:
    if text is None:
        return None
    found = periods_between(text)
    if not found:
        raise click.BadParameter(
            f'"{text}" is not a period (2026-07) or a range (2026-Q1..2026-Q3)', param_hint="--periods"
        )
    return found


def _set_aside(facts: Facts, path: Path) -> None:
    """Write the rows that were set aside, and say how many."""
    from kpirules.cli.terminal import language
    from kpirules.plugin import installed, write_table  # late: pyarrow

    count = len(facts.rejects)
    wrong = write_table(installed(), facts.rejects.table(language()), str(path))
    stop(wrong)
    if any(one.is_error for one in wrong):
        raise click.exceptions.Exit(ERRORS)
    say(f"{count} rows set aside into {path}", f"{count} 行已搁置到 {path}")
