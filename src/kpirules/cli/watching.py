"""`kpirules simulate --watch`: the simulation again whenever a policy or the project file is saved.

Tables stay in memory, and facts as long as what the policies need of them stays the same. What is wrong with a saved
policy is shown, and the next save awaited.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Collection, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from kpirules.cli.simulating import Asked, Ready, gathered, read, run, show
from kpirules.cli.terminal import say
from kpirules.cli.wording import Misuse, usage_message
from kpirules.policy.simulation.needed import needed

if TYPE_CHECKING:
    from kpirules.policy.simulation.supplying import Supply

_PAUSE = 0.1
INTERRUPTED = 130
#: What tells one state of a file from another.
_Seen = dict[str, tuple[int, int, int] | None]


def run_again(asked: Asked) -> NoReturn:
    """Run, wait until something is saved, run again; until interrupted."""
    try:
        with tempfile.TemporaryDirectory(prefix="kpirules-") as folder:
            _Runs(asked, folder).go_on()
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None


class _Runs:
    """asked: what to run. folder: for what memory does not hold. The data of the last run, and what they were read for."""

    def __init__(self, asked: Asked, folder: str) -> None:
        self.asked, self.folder = asked, folder
        self.files: set[str] = {str(asked.options.ruleset), str(asked.new)}
        self.supply: Supply | None = None
        self.key: Hashable = None

    def go_on(self) -> NoReturn:
        while True:
            seen = _seen(self.files)
            self._once()
            more = _seen(self.files - seen.keys())
            _wait({**seen, **more})
            if os.isatty(1):
                click.clear()

    def _once(self) -> None:
        begun = time.perf_counter()
        try:
            ready = read(self.asked)
            self.files |= set(ready.sources) - {"--where"}
            show(run(ready, self._data(ready)), ready)
        except click.exceptions.Exit:
            pass  # what is wrong is said already
        except Misuse as wrong:
            message = usage_message(wrong)
            say(f"Error: {message}", f"错误：{message}")
        seconds = time.perf_counter() - begun
        say(
            f"{seconds:.2f} s; runs again when a policy is saved, Ctrl-C ends",
            f"{seconds:.2f} 秒；保存制度后自动重新运行，按 Ctrl-C 结束",
        )

    def _data(self, ready: Ready) -> Supply:
        project = "" if ready.project is None else ready.sources.get(str(ready.project.path), "")
        key = (*(needed(rules) for rules in ready.rules), ready.periods, project)
        if self.supply is None or key != self.key:
            self.supply, self.key = gathered(ready, tempfile.mkdtemp(dir=self.folder)), key
        return self.supply


def _seen(files: Collection[str]) -> _Seen:
    return {name: _state(name) for name in files}


def _state(name: str) -> tuple[int, int, int] | None:
    """None while the file is not there: editors put a new one in its place."""
    with contextlib.suppress(OSError):
        found = Path(name).stat()
        return found.st_mtime_ns, found.st_size, found.st_ino
    return None


def _wait(seen: _Seen) -> None:
    """Until a file is another than it was, and there."""
    while True:
        time.sleep(_PAUSE)
        now = _seen(seen)
        if any(state is not None and state != seen[name] for name, state in now.items()):
            return
