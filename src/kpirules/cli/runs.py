"""`kpirules runs`: the official runs of an archive, with their state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpirules.cli.archives import archive_of
from kpirules.cli.terminal import UNUSABLE, language, language_option, say, unreadable
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import width

if TYPE_CHECKING:
    from kpirules.records.journal import Noted
    from kpirules.records.shelf import Run

_CHINESE = """\
列出归档中的正式运行及其状态：草稿、最终、已被取代。

ARCHIVE 是归档文件夹，或旁边有归档的项目；默认为当前文件夹。

\b
kpirules runs
kpirules runs archive --format json
"""
_TITLES = {
    "en": ("period", "run", "state", "ruleset", "archived", "signed", "superseded by, reason"),
    "zh": ("周期", "运行", "状态", "规则集", "归档时间", "签名", "取代者、原因"),
}


@click.command("runs", cls=Command, chinese=_CHINESE)
@click.argument("archive", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("A table, or JSON for programs.", "表格，或供程序使用的 JSON。"),
)
@language_option
def command(archive: Path | None, format_: str) -> None:
    """List the official runs of an archive with their state: draft, final, superseded.

    ARCHIVE is its folder, or a project that has it beside it; without it, here.

    \b
    kpirules runs
    kpirules runs archive --format json
    """
    from kpirules.records.journal import noted  # late: pydantic
    from kpirules.records.shelf import runs

    root = archive_of(archive)
    try:
        known = runs(root)
    except OSError as wrong:
        unreadable(str(root), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    moments = noted(root)
    if format_ == "json":
        records = [_record(one, moments) for one in known]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    if not known:
        say(f"kpirules: there is no run in {root}", f"kpirules：{root} 中没有运行")
        return
    lines = [_TITLES[language()], *(_line(one, moments) for one in known)]
    widths = [max(width(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _record(run: Run, moments: dict[str, Noted]) -> dict[str, object]:
    found = run.manifest
    return {
        "run": run.id,
        "path": str(run.path),
        "state": run.standing,
        "period": run.path.parent.name,
        "ruleset": None if found is None else found.ruleset,
        "version": None if found is None else found.version,
        "manifest": None if found is None else found.digest,
        "previous": None if found is None else found.previous,
        "supersedes": None if found is None else found.supersedes,
        "reason": None if found is None else found.reason,
        "superseded_by": run.by,
        "signed": run.signed,
        "archived": None if found is None or found.digest not in moments else moments[found.digest].at,
    }


def _line(run: Run, moments: dict[str, Noted]) -> tuple[str, ...]:
    from kpirules.records.shelf import STANDING  # late: pydantic

    found = run.manifest
    moment = moments[found.digest].at if found is not None and found.digest in moments else ""
    signed = ("是" if language() == "zh" else "yes") if run.signed else ""
    why = [one for one in (run.by, found.reason if found is not None else None) if one]
    ruleset = "" if found is None else f"{found.ruleset} {found.version or ''}".strip()
    state = STANDING[run.standing].read(language())
    return run.path.parent.name, run.id, state, ruleset, moment, signed, ", ".join(why)
