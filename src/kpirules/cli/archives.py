"""Archives and runs named on the command line, and the keys that sign and check them."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from kpirules.cli.running import PROJECT
from kpirules.cli.terminal import UNUSABLE, stop, unreadable
from kpirules.cli.wording import Misuse, both
from kpirules.diagnostics import Problems
from kpirules.gathering import open_project

if TYPE_CHECKING:
    from kpirules.records.shelf import Run
    from kpirules.records.signing import Checker, Signer

#: Where runs are archived unless something else is said, beside the project file.
ARCHIVE = "archive"
#: The environment variable with the passphrase of a signing key.
PASSPHRASE = "KPIRULES_SIGN_PASSPHRASE"
#: More than any key is long.
_MOST_BYTES = 1 << 16

archive_option = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    help=both(
        "The archive or project in which to look for RUN (default: here).",
        "查找 RUN 的归档或项目（默认：当前文件夹）。",
    ),
)


def archive_of(place: Path | None) -> Path:
    """The archive meant: the folder itself, or the one of the project that lies there. None: here."""
    given = place or Path()
    file = given if given.is_file() else given / PROJECT
    if file.is_file():
        return archive_in(file)
    if place is None and Path(ARCHIVE).is_dir():
        return Path(ARCHIVE)
    return given


def archive_in(file: Path) -> Path:
    """Where the project of a file keeps its runs. What is wrong with the file is told when it is run."""
    try:
        project, _ = open_project(file)
    except OSError:
        return file.parent / ARCHIVE
    return file.parent / ARCHIVE if project.run.archive is None else Path(project.run.archive)


def find_run(word: str, archive: Path | None) -> Run:
    """The run that is named by its folder, its id or its period; ends the command where there is none."""
    from kpirules.records.archive import MANIFEST  # late: pydantic
    from kpirules.records.shelf import find, run_at

    path = Path(word)
    try:
        if (path / MANIFEST).exists():
            return run_at(path)
        return find(archive_of(archive), word)
    except Problems as wrong:
        stop(wrong.diagnostics)
        raise
    except OSError as wrong:
        unreadable(str(wrong.filename or archive_of(archive)), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None


def signer_of(path: Path, root: Path) -> Signer:
    """Who signs with the key in a file; ends the command where it is none. Keys lie outside of the archive."""
    from kpirules.records.problems import UNFIT_KEY  # late: comes with the archive

    if path.resolve().is_relative_to(root.resolve()):
        raise Misuse(
            "--sign: the key lies in the archive; whoever can write there could sign anything",
            "--sign：密钥位于归档之内；能写入归档的人就能任意签名",
        )
    signing = _signing()
    said = os.environ.get(PASSPHRASE)
    try:
        signer: Signer = signing.signer(_key(path), said.encode() if said else None)
    except signing.UnfitKey as wrong:
        stop([UNFIT_KEY.at(None, path=str(path), why=wrong.words)])
        raise
    return signer


def checker_of(path: Path) -> Checker:
    """Who checks with the public key in a file; ends the command where it is none."""
    from kpirules.records.problems import UNFIT_KEY  # late: comes with the archive

    signing = _signing()
    try:
        checker: Checker = signing.checker(_key(path))
    except signing.UnfitKey as wrong:
        stop([UNFIT_KEY.at(None, path=str(path), why=wrong.words)])
        raise
    return checker


def _signing() -> ModuleType:
    """The module of signatures; ends the command where the extra is not installed."""
    try:
        from kpirules.records import signing  # late: an extra
    except ModuleNotFoundError:
        from kpirules.records.problems import NO_SIGNING  # late: comes with the archive

        stop([NO_SIGNING.at(None)])
        raise
    return signing


def _key(path: Path) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(_MOST_BYTES)
    except OSError as wrong:
        unreadable(str(path), wrong)
        raise click.exceptions.Exit(UNUSABLE) from None
