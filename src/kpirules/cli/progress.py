"""Progress on long work: a line on a terminal that says what is going on and for how long; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kpirules.cli.terminal import language


@contextmanager
def step(en: str, zh: str) -> Iterator[None]:
    """Show a step while it goes on."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # late: only a terminal needs it
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(zh if language() == "zh" else en, total=None)
        yield
