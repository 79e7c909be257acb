"""`kpirules correct RUN --facts FILE`: a new run with corrected facts, in the place of the one that had them wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpirules.cli.archives import archive_option, find_run, signer_of
from kpirules.cli.archiving import archived, end, held, log_option, say_archived, sign_option, wait_option
from kpirules.cli.progress import step
from kpirules.cli.terminal import language, language_option, print_diagnostics, several, stop, tell
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import Problems, Words
from kpirules.plugin import installed, read_table

if TYPE_CHECKING:
    from kpirules.facts.corrected import Correction
    from kpirules.plugin import SourceTable
    from kpirules.records.differences import Difference
    from kpirules.records.shelf import Run, Signer, Written

#: So many people are listed whose figures changed because of others.
_LISTED = 20
_NONE = Words("none", "无")

_CHINESE = """\
更正正式运行中有误的事实：以更正后的事实重新计分全部人员，新的运行取代原来的运行，并列出差异。

更正表的列：员工、周期、事实、原值、新值、原因，以及可选的依据。原值必须与运行中的一致。

\b
kpirules correct 2026-Q3 --facts corrections.csv
kpirules correct archive/2026-Q3/1f0c5a7d2b3e4f60 --facts corrections.xlsx --dry-run
"""


@click.command("correct", cls=Command, chinese=_CHINESE)
@click.argument("run")
@click.option(
    "--facts",
    "table",
    required=True,
    metavar="FILE",
    help=both("The table of corrections: .csv, .xlsx ...", "更正表：.csv、.xlsx 等。"),
)
@archive_option
@click.option(
    "--dry-run",
    "dry",
    is_flag=True,
    help=both("Do everything but write; show the differences.", "只运行不写入；显示差异。"),
)
@sign_option
@wait_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("How to print the differences.", "差异的输出形式。"),
)
@log_option
@language_option
def command(
    run: str, table: str, archive: Path | None, dry: bool, key: Path | None, wait: float, form: str
) -> None:
    """Correct facts of an official run: everybody is scored again with them, and the new run takes the old one's place.

    A table of corrections has the columns staff, period, fact, old, new, reason and, if you like, evidence. The old value
    must be that of the run. Ranks, pools and quotas follow; the differences are told and archived.

    \b
    kpirules correct 2026-Q3 --facts corrections.csv
    kpirules correct archive/2026-Q3/1f0c5a7d2b3e4f60 --facts corrections.xlsx --dry-run
    """
    meant = find_run(run, archive)
    root = meant.path.parent.parent
    sign = None if key is None else signer_of(key, root)
    try:
        with held(root, f"corrections of {meant.id}", wait, dry):
            made, found, written = _corrected(meant, root, _table(table), sign, dry)
    except Problems as wrong:
        end(wrong)
        raise
    say_archived(written)
    if form == "json":
        from kpirules.records.differences import record  # late: numpy

        told = {"run": written.run.id, "supersedes": meant.id, **record(made, found)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in _lines(made, found):
        click.echo(line.read(language()))


def _table(place: str) -> SourceTable:
    """The table of corrections; in the archive it is called by its name, wherever it lies."""
    read = read_table(installed(), place)
    stop(one for one in read.diagnostics if read.table is None)
    name = Path(place).name if Path(place).exists() else read.path
    parts = tuple(replace(one, path=Path(one.path).name) for one in read.parts)
    return replace(read, path=name, parts=parts)


def _corrected(
    run: Run, root: Path, table: SourceTable, sign: Signer | None, dry: bool
) -> tuple[tuple[Correction, ...], tuple[Difference, ...], Written]:
    """The corrections, what they changed, and the new run. Raises Problems."""
    from kpirules.official import looked_at, scored_again, with_corrections  # late: numpy
    from kpirules.records.archive import open_run
    from kpirules.records.differences import DIFFERENCES, differences, differences_file
    from kpirules.records.preflight import PREFLIGHT
    from kpirules.records.shelf import Supersede

    opened = open_run(run.path)
    _in_force(run, root)
    with step("scoring", "计分"):
        old = scored_again(opened)
        new, made = with_corrections(old, table)
    print_diagnostics(new.told, {}, err=True)
    found = differences(old.scores, new.scores, made)
    more = {DIFFERENCES: differences_file(made, found), PREFLIGHT: looked_at(new, None).written()}
    reason = f"{several(len(made), 'fact')} corrected: {table.path}"
    written = archived(
        root,
        replace(new.content, more=more),
        supersede=Supersede(reason, opened.manifest.digest),
        sign=sign,
        dry=dry,
    )
    words = Words(f"{len(made)} facts corrected", f"已更正 {len(made)} 项事实")
    tell(
        "corrected", words, log=True, run=written.run.id, supersedes=run.id, facts=len(made), rows=len(found)
    )
    return made, found, written


def _in_force(run: Run, root: Path) -> None:
    """Only a run in force is corrected: a draft is made anew, and one that is superseded has been corrected already."""
    from kpirules.records.problems import NOT_IN_FORCE  # late: comes with the archive
    from kpirules.records.shelf import STANDING, in_force, runs

    if run.standing == "final":
        return
    manifest = run.manifest
    known = runs(root)
    current = None if manifest is None else in_force(known, manifest.ruleset, manifest.period)
    name = _NONE if current is None else current.id
    raise Problems([NOT_IN_FORCE.at(None, run=run.id, state=STANDING[run.standing], current=name)])


def _lines(made: Sequence[Correction], found: Sequence[Difference]) -> Iterator[Words]:
    """The statement of differences."""
    yield Words("corrected:", "已更正：")
    for one in made:
        evidence = Words(f" ({one.evidence})", f"（{one.evidence}）") if one.evidence else Words()
        yield Words(
            f"  {one.staff}, {one.period}: {one.fact} {one.was.en} -> {one.now.en}: {one.reason}{evidence.en}",
            f"  {one.staff}，{one.period}：{one.fact} {one.was.zh} -> {one.now.zh}：{one.reason}{evidence.zh}",
        )
    own = [one for one in found if one.corrected]
    others = [one for one in found if not one.corrected]
    if not found:
        yield Words("no published figure changes", "公布的结果没有变化")
    if own:
        yield Words("so their figures change:", "因此其结果变为：")
        yield from (_figures(one) for one in own)
    if others:
        yield Words(
            "and those of others, through ranks, groups, pools or quotas:",
            "其他人员的结果因排名、群体、总额或名额而变化：",
        )
        yield from (_figures(one) for one in others[:_LISTED])
    if len(others) > _LISTED:
        rest = len(others) - _LISTED
        yield Words(
            f"  and {rest} more: see --format json, or differences.json in the archive",
            f"  另有 {rest} 行：见 --format json 或归档中的 differences.json",
        )


def _figures(one: Difference) -> Words:
    told = ", ".join(f"{change.name} {change.old or '-'} -> {change.new or '-'}" for change in one.changes)
    return Words(f"  {one.staff}, {one.period}: {told}", f"  {one.staff}，{one.period}：{told}")
