"""Reading policies named on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click

from kpirules.cli.terminal import UNUSABLE, say, stop, unreadable
from kpirules.cli.wording import Misuse
from kpirules.diagnostics import Span
from kpirules.engine import Policy, Settings, policy_of, read_policy
from kpirules.language.parse import decode
from kpirules.model.problems import NO_PARAMETER, SETTING

STDIN = Path("-")
#: Findings about values given to parameters from outside of the policy.
_OF_SETTINGS = frozenset({SETTING.code, NO_PARAMETER.code})


def policy_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and the policies inside folders. A folder without any is wrong usage."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(path.rglob("*.kpi"))
        if not inside:
            raise Misuse(
                f"there is no policy (.kpi) in the folder {path}", f"文件夹 {path} 里没有制度文件（.kpi）"
            )
        yield from inside


def read_all(paths: Iterable[Path]) -> tuple[list[Policy], bool]:
    """Every policy that can be read, and whether some file could not be."""
    policies: list[Policy] = []
    failed = False
    for path in paths:
        try:
            policies.append(read(path))
        except OSError as wrong:
            unreadable(str(path), wrong)
            failed = True
    return policies, failed


def read(path: Path, settings: Settings | None = None) -> Policy:
    """One policy, from a file or from standard input."""
    if path != STDIN:
        return read_policy(path, settings)
    text, problems = decode(sys.stdin.buffer.read(), "<stdin>")
    return (
        Policy("<stdin>", "", None, None, problems, {"<stdin>": ""})
        if problems
        else policy_of(text, "<stdin>", settings)
    )


def read_valid(
    path: Path,
    settings: Settings | None = None,
    places: Mapping[str, Span | None] | None = None,
    sources: Mapping[str, str] | None = None,
) -> Policy:
    """One policy without errors; ends the command with its findings otherwise.

    places: where each setting was given, None for the command line; a wrong one is shown there, not in the policy.
    sources: texts of the files that places lie in.
    """
    try:
        policy = read(path, settings)
    except OSError as wrong:
        unreadable(str(path), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    if policy.has_errors:
        found = [
            replace(one, place=places[str(one.args["name"])])
            if places is not None and one.code in _OF_SETTINGS and one.args.get("name") in places
            else one
            for one in policy.diagnostics
        ]
        stop(found, {**policy.sources, **(sources or {})})
    return policy


def settings_of(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs; anything else is wrong usage."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise Misuse(f'--set: write NAME=VALUE, not "{pair}"', f"--set：请写 名称=值，而不是“{pair}”")
        if name.strip() in found:
            say(
                f"kpirules: {name.strip()} is set twice; the last one counts",
                f"kpirules：{name.strip()} 设置了两次，以最后一次为准",
            )
        found[name.strip()] = value.strip()
    return found
