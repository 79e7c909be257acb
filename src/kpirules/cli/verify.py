"""`kpirules verify RUN`: whether a run is what was archived, and comes out again from its archive."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpirules.cli.archives import archive_of, checker_of, find_run
from kpirules.cli.progress import step
from kpirules.cli.terminal import (
    ERRORS,
    UNUSABLE,
    language,
    language_option,
    print_diagnostics,
    say,
    several,
    unreadable,
)
from kpirules.cli.wording import Command, both
from kpirules.diagnostics import Diagnostic, Problems, Words, as_record

if TYPE_CHECKING:
    from kpirules.records.shelf import Run
    from kpirules.records.verify import Check

_CHINESE = """\
核验正式运行：摘要、链和签名，然后根据归档重新计分，并逐一比较每个数值。

RUN 是运行的文件夹、编号（或其开头），或周期（指该周期现行有效的运行）；不写则核验归档中的全部运行。状态：0 一切相符，1 有不符，2 无法读取。

\b
kpirules verify
kpirules verify 2026-Q3 --key official.pub.pem
kpirules verify archive/2026-Q3/1f0c5a7d2b3e4f60 --format json
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of one run. again: whether it was scored again."""

    run: Run
    found: tuple[Diagnostic, ...]
    files: int
    signature: str
    again: bool

    @property
    def holds(self) -> bool:
        return not any(one.is_error for one in self.found)


@click.command("verify", cls=Command, chinese=_CHINESE)
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    help=both(
        "The archive's folder, or a project that has it beside it (default: here).",
        "归档文件夹，或旁边有归档的项目（默认：当前文件夹）。",
    ),
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PUBLIC.pem",
    help=both("Every run must be signed with the key's other half.", "每个运行都必须有与此公钥对应的签名。"),
)
@click.option(
    "--no-recompute",
    "recompute",
    flag_value=False,
    default=True,
    help=both("Check hashes, chain and signature alone.", "只核对摘要、链和签名。"),
)
@click.option(
    "--alone",
    is_flag=True,
    help=both(
        "The run was taken out of its archive: do not ask for its neighbours.",
        "该运行已从归档中取出：不核对其前后运行。",
    ),
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help=both("How many threads may work (default: as the data deserves).", "可用的线程数（默认按数据量）。"),
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help=both("Text, or JSON for programs.", "文本，或供程序使用的 JSON。"),
)
@language_option
def command(
    runs: tuple[str, ...],
    archive: Path | None,
    key: Path | None,
    recompute: bool,
    alone: bool,
    threads: int | None,
    format_: str,
) -> None:
    """Verify official runs: hashes, chain and signature; then score them again from the archive, and compare every figure.

    RUN is a run's folder, its id (or the beginning of it), or a period, of which the run in force is meant; without
    it, all runs of the archive. Exit status: 0 all as archived, 1 something is not, 2 unreadable.

    \b
    kpirules verify
    kpirules verify 2026-Q3 --key official.pub.pem
    kpirules verify archive/2026-Q3/1f0c5a7d2b3e4f60 --format json
    """
    check = None if key is None else checker_of(key).wrong
    meant = [find_run(word, archive) for word in runs] if runs else _all(archive_of(archive))
    try:
        around = () if alone else _chains(meant, archive_of(archive) if not runs else None)
        results = [_verified(one, check, alone, recompute, threads) for one in meant]
    except OSError as wrong:
        unreadable(str(wrong.filename or ""), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
    if format_ == "json":
        _print_json(around, results)
    else:
        _print(around, results)
    if not all(one.holds for one in results) or any(one.is_error for one in around):
        raise click.exceptions.Exit(ERRORS)


def _all(root: Path) -> list[Run]:
    from kpirules.records.shelf import runs  # late: pydantic

    try:
        return list(runs(root))
    except OSError as wrong:
        unreadable(str(root), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None


def _chains(meant: Sequence[Run], root: Path | None) -> tuple[Diagnostic, ...]:
    """What is wrong with the order of the runs around those that are meant."""
    from kpirules.records.shelf import runs  # late: pydantic
    from kpirules.records.verify import chain

    roots = dict.fromkeys(one.path.absolute().parent.parent for one in meant)
    if root is not None:
        roots = dict.fromkeys([root])
    return tuple(found for one in roots for found in chain(one, runs(one)))


def _verified(run: Run, check: Check | None, alone: bool, recompute: bool, threads: int | None) -> Result:
    from kpirules.official import verified  # late: numpy
    from kpirules.records.archive import open_run
    from kpirules.records.verify import files, made_elsewhere, signature

    try:
        opened = open_run(run.path)
    except Problems as wrong:
        return Result(run, wrong.diagnostics, 0, "unknown", False)
    found = [*files(opened, alone), *signature(opened, check)]
    sound = not any(one.is_error for one in found)
    said = "none" if not opened.signed else "not checked" if check is None else "checked"
    if sound and recompute:
        found += made_elsewhere(opened)
        with step(f"scoring {run.id} again", f"重新计分 {run.id}"):
            found += verified(opened, threads)
    return Result(run, tuple(found), len(opened.manifest.files), said, sound and recompute)


def _print(around: Sequence[Diagnostic], results: Sequence[Result]) -> None:
    print_diagnostics(around, {})
    for one in results:
        print_diagnostics(one.found, {})
        words = _line(one)
        say(words.en, words.zh, err=False)
    if not results:
        say("kpirules: there is no run to verify", "kpirules：没有可核验的运行")


def _line(one: Result) -> Words:
    name = f"{one.run.path.parent.name}/{one.run.id}"
    if not one.holds:
        return Words(f"{name}: NOT as archived", f"{name}：与归档不符")
    signed, signed_zh = {
        "none": ("not signed", "未签名"),
        "not checked": ("signature not checked", "未核对签名"),
        "checked": ("signature holds", "签名成立"),
    }[one.signature]
    again = (
        ("scored again, the same", "重新计分，结果相同") if one.again else ("not scored again", "未重新计分")
    )
    return Words(
        f"{name}: {several(one.files, 'file')} as archived, {signed}, {again[0]}",
        f"{name}：{one.files} 个文件与归档相符，{signed_zh}，{again[1]}",
    )


def _print_json(around: Sequence[Diagnostic], results: Sequence[Result]) -> None:
    whole = {
        "holds": all(one.holds for one in results) and not any(one.is_error for one in around),
        "archive": [_record(one) for one in around],
        "runs": [
            {
                "run": one.run.id,
                "path": str(one.run.path),
                "period": one.run.path.parent.name,
                "state": one.run.standing,
                "holds": one.holds,
                "files": one.files,
                "signature": one.signature,
                "scored_again": one.again,
                "findings": [_record(found) for found in one.found],
            }
            for one in results
        ],
    }
    click.echo(json.dumps(whole, ensure_ascii=False, indent=2))


def _record(found: Diagnostic) -> dict[str, object]:
    """A finding, and of a figure that differs what it is and should be, and by which rule."""
    record = as_record(found, language())
    for name in ("file", "found", "expected", "rule", "who"):
        if name in found.args:
            value = found.args[name]
            record[name] = value.read(language()) if isinstance(value, Words) else value
    return record
