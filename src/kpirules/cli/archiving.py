"""Adds a run to an archive: its lock, the deposit, and what is told where that fails."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kpirules.cli.log import log_as_json
from kpirules.cli.progress import step
from kpirules.cli.terminal import UNUSABLE, say, stop, tell
from kpirules.cli.wording import both
from kpirules.diagnostics import Problems, Words
from kpirules.plugin import Progress, Watch

if TYPE_CHECKING:
    from kpirules.records.content import Content
    from kpirules.records.shelf import Signer, Supersede, Written

#: Exit statuses for schedulers: stopped by what was found before it; another job holds the archive; archived, but not
#: every output was written.
BLOCKED, HELD, NOT_SENT = 3, 4, 5

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])


def _log(context: click.Context, parameter: click.Parameter, value: str) -> None:
    if value == "json":
        log_as_json(context)


def log_option(command: _Decorated) -> _Decorated:
    """Add `--log text|json`: how the command says what happens."""
    return click.option(
        "--log",
        type=click.Choice(["text", "json"]),
        default="text",
        callback=_log,
        expose_value=False,
        is_eager=True,
        help=both(
            "How to say what happens on standard error: as text, or a JSON object a line.",
            "标准错误上的输出：文本，或每行一个 JSON 对象。",
        ),
    )(command)


sign_option = click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="KEY.pem",
    help=both("Sign the run with this Ed25519 key.", "用此 Ed25519 私钥签名。"),
)
wait_option = click.option(
    "--wait",
    type=click.FloatRange(0, 86_400),
    default=0,
    metavar="SECONDS",
    help=both(
        "How long to wait while another job holds the archive (default: not at all).",
        "归档被其他作业占用时最多等待的秒数（默认不等待）。",
    ),
)


@contextmanager
def held(root: Path, what: str, wait: float, dry: bool = False) -> Iterator[None]:
    """Hold the archive's lock; a dry run needs none. Raises Problems where another job has it."""
    from kpirules.records.lock import hold  # late: pydantic

    if dry:
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold(root, what, wait))
        except OSError as wrong:
            raise _unwritable(root, wrong) from None
        yield


def archived(
    root: Path,
    content: Content,
    *,
    draft: bool = False,
    supersede: Supersede | None = None,
    sign: Signer | None = None,
    dry: bool = False,
) -> Written:
    """The run in its place. Raises Problems where it may not be added."""
    from kpirules.records.shelf import deposit  # late: pydantic, numpy

    try:
        with contextlib.ExitStack() as stack:
            aside = Path(stack.enter_context(tempfile.TemporaryDirectory())) if dry else None
            watch = stack.enter_context(step("archiving", "归档"))
            at = datetime.now(UTC).isoformat(timespec="seconds")
            return deposit(
                root,
                content,
                draft=draft,
                supersede=supersede,
                sign=sign,
                at=at,
                watch=None if watch is None else _derived(watch),
                aside=aside,
            )
    except OSError as wrong:
        raise _unwritable(root, wrong) from None


def _derived(watch: Watch) -> Callable[[int, int], None]:
    """Tells the progress how many rows are derived."""
    return lambda done, rows: watch(Progress("derivations", done, done / rows))


def _unwritable(root: Path, wrong: OSError) -> click.exceptions.Exit:
    """Say that nothing was archived, and why."""
    reason = wrong.strerror or str(wrong)
    say(
        f"kpirules: cannot write to the archive {root}: {reason}. Nothing half-written is in it; start again",
        f"kpirules：无法写入归档 {root}：{reason}。其中没有写了一半的内容，请重新运行",
    )
    return click.exceptions.Exit(UNUSABLE)


def end(wrong: Problems) -> None:
    """End with what is wrong; another job's lock has a status of its own, since a scheduler may just try again."""
    from kpirules.records.problems import HELD as LOCKED  # late: comes with the archive

    try:
        stop(wrong.diagnostics, wrong.sources)
    except click.exceptions.Exit:
        if any(one.code == LOCKED.code for one in wrong.diagnostics):
            raise click.exceptions.Exit(HELD) from None
        raise


def say_archived(written: Written) -> None:
    """Where the run is, on standard output; in the log, too."""
    run = written.run
    if not written.new:
        words = Words(f"already archived, the same: {run.path}", f"已归档，内容相同：{run.path}")
    elif written.dry:
        words = Words(f"would be archived: {run.path}", f"将归档为：{run.path}")
    else:
        words = Words(f"archived: {run.path}", f"已归档：{run.path}")
    say(words.en, words.zh, err=False)
    tell(
        "archived",
        words,
        log=True,
        path=str(run.path),
        run=run.id,
        new=written.new,
        dry_run=written.dry,
    )
