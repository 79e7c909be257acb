"""`kpirules run PROJECT --period PERIOD`: an official run, scored from the project's sources and archived."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpirules.cli.alerts import raised
from kpirules.cli.archives import ARCHIVE, signer_of
from kpirules.cli.archiving import (
    BLOCKED,
    NOT_SENT,
    archived,
    end,
    held,
    log_option,
    say_archived,
    sign_option,
    wait_option,
)
from kpirules.cli.outlets import Outlet, outlets_of, unfit
from kpirules.cli.policies import read_valid
from kpirules.cli.progress import step
from kpirules.cli.running import PERIOD_WORDS, PROJECT, check_places
from kpirules.cli.score import summary
from kpirules.cli.sending import deliver, wanted
from kpirules.cli.terminal import (
    ERRORS,
    UNUSABLE,
    language_option,
    print_diagnostics,
    say,
    stop,
    tell,
    unreadable,
)
from kpirules.cli.wording import Command, Misuse, both
from kpirules.diagnostics import Problems, Words
from kpirules.engine import Policy, report
from kpirules.gathering import Work, open_project, read_tables
from kpirules.model.rules import Ruleset
from kpirules.periods import Period, PeriodKind, containing, parse

if TYPE_CHECKING:
    from kpirules.facts.project import Project
    from kpirules.official import Scored
    from kpirules.records.content import Content
    from kpirules.records.shelf import Run, Signer

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
    """What a run is asked to do. key: the file of the key that signs it."""

    period: Period
    draft: bool
    dry: bool
    reason: str | None
    key: Path | None
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
@sign_option
@wait_option
@click.option(
    "--outputs-only",
    "again",
    is_flag=True,
    help=both(
        "Read and archive nothing: write the outputs of the run in force again.",
        "不读取也不归档：重新写出现行运行的输出。",
    ),
)
@log_option
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
    again: bool,
    threads: int | None,
) -> None:
    """Make an official run: read what kpirules.toml names, score it, archive it, and write its outputs.

    PROJECT is the project file or its folder. The archive of a run is there complete or not at all; running again
    on the same inputs changes nothing. Exit status: 0 done, 1 errors, 2 unreadable or unwritable, 3 stopped by
    [run.block], 4 another job holds the archive, 5 archived, but not every output was written.

    \b
    kpirules run . --period 2026-Q3
    kpirules run . --period 2026-Q3 --dry-run
    kpirules run . --period 2026-Q3 --supersede "figures of shop 3 came late"
    """
    asked_for = parse(period)
    if asked_for is None:
        raise Misuse(
            f'--period: "{period}" is no period; write 2026, 2026-H2, 2026-Q3, 2026-07, 2026-W31 or 2026-07-15',
            f"--period：“{period}”不是周期；请写 2026、2026-H2、2026-Q3、2026-07、2026-W31 或 2026-07-15",
        )
    if reason is not None and (draft or not reason.strip()):
        raise Misuse(
            "--supersede: give a reason; a draft takes nobody's place",
            "--supersede：请写明原因；草稿不取代任何运行",
        )
    if again and (draft or reason is not None):
        raise Misuse(
            "--outputs-only: nothing is archived, so there is no draft and nothing to supersede",
            "--outputs-only：不作归档，因此没有草稿，也不取代任何运行",
        )
    file = project / PROJECT if project.is_dir() else project
    root = None if archive is None else archive.absolute()
    key = None if key is None else key.absolute()
    asked = Asked(asked_for, draft, dry, reason, key, wait, threads)
    began = Words(f"the run of {asked_for} begins", f"{asked_for} 的运行开始")
    tell("started", began, log=True, project=str(file), period=str(asked_for), dry_run=dry, draft=draft)
    try:
        with _inside(file):
            work = _Run.of(Path(file.name), root, asked)
            sent = work.send_again() if again else work.make()
    except Problems as wrong:
        end(wrong)
        raise
    if not sent:
        raise click.exceptions.Exit(NOT_SENT)


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


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of one project, in whose folder the work is done."""

    file: Path
    text: str
    project: Project
    root: Path
    outlets: tuple[Outlet, ...]
    sign: Signer | None
    asked: Asked

    @classmethod
    def of(cls, file: Path, root: Path | None, asked: Asked) -> _Run:
        """Read the project, and see to it that its outputs and its key can be used."""
        project, text = _project(file)
        section = project.run
        where = (root or Path(section.archive or ARCHIVE)).absolute()
        names = section.outputs if section.outputs is not None else tuple(project.outputs)
        outlets = outlets_of(names, project)
        check_places(outlets, [] if project.ruleset is None else [project.ruleset], project)
        for one in outlets:
            if one.file and Path(one.path).resolve().is_relative_to(where.resolve()):
                raise Misuse(
                    f"{one.path} lies in the archive, where nothing but runs may be",
                    f"{one.path} 位于归档之中，那里只能存放运行",
                )
        stop(unfit(outlets))
        key = asked.key or (None if section.sign is None else Path(section.sign))
        sign = None if key is None or asked.dry else signer_of(key, where)
        return cls(file, text, project, where, outlets, sign, asked)

    def make(self) -> bool:
        """Score, look, archive, write the outputs; whether all of these were written."""
        from kpirules.records.shelf import Supersede  # late: pydantic, numpy

        asked = self.asked
        with held(self.root, f"period {asked.period}", asked.wait, asked.dry):
            scored = self._scored()
            rules = scored.ready.work.rules
            summary(scored.scores, rules, int(scored.scores.facts.asked.sum()))
            count = len(scored.scores)
            words = Words(f"{count} rows scored by {rules.id}", f"按 {rules.id} 计分 {count} 行")
            tell("scored", words, log=True, rows=count, ruleset=rules.id)
            content = self._looked_at(scored)
            supersede = None if asked.reason is None else Supersede(asked.reason)
            written = archived(
                self.root, content, draft=asked.draft, supersede=supersede, sign=self.sign, dry=asked.dry
            )
        say_archived(written)
        for told in raised(scored.scores, rules):
            tell("alert", told, "warning")
        if asked.draft or asked.dry:
            self._would_send()
            return True
        return self._sent(scored, self._standing(written.run))

    def send_again(self) -> bool:
        """Write the outputs of the run in force; whether all of them were."""
        from kpirules.official import scored_again  # late: numpy
        from kpirules.records.archive import open_run
        from kpirules.records.problems import NO_RUN
        from kpirules.records.shelf import in_force, runs

        policy, period = _policy(self.project, self.text), self.asked.period
        assert policy.ruleset is not None
        run = in_force(runs(self.root), policy.ruleset.id, str(period)) if self.root.is_dir() else None
        if run is None:
            raise Problems([NO_RUN.at(None, run=str(period), archive=str(self.root), known="-")])
        with step("scoring", "计分"):
            scored = scored_again(open_run(run.path), self.asked.threads)
        return self._sent(scored, run)

    def _scored(self) -> Scored:
        """What the project comes to in the period; ends the command where it has errors."""
        from kpirules.official import Ready, given_of, score  # late: numpy

        period, policy = self.asked.period, _policy(self.project, self.text)
        assert policy.ruleset is not None
        _fitting(period, policy.ruleset)
        work = Work(policy.ruleset, {}, self.project, (period,))
        try:
            with step("reading the data", "读取数据") as watch:
                tables = read_tables(replace(work, watch=watch))
        except OSError as wrong:
            unreadable(str(wrong.filename), wrong)
            raise click.exceptions.Exit(UNUSABLE) from None
        for name, one in tables.tables.items():
            rows = 0 if one.table is None else one.table.num_rows
            words = Words(f"{rows} rows of {name} read", f"已读取 {name} 的 {rows} 行")
            tell("read", words, log=True, table=name, path=one.path, rows=rows)
        given = given_of(policy, self.text, tables, period)
        texts = {**policy.sources, str(self.file): self.text}
        with step("scoring", "计分"):
            try:
                scored = score(Ready(policy, work, tables, given), self.asked.threads)
            except Problems as wrong:
                stop(wrong.diagnostics, texts)
                raise
        stop(scored.told, texts)
        if not scored.facts.matrix.asked.any():
            say(f"kpirules: the data has no row in {period}", f"kpirules：数据中没有 {period} 的行")
            raise click.exceptions.Exit(ERRORS)
        return scored

    def _looked_at(self, scored: Scored) -> Content:
        """What is to be archived, with what was found by a look at it; ends the command where that stops it."""
        from kpirules.official import looked_at  # late: numpy
        from kpirules.records.archive import open_run
        from kpirules.records.preflight import PREFLIGHT
        from kpirules.records.shelf import in_force, runs

        earlier = str(self.asked.period.previous())
        known = runs(self.root) if self.root.is_dir() else ()
        before = in_force(known, scored.ready.work.rules.id, earlier)
        with step("looking for what is missing", "检查缺失"):
            found = looked_at(scored, None if before is None else open_run(before.path))
        stops = found.blocked and not self.asked.draft
        told = found.diagnostics if stops else tuple(one.told for one in found.found)
        print_diagnostics(told, {}, err=True)
        count = len(found.found)
        tell(
            "preflight",
            Words(f"{count} findings before archiving", f"归档前有 {count} 项发现"),
            "error" if stops else "info",
            log=True,
            findings=count,
            stopped=stops,
            compared_with=None if before is None else before.id,
        )
        if stops:
            raise click.exceptions.Exit(BLOCKED)
        return replace(scored.content, more={PREFLIGHT: found.written()})

    def _standing(self, run: Run) -> Run:
        """The run as it stands now: the same inputs may have been archived long ago, and corrected since."""
        from kpirules.records.shelf import run_at  # late: pydantic, numpy

        return run_at(run.path)

    def _sent(self, scored: Scored, run: Run) -> bool:
        """Write the report of the run to its outputs; whether all of them were."""
        if not self.outlets:
            return True
        if run.by is not None:
            say(
                f"kpirules: it was superseded by {run.by} since, so no output is written; --outputs-only writes those of {run.by}",
                f"kpirules：它已被 {run.by} 取代，因此不写输出；--outputs-only 可写出 {run.by} 的输出",
            )
            return True
        with step("making the report", "生成报告"):
            made = report(scored.ready.policy, scored.facts, scored.scores, wanted(run.id))
        wrong = deliver(made, self.outlets)
        print_diagnostics(wrong, {str(self.file): self.text}, err=True)
        failed = any(one.is_error for one in wrong)
        if failed:
            say(
                "kpirules: the run is archived, but not every output was written; try again with --outputs-only",
                "kpirules：运行已归档，但有输出未写出；可用 --outputs-only 重试",
            )
        return not failed

    def _would_send(self) -> None:
        """Say what a final run would write."""
        for one in self.outlets:
            words = Words(f"a final run would write: {one.path}", f"最终运行将写出：{one.path}")
            tell("output skipped", words, output=one.given, path=one.path)


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
