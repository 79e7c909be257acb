"""Reading policies named on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from kpirules.cli.terminal import ERRORS, UNUSABLE, say, stop, unreadable
from kpirules.engine import Policy, Settings, policy_of, read_policy
from kpirules.language.parse import decode

STDIN = Path("-")


def policy_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and the policies inside folders."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.kpi"))
        else:
            yield path


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
    return Policy("<stdin>", "", None, None, problems) if problems else policy_of(text, "<stdin>", settings)


def read_valid(path: Path, settings: Settings | None = None) -> Policy:
    """One policy without errors; ends the command with its findings otherwise."""
    try:
        policy = read(path, settings)
    except OSError as wrong:
        unreadable(str(path), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    if policy.has_errors:
        stop(policy.diagnostics, {policy.path: policy.text})
        raise click.exceptions.Exit(ERRORS)
    return policy


def settings_of(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs; anything else is wrong usage."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise click.BadParameter(f'write NAME=VALUE, not "{pair}"', param_hint="--set")
        if name.strip() in found:
            say(f"kpirules: {name.strip()} is set twice; the last one counts", f"kpirules：{name.strip()} 设置了两次，以最后一次为准")
        found[name.strip()] = value.strip()
    return found
