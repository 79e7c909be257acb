"""`kpirules run PROJECT --period PERIOD`: an official run, scored from the project's sources and archived."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpirules.cli.archives import ARCHIVE, signer_of
from kpirules.cli.policies import read_valid
from kpirules.cli.progress import step
from kpirules.cli.running import PERIOD_WORDS, PROJECT
from kpirules.cli.score import summary
from kpirules.cli.terminal import ERRORS, UNUSABLE, language_option, say, stop, unreadable
from kpirules.cli.wording import Command, Misuse, both
from kpirules.diagnostics import Problems
from kpirules.engine import Policy, Work, open_project, read_tables
from kpirules.model.rules import Ruleset
from kpirules.periods import Period, PeriodKind, containing, parse

if TYPE_CHECKING:
    from kpirules.facts.project import Project
    from kpirules.official import Scored
    from kpirules.records.shelf import Signer, Written

#: Exit status where another job holds the archive.
HELD = 4

_CHINESE = """\
进行一次正式运行：读取 kpirules.toml 所列的制度、参数和数据源，计分，并归档。

PROJECT 是项目文件或其所在文件夹。归档要么完整，要么没有；以相同的输入再次运行不会改变任何内容。

\b
kpirules run . --period 2026-Q3
kpirules run . --period 2026-Q3 --dry-run
kpirules run . --period 2026-Q3 --supersede "门店三的数据迟交"
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked to do. sign: who signs it."""

    draft: bool
    dry: bool
    reason: str | None
    sign: Signer | None
    wait: float
    threads: int | None


@click.command("run", cls=Command, chinese=_CHINESE)
@click.argument("project", type=click.Path(path_type=Path))
@click.option(
    "--period", required=True, metavar="PERIOD", help=both("The period to score.", "要计分的周期。")
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    help=both(
        "The folder of the archive (default: archive, beside the project file).",
        "归档文件夹（默认：项目文件旁的 archive）。",
    ),
)
@click.option(
    "--draft",
    is_flag=True,
    help=both("A draft: outside of the chain, may be deleted.", "草稿：不入链，可删除。"),
)
@click.option(
    "--dry-run",
    "dry",
    is_flag=True,
    help=both("Do everything but write; say what would be archived.", "只运行不写入；说明将归档的内容。"),
)
@click.option(
    "--supersede",
    "reason",
    metavar="REASON",
    help=both(
        "Take the place of the final run that is there, for this reason.", "以此原因取代已有的最终运行。"
    ),
)
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="KEY.pem",
    help=both("Sign the run with this Ed25519 key.", "用此 Ed25519 私钥签名。"),
)
@click.option(
    "--wait",
    type=click.FloatRange(0, 86_400),
    default=0,
    metavar="SECONDS",
    help=both(
        "How long to wait while another job holds the archive (default: not at all).",
        "归档被其他作业占用时最多等待的秒数（默认不等待）。",
    ),
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help=both("How many threads may work (default: as the data deserves).", "可用的线程数（默认按数据量）。"),
)
@language_option
def command(
    project: Path,
    period: str,
    archive: Path | None,
    draft: bool,
    dry: bool,
    reason: str | None,
    key: Path | None,
    wait: float,
    threads: int | None,
) -> None:
    """Make an official run: read what kpirules.toml names, score it, and archive it.

    PROJECT is the project file or its folder. The archive of a run is there complete or not at all; running again
    on the same inputs changes nothing. Exit status: 0 done, 1 errors, 2 unreadable or unwritable, 4 another job
    holds the archive.

    \b
    kpirules run . --period 2026-Q3
    kpirules run . --period 2026-Q3 --dry-run
    kpirules run . --period 2026-Q3 --supersede "figures of shop 3 came late"
    """
    wanted = parse(period)
    if wanted is None:
        raise Misuse(
            f'--period: "{period}" is no period; write 2026, 2026-H2, 2026-Q3, 2026-07, 2026-W31 or 2026-07-15',
            f"--period：“{period}”不是周期；请写 2026、2026-H2、2026-Q3、2026-07、2026-W31 或 2026-07-15",
        )
    if reason is not None and (draft or not reason.strip()):
        raise Misuse(
            "--supersede: give a reason; a draft takes nobody's place",
            "--supersede：请写明原因；草稿不取代任何运行",
        )
    file = project / PROJECT if project.is_dir() else project
    root = (archive or file.parent / ARCHIVE).absolute()
    sign = None if key is None else signer_of(key, root)
    asked = Asked(draft, dry, reason, sign, wait, threads)
    try:
        with _inside(file), _held(root, wanted, asked):
            written = _run(Path(file.name), root, wanted, asked)
    except Problems as wrong:
        _end(wrong)
    _said(written, asked)


@contextmanager
def _inside(file: Path) -> Iterator[None]:
    """Work in the project's folder, so that nothing archived depends on where the command was called."""
    try:
        inside = contextlib.chdir(file.parent)
        inside.__enter__()
    except OSError as wrong:
        unreadable(str(file), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    try:
        yield
    finally:
        inside.__exit__(None, None, None)


@contextmanager
def _held(root: Path, period: Period, asked: Asked) -> Iterator[None]:
    """Hold the archive's lock; a dry run needs none."""
    from kpirules.records.lock import hold  # late: pydantic

    if asked.dry:
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold(root, f"period {period}", asked.wait))
        except OSError as wrong:
            raise _unwritable(root, wrong) from None
        yield


def _run(file: Path, root: Path, period: Period, asked: Asked) -> Written:
    scored = _scored(file, period, asked)
    rules = scored.ready.work.rules
    summary(scored.scores, rules, int(scored.scores.facts.asked.sum()))
    return _archived(root, scored, asked)


def _scored(file: Path, period: Period, asked: Asked) -> Scored:
    """What the project comes to in the period; ends the command where it has errors."""
    from kpirules.official import Ready, given_of, score  # late: numpy

    project, text = _project(file)
    policy = _policy(project, text)
    assert policy.ruleset is not None
    _fitting(period, policy.ruleset)
    work = Work(policy.ruleset, {}, project, (period,))
    try:
        with step("reading the data", "读取数据") as watch:
            tables = read_tables(Work(policy.ruleset, {}, project, (period,), watch=watch))
    except OSError as wrong:
        unreadable(str(wrong.filename), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    given = given_of(policy, text, tables, period)
    with step("scoring", "计分"):
        try:
            scored = score(Ready(policy, work, tables, given), asked.threads)
        except Problems as wrong:
            stop(wrong.diagnostics, {**policy.sources, str(file): text})
            raise
    stop(scored.told, {**policy.sources, str(file): text})
    if not scored.facts.matrix.asked.any():
        say(f"kpirules: the data has no row in {period}", f"kpirules：数据中没有 {period} 的行")
        raise click.exceptions.Exit(ERRORS)
    return scored


def _project(file: Path) -> tuple[Project, str]:
    try:
        project, found = open_project(file)
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as wrong:
        unreadable(str(file), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    stop(found, {str(file): text})
    if project.ruleset is None:
        raise Misuse(
            f'{file} names no policy: write ruleset = "policy.kpi" under [project]',
            f'{file} 没有指明制度：请在 [project] 下写 ruleset = "policy.kpi"',
        )
    return project, text


def _policy(project: Project, text: str) -> Policy:
    assert project.ruleset is not None
    settings = {name: one.text for name, one in project.parameters.items()}
    places = {name: one.span for name, one in project.parameters.items()}
    policy = read_valid(Path(project.ruleset), settings, places, {project.path: text})
    stop((*policy.diagnostics, *policy.missing_settings()), policy.sources)
    return policy


def _fitting(period: Period, rules: Ruleset) -> None:
    """A period shorter than the policy's own holds none of its periods."""
    kind = PeriodKind(rules.period)
    first = containing(period.first, kind)
    if first not in period and first.next() not in period:
        raise Misuse(
            f"--period: {period} holds no whole {kind}, and this policy scores by {kind} ({first})",
            f"--period：{period} 里没有完整的{PERIOD_WORDS[kind]}，而本制度按{PERIOD_WORDS[kind]}计分（{first}）",
        )


def _archived(root: Path, scored: Scored, asked: Asked) -> Written:
    from kpirules.records.shelf import Supersede, deposit  # late: pydantic, numpy

    supersede = None if asked.reason is None else Supersede(asked.reason)
    try:
        with contextlib.ExitStack() as stack:
            aside = Path(stack.enter_context(tempfile.TemporaryDirectory())) if asked.dry else None
            stack.enter_context(step("archiving", "归档"))
            return deposit(
                root,
                scored.content,
                draft=asked.draft,
                supersede=supersede,
                sign=asked.sign,
                at=datetime.now(UTC).isoformat(timespec="seconds"),
                aside=aside,
            )
    except OSError as wrong:
        raise _unwritable(root, wrong) from None


def _unwritable(root: Path, wrong: OSError) -> click.exceptions.Exit:
    """Say that nothing was archived, and why."""
    reason = wrong.strerror or str(wrong)
    say(
        f"kpirules: cannot write to the archive {root}: {reason}. Nothing half-written is in it; start again",
        f"kpirules：无法写入归档 {root}：{reason}。其中没有写了一半的内容，请重新运行",
    )
    return click.exceptions.Exit(UNUSABLE)


def _end(wrong: Problems) -> None:
    """End with what is wrong; another job's lock has a status of its own, since a scheduler may just try again."""
    from kpirules.records.problems import HELD as LOCKED  # late: comes with the archive

    try:
        stop(wrong.diagnostics, wrong.sources)
    except click.exceptions.Exit:
        if any(one.code == LOCKED.code for one in wrong.diagnostics):
            raise click.exceptions.Exit(HELD) from None
        raise


def _said(written: Written, asked: Asked) -> None:
    run = written.run
    if not written.new:
        say(f"already archived, the same: {run.path}", f"已归档，内容相同：{run.path}", err=False)
    elif asked.dry:
        say(f"would be archived: {run.path}", f"将归档为：{run.path}", err=False)
    else:
        say(f"archived: {run.path}", f"已归档：{run.path}", err=False)
