"""The log of a command as JSON: one object a line on the error stream, for whoever collects logs.

Each has `time` (UTC), `level` (info, warning, error), `event` (a stable name), `message` (in the reader's language) and
what belongs to the event. Everything that the command would say there goes this way while it is on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

import click

_KEY = "kpirules.log"


def log_as_json(context: click.Context) -> None:
    """From now on, what this command says on the error stream are lines of JSON."""
    context.find_root().meta[_KEY] = True


def asks_for_json(given: Sequence[str]) -> bool:
    """Whether a command line asks for it; so it is known of one that cannot be read, too."""
    return "--log=json" in given or ("--log", "json") in pairwise(given)


def logs_json() -> bool:
    """Whether it does."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.find_root().meta.get(_KEY))


def write_line(event: str, level: str, message: str, fields: Mapping[str, object]) -> None:
    """One line."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"time": time, "level": level, "event": event, "message": message, **fields}
    click.echo(json.dumps(line, ensure_ascii=False, default=str), err=True)
