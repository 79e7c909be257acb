"""Progress on long work: a line on a terminal that says what is going on, how fast and how long still; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kpirules.cli.terminal import language
from kpirules.plugin import Progress, Watch


@contextmanager
def step(en: str, zh: str) -> Iterator[Watch | None]:
    """Show a step while it goes on. What it gives may be told how far a reading has come."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # late: only a terminal needs it
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        what = zh if language() == "zh" else en
        task = bar.add_task(what, total=None)
        begun: dict[str, float] = {}

        def watch(progress: Progress) -> None:
            since = begun.setdefault(progress.path, bar.get_time())
            told = reading_line(progress, bar.get_time() - since)
            bar.update(task, description=f"{what}{told}")

        yield watch


def reading_line(progress: Progress, seconds: float) -> str:
    """How far a reading has come after so many seconds: rows, rate, share and rest, as far as they are known."""
    chinese = language() == "zh"
    said = [f"{progress.rows:,} {'行' if chinese else 'rows'}"]
    if seconds > 0:
        rate = f"{round(progress.rows / seconds):,}"
        said.append(f"{rate} 行/秒" if chinese else f"{rate} rows/s")
    if progress.done is not None and 0 < progress.done <= 1:
        said.append(f"{progress.done:.0%}")
        rest = round(seconds * (1 - progress.done) / progress.done)
        if progress.done < 1:
            clock = f"{rest // 60}:{rest % 60:02}"
            said.append(f"还需 {clock}" if chinese else f"{clock} left")
    between = "，" if chinese else ", "
    return f"{'：' if chinese else ': '}{progress.path}: {between.join(said)}"
